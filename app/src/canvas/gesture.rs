//! What the pointer is doing: moving parts of the graph, drawing a box or the line of a knife,
//! dragging wires. A gesture lives from press to release and becomes commands.

mod bend;
mod box_select;
pub mod insert;
mod knife;
mod list;
mod move_drag;
pub mod paint;
mod part_drag;
mod press;
mod wire_drag;

use egui::{Event, Key, PointerButton, Pos2, Ui};
use pyrograph_engine::graph::Source;
use pyrograph_engine::node::Type;

pub use self::bend::Bend;
pub use self::box_select::BoxSelect;
pub use self::knife::Knife;
pub use self::list::GESTURES;
pub use self::move_drag::MoveDrag;
pub use self::part_drag::{PartDrag, contents, snapped};
pub use self::press::{cut_pressed, select, select_pressed, wire_clicked};
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

impl Hand<'_> {
    /// Where the button was pressed, in the graph.
    pub fn press_origin(&self) -> Pos2 {
        let origin = self.ui.input(|i| i.pointer.press_origin());
        let middle = self.screen.rect.center();
        self.screen.to_graph(origin.unwrap_or(middle))
    }
}

/// What came of a frame of a gesture.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is to be done.
    pub commands: Vec<Command>,
    /// A wire was dropped on nothing: a node is to be chosen that it goes to.
    pub choose: Option<End>,
    /// A wire was dropped on a collapsed node: one of its pins is to be chosen.
    pub pick: Option<Box<WireDrag>>,
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
    /// Was taken back while its button was held: what comes until all buttons are released belongs
    /// to it and means nothing.
    TakenBack,
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

    /// Whether presses and clicks are its own, whatever they meet: they select nothing and open no
    /// menu.
    pub fn owns_buttons(&self) -> bool {
        match self {
            Self::Knife(_) | Self::TakenBack => true,
            Self::None
            | Self::Move(_)
            | Self::Part(_)
            | Self::Bend(_)
            | Self::Select(_)
            | Self::Wire(_) => false,
        }
    }

    /// The button that holds it, and the one that takes it back.
    fn buttons(&self) -> [PointerButton; 2] {
        match self {
            Self::Knife(_) => [PointerButton::Secondary, PointerButton::Primary],
            Self::None
            | Self::Move(_)
            | Self::Part(_)
            | Self::Bend(_)
            | Self::Select(_)
            | Self::Wire(_)
            | Self::TakenBack => [PointerButton::Primary, PointerButton::Secondary],
        }
    }

    /// Goes on with the gesture. It ends when its button is released; Escape or the other button
    /// takes it back.
    pub fn update(&mut self, hand: &Hand<'_>, items: &Items) -> Outcome {
        let mut outcome = Outcome::default();
        let pointer = hand.ui.ctx().pointer_latest_pos();
        let Some(pointer) = pointer.filter(|_| !matches!(self, Self::None)) else {
            return outcome;
        };
        let [button, other] = self.buttons();
        if escape_pressed(hand.ui) || hand.ui.input(|i| i.pointer.button_pressed(other)) {
            outcome.commands = std::mem::replace(self, Self::TakenBack).take_back();
        }
        let pos = hand.screen.to_graph(pointer);
        match self {
            Self::TakenBack => {
                if !hand.ui.input(|i| i.pointer.any_down()) {
                    *self = Self::None;
                }
                return outcome;
            }
            Self::None | Self::Bend(_) => {}
            Self::Move(drag) => outcome.commands.extend(drag.update(hand, pos)),
            Self::Part(drag) => outcome.commands.extend(drag.update(hand, pos)),
            Self::Select(area) => outcome.commands.extend(area.update(hand, items, pos)),
            Self::Wire(wire) => wire.aim(hand.layouts, pos),
            Self::Knife(knife) => knife.follow(pos),
        }
        if !hand.ui.input(|i| i.pointer.button_down(button)) {
            std::mem::take(self).end(hand, pos, &mut outcome);
        }
        outcome
    }

    fn end(self, hand: &Hand<'_>, pos_in_graph: Pos2, outcome: &mut Outcome) {
        match self {
            Self::None | Self::Select(_) | Self::TakenBack => {}
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
                    Dropped::Pick(wire) => outcome.pick = Some(wire),
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
            Self::Select(area) => return vec![area.take_back()],
            Self::Move(drag) => drag.has_begun(),
            Self::Part(drag) => drag.has_begun(),
            Self::None | Self::Bend(_) | Self::Wire(_) | Self::Knife(_) | Self::TakenBack => false,
        };
        let cancel = has_begun.then_some(Command::CancelGesture);
        cancel.into_iter().collect()
    }
}

/// Takes Escape out of the input, whatever keys a gesture wants held besides.
fn escape_pressed(ui: &Ui) -> bool {
    ui.input_mut(|i| {
        let before = i.events.len();
        i.events.retain(|event| match event {
            Event::Key {
                key, pressed: true, ..
            } => *key != Key::Escape,
            _ => true,
        });
        i.events.len() < before
    })
}
