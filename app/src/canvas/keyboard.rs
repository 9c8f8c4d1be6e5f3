//! What keys do on the canvas beside the commands' shortcuts: arrows go from node to node, letters
//! open the add menu, and a text from the clipboard may hold nodes.

use egui::{Event, Key, Modifiers, Pos2, Ui, Vec2, vec2};

use crate::app::State;
use crate::canvas::ground_id;
use crate::canvas::layout::NodeLayout;
use crate::canvas::view::Screen;
use crate::command::Command;
use crate::command::graph::GraphCommand;

/// What was pressed.
#[derive(Debug, Default)]
pub struct Pressed {
    /// What it asks for.
    pub commands: Vec<Command>,
    /// Letters with which the add menu is to be opened.
    pub typed: String,
}

/// Whether keys mean the canvas: nothing else has the keyboard.
pub fn is_free(ui: &Ui, state: &State) -> bool {
    let focused = ui.memory(|memory| memory.focused());
    focused.is_none_or(|id| id == ground_id())
        && !ui.ctx().any_popup_open()
        && !state.gallery.has_keyboard()
        && state.question.is_none()
        && state.viewer.is_none()
        && state.panels.page.is_none()
}

/// Reads the keys of this frame, to be called while [`is_free`].
pub fn pressed(ui: &Ui, state: &State, layouts: &[NodeLayout], screen: &Screen) -> Pressed {
    let mut commands = pasted(ui, screen);
    for (way, modifiers) in arrows(ui) {
        let next = next(state, layouts, screen, way);
        commands.extend(next.map(|node| {
            let extends = modifiers.shift;
            GraphCommand::GoTo { node, extends }.into()
        }));
    }
    Pressed {
        commands,
        typed: typed(ui),
    }
}

/// Texts from the clipboard go to the pointer, or to the middle of what is seen.
fn pasted(ui: &Ui, screen: &Screen) -> Vec<Command> {
    let pointer = ui.ctx().pointer_latest_pos();
    let pointer = pointer.filter(|pos| screen.rect.contains(*pos));
    let at = screen.to_graph(pointer.unwrap_or(screen.rect.center()));
    ui.input(|i| {
        let texts = i.events.iter().filter_map(|event| match event {
            Event::Paste(text) => Some(text.clone()),
            _ => None,
        });
        texts
            .map(|text| {
                GraphCommand::PasteText {
                    text,
                    at: at.into(),
                }
                .into()
            })
            .collect()
    })
}

/// Takes the arrows pressed out of the input.
fn arrows(ui: &Ui) -> Vec<(Vec2, Modifiers)> {
    let mut pressed = Vec::new();
    ui.input_mut(|i| {
        i.events.retain(|event| {
            let Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } = event
            else {
                return true;
            };
            let way = match key {
                Key::ArrowLeft => vec2(-1.0, 0.0),
                Key::ArrowRight => vec2(1.0, 0.0),
                Key::ArrowUp => vec2(0.0, -1.0),
                Key::ArrowDown => vec2(0.0, 1.0),
                _ => return true,
            };
            if modifiers.command || modifiers.alt {
                return true;
            }
            pressed.push((way, *modifiers));
            false
        });
    });
    pressed
}

/// Letters and digits, but for those whose key was a shortcut and has been taken as such.
fn typed(ui: &Ui) -> String {
    ui.input(|i| {
        let is_left = |wanted: Key| {
            i.events.iter().any(|event| match event {
                Event::Key {
                    key, pressed: true, ..
                } => *key == wanted,
                _ => false,
            })
        };
        let texts = i.events.iter().filter_map(|event| match event {
            Event::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts
            .filter(|text| text.chars().all(char::is_alphanumeric))
            .filter(|text| Key::from_name(&text.to_uppercase()).is_none_or(is_left))
            .collect()
    })
}

/// The next node that way from what is selected, or the one nearest to the middle.
fn next(state: &State, layouts: &[NodeLayout], screen: &Screen, way: Vec2) -> Option<String> {
    let selected = &state.selection.nodes;
    let (inside, others): (Vec<&NodeLayout>, Vec<&NodeLayout>) = layouts
        .iter()
        .partition(|layout| selected.contains(&layout.key));
    let along = |pos: Pos2| pos.to_vec2().dot(way);
    let from = inside
        .iter()
        .map(|layout| layout.rect.center())
        .max_by(|a, b| along(*a).total_cmp(&along(*b)));
    let cost = |layout: &NodeLayout| {
        let center = layout.rect.center();
        let Some(from) = from else {
            return Some((center - screen.seen().center()).length());
        };
        let by = center - from;
        let ahead = by.dot(way);
        let aside = by.dot(vec2(-way.y, way.x)).abs();
        (ahead > 1.0).then_some(ahead + 2.0 * aside)
    };
    others
        .into_iter()
        .filter_map(|layout| Some((cost(layout)?, layout)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, layout)| layout.key.clone())
}
