//! The colours that nodes, frames and notes can be given, as they will look.

use egui::epaint::StrokeKind;
use egui::{Align2, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Item};
use crate::theme::tint::Tint;
use crate::theme::{Theme, font, icon, size};

/// The side of one, and what lies between two.
const SIDE: f32 = 22.0;
const GAP: f32 = 4.0;

/// Shows a row of colours; the first one is none, and that of what is selected is ticked. That one
/// `takes_keys`, or the first.
pub fn swatches_ui(ui: &mut Ui, state: &State, takes_keys: bool) -> Option<Command> {
    let colors = colors(state);
    let (mut chosen, mut home) = (None, None);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        ui.add_space(8.0);
        let tints = Tint::ALL.into_iter().map(Some);
        for tint in std::iter::once(None).chain(tints) {
            let is_chosen = !colors.is_empty() && colors.iter().all(|color| *color == tint);
            let swatch = swatch_ui(ui, &state.theme, tint, is_chosen);
            if swatch.clicked() {
                chosen = Some(DrawingCommand::SetColor(tint).into());
                ui.close();
            }
            if is_chosen || home.is_none() {
                home = Some(swatch);
            }
        }
    });
    if let Some(home) = home.filter(|_| takes_keys) {
        home.request_focus();
    }
    chosen
}

/// The colour of everything selected that can have one.
fn colors(state: &State) -> Vec<Option<Tint>> {
    let view = &state.document.graph().view;
    let selection = &state.selection;
    let nodes = selection.nodes.iter().map(|key| view.look(key).color);
    let frames = view.frames().into_iter().filter_map(|(key, frame)| {
        let is_selected = selection.items.contains(&Item::Frame(key));
        is_selected.then_some(frame.color)
    });
    let notes = view.notes().into_iter().filter_map(|(key, note)| {
        let is_selected = selection.items.contains(&Item::Note(key));
        is_selected.then_some(note.color)
    });
    nodes
        .chain(frames)
        .chain(notes)
        .map(|name| name.as_deref().and_then(Tint::named))
        .collect()
}

fn swatch_ui(ui: &mut Ui, theme: &Theme, tint: Option<Tint>, is_chosen: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(SIDE, SIDE), Sense::click());
    let name = tint.map_or("No colour", Tint::title);
    response.widget_info(|| WidgetInfo::selected(Role::MenuItemRadio, true, is_chosen, name));
    paint(ui, theme, rect, tint);
    if is_chosen {
        let center = rect.center();
        let sign = font::icon(14.0);
        ui.painter()
            .text(center, Align2::CENTER_CENTER, icon::CHECK, sign, theme.text);
    }
    if response.hovered() || response.has_focus() {
        let around = rect.expand(2.0);
        let stroke = Stroke::new(1.8, theme.accent);
        let corner = size::FIELD_CORNER + 2.0;
        ui.painter()
            .rect_stroke(around, corner, stroke, StrokeKind::Middle);
    }
    response.on_hover_text(name)
}

/// A header's ground in a rim that is told apart however dark the ground.
fn paint(ui: &Ui, theme: &Theme, rect: Rect, tint: Option<Tint>) {
    let (ground, rim) = match tint {
        Some(tint) => (theme.tint(tint), theme.tint_rim(tint)),
        None => (theme.header, theme.secondary),
    };
    let stroke = Stroke::new(2.0, rim);
    ui.painter()
        .rect(rect, size::FIELD_CORNER, ground, stroke, StrokeKind::Inside);
}
