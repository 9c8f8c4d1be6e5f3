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
mod tab_list;
pub mod tabs;
pub mod templates;
pub mod top_bar;
pub mod viewer;
pub mod welcome;

use std::ops::RangeInclusive;

use egui::epaint::StrokeKind;
use egui::{
    Context, Frame, Id, Margin, Panel, Rect, Response, RichText, ScrollArea, Sense, Stroke, Ui,
    UiBuilder, vec2,
};

use crate::app::State;
use crate::canvas::{Eye, canvas_ui};
use crate::command::{Command, Drawer};
use crate::panels::regions::Region;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::bare_icon;

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
    if let Some(side) = sheet(ui.ctx(), state) {
        commands.extend(sheet_ui(&mut part(ui, "sheet", beside), state, side));
        return (commands, beside);
    }
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
    rims_paint(&sides, &state.theme);
    let left = sides.available_rect_before_wrap();
    if left != canvas {
        ui.data_mut(|data| data.insert_temp(canvas_rect_id(), (beside, left)));
        ui.ctx().request_repaint();
    }
    (commands, canvas)
}

/// Shows that the keyboard is at the rim by which a panel is resized: egui shows only a pointer there.
fn rims_paint(ui: &Ui, theme: &Theme) {
    let focused = ui.ctx().memory(|memory| memory.focused());
    for panel in ["inspector", "drawer"] {
        let rim = ui.make_persistent_id(panel).with("__resize");
        let response = ui.ctx().read_response(rim);
        if let Some(response) = response.filter(|_| focused == Some(rim)) {
            let ring = Stroke::new(1.2, theme.accent);
            ui.painter()
                .rect_stroke(response.rect, 2.0, ring, StrokeKind::Inside);
        }
    }
}

/// What the panels left to the canvas in the last frame: they come after it, but may be resized.
fn canvas_rect(ui: &Ui, state: &State, beside: Rect) -> Rect {
    let seen: Option<(Rect, Rect)> = ui.data(|data| data.get_temp(canvas_rect_id()));
    if let Some((of, left)) = seen {
        // The window may have changed its size: the panels keep theirs.
        let max = beside.max - (of.max - left.max);
        return Rect::from_min_max(beside.min, max.max(beside.min));
    }
    let taken = |side: Side, size: f32| {
        if side.is_shown(ui.ctx(), state) {
            size
        } else {
            0.0
        }
    };
    let [width, height] = sizes(state);
    let taken = vec2(taken(Side::Inspector, width), taken(Side::Drawer, height));
    Rect::from_min_max(beside.min, beside.max - taken)
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

impl Side {
    /// The smallest and the largest size that a panel is dragged to.
    fn sizes(self) -> (f32, f32) {
        match self {
            Self::Inspector => (260.0, 520.0),
            Self::Drawer => (110.0, 420.0),
        }
    }

    /// What a window has for this panel and the canvas beside it, and the least that is the
    /// canvas's of it.
    fn room(self, ctx: &Context) -> (f32, f32) {
        let beside = ctx.content_rect().size() - vec2(size::RAIL, size::TOP);
        match self {
            Self::Inspector => (beside.x, 220.0),
            Self::Drawer => (beside.y, 150.0),
        }
    }

    /// Whether it has room beside the canvas. Without, it is folded away, and lies over the canvas
    /// while it is asked for.
    pub fn has_room(self, ctx: &Context) -> bool {
        let (room, canvas) = self.room(ctx);
        self.sizes().0 + canvas <= room
    }

    /// Whether it is shown beside the canvas.
    pub fn is_shown(self, ctx: &Context, state: &State) -> bool {
        let is_open = match self {
            Self::Inspector => state.panels.inspector,
            Self::Drawer => state.panels.drawer.is_some(),
        };
        is_open && self.has_room(ctx)
    }

    /// The sizes that leave the canvas its room.
    fn range(self, ctx: &Context) -> RangeInclusive<f32> {
        let ((least, most), (room, canvas)) = (self.sizes(), self.room(ctx));
        least..=most.min(room - canvas).max(least)
    }
}

/// Shows a panel if it is open and has room.
fn side_ui(ui: &mut Ui, state: &State, side: Side) -> Vec<Command> {
    if !side.is_shown(ui.ctx(), state) {
        return Vec::new();
    }
    let frame = Frame::new().fill(state.theme.panel).stroke(Stroke::NONE);
    let [width, height] = sizes(state);
    match side {
        Side::Inspector => {
            Panel::right("inspector")
                .default_size(width)
                .size_range(side.range(ui.ctx()))
                .frame(frame.inner_margin(Margin::ZERO))
                .show(ui, |ui| inspector_ui(ui, state))
                .inner
        }
        Side::Drawer => {
            Panel::bottom("drawer")
                .default_size(height)
                .size_range(side.range(ui.ctx()))
                .frame(frame.inner_margin(Margin {
                    left: 18,
                    right: 18,
                    top: 8,
                    bottom: 12,
                }))
                .show(ui, |ui| drawer_ui(ui, state))
                .inner
        }
    }
}

/// The panel that lies over the canvas: one that was asked for in a window too small for it.
pub(crate) fn sheet(ctx: &Context, state: &State) -> Option<Side> {
    state.panels.sheet.filter(|side| !side.has_room(ctx))
}

fn sheet_ui(ui: &mut Ui, state: &State, side: Side) -> Vec<Command> {
    const CLOSE: f32 = 28.0;
    let theme = &state.theme;
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, theme.panel);
    let (left, right) = rect.split_left_right_at_x(rect.right() - CLOSE);
    let mut content = ui.new_child(UiBuilder::new().max_rect(left));
    let (mut commands, close) = match side {
        Side::Inspector => (
            inspector_ui(&mut content, state),
            Some(Command::ToggleInspector),
        ),
        Side::Drawer => (
            drawer_ui(&mut content, state),
            state.panels.drawer.map(Command::ToggleDrawer),
        ),
    };
    let mut corner = ui.new_child(UiBuilder::new().max_rect(right));
    if bare_icon(&mut corner, theme, icon::CLOSE, "Close the panel", CLOSE).clicked() {
        commands.extend(close);
    }
    commands
}

fn inspector_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    regions::note(ui, Region::Inspector);
    let room = ScrollArea::vertical()
        .id_salt("inspector")
        .auto_shrink([false, false]);
    let content = |ui: &mut Ui| {
        if state.gallery.is_open() {
            gallery::about::about_ui(ui, state)
        } else {
            inspector::inspector_ui(ui, state)
        }
    };
    let frame = Frame::new().inner_margin(Margin::symmetric(18, 16));
    let shown = room.show(ui, |ui| {
        let commands = frame.show(ui, content).inner;
        regions::keep_in_sight(ui);
        commands
    });
    shown.inner
}

fn drawer_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let mut commands = Vec::new();
    let Some(tab) = state.panels.drawer else {
        return commands;
    };
    regions::note(ui, Region::Drawer);
    // The panel keeps its size whatever is in it.
    ui.set_min_height(ui.available_height());
    ui.horizontal_wrapped(|ui| {
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
    if response.has_focus() {
        let ring = Stroke::new(1.2, theme.accent);
        let around = rect.expand2(vec2(5.0, -2.0));
        ui.painter()
            .rect_stroke(around, size::FIELD_CORNER, ring, StrokeKind::Inside);
    }
    response.clicked()
}

/// A panel's small heading.
pub(crate) fn heading_ui(ui: &mut Ui, theme: &Theme, words: &str) -> Response {
    let words = RichText::new(words).font(font::strong(size::NODE_TEXT));
    ui.label(words.color(theme.secondary))
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
