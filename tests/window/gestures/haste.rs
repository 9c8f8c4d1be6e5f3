//! A hand that is faster than the window: a whole drag comes in one slow frame.

use egui::{Event, Modifiers, PointerButton, vec2};

use crate::window::Window;

#[test]
fn a_wire_is_dragged_from_its_pin_though_one_frame_took_in_the_whole_drag() {
    let mut window = Window::first();
    let empty = window.center("canvas") + vec2(0.0, 300.0);
    let from = window.center("sampler out latent");
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.harness.input_mut().events.extend([
        Event::PointerMoved(from),
        button(from, true),
        Event::PointerMoved(from + (empty - from) * 0.5),
        Event::PointerMoved(empty),
        button(empty, false),
        Event::PointerMoved(empty - vec2(200.0, 0.0)),
    ]);
    window.settle();
    assert!(window.state().selection.is_empty(), "no box was drawn");
    assert!(window.has("takes Latent"), "the wire fell on nothing");
}
