//! Groups: a graph inside a node, with the pins and params of it that one has chosen to show.
//!
//! A group is a pure function of its pins: it holds its nodes itself and is copied with them.
//! [`flatten`] spells groups out for the checker, so that neither plans nor their keys know of
//! groups; [`make`] and [`ungroup`] put nodes into one and take them out; the rest changes what
//! shows outside.

mod flatten;
mod interface;
mod make;
mod ungroup;

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Graph, Source, split, unique_among};

pub use self::flatten::flatten;
pub(super) use self::flatten::{Flat, FlatNode};
pub use self::interface::{
    conceal_input, conceal_output, expose_input, expose_output, rename_input, rename_output,
};
pub use self::make::make;
pub use self::ungroup::ungroup;

/// The kind of nodes that are groups. It has no dot: no catalogue can hold it.
pub const GROUP: &str = "group";
/// How deep groups may lie in each other.
pub const MAX_DEPTH: usize = 16;

/// What a group holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The pins and params that show outside, each with the inner ones that it stands for.
    pub inputs: IndexMap<String, Vec<Slot>>,
    /// The outputs that show outside, each with the inner one that it stands for.
    pub outputs: IndexMap<String, Source>,
    /// The nodes inside, and how they are drawn.
    pub graph: Graph,
}

/// An input of a node: a pin or a param.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    /// The node's key.
    pub node: String,
    /// The pin's or the param's name.
    pub slot: String,
}

/// Why nodes cannot become a group, or a group nodes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// None of the nodes is there.
    #[error("no nodes are selected")]
    Empty,
    /// No such node.
    #[error("there is no node {key:?}")]
    NoNode {
        /// The key asked for.
        key: String,
    },
    /// The node is no group, or its inside cannot be read.
    #[error("{key:?} is not a group that can be taken apart")]
    NoGroup {
        /// The key asked for.
        key: String,
    },
    /// A key that wires cannot name.
    #[error("{key:?} cannot be grouped: its name has letters that names cannot have")]
    BadKey {
        /// The key.
        key: String,
    },
    /// A path of wires leaves the selection and comes back.
    #[error("a path of wires leaves the selection and comes back to it through {through:?}")]
    Circle {
        /// The first node of that path outside.
        through: String,
    },
    /// Too many groups in each other.
    #[error("groups would lie more than {MAX_DEPTH} deep in each other")]
    TooDeep,
}

impl GroupError {
    /// The way out, if there is one to tell.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Empty => Some("select the nodes that shall become one"),
            Self::NoNode { .. } | Self::NoGroup { .. } => None,
            Self::BadKey { .. } => Some("rename it first: 1 to 64 of a-z, 0-9, _ and -"),
            Self::Circle { .. } => Some("select the nodes on that path too"),
            Self::TooDeep => Some("take a group apart first"),
        }
    }
}

impl Slot {
    /// The input of that name.
    pub fn new(node: &str, slot: &str) -> Self {
        Self {
            node: node.to_owned(),
            slot: slot.to_owned(),
        }
    }

    /// Reads `"node.slot"`.
    pub fn parse(text: &str) -> Option<Self> {
        split(text).map(|(node, slot)| Self::new(node, slot))
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.node, self.slot)
    }
}

impl Group {
    /// A name for an input that no other has yet.
    pub fn fresh_input(&self, base: &str) -> String {
        fresh(base, |name| self.inputs.contains_key(name))
    }

    /// A name for an output that no other has yet.
    pub fn fresh_output(&self, base: &str) -> String {
        fresh(base, |name| self.outputs.contains_key(name))
    }

    /// Whether that input of an inner node shows outside.
    pub fn shows(&self, slot: &Slot) -> bool {
        self.inputs.values().any(|slots| slots.contains(slot))
    }

    /// The parts of the file's interface that say nothing: kept, and told by the checker.
    pub(super) fn damaged(&self) -> impl Iterator<Item = (&'static str, &str)> {
        ["inputs", "outputs"].into_iter().flat_map(|member| {
            let names: Vec<&str> = match self.graph.rest.get(member) {
                Some(Json::Object(entries)) => entries.keys().map(String::as_str).collect(),
                Some(_) => vec![member],
                None => Vec::new(),
            };
            names.into_iter().map(move |name| (member, name))
        })
    }
}

/// A name of a pin or param, with a number if it is taken. Unlike keys, names may be anything.
fn fresh(base: &str, taken: impl Fn(&str) -> bool) -> String {
    if taken(base) {
        unique_among(base, taken)
    } else {
        base.to_owned()
    }
}

#[cfg(test)]
mod tests;
