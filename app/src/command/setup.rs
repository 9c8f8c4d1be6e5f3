//! Settings, keys, the palette, templates.

use std::path::PathBuf;

use egui::{Key, Modifiers};
use pyrograph_engine::graph::edit::Edit;
use serde_json::Value as Json;

use crate::command::about::{About, about};
use crate::command::keys::{CTRL, CTRL_SHIFT, anywhere};
use crate::command::{Command, Input};
use crate::document::dialog::FolderUse;
use crate::settings::{ScaleStep, Settings};
use crate::theme::icon;

/// Settings, keys, the palette, templates.
#[derive(Clone, Debug, PartialEq)]
pub enum SetupCommand {
    /// Opens a page, or closes it.
    Toggle(Page),
    /// Closes the page that is open.
    Close,
    /// Takes other settings.
    Set(Box<Settings>),
    /// Makes everything larger or smaller.
    Scale(ScaleStep),
    /// Gives commands, by their names, other keys; `None` is their own.
    Bind(Vec<(String, Option<Vec<String>>)>),
    /// Does what was chosen in the palette, and remembers it.
    Choose(Box<Command>),
    /// Asks for a folder.
    PickFolder(FolderUse),
    /// Opens a copy of an example.
    OpenTemplate(PathBuf),
    /// Takes the first picture's card away.
    Welcomed,
    /// Moves the keyboard to the next part of the window.
    NextRegion,
    /// Moves the keyboard to the part of the window before.
    PreviousRegion,
    /// Goes to a node, and to a pin or param of it.
    Point {
        /// The node's key.
        node: String,
        /// The pin or param.
        slot: Option<String>,
    },
    /// Mends a problem.
    Mend {
        /// The groups inside each other in which it is mended, the outermost first.
        level: Vec<String>,
        /// What is changed there.
        edit: Box<Edit>,
    },
    /// Gives a node's two sides other lengths.
    Resize {
        /// The params with their new values; `None` is the default.
        sides: [(Input, Option<Json>); 2],
    },
    /// Makes small pictures of these files for lists.
    WantThumbs(Vec<PathBuf>),
}

/// What is shown over the whole window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// What can be set.
    Settings,
    /// Keys and gestures.
    Keys,
    /// Every command by name.
    Palette,
    /// The examples.
    Templates,
}

impl SetupCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[
        Command::Setup(Self::Toggle(Page::Settings)),
        Command::Setup(Self::Toggle(Page::Palette)),
        Command::Setup(Self::Scale(ScaleStep::Up)),
        Command::Setup(Self::Scale(ScaleStep::Down)),
        Command::Setup(Self::Scale(ScaleStep::Reset)),
        Command::Setup(Self::NextRegion),
        Command::Setup(Self::PreviousRegion),
    ];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match self {
            Self::Toggle(Page::Settings) => about("Settings…")
                .tip("Looks, navigation, device, folders.")
                .icon(icon::SETTINGS)
                .key(anywhere(CTRL, Key::Comma)),
            Self::Toggle(Page::Keys) => about("Keys and gestures"),
            Self::Toggle(Page::Palette) => about("Commands…")
                .tip("Searches all commands and does one.")
                .icon(icon::SEARCH)
                .key(anywhere(CTRL_SHIFT, Key::P)),
            Self::Toggle(Page::Templates) => about("New from template…")
                .tip("Opens a copy of an example.")
                .icon(icon::TEMPLATES)
                .key(anywhere(CTRL_SHIFT, Key::N)),
            Self::Close => about("Close"),
            Self::Set(_) => about("Change settings"),
            Self::Scale(ScaleStep::Up) => about("Larger")
                .name("scale_up")
                .tip("Makes everything in the window larger.")
                .key(anywhere(CTRL, Key::Plus))
                .key(anywhere(CTRL, Key::Equals)),
            Self::Scale(ScaleStep::Down) => about("Smaller")
                .name("scale_down")
                .tip("Makes everything in the window smaller.")
                .key(anywhere(CTRL, Key::Minus)),
            Self::Scale(ScaleStep::Reset) => about("Usual size")
                .name("scale_reset")
                .tip("Shows everything in the window at 100 %.")
                .key(anywhere(CTRL, Key::Num0)),
            Self::Bind(_) => about("Change keys"),
            Self::Choose(command) => command.about(),
            Self::PickFolder(_) => about("Choose a folder…").icon(icon::FOLDER),
            Self::OpenTemplate(_) => about("Open a copy").icon(icon::OPEN),
            Self::Welcomed => about("Dismiss"),
            Self::NextRegion => about("Next part of the window")
                .tip("Moves the keyboard on: tools, tabs, canvas, inspector, drawer.")
                .key(anywhere(Modifiers::NONE, Key::F6)),
            Self::PreviousRegion => about("Part of the window before")
                .tip("Moves the keyboard back: drawer, inspector, canvas, tabs, tools.")
                .key(anywhere(Modifiers::SHIFT, Key::F6)),
            Self::Point { .. } => about("Show node"),
            Self::Mend { .. } => about("Mend"),
            Self::Resize { .. } => about("Change size"),
            Self::WantThumbs(_) => about("Show small pictures"),
        }
    }
}
