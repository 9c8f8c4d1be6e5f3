//! What runs, when and in which order.

use crate::command::Command;
use crate::command::about::About;

/// What runs, when and in which order.
#[derive(Clone, Debug, PartialEq)]
pub enum QueueCommand {}

impl QueueCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match *self {}
    }
}
