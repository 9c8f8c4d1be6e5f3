//! The keys that hold while pictures are looked at.

use egui::{Context, Event, Key};

use crate::command::Command;
use crate::command::gallery::OwnKey;
use crate::command::keys::CTRL;

/// Takes the keys pressed in this frame out of egui's input, before any widget is used by them.
pub(in crate::panels) fn pressed(ctx: &Context, keys: &[OwnKey]) -> Vec<Command> {
    ctx.input_mut(|input| {
        let before = input.events.len();
        // Some windows tell of copying instead of the keys for it.
        let copies = keys
            .iter()
            .find(|(modifiers, key, _)| (*modifiers, *key) == (CTRL, Key::C));
        if copies.is_some() {
            input.events.retain(|event| !matches!(event, Event::Copy));
        }
        let copied = copies.filter(|_| input.events.len() < before);
        let typed = keys
            .iter()
            .filter(|(modifiers, key, _)| input.consume_key(*modifiers, *key));
        let typed: Vec<&OwnKey> = typed.collect();
        copied
            .into_iter()
            .chain(typed)
            .map(|(_, _, command)| Command::Gallery(command.clone()))
            .collect()
    })
}
