//! Keeps what groups show outside in step with what happens inside them.
//!
//! A change of a graph inside a group may take away, rename or replace what the group shows. Then
//! its interface changes too, and with it the wires of the group's own node; if that lies in a
//! group again, so on outwards.

use std::collections::{BTreeMap, BTreeSet};

use super::wires::{Drawn, wires};
use super::{Edit, EditError};
use crate::graph::group::{Group, Slot};
use crate::graph::{Graph, Node, Source, view};

/// A graph inside groups, and what lies around it.
pub(super) struct Place<'a> {
    root: &'a Graph,
    path: &'a [String],
    /// The graph itself.
    pub(super) graph: &'a Graph,
}

/// What becomes of an input that a group shows.
type Slots<'f> = &'f dyn Fn(&Slot) -> Vec<Slot>;
/// What becomes of an output that a group shows.
type Output<'f> = &'f dyn Fn(&Source) -> Option<Source>;

impl<'a> Place<'a> {
    pub(super) fn new(root: &'a Graph, path: &'a [String]) -> Result<Self, EditError> {
        let inside = |graph: &'a Graph, key: &String| match graph.nodes.get(key) {
            Some(Node {
                group: Some(group), ..
            }) => Ok(&group.graph),
            Some(_) => Err(EditError::NoGroup { key: key.clone() }),
            None => Err(EditError::NoNode { key: key.clone() }),
        };
        let graph = path.iter().try_fold(root, inside)?;
        Ok(Self { root, path, graph })
    }

    /// A node of this graph.
    pub(super) fn node(&self, key: &str) -> Result<&'a Node, EditError> {
        self.graph.nodes.get(key).ok_or_else(|| EditError::NoNode {
            key: key.to_owned(),
        })
    }

    /// An edit of this graph, told from the outermost one on.
    pub(super) fn within(&self, edit: Edit) -> Edit {
        Edit::within(self.path, edit)
    }

    /// The graph around, the key of this group there, and the group.
    fn around(&self) -> Option<(Self, &'a str, &'a Group)> {
        let (key, path) = self.path.split_last()?;
        let outer = Self::new(self.root, path).ok()?;
        let group = outer.graph.nodes.get(key)?.group.as_deref()?;
        Some((outer, key, group))
    }

    /// After nodes have gone.
    pub(super) fn follow_gone(&self, nodes: &BTreeSet<String>) -> Vec<Edit> {
        self.follow(
            &|slot| {
                let is_gone = nodes.contains(&slot.node);
                (!is_gone).then(|| slot.clone()).into_iter().collect()
            },
            &|source| (!nodes.contains(&source.node)).then(|| source.clone()),
        )
    }

    /// After a node has been renamed.
    pub(super) fn follow_renamed(&self, from: &str, to: &str) -> Vec<Edit> {
        let renamed = |key: &str| if key == from { to } else { key }.to_owned();
        self.follow(
            &|slot| vec![Slot::new(&renamed(&slot.node), &slot.slot)],
            &|source| {
                Some(Source {
                    node: renamed(&source.node),
                    pin: source.pin.clone(),
                })
            },
        )
    }

    /// After some inputs and outputs have been replaced by others.
    pub(super) fn follow_slots(
        &self,
        slots: &[(Slot, Vec<Slot>)],
        outputs: &[(Source, Option<Source>)],
    ) -> Vec<Edit> {
        let slots: BTreeMap<&Slot, &Vec<Slot>> =
            slots.iter().map(|(from, to)| (from, to)).collect();
        let outputs: BTreeMap<&Source, &Option<Source>> =
            outputs.iter().map(|(from, to)| (from, to)).collect();
        self.follow(
            &|slot| match slots.get(slot) {
                Some(to) => (*to).clone(),
                None => vec![slot.clone()],
            },
            &|source| match outputs.get(source) {
                Some(to) => (*to).clone(),
                None => Some(source.clone()),
            },
        )
    }

    /// After nodes have gone into a group of this graph: what showed of them shows through it.
    pub(super) fn follow_into(
        &self,
        nodes: &BTreeSet<String>,
        group: &str,
    ) -> Result<Vec<Edit>, EditError> {
        let node = self.node(group)?;
        let Some(shown) = &node.group else {
            return Err(EditError::NoGroup {
                key: group.to_owned(),
            });
        };
        let Some((outer, key, around)) = self.around() else {
            return Ok(Vec::new());
        };
        let mut inner = Group {
            inputs: shown.inputs.clone(),
            outputs: shown.outputs.clone(),
            graph: Graph::default(), // its names suffice
        };
        // What the new group shows though nothing outside gives it: open pins, params of its own.
        let mut open: BTreeSet<String> = shown.inputs.keys().cloned().collect();
        open.retain(|name| !node.inputs.contains_key(name) && !node.params.contains_key(name));
        let mut edits = Vec::new();
        for (name, slots) in &around.inputs {
            let (moved, mut shown): (Vec<Slot>, Vec<Slot>) = slots
                .iter()
                .cloned()
                .partition(|slot| nodes.contains(&slot.node));
            let Some(first) = moved.first() else {
                continue;
            };
            let is_theirs = |slots: &[Slot]| slots.iter().all(|slot| moved.contains(slot));
            let spare = open.iter().filter(|name| is_theirs(&inner.inputs[*name]));
            let spare: Vec<String> = spare.cloned().collect();
            for name in &spare {
                open.remove(name);
                inner.inputs.shift_remove(name);
                edits.push(self.within(show_input(group, name, None)));
            }
            let through = inner.fresh_input(&first.slot);
            shown.push(Slot::new(group, &through));
            inner.inputs.insert(through.clone(), moved.clone());
            edits.push(self.within(show_input(group, &through, Some(moved))));
            edits.push(outer.within(show_input(key, name, Some(shown))));
        }
        for (name, source) in &around.outputs {
            if !nodes.contains(&source.node) {
                continue;
            }
            let known = inner.outputs.iter().find(|(_, shown)| *shown == source);
            let through = match known {
                Some((through, _)) => through.clone(),
                None => {
                    let through = inner.fresh_output(&source.pin);
                    inner.outputs.insert(through.clone(), source.clone());
                    edits.push(self.within(show_output(group, &through, Some(source.clone()))));
                    through
                }
            };
            let shown = Source {
                node: group.to_owned(),
                pin: through,
            };
            edits.push(outer.within(show_output(key, name, Some(shown))));
        }
        Ok(edits)
    }

    fn follow(&self, slots: Slots<'_>, output: Output<'_>) -> Vec<Edit> {
        let Some((outer, key, group)) = self.around() else {
            return Vec::new();
        };
        let mut edits = Vec::new();
        let (mut inputs, mut outputs) = (BTreeSet::new(), BTreeSet::new());
        for (name, old) in &group.inputs {
            let mut seen = BTreeSet::new();
            let new: Vec<Slot> = old.iter().flat_map(slots).collect();
            if new == *old {
                continue;
            }
            let new: Vec<Slot> = new
                .into_iter()
                .filter(|slot| seen.insert(slot.clone()))
                .collect();
            if new.is_empty() {
                inputs.insert(name.as_str());
            } else {
                edits.push(outer.within(show_input(key, name, Some(new))));
            }
        }
        for (name, old) in &group.outputs {
            match output(old) {
                Some(new) if new == *old => {}
                Some(new) => edits.push(outer.within(show_output(key, name, Some(new)))),
                None => {
                    outputs.insert(name.as_str());
                }
            }
        }
        edits.extend(outer.conceal(key, &inputs, &outputs));
        edits
    }

    /// Takes names away from what a group of this graph shows, with all that hangs on them.
    fn conceal(&self, key: &str, inputs: &BTreeSet<&str>, outputs: &BTreeSet<&str>) -> Vec<Edit> {
        if inputs.is_empty() && outputs.is_empty() {
            return Vec::new();
        }
        let parts = concealed(self.graph, key, inputs, outputs);
        let mut edits = vec![self.within(Edit::Batch(parts))];
        edits.extend(self.follow(
            &|slot| {
                let is_gone = slot.node == key && inputs.contains(slot.slot.as_str());
                (!is_gone).then(|| slot.clone()).into_iter().collect()
            },
            &|source| {
                let is_gone = source.node == key && outputs.contains(source.pin.as_str());
                (!is_gone).then(|| source.clone())
            },
        ));
        edits
    }
}

/// The edits on a group's own level that take names away from what it shows: their wires and values
/// go too.
pub(in crate::graph) fn concealed(
    graph: &Graph,
    key: &str,
    inputs: &BTreeSet<&str>,
    outputs: &BTreeSet<&str>,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut drawn = Drawn::default();
    if let Some(node) = graph.nodes.get(key) {
        for name in inputs {
            drawn.gone.insert(view::input(key, name));
            if node.inputs.contains_key(*name) {
                edits.push(Edit::disconnect(key, name));
            }
            if node.params.contains_key(*name) {
                edits.push(Edit::set(key, name, None));
            }
            edits.push(show_input(key, name, None));
        }
    }
    if !outputs.is_empty() {
        for (node, input, source) in wires(graph, |node| node == key) {
            if outputs.contains(source.pin.as_str()) {
                drawn.gone.insert(view::input(node, input));
                edits.push(Edit::disconnect(node, input));
            }
        }
    }
    edits.extend(outputs.iter().map(|name| show_output(key, name, None)));
    edits.extend(drawn.edits(&graph.view));
    edits
}

/// Says what an input of a group stands for.
pub(in crate::graph) fn show_input(group: &str, name: &str, slots: Option<Vec<Slot>>) -> Edit {
    Edit::SetGroupInput {
        node: group.to_owned(),
        name: name.to_owned(),
        slots,
        index: None,
    }
}

/// Says what an output of a group stands for.
pub(in crate::graph) fn show_output(group: &str, name: &str, source: Option<Source>) -> Edit {
    Edit::SetGroupOutput {
        node: group.to_owned(),
        name: name.to_owned(),
        source,
        index: None,
    }
}
