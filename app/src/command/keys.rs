//! Shortcuts: what they are, which are in force, and which were pressed.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::text_selection::LabelSelectionState;
use egui::{Context, Event, Id, InputState, Key, KeyboardShortcut, Modifiers};

use crate::canvas;
use crate::command::Command;
use crate::command::binding::{Binding, Scope};

/// The modifier of most shortcuts: Ctrl, or Cmd on a Mac.
pub const CTRL: Modifiers = Modifiers::COMMAND;
/// Alt and Shift.
pub const ALT_SHIFT: Modifiers = Modifiers::ALT.plus(Modifiers::SHIFT);
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
    lines: Vec<Line>,
    /// The same, those with the most modifiers first.
    by_modifiers: Vec<Line>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    shortcut: Shortcut,
    binding: Binding,
}

impl Line {
    /// Whether a press of these keys reaches other commands too: keys for texts hold everywhere.
    fn reaches(&self, scope: Scope) -> bool {
        let is_everywhere = self.binding.scope == Scope::Window && self.shortcut.in_text;
        self.binding.scope == scope || is_everywhere
    }
}

impl Keymap {
    /// The commands' own shortcuts with the settings' changes.
    pub fn new(changes: &BTreeMap<String, Vec<String>>) -> Self {
        let lines: Vec<Line> = Binding::all()
            .flat_map(|binding| {
                let shortcuts = match changes.get(&binding.name()) {
                    Some(texts) => texts
                        .iter()
                        .filter_map(|text| Some(changed_to(&binding, parse(text)?)))
                        .collect(),
                    None => binding.own_shortcuts(),
                };
                shortcuts
                    .into_iter()
                    .map(move |shortcut| Line { shortcut, binding })
            })
            .collect();
        let mut by_modifiers = lines.clone();
        by_modifiers.sort_by_key(|line| {
            let Modifiers {
                alt,
                ctrl,
                shift,
                command,
                mac_cmd: _,
            } = line.shortcut.keys.modifiers;
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
        self.shortcuts_in(Scope::Window, command)
    }

    /// The shortcuts of a command that hold in such a place only, the one shown first.
    pub fn shortcuts_in(&self, scope: Scope, command: &Command) -> impl Iterator<Item = Shortcut> {
        let lines = self.lines.iter();
        lines
            .filter(move |line| line.binding.scope == scope && line.binding.command == command)
            .map(|line| line.shortcut)
    }

    /// The keys by which a command is given in a place: those of the place, else one that holds
    /// everywhere.
    pub fn shown_in(&self, scope: Scope, command: &Command) -> Option<Shortcut> {
        let own = self.shortcuts_in(scope, command).next();
        own.or_else(|| self.shortcuts(command).find(|shortcut| shortcut.in_text))
    }

    /// What else is meant by these keys where those of `than` hold.
    pub fn other_with(&self, keys: &KeyboardShortcut, than: &Binding) -> Option<Binding> {
        let line = Line {
            shortcut: changed_to(than, *keys),
            binding: *than,
        };
        let mut others = self.lines.iter().filter(|other| other.binding != *than);
        let found = others.find(|other| {
            let is_heard = other.reaches(than.scope) || line.reaches(other.binding.scope);
            is_heard && other.shortcut.keys == *keys
        });
        found.map(|other| other.binding)
    }
}

fn keymap_id() -> Id {
    Id::unique("keymap")
}

/// Keys that the user has given to a command.
fn changed_to(binding: &Binding, keys: KeyboardShortcut) -> Shortcut {
    let is_free_in_text = match keys.logical_key {
        Key::A | Key::C | Key::V | Key::X | Key::Y | Key::Z => keys.modifiers.alt,
        key if key.name().starts_with('F') && key != Key::F => true,
        _ => !keys.conflicts_with_text_editing() && keys.modifiers.command,
    };
    let own = binding.own_shortcuts();
    let was_free = own.iter().all(|shortcut| shortcut.in_text);
    Shortcut {
        keys,
        in_text: is_free_in_text && was_free && binding.scope == Scope::Window,
    }
}

/// Takes the shortcuts pressed in this frame out of egui's input.
///
/// `editing` says whether a text, a popup or a question has the keyboard. A widget that has the
/// keyboard keeps the keys by which it is used, and selected text that for copying. A letter alone
/// is typed where its command is not possible.
pub fn pressed(
    ctx: &Context,
    editing: bool,
    is_possible: impl Fn(&Command) -> bool,
) -> Vec<Command> {
    let is_widgets = is_focus_elsewhere(ctx, Some(canvas::ground_id()));
    let leaves_widget = left_widget(ctx);
    taken(ctx, Scope::Window, |shortcut, command| {
        let is_kept = is_widgets && is_for_widgets(&shortcut.keys)
            || leaves_widget && shortcut.keys.logical_key == Key::Escape;
        let is_typed = is_letter(&shortcut.keys) && !is_possible(command);
        (shortcut.in_text || !editing) && !is_kept && !is_typed
    })
}

/// As [`pressed`], for keys that hold while pictures are looked at. Arrows go to the pictures
/// whatever has the keyboard; a widget other than `home` keeps the keys that press it.
pub fn pressed_in(ctx: &Context, scope: Scope, home: Option<Id>) -> Vec<Command> {
    let is_widgets = is_focus_elsewhere(ctx, home);
    taken(ctx, scope, |shortcut, _| {
        !(is_widgets
            && matches!(
                shortcut.keys.logical_key,
                Key::Enter | Key::Space | Key::Tab
            ))
    })
}

fn is_focus_elsewhere(ctx: &Context, home: Option<Id>) -> bool {
    let focused = ctx.memory(|memory| memory.focused());
    focused.is_some() && focused != home
}

/// The commands of a place whose keys are free and were pressed; the presses are taken out of the
/// input.
fn taken(
    ctx: &Context,
    scope: Scope,
    is_free: impl Fn(&Shortcut, &Command) -> bool,
) -> Vec<Command> {
    if Capture::is_open(ctx) {
        return Vec::new();
    }
    let has_selection = |labels: &mut LabelSelectionState| labels.has_selection();
    let selects_text = ctx.with_plugin(has_selection).unwrap_or(false);
    let copies_text = |keys| selects_text && keys == KeyboardShortcut::new(CTRL, Key::C);
    let keymap = Keymap::of(ctx);
    let lines = keymap.by_modifiers.iter().filter(|line| {
        line.binding.scope == scope
            && is_free(&line.shortcut, line.binding.command)
            && !copies_text(line.shortcut.keys)
    });
    ctx.input_mut(|input| {
        lines
            .filter(|line| take(input, &line.shortcut.keys))
            .map(|line| line.binding.command.clone())
            .collect()
    })
}

/// Whether a text was edited or something dragged until this frame: egui ends both before anybody
/// is asked what Escape shall mean.
fn left_widget(ctx: &Context) -> bool {
    let is_held = ctx.text_edit_focused() || ctx.dragged_id().is_some();
    ctx.data_mut(|data| {
        let was_held = data.get_temp_mut_or_insert_with(Id::unique("widget is held"), || false);
        std::mem::replace(was_held, is_held) && !is_held
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

/// Whether a letter is typed by these keys.
fn is_letter(keys: &KeyboardShortcut) -> bool {
    keys.modifiers == Modifiers::NONE && keys.logical_key.name().len() == 1
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
    /// The command, and where its keys hold.
    pub binding: Binding,
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
        let of_window = |command| Binding {
            scope: Scope::Window,
            command,
        };
        let (open, save) = (of_window(&Command::Open), of_window(&Command::Save));
        assert_eq!(keymap.other_with(&taken, &save), Some(open));
        assert_eq!(keymap.other_with(&taken, &open), None);
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
