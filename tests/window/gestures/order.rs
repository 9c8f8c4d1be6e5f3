//! Moving, the grid, copies by dragging, lines, gaps, layers.

use egui::{Key, Modifiers, vec2};
use pyrograph::command::Command;
use pyrograph::command::drawing::DrawingCommand;
use pyrograph::command::graph::{Arrange, GraphCommand};

use super::hand::CTRL;
use crate::window::Window;

const NONE: Modifiers = Modifiers::NONE;

#[test]
fn moved_nodes_stay_on_the_grid_unless_ctrl_or_the_settings_say_no() {
    let mut window = Window::first();
    window.give(Command::ActualSize);
    let drag = |window: &mut Window, modifiers: Modifiers| {
        let from = window.grip_of("sampler");
        window.drag_with([from, from + vec2(13.0, 17.0)], modifiers);
        let [x, y] = window.place_of("sampler");
        (x % 4.0, y % 4.0) == (0.0, 0.0)
    };
    assert!(drag(&mut window, NONE));
    assert!(!drag(&mut window, CTRL));
    window.keys(CTRL, Key::Period);
    assert!(!window.state().settings.snaps_to_grid);
    assert!(!drag(&mut window, NONE));
    window.give(GraphCommand::ToggleSnap.into());
    assert!(drag(&mut window, NONE));
}

#[test]
fn alt_drags_a_copy() {
    let mut window = Window::first();
    let before = window.place_of("sampler");
    let from = window.grip_of("sampler");
    window.drag_with([from, from + vec2(80.0, 120.0)], Modifiers::ALT);
    assert_eq!(window.node_count(), 8);
    assert_eq!(window.place_of("sampler"), before);
    let copy = window.state().inspected().unwrap().to_owned();
    assert_ne!(copy, "sampler");
    assert!(window.place_of(&copy)[1] > before[1] + 50.0);
    assert_eq!(
        window.source(&copy, "model").as_deref(),
        Some("model.model")
    );
    window.undo_once();
    assert_eq!(window.node_count(), 7, "one step");
    let from = window.grip_of("sampler");
    window.drag_with([from, from], Modifiers::ALT);
    assert_eq!(window.node_count(), 7, "a click copies nothing");
}

#[test]
fn alt_drags_a_copy_of_a_frame_with_all_that_lies_in_it() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["prompt".into(), "negative".into()]));
    window.keys(CTRL, Key::G);
    window.keys(NONE, Key::Escape);
    window.give(Command::Select(Vec::new()));
    let before = window.state().document.graph().clone();
    let header = window.area_of("frame frame").center();
    window.drag_with([header, header + vec2(-90.0, 260.0)], Modifiers::ALT);

    let graph = window.state().document.graph();
    assert_eq!(graph.nodes.len(), 9);
    for (key, node) in &before.nodes {
        assert_eq!(graph.nodes.get(key), Some(node), "{key} stays");
        assert_eq!(graph.view.position(key), before.view.position(key));
    }
    let [old, new] = ["frame", "frame_2"].map(|id| graph.view.frame(id).unwrap().rect);
    assert_eq!(
        Some(old),
        before.view.frame("frame").map(|frame| frame.rect)
    );
    let by = [new[0] - old[0], new[1] - old[1]];
    assert!(by[0] < 0.0 && by[1] > 0.0, "{by:?}");
    for key in ["prompt", "negative"] {
        let (from, to) = (window.place_of(key), window.place_of(&format!("{key}_2")));
        assert_eq!([to[0] - from[0], to[1] - from[1]], by, "{key}");
    }
    assert_eq!(
        window.source("prompt_2", "clip").as_deref(),
        Some("model.clip")
    );
    window.undo_once();
    assert_eq!(window.state().document.graph(), &before, "one step");
}

#[test]
fn pinned_nodes_stay() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    window.give_drawing(DrawingCommand::Pin);
    let before = window.place_of("sampler");
    let from = window.grip_of("sampler");
    window.drag(from, from + vec2(80.0, 120.0));
    window.keys(CTRL, Key::ArrowRight);
    assert_eq!(window.place_of("sampler"), before);
    window.give(Command::Select(Vec::new()));
    window.keys(CTRL, Key::L);
    assert_eq!(window.place_of("sampler"), before);
}

#[test]
fn nodes_come_in_line_and_apart() {
    let mut window = Window::first();
    let three = ["prompt", "negative", "latent"];
    window.shift_by("negative", [35.0, 40.0]);
    window.give(Command::Select(three.map(str::to_owned).to_vec()));
    window.give(GraphCommand::Arrange(Arrange::Left).into());
    let left = three.map(|key| window.place_of(key)[0]);
    assert!(left.iter().all(|x| *x == left[0]), "{left:?}");
    assert_eq!(window.state().document.undo_label(), Some("align"));
    window.give(GraphCommand::Arrange(Arrange::SpreadDown).into());
    let rects = three.map(|key| window.area_of(&format!("{key} node")));
    let gaps = [
        rects[1].top() - rects[0].bottom(),
        rects[2].top() - rects[1].bottom(),
    ];
    assert!((gaps[0] - gaps[1]).abs() < 1.5, "{gaps:?}");
    window.give(GraphCommand::Arrange(Arrange::Row).into());
    let middles = three.map(|key| window.area_of(&format!("{key} node")).center().y);
    assert!((middles[0] - middles[2]).abs() < 1.5, "{middles:?}");
    for _ in 0..4 {
        window.undo_once();
    }
    assert!(!window.state().document.is_dirty());
}

#[test]
fn all_nodes_are_arranged_along_their_wires_in_one_step() {
    let mut window = Window::first();
    let places = [
        "model", "prompt", "negative", "latent", "sampler", "decode", "save",
    ];
    for key in places {
        window.put_at(key, [0.0, 0.0]);
    }
    window.keys(CTRL, Key::L);
    window.give(Command::FitAll);
    let rects = places.map(|key| (key, window.area_of(&format!("{key} node"))));
    let rect = |key: &str| rects.iter().find(|(other, _)| *other == key).unwrap().1;
    for (source, input) in window.state().document.wires() {
        let (from, to) = (rect(&source.node), rect(&input.node));
        assert!(from.right() < to.left(), "{source} {input:?}");
    }
    for (i, (a, first)) in rects.iter().enumerate() {
        for (b, second) in &rects[i + 1..] {
            assert!(!first.intersects(*second), "{a} covers {b}");
        }
    }
    let arranged = places.map(|key| window.place_of(key));
    window.undo_once();
    assert_eq!(window.place_of("sampler"), [0.0, 0.0]);
    window.keys(CTRL, Key::L);
    assert_eq!(
        places.map(|key| window.place_of(key)),
        arranged,
        "always the same"
    );

    // Of a selection, the rest stays; a frame goes around what it held.
    window.give_drawing(DrawingCommand::AddFrame([
        -5_000.0, -5_000.0, 20_000.0, 20_000.0,
    ]));
    window.keys(NONE, Key::Escape);
    let two = ["decode", "save"];
    window.put_at("save", [0.0, -400.0]);
    let sampler = window.place_of("sampler");
    window.give(Command::Select(two.map(str::to_owned).to_vec()));
    window.keys(CTRL, Key::L);
    assert_eq!(window.place_of("sampler"), sampler);
    assert!(window.place_of("decode")[0] < window.place_of("save")[0]);
    let frames = window.state().document.graph().view.frames();
    let [.., width, height] = frames[0].1.rect;
    assert!(width < 5_000.0 && height < 5_000.0, "{width} {height}");
}

#[test]
fn alt_drags_copies_of_pinned_nodes_too() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    window.give_drawing(DrawingCommand::Pin);
    let from = window.grip_of("sampler");
    window.drag_with([from, from + vec2(40.0, 260.0)], Modifiers::ALT);
    assert_eq!(window.node_count(), 8);
    assert!(window.has("sampler_2 node"));
}
