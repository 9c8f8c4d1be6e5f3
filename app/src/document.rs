//! An open file: the graph, its history, its path, and what checking it says.
//!
//! An undo step is one gesture: the inverse of its edits (`history.rs`). Files are written whole or
//! not at all (`disk.rs`), and what no file holds yet is in a journal (`keeping.rs`, `log.rs`).
//! `dialog.rs` asks for files. What is edited is the graph at the open level (`level.rs`).

mod changes;
pub mod dialog;
pub mod disk;
mod history;
mod keeping;
mod level;
mod log;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::check::{Checked, check};
use pyrograph_engine::graph::edit::{Edit, EditError, apply};
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::node::Catalog;

pub use self::changes::Changed;
use self::changes::Changes;
use self::disk::Origin;
use self::history::{History, Part, Step};
use self::log::{Log, Now};
use crate::command::Input;
use crate::store::journal::{Entry, Turn};

/// What a document is called before it has a file.
pub const UNTITLED: &str = "untitled";

/// Says which open document is meant; never used for another one while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(u64);

impl DocumentId {
    pub(crate) fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// An open file.
pub struct Document {
    id: DocumentId,
    graph: Graph,
    catalog: Catalog,
    checked: Arc<Checked>,
    problems: Vec<Diagnostic>,
    origin: Origin,
    history: History,
    /// The state that the origin's text holds; `None` if none does.
    saved: Option<u64>,
    /// Whether its file is another than the one that was read or written.
    differs: bool,
    log: Log,
    revision: u64,
    /// Grows with every change of what the graph means, not of how it is drawn.
    meaning: u64,
    /// The open groups, the outermost first.
    level: Vec<String>,
    /// The outputs of the open level at which wires start, by node.
    wired: BTreeMap<String, BTreeSet<String>>,
    changes: Changes,
}

impl Document {
    /// A document that no file holds yet.
    pub fn new(graph: Graph, name: impl Into<String>, catalog: Catalog) -> Self {
        let text = file::write(&graph);
        Self::of(graph, Origin::unsaved(name.into(), text), catalog)
    }

    fn of(graph: Graph, origin: Origin, catalog: Catalog) -> Self {
        let (checked, problems) = check(&graph, catalog);
        let mut document = Self {
            id: DocumentId::new(),
            graph,
            catalog,
            checked: Arc::new(checked),
            problems,
            origin,
            history: History::default(),
            saved: Some(0),
            differs: false,
            log: Log::default(),
            revision: 0,
            meaning: 0,
            level: Vec::new(),
            wired: BTreeMap::new(),
            changes: Changes::default(),
        };
        document.note_wires();
        document.place_strays();
        document
    }

    /// Says which document this is, as long as the program runs.
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// The kinds of node that it may use.
    pub fn catalog(&self) -> Catalog {
        self.catalog
    }

    /// The part that can run.
    pub fn checked(&self) -> &Arc<Checked> {
        &self.checked
    }

    /// What is wrong.
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// Whether it has changes that no file holds.
    pub fn is_dirty(&self) -> bool {
        self.saved != Some(self.history.state())
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Grows with every change of what the graph means; moving a node is none.
    pub fn meaning(&self) -> u64 {
        self.meaning
    }

    /// What the next undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.history.undo_label()
    }

    /// What the next redo would bring back.
    pub fn redo_label(&self) -> Option<&str> {
        self.history.redo_label()
    }

    /// Makes an edit of the open level. A `live` one joins the step before if that one was live too
    /// and changed the same things: a whole drag is one step.
    ///
    /// # Errors
    /// The edit does not fit the graph, which is then as it was.
    pub fn edit(&mut self, edit: Edit, label: &'static str, live: bool) -> Result<(), EditError> {
        self.edit_root(Edit::within(&self.level, edit), label, live)
    }

    /// As [`Self::edit`], for an edit that is told from the outermost graph on.
    ///
    /// # Errors
    /// The edit does not fit the graph, which is then as it was.
    pub fn edit_root(
        &mut self,
        edit: Edit,
        label: &'static str,
        live: bool,
    ) -> Result<(), EditError> {
        let targets = history::targets(&edit);
        let part = self.history.part(&targets, label, live);
        self.make(edit, targets, label, part)
    }

    /// Makes an edit that ends the gesture under way and is one step with it; without one, it is a
    /// step of its own.
    ///
    /// # Errors
    /// The edit does not fit the graph, which is then as it was.
    pub fn extend(&mut self, edit: Edit, label: &'static str) -> Result<(), EditError> {
        let edit = Edit::within(&self.level, edit);
        let targets = history::targets(&edit);
        let part = self.history.last_part();
        self.make(edit, targets, label, part)
    }

    fn make(
        &mut self,
        edit: Edit,
        targets: BTreeSet<Input>,
        label: &'static str,
        part: Part,
    ) -> Result<(), EditError> {
        let entry = self.log.is_on().then(|| Entry {
            label: label.into(),
            edit: edit.clone(),
            turn: Turn::Step,
        });
        let mut changed = Changed::by(&edit, &self.level);
        let inverse = apply(&mut self.graph, edit)?;
        if inverse.is_nothing() {
            return Ok(());
        }
        let was_origin = !self.is_dirty();
        changed.add(&inverse, &self.level);
        let level = self.level.clone();
        self.changed(&targets, changed);
        let step = Step {
            id: self.revision,
            label: label.into(),
            inverse,
            targets,
            level,
        };
        self.history.made(step, part);
        self.note(entry, part, was_origin);
        Ok(())
    }

    /// Ends the gesture under way.
    pub fn end_gesture(&mut self) {
        self.history.end_gesture();
        self.log.flush();
    }

    /// Takes the gesture under way back, as if it had never begun: what could be brought back
    /// before it still can.
    pub fn cancel_gesture(&mut self) {
        let Some(step) = self.history.cancel() else {
            return;
        };
        let entry = if self.log.drop_gesture() {
            None
        } else {
            self.entry(&step, Turn::Cancel)
        };
        self.invert(step, entry, false);
    }

    /// Takes the last step back; returns its name.
    pub fn undo(&mut self) -> Option<Cow<'static, str>> {
        let was_origin = !self.is_dirty();
        let step = self.history.last()?;
        let entry = self.entry(&step, Turn::Undo);
        let step = self.invert(step, entry, was_origin);
        let label = step.label.clone();
        self.history.undone(step);
        Some(label)
    }

    /// Brings the last undone step back; returns its name.
    pub fn redo(&mut self) -> Option<Cow<'static, str>> {
        let was_origin = !self.is_dirty();
        let step = self.history.next()?;
        let entry = self.entry(&step, Turn::Redo);
        let step = self.invert(step, entry, was_origin);
        let label = step.label.clone();
        self.history.redone(step);
        Some(label)
    }

    /// Makes a step's inverse; the step returned makes the step again.
    fn invert(&mut self, step: Step, entry: Option<Entry>, was_origin: bool) -> Step {
        let mut changed = Changed::by(&step.inverse, &self.level);
        let inverse = apply(&mut self.graph, step.inverse)
            .expect("an inverse fits the graph that its edit left");
        changed.add(&inverse, &self.level);
        self.changed(&step.targets, changed);
        self.follow_to(&step.level);
        self.note(entry, Part::Whole, was_origin);
        Step { inverse, ..step }
    }

    /// What the journal says of a step that is inverted.
    fn entry(&self, step: &Step, turn: Turn) -> Option<Entry> {
        self.log.is_on().then(|| Entry {
            label: step.label.clone(),
            edit: step.inverse.clone(),
            turn,
        })
    }

    fn note(&mut self, entry: Option<Entry>, part: Part, was_origin: bool) {
        if let Some(entry) = entry {
            let now = Now {
                origin: &self.origin,
                graph: &self.graph,
                was_origin,
            };
            self.log.note(entry, part, &now);
        }
    }

    fn changed(&mut self, targets: &BTreeSet<Input>, changed: Changed) {
        self.revision += 1;
        // The open level may be gone.
        let level = self.level.clone();
        self.follow_to(&level);
        if changed.is_rewired || changed.is_regrouped {
            self.note_wires();
        }
        self.changes.note(self.revision, changed);
        if !history::is_only_drawing(targets) {
            self.check_anew();
        }
    }

    fn check_anew(&mut self) {
        self.meaning += 1;
        let (checked, problems) = check(&self.graph, self.catalog);
        (self.checked, self.problems) = (Arc::new(checked), problems);
    }
}

#[cfg(test)]
mod tests;
