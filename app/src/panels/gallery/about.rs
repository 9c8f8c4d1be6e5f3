//! What is known of the chosen picture, in the inspector's place.

use egui::{Label, RichText, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::binding::Scope;
use crate::command::gallery::{GalleryCommand, Use};
use crate::gallery::Which;
use crate::gallery::row::Row;
use crate::gallery::thumbs::Small;
use crate::panels::gallery::{menu_lines_ui, signs};
use crate::panels::problems::sentence;
use crate::panels::{heading_ui, rule_ui};
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, word_button};
use crate::widgets::file::size_text;
use crate::widgets::{checks, picture};

/// The longest text that is shown without scrolling, in points.
const MOST_TEXT: f32 = 170.0;

/// Shows what is chosen.
pub(in crate::panels) fn about_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    ui.spacing_mut().item_spacing.y = 6.0;
    let gallery = &state.gallery;
    let mut chosen = gallery.chosen().iter();
    let only = match (chosen.next(), chosen.next()) {
        (Some(Which::File(path)), None) => gallery.row(path),
        (None, _) => gallery.cursor().and_then(|path| gallery.row(path)),
        (Some(_), _) => None,
    };
    match only {
        Some(row) => row_ui(ui, state, row),
        None => {
            let words = match gallery.chosen().len() {
                0 => "Click a picture to see what is known of it. Click others with Ctrl or Shift to choose several, to compare or delete them.".to_owned(),
                count => format!("{count} pictures are chosen."),
            };
            ui.label(RichText::new(words).color(state.theme.secondary));
            if gallery.chosen().is_empty() {
                Vec::new()
            } else {
                ui.add_space(8.0);
                let count = gallery.chosen().len();
                menu_lines_ui(ui, count, Scope::Gallery)
                    .into_iter()
                    .collect()
            }
        }
    }
}

fn row_ui(ui: &mut Ui, state: &State, row: &Row) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
    if let Some(Small::Picture { texture, is_opaque }) = state.gallery.small(row) {
        let width = ui.available_width();
        let [w, h] = texture.size();
        let height = (width * h as f32 / w.max(1) as f32).min(width);
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, "the chosen picture"));
        let size_px = [w as u32, h as u32];
        if !is_opaque {
            checks::paint(ui.painter(), theme, picture::fitted(rect, size_px));
        }
        picture::paint(ui.painter(), rect, texture.id(), size_px, 4.0);
        if response.clicked() {
            commands.push(Command::Gallery(GalleryCommand::ViewChosen));
        }
    }
    commands.extend(signs::marks_ui(ui, theme, row.mark, Scope::Gallery));
    text_ui(ui, theme, &row.name);
    let [width, height] = row.content.size_px;
    let facts = format!(
        "{width} × {height}, {}, {}",
        size_text(row.stamp.bytes),
        row.date
    );
    ui.label(
        RichText::new(facts)
            .font(font::text(size::SMALL))
            .color(theme.secondary),
    );
    if let Some(fault) = &row.content.fault {
        ui.label(
            RichText::new(format!("{} {}", icon::WARNING, sentence(fault))).color(theme.caution),
        );
        return commands;
    }
    ui.horizontal_wrapped(|ui| {
        for command in [
            GalleryCommand::ViewChosen,
            GalleryCommand::Use(Use::OpenGraph),
            GalleryCommand::Use(Use::Seed),
            GalleryCommand::Use(Use::AsInput),
        ] {
            let command = Command::Gallery(command);
            let hint = command.tooltip_in(ui.ctx(), Scope::Gallery);
            let button = word_button(ui, theme, command.icon(), command.label(), Weight::Plain);
            if button.on_hover_text(hint).clicked() {
                commands.push(command);
            }
        }
    });
    summary_ui(ui, theme, row);
    commands
}

/// What a picture is searched by.
pub(in crate::panels) fn summary_ui(ui: &mut Ui, theme: &Theme, row: &Row) {
    let summary = &row.content.summary;
    let models = summary.models.iter().map(|model| {
        let hash = model.sha256.get(..12).unwrap_or(&model.sha256);
        format!("{} {hash}", model.name).trim_end().to_owned()
    });
    let seeds = summary.seeds.iter().map(u64::to_string);
    for (title, text) in [
        ("Prompt", summary.prompt.clone()),
        ("Negative prompt", summary.negative.clone()),
        ("Models", models.collect::<Vec<_>>().join("\n")),
        ("Seeds", seeds.collect::<Vec<_>>().join(", ")),
    ] {
        if !text.is_empty() {
            rule_ui(ui, theme);
            heading_ui(ui, theme, title);
            ScrollArea::vertical()
                .id_salt(title)
                .max_height(MOST_TEXT)
                .show(ui, |ui| text_ui(ui, theme, &text));
        }
    }
}

/// A text that can be selected and copied.
fn text_ui(ui: &mut Ui, theme: &Theme, text: &str) {
    let text = RichText::new(text)
        .font(font::text(size::TEXT))
        .color(theme.text);
    ui.add(Label::new(text).wrap().selectable(true));
}
