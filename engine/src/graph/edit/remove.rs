//! Takes nodes away, and renames them, with all that names them on their level.

use std::collections::BTreeSet;

use super::Edit;
use super::wires::{Drawn, wires};
use crate::graph::view::{self, HIDDEN, ROUTES};
use crate::graph::{Graph, Source};

/// Removes nodes with what the view says of them, the wires that start at them, and what the group
/// around shows of them.
pub fn remove<'a>(graph: &Graph, keys: impl IntoIterator<Item = &'a str>) -> Edit {
    let keys: BTreeSet<&str> = keys
        .into_iter()
        .filter(|key| graph.nodes.contains_key(*key))
        .collect();
    Edit::Batch(removal(graph, &keys, &BTreeSet::new(), Vec::new()))
}

/// As [`remove`]; the inputs in `kept` (node and input) lose no wire, for they have been wired anew,
/// and wires that `moved` (from one input to another, as the view names them) keep their ways.
pub(in crate::graph) fn removal(
    graph: &Graph,
    keys: &BTreeSet<&str>,
    kept: &BTreeSet<(&str, &str)>,
    moved: Vec<(String, String)>,
) -> Vec<Edit> {
    let mut drawn = Drawn {
        gone: BTreeSet::new(),
        moved,
    };
    for member in [ROUTES, HIDDEN] {
        let theirs = graph.view.inputs_of(member, |node| keys.contains(node));
        drawn.gone.extend(theirs.map(str::to_owned));
    }
    for (from, _) in &drawn.moved {
        drawn.gone.remove(from);
    }
    let mut edits = Vec::new();
    for (node, input, _) in wires(graph, |source| keys.contains(source)) {
        // Wires among them go with their nodes.
        if !keys.contains(node) && !kept.contains(&(node, input)) {
            edits.push(Edit::disconnect(node, input));
            drawn.gone.insert(view::input(node, input));
        }
    }
    edits.extend(drawn.edits(&graph.view));
    for key in keys {
        if graph.view.nodes.contains_key(*key) {
            edits.push(Edit::look(key, None));
        }
        edits.push(Edit::TakeNode {
            key: (*key).to_owned(),
        });
    }
    edits.push(Edit::FollowNodes {
        nodes: keys.iter().map(|key| (*key).to_owned()).collect(),
        into: None,
    });
    edits
}

/// Renames a node on its level.
pub(super) fn renaming(graph: &Graph, from: &str, to: &str) -> Vec<Edit> {
    let mut edits: Vec<Edit> = wires(graph, |source| source == from)
        .into_iter()
        .map(|(node, input, source)| {
            Edit::connect(
                node,
                input,
                &Source {
                    node: to.to_owned(),
                    pin: source.pin,
                },
            )
        })
        .collect();
    if let Some((index, _, look)) = graph.view.nodes.get_full(from) {
        // A position may be left from a node of that name that is gone: it must not stay beside.
        if graph.view.nodes.contains_key(to) {
            edits.push(Edit::look(to, None));
        }
        edits.push(Edit::look(from, None));
        edits.push(Edit::MoveNode {
            node: to.to_owned(),
            corner: Some(look.clone()),
            index: Some(index),
        });
    }
    let mut inputs = BTreeSet::new();
    for member in [ROUTES, HIDDEN] {
        inputs.extend(graph.view.inputs_of(member, |node| node == from));
    }
    let moved = inputs.into_iter().filter_map(|input| {
        let slot = input.strip_prefix(from)?;
        Some((input.to_owned(), format!("{to}{slot}")))
    });
    let drawn = Drawn {
        gone: BTreeSet::new(),
        moved: moved.collect(),
    };
    edits.extend(drawn.edits(&graph.view));
    edits.push(Edit::Rekey {
        from: from.to_owned(),
        to: to.to_owned(),
    });
    edits
}
