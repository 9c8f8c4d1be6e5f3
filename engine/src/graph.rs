//! The document: nodes by key, wires by name, and the view apart. It is what a file holds, what
//! the window draws and what an undo step changes.
//!
//! `file.rs` reads and writes it, `edit.rs` changes it and gives the inverse, `check.rs` finds the
//! part that can run, `value.rs` reads single params. Nothing here does I/O or panics on any input.

pub mod check;
pub mod edit;
pub mod file;
pub mod nearest;
#[cfg(test)]
pub(crate) mod testing;
pub mod value;

use std::borrow::Cow;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

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
    /// The id of its kind, such as `text.encode`.
    pub is: String,
    /// Params by name, as the file writes them; those absent have their default.
    pub params: Map<String, Json>,
    /// Where inputs (pins or params) get their values from: [`Source`]s as `"node.pin"`, or
    /// whatever else the file holds.
    pub inputs: Map<String, Json>,
    /// Members of the node that this version does not know.
    pub rest: Map<String, Json>,
}

/// The output that a wire starts from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

impl Source {
    /// Reads `"node.pin"`.
    pub fn parse(text: &str) -> Option<Self> {
        let (node, pin) = text.split_once('.')?;
        (!node.is_empty() && !pin.is_empty()).then(|| Self {
            node: node.to_owned(),
            pin: pin.to_owned(),
        })
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
}

impl View {
    /// A node's upper left corner, if the view says one.
    pub fn position(&self, node: &str) -> Option<[f32; 2]> {
        let [x, y] = self.nodes.get(node)?.as_array()?.as_slice() else {
            return None;
        };
        let (x, y) = (x.as_f64()? as f32, y.as_f64()? as f32);
        (x.is_finite() && y.is_finite()).then_some([x, y])
    }

    /// A position as files hold it: tenths of a point are enough, and whole numbers are short.
    pub fn corner([x, y]: [f32; 2]) -> Json {
        Json::Array([x, y].map(coordinate).to_vec())
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

fn coordinate(points: f32) -> Json {
    let tenths = (f64::from(points) * 10.0).round();
    if !tenths.is_finite() {
        Json::from(0)
    } else if tenths % 10.0 == 0.0 && tenths.abs() < 1e15 {
        Json::from((tenths / 10.0) as i64)
    } else {
        Json::from(tenths / 10.0)
    }
}

/// A text that is short enough for a message.
fn shorten(text: &str) -> Cow<'_, str> {
    const CHARS: usize = 60;
    match text.char_indices().nth(CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
