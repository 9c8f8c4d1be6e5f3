//! The gallery's grid: only the rows that are seen are laid out, however many there are.

use std::path::{Path, PathBuf};

use egui::epaint::StrokeKind;
use egui::{
    Align2, EventFilter, Id, Key, Modifiers, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui,
    WidgetInfo, vec2,
};

use crate::app::State;
use crate::command::Command;
use crate::command::binding::Scope;
use crate::command::gallery::GalleryCommand;
use crate::command::keys::pressed_in;
use crate::gallery::row::Row;
use crate::gallery::thumbs::Small;
use crate::gallery::{Move, Pick, Screen, Which};
use crate::panels::gallery::{context_menu, is_keyboard_taken, signs};
use crate::panels::problems::sentence;
use crate::theme::{font, icon, size};
use crate::widgets::{Draw, checks, icon_at, picture};

/// A tile's least width.
const TILE: f32 = 168.0;
/// The room below a picture for its name.
const CAPTION: f32 = 22.0;
/// Between tiles.
const GAP: f32 = 12.0;
/// The room at the left and above for the border of what is chosen.
const RIM: egui::Vec2 = vec2(4.0, 4.0);
/// The room for the scroll bar.
const SCROLL_BAR: f32 = 14.0;

/// How many tiles fit, and how large they are.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    columns: usize,
    side: f32,
}

impl Layout {
    /// What fits into the room that is left.
    fn of(ui: &Ui) -> Self {
        Self::new(ui.available_width() - SCROLL_BAR - RIM.x)
    }

    fn new(width: f32) -> Self {
        let columns = (((width + GAP) / (TILE + GAP)) as usize).max(1);
        let side = ((width + GAP) / columns as f32 - GAP).max(1.0);
        Self { columns, side }
    }

    fn pitch(&self) -> f32 {
        self.side + CAPTION + GAP
    }

    fn rows(&self, count: usize) -> usize {
        count.div_ceil(self.columns)
    }

    /// A tile's place in the grid.
    fn tile(&self, place: usize) -> Rect {
        let (row, column) = (place / self.columns, place % self.columns);
        let corner = vec2(column as f32 * (self.side + GAP), row as f32 * self.pitch());
        Rect::from_min_size(corner.to_pos2(), vec2(self.side, self.side + CAPTION))
    }

    /// The tiles between two heights.
    fn seen(&self, top: f32, bottom: f32, count: usize) -> std::ops::Range<usize> {
        let first = (top / self.pitch()).floor().max(0.0) as usize;
        let last = (bottom / self.pitch()).ceil().max(0.0) as usize;
        (first * self.columns).min(count)..(last * self.columns).min(count)
    }
}

/// The search field.
pub(super) fn search_id() -> Id {
    Id::unique("gallery search")
}

/// Where the cursor was in the last frame.
fn cursor_id() -> Id {
    Id::unique("gallery cursor")
}

fn tile_id(path: &Path) -> Id {
    Id::unique("gallery tile").with(path)
}

/// Shows what is found.
pub(super) fn grid_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let layout = Layout::of(ui);
    let mut commands = Vec::new();
    let count = state.gallery.found();
    let moved = moved_to(ui, state);
    let room = ScrollArea::vertical()
        .id_salt("gallery grid")
        .auto_shrink([false, false]);
    room.show_viewport(ui, |ui, viewport| {
        let corner = ui.max_rect().min + RIM;
        ui.set_height(layout.rows(count) as f32 * layout.pitch() + RIM.y);
        if let Some(place) = moved {
            let rect = layout.tile(place).translate(corner.to_vec2());
            ui.scroll_to_rect(rect.expand(GAP), None);
        }
        let screen = Screen {
            seen: layout.seen(viewport.top(), viewport.bottom(), count),
            columns: layout.columns,
            rows: (viewport.height() / layout.pitch()) as usize,
        };
        let seen = screen.seen.clone();
        if screen != *state.gallery.screen() {
            commands.push(Command::Gallery(GalleryCommand::See(screen)));
        }
        for place in seen {
            if let Some(row) = state.gallery.at(place) {
                let rect = layout.tile(place).translate(corner.to_vec2());
                commands.extend(tile_ui(ui, state, row, rect));
            }
        }
    });
    commands
}

/// The place that the cursor has been moved to since the last frame; it shall be seen.
fn moved_to(ui: &Ui, state: &State) -> Option<usize> {
    let cursor = state.gallery.cursor()?;
    let before: Option<PathBuf> = ui.data(|data| data.get_temp(cursor_id()));
    if before.as_deref() == Some(cursor) {
        return None;
    }
    ui.data_mut(|data| data.insert_temp(cursor_id(), cursor.to_owned()));
    if !ui.ctx().text_edit_focused() {
        ui.memory_mut(|memory| memory.request_focus(tile_id(cursor)));
    }
    state.gallery.place(cursor)
}

/// From the search to what it finds, and the commands that have keys here.
pub(super) fn keys_ui(ui: &Ui, state: &State) -> Vec<Command> {
    let ctx = ui.ctx();
    let searches = ctx.memory(|memory| memory.has_focus(search_id()));
    let searched =
        ctx.data_mut(|data| std::mem::replace(data.get_temp_mut_or(search_id(), false), searches));
    if searched {
        // From the search straight to what it found. Escape and Enter have left it already.
        let (down, entered, _) = ctx.input_mut(|i| {
            (
                searches && i.consume_key(Modifiers::NONE, Key::ArrowDown),
                !searches && i.consume_key(Modifiers::NONE, Key::Enter),
                !searches && i.consume_key(Modifiers::NONE, Key::Escape),
            )
        });
        if down {
            ctx.memory_mut(|memory| memory.surrender_focus(search_id()));
        }
        if down || entered {
            return vec![Command::Gallery(GalleryCommand::Go(Move::Stay, Pick::Only))];
        }
    }
    if is_keyboard_taken(ctx, state) || state.viewer.is_some() {
        return Vec::new();
    }
    pressed_in(ctx, Scope::Gallery, state.gallery.cursor().map(tile_id))
}

fn tile_ui(ui: &mut Ui, state: &State, row: &Row, rect: Rect) -> Vec<Command> {
    let which = Which::File(row.path().clone());
    let is_chosen = state.gallery.chosen().contains(&which);
    let response = ui.interact(rect, tile_id(row.path()), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, tile_name(row)));
    if response.has_focus() {
        // Arrows move the cursor here, not the keyboard's focus.
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    let is_cursor = state.gallery.cursor() == Some(row.path().as_path());
    paint_tile(ui, state, row, rect, (is_chosen, is_cursor, &response));
    let count = if is_chosen {
        state.gallery.chosen().len()
    } else {
        1
    };
    let mut commands = tile_commands(ui, &response, which, is_chosen);
    commands.extend(context_menu(&response, count, Scope::Gallery));
    if state.viewer.is_none() {
        response.on_hover_ui(|ui| hover_ui(ui, row));
    }
    commands
}

/// What a screen reader says, and what tests find it by.
fn tile_name(row: &Row) -> String {
    let mut name = format!("picture {}", row.name);
    if row.mark.favourite {
        name += ", favourite";
    }
    if row.mark.rating > 0 {
        name += &format!(", {} of 5 stars", row.mark.rating);
    }
    if row.content.fault.is_some() {
        name += ", broken";
    }
    name
}

fn tile_commands(ui: &Ui, response: &Response, which: Which, is_chosen: bool) -> Vec<Command> {
    let modifiers = ui.input(|i| i.modifiers);
    let choose = |pick| Command::Gallery(GalleryCommand::Choose(which.clone(), pick));
    let mut commands = Vec::new();
    if response.double_clicked() {
        commands.push(Command::Gallery(GalleryCommand::View(which.clone())));
    } else if response.clicked() {
        commands.push(choose(if modifiers.shift {
            Pick::Through
        } else if modifiers.command {
            Pick::Toggle
        } else {
            Pick::Only
        }));
    } else if response.secondary_clicked() && !is_chosen {
        commands.push(choose(Pick::Only));
    }
    commands
}

fn paint_tile(
    ui: &Ui,
    state: &State,
    row: &Row,
    rect: Rect,
    (is_chosen, is_cursor, response): (bool, bool, &Response),
) {
    let theme = &state.theme;
    let draw = Draw { theme, scale: 1.0 };
    let painter = ui.painter();
    let room = Rect::from_min_max(rect.min, rect.max - vec2(0.0, CAPTION));
    let place = match (&row.content.fault, state.gallery.small(row)) {
        (None, Some(Small::Picture { texture, is_opaque })) => {
            let size_px = texture.size().map(|side| side as u32);
            if !is_opaque {
                checks::paint(painter, theme, picture::fitted(room, size_px));
            }
            picture::paint(painter, room, texture.id(), size_px, 3.0)
        }
        (Some(fault), _) | (None, Some(Small::Fault(fault))) => {
            painter.rect_filled(room, 4.0, theme.field);
            icon_at(
                painter,
                room.center() - vec2(0.0, 14.0),
                icon::WARNING,
                font::icon(22.0),
                theme.caution,
            );
            let galley = painter.layout(
                sentence(fault),
                font::text(size::SMALL),
                theme.secondary,
                room.width() - 16.0,
            );
            let at = room.center() + vec2(-galley.size().x / 2.0, 4.0);
            let clip = painter.with_clip_rect(room.intersect(painter.clip_rect()));
            clip.galley(at, galley, theme.secondary);
            room
        }
        (None, None) => {
            // What is being read keeps its place.
            let place = picture::fitted(room, row.content.size_px);
            painter.rect_filled(place, 3.0, theme.field);
            place
        }
    };
    let strokes = [
        (is_chosen, Stroke::new(2.5, theme.accent)),
        (
            is_cursor || response.has_focus(),
            Stroke::new(1.5, theme.text),
        ),
        (response.hovered(), Stroke::new(1.5, theme.secondary)),
    ];
    if let Some((_, stroke)) = strokes.into_iter().find(|(holds, _)| *holds) {
        painter.rect_stroke(place.expand(1.0), 4.0, stroke, StrokeKind::Outside);
    }
    signs::paint_marks(painter, theme, place, row.mark);
    let color = if is_chosen {
        theme.text
    } else {
        theme.secondary
    };
    let at = (
        egui::pos2(room.center().x, rect.bottom() - CAPTION / 2.0 + 1.0),
        Align2::CENTER_CENTER,
    );
    let style = (font::text(size::SMALL), color);
    draw.label(painter, at, &short_name(&row.name), style, rect.width());
}

/// The name without its folders and ending; of a long one the end, in which pictures differ.
fn short_name(name: &str) -> String {
    const MOST: usize = 30;
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let count = stem.chars().count();
    if count <= MOST {
        stem.to_owned()
    } else {
        let end = stem.chars().skip(count - MOST + 1);
        std::iter::once('…').chain(end).collect()
    }
}

fn hover_ui(ui: &mut Ui, row: &Row) {
    const MOST: usize = 200;
    ui.set_max_width(360.0);
    let [width, height] = row.content.size_px;
    match &row.content.fault {
        Some(fault) => {
            ui.label(format!("{}\n{fault}", row.name));
        }
        None => {
            let prompt: String = row.content.summary.prompt.chars().take(MOST).collect();
            ui.label(format!(
                "{}\n{width} × {height}, {}\n{prompt}",
                row.name, row.date
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_fill_the_width_and_only_those_seen_are_laid_out() {
        let layout = Layout::new(1_000.0);
        assert_eq!(layout.columns, 5);
        assert!((layout.tile(4).right() - 1_000.0).abs() < 0.01);
        let height = layout.rows(10_000) as f32 * layout.pitch();
        let middle = height / 2.0;
        let seen = layout.seen(middle, middle + 800.0, 10_000);
        assert!(seen.len() <= 6 * layout.columns, "{seen:?}");
        assert!(layout.tile(seen.start).top() <= middle);
        assert!(layout.tile(seen.end - 1).bottom() >= middle + 800.0 - layout.pitch());
        assert_eq!(layout.seen(height, height + 800.0, 10_000), 10_000..10_000);
    }

    #[test]
    fn names_keep_their_end() {
        assert_eq!(short_name("2026-11/apple-00001.png"), "apple-00001");
        let long = short_name("a-very-long-name-of-a-picture-number-00042.png");
        assert!(long.starts_with('…') && long.ends_with("-00042"), "{long}");
    }

    #[test]
    fn the_narrowest_room_has_a_column() {
        assert_eq!(Layout::new(3.0).columns, 1);
        assert_eq!(Layout::new(3.0).seen(0.0, 0.0, 0), 0..0);
    }
}
