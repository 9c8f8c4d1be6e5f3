//! The menu of what was clicked with the secondary button. Its commands act on all that is
//! selected.

use egui::{Id, Layout, Popup, PopupKind, Pos2, Ui};

use crate::app::State;
use crate::canvas::layout::{Is, NodeLayout};
use crate::canvas::swatches::swatches_ui;
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Item, Part};
use crate::command::graph::GraphCommand;
use crate::panels::top_bar::groups_ui;
use crate::widgets::scrolled_ui;

/// What a menu is of.
#[derive(Clone, Debug)]
pub enum Of {
    /// A node, frame, note or reroute.
    Part(Part),
    /// A wire.
    Wire,
    /// The empty canvas.
    Ground,
}

/// A menu that is open.
#[derive(Clone, Debug)]
pub struct PartMenu {
    /// What was clicked.
    pub of: Of,
    /// Where it was clicked, on the screen.
    pub at: Pos2,
}

const LOOKS: &[Command] = &[
    Command::Drawing(DrawingCommand::Rename),
    Command::Drawing(DrawingCommand::Collapse),
    Command::Drawing(DrawingCommand::Pin),
    Command::Drawing(DrawingCommand::Mute),
    Command::Drawing(DrawingCommand::Bypass),
    Command::Drawing(DrawingCommand::FitSize),
    Command::Drawing(DrawingCommand::HideWires),
];
const OF_GROUP: &[Command] = &[
    Command::Drawing(DrawingCommand::OpenGroup),
    Command::Drawing(DrawingCommand::ChooseShown),
    Command::Drawing(DrawingCommand::Ungroup),
    Command::Drawing(DrawingCommand::SaveGroup),
];
const TOGETHER: &[Command] = &[
    Command::Drawing(DrawingCommand::Frame),
    Command::Drawing(DrawingCommand::Group),
];
const COPIES: &[Command] = &[Command::Duplicate, Command::Delete];
const OF_FRAME: &[Command] = &[
    Command::Delete,
    Command::Drawing(DrawingCommand::DeleteWithContent),
];
const RENAME: &[Command] = &[Command::Drawing(DrawingCommand::Rename)];
const DELETE: &[Command] = &[Command::Delete];
const OF_WIRE: &[Command] = &[
    Command::Drawing(DrawingCommand::Reroute),
    Command::Drawing(DrawingCommand::HideWires),
    Command::Graph(GraphCommand::CutSelected),
];
const OF_GROUND: &[&[Command]] = &[
    &[
        Command::AddMenu,
        Command::Drawing(DrawingCommand::PickGroup),
        Command::Drawing(DrawingCommand::Note),
        Command::Drawing(DrawingCommand::Frame),
    ],
    &[
        Command::Graph(GraphCommand::Paste),
        Command::SelectAll,
        Command::FitAll,
    ],
    &[Command::Undo, Command::Redo],
];

/// Shows the menu if it is open.
pub fn menu_ui(
    ui: &Ui,
    state: &State,
    open: &mut Option<PartMenu>,
    layouts: &[NodeLayout],
) -> Option<Command> {
    let menu = open.as_ref()?.clone();
    let mut stays = true;
    let chosen = Popup::new(
        Id::unique("part menu"),
        ui.ctx().clone(),
        menu.at,
        ui.layer_id(),
    )
    .kind(PopupKind::Menu)
    .layout(Layout::top_down_justified(egui::Align::Min))
    .width(250.0)
    .accessible_name("Menu of what is selected")
    .open_bool(&mut stays)
    .show(|ui| scrolled_ui(ui, |ui| lines_ui(ui, state, &menu.of, layouts)));
    if !stays {
        *open = None;
    }
    chosen.and_then(|chosen| chosen.inner)
}

fn lines_ui(ui: &mut Ui, state: &State, of: &Of, layouts: &[NodeLayout]) -> Option<Command> {
    ui.set_width(250.0);
    ui.spacing_mut().item_spacing.y = 1.0;
    let of = match of {
        Of::Part(part) => part,
        Of::Wire => return groups_ui(ui, state, &[OF_WIRE]),
        Of::Ground => return groups_ui(ui, state, OF_GROUND),
    };
    let (above, below): (&[&[Command]], &[&[Command]]) = match of {
        Part::Node(key) => {
            let is_group = layouts
                .iter()
                .any(|layout| layout.key == *key && layout.is == Is::Group);
            let below: &[&[Command]] = if is_group {
                &[OF_GROUP, TOGETHER, GraphCommand::NODE_MENU, COPIES]
            } else {
                &[TOGETHER, GraphCommand::NODE_MENU, COPIES]
            };
            (&[LOOKS], below)
        }
        Part::Item(Item::Frame(_)) => (&[RENAME], &[OF_FRAME]),
        Part::Item(Item::Note(_)) => (&[RENAME], &[DELETE]),
        Part::Item(Item::Reroute(_)) => return groups_ui(ui, state, &[DELETE]),
    };
    let mut chosen = groups_ui(ui, state, above);
    ui.separator();
    chosen = swatches_ui(ui, state, false).or(chosen);
    ui.separator();
    groups_ui(ui, state, below).or(chosen)
}
