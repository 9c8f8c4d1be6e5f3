//! The first minutes: one sentence and a button over the first graph, until something has run.

use egui::{Align2, Area, Context, Frame, Id, Label, Margin, Order, Rect, RichText, Ui, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::setup::SetupCommand;
use crate::panels::page::place_by_size;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, word_button};

const WORDS: &str = "Press Run to make this picture. Nothing leaves your machine.";

/// With less room than that the button stands below the words.
const BESIDE: f32 = 640.0;
/// The side of the button that takes the card away.
const CLOSE: f32 = 22.0;

/// Shows the card as long as it has something to say.
pub fn welcome_ui(ctx: &Context, state: &State, canvas: Rect) -> Vec<Command> {
    let has_output = !state.document.checked().outputs().is_empty();
    if state.settings.is_welcomed || !has_output || state.jobs.has_run() {
        return Vec::new();
    }
    let theme = &state.theme;
    let is_narrow = canvas.width() < BESIDE;
    let (rim, margin) = if is_narrow {
        (4.0, Margin::symmetric(8, 6))
    } else {
        (16.0, Margin::symmetric(14, 10))
    };
    let mut commands = Vec::new();
    // Another form has another size, and an area remembers its last one.
    let area = Area::new(Id::unique(("welcome", is_narrow)))
        .order(Order::Middle)
        .pivot(Align2::LEFT_BOTTOM)
        .fixed_pos(canvas.left_bottom() + vec2(rim, -rim))
        .accessible_name("First steps")
        .show(ctx, |ui| {
            let frame = Frame::popup(ui.style()).inner_margin(margin);
            frame.show(ui, |ui| {
                let words = Label::new(RichText::new(WORDS).font(font::text(size::TEXT)));
                if is_narrow {
                    let room = canvas.width() - 2.0 * rim - margin.sum().x - 2.0;
                    ui.horizontal_top(|ui| {
                        ui.scope(|ui| {
                            ui.set_max_width(room - CLOSE - ui.spacing().item_spacing.x);
                            ui.add(words.wrap());
                        });
                        commands.extend(dismiss_ui(ui, theme));
                    });
                    commands.extend(run_ui(ui, theme));
                } else {
                    ui.horizontal(|ui| {
                        ui.add(words.extend());
                        commands.extend(run_ui(ui, theme));
                        commands.extend(dismiss_ui(ui, theme));
                    });
                }
            });
        });
    place_by_size(&area.response);
    commands
}

fn run_ui(ui: &mut Ui, theme: &Theme) -> Option<Command> {
    let run = Command::Run;
    let word = "Make the picture";
    let response = word_button(ui, theme, run.icon(), word, Weight::Primary);
    response.clicked().then_some(run)
}

fn dismiss_ui(ui: &mut Ui, theme: &Theme) -> Option<Command> {
    let name = "Dismiss the first steps";
    let response = bare_icon(ui, theme, icon::CLOSE, name, CLOSE).on_hover_text(name);
    let welcomed = Command::Setup(SetupCommand::Welcomed);
    response.clicked().then_some(welcomed)
}
