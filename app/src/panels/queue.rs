//! The queue: what runs, what waits in which order, and what has ended, the newest first.

use egui::epaint::StrokeKind;
use egui::{
    Align, Align2, Id, Key, Layout, Modifiers, Popup, Rect, Response, RichText, Role, ScrollArea,
    Sense, Stroke, TextureHandle, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::app::State;
use crate::canvas::node::secs_text;
use crate::command::Command;
use crate::command::queue::QueueCommand;
use crate::jobs::Picture;
use crate::panels::regions;
use crate::queue::{Row, RowId, RowState};
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, word_button};
use crate::widgets::{Draw, icon_at, picture};

/// A row's height.
const ROW: f32 = 38.0;
/// The room for a row's buttons.
const BUTTONS: f32 = 108.0;

/// Shows the queue.
pub fn queue_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let queue = &state.queue;
    let waiting = queue.waiting().len();
    let running = usize::from(queue.running().is_some());
    let total = running + waiting + queue.history().len();
    let mut commands = Vec::new();
    if total == 0 {
        ui.add_space(10.0);
        ui.vertical_centered(|ui| {
            let words = "Runs wait here for their turn; press Run to add one";
            let words = RichText::new(words).font(font::text(size::TEXT));
            ui.label(words.color(state.theme.secondary));
        });
        return commands;
    }
    ScrollArea::vertical()
        .id_salt("queue")
        .auto_shrink([false, false])
        .show_rows(ui, ROW, total, |ui, range| {
            for number in range {
                let row = if number < running {
                    queue.running()
                } else if number < running + waiting {
                    queue.waiting().get(number - running)
                } else {
                    queue.history().get(number - running - waiting)
                };
                if let Some(row) = row {
                    commands.extend(row_ui(ui, state, row));
                }
            }
            regions::keep_in_sight(ui);
        });
    commands
}

/// What can be done with the queue as a whole, beside the drawer's tabs.
pub fn head_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let queue = &state.queue;
    let pause = if queue.is_paused() {
        (icon::RUN, "Resume", Weight::Primary)
    } else {
        (icon::PAUSE, "Pause", Weight::Plain)
    };
    let mut buttons = vec![(pause, QueueCommand::TogglePause)];
    if !queue.waiting().is_empty() {
        let clear = (icon::DELETE, "Clear", Weight::Plain);
        buttons.push((clear, QueueCommand::Clear));
    }
    if !queue.history().is_empty() {
        let forget = (icon::CLOSE, "Clear history", Weight::Plain);
        buttons.push((forget, QueueCommand::ClearHistory));
    }
    let mut commands = Vec::new();
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        for ((sign, word, weight), command) in buttons {
            let command = Command::Queue(command);
            let tooltip = command.tooltip_with_keys(ui.ctx());
            let response = word_button(ui, &state.theme, Some(sign), word, weight);
            if response.on_hover_text(tooltip).clicked() {
                commands.push(command);
            }
        }
    });
    commands
}

/// One run: its picture, what it is, how far it is, and what can be done with it.
fn row_ui(ui: &mut Ui, state: &State, row: &Row) -> Vec<Command> {
    let theme = &state.theme;
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), ROW));
    let is_waiting = row.state == RowState::Waiting;
    let sense = if is_waiting {
        Sense::click_and_drag()
    } else {
        Sense::click()
    };
    let response = ui.interact(rect, Id::unique(("queue row", row.id)), sense);
    let told = Told::of(state, row);
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, told.name(row)));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 5.0, theme.hovered);
    }
    if response.has_focus() {
        let stroke = Stroke::new(1.2, theme.accent);
        ui.painter()
            .rect_stroke(rect, 5.0, stroke, StrokeKind::Inside);
    }
    paint(ui, theme, rect, row, &told);
    let mut commands = Vec::new();
    if is_waiting {
        commands.extend(order_ui(ui, state, row.id, &response));
    }
    if response.clicked() && seen_picture(state, row).is_some() {
        commands.push(Command::View(row.picture));
    }
    let actions = actions(state, row);
    Popup::context_menu(&response).show(|ui| {
        for (_, command) in &actions {
            if ui.button(command.label()).clicked() {
                commands.push(command.clone());
                ui.close();
            }
        }
    });
    commands.extend(buttons_ui(ui, theme, rect, row.id, actions));
    if let RowState::Failed { report, .. } = &row.state {
        let help = report.help.as_deref().unwrap_or_default();
        response.on_hover_text(format!("{}\n{help}", report.message).trim_end());
    }
    commands
}

/// The picture that a row made, while it is listed.
fn seen_picture<'a>(state: &'a State, row: &Row) -> Option<&'a Picture> {
    state.jobs.pictures().get(row.picture?)
}

/// What is said of a row.
struct Told<'a> {
    thumb: Option<&'a TextureHandle>,
    seeds: String,
    state: String,
    /// Elapsed and remaining.
    time: String,
    sign: Option<(&'static str, egui::Color32)>,
}

impl<'a> Told<'a> {
    fn of(state: &'a State, row: &'a Row) -> Self {
        let theme = &state.theme;
        let made = seen_picture(state, row);
        let thumb = made.map(|picture| &picture.thumb).or(row.preview.as_ref());
        let (words, time, sign) = match &row.state {
            RowState::Waiting => {
                let secs = state.jobs.last_secs_of(row.task.document);
                let about = secs.map(|secs| format!("about {}", secs_text(secs)));
                ("Waiting".to_owned(), about.unwrap_or_default(), None)
            }
            RowState::Running => return Self::running(state, row),
            RowState::Finished { secs } => (
                "Done".to_owned(),
                secs_text(*secs),
                Some((icon::CHECK, theme.good)),
            ),
            RowState::Cancelled { secs } => (
                "Cancelled".to_owned(),
                secs.map(secs_text).unwrap_or_default(),
                Some((icon::STOP, theme.secondary)),
            ),
            RowState::Failed { secs, report } => (
                format!("Failed: {}", report.message),
                secs_text(*secs),
                Some((icon::PROBLEM, theme.error)),
            ),
        };
        Self {
            thumb,
            seeds: row.task.seeds_text(),
            state: words,
            time,
            sign,
        }
    }

    fn running(state: &'a State, row: &Row) -> Self {
        let progress = state.jobs.progress();
        let words = progress.map_or_else(|| "Starting".to_owned(), |progress| progress.text());
        let time = progress.map(|progress| {
            let so_far = secs_text(progress.secs());
            match progress.secs_left() {
                Some(left) => format!("{so_far}, {} left", secs_text(left)),
                None => so_far,
            }
        });
        Self {
            thumb: state.jobs.preview(),
            seeds: row.task.seeds_text(),
            state: words,
            time: time.unwrap_or_default(),
            sign: Some((icon::RUN, state.theme.accent)),
        }
    }

    /// What a screen reader says.
    fn name(&self, row: &Row) -> String {
        let name = format!("run {}: {}", row.id.number(), row.task.name);
        let parts = [&name, &self.seeds, &self.state, &self.time];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

fn paint(ui: &Ui, theme: &Theme, rect: Rect, row: &Row, told: &Told<'_>) {
    let draw = Draw { theme, scale: 1.0 };
    let painter = ui.painter();
    let thumb = Rect::from_center_size(pos2(rect.left() + 22.0, rect.center().y), vec2(32.0, 32.0));
    match told.thumb {
        Some(texture) => {
            let [w, h] = texture.size().map(|side| side as u32);
            picture::paint(painter, thumb, texture.id(), [w, h], 3.0);
        }
        None => {
            painter.rect_filled(thumb, 3.0, theme.field);
            let sign = if row.state == RowState::Waiting {
                icon::GRIP
            } else {
                icon::PICTURE
            };
            icon_at(painter, thumb.center(), sign, font::icon(15.0), theme.faint);
        }
    }
    let left = thumb.right() + 10.0;
    let right = rect.right() - BUTTONS - 8.0;
    let small = (font::text(size::SMALL), theme.secondary);
    let time = draw.label(
        painter,
        (pos2(right, rect.center().y), Align2::RIGHT_CENTER),
        &told.time,
        small.clone(),
        150.0,
    );
    let room = (time.left() - left - 12.0).max(0.0);
    let name = draw.label(
        painter,
        (pos2(left, rect.center().y - 8.0), Align2::LEFT_CENTER),
        &row.task.name,
        (font::text(size::TEXT), theme.text),
        room * 0.6,
    );
    if !told.seeds.is_empty() {
        let at = pos2(name.right() + 10.0, name.center().y);
        draw.label(
            painter,
            (at, Align2::LEFT_CENTER),
            &told.seeds,
            small.clone(),
            left + room - at.x,
        );
    }
    let mut at = pos2(left, rect.center().y + 9.0);
    if let Some((sign, color)) = told.sign {
        icon_at(painter, at + vec2(6.0, 0.0), sign, font::icon(12.0), color);
        at.x += 17.0;
    }
    draw.label(painter, (at, Align2::LEFT_CENTER), &told.state, small, room);
}

/// What can be done with a row, each with its icon.
fn actions(state: &State, row: &Row) -> Vec<(&'static str, Command)> {
    let queue = |command| Command::Queue(command);
    match row.state {
        RowState::Running => vec![(icon::CLOSE, queue(QueueCommand::Cancel(row.id)))],
        RowState::Waiting => {
            let last = state.queue.waiting().len().saturating_sub(1);
            let place = state.queue.place_of(row.id).unwrap_or_default();
            let move_to = |place| {
                let row = row.id;
                queue(QueueCommand::Move { row, place })
            };
            let mut actions = vec![(icon::CLOSE, queue(QueueCommand::Cancel(row.id)))];
            if place < last {
                actions.push((icon::BELOW, move_to(place + 1)));
            }
            if place > 0 {
                actions.push((icon::ABOVE, move_to(place - 1)));
            }
            actions
        }
        RowState::Finished { .. } | RowState::Cancelled { .. } | RowState::Failed { .. } => {
            let mut actions = vec![
                (icon::REPEAT, queue(QueueCommand::RunAgain(row.id))),
                (icon::OPEN, queue(QueueCommand::Load(row.id))),
            ];
            if seen_picture(state, row).is_some() {
                actions.push((icon::PICTURE, Command::View(row.picture)));
            }
            actions
        }
    }
}

/// What a screen reader and a tooltip say of an action.
fn words_of(sign: &str, command: &Command) -> &'static str {
    match command {
        Command::Queue(QueueCommand::Move { .. }) if sign == icon::ABOVE => "Run earlier",
        Command::Queue(QueueCommand::Move { .. }) => "Run later",
        command => command.label(),
    }
}

fn buttons_ui(
    ui: &mut Ui,
    theme: &Theme,
    rect: Rect,
    row: RowId,
    actions: Vec<(&'static str, Command)>,
) -> Vec<Command> {
    let place = rect
        .with_min_x(rect.right() - BUTTONS)
        .shrink2(vec2(6.0, 0.0));
    let mut room = ui.new_child(
        UiBuilder::new()
            .id_salt(("queue buttons", row))
            .max_rect(place)
            .layout(Layout::right_to_left(Align::Center)),
    );
    room.spacing_mut().item_spacing.x = 4.0;
    let mut chosen = Vec::new();
    for (sign, command) in actions {
        let words = words_of(sign, &command);
        let name = format!("{}, run {}", words, row.number());
        let response = bare_icon(&mut room, theme, sign, &name, 28.0);
        if response.on_hover_text(words).clicked() {
            chosen.push(command);
        }
    }
    chosen
}

/// A row that waits is dragged to another place, or moved there with Alt and the arrows.
fn order_ui(ui: &Ui, state: &State, row: RowId, response: &Response) -> Option<Command> {
    let place = state.queue.place_of(row)?;
    let move_to = |row, place| Command::Queue(QueueCommand::Move { row, place });
    if response.has_focus() {
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::ALT, key));
        if pressed(Key::ArrowDown) {
            return Some(move_to(row, place + 1));
        }
        if pressed(Key::ArrowUp) {
            return Some(move_to(row, place.saturating_sub(1)));
        }
    }
    response.dnd_set_drag_payload(row);
    let dragged = response.dnd_hover_payload::<RowId>()?;
    let from = state.queue.place_of(*dragged)?;
    let pointer = ui.ctx().pointer_interact_pos()?;
    let is_below = pointer.y > response.rect.center().y;
    let edge = if is_below {
        response.rect.bottom()
    } else {
        response.rect.top()
    };
    let stroke = Stroke::new(2.0, state.theme.accent);
    ui.painter().hline(response.rect.x_range(), edge, stroke);
    response.dnd_release_payload::<RowId>()?;
    // Its own place becomes free first.
    let before = place + usize::from(is_below);
    Some(move_to(*dragged, before - usize::from(from < before)))
}
