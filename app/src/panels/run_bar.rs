//! The part of the top bar that runs: Run with its count and menu, the queue, how far the run is.

use egui::{Align2, Id, Popup, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::app::State;
use crate::canvas::node::secs_text;
use crate::command::queue::QueueCommand;
use crate::command::{Command, Drawer};
use crate::panels::top_bar::groups_ui;
use crate::queue::MAX_BATCH;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, icon_button, word_button};
use crate::widgets::number::{Number, Range, number_ui};
use crate::widgets::{Draw, bar, icon_at, scrolled_ui};

/// The room for how far the run is.
pub const PROGRESS: f32 = 226.0;
/// The side of an icon, and the width of the count.
const ICON: f32 = 24.0;
const BATCH: f32 = 52.0;
/// What stands on the buttons.
const RUN: &str = "Run";
const RESUME: &str = "Resume queue";
/// Batches of up to so many are dragged; larger ones are typed.
const SOFT_BATCH: f64 = 32.0;

/// How much of it the bar has room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// All, with words.
    Whole,
    /// Run and Cancel as icons; the count is among the ways to run, the rest in the drawer.
    Icons,
}

/// The room that all of it takes with `gap` behind each part.
pub fn width(ui: &Ui, state: &State, gap: f32) -> f32 {
    let plain = |word: &str| Weight::Plain.width(ui, word) + gap;
    let mut width = Weight::Primary.width(ui, RUN) + ICON + BATCH + 3.0 * gap;
    if state.jobs.is_running() {
        width += plain(cancel_word(state));
    }
    if state.queue.is_paused() {
        width += plain(RESUME);
    }
    if !state.queue.waiting().is_empty() {
        width += plain(&waiting_words(state));
    }
    if state.settings.runs_on_change {
        width += ICON + gap;
    }
    width
}

/// Run with its count and menu, what waits, and Cancel; from right to left, so that Run stays
/// where it is whatever comes and goes.
pub fn run_ui(ui: &mut Ui, state: &State, fit: Fit) -> Vec<Command> {
    let mut commands = options_ui(ui, state, fit);
    if fit == Fit::Whole {
        commands.extend(batch_ui(ui, state));
    }
    commands.extend(run_button_ui(ui, state, fit));
    if state.jobs.is_running() {
        commands.extend(cancel_ui(ui, state, fit));
    }
    if fit == Fit::Whole {
        commands.extend(waiting_ui(ui, state));
        commands.extend(on_change_ui(ui, state));
    }
    commands
}

fn run_button_ui(ui: &mut Ui, state: &State, fit: Fit) -> Option<Command> {
    let theme = &state.theme;
    let command = Command::Run;
    let response = match fit {
        Fit::Whole => word_button(ui, theme, Some(icon::RUN), RUN, Weight::Primary)
            .on_hover_text(command.tooltip_with_keys(ui.ctx())),
        Fit::Icons => accent_icon(ui, theme, &command),
    };
    response.clicked().then_some(command)
}

fn cancel_ui(ui: &mut Ui, state: &State, fit: Fit) -> Option<Command> {
    let theme = &state.theme;
    let command = Command::Cancel;
    let response = match fit {
        Fit::Whole => word_button(
            ui,
            theme,
            Some(icon::STOP),
            cancel_word(state),
            Weight::Plain,
        )
        .on_hover_text(command.tooltip_with_keys(ui.ctx())),
        Fit::Icons => icon_button(ui, theme, &command, ICON),
    };
    response.clicked().then_some(command)
}

fn cancel_word(state: &State) -> &'static str {
    if state.jobs.is_cancelling() {
        "Cancelling…"
    } else {
        "Cancel"
    }
}

/// An icon that gives a command, in the accent's colour.
fn accent_icon(ui: &mut Ui, theme: &Theme, command: &Command) -> Response {
    let response = icon_button(ui, theme, command, ICON);
    let sign = command.icon().unwrap_or_default();
    let center = response.rect.center();
    icon_at(ui.painter(), center, sign, font::icon(15.0), theme.accent);
    response
}

/// How many runs wait, and whether the queue is paused; opens the queue.
fn waiting_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let queue = &state.queue;
    let mut commands = Vec::new();
    if queue.is_paused() {
        let resume = Command::Queue(QueueCommand::TogglePause);
        let tooltip = resume.tooltip_with_keys(ui.ctx());
        let response = word_button(ui, theme, Some(icon::RUN), RESUME, Weight::Plain);
        if response.on_hover_text(tooltip).clicked() {
            commands.push(resume);
        }
    }
    if !queue.waiting().is_empty() {
        let open = Command::ToggleDrawer(Drawer::Queue);
        let words = waiting_words(state);
        let tooltip = open.tooltip_with_keys(ui.ctx());
        let response = word_button(ui, theme, Some(icon::QUEUE), &words, Weight::Plain);
        if response.on_hover_text(tooltip).clicked() {
            commands.push(open);
        }
    }
    commands
}

fn waiting_words(state: &State) -> String {
    format!("{} waiting", state.queue.waiting().len())
}

/// The other ways to run.
fn options_ui(ui: &mut Ui, state: &State, fit: Fit) -> Vec<Command> {
    let theme = &state.theme;
    let response = bare_icon(ui, theme, icon::CARET, "Ways to run", ICON);
    let mut commands = Vec::new();
    Popup::menu(&response)
        .width(270.0)
        .accessible_name("Ways to run")
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            if fit == Fit::Icons {
                commands.extend(batch_ui(ui, state));
            }
            let lines = |ui: &mut Ui| groups_ui(ui, state, &[QueueCommand::MENU]);
            commands.extend(scrolled_ui(ui, lines));
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
    let response = accent_icon(ui, &state.theme, &command);
    response.clicked().then_some(command)
}

/// How many runs the next Run asks for.
fn batch_ui(ui: &mut Ui, state: &State) -> Option<Command> {
    let draw = Draw {
        theme: &state.theme,
        scale: 1.0,
    };
    let (rect, _) = ui.allocate_exact_size(vec2(BATCH, 28.0), Sense::hover());
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
