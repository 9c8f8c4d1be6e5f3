//! Wires, and what the view says of them: a wire that goes takes its route and its badge along, one
//! that ends elsewhere keeps them.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::Edit;
use crate::graph::group::Slot;
use crate::graph::view::{self, HIDDEN, REROUTES, ROUTES};
use crate::graph::{Graph, Source, View};

/// Takes the wire from an input, with what the view says of it and the reroutes that no other wire
/// runs through.
pub fn cut(graph: &Graph, node: &str, input: &str) -> Edit {
    let drawn = Drawn {
        gone: BTreeSet::from([view::input(node, input)]),
        moved: Vec::new(),
    };
    let mut edits = vec![Edit::disconnect(node, input)];
    edits.extend(drawn.edits(&graph.view));
    Edit::Batch(edits)
}

/// Lays a wire straight to an input. One that was there goes, with what the view said of it.
pub fn lay(graph: &Graph, from: &Source, to: &Slot) -> Edit {
    let edits = vec![
        cut(graph, &to.node, &to.slot),
        Edit::connect(&to.node, &to.slot, from),
    ];
    Edit::Batch(edits)
}

/// Lets the wire that ends at one input end at another; its route and its badge stay with it. A
/// wire that was there goes.
pub fn rewire(graph: &Graph, from: &Slot, to: &Slot) -> Edit {
    let node = graph.nodes.get(&from.node);
    let Some(wire) = node.and_then(|node| node.inputs.get(&from.slot)) else {
        return Edit::Batch(Vec::new());
    };
    if from == to {
        return Edit::Batch(Vec::new());
    }
    let Edit::Batch(mut edits) = cut(graph, &to.node, &to.slot) else {
        return Edit::Batch(Vec::new());
    };
    edits.push(Edit::wire(&to.node, &to.slot, Some(wire.clone())));
    edits.push(Edit::disconnect(&from.node, &from.slot));
    let drawn = Drawn {
        gone: BTreeSet::new(),
        moved: vec![(from.to_string(), to.to_string())],
    };
    edits.extend(drawn.edits(&graph.view));
    Edit::Batch(edits)
}

/// The wires that start at a node for which `wanted` holds, as (node, input, source).
pub(in crate::graph) fn wires(
    graph: &Graph,
    wanted: impl Fn(&str) -> bool,
) -> Vec<(&str, &str, Source)> {
    let mut wires = Vec::new();
    for (key, node) in &graph.nodes {
        for (input, value) in &node.inputs {
            let source = value.as_str().and_then(crate::graph::split);
            if let Some((node, pin)) = source.filter(|(node, _)| wanted(node)) {
                let source = Source {
                    node: node.to_owned(),
                    pin: pin.to_owned(),
                };
                wires.push((key.as_str(), input.as_str(), source));
            }
        }
    }
    wires
}

/// Wires as the view knows them, by the inputs at which they end (`"node.slot"`).
#[derive(Default)]
pub(in crate::graph) struct Drawn {
    /// Those that go.
    pub(in crate::graph) gone: BTreeSet<String>,
    /// Those that end elsewhere from now on, with where.
    pub(in crate::graph) moved: Vec<(String, String)>,
}

impl Drawn {
    /// What has to be changed in the view.
    pub(in crate::graph) fn edits(&self, view: &View) -> Vec<Edit> {
        let mut edits = Vec::new();
        for member in [ROUTES, HIDDEN] {
            for (from, to) in &self.moved {
                if let Some((index, value)) = entry(view, member, from) {
                    edits.push(Edit::SetViewItem {
                        member: member.to_owned(),
                        key: to.clone(),
                        value: Some(value.clone()),
                        index: Some(index),
                    });
                    edits.push(Edit::item(member, from, None));
                }
            }
            let gone = self.gone.iter();
            let known = gone.filter(|input| view.item(member, input).is_some());
            edits.extend(known.map(|input| Edit::item(member, input, None)));
        }
        let lone = lone_reroutes(view, &self.gone);
        edits.extend(lone.into_iter().map(|id| Edit::item(REROUTES, id, None)));
        edits
    }
}

fn entry<'a>(view: &'a View, member: &str, id: &str) -> Option<(usize, &'a Json)> {
    let value = view.item(member, id)?;
    Some((view.ids(member).position(|other| other == id)?, value))
}

/// The reroutes that only wires to these inputs run through.
fn lone_reroutes<'a>(view: &'a View, inputs: &BTreeSet<String>) -> Vec<&'a str> {
    let mut theirs = BTreeSet::new();
    for input in inputs {
        if let Some(last) = view.item(ROUTES, input).and_then(Json::as_str) {
            mark(view, last, &mut theirs);
        }
    }
    if theirs.is_empty() {
        return Vec::new();
    }
    let mut others = BTreeSet::new();
    let routes = view.rest.get(ROUTES).and_then(Json::as_object);
    for (input, last) in routes.into_iter().flat_map(Map::iter) {
        if let Some(last) = last.as_str().filter(|_| !inputs.contains(input)) {
            mark(view, last, &mut others);
        }
    }
    for id in view.ids(REROUTES).filter(|id| !theirs.contains(id)) {
        mark(view, id, &mut others);
    }
    theirs.difference(&others).copied().collect()
}

/// Notes a reroute and all before it, up to one that has been noted already.
pub(in crate::graph) fn mark<'a>(view: &'a View, last: &'a str, seen: &mut BTreeSet<&'a str>) {
    let mut next = Some(last);
    while let Some(id) = next {
        let Some(reroute) = view.item(REROUTES, id) else {
            return;
        };
        if !seen.insert(id) {
            return;
        }
        next = reroute.get("after").and_then(Json::as_str);
    }
}
