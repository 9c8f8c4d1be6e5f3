//! Pan and zoom in every program's way, fitting, the rim that makes the view follow, and pins that
//! are where they are drawn.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use pyrograph::command::setup::SetupCommand;
use pyrograph::command::{Command, graph::GraphCommand};
use pyrograph::settings::Navigation;

use super::hand::CTRL;
use crate::window::Window;

const NONE: Modifiers = Modifiers::NONE;
const UP: (MouseWheelUnit, egui::Vec2) = (MouseWheelUnit::Line, vec2(0.0, 2.0));

impl Window {
    /// Zooms by turns of the wheel, which count at most five notches each.
    fn zoom_by(&mut self, at: Pos2, factor: f32) {
        let mut notches = factor.ln() / f32::ln(1.12);
        while notches.abs() > 1e-3 {
            let part = notches.clamp(-5.0, 5.0);
            self.wheel_at(at, (MouseWheelUnit::Line, vec2(0.0, part)), NONE);
            notches -= part;
        }
    }

    fn with_habits(habits: Navigation) -> Self {
        let mut window = Self::first();
        let mut settings = window.state().settings.clone();
        settings.navigation = habits;
        window.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
        window
    }
}

#[test]
fn the_wheel_zooms_at_the_pointer_or_scrolls_as_its_program_does() {
    for (habits, modifiers, zooms) in [
        (Navigation::ComfyUi, NONE, true),
        (Navigation::Blender, NONE, true),
        (Navigation::Blender, CTRL, false),
        (Navigation::Nuke, NONE, true),
        (Navigation::Figma, NONE, false),
        (Navigation::Figma, CTRL, true),
    ] {
        let mut window = Window::with_habits(habits);
        let before = window.area_of("sampler node");
        window.wheel_at(before.center(), UP, modifiers);
        let after = window.area_of("sampler node");
        let grew = after.width() > before.width() * 1.1;
        assert_eq!(grew, zooms, "{habits:?} {modifiers:?}");
        let stays = (after.center() - before.center()).length() < 2.0;
        assert_eq!(
            stays, zooms,
            "{habits:?}: what is under the pointer stays there"
        );
    }
}

#[test]
fn trackpads_pan_and_pinch() {
    let mut window = Window::first();
    let before = window.area_of("sampler node");
    let by = vec2(30.0, -20.0);
    window.wheel_at(before.center(), (MouseWheelUnit::Point, by), NONE);
    let moved = window.area_of("sampler node");
    assert!((moved.min - before.min - by).length() < 1.0, "{moved:?}");
    window.harness.event(Event::Zoom(1.3));
    window.settle();
    let pinched = window.area_of("sampler node");
    assert!((pinched.width() / moved.width() - 1.3).abs() < 0.05);
}

#[test]
fn middle_and_space_drags_pan_everywhere_and_alt_drags_where_that_is_usual() {
    let by = vec2(40.0, 24.0);
    for habits in Navigation::ALL {
        let mut window = Window::with_habits(habits);
        let before = window.area_of("sampler node");
        let from = before.center();
        window.drag_by([from, from + by], (PointerButton::Middle, NONE));
        let after = window.area_of("sampler node");
        assert!((after.min - before.min - by).length() < 1.0, "{habits:?}");
    }
    let mut window = Window::first();
    let before = window.area_of("sampler node");
    window.harness.key_down(Key::Space);
    window.drag_with([before.center(), before.center() + by], NONE);
    window.harness.key_up(Key::Space);
    window.settle();
    let after = window.area_of("sampler node");
    assert!((after.min - before.min - by).length() < 1.0);
    assert!(
        !window.state().document.is_dirty(),
        "the node has not moved"
    );

    let mut window = Window::with_habits(Navigation::Nuke);
    let before = window.area_of("sampler node");
    window.drag_with([before.center(), before.center() + by], Modifiers::ALT);
    let after = window.area_of("sampler node");
    assert!((after.min - before.min - by).length() < 1.0);
    assert_eq!(window.node_count(), 7, "nothing was copied");
}

#[test]
fn ctrl_middle_drags_zoom_as_in_blender() {
    let mut window = Window::with_habits(Navigation::Blender);
    let before = window.area_of("sampler node");
    let from = before.center();
    window.drag_by(
        [from, from - vec2(0.0, 60.0)],
        (PointerButton::Middle, CTRL),
    );
    assert!(window.area_of("sampler node").width() > before.width() * 1.1);
}

#[test]
fn commands_fit_and_zoom_within_bounds() {
    let mut window = Window::first();
    let fitted = window.area_of("sampler node").width();
    for _ in 0..3 {
        window.keys(NONE, Key::Plus);
    }
    let larger = window.area_of("sampler node").width();
    assert!(larger > fitted * 1.5, "{fitted} {larger}");
    window.keys(NONE, Key::Minus);
    assert!(window.area_of("sampler node").width() < larger);
    window.keys(NONE, Key::Period);
    assert!((window.area_of("sampler node").width() - fitted).abs() < 1.0);
    for _ in 0..40 {
        window.give(GraphCommand::ZoomOut.into());
    }
    let smallest = window.area_of("sampler node").width();
    for _ in 0..80 {
        window.give(GraphCommand::ZoomIn.into());
    }
    window.give(Command::Show("sampler".into()));
    let largest = window.area_of("sampler node").width();
    assert!(
        (largest / smallest - 80.0).abs() < 2.0,
        "5 % to 400 %: {smallest} {largest}"
    );
    window.keys(CTRL, Key::Num1);
    assert!((window.area_of("sampler node").width() / largest - 0.25).abs() < 0.01);

    window.give(Command::Select(vec!["save".into()]));
    window.keys(Modifiers::SHIFT, Key::F);
    let canvas = window.area_of("canvas");
    let save = window.area_of("save node");
    assert!((save.center() - canvas.center()).length() < 3.0);
}

#[test]
fn pins_are_where_they_are_drawn_at_every_zoom() {
    for zoom in [0.3, 1.0, 2.0] {
        let mut window = Window::first();
        window.keys(CTRL, Key::Num1);
        window.zoom_by(window.center("sampler node"), zoom);
        let node = window.area_of("sampler node");
        for name in ["model", "positive", "negative", "latent"] {
            let pin = window.center(&format!("sampler in {name}"));
            assert!((pin.x - node.left()).abs() < 1.0, "{zoom} {name}");
            assert!(node.y_range().contains(pin.y), "{zoom} {name}");
        }
        let pin = window.center("sampler out latent");
        assert!((pin.x - node.right()).abs() < 1.0, "{zoom}");
        // And a wire that is dragged from there comes off.
        let end = window.center("sampler in latent");
        window.drag(end, pos2(end.x - 6.0, node.bottom() + 30.0));
        assert_eq!(window.source("sampler", "latent"), None, "{zoom}");
    }
}

#[test]
fn names_and_places_are_told_from_5_to_400_percent() {
    let mut window = Window::first();
    window.keys(CTRL, Key::Num1);
    window.give(Command::Show("sampler".into()));
    let canvas = window.area_of("canvas");
    let whole = window.area_of("sampler node").size();
    let mut now = 1.0;
    for zoom in [0.05, 0.12, 0.25, 0.39, 0.41, 1.0, 2.0, 4.0] {
        window.zoom_by(canvas.center(), zoom / now);
        now = zoom;
        window.give(Command::Select(Vec::new()));
        let name = "sampler node";
        let node = window.harness.get_by_role_and_label(Role::Group, name);
        let node = node.rect();
        assert!((node.size() - whole * zoom).length() < 1.0, "{zoom} {node}");
        let pin = window.center("sampler in latent");
        assert!((pin.x - node.left()).abs() < 1.0, "{zoom} {pin}");
        assert!(node.y_range().contains(pin.y), "{zoom} {pin}");
        let header = node.center_top() + vec2(0.0, 15.0 * zoom);
        if canvas.contains(header) {
            window.click_at(header, NONE);
            assert_eq!(window.state().inspected(), Some("sampler"), "{zoom}");
        }
        let has_fields = window.has("sampler sampler");
        assert_eq!(has_fields, zoom >= 0.4, "{zoom}");
    }
    assert!(
        !window.has("save node"),
        "what is out of sight is not drawn"
    );
}

#[test]
fn the_map_goes_where_it_is_pressed_and_shows_all() {
    let mut window = Window::first();
    let fitted = window.area_of("sampler node");
    let map = window.area_of("map of the graph");
    let canvas = window.area_of("canvas");
    window.keys(CTRL, Key::Num1);
    for (at, node) in [
        (map.left_center() + vec2(20.0, -8.0), "model node"),
        (map.right_center() - vec2(20.0, 8.0), "save node"),
    ] {
        window.click_at(at, NONE);
        let place = window.area_of(node);
        let away = (place.center() - canvas.center()).x.abs();
        assert!(away < 320.0, "{node} {away}");
    }
    // Clicks that follow each other at once are counted together, wherever they are.
    window.harness.run_steps(24);
    for pressed in [true, false, true, false] {
        window.harness.event(Event::PointerButton {
            pos: map.center(),
            button: PointerButton::Primary,
            pressed,
            modifiers: NONE,
        });
    }
    window.settle();
    let after = window.area_of("sampler node");
    assert!((after.min - fitted.min).length() < 2.0, "{fitted} {after}");
    assert!(!window.state().document.is_dirty());
}

#[test]
fn on_a_screen_of_two_pixels_a_point_everything_is_where_it_was() {
    let places = ["sampler node", "sampler in latent", "Run", "canvas"];
    let one = Window::first();
    let builder = Harness::builder().with_pixels_per_point(2.0);
    let mut two = Window::build(builder, tempfile::tempdir().unwrap(), None);
    for name in places {
        let [a, b] = [&one, &two].map(|window| window.area_of(name));
        // Texts are measured in other fractions of a point.
        assert!((a.center() - b.center()).length() < 4.0, "{name} {a} {b}");
    }
    let end = two.center("sampler in latent");
    let below = two.area_of("sampler node").bottom() + 30.0;
    two.drag(end, pos2(end.x - 6.0, below));
    assert_eq!(two.source("sampler", "latent"), None);
}

#[test]
fn the_view_follows_a_drag_at_the_rim() {
    let mut window = Window::first();
    let canvas = window.area_of("canvas");
    let before = window.area_of("latent node");
    let from = window.grip_of("sampler");
    let to = pos2(canvas.right() - 4.0, from.y);
    let held = (PointerButton::Primary, NONE);
    window.begin_drag([from, to], held);
    for _ in 0..6 {
        window.harness.step();
    }
    let during = window.area_of("latent node");
    assert!(
        during.left() < before.left() - 50.0,
        "{before:?} {during:?}"
    );
    let place = window.place_of("sampler");
    window.harness.step();
    assert!(
        window.place_of("sampler")[0] > place[0],
        "the node stays at the pointer"
    );
    window.harness.hover_at(canvas.center());
    window.harness.step();
    let rest = window.area_of("latent node");
    window.harness.step();
    assert_eq!(
        window.area_of("latent node"),
        rest,
        "away from the rim it rests"
    );
    window.end_drag(canvas.center(), held);
    window.undo_once();
    assert!(!window.state().document.is_dirty(), "one step");
}

#[test]
fn the_view_follows_wires_boxes_and_the_knife_at_the_rim_too() {
    for (what, held) in [
        ("a wire", (PointerButton::Primary, NONE)),
        ("a box", (PointerButton::Primary, NONE)),
        ("the knife", (PointerButton::Secondary, CTRL)),
    ] {
        let mut window = Window::first();
        let canvas = window.area_of("canvas");
        let before = window.area_of("latent node");
        let from = match what {
            "a wire" => window.center("decode out image"),
            _ => canvas.left_bottom() + vec2(30.0, -130.0),
        };
        window.begin_drag([from, pos2(canvas.right() - 4.0, from.y)], held);
        window.harness.run_steps(6);
        let during = window.area_of("latent node");
        assert!(
            during.left() < before.left() - 50.0,
            "{what}: {before:?} {during:?}"
        );
        window.keys(NONE, Key::Escape);
        window.end_drag(canvas.center(), held);
    }
}

#[test]
fn two_fingers_pan_and_zoom() {
    let mut window = Window::first();
    let before = window.area_of("sampler node");
    let canvas = window.area_of("canvas").center();
    let touch = |window: &mut Window, phase, by: f32, apart: f32| {
        for (id, side) in [(1, -1.0), (2, 1.0)] {
            window.harness.event(Event::Touch {
                device_id: egui::TouchDeviceId(1),
                id: egui::TouchId(id),
                phase,
                pos: canvas + vec2(by + side * apart, by),
                force: None,
            });
        }
        window.harness.step();
    };
    window.harness.hover_at(canvas);
    window.harness.step();
    touch(&mut window, TouchPhase::Start, 0.0, 40.0);
    for step in 1..=6 {
        let step = step as f32;
        touch(&mut window, TouchPhase::Move, 5.0 * step, 40.0 + 8.0 * step);
    }
    touch(&mut window, TouchPhase::End, 30.0, 88.0);
    window.settle();
    let after = window.area_of("sampler node");
    assert!(after.width() > before.width() * 1.3, "{before:?} {after:?}");
}

#[test]
fn alt_and_the_middle_button_zoom_as_in_nuke() {
    let mut window = Window::with_habits(Navigation::Nuke);
    let before = window.area_of("sampler node");
    let from = window.area_of("canvas").center();
    let held = (PointerButton::Middle, Modifiers::ALT);
    window.drag_by([from, from + vec2(120.0, 0.0)], held);
    assert!(window.area_of("sampler node").width() > before.width() * 1.1);
    assert!(!window.state().document.is_dirty());
}

#[test]
fn the_map_is_dragged_to_look_elsewhere() {
    let mut window = Window::first();
    let map = window.area_of("map of the graph");
    let before = window.area_of("sampler node");
    window.drag(map.center(), map.center() - vec2(30.0, 0.0));
    let after = window.area_of("sampler node");
    assert!(after.left() > before.left() + 50.0, "{before:?} {after:?}");
    assert!(!window.state().document.is_dirty());
}
