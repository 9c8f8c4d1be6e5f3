//! Wires and pins: how they are drawn and hit.

use egui::epaint::PathShape;
use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, vec2};
use pyrograph_engine::node::Type;

use crate::theme::{PinShape, Theme, size};
use crate::widgets::Draw;

/// A wire on the screen: cubic, leaving and arriving level.
#[derive(Clone, Copy, Debug)]
pub struct Curve([Pos2; 4]);

impl Curve {
    /// From an output to an input.
    pub fn new(from: Pos2, to: Pos2, scale: f32) -> Self {
        let slack = ((to - from).length() * 0.45).max(40.0 * scale);
        Self([from, from + vec2(slack, 0.0), to - vec2(slack, 0.0), to])
    }

    /// What it may cover.
    pub fn bounds(&self) -> Rect {
        Rect::from_points(&self.0)
    }

    /// The way from a point to it.
    pub fn distance(&self, point: Pos2) -> f32 {
        let points: Vec<Pos2> = self.points().collect();
        points
            .windows(2)
            .map(|pair| distance(pair[0], pair[1], point))
            .fold(f32::INFINITY, f32::min)
    }

    /// Points on it, near enough to each other to be joined by straight lines.
    pub fn points(&self) -> impl Iterator<Item = Pos2> + use<> {
        self.sampled(32)
    }

    /// Draws it, in as many pieces as can be seen at its size on the screen.
    pub fn paint(&self, painter: &Painter, width: f32, color: Color32) {
        if self.bounds().expand(width).intersects(painter.clip_rect()) {
            let line = self.sampled(self.pieces()).collect();
            painter.add(Shape::line(line, Stroke::new(width, color)));
        }
    }

    /// A level wire to the right is one straight line; others bend more, the longer they are.
    fn pieces(&self) -> usize {
        const PIECE: f32 = 9.0;
        let [from, a, b, to] = self.0;
        let is_straight = (from.y - to.y).abs() < 0.3 && from.x <= to.x;
        if is_straight {
            return 1;
        }
        let length = (a - from).length() + (b - a).length() + (to - b).length();
        ((length / PIECE) as usize).clamp(4, 48)
    }

    /// The ends of so many pieces of it.
    fn sampled(&self, pieces: usize) -> impl Iterator<Item = Pos2> + use<> {
        let [from, a, b, to] = self.0.map(Pos2::to_vec2);
        (0..=pieces).map(move |i| {
            let t = i as f32 / pieces as f32;
            let u = 1.0 - t;
            let sum = from * (u * u * u) + a * (3.0 * u * u * t) + b * (3.0 * u * t * t);
            (sum + to * (t * t * t)).to_pos2()
        })
    }
}

/// From a point to a stretch of line.
fn distance(a: Pos2, b: Pos2, point: Pos2) -> f32 {
    let along = b - a;
    let share = ((point - a).dot(along) / along.length_sq().max(f32::EPSILON)).clamp(0.0, 1.0);
    (a + along * share - point).length()
}

/// How a pin is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PinLook {
    /// What it carries; `None` if nobody knows.
    pub ty: Option<Type>,
    /// Filled or hollow.
    pub wired: bool,
    /// A thicker rim while it is hollow.
    pub required: bool,
    /// Larger under the pointer.
    pub lit: bool,
    /// 1, or less for one that does not fit the wire that is dragged.
    pub strength: f32,
}

/// Draws a pin: colour, shape and letter tell its type.
pub fn paint_pin(painter: &Painter, draw: &Draw<'_>, center: Pos2, look: PinLook) {
    let theme = draw.theme;
    let base = look.ty.map_or(theme.secondary, |ty| theme.wire(ty));
    let color = Theme::fade(base, look.strength);
    let mark = look.ty.map(Theme::mark);
    let radius = draw.px(size::PIN) * if look.lit { 1.25 } else { 1.0 };
    let filled = look.wired;
    let fill = if filled { color } else { theme.node };
    let rim = Stroke::new(
        draw.px(if filled || !look.required { 1.4 } else { 2.4 })
            .max(1.0),
        color,
    );
    match mark.map_or(PinShape::Ring, |mark| mark.shape) {
        PinShape::Circle => {
            painter.circle(center, radius, fill, rim);
        }
        PinShape::Ring => {
            painter.circle(
                center,
                radius,
                theme.node,
                Stroke::new(rim.width.max(draw.px(2.0)), color),
            );
        }
        PinShape::Square => {
            painter.rect(
                Rect::from_center_size(center, Vec2::splat(radius * 1.78)),
                draw.px(2.0),
                fill,
                rim,
                egui::epaint::StrokeKind::Middle,
            );
        }
        shape @ (PinShape::Diamond | PinShape::Hexagon | PinShape::Triangle) => {
            painter.add(PathShape::convex_polygon(
                corners(shape, center, radius),
                fill,
                rim,
            ));
        }
    }
    // Letters are read, if at all, at a size at which they can be.
    if draw.scale < 0.6 {
        return;
    }
    if let Some(mark) = mark {
        let is_ring = mark.shape == PinShape::Ring;
        let letter = if filled && !is_ring {
            theme.on_pin()
        } else {
            color
        };
        let nudge = if mark.shape == PinShape::Triangle {
            vec2(-draw.px(1.0), 0.0)
        } else {
            Vec2::ZERO
        };
        painter.text(
            center + nudge,
            Align2::CENTER_CENTER,
            mark.letter,
            draw.strong(8.0),
            letter,
        );
    }
}

fn corners(shape: PinShape, center: Pos2, radius: f32) -> Vec<Pos2> {
    let around = |count: usize, turned: f32, reach: f32| {
        (0..count)
            .map(|i| {
                center
                    + reach
                        * Vec2::angled(std::f32::consts::TAU * (i as f32 / count as f32) + turned)
            })
            .collect()
    };
    match shape {
        PinShape::Diamond => around(4, 0.0, radius * 1.2),
        PinShape::Hexagon => around(6, std::f32::consts::FRAC_PI_6, radius * 1.08),
        PinShape::Triangle => {
            let (x, y) = (radius * 0.95, radius * 1.1);
            vec![
                center + vec2(-x, -y),
                center + vec2(x * 1.2, 0.0),
                center + vec2(-x, y),
            ]
        }
        PinShape::Square | PinShape::Circle | PinShape::Ring => Vec::new(),
    }
}

/// The badge at the pointer that says why a wire cannot end there.
pub fn paint_badge(painter: &Painter, theme: &Theme, at: Pos2, words: &str) {
    let font = crate::theme::font::text(size::SMALL);
    let galley = painter.layout_no_wrap(words.to_owned(), font, theme.text);
    let rect = Rect::from_min_size(at + vec2(14.0, 14.0), galley.size() + vec2(16.0, 10.0));
    painter.rect(
        rect,
        5.0,
        theme.raised,
        Stroke::new(1.0, theme.line),
        egui::epaint::StrokeKind::Inside,
    );
    painter.galley(rect.min + vec2(8.0, 5.0), galley, theme.text);
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn wires_are_near_on_their_curve_only() {
        let curve = Curve::new(pos2(0.0, 0.0), pos2(200.0, 100.0), 1.0);
        assert!(curve.distance(pos2(0.0, 2.0)) < 3.0);
        assert!(curve.distance(pos2(100.0, 50.0)) < 1.0);
        assert!(curve.distance(pos2(100.0, 90.0)) > 10.0);
        assert!(curve.distance(pos2(500.0, 500.0)) > 400.0);
    }
}
