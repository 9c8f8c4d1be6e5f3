//! Takes a group apart: its nodes lie where it lay, wired and set as it was.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Group, GroupError, Slot};
use crate::graph::edit::{Edit, Graft, removal, wires};
use crate::graph::view::{Parts, input};
use crate::graph::{Graph, Mode, Node, Source};

/// Puts the nodes inside a group in its place. Returns their keys too.
///
/// # Errors
/// There is no such node, or it holds no graph.
pub fn ungroup(graph: &Graph, key: &str) -> Result<(Edit, Vec<String>), GroupError> {
    let Some((place, _, node)) = graph.nodes.get_full(key) else {
        return Err(GroupError::NoNode {
            key: key.to_owned(),
        });
    };
    let Some(group) = &node.group else {
        return Err(GroupError::NoGroup {
            key: key.to_owned(),
        });
    };
    let mut graft = Graft::new(graph, Some(key));
    // A wire that came from nowhere goes: outside there may be a node of such a key.
    let mut nodes = graft.nodes(&group.graph, &|_| false);
    let parting = Parting {
        graph,
        key,
        node,
        group,
        graft,
    };
    for (_, inner) in &mut nodes {
        if inner.mode == Mode::Active {
            inner.mode = node.mode;
        }
    }
    let moved = parting.restore(&mut nodes);
    let view = parting.graft.view(&group.graph, &nodes, parting.offset());
    let keys: Vec<String> = nodes.iter().map(|(key, _)| key.clone()).collect();

    let mut edits = Vec::new();
    let kept = parting.connect_outputs(&mut edits);
    edits.push(parting.follow());
    edits.extend(removal(graph, &BTreeSet::from([key]), &kept, moved));
    let added = nodes.into_iter().enumerate();
    edits.extend(added.map(|(i, (key, node))| Edit::AddNode {
        key,
        node,
        index: Some(place + i),
    }));
    edits.extend(view);
    Ok((Edit::Batch(edits), keys))
}

struct Parting<'a> {
    graph: &'a Graph,
    key: &'a str,
    node: &'a Node,
    group: &'a Group,
    graft: Graft<'a>,
}

impl<'a> Parting<'a> {
    /// What was wired to the group and set at it, at the inner nodes; returns where those wires
    /// ended and where they end now.
    fn restore(&self, nodes: &mut [(String, Node)]) -> Vec<(String, String)> {
        let mut moved = Vec::new();
        for name in self.group.inputs.keys() {
            let wire = self.node.inputs.get(name).map(|wire| self.wire(wire));
            let value = self.node.params.get(name);
            let slots = self.slots(name);
            for slot in &slots {
                let inner = nodes.iter_mut().find(|(key, _)| *key == slot.node);
                let Some((_, inner)) = inner else { continue };
                match (&wire, value) {
                    (Some(wire), _) => {
                        inner.inputs.insert(slot.slot.clone(), wire.clone());
                    }
                    (None, Some(value)) => {
                        inner.inputs.shift_remove(&slot.slot);
                        inner.params.insert(slot.slot.clone(), value.clone());
                    }
                    (None, None) => {}
                }
            }
            if let Some(first) = slots.first().filter(|_| wire.is_some()) {
                moved.push((input(self.key, name), first.to_string()));
            }
        }
        moved
    }

    /// A wire to the group; one that starts at the group itself starts at an inner node now.
    fn wire(&self, wire: &Json) -> Json {
        let source = wire.as_str().and_then(Source::parse);
        let own = source.filter(|source| source.node == self.key);
        let inner = own.and_then(|source| self.group.outputs.get(&source.pin));
        let inner = inner.and_then(|source| self.graft.renamed(source));
        inner.map_or_else(|| wire.clone(), |source| source.json())
    }

    /// The inner inputs that one of the group stood for, as they are called now.
    fn slots(&self, name: &str) -> Vec<Slot> {
        let slots = self.group.inputs.get(name).into_iter().flatten();
        slots
            .filter_map(|slot| Some(Slot::new(self.graft.names.get(&slot.node)?, &slot.slot)))
            .collect()
    }

    /// Lets wires from the group start at the inner nodes; returns those for which that was
    /// possible.
    fn connect_outputs(&self, edits: &mut Vec<Edit>) -> BTreeSet<(&'a str, &'a str)> {
        let mut kept = BTreeSet::new();
        for (node, input, source) in wires(self.graph, |node| node == self.key) {
            let inner = self.group.outputs.get(&source.pin);
            if let Some(source) = inner.and_then(|source| self.graft.renamed(source))
                && node != self.key
            {
                edits.push(Edit::connect(node, input, &source));
                kept.insert((node, input));
            }
        }
        kept
    }

    /// What the group around shows of this one, it shows of the inner nodes.
    fn follow(&self) -> Edit {
        let inputs = self.group.inputs.keys();
        let outputs = self.group.outputs.iter();
        Edit::FollowSlots {
            slots: inputs
                .map(|name| (Slot::new(self.key, name), self.slots(name)))
                .collect(),
            outputs: outputs
                .map(|(name, source)| {
                    let shown = Source {
                        node: self.key.to_owned(),
                        pin: name.clone(),
                    };
                    (shown, self.graft.renamed(source))
                })
                .collect(),
        }
    }

    /// The nodes' upper left corner goes to the group's.
    fn offset(&self) -> [f32; 2] {
        let inside = &self.group.graph;
        let nodes = Parts {
            nodes: inside.nodes.keys().cloned().collect(),
            ..Parts::default()
        };
        let corners = inside
            .view
            .corner_of(&nodes)
            .zip(self.graph.view.position(self.key));
        corners.map_or([0.0, 0.0], |([left, top], [x, y])| [x - left, y - top])
    }
}
