//! The filmstrip: what the picture looked like while it was made.

use egui::epaint::StrokeKind;
use egui::{Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::gallery::{GalleryCommand, Show};
use crate::panels::regions;
use crate::viewer::Viewer;
use crate::widgets::picture;

/// Shows the steps in a row, the first at the left.
pub(super) fn steps_ui(ui: &mut Ui, state: &State, viewer: &Viewer) -> Vec<Command> {
    let theme = &state.theme;
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, theme.panel);
    let Some(picture) = viewer.pictures.first() else {
        return Vec::new();
    };
    let mut commands = Vec::new();
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(vec2(14.0, 8.0))));
    let side = inner.available_height() - 6.0;
    ScrollArea::horizontal()
        .id_salt("steps")
        .auto_shrink([false, false])
        .show(&mut inner, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let count = picture.steps.len();
                for (step, texture) in picture.steps.iter().enumerate() {
                    let size_px = texture.size().map(|side| side as u32);
                    let ratio = size_px[0] as f32 / size_px[1].max(1) as f32;
                    let room = vec2((side * ratio).clamp(side * 0.4, side * 2.2), side);
                    let (rect, response) = ui.allocate_exact_size(room, Sense::click());
                    let is_shown = viewer.step == Some(step);
                    response.widget_info(|| {
                        let name = format!("step {} of {count}", step + 1);
                        WidgetInfo::selected(Role::Button, true, is_shown, name)
                    });
                    let place = picture::paint(ui.painter(), rect, texture.id(), size_px, 2.0);
                    if is_shown || response.hovered() || response.has_focus() {
                        let stroke = Stroke::new(2.0, theme.accent);
                        ui.painter()
                            .rect_stroke(place, 2.0, stroke, StrokeKind::Outside);
                    }
                    if response.clicked() {
                        // A second click brings the picture back.
                        let to = (!is_shown).then_some(step);
                        commands.push(Command::Gallery(GalleryCommand::Show(Show::Step(to))));
                    }
                }
            });
            regions::keep_in_sight(ui);
        });
    commands
}
