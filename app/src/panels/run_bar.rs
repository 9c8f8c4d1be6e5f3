//! The part of the top bar that runs: Run with its count and menu, the queue, how far the run is.

use egui::{Align2, Id, Popup, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use crate::app::State;
use crate::canvas::node::secs_text;
use crate::command::queue::QueueCommand;
use crate::command::{Command, Drawer};
use crate::panels::top_bar::item_ui;
use crate::queue::MAX_BATCH;
use crate::theme::{font, icon, size};
use crate::widgets::button::{Weight, bare_icon, icon_button, word_button};
use crate::widgets::number::{Number, Range, number_ui};
use crate::widgets::{Draw, bar, icon_at};

/// The room for how far the run is.
const PROGRESS: f32 = 226.0;
/// Batches of up to so many are dragged; larger ones are typed.
const SOFT_BATCH: f64 = 32.0;

/// Run with its count and menu, what waits, and Cancel; from right to left, so that Run stays
/// where it is whatever comes and goes.
pub fn run_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = options_ui(ui, state);
    commands.extend(batch_ui(ui, state));
    let run = word_button(ui, theme, Some(icon::RUN), "Run", Weight::Primary);
    let tooltip = Command::Run.tooltip_with_keys(ui.ctx());
    if run.on_hover_text(tooltip).clicked() {
        commands.push(Command::Run);
    }
    if state.jobs.is_running() {
        let word = if state.jobs.is_cancelling() {
            "Cancelling…"
        } else {
            "Cancel"
        };
        let cancel = word_button(ui, theme, Some(icon::STOP), word, Weight::Plain);
        let tooltip = Command::Cancel.tooltip_with_keys(ui.ctx());
        if cancel.on_hover_text(tooltip).clicked() {
            commands.push(Command::Cancel);
        }
    }
    commands.extend(waiting_ui(ui, state));
    commands.extend(on_change_ui(ui, state));
    commands
}

/// How many runs wait, and whether the queue is paused; opens the queue.
fn waiting_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let queue = &state.queue;
    let mut commands = Vec::new();
    if queue.is_paused() {
        let resume = Command::Queue(QueueCommand::TogglePause);
        let tooltip = resume.tooltip_with_keys(ui.ctx());
        let response = word_button(ui, theme, Some(icon::RUN), "Resume queue", Weight::Plain);
        if response.on_hover_text(tooltip).clicked() {
            commands.push(resume);
        }
    }
    if !queue.waiting().is_empty() {
        let open = Command::ToggleDrawer(Drawer::Queue);
        let words = format!("{} waiting", queue.waiting().len());
        let tooltip = open.tooltip_with_keys(ui.ctx());
        let response = word_button(ui, theme, Some(icon::QUEUE), &words, Weight::Plain);
        if response.on_hover_text(tooltip).clicked() {
            commands.push(open);
        }
    }
    commands
}

/// The other ways to run.
fn options_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let response = bare_icon(ui, theme, icon::CARET, "Ways to run", 24.0);
    let mut commands = Vec::new();
    Popup::menu(&response)
        .width(270.0)
        .accessible_name("Ways to run")
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for command in QueueCommand::MENU {
                if item_ui(ui, state, command) {
                    commands.push(command.clone());
                    ui.close();
                }
            }
        });
    response.on_hover_text("Ways to run");
    commands
}

/// Says that changes start runs, if they do; a click ends that.
fn on_change_ui(ui: &mut Ui, state: &State) -> Option<Command> {
    if !state.settings.runs_on_change {
        return None;
    }
    let command = Command::Queue(QueueCommand::ToggleAutoRun);
    let response = icon_button(ui, &state.theme, &command, 24.0);
    let accent = state.theme.accent;
    icon_at(
        ui.painter(),
        response.rect.center(),
        icon::REPEAT,
        font::icon(15.0),
        accent,
    );
    response.clicked().then_some(command)
}

/// How many runs the next Run asks for.
fn batch_ui(ui: &mut Ui, state: &State) -> Option<Command> {
    let draw = Draw {
        theme: &state.theme,
        scale: 1.0,
    };
    let (rect, _) = ui.allocate_exact_size(vec2(52.0, 28.0), Sense::hover());
    let number = Number {
        id: Id::unique("batch"),
        label: "×",
        name: "runs",
        value: f64::from(state.queue.batch()),
        default: 1.0,
        range: Range {
            hard: (1.0, f64::from(MAX_BATCH)),
            soft: (1.0, SOFT_BATCH),
            step: 1.0,
            whole: true,
        },
    };
    let (changed, response) = number_ui(ui, &draw, rect, &number);
    let set = |count| Command::Queue(QueueCommand::SetBatch(count));
    response.on_hover_text(set(1).tooltip());
    changed.map(|changed| set(changed.value as u32))
}

/// `12 of 20`, a bar, and the time left; after the run, how long it took.
pub fn progress_ui(ui: &mut Ui, state: &State) {
    let theme = &state.theme;
    let draw = Draw { theme, scale: 1.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(PROGRESS, 28.0), Sense::hover());
    let painter = ui.painter();
    let quiet = (font::text(size::NODE_TEXT), theme.secondary);
    let Some(progress) = state.jobs.progress() else {
        let words = match (state.jobs.is_running(), state.jobs.last_secs()) {
            (true, _) => "Starting…".to_owned(),
            (false, Some(secs)) => format!("Done in {}", secs_text(secs)),
            (false, None) => return,
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        let place = (rect.left_center() + vec2(8.0, 0.0), Align2::LEFT_CENTER);
        draw.label(painter, place, &words, quiet, PROGRESS);
        return;
    };
    let words = progress.text();
    response.widget_info(|| WidgetInfo {
        value: Some(f64::from(progress.share())),
        ..WidgetInfo::labeled(Role::ProgressIndicator, true, format!("progress {words}"))
    });
    let place = (rect.left_center() + vec2(76.0, 0.0), Align2::RIGHT_CENTER);
    let loud = (font::text(size::NODE_TEXT), theme.text);
    draw.label(painter, place, &words, loud, 76.0);
    let track = Rect::from_center_size(rect.left_center() + vec2(120.0, 0.0), vec2(72.0, 5.0));
    bar(painter, track, progress.share(), (theme.fill, theme.accent));
    let so_far = secs_text(progress.secs());
    let left = progress.secs_left();
    let time = left.map(|secs| format!("{} left", secs_text(secs)));
    let place = (rect.left_center() + vec2(164.0, 0.0), Align2::LEFT_CENTER);
    draw.label(
        painter,
        place,
        time.as_deref().unwrap_or(&so_far),
        quiet,
        PROGRESS - 164.0,
    );
    response.on_hover_text(format!("{so_far} so far"));
}
