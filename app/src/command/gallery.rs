//! Pictures made: find, look at, compare, use, delete.

use crate::command::Command;
use crate::command::about::About;

/// Pictures made: find, look at, compare, use, delete.
#[derive(Clone, Debug, PartialEq)]
pub enum GalleryCommand {}

impl GalleryCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match *self {}
    }
}
