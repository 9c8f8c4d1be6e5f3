//! What the pointer does to wires, places, sizes and colours, done by commands' keys.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::command::drawing::{DrawingCommand, Item};
use pyrograph::command::{Answer, Command, Input};
use pyrograph::theme::tint::Tint;
use pyrograph_engine::node::FileKind;

use super::hand::CTRL;
use crate::window::Window;

const NONE: Modifiers = Modifiers::NONE;
const ALT: Modifiers = Modifiers::ALT;
const CTRL_SHIFT: Modifiers = CTRL.plus(Modifiers::SHIFT);
const ALT_SHIFT: Modifiers = Modifiers::ALT.plus(Modifiers::SHIFT);

impl Window {
    /// Writes into the search field of a list.
    fn search(&mut self, field: &str, words: &str) {
        self.harness.get_by_label(field).type_text(words);
        self.settle();
    }
}

#[test]
fn wires_are_cut_like_by_the_knife() {
    let mut window = Window::first();
    let before = window.state().document.graph().clone();
    let cut = |window: &Window, ends: &[&str]| {
        for end in ends {
            let (node, input) = end.split_once('.').unwrap();
            assert_eq!(window.source(node, input), None, "{end}");
        }
        let count = |graph: &pyrograph_engine::graph::Graph| {
            let nodes = graph.nodes.values();
            nodes.map(|node| node.inputs.len()).sum::<usize>()
        };
        let left = count(window.state().document.graph());
        assert_eq!(left + ends.len(), count(&before), "only these");
    };
    // Those among the selected nodes.
    window.give(Command::Select(vec![
        "prompt".into(),
        "negative".into(),
        "sampler".into(),
    ]));
    window.keys(ALT, Key::X);
    cut(&window, &["sampler.positive", "sampler.negative"]);
    window.undo_once();
    // All of one node.
    window.give(Command::Select(vec!["prompt".into()]));
    window.keys(ALT, Key::X);
    cut(&window, &["prompt.clip", "sampler.positive"]);
    window.undo_once();
    // The selected wire.
    window.give(Command::SelectWire(Input::new("decode", "latent")));
    window.keys(ALT, Key::X);
    cut(&window, &["decode.latent"]);
    window.undo_once();
    assert_eq!(window.state().document.graph(), &before, "each is one step");

    let alone = window.add_node("Empty latent", [0.0, 420.0]);
    window.give(Command::Select(vec![alone]));
    window.keys(ALT, Key::X);
    assert!(window.has("No wire starts or ends at what is selected"));
}

#[test]
fn all_wires_of_an_output_are_moved() {
    let mut window = Window::first();
    let other = window.add_node("Load checkpoint", [0.0, 420.0]);
    window.give(Command::Select(vec!["model".into()]));
    window.keys(ALT, Key::W);
    // Its three outputs have wires, and it has no other pins.
    window.search("Search outputs", "clip");
    window.keys(NONE, Key::Enter);
    let offered = [format!("{other} clip"), "No wire".to_owned()];
    for line in &offered {
        assert!(window.has(line), "{line}");
    }
    assert!(!window.has("model clip") && !window.has("prompt clip"));
    // Esc goes back a step.
    window.keys(NONE, Key::Escape);
    assert!(window.has("Search outputs"));
    window.search("Search outputs", "clip");
    window.keys(NONE, Key::Enter);
    window.click(&offered[0]);
    for node in ["prompt", "negative"] {
        assert_eq!(window.source(node, "clip"), Some(format!("{other}.clip")));
    }
    assert_eq!(window.source("decode", "vae").as_deref(), Some("model.vae"));
    window.undo_once();
    assert_eq!(
        window.source("negative", "clip").as_deref(),
        Some("model.clip")
    );

    // A node whose outputs have no wires says so.
    window.give(Command::Select(vec![other]));
    window.keys(ALT, Key::W);
    assert!(window.has("No output has a wire"));
}

#[test]
fn a_node_is_put_into_a_wire() {
    let mut window = Window::first();
    let skip = window.add_node("Clip skip", [0.0, 420.0]);
    window.give(Command::Select(vec![skip.clone()]));
    window.keys(ALT, Key::I);
    assert!(window.has("model.clip → prompt clip"));
    assert!(!window.has("model.vae → decode vae"), "it does not fit");
    window.search("Search wires", "negative");
    window.keys(NONE, Key::Enter);
    assert_eq!(window.source(&skip, "clip").as_deref(), Some("model.clip"));
    assert_eq!(
        window.source("negative", "clip"),
        Some(format!("{skip}.clip"))
    );
    assert_eq!(
        window.source("prompt", "clip").as_deref(),
        Some("model.clip")
    );
    window.undo_once();
    assert_eq!(window.source(&skip, "clip"), None);
    assert_eq!(
        window.source("negative", "clip").as_deref(),
        Some("model.clip")
    );
}

#[test]
fn a_colour_is_chosen_by_keys() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["prompt".into(), "negative".into()]));
    window.keys(ALT, Key::O);
    let none = window.harness.get_by_label("No colour");
    assert!(none.is_focused(), "what they have now has the keyboard");
    window.keys(NONE, Key::ArrowRight);
    window.keys(NONE, Key::Enter);
    assert!(!window.has("No colour"), "a choice closes it");
    let color = |window: &Window, key: &str| {
        let look = window.state().document.graph().view.look(key);
        look.color.as_deref().and_then(Tint::named)
    };
    for key in ["prompt", "negative"] {
        assert_eq!(color(&window, key), Some(Tint::ALL[0]), "{key}");
    }
    window.keys(ALT, Key::O);
    let first = window.harness.get_by_label(Tint::ALL[0].title());
    assert!(first.is_focused());
    window.keys(NONE, Key::Escape);
    assert_eq!(color(&window, "prompt"), Some(Tint::ALL[0]));
    window.undo_once();
    assert_eq!(color(&window, "prompt"), None);
}

#[test]
fn keys_resize_nodes_frames_and_notes() {
    let mut window = Window::first();
    window.give(Command::FitSelection);
    let size = |window: &Window, name: &str| window.area_of(name).size();
    window.give(Command::Select(vec!["sampler".into()]));
    let before = size(&window, "sampler node");
    for _ in 0..3 {
        window.keys(ALT_SHIFT, Key::ArrowRight);
    }
    assert!(size(&window, "sampler node").x > before.x);
    window.undo_once();
    assert_eq!(size(&window, "sampler node"), before, "one step");
    // No smaller than it may be.
    for _ in 0..80 {
        window.keys(ALT_SHIFT, Key::ArrowLeft);
    }
    let least = size(&window, "sampler node");
    window.keys(ALT_SHIFT, Key::ArrowLeft);
    assert_eq!(size(&window, "sampler node"), least);
    assert!(least.x > 0.0 && least.x < before.x);

    window.give_drawing(DrawingCommand::AddFrame([0.0, 900.0, 200.0, 100.0]));
    window.give_drawing(DrawingCommand::AddNote([400.0, 900.0, 200.0, 100.0]));
    window.keys(NONE, Key::Escape);
    let items = vec![Item::Frame("frame".into()), Item::Note("note".into())];
    window.give_drawing(DrawingCommand::Select {
        nodes: Vec::new(),
        items,
    });
    window.keys(ALT_SHIFT, Key::ArrowDown);
    window.keys(ALT_SHIFT, Key::ArrowDown);
    window.keys(ALT_SHIFT, Key::ArrowLeft);
    let view = &window.state().document.graph().view;
    assert_eq!(
        view.frame("frame").unwrap().rect,
        [0.0, 900.0, 196.0, 108.0]
    );
    assert_eq!(
        view.note("note").unwrap().rect,
        [400.0, 900.0, 196.0, 108.0]
    );
}

#[test]
fn keys_move_a_frame_with_all_that_lies_in_it() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["prompt".into(), "negative".into()]));
    window.keys(CTRL, Key::G);
    window.keys(NONE, Key::Escape);
    window.give_drawing(DrawingCommand::Select {
        nodes: Vec::new(),
        items: vec![Item::Frame("frame".into())],
    });
    let (before, alone) = (window.place_of("prompt"), window.place_of("sampler"));
    window.keys(CTRL, Key::ArrowUp);
    window.keys(CTRL, Key::ArrowUp);
    assert_eq!(window.place_of("prompt"), [before[0], before[1] - 8.0]);
    assert_eq!(window.place_of("sampler"), alone);
    window.undo_once();
    assert_eq!(window.place_of("prompt"), before, "one step");
}

#[test]
fn a_nudge_and_an_insertion_are_two_steps() {
    let mut window = Window::first();
    let skip = window.add_node("Clip skip", [0.0, 420.0]);
    window.give(Command::Select(vec![skip.clone()]));
    let before = window.place_of(&skip);
    window.keys(CTRL, Key::ArrowRight);
    window.keys(ALT, Key::I);
    window.keys(NONE, Key::Enter);
    assert!(window.source(&skip, "clip").is_some());
    window.undo_once();
    assert_eq!(window.source(&skip, "clip"), None);
    assert_eq!(window.place_of(&skip), [before[0] + 4.0, before[1]]);
    window.undo_once();
    assert_eq!(window.place_of(&skip), before);
    // So are a nudge and what makes larger, which change the same.
    window.keys(CTRL, Key::ArrowRight);
    window.keys(ALT_SHIFT, Key::ArrowRight);
    window.undo_once();
    assert_eq!(window.place_of(&skip), [before[0] + 4.0, before[1]]);
}

#[test]
fn all_wires_of_an_output_are_cut_from_its_list() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["model".into()]));
    window.keys(ALT, Key::W);
    let listed: Vec<String> = window
        .harness
        .query_all_by_role(Role::ListBoxOption)
        .filter_map(|node| node.accesskit_node().label())
        .collect();
    assert_eq!(listed, ["model", "clip", "vae"], "all have wires");
    window.search("Search outputs", "clip");
    window.keys(NONE, Key::Enter);
    window.click("No wire");
    for node in ["prompt", "negative"] {
        assert_eq!(window.source(node, "clip"), None);
    }
    assert!(window.source("sampler", "model").is_some());
    window.undo_once();
    assert!(window.source("negative", "clip").is_some(), "one step");
}

#[test]
fn wires_frames_and_notes_are_selected_by_keys() {
    let mut window = Window::first();
    window.give_drawing(DrawingCommand::AddNote([400.0, 900.0, 200.0, 100.0]));
    window.keys(NONE, Key::Escape);
    window.keys(CTRL_SHIFT, Key::A);
    assert!(window.state().selection.is_empty());
    window.keys(ALT, Key::S);
    let search = "Search wires, frames and notes";
    window.search(search, "decode latent");
    window.keys(NONE, Key::Enter);
    assert_eq!(
        window.state().selection.wire,
        Some(Input::new("decode", "latent"))
    );
    window.keys(ALT, Key::R);
    assert_eq!(
        window
            .state()
            .document
            .graph()
            .view
            .route("decode.latent")
            .len(),
        1,
        "so a reroute is laid by keys alone"
    );
    window.keys(ALT, Key::S);
    window.search(search, "note");
    window.keys(NONE, Key::Enter);
    let items: Vec<Item> = window.state().selection.items.iter().cloned().collect();
    assert_eq!(items, [Item::Note("note".into())]);

    window.keys(CTRL, Key::A);
    let selection = &window.state().selection;
    assert_eq!((selection.nodes.len(), selection.items.len()), (7, 2));
}

#[test]
fn focus_mode_gives_the_graph_the_window() {
    let mut window = Window::first();
    let before = window.area_of("canvas").size();
    window.keys(CTRL_SHIFT, Key::F);
    let panels = window.state().panels;
    assert!(!panels.inspector && panels.drawer.is_none());
    let focused = window.area_of("canvas").size();
    assert!(focused.x > before.x && focused.y > before.y);
    window.keys(CTRL_SHIFT, Key::F);
    assert_eq!(window.area_of("canvas").size(), before);
}

#[test]
fn files_are_looked_for_again() {
    let mut window = Window::first();
    let is_listed = |window: &Window| {
        let files = window.state().files(FileKind::Image);
        files.iter().any(|file| file.name.contains("late.png"))
    };
    assert!(!is_listed(&window));
    window.give(Command::SaveAs);
    let graph = window.folder.path().join("graph.pyro");
    window.give(Command::Answer(Answer::File(graph)));
    let picture = window.folder.path().join("late.png");
    std::fs::write(picture, "any bytes").unwrap();
    window.keys(NONE, Key::F5);
    window.wait("it is listed", |state| {
        let files = state.files(FileKind::Image);
        files.iter().any(|file| file.name.contains("late.png"))
    });
}
