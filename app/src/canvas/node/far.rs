//! A node from afar: title, thumbnail and pins, in as few shapes as that takes.

use egui::epaint::StrokeKind;
use egui::{Align2, Mesh, Rect, Shape, Stroke, Ui, Vec2, pos2, vec2};

use super::{Scene, Told, Touched, body, pins, run_state};
use crate::canvas::frame::MIN_TITLED;
use crate::canvas::layout::NodeLayout;
use crate::theme::{font, size};
use crate::widgets::picture;

/// Below this zoom a pin is too small to be hit.
const PINS_FROM: f32 = 0.25;
/// The size of titles on the screen, however small the node.
const TITLE: f32 = 9.0;

pub(super) fn far_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    layout: &NodeLayout,
    told: &Told<'_>,
    touched: &mut Touched,
) {
    let theme = scene.draw.theme;
    let rect = scene.screen.rect_from_graph(layout.rect);
    let header = scene.screen.rect_from_graph(layout.header());
    let stripe_color = layout.main_type().map_or(theme.faint, |ty| theme.wire(ty));
    let opacity = ui.opacity();
    let mut mesh = Mesh::default();
    let mut fill = |rect: Rect, color: egui::Color32| {
        mesh.add_colored_rect(rect, color.gamma_multiply(opacity));
    };
    fill(rect, theme.node);
    fill(header, body::header_color(theme, layout));
    let stripe_width = (rect.width() * 0.03).max(2.0);
    let stripe = Rect::from_min_size(header.min, vec2(stripe_width, header.height()));
    fill(stripe, stripe_color);

    // Who listens to the window instead of looking at it needs the pins at every zoom.
    let has_pins = scene.draw.scale >= PINS_FROM || ui.ctx().has_accesskit_node(layout.id);
    if !has_pins {
        let side = Vec2::splat((size::PIN * 1.6 * scene.draw.scale).max(1.5));
        for pin in layout.inputs.iter().chain(&layout.outputs) {
            if pin.is_listed() {
                let color = pin.ty.map_or(theme.secondary, |ty| theme.wire(ty));
                fill(
                    Rect::from_center_size(scene.screen.from_graph(pin.pos), side),
                    color,
                );
            }
        }
    }
    ui.painter().add(Shape::mesh(mesh));

    if let Some(place) = layout.picture
        && let Some(shown) = run_state::shown(scene.state, &layout.full_key, layout.is)
    {
        let place = scene.screen.rect_from_graph(place);
        picture::paint(ui.painter(), place, shown.texture.id(), shown.size_px, 0.0);
    }
    if told.has_error || told.is_selected || told.is_busy || told.is_offered {
        let Stroke { width, color } = body::border(scene, told);
        let stroke = Stroke::new(width.max(1.5), color);
        ui.painter()
            .rect_stroke(rect, 1.0, stroke, StrokeKind::Middle);
    }
    if rect.width() >= MIN_TITLED {
        let at = pos2(
            rect.left() + stripe_width + 3.0,
            rect.top() + header.height().max(TITLE) / 2.0,
        );
        let style = (font::strong(TITLE), theme.text);
        let room = rect.right() - at.x - 2.0;
        scene.draw.label(
            ui.painter(),
            (at, Align2::LEFT_CENTER),
            &layout.title,
            style,
            room,
        );
    }
    if has_pins {
        pins::pins_ui(ui, scene, layout, touched);
    }
}
