//! Every key and gesture on one page. A click on a command's keys waits for others.

use egui::{
    Align, Context, Key, KeyboardShortcut, Layout, Modifiers, RichText, ScrollArea, TextEdit, Ui,
    UiBuilder, vec2,
};

use crate::app::State;
use crate::command::keys::{self, Capture, Keymap};
use crate::command::setup::SetupCommand;
use crate::command::{Command, menu};
use crate::panels::heading_ui;
use crate::panels::page::page_ui;
use crate::theme::{font, icon, size};
use crate::widgets::button::{Weight, bare_icon, key_button, word_button};

/// What the pointer does, whatever the way of panning and zooming.
const GESTURES: [(&str, &str); 20] = [
    (
        "Drag on the canvas",
        "select with a box; Shift adds, Alt takes away",
    ),
    ("Shift or Ctrl and click", "select more"),
    ("Double click on the canvas", "add a node"),
    ("Letters on the canvas", "search for a node to add"),
    (
        "Arrows on the canvas",
        "go to the next node; Shift selects more",
    ),
    ("Ctrl and arrows", "move what is selected by a step"),
    ("Alt and drag a node", "copy it"),
    ("Ctrl while dragging", "off the grid, or on it"),
    ("Drag a node onto a wire", "put it between the wire's ends"),
    (
        "Drag from a pin",
        "lay a wire; on nothing, add a node to it",
    ),
    ("Drag a wire's end off", "cut it, or lay it elsewhere"),
    (
        "Shift and drag from a pin",
        "move all its wires to another pin",
    ),
    ("Drag a wire by its middle", "bend it"),
    ("Click on a wire", "select it"),
    (
        "Ctrl and drag with the right button",
        "cut the wires on the way",
    ),
    (
        "Ctrl and up or down in a prompt",
        "weight the word or selection",
    ),
    ("Drag a number", "change it; with Shift, finely"),
    ("Click a number", "type it; arithmetic is understood"),
    ("Double click a number", "set it back"),
    ("Drop a file", "open a graph or a picture's graph"),
];

/// Shows the page.
pub fn keys_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let mut commands = Vec::from_iter(captured(ctx));
    let title = Command::ToggleKeys.label();
    commands.extend(page_ui(ctx, state, title, vec2(900.0, 620.0), |ui| {
        let rect = ui.max_rect();
        let (left, right) = rect.split_left_right_at_x(rect.right() - rect.width() * 0.4);
        let side = |ui: &mut Ui, name: &str, rect| {
            ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect))
        };
        let commands = commands_ui(&mut side(ui, "commands", left), state);
        gestures_ui(
            &mut side(ui, "gestures", right.with_min_x(right.left() + 24.0)),
            state,
        );
        commands
    }));
    commands
}

/// The keys that were pressed for the command that waits for them.
fn captured(ctx: &Context) -> Option<Command> {
    let capture = Capture::of(ctx).filter(|capture| capture.taken.is_none())?;
    let pressed = Capture::press(ctx)?;
    Capture::close(ctx);
    let is_alone = pressed.modifiers == Modifiers::NONE;
    match pressed.logical_key {
        Key::Escape => None,
        Key::Delete | Key::Backspace if is_alone => Some(bind(vec![(&capture.command, &[])])),
        _ if Keymap::of(ctx)
            .other_with(&pressed, &capture.command)
            .is_some() =>
        {
            let taken = Some(pressed);
            Capture { taken, ..capture }.open(ctx);
            None
        }
        _ => Some(bind(vec![(&capture.command, &[pressed])])),
    }
}

/// Gives commands these keys.
fn bind(changes: Vec<(&Command, &[KeyboardShortcut])>) -> Command {
    let changes = changes.into_iter().map(|(command, shortcuts)| {
        let texts = shortcuts.iter().map(keys::text_of).collect();
        (command.name(), Some(texts))
    });
    Command::Setup(SetupCommand::Bind(changes.collect()))
}

fn commands_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
    let search_id = egui::Id::unique("keys search");
    let mut search: String = ui.data(|data| data.get_temp(search_id)).unwrap_or_default();
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(&mut search)
            .id(search_id.with("field"))
            .hint_text(format!("{} Search commands and keys…", icon::SEARCH))
            .desired_width(260.0);
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
    ScrollArea::vertical()
        .id_salt("commands")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for menu in menu::MENUS {
                let all = menu.groups.iter().copied().flatten();
                let found: Vec<&Command> = all
                    .filter(|command| is_found(ui.ctx(), command, &wanted))
                    .collect();
                if found.is_empty() {
                    continue;
                }
                ui.add_space(6.0);
                heading_ui(ui, theme, menu.title);
                for command in found {
                    commands.extend(row_ui(ui, state, command));
                }
            }
        });
    commands
}

fn is_found(ctx: &Context, command: &Command, wanted: &str) -> bool {
    let keys = command.shortcut_text(ctx).unwrap_or_default();
    command.label().to_lowercase().contains(wanted) || keys.to_lowercase().contains(wanted)
}

/// A command, its keys, and what is wrong with them.
fn row_ui(ui: &mut Ui, state: &State, command: &Command) -> Vec<Command> {
    let theme = &state.theme;
    let keymap = Keymap::of(ui.ctx());
    let capture = Capture::of(ui.ctx()).filter(|capture| capture.command == *command);
    let mut commands = Vec::new();
    ui.horizontal(|ui| {
        ui.set_min_height(26.0);
        ui.label(RichText::new(command.label()).font(font::text(size::NODE_TEXT)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = command.name();
            if state.settings.keys.contains_key(&name) {
                let reset = format!("Reset the keys of {}", command.label());
                let response = bare_icon(ui, theme, icon::UNDO, &reset, 22.0);
                if response
                    .on_hover_text("Gives it its own keys back")
                    .clicked()
                {
                    commands.push(Command::Setup(SetupCommand::Bind(vec![(name, None)])));
                }
            } else {
                ui.add_space(22.0 + ui.spacing().item_spacing.x);
            }
            let is_waiting = capture.as_ref().is_some_and(|it| it.taken.is_none());
            let shortcuts = keymap.shortcuts(command);
            let shown: Vec<String> = shortcuts
                .map(|shortcut| keys::shown(ui.ctx(), &shortcut.keys))
                .collect();
            let words = match (is_waiting, shown.is_empty()) {
                (true, _) => "Press keys…".to_owned(),
                (false, true) => "none".to_owned(),
                (false, false) => shown.join(", "),
            };
            let label = format!("Keys of {}: {words}", command.label());
            let response = key_button(ui, theme, &words, &label, is_waiting);
            let hint = "Click, then press other keys; Delete takes them away, Esc leaves them";
            if response.on_hover_text(hint).clicked() {
                let (command, taken) = (command.clone(), None);
                Capture { command, taken }.open(ui.ctx());
            }
            let clash = keymap
                .shortcuts(command)
                .find_map(|shortcut| keymap.other_with(&shortcut.keys, command));
            if let Some(other) = clash {
                let words = format!("also {}", other.label());
                ui.label(RichText::new(words).color(theme.caution));
            }
        });
    });
    if let Some(keys) = capture.and_then(|capture| capture.taken) {
        commands.extend(taken_ui(ui, state, command, keys));
    }
    commands
}

/// The keys pressed are another command's: one of the two gets them.
fn taken_ui(
    ui: &mut Ui,
    state: &State,
    command: &Command,
    pressed: KeyboardShortcut,
) -> Option<Command> {
    let theme = &state.theme;
    let keymap = Keymap::of(ui.ctx());
    let Some(other) = keymap.other_with(&pressed, command) else {
        Capture::close(ui.ctx());
        return None;
    };
    let mut answer = None;
    ui.horizontal_wrapped(|ui| {
        let shown = keys::shown(ui.ctx(), &pressed);
        let words = format!("{shown} is used by {}.", other.label());
        ui.label(RichText::new(words).color(theme.caution));
        let take = format!("Give it to {}", command.label());
        if word_button(ui, theme, None, &take, Weight::Plain).clicked() {
            let others = keymap.shortcuts(other).map(|shortcut| shortcut.keys);
            let left: Vec<KeyboardShortcut> = others.filter(|keys| *keys != pressed).collect();
            answer = Some(bind(vec![(command, &[pressed]), (other, &left)]));
            Capture::close(ui.ctx());
        }
        let leave = format!("Leave it to {}", other.label());
        if word_button(ui, theme, None, &leave, Weight::Plain).clicked() {
            Capture::close(ui.ctx());
        }
    });
    answer
}

fn gestures_ui(ui: &mut Ui, state: &State) {
    let theme = &state.theme;
    ScrollArea::vertical()
        .id_salt("gestures")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let navigation = state.settings.navigation;
            heading_ui(
                ui,
                theme,
                &format!("Navigation as in {}", navigation.name()),
            );
            table_ui(ui, state, "navigation", navigation.gestures());
            ui.add_space(12.0);
            heading_ui(ui, theme, "Gestures");
            table_ui(ui, state, "gestures", &GESTURES);
        });
}

fn table_ui(ui: &mut Ui, state: &State, id: &str, rows: &[(&str, &str)]) {
    let theme = &state.theme;
    ui.add_space(4.0);
    egui::Grid::new(id)
        .num_columns(2)
        .spacing([18.0, 7.0])
        .show(ui, |ui| {
            for (gesture, does) in rows {
                for (words, color) in [(gesture, theme.accent_text), (does, theme.text)] {
                    ui.label(
                        RichText::new(*words)
                            .font(font::text(size::NODE_TEXT))
                            .color(color),
                    );
                }
                ui.end_row();
            }
        });
}
