use std::time::{Duration, Instant};

use super::*;

/// Blocks of one size at the origin, and wires as pairs of their places.
fn arrange(count: usize, wires: &[(usize, usize)]) -> Vec<Rect> {
    let blocks: Vec<Block> = (0..count).map(|i| block(i, 0.0)).collect();
    places(&blocks, &edges(wires))
}

fn block(i: usize, y: f32) -> Block {
    Block {
        key: format!("n{i}"),
        rect: Rect::from_min_size(pos2(0.0, y), vec2(200.0, 100.0)),
        is_pinned: false,
    }
}

fn edges(wires: &[(usize, usize)]) -> Vec<Edge> {
    wires
        .iter()
        .map(|&(from, to)| Edge {
            from,
            to,
            heights: [40.0, 40.0],
        })
        .collect()
}

fn places(blocks: &[Block], edges: &[Edge]) -> Vec<Rect> {
    let places = layers(blocks, edges);
    blocks
        .iter()
        .map(|block| {
            let place = places.iter().find(|(key, _)| *key == block.key);
            let min = place.map_or(block.rect.min, |(_, corner)| (*corner).into());
            Rect::from_min_size(min, block.rect.size())
        })
        .collect()
}

fn assert_apart(rects: &[Rect]) {
    for (i, a) in rects.iter().enumerate() {
        for b in &rects[i + 1..] {
            assert!(!a.shrink(1.0).intersects(*b), "{a:?} covers {b:?}");
        }
    }
}

#[test]
fn wires_go_to_the_right_and_a_chain_is_level() {
    let rects = arrange(3, &[(2, 0), (0, 1)]);
    assert!(rects[2].right() < rects[0].left() && rects[0].right() < rects[1].left());
    assert!(rects.iter().all(|rect| rect.top() == rects[0].top()));
}

#[test]
fn crossings_are_undone() {
    // Two chains, of which the second lies above the first in the list of the last layer.
    let blocks = [
        block(0, 0.0),
        block(1, 500.0),
        block(2, 400.0),
        block(3, 100.0),
        block(4, 250.0),
    ];
    let wires = edges(&[(0, 2), (1, 3), (2, 4), (3, 4)]);
    let rects = places(&blocks, &wires);
    assert_apart(&rects);
    let is_above = |a: usize, b: usize| rects[a].top() < rects[b].top();
    assert_eq!(is_above(0, 1), is_above(2, 3));
}

#[test]
fn what_needs_nothing_stands_right_before_what_needs_it() {
    let rects = arrange(4, &[(0, 1), (1, 2), (3, 2)]);
    assert_eq!(rects[3].left(), rects[1].left());
    assert_apart(&rects);
}

#[test]
fn circles_and_wires_to_oneself_end() {
    assert_apart(&arrange(3, &[(0, 1), (1, 2), (2, 0), (1, 1)]));
    assert_apart(&arrange(2, &[(0, 1), (1, 0)]));
    assert!(arrange(0, &[]).is_empty());
}

#[test]
fn parts_lie_beside_and_below_each_other() {
    let rects = arrange(9, &[(0, 1), (2, 3)]);
    assert_apart(&rects);
    let all = rects
        .iter()
        .fold(Rect::NOTHING, |all, rect| all.union(*rect));
    assert!(all.width() < 2_500.0 && all.height() < 1_200.0, "{all:?}");
}

#[test]
fn pinned_nodes_stay_and_are_not_covered() {
    let mut blocks = [block(0, 0.0), block(1, 0.0), block(2, 0.0)];
    blocks[2].is_pinned = true;
    let rects = places(&blocks, &edges(&[(0, 1), (1, 2)]));
    assert_eq!(rects[2], blocks[2].rect);
    assert_apart(&rects);
}

#[test]
fn a_large_graph_takes_no_time_and_comes_out_the_same() {
    // Layers of fifty, each node wired to three of the layer before and to one far before.
    let count = 2_000;
    let wires: Vec<(usize, usize)> = (50..count)
        .flat_map(|i| {
            let layer = i / 50 * 50;
            let near = [7, 13, 29].map(|step| (layer - 50 + (i * step) % 50, i));
            let far = (i % 10 == 0 && i >= 400).then(|| (i - 400, i));
            near.into_iter().chain(far)
        })
        .collect();
    let begun = Instant::now();
    let first = arrange(count, &wires);
    let took = begun.elapsed();
    assert_eq!(first, arrange(count, &wires));
    let limit = if cfg!(debug_assertions) { 5_000 } else { 200 };
    assert!(took < Duration::from_millis(limit), "{took:?}");
    for pair in wires.iter().map(|&(from, to)| [first[from], first[to]]) {
        assert!(pair[0].right() < pair[1].left());
    }
}
