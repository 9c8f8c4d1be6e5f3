//! Order among nodes: in one line, with equal gaps, in layers along the wires; and places for nodes
//! that a file gives none.

mod align;
mod followers;
mod layers;

use std::collections::BTreeMap;

use egui::{Pos2, Rect, pos2, vec2};
use pyrograph_engine::graph::Graph;
use pyrograph_engine::node::Catalog;

use self::followers::{Ways, followers};
use crate::app::State;
use crate::canvas::layout::NodeLayout;
use crate::canvas::wiring::Wiring;
use crate::command::Command;
use crate::command::drawing::{Item, Part};
use crate::command::graph::{Arrange, GraphCommand};
use crate::theme::size;

/// Between one layer and the next, and between nodes of one.
const GAP: [f32; 2] = [60.0, 40.0];
/// The width that a layer is given.
const LAYER: f32 = 240.0;

/// Between a frame's border and what lies in it; at the top, its title is there too.
const FRAME_PAD: f32 = 20.0;
const FRAME_TOP: f32 = 52.0;

/// Something, and the upper left corner that it gets.
type Placed<T> = (T, [f32; 2]);

/// A node that is put in order.
#[derive(Clone, Debug)]
struct Block {
    key: String,
    rect: Rect,
    /// Whether it stays where it is.
    is_pinned: bool,
}

/// The command that puts the selected nodes in order; without any, layers are made of all.
pub fn arrange(
    state: &State,
    layouts: &[NodeLayout],
    wiring: &Wiring,
    by: Arrange,
) -> Option<Command> {
    let selected = &state.selection.nodes;
    let takes_all = by == Arrange::Layers && selected.len() < 2;
    let (blocks, places): (Vec<Block>, Vec<usize>) = layouts
        .iter()
        .enumerate()
        .filter(|(_, layout)| takes_all || selected.contains(&layout.key))
        .map(|(i, layout)| (Block::of(layout), i))
        .unzip();
    let nodes = match by {
        Arrange::Left
        | Arrange::Right
        | Arrange::Top
        | Arrange::Bottom
        | Arrange::Column
        | Arrange::Row => align::align(&blocks, by),
        Arrange::SpreadAcross | Arrange::SpreadDown => align::spread(&blocks, by),
        Arrange::Layers => layers::layers(&blocks, &edges(layouts, wiring, &places)),
    };
    let is_moved = |(key, at): &(String, [f32; 2])| state.document.position(key) != *at;
    let nodes: Vec<_> = nodes.into_iter().filter(is_moved).collect();
    if nodes.is_empty() {
        return None;
    }
    let ways: Ways<'_> = nodes
        .iter()
        .map(|(key, at)| {
            let way = Pos2::from(*at) - Pos2::from(state.document.position(key));
            (key.as_str(), way)
        })
        .collect();
    let items = followers(state, (layouts, wiring), &ways);
    let frames = frames_around(state, layouts, (&nodes, &items));
    let nodes = nodes.into_iter().map(|(key, at)| (Part::Node(key), at));
    let parts = nodes.chain(items).collect();
    Some(GraphCommand::Place { by, parts, frames }.into())
}

impl Block {
    fn of(layout: &NodeLayout) -> Self {
        Self {
            key: layout.key.clone(),
            rect: layout.rect,
            is_pinned: layout.is_pinned,
        }
    }
}

/// The wires among some layouts, by their places in that list.
fn edges(layouts: &[NodeLayout], wiring: &Wiring, among: &[usize]) -> Vec<layers::Edge> {
    let place: BTreeMap<usize, usize> = among.iter().enumerate().map(|(i, at)| (*at, i)).collect();
    wiring
        .iter()
        .filter_map(|wire| {
            let [from, to] = wire.nodes();
            let [start, end] = wire.ends()?;
            Some(layers::Edge {
                from: *place.get(&from)?,
                to: *place.get(&to)?,
                heights: [
                    start.y - layouts[from].rect.top(),
                    end.y - layouts[to].rect.top(),
                ],
            })
        })
        .collect()
}

/// The frames that have to follow nodes which lie in them: each goes around all that it held.
fn frames_around(
    state: &State,
    layouts: &[NodeLayout],
    (moved, items): (&[Placed<String>], &[Placed<Part>]),
) -> Vec<(String, [f32; 4])> {
    let view = &state.document.graph().view;
    let items: BTreeMap<&Part, [f32; 2]> = items.iter().map(|(part, at)| (part, *at)).collect();
    let moved: BTreeMap<&str, [f32; 2]> =
        moved.iter().map(|(key, at)| (key.as_str(), *at)).collect();
    let sizes: BTreeMap<&str, &NodeLayout> = layouts
        .iter()
        .map(|layout| (layout.key.as_str(), layout))
        .collect();
    let size_of = |key: &str| {
        sizes
            .get(key)
            .map_or([0.0; 2], |layout| layout.rect.size().into())
    };
    let now = |key: &String| {
        let at = moved.get(key.as_str()).copied();
        let at = at.unwrap_or_else(|| state.document.position(key));
        Rect::from_min_size(at.into(), size_of(key).into())
    };
    let rect_of =
        |[x, y, width, height]: [f32; 4]| Rect::from_min_size(pos2(x, y), vec2(width, height));
    let mut frames: Vec<_> = view.frames();
    // Smaller frames lie in larger ones, which go around them.
    frames.sort_by(|a, b| {
        let area = |rect: [f32; 4]| rect[2] * rect[3];
        area(a.1.rect).total_cmp(&area(b.1.rect))
    });
    let mut placed: BTreeMap<String, Rect> = BTreeMap::new();
    for (id, frame) in frames {
        let inside = view.inside(frame.rect, size_of);
        let follows = inside
            .nodes
            .iter()
            .any(|key| moved.contains_key(key.as_str()))
            || inside.frames.iter().any(|inner| placed.contains_key(inner));
        if !follows {
            continue;
        }
        let nodes = inside.nodes.iter().map(now);
        let frames = inside.frames.iter().filter_map(|inner| {
            let own = || view.frame(inner).map(|frame| rect_of(frame.rect));
            placed.get(inner).copied().or_else(own)
        });
        let notes = inside.notes.iter().filter_map(|id| {
            let rect = rect_of(view.note(id)?.rect);
            let at = items.get(&Part::Item(Item::Note(id.clone())));
            Some(at.map_or(rect, |at| Rect::from_min_size((*at).into(), rect.size())))
        });
        let content = nodes
            .chain(frames)
            .chain(notes)
            .fold(Rect::NOTHING, |all, rect| all.union(rect));
        let around = Rect::from_min_max(
            content.min - vec2(FRAME_PAD, FRAME_TOP),
            content.max + vec2(FRAME_PAD, FRAME_PAD),
        );
        placed.insert(id, around);
    }
    placed
        .into_iter()
        .map(|(id, rect)| {
            let [left, top] = rect.min.into();
            (id, [left, top, rect.width(), rect.height()])
        })
        .collect()
}

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
