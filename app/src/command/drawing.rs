//! How the graph is drawn and ordered: looks of nodes, frames, notes, reroutes, hidden wires, groups.

use egui::{Key, Modifiers};
use pyrograph_engine::graph::view::{FRAMES, NOTES, REROUTES};
use pyrograph_engine::graph::{Source, View, group::Slot};

use crate::command::about::{About, Need, about};
use crate::command::graph::Join;
use crate::command::keys::{ALT_SHIFT, CTRL, CTRL_SHIFT, outside_text};
use crate::command::{Command, Input};
use crate::theme::icon;
use crate::theme::tint::Tint;

/// What lies on the canvas beside nodes and wires, by its id in the view.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A box behind nodes that belong together.
    Frame(String),
    /// A piece of text.
    Note(String),
    /// A point that wires run through.
    Reroute(String),
}

/// What can be selected and moved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A node by its key.
    Node(String),
    /// Anything else.
    Item(Item),
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

/// A pin or param inside a group, which may show outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inner {
    /// An input pin or a param.
    Input(Slot),
    /// An output pin.
    Output(Source),
}

/// How the graph is drawn and ordered: looks of nodes, frames, notes, reroutes, hidden wires, groups.
#[derive(Clone, Debug, PartialEq)]
pub enum DrawingCommand {
    /// Selects exactly these.
    Select {
        /// Nodes by key.
        nodes: Vec<String>,
        /// Frames, notes and reroutes.
        items: Vec<Item>,
    },
    /// Lets the title or text of what is selected be edited in its place.
    Rename,
    /// Gives a node or frame a title; an empty one is its kind's.
    SetTitle {
        /// The node or frame.
        of: Part,
        /// The title.
        title: String,
    },
    /// Gives a note its text.
    SetText {
        /// The note's id.
        note: String,
        /// Markdown.
        text: String,
    },
    /// Shows only the headers of the selected nodes, or all of them again.
    Collapse,
    /// Keeps the selected nodes where they are, or lets them go.
    Pin,
    /// Leaves the selected nodes out of runs, or takes them in again.
    Mute,
    /// Lets wires pass through the selected nodes as if they were not there, or no longer.
    Bypass,
    /// Asks which colour what is selected shall have.
    Color,
    /// Gives what is selected a colour, or none.
    SetColor(Option<Tint>),
    /// Makes the selected nodes as large as their content needs.
    FitSize,
    /// Gives nodes, frames and notes another place and size.
    Resize {
        /// Their left, top, width and height, in points at 100 %.
        to: Vec<(Part, [f32; 4])>,
        /// Whether more of the same gesture may follow.
        live: bool,
    },
    /// Moves the lower right corner of what is selected by a step.
    Grow(Way),
    /// Moves parts to these places (points at 100 %).
    Move {
        /// Their upper left corners, or their middles if they are reroutes.
        to: Vec<(Part, [f32; 2])>,
        /// Whether more of the same gesture may follow.
        live: bool,
    },
    /// Moves what is selected by a step.
    Nudge(Way),
    /// Draws a frame around what is selected, or an empty one.
    Frame,
    /// Lays an empty frame: left, top, width, height.
    AddFrame([f32; 4]),
    /// Lays a note at the pointer.
    Note,
    /// Lays a note: left, top, width, height.
    AddNote([f32; 4]),
    /// Deletes the selected frames and all that lies in them.
    DeleteWithContent,
    /// Lets the selected wire run through a new point half-way.
    Reroute,
    /// Lets a wire run through a new point.
    AddReroute {
        /// The wire's end.
        wire: Input,
        /// The point.
        at: [f32; 2],
        /// How many reroutes of the wire lie before it.
        place: usize,
    },
    /// Lays a wire that runs through a reroute.
    ConnectThrough {
        /// Where it starts.
        from: Source,
        /// Where it ends.
        to: Input,
        /// The last reroute before its end.
        reroute: String,
    },
    /// Draws badges in place of the selected wire or the selected nodes' wires, or wires again.
    HideWires,
    /// Makes one node of the selected ones.
    Group,
    /// Makes the selected groups nodes of this level again.
    Ungroup,
    /// Opens the selected group.
    OpenGroup,
    /// Opens this group.
    Open(String),
    /// Comes back from the open group.
    LeaveGroup,
    /// Comes back to the level that lies in so many groups.
    GoUp(usize),
    /// Asks which pins and params the selected group shows.
    ChooseShown,
    /// Shows a pin or param of a group outside, or no longer.
    Show {
        /// The group's key.
        group: String,
        /// The pin or param inside.
        inner: Inner,
        /// Whether it shows.
        is_shown: bool,
    },
    /// Gives a shown pin or param another name.
    RenameShown {
        /// The group's key.
        group: String,
        /// The pin or param inside.
        inner: Inner,
        /// Its name outside.
        name: String,
    },
    /// Asks for a name and keeps a copy of the selected group.
    SaveGroup,
    /// Keeps a copy of a group under a name.
    SaveGroupAs {
        /// The group's key.
        group: String,
        /// The name.
        name: String,
    },
    /// Lists the groups kept and adds a copy of one.
    PickGroup,
    /// Adds a copy of a kept group.
    AddGroup {
        /// Its name.
        name: String,
        /// Its upper left corner.
        at: [f32; 2],
        /// What it is wired to.
        join: Join,
    },
}

impl Item {
    /// Every one of a level.
    pub fn all(view: &View) -> impl Iterator<Item = Self> + '_ {
        let frames = view.frames().into_iter().map(|(id, _)| Self::Frame(id));
        let notes = view.notes().into_iter().map(|(id, _)| Self::Note(id));
        let reroutes = view.reroutes().into_iter().map(|(id, _)| Self::Reroute(id));
        frames.chain(notes).chain(reroutes)
    }

    /// The member of the view that holds it, and its id there.
    pub fn entry(&self) -> (&'static str, &str) {
        match self {
            Self::Frame(id) => (FRAMES, id),
            Self::Note(id) => (NOTES, id),
            Self::Reroute(id) => (REROUTES, id),
        }
    }
}

impl From<DrawingCommand> for Command {
    fn from(command: DrawingCommand) -> Self {
        Self::Drawing(command)
    }
}

impl DrawingCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[
        Command::Drawing(Self::Rename),
        Command::Drawing(Self::Collapse),
        Command::Drawing(Self::Pin),
        Command::Drawing(Self::Mute),
        Command::Drawing(Self::Bypass),
        Command::Drawing(Self::Color),
        Command::Drawing(Self::HideWires),
        Command::Drawing(Self::Reroute),
        Command::Drawing(Self::Frame),
        Command::Drawing(Self::Note),
        Command::Drawing(Self::DeleteWithContent),
    ];
    /// What the menu for order offers of it: places and sizes.
    pub const ORDER_MENU: &[Command] = &[
        Command::Drawing(Self::Nudge(Way::Left)),
        Command::Drawing(Self::Nudge(Way::Right)),
        Command::Drawing(Self::Nudge(Way::Up)),
        Command::Drawing(Self::Nudge(Way::Down)),
        Command::Drawing(Self::Grow(Way::Right)),
        Command::Drawing(Self::Grow(Way::Left)),
        Command::Drawing(Self::Grow(Way::Down)),
        Command::Drawing(Self::Grow(Way::Up)),
        Command::Drawing(Self::FitSize),
    ];
    /// What the menu offers of it for groups.
    pub const GROUP_MENU: &[Command] = &[
        Command::Drawing(Self::Group),
        Command::Drawing(Self::Ungroup),
        Command::Drawing(Self::OpenGroup),
        Command::Drawing(Self::LeaveGroup),
        Command::Drawing(Self::ChooseShown),
        Command::Drawing(Self::SaveGroup),
        Command::Drawing(Self::PickGroup),
    ];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match self {
            Self::Select { .. } => about("Select").name("select_parts"),
            Self::Rename => about("Rename")
                .tip("Edits the title of what is selected in its place.")
                .icon(icon::RENAME)
                .needs(Need::Selection)
                .key(outside_text(Modifiers::NONE, Key::F2)),
            Self::SetTitle { .. } => about("Change title"),
            Self::SetText { .. } => about("Change note"),
            Self::Collapse => about("Collapse")
                .tip("Shows only the headers of the selected nodes, or all of them again.")
                .icon(icon::COLLAPSE)
                .needs(Need::Nodes)
                .key(outside_text(Modifiers::ALT, Key::C)),
            Self::Pin => about("Pin")
                .tip("Keeps the selected nodes where they are, or lets them go.")
                .icon(icon::PIN)
                .needs(Need::Nodes)
                .key(outside_text(Modifiers::NONE, Key::P)),
            Self::Mute => about("Mute")
                .tip("Leaves the selected nodes and all that needs them out of runs.")
                .icon(icon::MUTE)
                .needs(Need::Nodes)
                .key(outside_text(CTRL, Key::M)),
            Self::Bypass => about("Bypass")
                .tip("Lets wires pass through the selected nodes as if they were not there.")
                .icon(icon::BYPASS)
                .needs(Need::Nodes)
                .key(outside_text(CTRL, Key::B)),
            Self::Color => about("Colour…")
                .tip("Gives the selected nodes, frames and notes a colour.")
                .icon(icon::COLOR)
                .needs(Need::Parts)
                .key(outside_text(Modifiers::ALT, Key::O)),
            Self::SetColor(_) => about("Colour").name("set_colour"),
            Self::FitSize => about("Size to content")
                .tip("Makes the selected nodes as large as their content needs.")
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::F)),
            Self::Resize { .. } => about("Resize"),
            Self::Grow(way) => way.about_growing(),
            Self::Move { .. } => about("Move").name("move_parts"),
            Self::Nudge(way) => way.about_moving(),
            Self::Frame => about("Frame selection")
                .tip("Draws a frame around what is selected, or an empty one.")
                .icon(icon::FRAME)
                .key(outside_text(CTRL, Key::G)),
            Self::AddFrame(_) => about("Add frame"),
            Self::Note => about("Add note")
                .tip("Lays a note at the pointer.")
                .icon(icon::NOTE)
                .key(outside_text(Modifiers::ALT, Key::N)),
            Self::AddNote(_) => about("Add note").name("lay_note"),
            Self::DeleteWithContent => about("Delete with content")
                .tip("Deletes the selected frames and all that lies in them.")
                .icon(icon::DELETE)
                .needs(Need::Selection)
                .key(outside_text(Modifiers::SHIFT, Key::Delete)),
            Self::Reroute => about("Add reroute")
                .tip("Lets the selected wire run through a point that can be moved.")
                .needs(Need::Wire)
                .key(outside_text(Modifiers::ALT, Key::R)),
            Self::AddReroute { .. } => about("Add reroute").name("put_reroute"),
            Self::ConnectThrough { .. } => about("Connect").name("connect_through"),
            Self::HideWires => about("Hide or show wires")
                .tip("Draws badges in place of the selected wire or nodes' wires, or wires again.")
                .icon(icon::HIDE)
                .needs(Need::Selection)
                .key(outside_text(CTRL, Key::H)),
            Self::Group => about("Group into one node")
                .tip("Makes one node of the selected ones.")
                .icon(icon::GROUP)
                .needs(Need::Nodes)
                .key(outside_text(CTRL_SHIFT, Key::G)),
            Self::Ungroup => about("Ungroup")
                .tip("Takes the selected groups apart.")
                .needs(Need::Nodes)
                .key(outside_text(CTRL.plus(Modifiers::ALT), Key::G)),
            Self::OpenGroup => about("Open group")
                .tip("Shows what is inside the selected group.")
                .icon(icon::OPEN)
                .needs(Need::Nodes)
                .key(outside_text(CTRL_SHIFT, Key::ArrowDown)),
            Self::Open(_) => about("Open group").name("open_this_group").icon(icon::OPEN),
            Self::LeaveGroup => about("Leave group")
                .tip("Comes back to the level around the open group.")
                .icon(icon::ABOVE)
                .key(outside_text(CTRL_SHIFT, Key::ArrowUp)),
            Self::GoUp(_) => about("Leave group").name("go_up"),
            Self::ChooseShown => about("Choose pins and params…")
                .tip("Says which pins and params the selected group shows.")
                .needs(Need::Nodes)
                .key(outside_text(Modifiers::ALT, Key::P)),
            Self::Show { .. } => about("Show on group"),
            Self::RenameShown { .. } => about("Rename on group"),
            Self::SaveGroup => about("Save group to library…")
                .tip("Keeps a copy of the selected group for all graphs.")
                .icon(icon::SAVE)
                .needs(Need::Nodes)
                .key(outside_text(ALT_SHIFT, Key::G)),
            Self::SaveGroupAs { .. } => about("Save group"),
            Self::PickGroup => about("Add from library…")
                .tip("Adds a copy of a group that was kept.")
                .icon(icon::LIBRARY)
                .key(outside_text(Modifiers::ALT, Key::G)),
            Self::AddGroup { .. } => about("Add group"),
        }
    }
}

impl Way {
    fn about_moving(self) -> About {
        let (label, key) = match self {
            Self::Left => ("Move left", Key::ArrowLeft),
            Self::Right => ("Move right", Key::ArrowRight),
            Self::Up => ("Move up", Key::ArrowUp),
            Self::Down => ("Move down", Key::ArrowDown),
        };
        about(label)
            .tip("Moves what is selected by a step of the grid.")
            .needs(Need::Parts)
            .key(outside_text(CTRL, key))
    }

    fn about_growing(self) -> About {
        let (label, key) = match self {
            Self::Left => ("Narrower", Key::ArrowLeft),
            Self::Right => ("Wider", Key::ArrowRight),
            Self::Up => ("Shorter", Key::ArrowUp),
            Self::Down => ("Taller", Key::ArrowDown),
        };
        about(label)
            .tip("Moves the right or lower rim of what is selected by a step of the grid.")
            .needs(Need::Parts)
            .key(outside_text(ALT_SHIFT, key))
    }
}
