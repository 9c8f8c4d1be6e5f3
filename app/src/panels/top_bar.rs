//! The bar on top: menu, document, run, progress, device.

use egui::{Align, Align2, Frame, Layout, Margin, Panel, Popup, Role, Sense, Ui, WidgetInfo, vec2};
use pyrograph_engine::device::DeviceKind;

use crate::app::State;
use crate::canvas::node::secs_text;
use crate::command::Command;
use crate::command::menu::MENUS;
use crate::theme::{Look, Theme, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, word_button};
use crate::widgets::{Draw, bar, icon_at};

/// Shows the bar.
pub fn top_bar_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let frame = Frame::new().fill(state.theme.window).inner_margin(Margin {
        left: 4,
        right: 12,
        top: 0,
        bottom: 0,
    });
    Panel::top("top bar")
        .exact_size(size::TOP)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            let mut commands = Vec::new();
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                commands.extend(menu_ui(ui, &state.theme));
                document_ui(ui, state);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    commands.extend(look_ui(ui, &state.theme));
                    device_ui(ui, state);
                    progress_ui(ui, state);
                    commands.extend(run_ui(ui, state));
                });
            });
            commands
        })
        .inner
}

/// The flame opens the menu.
fn menu_ui(ui: &mut Ui, theme: &Theme) -> Vec<Command> {
    let (rect, response) = ui.allocate_exact_size(vec2(40.0, 36.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Menu"));
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect.shrink(2.0), 6.0, theme.hovered);
    }
    icon_at(
        ui.painter(),
        rect.center(),
        icon::FLAME,
        font::icon(22.0),
        theme.accent,
    );
    let mut commands = Vec::new();
    Popup::menu(&response)
        .width(140.0)
        .accessible_name("Menu")
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for menu in MENUS
                .iter()
                .filter(|menu| menu.groups.iter().any(|group| !group.is_empty()))
            {
                ui.menu_button(menu.title, |ui| {
                    ui.set_width(270.0);
                    ui.spacing_mut().item_spacing.y = 1.0;
                    commands.extend(groups_ui(ui, theme, menu.groups));
                });
            }
        });
    response.on_hover_text("Menu");
    commands
}

/// The lines of a menu; says which was chosen.
fn groups_ui(ui: &mut Ui, theme: &Theme, groups: &[&[Command]]) -> Option<Command> {
    let mut chosen = None;
    let filled = groups.iter().filter(|group| !group.is_empty());
    for (i, group) in filled.enumerate() {
        if i > 0 {
            ui.separator();
        }
        for command in *group {
            if item_ui(ui, theme, command) {
                chosen = Some(command.clone());
                ui.close();
            }
        }
    }
    chosen
}

/// A line of the menu: icon, name, keys.
fn item_ui(ui: &mut Ui, theme: &Theme, command: &Command) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 27.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, command.label()));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, theme.hovered);
    }
    let draw = Draw { theme, scale: 1.0 };
    let left = rect.left_center();
    if let Some(icon) = command.icon() {
        icon_at(
            ui.painter(),
            left + vec2(15.0, 0.0),
            icon,
            font::icon(15.0),
            theme.secondary,
        );
    }
    let keys = command.shortcut_text(ui.ctx()).unwrap_or_default();
    let right = (rect.right_center() - vec2(10.0, 0.0), Align2::RIGHT_CENTER);
    let shown = draw.label(
        ui.painter(),
        right,
        &keys,
        (font::text(size::SMALL), theme.secondary),
        120.0,
    );
    let at = (left + vec2(32.0, 0.0), Align2::LEFT_CENTER);
    draw.label(
        ui.painter(),
        at,
        command.label(),
        (font::text(size::TEXT), theme.text),
        shown.left() - at.0.x - 8.0,
    );
    response.clicked()
}

/// The document's tab, with an ember for unsaved changes.
fn document_ui(ui: &mut Ui, state: &State) {
    let theme = &state.theme;
    let name = state.document.name();
    let galley = ui
        .painter()
        .layout_no_wrap(name.to_owned(), font::text(size::TEXT), theme.text);
    let width = galley.size().x.min(320.0) + 46.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::TOP), Sense::hover());
    let is_dirty = state.document.is_dirty();
    let words = if is_dirty {
        format!("{name}, unsaved changes")
    } else {
        name.to_owned()
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    let tab = egui::Rect::from_min_max(rect.min + vec2(0.0, 8.0), rect.max);
    let corner = egui::CornerRadius {
        nw: 7,
        ne: 7,
        sw: 0,
        se: 0,
    };
    ui.painter().rect_filled(tab, corner, theme.canvas);
    let draw = Draw { theme, scale: 1.0 };
    let at = (
        egui::pos2(tab.left() + 16.0, tab.center().y),
        Align2::LEFT_CENTER,
    );
    let shown = draw.label(
        ui.painter(),
        at,
        name,
        (font::text(size::TEXT), theme.text),
        width - 40.0,
    );
    if is_dirty {
        ui.painter().circle_filled(
            egui::pos2(shown.right() + 13.0, tab.center().y),
            3.2,
            theme.accent,
        );
    }
    let path = state.document.path().map_or_else(
        || "Not saved yet".to_owned(),
        |path| path.display().to_string(),
    );
    response.on_hover_text(path);
}

fn run_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
    // Right to left: what is said first stands at the right.
    if state.jobs.is_running() {
        let word = if state.jobs.is_cancelling() {
            "Cancelling…"
        } else {
            "Cancel"
        };
        let response = word_button(ui, theme, Some(icon::STOP), word, Weight::Plain);
        if response
            .on_hover_text(Command::Cancel.tooltip_with_keys(ui.ctx()))
            .clicked()
        {
            commands.push(Command::Cancel);
        }
        if state.jobs.waiting() > 0 {
            let words = format!("{} waiting", state.jobs.waiting());
            ui.label(egui::RichText::new(words).color(theme.secondary));
        }
    }
    let response = word_button(ui, theme, Some(icon::RUN), "Run", Weight::Primary);
    if response
        .on_hover_text(Command::Run.tooltip_with_keys(ui.ctx()))
        .clicked()
    {
        commands.push(Command::Run);
    }
    commands
}

/// `12 of 20`, a bar, and the time left; after the run, how long it took.
fn progress_ui(ui: &mut Ui, state: &State) {
    let theme = &state.theme;
    let draw = Draw { theme, scale: 1.0 };
    let style = |color| (font::text(size::NODE_TEXT), color);
    let Some(progress) = state.jobs.progress() else {
        let words = match (state.jobs.is_running(), state.jobs.last_secs()) {
            (true, _) => "Starting…".to_owned(),
            (false, Some(secs)) => format!("Done in {}", secs_text(secs)),
            (false, None) => return,
        };
        ui.add_space(6.0);
        ui.label(
            egui::RichText::new(words)
                .font(font::text(size::NODE_TEXT))
                .color(theme.secondary),
        );
        return;
    };
    let (rect, response) = ui.allocate_exact_size(vec2(238.0, 28.0), Sense::hover());
    let words = progress.text();
    response.widget_info(|| WidgetInfo {
        value: Some(f64::from(progress.share())),
        ..WidgetInfo::labeled(Role::ProgressIndicator, true, format!("progress {words}"))
    });
    let painter = ui.painter();
    draw.label(
        painter,
        (rect.left_center() + vec2(74.0, 0.0), Align2::RIGHT_CENTER),
        &words,
        style(theme.text),
        90.0,
    );
    let track =
        egui::Rect::from_center_size(rect.left_center() + vec2(126.0, 0.0), vec2(84.0, 5.0));
    bar(painter, track, progress.share(), (theme.fill, theme.accent));
    let left = match progress.secs_left() {
        Some(secs) => format!("{} left", secs_text(secs)),
        None => secs_text(progress.secs()),
    };
    draw.label(
        painter,
        (rect.left_center() + vec2(178.0, 0.0), Align2::LEFT_CENTER),
        &left,
        style(theme.secondary),
        60.0,
    );
}

fn device_ui(ui: &mut Ui, state: &State) {
    let theme = &state.theme;
    let Some((name, kind)) = &state.device else {
        return;
    };
    let draw = Draw { theme, scale: 1.0 };
    let galley =
        ui.painter()
            .layout_no_wrap(name.clone(), font::text(size::NODE_TEXT), theme.secondary);
    let width = galley.size().x.min(170.0) + 26.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 28.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("device {name}")));
    let icon = if *kind == DeviceKind::Gpu {
        icon::GPU
    } else {
        icon::CPU
    };
    icon_at(
        ui.painter(),
        rect.left_center() + vec2(9.0, 0.0),
        icon,
        font::icon(17.0),
        theme.secondary,
    );
    let at = (rect.left_center() + vec2(24.0, 0.0), Align2::LEFT_CENTER);
    draw.label(
        ui.painter(),
        at,
        name,
        (font::text(size::NODE_TEXT), theme.secondary),
        170.0,
    );
    let what = match kind {
        DeviceKind::Gpu => "The graphics card that renders",
        DeviceKind::Cpu => "The processor renders: there is no graphics card that can",
        DeviceKind::Software => "A graphics interface that runs on the processor",
    };
    response.on_hover_text(format!("{name}\n{what}"));
}

/// Dark, light, high contrast.
fn look_ui(ui: &mut Ui, theme: &Theme) -> Vec<Command> {
    let response = bare_icon(ui, theme, icon::THEME, "Theme", 30.0);
    let mut commands = Vec::new();
    Popup::menu(&response)
        .width(160.0)
        .accessible_name("Theme")
        .show(|ui| {
            for look in Look::ALL {
                let (rect, line) =
                    ui.allocate_exact_size(vec2(ui.available_width(), 27.0), Sense::click());
                line.widget_info(|| {
                    WidgetInfo::selected(Role::MenuItemRadio, true, theme.look == look, look.name())
                });
                if line.hovered() || line.has_focus() {
                    ui.painter().rect_filled(rect, 4.0, theme.hovered);
                }
                if theme.look == look {
                    icon_at(
                        ui.painter(),
                        rect.left_center() + vec2(14.0, 0.0),
                        icon::CHECK,
                        font::icon(13.0),
                        theme.accent,
                    );
                }
                let draw = Draw { theme, scale: 1.0 };
                let at = (rect.left_center() + vec2(28.0, 0.0), Align2::LEFT_CENTER);
                draw.label(
                    ui.painter(),
                    at,
                    look.name(),
                    (font::text(size::TEXT), theme.text),
                    120.0,
                );
                if line.clicked() {
                    commands.push(Command::SetLook(look));
                    ui.close();
                }
            }
        });
    response.on_hover_text(Command::SetLook(theme.look).tooltip());
    commands
}
