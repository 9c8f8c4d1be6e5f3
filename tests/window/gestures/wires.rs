//! Wires: dropped on nothing, cut by the knife, moved as a bundle, bent; nodes let fall on them.

use egui::{Key, Modifiers, PointerButton, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::command::graph::GraphCommand;
use pyrograph::command::{Command, Input};

use super::hand::CTRL;
use crate::window::Window;

const NONE: Modifiers = Modifiers::NONE;

#[test]
fn a_wire_dropped_on_nothing_asks_for_a_node_that_fits() {
    let mut window = Window::first();
    let from = window.center("sampler out latent");
    let empty = window.center("canvas") + vec2(0.0, 300.0);
    window.drag(from, empty);
    assert!(window.has("takes Latent"), "the list is narrowed");
    assert!(window.has("Decode latent") && !window.has("Load checkpoint"));
    window
        .harness
        .get_by_label("Search nodes")
        .type_text("decode");
    window.settle();
    window.keys(NONE, Key::Enter);
    let added = window.state().inspected().unwrap().to_owned();
    assert_eq!(
        window.source(&added, "latent").as_deref(),
        Some("sampler.latent")
    );
    window.undo_once();
    assert_eq!(window.node_count(), 7, "one step");

    // From an input, and with the filter taken away.
    window.give(Command::Disconnect(Input::new("sampler", "latent")));
    window.drag(window.center("sampler in latent"), empty);
    assert!(window.has("Empty latent") && !window.has("Save image"));
    window.click("gives Latent");
    assert!(window.has("Search nodes"), "the list stays");
    assert!(!window.has("gives Latent"));
    assert!(window.has("Load checkpoint"));
    window.keys(NONE, Key::Escape);
    assert!(!window.has("Search nodes"));
    window.drag(window.center("sampler in latent"), empty);
    window
        .harness
        .get_by_label("Search nodes")
        .type_text("empty");
    window.settle();
    window.keys(NONE, Key::Enter);
    let added = window.state().inspected().unwrap().to_owned();
    let wanted = format!("{added}.latent");
    assert_eq!(window.source("sampler", "latent"), Some(wanted));
}

#[test]
fn a_wire_may_end_on_a_param() {
    let mut window = Window::first();
    let number = window.add_node("Number", [300.0, 560.0]);
    window.give(Command::FitAll);
    let out = window.center(&format!("{number} out number"));
    window.drag(out, window.center("sampler steps"));
    let wanted = format!("{number}.number");
    assert_eq!(window.source("sampler", "steps"), Some(wanted.clone()));
    assert!(window.has(&format!("sampler steps from {wanted}")));
}

#[test]
fn a_node_let_fall_on_a_wire_goes_between_its_ends() {
    let mut window = Window::first();
    let clip = window.add_node("Clip skip", [60.0, -220.0]);
    window.shift_by("prompt", [300.0, 0.0]);
    window.give(Command::FitAll);
    let start = window.center("model out clip");
    let end = window.center("prompt in clip");
    let node = window.area_of(&format!("{clip} node"));
    let grip = window.grip_of(&clip);
    // So that the node's middle comes to the wire's.
    let to = start + (end - start) * 0.5 + (grip - node.center());
    window.drag(grip, to);
    assert_eq!(window.source(&clip, "clip").as_deref(), Some("model.clip"));
    assert_eq!(
        window.source("prompt", "clip"),
        Some(format!("{clip}.clip"))
    );
    assert_eq!(
        window.state().document.undo_label(),
        Some("insert into wire")
    );
    window.undo_once();
    assert_eq!(
        window.source("prompt", "clip").as_deref(),
        Some("model.clip")
    );
    assert_eq!(
        window.place_of(&clip),
        [60.0, -220.0],
        "one step with the move"
    );
    window.give(Command::Redo);
    assert_eq!(
        window.source("prompt", "clip"),
        Some(format!("{clip}.clip"))
    );

    // What does not fit is only moved.
    let number = window.add_node("Number", [460.0, -220.0]);
    window.give(Command::FitAll);
    let before = window.state().document.graph().nodes.clone();
    let (from, to) = (
        window.center("sampler out latent"),
        window.center("decode in latent"),
    );
    let grip = window.grip_of(&number);
    window.drag(grip, from + (to - from) * 0.5);
    assert_eq!(window.state().document.graph().nodes, before);
}

#[test]
fn the_knife_cuts_what_it_crosses_in_one_step() {
    let mut window = Window::first();
    let x = (window.area_of("prompt node").right() + window.area_of("sampler node").left()) / 2.0;
    let canvas = window.area_of("canvas");
    let way = [
        egui::pos2(x, canvas.top() + 20.0),
        egui::pos2(x, canvas.bottom() - 20.0),
    ];
    window.drag_by(way, (PointerButton::Secondary, CTRL));
    for input in ["positive", "negative", "latent"] {
        assert_eq!(window.source("sampler", input), None, "{input}");
    }
    assert_eq!(
        window.source("decode", "latent").as_deref(),
        Some("sampler.latent")
    );
    window.undo_once();
    assert!(!window.state().document.is_dirty());
    // Without Ctrl it is no knife.
    window.drag_by(way, (PointerButton::Secondary, NONE));
    assert!(!window.state().document.is_dirty());
}

#[test]
fn ctrl_and_alt_cut_the_wires_of_what_is_clicked() {
    let mut window = Window::first();
    let held = CTRL | Modifiers::ALT;
    let output = window.center("model out clip");
    window.click_at(output, held);
    for node in ["prompt", "negative"] {
        assert_eq!(window.source(node, "clip"), None, "{node}");
    }
    window.undo_once();
    assert!(window.source("prompt", "clip").is_some(), "one step");
    let input = window.center("sampler in latent");
    window.click_at(input, held);
    assert_eq!(window.source("sampler", "latent"), None);
    window.click_at(input, held);
    window.undo_once();
    assert!(
        !window.state().document.is_dirty(),
        "a free pin has no wire"
    );

    let from = window.center("sampler out latent");
    let to = window.center("decode in latent");
    window.click_at(from + (to - from) / 2.0, held);
    assert_eq!(window.source("decode", "latent"), None);
}

#[test]
fn pins_that_do_not_fit_are_told_while_a_wire_is_dragged() {
    let mut window = Window::first();
    let is_off = |window: &Window, pin: &str| {
        let pin = window.harness.get_by_label(pin);
        pin.accesskit_node().is_disabled()
    };
    let from = window.center("negative out conditioning");
    let line = [from, from + vec2(30.0, 40.0)];
    let held = (PointerButton::Primary, NONE);
    assert!(!is_off(&window, "sampler in model"));
    window.begin_drag(line, held);
    assert!(!is_off(&window, "sampler in positive"));
    for pin in [
        "sampler in model",        // another type
        "save in image",           // another type
        "prompt out conditioning", // an output, as it is itself
        "negative in clip",        // its own node: a circle
    ] {
        assert!(is_off(&window, pin), "{pin}");
    }
    window.end_drag(line[1], held);
    assert!(!is_off(&window, "sampler in model"));
}

#[test]
fn a_bundle_moves_all_wires_of_a_pin() {
    let mut window = Window::first();
    let other = window.add_node("Load checkpoint", [0.0, 420.0]);
    window.give(Command::FitAll);
    let from = window.center("model out clip");
    let to = window.center(&format!("{other} out clip"));
    window.drag_with([from, to], Modifiers::SHIFT);
    for node in ["prompt", "negative"] {
        assert_eq!(window.source(node, "clip"), Some(format!("{other}.clip")));
    }
    assert_eq!(window.source("decode", "vae").as_deref(), Some("model.vae"));
    window.undo_once();
    assert_eq!(
        window.source("prompt", "clip").as_deref(),
        Some("model.clip")
    );
    assert_eq!(
        window.source("negative", "clip").as_deref(),
        Some("model.clip")
    );
    // Dropped where it does not fit, nothing changes.
    let vae = window.center(&format!("{other} out vae"));
    window.drag_with([from, vae], Modifiers::SHIFT);
    let empty = window.area_of("canvas").left_top() + vec2(20.0, 20.0);
    window.drag_with([from, empty], Modifiers::SHIFT);
    assert_eq!(
        window.source("prompt", "clip").as_deref(),
        Some("model.clip")
    );
}

#[test]
fn selected_nodes_are_connected_from_left_to_right() {
    let mut window = Window::first();
    for input in ["model", "positive", "negative"] {
        window.give(Command::Disconnect(Input::new("sampler", input)));
    }
    window.give(Command::Select(vec!["model".into(), "sampler".into()]));
    window.keys(NONE, Key::F);
    assert_eq!(
        window.source("sampler", "model").as_deref(),
        Some("model.model")
    );
    window.give(Command::Select(vec!["sampler".into(), "prompt".into()]));
    window.keys(NONE, Key::F);
    assert_eq!(
        window.source("sampler", "positive").as_deref(),
        Some("prompt.conditioning")
    );
    window.give(Command::Select(vec!["save".into(), "model".into()]));
    window.give(GraphCommand::ConnectSelected.into());
    let notice = window.state().notice.as_ref().unwrap();
    assert!(notice.words.contains("fit"), "{}", notice.words);
}

#[test]
fn dissolving_keeps_the_wires_through_a_node() {
    let mut window = Window::first();
    let clip = window.add_node("Clip skip", [60.0, -220.0]);
    let through = pyrograph_engine::graph::Source {
        node: clip.clone(),
        pin: "clip".into(),
    };
    let first = pyrograph_engine::graph::Source {
        node: "model".into(),
        pin: "clip".into(),
    };
    for (from, to) in [
        (first, Input::new(&clip, "clip")),
        (through, Input::new("prompt", "clip")),
    ] {
        window.give(Command::Connect {
            from,
            to,
            cut: None,
        });
    }
    window.give(Command::Select(vec![clip.clone()]));
    window.keys(CTRL, Key::Delete);
    assert!(!window.state().document.graph().nodes.contains_key(&clip));
    assert_eq!(
        window.source("prompt", "clip").as_deref(),
        Some("model.clip")
    );
}

#[test]
fn a_wire_is_selected_by_a_click_and_bent_by_a_drag() {
    let mut window = Window::first();
    window.shift_by("save", [300.0, 0.0]);
    window.give(Command::FitAll);
    let (from, to) = (
        window.center("decode out image"),
        window.center("save in image"),
    );
    let middle = from + (to - from) * 0.5;
    window.click_at(middle, NONE);
    let wire = window.state().selection.wire.clone();
    assert_eq!(wire, Some(Input::new("save", "image")));
    window.drag(middle, middle + vec2(0.0, -70.0));
    let view = &window.state().document.graph().view;
    assert_eq!(view.reroutes().len(), 1);
    assert_eq!(view.route("save.image").len(), 1);
    // Selected, a wire is deleted as nodes are.
    window.give(Command::SelectWire(Input::new("save", "image")));
    window.keys(NONE, Key::Delete);
    assert_eq!(window.source("save", "image"), None);
    assert!(window.state().document.graph().view.reroutes().is_empty());
}
