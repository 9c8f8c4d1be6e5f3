//! How the graph is drawn and ordered: looks of nodes, frames, notes, reroutes, hidden wires, groups.

use crate::command::Command;
use crate::command::about::About;

/// How the graph is drawn and ordered: looks of nodes, frames, notes, reroutes, hidden wires, groups.
#[derive(Clone, Debug, PartialEq)]
pub enum DrawingCommand {}

impl DrawingCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match *self {}
    }
}
