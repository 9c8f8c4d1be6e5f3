//! What commands of this kind do: what runs, when and in which order.

use std::sync::Arc;

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::graph::edit::Edit;

use crate::app::App;
use crate::command::Drawer;
use crate::command::queue::QueueCommand;
use crate::document::Document;
use crate::queue::{Asked, MAX_WAITING, Place, RowId, Task};
use crate::seeds::{self, Policy, Seed, Seeded};

impl App {
    pub(super) fn apply_queue(&mut self, ctx: &Context, command: QueueCommand) {
        match command {
            QueueCommand::RunFirst => self.run(ctx, Place::Front),
            QueueCommand::RunToHere => self.run_to_here(ctx),
            QueueCommand::TogglePause => {
                let is_paused = !self.state.queue.is_paused();
                self.state.queue.pause(is_paused);
                self.tell(
                    ctx,
                    if is_paused {
                        "The queue is paused"
                    } else {
                        "The queue goes on"
                    },
                );
            }
            QueueCommand::Clear => {
                let words = match self.state.queue.clear() {
                    0 => "Nothing waits".to_owned(),
                    1 => "1 run is taken out of the queue".to_owned(),
                    count => format!("{count} runs are taken out of the queue"),
                };
                self.tell(ctx, words);
            }
            QueueCommand::ToggleAutoRun => {
                let mut settings = self.state.settings.clone();
                settings.runs_on_change = !settings.runs_on_change;
                let words = if settings.runs_on_change {
                    "Every change of the graph starts a run"
                } else {
                    "Changes start no runs any more"
                };
                self.take_settings(ctx, settings);
                self.tell(ctx, words);
            }
            QueueCommand::ClearHistory => self.state.queue.clear_history(),
            QueueCommand::SetBatch(count) => self.state.queue.set_batch(count),
            QueueCommand::Cancel(row) => {
                if self
                    .state
                    .queue
                    .running()
                    .is_some_and(|running| running.id == row)
                {
                    self.state.jobs.cancel();
                } else {
                    self.state.queue.cancel(row);
                }
            }
            QueueCommand::Move { row, place } => self.state.queue.move_to(row, place),
            QueueCommand::RunAgain(row) => self.run_again(ctx, row),
            QueueCommand::Load(row) => {
                let catalog = self.state.document.catalog();
                if let Some(row) = self.state.queue.row(row) {
                    let name = row.task.name.clone();
                    let mut document = Document::new(row.task.graph(), name, catalog);
                    document.set_folder(row.task.folder.clone());
                    self.show_document(document);
                }
            }
        }
    }

    /// Puts runs of every output into the queue, as many as the batch has.
    pub(super) fn run(&mut self, ctx: &Context, place: Place) {
        let document = &self.state.document;
        if !document.checked().outputs().is_empty() {
            self.run_batch(ctx, &[], place);
            return;
        }
        let is_output = |is: &str| {
            document
                .catalog()
                .get(is)
                .is_some_and(|spec| spec.is_output)
        };
        let mut nodes = document.root().nodes.values();
        let words = if nodes.any(|node| is_output(&node.is)) {
            self.state.panels.drawer = Some(Drawer::Problems);
            "No output can run: see the problems"
        } else {
            "There is nothing to render: add a node that saves or shows a picture"
        };
        self.tell_problem(ctx, &Diagnostic::error(words));
    }

    fn run_to_here(&mut self, ctx: &Context) {
        let document = &self.state.document;
        let selected = self.state.selection.nodes.iter();
        let want: Vec<String> = selected
            .map(|key| document.full_key(key))
            .filter(|key| document.checked().contains(key))
            .collect();
        if want.is_empty() {
            let words = if self.state.selection.nodes.is_empty() {
                "Select the node to run up to"
            } else {
                self.state.panels.drawer = Some(Drawer::Problems);
                "This node cannot run: see the problems"
            };
            self.tell_problem(ctx, &Diagnostic::error(words));
            return;
        }
        self.run_batch(ctx, &want, Place::Back);
    }

    /// Puts the batch into the queue. Seeds that are not locked change before each run, and the
    /// document shows the last of them: it is a step that can be taken back.
    fn run_batch(&mut self, ctx: &Context, want: &[String], place: Place) {
        self.state.notice = None;
        self.state.document.end_gesture();
        let count = self.state.queue.batch();
        let document = &self.state.document;
        let before = seeds::of(document.root(), document.catalog());
        let mut now = before.clone();
        let graph = Arc::new(document.root().clone());
        let tasks = (0..count)
            .map(|_| {
                now.iter_mut().for_each(Seeded::advance);
                let seeds = now.iter().map(|seeded| seeded.seed.clone());
                self.task(&graph, seeds.collect(), want, Asked::ByHand)
            })
            .collect();
        let advanced: Vec<Edit> = now
            .iter()
            .zip(&before)
            .filter(|(now, before)| now.seed != before.seed)
            .map(|(now, _)| now.seed.edit())
            .collect();
        if !advanced.is_empty() {
            self.edit_root(ctx, Edit::Batch(advanced), "new seed");
        }
        if count > 1 && before.iter().all(|seeded| seeded.policy == Policy::Locked) {
            self.tell(
                ctx,
                "Every seed is locked: the runs of this batch give the same picture",
            );
        }
        self.enqueue(ctx, tasks, place);
    }

    /// A run of the document that is shown.
    pub(in crate::app) fn task(
        &self,
        graph: &Arc<Graph>,
        seeds: Vec<Seed>,
        want: &[String],
        asked: Asked,
    ) -> Task {
        let document = &self.state.document;
        Task {
            name: document.name().to_owned(),
            document: document.id(),
            graph: Arc::clone(graph),
            seeds,
            want: want.to_vec(),
            folder: document.folder(),
            asked,
        }
    }

    fn run_again(&mut self, ctx: &Context, row: RowId) {
        if let Some(row) = self.state.queue.row(row) {
            let task = Task {
                asked: Asked::ByHand,
                ..row.task.as_ref().clone()
            };
            self.enqueue(ctx, vec![task], Place::Back);
        }
    }

    fn enqueue(&mut self, ctx: &Context, tasks: Vec<Task>, place: Place) {
        let refused = self.state.queue.push_all(tasks, place);
        self.runs.cover(&self.state.document);
        if refused > 0 {
            let words = format!("{refused} runs have no room: at most {MAX_WAITING} can wait");
            self.tell_problem(ctx, &Diagnostic::error(words));
        } else if self.state.queue.is_paused() {
            self.state.panels.drawer = Some(Drawer::Queue);
            self.tell(ctx, "The queue is paused: press Resume to run what waits");
        }
    }
}
