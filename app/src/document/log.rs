//! Keeps a document's edits in its journal as they are made, and goes on without where that fails.

use std::io;
use std::time::{Duration, Instant};

use pyrograph_engine::graph::Graph;
use pyrograph_engine::graph::file;

use super::disk::Origin;
use super::history::Part;
use crate::store::journal::{Entry, Journal, Journals, Turn};

/// How long an edit of a gesture that goes on may wait for the next, which stands for both.
const MAX_WAIT: Duration = Duration::from_millis(250);
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_secs(10);

/// A document's way to its journal.
#[derive(Default)]
pub(super) struct Log {
    /// Where journals lie, and this document's name there.
    place: Option<(Journals, String)>,
    journal: Option<Journal>,
    /// The last edit of the gesture under way.
    pending: Option<Entry>,
    /// When something was last written.
    written: Option<Instant>,
    /// When the journal failed.
    failed: Option<Instant>,
    /// Why, until it is told.
    trouble: Option<io::Error>,
}

/// The document after an edit.
pub(super) struct Now<'a> {
    /// What it began as.
    pub(super) origin: &'a Origin,
    /// What it is now.
    pub(super) graph: &'a Graph,
    /// Whether it was what it began as before the edit.
    pub(super) was_origin: bool,
}

impl Log {
    /// A log that keeps edits in a new journal once there are some.
    pub(super) fn new(journals: &Journals) -> Self {
        Self {
            place: Some((journals.clone(), journals.new_name())),
            ..Self::default()
        }
    }

    /// A log that goes on with a journal.
    pub(super) fn resumed(journals: &Journals, journal: Journal) -> Self {
        Self {
            place: Some((journals.clone(), journal.name().to_owned())),
            journal: Some(journal),
            ..Self::default()
        }
    }

    /// Whether edits are kept at all.
    pub(super) fn is_on(&self) -> bool {
        self.place.is_some()
    }

    /// The journal's name, if there is one.
    pub(super) fn name(&self) -> Option<&str> {
        self.journal.as_ref().map(Journal::name)
    }

    /// An edit was made.
    pub(super) fn note(&mut self, mut entry: Entry, part: Part, now: &Now<'_>) {
        match part {
            Part::Whole | Part::First => self.flush(),
            // What is pending has not been written yet: this stands for it.
            Part::Next => entry.turn = self.pending.as_ref().map_or(Turn::GoesOn, |it| it.turn),
            Part::Last => {
                self.flush();
                entry.turn = Turn::GoesOn;
            }
        }
        if self.journal.is_none() {
            let is_too_soon = self.failed.is_some_and(|at| at.elapsed() < RETRY);
            if is_too_soon || !now.was_origin {
                // The whole graph holds this edit too.
                if !is_too_soon {
                    self.begin_with_all(now.origin, now.graph);
                }
                return;
            }
            self.begin(now.origin, true, &now.origin.text);
        }
        self.pending = Some(entry);
        let is_over = matches!(part, Part::Whole | Part::Last);
        if is_over || self.wait().is_zero() {
            self.flush();
        }
        if self.journal.as_ref().is_some_and(Journal::is_outgrown) {
            self.begin_with_all(now.origin, now.graph);
        }
    }

    /// The gesture under way is taken back. Says whether nothing of it was written down.
    pub(super) fn drop_gesture(&mut self) -> bool {
        let pending = self.pending.take();
        pending.is_some_and(|entry| entry.turn == Turn::Step)
    }

    /// Writes down what is pending.
    pub(super) fn flush(&mut self) {
        let (Some(entry), Some(journal)) = (self.pending.take(), &mut self.journal) else {
            return;
        };
        match journal.append(&entry) {
            Ok(()) => self.written = Some(Instant::now()),
            Err(error) => self.fail(error),
        }
    }

    /// Begins the journal with the document as it began, if there is none.
    pub(super) fn begin_with_origin(&mut self, origin: &Origin) {
        if self.journal.is_none() {
            self.begin(origin, true, &origin.text);
        }
    }

    /// Begins the journal with all that the document is now.
    pub(super) fn begin_with_all(&mut self, origin: &Origin, graph: &Graph) {
        self.pending = None;
        self.begin(origin, false, &file::write(graph));
    }

    /// When [`Self::keep_up`] has something to do.
    pub(super) fn due_in(&self) -> Option<Duration> {
        if self.pending.is_some() {
            return Some(self.wait());
        }
        let failed = self.failed.filter(|_| self.is_on())?;
        Some(RETRY.saturating_sub(failed.elapsed()))
    }

    /// Does what is due: writes down a gesture that has paused, or tries again after a failure.
    pub(super) fn keep_up(&mut self, origin: &Origin, graph: &Graph) {
        if self.due_in().is_some_and(|wait| wait.is_zero()) {
            self.flush();
            if self.failed.is_some() {
                self.begin_with_all(origin, graph);
            }
        }
    }

    /// Whether every edit is in the journal.
    pub(super) fn is_whole(&self) -> bool {
        self.journal.is_some() && self.pending.is_none()
    }

    /// Why edits cannot be kept; told once.
    pub(super) fn take_trouble(&mut self) -> Option<io::Error> {
        self.trouble.take()
    }

    /// A file holds everything, or nobody wants it: what comes begins another journal.
    pub(super) fn forget(&mut self) {
        self.pending = None;
        self.failed = None;
        if let Some(journal) = self.journal.take() {
            journal.remove();
        }
    }

    fn wait(&self) -> Duration {
        self.written
            .map_or(Duration::ZERO, |at| MAX_WAIT.saturating_sub(at.elapsed()))
    }

    fn begin(&mut self, origin: &Origin, is_saved: bool, graph: &str) {
        let Some((journals, name)) = &self.place else {
            return;
        };
        match journals.begin(name, &origin.about(is_saved), graph) {
            Ok(journal) => {
                self.journal = Some(journal);
                self.written = Some(Instant::now());
                self.failed = None;
            }
            Err(error) => self.fail(error),
        }
    }

    /// What the journal holds stays where it is until it can be begun anew.
    fn fail(&mut self, error: io::Error) {
        if self.failed.is_none() {
            self.trouble = Some(error);
        }
        self.journal = None;
        self.pending = None;
        self.failed = Some(Instant::now());
    }
}
