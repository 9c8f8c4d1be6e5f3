//! The open documents as a list, where the bar has no room for tabs.

use egui::{Popup, Ui};

use crate::app::State;
use crate::command::Command;
use crate::command::file::FileCommand;
use crate::panels::tabs::words;
use crate::theme::icon;
use crate::widgets::button::bare_icon;
use crate::widgets::scrolled_ui;

/// Shows the button that opens the list.
pub(super) fn tab_list_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let response = bare_icon(ui, &state.theme, icon::FILE, "Open files", 28.0);
    let mut commands = Vec::new();
    Popup::menu(&response)
        .width(180.0)
        .accessible_name("Open files")
        .show(|ui| commands.extend(scrolled_ui(ui, |ui| lines_ui(ui, state))));
    response.on_hover_text(state.document.name());
    commands
}

/// A line for each document, and one that begins another.
fn lines_ui(ui: &mut Ui, state: &State) -> Option<Command> {
    let mut chosen = None;
    for document in state.documents() {
        let is_shown = document.id() == state.document.id();
        if ui.selectable_label(is_shown, words(document)).clicked() {
            chosen = Some(Command::File(FileCommand::ShowTab(document.id())));
        }
    }
    ui.separator();
    for command in [Command::New, Command::File(FileCommand::Close)] {
        if ui.selectable_label(false, command.label()).clicked() {
            chosen = Some(command);
        }
    }
    if chosen.is_some() {
        ui.close();
    }
    chosen
}
