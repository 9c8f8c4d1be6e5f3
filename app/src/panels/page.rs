//! The frame of what is shown over the whole window: title, close button, Escape.

use egui::{
    Align, Context, Frame, Id, Layout, Margin, Modal, Response, RichText, Ui, UiBuilder, Vec2,
};

use crate::app::State;
use crate::command::Command;
use crate::command::setup::SetupCommand;
use crate::theme::{font, icon, size};
use crate::widgets::button::bare_icon;

/// Between a page and the window's border, and between its own border and what it shows.
const ROOMY: (f32, f32) = (24.0, 20.0);
/// The same where the window is small, or everything in it large.
const TIGHT: (f32, f32) = (3.0, 8.0);
/// A window with less room than that is small, in points.
const SMALL: Vec2 = Vec2::new(520.0, 400.0);
/// The title's line with the gap below it.
const HEAD: f32 = 40.0;

/// What the window has for something that is shown over it.
pub(super) struct Room {
    /// The most that its content may take.
    pub(super) most: Vec2,
    /// Between its border and its content.
    pub(super) margin: Margin,
}

impl Room {
    /// In the window as it is.
    pub(super) fn of(ctx: &Context) -> Self {
        let window = ctx.content_rect().size();
        let is_small = window.x < SMALL.x || window.y < SMALL.y;
        let (rim, margin) = if is_small { TIGHT } else { ROOMY };
        let most = window - Vec2::splat(2.0 * (rim + margin));
        Self {
            most: most.max(Vec2::splat(2.0 * HEAD)),
            margin: Margin::same(margin as i8),
        }
    }
}

/// Draws an area once more after it has got another size: it is placed by its last one.
pub(super) fn place_by_size(area: &Response) {
    let (ctx, id, size) = (&area.ctx, area.id.with("size"), area.rect.size());
    let last: Option<Vec2> = ctx.data(|data| data.get_temp(id));
    if last != Some(size) {
        ctx.data_mut(|data| data.insert_temp(id, size));
        ctx.request_repaint();
    }
}

/// Shows a page with a title; it is at most so large as the window, and its content has to scroll.
pub(super) fn page_ui(
    ctx: &Context,
    state: &State,
    title: &str,
    wanted: Vec2,
    content: impl FnOnce(&mut Ui) -> Vec<Command>,
) -> Vec<Command> {
    let theme = &state.theme;
    let Room { most, margin } = Room::of(ctx);
    let modal = Modal::new(Id::unique(("page", title)))
        .backdrop_color(theme.dim)
        .frame(Frame::popup(&ctx.global_style()).inner_margin(margin));
    let room = wanted.min(most);
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
        let (_, rect) = ui.allocate_space(Vec2::new(room.x, room.y - HEAD));
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
