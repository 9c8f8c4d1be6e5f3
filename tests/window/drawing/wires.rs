//! Reroutes and hidden wires.

use egui::{Key, Modifiers, Pos2, vec2};
use pyrograph::command::drawing::{DrawingCommand, Item};
use pyrograph::command::graph::GraphCommand;
use pyrograph::command::{Command, Input};

use pyrograph_engine::graph::Source;

use super::super::Window;

/// Half the way from one pin to the other.
fn middle(window: &Window, from: &str, to: &str) -> Pos2 {
    let (from, to) = (window.center(from), window.center(to));
    from + (to - from) / 2.0
}

fn route(window: &Window, input: &str) -> Vec<[f32; 2]> {
    window.state().document.graph().view.route(input)
}

#[test]
fn a_wire_is_bent_by_dragging_its_middle() {
    let mut window = Window::first();
    let grip = middle(&window, "sampler out latent", "decode in latent");
    window.drag(grip, grip + vec2(10.0, -60.0));
    assert_eq!(route(&window, "decode.latent").len(), 1);
    assert!(window.has("r reroute"));
    assert!(window.source("decode", "latent").is_some());

    let before = route(&window, "decode.latent");
    let ring = window.center("r reroute");
    window.drag(ring, ring + vec2(0.0, -40.0));
    assert!(route(&window, "decode.latent")[0][1] < before[0][1]);
    window.undo();
    assert_eq!(
        route(&window, "decode.latent"),
        before,
        "a drag is one step"
    );

    // The wire between the ring and its end is bent again.
    let grip = middle(&window, "r reroute", "decode in latent");
    window.drag(grip, grip + vec2(4.0, 70.0));
    assert_eq!(route(&window, "decode.latent").len(), 2);

    window.select_item(Item::Reroute("r".into()));
    window.keys(Modifiers::NONE, Key::Delete);
    assert_eq!(route(&window, "decode.latent").len(), 1, "the rest stays");
    assert!(window.source("decode", "latent").is_some());

    window.give(Command::Disconnect(Input::new("decode", "latent")));
    let view = &window.state().document.graph().view;
    assert!(view.reroutes().is_empty(), "it goes with its last wire");
}

#[test]
fn alt_and_a_click_on_a_wire_bends_it() {
    let mut window = Window::first();
    let wire = middle(&window, "sampler out latent", "decode in latent");
    window.click_at(wire, Modifiers::ALT);
    assert_eq!(route(&window, "decode.latent").len(), 1);
    window.undo();
    assert!(!window.state().document.is_dirty());
}

#[test]
fn a_double_click_on_a_wire_adds_a_reroute_there() {
    let mut window = Window::first();
    let wire = middle(&window, "sampler out latent", "decode in latent");
    window.double_click_at(wire);
    assert_eq!(route(&window, "decode.latent").len(), 1);
    assert!(!window.has("Search nodes"), "no node is asked for");
    let ring = window.center("r reroute");
    assert!((ring - wire).length() < 8.0, "{ring} {wire}");
    assert!(
        window
            .state()
            .selection
            .items
            .contains(&Item::Reroute("r".into()))
    );
    window.undo();
    assert!(!window.state().document.is_dirty(), "one step");
    // Elsewhere it asks for a node. (What comes sooner is a third and a fourth click.)
    for _ in 0..60 {
        window.harness.step();
    }
    let empty = window.bounds("canvas").left_top() + vec2(30.0, 30.0);
    window.double_click_at(empty);
    assert!(window.has("Search nodes"));
}

#[test]
fn the_selected_wire_gets_a_reroute_by_keys() {
    let mut window = Window::first();
    window.keys(Modifiers::ALT, Key::R);
    assert!(!window.state().document.is_dirty(), "no wire is selected");
    let wire = Input::new("decode", "latent");
    for count in 1..=3 {
        window.give(Command::SelectWire(wire.clone()));
        window.keys(Modifiers::ALT, Key::R);
        assert_eq!(route(&window, "decode.latent").len(), count);
    }
    let [from, to] = ["sampler out latent", "decode in latent"].map(|pin| window.center(pin));
    let rings = ["r", "r_2", "r_3"].map(|id| window.center(&format!("{id} reroute")));
    for ring in rings {
        assert!(from.x - 4.0 < ring.x && ring.x < to.x + 4.0, "{ring}");
    }
}

#[test]
fn a_wire_ends_on_a_collapsed_node_where_it_fits() {
    let mut window = Window::first();
    window.select(&["sampler"]);
    window.keys(Modifiers::ALT, Key::C);
    let side = window.bounds("sampler node").left_center();
    window.drag(
        window.center("prompt out conditioning"),
        side + vec2(2.0, 0.0),
    );
    assert_eq!(
        window.source("sampler", "positive").as_deref(),
        Some("prompt.conditioning")
    );
    window.drag(window.center("negative out conditioning"), side);
    assert_eq!(
        window.source("sampler", "positive").as_deref(),
        Some("negative.conditioning"),
        "the first input that it fits"
    );
}

#[test]
fn another_wire_is_dragged_out_of_a_reroute() {
    let mut window = Window::first();
    window.order(DrawingCommand::AddReroute {
        wire: Input::new("sampler", "positive"),
        at: [510.0, 20.0],
        place: 0,
    });
    let out = window.center("r out");
    let end = window.center("sampler in negative");
    window.drag(out, end);
    assert_eq!(
        window.source("sampler", "negative").as_deref(),
        Some("prompt.conditioning")
    );
    let shared = route(&window, "sampler.negative");
    assert_eq!(shared, route(&window, "sampler.positive"));
    assert_eq!(shared.len(), 1);
    window.undo();
    assert_eq!(
        window.source("sampler", "negative").as_deref(),
        Some("negative.conditioning")
    );
    assert!(route(&window, "sampler.negative").is_empty());
}

#[test]
fn hidden_wires_are_badges_that_lead_to_the_other_end() {
    let mut window = Window::first();
    let wire = Input::new("sampler", "positive");
    window.give(Command::SelectWire(wire));
    window.keys(Modifiers::COMMAND, Key::H);
    let view = &window.state().document.graph().view;
    assert!(view.is_hidden("sampler.positive"));
    let (at_end, at_start) = (
        "sampler in positive from prompt",
        "prompt out conditioning to sampler",
    );
    assert!(window.has(at_end) && window.has(at_start));
    window.click(at_end);
    assert_eq!(window.state().inspected(), Some("prompt"));
    window.click(at_start);
    assert_eq!(window.state().inspected(), Some("sampler"));

    // All wires of a node: those that are seen are hidden first.
    window.keys(Modifiers::COMMAND, Key::H);
    let view = &window.state().document.graph().view;
    assert!(view.is_hidden("sampler.latent") && view.is_hidden("decode.latent"));
    assert!(!view.is_hidden("decode.vae"));
    window.keys(Modifiers::COMMAND, Key::H);
    assert!(!window.has(at_end));
    assert!(window.source("sampler", "positive").is_some());
}

#[test]
fn a_new_wire_is_straight_and_seen_whatever_was_there() {
    let mut window = Window::first();
    window.give(Command::SelectWire(Input::new("sampler", "positive")));
    window.keys(Modifiers::ALT, Key::R);
    window.give(Command::SelectWire(Input::new("sampler", "positive")));
    window.order(DrawingCommand::HideWires);
    let is_hidden = |window: &Window| {
        let view = &window.state().document.graph().view;
        view.is_hidden("sampler.positive")
    };
    assert!(is_hidden(&window));
    assert_eq!(route(&window, "sampler.positive").len(), 1);
    window.give(Command::Connect {
        from: Source {
            node: "negative".into(),
            pin: "conditioning".into(),
        },
        to: Input::new("sampler", "positive"),
        cut: None,
    });
    assert!(!is_hidden(&window));
    assert!(route(&window, "sampler.positive").is_empty());
    assert!(window.state().document.graph().view.reroutes().is_empty());
    window.undo();
    assert!(is_hidden(&window), "one step");
}

#[test]
fn a_wire_drawn_again_through_its_own_point_stays_as_it_is() {
    let mut window = Window::first();
    window.give(Command::SelectWire(Input::new("decode", "latent")));
    window.keys(Modifiers::ALT, Key::R);
    let before = window.state().document.graph().clone();
    window.order(DrawingCommand::ConnectThrough {
        from: Source {
            node: "sampler".into(),
            pin: "latent".into(),
        },
        to: Input::new("decode", "latent"),
        reroute: "r".into(),
    });
    assert_eq!(window.state().document.graph(), &before);
}

#[test]
fn points_and_notes_go_with_the_nodes_that_are_arranged() {
    let mut window = Window::first();
    window.give(Command::SelectWire(Input::new("decode", "latent")));
    window.keys(Modifiers::ALT, Key::R);
    window.select(&["decode", "save"]);
    window.keys(Modifiers::COMMAND, Key::G);
    window.keys(Modifiers::NONE, Key::Escape);
    let rect_of = |window: &Window| {
        let view = &window.state().document.graph().view;
        view.frame("frame").unwrap().rect
    };
    let [x, y, ..] = rect_of(&window);
    window.order(DrawingCommand::AddNote([x + 24.0, y + 60.0, 120.0, 40.0]));
    window.keys(Modifiers::NONE, Key::Escape);
    // Far away, and back into order.
    window.order(DrawingCommand::Select {
        nodes: Vec::new(),
        items: vec![Item::Frame("frame".into())],
    });
    for _ in 0..3 {
        window.keys(Modifiers::COMMAND, Key::ArrowDown);
    }
    window.give(Command::Move {
        to: vec![("sampler".into(), [-4_000.0, 2_000.0])],
        live: false,
    });
    window.give(Command::Select(Vec::new()));
    window.keys(Modifiers::COMMAND, Key::L);
    let view = &window.state().document.graph().view;
    let [x, y] = route(&window, "decode.latent")[0];
    let [from, to] = ["sampler", "decode"].map(|key| view.position(key).unwrap());
    assert!(from[0] < x && x < to[0] + 40.0, "{from:?} {x} {to:?}");
    assert!((y - from[1]).abs() < 800.0, "{from:?} {y}");
    let ([x, y, width, height], note) = (rect_of(&window), view.note("note").unwrap().rect);
    let is_inside = note[0] >= x
        && note[1] >= y
        && note[0] + note[2] <= x + width
        && note[1] + note[3] <= y + height;
    assert!(is_inside, "{note:?} in {:?}", [x, y, width, height]);
}

#[test]
fn wires_and_the_canvas_have_menus() {
    let mut window = Window::first();
    let wire = middle(&window, "sampler out latent", "decode in latent");
    window.menu_at(wire);
    assert_eq!(
        window.state().selection.wire,
        Some(Input::new("decode", "latent"))
    );
    window.click("Cut wires");
    assert_eq!(window.source("decode", "latent"), None);

    // A node has its menu over its fields too.
    window.menu_at(window.center("sampler steps"));
    assert_eq!(window.state().inspected(), Some("sampler"));
    assert!(window.has("Rename"));
    window.keys(Modifiers::NONE, Key::Escape);

    let canvas = window.bounds("canvas");
    window.menu_at(canvas.left_bottom() + vec2(40.0, -120.0));
    assert!(window.has("Add note") && window.has("Select all"));
    window.click("Add note");
    assert_eq!(window.state().document.graph().view.notes().len(), 1);
}

#[test]
fn a_copy_has_no_points_of_wires_that_were_not_copied() {
    let mut window = Window::first();
    window.give(Command::SelectWire(Input::new("sampler", "positive")));
    window.keys(Modifiers::ALT, Key::R);
    window.select(&["sampler"]);
    let graph = window.state().document.graph();
    let nodes = ["sampler".to_owned()];
    let copy =
        pyrograph::clipboard::copy(graph, &nodes.map(pyrograph::command::drawing::Part::Node))
            .unwrap();
    window.give(Command::Graph(GraphCommand::PasteText {
        text: pyrograph_engine::graph::file::write(&copy),
        at: [0.0, 900.0],
    }));
    let view = &window.state().document.graph().view;
    assert_eq!(view.reroutes().len(), 1);
}
