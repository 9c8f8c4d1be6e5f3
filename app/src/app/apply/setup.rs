//! What commands of this kind do: settings, keys, the palette, templates.

use egui::Context;

use crate::app::App;
use crate::command::setup::SetupCommand;

impl App {
    pub(super) fn apply_setup(&mut self, _ctx: &Context, command: SetupCommand) {
        match command {}
    }
}
