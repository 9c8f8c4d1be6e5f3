//! What shall run, in which order, and what became of it. The queue only keeps the books: the
//! window hands one job at a time to the engine, so that the rest can be paused and reordered.

pub mod auto;
pub mod kept;
pub mod notify;
pub mod taskbar;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use egui::TextureHandle;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;

use crate::document::DocumentId;
use crate::jobs::{Ended, How};
use crate::seeds::{self, Seed};

/// How many runs one command can ask for.
pub const MAX_BATCH: u32 = 999;
/// How many rows may wait.
pub const MAX_WAITING: usize = 10_000;
/// How many rows that have ended are shown.
const MAX_HISTORY: usize = 100;

/// Names a row for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(u64);

impl RowId {
    /// The number that people see.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// What is to be run. The rows of a batch share their graph and differ in seeds.
#[derive(Clone, Debug)]
pub struct Task {
    /// The graph's name.
    pub name: String,
    /// The document whose nodes show the run.
    pub document: DocumentId,
    /// The graph, before the seeds are set.
    pub graph: Arc<Graph>,
    /// The seeds that it runs with.
    pub seeds: Vec<Seed>,
    /// The wanted nodes; none = all outputs.
    pub want: Vec<String>,
    /// Where the files that it names are looked for first.
    pub folder: Option<PathBuf>,
    /// Who asked for it.
    pub asked: Asked,
}

impl Task {
    /// The graph that runs.
    pub fn graph(&self) -> Graph {
        let mut graph = self.graph.as_ref().clone();
        seeds::set_all(&mut graph, &self.seeds);
        graph
    }

    /// Its seeds as people read them.
    pub fn seeds_text(&self) -> String {
        let word = match self.seeds.len() {
            0 => return String::new(),
            1 => "seed",
            _ => "seeds",
        };
        let seeds = self.seeds.iter().map(|seed| seed.value.to_string());
        format!("{word} {}", seeds.collect::<Vec<_>>().join(", "))
    }
}

/// Who asked for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The user.
    ByHand,
    /// A change of the graph: another change makes it outdated.
    OnChange,
}

/// Where a row goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before all that wait.
    Front,
    /// Behind all that wait.
    Back,
}

/// One run.
#[derive(Clone)]
pub struct Row {
    /// Its name in commands.
    pub id: RowId,
    /// What is to be run.
    pub task: Arc<Task>,
    /// How far it is.
    pub state: RowState,
    /// What it last showed, once it has ended.
    pub preview: Option<TextureHandle>,
    /// The last picture that it made, by its number.
    pub picture: Option<usize>,
}

/// How far a row is.
#[derive(Clone, Debug, PartialEq)]
pub enum RowState {
    /// Its turn has not come.
    Waiting,
    /// The engine has it.
    Running,
    /// It ended well.
    Finished {
        /// How long it took.
        secs: f64,
    },
    /// It was cancelled.
    Cancelled {
        /// How long it had run; `None` if its turn had not come.
        secs: Option<f64>,
    },
    /// It ended with an error.
    Failed {
        /// How long it had run.
        secs: f64,
        /// What went wrong.
        report: Box<Diagnostic>,
    },
}

/// The books.
#[derive(Default)]
pub struct Queue {
    waiting: VecDeque<Row>,
    running: Option<Row>,
    /// The newest first.
    history: VecDeque<Row>,
    is_paused: bool,
    batch: u32,
    rows: u64,
    revision: u64,
}

impl Queue {
    /// Puts a row into the queue; `None` if it is full.
    pub fn push(&mut self, task: Task, place: Place) -> Option<RowId> {
        let at = match place {
            Place::Front => 0,
            Place::Back => self.waiting.len(),
        };
        self.insert(task, at)
    }

    /// Puts the rows of a batch into the queue, the first one first; those for which there is no
    /// room are returned as a number.
    pub fn push_all(&mut self, tasks: Vec<Task>, place: Place) -> usize {
        let start = match place {
            Place::Front => 0,
            Place::Back => self.waiting.len(),
        };
        let count = tasks.len();
        let pushed = tasks.into_iter().enumerate();
        count
            - pushed
                .filter_map(|(i, task)| self.insert(task, start + i))
                .count()
    }

    fn insert(&mut self, task: Task, at: usize) -> Option<RowId> {
        if self.waiting.len() >= MAX_WAITING {
            return None;
        }
        self.revision += 1;
        self.rows += 1;
        let id = RowId(self.rows);
        let row = Row {
            id,
            task: Arc::new(task),
            state: RowState::Waiting,
            preview: None,
            picture: None,
        };
        self.waiting.insert(at, row);
        Some(id)
    }

    /// Begins the next row, if there is one and nothing runs and the queue is not paused.
    pub fn begin_next(&mut self) -> Option<&Row> {
        if self.is_paused || self.running.is_some() {
            return None;
        }
        let mut row = self.waiting.pop_front()?;
        self.revision += 1;
        row.state = RowState::Running;
        Some(self.running.insert(row))
    }

    /// The row that runs has ended; it goes into the history, unless it was outdated.
    pub fn end(&mut self, ended: &Ended) -> Option<&Row> {
        let mut row = self.running.take()?;
        self.revision += 1;
        row.state = match &ended.how {
            How::Finished => RowState::Finished { secs: ended.secs },
            How::Cancelled => RowState::Cancelled {
                secs: Some(ended.secs),
            },
            How::Failed(report) => RowState::Failed {
                secs: ended.secs,
                report: report.clone(),
            },
        };
        row.preview = ended.preview.clone();
        row.picture = ended.pictures.last().copied();
        if row.task.asked == Asked::OnChange && ended.how == How::Cancelled {
            return None;
        }
        self.remember(row);
        self.history.front()
    }

    /// Takes a row out that waits; it is remembered as cancelled. Says whether it waited.
    pub fn cancel(&mut self, id: RowId) -> bool {
        let Some(row) = self.place_of(id).and_then(|at| self.waiting.remove(at)) else {
            return false;
        };
        self.revision += 1;
        self.remember(Row {
            state: RowState::Cancelled { secs: None },
            ..row
        });
        true
    }

    /// Takes every row out that waits; says how many there were. They are remembered as cancelled.
    pub fn clear(&mut self) -> usize {
        self.revision += 1;
        let rows = std::mem::take(&mut self.waiting);
        let count = rows.len();
        for row in rows {
            self.remember(Row {
                state: RowState::Cancelled { secs: None },
                ..row
            });
        }
        count
    }

    /// Drops what a change of that document asked for and has not begun.
    pub fn drop_outdated(&mut self, document: DocumentId) {
        let before = self.waiting.len();
        self.waiting
            .retain(|row| row.task.document != document || row.task.asked == Asked::ByHand);
        if self.waiting.len() < before {
            self.revision += 1;
        }
    }

    /// Moves a row that waits to another place among those that wait.
    pub fn move_to(&mut self, id: RowId, place: usize) {
        if let Some(row) = self.place_of(id).and_then(|at| self.waiting.remove(at)) {
            self.revision += 1;
            self.waiting.insert(place.min(self.waiting.len()), row);
        }
    }

    /// The place of a row among those that wait.
    pub fn place_of(&self, id: RowId) -> Option<usize> {
        self.waiting.iter().position(|row| row.id == id)
    }

    /// Lets nothing more begin, or goes on; what runs is finished either way.
    pub fn pause(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    /// Whether nothing begins.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Whether another row begins when the one that runs has ended.
    pub fn goes_on(&self) -> bool {
        !self.is_paused && !self.waiting.is_empty()
    }

    /// How many runs the next command asks for.
    pub fn batch(&self) -> u32 {
        self.batch.max(1)
    }

    /// Says how many runs the next command asks for.
    pub fn set_batch(&mut self, count: u32) {
        self.batch = count.clamp(1, MAX_BATCH);
    }

    /// A row, wherever it is.
    pub fn row(&self, id: RowId) -> Option<&Row> {
        let mut rows = self
            .running
            .iter()
            .chain(&self.waiting)
            .chain(&self.history);
        rows.find(|row| row.id == id)
    }

    /// The row that runs.
    pub fn running(&self) -> Option<&Row> {
        self.running.as_ref()
    }

    /// What waits, the next one first.
    pub fn waiting(&self) -> &VecDeque<Row> {
        &self.waiting
    }

    /// What has ended, the newest first.
    pub fn history(&self) -> &VecDeque<Row> {
        &self.history
    }

    /// Forgets what has ended.
    pub fn clear_history(&mut self) {
        self.history.clear();
    }

    /// Grows with every change of what runs and waits.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn remember(&mut self, row: Row) {
        self.history.push_front(row);
        if self.history.len() > MAX_HISTORY {
            // What never began is missed least.
            let never_began = |row: &Row| row.state == RowState::Cancelled { secs: None };
            let least = self.history.iter().rposition(never_began);
            self.history.remove(least.unwrap_or(MAX_HISTORY));
        }
    }
}

/// The window's title: how far the run is, the graph's name, the program's.
pub fn title(program: &str, name: &str, share: Option<f32>) -> String {
    match share {
        Some(share) => format!("{:.0} % · {name} — {program}", share * 100.0),
        None => format!("{name} — {program}"),
    }
}

#[cfg(test)]
mod tests;
