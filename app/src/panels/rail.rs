//! The icons at the left: add, pictures, problems with their count, and help below.

use egui::scroll_area::ScrollBarVisibility;
use egui::{Align, Align2, Frame, Layout, Margin, Panel, ScrollArea, Ui, vec2};
use pyrograph_engine::diagnostic::Diagnostic;

use crate::app::State;
use crate::command::gallery::GalleryCommand;
use crate::command::setup::{Page, SetupCommand};
use crate::command::{Command, Drawer};
use crate::panels::regions::{self, Region};
use crate::theme::{font, icon, size};
use crate::widgets::button::{bare_icon, icon_button};
use crate::widgets::icon_at;

/// The side of a button, and what lies between two.
const SIDE: f32 = 36.0;
const GAP: f32 = 8.0;
/// What stands at the top and at the foot.
const UPPER: &[Command] = &[
    Command::AddMenu,
    Command::Setup(SetupCommand::Toggle(Page::Templates)),
    Command::Gallery(GalleryCommand::Toggle),
    Command::ToggleDrawer(Drawer::Problems),
    Command::ToggleInspector,
    Command::FitAll,
];
const LOWER: &[Command] = &[
    Command::Setup(SetupCommand::Toggle(Page::Settings)),
    Command::ToggleKeys,
];

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
            ui.spacing_mut().item_spacing.y = GAP;
            let count = UPPER.len() + LOWER.len();
            if ui.available_height() < count as f32 * (SIDE + GAP) {
                return scrolled_ui(ui, state);
            }
            let mut commands = Vec::new();
            ui.vertical_centered(|ui| commands.extend(upper_ui(ui, state)));
            ui.with_layout(Layout::bottom_up(Align::Center), |ui| {
                let lower = LOWER.iter().rev();
                commands.extend(lower.filter_map(|command| button_ui(ui, state, command)));
            });
            commands
        })
        .inner
}

/// All buttons in one column that is scrolled, in a low window.
fn scrolled_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    ScrollArea::vertical()
        .scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden)
        .show(ui, |ui| {
            let mut commands = upper_ui(ui, state);
            let lower = LOWER.iter();
            commands.extend(lower.filter_map(|command| button_ui(ui, state, command)));
            commands
        })
        .inner
}

fn upper_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    UPPER
        .iter()
        .filter_map(|command| button_ui(ui, state, command))
        .collect()
}

fn button_ui(ui: &mut Ui, state: &State, command: &Command) -> Option<Command> {
    let theme = &state.theme;
    let response = if *command == Command::ToggleKeys {
        // Who looks for help does not look for keys.
        let response = bare_icon(ui, theme, icon::HELP, command.label(), SIDE);
        response.on_hover_text(command.tooltip_with_keys(ui.ctx()))
    } else {
        icon_button(ui, theme, command, SIDE)
    };
    if *command == Command::AddMenu {
        // What one looks for first.
        icon_at(
            ui.painter(),
            response.rect.center(),
            icon::ADD,
            font::icon(20.0),
            theme.accent,
        );
    }
    if *command == Command::ToggleDrawer(Drawer::Problems) {
        count_paint(ui, state, response.rect.right_top());
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    response.clicked().then(|| command.clone())
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
