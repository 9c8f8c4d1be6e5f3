//! What commands of this kind do: how the graph is drawn and ordered: looks of nodes, frames, notes, reroutes, hidden wires, groups.

use egui::Context;

use crate::app::App;
use crate::command::drawing::DrawingCommand;

impl App {
    pub(super) fn apply_drawing(&mut self, _ctx: &Context, command: DrawingCommand) {
        match command {}
    }
}
