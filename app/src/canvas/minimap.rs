//! The whole graph in a corner, with what is seen framed. A click or drag goes there.

use egui::epaint::StrokeKind;
use egui::{Align2, Id, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};

use crate::app::State;
use crate::canvas::layout::{NodeLayout, bounds};
use crate::canvas::view::{Screen, View};
use crate::command::Command;
use crate::jobs::NodeState;
use crate::theme::{Theme, font, size};
use crate::widgets::Draw;

const SIZE: Vec2 = vec2(150.0, 108.0);
const MARGIN: f32 = 14.0;
/// Narrower canvases need their room.
const MIN_CANVAS: Vec2 = vec2(520.0, 360.0);

/// Shows the map.
pub fn minimap_ui(
    ui: &Ui,
    state: &State,
    view: &mut View,
    canvas: Rect,
    layouts: &[NodeLayout],
) -> Vec<Command> {
    if canvas.width() < MIN_CANVAS.x || canvas.height() < MIN_CANVAS.y || layouts.is_empty() {
        return Vec::new();
    }
    let theme = &state.theme;
    let rect = Rect::from_min_size(canvas.max - SIZE - Vec2::splat(MARGIN), SIZE);
    let response = ui.interact(rect, Id::unique("minimap"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "map of the graph"));
    let painter = ui.painter();
    painter.rect(
        rect,
        7.0,
        theme.window,
        Stroke::new(1.0, theme.line),
        StrokeKind::Inside,
    );

    let map = Rect::from_min_max(rect.min + Vec2::splat(6.0), rect.max - vec2(6.0, 20.0));
    let seen = Screen {
        rect: canvas,
        view: *view,
    }
    .seen();
    let all = bounds(layouts.iter()).expand(60.0);
    let scale = (map.width() / all.width()).min(map.height() / all.height());
    let origin = map.center() - all.center().to_vec2() * scale;
    let to_map = |rect: Rect| {
        Rect::from_min_max(
            origin + rect.min.to_vec2() * scale,
            origin + rect.max.to_vec2() * scale,
        )
    };

    let clipped = painter.with_clip_rect(map.intersect(painter.clip_rect()));
    for layout in layouts {
        let is_busy = state.jobs.node(&layout.key).is_some_and(NodeState::is_busy);
        let color = layout.main_type().map_or(theme.faint, |ty| theme.wire(ty));
        let color = if is_busy {
            theme.accent
        } else {
            Theme::fade(color, 0.75)
        };
        clipped.rect_filled(to_map(layout.rect), 1.5, color);
    }
    clipped.rect(
        to_map(seen).intersect(map),
        3.0,
        Theme::fade(theme.text, 0.04),
        Stroke::new(1.0, theme.secondary),
        StrokeKind::Inside,
    );
    let draw = Draw { theme, scale: 1.0 };
    let at = (rect.left_bottom() + vec2(8.0, -10.0), Align2::LEFT_CENTER);
    let zoom = format!("{:.0} %", view.zoom * 100.0);
    draw.label(
        painter,
        at,
        &zoom,
        (font::text(size::SMALL), theme.secondary),
        60.0,
    );

    if let Some(pointer) = response
        .interact_pointer_pos()
        .filter(|_| response.is_pointer_button_down_on())
    {
        view.center_on(((pointer - origin) / scale).to_pos2(), canvas.size());
    }
    let fit = Command::FitAll;
    let double = response.double_clicked();
    response.on_hover_text("Click to go there, double click to see all");
    double.then_some(fit).into_iter().collect()
}
