//! Keys move what is selected, and its lower right corner, by a step of the grid. Steps one after
//! another are one step of undo.

use egui::{Rect, Vec2, vec2};

use crate::app::State;
use crate::canvas::layout::{MIN_WIDTH, NodeLayout};
use crate::canvas::rim::Rim;
use crate::canvas::{Eye, frame, note};
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Item, Part, Way};
use crate::theme::size;

impl Eye {
    /// What moves all that is selected, frames with what lies in them; pinned nodes stay.
    pub(super) fn nudge(&self, state: &State, way: Way) -> Option<Command> {
        let view = &state.document.graph().view;
        let is_pinned = |part: &Part| match part {
            Part::Node(key) => view.look(key).is_pinned,
            Part::Item(_) => false,
        };
        let parts = self.selected_with_content(state).into_iter();
        let to: Vec<(Part, [f32; 2])> = parts
            .filter(|part| !is_pinned(part))
            .filter_map(|part| {
                let at = self.rect(&part)?.min + step(way);
                Some((part, at.into()))
            })
            .collect();
        (!to.is_empty()).then(|| DrawingCommand::Move { to, live: true }.into())
    }

    /// What makes all that is selected larger or smaller, down to its least size.
    pub(super) fn grow(&self, state: &State, way: Way) -> Option<Command> {
        let to: Vec<(Part, [f32; 4])> = state
            .selection
            .parts()
            .filter_map(|part| {
                let (rect, least) = (self.rect(&part)?, self.least(&part)?);
                let rect = Rim::CORNER.moved(rect, step(way), least);
                Some((part, rect_of(rect)))
            })
            .collect();
        (!to.is_empty()).then(|| DrawingCommand::Resize { to, live: true }.into())
    }

    /// Where a part lies.
    fn rect(&self, part: &Part) -> Option<Rect> {
        match part {
            Part::Node(key) => self.layout(key).map(|layout| layout.rect),
            Part::Item(item) => self.drawing.items.rect(item),
        }
    }

    /// How small a part may be; `None` if it has no size of its own.
    fn least(&self, part: &Part) -> Option<Vec2> {
        match part {
            Part::Node(key) => {
                let layout = self.layout(key).filter(|layout| !layout.is_collapsed);
                layout.map(least_of_node)
            }
            Part::Item(item) => least_of_item(item),
        }
    }
}

/// How small a node may be.
pub fn least_of_node(layout: &NodeLayout) -> Vec2 {
    vec2(MIN_WIDTH, layout.least.y)
}

/// How small a frame or note may be.
pub fn least_of_item(item: &Item) -> Option<Vec2> {
    match item {
        Item::Frame(_) => Some(frame::LEAST),
        Item::Note(_) => Some(note::LEAST),
        Item::Reroute(_) => None,
    }
}

/// Left, top, width and height.
pub fn rect_of(rect: Rect) -> [f32; 4] {
    [rect.left(), rect.top(), rect.width(), rect.height()]
}

fn step(way: Way) -> Vec2 {
    size::GRID
        * match way {
            Way::Left => vec2(-1.0, 0.0),
            Way::Right => vec2(1.0, 0.0),
            Way::Up => vec2(0.0, -1.0),
            Way::Down => vec2(0.0, 1.0),
        }
}
