//! Pictures: never stretched, on a quiet ground.

use egui::epaint::{RectShape, StrokeKind};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, TextureId, Vec2, pos2, vec2};

use crate::theme::{Theme, icon, size};
use crate::widgets::{Draw, icon_at};

/// The largest rectangle of a picture's ratio inside another, centred.
pub fn fitted(rect: Rect, size_px: [u32; 2]) -> Rect {
    let size = vec2(size_px[0].max(1) as f32, size_px[1].max(1) as f32);
    let scale = (rect.width() / size.x).min(rect.height() / size.y);
    Rect::from_center_size(rect.center(), size * scale)
}

/// Paints a picture inside a rectangle and returns where it lies.
pub fn paint(
    painter: &Painter,
    rect: Rect,
    texture: TextureId,
    size_px: [u32; 2],
    corner: f32,
) -> Rect {
    let place = fitted(rect, size_px);
    let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    painter.add(RectShape::filled(place, corner, Color32::WHITE).with_texture(texture, whole));
    place
}

/// Says in an empty place what goes there.
pub fn empty(painter: &Painter, draw: &Draw<'_>, rect: Rect, words: &str) {
    let theme = draw.theme;
    painter.rect(
        rect,
        draw.corner(size::FIELD_CORNER),
        theme.field,
        Stroke::new(1.0, Theme::fade(theme.line, 0.5)),
        StrokeKind::Inside,
    );
    let center = rect.center();
    icon_at(
        painter,
        center - Vec2::Y * draw.px(12.0),
        icon::PICTURE,
        draw.icon(22.0),
        theme.faint,
    );
    let style = (draw.text(size::SMALL), theme.secondary);
    draw.label(
        painter,
        (center + Vec2::Y * draw.px(14.0), Align2::CENTER_CENTER),
        words,
        style,
        rect.width() - draw.px(12.0),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_never_stretched() {
        let room = Rect::from_min_size(Pos2::ZERO, vec2(200.0, 100.0));
        assert_eq!(fitted(room, [512, 512]).size(), vec2(100.0, 100.0));
        assert_eq!(fitted(room, [1000, 100]).size(), vec2(200.0, 20.0));
        assert_eq!(fitted(room, [0, 0]).size(), vec2(100.0, 100.0));
    }
}
