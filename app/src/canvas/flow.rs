//! What lies before and behind nodes along the wires, and which wires touch them.

use std::collections::BTreeSet;

use pyrograph_engine::graph::{Graph, Source};

use crate::command::Input;

/// These nodes and all whose results they need.
pub fn upstream<'a>(graph: &Graph, keys: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = keys.into_iter().map(str::to_owned).collect();
    while let Some(key) = waiting.pop() {
        let Some(node) = graph.nodes.get(&key) else {
            continue;
        };
        if found.insert(key) {
            let inputs = node.inputs.keys().filter_map(|input| node.source(input));
            waiting.extend(inputs.map(|source| source.node));
        }
    }
    found
}

/// These nodes and all that need their results.
pub fn downstream<'a>(graph: &Graph, keys: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = keys
        .into_iter()
        .filter(|key| graph.nodes.contains_key(*key))
        .map(str::to_owned)
        .collect();
    // Once for each layer of nodes at most; nodes mostly stand behind those that they need.
    loop {
        let before = found.len();
        for (key, node) in &graph.nodes {
            let needs_one = || {
                let mut values = node.inputs.values();
                values.any(|value| {
                    let source = value.as_str().and_then(|text| text.split_once('.'));
                    source.is_some_and(|(node, _)| found.contains(node))
                })
            };
            if !found.contains(key) && needs_one() {
                found.insert(key.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// The inputs at which wires from that output end, as (node, input).
pub fn ends_of<'a>(
    graph: &'a Graph,
    source: &'a Source,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    graph.nodes.iter().flat_map(move |(key, node)| {
        let inputs = node.inputs.keys();
        inputs
            .filter(move |input| node.source(input).as_ref() == Some(source))
            .map(move |input| (key.as_str(), input.as_str()))
    })
}

/// How many ends of a wire are meant to lie at some nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// One at least.
    One,
    /// Both.
    Both,
}

/// The wires that touch some nodes, by their ends.
pub fn ends_at(graph: &Graph, nodes: &BTreeSet<String>, touch: Touch) -> Vec<Input> {
    let mut found = Vec::new();
    for (key, node) in &graph.nodes {
        for slot in node.inputs.keys() {
            let Some(source) = node.source(slot) else {
                continue;
            };
            let ends = [key, &source.node].map(|node| nodes.contains(node));
            let touches = match touch {
                Touch::One => ends.contains(&true),
                Touch::Both => !ends.contains(&false),
            };
            if touches {
                found.push(Input::new(key, slot));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use pyrograph_engine::graph::file;

    use super::*;

    fn chain() -> Graph {
        file::read(
            r#"{ "format": 1, "nodes": {
                "d": { "is": "x", "in": { "i": "c.o" } },
                "a": { "is": "x" },
                "b": { "is": "x", "in": { "i": "a.o", "j": "gone.o" } },
                "c": { "is": "x", "in": { "i": "b.o", "j": "e.o" } },
                "e": { "is": "x" } } }"#,
        )
        .unwrap()
    }

    fn names(found: &BTreeSet<String>) -> String {
        found
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn what_is_needed_and_what_needs_is_found() {
        let graph = chain();
        assert_eq!(names(&upstream(&graph, ["c"])), "a b c e");
        assert_eq!(names(&downstream(&graph, ["b"])), "b c d");
        assert_eq!(names(&downstream(&graph, ["b", "e", "gone"])), "b c d e");
    }

    #[test]
    fn the_wires_of_nodes_are_found() {
        let graph = chain();
        let ends = |nodes: &[&str], touch| -> Vec<String> {
            let nodes = nodes.iter().map(|key| (*key).to_owned()).collect();
            let ends = ends_at(&graph, &nodes, touch).into_iter();
            ends.map(|end| format!("{}.{}", end.node, end.slot))
                .collect()
        };
        assert_eq!(ends(&["b", "c"], Touch::Both), ["c.i"]);
        assert_eq!(ends(&["c"], Touch::One), ["d.i", "c.i", "c.j"]);
        assert!(ends(&["a"], Touch::Both).is_empty());
    }

    #[test]
    fn circles_end() {
        let text = r#"{ "format": 1, "nodes": { "a": { "is": "x", "in": { "i": "b.o" } },
            "b": { "is": "x", "in": { "i": "a.o" } } } }"#;
        let graph = file::read(text).unwrap();
        assert_eq!(names(&upstream(&graph, ["a"])), "a b");
        assert_eq!(names(&downstream(&graph, ["a"])), "a b");
    }

    #[test]
    fn the_ends_of_an_output_are_found() {
        let graph = chain();
        let source = Source {
            node: "b".into(),
            pin: "o".into(),
        };
        assert_eq!(ends_of(&graph, &source).collect::<Vec<_>>(), [("c", "i")]);
    }
}
