//! The bar on top: menu, tabs, run, progress, device.

use egui::{Align, Align2, Frame, Layout, Margin, Panel, Popup, Role, Sense, Ui, WidgetInfo, vec2};
use pyrograph_engine::device::DeviceKind;

use crate::app::State;
use crate::command::Command;
use crate::command::menu::{MENUS, Menu};
use crate::panels::regions::{self, Region};
use crate::panels::run_bar;
use crate::panels::tab_list::tab_list_ui;
use crate::panels::tabs;
use crate::theme::{Look, Theme, font, icon, size};
use crate::widgets::button::bare_icon;
use crate::widgets::file::size_text;
use crate::widgets::{Draw, icon_at, lit_line, scrolled_ui};

/// Between two parts of the bar.
const GAP: f32 = 8.0;
/// The width of a menu, and the height of its lines.
const MENU: f32 = 270.0;
const LINE: f32 = 27.0;
/// The side of the theme's button.
const LOOK: f32 = 30.0;
/// The most that a device's name takes, and what its icon does.
const DEVICE: (f32, f32) = (170.0, 26.0);

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
                ui.spacing_mut().item_spacing.x = GAP;
                commands.extend(menu_ui(ui, state));
                let fit = Fit::of(ui, state);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if fit.look {
                        commands.extend(look_ui(ui, &state.theme));
                    }
                    if fit.device {
                        device_ui(ui, state);
                    }
                    if fit.progress {
                        run_bar::progress_ui(ui, state);
                    }
                    commands.extend(run_bar::run_ui(ui, state, fit.run));
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        commands.extend(match fit.run {
                            run_bar::Fit::Whole => tabs::tabs_ui(ui, state),
                            run_bar::Fit::Icons => tab_list_ui(ui, state),
                        });
                    });
                });
            });
            commands
        })
        .inner
}

/// What the bar has room for: what is also found elsewhere goes first.
#[derive(Clone, Copy, Debug)]
struct Fit {
    run: run_bar::Fit,
    progress: bool,
    look: bool,
    device: bool,
}

impl Fit {
    fn of(ui: &Ui, state: &State) -> Self {
        let mut left = ui.available_width() - run_bar::width(ui, state, GAP) - tabs::LEAST;
        let run = if left >= 0.0 {
            run_bar::Fit::Whole
        } else {
            run_bar::Fit::Icons
        };
        let mut takes = |width: f32| {
            let has_room = left >= width + GAP;
            if has_room {
                left -= width + GAP;
            }
            has_room
        };
        Self {
            run,
            progress: takes(run_bar::PROGRESS),
            look: takes(LOOK),
            device: takes(device_width(ui, state)),
        }
    }
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
            scrolled_ui(ui, |ui| commands.extend(menus_ui(ui, state)));
        });
    response.on_hover_text("Menu");
    commands
}

fn menus_ui(ui: &mut Ui, state: &State) -> Option<Command> {
    let has_lines = |menu: &&Menu| menu.groups.iter().any(|group| !group.is_empty());
    let mut chosen = None;
    for menu in MENUS.iter().filter(has_lines) {
        ui.menu_button(menu.title, |ui| {
            ui.set_width(MENU.min(ui.ctx().content_rect().width() - 2.0 * GAP));
            ui.spacing_mut().item_spacing.y = 1.0;
            let lines = |ui: &mut Ui| groups_ui(ui, state, menu.groups);
            chosen = scrolled_ui(ui, lines).or(chosen.take());
        });
    }
    chosen
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
fn item_ui(ui: &mut Ui, state: &State, command: &Command) -> bool {
    let theme = &state.theme;
    let missing = command.missing(state);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
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

/// The device's name and, once something has run, the most memory that was held.
fn device_words(state: &State) -> Option<String> {
    let (name, _) = state.device.as_ref()?;
    Some(match state.jobs.most_bytes() {
        Some(bytes) => format!("{name} · {}", size_text(bytes)),
        None => name.clone(),
    })
}

fn device_width(ui: &Ui, state: &State) -> f32 {
    let Some(words) = device_words(state) else {
        return 0.0;
    };
    let (font, color) = (font::text(size::NODE_TEXT), state.theme.secondary);
    let galley = ui.painter().layout_no_wrap(words, font, color);
    galley.size().x.min(DEVICE.0) + DEVICE.1
}

fn device_ui(ui: &mut Ui, state: &State) {
    let theme = &state.theme;
    let (Some((name, kind)), Some(words)) = (&state.device, device_words(state)) else {
        return;
    };
    let draw = Draw { theme, scale: 1.0 };
    let width = device_width(ui, state);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 28.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("device {words}")));
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
        &words,
        (font::text(size::NODE_TEXT), theme.secondary),
        DEVICE.0,
    );
    let what = match kind {
        DeviceKind::Gpu => "The graphics card that renders",
        DeviceKind::Cpu => "The processor renders: there is no graphics card that can",
        DeviceKind::Software => "A graphics interface that runs on the processor",
    };
    let mut tip = format!("{name}\n{what}");
    if let Some(bytes) = state.jobs.most_bytes() {
        tip += &format!("\nThe program held {} at most in a run", size_text(bytes));
    }
    response.on_hover_text(tip);
}

/// Dark, light, high contrast.
fn look_ui(ui: &mut Ui, theme: &Theme) -> Vec<Command> {
    let response = bare_icon(ui, theme, icon::THEME, "Theme", LOOK);
    let mut commands = Vec::new();
    Popup::menu(&response)
        .width(160.0)
        .accessible_name("Theme")
        .show(|ui| {
            for look in Look::ALL {
                let (rect, line) = lit_line(ui, theme, LINE);
                line.widget_info(|| {
                    WidgetInfo::selected(Role::MenuItemRadio, true, theme.look == look, look.name())
                });
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
