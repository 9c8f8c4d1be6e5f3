//! What commands of this kind do: tabs, recent files, copies, versions.

use egui::Context;

use crate::app::App;
use crate::command::file::FileCommand;

impl App {
    pub(super) fn apply_file(&mut self, _ctx: &Context, command: FileCommand) {
        match command {}
    }
}
