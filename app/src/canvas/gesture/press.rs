//! What a press or a click does by itself: it selects, cuts, or puts a reroute into a wire.

use egui::{Pos2, Ui};

use crate::canvas::flow;
use crate::canvas::gesture::{Bend, End, Hand};
use crate::canvas::wiring::Wire;
use crate::command::drawing::{DrawingCommand, Part};
use crate::command::graph::GraphCommand;
use crate::command::{Command, Input};

/// The command that selects exactly these.
pub fn select(parts: impl IntoIterator<Item = Part>) -> Command {
    let (mut nodes, mut items) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Node(key) => nodes.push(key),
            Part::Item(item) => items.push(item),
        }
    }
    DrawingCommand::Select { nodes, items }.into()
}

/// A press selects a part alone; with Shift or Ctrl it is added to the selection or taken out of
/// it. A press on what is selected may begin to move all of that.
pub fn select_pressed(hand: &Hand<'_>, part: Part) -> Option<Command> {
    let selection = &hand.state.selection;
    let toggles = hand.ui.input(|i| i.modifiers.shift || i.modifiers.command);
    match (toggles, selection.holds(&part)) {
        (false, true) => None,
        (false, false) => Some(select([part])),
        (true, true) => Some(select(selection.parts().filter(|other| *other != part))),
        (true, false) => Some(select(selection.parts().chain([part]))),
    }
}

/// With Ctrl and Alt, a press on a pin cuts all its wires.
pub fn cut_pressed(hand: &Hand<'_>, pin: &End) -> Option<Command> {
    let is_pressed = hand.ui.input(|i| i.pointer.primary_pressed());
    if !is_pressed || !wants_cut(hand.ui) {
        return None;
    }
    let ends: Vec<Input> = match pin {
        End::Output(source, _) => flow::ends_of(hand.state.document.graph(), source)
            .map(|(node, slot)| Input::new(node, slot))
            .collect(),
        End::Input(input, _) => {
            let wire = hand.wiring.at(input);
            wire.map(|wire| wire.input.clone()).into_iter().collect()
        }
    };
    (!ends.is_empty()).then(|| GraphCommand::CutWires(ends).into())
}

/// A click on a wire selects it; a second one, or one with Alt, lets it run through a new reroute
/// there; with Ctrl and Alt it is cut.
pub fn wire_clicked(hand: &Hand<'_>, wire: &Wire, pos_in_graph: Pos2, is_double: bool) -> Command {
    if wants_cut(hand.ui) {
        Command::Disconnect(wire.input.clone())
    } else if is_double || hand.ui.input(|i| i.modifiers.alt) {
        Bend::begin(wire, pos_in_graph).drop_here(hand, pos_in_graph)
    } else {
        Command::SelectWire(wire.input.clone())
    }
}

fn wants_cut(ui: &Ui) -> bool {
    let modifiers = ui.input(|i| i.modifiers);
    modifiers.alt && (modifiers.ctrl || modifiers.command)
}
