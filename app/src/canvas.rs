//! The canvas: our own drawing of the document. It keeps only what belongs to the eye (pan, zoom,
//! a gesture under way) and returns commands; the graph itself is the truth.

pub mod add_menu;
pub mod arrange;
pub mod gesture;
pub mod layout;
pub mod minimap;
pub mod node;
pub mod view;
pub mod wire;

use std::collections::BTreeSet;

use egui::epaint::StrokeKind;
use egui::{
    Align2, Id, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::app::State;
use crate::canvas::add_menu::AddMenu;
use crate::canvas::gesture::{End, Gesture, WireDrag};
use crate::canvas::layout::NodeLayout;
use crate::canvas::node::{Scene, Touched, node_ui};
use crate::canvas::view::{Screen, View};
use crate::canvas::wire::{Curve, PinLook, paint_badge, paint_pin};
use crate::command::{Command, Input};
use crate::theme::{Theme, size};
use crate::widgets::Draw;

/// What the eye sees and the hand is doing.
#[derive(Default)]
pub struct Eye {
    /// Pan and zoom.
    view: View,
    gesture: Gesture,
    add_menu: Option<AddMenu>,
    requests: Vec<Request>,
    layouts: Vec<NodeLayout>,
    /// What the layouts were made from.
    made_from: Option<(u64, u64)>,
}

/// What the canvas is asked to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The whole graph.
    FitAll,
    /// The selected nodes.
    FitSelection,
    /// 100 %.
    ActualSize,
    /// A node in the middle.
    Show(String),
    /// The add menu at the pointer.
    AddMenu,
}

impl Eye {
    /// Asks for something that needs to know where nodes lie.
    pub fn request(&mut self, request: Request) {
        self.requests.push(request);
    }

    /// Another document is shown.
    pub fn reset(&mut self) {
        *self = Self {
            requests: vec![Request::FitAll],
            ..Self::default()
        };
    }

    /// The zoom: 1 is 100 %.
    pub fn zoom(&self) -> f32 {
        self.view.zoom
    }

    /// Whether a gesture or the add menu has the keyboard.
    pub fn is_busy(&self) -> bool {
        self.add_menu.is_some() || !matches!(self.gesture, Gesture::None)
    }

    /// Lets go of a gesture and closes the add menu.
    pub fn let_go(&mut self) {
        self.gesture = Gesture::None;
        self.add_menu = None;
    }

    /// Lays nodes out anew when the document or what nodes show has changed.
    fn lay_out(&mut self, ui: &Ui, state: &State) {
        let made_from = (state.document.revision(), state.jobs.revision());
        if self.made_from == Some(made_from) {
            return;
        }
        let graph = state.document.graph();
        self.layouts = ui.fonts_mut(|fonts| {
            graph
                .nodes
                .iter()
                .map(|(key, node)| layout::layout(fonts, state, key, node))
                .collect()
        });
        self.made_from = Some(made_from);
    }

    fn follow_requests(&mut self, ui: &Ui, state: &State, rect: Rect) {
        for request in std::mem::take(&mut self.requests) {
            let selected = |layout: &&NodeLayout| state.selection.nodes.contains(&layout.key);
            match request {
                Request::FitAll => self
                    .view
                    .fit(layout::bounds(self.layouts.iter()), rect.size()),
                Request::FitSelection => {
                    let bounds = layout::bounds(self.layouts.iter().filter(selected));
                    self.view.fit(bounds, rect.size());
                }
                Request::ActualSize => self.view.actual_size(rect.size()),
                Request::Show(key) => {
                    if let Some(layout) = self.layouts.iter().find(|layout| layout.key == key) {
                        self.view.center_on(layout.rect.center(), rect.size());
                    }
                }
                Request::AddMenu => {
                    let pointer = ui
                        .ctx()
                        .pointer_latest_pos()
                        .filter(|pos| rect.contains(*pos));
                    self.open_add_menu(pointer.unwrap_or(rect.center() - vec2(160.0, 120.0)), rect);
                }
            }
        }
    }

    fn open_add_menu(&mut self, pointer: Pos2, rect: Rect) {
        let screen = Screen {
            rect,
            view: self.view,
        };
        self.add_menu = Some(AddMenu::open(pointer, screen.to_graph(pointer)));
    }
}

/// Shows the canvas in all the room that is left.
pub fn canvas_ui(ui: &mut Ui, state: &State, eye: &mut Eye) -> Vec<Command> {
    let rect = ui.available_rect_before_wrap();
    ui.set_clip_rect(rect.intersect(ui.clip_rect()));
    let ground = ui.interact(rect, Id::unique("canvas"), Sense::click_and_drag());
    ground.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "canvas"));
    ui.advance_cursor_after_rect(rect);

    eye.lay_out(ui, state);
    eye.follow_requests(ui, state, rect);
    let is_panning = eye.view.navigate(ui, rect);
    let screen = Screen {
        rect,
        view: eye.view,
    };
    let layouts = std::mem::take(&mut eye.layouts);
    let draw = Draw {
        theme: &state.theme,
        scale: screen.view.zoom,
    };

    paint_ground(ui, &state.theme, &screen);
    let mut commands = Vec::new();
    wires_ui(ui, state, eye, &screen, &layouts, (&ground, &mut commands));

    let scene = Scene {
        state,
        screen,
        draw,
        wire: eye.gesture.wire(),
        is_panning,
    };
    let mut begun = None;
    let mut hovered = None;
    let raised = |layout: &&NodeLayout| state.selection.nodes.contains(&layout.key);
    let order: Vec<&NodeLayout> = layouts
        .iter()
        .filter(|layout| !raised(layout))
        .chain(layouts.iter().filter(raised))
        .collect();
    for layout in &order {
        let seen = screen.rect_from_graph(layout.rect.expand2(layout::OVERHANG));
        let Some(node) = state.document.graph().nodes.get(&layout.key) else {
            continue;
        };
        if !seen.intersects(rect) {
            continue;
        }
        let touched: Touched = node_ui(ui, &scene, layout, node);
        commands.extend(touched.commands);
        hovered = touched.hovered.or(hovered);
        if let Some(pin) = touched.pin {
            begun = Some(Gesture::Wire(WireDrag::begin(state, pin)));
        } else if touched.dragged {
            let pointer = ui
                .input(|i| i.pointer.press_origin())
                .unwrap_or(rect.center());
            begun = Some(Gesture::move_nodes(
                state,
                &layout.key,
                screen.to_graph(pointer),
            ));
        }
    }

    commands.extend(select_by_press(
        ui,
        state,
        &screen,
        &order,
        hovered.as_ref(),
    ));
    if let Some(gesture) = begun {
        eye.gesture = gesture;
    }
    if !is_panning {
        commands.extend(ground_ui(ui, state, eye, &screen, &ground));
    }
    commands.extend(eye.gesture.update(ui, state, &layouts, &screen));
    paint_gesture(ui, state, eye, &screen, &layouts);
    if state.document.graph().nodes.is_empty() {
        paint_invitation(ui, &state.theme, rect);
    }
    if is_panning {
        // On top of all, so that no widget takes the drag.
        ui.interact(rect, Id::unique("canvas pan"), Sense::click_and_drag());
    }
    commands.extend(minimap::minimap_ui(
        ui,
        state,
        &mut eye.view,
        rect,
        &layouts,
    ));
    eye.layouts = layouts;
    commands.extend(add_menu::add_menu_ui(ui, state, &mut eye.add_menu));
    commands
}

/// Dots every 24 points, which fade out below 60 %.
fn paint_ground(ui: &Ui, theme: &Theme, screen: &Screen) {
    let painter = ui.painter();
    painter.rect_filled(screen.rect, 0.0, theme.canvas);
    let zoom = screen.view.zoom;
    let strength = ((zoom - 0.45) / 0.15).clamp(0.0, 1.0);
    if strength <= 0.0 {
        return;
    }
    let color = Theme::fade(theme.dot, strength);
    let step = size::DOTS * zoom;
    let first = |from: f32, pan: f32| from + pan.rem_euclid(step);
    let radius = (1.1 * zoom).clamp(0.7, 2.0);
    let mut y = first(screen.rect.top(), screen.view.pan.y);
    while y < screen.rect.bottom() {
        let mut x = first(screen.rect.left(), screen.view.pan.x);
        while x < screen.rect.right() {
            painter.rect_filled(
                Rect::from_center_size(pos2(x, y), Vec2::splat(radius * 1.6)),
                radius,
                color,
            );
            x += step;
        }
        y += step;
    }
}

fn wires_ui(
    ui: &Ui,
    state: &State,
    eye: &Eye,
    screen: &Screen,
    layouts: &[NodeLayout],
    (ground, commands): (&Response, &mut Vec<Command>),
) {
    let find = |key: &str| {
        state
            .document
            .graph()
            .nodes
            .get_index_of(key)
            .and_then(|index| layouts.get(index))
    };
    let pointer = ui.ctx().pointer_latest_pos();
    let cut = eye.gesture.wire().and_then(|wire| wire.cut.as_ref());
    let mut hit: Option<Input> = None;
    for (source, input) in state.document.wires() {
        let (Some(from), Some(to)) = (find(&source.node), find(&input.node)) else {
            continue;
        };
        let (Some(output), Some(end)) = (from.output(&source.pin), to.input(&input.slot)) else {
            continue;
        };
        if cut == Some(&input) {
            continue;
        }
        let zoom = screen.view.zoom;
        let curve = Curve::new(
            screen.from_graph(output.pos),
            screen.from_graph(end.pos),
            zoom,
        );
        let is_selected = state.selection.wire.as_ref() == Some(&input);
        let is_near = state.selection.nodes.contains(&source.node)
            || state.selection.nodes.contains(&input.node);
        let color = output
            .ty
            .map_or(state.theme.secondary, |ty| state.theme.wire(ty));
        let width = if is_selected {
            size::WIRE_SELECTED
        } else {
            size::WIRE
        } * zoom.clamp(0.5, 1.6);
        let strength = if is_selected || is_near { 1.0 } else { 0.8 };
        if is_selected {
            curve.paint(
                ui.painter(),
                width + 5.0,
                Theme::fade(state.theme.accent, 0.3),
            );
        }
        curve.paint(ui.painter(), width, Theme::fade(color, strength));
        if ground.clicked() && pointer.is_some_and(|pointer| curve.is_hit(pointer)) {
            hit = Some(input);
        }
    }
    commands.extend(hit.map(Command::SelectWire));
}

/// A press on a node selects it, whatever of it was pressed, so that the inspector shows it.
fn select_by_press(
    ui: &Ui,
    state: &State,
    screen: &Screen,
    order: &[&NodeLayout],
    pin: Option<&End>,
) -> Option<Command> {
    let (pressed, modifiers) = ui.input(|i| (i.pointer.primary_pressed(), i.modifiers));
    let pointer = ui.ctx().pointer_latest_pos()?;
    let is_here =
        screen.rect.contains(pointer) && ui.ctx().layer_id_at(pointer) == Some(ui.layer_id());
    if !pressed || !is_here || pin.is_some() {
        return None;
    }
    let pos = screen.to_graph(pointer);
    let key = &order
        .iter()
        .rev()
        .find(|layout| layout.rect.contains(pos))?
        .key;
    let selected = &state.selection.nodes;
    let toggles = modifiers.shift || modifiers.command;
    let wanted: BTreeSet<String> = match (toggles, selected.contains(key)) {
        (true, true) => selected
            .iter()
            .filter(|other| *other != key)
            .cloned()
            .collect(),
        (true, false) => selected.iter().chain([key]).cloned().collect(),
        (false, true) => return None, // a press on the selection may begin to move all of it
        (false, false) => BTreeSet::from([key.clone()]),
    };
    Some(Command::Select(wanted.into_iter().collect()))
}

/// The empty canvas: a click deselects, a drag draws a box, a double click opens the add menu.
fn ground_ui(
    ui: &Ui,
    state: &State,
    eye: &mut Eye,
    screen: &Screen,
    ground: &Response,
) -> Vec<Command> {
    let Some(pointer) = ui.ctx().pointer_latest_pos() else {
        return Vec::new();
    };
    let adds = ui.input(|i| i.modifiers.shift || i.modifiers.command);
    if ground.double_clicked() {
        eye.open_add_menu(pointer, screen.rect);
    } else if ground.clicked() && !adds && !state.selection.is_empty() {
        return vec![Command::Select(Vec::new())];
    } else if ground.drag_started_by(egui::PointerButton::Primary) {
        let from = ui.input(|i| i.pointer.press_origin()).unwrap_or(pointer);
        let base = if adds {
            state.selection.nodes.clone()
        } else {
            BTreeSet::new()
        };
        eye.gesture = Gesture::Select {
            from: screen.to_graph(from),
            base,
        };
    }
    Vec::new()
}

fn paint_gesture(ui: &Ui, state: &State, eye: &Eye, screen: &Screen, layouts: &[NodeLayout]) {
    let Some(pointer) = ui.ctx().pointer_latest_pos() else {
        return;
    };
    let theme = &state.theme;
    if let Some(area) = eye.gesture.selection_box(screen.to_graph(pointer)) {
        let rect = screen.rect_from_graph(area);
        let stroke = Stroke::new(1.0, theme.accent);
        ui.painter().rect(
            rect,
            2.0,
            Theme::fade(theme.accent, 0.08),
            stroke,
            StrokeKind::Inside,
        );
    }
    let Some(wire) = eye.gesture.wire() else {
        return;
    };
    let place = |end: &End| {
        let layout = layouts.iter().find(|layout| layout.key == end.node())?;
        let pin = match end {
            End::Output(source, _) => layout.output(&source.pin),
            End::Input(input, _) => layout.input(&input.slot),
        };
        pin.map(|pin| screen.from_graph(pin.pos))
    };
    let Some(fixed) = place(&wire.from) else {
        return;
    };
    let loose = wire.target.as_ref().and_then(place).unwrap_or(pointer);
    let color = theme.wire(wire.from.ty());
    let (from, to) = if matches!(wire.from, End::Output(..)) {
        (fixed, loose)
    } else {
        (loose, fixed)
    };
    Curve::new(from, to, screen.view.zoom).paint(
        ui.painter(),
        size::WIRE_SELECTED * screen.view.zoom.clamp(0.6, 1.6),
        color,
    );
    let draw = Draw {
        theme,
        scale: screen.view.zoom,
    };
    let look = PinLook {
        ty: Some(wire.from.ty()),
        wired: true,
        required: false,
        lit: false,
        strength: 1.0,
    };
    paint_pin(ui.painter(), &draw, loose, look);
    if let Some(words) = wire.refusal() {
        paint_badge(ui.painter(), theme, pointer, &words);
    }
}

/// Says what goes on an empty canvas.
fn paint_invitation(ui: &Ui, theme: &Theme, rect: Rect) {
    let draw = Draw { theme, scale: 1.0 };
    let center = rect.center();
    let line = |y: f32, words: &str, font, color| {
        let at = (center + vec2(0.0, y), Align2::CENTER_CENTER);
        draw.label(ui.painter(), at, words, (font, color), rect.width());
    };
    line(
        -12.0,
        "An empty graph",
        draw.strong(size::HEADING),
        theme.text,
    );
    line(
        12.0,
        "Double click or press Tab to add a node, or drop a graph or a picture here",
        draw.text(size::TEXT),
        theme.secondary,
    );
}
