//! Makes one node of several.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{GROUP, Group, GroupError, MAX_DEPTH, Slot};
use crate::graph::edit::{Edit, fragment, mark, removal, wires};
use crate::graph::shape::Shape;
use crate::graph::view::{HIDDEN, Look, Parts, REROUTES, ROUTES, input};
use crate::graph::{Graph, Node, Source, is_key, unique_key};
use crate::node::{Catalog, ParamKind};

/// Makes a group of some nodes. Every wire that crosses its border shows as a pin or param, and so
/// does every required input that has no wire yet, and every param that people set anew for each
/// picture; what the group around shows of the nodes shows through the new one. Returns the new
/// node's key too, which is made of `name`.
///
/// # Errors
/// There are no such nodes, or a path of wires leaves them and returns, or groups would lie too
/// deep in each other.
pub fn make(
    graph: &Graph,
    keys: &BTreeSet<String>,
    name: &str,
    catalog: Catalog,
) -> Result<(Edit, String), GroupError> {
    let nodes = graph.nodes.iter().filter(|(key, _)| keys.contains(*key));
    let nodes: IndexMap<&str, &Node> = nodes.map(|(key, node)| (key.as_str(), node)).collect();
    if nodes.is_empty() {
        return Err(GroupError::Empty);
    }
    if let Some(key) = nodes.keys().find(|key| !is_key(key)) {
        return Err(GroupError::BadKey {
            key: (*key).to_owned(),
        });
    }
    if nodes.values().any(|node| node.depth() >= MAX_DEPTH) {
        return Err(GroupError::TooDeep);
    }
    if let Some(through) = way_back(graph, &nodes) {
        return Err(GroupError::Circle { through });
    }
    let key = unique_key(graph, if name.trim().is_empty() { GROUP } else { name });
    let border = Border::of(graph, &nodes, catalog);
    Ok((Edit::Batch(border.edits(graph, name, &key)), key))
}

/// The first node on a path of wires that leaves some nodes and returns to them.
fn way_back(graph: &Graph, nodes: &IndexMap<&str, &Node>) -> Option<String> {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let all = wires(graph, |_| true);
    for (node, _, source) in &all {
        users.entry(&source.node).or_default().push(node);
    }
    let users = |key: &str| users.get(key).into_iter().flatten().copied();
    let outside = nodes.keys().flat_map(|key| users(key));
    let mut seen = BTreeSet::new();
    for first in outside.filter(|key| !nodes.contains_key(*key)) {
        let mut waiting = vec![first];
        // What an earlier start has seen does not return.
        while let Some(key) = waiting.pop() {
            if nodes.contains_key(key) {
                return Some(first.to_owned());
            }
            if seen.insert(key) {
                waiting.extend(users(key));
            }
        }
    }
    None
}

/// Whether people set such a param anew for each picture.
fn is_set_anew(kind: &ParamKind) -> bool {
    match kind {
        ParamKind::Text { multiline, .. } => *multiline,
        ParamKind::Seed { .. } | ParamKind::File { .. } => true,
        ParamKind::Int { .. }
        | ParamKind::Float { .. }
        | ParamKind::Choice { .. }
        | ParamKind::Color { .. }
        | ParamKind::Flag { .. } => false,
    }
}

/// The wires that cross the border of a group to be.
struct Border<'a> {
    nodes: &'a IndexMap<&'a str, &'a Node>,
    group: Group,
    /// The wires of the new node.
    inputs: Map<String, Json>,
    /// Where wires go from the group's outputs: (node, input, output).
    outside: Vec<(&'a str, &'a str, String)>,
    /// The inner inputs that get theirs from outside, each with the new node's.
    crossing: Vec<(Slot, String)>,
}

impl<'a> Border<'a> {
    fn of(graph: &'a Graph, nodes: &'a IndexMap<&'a str, &'a Node>, catalog: Catalog) -> Self {
        let keys = nodes.keys().map(|key| (*key).to_owned()).collect();
        let nothing = BTreeSet::new();
        let mut border = Self {
            nodes,
            group: Group {
                graph: fragment(graph, &keys, &nothing, &nothing),
                ..Group::default()
            },
            inputs: Map::new(),
            outside: Vec::new(),
            crossing: Vec::new(),
        };
        border.cross_inwards();
        border.cross_outwards(graph);
        border.show_open_pins(catalog);
        border.show_own_params(catalog);
        border.draw_inside();
        border
    }

    /// Wires from one source share one pin.
    fn cross_inwards(&mut self) {
        let mut shared: IndexMap<Source, String> = IndexMap::new();
        for (key, node) in self.nodes {
            for name in node.inputs.keys().filter(|name| !name.is_empty()) {
                let source = node.source(name);
                let Some(source) = source.filter(|source| !self.nodes.contains_key(&*source.node))
                else {
                    continue;
                };
                let slot = Slot::new(key, name);
                let wire = source.json();
                let group = &self.group;
                let shown = shared
                    .entry(source)
                    .or_insert_with(|| group.fresh_input(name))
                    .clone();
                let slots = self.group.inputs.entry(shown.clone()).or_default();
                slots.push(slot.clone());
                if let Some(inner) = self.group.graph.nodes.get_mut(*key) {
                    inner.inputs.shift_remove(name);
                }
                self.inputs.insert(shown.clone(), wire);
                self.crossing.push((slot, shown));
            }
        }
    }

    fn cross_outwards(&mut self, graph: &'a Graph) {
        let nodes = self.nodes;
        for (node, input, source) in wires(graph, |node| nodes.contains_key(node)) {
            if nodes.contains_key(node) {
                continue;
            }
            let known = self
                .group
                .outputs
                .iter()
                .find(|(_, shown)| **shown == source);
            let shown = match known {
                Some((shown, _)) => shown.clone(),
                None => {
                    let shown = self.group.fresh_output(&source.pin);
                    self.group.outputs.insert(shown.clone(), source);
                    shown
                }
            };
            self.outside.push((node, input, shown));
        }
    }

    /// A required input without a wire could not get one any more.
    fn show_open_pins(&mut self, catalog: Catalog) {
        for (key, node) in self.nodes {
            let shape = Shape::of_node(node, catalog).unwrap_or_default();
            let open = shape.inputs.into_iter();
            for pin in open.filter(|pin| pin.required && !node.inputs.contains_key(&pin.name)) {
                let shown = self.group.fresh_input(&pin.name);
                let slot = Slot::new(key, &pin.name);
                self.group.inputs.insert(shown, vec![slot]);
            }
        }
    }

    /// Prompts, seeds and files: what a picture is told by. Those of one name are called after their
    /// nodes too.
    fn show_own_params(&mut self, catalog: Catalog) {
        let mut shown: Vec<Slot> = Vec::new();
        for (key, node) in self.nodes {
            let shape = Shape::of_node(node, catalog).unwrap_or_default();
            let own = shape.params.into_iter().filter(|param| {
                is_set_anew(&param.spec.kind) && !node.inputs.contains_key(&param.name)
            });
            shown.extend(own.map(|param| Slot::new(key, &param.name)));
        }
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for slot in &shown {
            *named.entry(slot.slot.clone()).or_default() += 1;
        }
        for slot in shown {
            let base = match named.get(&slot.slot) {
                Some(1) => slot.slot.clone(),
                Some(_) | None => format!("{}_{}", slot.node, slot.slot),
            };
            let name = self.group.fresh_input(&base);
            self.group.inputs.insert(name, vec![slot]);
        }
    }

    /// Ways of crossing wires stay outside, those of inner ones go inside.
    fn draw_inside(&mut self) {
        let view = &mut self.group.graph.view;
        for (slot, _) in &self.crossing {
            for member in [ROUTES, HIDDEN] {
                if let Some(Json::Object(items)) = view.rest.get_mut(member) {
                    items.shift_remove(&slot.to_string());
                }
            }
        }
        let mut used = BTreeSet::new();
        for id in view.ids(ROUTES) {
            if let Some(last) = view.item(ROUTES, id).and_then(Json::as_str) {
                mark(view, last, &mut used);
            }
        }
        let used: BTreeSet<String> = used.into_iter().map(str::to_owned).collect();
        if let Some(Json::Object(items)) = view.rest.get_mut(REROUTES) {
            items.retain(|id, _| used.contains(id));
        }
        view.rest
            .retain(|_, items| items.as_object().is_none_or(|items| !items.is_empty()));
    }

    fn edits(self, graph: &Graph, name: &str, key: &str) -> Vec<Edit> {
        let keys: BTreeSet<&str> = self.nodes.keys().copied().collect();
        let place = keys
            .iter()
            .filter_map(|key| graph.nodes.get_index_of(*key))
            .min();
        let mut edits = Vec::new();
        let mut kept = BTreeSet::new();
        for (node, input, output) in &self.outside {
            let source = Source {
                node: key.to_owned(),
                pin: output.clone(),
            };
            edits.push(Edit::connect(node, input, &source));
            kept.insert((*node, *input));
        }
        // The way to a pin that wires share is that of the first.
        let mut seen = BTreeSet::new();
        let crossing = self.crossing.into_iter();
        let moved = crossing
            .filter(|(_, shown)| seen.insert(shown.clone()))
            .map(|(slot, shown)| (slot.to_string(), input(key, &shown)))
            .collect();
        let parts = Parts {
            nodes: keys.iter().map(|key| (*key).to_owned()).collect(),
            ..Parts::default()
        };
        let corner = graph.view.corner_of(&parts);
        let removed = removal(graph, &keys, &kept, moved).into_iter();
        // What the group around shows of the nodes is not gone: it follows them.
        edits.extend(removed.filter(|edit| !matches!(edit, Edit::FollowNodes { .. })));
        edits.push(Edit::AddNode {
            key: key.to_owned(),
            node: Node {
                is: GROUP.to_owned(),
                inputs: self.inputs,
                group: Some(Box::new(self.group)),
                ..Node::default()
            },
            index: place,
        });
        let mut look = Look {
            at: corner,
            ..Look::default()
        };
        // A name that keys cannot spell is the title.
        if !name.trim().is_empty() && !is_key(name) {
            look.title = Some(name.trim().to_owned());
        }
        edits.push(Edit::look(key, look.json()));
        edits.push(Edit::FollowNodes {
            nodes: parts.nodes,
            into: Some(key.to_owned()),
        });
        edits
    }
}
