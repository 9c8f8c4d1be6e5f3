//! Showing, opening and closing tabs: which document is the shown one.

use std::path::Path;

use crate::app::files::start;
use crate::app::{App, State};
use crate::canvas::view::View;
use crate::document::{Document, DocumentId};
use crate::tabs::{Tab, is_same_file};

impl State {
    /// Every open document, in the order of the tabs.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.tabs
            .order()
            .iter()
            .filter_map(|id| self.document_of(*id))
    }

    /// An open document.
    pub fn document_of(&self, id: DocumentId) -> Option<&Document> {
        if id == self.document.id() {
            Some(&self.document)
        } else {
            self.tabs.get(id)
        }
    }

    /// An open document, to be changed.
    pub(super) fn document_mut(&mut self, id: DocumentId) -> Option<&mut Document> {
        if id == self.document.id() {
            Some(&mut self.document)
        } else {
            self.tabs.get_mut(id)
        }
    }

    /// Every open document, to be changed; the one that is shown comes first.
    pub(super) fn documents_mut(&mut self) -> impl Iterator<Item = &mut Document> {
        std::iter::once(&mut self.document).chain(self.tabs.resting_mut())
    }
}

impl App {
    /// Shows a tab.
    pub(in crate::app) fn show_tab(&mut self, id: DocumentId) {
        if let Some(tab) = self.state.tabs.wake(id) {
            let before = self.replace_shown(tab);
            self.state.tabs.rest(before);
        }
    }

    /// Shows another tab and returns the one that was shown.
    fn replace_shown(&mut self, tab: Tab) -> Tab {
        self.state.document.end_gesture();
        let before = Tab {
            document: std::mem::replace(&mut self.state.document, tab.document),
            selection: std::mem::replace(&mut self.state.selection, tab.selection),
            view: Some(self.eye.view()),
        };
        self.see(tab.view);
        self.state.jobs.look_at(self.state.document.id());
        self.after_edit();
        before
    }

    /// Looks at the document as it was looked at, or at all of it.
    pub(in crate::app) fn see(&mut self, view: Option<View>) {
        match view {
            Some(view) => self.eye.look(view),
            None => self.eye.reset(),
        }
    }

    /// Opens a document in a tab of its own and shows it.
    pub(in crate::app) fn show_document(&mut self, mut document: Document) {
        if let Some(store) = &self.files.store {
            document.keep_in(&store.journals());
        }
        let id = document.id();
        let behind = self.state.document.id();
        self.state.tabs.insert(Tab::new(document), behind);
        self.show_tab(id);
    }

    /// Closes a tab. What it held can be had back until the program ends.
    pub(in crate::app) fn close_tab(&mut self, id: DocumentId) {
        let next = self.state.tabs.neighbour(id);
        let mut closed = if id != self.state.document.id() {
            let Some(closed) = self.state.tabs.wake(id) else {
                return;
            };
            closed
        } else if let Some(next) = next.and_then(|next| self.state.tabs.wake(next)) {
            self.replace_shown(next)
        } else {
            self.show_document(start::empty(self.state.document.catalog()));
            let Some(closed) = self.state.tabs.wake(id) else {
                return;
            };
            closed
        };
        closed.document.forget_journal();
        self.state.jobs.forget(id);
        self.state.tabs.close(closed);
    }

    /// Opens the tab that was closed last; a file that is open again by now is only shown.
    pub(in crate::app) fn reopen_tab(&mut self) {
        let Some(id) = self.state.tabs.reopen() else {
            return;
        };
        let path = self.state.tabs.get(id).and_then(Document::path);
        let open = path.and_then(|path| self.open_elsewhere(path, Some(id)));
        if let Some(open) = open {
            self.close_tab(id);
            self.show_tab(open);
            return;
        }
        if let (Some(store), Some(document)) = (&self.files.store, self.state.tabs.get_mut(id)) {
            document.keep_in(&store.journals());
        }
        self.show_tab(id);
    }

    /// The document that has a file open, but for one.
    pub(in crate::app) fn open_elsewhere(
        &self,
        path: &Path,
        but: Option<DocumentId>,
    ) -> Option<DocumentId> {
        let has_it = |document: &&Document| {
            let own = document.path();
            Some(document.id()) != but && own.is_some_and(|own| is_same_file(own, path))
        };
        self.state.documents().find(has_it).map(Document::id)
    }

    /// The first document that would lose changes if the program ended now.
    pub(in crate::app) fn first_unsafe(&mut self) -> Option<DocumentId> {
        let unsafe_one = |document: &mut Document| !document.secure();
        let order = self.state.tabs.order().to_vec();
        order.into_iter().find(|id| {
            let document = self.state.document_mut(*id);
            document.is_some_and(unsafe_one)
        })
    }
}
