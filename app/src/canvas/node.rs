//! A node as it is drawn: header, pins, fields, picture, state. It returns what the pointer did
//! to it, and the commands of its widgets.
//!
//! `body.rs` draws the box and the header, `content.rs` what is in it, `pins.rs` its pins, and
//! `far.rs` all of it from afar; `words.rs` tells it to those who do not look.

mod body;
mod content;
mod far;
mod pins;
pub mod run_state;
mod words;

use std::borrow::Cow;

use egui::{Id, PointerButton, Rect, Response, Role, Sense, Ui, WidgetInfo};
use pyrograph_engine::graph::{Mode, Node};

pub use self::words::secs_text;
use crate::app::State;
use crate::canvas::gesture::{End, WireDrag};
use crate::canvas::layout::{Is, NodeLayout};
use crate::canvas::rim::{Rim, Rims, rim_ui};
use crate::canvas::view::{DETAIL_FROM, Screen};
use crate::command::Command;
use crate::command::drawing::DrawingCommand;
use crate::jobs::NodeState;
use crate::theme::size;
use crate::widgets::Draw;

/// How much is seen of a node that takes no part in runs.
const MUTED: f32 = 0.45;
/// How much is seen of a node that wires pass through.
const BYPASSED: f32 = 0.7;

/// What the canvas knows when it draws a node.
pub struct Scene<'a> {
    /// The window's state.
    pub state: &'a State,
    /// Where things are seen.
    pub screen: Screen,
    /// Colours and scale.
    pub draw: Draw<'a>,
    /// The wire that is dragged, if one is.
    pub wire: Option<&'a WireDrag>,
    /// Whether the pointer pans, and does nothing else.
    pub is_panning: bool,
}

impl Scene<'_> {
    /// What the last run came to at a node.
    pub fn run_state(&self, layout: &NodeLayout) -> Option<Cow<'_, NodeState>> {
        run_state::of(&self.state.jobs, &layout.full_key, layout.is)
    }
}

/// What the pointer did to a node.
#[derive(Default)]
pub struct Touched {
    /// What its widgets want.
    pub commands: Vec<Command>,
    /// Its body began to be dragged.
    pub dragged: bool,
    /// A rim of it began to be dragged.
    pub rim: Option<Rim>,
    /// Its title was double clicked.
    pub renames: bool,
    /// It was clicked with the secondary button.
    pub wants_menu: bool,
    /// A pin from which a wire began to be dragged.
    pub pin: Option<End>,
    /// The pin under the pointer.
    pub hovered: Option<End>,
    /// Whether the pointer is over it.
    pub is_hovered: bool,
}

/// What is told of a node by its border and header.
struct Told<'a> {
    run: Option<Cow<'a, NodeState>>,
    is_selected: bool,
    is_busy: bool,
    has_error: bool,
    /// Whether the wire that is dragged would go to one of its pins, which is then chosen.
    is_offered: bool,
}

/// Shows a node.
pub fn node_ui(ui: &mut Ui, scene: &Scene<'_>, layout: &NodeLayout, node: &Node) -> Touched {
    let rect = scene.screen.rect_from_graph(layout.rect);
    let run = scene.run_state(layout);
    let told = Told {
        is_selected: scene.state.selection.nodes.contains(&layout.key),
        is_busy: run.as_deref().is_some_and(NodeState::is_busy),
        has_error: matches!(run.as_deref(), Some(NodeState::Failed(_)))
            || scene.state.has_error(&layout.full_key),
        is_offered: scene.wire.is_some_and(|wire| wire.offers(&layout.key)),
        run,
    };
    let response = ui.interact(rect, layout.id, Sense::click_and_drag());
    response.widget_info(|| {
        let name = format!("{} node", layout.key);
        WidgetInfo {
            current_text_value: words::of_state(scene, layout, &told),
            ..WidgetInfo::selected(Role::Group, true, told.is_selected, name)
        }
    });
    ui.ctx().accesskit_node_builder(layout.id, |node| {
        node.set_description(words::of_look(layout));
    });
    let mut touched = body_touched(ui, scene, layout, &response);

    if layout.mode == Mode::Muted {
        // Faint, but nothing shows through it.
        let corner = scene.draw.corner(size::NODE_CORNER);
        ui.painter()
            .rect_filled(rect, corner, scene.draw.theme.canvas);
    }
    let opacity = ui.opacity();
    ui.multiply_opacity(match layout.mode {
        Mode::Active => 1.0,
        Mode::Muted => MUTED,
        Mode::Bypassed => BYPASSED,
    });
    if scene.screen.view.zoom >= DETAIL_FROM {
        near_ui(ui, scene, (layout, node), &told, &mut touched);
        doc_ui(ui, scene, layout, response);
    } else {
        far::far_ui(ui, scene, layout, &told, &mut touched);
    }
    ui.set_opacity(opacity);
    touched
}

fn near_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    (layout, node): (&NodeLayout, &Node),
    told: &Told<'_>,
    touched: &mut Touched,
) {
    body::paint(ui.painter(), scene, layout, told);
    let mut commands = Vec::new();
    for place in &layout.params {
        commands.extend(content::field_ui(ui, scene, (layout, node), place));
    }
    content::failure_ui(ui, scene, layout, told, &mut commands);
    content::picture_ui(ui, scene, layout, told, &mut commands);
    touched.commands.extend(commands);
    if !scene.is_panning && scene.wire.is_none() && !layout.is_collapsed {
        let rect = scene.screen.rect_from_graph(layout.rect);
        touched.rim = rim_ui(ui, rect, Rims::Right, layout.id);
    }
    pins::pins_ui(ui, scene, layout, touched);
}

/// What was done to the body, or to the header's title.
fn body_touched(ui: &Ui, scene: &Scene<'_>, layout: &NodeLayout, response: &Response) -> Touched {
    let mut touched = Touched {
        is_hovered: response.contains_pointer(),
        ..Touched::default()
    };
    if scene.is_panning || !touched.is_hovered {
        return touched;
    }
    touched.dragged = response.drag_started_by(PointerButton::Primary);
    // Over its fields too, which have no use for that button.
    touched.wants_menu = ui.input(|i| i.pointer.secondary_clicked());
    if response.double_clicked() {
        let header = scene.screen.rect_from_graph(layout.header());
        // Of a collapsed group there is nothing but the header to open it by.
        let is_closed_group = layout.is == Is::Group && layout.is_collapsed;
        touched.renames = ui.rect_contains_pointer(header) && !is_closed_group;
        if !touched.renames && layout.is == Is::Group {
            let open = DrawingCommand::Open(layout.key.clone());
            touched.commands.push(open.into());
        }
    }
    touched
}

/// The kind's own words, over the header.
fn doc_ui(ui: &Ui, scene: &Scene<'_>, layout: &NodeLayout, response: Response) {
    let Some(spec) = layout.spec else { return };
    let header = scene.screen.rect_from_graph(layout.header());
    if response.hovered() && scene.wire.is_none() && ui.rect_contains_pointer(header) {
        response.on_hover_text(spec.doc);
    }
}

/// The id of a part of a node.
fn part_id(layout: &NodeLayout, part: &str) -> Id {
    layout.id.with(part)
}

/// A rectangle of the graph on the screen, if any of it is seen.
fn seen(ui: &Ui, scene: &Scene<'_>, rect_in_graph: Rect) -> Option<Rect> {
    let rect = scene.screen.rect_from_graph(rect_in_graph);
    ui.is_rect_visible(rect).then_some(rect)
}
