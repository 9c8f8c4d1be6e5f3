//! What commands of this kind do: changes to the graph and how it is drawn, beyond those that every editor has.

use egui::Context;

use crate::app::App;
use crate::command::graph::GraphCommand;

impl App {
    pub(super) fn apply_graph(&mut self, _ctx: &Context, command: GraphCommand) {
        match command {}
    }
}
