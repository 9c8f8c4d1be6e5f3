//! What commands of this kind do: seeds and their locks.

use egui::Context;

use crate::app::App;
use crate::command::seed::SeedCommand;

impl App {
    pub(super) fn apply_seed(&mut self, _ctx: &Context, command: SeedCommand) {
        match command {}
    }
}
