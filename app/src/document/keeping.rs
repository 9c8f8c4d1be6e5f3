//! A document and its journal: what no file holds yet survives the end of the program.

use std::io;
use std::time::Duration;

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::{EditError, apply};
use pyrograph_engine::graph::file;
use pyrograph_engine::node::Catalog;

use super::Document;
use super::disk::Origin;
use super::history::{self, Step};
use super::log::Log;
use crate::store::journal::{About, Entry, Journals, Recovered};
use crate::store::keep;
use crate::store::stamp::Stamp;

impl Document {
    /// A document as its journal has it. A warning says what of it could not be used.
    ///
    /// # Errors
    /// Why nothing of it can be used.
    pub fn recover(
        recovered: Recovered,
        journals: &Journals,
        catalog: Catalog,
    ) -> Result<(Self, Option<Diagnostic>), Box<Diagnostic>> {
        let About {
            name,
            path,
            folder,
            is_saved,
            stamp,
        } = recovered.about;
        let graph = file::read(&recovered.graph).map_err(|error| Box::new(error.into()))?;
        let origin = Origin {
            name,
            path,
            folder,
            text: recovered.graph.into(),
            stamp,
        };
        let journal_file = journals.path(recovered.journal.name());
        let mut document = Self::of(graph, origin, catalog);
        document.log = Log::resumed(journals, recovered.journal);
        let began_as = document.graph.clone();
        let unfit = document.replay(recovered.entries).err();
        document.saved = match is_saved {
            true if document.graph == began_as => Some(document.history.state()),
            true => Some(0),
            false => None,
        };
        document.compare_with_file();
        let Some(unfit) = unfit else {
            return Ok((document, recovered.damaged));
        };
        let why = format!("could be used in part only: {unfit}");
        let warning = keep::copy_aside(&journal_file, &why);
        document
            .log
            .begin_with_all(&document.origin, &document.graph);
        Ok((document, Some(warning)))
    }

    /// From now on, what no file holds is kept in a journal.
    pub fn keep_in(&mut self, journals: &Journals) {
        if !self.log.is_on() {
            self.log = Log::new(journals);
        }
        if self.log.name().is_some() {
            return;
        }
        if self.is_dirty() {
            self.log.begin_with_all(&self.origin, &self.graph);
        } else if self.origin.path.is_none() && !self.graph.nodes.is_empty() {
            self.log.begin_with_origin(&self.origin);
        }
    }

    /// Writes a paused gesture into the journal when it is time; says when to come again.
    pub fn keep_up(&mut self) -> Option<Duration> {
        self.log.keep_up(&self.origin, &self.graph);
        self.log.due_in()
    }

    /// Writes down everything that the journal lacks. Says whether nothing would be lost if the
    /// program ended now.
    pub fn secure(&mut self) -> bool {
        self.log.flush();
        if !self.is_dirty() {
            return true;
        }
        if self.log.is_on() && !self.log.is_whole() {
            self.log.begin_with_all(&self.origin, &self.graph);
        }
        self.log.is_whole()
    }

    /// Why edits cannot be kept in a journal; told once.
    pub fn take_trouble(&mut self) -> Option<io::Error> {
        self.log.take_trouble()
    }

    /// The name of its journal, if it has one.
    pub fn journal(&self) -> Option<&str> {
        self.log.name()
    }

    /// Removes its journal: nobody wants what it holds.
    pub fn forget_journal(&mut self) {
        self.log.forget();
    }

    /// Makes edits again that a journal holds, so that the history is what it was; stops at one
    /// that does not fit.
    fn replay(&mut self, entries: Vec<Entry>) -> Result<(), EditError> {
        let mut replayed = Ok(());
        for Entry { label, edit, turn } in entries {
            let targets = history::targets(&edit);
            match apply(&mut self.graph, edit) {
                Ok(inverse) => {
                    self.revision += 1;
                    let step = Step {
                        id: self.revision,
                        label,
                        inverse,
                        targets,
                        level: Vec::new(),
                    };
                    self.history.replay(step, turn);
                }
                Err(error) => {
                    replayed = Err(error);
                    break;
                }
            }
        }
        self.history.end_gesture();
        self.check_anew();
        self.note_level();
        replayed
    }

    /// After a recovery: the program may have ended between writing the file and removing the
    /// journal, so that the file holds all; or the file was changed since.
    fn compare_with_file(&mut self) {
        let Some(path) = &self.origin.path else {
            return;
        };
        let now = Stamp::of(path).ok();
        if now.is_none() || now == self.origin.stamp {
            return;
        }
        let on_disk = Self::open(path, self.catalog);
        let is_same = on_disk
            .as_ref()
            .is_ok_and(|on_disk| on_disk.graph == self.graph);
        match on_disk {
            Ok(on_disk) if is_same => {
                self.origin = on_disk.origin;
                self.saved = Some(self.history.state());
                self.log.forget();
            }
            Ok(_) if !self.is_dirty() && self.reload().is_ok() => {}
            Ok(_) | Err(_) => self.differs = true,
        }
    }
}
