//! Panning and zooming by wheel, trackpad, fingers and drags, as the users of other programs know
//! them. Everything is read from the frame's events, so nothing depends on the frame rate.

use egui::{
    CursorIcon, Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Ui, Vec2,
};

use crate::canvas::view::View;
use crate::settings::Navigation;

/// How much one notch of the wheel zooms.
const NOTCH: f32 = 1.12;
/// What one notch of the wheel scrolls, in screen points.
const LINE: f32 = 50.0;
/// How many notches a page counts.
const PAGE: f32 = 8.0;
/// How much a point of a drag zooms.
const DRAG_ZOOM: f32 = 1.006;

/// What a turn of the wheel means.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Turn {
    /// Zooms by so many notches.
    Zoom(f32),
    /// Moves the graph by so many screen points.
    Pan(Vec2),
}

/// What a drag means that is no gesture on the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drag {
    Pan,
    Zoom,
}

/// Follows the input. Says whether the pointer pans or zooms, so that it does nothing else.
pub fn navigate(view: &mut View, ui: &Ui, rect: Rect, habits: Navigation) -> bool {
    let Some(pointer) = ui.ctx().pointer_latest_pos() else {
        return false;
    };
    let is_over = rect.contains(pointer)
        && ui
            .ctx()
            .layer_id_at(pointer)
            .is_none_or(|layer| layer == ui.layer_id());
    if is_over {
        follow_wheel(view, ui, pointer - rect.min, habits);
    }
    follow_drag(view, ui, rect, habits, is_over)
}

fn follow_wheel(view: &mut View, ui: &Ui, pointer: Vec2, habits: Navigation) {
    let mut turns = Vec::new();
    let mut pinch = 1.0;
    ui.input(|i| {
        for event in &i.events {
            match event {
                Event::Zoom(factor) => pinch *= factor,
                Event::MouseWheel {
                    unit,
                    delta,
                    modifiers,
                    ..
                } => turns.push(turn(habits, *unit, *delta, *modifiers)),
                _ => {}
            }
        }
        if let Some(fingers) = i.multi_touch() {
            pinch *= fingers.zoom_delta;
            turns.push(Turn::Pan(fingers.translation_delta));
        }
    });
    for turn in turns {
        match turn {
            Turn::Zoom(notches) => view.zoom_at(pointer, NOTCH.powf(notches.clamp(-5.0, 5.0))),
            Turn::Pan(by) => view.pan += by,
        }
    }
    if pinch != 1.0 {
        view.zoom_at(pointer, pinch);
    }
}

/// A trackpad moves in points and pans; a wheel turns in lines and does what its program does.
fn turn(habits: Navigation, unit: MouseWheelUnit, delta: Vec2, modifiers: Modifiers) -> Turn {
    let lines = match unit {
        MouseWheelUnit::Point => delta / LINE,
        MouseWheelUnit::Line => delta,
        MouseWheelUnit::Page => delta * PAGE,
    };
    let is_trackpad = unit == MouseWheelUnit::Point;
    let (command, shift) = (modifiers.command, modifiers.shift);
    let down = Turn::Pan(lines * LINE);
    let sideways = Turn::Pan(if delta.x == 0.0 {
        Vec2::new(lines.y * LINE, 0.0)
    } else {
        lines * LINE
    });
    let zoom = Turn::Zoom(lines.y);
    match habits {
        Navigation::ComfyUi | Navigation::Nuke => {
            if is_trackpad && !command {
                down
            } else {
                zoom
            }
        }
        Navigation::Blender => match (is_trackpad, command, shift) {
            (false, true, _) => sideways,
            (false, false, true) | (true, false, _) => down,
            (false, false, false) | (true, true, _) => zoom,
        },
        Navigation::Figma => match (command, shift) {
            (true, _) => zoom,
            (false, true) => sideways,
            (false, false) => down,
        },
    }
}

fn follow_drag(view: &mut View, ui: &Ui, rect: Rect, habits: Navigation, is_over: bool) -> bool {
    let holds_space = ui.input(|i| i.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
    let (middle, primary, modifiers, delta, origin) = ui.input(|i| {
        let pointer = &i.pointer;
        (
            pointer.button_down(PointerButton::Middle),
            pointer.button_down(PointerButton::Primary),
            i.modifiers,
            pointer.delta(),
            pointer.press_origin(),
        )
    });
    let grips = holds_space || (habits == Navigation::Nuke && modifiers.alt && is_over);
    let drag = drag(habits, modifiers, (middle, primary && grips));
    // A press on what lies over the canvas means that.
    let is_here = |pos: &Pos2| ui.ctx().layer_id_at(*pos) == Some(ui.layer_id());
    let from = origin.filter(|origin| rect.contains(*origin) && is_here(origin));
    match (drag, from) {
        (Some(Drag::Pan), Some(_)) => {
            view.pan += delta;
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        }
        (Some(Drag::Zoom), Some(from)) => {
            view.zoom_at(from - rect.min, DRAG_ZOOM.powf(delta.x - delta.y));
            ui.ctx().set_cursor_icon(CursorIcon::ZoomIn);
        }
        (Some(_) | None, _) => {
            if grips && is_over {
                ui.ctx().set_cursor_icon(CursorIcon::Grab);
            }
        }
    }
    grips || (drag.is_some() && from.is_some())
}

/// `buttons` says whether the middle one is down, and the primary one while a key makes it pan.
fn drag(habits: Navigation, modifiers: Modifiers, buttons: (bool, bool)) -> Option<Drag> {
    let (middle, primary) = buttons;
    let zooms = match habits {
        Navigation::Blender => modifiers.ctrl || modifiers.command,
        Navigation::Nuke => modifiers.alt,
        Navigation::ComfyUi | Navigation::Figma => false,
    };
    if middle && zooms {
        Some(Drag::Zoom)
    } else {
        (middle || primary).then_some(Drag::Pan)
    }
}

/// How near to the rim a drag makes the view follow, in screen points.
const RIM: f32 = 36.0;
/// How fast it follows at most, in screen points a second.
const MAX_SPEED: f32 = 1_400.0;

/// Moves the view while something is dragged at the canvas's rim: the deeper, the faster.
#[derive(Clone, Copy, Debug, Default)]
pub struct AutoPan {
    /// Whether the drag has been away from the rim. One that begins there must not run off.
    is_armed: bool,
}

impl AutoPan {
    /// Follows the pointer of a drag.
    pub fn follow(&mut self, view: &mut View, ui: &Ui, rect: Rect, pointer: Pos2) {
        self.is_armed |= rect.shrink(RIM).contains(pointer) || !rect.contains(pointer);
        let speed = speed(rect, pointer);
        if !self.is_armed || speed == Vec2::ZERO {
            return;
        }
        let secs = ui.input(|i| i.stable_dt).min(0.1);
        view.pan -= speed * secs;
        ui.ctx().request_repaint();
    }
}

/// Which way and how fast the view goes, in screen points a second.
fn speed(rect: Rect, pointer: Pos2) -> Vec2 {
    let along = |from: f32, to: f32, at: f32| {
        let before = (from + RIM - at).max(0.0);
        let behind = (at - to + RIM).max(0.0);
        let depth = ((behind - before) / RIM).clamp(-1.0, 1.0);
        depth * depth.abs() * MAX_SPEED
    };
    Vec2::new(
        along(rect.left(), rect.right(), pointer.x),
        along(rect.top(), rect.bottom(), pointer.y),
    )
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    const NONE: Modifiers = Modifiers::NONE;
    const SHIFT: Modifiers = Modifiers::SHIFT;
    const CTRL: Modifiers = Modifiers::CTRL.plus(Modifiers::COMMAND);

    #[test]
    fn the_wheel_does_what_its_program_does() {
        let zoom = Turn::Zoom(1.0);
        let pan = |x: f32, y: f32| Turn::Pan(vec2(x, y));
        for (habits, modifiers, wanted) in [
            (Navigation::ComfyUi, NONE, zoom),
            (Navigation::ComfyUi, CTRL, zoom),
            (Navigation::Nuke, NONE, zoom),
            (Navigation::Blender, NONE, zoom),
            (Navigation::Blender, CTRL, pan(LINE, 0.0)),
            (Navigation::Blender, SHIFT, pan(0.0, LINE)),
            (Navigation::Figma, NONE, pan(0.0, LINE)),
            (Navigation::Figma, SHIFT, pan(LINE, 0.0)),
            (Navigation::Figma, CTRL, zoom),
        ] {
            let got = turn(habits, MouseWheelUnit::Line, vec2(0.0, 1.0), modifiers);
            assert_eq!(got, wanted, "{habits:?} {modifiers:?}");
        }
    }

    #[test]
    fn a_trackpad_pans_and_zooms_with_ctrl_everywhere() {
        for habits in [
            Navigation::ComfyUi,
            Navigation::Blender,
            Navigation::Nuke,
            Navigation::Figma,
        ] {
            let move_by = vec2(3.0, -50.0);
            let got = turn(habits, MouseWheelUnit::Point, move_by, NONE);
            assert_eq!(got, Turn::Pan(move_by), "{habits:?}");
            let got = turn(habits, MouseWheelUnit::Point, move_by, CTRL);
            assert_eq!(got, Turn::Zoom(-1.0), "{habits:?}");
        }
    }

    #[test]
    fn drags_pan_or_zoom() {
        let middle = (true, false);
        let alt = Modifiers::ALT;
        assert_eq!(drag(Navigation::ComfyUi, CTRL, middle), Some(Drag::Pan));
        assert_eq!(drag(Navigation::Blender, CTRL, middle), Some(Drag::Zoom));
        assert_eq!(drag(Navigation::Nuke, alt, middle), Some(Drag::Zoom));
        assert_eq!(drag(Navigation::Nuke, alt, (false, true)), Some(Drag::Pan));
        assert_eq!(drag(Navigation::Figma, NONE, (false, false)), None);
    }

    #[test]
    fn the_view_follows_faster_the_deeper_in_the_rim() {
        let rect = Rect::from_min_max(pos2(100.0, 100.0), pos2(900.0, 700.0));
        assert_eq!(speed(rect, rect.center()), Vec2::ZERO);
        let (near, deep) = (
            speed(rect, pos2(880.0, 400.0)),
            speed(rect, pos2(899.0, 400.0)),
        );
        assert!(
            near.x > 0.0 && deep.x > near.x && near.y == 0.0,
            "{near} {deep}"
        );
        let outside = speed(rect, pos2(0.0, 2_000.0));
        assert_eq!(outside, vec2(-MAX_SPEED, MAX_SPEED));
    }
}
