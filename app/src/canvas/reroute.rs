//! Reroutes: points that wires run through. A ring is dragged to bend its wires; out of the small
//! pin that it shows when the pointer is near, another wire of the same source is dragged.

use egui::{PointerButton, Pos2, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};

use crate::canvas::frame::did;
use crate::canvas::items::{Did, Items, Ring};
use crate::canvas::node::Scene;
use crate::canvas::view::DETAIL_FROM;
use crate::command::drawing::Item;

/// Half of a ring's side.
const RADIUS: f32 = 5.0;
/// How near to a ring the pointer counts as on it.
const REACH: f32 = 9.0;
/// From a ring's middle to the pin out of which wires are dragged.
const PIN_AWAY: f32 = 17.0;

/// Shows all reroutes. Says what the pointer did to them.
pub fn rings_ui(ui: &Ui, scene: &Scene<'_>, items: &Items) -> Vec<(Item, Did)> {
    let mut done = Vec::new();
    for ring in &items.rings {
        let center = scene.screen.from_graph(ring.pos);
        if ui.clip_rect().expand(30.0).contains(center) {
            let item = Item::Reroute(ring.key.clone());
            let did = ring_ui(ui, scene, (ring, center), &item);
            done.extend(did.map(|did| (item, did)));
        }
    }
    done
}

fn ring_ui(ui: &Ui, scene: &Scene<'_>, (ring, center): (&Ring, Pos2), item: &Item) -> Option<Did> {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let is_selected = scene.state.selection.items.contains(item);
    let area =
        |center, reach: f32| Rect::from_center_size(center, Vec2::splat(2.0 * draw.px(reach)));
    let response = ui.interact(area(center, REACH), ring.id, Sense::click_and_drag());
    response.widget_info(|| {
        let name = format!("{} reroute", ring.key);
        WidgetInfo::selected(Role::Button, true, is_selected, name)
    });
    let ty = ring.source.as_ref().and_then(|(_, ty)| *ty);
    let color = ty.map_or(theme.secondary, |ty| theme.wire(ty));
    let radius = draw.px(RADIUS).max(2.0);
    if is_selected {
        let stroke = Stroke::new(1.8, theme.accent);
        ui.painter().circle_stroke(center, radius + 3.0, stroke);
    }
    let rim = Stroke::new(draw.px(2.2).max(1.0), color);
    ui.painter().circle(center, radius, theme.canvas, rim);
    if scene.is_panning || scene.wire.is_some() {
        return None;
    }
    let starts = pin_ui(ui, scene, ring, (center, color));
    starts.or_else(|| did(ui, &response))
}

/// The pin out of which another wire is dragged; seen when the pointer is near.
fn pin_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    ring: &Ring,
    (center, color): (Pos2, egui::Color32),
) -> Option<Did> {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    if draw.scale < DETAIL_FROM || ring.source.is_none() {
        return None;
    }
    let at = center + vec2(draw.px(PIN_AWAY), 0.0);
    let area = Rect::from_center_size(at, Vec2::splat(draw.px(14.0)));
    let response = ui.interact(area, ring.id.with("out"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{} out", ring.key)));
    let near = Rect::from_two_pos(center, at).expand(draw.px(14.0));
    let pointer = ui.ctx().pointer_latest_pos();
    if pointer.is_some_and(|pointer| near.contains(pointer)) {
        let fill = if response.hovered() {
            color
        } else {
            theme.node
        };
        let rim = Stroke::new(draw.px(1.4).max(1.0), color);
        ui.painter().circle(at, draw.px(4.0), fill, rim);
    }
    response
        .drag_started_by(PointerButton::Primary)
        .then_some(Did::Wire)
}
