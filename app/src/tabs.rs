//! The tabs: a document each, never used for another one. The document shown is the state's; the
//! others rest here as they were left.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::app::Selection;
use crate::canvas::view::View;
use crate::document::{Document, DocumentId};

/// How many closed tabs can be had back.
const MAX_CLOSED: usize = 10;

/// A document that is not shown.
pub struct Tab {
    /// The document.
    pub document: Document,
    /// What was selected.
    pub selection: Selection,
    /// The part of the graph that was seen; `None` = it has not been shown yet.
    pub view: Option<View>,
}

impl Tab {
    /// A document that has not been shown yet.
    pub fn new(document: Document) -> Self {
        Self {
            document,
            selection: Selection::default(),
            view: None,
        }
    }
}

/// The order of all tabs, and the documents that are not shown.
pub struct Tabs {
    order: Vec<DocumentId>,
    resting: BTreeMap<DocumentId, Tab>,
    /// Tabs that were closed, the last one last, with their places.
    closed: Vec<(usize, Tab)>,
}

impl Tabs {
    /// Tabs in an order; all but the one that is shown are then put to rest.
    pub fn new(order: Vec<DocumentId>) -> Self {
        Self {
            order,
            resting: BTreeMap::new(),
            closed: Vec::new(),
        }
    }

    /// The documents in the order of their tabs, the one that is shown among them.
    pub fn order(&self) -> &[DocumentId] {
        &self.order
    }

    /// A document that is not shown.
    pub fn get(&self, id: DocumentId) -> Option<&Document> {
        self.resting.get(&id).map(|tab| &tab.document)
    }

    /// A document that is not shown.
    pub fn get_mut(&mut self, id: DocumentId) -> Option<&mut Document> {
        self.resting.get_mut(&id).map(|tab| &mut tab.document)
    }

    /// The tabs that are not shown.
    pub fn resting(&self) -> impl Iterator<Item = &Tab> {
        self.resting.values()
    }

    /// The documents that are not shown.
    pub fn resting_mut(&mut self) -> impl Iterator<Item = &mut Document> {
        self.resting.values_mut().map(|tab| &mut tab.document)
    }

    /// Puts a tab behind another one; it is not shown yet.
    pub fn insert(&mut self, tab: Tab, behind: DocumentId) {
        let place = self
            .place(behind)
            .map_or(self.order.len(), |place| place + 1);
        self.insert_at(place, tab);
    }

    /// Takes a tab out, to be shown.
    pub fn wake(&mut self, id: DocumentId) -> Option<Tab> {
        self.resting.remove(&id)
    }

    /// Puts the tab that was shown to rest, in its place.
    pub fn rest(&mut self, tab: Tab) {
        self.resting.insert(tab.document.id(), tab);
    }

    /// Keeps a tab that was shown until just now as a closed one.
    pub fn close(&mut self, tab: Tab) {
        let place = self.place(tab.document.id()).unwrap_or(self.order.len());
        self.order.retain(|id| *id != tab.document.id());
        self.closed.push((place, tab));
        if self.closed.len() > MAX_CLOSED {
            self.closed.remove(0);
        }
    }

    /// Opens the tab that was closed last, in its place; it is not shown yet.
    pub fn reopen(&mut self) -> Option<DocumentId> {
        let (place, tab) = self.closed.pop()?;
        let id = tab.document.id();
        self.insert_at(place, tab);
        Some(id)
    }

    /// Whether a closed tab can be had back.
    pub fn has_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    /// The tab that is shown when this one is closed: the next, else the one before.
    pub fn neighbour(&self, id: DocumentId) -> Option<DocumentId> {
        let place = self.place(id)?;
        let before = place.checked_sub(1).and_then(|place| self.order.get(place));
        self.order.get(place + 1).or(before).copied()
    }

    /// The tab so many places to the right, going round.
    pub fn step(&self, from: DocumentId, by: isize) -> Option<DocumentId> {
        let place = self.place(from)? as isize;
        let place = (place + by).rem_euclid(self.order.len() as isize);
        self.order.get(place as usize).copied()
    }

    /// Moves a tab to a place in the order.
    pub fn move_to(&mut self, id: DocumentId, place: usize) {
        if let Some(from) = self.place(id) {
            self.order.remove(from);
            self.order.insert(place.min(self.order.len()), id);
        }
    }

    /// Where a tab stands.
    pub fn place(&self, id: DocumentId) -> Option<usize> {
        self.order.iter().position(|other| *other == id)
    }

    fn insert_at(&mut self, place: usize, tab: Tab) {
        let id = tab.document.id();
        self.order.insert(place.min(self.order.len()), id);
        self.resting.insert(id, tab);
    }
}

/// Whether two paths lead to one file.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    a == b
        || match (fs::canonicalize(a), fs::canonicalize(b)) {
            (Ok(a), Ok(b)) => a == b,
            (Ok(_) | Err(_), _) => false,
        }
}

#[cfg(test)]
mod tests {
    use pyrograph_engine::graph::Graph;
    use pyrograph_engine::node::Catalog;

    use super::*;

    fn tab() -> Tab {
        Tab::new(Document::new(Graph::default(), "x", Catalog(&[])))
    }

    #[test]
    fn tabs_keep_their_order_and_go_round() {
        let first = tab();
        let id = first.document.id();
        let mut tabs = Tabs::new(vec![id]);
        let others: Vec<DocumentId> = (0..2)
            .map(|_| {
                let tab = tab();
                let other = tab.document.id();
                tabs.insert(tab, id);
                other
            })
            .collect();
        assert_eq!(tabs.order(), [id, others[1], others[0]]);
        assert_eq!(tabs.step(id, -1), Some(others[0]));
        assert_eq!(tabs.step(others[0], 1), Some(id));
        assert_eq!(tabs.neighbour(id), Some(others[1]));
        assert_eq!(tabs.neighbour(others[0]), Some(others[1]));
        tabs.move_to(id, 9);
        assert_eq!(tabs.order(), [others[1], others[0], id]);

        let closed = tabs.wake(others[1]).unwrap();
        tabs.close(closed);
        assert_eq!(tabs.order(), [others[0], id]);
        assert_eq!(tabs.reopen(), Some(others[1]));
        assert_eq!(tabs.order(), [others[1], others[0], id]);
        assert_eq!(tabs.reopen(), None);
    }

    #[test]
    fn one_file_has_many_paths() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.pyro");
        fs::write(&file, "").unwrap();
        assert!(is_same_file(&file, &dir.path().join(".").join("a.pyro")));
        assert!(!is_same_file(&file, dir.path()));
        assert!(!is_same_file(&file, Path::new("/nowhere/a.pyro")));
    }
}
