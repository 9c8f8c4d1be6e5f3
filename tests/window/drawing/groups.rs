//! Groups: made, opened, edited, shown, kept, taken apart.

use egui::{Key, Modifiers, Pos2};
use egui_kittest::kittest::Queryable;
use pyrograph::command::drawing::{DrawingCommand, Inner};
use pyrograph::command::graph::GraphCommand;
use pyrograph::command::seed::SeedCommand;
use pyrograph::command::{Command, Input};
use pyrograph::jobs::NodeState;
use pyrograph::seeds::{self, Policy};
use pyrograph_engine::graph::group::Slot;

use super::super::Window;

/// The first picture, with its sampler and decoder in a group.
fn grouped() -> Window {
    let mut window = Window::first();
    window.select(&["sampler", "decode"]);
    let keys = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    window.keys(keys, Key::G);
    window
}

#[test]
fn a_group_is_one_node_with_the_pins_of_its_border() {
    let mut window = grouped();
    assert_eq!(window.state().inspected(), Some("group"));
    assert!(!window.has("sampler node"));
    for pin in ["group in positive", "group in latent", "group out image"] {
        assert!(window.has(pin), "{pin}");
    }
    assert_eq!(
        window.source("save", "image").as_deref(),
        Some("group.image")
    );
    assert_eq!(window.state().problems().count(), 0);

    window.keys(Modifiers::COMMAND.plus(Modifiers::ALT), Key::G);
    assert!(window.has("sampler node") && window.has("decode node"));
    assert_eq!(window.state().selection.nodes.len(), 2);
    window.undo();
    window.undo();
    assert!(!window.state().document.is_dirty());
}

#[test]
fn a_group_is_opened_edited_and_left_by_the_breadcrumb() {
    let mut window = grouped();
    let seen = window.bounds("save node");
    // Between the pins, where no field is.
    let row = window.center("group in positive");
    let body = Pos2::new(window.center("group node").x, row.y);
    window.double_click_at(body);
    assert_eq!(window.state().document.level(), ["group"]);
    assert!(window.has("sampler node") && !window.has("save node"));
    assert!(window.has("Level group"));

    window.click("sampler steps");
    window.harness.get_by_label("sampler steps").type_text("7");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    let root = window.state().document.root();
    assert_eq!(root.node_at("group/sampler").unwrap().params["steps"], 7);

    window.click("Level first_picture.pyro");
    assert!(window.state().document.level().is_empty());
    assert_eq!(window.state().inspected(), Some("group"));
    assert_eq!(window.bounds("save node"), seen, "seen as it was left");

    window.undo();
    assert_eq!(
        window.state().document.level(),
        ["group"],
        "where it was made"
    );
    assert_eq!(window.param("sampler", "steps"), 20);
    window.keys(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::ArrowUp);
    assert!(window.has("save node"));
    window.keys(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::ArrowDown);
    assert!(window.has("sampler node"));
    // Taking back the group itself leaves it.
    window.undo();
    assert!(window.state().document.level().is_empty());
    assert!(window.has("sampler node") && window.has("save node"));
}

#[test]
fn a_group_runs_and_shows_what_is_inside() {
    let mut window = grouped();
    window.run();
    assert!(matches!(
        window.state().jobs.node("group/sampler"),
        Some(NodeState::Done { .. })
    ));
    assert!(window.has("group preview") || window.has("group picture"));
    assert_eq!(window.state().jobs.pictures().len(), 1);
    window.order(DrawingCommand::Open("group".into()));
    assert!(window.has("sampler preview"));
}

#[test]
fn the_pins_and_params_that_a_group_shows_are_chosen_and_named() {
    let mut window = grouped();
    window.keys(Modifiers::ALT, Key::P);
    window.click("sampler.steps");
    assert!(window.has("group steps"));
    window.click("Name of sampler.steps");
    window.retype("Name of sampler.steps", "rounds");
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.has("group rounds") && !window.has("group steps"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.has("sampler.steps"));

    window.click("group rounds");
    window.harness.get_by_label("group rounds").type_text("3");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.param("group", "rounds"), 3);

    window.keys(Modifiers::ALT, Key::P);
    window.click("sampler.steps");
    assert!(!window.has("group rounds"));
    window.click("sampler.latent (output)");
    assert!(window.has("group out latent"));
    let root = window.state().document.root();
    let steps = &root.node_at("group/sampler").unwrap().params["steps"];
    assert_eq!(*steps, 3, "its value stays inside");
}

#[test]
fn a_new_group_shows_prompts_and_seeds_until_others_are_chosen() {
    let mut window = Window::first();
    window.select(&["prompt", "negative", "sampler"]);
    window.order(DrawingCommand::Group);
    for param in ["prompt_text", "negative_text", "seed"] {
        assert!(window.has(&format!("group {param}")), "{param}");
        assert!(window.has(&format!("{param} of group")), "{param}");
    }
    assert!(!window.has("group steps"));

    window.harness.get_by_label("group prompt_text").focus();
    window.settle();
    window.retype("group prompt_text", "a lighthouse");
    assert_eq!(window.param("group", "prompt_text"), "a lighthouse");
    window.keys(Modifiers::NONE, Key::Escape);

    window.click("Choose pins and params…");
    window.click("sampler.steps");
    window.click("negative.text");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.has("group steps") && window.has("steps of group"));
    assert!(!window.has("group negative_text"));
}

#[test]
fn what_a_group_shows_is_chosen_from_inside_too() {
    let mut window = grouped();
    window.order(DrawingCommand::Open("group".into()));
    window.click("Choose pins and params…");
    assert!(window.state().document.level().is_empty(), "where it shows");
    window.click("sampler.steps");
    assert!(window.has("group steps"));
}

#[test]
fn what_a_seed_does_goes_along_into_a_group_and_out_again() {
    let mut window = Window::first();
    let policy = |window: &Window, key: &str, param: &str| {
        Policy::of(&window.state().document.graph().view, key, param)
    };
    window.give(Command::Seed(SeedCommand::SetPolicy {
        at: Input::new("sampler", "seed"),
        policy: Policy::New,
    }));
    window.select(&["sampler", "decode"]);
    window.order(DrawingCommand::Group);
    assert_eq!(policy(&window, "group", "seed"), Policy::New);

    let (group, inner) = ("group", Inner::Input(Slot::new("sampler", "seed")));
    window.order(DrawingCommand::RenameShown {
        group: group.into(),
        inner: inner.clone(),
        name: "dice".into(),
    });
    assert_eq!(policy(&window, "group", "dice"), Policy::New);
    let show = |is_shown| DrawingCommand::Show {
        group: group.into(),
        inner: inner.clone(),
        is_shown,
    };
    window.order(show(false));
    let document = &window.state().document;
    let seeds = seeds::of(document.root(), document.catalog());
    assert_eq!(seeds.len(), 1);
    assert_eq!(seeds[0].seed.at.node, "group/sampler");
    assert_eq!(seeds[0].policy, Policy::New);
    window.order(show(true));
    assert_eq!(policy(&window, "group", "seed"), Policy::New);
    window.give(Command::Seed(SeedCommand::SetPolicy {
        at: Input::new("group", "seed"),
        policy: Policy::Up,
    }));
    window.order(DrawingCommand::Ungroup);
    assert_eq!(policy(&window, "sampler", "seed"), Policy::Up);
}

#[test]
fn a_group_is_kept_in_the_library_and_added_from_it() {
    let mut window = grouped();
    window.order(DrawingCommand::SaveGroup);
    window.retype("Name of the group", "Make it");
    window.keys(Modifiers::NONE, Key::Enter);
    let file = window.folder.path().join("data/groups/Make it.pyro");
    assert!(file.exists());

    window.give(Command::New);
    window.keys(Modifiers::ALT, Key::G);
    window.click("Make it");
    assert!(window.has("group node") && window.has("group in positive"));
    assert_eq!(window.state().inspected(), Some("group"));
    let inside = window.state().document.root().node_at("group/sampler");
    assert!(inside.is_some(), "the copy holds everything");

    // What was kept is known after the next start.
    let mut window = window.restart();
    window.wait("the library is read", |state| {
        let mut kept = state.kept_groups.iter();
        kept.any(|group| group.name == "Make it")
    });
}

#[test]
fn groups_lie_in_groups_each_level_seen_as_it_was_left() {
    let mut window = grouped();
    window.order(DrawingCommand::Open("group".into()));
    window.select(&["decode"]);
    window.order(DrawingCommand::Group);
    window.order(DrawingCommand::Open("group".into()));
    assert_eq!(window.state().document.level(), ["group", "group"]);
    assert!(window.has("decode node"));
    assert_eq!(window.state().problems().count(), 0);
    window.give(Command::Graph(GraphCommand::ZoomOut));
    let seen = window.bounds("decode node");
    window.order(DrawingCommand::GoUp(0));
    assert!(window.state().document.level().is_empty());
    window.order(DrawingCommand::Open("group".into()));
    window.order(DrawingCommand::Open("group".into()));
    assert_eq!(window.bounds("decode node"), seen);
}

#[test]
fn a_collapsed_group_is_opened_by_a_double_click() {
    let mut window = grouped();
    window.order(DrawingCommand::Collapse);
    let title = window.title_bar("group node");
    window.double_click_at(title);
    assert_eq!(window.state().document.level(), ["group"]);
}
