//! Judges groups: what one shows outside, and what it runs for.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::{Check, CheckedNode, problems};
use crate::diagnostic::Diagnostic;
use crate::graph::group::{FlatNode, Group, MAX_DEPTH, Slot};
use crate::graph::{Source, file, split};

impl<'f> Check<'f, '_> {
    /// Judges a group's own node; the nodes inside are judged like others.
    pub(super) fn group(&mut self, i: usize, key: &'f str, flat: &'f FlatNode<'_>) {
        let Some(group) = flat.node.as_group() else {
            self.problems.error(i, || {
                let damage = flat.node.rest.get("group").and_then(file::damage);
                let message = damage.map_or_else(
                    || "the group holds no graph".to_owned(),
                    |damage| format!("the inside of the group cannot be read: {damage}"),
                );
                Diagnostic::error(message)
                    .at(key)
                    .help("the node is kept as it is; remove it, or mend the file")
            });
            return;
        };
        if !flat.is_opened {
            self.problems.error(i, || {
                let message = format!("groups lie more than {MAX_DEPTH} deep in each other");
                Diagnostic::error(message)
                    .at(key)
                    .help("take a group apart")
            });
            return;
        }
        for name in flat.node.params.keys() {
            if !group.inputs.contains_key(name) {
                self.problems
                    .warning(i, || problems::not_shown(key, name, "param", group));
            }
        }
        for name in flat.node.inputs.keys() {
            if !group.inputs.contains_key(name) {
                self.problems
                    .warning(i, || problems::not_shown(key, name, "input", group));
            }
        }
        for (name, slots) in &group.inputs {
            for slot in slots {
                if !self.has_input(group, slot) {
                    let inner = || slot.to_string();
                    self.problems
                        .warning(i, || problems::stands_for_nothing(key, name, &inner()));
                }
            }
        }
        for (name, source) in &group.outputs {
            if !self.has_output(group, source) {
                let inner = || source.to_string();
                self.problems
                    .warning(i, || problems::stands_for_nothing(key, name, &inner()));
            }
        }
        for (member, name) in group.damaged() {
            self.problems
                .warning(i, || problems::unreadable(key, member, name));
        }
    }

    /// Whether an inner node has that pin or param; of a node of unknown kind that is not known.
    fn has_input(&self, group: &Group, slot: &Slot) -> bool {
        let Some(node) = group.graph.nodes.get(&slot.node) else {
            return false;
        };
        match (node.as_group(), self.catalog.get(&node.is)) {
            (Some(inner), _) => inner.inputs.contains_key(&slot.slot),
            (None, Some(spec)) => {
                spec.input(&slot.slot).is_some() || spec.param(&slot.slot).is_some()
            }
            (None, None) => true,
        }
    }

    fn has_output(&self, group: &Group, source: &Source) -> bool {
        let Some(node) = group.graph.nodes.get(&source.node) else {
            return false;
        };
        match (node.as_group(), self.catalog.get(&node.is)) {
            (Some(inner), _) => inner.outputs.contains_key(&source.pin),
            (None, Some(spec)) => spec.output(&source.pin).is_some(),
            (None, None) => true,
        }
    }

    /// For each group the nodes that it runs for, by their places among the sound ones.
    pub(super) fn groups(
        &mut self,
        places: &[Option<usize>],
        nodes: &IndexMap<String, CheckedNode>,
    ) -> BTreeMap<String, Vec<usize>> {
        let flat = self.flat;
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (key, wires) in &flat.ends {
            let mut found = Vec::new();
            for wire in wires {
                let start = self.past_bypassed(wire).and_then(|wire| wire.as_str());
                let node = start.and_then(split).map(|(node, _)| node);
                let place = node.and_then(|node| places[flat.nodes.get_index_of(node)?]);
                found.extend(place);
            }
            groups.insert(key.clone(), found);
        }
        if groups.is_empty() {
            return groups;
        }
        for (place, (key, node)) in nodes.iter().enumerate() {
            if node.spec.is_output {
                for (at, _) in key.match_indices('/') {
                    groups.entry(key[..at].to_owned()).or_default().push(place);
                }
            }
        }
        groups
    }
}
