//! One list for what the checks found and what the last run failed at. A click goes to the node and
//! its pin; beside it stand the ways out that are certain.

use egui::{
    Align, Label, Layout, RichText, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2,
};
use pyrograph_engine::diagnostic::{Diagnostic, Severity};

use crate::app::State;
use crate::command::Command;
use crate::command::setup::SetupCommand;
use crate::fixes;
use crate::panels::regions;
use crate::theme::{font, icon, size};
use crate::widgets::button::{Weight, word_button};
use crate::widgets::icon_at;

/// What a problem that is out of sight is taken to need, until it has been seen.
const GUESS: f32 = 64.0;

/// Shows the list.
pub fn problems_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let mut commands = Vec::new();
    if state.problems().next().is_none() {
        ui.add_space(14.0);
        ui.vertical_centered(|ui| {
            let words = "Nothing is wrong";
            ui.label(
                RichText::new(words)
                    .font(font::text(size::TEXT))
                    .color(state.theme.secondary),
            );
        });
        return commands;
    }
    ScrollArea::vertical()
        .id_salt("problems")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (i, problem) in state.problems().enumerate() {
                commands.extend(seen_line_ui(ui, state, problem, i));
            }
            regions::keep_in_sight(ui);
        });
    commands
}

/// A line of a long list: fixes are worked out only for what is seen.
fn seen_line_ui(ui: &mut Ui, state: &State, problem: &Diagnostic, i: usize) -> Vec<Command> {
    let height_id = ui.scope_id().with(("height", i));
    let height = ui.data(|data| data.get_temp(height_id)).unwrap_or(GUESS);
    let top = ui.cursor().top();
    let clip = ui.clip_rect();
    // The next ones are there too, so that the keyboard can go on to them.
    if top > clip.bottom() + GUESS || top + height < clip.top() - GUESS {
        ui.add_space(height);
        return Vec::new();
    }
    let commands = ui.push_id(i, |ui| line_ui(ui, state, problem)).inner;
    let height = ui.cursor().top() - top;
    ui.data_mut(|data| data.insert_temp(height_id, height));
    commands
}

/// One problem: icon, place, what is wrong, and the ways out.
pub fn line_ui(ui: &mut Ui, state: &State, problem: &Diagnostic) -> Vec<Command> {
    let theme = &state.theme;
    let place = place_of(problem);
    let ground = ui.available_rect_before_wrap();
    let behind = ui.painter().add(egui::Shape::Noop);
    let mut commands = Vec::new();
    let mut is_pressed = false;
    // Only from a node's problem one can go somewhere.
    let (role, sense) = match problem.place.node {
        Some(_) => (Role::Button, Sense::click()),
        None => (Role::Label, Sense::hover()),
    };
    let builder = UiBuilder::new().sense(sense);
    let line = ui.scope_builder(builder, |ui| {
        ui.set_width(ground.width());
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, 20.0), Sense::hover());
            let (sign, color) = match problem.severity {
                Severity::Error => (icon::PROBLEM, theme.error),
                Severity::Warning => (icon::WARNING, theme.caution),
            };
            icon_at(ui.painter(), rect.center(), sign, font::icon(16.0), color);
            ui.vertical(|ui| {
                ui.add_space(2.0);
                if !place.is_empty() {
                    let words = RichText::new(&place).font(font::mono(size::SMALL));
                    ui.label(words.color(theme.accent_text));
                }
                for (words, font, color) in [
                    (Some(&problem.message), size::NODE_TEXT, theme.text),
                    (problem.help.as_ref(), size::SMALL, theme.secondary),
                ] {
                    if let Some(words) = words {
                        let words = RichText::new(sentence(words)).font(font::text(font));
                        let label = Label::new(words.color(color)).wrap();
                        // It is pressed as the line is, or a part of it is selected and copied.
                        let label = label.selectable(true).sense(Sense::click());
                        is_pressed |= ui.add(label).clicked();
                    }
                }
                commands.extend(fixes_ui(ui, state, problem));
                ui.add_space(4.0);
            });
        });
    });
    let response = line.response;
    response.widget_info(|| {
        let words = format!("{place} {}", problem.message);
        WidgetInfo::labeled(role, true, words.trim())
    });
    if response.hovered() || response.has_focus() {
        let fill = response.rect.expand2(vec2(6.0, 0.0));
        let shape = egui::Shape::rect_filled(fill, 5.0, theme.hovered);
        ui.painter().set(behind, shape);
    }
    if let Some(node) = &problem.place.node {
        let response = response.on_hover_text("Click to go to the node");
        if response.clicked() || is_pressed {
            commands.push(Command::Setup(SetupCommand::Point {
                node: node.clone(),
                slot: problem.place.slot.clone(),
            }));
        }
    }
    commands
}

/// A button for each way out.
fn fixes_ui(ui: &mut Ui, state: &State, problem: &Diagnostic) -> Vec<Command> {
    let found = fixes::of(ui.ctx(), state, problem);
    if found.is_empty() {
        return Vec::new();
    }
    let mut commands = Vec::new();
    ui.add_space(2.0);
    ui.with_layout(
        Layout::left_to_right(Align::Min).with_main_wrap(true),
        |ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
            for (words, command) in found {
                if word_button(ui, &state.theme, None, &words, Weight::Plain).clicked() {
                    commands.push(command);
                }
            }
        },
    );
    commands
}

fn place_of(problem: &Diagnostic) -> String {
    match (&problem.place.node, &problem.place.slot) {
        (Some(node), Some(slot)) => format!("{node}.{slot}"),
        (Some(node), None) => node.clone(),
        (None, _) => String::new(),
    }
}

/// Messages begin small, so that others can embed them; here they stand alone.
pub(super) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
