//! Everything that the window can be asked to do. Menus, keys, buttons and tests all go through
//! here; panels, canvas and widgets return commands and change nothing themselves.

pub mod about;
pub mod binding;
pub mod drawing;
pub mod file;
pub mod gallery;
pub mod graph;
pub mod keys;
pub mod menu;
pub mod queue;
pub mod seed;
pub mod setup;

use std::path::PathBuf;

use egui::{Key, Modifiers};
use pyrograph_engine::graph::Source;
use pyrograph_engine::node::FileKind;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use self::about::{About, Need, about, name_of};
use self::binding::Scope;
use self::drawing::DrawingCommand;
use self::file::FileCommand;
use self::gallery::GalleryCommand;
use self::graph::GraphCommand;
use self::keys::{CTRL, CTRL_SHIFT, anywhere, outside_text};
pub use self::keys::{Keymap, Shortcut, pressed};
use self::queue::QueueCommand;
use self::seed::SeedCommand;
use self::setup::SetupCommand;
use crate::app::State;
use crate::theme::{Look, icon};

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// An empty document.
    New,
    /// Asks for a graph or picture and opens it.
    Open,
    /// Opens this graph or picture.
    OpenFile(PathBuf),
    /// Opens the graph of a picture made in this session.
    OpenPicture(usize),
    /// Writes the document to its file.
    Save,
    /// Asks for a file and writes the document to it.
    SaveAs,
    /// Leaves, after asking about unsaved changes.
    Quit,
    /// Takes the last step back.
    Undo,
    /// Takes the last undo back.
    Redo,
    /// Deletes what is selected.
    Delete,
    /// Copies the selected nodes beside themselves.
    Duplicate,
    /// Selects every node.
    SelectAll,
    /// Selects exactly these nodes.
    Select(Vec<String>),
    /// Selects the wire that ends here.
    SelectWire(Input),
    /// Selects a node and brings it into view.
    Show(String),
    /// Adds a node.
    Add(NewNode),
    /// Gives a param a value.
    SetParam {
        /// The node and param.
        at: Input,
        /// The value; `None` is the default.
        value: Option<Json>,
        /// Whether more of the same gesture may follow.
        live: bool,
    },
    /// Rolls another seed.
    NewSeed(Input),
    /// Lays a wire; one that ended there is replaced.
    Connect {
        /// Where it starts.
        from: Source,
        /// Where it ends.
        to: Input,
        /// The end from which it was dragged off, to be cut in the same step.
        cut: Option<Input>,
    },
    /// Cuts the wire that ends here.
    Disconnect(Input),
    /// Moves nodes to these places (points at 100 %).
    Move {
        /// The nodes' upper left corners.
        to: Vec<(String, [f32; 2])>,
        /// Whether more of the same gesture may follow.
        live: bool,
    },
    /// Ends the gesture under way: what follows is another undo step.
    EndGesture,
    /// Takes the gesture under way back, as if it had never begun.
    CancelGesture,
    /// Asks for a file and gives it to a param.
    PickFile {
        /// The param.
        at: Input,
        /// What is looked for.
        kind: FileKind,
    },
    /// Looks which files there are.
    ListFiles(FileKind),
    /// Renders every output.
    Run,
    /// Stops what is running.
    Cancel,
    /// Opens the add menu.
    AddMenu,
    /// Shows the whole graph.
    FitAll,
    /// Shows the selected nodes.
    FitSelection,
    /// Shows the graph at 100 %.
    ActualSize,
    /// Shows or hides the inspector.
    ToggleInspector,
    /// Gives the graph the window to itself, or brings the panels back.
    ToggleFocus,
    /// Shows or hides a tab of the drawer.
    ToggleDrawer(Drawer),
    /// Shows a tab of the drawer.
    ShowDrawer(Drawer),
    /// Shows a picture made in this session large, or none.
    View(Option<usize>),
    /// Takes another theme.
    SetLook(Look),
    /// Shows or hides the list of keys.
    ToggleKeys,
    /// Answers the question that is waiting.
    Answer(Answer),
    /// Changes to the graph and how it is drawn, beyond those that every editor has.
    Graph(GraphCommand),
    /// How the graph is drawn and ordered: looks of nodes, frames, notes, reroutes, hidden wires, groups.
    Drawing(DrawingCommand),
    /// Tabs, recent files, copies, versions.
    File(FileCommand),
    /// What runs, when and in which order.
    Queue(QueueCommand),
    /// Seeds and their locks.
    Seed(SeedCommand),
    /// Pictures made: find, look at, compare, use, delete.
    Gallery(GalleryCommand),
    /// Settings, keys, the palette, templates.
    Setup(SetupCommand),
    /// Takes the message away.
    Dismiss,
}

/// A pin or param of a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Input {
    /// The node's key.
    pub node: String,
    /// The pin's or param's name.
    pub slot: String,
}

impl Input {
    /// The input of that node and name.
    pub fn new(node: impl Into<String>, slot: impl Into<String>) -> Self {
        Self {
            node: node.into(),
            slot: slot.into(),
        }
    }
}

/// A node to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct NewNode {
    /// Its id in the catalogue.
    pub is: &'static str,
    /// Its upper left corner, in points at 100 %.
    pub at: [f32; 2],
}

/// The drawer's tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawer {
    /// What was made in this session.
    Pictures,
    /// What runs and waits.
    Queue,
    /// What is wrong.
    Problems,
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Save first, then go on.
    Save,
    /// Go on without saving.
    Discard,
    /// Do not go on.
    Stay,
    /// Save to another file.
    Copy,
    /// The file chosen in the window's own file box.
    File(PathBuf),
    /// The folder that the file box shall list.
    Folder(PathBuf),
}

impl Command {
    fn about(&self) -> About {
        match self {
            Self::New => about("New")
                .tip("Starts an empty graph.")
                .icon(icon::NEW)
                .key(anywhere(CTRL, Key::N))
                .key(anywhere(CTRL, Key::T)),
            Self::Open => about("Open…")
                .tip("Opens a graph, or the graph inside a picture.")
                .icon(icon::OPEN)
                .key(anywhere(CTRL, Key::O)),
            Self::OpenFile(_) => about("Open").icon(icon::OPEN),
            Self::OpenPicture(_) => about("Open this picture's graph").icon(icon::OPEN),
            Self::Save => about("Save")
                .tip("Writes the graph to its file.")
                .icon(icon::SAVE)
                .key(anywhere(CTRL, Key::S)),
            Self::SaveAs => about("Save as…")
                .tip("Writes the graph to another file.")
                .icon(icon::SAVE)
                .key(anywhere(CTRL_SHIFT, Key::S)),
            Self::Quit => about("Quit").icon(icon::QUIT).key(anywhere(CTRL, Key::Q)),
            Self::Undo => about("Undo")
                .tip("Takes the last step back.")
                .icon(icon::UNDO)
                .needs(Need::Undo)
                .key(outside_text(CTRL, Key::Z)),
            Self::Redo => about("Redo")
                .tip("Takes the last undo back.")
                .icon(icon::REDO)
                .needs(Need::Redo)
                .key(outside_text(CTRL, Key::Y))
                .key(outside_text(CTRL_SHIFT, Key::Z)),
            Self::Delete => about("Delete")
                .tip("Deletes what is selected.")
                .icon(icon::DELETE)
                .needs(Need::Selection)
                .key(outside_text(Modifiers::NONE, Key::Delete))
                .key(outside_text(Modifiers::NONE, Key::Backspace)),
            Self::Duplicate => about("Duplicate")
                .tip("Copies what is selected beside itself.")
                .needs(Need::Parts)
                .icon(icon::COPY)
                .key(outside_text(CTRL, Key::D)),
            Self::SelectAll => about("Select all")
                .tip("Selects every node, frame, note and reroute.")
                .icon(icon::SELECT)
                .key(outside_text(CTRL, Key::A)),
            Self::Select(_) => about("Select"),
            Self::SelectWire(_) => about("Select wire"),
            Self::Show(_) => about("Show node"),
            Self::Add(_) => about("Add node"),
            Self::SetParam { .. } => about("Change value"),
            Self::NewSeed(_) => about("New seed")
                .tip("Rolls another seed.")
                .icon(icon::DICE),
            Self::Connect { .. } => about("Connect"),
            Self::Disconnect(_) => about("Cut wire"),
            Self::Move { .. } => about("Move"),
            Self::EndGesture => about("End gesture"),
            Self::CancelGesture => about("Cancel gesture"),
            Self::PickFile { .. } => about("Choose a file…").icon(icon::OPEN),
            Self::ListFiles(_) => about("List files"),
            Self::Run => about("Run")
                .tip("Renders every output; what has not changed is reused.")
                .icon(icon::RUN)
                .key(anywhere(CTRL, Key::Enter)),
            Self::Cancel => about("Cancel the run")
                .tip("Stops what runs within one step; the next in the queue goes on.")
                .needs(Need::Run)
                .icon(icon::STOP)
                .key(outside_text(Modifiers::NONE, Key::Escape))
                .key(anywhere(CTRL.plus(Modifiers::ALT), Key::Enter)),
            Self::AddMenu => about("Add node…")
                .tip("Searches all nodes and adds one.")
                .icon(icon::ADD)
                .key(outside_text(Modifiers::NONE, Key::Tab)),
            Self::FitAll => about("Fit all")
                .tip("Shows the whole graph.")
                .icon(icon::FIT)
                .key(outside_text(Modifiers::NONE, Key::Period)),
            Self::FitSelection => about("Fit selection")
                .tip("Shows what is selected.")
                .needs(Need::Parts)
                .key(outside_text(Modifiers::SHIFT, Key::F)),
            Self::ActualSize => about("Actual size")
                .tip("Shows the graph at 100 %.")
                .key(anywhere(CTRL, Key::Num1)),
            Self::ToggleInspector => about("Inspector")
                .tip("The selected node's settings.")
                .icon(icon::SIDEBAR)
                .key(anywhere(CTRL, Key::I)),
            Self::ToggleFocus => about("Focus mode")
                .tip("Gives the graph the window to itself, or brings inspector and drawer back.")
                .key(anywhere(CTRL_SHIFT, Key::F)),
            Self::ToggleDrawer(Drawer::Pictures) => about("Pictures")
                .tip("The pictures made in this session.")
                .icon(icon::PICTURES)
                .key(anywhere(CTRL, Key::J)),
            Self::ToggleDrawer(Drawer::Queue) => about("Queue")
                .tip("What runs, what waits, and what has ended.")
                .icon(icon::QUEUE)
                .key(outside_text(Modifiers::NONE, Key::Q)),
            Self::ToggleDrawer(Drawer::Problems) => about("Problems")
                .tip("What is wrong with the graph or the last run.")
                .icon(icon::PROBLEM)
                .key(anywhere(CTRL_SHIFT, Key::M)),
            Self::ShowDrawer(_) => about("Show in the drawer"),
            Self::View(_) => about("View picture"),
            Self::SetLook(_) => about("Theme")
                .tip("Dark, light or high contrast.")
                .icon(icon::THEME),
            Self::ToggleKeys => about("Keys and gestures")
                .tip("Every key and gesture on one page.")
                .icon(icon::KEYS)
                .key(anywhere(Modifiers::NONE, Key::F1)),
            Self::Answer(_) => about("Answer"),
            Self::Graph(command) => command.about(),
            Self::Drawing(command) => command.about(),
            Self::File(command) => command.about(),
            Self::Queue(command) => command.about(),
            Self::Seed(command) => command.about(),
            Self::Gallery(command) => command.about(),
            Self::Setup(command) => command.about(),
            Self::Dismiss => about("Dismiss"),
        }
    }

    /// The name in menus: sentence case, `…` when a question follows.
    pub fn label(&self) -> &'static str {
        self.about().label
    }

    /// What it does, in a sentence, for tooltips.
    pub fn tooltip(&self) -> &'static str {
        self.about().tooltip
    }

    /// The icon in menus and on buttons.
    pub fn icon(&self) -> Option<&'static str> {
        self.about().icon
    }

    /// Why it would do nothing now.
    pub fn missing(&self, state: &State) -> Option<&'static str> {
        self.about().need.missing(state)
    }

    /// The name in settings.
    pub fn name(&self) -> String {
        let About { label, name, .. } = self.about();
        name.map_or_else(|| name_of(label), str::to_owned)
    }

    /// The keys that give it where the settings say nothing else, the one shown first.
    pub fn own_shortcuts(&self) -> impl Iterator<Item = Shortcut> {
        let [first, second] = self.about().keys;
        first
            .into_iter()
            .chain(second.filter(|second| Some(*second) != first))
    }

    /// The shown shortcut as text, such as `Ctrl+S`.
    pub fn shortcut_text(&self, ctx: &egui::Context) -> Option<String> {
        let first = Keymap::of(ctx).shortcuts(self).next();
        first.map(|shortcut| keys::shown(ctx, &shortcut.keys))
    }

    /// The tooltip with the shortcut behind it.
    pub fn tooltip_with_keys(&self, ctx: &egui::Context) -> String {
        self.with_keys(self.shortcut_text(ctx))
    }

    /// The tooltip with the keys that the command has in a place.
    pub fn tooltip_in(&self, ctx: &egui::Context, scope: Scope) -> String {
        let shown = Keymap::of(ctx).shown_in(scope, self);
        self.with_keys(shown.map(|shortcut| keys::shown(ctx, &shortcut.keys)))
    }

    fn with_keys(&self, keys: Option<String>) -> String {
        match keys {
            Some(keys) => format!("{} ({keys})", self.tooltip()),
            None => self.tooltip().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sentence_case_and_tooltips_are_sentences() {
        for command in menu::all() {
            let label = command.label();
            assert!(label.starts_with(char::is_uppercase), "{label}");
            assert!(!label.contains(['!', ':']), "{label}");
            assert!(
                !label
                    .split(' ')
                    .skip(1)
                    .any(|word| word.starts_with(char::is_uppercase)),
                "{label}"
            );
        }
    }
}
