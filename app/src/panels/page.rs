//! The frame of what is shown over the whole window: title, close button, Escape.

use egui::{Align, Context, Frame, Id, Layout, Margin, Modal, RichText, Ui, UiBuilder, Vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::setup::SetupCommand;
use crate::theme::{font, icon, size};
use crate::widgets::button::bare_icon;

/// Between a page and the window's border.
const RIM: f32 = 24.0;

/// Shows a page with a title; it is at most so large as the window.
pub(super) fn page_ui(
    ctx: &Context,
    state: &State,
    title: &str,
    wanted: Vec2,
    content: impl FnOnce(&mut Ui) -> Vec<Command>,
) -> Vec<Command> {
    let theme = &state.theme;
    let modal = Modal::new(Id::unique(("page", title)))
        .backdrop_color(theme.dim)
        .frame(Frame::popup(&ctx.global_style()).inner_margin(Margin::same(20)));
    let most = ctx.content_rect().size() - Vec2::splat(2.0 * RIM + 40.0);
    let room = wanted.min(most.max(Vec2::splat(100.0)));
    let shown = modal.show(ctx, |ui| {
        ui.set_width(room.x);
        let mut closed = false;
        ui.horizontal(|ui| {
            ui.label(RichText::new(title).font(font::strong(size::HEADING)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                closed = bare_icon(ui, theme, icon::CLOSE, "Close", 26.0).clicked();
            });
        });
        ui.add_space(8.0);
        let (_, rect) = ui.allocate_space(Vec2::new(room.x, room.y - 34.0));
        let mut inner = ui.new_child(UiBuilder::new().max_rect(rect));
        (content(&mut inner), closed)
    });
    let is_over = shown.should_close();
    let (mut commands, closed) = shown.inner;
    if is_over || closed {
        commands.push(Command::Setup(SetupCommand::Close));
    }
    commands
}
