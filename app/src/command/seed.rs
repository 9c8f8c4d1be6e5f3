//! Seeds and their locks.

use crate::command::Command;
use crate::command::about::About;

/// Seeds and their locks.
#[derive(Clone, Debug, PartialEq)]
pub enum SeedCommand {}

impl SeedCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match *self {}
    }
}
