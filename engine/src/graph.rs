//! The document: nodes by key, wires by name, and the view apart. It is what a file holds, what
//! the window draws and what an undo step changes.
//!
//! `file.rs` reads and writes it, `edit.rs` changes it and gives the inverse, `group.rs` puts graphs
//! into nodes and takes them out again, `check.rs` finds the part that can run, `fix.rs` what would
//! mend the rest, `shape.rs` says what a node looks like from outside, `view.rs` how all is drawn,
//! `value.rs` reads single params. Nothing here does I/O or panics on any input.

pub mod check;
pub mod edit;
pub mod file;
pub mod fix;
pub mod group;
pub mod nearest;
pub mod shape;
#[cfg(test)]
pub(crate) mod testing;
pub mod value;
pub mod view;

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use self::group::{GROUP, Group};

/// A graph as a file holds it. Unknown nodes, pins, params and values are kept as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// Nodes by key, in the file's order.
    pub nodes: IndexMap<String, Node>,
    /// How it is drawn: changes no meaning and no key.
    pub view: View,
    /// Members of the file that this version does not know.
    pub rest: Map<String, Json>,
}

/// One node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// The id of its kind, such as `text.encode`; [`GROUP`] if it holds a graph.
    pub is: String,
    /// Whether it takes part in runs.
    pub mode: Mode,
    /// Params by name, as the file writes them; those absent have their default.
    pub params: Map<String, Json>,
    /// Where inputs (pins or params) get their values from: [`Source`]s as `"node.pin"`, or
    /// whatever else the file holds.
    pub inputs: Map<String, Json>,
    /// The graph inside a group, and what of it shows outside.
    pub group: Option<Box<Group>>,
    /// Members of the node that this version does not know.
    pub rest: Map<String, Json>,
}

/// Whether a node takes part in runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It runs.
    #[default]
    Active,
    /// As if it were not there: what needs a wire from it does not run either.
    Muted,
    /// It passes on what comes in: its k-th output of a type stands for its k-th input of that
    /// type.
    Bypassed,
}

/// The output that a wire starts from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The node's key.
    pub node: String,
    /// The output pin's name.
    pub pin: String,
}

/// How a graph is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The upper left corners of nodes, in points at 100 %.
    pub nodes: IndexMap<String, Json>,
    /// Frames, notes, reroutes and what else a view holds.
    pub rest: Map<String, Json>,
}

impl Graph {
    /// The graph inside groups inside each other; `path` names them, the outermost first.
    pub fn level(&self, path: &[String]) -> Option<&Self> {
        path.iter().try_fold(self, |graph, key| {
            Some(&graph.nodes.get(key)?.group.as_ref()?.graph)
        })
    }

    /// The node that runs and problems call `outer/inner`; those that lie in no group are called
    /// by their key alone.
    pub fn node_at(&self, flat_key: &str) -> Option<&Node> {
        let mut keys = flat_key.split('/');
        let first = self.nodes.get(keys.next()?)?;
        keys.try_fold(first, |node, key| node.group.as_ref()?.graph.nodes.get(key))
    }

    /// How many nodes there are, those inside groups included.
    pub fn count(&self) -> usize {
        let inside = |node: &Node| node.group.as_ref().map_or(0, |group| group.graph.count());
        self.nodes.values().map(|node| 1 + inside(node)).sum()
    }

    /// How deep groups lie in each other; 0 where there are none.
    pub fn depth(&self) -> usize {
        self.nodes.values().map(Node::depth).max().unwrap_or(0)
    }

    /// Visits every node, those inside groups included.
    pub fn visit_mut(&mut self, visit: &mut dyn FnMut(&mut Node)) {
        for node in self.nodes.values_mut() {
            visit(node);
            if let Some(group) = &mut node.group {
                group.graph.visit_mut(visit);
            }
        }
    }
}

impl Source {
    /// Reads `"node.pin"`.
    pub fn parse(text: &str) -> Option<Self> {
        let (node, pin) = split(text)?;
        Some(Self {
            node: node.to_owned(),
            pin: pin.to_owned(),
        })
    }

    /// The source as files write it.
    pub fn json(&self) -> Json {
        Json::String(self.to_string())
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.node, self.pin)
    }
}

impl Node {
    /// The source of an input, if a wire is there.
    pub fn source(&self, input: &str) -> Option<Source> {
        self.inputs
            .get(input)
            .and_then(Json::as_str)
            .and_then(Source::parse)
    }

    /// What a group holds; `None` for other nodes, and for a group whose inside cannot be read.
    pub fn as_group(&self) -> Option<&Group> {
        self.group.as_deref().filter(|_| self.is == GROUP)
    }

    /// How deep groups lie in this node, itself included.
    pub fn depth(&self) -> usize {
        self.group
            .as_ref()
            .map_or(0, |group| 1 + group.graph.depth())
    }
}

impl Mode {
    /// The word in files; the usual mode has none.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Active => None,
            Self::Muted => Some("muted"),
            Self::Bypassed => Some("bypassed"),
        }
    }
}

/// Whether a text may be a node's key: `[a-z0-9_-]{1,64}`.
pub fn is_key(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

/// The key for a new node: that base, made to fit the rule for keys, with a number if it is taken.
pub fn unique_key(graph: &Graph, base: &str) -> String {
    unique_among(base, |key| graph.nodes.contains_key(key))
}

/// The key for a new node of that kind: the last word of its id, as in `ksampler` or `ksampler_2`.
pub fn key_for(graph: &Graph, id: &str) -> String {
    unique_key(graph, id.rsplit('.').next().unwrap_or(id))
}

/// As [`unique_key`], where the caller knows which keys are taken.
fn unique_among(base: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut stem: String = base
        .chars()
        .take(48) // leaves room for the number
        .map(|c| c.to_ascii_lowercase())
        .map(|c| {
            if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if stem.is_empty() {
        stem.push_str("node");
    }
    if !taken(&stem) {
        return stem;
    }
    // A copy of `latent_2` shall be `latent_3`, not `latent_2_2`.
    let numbered = stem
        .rsplit_once('_')
        .filter(|(_, n)| n.len() <= 9 && n.parse::<u32>().is_ok_and(|n| n > 1));
    let first = numbered
        .and_then(|(_, n)| n.parse::<u64>().ok())
        .map_or(2, |n| n + 1);
    let stem = numbered.map_or(stem.as_str(), |(stem, _)| stem);
    (first..)
        .map(|n| format!("{stem}_{n}"))
        .find(|key| !taken(key))
        .expect("more numbers exist than nodes")
}

/// The two names of `"node.pin"`.
fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once('.')
        .filter(|(node, pin)| !node.is_empty() && !pin.is_empty())
}

/// A text that is short enough for a message.
fn shorten(text: &str) -> Cow<'_, str> {
    const CHARS: usize = 60;
    match text.char_indices().nth(CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
