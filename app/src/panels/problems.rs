//! One list for what the checks found and what the last run failed at. A click goes to the node.

use egui::{Align2, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use pyrograph_engine::diagnostic::{Diagnostic, Severity};

use crate::app::State;
use crate::command::Command;
use crate::theme::{font, icon, size};
use crate::widgets::{Draw, icon_at};

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
            for problem in state.problems() {
                commands.extend(line_ui(ui, state, problem));
            }
        });
    commands
}

/// One problem: icon, place, what is wrong, and the way out.
pub fn line_ui(ui: &mut Ui, state: &State, problem: &Diagnostic) -> Option<Command> {
    let theme = &state.theme;
    let draw = Draw { theme, scale: 1.0 };
    let place = match (&problem.place.node, &problem.place.slot) {
        (Some(node), Some(slot)) => format!("{node}.{slot}"),
        (Some(node), None) => node.clone(),
        (None, _) => String::new(),
    };
    let width = ui.available_width();
    let text_width = width - 34.0;
    let what = ui.painter().layout(
        sentence(&problem.message),
        font::text(size::NODE_TEXT),
        theme.text,
        text_width,
    );
    let help = problem.help.as_ref().map(|help| {
        ui.painter().layout(
            sentence(help),
            font::text(size::SMALL),
            theme.secondary,
            text_width,
        )
    });
    let place_height = if place.is_empty() { 0.0 } else { 15.0 };
    let height =
        8.0 + place_height + what.size().y + help.as_ref().map_or(0.0, |help| help.size().y + 2.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Button,
            true,
            format!("{place} {}", problem.message).trim(),
        )
    });
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect.expand2(vec2(6.0, 0.0)), 5.0, theme.hovered);
    }
    let (icon, color) = match problem.severity {
        Severity::Error => (icon::PROBLEM, theme.error),
        Severity::Warning => (icon::WARNING, theme.caution),
    };
    icon_at(
        ui.painter(),
        rect.min + vec2(9.0, 13.0),
        icon,
        font::icon(16.0),
        color,
    );
    let mut at = rect.min + vec2(26.0, 4.0);
    if !place.is_empty() {
        draw.label(
            ui.painter(),
            (at, Align2::LEFT_TOP),
            &place,
            (font::mono(size::SMALL), theme.accent_text),
            text_width,
        );
        at.y += place_height;
    }
    at.y += what.size().y;
    ui.painter()
        .galley(at - vec2(0.0, what.size().y), what, theme.text);
    if let Some(help) = help {
        ui.painter()
            .galley(at + vec2(0.0, 2.0), help, theme.secondary);
    }
    let node = problem.place.node.clone()?;
    response
        .on_hover_text("Click to go to the node")
        .clicked()
        .then_some(Command::Show(node))
}

/// Messages begin small, so that others can embed them; here they stand alone.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
