//! What is shown when the window opens: the documents of the last session, those that a crash left
//! behind, and the file that was asked for; else the first picture.

use std::path::{Path, PathBuf};

use egui::Vec2;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::node::Catalog;

use crate::app::{Selection, WindowOptions};
use crate::canvas::view::{View, ZOOM};
use crate::document::{Document, UNTITLED};
use crate::starter;
use crate::store::journal::{JournalError, Journals};
use crate::store::recent::Recent;
use crate::store::session::{Frame, OpenPanels, OpenTab, Seen, Session};
use crate::store::{Store, keep};
use crate::tabs::{Tab, Tabs, is_same_file};

/// The first picture, for a program that is installed without its examples.
const FIRST_PICTURE: &str = include_str!("../../../../examples/first_picture.pyro");

/// What is shown first.
#[derive(Default)]
pub(in crate::app) struct Opening {
    /// The documents, at least one.
    pub(in crate::app) tabs: Vec<Tab>,
    /// Which of them is shown.
    pub(in crate::app) active: usize,
    pub(in crate::app) panels: OpenPanels,
    pub(in crate::app) frame: Option<Frame>,
    pub(in crate::app) recent: Recent,
    /// The file that was asked for, if it could be opened.
    pub(in crate::app) asked: Option<PathBuf>,
    /// How many documents have unsaved changes that were restored.
    pub(in crate::app) unsaved: usize,
    /// What went wrong.
    pub(in crate::app) told: Vec<Diagnostic>,
}

/// A document for a new graph.
pub(in crate::app) fn empty(catalog: Catalog) -> Document {
    Document::new(Graph::default(), format!("{UNTITLED}.pyro"), catalog)
}

/// Opens what is to be shown.
pub(super) fn open(options: &WindowOptions, catalog: Catalog, store: Option<&Store>) -> Opening {
    let mut opening = Opening::default();
    if let Some(store) = store {
        let (recent, told) = keep::read_or_start(&store.recent());
        opening.recent = recent;
        opening.told.extend(told);
        if store.is_first() {
            opening.restore(store, catalog);
        } else {
            opening.told.push(Diagnostic::warning(
                "another window is open already: which files are open here is not kept for the next start",
            ));
        }
    }
    if let Some(path) = &options.graph {
        opening.open_file(path, catalog);
    }
    if opening.tabs.is_empty() {
        let is_asked = options.graph.is_some();
        let document = if is_asked {
            empty(catalog)
        } else {
            first_document(catalog)
        };
        opening.tabs.push(Tab::new(document));
    }
    opening.active = opening.active.min(opening.tabs.len() - 1);
    if let Some(store) = store {
        for tab in &mut opening.tabs {
            tab.document.keep_in(&store.journals());
        }
    }
    opening
}

impl Opening {
    /// The tab that is shown, and the others.
    pub(in crate::app) fn tabs(&mut self) -> (Tab, Tabs) {
        let order = self.tabs.iter().map(|tab| tab.document.id()).collect();
        let shown = self.tabs.remove(self.active);
        let mut tabs = Tabs::new(order);
        std::mem::take(&mut self.tabs)
            .into_iter()
            .for_each(|tab| tabs.rest(tab));
        (shown, tabs)
    }

    /// Opens the documents of the last session, then those of programs that have crashed.
    fn restore(&mut self, store: &Store, catalog: Catalog) {
        let (session, told) = keep::read_or_start::<Session>(&store.session());
        self.told.extend(told);
        self.panels = session.panels;
        self.frame = session.window;
        let journals = store.journals();
        for (place, open) in session.tabs.into_iter().enumerate() {
            if place == session.active {
                self.active = self.tabs.len();
            }
            if let Some(document) = self.restore_document(&journals, &open, catalog) {
                self.tabs.push(restored(document, open));
            }
        }
        for name in journals.names() {
            let is_open = |tab: &Tab| tab.document.journal() == Some(&name);
            if self.tabs.iter().any(is_open) {
                continue;
            }
            match self.recover(&journals, &name, catalog) {
                Some(document) if document.is_dirty() => self.take_recovered(document),
                // Nothing of it would be lost.
                Some(mut document) => document.forget_journal(),
                None => {}
            }
        }
        self.unsaved = self
            .tabs
            .iter()
            .filter(|tab| tab.document.is_dirty())
            .count();
    }

    /// Gives a recovered document its tab: that of its file, if the session was written before the
    /// edits were.
    fn take_recovered(&mut self, document: Document) {
        let is_its = |tab: &&mut Tab| {
            let of_file = tab.document.path().filter(|_| !tab.document.is_dirty());
            of_file.is_some_and(|path| document.path() == Some(path))
        };
        match self.tabs.iter_mut().find(is_its) {
            Some(tab) => tab.document = document,
            None => self.tabs.push(Tab::new(document)),
        }
    }

    fn restore_document(
        &mut self,
        journals: &Journals,
        open: &OpenTab,
        catalog: Catalog,
    ) -> Option<Document> {
        let journal = open.journal.as_deref();
        if let Some(document) = journal.and_then(|name| self.recover(journals, name, catalog)) {
            return Some(document);
        }
        let Some(path) = &open.path else {
            // What could not be recovered has been told; what was empty is empty again.
            return journal.is_none().then(|| empty(catalog));
        };
        match Document::open(path, catalog) {
            Ok(document) => Some(document),
            Err(problem) => {
                self.told.push(*problem);
                None
            }
        }
    }

    /// The document of a journal, unless another program writes it or nothing can be read of it.
    fn recover(&mut self, journals: &Journals, name: &str, catalog: Catalog) -> Option<Document> {
        let set_aside = |why: &str| keep::set_aside(&journals.path(name), why);
        let recovered = match journals.recover(name) {
            Ok(recovered) => recovered,
            Err(JournalError::InUse) => return None,
            Err(JournalError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                return None;
            }
            Err(error) => {
                self.told.push(set_aside(&error.to_string()));
                return None;
            }
        };
        match Document::recover(recovered, journals, catalog) {
            Ok((document, told)) => {
                self.told.extend(told);
                Some(document)
            }
            Err(problem) => {
                self.told
                    .push(set_aside(&format!("is damaged: {}", problem.message)));
                None
            }
        }
    }

    /// Shows the file asked for, in its tab if it has one.
    fn open_file(&mut self, path: &Path, catalog: Catalog) {
        let has_it = |tab: &Tab| {
            let own = tab.document.path();
            own.is_some_and(|own| is_same_file(own, path))
        };
        if let Some(place) = self.tabs.iter().position(has_it) {
            self.active = place;
            return;
        }
        match Document::open(path, catalog) {
            Ok(document) => {
                self.asked = Some(path.to_owned());
                self.active = self.tabs.len();
                self.tabs.push(Tab::new(document));
            }
            Err(problem) => self.told.push(*problem),
        }
    }
}

/// A document as it was looked at.
fn restored(mut document: Document, open: OpenTab) -> Tab {
    document.go_to(&open.level);
    let nodes = &document.graph().nodes;
    let selected = open.selected.into_iter();
    Tab {
        selection: Selection {
            nodes: selected.filter(|key| nodes.contains_key(key)).collect(),
            ..Selection::default()
        },
        view: open.sight.and_then(view),
        document,
    }
}

/// A view, unless nothing could be seen with it.
fn view(seen: Seen) -> Option<View> {
    let pan = Vec2::from(seen.pan);
    let is_sane = pan.abs().max_elem() < 1e6 && (ZOOM.0..=ZOOM.1).contains(&seen.zoom);
    is_sane.then_some(View {
        pan,
        zoom: seen.zoom,
    })
}

/// The first picture; saving it asks for a file, for the example belongs to the program.
fn first_document(catalog: Catalog) -> Document {
    const NAME: &str = "first_picture.pyro";
    let installed =
        starter::first_picture().and_then(|path| Document::open_as_new(&path, NAME, catalog).ok());
    let embedded = || {
        let graph = file::read(FIRST_PICTURE).ok()?;
        Some(Document::new(graph, NAME, catalog))
    };
    installed
        .or_else(embedded)
        .unwrap_or_else(|| empty(catalog))
}
