//! Asks before pictures are moved to the trash.

use egui::{Align, Context, Frame, Id, Key, Layout, Margin, Modal, Modifiers, RichText};

use crate::app::State;
use crate::command::Command;
use crate::command::gallery::{Agreed, GalleryCommand};
use crate::theme::{font, size};
use crate::widgets::button::{Weight, word_button};

/// Shows the question if there is one.
pub(in crate::panels) fn trash_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let title = match state.gallery.to_trash() {
        [] => return Vec::new(),
        [path] => format!(
            "Move {} to the trash?",
            path.file_name().unwrap_or_default().to_string_lossy()
        ),
        paths => format!("Move {} pictures to the trash?", paths.len()),
    };
    let escaped = ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
    let modal = Modal::new(Id::unique("trash question"))
        .backdrop_color(theme.dim)
        .frame(Frame::popup(&ctx.global_style()).inner_margin(Margin::same(20)));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(400.0);
        ui.label(RichText::new(title).font(font::strong(size::HEADING)));
        ui.add_space(4.0);
        let words = "They can be restored from the system's trash.";
        ui.label(RichText::new(words).color(theme.secondary));
        ui.add_space(14.0);
        let (mut answer, mut buttons) = (None, Vec::new());
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            for (agreed, weight) in [(Agreed::Yes, Weight::Primary), (Agreed::No, Weight::Plain)] {
                let command = Command::Gallery(GalleryCommand::AnswerTrash(agreed));
                let button = word_button(ui, theme, None, command.label(), weight);
                if button.clicked() {
                    answer = Some(command);
                }
                buttons.push(button);
            }
        });
        // Enter means what has the keyboard: at first the answer to what was asked for.
        if let [first, ..] = buttons.as_slice()
            && !buttons.iter().any(egui::Response::has_focus)
        {
            first.request_focus();
        }
        answer
    });
    let keeps = Command::Gallery(GalleryCommand::AnswerTrash(Agreed::No));
    let answer = if escaped { Some(keeps) } else { shown.inner };
    answer.into_iter().collect()
}
