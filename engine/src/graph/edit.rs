//! Changes to a graph, each with its inverse: undo, "what changed" and tests are one mechanism.
//!
//! Parts are addressed by name. Where order shows in the file, an edit says the place, so that
//! an undone edit leaves the file as it was, to the letter.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::{Graph, Node, Source, View, is_key, unique_among};

/// A change to a graph.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Adds a node.
    AddNode {
        /// Its key, which is free.
        key: String,
        /// The node.
        node: Node,
        /// Its place among the nodes; `None` = last.
        index: Option<usize>,
    },
    /// Removes a node, its place in the view and the wires that start at it.
    RemoveNode {
        /// Which node.
        key: String,
    },
    /// Removes a node alone: what undoes [`Self::AddNode`].
    TakeNode {
        /// Which node.
        key: String,
    },
    /// Renames a node; its wires and its place in the view follow.
    RenameNode {
        /// Its key.
        from: String,
        /// Its new key, which is free.
        to: String,
    },
    /// Renames a node alone: a part of [`Self::RenameNode`].
    Rekey {
        /// Its key.
        from: String,
        /// Its new key, which is free.
        to: String,
    },
    /// Changes a node's kind and leaves the rest: how an unknown node is mended.
    SetKind {
        /// Which node.
        key: String,
        /// The id of the new kind.
        is: String,
    },
    /// Gives a param a value.
    SetParam {
        /// Which node.
        node: String,
        /// Which param.
        param: String,
        /// Its value; `None` = the default, which files leave out.
        value: Option<Json>,
        /// Its place among the params if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Wires an input, which is a pin or a param.
    SetInput {
        /// Which node.
        node: String,
        /// Which pin or param.
        input: String,
        /// Where its value comes from, as `"node.pin"`; `None` = not wired.
        value: Option<Json>,
        /// Its place among the inputs if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Puts a node to a place in the view.
    MoveNode {
        /// Which node; it need not exist.
        node: String,
        /// Its upper left corner ([`View::corner`]); `None` = nowhere in particular.
        corner: Option<Json>,
        /// Its place among the positions if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Changes a member of the view, such as its frames.
    SetView {
        /// Which member; not `nodes`, which [`Self::MoveNode`] changes.
        member: String,
        /// Its value; `None` = absent.
        value: Option<Json>,
        /// Its place among the members if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Several edits, one after another, as one step of undo.
    Batch(Vec<Self>),
}

/// Why an edit cannot be made. The graph is then as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No such node.
    #[error("there is no node {key:?}")]
    NoNode {
        /// The key asked for.
        key: String,
    },
    /// Another node has that key.
    #[error("there is already a node {key:?}")]
    KeyTaken {
        /// The key asked for.
        key: String,
    },
    /// Not `[a-z0-9_-]{1,64}`.
    #[error("{key:?} cannot name a node: use 1 to 64 of a-z, 0-9, _ and -")]
    BadKey {
        /// The key asked for.
        key: String,
    },
    /// The view's positions, which other edits change.
    #[error("the view's {member:?} is changed by moving nodes")]
    Reserved {
        /// The member asked for.
        member: String,
    },
}

impl Edit {
    /// Adds a node behind the others, with its place in the view.
    pub fn add(key: &str, node: Node, corner: [f32; 2]) -> Self {
        Self::Batch(vec![
            Self::AddNode {
                key: key.to_owned(),
                node,
                index: None,
            },
            Self::move_to(key, corner),
        ])
    }

    /// Gives a param a value, or its default.
    pub fn set(node: &str, param: &str, value: Option<Json>) -> Self {
        Self::SetParam {
            node: node.to_owned(),
            param: param.to_owned(),
            value,
            index: None,
        }
    }

    /// Wires an input; a wire that was there goes.
    pub fn connect(node: &str, input: &str, source: &Source) -> Self {
        let value = Some(Json::String(source.to_string()));
        Self::SetInput {
            node: node.to_owned(),
            input: input.to_owned(),
            value,
            index: None,
        }
    }

    /// Takes the wire from an input.
    pub fn disconnect(node: &str, input: &str) -> Self {
        Self::SetInput {
            node: node.to_owned(),
            input: input.to_owned(),
            value: None,
            index: None,
        }
    }

    /// Puts a node's upper left corner to a place, in points at 100 %.
    pub fn move_to(node: &str, corner: [f32; 2]) -> Self {
        Self::MoveNode {
            node: node.to_owned(),
            corner: Some(View::corner(corner)),
            index: None,
        }
    }
}

/// Makes an edit and returns the one that undoes it; on an error the graph is as it was.
pub fn apply(graph: &mut Graph, edit: Edit) -> Result<Edit, EditError> {
    match edit {
        Edit::AddNode { key, node, index } => {
            if graph.nodes.contains_key(&key) {
                return Err(EditError::KeyTaken { key });
            }
            let index = index.unwrap_or(usize::MAX).min(graph.nodes.len());
            graph.nodes.shift_insert(index, key.clone(), node);
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
        Edit::RemoveNode { key } => {
            node_mut(graph, &key)?;
            let parts = removal(graph, &BTreeSet::from([key.as_str()]));
            batch(graph, parts)
        }
        Edit::Rekey { from, to } => {
            let Some(index) = graph.nodes.get_index_of(&from) else {
                return Err(EditError::NoNode { key: from });
            };
            match graph.nodes.replace_index(index, to.clone()) {
                Ok(from) => Ok(Edit::Rekey { from: to, to: from }),
                Err((_, key)) => Err(EditError::KeyTaken { key }),
            }
        }
        Edit::RenameNode { from, to } => {
            node_mut(graph, &from)?;
            if !is_key(&to) {
                return Err(EditError::BadKey { key: to });
            }
            if from == to {
                return Ok(Edit::Batch(Vec::new()));
            }
            let parts = renaming(graph, &from, &to);
            batch(graph, parts)
        }
        Edit::SetKind { key, is } => {
            let is = std::mem::replace(&mut node_mut(graph, &key)?.is, is);
            Ok(Edit::SetKind { key, is })
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
        Edit::MoveNode {
            node,
            corner,
            index,
        } => {
            let corners = &mut graph.view.nodes;
            let before = corners.get_index_of(&node);
            let corner = match corner {
                Some(corner) if before.is_some() => corners.insert(node.clone(), corner),
                Some(corner) => {
                    let index = index.unwrap_or(usize::MAX).min(corners.len());
                    corners.shift_insert(index, node.clone(), corner)
                }
                None => corners.shift_remove(&node),
            };
            Ok(Edit::MoveNode {
                node,
                corner,
                index: before,
            })
        }
        Edit::SetView {
            member,
            value,
            index,
        } => {
            if member == "nodes" {
                return Err(EditError::Reserved { member });
            }
            let (value, index) = set(&mut graph.view.rest, &member, value, index);
            Ok(Edit::SetView {
                member,
                value,
                index,
            })
        }
        Edit::Batch(edits) => batch(graph, edits),
    }
}

/// Removes nodes with their places in the view and the wires that start at them.
pub fn remove<'a>(graph: &Graph, keys: impl IntoIterator<Item = &'a str>) -> Edit {
    let keys: BTreeSet<&str> = keys
        .into_iter()
        .filter(|key| graph.nodes.contains_key(*key))
        .collect();
    Edit::Batch(removal(graph, &keys))
}

/// Copies nodes, `offset` points away: wires among them join the copies, wires from elsewhere
/// stay. Returns the copies' keys too, in the graph's order.
pub fn duplicate<'a>(
    graph: &Graph,
    keys: impl IntoIterator<Item = &'a str>,
    offset: [f32; 2],
) -> (Edit, Vec<String>) {
    let keys: BTreeSet<&str> = keys.into_iter().collect();
    let mut copies: BTreeMap<&str, String> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for key in graph.nodes.keys().filter(|key| keys.contains(key.as_str())) {
        let copy = unique_among(key, |key| {
            graph.nodes.contains_key(key) || taken.contains(key)
        });
        taken.insert(copy.clone());
        copies.insert(key, copy);
    }
    let mut edits = Vec::new();
    let mut new_keys = Vec::new();
    for (key, node) in &graph.nodes {
        let Some(copy) = copies.get(key.as_str()) else {
            continue;
        };
        let mut node = node.clone();
        for value in node.inputs.values_mut() {
            let source = value.as_str().and_then(Source::parse);
            if let Some((source, copy)) =
                source.and_then(|s| copies.get(s.node.as_str()).map(|copy| (s, copy)))
            {
                *value = Json::String(
                    Source {
                        node: copy.clone(),
                        pin: source.pin,
                    }
                    .to_string(),
                );
            }
        }
        edits.push(Edit::AddNode {
            key: copy.clone(),
            node,
            index: None,
        });
        if let Some([x, y]) = graph.view.position(key) {
            edits.push(Edit::move_to(copy, [x + offset[0], y + offset[1]]));
        }
        new_keys.push(copy.clone());
    }
    (Edit::Batch(edits), new_keys)
}

fn node_mut<'a>(graph: &'a mut Graph, key: &str) -> Result<&'a mut Node, EditError> {
    graph.nodes.get_mut(key).ok_or_else(|| EditError::NoNode {
        key: key.to_owned(),
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

fn batch(graph: &mut Graph, edits: Vec<Edit>) -> Result<Edit, EditError> {
    let mut inverses = Vec::with_capacity(edits.len());
    for edit in edits {
        match apply(graph, edit) {
            Ok(inverse) => inverses.push(inverse),
            Err(error) => {
                for inverse in inverses.into_iter().rev() {
                    apply(graph, inverse).expect("an inverse fits the graph that its edit left");
                }
                return Err(error);
            }
        }
    }
    inverses.reverse();
    Ok(Edit::Batch(inverses))
}

/// The wires that start at a node for which `wanted` holds, as (node, input, source).
fn wires(graph: &Graph, wanted: impl Fn(&str) -> bool) -> Vec<(&str, &str, Source)> {
    let mut wires = Vec::new();
    for (key, node) in &graph.nodes {
        for (input, value) in &node.inputs {
            if let Some(source) = value
                .as_str()
                .and_then(Source::parse)
                .filter(|source| wanted(&source.node))
            {
                wires.push((key.as_str(), input.as_str(), source));
            }
        }
    }
    wires
}

fn removal(graph: &Graph, keys: &BTreeSet<&str>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = wires(graph, |source| keys.contains(source))
        .into_iter()
        .filter(|(node, ..)| !keys.contains(node)) // those go with their node
        .map(|(node, input, _)| Edit::disconnect(node, input))
        .collect();
    for key in keys {
        if graph.view.nodes.contains_key(*key) {
            edits.push(Edit::MoveNode {
                node: (*key).to_owned(),
                corner: None,
                index: None,
            });
        }
        edits.push(Edit::TakeNode {
            key: (*key).to_owned(),
        });
    }
    edits
}

fn renaming(graph: &Graph, from: &str, to: &str) -> Vec<Edit> {
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
    if let Some((index, _, corner)) = graph.view.nodes.get_full(from) {
        // A position may be left from a node of that name that is gone: it must not stay beside.
        if graph.view.nodes.contains_key(to) {
            edits.push(Edit::MoveNode {
                node: to.to_owned(),
                corner: None,
                index: None,
            });
        }
        edits.push(Edit::MoveNode {
            node: from.to_owned(),
            corner: None,
            index: None,
        });
        edits.push(Edit::MoveNode {
            node: to.to_owned(),
            corner: Some(corner.clone()),
            index: Some(index),
        });
    }
    edits.push(Edit::Rekey {
        from: from.to_owned(),
        to: to.to_owned(),
    });
    edits
}

#[cfg(test)]
mod tests;
