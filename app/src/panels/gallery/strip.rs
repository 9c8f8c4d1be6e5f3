//! The drawer's strip: the pictures made in this session, the newest first.

use egui::epaint::StrokeKind;
use egui::{Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::binding::Scope;
use crate::command::gallery::GalleryCommand;
use crate::gallery::{Pick, Which};
use crate::panels::gallery::context_menu;
use crate::panels::regions;
use crate::theme::{font, size};
use crate::widgets::picture;

/// Shows the pictures in a row.
pub fn strip_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let pictures = state.jobs.pictures();
    if pictures.is_empty() {
        ui.add_space(14.0);
        ui.vertical_centered(|ui| {
            let words = "Pictures made in this session appear here";
            ui.label(
                egui::RichText::new(words)
                    .font(font::text(size::TEXT))
                    .color(theme.secondary),
            );
        });
        return Vec::new();
    }
    let side = (ui.available_height() - 14.0).clamp(48.0, 320.0);
    let room = ScrollArea::horizontal()
        .id_salt("strip")
        .auto_shrink([false, false]);
    let shown = room.show(ui, |ui| {
        let strip = ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            let newest_first = pictures.numbers().rev();
            newest_first
                .flat_map(|number| picture_ui(ui, state, number, side))
                .collect()
        });
        regions::keep_in_sight(ui);
        strip.inner
    });
    shown.inner
}

fn picture_ui(ui: &mut Ui, state: &State, number: usize, side: f32) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
    let made = &state.jobs.pictures()[number];
    let size_px = made.size_px.map(|side| side.max(1));
    let ratio = size_px[0] as f32 / size_px[1] as f32;
    let width = (side * ratio).clamp(side * 0.4, side * 2.2);
    let (rect, response) = ui.allocate_exact_size(vec2(width, side), Sense::click());
    let which = Which::Made(number);
    let is_chosen = state.gallery.chosen().contains(&which);
    response.widget_info(|| {
        let name = format!("picture {}", number + 1);
        WidgetInfo::selected(Role::Button, true, is_chosen, name)
    });
    if !ui.is_rect_visible(rect) {
        return commands;
    }
    let place = picture::paint(ui.painter(), rect, made.thumb.id(), size_px, 3.0);
    if is_chosen || response.hovered() || response.has_focus() {
        let stroke = Stroke::new(2.0, theme.accent);
        ui.painter()
            .rect_stroke(place, 4.0, stroke, StrokeKind::Outside);
    }
    let choose = |pick| Command::Gallery(GalleryCommand::Choose(which.clone(), pick));
    if response.clicked() {
        let adds = ui.input(|i| i.modifiers.command || i.modifiers.shift);
        commands.push(if adds {
            choose(Pick::Toggle)
        } else {
            Command::View(Some(number))
        });
    }
    if response.secondary_clicked() && !is_chosen {
        commands.push(choose(Pick::Only));
    }
    let count = if is_chosen {
        state.gallery.chosen().len()
    } else {
        1
    };
    commands.extend(context_menu(&response, count, Scope::Window));
    let file = made
        .path
        .as_ref()
        .map_or_else(|| "not saved".to_owned(), |path| path.display().to_string());
    let [width, height] = size_px;
    response.on_hover_text(format!(
        "{width} × {height}, from {}\n{file}\nCtrl+click chooses it, to compare",
        made.node
    ));
    commands
}
