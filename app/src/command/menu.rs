//! The menus: which commands people can find, and in which order. Keys and the palette read the
//! same list.

use crate::command::drawing::DrawingCommand;
use crate::command::file::FileCommand;
use crate::command::gallery::GalleryCommand;
use crate::command::graph::GraphCommand;
use crate::command::queue::QueueCommand;
use crate::command::seed::SeedCommand;
use crate::command::setup::{Page, SetupCommand};
use crate::command::{Command, Drawer};

/// A menu.
pub struct Menu {
    /// Its name.
    pub title: &'static str,
    /// Its commands, in groups.
    pub groups: &'static [&'static [Command]],
}

const TEMPLATES: Command = Command::Setup(SetupCommand::Toggle(Page::Templates));

/// Every menu, in the order in which they are shown.
pub const MENUS: &[Menu] = &[
    Menu {
        title: "File",
        groups: &[
            &[
                Command::New,
                TEMPLATES,
                Command::Open,
                Command::Save,
                Command::SaveAs,
            ],
            FileCommand::MENU,
            FileCommand::TAB_MENU,
            &[Command::Quit],
        ],
    },
    Menu {
        title: "Edit",
        groups: &[
            &[Command::Undo, Command::Redo],
            &[Command::Duplicate, Command::Delete, Command::SelectAll],
            GraphCommand::EDIT_MENU,
        ],
    },
    Menu {
        title: "Node",
        groups: &[
            GraphCommand::NODE_MENU,
            DrawingCommand::MENU,
            DrawingCommand::GROUP_MENU,
        ],
    },
    Menu {
        title: "Order",
        groups: &[GraphCommand::ORDER_MENU, DrawingCommand::ORDER_MENU],
    },
    Menu {
        title: "View",
        groups: &[
            &[
                Command::AddMenu,
                Command::FitAll,
                Command::FitSelection,
                Command::ActualSize,
            ],
            GraphCommand::VIEW_MENU,
            &[
                Command::ToggleFocus,
                Command::ToggleInspector,
                Command::ToggleDrawer(Drawer::Pictures),
                Command::ToggleDrawer(Drawer::Queue),
                Command::ToggleDrawer(Drawer::Problems),
            ],
        ],
    },
    Menu {
        title: "Run",
        groups: &[
            &[Command::Run, Command::Cancel],
            QueueCommand::MENU,
            SeedCommand::MENU,
        ],
    },
    Menu {
        title: "Pictures",
        groups: &[GalleryCommand::MENU],
    },
    Menu {
        title: "Program",
        groups: &[SetupCommand::MENU, &[Command::ToggleKeys]],
    },
];

/// Every command that a menu offers.
pub fn all() -> impl Iterator<Item = &'static Command> {
    MENUS
        .iter()
        .flat_map(|menu| menu.groups.iter().copied().flatten())
}
