//! Nodes in layers along their wires, from left to right, with few crossings and short wires.
//!
//! After Sugiyama: layers by the longest way, order within them by the middle of their neighbours,
//! heights by isotonic regression. The same graph always comes to the same drawing.

mod heights;
mod order;

use std::collections::BTreeMap;

use egui::{Rect, Vec2, pos2, vec2};

use super::Block;
use crate::canvas::view::snap;

/// Between one layer and the next, and between nodes of one.
pub(super) const GAP: Vec2 = vec2(64.0, 32.0);
/// Between parts that no wire joins.
const PART_GAP: Vec2 = vec2(96.0, 72.0);
/// How much wider than high all parts together become.
const RATIO: f32 = 1.8;
/// Wires that skip layers take room there, as long as these are not too many in all.
const MAX_BENDS: usize = 20_000;

/// A wire between blocks, by their places in the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// How far below its block's upper border it starts and ends.
    pub(super) heights: [f32; 2],
}

/// Something that has a place in a layer: a block, or the point at which a wire passes it.
#[derive(Clone, Debug)]
struct Item {
    /// The block; none for a wire that passes.
    block: Option<usize>,
    size: Vec2,
    layer: usize,
    /// Where it was, which decides between equals.
    was: f32,
    y: f32,
}

/// A connected part.
#[derive(Default)]
struct Part {
    items: Vec<Item>,
    /// Between items of neighbouring layers.
    edges: Vec<Edge>,
    /// Items from top to bottom.
    layers: Vec<Vec<usize>>,
}

/// The upper left corners of the blocks that are not pinned, from where the upper left one was.
pub(super) fn layers(blocks: &[Block], edges: &[Edge]) -> Vec<(String, [f32; 2])> {
    let is_free = |i: usize| !blocks[i].is_pinned;
    let edges: Vec<Edge> = edges
        .iter()
        .copied()
        .filter(|edge| is_free(edge.from) && is_free(edge.to) && edge.from != edge.to)
        .collect();
    let free: Vec<usize> = (0..blocks.len()).filter(|i| is_free(*i)).collect();
    let bounds = free
        .iter()
        .fold(Rect::NOTHING, |all, i| all.union(blocks[*i].rect));
    let mut drawn: Vec<Vec<(usize, Rect)>> = parts(blocks.len(), &free, &edges)
        .into_iter()
        .map(|part| draw(blocks, &part, &edges))
        .collect();
    // The part that lay above the others comes first.
    drawn.sort_by(|a, b| {
        let top = |part: &[(usize, Rect)]| {
            part.iter()
                .map(|(i, _)| blocks[*i].rect.top())
                .fold(f32::INFINITY, f32::min)
        };
        top(a).total_cmp(&top(b))
    });
    let pinned: Vec<Rect> = blocks
        .iter()
        .filter(|block| block.is_pinned)
        .map(|block| block.rect)
        .collect();
    let offsets = shelve(&drawn, bounds, &pinned);
    drawn
        .into_iter()
        .zip(offsets)
        .flat_map(|(part, offset)| {
            part.into_iter().map(move |(i, rect)| {
                let corner = rect.min + offset;
                (blocks[i].key.clone(), [snap(corner.x), snap(corner.y)])
            })
        })
        .collect()
}

/// The blocks that wires join, each part in the order of the list.
fn parts(count: usize, free: &[usize], edges: &[Edge]) -> Vec<Vec<usize>> {
    fn root(of: &mut [usize], i: usize) -> usize {
        let mut i = i;
        while of[i] != i {
            of[i] = of[of[i]];
            i = of[i];
        }
        i
    }
    let mut of: Vec<usize> = (0..count).collect();
    for edge in edges {
        let (a, b) = (root(&mut of, edge.from), root(&mut of, edge.to));
        of[a.max(b)] = a.min(b);
    }
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &i in free {
        parts.entry(root(&mut of, i)).or_default().push(i);
    }
    parts.into_values().collect()
}

/// Draws one part from the origin on.
fn draw(blocks: &[Block], members: &[usize], edges: &[Edge]) -> Vec<(usize, Rect)> {
    let mut part = Part::new(blocks, members, edges);
    order::reduce_crossings(&mut part);
    heights::settle(&mut part);
    let mut left = 0.0;
    let mut drawn = Vec::new();
    for layer in &part.layers {
        let width = layer
            .iter()
            .map(|i| part.items[*i].size.x)
            .fold(0.0, f32::max);
        for item in layer.iter().map(|i| &part.items[*i]) {
            if let Some(block) = item.block {
                drawn.push((block, Rect::from_min_size(pos2(left, item.y), item.size)));
            }
        }
        left += width + GAP.x;
    }
    let top = drawn
        .iter()
        .map(|(_, rect)| rect.top())
        .fold(f32::INFINITY, f32::min);
    for (_, rect) in &mut drawn {
        *rect = rect.translate(vec2(0.0, -top));
    }
    drawn
}

impl Part {
    fn new(blocks: &[Block], members: &[usize], edges: &[Edge]) -> Self {
        let place: BTreeMap<usize, usize> =
            members.iter().enumerate().map(|(i, b)| (*b, i)).collect();
        let edges: Vec<Edge> = edges
            .iter()
            .filter_map(|edge| {
                let (from, to) = (*place.get(&edge.from)?, *place.get(&edge.to)?);
                Some(Edge { from, to, ..*edge })
            })
            .collect();
        let (layer_of, edges) = assign_layers(members.len(), edges);
        let items = members.iter().zip(&layer_of).map(|(&block, &layer)| Item {
            block: Some(block),
            size: blocks[block].rect.size(),
            layer,
            was: blocks[block].rect.center().y,
            y: 0.0,
        });
        let mut part = Self {
            items: items.collect(),
            ..Self::default()
        };
        let bends: usize = edges
            .iter()
            .map(|edge| layer_of[edge.to] - layer_of[edge.from] - 1)
            .sum();
        for edge in edges {
            part.lay(edge, bends <= MAX_BENDS);
        }
        let count = part.items.iter().map(|item| item.layer + 1).max();
        part.layers = vec![Vec::new(); count.unwrap_or_default()];
        for (i, item) in part.items.iter().enumerate() {
            part.layers[item.layer].push(i);
        }
        for layer in &mut part.layers {
            layer.sort_by(|a, b| part.items[*a].was.total_cmp(&part.items[*b].was));
        }
        part
    }

    /// Lays a wire, through each layer on its way if there is room for that.
    fn lay(&mut self, edge: Edge, is_bent: bool) {
        let (first, last) = (self.items[edge.from].layer, self.items[edge.to].layer);
        let (start, end) = (self.items[edge.from].was, self.items[edge.to].was);
        let [height, last_height] = edge.heights;
        let (mut from, mut height) = (edge.from, height);
        if is_bent {
            for layer in first + 1..last {
                let share = (layer - first) as f32 / (last - first) as f32;
                self.items.push(Item {
                    block: None,
                    size: Vec2::ZERO,
                    layer,
                    was: start + (end - start) * share,
                    y: 0.0,
                });
                let to = self.items.len() - 1;
                self.edges.push(Edge {
                    from,
                    to,
                    heights: [height, 0.0],
                });
                (from, height) = (to, 0.0);
            }
        }
        self.edges.push(Edge {
            from,
            to: edge.to,
            heights: [height, last_height],
        });
    }
}

/// How many wires lie before each member at most; wires that close a circle are left out. Members
/// that need nothing stand right before the first that needs them.
fn assign_layers(count: usize, edges: Vec<Edge>) -> (Vec<usize>, Vec<Edge>) {
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waiting = vec![0_usize; count];
    for edge in &edges {
        behind[edge.from].push(edge.to);
        waiting[edge.to] += 1;
    }
    let mut ready: std::collections::BTreeSet<usize> =
        (0..count).filter(|i| waiting[*i] == 0).collect();
    let mut layer = vec![0_usize; count];
    let mut rank = vec![usize::MAX; count];
    let mut order = Vec::with_capacity(count);
    while order.len() < count {
        // If all wait for each other, the first one breaks the circle.
        let next = ready
            .pop_first()
            .or_else(|| (0..count).find(|i| rank[*i] == usize::MAX));
        let Some(i) = next else { break };
        rank[i] = order.len();
        order.push(i);
        for &follower in &behind[i] {
            if rank[follower] == usize::MAX {
                layer[follower] = layer[follower].max(layer[i] + 1);
                waiting[follower] -= 1;
                if waiting[follower] == 0 {
                    ready.insert(follower);
                }
            }
        }
    }
    let edges: Vec<Edge> = edges
        .into_iter()
        .filter(|edge| rank[edge.from] < rank[edge.to])
        .collect();
    let mut needs = vec![false; count];
    edges.iter().for_each(|edge| needs[edge.to] = true);
    for &i in order.iter().filter(|i| !needs[**i]) {
        let first = behind[i].iter().filter(|to| rank[**to] > rank[i]);
        if let Some(first) = first.map(|to| layer[*to]).min() {
            layer[i] = first - 1;
        }
    }
    (layer, edges)
}

/// Puts parts beside and below each other, about as wide as a screen is, none over a pinned node.
fn shelve(parts: &[Vec<(usize, Rect)>], from: Rect, pinned: &[Rect]) -> Vec<Vec2> {
    let sizes: Vec<Vec2> = parts
        .iter()
        .map(|part| {
            let all = part
                .iter()
                .fold(Rect::NOTHING, |all, (_, rect)| all.union(*rect));
            all.size()
        })
        .collect();
    let area: f32 = sizes
        .iter()
        .map(|size| (size.x + PART_GAP.x) * (size.y + PART_GAP.y))
        .sum();
    let widest = sizes.iter().map(|size| size.x).fold(0.0, f32::max);
    let width = (area * RATIO).sqrt().max(widest);
    let (mut at, mut shelf) = (from.min, 0.0_f32);
    let mut offsets = Vec::new();
    for size in sizes {
        if at.x > from.left() && at.x + size.x > from.left() + width {
            at = pos2(from.left(), at.y + shelf + PART_GAP.y);
            shelf = 0.0;
        }
        let covers = |at: egui::Pos2| {
            let rect = Rect::from_min_size(at, size).expand2(GAP / 2.0);
            pinned.iter().find(move |pin| pin.intersects(rect))
        };
        while let Some(pin) = covers(at) {
            at.y = pin.bottom() + GAP.y;
        }
        offsets.push(at.to_vec2());
        at.x += size.x + PART_GAP.x;
        shelf = shelf.max(size.y);
    }
    offsets
}

#[cfg(test)]
mod tests;
