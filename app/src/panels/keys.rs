//! Every key and gesture on one page.

use egui::{Align2, Area, Context, Frame, Grid, Id, Key, Margin, Modifiers, Order, RichText, Ui};

use crate::app::State;
use crate::command::{Command, menu};
use crate::theme::{font, icon, size};
use crate::widgets::button::bare_icon;

/// What the pointer does.
const GESTURES: [(&str, &str); 12] = [
    ("Wheel", "zoom at the pointer"),
    ("Middle drag, Space and drag", "pan"),
    ("Drag on the canvas", "select with a box"),
    ("Shift or Ctrl and click", "select more"),
    ("Double click on the canvas", "add a node"),
    ("Drag from a pin", "lay a wire"),
    ("Drag a wire's end off", "cut it, or lay it elsewhere"),
    ("Click on a wire", "select it"),
    ("Drag a number", "change it; with Shift, finely"),
    ("Click a number", "type it; arithmetic is understood"),
    ("Double click a number", "set it back"),
    ("Drop a file", "open a graph or a picture's graph"),
];

/// Shows the page if it is open.
pub fn keys_ui(ctx: &Context, state: &State) -> Vec<Command> {
    if !state.panels.keys {
        return Vec::new();
    }
    let theme = &state.theme;
    let mut closed = ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
    Area::new(Id::unique("keys"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
        .show(ctx, |ui| {
            Frame::popup(ui.style())
                .inner_margin(Margin::same(22))
                .show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.label(
                            RichText::new(Command::ToggleKeys.label())
                                .font(font::strong(size::HEADING)),
                        );
                        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            closed |= bare_icon(ui, theme, icon::CLOSE, "Close", 26.0).clicked();
                        });
                    });
                    ui.add_space(10.0);
                    ui.horizontal_top(|ui| {
                        let keys = menu::all().filter_map(|command| {
                            Some((command.shortcut_text(ui.ctx())?, command.label().to_owned()))
                        });
                        table_ui(ui, state, "shortcuts", keys.collect());
                        ui.add_space(30.0);
                        let gestures = GESTURES
                            .iter()
                            .map(|(what, does)| ((*what).to_owned(), (*does).to_owned()));
                        table_ui(ui, state, "gestures", gestures.collect());
                    });
                });
        });
    closed.then_some(Command::ToggleKeys).into_iter().collect()
}

fn table_ui(ui: &mut Ui, state: &State, id: &str, rows: Vec<(String, String)>) {
    let theme = &state.theme;
    Grid::new(id)
        .num_columns(2)
        .spacing([18.0, 7.0])
        .show(ui, |ui| {
            for (keys, does) in rows {
                ui.label(
                    RichText::new(keys)
                        .font(font::text(size::NODE_TEXT))
                        .color(theme.accent_text),
                );
                ui.label(
                    RichText::new(does)
                        .font(font::text(size::NODE_TEXT))
                        .color(theme.text),
                );
                ui.end_row();
            }
        });
}
