//! Settings, keys, the palette, templates.

use crate::command::Command;
use crate::command::about::About;

/// Settings, keys, the palette, templates.
#[derive(Clone, Debug, PartialEq)]
pub enum SetupCommand {}

impl SetupCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match *self {}
    }
}
