//! A box drawn on the ground: it selects what it touches, adds it, or takes it away.

use std::collections::BTreeSet;

use egui::{Modifiers, Pos2, Rect};

use crate::app::{Selection, State};
use crate::canvas::gesture::{Hand, select};
use crate::canvas::items::Items;
use crate::command::Command;
use crate::command::drawing::Part;
use crate::settings::Navigation;

/// What a box does to the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Replace,
    Add,
    Subtract,
}

/// A box that is drawn.
#[derive(Clone, Debug)]
pub struct BoxSelect {
    /// One of its corners, in the graph.
    from: Pos2,
    act: Act,
    /// What was selected before.
    before: Selection,
}

impl BoxSelect {
    /// Begins at a corner. Shift adds, Ctrl or Alt subtracts.
    pub fn begin(state: &State, from_in_graph: Pos2, modifiers: Modifiers) -> Self {
        let alt_pans = state.settings.navigation == Navigation::Nuke;
        let act = if modifiers.command || modifiers.ctrl || (modifiers.alt && !alt_pans) {
            Act::Subtract
        } else if modifiers.shift {
            Act::Add
        } else {
            Act::Replace
        };
        Self {
            from: from_in_graph,
            act,
            before: state.selection.clone(),
        }
    }

    /// What it covers, in the graph.
    pub fn area(&self, pos_in_graph: Pos2) -> Rect {
        Rect::from_two_pos(self.from, pos_in_graph)
    }

    /// Selects what it touches now, if that is not selected yet.
    pub fn update(&self, hand: &Hand<'_>, items: &Items, pos_in_graph: Pos2) -> Option<Command> {
        let area = self.area(pos_in_graph);
        let nodes = hand
            .layouts
            .iter()
            .filter(|layout| layout.rect.intersects(area))
            .map(|layout| Part::Node(layout.key.clone()));
        let items = items.in_box(area).map(Part::Item);
        let inside: BTreeSet<Part> = nodes.chain(items).collect();
        let wanted: BTreeSet<Part> = match self.act {
            Act::Replace => inside,
            Act::Add => self.before.parts().chain(inside).collect(),
            Act::Subtract => {
                let left = self.before.parts();
                left.filter(|part| !inside.contains(part)).collect()
            }
        };
        let is_selected = hand.state.selection.parts().eq(wanted.iter().cloned());
        (!is_selected).then(|| select(wanted))
    }

    /// Selects what was selected before.
    pub fn take_back(self) -> Command {
        match self.before.wire {
            Some(wire) => Command::SelectWire(wire),
            None => select(self.before.parts()),
        }
    }
}
