//! What lies over the canvas: the large picture, questions, messages, the list of keys.

use egui::{
    Align2, Area, Context, Frame, Id, Label, Margin, Order, Rect, RichText, ScrollArea, Sense,
    Stroke, vec2,
};

use crate::app::State;
use crate::canvas::ground_id;
use crate::canvas::layout::parts::pin_id;
use crate::command::setup::Page;
use crate::command::{Command, Input};
use crate::panels::page::place_by_size;
use crate::panels::{
    gallery, keys, palette, question, settings, sheet, templates, viewer, welcome,
};
use crate::theme::{font, icon, size};
use crate::widgets::button::bare_icon;
use crate::widgets::icon_at;
use crate::widgets::param::{Place, field_id};

/// The height of a message's first line, and of the cross beside it.
const LINE: f32 = 22.0;

/// Shows what is open.
pub fn over_ui(ctx: &Context, state: &State, canvas: Rect) -> Vec<Command> {
    let mut commands = notice_ui(ctx, state, canvas);
    // What is said about the graph is said where the graph is seen.
    let is_covered = state.gallery.is_open() || sheet(ctx, state).is_some();
    if !is_covered && state.viewer.is_none() {
        commands.extend(welcome::welcome_ui(ctx, state, canvas));
        focus_paint(ctx, state, canvas);
        flash_ui(ctx, state);
    }
    commands.extend(viewer::viewer_ui(ctx, state));
    commands.extend(gallery::trash::trash_ui(ctx, state));
    commands.extend(match state.panels.page {
        Some(Page::Settings) => settings::settings_ui(ctx, state),
        Some(Page::Keys) => keys::keys_ui(ctx, state),
        Some(Page::Palette) => palette::palette_ui(ctx, state),
        Some(Page::Templates) => templates::templates_ui(ctx, state),
        None => Vec::new(),
    });
    commands.extend(question::question_ui(ctx, state));
    drop_hint_ui(ctx, state, canvas);
    commands
}

/// A message at the canvas's foot; errors stay until they are dismissed.
fn notice_ui(ctx: &Context, state: &State, canvas: Rect) -> Vec<Command> {
    let Some(notice) = &state.notice else {
        return Vec::new();
    };
    let theme = &state.theme;
    let mut commands = Vec::new();
    let area = Area::new(Id::unique("notice"))
        .order(Order::Foreground)
        .pivot(Align2::CENTER_BOTTOM)
        .fixed_pos(canvas.center_bottom() - vec2(0.0, 18.0))
        .show(ctx, |ui| {
            let border = if notice.is_error {
                theme.error
            } else {
                theme.line
            };
            Frame::popup(ui.style())
                .stroke(Stroke::new(1.0, border))
                .inner_margin(Margin::symmetric(12, 8))
                .show(ui, |ui| {
                    // Sign, first line and cross stand on one height, however many lines follow.
                    ui.horizontal_top(|ui| {
                        let (sign, color) = if notice.is_error {
                            (icon::PROBLEM, theme.error)
                        } else {
                            (icon::CHECK, theme.good)
                        };
                        let (place, _) = ui.allocate_exact_size(vec2(16.0, LINE), Sense::hover());
                        icon_at(ui.painter(), place.center(), sign, font::icon(16.0), color);
                        let words = RichText::new(&notice.words).font(font::text(size::TEXT));
                        let height =
                            ui.fonts_mut(|fonts| fonts.row_height(&font::text(size::TEXT)));
                        ScrollArea::vertical()
                            .max_height((canvas.height() - 80.0).max(40.0))
                            .max_width((canvas.width() - 140.0).clamp(110.0, 500.0))
                            .show(ui, |ui| {
                                ui.vertical(|ui| {
                                    ui.add_space((LINE - height) / 2.0);
                                    ui.add(Label::new(words).wrap().selectable(true))
                                });
                            });
                        if bare_icon(ui, theme, icon::CLOSE, Command::Dismiss.label(), LINE)
                            .clicked()
                        {
                            commands.push(Command::Dismiss);
                        }
                    });
                });
        });
    place_by_size(&area.response);
    commands
}

/// Shows that the canvas as a whole has the keyboard.
fn focus_paint(ctx: &Context, state: &State, canvas: Rect) {
    if ctx.memory(|memory| memory.has_focus(ground_id())) {
        let layer = egui::LayerId::new(Order::Middle, Id::unique("canvas focus"));
        ctx.layer_painter(layer).rect_stroke(
            canvas,
            0.0,
            Stroke::new(1.5, state.theme.accent),
            egui::epaint::StrokeKind::Inside,
        );
    }
}

/// Marks the pin or param that somebody was led to.
fn flash_ui(ctx: &Context, state: &State) {
    let Some(flash) = &state.flash else { return };
    let Input { node, slot } = &flash.at;
    let places = [
        pin_id(&state.document.full_key(node), "in", slot),
        field_id(Place::Node, node, slot),
    ];
    let Some(response) = places.into_iter().find_map(|id| ctx.read_response(id)) else {
        return;
    };
    let painter = ctx.layer_painter(egui::LayerId::new(Order::Middle, Id::unique("flash")));
    painter.rect_stroke(
        response.rect.expand(3.0),
        size::FIELD_CORNER,
        Stroke::new(2.0, state.theme.accent),
        egui::epaint::StrokeKind::Outside,
    );
}

/// Says that what hovers over the window may be dropped.
fn drop_hint_ui(ctx: &Context, state: &State, canvas: Rect) {
    if ctx.input(|i| i.raw.hovered_files.is_empty()) {
        return;
    }
    let theme = &state.theme;
    let painter = ctx.layer_painter(egui::LayerId::new(Order::Foreground, Id::unique("drop")));
    painter.rect_filled(canvas, 0.0, theme.dim);
    painter.rect_stroke(
        canvas.shrink(14.0),
        10.0,
        Stroke::new(2.0, theme.accent),
        egui::epaint::StrokeKind::Inside,
    );
    let words = "Drop a graph to open it, or a picture to use it";
    painter.text(
        canvas.center(),
        Align2::CENTER_CENTER,
        words,
        font::strong(size::HEADING),
        theme.text,
    );
}
