//! How a picture was made, to be read and copied; of two, what differs.

use egui::{Label, RichText, ScrollArea, Ui};

use crate::app::State;
use crate::gallery::summary::Summary;
use crate::panels::gallery::about::summary_ui;
use crate::panels::viewer::stage::letter;
use crate::panels::{heading_ui, rule_ui};
use crate::theme::{Theme, font, size};
use crate::viewer::making::{Differing, differing};
use crate::viewer::{Content, Picture, Viewer};

/// Shows the recipe.
pub(super) fn making_ui(ui: &mut Ui, state: &State, viewer: &Viewer) {
    let theme = &state.theme;
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, theme.panel);
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink(16.0)));
    ScrollArea::vertical()
        .id_salt("making")
        .auto_shrink([false, false])
        .show(&mut inner, |ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            match (viewer.pictures.first(), viewer.pictures.get(viewer.against)) {
                (Some(first), Some(second)) if viewer.is_comparing() => {
                    differing_ui(ui, state, (first, second), viewer.against);
                }
                (Some(first), _) => recipe_ui(ui, state, first),
                (None, _) => {}
            }
        });
}

fn recipe_ui(ui: &mut Ui, state: &State, picture: &Picture) {
    let theme = &state.theme;
    title_ui(ui, theme, "Recipe");
    text_ui(ui, theme, &picture.name);
    let Some(making) = picture.making() else {
        return foreign_ui(ui, state, picture);
    };
    for section in making.sections(state.document.catalog()) {
        rule_ui(ui, theme);
        heading_ui(ui, theme, &section.title);
        for (name, value) in &section.lines {
            remark_ui(ui, theme, name);
            text_ui(ui, theme, value);
        }
    }
}

/// What is known of a picture that carries no graph of ours.
fn foreign_ui(ui: &mut Ui, state: &State, picture: &Picture) {
    let theme = &state.theme;
    let row = state.gallery.row_of(&picture.which);
    match row.filter(|row| row.content.summary != Summary::default()) {
        Some(row) => {
            let words = "Made by another program, whose picture says this:";
            remark_ui(ui, theme, words);
            summary_ui(ui, theme, row);
        }
        None => remark_ui(ui, theme, missing(picture)),
    }
}

fn missing(picture: &Picture) -> &'static str {
    match &picture.content {
        Content::Opening(..) => "Reading the picture…",
        Content::Open(_) => "This picture does not say how it was made.",
        Content::Broken(_) => "This picture cannot be read.",
    }
}

fn differing_ui(ui: &mut Ui, state: &State, (a, b): (&Picture, &Picture), against: usize) {
    let theme = &state.theme;
    title_ui(ui, theme, "What differs");
    for (number, picture) in [(0, a), (against, b)] {
        text_ui(ui, theme, &format!("{}  {}", letter(number), picture.name));
    }
    let (Some(first), Some(second)) = (a.making(), b.making()) else {
        for picture in [a, b].into_iter().filter(|it| it.making().is_none()) {
            rule_ui(ui, theme);
            heading_ui(ui, theme, &picture.name);
            foreign_ui(ui, state, picture);
        }
        return;
    };
    let found = differing(first, second, state.document.catalog());
    if found.is_empty() {
        rule_ui(ui, theme);
        remark_ui(ui, theme, "Both were made in the same way.");
    }
    let mut node = None;
    for line in &found {
        if node != Some(&line.node) {
            node = Some(&line.node);
            rule_ui(ui, theme);
            heading_ui(ui, theme, &line.node);
        }
        line_ui(ui, theme, line, against);
    }
}

fn line_ui(ui: &mut Ui, theme: &Theme, line: &Differing, against: usize) {
    remark_ui(ui, theme, &line.name);
    for (number, value) in [(0, &line.first), (against, &line.second)] {
        text_ui(ui, theme, &format!("{}  {value}", letter(number)));
    }
}

fn title_ui(ui: &mut Ui, theme: &Theme, words: &str) {
    let text = RichText::new(words).font(font::text(size::HEADING));
    ui.label(text.color(theme.text));
}

/// A text that can be selected and copied.
fn text_ui(ui: &mut Ui, theme: &Theme, words: &str) {
    let text = RichText::new(words).font(font::text(size::NODE_TEXT));
    ui.add(Label::new(text.color(theme.text)).wrap().selectable(true));
}

fn remark_ui(ui: &mut Ui, theme: &Theme, words: &str) {
    let text = RichText::new(words).font(font::text(size::SMALL));
    ui.label(text.color(theme.secondary));
}
