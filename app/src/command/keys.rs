//! Shortcuts: what they are, and which were pressed.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::command::{Command, menu};

/// The modifier of most shortcuts: Ctrl, or Cmd on a Mac.
pub const CTRL: Modifiers = Modifiers::COMMAND;
/// [`CTRL`] and Shift.
pub const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// A shortcut and where it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// The keys.
    pub keys: KeyboardShortcut,
    /// Whether it holds while a text is edited, which needs such keys itself.
    pub in_text: bool,
}

/// Keys that hold everywhere.
pub const fn anywhere(modifiers: Modifiers, key: Key) -> Shortcut {
    Shortcut {
        keys: KeyboardShortcut::new(modifiers, key),
        in_text: true,
    }
}

/// Keys that hold while no text is edited.
pub const fn outside_text(modifiers: Modifiers, key: Key) -> Shortcut {
    Shortcut {
        keys: KeyboardShortcut::new(modifiers, key),
        in_text: false,
    }
}

/// Takes the shortcuts pressed in this frame out of egui's input.
///
/// `editing` says whether a text, a popup or a question has the keyboard.
pub fn pressed(ctx: &egui::Context, editing: bool) -> Vec<Command> {
    let mut shortcuts: Vec<(Shortcut, &Command)> = menu::all()
        .flat_map(|command| command.shortcuts().map(move |shortcut| (shortcut, command)))
        .filter(|(shortcut, _)| shortcut.in_text || !editing)
        .collect();
    // egui matches modifiers loosely: Ctrl+Shift+S must be asked for before Ctrl+S.
    shortcuts.sort_by_key(|(shortcut, _)| {
        let modifiers = shortcut.keys.modifiers;
        std::cmp::Reverse(
            u8::from(modifiers.shift) + u8::from(modifiers.alt) + u8::from(modifiers.command),
        )
    });
    ctx.input_mut(|input| {
        shortcuts
            .into_iter()
            .filter(|(shortcut, _)| input.consume_shortcut(&shortcut.keys))
            .map(|(_, command)| command.clone())
            .collect()
    })
}
