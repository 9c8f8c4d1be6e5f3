//! What commands of this kind do: what runs, when and in which order.

use egui::Context;

use crate::app::App;
use crate::command::queue::QueueCommand;

impl App {
    pub(super) fn apply_queue(&mut self, _ctx: &Context, command: QueueCommand) {
        match command {}
    }
}
