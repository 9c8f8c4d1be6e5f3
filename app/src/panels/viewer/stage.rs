//! The pictures themselves: zoomed by the wheel at the pointer, dragged by the hand, compared.

use egui::epaint::StrokeKind;
use egui::{
    Align2, Color32, CursorIcon, Event, EventFilter, MouseWheelUnit, Painter, Pos2, Rect, Role,
    Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::app::State;
use crate::command::Command;
use crate::command::gallery::{GalleryCommand, Show, Zoom};
use crate::panels::problems::sentence;
use crate::theme::{Theme, font, icon, size};
use crate::viewer::levels::Levels;
use crate::viewer::sight::{Room, Sight};
use crate::viewer::{Content, Mode, Picture, Viewer};
use crate::widgets::{Draw, checks, icon_at, picture};

/// Between pictures that stand side by side.
const GAP: f32 = 8.0;
/// From this zoom on, lines are drawn between pixels.
const GRID: f32 = 16.0;
/// How near the pointer has to be to the divider to grab it.
const REACH: f32 = 10.0;

/// What the pointer points at, and how large that is shown.
pub(super) struct Pointed {
    /// Pixels of the screen for each of the picture.
    pub zoom: f32,
    /// Where in the pictures the pointer is, in shares of their sides.
    pub share: Option<Vec2>,
}

/// Shows the pictures.
pub(super) fn stage_ui(ui: &mut Ui, state: &State, viewer: &Viewer) -> (Vec<Command>, Pointed) {
    let theme = &state.theme;
    let stage = ui.max_rect();
    let cells = cells(viewer, stage);
    // All of them are looked at in the same place.
    let room = |rect| Room {
        rect,
        size_px: viewer.size_px().unwrap_or([1, 1]),
        pixels_per_point: ui.ctx().pixels_per_point(),
    };
    let response = ui.interact(stage, ui.scope_id().with("stage"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, stage_name(viewer)));

    let hovered = ui.ctx().pointer_latest_pos();
    let under = hovered
        .and_then(|pos| cells.iter().find(|cell| cell.contains(pos)))
        .or(cells.first())
        .copied()
        .unwrap_or(stage);
    let mut commands: Vec<Command> = sight_by_hand(ui, &response, &room(under), viewer)
        .map(|sight| Command::Gallery(GalleryCommand::Show(Show::At(sight))))
        .into_iter()
        .collect();

    let zoom = viewer.sight.zoom_in(&room(under));
    if zoom != viewer.seen_zoom() {
        commands.push(Command::Gallery(GalleryCommand::Show(Show::Seen(zoom))));
    }

    for (number, cell) in cells.iter().enumerate() {
        let view = View {
            theme,
            room: room(*cell),
            sight: viewer.sight,
        };
        let painter = ui.painter().with_clip_rect(*cell);
        if viewer.is_comparing() && viewer.mode == Mode::Slider {
            commands.extend(slider_ui(ui, &painter, &view, viewer));
        } else if viewer.is_comparing() && viewer.mode == Mode::Difference {
            paint_difference(&painter, &view, viewer);
        } else if let Some(picture) = viewer.pictures.get(number) {
            view.paint(&painter, picture, viewer.step.filter(|_| number == 0));
            if viewer.is_comparing() {
                tag(
                    &painter,
                    theme,
                    cell.left_top() + vec2(8.0, 8.0),
                    &letter(number),
                );
            }
        }
    }
    let share = hovered
        .filter(|_| response.contains_pointer())
        .and_then(|pos| viewer.sight.share_at(&room(under), pos));
    (commands, Pointed { zoom, share })
}

fn stage_name(viewer: &Viewer) -> String {
    if viewer.is_comparing() {
        let count = viewer.pictures.len();
        format!("{count} pictures compared: {}", viewer.mode.name())
    } else {
        "picture shown large".to_owned()
    }
}

/// `A` for the first picture.
pub(super) fn letter(number: usize) -> String {
    let letters = ["A", "B", "C", "D"];
    letters
        .get(number)
        .map_or_else(String::new, |letter| (*letter).to_owned())
}

/// The rooms that the stage is parted into.
fn cells(viewer: &Viewer, stage: Rect) -> Vec<Rect> {
    let count = if viewer.mode == Mode::Side {
        viewer.pictures.len()
    } else {
        1
    };
    let (columns, rows) = match count {
        0 | 1 => (1, 1),
        2 | 3 => (count, 1),
        _ => (2, 2),
    };
    let gaps = vec2((columns - 1) as f32, (rows - 1) as f32) * GAP;
    let side = (stage.size() - gaps) / vec2(columns as f32, rows as f32);
    (0..columns * rows)
        .map(|i| {
            let place = vec2((i % columns) as f32, (i / columns) as f32);
            Rect::from_min_size(stage.min + place * (side + vec2(GAP, GAP)), side)
        })
        .collect()
}

/// Where the hand has moved the picture to.
fn sight_by_hand(
    ui: &Ui,
    response: &egui::Response,
    room: &Room,
    viewer: &Viewer,
) -> Option<Sight> {
    let before = viewer.sight;
    let mut sight = before;
    if response.dragged() {
        sight = sight.panned(room, response.drag_delta());
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    }
    if response.double_clicked() {
        sight = match (sight.zoom, response.interact_pointer_pos()) {
            (None, Some(pointer)) => {
                let factor = 1.0 / sight.zoom_in(room);
                sight.zoomed(room, pointer, factor)
            }
            (Some(_), _) | (None, None) => Sight::default(),
        };
    }
    if let Some(pointer) = ui.ctx().pointer_latest_pos()
        && response.contains_pointer()
    {
        let (pinch, turns) = ui.input(|i| {
            let turns: Vec<_> = i.events.iter().filter_map(wheel).collect();
            (i.zoom_delta(), turns)
        });
        for (unit, delta) in &turns {
            // A wheel turns in lines and zooms; a trackpad moves in points and pans.
            sight = if *unit == MouseWheelUnit::Point {
                sight.panned(room, *delta)
            } else {
                sight.zoomed(room, pointer, Zoom::NOTCH.powf(delta.y.clamp(-5.0, 5.0)))
            };
        }
        if turns.is_empty() && (pinch - 1.0).abs() > f32::EPSILON {
            sight = sight.zoomed(room, pointer, pinch);
        }
    }
    (sight != before).then_some(sight)
}

fn wheel(event: &Event) -> Option<(MouseWheelUnit, Vec2)> {
    match event {
        Event::MouseWheel { unit, delta, .. } => Some((*unit, *delta)),
        _ => None,
    }
}

/// How pictures are looked at in one room.
struct View<'a> {
    theme: &'a Theme,
    /// The room, for the first picture.
    room: Room,
    sight: Sight,
}

impl View<'_> {
    /// Where a picture of that size lies: over the first one, as large as its own ratio allows.
    fn place(&self, size_px: [u32; 2]) -> Rect {
        picture::fitted(self.sight.place(&self.room), size_px)
    }

    fn paint(&self, painter: &Painter, picture: &Picture, step: Option<usize>) {
        let place = self.place(picture.size_px().unwrap_or(self.room.size_px));
        if let Some(texture) = step.and_then(|step| picture.steps.get(step)) {
            let size_px = texture.size().map(|side| side as u32);
            picture::paint(painter, place, texture.id(), size_px, 0.0);
            return;
        }
        match &picture.content {
            Content::Open(whole) => self.paint_levels(painter, &whole.levels, place),
            Content::Opening(Some(texture), _) => {
                let size_px = texture.size().map(|side| side as u32);
                picture::paint(painter, place, texture.id(), size_px, 0.0);
            }
            Content::Opening(None, _) => {
                painter.rect_filled(place, 0.0, self.theme.field);
            }
            Content::Broken(why) => self.paint_fault(painter, why),
        }
    }

    fn paint_levels(&self, painter: &Painter, levels: &Levels, place: Rect) {
        checks::paint(painter, self.theme, place);
        let points = place.width() / levels.size_px()[0].max(1) as f32;
        let zoom = points * self.room.pixels_per_point;
        levels.paint(painter, place, zoom);
        if zoom > GRID {
            paint_grid(painter, self.theme, place, levels.size_px());
        }
    }

    fn paint_fault(&self, painter: &Painter, why: &str) {
        let room = painter.clip_rect();
        let center = room.center();
        icon_at(
            painter,
            center - vec2(0.0, 24.0),
            icon::WARNING,
            font::icon(30.0),
            self.theme.caution,
        );
        let draw = Draw {
            theme: self.theme,
            scale: 1.0,
        };
        let style = (font::text(size::TEXT), self.theme.text);
        let at = (center + vec2(0.0, 14.0), Align2::CENTER_CENTER);
        draw.label(painter, at, &sentence(why), style, room.width() - 40.0);
    }
}

/// One picture over the other, with a divider to drag.
fn slider_ui(ui: &Ui, painter: &Painter, view: &View<'_>, viewer: &Viewer) -> Option<Command> {
    let (Some(first), Some(second)) =
        (viewer.pictures.first(), viewer.pictures.get(viewer.against))
    else {
        return None;
    };
    let room = view.room.rect;
    let place = view.sight.place(&view.room).intersect(room);
    let place = if place.is_positive() { place } else { room };
    let x = place.left() + place.width() * viewer.divider;
    let (left, right) = room.split_left_right_at_x(x);
    view.paint(&painter.with_clip_rect(left), first, None);
    view.paint(&painter.with_clip_rect(right), second, None);

    let theme = view.theme;
    // With a rim: the pictures may have the line's own colour.
    for (width, color) in [(4.0, theme.window), (2.0, theme.accent)] {
        painter.vline(x, room.y_range(), Stroke::new(width, color));
    }
    let grip = pos2(x, room.center().y);
    painter.circle(grip, 9.0, theme.accent, Stroke::new(2.0, theme.window));
    icon_at(
        painter,
        grip - vec2(3.5, 0.0),
        icon::PREVIOUS,
        font::icon(9.0),
        theme.on_accent,
    );
    icon_at(
        painter,
        grip + vec2(3.5, 0.0),
        icon::NEXT,
        font::icon(9.0),
        theme.on_accent,
    );
    tag(painter, theme, room.left_top() + vec2(8.0, 8.0), &letter(0));
    tag(
        painter,
        theme,
        room.right_top() + vec2(-28.0, 8.0),
        &letter(viewer.against),
    );

    let band = Rect::from_min_max(pos2(x - REACH, room.top()), pos2(x + REACH, room.bottom()));
    let response = ui.interact(band, ui.scope_id().with("divider"), Sense::drag());
    response.widget_info(|| WidgetInfo {
        value: Some(f64::from(viewer.divider)),
        ..WidgetInfo::labeled(Role::Slider, true, "divider")
    });
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    if response.has_focus() {
        // Arrows move the divider, whatever has the keyboard; it shall not leave by them.
        let filter = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    if !response.dragged() {
        return None;
    }
    let pointer = response.interact_pointer_pos()?;
    let to = ((pointer.x - place.left()) / place.width().max(1.0)).clamp(0.0, 1.0);
    (to != viewer.divider).then_some(Command::Gallery(GalleryCommand::Show(Show::Divider(to))))
}

/// What differs, or the first picture until that is known.
fn paint_difference(painter: &Painter, view: &View<'_>, viewer: &Viewer) {
    match (&viewer.difference, viewer.pictures.first()) {
        (Some((levels, _)), _) => {
            view.paint_levels(painter, levels, view.place(levels.size_px()));
        }
        (None, Some(first)) => view.paint(painter, first, None),
        (None, None) => {}
    }
}

/// A letter on a quiet ground.
fn tag(painter: &Painter, theme: &Theme, corner: Pos2, letter: &str) {
    let rect = Rect::from_min_size(corner, vec2(20.0, 20.0));
    painter.rect(
        rect,
        5.0,
        theme.window,
        Stroke::new(1.0, theme.line),
        StrokeKind::Inside,
    );
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        letter,
        font::strong(size::SMALL),
        theme.text,
    );
}

/// Lines between the pixels that are seen.
fn paint_grid(painter: &Painter, theme: &Theme, place: Rect, size_px: [u32; 2]) {
    let seen = place.intersect(painter.clip_rect());
    if !seen.is_positive() {
        return;
    }
    let stroke = Stroke::new(1.0, grid_color(theme));
    let pitch = place.size() / vec2(size_px[0].max(1) as f32, size_px[1].max(1) as f32);
    let range = |from: f32, to: f32, pitch: f32| {
        (from / pitch).ceil() as u32..=(to / pitch).floor().max(0.0) as u32
    };
    for column in range(
        seen.left() - place.left(),
        seen.right() - place.left(),
        pitch.x,
    ) {
        let x = place.left() + column as f32 * pitch.x;
        painter.vline(x, seen.y_range(), stroke);
    }
    for row in range(
        seen.top() - place.top(),
        seen.bottom() - place.top(),
        pitch.y,
    ) {
        let y = place.top() + row as f32 * pitch.y;
        painter.hline(seen.x_range(), y, stroke);
    }
}

/// Seen on dark pixels and on light ones, and in the way of neither.
fn grid_color(theme: &Theme) -> Color32 {
    Theme::fade(theme.secondary, 0.35)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery::Which;
    use crate::viewer::load::Source;

    fn viewer(count: usize) -> Viewer {
        let pictures = (0..count).map(|number| Picture {
            which: Which::Made(number),
            name: String::new(),
            source: Source::File("a.png".into()),
            content: Content::Opening(None, [64, 64]),
            steps: Vec::new(),
        });
        Viewer::new(pictures.collect())
    }

    #[test]
    fn pictures_side_by_side_have_rooms_of_one_size() {
        let stage = Rect::from_min_size(Pos2::ZERO, vec2(800.0, 600.0));
        for (count, wanted) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
            let mut viewer = viewer(count);
            assert_eq!(cells(&viewer, stage), [stage], "the slider has one room");
            viewer.mode = Mode::Side;
            let cells = cells(&viewer, stage);
            assert_eq!(cells.len(), wanted);
            let is_alike = |cell: &Rect| (cell.size() - cells[0].size()).length() < 0.01;
            assert!(cells.iter().all(is_alike));
            assert!(
                cells
                    .iter()
                    .all(|cell| stage.expand(0.01).contains_rect(*cell))
            );
        }
    }
}
