//! A gesture that is taken back half-way, by Escape or the other button, was never made.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2, vec2};
use pyrograph::command::drawing::{DrawingCommand, Item};
use pyrograph::command::graph::GraphCommand;
use pyrograph::command::{Command, Input};
use pyrograph_engine::graph::Graph;

use super::hand::CTRL;
use crate::window::Window;

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;

/// From where to where a drag goes, and what is held.
type Drag = ([Pos2; 2], (PointerButton, Modifiers));

/// A gesture's name, and how it is made in a window.
type Gesture = (&'static str, fn(&Window) -> Drag);

/// Every gesture that changes the graph.
const GESTURES: &[Gesture] = &[
    ("move a node", |window| {
        let grip = window.grip_of("sampler");
        primary([grip, grip + vec2(40.0, 30.0)], NONE)
    }),
    ("copy a node", |window| {
        let grip = window.grip_of("sampler");
        primary([grip, grip + vec2(40.0, 30.0)], ALT)
    }),
    ("put a node on a wire", |window| {
        let node = window.area_of("clip node");
        let grip = window.grip_of("clip");
        let [start, end] = ["model out clip", "prompt in clip"].map(|pin| window.center(pin));
        let to = start + (end - start) * 0.5 + (grip - node.center());
        primary([grip, to], NONE)
    }),
    ("resize a node", |window| {
        let corner = window.area_of("latent node").right_bottom();
        primary([corner, corner + vec2(30.0, 30.0)], NONE)
    }),
    ("move a frame", |window| {
        let header = window.area_of("frame frame").center();
        primary([header, header + vec2(-30.0, 20.0)], NONE)
    }),
    ("copy a frame", |window| {
        let header = window.area_of("frame frame").center();
        primary([header, header + vec2(-30.0, 20.0)], ALT)
    }),
    ("resize a frame", |window| {
        let side = window.area_of("frame frame").left_center();
        primary([side, side - vec2(30.0, 0.0)], NONE)
    }),
    ("move a note", |window| {
        let note = window.area_of("note note").center();
        primary([note, note + vec2(20.0, 10.0)], NONE)
    }),
    ("resize a note", |window| {
        let corner = window.area_of("note note").right_bottom();
        primary([corner, corner + vec2(20.0, 10.0)], NONE)
    }),
    ("move a reroute", |window| {
        let ring = window.center("r reroute");
        primary([ring, ring + vec2(0.0, -30.0)], NONE)
    }),
    ("lay a wire out of a reroute", |window| {
        let line = ["r out", "sampler in negative"].map(|pin| window.center(pin));
        primary(line, NONE)
    }),
    ("lay a wire", |window| {
        let line = ["prompt out conditioning", "sampler in negative"];
        primary(line.map(|pin| window.center(pin)), NONE)
    }),
    ("take a wire's end off", |window| {
        let end = window.center("sampler in latent");
        primary([end, empty(window)], NONE)
    }),
    ("move a bundle", |window| {
        let line = ["model out clip", "other out clip"];
        primary(line.map(|pin| window.center(pin)), SHIFT)
    }),
    ("bend a wire", |window| {
        let [from, to] = ["sampler out latent", "decode in latent"].map(|pin| window.center(pin));
        let middle = from + (to - from) / 2.0;
        primary([middle, middle + vec2(0.0, -40.0)], NONE)
    }),
    ("cut with the knife", |window| {
        let right = window.area_of("sampler node").left();
        let x = (window.area_of("prompt node").right() + right) / 2.0;
        let canvas = window.area_of("canvas");
        let line = [
            pos2(x, canvas.top() + 20.0),
            pos2(x, canvas.bottom() - 20.0),
        ];
        (line, (PointerButton::Secondary, CTRL))
    }),
];

fn primary(line: [Pos2; 2], modifiers: Modifiers) -> Drag {
    (line, (PointerButton::Primary, modifiers))
}

/// A place on the canvas where nothing lies, and not at its rim, where the view would follow.
fn empty(window: &Window) -> Pos2 {
    window.area_of("canvas").left_top() + vec2(60.0, 60.0)
}

/// The first picture with one of everything, and a step that could be brought back.
fn prepared() -> Window {
    let mut window = Window::first();
    let id = |title| {
        let mut specs = pyrograph_nodes::ALL.iter();
        specs.find(|spec| spec.title == title).unwrap().id
    };
    let text = format!(
        r#"{{ "format": 1,
            "nodes": {{ "other": {{ "is": "{}" }}, "clip": {{ "is": "{}" }} }},
            "view": {{ "nodes": {{ "other": [0, 460], "clip": [100, -260] }} }} }}"#,
        id("Load checkpoint"),
        id("Clip skip"),
    );
    let at = [0.0, -260.0];
    window.give(GraphCommand::PasteText { text, at }.into());
    window.give(Command::Select(vec!["prompt".into(), "negative".into()]));
    window.keys(CTRL, Key::G);
    window.keys(NONE, Key::Escape);
    window.give_drawing(DrawingCommand::AddNote([700.0, 460.0, 220.0, 120.0]));
    window.keys(NONE, Key::Escape);
    window.give_drawing(DrawingCommand::AddReroute {
        wire: Input::new("sampler", "positive"),
        at: window.before_sampler(),
        place: 0,
    });
    window.give(Command::Select(Vec::new()));
    window.shift_by("save", [200.0, 0.0]);
    window.shift_by("latent", [0.0, 4.0]);
    window.undo_once();
    window.give(Command::FitAll);
    window
}

impl Window {
    /// A place a little left of the sampler, in the graph.
    fn before_sampler(&self) -> [f32; 2] {
        let [x, y] = self.place_of("sampler");
        [x - 40.0, y - 30.0]
    }

    fn press_escape(&mut self, modifiers: Modifiers) {
        for pressed in [true, false] {
            self.harness.event(Event::Key {
                key: Key::Escape,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            });
            self.harness.step();
        }
    }
}

/// What a gesture that is taken back leaves as it was.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    graph: Graph,
    undo: Option<String>,
    redo: Option<String>,
    is_dirty: bool,
}

impl Kept {
    fn of(window: &Window) -> Self {
        let document = &window.state().document;
        Self {
            graph: document.graph().clone(),
            undo: document.undo_label().map(str::to_owned),
            redo: document.redo_label().map(str::to_owned),
            is_dirty: document.is_dirty(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Escape,
    OtherButton,
}

impl Way {
    /// Takes back what is under way.
    fn take(self, window: &mut Window, at: Pos2, (button, modifiers): (PointerButton, Modifiers)) {
        match self {
            Self::Escape => window.press_escape(modifiers),
            Self::OtherButton => {
                let other = match button {
                    PointerButton::Primary => PointerButton::Secondary,
                    _ => PointerButton::Primary,
                };
                window.button(at, (other, modifiers), true);
                window.button(at, (other, modifiers), false);
            }
        }
        window.settle();
    }
}

#[test]
fn a_gesture_taken_back_half_way_was_never_made() {
    let mut window = prepared();
    for (name, gesture) in GESTURES {
        let before = Kept::of(&window);
        for way in [Way::Escape, Way::OtherButton] {
            let (line, held) = gesture(&window);
            window.begin_drag(line, held);
            way.take(&mut window, line[1], held);
            assert!(Kept::of(&window) == before, "{name}, {way:?}: at once");
            // The hand goes on, and nothing happens any more.
            window.harness.hover_at(line[0] + vec2(7.0, 7.0));
            window.harness.step();
            window.end_drag(line[0] + vec2(7.0, 7.0), held);
            assert!(Kept::of(&window) == before, "{name}, {way:?}: at the end");
            for opened in ["Menu of what is selected", "Search nodes"] {
                assert!(!window.has(opened), "{name}, {way:?}: {opened}");
            }
        }
        let (line, held) = gesture(&window);
        window.begin_drag(line, held);
        window.end_drag(line[1], held);
        let made = Kept::of(&window);
        assert!(
            made.graph != before.graph,
            "{name}: made, it changes something"
        );
        window.undo_once();
        assert!(
            Kept::of(&window).graph == before.graph,
            "{name}: it is one step"
        );
        window.give(Command::Select(Vec::new()));
        window.give(Command::FitAll);
    }
}

#[test]
fn what_could_be_brought_back_before_a_gesture_still_can() {
    let mut window = prepared();
    let before = window.place_of("latent");
    let (line, held) = GESTURES[0].1(&window);
    window.begin_drag(line, held);
    assert_eq!(window.state().document.redo_label(), None);
    window.press_escape(NONE);
    window.end_drag(line[1], held);
    window.give(Command::Redo);
    assert_eq!(window.place_of("latent"), [before[0], before[1] + 4.0]);
}

#[test]
fn a_box_taken_back_selects_what_was_selected() {
    let mut window = prepared();
    let frame = Item::Frame("frame".to_owned());
    let canvas = window.area_of("canvas");
    for way in [Way::Escape, Way::OtherButton] {
        for modifiers in [NONE, SHIFT, CTRL] {
            window.give_drawing(DrawingCommand::Select {
                nodes: vec!["latent".to_owned()],
                items: vec![frame.clone()],
            });
            let before = window.state().selection.clone();
            let line = [empty(&window), canvas.right_bottom() - vec2(240.0, 200.0)];
            let held = (PointerButton::Primary, modifiers);
            window.begin_drag(line, held);
            assert_ne!(window.state().selection, before, "{way:?} {modifiers:?}");
            way.take(&mut window, line[1], held);
            window.end_drag(line[1], held);
            assert_eq!(window.state().selection, before, "{way:?} {modifiers:?}");
        }
    }
    let wire = Input::new("sampler", "positive");
    window.give(Command::SelectWire(wire.clone()));
    let held = (PointerButton::Primary, NONE);
    let line = [empty(&window), canvas.right_bottom() - vec2(240.0, 200.0)];
    window.begin_drag(line, held);
    window.press_escape(NONE);
    window.end_drag(line[1], held);
    assert_eq!(window.state().selection.wire, Some(wire));
}

#[test]
fn a_number_drag_taken_back_leaves_the_number() {
    let mut window = Window::first();
    for way in [Way::Escape, Way::OtherButton] {
        let before = Kept::of(&window);
        let steps = window.center("sampler steps");
        let (line, held) = primary([steps, steps + vec2(24.0, 0.0)], NONE);
        window.begin_drag(line, held);
        assert!(Kept::of(&window).graph != before.graph, "{way:?}");
        way.take(&mut window, line[1], held);
        window.end_drag(line[1], held);
        assert!(Kept::of(&window) == before, "{way:?}");
    }
}

#[test]
fn escape_takes_a_drag_back_and_stops_no_run() {
    let mut window = Window::first();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.wait("the run begins", |state| state.jobs.is_running());
    let steps = window.center("latent width");
    let (line, held) = primary([steps, steps + vec2(24.0, 0.0)], NONE);
    window.harness.hover_at(line[0]);
    window.harness.step();
    window.button(line[0], held, true);
    for i in 1..=4 {
        window
            .harness
            .hover_at(line[0] + (line[1] - line[0]) * (i as f32 / 4.0));
        window.harness.step();
    }
    window.press_escape(NONE);
    window.button(line[1], held, false);
    window.wait("the run ends", |state| !state.jobs.is_running());
    assert_eq!(
        window.state().jobs.pictures().len(),
        1,
        "it was not stopped"
    );
    assert_eq!(window.param("latent", "width"), 128, "as it was");
}
