//! How the graph is drawn and ordered: looks of nodes here, the rest in the files below.

mod frames;
mod groups;
mod wires;

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, vec2};
use egui_kittest::kittest::Queryable;
use pyrograph::command::drawing::{DrawingCommand, Item};
use pyrograph::command::graph::GraphCommand;
use pyrograph::command::{Command, Input};
use pyrograph::jobs::NodeState;
use pyrograph_engine::graph::Mode;
use pyrograph_engine::graph::view::Look;

use super::Window;

impl Window {
    fn bounds(&self, name: &str) -> Rect {
        self.harness.get_by_label(name).rect()
    }

    /// A point on a node's or a frame's header, right of its title.
    fn title_bar(&self, name: &str) -> Pos2 {
        self.bounds(name).center_top() + vec2(0.0, 8.0)
    }

    fn double_click_at(&mut self, pos: Pos2) {
        self.harness.hover_at(pos);
        self.harness.step();
        for _ in 0..2 {
            for pressed in [true, false] {
                self.harness.event(Event::PointerButton {
                    pos,
                    button: PointerButton::Primary,
                    pressed,
                    modifiers: Modifiers::NONE,
                });
            }
        }
        self.settle();
    }

    fn menu_at(&mut self, pos: Pos2) {
        self.harness.hover_at(pos);
        self.harness.step();
        for pressed in [true, false] {
            self.harness.event(Event::PointerButton {
                pos,
                button: PointerButton::Secondary,
                pressed,
                modifiers: Modifiers::NONE,
            });
            self.harness.step();
        }
        self.settle();
    }

    /// Types into a field that replaces what was there.
    fn retype(&mut self, name: &str, text: &str) {
        self.keys(Modifiers::COMMAND, Key::A);
        self.harness.get_by_label(name).type_text(text);
        self.settle();
    }

    fn look(&self, node: &str) -> Look {
        self.state().document.graph().view.look(node)
    }

    fn mode(&self, node: &str) -> Mode {
        self.state().document.graph().nodes[node].mode
    }

    fn select(&mut self, nodes: &[&str]) {
        let nodes = nodes.iter().map(|&node| node.to_owned()).collect();
        self.give(Command::Select(nodes));
    }

    fn select_item(&mut self, item: Item) {
        self.order(DrawingCommand::Select {
            nodes: Vec::new(),
            items: vec![item],
        });
    }

    fn order(&mut self, command: DrawingCommand) {
        self.give(Command::Drawing(command));
    }

    fn undo(&mut self) {
        self.keys(Modifiers::COMMAND, Key::Z);
    }
}

#[test]
fn a_title_is_edited_where_it_stands() {
    let mut window = Window::first();
    let title = window.title_bar("prompt node");
    window.double_click_at(title);
    window.retype("Title", "What it shows");
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(
        window.look("prompt").title.as_deref(),
        Some("What it shows")
    );
    assert!(window.has("prompt node"), "its key stays what it was");

    window.select(&["prompt"]);
    window.keys(Modifiers::NONE, Key::F2);
    window.retype("Title", "Never mind");
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(
        window.look("prompt").title.as_deref(),
        Some("What it shows")
    );

    window.keys(Modifiers::NONE, Key::F2);
    window.retype("Title", " ");
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.look("prompt").title, None, "none is its kind's");
    window.undo();
    assert_eq!(
        window.look("prompt").title.as_deref(),
        Some("What it shows")
    );
    window.undo();
    assert!(!window.state().document.is_dirty());
}

#[test]
fn a_node_is_resized_at_its_rims_and_texts_take_the_room() {
    let mut window = Window::first();
    let (node, text) = (window.bounds("prompt node"), window.bounds("prompt text"));
    let corner = node.right_bottom();
    window.drag(corner, corner + vec2(32.0, 80.0));
    let (wide, tall) = (window.bounds("prompt node"), window.bounds("prompt text"));
    assert!(wide.width() > node.width() + 20.0, "{wide}");
    assert!(tall.height() > text.height() + 60.0, "{tall}");
    assert_eq!(wide.min, node.min);

    let side = wide.right_center();
    window.drag(side, side - vec2(600.0, 0.0));
    let least = window.look("prompt").size.unwrap()[0];
    assert_eq!(least, 160.0, "no node is narrower");
    assert_eq!(window.bounds("prompt node").height(), wide.height());

    window.select(&["prompt"]);
    window.order(DrawingCommand::FitSize);
    assert_eq!(window.look("prompt").size, None);
    let fitted = window.bounds("prompt node");
    assert!((fitted.size() - node.size()).length() < 0.1, "{fitted}");
    for _ in 0..3 {
        window.undo();
    }
    assert!(!window.state().document.is_dirty(), "each is one step");
}

#[test]
fn a_collapsed_node_is_its_header_and_keeps_its_wires() {
    let mut window = Window::first();
    let before = window.bounds("sampler node");
    window.select(&["sampler"]);
    window.keys(Modifiers::ALT, Key::C);
    assert!(window.look("sampler").is_collapsed);
    let after = window.bounds("sampler node");
    assert!(after.height() < before.height() / 4.0, "{after}");
    assert!(!window.has("sampler steps"));
    assert!(window.source("sampler", "positive").is_some());
    window.keys(Modifiers::ALT, Key::C);
    assert!(window.has("sampler steps"));
    assert!(!window.look("sampler").is_collapsed);
}

#[test]
fn a_menu_colours_what_is_selected() {
    let mut window = Window::first();
    window.select(&["prompt", "negative"]);
    let header = window.title_bar("prompt node");
    window.menu_at(header);
    window.click("Green");
    for node in ["prompt", "negative"] {
        assert_eq!(window.look(node).color.as_deref(), Some("green"));
    }
    assert!(!window.has("Green"), "the menu has closed");

    // What is not selected is selected by asking for its menu.
    let header = window.title_bar("latent node");
    window.menu_at(header);
    assert_eq!(window.state().inspected(), Some("latent"));
    window.click("Red");
    window.menu_at(header);
    window.click("No colour");
    assert_eq!(window.look("latent").color, None);
    assert_eq!(window.look("prompt").color.as_deref(), Some("green"));
}

#[test]
fn a_pinned_node_stays_where_it_is() {
    let mut window = Window::first();
    window.select(&["prompt", "negative"]);
    window.keys(Modifiers::NONE, Key::P);
    assert!(window.look("prompt").is_pinned && window.look("negative").is_pinned);
    window.select(&["prompt"]);
    window.keys(Modifiers::NONE, Key::P);
    assert!(!window.look("prompt").is_pinned);

    window.select(&["prompt", "negative"]);
    let place = |window: &Window, key: &str| window.state().document.position(key);
    let before = (place(&window, "prompt"), place(&window, "negative"));
    let grip = window.title_bar("prompt node");
    window.drag(grip, grip + vec2(0.0, 40.0));
    assert_ne!(place(&window, "prompt"), before.0);
    assert_eq!(place(&window, "negative"), before.1);
}

#[test]
fn nodes_are_muted_and_bypassed() {
    let mut window = Window::first();
    window.select(&["decode"]);
    window.keys(Modifiers::COMMAND, Key::M);
    assert_eq!(window.mode("decode"), Mode::Muted);
    assert!(window.state().document.checked().outputs().is_empty());
    window.keys(Modifiers::COMMAND, Key::B);
    assert_eq!(window.mode("decode"), Mode::Bypassed);
    window.keys(Modifiers::COMMAND, Key::B);
    assert_eq!(window.mode("decode"), Mode::Active);
    assert!(!window.state().document.checked().outputs().is_empty());

    // Several that differ become alike first.
    window.select(&["prompt"]);
    window.keys(Modifiers::COMMAND, Key::M);
    window.select(&["prompt", "negative"]);
    window.keys(Modifiers::COMMAND, Key::M);
    assert_eq!(window.mode("negative"), Mode::Muted);
    assert_eq!(window.mode("prompt"), Mode::Muted);
}

#[test]
fn a_failed_node_says_so_and_offers_a_way_out() {
    let mut window = Window::first();
    let at = Input::new("model", "file");
    window.give(Command::SetParam {
        at,
        value: Some("not there".into()),
        live: false,
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.wait("the run fails", |state| {
        matches!(state.jobs.node("model"), Some(NodeState::Failed(_)))
    });
    window.settle();
    let failure = window.harness.query_by_label_contains("model failed: ");
    assert!(failure.is_some());
    window.click("model: Choose a file…");
    assert!(window.state().question.is_some());
}

#[test]
fn from_afar_nodes_still_have_their_names_and_pins() {
    let mut window = Window::first();
    let whole = window.bounds("sampler node").width();
    for zoom in [0.3, 0.12] {
        while window.bounds("sampler node").width() > whole * zoom {
            window.give(Command::Graph(GraphCommand::ZoomOut));
        }
        for name in [
            "sampler node",
            "sampler in model",
            "prompt out conditioning",
        ] {
            assert!(window.has(name), "{name} at {zoom}");
        }
        assert!(!window.has("sampler steps"));
    }
}
