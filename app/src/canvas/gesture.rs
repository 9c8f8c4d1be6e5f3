//! What the pointer is doing: moving parts of the graph, drawing a box or the line of a knife,
//! dragging wires. A gesture lives from press to release and becomes commands.

mod bend;
mod box_select;
pub mod insert;
mod knife;
mod move_drag;
pub mod paint;
mod part_drag;
mod wire_drag;

use egui::{Key, Modifiers, PointerButton, Pos2, Ui};
use pyrograph_engine::graph::Source;
use pyrograph_engine::node::Type;

pub use self::bend::Bend;
pub use self::box_select::{BoxSelect, select};
pub use self::knife::Knife;
pub use self::move_drag::MoveDrag;
pub use self::part_drag::{PartDrag, contents, snapped};
pub use self::wire_drag::{Dropped, WireDrag, ends};
use crate::app::State;
use crate::canvas::items::Items;
use crate::canvas::layout::NodeLayout;
use crate::canvas::view::Screen;
use crate::canvas::wiring::Wiring;
use crate::command::graph::GraphCommand;
use crate::command::{Command, Input};

/// The end of a wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it starts.
    Output(Source, Type),
    /// Where it ends: a pin or a param.
    Input(Input, Type),
}

impl End {
    /// The node's key.
    pub fn node(&self) -> &str {
        match self {
            Self::Output(source, _) => &source.node,
            Self::Input(input, _) => &input.node,
        }
    }

    /// The pin's or param's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Output(source, _) => &source.pin,
            Self::Input(input, _) => &input.slot,
        }
    }

    /// What it carries.
    pub fn ty(&self) -> Type {
        match self {
            Self::Output(_, ty) | Self::Input(_, ty) => *ty,
        }
    }

    /// Its place in the graph.
    pub fn pos(&self, layouts: &[NodeLayout]) -> Option<Pos2> {
        let layout = layouts.iter().find(|layout| layout.key == self.node())?;
        let pin = match self {
            Self::Output(source, _) => layout.output(&source.pin),
            Self::Input(input, _) => layout.input(&input.slot),
        };
        pin.map(|pin| pin.pos)
    }
}

/// What a gesture needs to know.
pub struct Hand<'a> {
    /// Where the input comes from.
    pub ui: &'a Ui,
    /// What is shown.
    pub state: &'a State,
    /// Where nodes lie.
    pub layouts: &'a [NodeLayout],
    /// Where wires run.
    pub wiring: &'a Wiring,
    /// Where things are seen.
    pub screen: Screen,
}

/// What came of a frame of a gesture.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is to be done.
    pub commands: Vec<Command>,
    /// A wire was dropped on nothing: a node is to be chosen that it goes to.
    pub choose: Option<End>,
}

/// What the pointer is doing.
#[derive(Clone, Debug, Default)]
pub enum Gesture {
    /// Nothing.
    #[default]
    None,
    /// Moves nodes, or copies of them.
    Move(MoveDrag),
    /// Moves parts of the graph, or a rim of one.
    Part(PartDrag),
    /// Draws a box.
    Select(BoxSelect),
    /// Drags a wire, or a bundle.
    Wire(WireDrag),
    /// Bends a wire.
    Bend(Bend),
    /// Cuts wires.
    Knife(Knife),
}

impl Gesture {
    /// The wire that is dragged.
    pub fn wire(&self) -> Option<&WireDrag> {
        if let Self::Wire(wire) = self {
            Some(wire)
        } else {
            None
        }
    }

    /// The button that holds it.
    fn button(&self) -> PointerButton {
        match self {
            Self::Knife(_) => PointerButton::Secondary,
            Self::None
            | Self::Move(_)
            | Self::Part(_)
            | Self::Bend(_)
            | Self::Select(_)
            | Self::Wire(_) => PointerButton::Primary,
        }
    }

    /// Goes on with the gesture, and ends it when the button is released or Escape pressed.
    pub fn update(&mut self, hand: &Hand<'_>, items: &Items) -> Outcome {
        let mut outcome = Outcome::default();
        let pointer = hand.ui.ctx().pointer_latest_pos();
        let Some(pointer) = pointer.filter(|_| !matches!(self, Self::None)) else {
            return outcome;
        };
        if hand
            .ui
            .input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape))
        {
            outcome.commands = std::mem::take(self).take_back();
            return outcome;
        }
        let pos = hand.screen.to_graph(pointer);
        match self {
            Self::None | Self::Bend(_) => {}
            Self::Move(drag) => outcome.commands.extend(drag.update(hand, pos)),
            Self::Part(drag) => outcome.commands.extend(drag.update(hand, pos)),
            Self::Select(area) => outcome.commands.extend(area.update(hand, items, pos)),
            Self::Wire(wire) => wire.aim(hand.layouts, pos),
            Self::Knife(knife) => knife.follow(pos),
        }
        let button = self.button();
        if !hand.ui.input(|i| i.pointer.button_down(button)) {
            std::mem::take(self).end(hand, pos, &mut outcome);
        }
        outcome
    }

    fn end(self, hand: &Hand<'_>, pos_in_graph: Pos2, outcome: &mut Outcome) {
        match self {
            Self::None | Self::Select(_) => {}
            Self::Move(drag) => outcome.commands.extend(drag.drop_here()),
            Self::Part(_) => outcome.commands.push(Command::EndGesture),
            Self::Bend(bend) => outcome.commands.push(bend.drop_here(hand, pos_in_graph)),
            Self::Wire(wire) => {
                let is_over = |layout: &NodeLayout| layout.rect.contains(pos_in_graph);
                let on_nothing = !hand.layouts.iter().any(is_over);
                match wire.drop_here(on_nothing) {
                    Dropped::Nothing => {}
                    Dropped::Command(command) => outcome.commands.push(command),
                    Dropped::Choose(end) => outcome.choose = Some(end),
                }
            }
            Self::Knife(knife) => {
                let cut = knife.crossed(hand.wiring);
                if !cut.is_empty() {
                    outcome.commands.push(GraphCommand::CutWires(cut).into());
                }
            }
        }
    }

    /// Lets go as if it had never begun.
    fn take_back(self) -> Vec<Command> {
        let has_begun = match self {
            Self::Move(drag) => drag.has_begun(),
            Self::Part(drag) => drag.has_begun(),
            Self::None | Self::Bend(_) | Self::Select(_) | Self::Wire(_) | Self::Knife(_) => false,
        };
        if has_begun {
            vec![Command::EndGesture, Command::Undo]
        } else {
            Vec::new()
        }
    }
}
