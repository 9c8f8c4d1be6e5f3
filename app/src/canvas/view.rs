//! Which part of the graph is seen: pan, zoom, fitting; `navigate.rs` follows the pointer.
//! Positions on the screen are computed at the zoom, never transformed afterwards, so text is
//! crisp at every zoom and every widget is where it seems to be.

use egui::{Pos2, Rect, Vec2};

use crate::theme::size;

/// How far out and in one can go.
pub const ZOOM: (f32, f32) = (0.05, 4.0);
/// Below this zoom, nodes show title, picture and pins only.
pub const DETAIL_FROM: f32 = 0.4;
/// How much a command to zoom zooms.
const STEP: f32 = 1.25;
/// Room around the graph when it is fitted.
const FIT_MARGIN: f32 = 36.0;

/// The nearest place on the grid.
pub fn snap(points: f32) -> f32 {
    (points / size::GRID).round() * size::GRID
}

/// The part of the graph that is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Where the graph's origin lies, from the canvas's upper left corner, in screen points.
    pub pan: Vec2,
    /// Screen points for each point of the graph.
    pub zoom: f32,
}

impl Default for View {
    fn default() -> Self {
        Self {
            pan: Vec2::new(60.0, 60.0),
            zoom: 1.0,
        }
    }
}

/// A view on its place on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// The canvas on the screen.
    pub rect: Rect,
    /// The view.
    pub view: View,
}

impl Screen {
    /// Where a point of the graph is seen.
    pub fn from_graph(&self, pos_in_graph: Pos2) -> Pos2 {
        self.rect.min + self.view.pan + pos_in_graph.to_vec2() * self.view.zoom
    }

    /// Where a rectangle of the graph is seen.
    pub fn rect_from_graph(&self, rect_in_graph: Rect) -> Rect {
        Rect::from_min_max(
            self.from_graph(rect_in_graph.min),
            self.from_graph(rect_in_graph.max),
        )
    }

    /// Which point of the graph is seen there.
    pub fn to_graph(&self, pos_on_screen: Pos2) -> Pos2 {
        ((pos_on_screen - self.rect.min - self.view.pan) / self.view.zoom).to_pos2()
    }

    /// The part of the graph that is seen.
    pub fn seen(&self) -> Rect {
        Rect::from_min_max(self.to_graph(self.rect.min), self.to_graph(self.rect.max))
    }
}

impl View {
    /// Zooms so that the point under the pointer stays there.
    pub fn zoom_at(&mut self, pos_in_canvas: Vec2, factor: f32) {
        let zoom = (self.zoom * factor).clamp(ZOOM.0, ZOOM.1);
        self.pan = pos_in_canvas - (pos_in_canvas - self.pan) * (zoom / self.zoom);
        self.zoom = zoom;
    }

    /// Shows a rectangle of the graph as large as it fits, at most at 100 %.
    pub fn fit(&mut self, rect_in_graph: Rect, canvas: Vec2) {
        if !rect_in_graph.is_finite() || canvas.x <= 0.0 || canvas.y <= 0.0 {
            return;
        }
        let room = (canvas - Vec2::splat(2.0 * FIT_MARGIN)).max(Vec2::splat(1.0));
        let size = rect_in_graph.size().max(Vec2::splat(1.0));
        self.zoom = (room.x / size.x).min(room.y / size.y).clamp(ZOOM.0, 1.0);
        self.center_on(rect_in_graph.center(), canvas);
    }

    /// Brings a point of the graph to the middle.
    pub fn center_on(&mut self, pos_in_graph: Pos2, canvas: Vec2) {
        self.pan = (canvas / 2.0 - pos_in_graph.to_vec2() * self.zoom).round();
    }

    /// Goes to 100 % and keeps the middle.
    pub fn actual_size(&mut self, canvas: Vec2) {
        self.zoom_at(canvas / 2.0, 1.0 / self.zoom);
    }

    /// Zooms by so many steps and keeps the middle; less than 0 is out.
    pub fn zoom_by(&mut self, steps: f32, canvas: Vec2) {
        self.zoom_at(canvas / 2.0, STEP.powf(steps));
    }

    /// Brings a rectangle of the graph into view by the shortest way, if it is not seen whole.
    pub fn reveal(&mut self, rect_in_graph: Rect, canvas: Vec2) {
        let seen = Rect::from_min_size(Pos2::ZERO, canvas).shrink(FIT_MARGIN);
        let rect = Rect::from_min_max(
            (self.pan + rect_in_graph.min.to_vec2() * self.zoom).to_pos2(),
            (self.pan + rect_in_graph.max.to_vec2() * self.zoom).to_pos2(),
        );
        let way = |from: f32, to: f32, low: f32, high: f32| {
            if from < low || to - from > high - low {
                low - from
            } else {
                (high - to).min(0.0)
            }
        };
        self.pan += Vec2::new(
            way(rect.left(), rect.right(), seen.left(), seen.right()),
            way(rect.top(), rect.bottom(), seen.top(), seen.bottom()),
        );
    }
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    const CANVAS: Rect = Rect {
        min: pos2(100.0, 50.0),
        max: pos2(900.0, 650.0),
    };

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let mut view = View::default();
        let pointer = pos2(400.0, 300.0);
        let before = Screen { rect: CANVAS, view }.to_graph(pointer);
        for _ in 0..7 {
            view.zoom_at(pointer - CANVAS.min, 1.3);
        }
        let after = Screen { rect: CANVAS, view }.to_graph(pointer);
        assert!((before - after).length() < 1e-3, "{before} {after}");
        assert!(view.zoom <= ZOOM.1);
    }

    #[test]
    fn screen_and_graph_are_inverse() {
        let screen = Screen {
            rect: CANVAS,
            view: View {
                pan: vec2(-13.0, 40.0),
                zoom: 0.37,
            },
        };
        let pos = pos2(123.0, -45.0);
        assert!((screen.to_graph(screen.from_graph(pos)) - pos).length() < 1e-3);
    }

    #[test]
    fn fitting_shows_all_and_never_magnifies() {
        let mut view = View::default();
        let graph = Rect::from_min_size(pos2(-500.0, 200.0), vec2(3000.0, 700.0));
        view.fit(graph, CANVAS.size());
        let screen = Screen { rect: CANVAS, view };
        assert!(screen.seen().contains_rect(graph));
        view.fit(
            Rect::from_min_size(pos2(0.0, 0.0), vec2(10.0, 10.0)),
            CANVAS.size(),
        );
        assert_eq!(view.zoom, 1.0);
        view.fit(Rect::NOTHING, CANVAS.size());
        assert_eq!(view.zoom, 1.0);
    }

    #[test]
    fn revealing_goes_the_shortest_way() {
        let mut view = View::default();
        let before = view;
        view.reveal(
            Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 100.0)),
            CANVAS.size(),
        );
        assert_eq!(view, before, "what is seen stays");
        let far = Rect::from_min_size(pos2(2_000.0, 0.0), vec2(100.0, 100.0));
        view.reveal(far, CANVAS.size());
        let screen = Screen { rect: CANVAS, view };
        assert!(screen.seen().contains_rect(far));
        assert_eq!(view.pan.y, before.pan.y);
    }
}
