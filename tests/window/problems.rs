//! Problems: where they lead, and what mends them.

use std::fs;

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::Question;
use pyrograph::command::{Command, Drawer, Input};
use pyrograph::document::dialog::Purpose;
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
    window.mend("Insert Empty latent");
    assert_eq!(window.state().document.graph().nodes.len(), nodes + 1);
    assert_eq!(window.count(), 0);
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
