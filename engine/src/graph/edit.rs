//! Changes to a graph, each with its inverse: undo, "what changed" and tests are one mechanism.
//!
//! Parts are addressed by name. Where order shows in the file, an edit says the place, so that
//! an undone edit leaves the file as it was, to the letter.
//!
//! `apply.rs` makes edits, `follow.rs` keeps the groups around in step, `serial.rs`
//! writes edits down, `remove.rs` and `wires.rs`
//! take nodes and wires away, `copy.rs` copies and pastes, `dissolve.rs` takes nodes out of their
//! wires, `draw.rs` changes the view.

mod apply;
mod copy;
mod dissolve;
mod draw;
mod follow;
mod remove;
mod serial;
mod wires;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::file::MAX_NODES;
use super::group::{MAX_DEPTH, Slot};
use super::{Mode, Node, Source};

pub use self::apply::apply;
pub use self::copy::{Keep, Spot, duplicate, fragment, paste};
pub use self::dissolve::dissolve;
pub use self::draw::{hide, relook, remove_reroute, reroute, shift};
pub use self::remove::remove;
pub use self::wires::{cut, lay, rewire};

pub(super) use self::copy::Graft;
pub(super) use self::follow::{concealed, show_input, show_output};
pub(super) use self::remove::removal;
pub(super) use self::wires::{Drawn, mark, wires};

/// A change to a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Adds a node.
    AddNode {
        /// Its key, which is free.
        key: String,
        /// The node.
        #[serde(with = "serial::node")]
        node: Node,
        /// Its place among the nodes; `None` = last.
        index: Option<usize>,
    },
    /// Removes a node, what the view says of it, the wires that start at it, and what the group
    /// around shows of it.
    RemoveNode {
        /// Which node.
        key: String,
    },
    /// Removes a node alone: what undoes [`Self::AddNode`].
    TakeNode {
        /// Which node.
        key: String,
    },
    /// Renames a node; its wires, what the view says of it and what the group around shows of it
    /// follow.
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
    /// Lets a node take part in runs, or not.
    SetMode {
        /// Which node.
        key: String,
        /// How.
        mode: Mode,
    },
    /// Gives a param a value.
    SetParam {
        /// Which node.
        node: String,
        /// Which param.
        param: String,
        /// Its value; `None` = the default, which files leave out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(deserialize_with = "serial::present")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(deserialize_with = "serial::present")]
        value: Option<Json>,
        /// Its place among the inputs if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Shows inner pins or params of a group outside.
    SetGroupInput {
        /// The group.
        node: String,
        /// Its name outside.
        name: String,
        /// The inner ones that it stands for; `None` = it does not show.
        slots: Option<Vec<Slot>>,
        /// Its place among the group's inputs if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Shows an inner output of a group outside.
    SetGroupOutput {
        /// The group.
        node: String,
        /// Its name outside.
        name: String,
        /// The inner one that it stands for; `None` = it does not show.
        source: Option<Source>,
        /// Its place among the group's outputs if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Says all that the view knows of a node.
    MoveNode {
        /// Which node; it need not exist.
        node: String,
        /// Its upper left corner ([`View::corner`](super::View::corner)) or more
        /// ([`Look::json`](super::view::Look::json)); `None` = nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(deserialize_with = "serial::present")]
        corner: Option<Json>,
        /// Its place among the positions if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Puts a node's upper left corner to a place; how else it looks stays.
    PlaceNode {
        /// Which node; it need not exist.
        node: String,
        /// The place, in points at 100 %.
        at: [f32; 2],
    },
    /// Changes a member of the view as a whole.
    SetView {
        /// Which member; not `nodes`, which [`Self::MoveNode`] changes.
        member: String,
        /// Its value; `None` = absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(deserialize_with = "serial::present")]
        value: Option<Json>,
        /// Its place among the members if it is new; `None` = last.
        index: Option<usize>,
    },
    /// Changes one entry of a member of the view, such as one frame. A member that is absent, or an
    /// empty array, becomes an object; one that loses its last entry goes.
    SetViewItem {
        /// Which member; not `nodes`.
        member: String,
        /// The entry's id.
        key: String,
        /// Its value; `None` = absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(deserialize_with = "serial::present")]
        value: Option<Json>,
        /// Its place among the entries if it is new; `None` = last.
        index: Option<usize>,
    },
    /// What the group around shows of some nodes follows them, after they have left its level.
    /// Outside of groups there is nothing to do.
    FollowNodes {
        /// The nodes that have left.
        nodes: BTreeSet<String>,
        /// The group beside them that they went into; `None` = they are gone, and what showed of
        /// them goes too.
        into: Option<String>,
    },
    /// What the group around shows follows inner pins and params that others now stand for.
    /// Outside of groups there is nothing to do.
    FollowSlots {
        /// Inputs, each with those that take its place; none = it goes.
        slots: Vec<(Slot, Vec<Slot>)>,
        /// Outputs, each with the one that takes its place; `None` = it goes.
        outputs: Vec<(Source, Option<Source>)>,
    },
    /// An edit of the graph inside a group.
    In {
        /// The group's node.
        node: String,
        /// The edit.
        edit: Box<Self>,
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
    /// A member of the view that holds no entries.
    #[error("the view's {member:?} has a form of its own and holds no entries")]
    NoEntries {
        /// The member asked for.
        member: String,
    },
    /// Not a group, or one whose inside cannot be read.
    #[error("node {key:?} holds no graph")]
    NoGroup {
        /// The key asked for.
        key: String,
    },
    /// Too many groups in each other.
    #[error("groups would lie more than {MAX_DEPTH} deep in each other")]
    TooDeep,
    /// More nodes than a file may hold.
    #[error("the graph would have more than {MAX_NODES} nodes")]
    TooManyNodes,
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

    /// Lets a node take part in runs, or not.
    pub fn set_mode(node: &str, mode: Mode) -> Self {
        Self::SetMode {
            key: node.to_owned(),
            mode,
        }
    }

    /// Wires an input; a wire that was there goes.
    pub fn connect(node: &str, input: &str, source: &Source) -> Self {
        Self::wire(node, input, Some(source.json()))
    }

    /// Takes the wire from an input; [`cut`] also takes what the view says of it.
    pub fn disconnect(node: &str, input: &str) -> Self {
        Self::wire(node, input, None)
    }

    /// Puts a node's upper left corner to a place, in points at 100 %.
    pub fn move_to(node: &str, corner: [f32; 2]) -> Self {
        Self::PlaceNode {
            node: node.to_owned(),
            at: corner.map(|x| if x.is_finite() { x } else { 0.0 }),
        }
    }

    /// The edit, made inside groups inside each other; `path` names them, the outermost first.
    pub fn within(path: &[String], edit: Self) -> Self {
        path.iter().rev().fold(edit, |edit, node| Self::In {
            node: node.clone(),
            edit: Box::new(edit),
        })
    }

    /// Says what an input is wired to, as files write it.
    pub(super) fn wire(node: &str, input: &str, value: Option<Json>) -> Self {
        Self::SetInput {
            node: node.to_owned(),
            input: input.to_owned(),
            value,
            index: None,
        }
    }

    /// Says all that the view knows of a node.
    pub(super) fn look(node: &str, look: Option<Json>) -> Self {
        Self::MoveNode {
            node: node.to_owned(),
            corner: look,
            index: None,
        }
    }

    /// Changes one entry of the view.
    pub(super) fn item(member: &str, key: &str, value: Option<Json>) -> Self {
        Self::SetViewItem {
            member: member.to_owned(),
            key: key.to_owned(),
            value,
            index: None,
        }
    }

    /// Whether it does nothing.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Batch(edits) if edits.iter().all(Self::is_nothing))
    }
}

#[cfg(test)]
pub(super) mod tests;
