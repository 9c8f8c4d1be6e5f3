//! Frames: boxes behind nodes that belong together. They are moved by their header alone, so that
//! nobody drags one by accident, and made larger and smaller at every rim.

use egui::epaint::StrokeKind;
use egui::{
    Align2, CornerRadius, Painter, PointerButton, Rect, Response, Role, Sense, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};

use crate::canvas::items::{Did, FrameBox, Items};
use crate::canvas::node::Scene;
use crate::canvas::rim::{Rims, rim_ui};
use crate::command::drawing::Item;
use crate::theme::{Theme, font, size};

/// The height of a header.
pub const HEADER: f32 = 28.0;
/// No frame is smaller.
pub const LEAST: egui::Vec2 = vec2(80.0, 56.0);
/// Around what is framed.
pub const MARGIN: f32 = 24.0;
/// Titles stay readable from afar.
const MIN_TITLE: f32 = 9.0;
/// Narrower frames and notes show no title.
pub const MIN_TITLED: f32 = 44.0;

/// Shows all frames. Says what the pointer did to them.
pub fn frames_ui(ui: &Ui, scene: &Scene<'_>, items: &Items) -> Vec<(Item, Did)> {
    let mut done = Vec::new();
    for frame in &items.frames {
        let rect = scene.screen.rect_from_graph(frame.rect);
        if rect.expand(8.0).intersects(ui.clip_rect()) {
            let item = Item::Frame(frame.key.clone());
            let did = frame_ui(ui, scene, (frame, rect), &item);
            done.extend(did.map(|did| (item, did)));
        }
    }
    done
}

/// The header, as high as it needs to be to be hit.
pub fn header(rect_on_screen: Rect, scale: f32) -> Rect {
    let height = (HEADER * scale).max(12.0).min(rect_on_screen.height());
    Rect::from_min_size(rect_on_screen.min, vec2(rect_on_screen.width(), height))
}

fn frame_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    (frame, rect): (&FrameBox, Rect),
    item: &Item,
) -> Option<Did> {
    let is_selected = scene.state.selection.items.contains(item);
    let header = header(rect, scene.draw.scale);
    let response = ui.interact(header, frame.id, Sense::click_and_drag());
    response.widget_info(|| {
        let name = format!("{} frame", frame.key);
        WidgetInfo::selected(Role::Group, true, is_selected, name)
    });
    paint(ui.painter(), scene, frame, (rect, header, is_selected));
    if scene.is_panning || scene.wire.is_some() {
        return None;
    }
    let rim = rim_ui(ui, rect, Rims::All, frame.id);
    rim.map(Did::Rim).or_else(|| did(ui, &response))
}

/// What the pointer did to something by which it is moved.
pub fn did(ui: &Ui, response: &Response) -> Option<Did> {
    if response.double_clicked() {
        Some(Did::Opened)
    } else if response.drag_started_by(PointerButton::Primary) {
        Some(Did::Dragged)
    } else if response.secondary_clicked() {
        Some(Did::WantsMenu)
    } else if response.contains_pointer() && ui.input(|i| i.pointer.primary_pressed()) {
        Some(Did::Pressed)
    } else {
        None
    }
}

fn paint(
    painter: &Painter,
    scene: &Scene<'_>,
    frame: &FrameBox,
    (rect, header, is_selected): (Rect, Rect, bool),
) {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let ground = frame.tint.map_or(theme.header, |tint| theme.tint(tint));
    let corner = draw.corner(size::NODE_CORNER);
    painter.rect_filled(rect, corner, Theme::fade(ground, 0.35));
    let upper = CornerRadius {
        sw: 0,
        se: 0,
        ..corner
    };
    painter.rect_filled(header, upper, ground);
    let border = if is_selected {
        Stroke::new(1.8, theme.accent)
    } else {
        Stroke::new(1.0, theme.line)
    };
    painter.rect_stroke(rect, corner, border, StrokeKind::Inside);
    if rect.width() < MIN_TITLED {
        return;
    }
    let title_size = draw.px(size::TEXT).max(MIN_TITLE);
    let at = pos2(header.left() + draw.px(size::NODE_PAD), header.center().y);
    let style = (font::strong(title_size), theme.text);
    let at = (at, Align2::LEFT_CENTER);
    draw.label(
        painter,
        at,
        &frame.title,
        style,
        header.width() - draw.px(24.0),
    );
}

/// The place of a new frame around other things; `None` if there are none.
pub fn around(rects: impl Iterator<Item = Rect>) -> Option<[f32; 4]> {
    let all = rects.fold(Rect::NOTHING, |all, rect| all.union(rect));
    all.is_finite().then(|| {
        let snap = |points: f32| (points / size::GRID).floor() * size::GRID;
        let min = all.min - vec2(MARGIN, MARGIN + HEADER);
        let min = pos2(snap(min.x), snap(min.y));
        let size = all.max + vec2(MARGIN, MARGIN) - min;
        [min.x, min.y, size.x.ceil(), size.y.ceil()]
    })
}
