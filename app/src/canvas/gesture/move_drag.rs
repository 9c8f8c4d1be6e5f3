//! Nodes that are dragged onto wires, and copies that are dragged.

use egui::{Pos2, Rect, Vec2};

use crate::app::State;
use crate::canvas::gesture::insert::{self, Insertion};
use crate::canvas::gesture::{Hand, PartDrag};
use crate::canvas::items::Items;
use crate::canvas::layout::NodeLayout;
use crate::command::Command;
use crate::command::drawing::Part;
use crate::command::graph::GraphCommand;

/// Nodes that are dragged.
#[derive(Clone, Debug)]
pub struct MoveDrag {
    drag: PartDrag,
    /// How far copies of them are away, if those are dragged.
    copies: Option<Vec2>,
    /// The wire that the node would go into.
    onto: Option<Insertion>,
}

impl MoveDrag {
    /// Begins with what is selected, or with this part if it is not.
    pub fn begin(
        state: &State,
        parts: (&[NodeLayout], &Items),
        part: &Part,
        grabbed_in_graph: Pos2,
    ) -> Self {
        Self {
            drag: PartDrag::begin(state, parts, part, grabbed_in_graph),
            copies: None,
            onto: None,
        }
    }

    /// Copies of what was about to be dragged, which are made when they are let go.
    pub fn copies_of(drag: PartDrag) -> Self {
        Self {
            drag,
            copies: Some(Vec2::ZERO),
            onto: None,
        }
    }

    /// Whether letting go has something to take back.
    pub fn has_begun(&self) -> bool {
        self.drag.has_begun()
    }

    /// The wire that the node would go into.
    pub fn onto(&self) -> Option<&Insertion> {
        self.onto.as_ref()
    }

    /// Where copies would be, in the graph.
    pub fn ghosts(&self, layouts: &[NodeLayout], items: &Items) -> Vec<Rect> {
        let Some(by) = self.copies else {
            return Vec::new();
        };
        let rect = |part: &Part| match part {
            Part::Node(key) => {
                let layout = layouts.iter().find(|layout| layout.key == *key)?;
                Some(layout.rect)
            }
            Part::Item(item) => items.rect(item),
        };
        let rects = self.drag.parts().filter_map(rect);
        rects.map(|rect| rect.translate(by)).collect()
    }

    /// Follows the pointer.
    pub fn update(&mut self, hand: &Hand<'_>, pos_in_graph: Pos2) -> Option<Command> {
        if self.copies.is_some() {
            self.copies = self.drag.way(hand, pos_in_graph);
            return None;
        }
        self.onto = self.wire_below(hand);
        self.drag.update(hand, pos_in_graph)
    }

    /// What letting go does.
    pub fn drop_here(self) -> Vec<Command> {
        match self.copies {
            Some(by) if by == Vec2::ZERO => Vec::new(),
            Some(by) => {
                let parts = self.drag.parts().cloned().collect();
                let by = by.into();
                vec![GraphCommand::CopyParts { parts, by }.into()]
            }
            None => {
                let insert = self.onto.map(|onto| GraphCommand::Insert(onto).into());
                insert.into_iter().chain([Command::EndGesture]).collect()
            }
        }
    }

    /// A node that is dragged alone may go into the wire under it.
    fn wire_below(&self, hand: &Hand<'_>) -> Option<Insertion> {
        let mut parts = self.drag.parts();
        let (Some(Part::Node(key)), None) = (parts.next(), parts.next()) else {
            return None;
        };
        let layout = hand.layouts.iter().find(|layout| layout.key == *key)?;
        insert::below(hand.state.document.graph(), hand.wiring, layout)
    }
}
