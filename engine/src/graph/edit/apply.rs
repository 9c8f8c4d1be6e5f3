//! Makes edits and finds their inverses.
//!
//! An edit that stands for several is spelled out here, where the groups around its level are in
//! sight; every inverse is made of simple edits, told from the outermost graph on.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::follow::Place;
use super::remove::{removal, renaming};
use super::{Edit, EditError};
use crate::graph::file::MAX_NODES;
use crate::graph::group::{Group, MAX_DEPTH};
use crate::graph::{Graph, Node, View, is_key};

/// Makes an edit and returns the one that undoes it; on an error the graph is as it was.
pub fn apply(graph: &mut Graph, edit: Edit) -> Result<Edit, EditError> {
    // A file with more nodes could not be opened again.
    let had_room = adds_nodes(&edit) && graph.count() <= MAX_NODES;
    let inverse = apply_at(graph, &mut Vec::new(), edit)?;
    if had_room && graph.count() > MAX_NODES {
        undo(graph, inverse);
        return Err(EditError::TooManyNodes);
    }
    Ok(inverse)
}

fn adds_nodes(edit: &Edit) -> bool {
    match edit {
        Edit::AddNode { .. } => true,
        Edit::In { edit, .. } => adds_nodes(edit),
        Edit::Batch(edits) => edits.iter().any(adds_nodes),
        Edit::RemoveNode { .. }
        | Edit::TakeNode { .. }
        | Edit::RenameNode { .. }
        | Edit::Rekey { .. }
        | Edit::SetKind { .. }
        | Edit::SetMode { .. }
        | Edit::SetParam { .. }
        | Edit::SetInput { .. }
        | Edit::SetGroupInput { .. }
        | Edit::SetGroupOutput { .. }
        | Edit::MoveNode { .. }
        | Edit::PlaceNode { .. }
        | Edit::SetView { .. }
        | Edit::SetViewItem { .. }
        | Edit::FollowNodes { .. }
        | Edit::FollowSlots { .. } => false,
    }
}

/// Makes an edit of the graph inside the groups that `path` names; the inverse is told from the
/// outermost graph on.
fn apply_at(root: &mut Graph, path: &mut Vec<String>, edit: Edit) -> Result<Edit, EditError> {
    if let Edit::In { node, edit } = edit {
        path.push(node);
        let inverse = apply_at(root, path, *edit);
        path.pop();
        return inverse;
    }
    if let Edit::Batch(edits) = edit {
        return batch(root, path, edits);
    }
    if let Some(parts) = parts(&Place::new(root, path)?, &edit)? {
        return batch(root, &mut Vec::new(), parts);
    }
    let depth = path.len();
    let inverse = apply_simple(level_mut(root, path)?, depth, edit)?;
    Ok(Edit::within(path, inverse))
}

/// The edits that an edit stands for, told from the outermost graph on; `None` if it stands for
/// itself.
fn parts(place: &Place<'_>, edit: &Edit) -> Result<Option<Vec<Edit>>, EditError> {
    let parts = match edit {
        Edit::RemoveNode { key } => {
            place.node(key)?;
            let keys = BTreeSet::from([key.as_str()]);
            let parts = removal(place.graph, &keys, &BTreeSet::new(), Vec::new());
            vec![place.within(Edit::Batch(parts))]
        }
        Edit::RenameNode { from, to } => {
            place.node(from)?;
            if !is_key(to) {
                return Err(EditError::BadKey { key: to.clone() });
            }
            if from == to {
                return Ok(Some(Vec::new()));
            }
            let mut parts = vec![place.within(Edit::Batch(renaming(place.graph, from, to)))];
            parts.extend(place.follow_renamed(from, to));
            parts
        }
        Edit::PlaceNode { node, at } => {
            let mut look = place.graph.view.look(node);
            look.at = Some(*at);
            vec![place.within(Edit::look(node, look.json()))]
        }
        Edit::FollowNodes { nodes, into: None } => place.follow_gone(nodes),
        Edit::FollowNodes {
            nodes,
            into: Some(group),
        } => place.follow_into(nodes, group)?,
        Edit::FollowSlots { slots, outputs } => place.follow_slots(slots, outputs),
        Edit::AddNode { .. }
        | Edit::TakeNode { .. }
        | Edit::Rekey { .. }
        | Edit::SetKind { .. }
        | Edit::SetMode { .. }
        | Edit::SetParam { .. }
        | Edit::SetInput { .. }
        | Edit::SetGroupInput { .. }
        | Edit::SetGroupOutput { .. }
        | Edit::MoveNode { .. }
        | Edit::SetView { .. }
        | Edit::SetViewItem { .. }
        | Edit::In { .. }
        | Edit::Batch(_) => return Ok(None),
    };
    Ok(Some(parts))
}

fn batch(root: &mut Graph, path: &mut Vec<String>, edits: Vec<Edit>) -> Result<Edit, EditError> {
    let mut inverses = Vec::with_capacity(edits.len());
    for edit in edits {
        match apply_at(root, path, edit) {
            Ok(inverse) => inverses.push(inverse),
            Err(error) => {
                inverses
                    .into_iter()
                    .rev()
                    .for_each(|inverse| undo(root, inverse));
                return Err(error);
            }
        }
    }
    inverses.reverse();
    Ok(Edit::Batch(inverses))
}

fn undo(root: &mut Graph, inverse: Edit) {
    apply_at(root, &mut Vec::new(), inverse).expect("an inverse fits the graph that its edit left");
}

fn level_mut<'a>(root: &'a mut Graph, path: &[String]) -> Result<&'a mut Graph, EditError> {
    path.iter()
        .try_fold(root, |graph, key| Ok(&mut group_mut(graph, key)?.graph))
}

fn node_mut<'a>(graph: &'a mut Graph, key: &str) -> Result<&'a mut Node, EditError> {
    graph.nodes.get_mut(key).ok_or_else(|| EditError::NoNode {
        key: key.to_owned(),
    })
}

fn group_mut<'a>(graph: &'a mut Graph, key: &str) -> Result<&'a mut Group, EditError> {
    let group = node_mut(graph, key)?.group.as_deref_mut();
    group.ok_or_else(|| EditError::NoGroup {
        key: key.to_owned(),
    })
}

/// Makes an edit that stands for itself, `depth` groups deep, and returns its inverse on that level.
fn apply_simple(graph: &mut Graph, depth: usize, edit: Edit) -> Result<Edit, EditError> {
    match edit {
        Edit::AddNode { key, node, index } => {
            if depth + node.depth() > MAX_DEPTH {
                return Err(EditError::TooDeep);
            }
            if graph.nodes.contains_key(&key) {
                return Err(EditError::KeyTaken { key });
            }
            set_in(&mut graph.nodes, key.clone(), Some(node), index);
            Ok(Edit::TakeNode { key })
        }
        Edit::TakeNode { key } => match graph.nodes.shift_remove_full(&key) {
            Some((index, key, node)) => Ok(Edit::AddNode {
                key,
                node,
                index: Some(index),
            }),
            None => Err(EditError::NoNode { key }),
        },
        Edit::Rekey { from, to } => {
            let Some(index) = graph.nodes.get_index_of(&from) else {
                return Err(EditError::NoNode { key: from });
            };
            match graph.nodes.replace_index(index, to.clone()) {
                Ok(from) => Ok(Edit::Rekey { from: to, to: from }),
                Err((_, key)) => Err(EditError::KeyTaken { key }),
            }
        }
        Edit::SetKind { key, is } => {
            let is = std::mem::replace(&mut node_mut(graph, &key)?.is, is);
            Ok(Edit::SetKind { key, is })
        }
        Edit::SetMode { key, mode } => {
            let mode = std::mem::replace(&mut node_mut(graph, &key)?.mode, mode);
            Ok(Edit::SetMode { key, mode })
        }
        Edit::SetParam {
            node,
            param,
            value,
            index,
        } => {
            let (value, index) = set(&mut node_mut(graph, &node)?.params, &param, value, index);
            Ok(Edit::SetParam {
                node,
                param,
                value,
                index,
            })
        }
        Edit::SetInput {
            node,
            input,
            value,
            index,
        } => {
            let (value, index) = set(&mut node_mut(graph, &node)?.inputs, &input, value, index);
            Ok(Edit::SetInput {
                node,
                input,
                value,
                index,
            })
        }
        Edit::SetGroupInput {
            node,
            name,
            slots,
            index,
        } => {
            let inputs = &mut group_mut(graph, &node)?.inputs;
            let (slots, index) = set_in(inputs, name.clone(), slots, index);
            Ok(Edit::SetGroupInput {
                node,
                name,
                slots,
                index,
            })
        }
        Edit::SetGroupOutput {
            node,
            name,
            source,
            index,
        } => {
            let outputs = &mut group_mut(graph, &node)?.outputs;
            let (source, index) = set_in(outputs, name.clone(), source, index);
            Ok(Edit::SetGroupOutput {
                node,
                name,
                source,
                index,
            })
        }
        Edit::MoveNode {
            node,
            corner,
            index,
        } => {
            let (corner, index) = set_in(&mut graph.view.nodes, node.clone(), corner, index);
            Ok(Edit::MoveNode {
                node,
                corner,
                index,
            })
        }
        Edit::SetView {
            member,
            value,
            index,
        } => set_view(&mut graph.view, member, value, index),
        Edit::SetViewItem {
            member,
            key,
            value,
            index,
        } => set_view_item(&mut graph.view, (member, key), value, index),
        Edit::RemoveNode { .. }
        | Edit::RenameNode { .. }
        | Edit::PlaceNode { .. }
        | Edit::FollowNodes { .. }
        | Edit::FollowSlots { .. }
        | Edit::In { .. }
        | Edit::Batch(_) => unreachable!("these stand for others"),
    }
}

fn set_view(
    view: &mut View,
    member: String,
    value: Option<Json>,
    index: Option<usize>,
) -> Result<Edit, EditError> {
    if member == "nodes" {
        return Err(EditError::Reserved { member });
    }
    let (value, index) = set(&mut view.rest, &member, value, index);
    Ok(Edit::SetView {
        member,
        value,
        index,
    })
}

fn set_view_item(
    view: &mut View,
    (member, key): (String, String),
    value: Option<Json>,
    index: Option<usize>,
) -> Result<Edit, EditError> {
    if member == "nodes" {
        return Err(EditError::Reserved { member });
    }
    if !view.takes_items(&member) {
        return Err(EditError::NoEntries { member });
    }
    let items = view.rest.get_mut(&member).and_then(Json::as_object_mut);
    let Some(items) = items.filter(|items| !items.is_empty()) else {
        // Absent or empty: what undoes it has to say which.
        let Some(value) = value else {
            return Ok(Edit::Batch(Vec::new()));
        };
        let items = Map::from_iter([(key, value)]);
        return set_view(view, member, Some(Json::Object(items)), None);
    };
    if value.is_none() && items.len() == 1 && items.contains_key(&key) {
        return set_view(view, member, None, None);
    }
    let (value, index) = set(items, &key, value, index);
    Ok(Edit::SetViewItem {
        member,
        key,
        value,
        index,
    })
}

/// Sets or removes a member; returns what was there and where.
fn set(
    map: &mut Map<String, Json>,
    name: &str,
    value: Option<Json>,
    index: Option<usize>,
) -> (Option<Json>, Option<usize>) {
    let before = map.keys().position(|key| key == name);
    let old = match value {
        Some(value) if before.is_some() => map.insert(name.to_owned(), value),
        Some(value) => map.shift_insert(
            index.unwrap_or(usize::MAX).min(map.len()),
            name.to_owned(),
            value,
        ),
        None => map.shift_remove(name),
    };
    (old, before)
}

/// As [`set`].
fn set_in<T>(
    map: &mut IndexMap<String, T>,
    name: String,
    value: Option<T>,
    index: Option<usize>,
) -> (Option<T>, Option<usize>) {
    let before = map.get_index_of(&name);
    let old = match value {
        Some(value) if before.is_some() => map.insert(name, value),
        Some(value) => map.shift_insert(index.unwrap_or(usize::MAX).min(map.len()), name, value),
        None => map.shift_remove(&name),
    };
    (old, before)
}
