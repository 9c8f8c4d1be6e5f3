//! The way into the open group: each level's name, to come back to with a click, and the way to
//! say what the group shows outside.

use egui::epaint::StrokeKind;
use egui::{Align2, Id, Pos2, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::drawing::DrawingCommand;
use crate::theme::{font, size};

/// From the canvas's corner.
const MARGIN: f32 = 14.0;
const HEIGHT: f32 = 28.0;
const PAD: f32 = 10.0;
/// Stands between two levels.
const BETWEEN: &str = "›";

/// Shows the bar if a group is open.
pub fn breadcrumb_ui(ui: &Ui, state: &State, canvas: Rect) -> Vec<Command> {
    let level = state.document.level();
    if level.is_empty() {
        return Vec::new();
    }
    let names = names(state);
    let mut left = canvas.left_top() + vec2(MARGIN, MARGIN);
    let mut commands = Vec::new();
    for (depth, name) in names.iter().enumerate() {
        let is_open = depth == level.len();
        let label = format!("Level {name}");
        let step = step_ui(ui, state, (left, depth), (name, &label, is_open));
        let right = step.rect.right();
        if step.clicked() && !is_open {
            commands.push(DrawingCommand::GoUp(depth).into());
        }
        left.x = right;
        if !is_open {
            let theme = &state.theme;
            let at = left + vec2(PAD * 0.8, HEIGHT / 2.0);
            let sign = font::text(size::TEXT);
            ui.painter()
                .text(at, Align2::CENTER_CENTER, BETWEEN, sign, theme.secondary);
            left.x += PAD * 1.6;
        }
    }
    left.x += PAD;
    let choose = Command::Drawing(DrawingCommand::ChooseShown);
    let words = choose.label();
    let response = step_ui(ui, state, (left, names.len()), (words, words, false));
    if response.clicked() {
        // It is the group's node that shows them, one level up.
        commands.extend([DrawingCommand::GoUp(level.len() - 1).into(), choose]);
    }
    response.on_hover_text("Says which pins and params this group shows outside");
    commands
}

/// The document's name, then the titles of the open groups.
fn names(state: &State) -> Vec<String> {
    let document = &state.document;
    let mut names = vec![document.name().to_owned()];
    for (depth, key) in document.level().iter().enumerate() {
        let around = document.root().level(&document.level()[..depth]);
        let title = around.and_then(|graph| graph.view.look(key).title);
        names.push(title.unwrap_or_else(|| key.clone()));
    }
    names
}

/// One of the bar's buttons, at a place among them: its words, what a screen reader calls it,
/// whether it is the open level.
fn step_ui(
    ui: &Ui,
    state: &State,
    (left, place): (Pos2, usize),
    (name, label, is_open): (&str, &str, bool),
) -> Response {
    let theme = &state.theme;
    let color = if is_open { theme.text } else { theme.secondary };
    let galley = ui
        .painter()
        .layout_no_wrap(name.to_owned(), font::text(size::TEXT), color);
    let rect = Rect::from_min_size(left, vec2(galley.size().x + 2.0 * PAD, HEIGHT));
    let response = ui.interact(rect, Id::unique(("level", place)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, label));
    let ground = if response.hovered() && !is_open {
        theme.hovered
    } else {
        theme.raised
    };
    let border = Stroke::new(1.0, theme.line);
    ui.painter()
        .rect(rect, 6.0, ground, border, StrokeKind::Inside);
    let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter().galley(at.min, galley, color);
    response
}
