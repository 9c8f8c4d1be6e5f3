//! Changes to the graph beyond those that every editor has: the clipboard, wires by the bundle,
//! order among nodes, ways to select.

use egui::{Key, Modifiers};
use pyrograph_engine::graph::Source;

use crate::canvas::gesture::End;
use crate::canvas::gesture::insert::Insertion;
use crate::command::about::{About, Need, about};
use crate::command::drawing::Part;
use crate::command::keys::{ALT_SHIFT, CTRL, CTRL_SHIFT, outside_text};
use crate::command::{Command, Input, NewNode};
use crate::theme::icon;

/// Changes to the graph beyond those that every editor has.
#[derive(Clone, Debug, PartialEq)]
pub enum GraphCommand {
    /// Puts what is selected on the clipboard.
    Copy,
    /// Puts what is selected on the clipboard and deletes it.
    Cut,
    /// Asks for the clipboard's text and adds what it holds.
    Paste,
    /// As [`Self::Paste`]; wires from nodes that were not copied stay.
    PasteKeepingInputs,
    /// Adds what a text from the clipboard holds.
    PasteText {
        /// The text.
        text: String,
        /// Where it goes, in points at 100 %.
        at: [f32; 2],
    },
    /// Adds copies of parts.
    CopyParts {
        /// Of what.
        parts: Vec<Part>,
        /// How far from them, in points at 100 %.
        by: [f32; 2],
    },
    /// Selects nothing.
    SelectNothing,
    /// Lists wires, frames, notes and reroutes, and selects the one chosen.
    SelectOther,
    /// Selects what is not selected.
    InvertSelection,
    /// Selects also what the selected nodes need.
    SelectUpstream,
    /// Selects also what needs the selected nodes.
    SelectDownstream,
    /// Selects a node and brings it into view.
    GoTo {
        /// The node.
        node: String,
        /// Whether what was selected stays so.
        extends: bool,
    },
    /// Lets a wire run through a node; one step with the gesture that brought the node there, if
    /// that is still under way.
    Insert(Insertion),
    /// Lets all wires of an output start at another one.
    MoveWires {
        /// Where they start.
        from: Source,
        /// Where they shall.
        to: Source,
    },
    /// Lists the selected node's outputs, then where all wires of the one chosen may start.
    MoveWiresOf,
    /// Cuts the wires that end there.
    CutWires(Vec<Input>),
    /// Cuts the selected wire, or those of the selected nodes.
    CutSelected,
    /// Lists the wires into which the selected node fits.
    InsertSelected,
    /// Adds a node and wires it.
    AddJoined(NewNode, Join),
    /// Wires the selected nodes from left to right.
    ConnectSelected,
    /// Lists the selected node's pins, then what fits the one chosen.
    Connect,
    /// Removes the selected nodes and keeps the wires that ran through them.
    Dissolve,
    /// Gives the keyboard to the first field of the selected node.
    EditValues,
    /// Puts nodes in order.
    Arrange(Arrange),
    /// Puts nodes to places that an order gave them, with what goes along.
    Place {
        /// The order.
        by: Arrange,
        /// The upper left corners of nodes and notes, and the points of wires, at 100 %.
        parts: Vec<(Part, [f32; 2])>,
        /// The frames that follow their nodes: left, top, width, height.
        frames: Vec<(String, [f32; 4])>,
    },
    /// Shows the graph larger.
    ZoomIn,
    /// Shows the graph smaller.
    ZoomOut,
    /// Lets moved nodes stay on the grid, or no longer.
    ToggleSnap,
}

/// What a node is wired to as it is added.
#[derive(Clone, Debug, PartialEq)]
pub enum Join {
    /// Nothing.
    Nothing,
    /// The end of a wire that was dropped.
    Wire {
        /// The wire's other end.
        end: End,
        /// The new node's pin or param.
        slot: String,
    },
    /// Another node, by the first pins that fit.
    Beside(String),
}

/// Orders among nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrange {
    /// In one line, by their left borders.
    Left,
    /// In one line, by their right borders.
    Right,
    /// In one line, by their upper borders.
    Top,
    /// In one line, by their lower borders.
    Bottom,
    /// Below each other, by their middles.
    Column,
    /// Beside each other, by their middles.
    Row,
    /// With equal gaps from left to right.
    SpreadAcross,
    /// With equal gaps from top to bottom.
    SpreadDown,
    /// In layers along the wires, from left to right.
    Layers,
}

impl From<GraphCommand> for Command {
    fn from(command: GraphCommand) -> Self {
        Self::Graph(command)
    }
}

impl GraphCommand {
    /// What the menu for editing offers of it.
    pub const EDIT_MENU: &[Command] = &[
        Command::Graph(Self::Cut),
        Command::Graph(Self::Copy),
        Command::Graph(Self::Paste),
        Command::Graph(Self::PasteKeepingInputs),
        Command::Graph(Self::SelectNothing),
        Command::Graph(Self::SelectOther),
        Command::Graph(Self::InvertSelection),
        Command::Graph(Self::SelectUpstream),
        Command::Graph(Self::SelectDownstream),
    ];
    /// What the menu for nodes offers of it.
    pub const NODE_MENU: &[Command] = &[
        Command::Graph(Self::EditValues),
        Command::Graph(Self::Connect),
        Command::Graph(Self::ConnectSelected),
        Command::Graph(Self::InsertSelected),
        Command::Graph(Self::MoveWiresOf),
        Command::Graph(Self::CutSelected),
        Command::Graph(Self::Dissolve),
    ];
    /// What the menu for order offers of it.
    pub const ORDER_MENU: &[Command] = &[
        Command::Graph(Self::Arrange(Arrange::Layers)),
        Command::Graph(Self::Arrange(Arrange::Left)),
        Command::Graph(Self::Arrange(Arrange::Column)),
        Command::Graph(Self::Arrange(Arrange::Right)),
        Command::Graph(Self::Arrange(Arrange::Top)),
        Command::Graph(Self::Arrange(Arrange::Row)),
        Command::Graph(Self::Arrange(Arrange::Bottom)),
        Command::Graph(Self::Arrange(Arrange::SpreadAcross)),
        Command::Graph(Self::Arrange(Arrange::SpreadDown)),
    ];
    /// What the menu for looking offers of it.
    pub const VIEW_MENU: &[Command] = &[
        Command::Graph(Self::ZoomIn),
        Command::Graph(Self::ZoomOut),
        Command::Graph(Self::ToggleSnap),
    ];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        const ALT: Modifiers = Modifiers::ALT;
        match self {
            Self::Copy => about("Copy")
                .tip("Puts what is selected on the clipboard.")
                .icon(icon::COPY)
                .needs(Need::Selection)
                .key(outside_text(CTRL, Key::C)),
            Self::Cut => about("Cut")
                .tip("Puts what is selected on the clipboard and deletes it.")
                .icon(icon::CUT)
                .needs(Need::Selection)
                .key(outside_text(CTRL, Key::X)),
            Self::Paste => about("Paste")
                .tip("Adds the nodes on the clipboard.")
                .icon(icon::PASTE)
                .key(outside_text(CTRL, Key::V)),
            Self::PasteKeepingInputs => about("Paste with wires")
                .tip("Adds the nodes on the clipboard, wired to what the originals are wired to.")
                .icon(icon::PASTE)
                .key(outside_text(CTRL_SHIFT, Key::V)),
            Self::PasteText { .. } => about("Paste").name("paste_text"),
            Self::CopyParts { .. } => about("Duplicate").name("copy_parts"),
            Self::SelectNothing => about("Select nothing")
                .tip("Leaves everything that is selected.")
                .needs(Need::Selection)
                .key(outside_text(CTRL_SHIFT, Key::A)),
            Self::SelectOther => about("Select a wire, frame or note…")
                .tip("Lists the selected nodes' wires, or all, and frames, notes and reroutes.")
                .icon(icon::SELECT)
                .key(outside_text(ALT, Key::S)),
            Self::InvertSelection => about("Invert selection")
                .tip("Selects the nodes that are not selected.")
                .icon(icon::INVERT)
                .key(outside_text(CTRL_SHIFT, Key::I)),
            Self::SelectUpstream => about("Select upstream")
                .tip("Selects also what the selected nodes need.")
                .icon(icon::UPSTREAM)
                .needs(Need::Nodes)
                .key(outside_text(ALT, Key::ArrowLeft)),
            Self::SelectDownstream => about("Select downstream")
                .tip("Selects also what needs the selected nodes.")
                .icon(icon::DOWNSTREAM)
                .needs(Need::Nodes)
                .key(outside_text(ALT, Key::ArrowRight)),
            Self::GoTo { .. } => about("Go to node"),
            Self::Insert(_) => about("Insert into wire").name("insert_into"),
            Self::InsertSelected => about("Insert into wire…")
                .tip("Lists the wires into which the selected node fits; it is wired into the one chosen.")
                .needs(Need::OneNode)
                .key(outside_text(ALT, Key::I)),
            Self::MoveWires { .. } => about("Move wires").name("move_wires_to"),
            Self::MoveWiresOf => about("Move wires…")
                .tip("Moves all wires of an output of the selected node to another output.")
                .needs(Need::OneNode)
                .key(outside_text(ALT, Key::W)),
            Self::CutWires(_) => about("Cut wires").name("cut_these_wires"),
            Self::CutSelected => about("Cut wires")
                .tip("Cuts the selected wire, or the wires among the selected nodes, else all of theirs.")
                .icon(icon::CUT)
                .needs(Need::Selection)
                .key(outside_text(ALT, Key::X)),
            Self::AddJoined(..) => about("Add node").name("add_joined"),
            Self::ConnectSelected => about("Connect selected")
                .tip("Wires the selected nodes from left to right, where pins fit.")
                .icon(icon::LINK)
                .needs(Need::Nodes)
                .key(outside_text(Modifiers::NONE, Key::F)),
            Self::Connect => about("Connect…")
                .name("connect_pin")
                .tip("Lists the selected node's pins, then what fits the one chosen.")
                .icon(icon::LINK)
                .needs(Need::OneNode)
                .key(outside_text(Modifiers::SHIFT, Key::C)),
            Self::Dissolve => about("Dissolve")
                .tip("Removes the selected nodes and keeps the wires that ran through them.")
                .icon(icon::UNLINK)
                .needs(Need::Nodes)
                .key(outside_text(CTRL, Key::Delete))
                .key(outside_text(CTRL, Key::Backspace)),
            Self::EditValues => about("Edit values")
                .tip("Gives the keyboard to the first field of the selected node.")
                .icon(icon::EDIT)
                .needs(Need::Nodes)
                .key(outside_text(Modifiers::NONE, Key::Enter)),
            Self::Arrange(order) => order.about(),
            Self::Place { .. } => about("Arrange").name("place"),
            Self::ZoomIn => about("Zoom in")
                .tip("Shows the graph larger.")
                .icon(icon::ZOOM_IN)
                .key(outside_text(Modifiers::NONE, Key::Plus))
                .key(outside_text(Modifiers::NONE, Key::Equals)),
            Self::ZoomOut => about("Zoom out")
                .tip("Shows the graph smaller.")
                .icon(icon::ZOOM_OUT)
                .key(outside_text(Modifiers::NONE, Key::Minus)),
            Self::ToggleSnap => about("Snap to grid")
                .tip("Lets moved nodes stay on the grid, or no longer; Ctrl while dragging turns it round.")
                .key(outside_text(CTRL, Key::Period)),
        }
    }
}

impl Arrange {
    /// The name of the step in the history.
    pub fn step(self) -> &'static str {
        match self {
            Self::Left | Self::Right | Self::Top | Self::Bottom | Self::Column | Self::Row => {
                "align"
            }
            Self::SpreadAcross | Self::SpreadDown => "distribute",
            Self::Layers => "arrange",
        }
    }

    fn about(self) -> About {
        match self {
            Self::Left => about("Align left")
                .tip("Puts the selected nodes' left borders in one line.")
                .icon(icon::ALIGN_LEFT)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::A)),
            Self::Right => about("Align right")
                .tip("Puts the selected nodes' right borders in one line.")
                .icon(icon::ALIGN_RIGHT)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::D)),
            Self::Top => about("Align top")
                .tip("Puts the selected nodes' upper borders in one line.")
                .icon(icon::ALIGN_TOP)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::W)),
            Self::Bottom => about("Align bottom")
                .tip("Puts the selected nodes' lower borders in one line.")
                .icon(icon::ALIGN_BOTTOM)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::S)),
            Self::Column => about("Centre in a column")
                .tip("Puts the selected nodes' middles below each other.")
                .icon(icon::ALIGN_COLUMN)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::H)),
            Self::Row => about("Centre in a row")
                .tip("Puts the selected nodes' middles beside each other.")
                .icon(icon::ALIGN_ROW)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::V)),
            Self::SpreadAcross => about("Distribute across")
                .tip("Makes the gaps between the selected nodes equal, from left to right.")
                .icon(icon::SPREAD_ROW)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::X)),
            Self::SpreadDown => about("Distribute down")
                .tip("Makes the gaps between the selected nodes equal, from top to bottom.")
                .icon(icon::SPREAD_COLUMN)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::Y)),
            Self::Layers => about("Arrange")
                .tip("Lays the selected nodes, or all, along their wires from left to right.")
                .icon(icon::ARRANGE)
                .key(outside_text(CTRL, Key::L)),
        }
    }
}
