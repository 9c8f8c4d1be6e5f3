//! Changes to the graph and how it is drawn, beyond those that every editor has.

use crate::command::Command;
use crate::command::about::About;

/// Changes to the graph and how it is drawn, beyond those that every editor has.
#[derive(Clone, Debug, PartialEq)]
pub enum GraphCommand {}

impl GraphCommand {
    /// What the menu offers of it.
    pub const EDIT_MENU: &[Command] = &[];
    /// What the menu offers of it.
    pub const NODE_MENU: &[Command] = &[];
    /// What the menu offers of it.
    pub const VIEW_MENU: &[Command] = &[];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match *self {}
    }
}
