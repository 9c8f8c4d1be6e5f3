//! Frames and notes.

use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use pyrograph::command::Command;
use pyrograph::command::drawing::{DrawingCommand, Item};

use super::super::Window;

fn frame(window: &Window, id: &str) -> Option<[f32; 4]> {
    let view = &window.state().document.graph().view;
    view.frame(id).map(|frame| frame.rect)
}

/// A frame around the two prompts, whose title is no longer edited.
fn framed() -> Window {
    let mut window = Window::first();
    window.select(&["prompt", "negative"]);
    window.keys(Modifiers::COMMAND, Key::G);
    window.keys(Modifiers::NONE, Key::Escape);
    window
}

#[test]
fn a_frame_is_drawn_around_what_is_selected_and_named() {
    let mut window = Window::first();
    window.select(&["prompt", "negative"]);
    window.keys(Modifiers::COMMAND, Key::G);
    assert!(window.has("frame frame"));
    window.harness.get_by_label("Title").type_text("Words");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    let view = &window.state().document.graph().view;
    assert_eq!(view.frame("frame").unwrap().title, "Words");

    let nodes = ["prompt node", "negative node"].map(|name| window.bounds(name));
    let [x, y, width, height] = frame(&window, "frame").unwrap();
    let at = window.state().document.position("prompt");
    assert!(x < at[0] && y < at[1] && x + width > at[0] && y + height > at[1]);
    assert!(nodes.iter().all(|node| node.width() < width));

    let title = window.title_bar("frame frame");
    window.double_click_at(title);
    window.retype("Title", "Prompts");
    window.keys(Modifiers::NONE, Key::Enter);
    let view = &window.state().document.graph().view;
    assert_eq!(view.frame("frame").unwrap().title, "Prompts");

    // With nothing selected, an empty one is drawn.
    window.select(&[]);
    window.keys(Modifiers::COMMAND, Key::G);
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(frame(&window, "frame_2").is_some());
}

#[test]
fn a_frame_is_dragged_by_its_header_with_all_that_lies_in_it() {
    let mut window = framed();
    let place = |window: &Window, key: &str| window.state().document.position(key);
    let before = (
        frame(&window, "frame").unwrap(),
        place(&window, "prompt"),
        place(&window, "sampler"),
    );
    let header = window.title_bar("frame frame");
    window.drag(header, header + vec2(-40.0, 24.0));
    let after = frame(&window, "frame").unwrap();
    let by = [after[0] - before.0[0], after[1] - before.0[1]];
    assert!(by[0] < 0.0 && by[1] > 0.0, "{by:?}");
    let prompt = place(&window, "prompt");
    assert_eq!([prompt[0] - before.1[0], prompt[1] - before.1[1]], by);
    assert_eq!(place(&window, "sampler"), before.2);
    window.undo();
    assert_eq!(frame(&window, "frame").unwrap(), before.0, "one step");
    assert_eq!(place(&window, "prompt"), before.1);

    // A drag inside draws a box.
    let rect = window.harness.get_by_label("frame frame").rect();
    let inside = rect.left_bottom() + vec2(12.0, 10.0);
    window.drag(inside, inside + vec2(30.0, 60.0));
    assert_eq!(frame(&window, "frame").unwrap(), before.0);
}

#[test]
fn frames_lie_in_frames_and_move_with_them() {
    let mut window = framed();
    window.order(DrawingCommand::AddFrame([-400.0, -200.0, 2_000.0, 1_200.0]));
    window.keys(Modifiers::NONE, Key::Escape);
    window.give(Command::FitAll);
    let before = frame(&window, "frame").unwrap();
    let header = window.title_bar("frame_2 frame");
    window.drag(header, header + vec2(0.0, 30.0));
    let after = frame(&window, "frame").unwrap();
    assert!(after[1] > before[1], "{before:?} {after:?}");
    assert_eq!(after[3], before[3]);
}

#[test]
fn a_frame_is_resized_at_every_rim() {
    let mut window = framed();
    let before = frame(&window, "frame").unwrap();
    let header = window.bounds("frame frame");
    let zoom = header.width() / before[2];
    let corner = header.left_top() + vec2(before[2], before[3]) * zoom;
    window.drag(corner, corner + vec2(40.0, 40.0));
    let larger = frame(&window, "frame").unwrap();
    assert_eq!([larger[0], larger[1]], [before[0], before[1]]);
    assert!(larger[2] > before[2] && larger[3] > before[3]);

    let corner = window.bounds("frame frame").left_top();
    window.drag(corner, corner - vec2(20.0, 12.0));
    let more = frame(&window, "frame").unwrap();
    assert!(more[0] < larger[0] && more[1] < larger[1]);
    let ends = |rect: [f32; 4]| [rect[0] + rect[2], rect[1] + rect[3]];
    assert_eq!(ends(more), ends(larger), "the opposite corner stays");
    window.undo();
    window.undo();
    assert_eq!(frame(&window, "frame").unwrap(), before);
}

#[test]
fn every_rim_of_a_frame_moves_alone() {
    let mut window = framed();
    let before = frame(&window, "frame").unwrap();
    let [x, y, width, height] = before;
    for (dx, dy) in [-1.0, 0.0, 1.0]
        .into_iter()
        .flat_map(|dx| [-1.0, 0.0, 1.0].map(|dy| (dx, dy)))
        .filter(|way| *way != (0.0, 0.0))
    {
        let header = window.bounds("frame frame");
        let zoom = header.width() / width;
        let half = vec2(width, height) * zoom / 2.0;
        let rim = header.min + half + vec2(dx * half.x, dy * half.y);
        window.drag(rim, rim + vec2(dx, dy) * 16.0);
        let [left, top, wide, high] = frame(&window, "frame").unwrap();
        let moved = [
            left < x,
            top < y,
            left + wide > x + width,
            top + high > y + height,
        ];
        let wanted = [dx < 0.0, dy < 0.0, dx > 0.0, dy > 0.0];
        assert_eq!(moved, wanted, "{dx} {dy}");
        window.undo();
        assert_eq!(frame(&window, "frame").unwrap(), before);
    }
}

#[test]
fn a_menu_colours_and_renames_a_frame() {
    let mut window = framed();
    window.select(&[]);
    let header = window.title_bar("frame frame");
    window.menu_at(header);
    window.click("Green");
    let look = |window: &Window| {
        let view = &window.state().document.graph().view;
        view.frame("frame").unwrap()
    };
    assert_eq!(look(&window).color.as_deref(), Some("green"));
    window.menu_at(header);
    window.click("Rename");
    window.retype("Title", "Words");
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(look(&window).title, "Words");
    assert_eq!(look(&window).color.as_deref(), Some("green"));
}

#[test]
fn a_frame_is_deleted_alone_or_with_what_lies_in_it() {
    let mut window = framed();
    let item = Item::Frame("frame".into());
    window.select_item(item.clone());
    window.keys(Modifiers::NONE, Key::Delete);
    assert!(frame(&window, "frame").is_none());
    assert!(window.has("prompt node"));
    window.undo();
    window.select_item(item);
    window.keys(Modifiers::SHIFT, Key::Delete);
    assert!(frame(&window, "frame").is_none());
    assert!(!window.has("prompt node") && !window.has("negative node"));
    assert!(window.has("sampler node"));
    window.undo();
    assert!(window.has("prompt node") && window.has("frame frame"));
}

#[test]
fn a_note_is_written_moved_resized_and_deleted() {
    let mut window = Window::first();
    let at = window.center("latent node") - vec2(330.0, 20.0);
    window.harness.hover_at(at);
    window.settle();
    window.keys(Modifiers::ALT, Key::N);
    assert!(window.has("note note"));
    let text = "# Later\n\n* a [link](https://example.org)\n* ![a picture](file:///etc/x.png)";
    window.harness.get_by_label("Note").type_text(text);
    window.settle();
    window.keys(Modifiers::NONE, Key::Escape);
    let note = |window: &Window| window.state().document.graph().view.note("note");
    assert_eq!(note(&window).unwrap().text, text);
    assert!(!window.has("Note"), "it is shown as what it says");
    assert!(window.has("Later"), "a heading without its sign");
    assert!(window.has("link"), "a link without its address");

    window.undo();
    assert_eq!(note(&window).unwrap().text, "", "writing is one step");
    window.keys(Modifiers::COMMAND, Key::Y);

    let before = note(&window).unwrap().rect;
    let inside = window.bounds("note note").right_top() + vec2(-20.0, 12.0);
    window.drag(inside, inside + vec2(24.0, -16.0));
    let moved = note(&window).unwrap().rect;
    assert!(moved[0] > before[0] && moved[1] < before[1], "{moved:?}");
    assert_eq!([moved[2], moved[3]], [before[2], before[3]]);

    let corner = window.bounds("note note").right_bottom();
    window.drag(corner, corner + vec2(40.0, 24.0));
    let larger = note(&window).unwrap().rect;
    assert!(larger[2] > moved[2] && larger[3] > moved[3]);

    window.select_item(Item::Note("note".into()));
    window.keys(Modifiers::NONE, Key::Delete);
    assert!(note(&window).is_none());
    assert!(window.has("latent node"));
}

#[test]
fn a_box_and_shift_select_frames_and_notes_with_nodes() {
    let mut window = framed();
    window.give(Command::FitAll);
    let canvas = window.bounds("canvas");
    window.drag(
        canvas.left_top() + vec2(8.0, 60.0),
        canvas.right_bottom() - vec2(190.0, 6.0),
    );
    let selection = &window.state().selection;
    assert!(selection.items.contains(&Item::Frame("frame".into())));
    assert!(selection.nodes.contains("prompt"));

    window.select(&["prompt"]);
    let header = window.title_bar("frame frame");
    window.click_at(header, Modifiers::SHIFT);
    let selection = &window.state().selection;
    assert!(selection.nodes.contains("prompt") && selection.items.len() == 1);
    window.click_at(header, Modifiers::SHIFT);
    assert!(window.state().selection.items.is_empty());
}
