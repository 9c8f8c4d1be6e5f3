//! The canvas: our own drawing of the document. It keeps only what belongs to the eye (pan, zoom,
//! a gesture under way) and returns commands; the graph itself is the truth.

pub mod add_menu;
pub mod arrange;
pub mod ask;
pub mod badge;
pub mod breadcrumb;
pub mod connect;
pub mod drawing;
pub mod flow;
pub mod frame;
pub mod gesture;
pub mod ground;
pub mod items;
pub mod keyboard;
pub mod layout;
pub mod menu;
pub mod minimap;
pub mod naming;
pub mod navigate;
pub mod node;
pub mod note;
mod nudge;
pub mod picker;
pub mod request;
pub mod reroute;
pub mod rim;
pub mod search;
pub mod swatches;
pub mod view;
pub mod wire;
pub mod wiring;

use egui::{Id, Modifiers, PointerButton, Rect, Response, Role, Sense, Ui, WidgetInfo};

pub use self::request::Request;
use crate::app::State;
use crate::canvas::add_menu::{AddMenu, Cause};
use crate::canvas::connect::Connect;
use crate::canvas::drawing::Drawing;
use crate::canvas::gesture::{Bend, BoxSelect, Gesture, Hand, Knife, MoveDrag, PartDrag, WireDrag};
use crate::canvas::ground::Ground;
use crate::canvas::items::NoteBox;
use crate::canvas::layout::{MadeFrom, NodeLayout, OVERHANG};
use crate::canvas::navigate::{AutoPan, navigate};
use crate::canvas::node::{Scene, Touched, node_ui};
use crate::canvas::view::{Screen, View};
use crate::canvas::wiring::{Wiring, paint::wires_ui};
use crate::command::Command;
use crate::command::drawing::Part;
use crate::settings::Navigation;
use crate::widgets::Draw;

/// How near to a wire the pointer is on it, in screen points.
const WIRE_REACH: f32 = 6.0;

/// What the eye sees and the hand is doing.
#[derive(Default)]
pub struct Eye {
    /// Pan and zoom.
    view: View,
    gesture: Gesture,
    auto_pan: AutoPan,
    add_menu: Option<AddMenu>,
    connect: Option<Connect>,
    drawing: Drawing,
    requests: Vec<Request>,
    layouts: Vec<NodeLayout>,
    wiring: Wiring,
    ground: Ground,
    /// What the layouts were made from.
    made_from: MadeFrom,
    /// The layouts that are seen, in the order in which they are drawn.
    order: Vec<usize>,
}

impl Eye {
    /// Another document is shown.
    pub fn reset(&mut self) {
        *self = Self {
            requests: vec![Request::FitAll],
            ..Self::default()
        };
    }

    /// Another document is shown, as it was seen last.
    pub fn look(&mut self, view: View) {
        *self = Self {
            view,
            ..Self::default()
        };
    }

    /// The part of the graph that is seen.
    pub fn view(&self) -> View {
        self.view
    }

    /// The zoom: 1 is 100 %.
    pub fn zoom(&self) -> f32 {
        self.view.zoom
    }

    /// Whether a gesture or a list has the keyboard.
    pub fn is_busy(&self) -> bool {
        self.add_menu.is_some()
            || self.connect.is_some()
            || self.drawing.is_busy()
            || !matches!(self.gesture, Gesture::None)
    }

    /// Lets go of a gesture and closes what is open.
    pub fn let_go(&mut self) {
        self.gesture = Gesture::None;
        self.add_menu = None;
        self.connect = None;
        self.drawing.let_go();
    }

    /// Works out anew what has changed since the last frame.
    fn follow_document(&mut self, ui: &Ui, state: &State) {
        if self.drawing.follow_level(state, &mut self.view) {
            self.gesture = Gesture::None;
            self.requests.push(Request::FitAll);
        }
        let revision = self.made_from;
        if layout::update(&mut self.layouts, &mut self.made_from, ui, state)
            || revision != self.made_from
        {
            self.wiring.update(state, &self.layouts);
            self.drawing.items.update(state, &self.wiring);
        }
    }

    /// Moves the view while something is dragged at the rim.
    fn follow_rim(&mut self, ui: &Ui, rect: Rect) {
        match (&self.gesture, ui.ctx().pointer_latest_pos()) {
            (Gesture::None | Gesture::TakenBack, _) | (_, None) => {
                self.auto_pan = AutoPan::default();
            }
            (_, Some(pointer)) => {
                self.auto_pan.follow(&mut self.view, ui, rect, pointer);
            }
        }
    }

    /// What is drawn, and in which order: selected nodes lie above others.
    fn sort_seen(&mut self, state: &State, screen: &Screen) {
        let seen = screen.seen();
        let is_seen = |layout: &NodeLayout| layout.rect.expand2(OVERHANG).intersects(seen);
        let layouts = self.layouts.iter().enumerate();
        self.order.clear();
        self.order.extend(
            layouts
                .filter(|(_, layout)| is_seen(layout))
                .map(|(i, _)| i),
        );
        let selected = &state.selection.nodes;
        if !selected.is_empty() {
            let layouts = &self.layouts;
            self.order
                .sort_by_key(|i| selected.contains(&layouts[*i].key));
        }
    }
}

/// The ground on which everything lies: it has the keyboard when the canvas as a whole has.
pub fn ground_id() -> Id {
    Id::unique("canvas")
}

/// Shows the canvas in all the room that is left.
pub fn canvas_ui(ui: &mut Ui, state: &State, eye: &mut Eye) -> Vec<Command> {
    let rect = ui.available_rect_before_wrap();
    ui.set_clip_rect(rect.intersect(ui.clip_rect()));
    let ground = ui.interact(rect, ground_id(), Sense::click_and_drag());
    ground.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "canvas"));
    ui.advance_cursor_after_rect(rect);

    eye.follow_document(ui, state);
    let mut commands = eye.follow_requests(ui, state, rect);
    let is_panning = navigate(&mut eye.view, ui, rect, state.settings.navigation);
    let is_taken = is_panning || eye.gesture.owns_buttons();
    eye.follow_rim(ui, rect);
    let screen = Screen {
        rect,
        view: eye.view,
    };
    eye.sort_seen(state, &screen);
    eye.ground.paint(ui, &state.theme, &screen);

    commands.extend(graph_ui(ui, state, eye, (screen, is_taken)));
    if !is_taken {
        commands.extend(ground_ui(ui, state, eye, &screen, &ground));
    }
    commands.extend(gesture_ui(ui, state, eye, screen));
    if state.document.graph().nodes.is_empty() {
        ground::paint_invitation(ui, &state.theme, rect);
    }
    if is_panning {
        // On top of all, so that no widget takes the drag.
        ui.interact(rect, Id::unique("canvas pan"), Sense::click_and_drag());
    }
    commands.extend(over_ui(ui, state, eye, screen));
    commands
}

/// Shows the graph: frames, wires, nodes, notes, one above the other.
fn graph_ui(
    ui: &mut Ui,
    state: &State,
    eye: &mut Eye,
    (screen, is_panning): (Screen, bool),
) -> Vec<Command> {
    // Another view of the same place, for those who draw nothing.
    let below = ui.new_child(egui::UiBuilder::new().max_rect(screen.rect));
    let hand = Hand {
        ui: &below,
        state,
        layouts: &eye.layouts,
        wiring: &eye.wiring,
        screen,
    };
    let scene = Scene {
        state,
        screen,
        draw: Draw {
            theme: &state.theme,
            scale: screen.view.zoom,
        },
        wire: eye.gesture.wire(),
        is_panning,
    };
    let drawing = &mut eye.drawing;
    let behind = drawing.behind_ui(ui, &scene, &hand);
    wires_ui(
        ui,
        &scene,
        hand.wiring,
        &eye.gesture,
        drawing.hovered.as_deref(),
    );
    let on_wires = drawing.on_wires_ui(ui, &scene, &hand);
    let mut commands = [behind.commands, on_wires.commands].concat();
    let mut begun = behind.gesture.or(on_wires.gesture);

    let (mut pin, mut hovered) = (None, None);
    for layout in eye.order.iter().map(|i| &hand.layouts[*i]) {
        let Some(node) = state.document.graph().nodes.get(&layout.key) else {
            continue;
        };
        let mut touched = node_ui(ui, &scene, layout, node);
        commands.append(&mut touched.commands);
        pin = touched.hovered.clone().or(pin);
        if touched.is_hovered {
            hovered = Some(layout.key.clone());
        }
        let looked = drawing.node_touched(&touched, layout, &hand);
        commands.extend(looked.commands);
        let gesture = begun_at_node(&hand, drawing, touched, layout);
        begun = gesture.or(looked.gesture).or(begun);
    }
    drawing.hovered = hovered;
    let above = drawing.above_ui(ui, &scene, &hand);
    commands.extend(above.commands);
    if !is_panning {
        let notes = &drawing.items.notes;
        commands.extend(match &pin {
            Some(pin) => gesture::cut_pressed(&hand, pin),
            None => select_by_press(&hand, &eye.order, notes),
        });
    }
    if let Some(gesture) = above.gesture.or(begun) {
        // What a gesture before has left open is another step.
        commands.push(Command::EndGesture);
        eye.gesture = copying(&hand, gesture);
    }
    commands
}

/// With Alt, copies are dragged, but for where Alt pans.
fn copying(hand: &Hand<'_>, gesture: Gesture) -> Gesture {
    let alt = hand.ui.input(|i| i.modifiers.alt);
    let alt_pans = hand.state.settings.navigation == Navigation::Nuke;
    match gesture {
        Gesture::Part(drag) if alt && !alt_pans && drag.moves() => {
            Gesture::Move(MoveDrag::copies_of(drag))
        }
        other => other,
    }
}

/// The gesture that begins at a node, but for those of its rims.
fn begun_at_node(
    hand: &Hand<'_>,
    drawing: &Drawing,
    touched: Touched,
    layout: &NodeLayout,
) -> Option<Gesture> {
    let modifiers = hand.ui.input(|i| i.modifiers);
    if let Some(pin) = touched.pin {
        return Some(Gesture::Wire(if modifiers.shift {
            WireDrag::begin_bundle(hand.state, hand.layouts, pin)
        } else {
            WireDrag::begin(hand.state, pin)
        }));
    }
    if !touched.dragged || touched.rim.is_some() {
        return None;
    }
    let part = Part::Node(layout.key.clone());
    let parts = (hand.layouts, &drawing.items);
    let at = hand.press_origin();
    Some(if modifiers.alt {
        Gesture::Part(PartDrag::begin_copies(hand.state, parts, &part, at))
    } else {
        Gesture::Move(MoveDrag::begin(hand.state, parts, &part, at))
    })
}

/// A press on a node selects it, whatever of it was pressed, so that the inspector shows it. Notes
/// and the map lie above nodes.
fn select_by_press(hand: &Hand<'_>, order: &[usize], notes: &[NoteBox]) -> Option<Command> {
    let ui = hand.ui;
    let is_pressed = ui.input(|i| i.pointer.primary_pressed());
    let pointer = ui.ctx().pointer_latest_pos().filter(|_| is_pressed)?;
    let map = ui.ctx().read_response(minimap::id());
    let is_on_map = map.is_some_and(|map| map.rect.contains(pointer));
    let is_here =
        hand.screen.rect.contains(pointer) && ui.ctx().layer_id_at(pointer) == Some(ui.layer_id());
    let pos = hand.screen.to_graph(pointer);
    if !is_here || is_on_map || notes.iter().any(|note| note.rect.contains(pos)) {
        return None;
    }
    let mut above = order.iter().rev().map(|i| &hand.layouts[*i]);
    let key = &above.find(|layout| layout.rect.contains(pos))?.key;
    gesture::select_pressed(hand, Part::Node(key.clone()))
}

/// The empty canvas: a click selects nothing or does something with a wire, a drag draws a box or
/// bends a wire, a double click opens the add menu, and Ctrl with the secondary button draws the
/// knife.
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
    let (modifiers, origin, wants_knife) = ui.input(|i| {
        let held = i.modifiers.ctrl || i.modifiers.command;
        let pressed = i.pointer.secondary_pressed();
        (i.modifiers, i.pointer.press_origin(), held && pressed)
    });
    let from = screen.to_graph(origin.unwrap_or(pointer));
    let reach = WIRE_REACH / screen.view.zoom;
    let is_free = matches!(eye.gesture, Gesture::None);
    let is_here =
        screen.rect.contains(pointer) && ui.ctx().layer_id_at(pointer) == Some(ui.layer_id());
    if wants_knife && is_here && is_free {
        eye.gesture = Gesture::Knife(Knife::begin(from));
    } else if ground.secondary_clicked() && is_free {
        let wire = eye.wiring.near(screen.to_graph(pointer), reach);
        return Vec::from_iter(eye.drawing.open_ground_menu(pointer, wire));
    } else if ground.clicked() {
        let pos = screen.to_graph(pointer);
        let (adds, is_double) = (
            modifiers.shift || modifiers.command,
            ground.double_clicked(),
        );
        match eye.wiring.near(pos, reach) {
            Some(wire) => {
                let hand = Hand {
                    ui,
                    state,
                    layouts: &eye.layouts,
                    wiring: &eye.wiring,
                    screen: *screen,
                };
                return vec![gesture::wire_clicked(&hand, wire, pos, is_double)];
            }
            None if is_double => {
                eye.open_add_menu(state, (pointer, screen.rect), String::new());
            }
            None if !adds && !state.selection.is_empty() => return vec![gesture::select([])],
            None => {}
        }
    } else if ground.drag_started_by(PointerButton::Primary) && is_free {
        let wire = eye.wiring.near(from, reach);
        eye.gesture = match wire.filter(|_| modifiers == Modifiers::NONE) {
            Some(wire) => Gesture::Bend(Bend::begin(wire, from)),
            None => Gesture::Select(BoxSelect::begin(state, from, modifiers)),
        };
    }
    Vec::new()
}

/// Goes on with the gesture under way.
fn gesture_ui(ui: &Ui, state: &State, eye: &mut Eye, screen: Screen) -> Vec<Command> {
    let hand = Hand {
        ui,
        state,
        layouts: &eye.layouts,
        wiring: &eye.wiring,
        screen,
    };
    let outcome = eye.gesture.update(&hand, &eye.drawing.items);
    gesture::paint::paint(&hand, &eye.drawing.items, &eye.gesture);
    let dropped = eye.add_menu.as_ref().and_then(AddMenu::wire);
    let dropped = dropped.or_else(|| eye.connect.as_ref().and_then(Connect::wire));
    if let Some((end, at)) = dropped
        && let Some(fixed) = end.pos(hand.layouts)
    {
        let [fixed, loose] = [fixed, at].map(|pos| screen.from_graph(pos));
        gesture::paint::paint_loose(&hand, end, fixed, loose);
    }
    if let Some((end, pointer)) = outcome.choose.zip(ui.ctx().pointer_latest_pos()) {
        let cause = Cause::Wire(end, screen.to_graph(pointer));
        let catalog = state.document.catalog();
        eye.add_menu = Some(AddMenu::open(catalog, pointer, cause, String::new()));
    }
    if let Some((wire, pointer)) = outcome.pick.zip(ui.ctx().pointer_latest_pos()) {
        let at = screen.to_graph(pointer);
        eye.connect = Some(Connect::dropped(pointer, wire, at));
    }
    outcome.commands
}

/// Shows what floats over the canvas: map, lists, menus.
fn over_ui(ui: &Ui, state: &State, eye: &mut Eye, screen: Screen) -> Vec<Command> {
    let rect = screen.rect;
    let Eye {
        drawing,
        layouts,
        view,
        ..
    } = eye;
    let map = (&mut drawing.map, view);
    let mut commands =
        minimap::minimap_ui(ui, state, map, rect, (layouts.as_slice(), &drawing.items));
    if !eye.is_busy() && keyboard::is_free(ui, state) {
        let pressed = keyboard::pressed(ui, state, &eye.layouts, &screen);
        commands.extend(pressed.commands);
        if !pressed.typed.is_empty() {
            let at = request::list_place(ui, rect);
            eye.open_add_menu(state, (at, rect), pressed.typed);
        }
    }
    commands.extend(eye.drawing.over_ui(ui, state, rect, &eye.layouts));
    commands.extend(add_menu::add_menu_ui(ui, state, &mut eye.add_menu));
    let connected = connect::connect_ui(ui, state, (&eye.layouts, &eye.wiring), &mut eye.connect);
    commands.extend(connected);
    commands
}
