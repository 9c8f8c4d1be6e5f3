//! How high items lie: wires shall run level, and nothing may cover anything.

use super::{Edge, GAP, Part};

/// How often all layers are gone through, to the right and to the left.
const SWEEPS: usize = 8;
/// How much room a wire takes that passes a layer.
const WIRE_GAP: f32 = 12.0;

/// Gives every item its height.
pub(super) fn settle(part: &mut Part) {
    let mut before: Vec<Vec<Edge>> = vec![Vec::new(); part.items.len()];
    let mut behind: Vec<Vec<Edge>> = vec![Vec::new(); part.items.len()];
    for edge in &part.edges {
        before[edge.to].push(*edge);
        behind[edge.from].push(*edge);
    }
    stack(part);
    for sweep in 0..SWEEPS {
        let count = part.layers.len();
        for step in 0..count {
            if sweep % 2 == 0 {
                level(part, step, &before);
            } else {
                level(part, count - 1 - step, &behind);
            }
        }
    }
}

/// One below the other, as close as may be.
fn stack(part: &mut Part) {
    for layer in &part.layers {
        let mut top = 0.0;
        for (i, &item) in layer.iter().enumerate() {
            part.items[item].y = top;
            if let Some(&next) = layer.get(i + 1) {
                top += way(part, item, next);
            }
        }
    }
}

/// From the top of one item to the top of the next at least.
fn way(part: &Part, item: usize, next: usize) -> f32 {
    let (item, next) = (&part.items[item], &part.items[next]);
    let gap = if item.block.is_some() && next.block.is_some() {
        GAP.y
    } else {
        WIRE_GAP
    };
    item.size.y + gap
}

/// Moves the items of a layer to where their wires would run level, or as near as they may come:
/// the least squares under the order, found by pooling neighbours that are in each other's way.
fn level(part: &mut Part, layer: usize, wires: &[Vec<Edge>]) {
    let items = &part.layers[layer];
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(items.len());
    let mut pools: Vec<Pool> = Vec::new();
    for (i, &item) in items.iter().enumerate() {
        offsets.push(offset);
        let wanted = wanted(part, item, &wires[item]);
        let weight = if wires[item].is_empty() { 0.05 } else { 1.0 };
        pools.push(Pool {
            sum: (wanted - offset) * weight,
            weight,
            count: 1,
        });
        while let [.., above, below] = pools.as_slice()
            && above.mean() > below.mean()
        {
            let joined = above.with(below);
            pools.truncate(pools.len() - 2);
            pools.push(joined);
        }
        if let Some(&next) = items.get(i + 1) {
            offset += way(part, item, next);
        }
    }
    let means = pools
        .iter()
        .flat_map(|pool| std::iter::repeat_n(pool.mean(), pool.count));
    for ((&item, mean), offset) in items.iter().zip(means).zip(offsets) {
        part.items[item].y = mean + offset;
    }
}

/// Where an item's wires would run level on average; without wires, where it is.
fn wanted(part: &Part, item: usize, wires: &[Edge]) -> f32 {
    if wires.is_empty() {
        return part.items[item].y;
    }
    let sum: f32 = wires
        .iter()
        .map(|edge| {
            let [start, end] = edge.heights;
            if edge.to == item {
                part.items[edge.from].y + start - end
            } else {
                part.items[edge.to].y + end - start
            }
        })
        .sum();
    sum / wires.len() as f32
}

/// Items that lie as close as may be.
#[derive(Clone, Copy)]
struct Pool {
    sum: f32,
    weight: f32,
    count: usize,
}

impl Pool {
    fn mean(&self) -> f32 {
        self.sum / self.weight
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            weight: self.weight + other.weight,
            count: self.count + other.count,
        }
    }
}
