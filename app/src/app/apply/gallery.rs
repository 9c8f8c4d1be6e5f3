//! What commands of this kind do: pictures made: find, look at, compare, use, delete.

use egui::Context;

use crate::app::App;
use crate::command::gallery::GalleryCommand;

impl App {
    pub(super) fn apply_gallery(&mut self, _ctx: &Context, command: GalleryCommand) {
        match command {}
    }
}
