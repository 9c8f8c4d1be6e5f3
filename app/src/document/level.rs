//! The level that is open: the whole graph, or the graph inside a group. What is drawn and edited
//! is of this level; what is saved, checked and run is always the whole.

use std::collections::{BTreeMap, BTreeSet};

use pyrograph_engine::graph::{Graph, Source, View};

use super::Document;
use super::changes::Changed;
use crate::canvas::arrange;
use crate::command::Input;

impl Document {
    /// The whole graph: what is saved, checked and run.
    pub fn root(&self) -> &Graph {
        &self.graph
    }

    /// The graph at the open level: what is drawn and edited.
    pub fn graph(&self) -> &Graph {
        self.graph
            .level(&self.level)
            .expect("the open level is left before it goes")
    }

    /// The keys of the open groups, the outermost first; none at the top.
    pub fn level(&self) -> &[String] {
        &self.level
    }

    /// Opens a group of the open level. Says whether it is one.
    pub fn enter(&mut self, key: &str) -> bool {
        let node = self.graph().nodes.get(key);
        if node.is_none_or(|node| node.as_group().is_none()) {
            return false;
        }
        let level = [self.level.as_slice(), &[key.to_owned()]].concat();
        self.go_to(&level);
        true
    }

    /// Goes to the level of these open groups, or as near to it as there are such groups.
    pub fn go_to(&mut self, level: &[String]) {
        self.end_gesture();
        let level = existing(&self.graph, level);
        if self.level != level {
            self.level = level.to_owned();
            self.note_level();
        }
    }

    /// Goes to the level of the node that runs and problems call so; returns its key there.
    pub fn reveal(&mut self, full_key: &str) -> Option<String> {
        let keys: Vec<String> = full_key.split('/').map(str::to_owned).collect();
        let (key, level) = keys.split_last()?;
        self.graph.level(level)?.nodes.get(key)?;
        self.go_to(level);
        Some(key.clone())
    }

    /// What runs and problems call a node of the open level.
    pub fn full_key(&self, key: &str) -> String {
        let level = self.level.iter().map(String::as_str);
        level.chain([key]).collect::<Vec<_>>().join("/")
    }

    /// What has changed on the open level since a revision; `None` = perhaps everything.
    pub fn changed_since(&self, revision: u64) -> Option<Changed> {
        self.changes.since(revision)
    }

    /// A node's upper left corner.
    pub fn position(&self, node: &str) -> [f32; 2] {
        self.graph().view.position(node).unwrap_or_default()
    }

    /// Whether a wire from `from` to `to` would close a circle.
    pub fn would_circle(&self, from: &str, to: &str) -> bool {
        let graph = self.graph();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![from.to_owned()];
        while let Some(key) = waiting.pop() {
            if key == to {
                return true;
            }
            let Some(node) = graph.nodes.get(&key) else {
                continue;
            };
            if seen.insert(key) {
                waiting.extend(
                    node.inputs
                        .keys()
                        .filter_map(|input| node.source(input))
                        .map(|source| source.node),
                );
            }
        }
        false
    }

    /// Whether a wire starts at that output.
    pub fn is_wired(&self, node: &str, output: &str) -> bool {
        self.wired
            .get(node)
            .is_some_and(|outputs| outputs.contains(output))
    }

    /// The outputs of a node at which wires start.
    pub fn wired_outputs(&self, node: &str) -> impl Iterator<Item = &str> {
        self.wired
            .get(node)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Every wire: where it starts and where it ends.
    pub fn wires(&self) -> impl Iterator<Item = (Source, Input)> + '_ {
        self.graph().nodes.iter().flat_map(|(key, node)| {
            node.inputs
                .keys()
                .filter_map(move |input| Some((node.source(input)?, Input::new(key, input))))
        })
    }

    /// Goes back to where a step was made, as far as those groups are there: what an undo changes
    /// shall be seen, and a level that is gone cannot stay open.
    pub(super) fn follow_to(&mut self, level: &[String]) {
        let level = existing(&self.graph, level);
        if self.level != level {
            self.level = level.to_owned();
            self.note_level();
        }
    }

    /// Another level is open: nothing that was made of the one before holds.
    pub(super) fn note_level(&mut self) {
        self.revision += 1;
        self.changes.forget(self.revision);
        self.place_strays();
        self.note_wires();
    }

    pub(super) fn note_wires(&mut self) {
        let mut wired: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (source, _) in self.wires() {
            wired.entry(source.node).or_default().insert(source.pin);
        }
        self.wired = wired;
    }

    /// Gives a place to nodes that the file gives none. That is how it is drawn, no change of the
    /// document: there is nothing to undo and nothing to save.
    pub(super) fn place_strays(&mut self) {
        let strays = arrange::strays(self.graph(), self.catalog);
        let Some(graph) = level_mut(&mut self.graph, &self.level) else {
            return;
        };
        for (key, corner) in strays {
            graph.view.nodes.insert(key, View::corner(corner));
        }
    }
}

/// As much of a level as there are such groups.
fn existing<'a>(graph: &Graph, level: &'a [String]) -> &'a [String] {
    (0..=level.len())
        .rev()
        .map(|depth| &level[..depth])
        .find(|level| graph.level(level).is_some())
        .unwrap_or_default()
}

fn level_mut<'a>(graph: &'a mut Graph, level: &[String]) -> Option<&'a mut Graph> {
    level.iter().try_fold(graph, |graph, key| {
        Some(&mut graph.nodes.get_mut(key)?.group.as_mut()?.graph)
    })
}

#[cfg(test)]
mod tests {
    use pyrograph_engine::graph::edit::Edit;
    use pyrograph_engine::graph::file;
    use pyrograph_engine::node::Catalog;

    use super::*;

    const NESTED: &str = r#"{ "format": 1, "nodes": {
        "a": { "is": "x" },
        "g": { "is": "group", "in": { "i": "a.o" }, "group": { "nodes": {
            "b": { "is": "x", "in": { "j": "c.o" } },
            "c": { "is": "x" } } } } } }"#;

    fn document() -> Document {
        Document::new(file::read(NESTED).unwrap(), "test.pyro", Catalog(&[]))
    }

    fn open(document: &mut Document) -> u64 {
        assert!(document.enter("g"));
        document.revision()
    }

    fn set(document: &mut Document, node: &str) {
        let edit = Edit::set(node, "p", Some(1.into()));
        document.edit(edit, "set", false).unwrap();
    }

    #[test]
    fn edits_are_of_the_open_level_and_undo_goes_there() {
        let mut document = document();
        assert!(!document.enter("a"), "no group");
        open(&mut document);
        assert_eq!(document.full_key("b"), "g/b");
        assert!(document.is_wired("c", "o") && !document.is_wired("a", "o"));
        set(&mut document, "b");
        assert_eq!(document.root().node_at("g/b").unwrap().params["p"], 1);

        document.go_to(&[]);
        assert!(document.is_wired("a", "o"));
        document.undo().unwrap();
        assert_eq!(document.level(), ["g"]);
        assert!(document.graph().nodes["b"].params.is_empty());
        assert_eq!(document.reveal("a").as_deref(), Some("a"));
        assert!(document.level().is_empty());
        assert_eq!(document.reveal("g/nobody"), None);
    }

    #[test]
    fn a_level_that_goes_is_left() {
        let mut document = document();
        document
            .edit(Edit::RemoveNode { key: "g".into() }, "delete", false)
            .unwrap();
        document.undo().unwrap();
        open(&mut document);
        set(&mut document, "b");
        document.undo().unwrap();
        document.redo().unwrap();
        assert_eq!(document.level(), ["g"]);
        document.go_to(&[]);
        document.undo().unwrap();
        let remove = Edit::RemoveNode { key: "g".into() };
        document.edit_root(remove, "delete", false).unwrap();
        assert!(document.level().is_empty());
        assert_eq!(document.graph().nodes.len(), 1);
    }

    #[test]
    fn what_changed_is_told_for_the_open_level() {
        let mut document = document();
        let root = document.revision();
        let before = open(&mut document);
        assert_eq!(document.changed_since(root), None, "another level");
        set(&mut document, "b");
        let changed = document.changed_since(before).unwrap();
        assert_eq!(changed.nodes, BTreeSet::from(["b".to_owned()]));
        assert!(!changed.is_rewired && !changed.is_regrouped);
        document
            .edit(Edit::disconnect("b", "j"), "cut", false)
            .unwrap();
        let changed = document.changed_since(before).unwrap();
        assert!(changed.nodes.contains("c"), "its output has no wire now");
        assert!(changed.is_rewired);
    }
}
