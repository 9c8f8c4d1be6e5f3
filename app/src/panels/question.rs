//! Questions that wait for an answer: unsaved changes, changes by others, which of some files, and
//! the window's own file box.

use std::path::Path;

use egui::{
    Align, Align2, Context, Frame, Id, Key, Label, Layout, Margin, Modal, Modifiers, Response,
    RichText, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2,
};

use crate::app::{FileEntry, MAX_ENTRIES, Question, RecentFile, State};
use crate::command::{Answer, Command};
use crate::document::dialog::Purpose;
use crate::panels::page::Room;
use crate::panels::regions;
use crate::store::versions::Version;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, word_button};
use crate::widgets::{Draw, ends};

/// Shows the question if there is one.
pub fn question_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let Some(question) = &state.question else {
        return Vec::new();
    };
    let theme = &state.theme;
    let Room { most, margin } = Room::of(ctx);
    // One kind that follows another must not be laid out in the size of that.
    let id = Id::unique(("question", std::mem::discriminant(question)));
    let modal = Modal::new(id)
        .backdrop_color(theme.dim)
        .frame(Frame::popup(&ctx.global_style()).inner_margin(margin));
    let content = |ui: &mut Ui| match question {
        Question::Unsaved(_) => unsaved_ui(ui, state),
        Question::Changed { saves } => changed_ui(ui, state, *saves),
        Question::Recent(files) => recent_ui(ui, theme, files),
        Question::Versions(versions) => versions_ui(ui, state, versions),
        Question::File {
            purpose,
            folder,
            entries,
        } => file_ui(ui, theme, purpose, folder, entries.as_deref()),
        Question::Replace { purpose, path } => replace_ui(ui, theme, purpose, path),
    };
    let shown = modal.show(ctx, |ui| {
        // In a small window even a question has to scroll.
        let room = ScrollArea::vertical()
            .id_salt("question")
            .max_height(most.y)
            .min_scrolled_height(most.y);
        let shown = room.show(ui, |ui| {
            let answer = content(ui);
            regions::keep_in_sight(ui);
            answer
        });
        shown.inner
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
    let name = state.document.name();
    let title = format!("Save the changes to {name}?");
    let words = "Without saving, they are lost.";
    let answers = [
        ("Save", Weight::Primary, Answer::Save),
        ("Do not save", Weight::Plain, Answer::Discard),
        ("Stay", Weight::Plain, Answer::Stay),
    ];
    choice_ui(ui, &state.theme, (&title, words), answers)
}

fn changed_ui(ui: &mut Ui, state: &State, saves: bool) -> Option<Answer> {
    let name = state.document.name();
    let title = format!("{name} was changed by another program");
    let words = "It has unsaved changes here too. Whatever you choose, what is replaced is kept \
                 under Versions.";
    let keep = if saves { "Save mine" } else { "Keep mine" };
    let answers = [
        (keep, Weight::Primary, Answer::Save),
        ("Save as a copy…", Weight::Plain, Answer::Copy),
        ("Reload", Weight::Plain, Answer::Discard),
    ];
    choice_ui(ui, &state.theme, (&title, words), answers)
}

/// As wide as wanted, or as the window allows.
fn set_width(ui: &mut Ui, wanted: f32) {
    ui.set_width(wanted.min(Room::of(ui.ctx()).most.x));
}

fn replace_ui(ui: &mut Ui, theme: &Theme, purpose: &Purpose, path: &Path) -> Option<Answer> {
    let title = format!("Replace {}?", name_of(path));
    let words = match purpose {
        Purpose::Save { .. } | Purpose::Copy { .. } => {
            "A graph that it holds now is kept under Versions."
        }
        Purpose::Picture { .. } | Purpose::Open | Purpose::Param { .. } | Purpose::Folder(_) => {
            "What it holds now is lost."
        }
    };
    let answers = [
        ("Replace", Weight::Primary, Answer::Save),
        ("Choose another…", Weight::Plain, Answer::Discard),
        ("Cancel", Weight::Plain, Answer::Stay),
    ];
    choice_ui(ui, theme, (&title, words), answers)
}

/// A question with its answers as buttons, the first at the right.
fn choice_ui(
    ui: &mut Ui,
    theme: &Theme,
    (title, words): (&str, &str),
    answers: [(&str, Weight, Answer); 3],
) -> Option<Answer> {
    set_width(ui, 440.0);
    ui.label(RichText::new(title).font(font::strong(size::HEADING)));
    ui.add_space(4.0);
    ui.label(RichText::new(words).color(theme.secondary));
    ui.add_space(14.0);
    let mut answer = None;
    let beside = Layout::right_to_left(Align::Min).with_main_wrap(true);
    ui.with_layout(beside, |ui| {
        for (word, weight, this) in answers {
            if word_button(ui, theme, None, word, weight).clicked() {
                answer = Some(this);
            }
        }
    });
    answer
}

fn recent_ui(ui: &mut Ui, theme: &Theme, files: &[RecentFile]) -> Option<Answer> {
    let lines = files.iter().map(|file| Line {
        name: name_of(&file.path),
        beside: if file.is_missing {
            "not there any more".to_owned()
        } else {
            let folder = file.path.parent().unwrap_or(Path::new(""));
            folder.display().to_string()
        },
        path: &file.path,
        can_open: !file.is_missing,
    });
    let empty = "Nothing was opened or saved yet";
    list_ui(ui, theme, ("Open recent", empty), lines)
}

fn versions_ui(ui: &mut Ui, state: &State, versions: &[Version]) -> Option<Answer> {
    let lines = versions.iter().map(|version| Line {
        name: version.when.clone(),
        beside: bytes_text(version.bytes),
        path: &version.path,
        can_open: true,
    });
    let title = format!("Versions of {}", state.document.name());
    let empty = "None is kept yet: each save keeps one";
    list_ui(ui, &state.theme, (&title, empty), lines)
}

/// A file to choose.
struct Line<'a> {
    name: String,
    beside: String,
    path: &'a Path,
    can_open: bool,
}

/// Files, a click on which opens them.
fn list_ui<'a>(
    ui: &mut Ui,
    theme: &Theme,
    (title, empty): (&str, &str),
    lines: impl ExactSizeIterator<Item = Line<'a>>,
) -> Option<Answer> {
    set_width(ui, 520.0);
    let mut answer = None;
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).font(font::strong(size::HEADING)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if bare_icon(ui, theme, icon::CLOSE, "Close", 26.0).clicked() {
                answer = Some(Answer::Stay);
            }
        });
    });
    ui.add_space(6.0);
    if lines.len() == 0 {
        ui.label(RichText::new(empty).color(theme.secondary));
    }
    ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
        for line in lines {
            let response = line_ui(ui, theme, &line);
            if response.clicked() && line.can_open {
                answer = Some(Answer::File(line.path.to_owned()));
            }
        }
    });
    answer
}

fn line_ui(ui: &mut Ui, theme: &Theme, line: &Line<'_>) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::click());
    let words = format!("{}, {}", line.name, line.beside);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, line.can_open, &words));
    if line.can_open && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, 4.0, theme.hovered);
    }
    let draw = Draw { theme, scale: 1.0 };
    let color = if line.can_open {
        theme.text
    } else {
        theme.secondary
    };
    let (left, right) = ends(rect, 8.0);
    let name = draw.label(
        ui.painter(),
        (left, Align2::LEFT_CENTER),
        &line.name,
        (font::text(size::TEXT), color),
        rect.width() * 0.6,
    );
    draw.label(
        ui.painter(),
        (right, Align2::RIGHT_CENTER),
        &line.beside,
        (font::text(size::SMALL), theme.secondary),
        right.x - name.right() - 12.0,
    );
    response.on_hover_text(line.path.display().to_string())
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn bytes_text(bytes: u64) -> String {
    if bytes < 10_000 {
        format!("{bytes} bytes")
    } else {
        format!("{} kB", bytes / 1_000)
    }
}

/// What lies in a folder; a click on a file takes its name.
fn entries_ui(
    ui: &mut Ui,
    theme: &Theme,
    entries: Option<&[FileEntry]>,
    typed: &mut String,
) -> Option<Answer> {
    let mut answer = None;
    let listed = entries.unwrap_or_default();
    for FileEntry { is_file, path } in listed {
        let name = name_of(path);
        let sign = if *is_file { icon::FILE } else { icon::OPEN };
        let response = ui.selectable_label(*typed == name, format!("{sign}  {name}"));
        if response.clicked() && !is_file {
            answer = Some(Answer::Folder(path.clone()));
        } else if response.double_clicked() {
            answer = Some(Answer::File(path.clone()));
        } else if response.clicked() {
            *typed = name;
        }
    }
    let words = match entries {
        None => "Looking what is here",
        Some([]) => "Nothing here fits",
        Some(all) if all.len() == MAX_ENTRIES => "There is more: type its name",
        Some(_) => return answer,
    };
    ui.label(RichText::new(words).color(theme.secondary));
    answer
}

fn file_ui(
    ui: &mut Ui,
    theme: &Theme,
    purpose: &Purpose,
    folder: &Path,
    entries: Option<&[FileEntry]>,
) -> Option<Answer> {
    set_width(ui, 520.0);
    let typed_id = Id::unique(("file box", purpose.title()));
    let is_written = purpose.new_name().is_some();
    let proposed = || purpose.new_name().unwrap_or_default().to_owned();
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
        let folder = RichText::new(folder.display().to_string()).font(font::mono(size::SMALL));
        let folder = Label::new(folder.color(theme.secondary));
        ui.add(folder.selectable(true).wrap());
    });
    let listed = (Room::of(ui.ctx()).most.y * 0.5).min(260.0);
    Frame::new()
        .fill(theme.field)
        .corner_radius(6.0)
        .inner_margin(Margin::same(6))
        .show(ui, |ui| {
            ScrollArea::vertical()
                .max_height(listed)
                .min_scrolled_height(listed)
                .auto_shrink([false, false])
                .show(ui, |ui| {
                    answer = entries_ui(ui, theme, entries, &mut typed).or(answer.take());
                });
        });
    ui.add_space(8.0);
    let hint = if is_written {
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
        // The folder that is listed may be the one that is wanted.
        let is_folder = matches!(purpose, Purpose::Folder(_));
        let word = match (is_written, is_folder) {
            (true, _) => "Save",
            (false, true) => "Choose",
            (false, false) => "Open",
        };
        let is_named = is_folder || !typed.trim().is_empty();
        let clicked = ui
            .add_enabled_ui(is_named, |ui| {
                word_button(ui, theme, None, word, Weight::Primary).clicked()
            })
            .inner;
        if is_named && (clicked || entered) {
            let path = folder.join(typed.trim());
            answer = Some(if is_folder && typed.trim().is_empty() {
                Answer::File(folder.to_owned())
            } else if path.is_dir() {
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
        Some(Answer::Folder(_) | Answer::Save | Answer::Discard | Answer::Copy) | None => {
            data.insert_temp(typed_id, typed);
        }
    });
    answer
}
