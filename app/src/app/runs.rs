//! What the window does about runs behind the scenes: it takes in what has happened, hands the
//! engine the next job, starts runs on changes, keeps the queue's file, and says in the title and
//! the taskbar how far the run is.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Context, ViewportCommand};
use pyrograph_engine::diagnostic::Diagnostic;

use super::window::TITLE;
use super::{App, Notice, State};
use crate::document::Document;
use crate::jobs::{Ended, Order};
use crate::queue::auto::{AutoRun, Verdict};
use crate::queue::kept::Keeper;
use crate::queue::taskbar::Taskbar;
use crate::queue::{self, Asked, Place, Queue, RowState, Task, notify};
use crate::seeds;

/// How long it is told that runs wait from the last time, in seconds.
const RESTORED_SECS: f64 = 20.0;

/// What goes on behind the scenes.
#[derive(Default)]
pub(super) struct Runs {
    auto: AutoRun,
    /// Keeps the queue's file, if anything is kept.
    keeper: Option<Keeper>,
    /// The window's title as it was last set.
    title: String,
    taskbar: Taskbar,
    /// Since when something has been running without a pause, on the window's clock.
    busy_since: Option<f64>,
    /// The document and runs that were last looked ahead from.
    looked: Option<(u64, u64)>,
}

impl Runs {
    /// Reads what waited the last time; it waits again, in a queue that is paused, for nothing
    /// runs unasked.
    pub(super) fn restore(
        data: Option<PathBuf>,
        ctx: &Context,
    ) -> (Self, Queue, Option<Diagnostic>) {
        let mut runs = Self::default();
        let mut queue = Queue::default();
        let mut told = None;
        if let Some(data) = data {
            let (keeper, tasks, damage) = Keeper::read(&data, ctx);
            (runs.keeper, told) = (Some(keeper), damage);
            queue.pause(!tasks.is_empty());
            queue.push_all(tasks, Place::Back);
        }
        (runs, queue, told)
    }

    /// What the document means now needs no run of its own.
    pub(super) fn cover(&mut self, document: &Document) {
        self.auto.cover(document.id(), document.meaning());
    }
}

impl State {
    /// What the shown document is called in lists that outlast the program: its file, else its
    /// name.
    pub fn document_place(&self) -> String {
        place(self.document.folder(), self.document.name())
    }
}

fn place(folder: Option<PathBuf>, name: &str) -> String {
    let place = folder.map_or_else(|| name.into(), |folder| folder.join(name));
    place.to_string_lossy().into_owned()
}

impl App {
    /// Says what waits from the last time.
    pub(super) fn tell_restored(&mut self, ctx: &Context) {
        let words = match self.state.queue.waiting().len() {
            0 => return,
            1 => "1 run from last time waits; press Resume".to_owned(),
            count => format!("{count} runs from last time wait; press Resume"),
        };
        self.state.notice = Some(Notice {
            words,
            is_error: false,
            until_secs: ctx.time() + RESTORED_SECS,
        });
    }

    /// Takes in what has happened.
    pub(super) fn take_events(&mut self, ctx: &Context) {
        if let Some(ended) = self.state.jobs.drain() {
            self.run_ended(ctx, &ended);
        }
    }

    fn run_ended(&mut self, ctx: &Context, ended: &Ended) {
        let state = &mut self.state;
        let Some(row) = state.queue.end(ended).cloned() else {
            return;
        };
        let pictures = state.jobs.pictures();
        if let Some(picture) = row.picture.and_then(|number| pictures.get(number)) {
            let document = place(row.task.folder.clone(), &row.task.name);
            let picture = (picture.path.as_deref(), &picture.thumb);
            state.recent_seeds.note(&document, &row.task.seeds, picture);
        }
        if let RowState::Failed { report, .. } = &row.state
            && row.task.document != state.document.id()
        {
            let words = format!("{}: {}", row.task.name, report.message);
            self.tell_problem(ctx, &Diagnostic::error(words));
        }
        let busy_secs = self.runs.busy_since.map_or(0.0, |since| ctx.time() - since);
        if !self.state.queue.goes_on() {
            self.runs.busy_since = None;
        }
        let is_unseen = ctx.input(|i| i.viewport().focused == Some(false));
        // Of a batch, its end is news.
        if is_unseen
            && !self.state.queue.goes_on()
            && self.state.settings.notifies
            && let Some(words) = notify::words(&row, busy_secs)
        {
            notify::tell(ctx, TITLE, words);
        }
    }

    /// Begins what can begin, and keeps the books.
    pub(super) fn go_on(&mut self, ctx: &Context) {
        self.run_on_change(ctx);
        self.begin_next(ctx);
        self.look_ahead();
        let queue = &self.state.queue;
        let keeper = self.runs.keeper.as_mut();
        let trouble = keeper.and_then(|keeper| keeper.keep(queue));
        if let Some(trouble) = trouble.or_else(|| self.state.recent_seeds.trouble()) {
            self.tell_problem(ctx, &trouble);
        }
        self.show_progress(ctx);
    }

    fn begin_next(&mut self, ctx: &Context) {
        let state = &mut self.state;
        if state.jobs.is_running() {
            return;
        }
        if let Some(row) = state.queue.begin_next() {
            let order = Order {
                document: row.task.document,
                graph: Arc::clone(&row.task.graph),
                seeds: row.task.seeds.clone(),
                catalog: state.document.catalog(),
                want: row.task.want.clone(),
                folder: row.task.folder.clone(),
                shows_previews: state.settings.shows_previews,
            };
            state.jobs.begin(order, &state.library);
            self.runs.busy_since.get_or_insert(ctx.time());
        }
    }

    /// Asks what the next run would do, when that may have changed.
    fn look_ahead(&mut self) {
        let now = (
            self.state.document.meaning(),
            self.state.jobs.known_revision(),
        );
        if self.runs.looked != Some(now) {
            self.runs.looked = Some(now);
            let State {
                jobs,
                document,
                library,
                ..
            } = &self.state;
            jobs.look_ahead(document, library);
        }
    }

    fn run_on_change(&mut self, ctx: &Context) {
        let document = &self.state.document;
        let (id, meaning) = (document.id(), document.meaning());
        if !self.state.settings.runs_on_change || self.state.queue.is_paused() {
            self.runs.auto.cover(id, meaning);
            return;
        }
        match self.runs.auto.look(id, meaning, ctx.time()) {
            Verdict::Rest => {}
            Verdict::Outdated => {
                self.drop_outdated();
                ctx.request_repaint();
            }
            Verdict::Soon(secs) => ctx.request_repaint_after_secs(secs as f32),
            Verdict::Now => {
                if !self.state.document.checked().outputs().is_empty() {
                    let task = self.task_on_change();
                    self.state.queue.push(task, Place::Back);
                }
            }
        }
    }

    /// Stops what an earlier change of the shown document started.
    fn drop_outdated(&mut self) {
        let document = self.state.document.id();
        self.state.queue.drop_outdated(document);
        let is_outdated =
            self.state.queue.running().is_some_and(|row| {
                row.task.asked == Asked::OnChange && row.task.document == document
            });
        if is_outdated {
            self.state.jobs.cancel();
        }
    }

    /// A run with the seeds as they are: rolling one would be a change that starts a run.
    fn task_on_change(&self) -> Task {
        let document = &self.state.document;
        let all = seeds::of(document.root(), document.catalog());
        let seeds = all.into_iter().map(|seeded| seeded.seed).collect();
        let graph = Arc::new(document.root().clone());
        self.task(&graph, seeds, &[], Asked::OnChange)
    }

    /// Shows progress elsewhere than in the desktop's taskbar.
    pub fn set_taskbar(&mut self, taskbar: Taskbar) {
        self.runs.taskbar = taskbar;
    }

    fn show_progress(&mut self, ctx: &Context) {
        let state = &self.state;
        let running = state.queue.running();
        let name = running.map_or_else(|| state.document.name(), |row| row.task.name.as_str());
        let share = running.map(|_| {
            state
                .jobs
                .progress()
                .map_or(0.0, |progress| progress.share())
        });
        self.runs.taskbar.show(share);
        let title = queue::title(TITLE, name, share);
        if self.runs.title != title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.runs.title = title;
        }
    }
}
