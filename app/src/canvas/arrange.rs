//! Places for nodes that a file gives none: layers from left to right along the wires.

use std::collections::BTreeMap;

use pyrograph_engine::graph::Graph;
use pyrograph_engine::node::Catalog;

use crate::theme::size;

/// Between one layer and the next, and between nodes of one.
const GAP: [f32; 2] = [60.0, 40.0];
/// The width that a layer is given.
const LAYER: f32 = 240.0;

/// The upper left corners of the nodes that have none, below those that have one.
pub fn strays(graph: &Graph, catalog: Catalog) -> Vec<(String, [f32; 2])> {
    let placed = graph
        .nodes
        .keys()
        .filter_map(|key| graph.view.position(key));
    let top = placed.map(|[_, y]| y + 320.0).fold(0.0_f32, f32::max);
    let layers = layers(graph);
    let mut next_y: BTreeMap<usize, f32> = BTreeMap::new();
    let mut places = Vec::new();
    for (key, node) in &graph.nodes {
        if graph.view.position(key).is_some() {
            continue;
        }
        let layer = layers.get(key.as_str()).copied().unwrap_or_default();
        let y = next_y.entry(layer).or_insert(top);
        places.push((key.clone(), [layer as f32 * (LAYER + GAP[0]), *y]));
        let rows = catalog.get(&node.is).map_or(node.inputs.len(), |spec| {
            spec.inputs.len().max(spec.outputs.len())
                + spec.params.len()
                + if spec.is_output { 9 } else { 0 }
        });
        *y += size::HEADER + rows as f32 * size::FIELD_PITCH + GAP[1];
    }
    places
}

/// How many wires lie between a node and the start, at most. What lies on a circle stays at 0.
fn layers(graph: &Graph) -> BTreeMap<&str, usize> {
    let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
    let mut followers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, node) in &graph.nodes {
        for source in node.inputs.keys().filter_map(|input| node.source(input)) {
            if let Some((from, _)) = graph.nodes.get_key_value(&source.node) {
                followers.entry(from).or_default().push(key);
                *waiting.entry(key).or_default() += 1;
            }
        }
    }
    let mut layers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ready: Vec<&str> = graph
        .nodes
        .keys()
        .map(String::as_str)
        .filter(|key| !waiting.contains_key(key))
        .collect();
    while let Some(key) = ready.pop() {
        let layer = *layers.entry(key).or_default();
        for follower in followers.get(key).into_iter().flatten().copied() {
            let deepest = layers.entry(follower).or_default();
            *deepest = (*deepest).max(layer + 1);
            if let Some(left) = waiting.get_mut(follower) {
                *left -= 1;
                if *left == 0 {
                    ready.push(follower);
                }
            }
        }
    }
    layers
}

#[cfg(test)]
mod tests {
    use pyrograph_engine::graph::file;

    use super::*;

    fn check(nodes: &str, wanted: &[(&str, f32)]) {
        let graph = file::read(format!(r#"{{ "format": 1, "nodes": {{ {nodes} }} }}"#)).unwrap();
        let places = strays(&graph, Catalog(&[]));
        let columns: Vec<(&str, f32)> = places
            .iter()
            .map(|(key, [x, _])| (key.as_str(), x / (LAYER + GAP[0])))
            .collect();
        assert_eq!(columns, wanted);
    }

    #[test]
    fn wires_go_to_the_right() {
        check(
            r#""c": { "is": "x", "in": { "i": "b.o", "j": "a.o" } }, "a": { "is": "x" }, "b": { "is": "x", "in": { "i": "a.o" } }"#,
            &[("c", 2.0), ("a", 0.0), ("b", 1.0)],
        );
    }

    #[test]
    fn circles_end() {
        check(
            r#""a": { "is": "x", "in": { "i": "b.o" } }, "b": { "is": "x", "in": { "i": "a.o" } }"#,
            &[("a", 0.0), ("b", 0.0)],
        );
    }
}
