//! The add menu: opened in every way, used by keys alone, remembered.

use std::fs;

use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::command::drawing::DrawingCommand;
use pyrograph::command::{Command, Input};

use super::Window;

const NONE: Modifiers = Modifiers::NONE;

impl Window {
    /// Presses a key that writes a letter, as a keyboard does.
    fn press_letter(&mut self, key: Key, text: &str) {
        self.harness.event(Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: NONE,
        });
        // Both come in one frame.
        self.harness
            .input_mut()
            .events
            .push(Event::Text(text.to_owned()));
        self.settle();
    }

    fn added_title(&self) -> &str {
        let key = self.state().inspected().unwrap();
        let is = &self.state().document.graph().nodes[key].is;
        let mut specs = pyrograph_nodes::ALL.iter();
        specs.find(|spec| spec.id == is).unwrap().title
    }

    fn type_search(&mut self, text: &str) {
        self.harness.get_by_label("Search nodes").type_text(text);
        self.settle();
    }
}

#[test]
fn letters_without_a_shortcut_open_it_and_go_into_the_search() {
    let mut window = Window::first();
    window.press_letter(Key::V, "v");
    let field = window.harness.get_by_label("Search nodes");
    assert_eq!(field.value().as_deref(), Some("v"));
    assert!(field.is_focused());
    window.type_search("ae");
    let field = window.harness.get_by_label("Search nodes");
    assert_eq!(
        field.value().as_deref(),
        Some("vae"),
        "what is typed goes on"
    );
    window.keys(NONE, Key::Enter);
    assert_eq!(window.added_title(), "Load VAE");
    // A shortcut stays one.
    window.press_letter(Key::F, "f");
    assert!(!window.has("Search nodes"));
    // Without a selection there is nothing to pin, so its letter is one to search for.
    window.give(Command::Select(Vec::new()));
    window.press_letter(Key::P, "p");
    let field = window.harness.get_by_label("Search nodes");
    assert_eq!(field.value().as_deref(), Some("p"));
    window.keys(NONE, Key::Escape);
    // In a text, letters are letters.
    window.click("prompt text");
    window.press_letter(Key::V, "v");
    assert!(!window.has("Search nodes"));
}

#[test]
fn a_double_click_opens_it_and_the_node_comes_there() {
    let mut window = Window::first();
    let at = window.harness.get_by_label("canvas").rect().left_top() + egui::vec2(60.0, 60.0);
    for _ in 0..2 {
        for pressed in [true, false] {
            window.harness.hover_at(at);
            window.harness.event(Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: NONE,
            });
        }
    }
    window.settle();
    window.type_search("clip skip");
    window.keys(NONE, Key::Enter);
    let key = window.state().inspected().unwrap().to_owned();
    let node = window.harness.get_by_label(&format!("{key} node")).rect();
    assert!((node.min - at).length() < 5.0, "{node:?} {at}");
}

#[test]
fn nodes_are_found_by_words_of_other_programs_and_with_typos() {
    for (text, wanted) in [
        ("CheckpointLoaderSimple", "Load checkpoint"),
        ("KSampler (Advanced)", "KSampler advanced"),
        ("dpm++ 2m karras", "KSampler"),
        ("smapler", "KSampler"),
        ("lc", "Load checkpoint"),
        ("clip text encode", "Encode text"),
        ("denoising", "KSampler"),
    ] {
        let mut window = Window::first();
        window.keys(NONE, Key::Tab);
        window.type_search(text);
        window.keys(NONE, Key::Enter);
        assert_eq!(window.added_title(), wanted, "{text}");
    }
}

#[test]
fn keys_go_through_the_list_and_escape_closes_it() {
    let mut window = Window::first();
    window.keys(NONE, Key::Tab);
    window.type_search("latent");
    window.keys(NONE, Key::ArrowDown);
    window.keys(NONE, Key::ArrowDown);
    window.keys(NONE, Key::ArrowUp);
    window.keys(NONE, Key::Enter);
    assert!(window.added_title().to_lowercase().contains("latent"));
    window.keys(NONE, Key::Tab);
    for _ in 0..15 {
        window.keys(NONE, Key::ArrowDown);
    }
    let marked = |window: &Window| {
        let lines = window.harness.query_all_by_role(Role::ListBoxOption);
        let mut marked =
            lines.filter(|line| line.accesskit_node().toggled() == Some(Toggled::True));
        marked.next().map(|line| line.rect())
    };
    let (line, list) = (marked(&window).unwrap(), window.center("Search nodes"));
    let below = line.center().y - list.y;
    assert!(
        (0.0..400.0).contains(&below),
        "the marked line is seen: {below}"
    );
    window.keys(NONE, Key::Escape);
    window.keys(NONE, Key::Tab);
    window.type_search("zzzz");
    assert!(window.has("No node is known by that name"));
    window.keys(NONE, Key::Enter);
    assert!(window.has("Search nodes"), "there is nothing to add");
    window.keys(NONE, Key::Escape);
    assert!(!window.has("Search nodes"));
}

#[test]
fn the_last_used_come_first() {
    let mut window = Window::first();
    for title in ["Number", "Clip skip"] {
        window.keys(NONE, Key::Tab);
        window.type_search(title);
        window.keys(NONE, Key::Enter);
        assert_eq!(window.added_title(), title);
    }
    window.give(Command::Select(Vec::new()));
    window.keys(NONE, Key::Tab);
    window.keys(NONE, Key::ArrowDown);
    window.keys(NONE, Key::Enter);
    assert_eq!(window.added_title(), "Number");
}

/// A window whose library has a group of a sampler.
fn with_library() -> Window {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    window.give(DrawingCommand::Group.into());
    let group = window.state().inspected().unwrap().to_owned();
    let name = "Soft portrait".to_owned();
    window.give(DrawingCommand::SaveGroupAs { group, name }.into());
    window.give(Command::Undo);
    window.wait("the library is listed", |state| {
        !state.kept_groups.is_empty()
    });
    window
}

impl Window {
    /// What the node inside of the group that was added last is called from outside.
    fn added_group(&self) -> String {
        let key = self.state().inspected().unwrap().to_owned();
        let inside = self
            .state()
            .document
            .root()
            .node_at(&format!("{key}/sampler"));
        assert!(inside.is_some(), "{key} is no copy of the group");
        key
    }
}

#[test]
fn a_kept_group_is_found_added_at_the_pointer_and_remembered() {
    let mut window = with_library();
    window.give(Command::New);
    let at = window.harness.get_by_label("canvas").rect().left_top() + egui::vec2(200.0, 150.0);
    window.harness.hover_at(at);
    window.keys(NONE, Key::Tab);
    window.type_search("soft portriat");
    window.keys(NONE, Key::Enter);
    let key = window.added_group();
    let node = window.harness.get_by_label(&format!("{key} node")).rect();
    assert!((node.min - at).length() < 5.0, "{node:?} {at}");

    // Another start finds it too, and first of all, for it was added last.
    let mut window = window.restart();
    window.wait("the library is listed", |state| {
        !state.kept_groups.is_empty()
    });
    window.give(Command::Select(Vec::new()));
    window.keys(NONE, Key::Tab);
    window.keys(NONE, Key::Enter);
    assert_ne!(window.added_group(), key, "a copy of its own");
    window.keys(NONE, Key::Tab);
    window.type_search("library");
    assert!(window.has("Soft portrait"), "all of them have one place");
}

#[test]
fn a_kept_group_is_wired_to_the_wire_that_was_dropped() {
    let mut window = with_library();
    let empty = window.center("canvas") + egui::vec2(0.0, 300.0);
    window.drag(window.center("prompt out conditioning"), empty);
    window.type_search("soft");
    window.keys(NONE, Key::Enter);
    let key = window.added_group();
    assert_eq!(
        window.source(&key, "positive").as_deref(),
        Some("prompt.conditioning")
    );
    window.give(Command::Undo);
    assert_eq!(window.state().document.graph().nodes.len(), 7, "one step");

    window.give(Command::Disconnect(Input::new("decode", "latent")));
    window.drag(window.center("decode in latent"), empty);
    window.type_search("soft");
    window.keys(NONE, Key::Enter);
    let key = window.added_group();
    assert_eq!(
        window.source("decode", "latent"),
        Some(format!("{key}.latent"))
    );

    // What does not fit the wire is not offered.
    window.drag(window.center("model out vae"), empty);
    window.type_search("soft");
    assert!(!window.has("Soft portrait"));
}

#[test]
fn a_kept_group_is_connected_to_the_selected_node() {
    let mut window = with_library();
    window.give(Command::Select(vec!["negative".into()]));
    window.keys(NONE, Key::Tab);
    window.type_search("soft");
    window.keys(Modifiers::SHIFT, Key::Enter);
    let key = window.added_group();
    let inputs = &window.state().document.graph().nodes[&key].inputs;
    assert!(
        inputs
            .values()
            .any(|wire| wire.as_str() == Some("negative.conditioning")),
        "{inputs:?}"
    );
    window.give(Command::Undo);
    assert_eq!(window.state().document.graph().nodes.len(), 7, "one step");
}

#[test]
fn a_kept_group_whose_file_is_gone_is_told_and_changes_nothing() {
    let mut window = with_library();
    let data = window.folder.path().join("data/groups");
    fs::write(data.join("Soft portrait.pyro"), "{ no graph").unwrap();
    window.keys(NONE, Key::Tab);
    window.type_search("soft");
    window.keys(NONE, Key::Enter);
    let notice = window.state().notice.as_ref().unwrap();
    assert!(
        notice.is_error && notice.words.contains("Soft portrait.pyro"),
        "{}",
        notice.words
    );
    assert_eq!(window.state().document.graph().nodes.len(), 7);
    assert!(!window.state().document.is_dirty());
}

#[test]
fn shift_enter_connects_to_the_selected_node() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["decode".into()]));
    window.keys(NONE, Key::Tab);
    window.type_search("preview image");
    window.keys(Modifiers::SHIFT, Key::Enter);
    assert_eq!(window.added_title(), "Preview image");
    let key = window.state().inspected().unwrap().to_owned();
    assert_eq!(
        window.source(&key, "image").as_deref(),
        Some("decode.image")
    );
    let (left, new) = (
        window.state().document.position("decode"),
        window.state().document.position(&key),
    );
    assert!(new[0] > left[0] + 200.0, "{left:?} {new:?}");
    window.give(Command::Undo);
    assert_eq!(window.state().document.graph().nodes.len(), 7, "one step");
}
