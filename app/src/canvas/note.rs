//! Notes: pieces of text between nodes, written in Markdown. Links open on a click and never by
//! themselves; pictures are not loaded, a file must not make the window ask for anything.

use egui::epaint::StrokeKind;
use egui::{Align2, Rect, Role, Sense, Stroke, TextStyle, Ui, UiBuilder, Vec2, WidgetInfo, vec2};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};

use crate::canvas::frame::{MIN_TITLED, did};
use crate::canvas::items::{Did, Items, NoteBox};
use crate::canvas::node::Scene;
use crate::canvas::rim::{Rims, rim_ui};
use crate::canvas::view::DETAIL_FROM;
use crate::command::drawing::Item;
use crate::theme::{font, size};

/// What a new note is like.
pub const SIZE: Vec2 = vec2(220.0, 120.0);
/// No note is smaller.
pub const LEAST: Vec2 = vec2(80.0, 40.0);
/// Between a note's border and its text.
pub const PAD: f32 = 10.0;
/// A row of its text.
const ROW: f32 = 17.0;
/// The size of a note's first line from afar.
const TITLE: f32 = 9.0;

/// Shows all notes but the one that is edited. Says what the pointer did to them.
pub fn notes_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    items: &Items,
    cache: &mut CommonMarkCache,
    edited: Option<&str>,
) -> Vec<(Item, Did)> {
    let mut done = Vec::new();
    for note in &items.notes {
        let rect = scene.screen.rect_from_graph(note.rect);
        if !rect.expand(8.0).intersects(ui.clip_rect()) {
            continue;
        }
        let item = Item::Note(note.key.clone());
        let is_selected = scene.state.selection.items.contains(&item);
        let response = ui.interact(rect, note.id, Sense::click_and_drag());
        response.widget_info(|| {
            let name = format!("{} note", note.key);
            WidgetInfo::selected(Role::Note, true, is_selected, name)
        });
        paint_ground(ui, scene, (note, rect), is_selected);
        if edited == Some(note.key.as_str()) {
            continue;
        }
        if scene.draw.scale >= DETAIL_FROM {
            text_ui(ui, scene, (note, rect), cache);
        } else if rect.width() >= MIN_TITLED {
            paint_title(ui, scene, (note, rect));
        }
        if scene.is_panning || scene.wire.is_some() {
            continue;
        }
        let rim = rim_ui(ui, rect, Rims::All, note.id);
        let did = rim.map(Did::Rim).or_else(|| did(ui, &response));
        done.extend(did.map(|did| (item, did)));
    }
    done
}

fn paint_ground(ui: &Ui, scene: &Scene<'_>, (note, rect): (&NoteBox, Rect), is_selected: bool) {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let ground = note.tint.map_or(theme.raised, |tint| theme.tint(tint));
    let border = if is_selected {
        Stroke::new(1.8, theme.accent)
    } else {
        Stroke::new(1.0, theme.line)
    };
    let corner = draw.corner(size::FIELD_CORNER);
    ui.painter()
        .rect(rect, corner, ground, border, StrokeKind::Inside);
}

fn text_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    (note, rect): (&NoteBox, Rect),
    cache: &mut CommonMarkCache,
) {
    let draw = &scene.draw;
    let inner = rect.shrink(draw.px(PAD));
    if note.text.trim().is_empty() {
        let at = (inner.left_top(), Align2::LEFT_TOP);
        let style = (draw.text(size::NODE_TEXT), draw.theme.secondary);
        let words = "Double click to write";
        draw.label(ui.painter(), at, words, style, inner.width());
        return;
    }
    // A heading begins with an empty row, which is not wanted at the top.
    let lead = if note.text.starts_with('#') { ROW } else { 0.0 };
    let place = inner.with_min_y(inner.top() - draw.px(lead));
    let mut child = ui.new_child(
        UiBuilder::new()
            .scope_id(note.id.with("text"))
            .max_rect(place),
    );
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    scale_style(&mut child, draw.scale);
    let text = without_pictures(&note.text);
    CommonMarkViewer::new().show(&mut child, cache, &text);
}

/// Text is laid out at the size at which it is seen, as everywhere on the canvas.
fn scale_style(ui: &mut Ui, scale: f32) {
    let style = ui.style_mut();
    style.text_styles = [
        (TextStyle::Small, font::text(size::SMALL * scale)),
        (TextStyle::Body, font::text(size::NODE_TEXT * scale)),
        (TextStyle::Button, font::text(size::NODE_TEXT * scale)),
        (TextStyle::Heading, font::strong(size::HEADING * scale)),
        (TextStyle::Monospace, font::mono(size::NODE_TEXT * scale)),
    ]
    .into();
    style.spacing.item_spacing = vec2(4.0, 3.0) * scale;
    // Rows are as high as their text, with a bullet or a link in them or not.
    style.spacing.interact_size.y = ROW * scale;
    style.spacing.indent *= scale;
}

/// Pictures become links to themselves.
fn without_pictures(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains("![") {
        text.replace("![", "[").into()
    } else {
        text.into()
    }
}

/// From afar, the first line alone.
fn paint_title(ui: &Ui, scene: &Scene<'_>, (note, rect): (&NoteBox, Rect)) {
    let Some(line) = note.text.lines().find(|line| !line.trim().is_empty()) else {
        return;
    };
    let line = line.trim_start_matches(['#', '*', '-', '>', ' ']);
    let at = (rect.left_top() + vec2(4.0, 3.0), Align2::LEFT_TOP);
    let style = (font::text(TITLE), scene.draw.theme.text);
    scene
        .draw
        .label(ui.painter(), at, line, style, rect.width() - 8.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_links() {
        assert_eq!(without_pictures("a ![b](c) d"), "a [b](c) d");
        assert_eq!(without_pictures("a [b](c)"), "a [b](c)");
    }
}
