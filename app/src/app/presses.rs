//! A hand that is faster than the window.
//!
//! egui asks which widget was pressed by where the pointer is at the *end* of a frame. When a slow
//! frame takes in a press together with the movement after it, a wire that was grabbed becomes a box
//! on the ground, and what was let go is dropped further on. And a drag begins only in a frame in
//! which the button is still held. So no frame sees the pointer leave the place of a press or
//! release, nor the release of what it has dragged: what comes after waits for the next one.

use egui::{Context, Event, Plugin, Pos2, RawInput};

/// How far a click may stray, in points; egui's own distance between a click and a drag.
const STRAY: f32 = 6.0;

/// Holds events back until the frame in which they mean what was meant.
#[derive(Default)]
pub(super) struct Presses {
    waiting: Vec<Event>,
    /// Where the button that is held was pressed.
    pressed_at: Option<Pos2>,
}

impl Plugin for Presses {
    fn debug_name(&self) -> &'static str {
        "presses"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let mut events = std::mem::take(&mut self.waiting);
        events.append(&mut input.events);
        self.waiting = split(&mut events, &mut self.pressed_at);
        input.events = events;
        if !self.waiting.is_empty() {
            ctx.request_repaint();
        }
    }
}

/// Leaves the events of one frame and returns those that come after it.
fn split(events: &mut Vec<Event>, pressed_at: &mut Option<Pos2>) -> Vec<Event> {
    let is_away = |pos: &Pos2, from: Pos2| pos.distance(from) > STRAY;
    let mut last_button: Option<(usize, Pos2)> = None;
    let mut is_dragged = false;
    for (i, event) in events.iter().enumerate() {
        let (Event::PointerMoved(pos) | Event::PointerButton { pos, .. }) = event else {
            continue;
        };
        if let Some((after, _)) = last_button.filter(|(_, at)| is_away(pos, *at)) {
            return events.split_off(after);
        }
        if let Event::PointerButton { pressed, .. } = event {
            if is_dragged && !pressed {
                return events.split_off(i);
            }
            last_button = Some((i + 1, *pos));
            *pressed_at = pressed.then_some(*pos);
        } else {
            is_dragged |= pressed_at.is_some_and(|at| is_away(pos, at));
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use egui::{Modifiers, PointerButton, pos2};

    use super::*;

    fn button(x: f32, pressed: bool) -> Event {
        Event::PointerButton {
            pos: pos2(x, 0.0),
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        }
    }

    fn moved(x: f32) -> Event {
        Event::PointerMoved(pos2(x, 0.0))
    }

    #[test]
    fn a_drag_is_taken_apart_at_its_press_and_around_its_release() {
        let mut events = vec![
            moved(10.0),
            button(10.0, true),
            moved(50.0),
            moved(90.0),
            button(90.0, false),
            moved(300.0),
        ];
        let (mut frames, mut pressed_at) = (Vec::new(), None);
        while !events.is_empty() {
            let later = split(&mut events, &mut pressed_at);
            frames.push(std::mem::replace(&mut events, later));
        }
        assert_eq!(
            frames,
            [
                vec![moved(10.0), button(10.0, true)],
                vec![moved(50.0), moved(90.0)],
                vec![button(90.0, false)],
                vec![moved(300.0)],
            ]
        );
    }

    #[test]
    fn a_double_click_stays_whole_while_the_hand_trembles() {
        let mut events = vec![
            button(10.0, true),
            moved(11.0),
            button(11.0, false),
            button(12.0, true),
            button(12.0, false),
        ];
        assert_eq!(split(&mut events, &mut None), []);
        assert_eq!(events.len(), 5);
    }
}
