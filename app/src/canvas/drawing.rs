//! What the eye keeps of how the graph is drawn and ordered: frames, notes and reroutes, the title
//! that is edited, menus and questions, and how each level was seen last.

use std::collections::BTreeMap;

use egui::{Pos2, Rect, Ui, pos2, vec2};
use egui_commonmark::CommonMarkCache;

use crate::app::State;
use crate::canvas::ask::{Ask, ask_ui};
use crate::canvas::breadcrumb::breadcrumb_ui;
use crate::canvas::gesture::{End, Gesture, Hand, PartDrag, WireDrag};
use crate::canvas::items::{Did, Items};
use crate::canvas::layout::NodeLayout;
use crate::canvas::menu::{Of, PartMenu, menu_ui};
use crate::canvas::minimap::Map;
use crate::canvas::naming::{Naming, naming_ui};
use crate::canvas::node::{Scene, Touched};
use crate::canvas::rim::{Rim, least_of_item, least_of_node};
use crate::canvas::view::{Screen, View, snap};
use crate::canvas::wiring::Wire;
use crate::canvas::{badge, frame, gesture, note, reroute};
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Item, Part};
use crate::document::DocumentId;

/// The size of an empty frame.
const EMPTY_FRAME: egui::Vec2 = vec2(360.0, 240.0);

/// What the canvas is asked for that needs to know where things lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrawingRequest {
    /// Lets a title or text be edited in its place.
    Name(Part),
    /// A frame around what is selected, or an empty one at the pointer.
    Frame,
    /// A note at the pointer.
    Note,
    /// Asks which pins and params a group shows.
    ChooseShown(String),
    /// Asks under which name a group is kept.
    NameKept(String),
    /// Asks which kept group is to be added.
    PickGroup,
    /// Asks which colour what is selected shall have.
    Color,
}

/// What the eye keeps of it.
#[derive(Default)]
pub struct Drawing {
    /// Frames, notes and reroutes.
    pub items: Items,
    /// The map in the corner.
    pub map: Map,
    /// The node under the pointer.
    pub hovered: Option<String>,
    naming: Option<Naming>,
    menu: Option<PartMenu>,
    ask: Option<Ask>,
    markdown: CommonMarkCache,
    shown: Option<(DocumentId, Vec<String>)>,
    /// How levels were seen when they were left.
    views: BTreeMap<Vec<String>, View>,
}

/// What came of what the pointer did.
#[derive(Default)]
pub struct Begun {
    /// What is to be done.
    pub commands: Vec<Command>,
    /// A gesture that begins.
    pub gesture: Option<Gesture>,
}

impl Drawing {
    /// Whether something of it has the keyboard.
    pub fn is_busy(&self) -> bool {
        self.naming.is_some() || self.menu.is_some() || self.ask.is_some()
    }

    /// Lets go of what is open.
    pub fn let_go(&mut self) {
        self.naming = None;
        self.menu = None;
        self.ask = None;
    }

    /// Follows the document to another level: it is seen as it was left. Says whether it has not
    /// been seen yet.
    pub fn follow_level(&mut self, state: &State, view: &mut View) -> bool {
        let document = &state.document;
        let now = (document.id(), document.level().to_vec());
        if self.shown.as_ref() == Some(&now) {
            return false;
        }
        let before = self.shown.replace(now);
        let Some((_, level)) = before.filter(|(id, _)| *id == document.id()) else {
            self.views.clear();
            return false;
        };
        self.views.insert(level, *view);
        self.let_go();
        match self.views.get(document.level()) {
            Some(seen) => {
                *view = *seen;
                false
            }
            None => true,
        }
    }

    /// Does what was asked.
    pub fn follow(
        &mut self,
        request: DrawingRequest,
        (ui, state): (&Ui, &State),
        (screen, layouts): (&Screen, &[NodeLayout]),
    ) -> Option<Command> {
        let middle = screen.rect.center();
        let pointer = ui.ctx().pointer_latest_pos();
        let pointer = pointer.filter(|pos| screen.rect.contains(*pos));
        let at = pointer.unwrap_or(middle - vec2(160.0, 120.0));
        match request {
            DrawingRequest::Name(part) => {
                self.naming = Naming::begin(layouts, &self.items, part);
                None
            }
            DrawingRequest::Frame => {
                let rect = self.framed(state, layouts).unwrap_or_else(|| {
                    let corner = on_grid(screen.to_graph(at));
                    [corner.x, corner.y, EMPTY_FRAME.x, EMPTY_FRAME.y]
                });
                Some(DrawingCommand::AddFrame(rect).into())
            }
            DrawingRequest::Note => {
                let corner = on_grid(screen.to_graph(at));
                let rect = [corner.x, corner.y, note::SIZE.x, note::SIZE.y];
                Some(DrawingCommand::AddNote(rect).into())
            }
            DrawingRequest::ChooseShown(key) => {
                self.ask = Some(Ask::shown(key, at));
                None
            }
            DrawingRequest::NameKept(key) => {
                let layout = layouts.iter().find(|layout| layout.key == key)?;
                self.ask = Some(Ask::name(key, layout.title.clone(), at));
                None
            }
            DrawingRequest::PickGroup => {
                self.ask = Some(Ask::pick(at, screen.to_graph(at)));
                None
            }
            DrawingRequest::Color => {
                self.ask = Some(Ask::color(at));
                None
            }
        }
    }

    /// The place of a frame around what is selected.
    fn framed(&self, state: &State, layouts: &[NodeLayout]) -> Option<[f32; 4]> {
        let selection = &state.selection;
        let nodes = layouts
            .iter()
            .filter(|layout| selection.nodes.contains(&layout.key))
            .map(|layout| layout.rect);
        let items = selection.items.iter();
        let items = items.filter_map(|item| self.items.rect(item));
        frame::around(nodes.chain(items))
    }

    /// Shows what lies behind nodes: frames.
    pub fn behind_ui(&mut self, ui: &Ui, scene: &Scene<'_>, hand: &Hand<'_>) -> Begun {
        let done = frame::frames_ui(ui, scene, &self.items);
        self.begun(done, hand)
    }

    /// Shows what lies on wires: reroutes.
    pub fn on_wires_ui(&mut self, ui: &Ui, scene: &Scene<'_>, hand: &Hand<'_>) -> Begun {
        let done = reroute::rings_ui(ui, scene, &self.items);
        self.begun(done, hand)
    }

    /// Shows what lies on nodes: the badges of hidden wires, notes, and the title that is edited.
    pub fn above_ui(&mut self, ui: &mut Ui, scene: &Scene<'_>, hand: &Hand<'_>) -> Begun {
        let badges = badge::badges_ui(ui, scene, hand.wiring, hand.layouts);
        let edited = self.naming.as_ref().and_then(Naming::note);
        let markdown = &mut self.markdown;
        let done = note::notes_ui(ui, scene, &self.items, markdown, edited);
        let mut begun = self.begun(done, hand);
        begun.commands.extend(badges);
        let parts = (hand.layouts, &self.items);
        let named = naming_ui(ui, scene.state, &mut self.naming, &scene.screen, parts);
        begun.commands.extend(named);
        begun
    }

    /// Shows what floats over the canvas: the way into the open group, menus, questions.
    pub fn over_ui(
        &mut self,
        ui: &Ui,
        state: &State,
        canvas: Rect,
        layouts: &[NodeLayout],
    ) -> Vec<Command> {
        let crumbs = breadcrumb_ui(ui, state, canvas);
        let chosen = menu_ui(ui, state, &mut self.menu, layouts);
        let answered = ask_ui(ui, state, &mut self.ask);
        crumbs.into_iter().chain(chosen).chain(answered).collect()
    }

    /// What the pointer did to a node, as far as its look is concerned.
    pub fn node_touched(
        &mut self,
        touched: &Touched,
        layout: &NodeLayout,
        hand: &Hand<'_>,
    ) -> Begun {
        let part = Part::Node(layout.key.clone());
        let mut begun = Begun::default();
        if let Some(rim) = touched.rim {
            let size = (layout.rect, least_of_node(layout));
            begun.gesture = Some(rim_drag(hand, part, rim, size));
        } else if touched.renames {
            self.naming = Naming::begin(hand.layouts, &self.items, part);
        } else if touched.wants_menu {
            begun.commands.extend(self.open_menu(hand, part));
        }
        begun
    }

    fn begun(&mut self, done: Vec<(Item, Did)>, hand: &Hand<'_>) -> Begun {
        let mut begun = Begun::default();
        for (item, did) in done {
            let part = Part::Item(item.clone());
            match did {
                Did::Pressed => {
                    let select = gesture::select_pressed(hand, part);
                    begun.commands = select.into_iter().collect();
                }
                Did::Dragged => begun.gesture = Some(self.part_drag(hand, &part)),
                Did::Rim(rim) => {
                    let size = self.items.rect(&item).zip(least_of_item(&item));
                    begun.gesture = size.map(|size| rim_drag(hand, part, rim, size));
                }
                Did::Opened => self.naming = Naming::begin(hand.layouts, &self.items, part),
                Did::WantsMenu => begun.commands = self.open_menu(hand, part),
                Did::Wire => begun.gesture = self.wire_drag(hand.state, &item),
            }
        }
        begun
    }

    fn part_drag(&self, hand: &Hand<'_>, part: &Part) -> Gesture {
        let at = hand.press_origin();
        let parts = (hand.layouts, &self.items);
        Gesture::Part(PartDrag::begin(hand.state, parts, part, at))
    }

    /// Another wire from where a reroute's wires start.
    fn wire_drag(&self, state: &State, item: &Item) -> Option<Gesture> {
        let Item::Reroute(key) = item else {
            return None;
        };
        let ring = self.items.ring(key)?;
        let (source, ty) = ring.source.clone()?;
        let mut drag = WireDrag::begin(state, End::Output(source, ty?));
        drag.through = Some((key.clone(), ring.pos));
        Some(Gesture::Wire(drag))
    }

    /// Opens the menu of the wire there, which is then selected, or of the empty canvas.
    pub fn open_ground_menu(&mut self, at: Pos2, wire: Option<&Wire>) -> Option<Command> {
        let (of, select) = match wire {
            Some(wire) => (Of::Wire, Some(Command::SelectWire(wire.input.clone()))),
            None => (Of::Ground, None),
        };
        self.menu = Some(PartMenu { of, at });
        select
    }

    /// Opens the menu of a part; what is not selected is selected alone.
    fn open_menu(&mut self, hand: &Hand<'_>, part: Part) -> Vec<Command> {
        let at = hand.ui.ctx().pointer_latest_pos();
        let is_selected = hand.state.selection.holds(&part);
        let select = (!is_selected).then(|| gesture::select([part.clone()]));
        self.menu = at.map(|at| PartMenu {
            of: Of::Part(part),
            at,
        });
        select.into_iter().collect()
    }
}

fn rim_drag(hand: &Hand<'_>, part: Part, rim: Rim, size: (Rect, egui::Vec2)) -> Gesture {
    Gesture::Part(PartDrag::begin_rim(part, rim, size, hand.press_origin()))
}

fn on_grid(pos: Pos2) -> Pos2 {
    pos2(snap(pos.x), snap(pos.y))
}
