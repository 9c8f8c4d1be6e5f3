//! Where one looks, the pixel under the pointer, and what can be done.

use egui::{
    Align, Layout, Popup, Rect, RichText, Role, ScrollArea, Ui, UiBuilder, Vec2, WidgetInfo, vec2,
};

use crate::app::State;
use crate::command::Command;
use crate::command::binding::Scope;
use crate::command::gallery::{GalleryCommand, Show, Turn};
use crate::gallery::Which;
use crate::gallery::marks::Mark;
use crate::panels::gallery::{menu_lines_ui, signs};
use crate::panels::regions;
use crate::panels::viewer::stage::{Pointed, letter};
use crate::theme::{Theme, font, icon, size};
use crate::viewer::difference::GAINS;
use crate::viewer::sight::pixel_at;
use crate::viewer::{Mode, Picture, Viewer};
use crate::widgets::button::{Weight, bare_icon, word_button};

/// Between the foot's ends and what it shows.
const RIM: f32 = 14.0;

/// Shows the foot: where one looks at the left, buttons at the right. Where the buttons alone do
/// not fit, all of it is scrolled sideways.
pub(super) fn foot_ui(
    ui: &mut Ui,
    state: &State,
    viewer: &Viewer,
    pointed: &Pointed,
) -> Vec<Command> {
    let theme = &state.theme;
    ui.painter().rect_filled(ui.max_rect(), 0.0, theme.panel);
    let rect = ui.max_rect().shrink2(vec2(RIM, 0.0));
    let width_id = ui.scope_id().with("buttons");
    // The buttons' width in the last frame; none yet, and they are taken to fit.
    let needed = ui.data(|data| data.get_temp(width_id)).unwrap_or(0.0_f32);
    let (commands, width) = if needed > rect.width() {
        let mut room = ui.new_child(UiBuilder::new().max_rect(rect));
        let scroll = ScrollArea::horizontal()
            .id_salt("foot")
            .auto_shrink([false, false]);
        let shown = scroll.show(&mut room, |ui| {
            let layout = Layout::left_to_right(Align::Center);
            let line = ui.with_layout(layout, |ui| {
                let shown = measured_buttons_ui(ui, state, viewer);
                status_ui(ui, theme, viewer, pointed);
                shown
            });
            regions::keep_in_sight(ui);
            line.inner
        });
        shown.inner
    } else {
        beside_ui(ui, state, (viewer, pointed), rect)
    };
    if width != needed {
        ui.data_mut(|data| data.insert_temp(width_id, width));
        ui.ctx().request_repaint();
    }
    commands
}

/// Buttons at the right, and in the room that is left where one looks.
fn beside_ui(
    ui: &mut Ui,
    state: &State,
    (viewer, pointed): (&Viewer, &Pointed),
    rect: Rect,
) -> (Vec<Command>, f32) {
    let layout = Layout::right_to_left(Align::Center);
    let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    let shown = measured_buttons_ui(&mut right, state, viewer);
    let left = rect.with_max_x(right.min_rect().left() - 12.0);
    if left.is_positive() {
        let layout = Layout::left_to_right(Align::Center);
        let mut left = ui.new_child(UiBuilder::new().max_rect(left).layout(layout));
        left.set_clip_rect(left.max_rect());
        status_ui(&mut left, &state.theme, viewer, pointed);
    }
    shown
}

/// The buttons, and how wide they are.
fn measured_buttons_ui(ui: &mut Ui, state: &State, viewer: &Viewer) -> (Vec<Command>, f32) {
    ui.spacing_mut().item_spacing.x = 6.0;
    let commands = buttons_ui(ui, state, viewer);
    (commands, ui.min_rect().width())
}

/// Beginning at the end: close, more, recipe, 1:1, fit, turning, marks, ways of comparing.
fn buttons_ui(ui: &mut Ui, state: &State, viewer: &Viewer) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
    commands.extend(icon_ui(ui, theme, GalleryCommand::CloseViewer, "Close"));
    let more = bare_icon(ui, theme, icon::MORE, "More", 30.0);
    Popup::menu(&more).accessible_name("More").show(|ui| {
        let count = viewer.pictures.len();
        commands.extend(menu_lines_ui(ui, count, Scope::Viewer));
    });
    more.on_hover_text("What can be done with the picture");
    let making = (Show::Making, viewer.shows_making);
    let actual = (Show::ActualPixels, viewer.sight.zoom == Some(1.0));
    let fit = (Show::Fit, viewer.sight.zoom.is_none());
    for (how, is_on) in [making, actual, fit] {
        commands.extend(switch_ui(ui, theme, how, is_on));
    }
    if viewer.is_comparing() {
        ui.add_space(10.0);
        commands.extend(comparing_ui(ui, theme, viewer));
    } else {
        commands.extend(icon_ui(
            ui,
            theme,
            GalleryCommand::Turn(Turn::Older),
            "Older picture",
        ));
        commands.extend(icon_ui(
            ui,
            theme,
            GalleryCommand::Turn(Turn::Newer),
            "Newer picture",
        ));
        let mark = viewer
            .pictures
            .first()
            .and_then(|picture| mark_of(state, picture));
        if let Some(mark) = mark {
            ui.allocate_ui_with_layout(
                vec2(162.0, 26.0),
                Layout::left_to_right(Align::Center),
                |ui| commands.extend(signs::marks_ui(ui, theme, mark, Scope::Viewer)),
            );
        }
    }
    commands
}

fn mark_of(state: &State, picture: &Picture) -> Option<Mark> {
    let path = match &picture.which {
        Which::File(path) => path,
        Which::Made(number) => state.jobs.pictures().get(*number)?.path.as_ref()?,
    };
    Some(state.gallery.row(path)?.mark)
}

fn comparing_ui(ui: &mut Ui, theme: &Theme, viewer: &Viewer) -> Vec<Command> {
    let mut commands = Vec::new();
    if viewer.mode == Mode::Difference {
        for gain in GAINS.into_iter().rev() {
            let word = format!("×{gain}");
            let command = Command::Gallery(GalleryCommand::Show(Show::Gain(gain)));
            if chip_ui(ui, theme, &word, viewer.gain == gain)
                .on_hover_text(command.tooltip())
                .clicked()
            {
                commands.push(command);
            }
        }
    }
    if viewer.pictures.len() > 2 && viewer.mode != Mode::Side {
        for place in (1..viewer.pictures.len()).rev() {
            let word = format!("{} and {}", letter(0), letter(place));
            if chip_ui(ui, theme, &word, viewer.against == place).clicked() {
                commands.push(Command::Gallery(GalleryCommand::Show(Show::Against(place))));
            }
        }
    }
    for mode in Mode::ALL.into_iter().rev() {
        commands.extend(switch_ui(ui, theme, Show::Mode(mode), viewer.mode == mode));
    }
    commands
}

fn icon_ui(ui: &mut Ui, theme: &Theme, command: GalleryCommand, name: &str) -> Option<Command> {
    let command = Command::Gallery(command);
    let hint = command.tooltip_in(ui.ctx(), Scope::Viewer);
    let icon = command.icon().unwrap_or_default();
    let response = bare_icon(ui, theme, icon, name, 30.0);
    response.on_hover_text(hint).clicked().then_some(command)
}

/// A word that says how things are shown, lit if they are.
fn switch_ui(ui: &mut Ui, theme: &Theme, how: Show, is_on: bool) -> Option<Command> {
    let command = Command::Gallery(GalleryCommand::Show(how));
    let hint = command.tooltip_in(ui.ctx(), Scope::Viewer);
    let response = chip_ui(ui, theme, command.label(), is_on);
    response.on_hover_text(hint).clicked().then_some(command)
}

fn chip_ui(ui: &mut Ui, theme: &Theme, word: &str, is_on: bool) -> egui::Response {
    let response = word_button(ui, theme, None, word, Weight::Plain);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, word));
    if is_on {
        let rect = response.rect;
        let line = Rect::from_min_max(
            rect.left_bottom() + vec2(8.0, -4.0),
            rect.right_bottom() - vec2(8.0, 2.0),
        );
        ui.painter().rect_filled(line, 1.0, theme.accent);
    }
    response
}

/// `512 × 512   200 %   x 12, y 40   10 20 30  #0A141E`.
fn status_ui(ui: &mut Ui, theme: &Theme, viewer: &Viewer, pointed: &Pointed) {
    let mut parts = Vec::new();
    if let Some([width, height]) = viewer.size_px() {
        parts.push(format!("{width} × {height}"));
        parts.push(format!("{:.0} %", pointed.zoom * 100.0));
    }
    if let Some((share, size_px)) = pointed.share.zip(viewer.size_px()) {
        let [x, y] = pixel_at(share, size_px);
        parts.push(format!("x {x}, y {y}"));
        let shown = viewer.pictures.iter().enumerate();
        parts.extend(shown.filter_map(|(number, picture)| {
            let values = pixel_text(picture, share)?;
            Some(if viewer.is_comparing() {
                format!("{} {values}", letter(number))
            } else {
                values
            })
        }));
    }
    if viewer.is_comparing() && viewer.mode == Mode::Difference {
        parts.push(match &viewer.difference {
            Some((_, extent)) => extent.text(),
            None if viewer
                .pictures
                .iter()
                .all(|picture| picture.size_px().is_some()) =>
            {
                "Comparing…".to_owned()
            }
            None => "Nothing can be compared with a broken picture".to_owned(),
        });
    }
    if let Some(step) = viewer.step {
        parts.push(format!("Preview step {}", step + 1));
    }
    let names: Vec<&str> = viewer
        .pictures
        .iter()
        .map(|picture| picture.name.as_str())
        .collect();
    parts.push(names.join(", "));
    let text = RichText::new(parts.join("   "))
        .font(font::text(size::NODE_TEXT))
        .color(theme.text);
    ui.add(egui::Label::new(text).truncate().selectable(true));
}

/// The values of the pixel at a place of a picture: pictures of other sizes are seen as large as the
/// first.
fn pixel_text(picture: &Picture, share: Vec2) -> Option<String> {
    let image = &picture.whole()?.image;
    let [x, y] = pixel_at(share, [image.width(), image.height()]);
    let pixel = image.get_pixel_checked(x, y)?;
    let [red, green, blue, alpha] = pixel.0;
    let hex = format!("#{red:02X}{green:02X}{blue:02X}");
    Some(if alpha == 255 {
        format!("{red} {green} {blue}  {hex}")
    } else {
        format!("{red} {green} {blue}, alpha {alpha}  {hex}{alpha:02X}")
    })
}
