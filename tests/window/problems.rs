//! Problems: where they lead, and what mends them.

use std::fs;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::Question;
use pyrograph::command::drawing::DrawingCommand;
use pyrograph::command::{Command, Drawer, Input};
use pyrograph::document::dialog::Purpose;
use pyrograph::fixes;
use serde_json::json;

use super::Window;

impl Window {
    /// Opens a graph of these nodes with the problems shown.
    fn with_problems(nodes: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("g.pyro");
        let graph = format!(r#"{{ "format": 1, "nodes": {{ {nodes} }} }}"#);
        fs::write(&file, graph).unwrap();
        let mut window = Self::start(folder, Some(file));
        window.give(Command::ToggleDrawer(Drawer::Problems));
        window
    }

    fn set(&mut self, node: &str, param: &str, value: serde_json::Value) {
        self.give(Command::SetParam {
            at: Input::new(node, param),
            value: Some(value),
            live: false,
        });
    }

    /// Presses the first button of that name: the drawer and the inspector may both have it.
    fn mend(&mut self, name: &str) {
        let button = self.harness.query_all_by_label(name).next().unwrap();
        button.click_accesskit(); // it may have to be scrolled to
        self.settle();
    }

    fn count(&self) -> usize {
        self.state().problems().count()
    }
}

#[test]
fn a_click_on_a_problem_goes_to_the_node_and_marks_the_pin() {
    let mut window = Window::first();
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.give(Command::Disconnect(Input::new("sampler", "latent")));
    window.give(Command::Select(Vec::new()));
    let line = window
        .harness
        .get_by_label_contains("sampler.latent nothing");
    line.click();
    // Not until everything settles: the mark goes away by itself.
    window.harness.step();
    window.harness.step();
    window.harness.step();
    assert_eq!(window.state().inspected(), Some("sampler"));
    let flash = window.state().flash.as_ref().unwrap();
    assert_eq!(flash.at, Input::new("sampler", "latent"));
}

#[test]
fn an_unwired_pin_is_wired_or_gets_its_node() {
    let mut window = Window::first();
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.give(Command::Disconnect(Input::new("sampler", "latent")));
    window.mend("Wire it to latent.latent");
    assert_eq!(
        window.source("sampler", "latent").as_deref(),
        Some("latent.latent")
    );
    assert_eq!(window.count(), 0);

    window.give(Command::Disconnect(Input::new("sampler", "latent")));
    let nodes = window.state().document.graph().nodes.len();
    window.wait("the model's size is known", |state| {
        state.native_size().is_some()
    });
    window.mend("Insert Empty latent");
    assert_eq!(window.state().document.graph().nodes.len(), nodes + 1);
    assert_eq!(window.count(), 0);
    let new = window.source("sampler", "latent").unwrap();
    let (new, _) = new.split_once('.').unwrap();
    for side in ["width", "height"] {
        assert_eq!(window.param(new, side), 128, "as the starter was trained");
    }
    window.give(Command::Undo);
    assert_eq!(
        window.state().document.graph().nodes.len(),
        nodes,
        "one step"
    );
    assert_eq!(window.source("sampler", "latent"), None);
}

#[test]
fn values_go_back_into_their_range_or_to_the_default() {
    let mut window = Window::first();
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.set("sampler", "steps", json!(0));
    window.mend("Set to 1");
    assert_eq!(window.param("sampler", "steps"), 1);
    window.set("sampler", "steps", json!("many"));
    window.mend("Set to the default, 20");
    assert_eq!(window.param("sampler", "steps"), serde_json::Value::Null);
    assert_eq!(window.count(), 0);
}

#[test]
fn a_file_is_chosen_from_its_problem() {
    let mut window = Window::first();
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.set("model", "file", json!(""));
    window.mend("Choose a file…");
    let Some(Question::File {
        purpose: Purpose::Param { at, .. },
        ..
    }) = &window.state().question
    else {
        panic!("{:?}", window.state().question)
    };
    assert_eq!(*at, Input::new("model", "file"));
}

#[test]
fn a_failed_run_offers_another_file_and_no_change_of_the_graph() {
    let mut window = Window::first();
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.set("model", "file", json!("vanished"));
    window.give(Command::Run);
    window.wait("the run fails", |state| !state.jobs.reports().is_empty());
    window.settle();
    assert_eq!(window.count(), 1);
    assert!(window.has("Choose a file…"));
    assert!(!window.has("Remove the wire"));
}

#[test]
fn a_circle_is_cut_where_one_likes() {
    let mut window = Window::with_problems(
        r#""a": { "is": "latent.batch", "in": { "first": "b.latent", "second": "b.latent" } },
           "b": { "is": "latent.batch", "in": { "first": "a.latent", "second": "e.latent" } },
           "e": { "is": "latent.empty" }"#,
    );
    let told: Vec<String> = window
        .harness
        .query_all_by_label_contains("round in a circle")
        .filter_map(|node| node.accesskit_node().label())
        .collect();
    assert!(!told.is_empty());
    window.mend("Cut the wire from a to b.first");
    assert_eq!(window.source("b", "first"), None);
    assert!(
        !window
            .state()
            .problems()
            .any(|it| it.message.contains("circle"))
    );
}

#[test]
fn unknown_kinds_and_names_become_what_was_meant() {
    let mut window =
        Window::with_problems(r#""e": { "is": "latent.emty", "params": { "widht": 256 } }"#);
    window.mend("Make it Empty latent");
    assert_eq!(
        window.state().document.graph().nodes["e"].is,
        "latent.empty"
    );
    window.mend("Rename it to width");
    assert_eq!(window.param("e", "width"), 256);
}

#[test]
fn a_wire_to_nowhere_is_laid_anew_or_removed() {
    let nodes = r#""m": { "is": "load.checkpoint" },
        "e": { "is": "latent.empty" },
        "d": { "is": "latent.decode", "in": { "vae": "modle.vae", "latent": "e.latent" } },
        "s": { "is": "output.save_image", "in": { "image": "e.latent" } }"#;
    let mut window = Window::with_problems(nodes);
    window.mend("Insert Decode latent in between");
    assert!(
        window
            .source("s", "image")
            .is_some_and(|source| source.ends_with(".image"))
    );
    window.mend("Remove the wire");
    assert_eq!(window.source("d", "vae"), None);
}

#[test]
fn fixes_are_reached_and_pressed_by_keys() {
    let mut window = Window::first();
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.set("sampler", "steps", json!(0));
    window.give(Command::Select(Vec::new()));
    window.harness.get_by_label("Set to 1").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.param("sampler", "steps"), 1);
}

#[test]
fn checks_and_runs_have_one_list_and_a_failed_run_leads_to_its_node() {
    let mut window = Window::first();
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.set("model", "file", json!("vanished"));
    window.give(Command::Run);
    window.wait("the run fails", |state| !state.jobs.reports().is_empty());
    window.settle();
    window.give(Command::Select(Vec::new()));
    window.set("sampler", "steps", json!(0));
    assert_eq!(window.count(), 2);
    let failure = window.state().jobs.reports()[0].message.clone();
    let said = window.harness.query_all_by_label_contains(&failure);
    // The node and a message in passing say it too.
    let is_line = |node: &Node<'_>| node.accesskit_node().role() == Role::Button;
    said.into_iter().find(is_line).unwrap().click_accesskit();
    window.settle();
    assert_eq!(window.state().inspected(), Some("model"));
    window.mend("Set to 1");
    assert_eq!(
        window.count(),
        1,
        "what has failed stays until the next run"
    );
}

#[test]
fn a_problem_in_a_group_leads_into_it_and_is_mended_there() {
    let mut window = Window::with_problems(
        r#""g": { "is": "group", "group": { "nodes": {
            "e": { "is": "latent.empty", "params": { "width": 0 } } } } },
           "o": { "is": "latent.empty" }"#,
    );
    let line = window.harness.query_all_by_label_contains("g/e.width");
    line.into_iter().next().unwrap().click_accesskit();
    window.settle();
    assert_eq!(window.state().document.level(), ["g"]);
    assert_eq!(window.state().inspected(), Some("e"));
    window.give(Command::Drawing(DrawingCommand::LeaveGroup));
    assert!(window.state().document.level().is_empty());
    let before = window.count();
    let fix = window.state().problems().find_map(|problem| {
        let is_there = problem.place.slot.as_deref() == Some("width");
        is_there.then(|| fixes::of(&window.harness.ctx, window.state(), problem))
    });
    let (words, _) = fix.unwrap().into_iter().next().unwrap();
    window.mend(&words);
    assert_eq!(window.count(), before - 1);
    assert_eq!(
        window.state().document.level(),
        ["g"],
        "it is seen where it is mended"
    );
}

#[test]
fn a_problem_leads_from_the_gallery_to_the_graph() {
    let mut window = Window::first();
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.give(Command::Disconnect(Input::new("sampler", "latent")));
    window.open_gallery(0);
    let mut line = window
        .harness
        .query_all_by_label_contains("sampler.latent nothing");
    line.next().unwrap().click_accesskit();
    drop(line);
    window.settle();
    assert!(!window.state().gallery.is_open());
    assert_eq!(window.state().inspected(), Some("sampler"));
    assert!(window.has("sampler node"));
}

#[test]
fn a_file_that_changes_or_vanishes_between_two_runs_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("input.png");
    image::RgbImage::new(24, 16).save(&picture).unwrap();
    let file = folder.path().join("g.pyro");
    let graph = r#"{ "format": 1, "nodes": {
        "picture": { "is": "load.image", "params": { "file": "input.png" } },
        "save": { "is": "output.save_image", "in": { "image": "picture.image" } } } }"#;
    fs::write(&file, graph).unwrap();
    let mut window = Window::start(folder, Some(file));
    window.run();
    assert_eq!(window.state().jobs.pictures()[0].size_px, [24, 16]);

    image::RgbImage::new(48, 40).save(&picture).unwrap();
    // What was seen a moment ago is taken to be the same.
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    window.set("save", "name", json!("again"));
    window.wait("the next run is looked at", |state| {
        let mut reasons = state.jobs.reasons().iter();
        reasons.any(|reason| reason.node == "picture")
    });
    window.give(Command::Select(vec!["picture".into()]));
    let words = "a file that it reads has changed";
    let said = window.harness.query_all_by_label_contains(words);
    assert!(said.count() > 0, "the inspector says so");
    window.run();
    assert_eq!(window.state().jobs.pictures()[1].size_px, [48, 40]);

    fs::remove_file(&picture).unwrap();
    window.run();
    let problems: Vec<_> = window.state().problems().collect();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].place.node.as_deref(), Some("picture"));
    assert!(
        problems[0].message.contains("input.png"),
        "{}",
        problems[0].message
    );
    assert_eq!(window.state().jobs.pictures().len(), 2, "nothing is lost");
}
