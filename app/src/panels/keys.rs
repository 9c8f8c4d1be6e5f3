//! Every key and gesture on one page. A click on a command's keys waits for others.

use egui::{
    Align, Context, Key, KeyboardShortcut, Label, Layout, Modifiers, RichText, ScrollArea,
    TextEdit, Ui, UiBuilder, vec2,
};

use crate::app::State;
use crate::canvas::gesture::GESTURES;
use crate::command::binding::{Binding, Scope};
use crate::command::keys::{self, Capture, Keymap};
use crate::command::setup::SetupCommand;
use crate::command::{Command, menu};
use crate::panels::heading_ui;
use crate::panels::page::page_ui;
use crate::panels::regions;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, key_button, word_button};

/// With less room than that, commands and gestures stand below each other.
const BESIDE: f32 = 600.0;
/// Between columns.
const GAP: f32 = 16.0;
/// The room for the button that resets all keys.
const RESET_ALL: f32 = 92.0;
/// The room in which a command's keys keep a column of their own.
const ROOM_FOR_KEYS: f32 = 140.0;

/// Shows the page.
pub fn keys_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let mut commands = Vec::from_iter(captured(ctx));
    let title = Command::ToggleKeys.label();
    commands.extend(page_ui(ctx, state, title, vec2(980.0, 640.0), |ui| {
        let rect = ui.max_rect();
        if rect.width() < BESIDE {
            return below_each_other_ui(ui, state);
        }
        let (left, right) = rect.split_left_right_at_x(rect.right() - rect.width() * 0.42);
        let side = |ui: &mut Ui, name: &str, rect| {
            ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect))
        };
        let mut left = side(ui, "commands", left);
        let (wanted, mut commands) = search_ui(&mut left, state);
        let shown = scroll("commands").show(&mut left, |ui| {
            let commands = lines_ui(ui, state, &wanted);
            regions::keep_in_sight(ui);
            commands
        });
        commands.extend(shown.inner);
        let mut right = side(ui, "gestures", right.with_min_x(right.left() + GAP));
        scroll("gestures").show(&mut right, |ui| gestures_ui(ui, state));
        commands
    }));
    commands
}

/// Where commands and gestures do not fit beside each other.
fn below_each_other_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let (wanted, mut commands) = search_ui(ui, state);
    let shown = scroll("commands").show(ui, |ui| {
        let commands = lines_ui(ui, state, &wanted);
        ui.add_space(GAP);
        gestures_ui(ui, state);
        regions::keep_in_sight(ui);
        commands
    });
    commands.extend(shown.inner);
    commands
}

fn scroll(name: &str) -> ScrollArea {
    ScrollArea::vertical()
        .id_salt(name)
        .auto_shrink([false, false])
}

/// The keys that were pressed for the command that waits for them.
fn captured(ctx: &Context) -> Option<Command> {
    let capture = Capture::of(ctx).filter(|capture| capture.taken.is_none())?;
    let pressed = Capture::press(ctx)?;
    Capture::close(ctx);
    let is_alone = pressed.modifiers == Modifiers::NONE;
    match pressed.logical_key {
        Key::Escape => None,
        Key::Delete | Key::Backspace if is_alone => Some(bind(vec![(&capture.binding, &[])])),
        _ if Keymap::of(ctx)
            .other_with(&pressed, &capture.binding)
            .is_some() =>
        {
            let taken = Some(pressed);
            Capture { taken, ..capture }.open(ctx);
            None
        }
        _ => Some(bind(vec![(&capture.binding, &[pressed])])),
    }
}

/// Gives commands these keys.
fn bind(changes: Vec<(&Binding, &[KeyboardShortcut])>) -> Command {
    let changes = changes.into_iter().map(|(binding, shortcuts)| {
        let texts = shortcuts.iter().map(keys::text_of).collect();
        (binding.name(), Some(texts))
    });
    Command::Setup(SetupCommand::Bind(changes.collect()))
}

/// The field in which commands are searched for; returns what is searched for.
fn search_ui(ui: &mut Ui, state: &State) -> (String, Vec<Command>) {
    let theme = &state.theme;
    let mut commands = Vec::new();
    let search_id = egui::Id::unique("keys search");
    let mut search: String = ui.data(|data| data.get_temp(search_id)).unwrap_or_default();
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(&mut search)
            .id(search_id.with("field"))
            .hint_text(format!("{} Search commands and keys…", icon::SEARCH))
            .desired_width((ui.available_width() - RESET_ALL).min(260.0));
        ui.add(field).accessible_name("Search commands and keys");
        let changed = &state.settings.keys;
        ui.add_enabled_ui(!changed.is_empty(), |ui| {
            if word_button(ui, theme, None, "Reset all", Weight::Plain).clicked() {
                let own = changed.keys().map(|name| (name.clone(), None));
                commands.push(Command::Setup(SetupCommand::Bind(own.collect())));
            }
        });
    });
    ui.add_space(6.0);
    let wanted = search.to_lowercase();
    ui.data_mut(|data| data.insert_temp(search_id, search));
    (wanted, commands)
}

/// The commands that a search finds: by their menus, then those for pictures by where they hold.
fn lines_ui(ui: &mut Ui, state: &State, wanted: &str) -> Vec<Command> {
    let mut commands = Vec::new();
    ui.spacing_mut().item_spacing.y = 2.0;
    for menu in menu::MENUS {
        let all = menu.groups.iter().copied().flatten();
        let bindings = all.map(|command| Binding {
            scope: Scope::Window,
            command,
        });
        commands.extend(section_ui(ui, state, menu.title, (bindings, wanted)));
    }
    for scope in Scope::OF_PICTURES {
        let bindings = scope.bindings();
        commands.extend(section_ui(ui, state, scope.title(), (bindings, wanted)));
    }
    commands
}

/// Those of some commands that a search finds, under a heading.
fn section_ui(
    ui: &mut Ui,
    state: &State,
    title: &str,
    (bindings, wanted): (impl Iterator<Item = Binding>, &str),
) -> Vec<Command> {
    let found: Vec<Binding> = bindings
        .filter(|binding| is_found(ui.ctx(), binding, wanted))
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    ui.add_space(6.0);
    heading_ui(ui, &state.theme, title);
    let rows = found.iter();
    rows.flat_map(|binding| row_ui(ui, state, binding))
        .collect()
}

fn is_found(ctx: &Context, binding: &Binding, wanted: &str) -> bool {
    let label = binding.command.label().to_lowercase();
    let keys = shown_keys(ctx, binding).join(", ").to_lowercase();
    label.contains(wanted) || keys.contains(wanted)
}

/// The keys in force, as people read them.
fn shown_keys(ctx: &Context, binding: &Binding) -> Vec<String> {
    let keymap = Keymap::of(ctx);
    let shortcuts = keymap.shortcuts_in(binding.scope, binding.command);
    shortcuts
        .map(|shortcut| keys::shown(ctx, &shortcut.keys))
        .collect()
}

/// A command, its keys, and what is wrong with them.
fn row_ui(ui: &mut Ui, state: &State, binding: &Binding) -> Vec<Command> {
    let theme = &state.theme;
    let keymap = Keymap::of(ui.ctx());
    let capture = Capture::of(ui.ctx()).filter(|capture| capture.binding == *binding);
    let mut commands = Vec::new();
    ui.horizontal(|ui| {
        ui.set_min_height(26.0);
        ui.label(RichText::new(binding.command.label()).font(font::text(size::NODE_TEXT)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = binding.name();
            if state.settings.keys.contains_key(&name) {
                let reset = format!("Reset the keys of {}", binding.title());
                let response = bare_icon(ui, theme, icon::UNDO, &reset, 22.0);
                if response
                    .on_hover_text("Gives it its own keys back")
                    .clicked()
                {
                    commands.push(Command::Setup(SetupCommand::Bind(vec![(name, None)])));
                }
            } else if ui.available_width() > ROOM_FOR_KEYS {
                ui.add_space(22.0 + ui.spacing().item_spacing.x); // keys stand below each other
            }
            let is_waiting = capture.as_ref().is_some_and(|it| it.taken.is_none());
            let shown = shown_keys(ui.ctx(), binding);
            let words = match (is_waiting, shown.is_empty()) {
                (true, _) => "Press keys…".to_owned(),
                (false, true) => "none".to_owned(),
                (false, false) => shown.join(", "),
            };
            let label = format!("Keys of {}: {words}", binding.title());
            let response = key_button(ui, theme, &words, &label, is_waiting);
            let hint = "Click, then press other keys; Delete takes them away, Esc leaves them";
            if response.on_hover_text(hint).clicked() {
                let (binding, taken) = (*binding, None);
                Capture { binding, taken }.open(ui.ctx());
            }
            let clash = keymap
                .shortcuts_in(binding.scope, binding.command)
                .find_map(|shortcut| keymap.other_with(&shortcut.keys, binding));
            if let Some(other) = clash {
                let words = format!("also {}", other.title());
                ui.label(RichText::new(words).color(theme.caution));
            }
        });
    });
    if let Some(keys) = capture.and_then(|capture| capture.taken) {
        commands.extend(taken_ui(ui, state, binding, keys));
    }
    commands
}

/// The keys pressed are another command's: one of the two gets them.
fn taken_ui(
    ui: &mut Ui,
    state: &State,
    binding: &Binding,
    pressed: KeyboardShortcut,
) -> Option<Command> {
    let theme = &state.theme;
    let keymap = Keymap::of(ui.ctx());
    let Some(other) = keymap.other_with(&pressed, binding) else {
        Capture::close(ui.ctx());
        return None;
    };
    let mut answer = None;
    ui.horizontal_wrapped(|ui| {
        let shown = keys::shown(ui.ctx(), &pressed);
        let words = format!("{shown} is used by {}.", other.title());
        ui.label(RichText::new(words).color(theme.caution));
        let take = format!("Give it to {}", binding.title());
        if word_button(ui, theme, None, &take, Weight::Plain).clicked() {
            let others = keymap.shortcuts_in(other.scope, other.command);
            let left: Vec<KeyboardShortcut> = others
                .map(|shortcut| shortcut.keys)
                .filter(|keys| *keys != pressed)
                .collect();
            answer = Some(bind(vec![(binding, &[pressed]), (&other, &left)]));
            Capture::close(ui.ctx());
        }
        let leave = format!("Leave it to {}", other.title());
        if word_button(ui, theme, None, &leave, Weight::Plain).clicked() {
            Capture::close(ui.ctx());
        }
    });
    answer
}

/// What the pointer does.
fn gestures_ui(ui: &mut Ui, state: &State) {
    let theme = &state.theme;
    let navigation = state.settings.navigation;
    let title = format!("Navigation as in {}", navigation.name());
    heading_ui(ui, theme, &title);
    table_ui(ui, theme, navigation.gestures());
    ui.add_space(12.0);
    heading_ui(ui, theme, "Gestures");
    table_ui(ui, theme, GESTURES);
}

/// Gestures and what they do in two columns, in lines as long as there is room.
fn table_ui(ui: &mut Ui, theme: &Theme, rows: &[(&str, &str)]) {
    let room = ui.available_width() - size::SCROLL_BAR - GAP;
    let widths = [room * 0.45, room * 0.55];
    ui.add_space(4.0);
    for (gesture, does) in rows {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for ((words, color), width) in [(gesture, theme.accent_text), (does, theme.text)]
                .into_iter()
                .zip(widths)
            {
                ui.vertical(|ui| {
                    ui.set_width(width.max(0.0));
                    let words = RichText::new(*words).font(font::text(size::NODE_TEXT));
                    ui.add(Label::new(words.color(color)).wrap());
                });
            }
        });
    }
}
