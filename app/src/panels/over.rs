//! What lies over the canvas: the large picture, questions, messages, the list of keys.

use egui::{Align2, Area, Context, Frame, Id, Margin, Order, Rect, Stroke, vec2};

use crate::app::State;
use crate::command::Command;
use crate::panels::{keys, preview, question};
use crate::theme::{font, icon, size};
use crate::widgets::button::bare_icon;

/// Shows what is open.
pub fn over_ui(ctx: &Context, state: &State, canvas: Rect) -> Vec<Command> {
    let mut commands = notice_ui(ctx, state, canvas);
    commands.extend(preview::preview_ui(ctx, state));
    commands.extend(keys::keys_ui(ctx, state));
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
    Area::new(Id::unique("notice"))
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
                    ui.set_max_width((canvas.width() - 80.0).clamp(200.0, 560.0));
                    ui.horizontal(|ui| {
                        let (sign, color) = if notice.is_error {
                            (icon::PROBLEM, theme.error)
                        } else {
                            (icon::CHECK, theme.good)
                        };
                        ui.label(
                            egui::RichText::new(sign)
                                .font(font::icon(16.0))
                                .color(color),
                        );
                        ui.add(
                            egui::Label::new(
                                egui::RichText::new(&notice.words).font(font::text(size::TEXT)),
                            )
                            .wrap(),
                        );
                        if bare_icon(ui, theme, icon::CLOSE, Command::Dismiss.label(), 22.0)
                            .clicked()
                        {
                            commands.push(Command::Dismiss);
                        }
                    });
                });
        });
    commands
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
    let words = "Drop a graph or a picture to open it";
    painter.text(
        canvas.center(),
        Align2::CENTER_CENTER,
        words,
        font::strong(size::HEADING),
        theme.text,
    );
}
