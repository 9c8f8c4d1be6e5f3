//! The gallery: every picture made, in place of the canvas. What is chosen is described in the
//! inspector's place; the drawer keeps a strip of this session's pictures.

pub mod about;
pub mod grid;
pub mod signs;
pub mod strip;
pub mod trash;

use std::ops::RangeInclusive;

use egui::{
    Align, Align2, Context, Frame, Layout, Margin, Popup, Response, ScrollArea, TextEdit, Ui,
};

use crate::app::State;
use crate::command::Command;
use crate::command::binding::Scope;
use crate::command::gallery::GalleryCommand;
use crate::gallery::search;
use crate::panels::regions;
use crate::theme::{Theme, font, icon, size};
use crate::viewer::MOST_COMPARED;
use crate::widgets::button::{Weight, bare_icon, word_button};
use crate::widgets::{Draw, icon_at};

/// The search field's width.
const FIELD: RangeInclusive<f32> = 160.0..=460.0;
/// What stands beside the search field takes so much.
const BESIDE_FIELD: f32 = 420.0;

/// Shows the gallery in all the room that is left.
pub fn gallery_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
    let margin = Margin {
        left: 18,
        right: 8,
        top: 12,
        bottom: 0,
    };
    let frame = Frame::new().fill(theme.canvas).inner_margin(margin);
    frame.show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        commands.extend(head_ui(ui, state));
        ui.add_space(8.0);
        commands.extend(grid::keys_ui(ui, state));
        if state.gallery.found() == 0 {
            empty_ui(ui, state);
        } else {
            commands.extend(grid::grid_ui(ui, state));
        }
    });
    commands
}

/// The search field, how many are found, and what can be done with what is chosen. Where that does
/// not fit beside each other, it is scrolled sideways.
fn head_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let width = ui.available_width();
    let is_narrow = width < FIELD.start() + BESIDE_FIELD;
    let field = (width - BESIDE_FIELD).clamp(*FIELD.start(), *FIELD.end());
    let line = |ui: &mut Ui| {
        let mut commands = Vec::from_iter(search_ui(ui, state, field));
        ui.label(egui::RichText::new(count_text(state)).color(state.theme.secondary));
        let buttons = |ui: &mut Ui| buttons_ui(ui, state);
        commands.extend(if is_narrow {
            buttons(ui)
        } else {
            let layout = Layout::right_to_left(Align::Center);
            ui.with_layout(layout, buttons).inner
        });
        commands
    };
    if is_narrow {
        let room = ScrollArea::horizontal().id_salt("gallery head");
        let shown = room.show(ui, |ui| {
            let commands = ui.horizontal(line).inner;
            regions::keep_in_sight(ui);
            commands
        });
        shown.inner
    } else {
        ui.horizontal(line).inner
    }
}

fn search_ui(ui: &mut Ui, state: &State, width: f32) -> Option<Command> {
    let mut search = state.gallery.search().to_owned();
    let field = TextEdit::singleline(&mut search)
        .id(grid::search_id())
        .hint_text("Search words, model:name, seed:7, 2026-11, today, fav, rating:4")
        .desired_width(width)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field).accessible_name("Search pictures");
    let is_changed = response.changed();
    response.on_hover_text(search::HELP);
    is_changed.then_some(Command::Gallery(GalleryCommand::Search(search)))
}

/// Close, and what can be done with what is chosen.
fn buttons_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
    ui.add_space(10.0);
    let close = Command::Gallery(GalleryCommand::Close);
    let response = bare_icon(ui, theme, icon::CLOSE, close.label(), 28.0);
    let hint = close.tooltip_in(ui.ctx(), Scope::Gallery);
    if response.on_hover_text(hint).clicked() {
        commands.push(close);
    }
    let chosen = state.gallery.chosen().len();
    let can_compare = (2..=MOST_COMPARED).contains(&chosen);
    for (command, is_possible) in [
        (GalleryCommand::Trash, chosen > 0),
        (GalleryCommand::Compare, can_compare),
    ] {
        commands.extend(command_button(ui, theme, command, is_possible));
    }
    commands
}

/// A button for a command about pictures, lit if it would do something.
fn command_button(
    ui: &mut Ui,
    theme: &Theme,
    command: GalleryCommand,
    is_possible: bool,
) -> Option<Command> {
    let command = Command::Gallery(command);
    let hint = command.tooltip_in(ui.ctx(), Scope::Gallery);
    let button = ui.add_enabled_ui(is_possible, |ui| {
        word_button(ui, theme, command.icon(), command.label(), Weight::Plain)
    });
    let clicked = button.inner.on_hover_text(hint).clicked();
    clicked.then_some(command)
}

fn count_text(state: &State) -> String {
    let gallery = &state.gallery;
    let pictures = |count: usize| match count {
        1 => "1 picture".to_owned(),
        count => format!("{} pictures", thousands(count)),
    };
    let looking = if gallery.is_complete() {
        ""
    } else {
        ", still looking…"
    };
    let chosen = match gallery.chosen().len() {
        0 | 1 => String::new(),
        count => format!(", {count} chosen"),
    };
    let found = if gallery.search().trim().is_empty() {
        pictures(gallery.len())
    } else {
        format!(
            "{} of {}",
            thousands(gallery.found()),
            pictures(gallery.len())
        )
    };
    format!("{found}{chosen}{looking}")
}

/// `12,345`.
fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Says what goes here, or that nothing fits the search.
fn empty_ui(ui: &mut Ui, state: &State) {
    let theme = &state.theme;
    let gallery = &state.gallery;
    let folder = gallery.folder().display().to_string();
    let (title, words) = if !gallery.is_empty() {
        (
            "No picture fits",
            "Search for fewer or other words.".to_owned(),
        )
    } else if !gallery.is_complete() {
        ("Looking for pictures…", folder)
    } else {
        (
            "No pictures yet",
            format!(
                "Every picture that is saved into {folder} appears here. Press Run to make one."
            ),
        )
    };
    let room = ui.available_rect_before_wrap();
    let draw = Draw { theme, scale: 1.0 };
    let middle = room.center() - egui::vec2(0.0, 30.0);
    icon_at(
        ui.painter(),
        middle - egui::vec2(0.0, 40.0),
        icon::PICTURES,
        font::icon(36.0),
        theme.faint,
    );
    for (offset, text, font, color) in [
        (0.0, title, font::strong(size::HEADING), theme.text),
        (
            26.0,
            words.as_str(),
            font::text(size::TEXT),
            theme.secondary,
        ),
    ] {
        let at = (middle + egui::vec2(0.0, offset), Align2::CENTER_CENTER);
        draw.label(ui.painter(), at, text, (font, color), room.width() - 40.0);
    }
    let place = egui::Rect::from_center_size(middle, egui::vec2(room.width() * 0.6, 80.0));
    ui.interact(place, ui.scope_id().with("empty"), egui::Sense::hover())
        .widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{title}. {words}"))
        });
}

/// What can be done with so many pictures, by right click.
pub(super) fn context_menu(response: &Response, count: usize, scope: Scope) -> Vec<Command> {
    let mut commands = Vec::new();
    Popup::context_menu(response)
        .accessible_name("Picture")
        .show(|ui| commands.extend(menu_lines_ui(ui, count, scope)));
    commands
}

/// The lines of a menu about so many pictures.
pub(super) fn menu_lines_ui(ui: &mut Ui, count: usize, scope: Scope) -> Option<Command> {
    let mut chosen = None;
    if count <= 1 {
        chosen = lines_ui(ui, GalleryCommand::ABOUT_ONE, scope);
        ui.menu_button("Save as", |ui| {
            let saved = lines_ui(ui, GalleryCommand::SAVE_AS, scope);
            chosen = chosen.take().or(saved);
        });
        ui.separator();
    }
    chosen.or(lines_ui(ui, GalleryCommand::ABOUT_SOME, scope))
}

fn lines_ui(ui: &mut Ui, lines: &[GalleryCommand], scope: Scope) -> Option<Command> {
    let mut chosen = None;
    for what in lines {
        let command = Command::Gallery(what.clone());
        let hint = command.tooltip_in(ui.ctx(), scope);
        if ui.button(command.label()).on_hover_text(hint).clicked() {
            chosen = Some(command);
            ui.close();
        }
    }
    chosen
}

/// Whether something else than pictures has the keyboard.
pub(super) fn is_keyboard_taken(ctx: &Context, state: &State) -> bool {
    ctx.text_edit_focused()
        || ctx.any_popup_open()
        || state.question.is_some()
        || state.panels.page.is_some()
        || !state.gallery.to_trash().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_readable() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(count), text);
        }
    }
}
