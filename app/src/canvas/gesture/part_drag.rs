//! Parts of the graph that are dragged, frames with what lies in them, and rims that are pulled.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2, pos2};
use pyrograph_engine::graph::Graph;

use crate::app::State;
use crate::canvas::gesture::Hand;
use crate::canvas::items::Items;
use crate::canvas::layout::NodeLayout;
use crate::canvas::rim::{Rim, rect_of};
use crate::canvas::view::snap;
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Item, Part};

/// What is dragged.
#[derive(Clone, Debug)]
enum Held {
    /// Everything from where it was; the part that was grabbed first.
    Parts(Vec<(Part, [f32; 2])>),
    /// A rim of something, which gets no smaller than `least`.
    Rim {
        of: Part,
        rim: Rim,
        rect: Rect,
        least: Vec2,
    },
}

/// Parts, or a rim of one, that are dragged.
#[derive(Clone, Debug)]
pub struct PartDrag {
    held: Held,
    /// Where the pointer was, in the graph.
    grabbed: Pos2,
    /// Whether anything has been moved yet.
    has_begun: bool,
}

impl PartDrag {
    /// Begins with everything selected, or with this part if it is not selected; frames take along
    /// what lies in them, and pinned nodes stay.
    pub fn begin(
        state: &State,
        parts: (&[NodeLayout], &Items),
        part: &Part,
        grabbed_in_graph: Pos2,
    ) -> Self {
        let mut drag = Self::begin_copies(state, parts, part, grabbed_in_graph);
        if let Held::Parts(start) = &mut drag.held {
            let view = &state.document.graph().view;
            start.retain(|(part, _)| match part {
                Part::Node(key) => !view.look(key).is_pinned,
                Part::Item(_) => true,
            });
        }
        drag
    }

    /// As [`Self::begin`], with pinned nodes too: copies of them may lie elsewhere.
    pub fn begin_copies(
        state: &State,
        (layouts, items): (&[NodeLayout], &Items),
        part: &Part,
        grabbed_in_graph: Pos2,
    ) -> Self {
        let mut parts: BTreeSet<Part> = if state.selection.holds(part) {
            state.selection.parts().collect()
        } else {
            BTreeSet::from([part.clone()])
        };
        let graph = state.document.graph();
        parts.extend(contents(graph, layouts, &parts));
        let mut start: Vec<(Part, [f32; 2])> = parts
            .into_iter()
            .filter_map(|part| {
                let place = place(graph, items, &part)?;
                Some((part, place))
            })
            .collect();
        start.sort_by_key(|(other, _)| other != part);
        Self {
            held: Held::Parts(start),
            grabbed: grabbed_in_graph,
            has_begun: false,
        }
    }

    /// Begins with a rim; what it belongs to gets no smaller than `least`.
    pub fn begin_rim(
        of: Part,
        rim: Rim,
        (rect, least): (Rect, Vec2),
        grabbed_in_graph: Pos2,
    ) -> Self {
        Self {
            held: Held::Rim {
                of,
                rim,
                rect,
                least,
            },
            grabbed: grabbed_in_graph,
            has_begun: false,
        }
    }

    /// Whether parts are dragged, and not a rim.
    pub fn moves(&self) -> bool {
        matches!(self.held, Held::Parts(_))
    }

    /// The parts that are moved, the one that was grabbed first.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        let parts: &[(Part, [f32; 2])] = match &self.held {
            Held::Parts(start) => start,
            Held::Rim { .. } => &[],
        };
        parts.iter().map(|(part, _)| part)
    }

    /// Whether letting go has something to take back.
    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// How far the parts go with the pointer there; `None` if none are moved.
    pub fn way(&self, hand: &Hand<'_>, pos_in_graph: Pos2) -> Option<Vec2> {
        match &self.held {
            Held::Parts(start) => {
                let (_, [x, y]) = start.first()?;
                let by = pos_in_graph - self.grabbed;
                Some(snapped(hand, pos2(*x, *y) + by) - pos2(*x, *y))
            }
            Held::Rim { .. } => None,
        }
    }

    /// Follows the pointer.
    pub fn update(&mut self, hand: &Hand<'_>, pos_in_graph: Pos2) -> Option<Command> {
        if pos_in_graph == self.grabbed && !self.has_begun {
            return None;
        }
        let command = match &self.held {
            Held::Parts(start) => {
                let by = self.way(hand, pos_in_graph)?;
                if by == Vec2::ZERO && !self.has_begun {
                    return None;
                }
                let moved = |[x, y]: [f32; 2]| [x + by.x, y + by.y];
                let to = start.iter().map(|(part, at)| (part.clone(), moved(*at)));
                DrawingCommand::Move {
                    to: to.collect(),
                    live: true,
                }
            }
            Held::Rim {
                of,
                rim,
                rect,
                least,
            } => {
                let by = pos_in_graph - self.grabbed;
                // The corner that the rim has or that is opposite: what does not move is kept.
                let corner = rim.corner(*rect);
                let rect = rim.moved(*rect, snapped(hand, corner + by) - corner, *least);
                DrawingCommand::Resize {
                    to: vec![(of.clone(), rect_of(rect))],
                    live: true,
                }
            }
        };
        self.has_begun = true;
        Some(command.into())
    }
}

/// A place, on the grid if parts stay on it; Ctrl turns that round.
pub fn snapped(hand: &Hand<'_>, pos: Pos2) -> Pos2 {
    let turned = hand.ui.input(|i| i.modifiers.command || i.modifiers.ctrl);
    if hand.state.settings.snaps_to_grid == turned {
        return pos;
    }
    pos2(snap(pos.x), snap(pos.y))
}

/// What lies in the frames among some parts, with all of itself.
pub fn contents<'a>(
    graph: &Graph,
    layouts: &[NodeLayout],
    parts: impl IntoIterator<Item = &'a Part>,
) -> BTreeSet<Part> {
    let size_of = |key: &str| {
        let index = graph.nodes.get_index_of(key);
        let layout = index.and_then(|index| layouts.get(index));
        // The graph may have changed since it was laid out.
        let layout = layout.filter(|layout| layout.key == key);
        layout.map_or([0.0; 2], |layout| layout.rect.size().into())
    };
    let mut found = BTreeSet::new();
    for part in parts {
        let Part::Item(Item::Frame(id)) = part else {
            continue;
        };
        let Some(frame) = graph.view.frame(id) else {
            continue;
        };
        let inside = graph.view.inside(frame.rect, size_of);
        found.extend(inside.nodes.into_iter().map(Part::Node));
        let frames = inside.frames.into_iter().map(Item::Frame);
        let notes = inside.notes.into_iter().map(Item::Note);
        let reroutes = inside.reroutes.into_iter().map(Item::Reroute);
        found.extend(frames.chain(notes).chain(reroutes).map(Part::Item));
    }
    found
}

/// Where a part is.
fn place(graph: &Graph, items: &Items, part: &Part) -> Option<[f32; 2]> {
    match part {
        Part::Node(key) => Some(graph.view.look(key).at.unwrap_or_default()),
        Part::Item(item) => items.rect(item).map(|rect| [rect.left(), rect.top()]),
    }
}
