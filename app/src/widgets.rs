//! Widgets as `look.md` draws them: wells, numbers, choices, texts, pictures. Each is drawn at a
//! given place and scale, in nodes and in the inspector alike, and returns what shall change.
//!
//! The wheel never changes a value.

pub mod button;
pub(crate) mod checks;
pub mod choice;
mod color;
pub(crate) mod file;
pub mod number;
pub mod param;
pub mod picture;
pub(crate) mod ratio;
pub mod seed;
pub mod text;

use egui::epaint::StrokeKind;
use egui::text_edit::TextEditState;
use egui::{
    Align2, Color32, Context, CornerRadius, FontId, Id, Painter, Pos2, Rect, Response, ScrollArea,
    Sense, Stroke, Ui, Vec2, pos2, vec2,
};

use crate::theme::{Theme, font, size};

/// In which colours and how large something is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    /// The colours.
    pub theme: &'a Theme,
    /// Screen points for each point at 100 %.
    pub scale: f32,
}

impl Draw<'_> {
    /// A length on the screen.
    pub fn px(&self, points: f32) -> f32 {
        points * self.scale
    }

    /// Running text.
    pub fn text(&self, size: f32) -> FontId {
        font::text(size * self.scale)
    }

    /// Titles.
    pub fn strong(&self, size: f32) -> FontId {
        font::strong(size * self.scale)
    }

    /// Ids and seeds.
    pub fn mono(&self, size: f32) -> FontId {
        font::mono(size * self.scale)
    }

    /// Icons.
    pub fn icon(&self, size: f32) -> FontId {
        font::icon(size * self.scale)
    }

    /// A corner.
    pub fn corner(&self, points: f32) -> CornerRadius {
        CornerRadius::same(self.px(points).round().clamp(0.0, 255.0) as u8)
    }

    /// A field's ground, with the border that its state asks for.
    pub fn well(&self, painter: &Painter, rect: Rect, state: Well) {
        let border = match state {
            Well::Idle => self.theme.field_border(),
            Well::Hovered => Stroke::new(1.0, self.theme.line),
            Well::Focused => Stroke::new(1.2, self.theme.accent),
            Well::Wrong => Stroke::new(1.2, self.theme.error),
        };
        painter.rect(
            rect,
            self.corner(size::FIELD_CORNER),
            self.theme.field,
            border,
            StrokeKind::Inside,
        );
    }

    /// A text at a place that is cut with `…` where it would get wider than `width`. Returns what
    /// it covers.
    pub fn label(
        &self,
        painter: &Painter,
        at: (Pos2, Align2),
        text: &str,
        style: (FontId, Color32),
        width: f32,
    ) -> Rect {
        let (font, color) = style;
        let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
        let galley = painter.layout_job(job);
        let rect = at.1.anchor_size(at.0, galley.size());
        painter.galley(rect.min, galley, color);
        rect
    }
}

/// The state that a field shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Well {
    /// Nothing happens.
    Idle,
    /// The pointer is over it.
    Hovered,
    /// It has the keyboard.
    Focused,
    /// Its value cannot be used.
    Wrong,
}

impl Well {
    /// The state that a response shows.
    pub fn of(response: &Response) -> Self {
        if response.has_focus() {
            Self::Focused
        } else if response.hovered() {
            Self::Hovered
        } else {
            Self::Idle
        }
    }
}

fn typed_id() -> Id {
    Id::unique("value is typed")
}

/// Notes that a value is typed here that counts once its field is left.
pub(crate) fn note_typed(ctx: &Context) {
    let pass = ctx.cumulative_pass_nr();
    ctx.data_mut(|data| data.insert_temp(typed_id(), pass));
}

/// Leaves the field in which a value is typed, so that it counts for what follows.
pub fn leave_typed(ctx: &Context) {
    let last: Option<u64> = ctx.data(|data| data.get_temp(typed_id()));
    if last.is_some_and(|pass| pass + 1 >= ctx.cumulative_pass_nr()) {
        ctx.memory_mut(egui::Memory::stop_text_input);
    }
}

/// Forgets what is typed and can be undone in texts: what is shown now has fields of the same
/// names, but they are others.
pub fn forget_typed(ctx: &Context) {
    ctx.memory_mut(egui::Memory::stop_text_input);
    ctx.data_mut(|data| data.remove_by_type::<TextEditState>());
    number::forget_typed(ctx);
    seed::forget_typed(ctx);
}

/// The left and right ends of a field's content, centred in height.
pub(crate) fn ends(rect: Rect, pad: f32) -> (Pos2, Pos2) {
    (
        pos2(rect.left() + pad, rect.center().y),
        pos2(rect.right() - pad, rect.center().y),
    )
}

/// A rectangle around a point.
pub(crate) fn around(center: Pos2, side: f32) -> Rect {
    Rect::from_center_size(center, Vec2::splat(side))
}

/// Paints an icon centred at a place.
pub(crate) fn icon_at(painter: &Painter, center: Pos2, icon: &str, font: FontId, color: Color32) {
    painter.text(center, Align2::CENTER_CENTER, icon, font, color);
}

/// A line of a list, lit under the pointer and while it has the keyboard.
pub(crate) fn lit_line(ui: &mut Ui, theme: &Theme, height: f32) -> (Rect, Response) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, theme.hovered);
    }
    (rect, response)
}

/// Lets a list that is higher than the window be scrolled.
pub fn scrolled_ui<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    /// Between the list and the window's borders, together.
    const RIM: f32 = 32.0;
    let most = ui.ctx().content_rect().height() - RIM;
    // Of itself egui gives what floats no more height than `default_area_size`.
    ui.set_max_height(most.max(size::FIELD_PITCH));
    ScrollArea::vertical().show(ui, content).inner
}

/// A thin progress bar.
pub fn bar(painter: &Painter, rect: Rect, share: f32, colors: (Color32, Color32)) {
    let radius = rect.height() / 2.0;
    painter.rect_filled(rect, radius, colors.0);
    let width = rect.width() * share.clamp(0.0, 1.0);
    if width > 0.0 {
        let filled = Rect::from_min_size(rect.min, vec2(width.max(rect.height()), rect.height()));
        painter.rect_filled(filled, radius, colors.1);
    }
}

/// A ring that is closed as far as something is done.
pub fn ring(painter: &Painter, center: Pos2, radius: f32, share: f32, colors: (Color32, Color32)) {
    let width = (radius * 0.38).max(1.0);
    painter.circle_stroke(center, radius, Stroke::new(width, colors.0));
    let turns = share.clamp(0.0, 1.0);
    if turns > 0.0 {
        let points = (0..=32)
            .map(|i| {
                let angle = std::f32::consts::TAU * (turns * i as f32 / 32.0 - 0.25);
                center + radius * Vec2::angled(angle)
            })
            .collect();
        painter.line(points, Stroke::new(width, colors.1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::view::{DETAIL_FROM, ZOOM};
    use crate::theme::Look;

    #[test]
    fn text_is_laid_out_at_the_size_at_which_it_is_seen_in_few_sizes() {
        let theme = Theme::of(Look::Dark);
        let mut sizes = Vec::new();
        let mut scale = DETAIL_FROM;
        while scale <= ZOOM.1 {
            let draw = Draw {
                theme: &theme,
                scale,
            };
            let laid_out = draw.text(size::NODE_TEXT).size;
            let seen = size::NODE_TEXT * scale;
            assert!((laid_out - seen).abs() <= 0.25, "{laid_out} for {seen}");
            sizes.push((laid_out * 2.0) as u32);
            scale *= 1.001;
        }
        sizes.dedup();
        assert!(sizes.len() <= 90, "{}", sizes.len());
    }
}
