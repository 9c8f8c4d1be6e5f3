//! What stands around the canvas. Panels read the state and return commands.

pub mod gallery;
pub mod inspector;
pub mod keys;
pub mod over;
mod page;
pub mod palette;
pub mod problems;
pub mod question;
pub mod queue;
pub mod rail;
pub mod regions;
pub mod run_bar;
pub mod settings;
pub mod tabs;
pub mod templates;
pub mod top_bar;
pub mod viewer;
pub mod welcome;

use egui::{Frame, Id, Margin, Panel, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, vec2};

use crate::app::State;
use crate::canvas::{Eye, canvas_ui};
use crate::command::{Command, Drawer};
use crate::panels::regions::Region;
use crate::theme::{Theme, font, size};

/// Shows everything but what lies over the canvas: tools, tabs, canvas, inspector, drawer, in the
/// order in which the Tab key and screen readers go through them. Returns the canvas's rectangle too.
pub fn window_ui(ui: &mut Ui, state: &State, eye: &mut Eye) -> (Vec<Command>, Rect) {
    let whole = ui.available_rect_before_wrap();
    let below = whole.with_min_y(whole.top() + size::TOP);
    let part = |ui: &mut Ui, name: &str, rect: Rect| {
        ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect))
    };
    let mut commands = rail::rail_ui(&mut part(ui, "rail", below), state);
    commands.extend(top_bar::top_bar_ui(ui, state));
    let beside = below.with_min_x(below.left() + size::RAIL);
    let canvas = canvas_rect(ui, state, beside);
    let mut room = part(ui, "graph", canvas);
    regions::note(&room, Region::Canvas);
    commands.extend(if state.gallery.is_open() {
        gallery::gallery_ui(&mut room, state)
    } else {
        canvas_ui(&mut room, state, eye)
    });
    let mut sides = part(ui, "sides", beside);
    commands.extend(side_ui(&mut sides, state, Side::Inspector));
    commands.extend(side_ui(&mut sides, state, Side::Drawer));
    let left = sides.available_rect_before_wrap();
    if left != canvas {
        ui.data_mut(|data| data.insert_temp(canvas_rect_id(), (beside, left)));
        ui.ctx().request_repaint();
    }
    (commands, canvas)
}

/// What the panels left to the canvas in the last frame: they come after it, but may be resized.
fn canvas_rect(ui: &Ui, state: &State, beside: Rect) -> Rect {
    let seen: Option<(Rect, Rect)> = ui.data(|data| data.get_temp(canvas_rect_id()));
    if let Some((of, left)) = seen {
        // The window may have changed its size: the panels keep theirs.
        return Rect::from_min_max(beside.min, beside.max - (of.max - left.max));
    }
    let [width, height] = sizes(state);
    let inspector = if state.panels.inspector { width } else { 0.0 };
    let drawer = state.panels.drawer.map_or(0.0, |_| height);
    Rect::from_min_max(beside.min, beside.max - vec2(inspector, drawer))
}

/// The inspector's width and the drawer's height until they are dragged.
fn sizes(state: &State) -> [f32; 2] {
    [
        state.panels.inspector_width.unwrap_or(size::INSPECTOR),
        state.panels.drawer_height.unwrap_or(size::DRAWER),
    ]
}

fn canvas_rect_id() -> Id {
    Id::unique("canvas rect")
}

/// A panel that can be hidden and resized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At the right: the selected node's settings.
    Inspector,
    /// Below: pictures and problems.
    Drawer,
}

/// Shows a panel if it is open.
pub fn side_ui(ui: &mut Ui, state: &State, side: Side) -> Vec<Command> {
    let theme = &state.theme;
    let frame = Frame::new().fill(theme.panel).stroke(Stroke::NONE);
    match side {
        Side::Inspector if state.panels.inspector => {
            Panel::right("inspector")
                .default_size(sizes(state)[0])
                .size_range(260.0..=520.0)
                .frame(frame.inner_margin(Margin::ZERO))
                .show(ui, |ui| {
                    regions::note(ui, Region::Inspector);
                    let room = ScrollArea::vertical()
                        .id_salt("inspector")
                        .auto_shrink([false, false]);
                    room.show(ui, |ui| {
                        Frame::new()
                            .inner_margin(Margin::symmetric(18, 16))
                            .show(ui, |ui| {
                                if state.gallery.is_open() {
                                    gallery::about::about_ui(ui, state)
                                } else {
                                    inspector::inspector_ui(ui, state)
                                }
                            })
                            .inner
                    })
                    .inner
                })
                .inner
        }
        Side::Drawer => match state.panels.drawer {
            Some(tab) => {
                Panel::bottom("drawer")
                    .default_size(sizes(state)[1])
                    .size_range(110.0..=420.0)
                    .frame(frame.inner_margin(Margin {
                        left: 18,
                        right: 18,
                        top: 8,
                        bottom: 12,
                    }))
                    .show(ui, |ui| drawer_ui(ui, state, tab))
                    .inner
            }
            None => Vec::new(),
        },
        Side::Inspector => Vec::new(),
    }
}

fn drawer_ui(ui: &mut Ui, state: &State, tab: Drawer) -> Vec<Command> {
    let mut commands = Vec::new();
    regions::note(ui, Region::Drawer);
    // The panel keeps its size whatever is in it.
    ui.set_min_height(ui.available_height());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 26.0;
        let problems = state.problems().count();
        for (this, words) in [
            (
                Drawer::Pictures,
                counted("Pictures", state.jobs.pictures().len()),
            ),
            (
                Drawer::Queue,
                counted(
                    "Queue",
                    state.queue.waiting().len() + usize::from(state.queue.running().is_some()),
                ),
            ),
            (Drawer::Problems, counted("Problems", problems)),
        ] {
            if tab_ui(ui, &state.theme, &words, this == tab) && this != tab {
                commands.push(Command::ToggleDrawer(this));
            }
        }
        if tab == Drawer::Queue {
            commands.extend(queue::head_ui(ui, state));
        }
    });
    ui.add_space(6.0);
    commands.extend(match tab {
        Drawer::Pictures => gallery::strip::strip_ui(ui, state),
        Drawer::Queue => queue::queue_ui(ui, state),
        Drawer::Problems => problems::problems_ui(ui, state),
    });
    commands
}

fn counted(word: &str, count: usize) -> String {
    if count == 0 {
        word.to_owned()
    } else {
        format!("{word} {count}")
    }
}

/// A tab's word, underlined if it is open. Says whether it was clicked.
fn tab_ui(ui: &mut Ui, theme: &Theme, words: &str, is_open: bool) -> bool {
    let font = if is_open {
        font::strong(size::TEXT)
    } else {
        font::text(size::TEXT)
    };
    let color = if is_open { theme.text } else { theme.secondary };
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, color);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(0.0, 12.0), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Tab, true, is_open, words));
    let color = if response.hovered() {
        theme.text
    } else {
        color
    };
    ui.painter()
        .galley_with_override_text_color(rect.min + vec2(0.0, 6.0), galley, color);
    if is_open {
        let line = Rect::from_min_max(rect.left_bottom() - vec2(0.0, 2.0), rect.max);
        ui.painter().rect_filled(line, 1.0, theme.accent);
    }
    response.clicked()
}

/// A panel's small heading.
pub(crate) fn heading_ui(ui: &mut Ui, theme: &Theme, words: &str) {
    ui.label(
        egui::RichText::new(words)
            .font(font::strong(size::NODE_TEXT))
            .color(theme.secondary),
    );
}

/// A line across a panel.
pub(crate) fn rule_ui(ui: &mut Ui, theme: &Theme) {
    ui.add_space(10.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().rect_filled(
        rect.expand2(vec2(18.0, 0.0)),
        0.0,
        Theme::fade(theme.line, 0.6),
    );
    ui.add_space(10.0);
}
