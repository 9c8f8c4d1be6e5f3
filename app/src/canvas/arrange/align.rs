//! Nodes in one line, or with equal gaps.

use egui::{Rect, pos2};

use super::Block;
use crate::command::graph::Arrange;

/// The upper left corners that put blocks in one line or apart; pinned ones stay, and the others
/// go by them too.
pub(super) fn align(blocks: &[Block], by: Arrange) -> Vec<(String, [f32; 2])> {
    let all = blocks
        .iter()
        .fold(Rect::NOTHING, |all, block| all.union(block.rect));
    let center = all.center();
    let place = |rect: Rect| match by {
        Arrange::Left => pos2(all.left(), rect.top()),
        Arrange::Right => pos2(all.right() - rect.width(), rect.top()),
        Arrange::Top => pos2(rect.left(), all.top()),
        Arrange::Bottom => pos2(rect.left(), all.bottom() - rect.height()),
        Arrange::Column => pos2(center.x - rect.width() / 2.0, rect.top()),
        Arrange::Row => pos2(rect.left(), center.y - rect.height() / 2.0),
        Arrange::SpreadAcross | Arrange::SpreadDown | Arrange::Layers => rect.min,
    };
    let movable = blocks.iter().filter(|block| !block.is_pinned);
    movable
        .map(|block| (block.key.clone(), place(block.rect).into()))
        .collect()
}

/// The upper left corners that make gaps equal. The outermost stay; if there is no room between
/// them, the others go on until none covers another.
pub(super) fn spread(blocks: &[Block], by: Arrange) -> Vec<(String, [f32; 2])> {
    let is_across = by == Arrange::SpreadAcross;
    let low = |rect: &Rect| if is_across { rect.left() } else { rect.top() };
    let size = |rect: &Rect| {
        if is_across {
            rect.width()
        } else {
            rect.height()
        }
    };
    let mut sorted: Vec<&Block> = blocks.iter().filter(|block| !block.is_pinned).collect();
    sorted.sort_by(|a, b| low(&a.rect).total_cmp(&low(&b.rect)));
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
        return Vec::new();
    };
    let sizes: f32 = sorted.iter().map(|block| size(&block.rect)).sum();
    let room = low(&last.rect) + size(&last.rect) - low(&first.rect) - sizes;
    let gap = (room / (sorted.len() - 1).max(1) as f32).max(0.0);
    let mut next = low(&first.rect);
    let mut places = Vec::new();
    for block in sorted {
        let corner = if is_across {
            [next, block.rect.top()]
        } else {
            [block.rect.left(), next]
        };
        places.push((block.key.clone(), corner));
        next += size(&block.rect) + gap;
    }
    places
}

#[cfg(test)]
mod tests {
    use egui::vec2;

    use super::*;

    fn blocks() -> Vec<Block> {
        let block = |key: &str, x: f32, y: f32, width: f32, height: f32| Block {
            key: key.to_owned(),
            rect: Rect::from_min_size(pos2(x, y), vec2(width, height)),
            is_pinned: false,
        };
        vec![
            block("a", 0.0, 0.0, 100.0, 40.0),
            block("b", 150.0, 100.0, 50.0, 20.0),
            block("c", 400.0, 30.0, 100.0, 60.0),
        ]
    }

    fn check(by: Arrange, wanted: [[f32; 2]; 3]) {
        let places = match by {
            Arrange::SpreadAcross | Arrange::SpreadDown => spread(&blocks(), by),
            _ => align(&blocks(), by),
        };
        let got = |key: &str| places.iter().find(|(other, _)| other == key).unwrap().1;
        assert_eq!(["a", "b", "c"].map(got), wanted, "{by:?}");
    }

    #[test]
    fn borders_and_middles_come_in_line() {
        check(Arrange::Left, [[0.0, 0.0], [0.0, 100.0], [0.0, 30.0]]);
        check(
            Arrange::Right,
            [[400.0, 0.0], [450.0, 100.0], [400.0, 30.0]],
        );
        check(Arrange::Top, [[0.0, 0.0], [150.0, 0.0], [400.0, 0.0]]);
        check(
            Arrange::Bottom,
            [[0.0, 80.0], [150.0, 100.0], [400.0, 60.0]],
        );
        check(
            Arrange::Column,
            [[200.0, 0.0], [225.0, 100.0], [200.0, 30.0]],
        );
        check(Arrange::Row, [[0.0, 40.0], [150.0, 50.0], [400.0, 30.0]]);
    }

    #[test]
    fn gaps_become_equal() {
        check(
            Arrange::SpreadAcross,
            [[0.0, 0.0], [225.0, 100.0], [400.0, 30.0]],
        );
        check(
            Arrange::SpreadDown,
            [[0.0, 0.0], [150.0, 100.0], [400.0, 40.0]],
        );
    }

    #[test]
    fn pinned_nodes_stay_and_count() {
        let mut blocks = blocks();
        blocks[0].is_pinned = true;
        let places = align(&blocks, Arrange::Left);
        let left: Vec<f32> = places.iter().map(|(_, [x, _])| *x).collect();
        assert_eq!(left, [0.0, 0.0]);
    }
}
