//! Seeds and their locks.

use std::sync::Arc;

use egui::{Key, Modifiers};
use pyrograph_engine::graph::Graph;

use crate::command::about::{About, about};
use crate::command::keys::{CTRL, anywhere};
use crate::command::{Command, Input};
use crate::seeds::Policy;
use crate::theme::icon;

/// Seeds and their locks.
#[derive(Clone, Debug, PartialEq)]
pub enum SeedCommand {
    /// Rolls every seed that is not locked.
    RollAll,
    /// Locks every seed.
    LockAll,
    /// Says what a seed does before each run.
    SetPolicy {
        /// The seed's node and param, on the open level.
        at: Input,
        /// What it does.
        policy: Policy,
    },
    /// Takes the seed that the last picture of this document was made with.
    UseLast(Input),
    /// Takes the seeds of another graph, such as a picture's, at the nodes that both have.
    UseSeedsOf(Arc<Graph>),
    /// Puts a seed on the clipboard.
    Copy(u64),
    /// Has the pictures read that a seed's last uses made.
    WantPictures(Input),
}

impl SeedCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[Command::Seed(Self::RollAll), Command::Seed(Self::LockAll)];

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match self {
            Self::RollAll => about("New seeds now")
                .tip("Rolls every seed anew that is not locked; if all are locked, every seed.")
                .icon(icon::DICE)
                .key(anywhere(CTRL.plus(Modifiers::ALT), Key::N)),
            Self::LockAll => about("Lock all seeds")
                .tip("Keeps every seed as it is: the same graph then gives the same picture.")
                .icon(icon::LOCK)
                .key(anywhere(CTRL.plus(Modifiers::ALT), Key::L)),
            Self::SetPolicy { policy, .. } => about(policy.label()).tip(policy.tooltip()),
            Self::UseLast(_) => about("Use the last picture's seed")
                .tip("Takes the seed that the last picture was made with.")
                .icon(icon::PICTURE),
            Self::UseSeedsOf(_) => about("Use this picture's seed")
                .tip("Takes the seeds that this picture was made with.")
                .icon(icon::DICE),
            Self::Copy(_) => about("Copy seed")
                .tip("Puts the seed on the clipboard.")
                .icon(icon::COPY),
            Self::WantPictures(_) => about("Last seeds"),
        }
    }
}
