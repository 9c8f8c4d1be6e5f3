//! The icons at the left: add, pictures, problems with their count, and help below.

use egui::{Align, Align2, Frame, Layout, Margin, Panel, Ui, vec2};
use pyrograph_engine::diagnostic::Diagnostic;

use crate::app::State;
use crate::command::gallery::GalleryCommand;
use crate::command::setup::{Page, SetupCommand};
use crate::command::{Command, Drawer};
use crate::panels::regions::{self, Region};
use crate::theme::{font, icon, size};
use crate::widgets::button::{bare_icon, icon_button};
use crate::widgets::icon_at;

const SIDE: f32 = 36.0;

/// Shows the rail.
pub fn rail_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let frame = Frame::new().fill(theme.window).inner_margin(Margin {
        left: 6,
        right: 6,
        top: 10,
        bottom: 10,
    });
    Panel::left("rail")
        .exact_size(size::RAIL)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            regions::note(ui, Region::Tools);
            let mut commands = Vec::new();
            ui.vertical_centered(|ui| {
                ui.spacing_mut().item_spacing.y = 8.0;
                for command in [
                    Command::AddMenu,
                    Command::Setup(SetupCommand::Toggle(Page::Templates)),
                    Command::Gallery(GalleryCommand::Toggle),
                    Command::ToggleDrawer(Drawer::Problems),
                    Command::ToggleInspector,
                    Command::FitAll,
                ] {
                    let response = icon_button(ui, theme, &command, SIDE);
                    if command == Command::AddMenu {
                        // What one looks for first.
                        icon_at(
                            ui.painter(),
                            response.rect.center(),
                            icon::ADD,
                            font::icon(20.0),
                            theme.accent,
                        );
                    }
                    if command == Command::ToggleDrawer(Drawer::Problems) {
                        count_paint(ui, state, response.rect.right_top());
                    }
                    if response.clicked() {
                        commands.push(command);
                    }
                }
            });
            ui.with_layout(Layout::bottom_up(Align::Center), |ui| {
                let help = Command::ToggleKeys;
                let response = bare_icon(ui, theme, icon::HELP, help.label(), SIDE);
                if response
                    .on_hover_text(help.tooltip_with_keys(ui.ctx()))
                    .clicked()
                {
                    commands.push(help);
                }
                let settings = Command::Setup(SetupCommand::Toggle(Page::Settings));
                if icon_button(ui, theme, &settings, SIDE).clicked() {
                    commands.push(settings);
                }
            });
            commands
        })
        .inner
}

/// How many problems there are, on a disc in the colour of the worst.
fn count_paint(ui: &Ui, state: &State, corner: egui::Pos2) {
    let count = state.problems().count();
    if count == 0 {
        return;
    }
    let theme = &state.theme;
    let color = if state.problems().any(Diagnostic::is_error) {
        theme.error
    } else {
        theme.caution
    };
    let center = corner + vec2(-7.0, 7.0);
    ui.painter().circle_filled(center, 7.5, color);
    let words = if count > 99 {
        "99".to_owned()
    } else {
        count.to_string()
    };
    ui.painter().text(
        center,
        Align2::CENTER_CENTER,
        words,
        font::strong(10.0),
        theme.on_accent,
    );
}
