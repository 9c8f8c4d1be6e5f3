//! The keys that hold while pictures are looked at.

use egui::text_selection::LabelSelectionState;
use egui::{Context, Event, Key};

use crate::command::Command;
use crate::command::gallery::OwnKey;
use crate::command::keys::CTRL;

/// Takes the keys pressed in this frame out of egui's input, before any widget is used by them.
/// Selected text keeps that for copying.
pub(in crate::panels) fn pressed<'a>(
    ctx: &Context,
    keys: impl Iterator<Item = &'a OwnKey>,
) -> Vec<Command> {
    let has_selection = |labels: &mut LabelSelectionState| labels.has_selection();
    let selects_text = ctx.with_plugin(has_selection).unwrap_or(false);
    let free = keys.filter(|(modifiers, key, _)| !(selects_text && is_copy(modifiers, *key)));
    ctx.input_mut(|input| {
        free.filter(|(modifiers, key, _)| {
            let before = input.events.len();
            if is_copy(modifiers, *key) {
                // Some windows tell of copying instead of the keys for it.
                input.events.retain(|event| !matches!(event, Event::Copy));
            }
            input.events.len() < before || input.consume_key(*modifiers, *key)
        })
        .map(|(_, _, command)| Command::Gallery(command.clone()))
        .collect()
    })
}

fn is_copy(modifiers: &egui::Modifiers, key: Key) -> bool {
    (*modifiers, key) == (CTRL, Key::C)
}
