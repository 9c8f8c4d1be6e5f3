//! The clipboard: copy, cut, paste, paste with wires, within and between documents, and what is no
//! graph.

use egui::{Event, Key, Modifiers, OutputCommand};
use pyrograph::command::Command;
use pyrograph::command::drawing::{DrawingCommand, Item};
use pyrograph::command::graph::GraphCommand;

use super::hand::CTRL;
use crate::window::Window;

const NONE: Modifiers = Modifiers::NONE;

impl Window {
    /// Presses keys and returns what went to the clipboard.
    fn copied_by(&mut self, event: Event) -> Option<String> {
        self.harness.event(event);
        let mut copied = None;
        for _ in 0..4 {
            self.harness.step();
            for command in &self.harness.output().platform_output.commands {
                if let OutputCommand::CopyText(text) = command {
                    copied = Some(text.clone());
                }
            }
        }
        self.settle();
        copied
    }

    fn paste_text(&mut self, text: &str) {
        self.harness.event(Event::Paste(text.to_owned()));
        self.settle();
    }
}

#[test]
fn nodes_are_copied_and_pasted_as_text() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["prompt".into(), "sampler".into()]));
    let text = window.copied_by(Event::Copy).unwrap();
    assert!(
        text.starts_with('{') && text.contains("\"format\": 1"),
        "{text}"
    );
    let pointer = window.center("canvas");
    window.harness.hover_at(pointer);
    window.settle();
    window.paste_text(&text);
    assert_eq!(window.node_count(), 9);
    let new: Vec<String> = window
        .selected_keys()
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(new, ["prompt_2", "sampler_2"]);
    let among = window.source("sampler_2", "positive");
    assert_eq!(
        among.as_deref(),
        Some("prompt_2.conditioning"),
        "wires among them"
    );
    assert_eq!(window.source("sampler_2", "model"), None, "no others");
    let corner = window
        .area_of("prompt_2 node")
        .union(window.area_of("sampler_2 node"))
        .min;
    assert!((corner - pointer).length() < 3.0, "{corner} {pointer}");
    window.undo_once();
    assert_eq!(window.node_count(), 7, "one step");
}

#[test]
fn pasted_with_wires_nodes_keep_their_sources() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    let text = window.copied_by(Event::Copy).unwrap();
    // The desktop gives the text a frame after it was asked.
    window
        .harness
        .key_press_modifiers(CTRL | Modifiers::SHIFT, Key::V);
    window.harness.event(Event::Paste(text.clone()));
    window.settle();
    assert_eq!(
        window.source("sampler_2", "model").as_deref(),
        Some("model.model")
    );
    window.paste_text(&text);
    assert_eq!(
        window.source("sampler_3", "model"),
        None,
        "asked for once only"
    );
}

#[test]
fn what_is_cut_goes_and_comes_back_in_another_document() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["decode".into(), "save".into()]));
    let text = window.copied_by(Event::Cut).unwrap();
    assert_eq!(window.node_count(), 5);
    window.give(Command::New);
    assert_eq!(window.node_count(), 0);
    window.paste_text(&text);
    assert_eq!(window.node_count(), 2);
    assert_eq!(
        window.source("save", "image").as_deref(),
        Some("decode.image")
    );
    window.give(Command::Select(Vec::new()));
    assert_eq!(window.copied_by(Event::Copy), None, "nothing is selected");
}

#[test]
fn frames_and_notes_are_copied_with_nodes() {
    let mut window = Window::first();
    window.give_drawing(DrawingCommand::AddNote([0.0, 600.0, 200.0, 100.0]));
    window.keys(NONE, Key::Escape);
    window.keys(NONE, Key::Escape);
    let items: Vec<_> = window.state().selection.items.iter().cloned().collect();
    assert_eq!(items.len(), 1, "the new note is selected");
    window.give_drawing(DrawingCommand::Select {
        nodes: vec!["save".into()],
        items,
    });
    window.give(Command::Duplicate);
    let graph = window.state().document.graph();
    assert_eq!(graph.view.notes().len(), 2);
    assert_eq!(graph.nodes.len(), 8);
    let selection = &window.state().selection;
    assert_eq!((selection.nodes.len(), selection.items.len()), (1, 1));
}

#[test]
fn a_frame_is_copied_cut_and_duplicated_with_what_lies_in_it() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["prompt".into(), "negative".into()]));
    window.keys(CTRL, Key::G);
    window.keys(NONE, Key::Escape);
    let frame = || DrawingCommand::Select {
        nodes: Vec::new(),
        items: vec![Item::Frame("frame".into())],
    };
    window.give_drawing(frame());
    let text = window.copied_by(Event::Copy).unwrap();
    window.paste_text(&text);
    assert_eq!(window.node_count(), 9);
    assert_eq!(window.state().document.graph().view.frames().len(), 2);
    window.undo_once();

    window.give_drawing(frame());
    window.give(Command::Duplicate);
    assert_eq!(window.node_count(), 9);
    window.undo_once();

    window.give_drawing(frame());
    let text = window.copied_by(Event::Cut).unwrap();
    assert_eq!(window.node_count(), 5);
    assert!(window.state().document.graph().view.frames().is_empty());
    window.paste_text(&text);
    assert_eq!(window.node_count(), 7, "what was cut comes back whole");
    assert_eq!(window.state().document.graph().view.frames().len(), 1);
}

#[test]
fn what_is_no_graph_is_told_and_changes_nothing() {
    let mut window = Window::first();
    let hostile = format!("{{{}", "\"nodes\":{".repeat(20_000));
    for (text, wanted) in [
        ("a lighthouse at dusk", "no nodes"),
        (r#"{ "nodes": [], "links": [] }"#, "ComfyUI"),
        (hostile.as_str(), "clipboard"),
    ] {
        window.paste_text(text);
        let notice = window.state().notice.clone().unwrap();
        assert!(notice.words.contains(wanted), "{}", notice.words);
        assert!(notice.is_error && !window.state().document.is_dirty());
    }
}

#[test]
fn a_text_that_is_edited_keeps_the_clipboard() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    let text = window.copied_by(Event::Copy).unwrap();
    window.click("prompt text");
    window.paste_text("warm ");
    assert_eq!(window.node_count(), 7);
    let prompt = window.param("prompt", "text");
    assert!(prompt.as_str().unwrap().contains("warm "), "{prompt}");
    window.paste_text(&text);
    assert_eq!(window.node_count(), 7);
    window.give(GraphCommand::Paste.into());
}
