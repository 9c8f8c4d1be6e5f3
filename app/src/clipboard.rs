//! What copying puts on the system's clipboard: a part of a graph, as a graph file's text. What
//! comes back may be anything, and is read within bounds.

use std::collections::BTreeSet;

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::fragment;
use pyrograph_engine::graph::file::{self, FileError};
use pyrograph_engine::graph::{Graph, View};

use crate::command::drawing::{Item, Part};

/// The longest text that is read: the window waits for it.
const MAX_BYTES: usize = 16 << 20;

/// Why a text holds nothing to paste.
#[derive(Debug, thiserror::Error)]
pub enum ClipboardError {
    /// Not a graph.
    #[error("the clipboard holds text, but no nodes")]
    NoGraph,
    /// A graph without anything in it.
    #[error("the graph on the clipboard is empty")]
    Empty,
    /// Longer than this reads.
    #[error("the clipboard holds {bytes} bytes; {MAX_BYTES} can be pasted")]
    TooLarge {
        /// The text's length.
        bytes: usize,
    },
    /// Nearly a graph.
    #[error("the clipboard holds no graph that can be pasted: {0}")]
    File(#[from] FileError),
}

impl From<&ClipboardError> for Diagnostic {
    fn from(error: &ClipboardError) -> Self {
        let help = match error {
            ClipboardError::NoGraph => Some("copy nodes first, here or in another window"),
            ClipboardError::Empty => None,
            ClipboardError::TooLarge { .. } => Some("save it as a file and open that"),
            ClipboardError::File(error) => error.help(),
        };
        let diagnostic = Self::error(error.to_string());
        match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// Parts of a graph as a graph of their own; `None` if there is nothing of them that could be
/// pasted. A reroute goes along with its wires.
pub fn copy<'a>(graph: &Graph, parts: impl IntoIterator<Item = &'a Part>) -> Option<Graph> {
    let (mut nodes, mut frames, mut notes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for part in parts {
        match part {
            Part::Node(key) => nodes.insert(key.clone()),
            Part::Item(Item::Frame(id)) => frames.insert(id.clone()),
            Part::Item(Item::Note(id)) => notes.insert(id.clone()),
            Part::Item(Item::Reroute(_)) => false,
        };
    }
    let copy = fragment(graph, &nodes, &frames, &notes);
    (!is_empty(&copy)).then_some(copy)
}

/// Reads a text from the clipboard.
///
/// # Errors
/// Why it holds nothing to paste.
pub fn read(text: &str) -> Result<Graph, ClipboardError> {
    if text.len() > MAX_BYTES {
        return Err(ClipboardError::TooLarge { bytes: text.len() });
    }
    if !text.trim_start().starts_with('{') {
        return Err(ClipboardError::NoGraph);
    }
    let graph = match file::read(text) {
        Ok(graph) => graph,
        Err(FileError::Syntax { .. } | FileError::MissingFormat) => {
            return Err(ClipboardError::NoGraph);
        }
        Err(error) => return Err(error.into()),
    };
    if is_empty(&graph) {
        return Err(ClipboardError::Empty);
    }
    Ok(graph)
}

/// The frames, notes and reroutes that a view has and another one had not.
pub fn new_items(view: &View, before: &View) -> Vec<Item> {
    let (now, then) = (view.parts(), before.parts());
    let frames = now.frames.difference(&then.frames).cloned();
    let notes = now.notes.difference(&then.notes).cloned();
    let reroutes = now.reroutes.difference(&then.reroutes).cloned();
    frames
        .map(Item::Frame)
        .chain(notes.map(Item::Note))
        .chain(reroutes.map(Item::Reroute))
        .collect()
}

fn is_empty(graph: &Graph) -> bool {
    let parts = graph.view.parts();
    graph.nodes.is_empty() && parts.frames.is_empty() && parts.notes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAPH: &str = r#"{ "format": 1, "nodes": {
        "a": { "is": "x" }, "b": { "is": "x", "in": { "i": "a.o" } } },
        "view": { "nodes": { "a": [0, 0], "b": [200, 0] },
            "notes": { "n": { "rect": [0, 0, 10, 10], "text": "hi" } } } }"#;

    #[test]
    fn parts_come_back_from_their_text() {
        let graph = file::read(GRAPH).unwrap();
        let parts = [
            Part::Node("b".to_owned()),
            Part::Item(Item::Note("n".to_owned())),
        ];
        let copied = copy(&graph, &parts).unwrap();
        let pasted = read(&file::write(&copied)).unwrap();
        assert_eq!(pasted, copied);
        assert_eq!(pasted.nodes.keys().collect::<Vec<_>>(), ["b"]);
        assert_eq!(pasted.view.notes().len(), 1);
        let nothing = [Part::Node("gone".to_owned())];
        assert_eq!(copy(&graph, &nothing), None);
        assert_eq!(new_items(&pasted.view, &View::default()).len(), 1);
    }

    #[test]
    fn anything_else_is_told_in_words() {
        for (text, wanted) in [
            ("a lighthouse", "text, but no nodes"),
            ("", "text, but no nodes"),
            ("{ half", "text, but no nodes"),
            (r#"{ "a": 1 }"#, "text, but no nodes"),
            (r#"{ "format": 1 }"#, "is empty"),
            (r#"{ "format": 9, "nodes": {} }"#, "format 9"),
            (r#"{ "nodes": [], "links": [] }"#, "ComfyUI"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.to_string().contains(wanted), "{text}: {error}");
        }
        let long = format!("{{{}", " ".repeat(MAX_BYTES));
        assert!(matches!(read(&long), Err(ClipboardError::TooLarge { .. })));
        let deep = format!("{{{}", "\"a\":{".repeat(100_000));
        assert!(read(&deep).is_err());
    }
}
