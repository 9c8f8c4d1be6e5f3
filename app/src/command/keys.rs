//! Shortcuts: what they are, which are in force, and which were pressed.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::text_selection::LabelSelectionState;
use egui::{Context, Event, Id, InputState, Key, KeyboardShortcut, Modifiers};

use crate::canvas;
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

/// The shortcuts in force: the commands' own, where the settings give no others.
///
/// It lies in egui's memory, so that whatever draws a command can say its keys.
#[derive(Clone, Debug)]
pub struct Keymap {
    /// In the order of the menus, a command's shown shortcut first.
    lines: Vec<(Shortcut, &'static Command)>,
    /// The same, those with the most modifiers first.
    by_modifiers: Vec<(Shortcut, &'static Command)>,
}

impl Keymap {
    /// The commands' own shortcuts with the settings' changes.
    pub fn new(changes: &BTreeMap<String, Vec<String>>) -> Self {
        let lines: Vec<_> = menu::all()
            .flat_map(|command| {
                let changed = changes.get(&command.name());
                let shortcuts: Vec<Shortcut> = match changed {
                    Some(texts) => texts
                        .iter()
                        .filter_map(|text| Some(changed_to(command, parse(text)?)))
                        .collect(),
                    None => command.own_shortcuts().collect(),
                };
                shortcuts
                    .into_iter()
                    .map(move |shortcut| (shortcut, command))
            })
            .collect();
        let mut by_modifiers = lines.clone();
        by_modifiers.sort_by_key(|(shortcut, _)| {
            let Modifiers {
                alt,
                ctrl,
                shift,
                command,
                mac_cmd: _,
            } = shortcut.keys.modifiers;
            std::cmp::Reverse([alt, ctrl, shift, command].map(u8::from).iter().sum::<u8>())
        });
        Self {
            lines,
            by_modifiers,
        }
    }

    /// The keys in force.
    pub fn of(ctx: &Context) -> Arc<Self> {
        ctx.data_mut(|data| {
            let own = || Arc::new(Self::new(&BTreeMap::new()));
            Arc::clone(data.get_temp_mut_or_insert_with(keymap_id(), own))
        })
    }

    /// Puts these keys in force.
    pub fn install(self, ctx: &Context) {
        ctx.data_mut(|data| data.insert_temp(keymap_id(), Arc::new(self)));
    }

    /// The shortcuts of a command, the one shown first.
    pub fn shortcuts(&self, command: &Command) -> impl Iterator<Item = Shortcut> {
        let lines = self.lines.iter();
        lines
            .filter(move |(_, other)| *other == command)
            .map(|(shortcut, _)| *shortcut)
    }

    /// The command other than `than` that has these keys.
    pub fn other_with(&self, keys: &KeyboardShortcut, than: &Command) -> Option<&'static Command> {
        let mut others = self.lines.iter().filter(|(_, command)| *command != than);
        let found = others.find(|(shortcut, _)| shortcut.keys == *keys);
        found.map(|(_, command)| *command)
    }
}

fn keymap_id() -> Id {
    Id::unique("keymap")
}

/// Keys that the user has given to a command.
fn changed_to(command: &Command, keys: KeyboardShortcut) -> Shortcut {
    let is_free_in_text = match keys.logical_key {
        Key::A | Key::C | Key::V | Key::X | Key::Y | Key::Z => keys.modifiers.alt,
        key if key.name().starts_with('F') && key != Key::F => true,
        _ => !keys.conflicts_with_text_editing() && keys.modifiers.command,
    };
    let was_free = command.own_shortcuts().all(|shortcut| shortcut.in_text);
    Shortcut {
        keys,
        in_text: is_free_in_text && was_free,
    }
}

/// Takes the shortcuts pressed in this frame out of egui's input.
///
/// `editing` says whether a text, a popup or a question has the keyboard. A widget that has the
/// keyboard keeps the keys by which it is used, and selected text that for copying.
pub fn pressed(ctx: &Context, editing: bool) -> Vec<Command> {
    if Capture::is_open(ctx) {
        return Vec::new();
    }
    let keymap = Keymap::of(ctx);
    let focused = ctx.memory(|memory| memory.focused());
    let is_widgets = focused.is_some_and(|id| id != canvas::ground_id());
    let has_selection = |labels: &mut LabelSelectionState| labels.has_selection();
    let selects_text = ctx.with_plugin(has_selection).unwrap_or(false);
    let leaves_text = left_text(ctx);
    let lines = keymap.by_modifiers.iter().filter(|(shortcut, _)| {
        let is_kept = is_widgets && is_for_widgets(&shortcut.keys)
            || selects_text && shortcut.keys == KeyboardShortcut::new(CTRL, Key::C)
            || leaves_text && shortcut.keys.logical_key == Key::Escape;
        (shortcut.in_text || !editing) && !is_kept
    });
    ctx.input_mut(|input| {
        lines
            .filter(|(shortcut, _)| take(input, &shortcut.keys))
            .map(|(_, command)| (*command).clone())
            .collect()
    })
}

/// Whether a text was edited until this frame: egui takes the keyboard from it before anybody is
/// asked what Escape shall mean.
fn left_text(ctx: &Context) -> bool {
    let is_edited = ctx.text_edit_focused();
    ctx.data_mut(|data| {
        let was_edited = data.get_temp_mut_or_insert_with(Id::unique("text is edited"), || false);
        std::mem::replace(was_edited, is_edited) && !is_edited
    })
}

/// Keys by which a widget that has the keyboard is used or left.
fn is_for_widgets(keys: &KeyboardShortcut) -> bool {
    let is_theirs = matches!(
        keys.logical_key,
        Key::Tab
            | Key::Enter
            | Key::Space
            | Key::ArrowDown
            | Key::ArrowLeft
            | Key::ArrowRight
            | Key::ArrowUp
    );
    is_theirs && !keys.modifiers.command && !keys.modifiers.alt
}

/// Takes every press of these keys out of the input; says whether there was one.
fn take(input: &mut InputState, keys: &KeyboardShortcut) -> bool {
    let before = input.events.len();
    input
        .events
        .retain(|event| press_of(event).is_none_or(|(key, held)| !fits(keys, key, held)));
    input.events.len() < before
}

/// The key and modifiers that an event is a press of. Some windows tell of copying and cutting
/// instead of the keys for it.
fn press_of(event: &Event) -> Option<(Key, Modifiers)> {
    match event {
        Event::Key {
            key,
            modifiers,
            pressed: true,
            ..
        } => Some((*key, *modifiers)),
        Event::Copy => Some((Key::C, CTRL)),
        Event::Cut => Some((Key::X, CTRL)),
        _ => None,
    }
}

fn fits(keys: &KeyboardShortcut, key: Key, held: Modifiers) -> bool {
    // On which key a sign stands, and whether Shift is needed for it, differs between keyboards.
    let modifiers_fit = if is_sign(key) {
        held.matches_logically(keys.modifiers)
    } else {
        held.matches_exact(keys.modifiers)
    };
    key == keys.logical_key && modifiers_fit
}

fn is_sign(key: Key) -> bool {
    matches!(
        key,
        Key::Colon
            | Key::Comma
            | Key::Backslash
            | Key::Slash
            | Key::Pipe
            | Key::Questionmark
            | Key::Exclamationmark
            | Key::OpenBracket
            | Key::CloseBracket
            | Key::OpenCurlyBracket
            | Key::CloseCurlyBracket
            | Key::Backtick
            | Key::Minus
            | Key::Period
            | Key::Plus
            | Key::Equals
            | Key::Semicolon
            | Key::Quote
    ) || matches!(
        key,
        Key::Num0 | Key::Num1 | Key::Num2 | Key::Num3 | Key::Num4
    ) || matches!(
        key,
        Key::Num5 | Key::Num6 | Key::Num7 | Key::Num8 | Key::Num9
    )
}

/// Waits for the keys that a command shall have.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// The command.
    pub command: Command,
    /// The keys pressed, if another command has them: one has to decide.
    pub taken: Option<KeyboardShortcut>,
}

impl Capture {
    /// The one under way.
    pub fn of(ctx: &Context) -> Option<Self> {
        ctx.data(|data| data.get_temp(capture_id()))
    }

    /// Whether one is under way.
    pub fn is_open(ctx: &Context) -> bool {
        Self::of(ctx).is_some_and(|capture| capture.taken.is_none())
    }

    /// Begins it, or goes on with it.
    pub fn open(self, ctx: &Context) {
        ctx.data_mut(|data| data.insert_temp(capture_id(), self));
    }

    /// Ends it.
    pub fn close(ctx: &Context) {
        ctx.data_mut(|data| data.remove::<Self>(capture_id()));
    }

    /// Takes the first press out of the input, whatever it is.
    pub fn press(ctx: &Context) -> Option<KeyboardShortcut> {
        ctx.input_mut(|input| {
            let place = input
                .events
                .iter()
                .position(|event| press_of(event).is_some() || matches!(event, Event::Paste(_)))?;
            let event = input.events.remove(place);
            let (key, held) = press_of(&event).unwrap_or((Key::V, CTRL));
            Some(KeyboardShortcut::new(normal(held), key))
        })
    }
}

fn capture_id() -> Id {
    Id::unique("key capture")
}

/// Modifiers as shortcuts name them: Ctrl and Cmd are one.
fn normal(held: Modifiers) -> Modifiers {
    Modifiers {
        ctrl: held.ctrl && !held.command,
        mac_cmd: false,
        ..held
    }
}

/// The words for modifiers in settings.
const WORDS: [(&str, Modifiers); 4] = [
    ("Ctrl", Modifiers::COMMAND),
    ("Control", Modifiers::CTRL),
    ("Alt", Modifiers::ALT),
    ("Shift", Modifiers::SHIFT),
];

/// A shortcut as settings hold it, such as `Ctrl+Shift+S`.
pub fn text_of(keys: &KeyboardShortcut) -> String {
    let held = normal(keys.modifiers);
    let is_held = [held.command, held.ctrl, held.alt, held.shift];
    let mut text: Vec<&str> = WORDS
        .iter()
        .zip(is_held)
        .filter(|(_, is_held)| *is_held)
        .map(|((word, _), _)| *word)
        .collect();
    text.push(keys.logical_key.name());
    text.join("+")
}

/// Reads a shortcut as [`text_of`] writes it.
pub fn parse(text: &str) -> Option<KeyboardShortcut> {
    let mut parts: Vec<&str> = text.split('+').map(str::trim).collect();
    let key = Key::from_name(parts.pop()?)?;
    let mut modifiers = Modifiers::NONE;
    for part in parts {
        let (_, word) = WORDS.iter().find(|(text, _)| *text == part)?;
        modifiers = modifiers.plus(*word);
    }
    Some(KeyboardShortcut::new(modifiers, key))
}

/// A shortcut as people read it.
pub fn shown(ctx: &Context, keys: &KeyboardShortcut) -> String {
    let mut text = ctx.format_shortcut(keys);
    for (name, sign) in [
        ("Period", "."),
        ("Comma", ","),
        ("Minus", "-"),
        ("Plus", "+"),
        ("Equals", "="),
        ("Slash", "/"),
        ("Escape", "Esc"),
    ] {
        text = text.replace(name, sign);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_are_written_and_read() {
        for (text, modifiers, key) in [
            ("Ctrl+Shift+S", CTRL_SHIFT, Key::S),
            ("Alt+Left", Modifiers::ALT, Key::ArrowLeft),
            ("F1", Modifiers::NONE, Key::F1),
            ("Ctrl+Plus", CTRL, Key::Plus),
        ] {
            let keys = KeyboardShortcut::new(modifiers, key);
            assert_eq!(text_of(&keys), text);
            assert_eq!(parse(text), Some(keys));
        }
        for nonsense in ["", "Ctrl+", "Hyper+S", "Ctrl+Shift", "+"] {
            assert_eq!(parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn every_own_shortcut_can_be_kept_in_settings() {
        for command in menu::all() {
            for Shortcut { keys, .. } in command.own_shortcuts() {
                assert_eq!(parse(&text_of(&keys)), Some(keys), "{}", command.label());
            }
        }
    }

    #[test]
    fn settings_change_keys_and_leave_the_others() {
        let changes = BTreeMap::from([
            (
                "save".to_owned(),
                vec!["Ctrl+Alt+W".to_owned(), "nonsense".to_owned()],
            ),
            ("run".to_owned(), Vec::new()),
            ("of_another_version".to_owned(), vec!["F9".to_owned()]),
        ]);
        let keymap = Keymap::new(&changes);
        let keys = |command: &Command| -> Vec<String> {
            let shortcuts = keymap.shortcuts(command);
            shortcuts.map(|shortcut| text_of(&shortcut.keys)).collect()
        };
        assert_eq!(keys(&Command::Save), ["Ctrl+Alt+W"]);
        assert!(keys(&Command::Run).is_empty());
        assert_eq!(keys(&Command::Open), ["Ctrl+O"]);
        let taken = parse("Ctrl+O").unwrap();
        assert_eq!(
            keymap.other_with(&taken, &Command::Save),
            Some(&Command::Open)
        );
        assert_eq!(keymap.other_with(&taken, &Command::Open), None);
    }

    #[test]
    fn modifiers_are_meant_exactly_but_for_signs() {
        let of = |text| parse(text).unwrap();
        assert!(fits(&of("Tab"), Key::Tab, Modifiers::NONE));
        assert!(!fits(&of("Tab"), Key::Tab, Modifiers::SHIFT));
        assert!(!fits(&of("Ctrl+S"), Key::S, CTRL_SHIFT));
        assert!(fits(&of("Ctrl+Plus"), Key::Plus, CTRL_SHIFT));
    }
}
