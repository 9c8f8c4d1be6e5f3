//! Questions that wait for an answer: unsaved changes, and the window's own file box.

use std::path::{Path, PathBuf};

use egui::{
    Align, Context, Frame, Id, Key, Layout, Margin, Modal, Modifiers, RichText, ScrollArea,
    TextEdit, Ui,
};

use crate::app::{Question, State};
use crate::command::{Answer, Command};
use crate::document::Purpose;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, word_button};

/// Shows the question if there is one.
pub fn question_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let Some(question) = &state.question else {
        return Vec::new();
    };
    let theme = &state.theme;
    let modal = Modal::new(Id::unique("question"))
        .backdrop_color(theme.dim)
        .frame(Frame::popup(&ctx.global_style()).inner_margin(Margin::same(20)));
    let shown = modal.show(ctx, |ui| match question {
        Question::Unsaved(_) => unsaved_ui(ui, state),
        Question::File {
            purpose,
            folder,
            entries,
        } => file_ui(ui, theme, purpose, folder, entries),
    });
    let escaped = ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
    shown
        .inner
        .or(escaped.then_some(Answer::Stay))
        .map(Command::Answer)
        .into_iter()
        .collect()
}

fn unsaved_ui(ui: &mut Ui, state: &State) -> Option<Answer> {
    let theme = &state.theme;
    ui.set_width(400.0);
    let name = state.document.name();
    ui.label(
        RichText::new(format!("Save the changes to {name}?")).font(font::strong(size::HEADING)),
    );
    ui.add_space(4.0);
    ui.label(RichText::new("Without saving, they are lost.").color(theme.secondary));
    ui.add_space(14.0);
    let mut answer = None;
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        for (word, weight, this) in [
            ("Save", Weight::Primary, Answer::Save),
            ("Do not save", Weight::Plain, Answer::Discard),
            ("Stay", Weight::Plain, Answer::Stay),
        ] {
            if word_button(ui, theme, None, word, weight).clicked() {
                answer = Some(this);
            }
        }
    });
    answer
}

fn file_ui(
    ui: &mut Ui,
    theme: &Theme,
    purpose: &Purpose,
    folder: &Path,
    entries: &[PathBuf],
) -> Option<Answer> {
    ui.set_width(520.0);
    let typed_id = Id::unique(("file box", purpose.title()));
    let proposed = || match purpose {
        Purpose::Save { name } => name.clone(),
        Purpose::Open | Purpose::Param { .. } => String::new(),
    };
    let mut typed =
        ui.data_mut(|data| data.get_temp_mut_or_insert_with(typed_id, proposed).clone());
    let mut answer = None;

    ui.label(RichText::new(purpose.title()).font(font::strong(size::HEADING)));
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        let above = folder.parent();
        ui.add_enabled_ui(above.is_some(), |ui| {
            if bare_icon(ui, theme, icon::ABOVE, "The folder above", 26.0).clicked() {
                answer = above.map(|above| Answer::Folder(above.to_owned()));
            }
        });
        ui.label(
            RichText::new(folder.display().to_string())
                .font(font::mono(size::SMALL))
                .color(theme.secondary),
        );
    });
    Frame::new()
        .fill(theme.field)
        .corner_radius(6.0)
        .inner_margin(Margin::same(6))
        .show(ui, |ui| {
            ScrollArea::vertical()
                .max_height(260.0)
                .min_scrolled_height(260.0)
                .auto_shrink([false, false])
                .show(ui, |ui| {
                    for path in entries {
                        let name = path
                            .file_name()
                            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
                        let (sign, is_folder) = if path.is_dir() {
                            (icon::OPEN, true)
                        } else {
                            (icon::FILE, false)
                        };
                        let response =
                            ui.selectable_label(typed == name, format!("{sign}  {name}"));
                        if response.clicked() && is_folder {
                            answer = Some(Answer::Folder(path.clone()));
                        } else if response.double_clicked() {
                            answer = Some(Answer::File(path.clone()));
                        } else if response.clicked() {
                            typed = name;
                        }
                    }
                    if entries.is_empty() {
                        ui.label(RichText::new("Nothing here fits").color(theme.secondary));
                    }
                });
        });
    ui.add_space(8.0);
    let hint = if matches!(purpose, Purpose::Save { .. }) {
        "Name of the file"
    } else {
        "Name or path of the file"
    };
    let field = TextEdit::singleline(&mut typed)
        .id(typed_id.with("field"))
        .hint_text(hint)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field).accessible_name(hint);
    let entered = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    ui.add_space(12.0);
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        let word = if matches!(purpose, Purpose::Save { .. }) {
            "Save"
        } else {
            "Open"
        };
        let is_named = !typed.trim().is_empty();
        let clicked = ui
            .add_enabled_ui(is_named, |ui| {
                word_button(ui, theme, None, word, Weight::Primary).clicked()
            })
            .inner;
        if is_named && (clicked || entered) {
            let path = folder.join(typed.trim());
            answer = Some(if path.is_dir() {
                Answer::Folder(path)
            } else {
                Answer::File(path)
            });
        }
        if word_button(ui, theme, None, "Cancel", Weight::Plain).clicked() {
            answer = Some(Answer::Stay);
        }
    });
    ui.data_mut(|data| match answer {
        Some(Answer::File(_) | Answer::Stay) => {
            data.remove_temp::<String>(typed_id).map_or((), drop)
        }
        Some(Answer::Folder(_) | Answer::Save | Answer::Discard) | None => {
            data.insert_temp(typed_id, typed);
        }
    });
    answer
}
