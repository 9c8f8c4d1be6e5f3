//! The bar on top: menu, tabs, run, progress, device.

use egui::{Align, Align2, Frame, Layout, Margin, Panel, Popup, Role, Sense, Ui, WidgetInfo, vec2};
use pyrograph_engine::device::DeviceKind;

use crate::app::State;
use crate::command::Command;
use crate::command::menu::MENUS;
use crate::panels::regions::{self, Region};
use crate::panels::run_bar;
use crate::panels::tabs;
use crate::theme::{Look, Theme, font, icon, size};
use crate::widgets::button::bare_icon;
use crate::widgets::{Draw, icon_at};

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
            regions::note(ui, Region::Tabs);
            let mut commands = Vec::new();
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                commands.extend(menu_ui(ui, state));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    commands.extend(look_ui(ui, &state.theme));
                    device_ui(ui, state);
                    run_bar::progress_ui(ui, state);
                    commands.extend(run_bar::run_ui(ui, state));
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        commands.extend(tabs::tabs_ui(ui, state));
                    });
                });
            });
            commands
        })
        .inner
}

/// The flame opens the menu.
fn menu_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
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
                    commands.extend(groups_ui(ui, state, menu.groups));
                });
            }
        });
    response.on_hover_text("Menu");
    commands
}

/// The lines of a menu; says which was chosen.
pub fn groups_ui(ui: &mut Ui, state: &State, groups: &[&[Command]]) -> Option<Command> {
    let mut chosen = None;
    let filled = groups.iter().filter(|group| !group.is_empty());
    for (i, group) in filled.enumerate() {
        if i > 0 {
            ui.separator();
        }
        for command in *group {
            if item_ui(ui, state, command) {
                chosen = Some(command.clone());
                ui.close();
            }
        }
    }
    chosen
}

/// A line of the menu: icon, name, keys. One that would do nothing now is faint and says why.
pub(super) fn item_ui(ui: &mut Ui, state: &State, command: &Command) -> bool {
    let theme = &state.theme;
    let missing = command.missing(state);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 27.0), Sense::click());
    response
        .widget_info(|| WidgetInfo::labeled(Role::MenuItem, missing.is_none(), command.label()));
    if missing.is_none() && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, 4.0, theme.hovered);
    }
    let color = if missing.is_none() {
        theme.text
    } else {
        theme.faint
    };
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
        (font::text(size::TEXT), color),
        shown.left() - at.0.x - 8.0,
    );
    match missing {
        Some(missing) => {
            response.on_hover_text(missing);
            false
        }
        None => response.clicked(),
    }
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
