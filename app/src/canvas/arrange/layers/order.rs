//! The order within layers: each item goes to the middle of its neighbours, to and fro, and the
//! drawing with the fewest crossings counts.

use super::Part;

/// How often at most all layers are gone through.
const SWEEPS: usize = 12;
/// After so many without a better drawing, none is to be expected.
const PATIENCE: usize = 4;

/// Orders the items of each layer.
pub(super) fn reduce_crossings(part: &mut Part) {
    let neighbours = Neighbours::of(part);
    let mut place = places(part);
    let mut best = (crossings(part, &place), part.layers.clone());
    let mut in_vain = 0;
    for sweep in 0..SWEEPS {
        if best.0 == 0 || in_vain == PATIENCE {
            break;
        }
        let count = part.layers.len();
        for step in 1..count {
            let (layer, near) = if sweep % 2 == 0 {
                (step, &neighbours.before)
            } else {
                (count - 1 - step, &neighbours.behind)
            };
            sort(part, &mut place, layer, near);
        }
        let now = crossings(part, &place);
        if now < best.0 {
            best = (now, part.layers.clone());
            in_vain = 0;
        } else {
            in_vain += 1;
        }
    }
    part.layers = best.1;
}

/// The items that wires join to each item.
struct Neighbours {
    before: Vec<Vec<usize>>,
    behind: Vec<Vec<usize>>,
}

impl Neighbours {
    fn of(part: &Part) -> Self {
        let mut all = Self {
            before: vec![Vec::new(); part.items.len()],
            behind: vec![Vec::new(); part.items.len()],
        };
        for edge in &part.edges {
            all.before[edge.to].push(edge.from);
            all.behind[edge.from].push(edge.to);
        }
        all
    }
}

/// Each item's place in its layer.
fn places(part: &Part) -> Vec<f32> {
    let mut place = vec![0.0; part.items.len()];
    for layer in &part.layers {
        for (i, item) in layer.iter().enumerate() {
            place[*item] = i as f32;
        }
    }
    place
}

/// Orders a layer by the middles of its items' neighbours; those without any stay in between.
fn sort(part: &mut Part, place: &mut [f32], layer: usize, near: &[Vec<usize>]) {
    let middle = |item: usize| {
        let near = &near[item];
        let sum: f32 = near.iter().map(|other| place[*other]).sum();
        if near.is_empty() {
            place[item]
        } else {
            sum / near.len() as f32
        }
    };
    let items = &mut part.layers[layer];
    let mut sorted: Vec<(f32, usize)> = items.iter().map(|item| (middle(*item), *item)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0)); // stable: equals keep their order
    *items = sorted.into_iter().map(|(_, item)| item).collect();
    for (i, item) in items.iter().enumerate() {
        place[*item] = i as f32;
    }
}

/// How many pairs of wires cross between neighbouring layers.
fn crossings(part: &Part, place: &[f32]) -> usize {
    let mut between: Vec<Vec<(usize, usize)>> = vec![Vec::new(); part.layers.len()];
    for edge in &part.edges {
        let layer = part.items[edge.from].layer;
        between[layer].push((place[edge.from] as usize, place[edge.to] as usize));
    }
    between
        .into_iter()
        .map(|mut wires| {
            wires.sort_unstable();
            inversions(&wires)
        })
        .sum()
}

/// How many pairs end in the other order than they start, by a Fenwick tree over the ends.
fn inversions(wires: &[(usize, usize)]) -> usize {
    let size = wires.iter().map(|(_, to)| to + 1).max().unwrap_or_default();
    let mut tree = vec![0_usize; size + 1];
    let mut crossings = 0;
    for (seen, (_, to)) in wires.iter().enumerate() {
        let (mut at, mut not_above) = (to + 1, 0);
        while at > 0 {
            not_above += tree[at];
            at &= at - 1;
        }
        crossings += seen - not_above;
        let mut at = to + 1;
        while at <= size {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    crossings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_wires_are_counted() {
        assert_eq!(inversions(&[]), 0);
        assert_eq!(inversions(&[(0, 0), (1, 1)]), 0);
        assert_eq!(inversions(&[(0, 1), (1, 0)]), 1);
        assert_eq!(inversions(&[(0, 2), (1, 1), (2, 0)]), 3);
        assert_eq!(inversions(&[(0, 1), (0, 1), (1, 0)]), 2);
        assert_eq!(inversions(&[(0, 1), (1, 1)]), 0);
    }
}
