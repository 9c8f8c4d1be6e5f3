//! The checkerboard behind what may be transparent.

use egui::{Mesh, Painter, Rect, Shape, vec2};

use crate::theme::Theme;

/// The side of a square, in points.
const SIDE: f32 = 8.0;

/// Paints it where it is seen.
pub(crate) fn paint(painter: &Painter, theme: &Theme, place: Rect) {
    let seen = place.intersect(painter.clip_rect());
    if !seen.is_positive() {
        return;
    }
    let [ground, squares] = theme.checker();
    painter.rect_filled(seen, 0.0, ground);
    let columns = (seen.width() / SIDE).ceil() as usize;
    let rows = (seen.height() / SIDE).ceil() as usize;
    let mut mesh = Mesh::default();
    for row in 0..rows {
        for column in (row % 2..columns).step_by(2) {
            let corner = seen.min + vec2(column as f32, row as f32) * SIDE;
            let square = Rect::from_min_size(corner, vec2(SIDE, SIDE)).intersect(seen);
            mesh.add_colored_rect(square, squares);
        }
    }
    painter.add(Shape::mesh(mesh));
}
