//! How the graph is drawn and ordered: looks of nodes here, the rest in the files below.

mod frames;
mod groups;
mod wires;

use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::canvas::node::secs_text;
use pyrograph::command::drawing::{DrawingCommand, Item};
use pyrograph::command::graph::GraphCommand;
use pyrograph::command::{Command, Input, NewNode};
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

    /// What a screen reader says of a node's state.
    fn told(&self, node: &str) -> String {
        let name = format!("{node} node");
        let group = self.harness.get_by_role_and_label(Role::Group, &name);
        group.accesskit_node().value().unwrap_or_default()
    }

    /// What is listed to choose from.
    fn listed(&self) -> Vec<String> {
        let lines = self.harness.query_all_by_role(Role::ListBoxOption);
        lines
            .filter_map(|line| line.accesskit_node().label())
            .collect()
    }

    /// The colours that the open menu ticks.
    fn ticked(&self) -> Vec<String> {
        let lines = self.harness.query_all_by_role(Role::MenuItemRadio);
        let ticked = lines.filter(|line| line.accesskit_node().toggled() == Some(Toggled::True));
        ticked
            .filter_map(|line| line.accesskit_node().label())
            .collect()
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
fn a_collapsed_node_is_wired_at_the_pins_of_its_two_ends() {
    let mut window = Window::first();
    window.select(&["sampler"]);
    window.order(DrawingCommand::Collapse);
    let node = window.bounds("sampler node");
    let names = ["model", "positive", "negative", "latent"];
    let pins = names.map(|name| window.bounds(&format!("sampler in {name}")));
    for pin in &pins {
        assert!((pin.center().x - node.left()).abs() < 1.0, "{pin}");
        assert!(node.y_range().contains(pin.center().y), "{pin} {node}");
    }
    for (pin, next) in pins.iter().zip(&pins[1..]) {
        assert!(pin.bottom() <= next.top() + 0.1, "{pin} {next}");
    }
    assert!(!window.has("sampler in steps"), "as long as it has no wire");

    let end = window.center("sampler in negative");
    window.drag(end, end + vec2(-40.0, 280.0));
    assert_eq!(window.source("sampler", "negative"), None);
    assert!(window.source("sampler", "positive").is_some());
    let (from, to) = ("prompt out conditioning", "sampler in negative");
    window.drag(window.center(from), window.center(to));
    let now = window.source("sampler", "negative");
    assert_eq!(now.as_deref(), Some("prompt.conditioning"));

    // What does not fit is refused there as on any pin.
    let (from, to) = ("model out vae", "sampler in model");
    window.drag(window.center(from), window.center(to));
    let now = window.source("sampler", "model");
    assert_eq!(now.as_deref(), Some("model.model"));
    let from = window.center("sampler out latent");
    window.drag(from, window.center("decode in latent"));
    assert!(window.source("decode", "latent").is_some());
}

#[test]
fn a_wire_dropped_on_a_collapsed_node_asks_for_the_pin_if_several_fit() {
    let mut window = Window::first();
    window.give(Command::Add(NewNode {
        is: "value.number",
        at: [0.0, 900.0],
    }));
    window.select(&["sampler"]);
    window.order(DrawingCommand::Collapse);
    window.give(Command::FitAll);
    let body = window.bounds("sampler node").center();

    let from = window.center("negative out conditioning");
    window.drag(from, body);
    assert_eq!(window.listed(), ["positive", "negative"]);
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.listed().is_empty());
    let before = window.source("sampler", "positive");
    assert_eq!(before.as_deref(), Some("prompt.conditioning"), "unchanged");
    window.drag(from, body);
    window.keys(Modifiers::NONE, Key::Enter);
    let now = window.source("sampler", "positive");
    assert_eq!(now.as_deref(), Some("negative.conditioning"));
    window.undo();
    assert_eq!(window.source("sampler", "positive"), before);

    // Params have no pins to aim at while the node is collapsed: they are chosen by name.
    window.drag(window.center("number out number"), body);
    assert!(window.listed().contains(&"steps".to_owned()));
    window.harness.get_by_label("Search pins").type_text("cfg");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    let now = window.source("sampler", "cfg");
    assert_eq!(now.as_deref(), Some("number.number"));
    assert!(window.has("sampler in cfg"), "now it has one");

    // A single pin that fits is taken at once.
    window.give(Command::Disconnect(Input::new("sampler", "latent")));
    let body = window.bounds("sampler node").center();
    window.drag(window.center("latent out latent"), body);
    assert!(window.listed().is_empty());
    let now = window.source("sampler", "latent");
    assert_eq!(now.as_deref(), Some("latent.latent"));
}

#[test]
fn a_node_grows_with_its_text() {
    let mut window = Window::first();
    let before = window.bounds("prompt node");
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    for _ in 0..6 {
        window.keys(Modifiers::NONE, Key::Enter);
    }
    let after = window.bounds("prompt node");
    let line = 8.0;
    assert!(after.height() > before.height() + 6.0 * line, "{after}");
    assert_eq!(after.min, before.min);
    window.give(Command::EndGesture);
    window.give(Command::Undo);
    assert_eq!(window.bounds("prompt node"), before);
}

#[test]
fn nodes_tell_what_their_run_comes_to() {
    let mut window = Window::first();
    assert_eq!(window.told("sampler"), "", "nothing has run");
    let run = |window: &mut Window| {
        window
            .harness
            .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        window.wait("the run begins", |state| state.jobs.is_running());
    };
    run(&mut window);
    window.wait("the sampler shows its first step", |state| {
        let is_turning = matches!(
            state.jobs.node("sampler"),
            Some(NodeState::Running { steps: Some(_) })
        );
        is_turning && state.jobs.shown("sampler").is_some()
    });
    let told = window.told("sampler");
    assert!(
        told.starts_with("running, ") && told.ends_with(" of 20"),
        "{told}"
    );
    assert!(window.has("sampler preview"), "it is seen being made");
    assert_eq!(window.told("save"), "queued");
    window.wait("the run ends", |state| !state.jobs.is_running());
    window.settle();
    let told = window.told("sampler");
    let has_peak = window.state().jobs.peak_bytes("sampler").is_some();
    assert!(told.contains(" s"), "{told}");
    assert_eq!(told.contains("B"), has_peak, "{told}");

    run(&mut window);
    window.wait("the second run ends", |state| !state.jobs.is_running());
    window.settle();
    assert_eq!(window.told("sampler"), "reused");
    window.select(&["sampler"]);
    window.order(DrawingCommand::Mute);
    assert_eq!(window.told("sampler"), "muted");
    window.order(DrawingCommand::Bypass);
    assert_eq!(window.told("sampler"), "bypassed");
}

#[test]
fn the_inspector_says_why_a_node_will_run_again() {
    let mut window = Window::first();
    window.run();
    window.select(&["sampler"]);
    assert!(window.has("Why will this run?"));
    let at = Input::new("sampler", "steps");
    window.give(Command::SetParam {
        at,
        value: Some(3.into()),
        live: false,
    });
    window.wait("the next run is looked at", |state| {
        let mut reasons = state.jobs.reasons().iter();
        reasons.any(|reason| reason.node == "sampler")
    });
    window.settle();
    assert!(window.has("sampler: steps was 20 and is 3"));
    window.select(&["decode"]);
    let words = "decode: latent comes from sampler, which gives another value";
    assert!(window.has(words));
}

#[test]
fn a_group_tells_the_time_and_the_memory_of_what_is_inside() {
    let mut window = Window::first();
    window.select(&["sampler", "decode"]);
    window.order(DrawingCommand::Group);
    window.run();
    let jobs = &window.state().jobs;
    let inside = jobs.inside("group").map(|state| match state {
        NodeState::Done { secs } => *secs,
        other => panic!("{other:?}"),
    });
    let secs: Vec<f64> = inside.collect();
    assert_eq!(secs.len(), 2);
    let told = window.told("group");
    let all = secs_text(secs.iter().sum());
    assert!(told.starts_with(&all), "{told}: {secs:?}");
    let peaks = ["group/sampler", "group/decode"].map(|key| jobs.peak_bytes(key));
    assert_eq!(jobs.peak_bytes_inside("group"), peaks[0].max(peaks[1]));
    assert_eq!(told.contains("B"), peaks[0].is_some(), "{told}");

    // What a later run does not do again takes neither time nor memory in it.
    window.run();
    assert_eq!(window.told("group"), "reused");
    assert_eq!(window.state().jobs.peak_bytes_inside("group"), None);
}

#[test]
fn pins_tell_what_they_carry_and_whether_they_are_needed() {
    let window = Window::first();
    let told = |name: &str| {
        let pin = window.harness.get_by_label(name);
        pin.accesskit_node().value().unwrap_or_default()
    };
    assert_eq!(told("sampler in model"), "Model, required");
    assert_eq!(told("prompt out conditioning"), "Conditioning");
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
    window.menu_at(header);
    assert_eq!(window.ticked(), ["Green"]);
    window.keys(Modifiers::NONE, Key::Escape);
    window.select(&["prompt", "latent"]);
    window.menu_at(header);
    assert!(window.ticked().is_empty(), "they differ");
    window.keys(Modifiers::NONE, Key::Escape);
    window.select(&["prompt"]);

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
fn a_menu_is_seen_whole_where_the_window_has_room() {
    let mut window = Window::first();
    let header = window.title_bar("latent node");
    window.menu_at(header);
    let last = window
        .harness
        .get_by_role_and_label(Role::MenuItem, "Delete");
    let place = last.rect().center();
    window.click_at(place, Modifiers::NONE);
    assert!(!window.has("latent node"));
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
