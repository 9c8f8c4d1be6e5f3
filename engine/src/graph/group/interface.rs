//! Changes what a group shows outside. Each edit is made on the group's own level; what groups
//! around it show follows.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Group, Slot};
use crate::graph::edit::{Drawn, Edit, concealed, show_input, show_output, wires};
use crate::graph::{Graph, Source, view};

/// Shows an inner pin or param outside under that name; if the group already shows one under it,
/// both share the wire or value.
pub fn expose_input(graph: &Graph, group: &str, name: &str, slot: Slot) -> Edit {
    let mut slots = self::group(graph, group)
        .and_then(|group| group.inputs.get(name).cloned())
        .unwrap_or_default();
    if !slots.contains(&slot) {
        slots.push(slot);
    }
    show_input(group, name, Some(slots))
}

/// Shows an inner output outside under that name.
pub fn expose_output(group: &str, name: &str, source: Source) -> Edit {
    show_output(group, name, Some(source))
}

/// Shows an input no longer. Its wire goes; its value stays, at the inner params.
pub fn conceal_input(graph: &Graph, group: &str, name: &str) -> Edit {
    let mut edits = Vec::new();
    let value = graph
        .nodes
        .get(group)
        .and_then(|node| node.params.get(name));
    if let (Some(value), Some(inner)) = (value, self::group(graph, group)) {
        let slots = inner.inputs.get(name).into_iter().flatten();
        for slot in slots.filter(|slot| inner.graph.nodes.contains_key(&slot.node)) {
            edits.push(give(inner, slot, value, group));
        }
    }
    edits.extend(concealed(
        graph,
        group,
        &BTreeSet::from([name]),
        &BTreeSet::new(),
    ));
    edits.push(Edit::FollowSlots {
        slots: vec![(Slot::new(group, name), Vec::new())],
        outputs: Vec::new(),
    });
    Edit::Batch(edits)
}

/// Shows an output no longer; the wires that start there go.
pub fn conceal_output(graph: &Graph, group: &str, name: &str) -> Edit {
    let mut edits = concealed(graph, group, &BTreeSet::new(), &BTreeSet::from([name]));
    edits.push(Edit::FollowSlots {
        slots: Vec::new(),
        outputs: vec![(output(group, name), None)],
    });
    Edit::Batch(edits)
}

/// Calls an input something else, or what is free and like it; its wire and value stay.
pub fn rename_input(graph: &Graph, group: &str, from: &str, to: &str) -> Edit {
    let found =
        self::group(graph, group).and_then(|inner| Some((inner, inner.inputs.get_full(from)?)));
    let (Some((inner, (index, _, slots))), Some(node)) = (found, graph.nodes.get(group)) else {
        return Edit::Batch(Vec::new());
    };
    let Some(to) = free_name(from, to, |to| inner.fresh_input(to)) else {
        return Edit::Batch(Vec::new());
    };
    let mut edits = vec![
        show_input(group, from, None),
        Edit::SetGroupInput {
            node: group.to_owned(),
            name: to.clone(),
            slots: Some(slots.clone()),
            index: Some(index),
        },
    ];
    if let Some((place, wire)) = member(&node.inputs, from) {
        edits.push(Edit::disconnect(group, from));
        edits.push(Edit::SetInput {
            node: group.to_owned(),
            input: to.clone(),
            value: Some(wire.clone()),
            index: Some(place),
        });
    }
    if let Some((place, value)) = member(&node.params, from) {
        edits.push(Edit::set(group, from, None));
        edits.push(Edit::SetParam {
            node: group.to_owned(),
            param: to.clone(),
            value: Some(value.clone()),
            index: Some(place),
        });
    }
    let drawn = Drawn {
        gone: BTreeSet::new(),
        moved: vec![(view::input(group, from), view::input(group, &to))],
    };
    edits.extend(drawn.edits(&graph.view));
    edits.push(Edit::FollowSlots {
        slots: vec![(Slot::new(group, from), vec![Slot::new(group, &to)])],
        outputs: Vec::new(),
    });
    Edit::Batch(edits)
}

/// Calls an output something else, or what is free and like it; its wires stay.
pub fn rename_output(graph: &Graph, group: &str, from: &str, to: &str) -> Edit {
    let found =
        self::group(graph, group).and_then(|inner| Some((inner, inner.outputs.get_full(from)?)));
    let Some((inner, (index, _, source))) = found else {
        return Edit::Batch(Vec::new());
    };
    let Some(to) = free_name(from, to, |to| inner.fresh_output(to)) else {
        return Edit::Batch(Vec::new());
    };
    let mut edits = vec![
        show_output(group, from, None),
        Edit::SetGroupOutput {
            node: group.to_owned(),
            name: to.clone(),
            source: Some(source.clone()),
            index: Some(index),
        },
    ];
    for (node, input, source) in wires(graph, |node| node == group) {
        if source.pin == from {
            edits.push(Edit::connect(node, input, &output(group, &to)));
        }
    }
    edits.push(Edit::FollowSlots {
        slots: Vec::new(),
        outputs: vec![(output(group, from), Some(output(group, &to)))],
    });
    Edit::Batch(edits)
}

/// The new name as it may be; `None` if nothing is left to rename. Wires cannot name nothing.
fn free_name(from: &str, to: &str, fresh: impl Fn(&str) -> String) -> Option<String> {
    let to = to.trim();
    (!to.is_empty() && to != from).then(|| fresh(to))
}

/// Gives a value of the group to an inner param.
fn give(inner: &Group, slot: &Slot, value: &Json, group: &str) -> Edit {
    let mut edits = vec![Edit::set(&slot.node, &slot.slot, Some(value.clone()))];
    let node = inner.graph.nodes.get(&slot.node);
    if node.is_some_and(|node| node.inputs.contains_key(&slot.slot)) {
        edits.insert(0, Edit::disconnect(&slot.node, &slot.slot));
    }
    Edit::within(&[group.to_owned()], Edit::Batch(edits))
}

fn member<'a>(members: &'a serde_json::Map<String, Json>, name: &str) -> Option<(usize, &'a Json)> {
    let place = members.keys().position(|key| key == name)?;
    Some((place, members.get(name)?))
}

fn group<'a>(graph: &'a Graph, key: &str) -> Option<&'a Group> {
    graph.nodes.get(key)?.group.as_deref()
}

fn output(group: &str, name: &str) -> Source {
    Source {
        node: group.to_owned(),
        pin: name.to_owned(),
    }
}
