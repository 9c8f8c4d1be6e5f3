//! What goes along when nodes are put in order: the points of their wires, and notes in frames.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Pos2, Vec2, pos2, vec2};
use pyrograph_engine::graph::View;

use crate::app::State;
use crate::canvas::layout::NodeLayout;
use crate::canvas::wiring::Wiring;
use crate::command::drawing::{Item, Part};

/// How far nodes go, by their keys.
pub(super) type Ways<'a> = BTreeMap<&'a str, Vec2>;

/// Where notes and points of wires go.
pub(super) fn followers(
    state: &State,
    (layouts, wiring): (&[NodeLayout], &Wiring),
    ways: &Ways<'_>,
) -> Vec<(Part, [f32; 2])> {
    let view = &state.document.graph().view;
    let points = points(view, (layouts, wiring), ways);
    let notes = notes(view, layouts, ways);
    points
        .into_iter()
        .map(|(id, at)| (Part::Item(Item::Reroute(id)), at.into()))
        .chain(
            notes
                .into_iter()
                .map(|(id, at)| (Part::Item(Item::Note(id)), at.into())),
        )
        .collect()
}

/// A point keeps its place along the way between its wire's ends, and how far it lies beside it.
fn points(
    view: &View,
    (layouts, wiring): (&[NodeLayout], &Wiring),
    ways: &Ways<'_>,
) -> BTreeMap<String, Pos2> {
    let way = |node: usize| {
        let layout = layouts.get(node);
        let way = layout.and_then(|layout| ways.get(layout.key.as_str()));
        way.copied().unwrap_or_default()
    };
    let mut found = BTreeMap::new();
    for wire in wiring.iter() {
        let ([from, to], Some([start, end])) = (wire.nodes(), wire.ends()) else {
            continue;
        };
        let ways = [way(from), way(to)];
        if ways == [Vec2::ZERO; 2] {
            continue;
        }
        let name = pyrograph_engine::graph::view::input(&wire.input.node, &wire.input.slot);
        for id in view.route_ids(&name) {
            let Some(point) = view.reroute(id) else {
                continue;
            };
            let at = Pos2::from(point.at);
            let along = end - start;
            let share = (at - start).dot(along) / along.length_sq().max(1.0);
            let share = share.clamp(0.0, 1.0);
            // Of a point that several wires share, the first one decides.
            found
                .entry(id.to_owned())
                .or_insert(at + ways[0] * (1.0 - share) + ways[1] * share);
        }
    }
    found
}

/// A note goes with the nodes in the smallest frame around it.
fn notes(view: &View, layouts: &[NodeLayout], ways: &Ways<'_>) -> BTreeMap<String, Pos2> {
    let size_of = |key: &str| {
        let layout = layouts.iter().find(|layout| layout.key == key);
        layout.map_or([0.0; 2], |layout| layout.rect.size().into())
    };
    let mut frames = view.frames();
    frames.sort_by(|a, b| (a.1.rect[2] * a.1.rect[3]).total_cmp(&(b.1.rect[2] * b.1.rect[3])));
    let (mut found, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for (_, frame) in frames {
        let inside = view.inside(frame.rect, size_of);
        let moved: Vec<Vec2> = inside
            .nodes
            .iter()
            .filter_map(|key| ways.get(key.as_str()).copied())
            .collect();
        let all = moved.iter().fold(vec2(0.0, 0.0), |all, way| all + *way);
        for id in inside.notes {
            let Some(note) = view.note(&id).filter(|_| seen.insert(id.clone())) else {
                continue;
            };
            if !moved.is_empty() {
                let [x, y, ..] = note.rect;
                found.insert(id, pos2(x, y) + all / moved.len() as f32);
            }
        }
    }
    found
}
