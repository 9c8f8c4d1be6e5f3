//! Texts: a line, and a prompt that grows, with the count of its tokens and tinted weights.

pub mod missing;
mod weight;

use std::sync::Arc;

use egui::cache::{ComputerMut, FrameCache};
use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::{
    Align2, Color32, FontId, Galley, Id, Key, Modifiers, Rect, Response, Sense, TextBuffer,
    TextEdit, Ui, WidgetInfo, pos2, vec2,
};
use pyrograph_engine::text::prompt::{self, NoEmbeddings};
use pyrograph_engine::text::tokenizer::Tokenizer;

use crate::theme::{Theme, size};
use crate::widgets::{Draw, Well, bar};

/// A text to be shown.
pub struct Text<'a> {
    /// Stays the same from frame to frame.
    pub id: Id,
    /// What a screen reader says.
    pub name: &'a str,
    /// The text now.
    pub text: &'a str,
    /// What an empty text asks for.
    pub hint: &'a str,
    /// Whether it has several lines.
    pub multiline: bool,
}

/// How much room a text leaves to its border.
const PAD: f32 = 8.0;

/// The height of the field that holds a text, in points at 100 %.
pub fn field_height(fonts: &mut egui::epaint::text::FontsView<'_>, text: &str, width: f32) -> f32 {
    let draw_font = crate::theme::font::text(size::NODE_TEXT);
    let galley = fonts.layout(
        text.to_owned(),
        draw_font,
        Color32::WHITE,
        width - 2.0 * PAD,
    );
    (galley.size().y + 2.0 * PAD).max(44.0)
}

/// Shows a text; returns the new one when it was changed, and whether editing has ended.
pub fn text_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    text: &Text<'_>,
) -> (Option<String>, Response) {
    let theme = draw.theme;
    let focused = ui.memory(|memory| memory.has_focus(text.id));
    let hovered = ui.rect_contains_pointer(rect);
    draw.well(
        ui.painter(),
        rect,
        if focused {
            Well::Focused
        } else if hovered {
            Well::Hovered
        } else {
            Well::Idle
        },
    );

    let pad = draw.px(PAD);
    let font = draw.text(size::NODE_TEXT);
    let inner = if text.multiline {
        rect.shrink(pad)
    } else {
        line_in(ui, rect.shrink2(vec2(pad, 0.0)), &font)
    };
    // The field's rim belongs to the text too.
    let rim = ui.interact(rect, text.id.with("rim"), Sense::CLICK);
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, wrap: f32| -> Arc<Galley> {
        // Text is laid out in half points of size: a little slack keeps the line breaks of 100 %.
        ui.fonts_mut(|fonts| {
            fonts.layout_job(tinted(
                text.as_str(),
                &font,
                theme,
                wrap + draw.px(PAD * 0.7),
            ))
        })
    };
    let weighted = if text.multiline && focused {
        weighted(ui, text)
    } else {
        None
    };
    let is_weighted = weighted.is_some();
    let mut edited = weighted.unwrap_or_else(|| text.text.to_owned());
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(inner));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    let edit = if text.multiline {
        TextEdit::multiline(&mut edited)
            .layouter(&mut layouter)
            .min_size(inner.size())
    } else {
        TextEdit::singleline(&mut edited)
            .font(draw.text(size::NODE_TEXT))
            .text_color(theme.text)
    };
    let edit = edit
        .id(text.id)
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::ZERO)
        .desired_width(inner.width())
        .desired_rows(1);
    let response = edit.show(&mut child).response.response;
    if rim.clicked() {
        response.request_focus();
    }
    if text.text.is_empty() {
        // One line, cut where the field ends: a hint must not need more room than the text.
        let at = if text.multiline {
            (inner.left_top(), Align2::LEFT_TOP)
        } else {
            (inner.left_center(), Align2::LEFT_CENTER)
        };
        draw.label(
            ui.painter(),
            at,
            text.hint,
            (draw.text(size::NODE_TEXT), theme.faint),
            inner.width(),
        );
    }
    missing::sign_ui(ui, draw, rect, (text.id, text.name, text.text));
    response.widget_info(|| WidgetInfo {
        label: Some(text.name.to_owned()),
        ..WidgetInfo::text_edit(true, text.text, text.text, text.hint)
    });
    (
        ((response.changed() || is_weighted) && edited != text.text).then_some(edited),
        response,
    )
}

/// The text after Ctrl with the arrows up and down has changed the weight of the word or selection
/// at the cursor.
fn weighted(ui: &Ui, text: &Text<'_>) -> Option<String> {
    let presses = ui.input_mut(|i| {
        let up = i.count_and_consume_key(Modifiers::COMMAND, Key::ArrowUp) as f64;
        up - i.count_and_consume_key(Modifiers::COMMAND, Key::ArrowDown) as f64
    });
    if presses == 0.0 {
        return None;
    }
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), text.id)?;
    let selected = state.cursor.char_range()?.as_sorted_char_range();
    let selected = selected.start.0..selected.end.0;
    let (new, selected) = weight::weigh(text.text, selected, presses * weight::STEP)?;
    let [start, end] = [selected.start, selected.end].map(CCursor::new);
    state
        .cursor
        .set_char_range(Some(CCursorRange::two(start, end)));
    state.store(ui.ctx(), text.id);
    Some(new)
}

/// The place of one line of text, centred in the height of a field.
pub(crate) fn line_in(ui: &Ui, field: Rect, font: &FontId) -> Rect {
    let height = ui.fonts_mut(|fonts| fonts.row_height(font));
    Rect::from_center_size(field.center(), vec2(field.width(), height))
}

/// A prompt's text with weighted parts tinted.
fn tinted(text: &str, font: &FontId, theme: &Theme, wrap: f32) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = wrap;
    let plain = TextFormat::simple(font.clone(), theme.text);
    let weighted = TextFormat::simple(font.clone(), theme.accent_text);
    let (mut depth, mut start, mut escaped) = (0_usize, 0, false);
    for (at, c) in text.char_indices() {
        let bracket = !escaped && matches!(c, '(' | ')');
        escaped = c == '\\' && !escaped;
        if !bracket {
            continue;
        }
        let after = at + 1;
        if c == '(' {
            if depth == 0 {
                job.append(&text[start..at], 0.0, plain.clone());
                start = at;
            }
            depth += 1;
        } else if depth > 0 {
            depth -= 1;
            if depth == 0 {
                job.append(&text[start..after], 0.0, weighted.clone());
                start = after;
            }
        }
    }
    job.append(&text[start..], 0.0, plain);
    job
}

/// How many tokens a prompt uses, counted once for each text.
#[derive(Default)]
struct Counter;

impl ComputerMut<&str, (usize, usize)> for Counter {
    fn compute(&mut self, text: &str) -> (usize, usize) {
        if prompt::check_length(text).is_err() {
            return (0, 0);
        }
        let measure = prompt::measure(text, Tokenizer::clip(), &NoEmbeddings);
        (measure.tokens, measure.chunks)
    }
}

/// The line under a prompt: tokens used, and a thin bar of how full the last chunk is.
pub fn tokens_ui(ui: &Ui, draw: &Draw<'_>, rect: Rect, text: &str) {
    let room = prompt::CHUNK - 2; // BOS and EOS take two
    let (tokens, chunks) =
        ui.memory_mut(|memory| *memory.caches.cache::<FrameCache<_, Counter>>().get(text));
    let theme = draw.theme;
    let words = if chunks == 0 {
        "too long".to_owned()
    } else {
        format!("{tokens} of {} tokens", chunks * room)
    };
    let style = (draw.text(size::SMALL), theme.secondary);
    draw.label(
        ui.painter(),
        (rect.left_center(), Align2::LEFT_CENTER),
        &words,
        style,
        rect.width() * 0.65,
    );
    let width = draw.px(80.0).min(rect.width() * 0.35);
    let track = Rect::from_min_max(
        pos2(rect.right() - width, rect.center().y - draw.px(2.0)),
        pos2(rect.right(), rect.center().y + draw.px(2.0)),
    );
    let share = tokens as f32 / (chunks.max(1) * room) as f32;
    bar(ui.painter(), track, share, (theme.fill, theme.good));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{Look, font};

    fn check(text: &str, weighted: &[&str]) {
        let theme = Theme::of(Look::Dark);
        let job = tinted(text, &font::text(12.0), &theme, 100.0);
        assert_eq!(job.text, text);
        let found: Vec<&str> = job
            .sections
            .iter()
            .filter(|section| section.format.color == theme.accent_text)
            .map(|section| &text[section.byte_range.start.0..section.byte_range.end.0])
            .collect();
        assert_eq!(found, weighted, "{text}");
    }

    #[test]
    fn weights_are_tinted() {
        check("an (apple:1.2) on a table", &["(apple:1.2)"]);
        check("((a) b) c", &["((a) b)"]);
        check(r"\(plain\) text", &[]);
        check("(never closed", &[]);
        check("ä (ö) ü)", &["(ö)"]);
    }
}
