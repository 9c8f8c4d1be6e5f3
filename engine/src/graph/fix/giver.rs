//! Finds what gives a value of some type: an output of the graph, or a node that could be inserted.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value as Json};

use super::Way;
use crate::graph::edit::Edit;
use crate::graph::shape::{PinShape, Shape};
use crate::graph::{Graph, Node, Source, key_for, value};
use crate::node::{Catalog, NodeSpec, PinSpec, Type};

/// How far to the left of its reader an inserted node lies, in points at 100 %.
const LEFT: f32 = 300.0;
/// The room that an inserted node needs.
const ROOM: [f32; 2] = [240.0, 150.0];

/// A graph seen from a node that lacks something.
pub(super) struct Scene<'a> {
    graph: &'a Graph,
    catalog: Catalog,
    key: &'a str,
    /// Every output from which a wire to the node would close no circle.
    outputs: Vec<Output<'a>>,
}

struct Output<'a> {
    key: &'a str,
    pin: PinShape,
    /// Whether no wire starts here yet.
    is_loose: bool,
}

/// A node that could be inserted.
struct Candidate {
    spec: &'static NodeSpec,
    /// The output that is wanted of it.
    output: &'static str,
    inputs: Map<String, Json>,
    /// Inputs and params that would still have to be seen to, then required inputs at all: the
    /// less, the likelier.
    cost: (usize, usize),
}

impl<'a> Scene<'a> {
    pub(super) fn new(graph: &'a Graph, catalog: Catalog, key: &'a str) -> Self {
        let (behind, wired) = (behind(graph, key), wired(graph));
        let mut outputs = Vec::new();
        for (key, node) in &graph.nodes {
            if behind.contains(key.as_str()) {
                continue;
            }
            let shape = Shape::of_node(node, catalog).unwrap_or_default();
            outputs.extend(shape.outputs.into_iter().map(|pin| Output {
                key,
                is_loose: !wired.contains(&(key.as_str(), pin.name.as_str())),
                pin,
            }));
        }
        Self {
            graph,
            catalog,
            key,
            outputs,
        }
    }

    /// Wires an unwired pin to the only output that can be meant, or to a new node.
    pub(super) fn givers(&self, pin: &PinShape) -> Vec<Way> {
        let here = self.output(pin.ty).map(|source| {
            let edit = Edit::connect(self.key, &pin.name, &source);
            (format!("Wire it to {source}"), edit)
        });
        let new = self.best(pin.ty, None).map(|new| {
            let label = format!("Insert {}", new.spec.title);
            (label, self.inserted(&pin.name, new))
        });
        here.into_iter().chain(new).collect()
    }

    /// Inserts the node that makes what is wanted out of what the wire brings.
    pub(super) fn between(&self, slot: &str, wanted: Type, source: &Source) -> Option<Way> {
        let output = self
            .outputs
            .iter()
            .find(|output| output.key == source.node && output.pin.name == source.pin)?;
        let new = self.best(wanted, Some((output.pin.ty, source)))?;
        let label = format!("Insert {} in between", new.spec.title);
        Some((label, self.inserted(slot, new)))
    }

    /// The only loose output of that type, else the only one at all.
    fn output(&self, wanted: Type) -> Option<Source> {
        let only = |loose: bool| {
            let mut fitting = self
                .outputs
                .iter()
                .filter(|output| output.pin.ty.fits(wanted) && (output.is_loose || !loose));
            fitting.next().filter(|_| fitting.next().is_none())
        };
        let output = only(true).or_else(|| only(false))?;
        Some(Source {
            node: output.key.to_owned(),
            pin: output.pin.name.clone(),
        })
    }

    /// The kind of node that is cheapest to insert, if one is cheaper than all others.
    fn best(&self, wanted: Type, through: Option<(Type, &Source)>) -> Option<Candidate> {
        let mut candidates: Vec<Candidate> = self
            .catalog
            .0
            .iter()
            .filter_map(|spec| self.candidate(spec, wanted, through))
            .collect();
        candidates.sort_by_key(|candidate| candidate.cost);
        let mut cheapest = candidates.into_iter();
        let best = cheapest.next()?;
        (cheapest.next().is_none_or(|second| second.cost > best.cost)).then_some(best)
    }

    fn candidate(
        &self,
        spec: &'static NodeSpec,
        wanted: Type,
        through: Option<(Type, &Source)>,
    ) -> Option<Candidate> {
        let gives = |pin: &&PinSpec| pin.ty.fits(wanted) && pin.carries.is_none();
        let output = spec.outputs.iter().find(gives)?;
        let mut through = through;
        let passes_on = |pin: &PinSpec| pin.required && pin.ty.fits(wanted);
        if through.is_none() && spec.inputs.iter().any(passes_on) {
            return None; // it would only move the hole
        }
        let mut inputs = Map::new();
        let mut unmet = 0;
        for pin in spec.inputs.iter().filter(|pin| pin.required) {
            let source = match through.take_if(|(ty, _)| ty.fits(pin.ty)) {
                Some((_, source)) => Some(source.clone()),
                None => self.output(pin.ty),
            };
            match source {
                Some(source) => {
                    inputs.insert(pin.name.to_owned(), Json::from(source.to_string()));
                }
                None => unmet += 1,
            }
        }
        if through.is_some() {
            return None; // it has no use for what the wire brings
        }
        let needs_a_value = spec
            .params
            .iter()
            .filter(|param| value::read(&param.kind, &value::json(&param.kind.default())).is_err());
        let cost = (unmet + needs_a_value.count(), inputs.len() + unmet);
        Some(Candidate {
            spec,
            output: output.name,
            inputs,
            cost,
        })
    }

    fn inserted(&self, slot: &str, new: Candidate) -> Edit {
        let key = key_for(self.graph, new.spec.id);
        let node = Node {
            is: new.spec.id.to_owned(),
            inputs: new.inputs,
            ..Node::default()
        };
        let source = Source {
            node: key.clone(),
            pin: new.output.to_owned(),
        };
        Edit::Batch(vec![
            Edit::add(&key, node, self.free_corner()),
            Edit::connect(self.key, slot, &source),
        ])
    }

    /// A place to the left of the node where nothing lies.
    fn free_corner(&self) -> [f32; 2] {
        let view = &self.graph.view;
        let [x, y] = view.position(self.key).unwrap_or_default();
        let is_free = |corner: &[f32; 2]| {
            self.graph.nodes.keys().all(|key| {
                view.position(key).is_none_or(|other| {
                    (other[0] - corner[0]).abs() > ROOM[0] || (other[1] - corner[1]).abs() > ROOM[1]
                })
            })
        };
        let corner = |row: u8| [x - LEFT, y + f32::from(row) * ROOM[1]];
        (0..20).map(corner).find(is_free).unwrap_or(corner(0))
    }
}

/// A node and all that depends on it.
fn behind<'a>(graph: &'a Graph, key: &'a str) -> BTreeSet<&'a str> {
    let mut readers: HashMap<&str, Vec<&str>> = HashMap::new();
    for reader in graph.nodes.keys() {
        for (_, source) in super::starts(graph, reader) {
            readers.entry(source).or_default().push(reader);
        }
    }
    let mut behind = BTreeSet::from([key]);
    let mut waiting = vec![key];
    while let Some(key) = waiting.pop() {
        for reader in readers.get(key).into_iter().flatten() {
            if behind.insert(reader) {
                waiting.push(reader);
            }
        }
    }
    behind
}

/// The outputs at which wires start, as node and pin.
fn wired(graph: &Graph) -> BTreeSet<(&str, &str)> {
    let wires = graph.nodes.values().flat_map(|node| node.inputs.values());
    wires
        .filter_map(|wire| wire.as_str()?.split_once('.'))
        .collect()
}
