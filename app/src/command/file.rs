//! Tabs, recent files, copies, versions.

use crate::command::Command;
use crate::command::about::About;

/// Tabs, recent files, copies, versions.
#[derive(Clone, Debug, PartialEq)]
pub enum FileCommand {}

impl FileCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match *self {}
    }
}
