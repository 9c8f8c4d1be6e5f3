//! A picture shown large: fitted, whole pixels above 200 %, its file below.

use egui::{Align2, Area, Context, Id, Key, Modifiers, Order, Rect, Role, Sense, WidgetInfo, vec2};

use crate::app::State;
use crate::command::Command;
use crate::theme::{font, icon, size};
use crate::widgets::button::{Weight, bare_icon, word_button};
use crate::widgets::picture;

/// Small pictures are magnified at most so much.
const MOST: f32 = 4.0;

/// Shows the picture if one is open.
pub fn preview_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let Some(viewer) = &state.viewer else {
        return Vec::new();
    };
    let Some(made) = state.jobs.pictures().get(viewer.picture) else {
        return Vec::new();
    };
    let theme = &state.theme;
    let mut commands = Vec::new();
    let screen = ctx.content_rect();
    let count = state.jobs.pictures().len();
    let step = ctx.input_mut(|i| {
        if i.consume_key(Modifiers::NONE, Key::Escape) {
            return Some(None);
        }
        let later = i.consume_key(Modifiers::NONE, Key::ArrowLeft);
        let earlier = i.consume_key(Modifiers::NONE, Key::ArrowRight);
        let next = if later {
            viewer.picture + 1
        } else {
            viewer.picture.checked_sub(1)?
        };
        ((later || earlier) && next < count).then_some(Some(next))
    });
    commands.extend(step.map(Command::View));
    Area::new(Id::unique("viewer"))
        .order(Order::Foreground)
        .fixed_pos(screen.min)
        .show(ctx, |ui| {
            let (rect, ground) = ui.allocate_exact_size(screen.size(), Sense::click());
            ground.widget_info(|| WidgetInfo::labeled(Role::Button, true, "close picture"));
            ui.painter().rect_filled(rect, 0.0, theme.dim);
            let band = Rect::from_min_max(rect.left_bottom() - vec2(0.0, 60.0), rect.max);
            ui.painter().rect_filled(band, 0.0, theme.window);
            let room = Rect::from_min_max(rect.min + vec2(48.0, 40.0), rect.max - vec2(48.0, 76.0));
            let size_px = [made.image.width(), made.image.height()];
            let most = vec2(size_px[0] as f32, size_px[1] as f32) * MOST;
            let place = picture::fitted(
                Rect::from_center_size(room.center(), room.size().min(most)),
                size_px,
            );
            ui.painter()
                .rect_filled(place.expand(1.0), 2.0, theme.window);
            picture::paint(ui.painter(), place, viewer.texture.id(), size_px, 0.0);
            ui.interact(place, Id::unique("viewer picture"), Sense::click())
                .widget_info(|| WidgetInfo::labeled(Role::Image, true, "picture shown large"));

            let foot = Rect::from_min_size(
                egui::pos2(rect.left() + 48.0, rect.bottom() - 50.0),
                vec2(rect.width() - 96.0, 40.0),
            );
            let zoom = place.width() / size_px[0].max(1) as f32 * 100.0;
            let file = made
                .path
                .as_ref()
                .map_or_else(|| "not saved".to_owned(), |path| path.display().to_string());
            let words = format!("{} × {}   {zoom:.0} %   {file}", size_px[0], size_px[1]);
            ui.painter().text(
                foot.left_center(),
                Align2::LEFT_CENTER,
                words,
                font::text(size::TEXT),
                theme.text,
            );
            let mut buttons = ui.new_child(
                egui::UiBuilder::new()
                    .max_rect(foot)
                    .layout(egui::Layout::right_to_left(egui::Align::Center)),
            );
            if bare_icon(&mut buttons, theme, icon::CLOSE, "Close", 32.0).clicked()
                || ground.clicked()
            {
                commands.push(Command::View(None));
            }
            let open = Command::OpenPicture(viewer.picture);
            if word_button(
                &mut buttons,
                theme,
                open.icon(),
                open.label(),
                Weight::Plain,
            )
            .clicked()
            {
                commands.push(open);
            }
        });
    commands
}
