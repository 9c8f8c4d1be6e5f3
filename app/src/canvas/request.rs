//! What the canvas is asked for by commands that need to know where things lie.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Ui, vec2};

use super::{Eye, drawing::DrawingRequest};
use crate::app::State;
use crate::canvas::add_menu::{AddMenu, Cause};
use crate::canvas::arrange::arrange;
use crate::canvas::connect::Connect;
use crate::canvas::gesture::{Bend, contents};
use crate::canvas::layout::{NodeLayout, bounds};
use crate::canvas::view::Screen;
use crate::command::Command;
use crate::command::drawing::{Part, Way};
use crate::command::graph::Arrange;
use crate::panels::Side;
use crate::widgets::param::{Field, Place};

/// Between a node and one that is added beside it.
const BESIDE: f32 = 64.0;
/// From the middle to where a list opens when the pointer is elsewhere.
const LIST: egui::Vec2 = vec2(160.0, 120.0);

/// What the canvas is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The whole graph.
    FitAll,
    /// What is selected.
    FitSelection,
    /// 100 %.
    ActualSize,
    /// Closer by so many steps; less than 0 is away.
    ZoomBy(i8),
    /// A node in the middle.
    Show(String),
    /// A node, brought into view by the shortest way.
    Reveal(String),
    /// The add menu at the pointer.
    AddMenu,
    /// The list of the selected node's pins.
    Connect,
    /// The keyboard for the first field of the selected node.
    EditValues,
    /// Order among the selected nodes.
    Arrange(Arrange),
    /// The list of the selected node's outputs that have wires.
    MoveWires,
    /// The list of wires into which the selected node fits.
    Insert,
    /// The list of what else can be selected.
    SelectOther,
    /// What is selected a step further.
    Nudge(Way),
    /// What is selected a step larger or smaller.
    Grow(Way),
    /// A reroute in the selected wire.
    Reroute,
    /// Something about frames, notes, titles and groups.
    Drawing(DrawingRequest),
}

impl Eye {
    /// Asks for something that needs to know where nodes lie.
    pub fn request(&mut self, request: Request) {
        self.requests.push(request);
    }

    /// What is selected, with all that lies in the frames among it.
    pub fn selected_with_content(&self, state: &State) -> BTreeSet<Part> {
        let parts: BTreeSet<Part> = state.selection.parts().collect();
        let content = contents(state.document.graph(), &self.layouts, &parts);
        parts.into_iter().chain(content).collect()
    }

    /// Does what was asked for since the last frame.
    pub(super) fn follow_requests(&mut self, ui: &Ui, state: &State, rect: Rect) -> Vec<Command> {
        let requests = std::mem::take(&mut self.requests);
        requests
            .into_iter()
            .filter_map(|request| self.follow(request, (ui, state), rect))
            .collect()
    }

    fn follow(
        &mut self,
        request: Request,
        (ui, state): (&Ui, &State),
        rect: Rect,
    ) -> Option<Command> {
        let size = rect.size();
        match request {
            Request::FitAll => {
                let all = bounds(self.layouts.iter()).union(self.drawing.items.bounds());
                self.view.fit(all, size);
            }
            Request::FitSelection => self.view.fit(self.selected(state), size),
            Request::ActualSize => self.view.actual_size(size),
            Request::ZoomBy(steps) => self.view.zoom_by(f32::from(steps), size),
            Request::Show(key) => {
                if let Some(node) = self.layout(&key).map(|layout| layout.rect) {
                    self.view.center_on(node.center(), size);
                }
            }
            Request::Reveal(key) => {
                if let Some(node) = self.layout(&key).map(|layout| layout.rect) {
                    self.view.reveal(node, size);
                }
            }
            Request::AddMenu => {
                let at = list_place(ui, rect);
                self.open_add_menu(state, (at, rect), String::new());
            }
            Request::Connect => self.open_connect(ui, state, rect, Connect::open),
            Request::MoveWires => self.open_connect(ui, state, rect, Connect::bundles),
            Request::Insert => self.open_connect(ui, state, rect, Connect::into_wire),
            Request::SelectOther => {
                self.connect = Some(Connect::anything(list_place(ui, rect)));
            }
            Request::Nudge(way) => return self.nudge(state, way),
            Request::Grow(way) => return self.grow(state, way),
            Request::EditValues => self.edit_values(ui, state),
            Request::Arrange(by) => return arrange(state, &self.layouts, &self.wiring, by),
            Request::Reroute => {
                let selected = state.selection.wire.as_ref()?;
                return Bend::half_way(self.wiring.at(selected)?);
            }
            Request::Drawing(request) => {
                let screen = Screen {
                    rect,
                    view: self.view,
                };
                let canvas = (&screen, self.layouts.as_slice());
                return self.drawing.follow(request, (ui, state), canvas);
            }
        }
        None
    }

    /// Opens the add menu at a place on the screen; `search` is what was typed already.
    pub(super) fn open_add_menu(
        &mut self,
        state: &State,
        (at, rect): (Pos2, Rect),
        search: String,
    ) {
        let screen = Screen {
            rect,
            view: self.view,
        };
        let place = screen.to_graph(at);
        let selected = state.inspected().and_then(|key| self.layout(key));
        let cause = match selected {
            Some(layout) => Cause::Beside {
                place,
                node: layout.key.clone(),
                beside: layout.rect.right_top() + vec2(BESIDE, 0.0),
            },
            None => Cause::Place(place),
        };
        self.add_menu = Some(AddMenu::open(state.document.catalog(), at, cause, search));
    }

    /// Opens a list about the selected node's wires.
    fn open_connect(
        &mut self,
        ui: &Ui,
        state: &State,
        rect: Rect,
        open: impl FnOnce(Pos2, String) -> Connect,
    ) {
        let at = list_place(ui, rect);
        let node = state.inspected().map(str::to_owned);
        self.connect = node.map(|node| open(at, node));
    }

    pub(super) fn layout(&self, key: &str) -> Option<&NodeLayout> {
        self.layouts.iter().find(|layout| layout.key == key)
    }

    /// The rectangle around what is selected.
    fn selected(&self, state: &State) -> Rect {
        let selection = &state.selection;
        let nodes = self
            .layouts
            .iter()
            .filter(|layout| selection.nodes.contains(&layout.key));
        let items = selection.items.iter();
        items
            .filter_map(|item| self.drawing.items.rect(item))
            .fold(bounds(nodes), |all, rect| all.union(rect))
    }

    /// Gives the keyboard to the first field of the only node selected: in the inspector, if that
    /// is there.
    fn edit_values(&self, ui: &Ui, state: &State) {
        let key = state.inspected();
        let Some((key, node)) = key.and_then(|key| state.document.graph().nodes.get_key_value(key))
        else {
            return;
        };
        let Some(first) = self.layout(key).and_then(|layout| layout.params.first()) else {
            return;
        };
        let field = Field {
            key,
            node,
            param: &first.name,
            spec: first.spec,
            place: if Side::Inspector.is_shown(ui.ctx(), state) {
                Place::Inspector
            } else {
                Place::Node
            },
        };
        ui.memory_mut(|memory| memory.request_focus(field.id()));
    }
}

/// Where a list opens: at the pointer, or near the middle.
pub(super) fn list_place(ui: &Ui, rect: Rect) -> Pos2 {
    let pointer = ui.ctx().pointer_latest_pos();
    pointer
        .filter(|pos| rect.contains(*pos))
        .unwrap_or(rect.center() - LIST)
}
