//! What stands around the canvas. Panels read the state and return commands.

pub mod gallery;
pub mod inspector;
pub mod keys;
pub mod over;
pub mod preview;
pub mod problems;
pub mod question;
pub mod rail;
pub mod top_bar;

use egui::{Frame, Margin, Panel, ScrollArea, Sense, Stroke, Ui, vec2};

use crate::app::State;
use crate::command::{Command, Drawer};
use crate::theme::{Theme, font, size};

/// A panel that can be hidden and resized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At the right: the selected node's settings.
    Inspector,
    /// Below: pictures and problems.
    Drawer,
}

/// Shows a panel if it is open.
pub fn side_ui(ui: &mut Ui, state: &State, side: Side) -> Vec<Command> {
    let theme = &state.theme;
    let frame = Frame::new().fill(theme.panel).stroke(Stroke::NONE);
    match side {
        Side::Inspector if state.panels.inspector => {
            Panel::right("inspector")
                .default_size(size::INSPECTOR)
                .size_range(260.0..=520.0)
                .frame(frame.inner_margin(Margin::ZERO))
                .show(ui, |ui| {
                    let room = ScrollArea::vertical()
                        .id_salt("inspector")
                        .auto_shrink([false, false]);
                    room.show(ui, |ui| {
                        Frame::new()
                            .inner_margin(Margin::symmetric(18, 16))
                            .show(ui, |ui| inspector::inspector_ui(ui, state))
                            .inner
                    })
                    .inner
                })
                .inner
        }
        Side::Drawer => match state.panels.drawer {
            Some(tab) => {
                Panel::bottom("drawer")
                    .default_size(size::DRAWER)
                    .size_range(110.0..=420.0)
                    .frame(frame.inner_margin(Margin {
                        left: 18,
                        right: 18,
                        top: 8,
                        bottom: 12,
                    }))
                    .show(ui, |ui| drawer_ui(ui, state, tab))
                    .inner
            }
            None => Vec::new(),
        },
        Side::Inspector => Vec::new(),
    }
}

fn drawer_ui(ui: &mut Ui, state: &State, tab: Drawer) -> Vec<Command> {
    let mut commands = Vec::new();
    // The panel keeps its size whatever is in it.
    ui.set_min_height(ui.available_height());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 26.0;
        let problems = state.problems().count();
        for (this, words) in [
            (
                Drawer::Pictures,
                counted("Pictures", state.jobs.pictures().len()),
            ),
            (Drawer::Problems, counted("Problems", problems)),
        ] {
            if tab_ui(ui, &state.theme, &words, this == tab) && this != tab {
                commands.push(Command::ToggleDrawer(this));
            }
        }
    });
    ui.add_space(6.0);
    commands.extend(match tab {
        Drawer::Pictures => gallery::gallery_ui(ui, state),
        Drawer::Problems => problems::problems_ui(ui, state),
    });
    commands
}

fn counted(word: &str, count: usize) -> String {
    if count == 0 {
        word.to_owned()
    } else {
        format!("{word} {count}")
    }
}

/// A tab's word, underlined if it is open. Says whether it was clicked.
fn tab_ui(ui: &mut Ui, theme: &Theme, words: &str, is_open: bool) -> bool {
    let font = if is_open {
        font::strong(size::TEXT)
    } else {
        font::text(size::TEXT)
    };
    let color = if is_open { theme.text } else { theme.secondary };
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, color);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(0.0, 12.0), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Tab, true, is_open, words));
    let color = if response.hovered() {
        theme.text
    } else {
        color
    };
    ui.painter()
        .galley_with_override_text_color(rect.min + vec2(0.0, 6.0), galley, color);
    if is_open {
        let line = egui::Rect::from_min_max(rect.left_bottom() - vec2(0.0, 2.0), rect.max);
        ui.painter().rect_filled(line, 1.0, theme.accent);
    }
    response.clicked()
}

/// A panel's small heading.
pub(crate) fn heading_ui(ui: &mut Ui, theme: &Theme, words: &str) {
    ui.label(
        egui::RichText::new(words)
            .font(font::strong(size::NODE_TEXT))
            .color(theme.secondary),
    );
}

/// A line across a panel.
pub(crate) fn rule_ui(ui: &mut Ui, theme: &Theme) {
    ui.add_space(10.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().rect_filled(
        rect.expand2(vec2(18.0, 0.0)),
        0.0,
        Theme::fade(theme.line, 0.6),
    );
    ui.add_space(10.0);
}
