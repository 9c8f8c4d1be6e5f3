//! Letters that no font here has: they are kept and used as they were typed, drawn as boxes, and
//! said so beside the text.

use egui::epaint::text::FontsView;
use egui::{FontId, Id, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::theme::{font, icon};
use crate::widgets::{Draw, icon_at};

/// How many letters of a text are looked at: it is looked at in every frame.
const MOST: usize = 4_000;
/// The sign's side.
const SIDE: f32 = 16.0;

/// How many letters at the beginning of a text no font has.
pub fn count(fonts: &mut FontsView<'_>, font: &FontId, text: &str) -> usize {
    let letters = text.chars().filter(|c| !c.is_ascii()).take(MOST);
    letters
        .filter(|c| !is_unseen(*c) && !fonts.has_glyph(font, *c))
        .count()
}

/// What is said of them.
pub fn words(count: usize) -> String {
    let letters = match count {
        1 => "1 letter".to_owned(),
        n => format!("{n} letters"),
    };
    format!(
        "No font on this computer has {letters} of this text. They are kept as they are typed; to see them, install a font that has them."
    )
}

/// Letters that join or vary others and are not drawn themselves.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

/// The sign in a field's lower corner if letters of its text are missing.
pub(super) fn sign_ui(ui: &Ui, draw: &Draw<'_>, field: Rect, (id, name, text): (Id, &str, &str)) {
    if text.is_ascii() {
        return;
    }
    let missing = ui.fonts_mut(|fonts| count(fonts, &font::text(12.0), text));
    if missing == 0 {
        return;
    }
    let side = Vec2::splat(draw.px(SIDE));
    let rect = Rect::from_min_size(field.max - side - Vec2::splat(draw.px(2.0)), side);
    let response = ui.interact(rect, id.with("missing letters"), Sense::hover());
    response.widget_info(|| {
        let name = format!("{name}: letters are missing in all fonts");
        WidgetInfo::labeled(Role::Label, true, name)
    });
    let theme = draw.theme;
    ui.painter().rect_filled(rect, draw.px(3.0), theme.field);
    let (at, size) = (rect.center(), draw.icon(12.0));
    icon_at(ui.painter(), at, icon::PROBLEM, size, theme.caution);
    response.on_hover_text(words(missing));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_that_would_be_drawn_are_missed() {
        let context = egui::Context::default();
        context.set_fonts(font::definitions());
        let output = context.run_ui(egui::RawInput::default(), |ui| {
            ui.fonts_mut(|fonts| {
                let mut count = |text: &str| count(fonts, &font::text(12.0), text);
                assert_eq!(count("a lighthouse, Größe, Ω, \u{200d}\u{fe0f}\n\u{a0}"), 0);
                assert_eq!(count("a \u{10fffd}b\u{10fffd}"), 2, "no font has these");
            });
        });
        output.drop_without_applying_deltas();
    }

    #[test]
    fn one_is_not_called_several() {
        assert!(words(1).contains("1 letter of"));
        assert!(words(2).contains("2 letters of"));
    }
}
