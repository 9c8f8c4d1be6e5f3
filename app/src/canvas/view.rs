//! Which part of the graph is seen: pan, zoom, fitting. Positions on the screen are computed at
//! the zoom, never transformed afterwards, so text is crisp at every zoom and every widget is
//! where it seems to be.

use egui::{Event, Key, MouseWheelUnit, PointerButton, Pos2, Rect, Ui, Vec2};

/// How far out and in one can go.
pub const ZOOM: (f32, f32) = (0.05, 4.0);
/// Below this zoom, nodes show title, picture and pins only.
pub const DETAIL_FROM: f32 = 0.4;
/// How much one notch of the wheel zooms.
const NOTCH: f32 = 1.12;
/// Room around the graph when it is fitted.
const FIT_MARGIN: f32 = 36.0;

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

    /// Follows wheel, trackpad, middle drag and space drag. Says whether the pointer pans, so that
    /// it does nothing else.
    pub fn navigate(&mut self, ui: &Ui, rect: Rect) -> bool {
        let Some(pointer) = ui.ctx().pointer_latest_pos() else {
            return false;
        };
        let over = rect.contains(pointer)
            && ui
                .ctx()
                .layer_id_at(pointer)
                .is_none_or(|layer| layer == ui.layer_id());
        if over {
            let (pinch, moves) = ui.input(|i| {
                (
                    i.zoom_delta(),
                    i.events.iter().filter_map(wheel).collect::<Vec<_>>(),
                )
            });
            let mut zoomed = false;
            for (unit, delta, by_command) in moves {
                // A wheel turns in lines and zooms; a trackpad moves in points and pans.
                if unit == MouseWheelUnit::Point && !by_command {
                    self.pan += delta;
                } else if !by_command {
                    self.zoom_at(pointer - rect.min, NOTCH.powf(delta.y.clamp(-5.0, 5.0)));
                }
                zoomed = true;
            }
            if (pinch - 1.0).abs() > f32::EPSILON && (!zoomed || ui.input(|i| i.modifiers.command))
            {
                self.zoom_at(pointer - rect.min, pinch);
            }
        }
        let space = ui.input(|i| i.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
        let (middle, primary, delta, origin) = ui.input(|i| {
            let pointer = &i.pointer;
            (
                pointer.button_down(PointerButton::Middle),
                pointer.button_down(PointerButton::Primary),
                pointer.delta(),
                pointer.press_origin(),
            )
        });
        let from_here = origin.is_some_and(|origin| rect.contains(origin));
        if from_here && (middle || (space && primary)) {
            self.pan += delta;
            ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
        } else if space && over {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Grab);
        }
        space || (middle && from_here)
    }
}

fn wheel(event: &Event) -> Option<(MouseWheelUnit, Vec2, bool)> {
    match event {
        Event::MouseWheel {
            unit,
            delta,
            modifiers,
            ..
        } => Some((*unit, *delta, modifiers.command)),
        _ => None,
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
}
