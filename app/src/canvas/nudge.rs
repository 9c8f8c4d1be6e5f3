//! Keys nudge what is selected, or its lower right corner, by one distance of the grid. Nudges one
//! after another are one step of undo.

use egui::{Rect, Vec2, vec2};

use crate::app::State;
use crate::canvas::Eye;
use crate::canvas::rim::{Rim, least_of_item, least_of_node, rect_of};
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Part, Way};
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
                let at = self.rect(&part)?.min + by(way);
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
                let rect = Rim::CORNER.moved(rect, by(way), least);
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

fn by(way: Way) -> Vec2 {
    size::GRID
        * match way {
            Way::Left => vec2(-1.0, 0.0),
            Way::Right => vec2(1.0, 0.0),
            Way::Up => vec2(0.0, -1.0),
            Way::Down => vec2(0.0, 1.0),
        }
}
