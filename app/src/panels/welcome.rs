//! The first minutes: one sentence and a button over the first graph, until something has run.

use egui::{Align2, Area, Context, Frame, Id, Margin, Order, Rect, RichText, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::setup::SetupCommand;
use crate::theme::{font, icon, size};
use crate::widgets::button::{Weight, bare_icon, word_button};

const WORDS: &str = "Press Run to make this picture. Nothing leaves your machine.";

/// Shows the card as long as it has something to say.
pub fn welcome_ui(ctx: &Context, state: &State, canvas: Rect) -> Vec<Command> {
    let has_output = !state.document.checked().outputs().is_empty();
    if state.settings.is_welcomed || !has_output || state.jobs.has_run() {
        return Vec::new();
    }
    let theme = &state.theme;
    let mut commands = Vec::new();
    Area::new(Id::unique("welcome"))
        .order(Order::Middle)
        .pivot(Align2::LEFT_BOTTOM)
        .fixed_pos(canvas.left_bottom() + vec2(16.0, -16.0))
        .accessible_name("First steps")
        .show(ctx, |ui| {
            Frame::popup(ui.style())
                .inner_margin(Margin::symmetric(14, 10))
                .show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.label(RichText::new(WORDS).font(font::text(size::TEXT)));
                        let run = Command::Run;
                        let word = "Make the picture";
                        if word_button(ui, theme, run.icon(), word, Weight::Primary).clicked() {
                            commands.push(run);
                        }
                        let name = "Dismiss the first steps";
                        if bare_icon(ui, theme, icon::CLOSE, name, 22.0).clicked() {
                            commands.push(Command::Setup(SetupCommand::Welcomed));
                        }
                    });
                });
        });
    commands
}
