//! What a node looks like from outside, be it of a kind or a group: its pins, params and outputs
//! with their types.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::Value as Json;

use super::group::Group;
use super::{Graph, Mode, Node};
use crate::node::{Catalog, NodeSpec, ParamSpec, PinSpec, Type};

/// A node from outside.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// Its kind; a group has none.
    pub spec: Option<&'static NodeSpec>,
    /// Input pins.
    pub inputs: Vec<PinShape>,
    /// Params.
    pub params: Vec<ParamShape>,
    /// Output pins.
    pub outputs: Vec<PinShape>,
}

/// A pin of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PinShape {
    /// Its name on this node.
    pub name: String,
    /// What the wire carries.
    pub ty: Type,
    /// One sentence for people.
    pub doc: &'static str,
    /// Whether the node cannot run without it (inputs only).
    pub required: bool,
}

/// A param of it.
#[derive(Clone, Debug)]
pub struct ParamShape {
    /// Its name on this node.
    pub name: String,
    /// What it holds.
    pub spec: &'static ParamSpec,
}

impl Shape {
    /// The shape of a graph's node; `None` if its kind is unknown or its inside cannot be read.
    pub fn of(graph: &Graph, key: &str, catalog: Catalog) -> Option<Self> {
        Self::of_node(graph.nodes.get(key)?, catalog)
    }

    /// The shape of a node.
    pub fn of_node(node: &Node, catalog: Catalog) -> Option<Self> {
        match node.as_group() {
            Some(group) => Some(Self::of_group(group, catalog)),
            None => catalog.get(&node.is).map(Self::of_kind),
        }
    }

    /// The input pin of that name.
    pub fn input(&self, name: &str) -> Option<&PinShape> {
        self.inputs.iter().find(|pin| pin.name == name)
    }

    /// The param of that name.
    pub fn param(&self, name: &str) -> Option<&ParamShape> {
        self.params.iter().find(|param| param.name == name)
    }

    /// The output of that name.
    pub fn output(&self, name: &str) -> Option<&PinShape> {
        self.outputs.iter().find(|pin| pin.name == name)
    }

    /// The input whose value an output gives while the node is bypassed: the k-th output of a type
    /// stands for the k-th input of that type.
    pub fn passed_on(&self, output: &str) -> Option<&str> {
        let at = self.outputs.iter().position(|pin| pin.name == output)?;
        let ty = self.outputs.get(at)?.ty;
        let is_same = |pin: &&PinShape| pin.ty == ty;
        let k = self.outputs.iter().take(at).filter(is_same).count();
        let input = self.inputs.iter().filter(is_same).nth(k)?;
        Some(&input.name)
    }

    /// [`Self::passed_on`] for all outputs that have such an input.
    pub(super) fn passes(&self) -> HashMap<String, String> {
        let mut inputs: BTreeMap<Type, VecDeque<&str>> = BTreeMap::new();
        for pin in &self.inputs {
            inputs.entry(pin.ty).or_default().push_back(&pin.name);
        }
        let mut passes = HashMap::new();
        for pin in &self.outputs {
            if let Some(input) = inputs.get_mut(&pin.ty).and_then(VecDeque::pop_front) {
                passes.insert(pin.name.clone(), input.to_owned());
            }
        }
        passes
    }

    fn of_kind(spec: &'static NodeSpec) -> Self {
        let pins = |pins: &'static [PinSpec]| {
            let pins = pins.iter();
            pins.map(|pin| PinShape::new(pin.name, pin)).collect()
        };
        let params = spec.params.iter();
        Self {
            spec: Some(spec),
            inputs: pins(spec.inputs),
            params: params
                .map(|spec| ParamShape {
                    name: spec.name.to_owned(),
                    spec,
                })
                .collect(),
            outputs: pins(spec.outputs),
        }
    }

    /// Inner nodes are looked at once each: what a group shows may fan out at every level.
    fn of_group(group: &Group, catalog: Catalog) -> Self {
        let mut inner = Inner {
            graph: &group.graph,
            catalog,
            shapes: BTreeMap::new(),
        };
        let mut shape = Self::default();
        for (name, slots) in &group.inputs {
            let mut seen: Option<Seen> = None;
            for slot in slots {
                let found = inner.input(&slot.node, &slot.slot);
                match (&mut seen, found) {
                    (Some(Seen::Pin(pin)), Some(Seen::Pin(other))) => {
                        pin.required |= other.required;
                    }
                    (None, found) => seen = found,
                    (Some(_), _) => {}
                }
            }
            match seen {
                Some(Seen::Pin(pin)) => shape.inputs.push(pin.named(name)),
                Some(Seen::Param(spec)) => shape.params.push(ParamShape {
                    name: name.clone(),
                    spec,
                }),
                None => {}
            }
        }
        for (name, source) in &group.outputs {
            let found = inner.shape(&source.node);
            if let Some(pin) = found.and_then(|shape| shape.output(&source.pin)) {
                shape.outputs.push(pin.clone().named(name));
            }
        }
        shape
    }
}

/// The value that the window shows for a param: the node's own, else that of the inner node which
/// a group's param stands for. `None` is the default.
pub fn value<'a>(graph: &'a Graph, key: &str, param: &str) -> Option<&'a Json> {
    value_of(graph.nodes.get(key)?, param)
}

fn value_of<'a>(node: &'a Node, param: &str) -> Option<&'a Json> {
    if let Some(own) = node.params.get(param) {
        return Some(own);
    }
    let group = node.as_group()?;
    // One slot only: if all were followed, each level could multiply the work.
    let (inner, slot) = group
        .inputs
        .get(param)?
        .iter()
        .find_map(|slot| Some((group.graph.nodes.get(&slot.node)?, slot)))?;
    value_of(inner, &slot.slot)
}

/// What a slot of an inner node is.
enum Seen {
    Pin(PinShape),
    Param(&'static ParamSpec),
}

/// The nodes inside a group, each with its shape once it has been asked for.
struct Inner<'a> {
    graph: &'a Graph,
    catalog: Catalog,
    shapes: BTreeMap<&'a str, Option<Shape>>,
}

impl<'a> Inner<'a> {
    fn shape(&mut self, key: &'a str) -> Option<&Shape> {
        let (graph, catalog) = (self.graph, self.catalog);
        self.shapes
            .entry(key)
            .or_insert_with(|| Shape::of(graph, key, catalog))
            .as_ref()
    }

    fn input(&mut self, key: &'a str, slot: &str) -> Option<Seen> {
        // What has a wire inside, or does not run, needs none from outside.
        let needs_wire = self
            .graph
            .nodes
            .get(key)
            .is_some_and(|node| node.mode == Mode::Active && !node.inputs.contains_key(slot));
        let shape = self.shape(key)?;
        if let Some(pin) = shape.input(slot) {
            let mut pin = pin.clone();
            pin.required &= needs_wire;
            return Some(Seen::Pin(pin));
        }
        shape.param(slot).map(|param| Seen::Param(param.spec))
    }
}

impl PinShape {
    fn new(name: &str, spec: &'static PinSpec) -> Self {
        Self {
            name: name.to_owned(),
            ty: spec.ty,
            doc: spec.doc,
            required: spec.required,
        }
    }

    fn named(self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
