//! The ground of the canvas: dots, and what an empty graph says.

use std::sync::Arc;

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Color32, Pos2, Rect, Shape, Ui, pos2, vec2};

use crate::canvas::view::{Screen, View};
use crate::theme::{Theme, size};
use crate::widgets::Draw;

/// Below and from this zoom the dots are gone and there.
const FADE: (f32, f32) = (0.45, 0.6);
/// A dot's radius at 100 %.
const RADIUS: f32 = 0.9;
/// Smaller dots are squares: nobody sees the difference.
const ROUND_FROM: f32 = 1.2;

/// The dots, kept from frame to frame: thousands of them are one shape.
#[derive(Debug, Default)]
pub struct Ground {
    made_for: Option<(Rect, View, Color32)>,
    dots: Arc<Mesh>,
}

impl Ground {
    /// Paints dots every 24 points, which fade out below 60 %.
    pub fn paint(&mut self, ui: &Ui, theme: &Theme, screen: &Screen) {
        ui.painter().rect_filled(screen.rect, 0.0, theme.canvas);
        let strength = ((screen.view.zoom - FADE.0) / (FADE.1 - FADE.0)).clamp(0.0, 1.0);
        if strength <= 0.0 {
            return;
        }
        let color = Theme::fade(theme.dot, strength);
        let wanted = (screen.rect, screen.view, color);
        if self.made_for != Some(wanted) {
            self.made_for = Some(wanted);
            self.dots = Arc::new(dots(screen, color));
        }
        ui.painter().add(Shape::Mesh(Arc::clone(&self.dots)));
    }
}

fn dots(screen: &Screen, color: Color32) -> Mesh {
    let zoom = screen.view.zoom;
    let step = size::DOTS * zoom;
    let radius = (RADIUS * zoom).clamp(0.6, 1.8);
    let mut mesh = Mesh::default();
    let mut y = screen.rect.top() + screen.view.pan.y.rem_euclid(step);
    while y < screen.rect.bottom() {
        let mut x = screen.rect.left() + screen.view.pan.x.rem_euclid(step);
        while x < screen.rect.right() {
            dot(&mut mesh, pos2(x, y), radius, color);
            x += step;
        }
        y += step;
    }
    mesh
}

fn dot(mesh: &mut Mesh, center: Pos2, radius: f32, color: Color32) {
    if radius < ROUND_FROM {
        let side = egui::Vec2::splat(radius * 1.8);
        mesh.add_colored_rect(Rect::from_center_size(center, side), color);
        return;
    }
    // A regular octagon, as a fan.
    let (near, far) = (radius * 0.383, radius * 0.924);
    let first = mesh.vertices.len() as u32;
    for (x, y) in [
        (near, far),
        (far, near),
        (far, -near),
        (near, -far),
        (-near, -far),
        (-far, -near),
        (-far, near),
        (-near, far),
    ] {
        mesh.vertices.push(Vertex {
            pos: center + vec2(x, y),
            uv: WHITE_UV,
            color,
        });
    }
    for i in 1..7 {
        mesh.add_triangle(first, first + i, first + i + 1);
    }
}

/// What an empty graph says.
pub fn paint_invitation(ui: &Ui, theme: &Theme, rect: Rect) {
    let draw = Draw { theme, scale: 1.0 };
    let center = rect.center();
    let line = |y: f32, words: &str, font, color| {
        let at = (center + vec2(0.0, y), Align2::CENTER_CENTER);
        draw.label(ui.painter(), at, words, (font, color), rect.width());
    };
    line(
        -12.0,
        "An empty graph",
        draw.strong(size::HEADING),
        theme.text,
    );
    line(
        12.0,
        "Double click, press Tab or just type to add a node, or drop a graph or a picture here",
        draw.text(size::TEXT),
        theme.secondary,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_one_shape_whose_places_follow_the_view() {
        let screen = |zoom: f32| Screen {
            rect: Rect::from_min_size(pos2(10.0, 20.0), vec2(240.0, 120.0)),
            view: View {
                pan: vec2(-5.0, 3.0),
                zoom,
            },
        };
        let corners = |zoom: f32| dots(&screen(zoom), Color32::WHITE).vertices.len();
        assert_eq!(corners(1.0), 10 * 5 * 4);
        assert_eq!(corners(2.0), 5 * 3 * 8);
        let first = dots(&screen(1.0), Color32::WHITE).vertices[0].pos;
        assert!((first - pos2(29.0, 23.0)).length() < 2.0, "{first}");
    }
}
