//! Hearts and stars: what the user thinks of a picture.

use std::f32::consts::TAU;

use egui::epaint::PathShape;
use egui::{Color32, Mesh, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2};
use egui::{WidgetInfo, vec2};

use crate::command::Command;
use crate::command::binding::Scope;
use crate::command::gallery::GalleryCommand;
use crate::gallery::marks::{MAX_RATING, Mark};
use crate::theme::Theme;

/// The side of a sign that can be clicked, in points.
const SIDE: f32 = 22.0;

/// Whether a sign is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Filled,
    Outline,
}

/// A heart to click and five stars.
pub(in crate::panels) fn marks_ui(
    ui: &mut Ui,
    theme: &Theme,
    mark: Mark,
    scope: Scope,
) -> Vec<Command> {
    let mut commands = Vec::new();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 1.0;
        let name = if mark.favourite {
            "favourite"
        } else {
            "no favourite"
        };
        let response = sign_ui(ui, theme, name, |painter, center, color| {
            heart(painter, center, 6.5, color, ink(mark.favourite));
        });
        let favourite = Command::Gallery(GalleryCommand::Favourite);
        let hint = favourite.tooltip_in(ui.ctx(), scope);
        if response.on_hover_text(hint).clicked() {
            commands.push(favourite);
        }
        ui.add_space(8.0);
        for stars in 1..=MAX_RATING {
            let name = format!("rate {stars}");
            let response = sign_ui(ui, theme, &name, |painter, center, color| {
                star(painter, center, 7.5, color, ink(stars <= mark.rating));
            });
            // A click on the last star takes them all away again.
            let rating = if stars == mark.rating { 0 } else { stars };
            let rate = Command::Gallery(GalleryCommand::Rate(stars));
            let hint = rate.tooltip_in(ui.ctx(), scope);
            if response.on_hover_text(hint).clicked() {
                commands.push(Command::Gallery(GalleryCommand::Rate(rating)));
            }
        }
    });
    commands
}

fn sign_ui(
    ui: &mut Ui,
    theme: &Theme,
    name: &str,
    paint: impl FnOnce(&Painter, Pos2, Color32),
) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(SIDE), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 5.0, theme.hovered);
    }
    paint(ui.painter(), rect.center(), theme.accent);
    response
}

fn ink(is_filled: bool) -> Ink {
    if is_filled { Ink::Filled } else { Ink::Outline }
}

/// The marks in the lower right corner of a picture, without what is not marked.
pub(super) fn paint_marks(painter: &Painter, theme: &Theme, place: Rect, mark: Mark) {
    let mut at = place.right_bottom() - vec2(12.0, 12.0);
    let back = |painter: &Painter, width: f32| {
        let corner = place.right_bottom() - vec2(4.0, 4.0);
        let ground = Rect::from_min_max(corner - vec2(width, 16.0), corner);
        // Opaque: the picture below may have any colour.
        painter.rect_filled(ground, 5.0, theme.window);
    };
    let count = f32::from(mark.rating) + f32::from(u8::from(mark.favourite));
    if count > 0.0 {
        back(painter, count * 12.0 + 6.0);
    }
    for _ in 0..mark.rating {
        star(painter, at, 5.0, theme.accent, Ink::Filled);
        at.x -= 12.0;
    }
    if mark.favourite {
        heart(painter, at, 4.5, theme.accent, Ink::Filled);
    }
}

fn star(painter: &Painter, center: Pos2, radius: f32, color: Color32, ink: Ink) {
    let points = (0..10).map(|i| {
        let reach = if i % 2 == 0 { radius } else { radius * 0.45 };
        center + reach * Vec2::angled(TAU * (i as f32 / 10.0 - 0.25))
    });
    paint_round(painter, center, points.collect(), color, ink);
}

fn heart(painter: &Painter, center: Pos2, radius: f32, color: Color32, ink: Ink) {
    const POINTS: usize = 32;
    let points = (0..POINTS).map(|i| {
        // The classic curve, 32 wide and 29 high; its tip and notch lie between two points, for a
        // line round a sharp corner would end in a spike.
        let t = TAU * (i as f32 + 0.5) / POINTS as f32;
        let x = 16.0 * t.sin().powi(3);
        let y = 13.0 * t.cos() - 5.0 * (2.0 * t).cos() - 2.0 * (3.0 * t).cos() - (4.0 * t).cos();
        center + vec2(x, -y) * (radius / 16.0)
    });
    paint_round(painter, center, points.collect(), color, ink);
}

/// A shape that can be seen whole from its centre; it need not be convex.
fn paint_round(painter: &Painter, center: Pos2, points: Vec<Pos2>, color: Color32, ink: Ink) {
    if ink == Ink::Filled {
        let mut mesh = Mesh::default();
        mesh.colored_vertex(center, color);
        for point in &points {
            mesh.colored_vertex(*point, color);
        }
        let count = points.len() as u32;
        for i in 0..count {
            mesh.add_triangle(0, 1 + i, 1 + (i + 1) % count);
        }
        painter.add(Shape::mesh(mesh));
    }
    painter.add(PathShape::closed_line(points, Stroke::new(1.0, color)));
}
