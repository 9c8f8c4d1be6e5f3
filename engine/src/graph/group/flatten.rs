//! Spells groups out: one flat list of nodes, in which an inner node is called `outer/inner`.
//!
//! Only active groups are opened. A muted or bypassed one stays what it is, one node, to which the
//! rules for such nodes apply.

use std::borrow::Cow;
use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{Group, MAX_DEPTH};
use crate::graph::{Graph, Mode, Node, is_key, split};

/// Stands for a slash in names from files: there a slash is a mistake, and must not be taken for
/// one between a group and its node.
const NO_SLASH: &str = "\u{2215}";

/// The longest name of an output that is followed into groups, and the longest wire that groups hand
/// on, in bytes: one may have many ends, each of which gets a copy.
const MAX_NAME_BYTES: usize = 4_096;

/// The graph with its groups spelled out into nodes `outer/inner`, for all that cares about what
/// runs and not about how it is arranged. How it is drawn is left out.
pub fn flatten(graph: &Graph) -> Cow<'_, Graph> {
    let flat = Flat::of(graph);
    if !flat.has_groups() {
        return Cow::Borrowed(graph);
    }
    let nodes = flat.nodes.into_iter().filter(|(_, node)| !node.is_opened);
    Cow::Owned(Graph {
        nodes: nodes
            .map(|(key, node)| (key.into_owned(), node.into_node()))
            .collect(),
        ..Graph::default()
    })
}

/// A graph with its groups spelled out.
#[derive(Default)]
pub(in crate::graph) struct Flat<'a> {
    /// All nodes: an opened group first, then the nodes inside.
    pub(in crate::graph) nodes: IndexMap<Cow<'a, str>, FlatNode<'a>>,
    /// The opened groups, each with the wires that its outputs stand for.
    pub(in crate::graph) ends: Vec<(String, Vec<Json>)>,
}

/// One node of it.
pub(in crate::graph) struct FlatNode<'a> {
    /// The node as the file has it.
    pub(in crate::graph) node: &'a Node,
    wires: Wires<'a>,
    /// Values that the groups around give to its params.
    values: Vec<(&'a str, &'a Json)>,
    /// Whether it is a group whose nodes follow.
    pub(in crate::graph) is_opened: bool,
}

/// The wires of a node, with flat keys and past the borders of groups.
enum Wires<'a> {
    /// As the file has them.
    Own(&'a Map<String, Json>),
    /// By the names of their inputs, which are few.
    Flat(Vec<(&'a str, Cow<'a, Json>)>),
}

/// What a group gives to an input of an inner node.
#[derive(Clone)]
enum Given<'a> {
    Wire(Json),
    Value(&'a Json),
}

/// What a group gives, by the inner nodes' keys.
type Gifts<'a> = HashMap<&'a str, Vec<(&'a str, Given<'a>)>>;

/// A wire as groups hand it on to inner nodes; one that is too long is none.
fn handed_on(wire: &Json) -> Json {
    let bytes = match wire {
        Json::String(text) => text.len(),
        other @ (Json::Null
        | Json::Bool(_)
        | Json::Number(_)
        | Json::Array(_)
        | Json::Object(_)) => other.to_string().len(),
    };
    if bytes <= MAX_NAME_BYTES {
        wire.clone()
    } else {
        Json::Null
    }
}

/// A graph inside groups.
#[derive(Clone)]
struct Level<'a> {
    graph: &'a Graph,
    /// What flat keys begin with here.
    prefix: String,
    /// How many groups lie around it.
    depth: usize,
}

impl<'a> Flat<'a> {
    pub(in crate::graph) fn of(graph: &'a Graph) -> Self {
        let top = Level {
            graph,
            prefix: String::new(),
            depth: 0,
        };
        let mut flat = Self::default();
        flat.nodes.reserve(graph.nodes.len());
        let mut nodes = graph.nodes.iter();
        if nodes.any(|(key, node)| top.opens(key, node).is_some()) {
            flat.add(&top, Gifts::new());
        } else {
            let nodes = graph.nodes.iter();
            let nodes = nodes.map(|(key, node)| (Cow::Borrowed(key.as_str()), FlatNode::of(node)));
            flat.nodes.extend(nodes);
        }
        flat
    }

    /// Whether there are groups that have been opened.
    pub(in crate::graph) fn has_groups(&self) -> bool {
        !self.ends.is_empty()
    }

    /// Whether every part of a flat key keeps the rule for keys.
    pub(in crate::graph) fn is_key(&self, key: &str) -> bool {
        if self.has_groups() {
            key.split('/').all(is_key)
        } else {
            is_key(key)
        }
    }

    fn add(&mut self, level: &Level<'a>, mut gifts: Gifts<'a>) {
        for (key, node) in &level.graph.nodes {
            let flat_key = level.key(key);
            let mut flat = FlatNode::of(node);
            flat.wires = level.wires(&node.inputs);
            for (slot, given) in gifts.remove(key.as_str()).unwrap_or_default() {
                flat.take(slot, given);
            }
            let Some(group) = level.opens(key, node) else {
                self.nodes.insert(Cow::Owned(flat_key), flat);
                continue;
            };
            let inner = level.inside(key, group);
            let gifts = flat.gifts(group);
            flat.is_opened = true;
            self.nodes.insert(Cow::Owned(flat_key.clone()), flat);
            let outputs = group.outputs.values();
            self.ends.push((
                flat_key,
                outputs
                    .map(|source| inner.source(&source.node, &source.pin))
                    .collect(),
            ));
            self.add(&inner, gifts);
        }
    }
}

impl<'a> Level<'a> {
    /// The group in a node, if it is one that is opened.
    fn opens(&self, key: &str, node: &'a Node) -> Option<&'a Group> {
        let is_open = node.mode == Mode::Active && self.depth < MAX_DEPTH && is_key(key);
        node.as_group().filter(|_| is_open)
    }

    fn inside(&self, key: &str, group: &'a Group) -> Self {
        Self {
            graph: &group.graph,
            prefix: format!("{}{key}/", self.prefix),
            depth: self.depth + 1,
        }
    }

    fn key(&self, key: &str) -> String {
        if key.contains('/') {
            format!("{}{}", self.prefix, key.replace('/', NO_SLASH))
        } else {
            format!("{}{key}", self.prefix)
        }
    }

    /// Wires as they are called outside of all groups; what is no wire stays as it is.
    fn wires(&self, inputs: &'a Map<String, Json>) -> Wires<'a> {
        let reaches_inside = |wire: &Json| {
            let source = wire.as_str().and_then(split);
            source.is_some_and(|(node, _)| node.contains('/') || self.opened(node).is_some())
        };
        if self.depth == 0 && !inputs.values().any(reaches_inside) {
            return Wires::Own(inputs);
        }
        let wire = |(name, wire): (&'a String, &'a Json)| {
            let flat = match wire.as_str().and_then(split) {
                Some((node, pin)) => Cow::Owned(self.source(node, pin)),
                None => Cow::Borrowed(wire),
            };
            (name.as_str(), flat)
        };
        Wires::Flat(inputs.iter().map(wire).collect())
    }

    /// The group of that key, if it is one that is opened.
    fn opened(&self, key: &str) -> Option<&'a Group> {
        self.opens(key, self.graph.nodes.get(key)?)
    }

    /// The output behind an output of this level: inside an opened group, the one that it stands
    /// for. One that stands for nothing stays an output of the group, which has none of that name.
    fn source(&self, node: &str, pin: &str) -> Json {
        if let Some(group) = self.opened(node)
            && let Some(inner) = group.outputs.get(pin)
            && group.graph.nodes.contains_key(&inner.node)
            && inner.node.len() + inner.pin.len() <= MAX_NAME_BYTES
        {
            return self.inside(node, group).source(&inner.node, &inner.pin);
        }
        Json::String(format!("{}.{pin}", self.key(node)))
    }
}

impl<'a> FlatNode<'a> {
    fn of(node: &'a Node) -> Self {
        Self {
            node,
            wires: Wires::Own(&node.inputs),
            values: Vec::new(),
            is_opened: false,
        }
    }

    /// What an input is wired to, with a flat key and past the borders of groups.
    pub(in crate::graph) fn wire(&self, input: &str) -> Option<&Json> {
        match &self.wires {
            Wires::Own(wires) => wires.get(input),
            Wires::Flat(wires) => {
                let mut wires = wires.iter();
                wires.find_map(|(name, wire)| (*name == input).then_some(wire.as_ref()))
            }
        }
    }

    /// A param's value, if the file or a group around gives one.
    pub(in crate::graph) fn value(&self, param: &str) -> Option<&'a Json> {
        let given = self.values.iter().rev().find(|(name, _)| *name == param);
        given.map_or_else(|| self.node.params.get(param), |(_, value)| Some(*value))
    }

    fn take(&mut self, slot: &'a str, given: Given<'a>) {
        self.wires.remove(slot);
        match given {
            Given::Wire(wire) => self.wires.list().push((slot, Cow::Owned(wire))),
            Given::Value(value) => self.values.push((slot, value)),
        }
    }

    /// What this group gives to its nodes.
    fn gifts(&self, group: &'a Group) -> Gifts<'a> {
        let mut gifts = Gifts::new();
        for (name, slots) in &group.inputs {
            let given = match (self.wire(name), self.value(name)) {
                (Some(wire), _) => Given::Wire(handed_on(wire)),
                (None, Some(value)) => Given::Value(value),
                (None, None) => continue,
            };
            for slot in slots {
                let to_node = gifts.entry(slot.node.as_str()).or_default();
                to_node.push((&slot.slot, given.clone()));
            }
        }
        gifts
    }

    fn into_node(self) -> Node {
        let mut node = self.node.clone();
        if let Wires::Flat(wires) = self.wires {
            let wires = wires.into_iter();
            node.inputs = wires
                .map(|(name, wire)| (name.to_owned(), wire.into_owned()))
                .collect();
        }
        for (name, value) in self.values {
            node.params.insert(name.to_owned(), value.clone());
        }
        node
    }
}

impl<'a> Wires<'a> {
    fn list(&mut self) -> &mut Vec<(&'a str, Cow<'a, Json>)> {
        if let Self::Own(wires) = *self {
            let wires = wires.iter();
            *self = Self::Flat(
                wires
                    .map(|(name, wire)| (name.as_str(), Cow::Borrowed(wire)))
                    .collect(),
            );
        }
        match self {
            Self::Flat(wires) => wires,
            Self::Own(_) => unreachable!("it has just been made a list"),
        }
    }

    fn remove(&mut self, input: &str) {
        let is_there = match self {
            Self::Own(wires) => wires.contains_key(input),
            Self::Flat(wires) => wires.iter().any(|(name, _)| *name == input),
        };
        if is_there {
            self.list().retain(|(name, _)| *name != input);
        }
    }
}
