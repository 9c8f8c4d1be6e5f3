//! What runs, when and in which order.

use egui::{Key, Modifiers};

use crate::command::Command;
use crate::command::about::{About, Need, about};
use crate::command::keys::{CTRL, CTRL_SHIFT, anywhere};
use crate::queue::RowId;
use crate::theme::icon;

/// What runs, when and in which order.
#[derive(Clone, Debug, PartialEq)]
pub enum QueueCommand {
    /// Runs every output before all that waits.
    RunFirst,
    /// Runs what the selected nodes need, and them.
    RunToHere,
    /// Lets nothing more begin, or goes on.
    TogglePause,
    /// Takes all that waits out of the queue.
    Clear,
    /// Lets changes of the graph start runs, or not.
    ToggleAutoRun,
    /// Forgets the rows that have ended.
    ClearHistory,
    /// How many runs the next command asks for.
    SetBatch(u32),
    /// Stops a row, or takes it out of the queue.
    Cancel(RowId),
    /// Moves a row to another place among those that wait.
    Move {
        /// Which row.
        row: RowId,
        /// Where to, from 0.
        place: usize,
    },
    /// Runs what a row ran once more.
    RunAgain(RowId),
    /// Opens a row's graph in a tab of its own.
    Load(RowId),
}

impl QueueCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[
        Command::Queue(Self::RunFirst),
        Command::Queue(Self::RunToHere),
        Command::Queue(Self::ToggleAutoRun),
        Command::Queue(Self::TogglePause),
        Command::Queue(Self::Clear),
        Command::Queue(Self::ClearHistory),
    ];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match self {
            Self::RunFirst => about("Run at the front")
                .tip("Renders every output before all that waits in the queue.")
                .icon(icon::RUN_FIRST)
                .key(anywhere(CTRL_SHIFT, Key::Enter)),
            Self::RunToHere => about("Run up to this node")
                .tip("Runs the selected nodes and what they need, and nothing behind them.")
                .icon(icon::RUN)
                .key(anywhere(Modifiers::ALT, Key::Enter))
                .needs(Need::Nodes),
            Self::TogglePause => about("Pause or resume the queue")
                .tip("What runs is finished; nothing more begins until the queue is resumed.")
                .icon(icon::PAUSE)
                .key(anywhere(CTRL.plus(Modifiers::ALT), Key::P)),
            Self::Clear => about("Clear the queue")
                .tip("Takes all that waits out of the queue; what runs goes on.")
                .icon(icon::DELETE)
                .key(anywhere(CTRL_SHIFT, Key::Backspace)),
            Self::ToggleAutoRun => about("Run on every change")
                .tip(
                    "A change of the graph starts a run as soon as it is quiet; never two at once.",
                )
                .icon(icon::REPEAT)
                .key(anywhere(CTRL.plus(Modifiers::ALT), Key::R)),
            Self::ClearHistory => about("Clear the queue's history")
                .tip("Forgets the runs that have ended; their pictures stay.")
                .icon(icon::CLOSE)
                .key(anywhere(CTRL.plus(Modifiers::ALT), Key::H)),
            Self::SetBatch(_) => about("Runs")
                .tip("How many runs the next Run asks for; each is one row of the queue."),
            Self::Cancel(_) => about("Cancel")
                .tip("Stops this run, or takes it out of the queue.")
                .icon(icon::CLOSE),
            Self::Move { .. } => about("Move in the queue"),
            Self::RunAgain(_) => about("Run again")
                .tip("Puts the same graph with the same seeds into the queue.")
                .icon(icon::RUN),
            Self::Load(_) => about("Load this graph")
                .tip("Opens the graph that ran in a tab of its own.")
                .icon(icon::OPEN),
        }
    }
}
