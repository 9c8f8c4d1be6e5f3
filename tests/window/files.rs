//! Files and tabs; `kept.rs` is about what outlives the program, `disk.rs` about files that others
//! have a hand in, `damage.rs` about what may go wrong.

mod damage;
mod disk;
mod kept;

use std::fs;
use std::path::{Path, PathBuf};

use egui::{Key, Modifiers, PointerButton, Rect, Role, vec2};
use egui_kittest::kittest::Queryable;
use pyrograph::app::Question;
use pyrograph::command::Command;
use pyrograph::command::Input;
use pyrograph::command::file::FileCommand;

use super::Window;

/// A graph file of one node, whose seed tells it apart.
fn graph_file(folder: &Path, name: &str, seed: u64) -> PathBuf {
    let is = pyrograph_nodes::ALL
        .iter()
        .find(|spec| spec.params.iter().any(|param| param.name == "seed"))
        .unwrap()
        .id;
    let path = folder.join(name);
    let text = format!(
        r#"{{ "format": 1, "nodes": {{ "sampler": {{ "is": "{is}", "params": {{ "seed": {seed} }} }} }} }}"#
    );
    fs::write(&path, text).unwrap();
    path
}

impl Window {
    fn set_seed(&mut self, seed: u64) {
        self.give(Command::SetParam {
            at: Input::new("sampler", "seed"),
            value: Some(seed.into()),
            live: false,
        });
    }

    fn seed(&self) -> Option<u64> {
        self.param("sampler", "seed").as_u64()
    }

    fn names(&self) -> Vec<String> {
        let documents = self.state().documents();
        documents
            .map(|document| document.name().to_owned())
            .collect()
    }

    fn shown(&self) -> &str {
        self.state().document.name()
    }

    fn notice(&self) -> &str {
        let notice = self.state().notice.as_ref();
        notice.map_or("", |notice| notice.words.as_str())
    }

    fn file(&self, name: &str, seed: u64) -> PathBuf {
        graph_file(self.folder.path(), name, seed)
    }

    fn open_files(&mut self, names: &[&str]) {
        for (seed, name) in names.iter().enumerate() {
            let path = self.file(name, seed as u64);
            self.give(Command::OpenFile(path));
        }
    }

    /// Other parts of the window say a document's name too.
    fn tab(&self, name: &str) -> Rect {
        let tab = self.harness.get_by_role_and_label(Role::Tab, name);
        tab.rect()
    }
}

#[test]
fn each_file_has_a_tab_of_its_own() {
    let mut window = Window::first();
    window.set_seed(99);
    window.open_files(&["a.pyro", "b.pyro"]);
    assert_eq!(window.names(), ["first_picture.pyro", "a.pyro", "b.pyro"]);
    assert_eq!(window.shown(), "b.pyro");
    assert!(window.has("first_picture.pyro, unsaved changes"));

    window.click("a.pyro");
    assert_eq!((window.shown(), window.seed()), ("a.pyro", Some(0)));
    window.set_seed(5);
    window.click("first_picture.pyro, unsaved changes");
    assert_eq!(window.seed(), Some(99));
    window.keys(Modifiers::COMMAND, Key::Z);
    assert!(
        !window.state().document.is_dirty(),
        "each has its own steps"
    );

    let a = window.folder.path().join("a.pyro");
    window.give(Command::OpenFile(a));
    assert_eq!(window.names().len(), 3, "what is open is only shown");
    assert_eq!(window.seed(), Some(5));
}

#[test]
fn tabs_are_walked_moved_closed_and_had_back_by_keys() {
    let mut window = Window::first();
    window.open_files(&["a.pyro", "b.pyro"]);
    let control = Modifiers::COMMAND;
    let shift = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    window.keys(control, Key::Tab);
    assert_eq!(window.shown(), "first_picture.pyro", "they go round");
    window.keys(shift, Key::Tab);
    assert_eq!(window.shown(), "b.pyro");
    window.keys(control, Key::PageUp);
    assert_eq!(window.shown(), "a.pyro");
    window.keys(control, Key::PageDown);
    window.keys(shift, Key::PageUp);
    assert_eq!(window.names(), ["first_picture.pyro", "b.pyro", "a.pyro"]);
    window.keys(shift, Key::PageDown);
    assert_eq!(window.names(), ["first_picture.pyro", "a.pyro", "b.pyro"]);

    window.set_seed(7);
    window.keys(control, Key::W);
    assert!(matches!(
        window.state().question,
        Some(Question::Unsaved(_))
    ));
    window.click("Stay");
    assert_eq!(window.names().len(), 3);
    window.keys(control, Key::W);
    window.click("Do not save");
    assert_eq!(window.names(), ["first_picture.pyro", "a.pyro"]);
    assert_eq!(window.shown(), "a.pyro");
    window.keys(shift, Key::T);
    assert_eq!(
        (window.shown(), window.seed()),
        ("b.pyro", Some(7)),
        "closed is not lost"
    );
    window.keys(control, Key::Z);
    assert_eq!(window.seed(), Some(1));

    for _ in 0..3 {
        window.keys(control, Key::W);
    }
    assert_eq!(window.names(), ["untitled.pyro"], "one is always there");
    assert!(window.state().document.graph().nodes.is_empty());
    window.keys(control, Key::T);
    assert_eq!(window.names().len(), 2);
}

#[test]
fn tabs_are_closed_and_moved_by_the_pointer() {
    let mut window = Window::first();
    window.open_files(&["a.pyro", "b.pyro"]);
    let (from, to) = (window.tab("b.pyro"), window.tab("first_picture.pyro"));
    window.drag(from.center(), to.center() - vec2(40.0, 0.0));
    assert_eq!(window.names(), ["b.pyro", "first_picture.pyro", "a.pyro"]);

    window
        .harness
        .get_by_role_and_label(Role::Tab, "a.pyro")
        .click_button(PointerButton::Middle);
    window.settle();
    assert_eq!(window.names(), ["b.pyro", "first_picture.pyro"]);
    window.click("Close b.pyro");
    assert_eq!(window.names(), ["first_picture.pyro"]);
    window.click("New");
    assert_eq!(window.names(), ["first_picture.pyro", "untitled.pyro"]);
}

#[test]
fn many_tabs_shrink_and_the_shown_one_can_be_seen() {
    let mut window = Window::first();
    for i in 0..30 {
        let path = window.file(&format!("graph with a long name {i}.pyro"), i);
        window.give(Command::OpenFile(path));
    }
    let shown = "graph with a long name 29.pyro";
    let run = window.harness.get_by_label("Run").rect();
    let tab = window.tab(shown);
    assert!(tab.right() <= run.left(), "{tab:?} {run:?}");
    assert!(tab.width() > 80.0);
}

#[test]
fn selection_and_view_belong_to_the_tab() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    window.give(Command::ActualSize);
    let place = window.harness.get_by_label("sampler steps").rect();
    window.open_files(&["a.pyro"]);
    assert!(window.state().selection.is_empty());
    window.give(Command::File(FileCommand::PreviousTab));
    assert_eq!(window.state().inspected(), Some("sampler"));
    assert_eq!(
        window.harness.get_by_label("sampler steps").rect(),
        place,
        "it is seen as it was"
    );
}

#[test]
fn fields_of_one_tab_are_not_those_of_another() {
    let mut window = Window::first();
    window.keys(Modifiers::COMMAND, Key::N);
    window.give(Command::File(FileCommand::Close));
    let text = fs::read_to_string(crate::program::first_picture()).unwrap();
    let other = window.folder.path().join("other.pyro");
    fs::write(&other, text).unwrap();
    // What is typed into a number when another tab is asked for counts in its own.
    window.click("sampler steps");
    window.harness.get_by_label("sampler steps").type_text("7");
    window.settle();
    window.give(Command::OpenFile(other));
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.param("sampler", "steps"), 20);
    window.keys(Modifiers::COMMAND, Key::Tab);
    // A text that was written in one is not brought back in the other.
    let field = window.harness.get_by_label("prompt text");
    field.focus();
    window.settle();
    window
        .harness
        .get_by_label("prompt text")
        .type_text("ripe ");
    window.settle();
    let before = window.param("prompt", "text");
    window.keys(Modifiers::COMMAND, Key::Tab);
    let shown = window.param("prompt", "text");
    assert_ne!(shown, before);
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.param("prompt", "text"), shown);
}

#[test]
fn edits_that_the_session_does_not_know_of_come_back_in_their_files_tab() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    window.set_seed(8);
    let folder = window.end();
    // A program that is killed at once has not written yet that the file has a journal.
    let session = folder.path().join("data/session.json");
    let text = fs::read_to_string(&session).unwrap();
    let mut session_now: serde_json::Value = serde_json::from_str(&text).unwrap();
    for tab in session_now["tabs"].as_array_mut().unwrap() {
        tab.as_object_mut().unwrap().remove("journal");
    }
    fs::write(&session, session_now.to_string()).unwrap();
    let window = Window::start(folder, None);
    let tabs = window.names();
    assert_eq!(
        tabs.iter().filter(|name| *name == "a.pyro").count(),
        1,
        "{tabs:?}"
    );
    assert_eq!((window.shown(), window.seed()), ("a.pyro", Some(8)));
    assert!(window.state().document.is_dirty());
}
