//! Takes nodes out of their wires: what came in goes on to where their outputs went, by the rule
//! for bypassed nodes.

use std::collections::{BTreeMap, BTreeSet};

use super::wires::wires;
use super::{Edit, removal};
use crate::graph::group::Slot;
use crate::graph::shape::Shape;
use crate::graph::{Graph, Source};
use crate::node::Catalog;

/// Removes nodes and keeps the wires that ran through them.
pub fn dissolve<'a>(
    graph: &Graph,
    catalog: Catalog,
    keys: impl IntoIterator<Item = &'a str>,
) -> Edit {
    let going: BTreeMap<&str, Option<Shape>> = keys
        .into_iter()
        .filter_map(|key| graph.nodes.get_key_value(key))
        .map(|(key, node)| (key.as_str(), Shape::of_node(node, catalog)))
        .collect();
    let keys: BTreeSet<&str> = going.keys().copied().collect();
    let through = Through { graph, going };

    let mut edits = Vec::new();
    let mut kept = BTreeSet::new();
    let mut slots: BTreeMap<Slot, Vec<Slot>> = BTreeMap::new();
    for (node, input, source) in wires(graph, |node| keys.contains(node)) {
        if keys.contains(node) {
            continue;
        }
        match through.start(&source) {
            Some(Start::Source(source)) => {
                edits.push(Edit::connect(node, input, &source));
                kept.insert((node, input));
            }
            // If the group around shows that input, it shows this one from now on.
            Some(Start::Open(open)) => slots.entry(open).or_default().push(Slot::new(node, input)),
            None => {}
        }
    }
    let outputs = through.outputs();
    edits.push(Edit::FollowSlots {
        slots: slots.into_iter().collect(),
        outputs,
    });
    edits.extend(removal(graph, &keys, &kept, Vec::new()));
    Edit::Batch(edits)
}

/// Where a wire starts that runs through nodes which go.
enum Start {
    /// At a node that stays.
    Source(Source),
    /// At an input without a wire.
    Open(Slot),
}

struct Through<'a> {
    graph: &'a Graph,
    going: BTreeMap<&'a str, Option<Shape>>,
}

impl Through<'_> {
    fn start(&self, source: &Source) -> Option<Start> {
        let mut source = source.clone();
        let mut seen = BTreeSet::new();
        while let Some(shape) = self.going.get(source.node.as_str()) {
            if !seen.insert(source.clone()) {
                return None;
            }
            let input = shape.as_ref()?.passed_on(&source.pin)?;
            let node = self.graph.nodes.get(&source.node)?;
            if !node.inputs.contains_key(input) {
                return Some(Start::Open(Slot::new(&source.node, input)));
            }
            source = node.source(input)?;
        }
        Some(Start::Source(source))
    }

    /// The outputs of the nodes that go, each with the one that takes its place.
    fn outputs(&self) -> Vec<(Source, Option<Source>)> {
        let mut outputs = Vec::new();
        for (key, shape) in &self.going {
            for pin in shape.iter().flat_map(|shape| &shape.outputs) {
                let source = Source {
                    node: (*key).to_owned(),
                    pin: pin.name.clone(),
                };
                let to = match self.start(&source) {
                    Some(Start::Source(to)) => Some(to),
                    Some(Start::Open(_)) | None => None,
                };
                outputs.push((source, to));
            }
        }
        outputs
    }
}
