//! The pictures made in this session, the newest first.

use egui::epaint::StrokeKind;
use egui::{Popup, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::app::State;
use crate::command::Command;
use crate::theme::{font, size};
use crate::widgets::picture;

/// Shows the pictures in a row.
pub fn gallery_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
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
        return commands;
    }
    let side = (ui.available_height() - 14.0).clamp(48.0, 320.0);
    ScrollArea::horizontal()
        .id_salt("gallery")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 10.0;
                for (number, made) in pictures.iter().enumerate().rev() {
                    let [w, h] = [
                        made.image.width().max(1) as f32,
                        made.image.height().max(1) as f32,
                    ];
                    let width = (side * w / h).clamp(side * 0.4, side * 2.2);
                    let (rect, response) =
                        ui.allocate_exact_size(vec2(width, side), Sense::click());
                    let name = format!("picture {}", number + 1);
                    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
                    if !ui.is_rect_visible(rect) {
                        continue;
                    }
                    let place = picture::paint(
                        ui.painter(),
                        rect,
                        made.thumb.id(),
                        [w as u32, h as u32],
                        3.0,
                    );
                    if response.hovered() || response.has_focus() {
                        ui.painter().rect_stroke(
                            place,
                            4.0,
                            Stroke::new(2.0, theme.accent),
                            StrokeKind::Outside,
                        );
                    }
                    if response.clicked() {
                        commands.push(Command::View(Some(number)));
                    }
                    Popup::context_menu(&response).show(|ui| {
                        for command in [Command::View(Some(number)), Command::OpenPicture(number)] {
                            if ui.button(command.label()).clicked() {
                                commands.push(command);
                                ui.close();
                            }
                        }
                    });
                    let file = made
                        .path
                        .as_ref()
                        .map_or_else(|| "not saved".to_owned(), |path| path.display().to_string());
                    response.on_hover_text(format!("{w} × {h}, from {}\n{file}", made.node));
                }
            });
        });
    commands
}
