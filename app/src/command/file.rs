//! Tabs, recent files, copies, versions.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{ColorImage, Key, Modifiers};

use crate::command::Command;
use crate::command::about::{About, Need, about};
use crate::command::keys::{CTRL, CTRL_SHIFT, anywhere};
use crate::document::DocumentId;
use crate::theme::icon;

/// Tabs, recent files, copies, versions.
#[derive(Clone, Debug, PartialEq)]
pub enum FileCommand {
    /// Shows a tab.
    ShowTab(DocumentId),
    /// Closes a tab, after asking about unsaved changes.
    CloseTab(DocumentId),
    /// Closes the tab that is shown.
    Close,
    /// Opens the tab that was closed last.
    Reopen,
    /// Shows the tab to the right.
    NextTab,
    /// Shows the tab to the left.
    PreviousTab,
    /// Moves a tab to a place among the tabs.
    MoveTab {
        /// Whose tab.
        tab: DocumentId,
        /// The place, from 0.
        place: usize,
    },
    /// Moves the tab that is shown to the right.
    MoveRight,
    /// Moves the tab that is shown to the left.
    MoveLeft,
    /// Asks for a file and writes a copy to it.
    SaveCopy,
    /// Lists the files opened last.
    Recent,
    /// Lists the versions that are kept of the file.
    Versions,
    /// Looks anew which models and pictures there are.
    LookAgain,
    /// Takes what was dropped on the window: a graph is opened, a picture becomes a node.
    Drop {
        /// The file.
        path: PathBuf,
        /// Where it was dropped, in points of the graph at 100 %.
        at: [f32; 2],
    },
    /// Adds a node for a picture from the clipboard.
    PastePicture {
        /// Its pixels.
        image: Arc<ColorImage>,
        /// Where, in points of the graph at 100 %.
        at: [f32; 2],
    },
}

impl FileCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[
        Command::File(Self::SaveCopy),
        Command::File(Self::Recent),
        Command::File(Self::Versions),
        Command::File(Self::LookAgain),
    ];
    /// What the menu offers about tabs.
    pub const TAB_MENU: &[Command] = &[
        Command::File(Self::Close),
        Command::File(Self::Reopen),
        Command::File(Self::NextTab),
        Command::File(Self::PreviousTab),
        Command::File(Self::MoveRight),
        Command::File(Self::MoveLeft),
    ];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match self {
            Self::ShowTab(_) => about("Show tab"),
            Self::CloseTab(_) => about("Close"),
            Self::Close => about("Close tab")
                .tip("Closes the graph; asks first if it has unsaved changes.")
                .icon(icon::CLOSE)
                .key(anywhere(CTRL, Key::W)),
            Self::Reopen => about("Reopen closed tab")
                .tip("Opens the tab that was closed last, as it was.")
                .needs(Need::ClosedTab)
                .key(anywhere(CTRL_SHIFT, Key::T)),
            Self::NextTab => about("Next tab")
                .tip("Shows the tab to the right.")
                .key(anywhere(CTRL, Key::Tab))
                .key(anywhere(CTRL, Key::PageDown)),
            Self::PreviousTab => about("Previous tab")
                .tip("Shows the tab to the left.")
                .key(anywhere(CTRL_SHIFT, Key::Tab))
                .key(anywhere(CTRL, Key::PageUp)),
            Self::MoveTab { .. } => about("Move tab"),
            Self::MoveRight => about("Move tab right")
                .tip("Moves the tab one place to the right.")
                .key(anywhere(CTRL_SHIFT, Key::PageDown)),
            Self::MoveLeft => about("Move tab left")
                .tip("Moves the tab one place to the left.")
                .key(anywhere(CTRL_SHIFT, Key::PageUp)),
            Self::SaveCopy => about("Save a copy…")
                .tip("Writes the graph to another file and goes on with this one.")
                .key(anywhere(CTRL.plus(Modifiers::ALT), Key::S)),
            Self::Recent => about("Open recent…")
                .tip("Lists the files opened or saved last.")
                .icon(icon::OPEN)
                .key(anywhere(CTRL_SHIFT, Key::O)),
            Self::Versions => about("Versions…")
                .tip("Lists what the file was when it was saved before.")
                .needs(Need::File)
                .key(anywhere(CTRL.plus(Modifiers::ALT), Key::V)),
            Self::LookAgain => about("Look for files again")
                .tip("Looks anew which models and pictures there are to choose from.")
                .icon(icon::REPEAT)
                .key(anywhere(Modifiers::NONE, Key::F5)),
            Self::Drop { .. } => about("Drop"),
            Self::PastePicture { .. } => about("Paste picture"),
        }
    }
}
