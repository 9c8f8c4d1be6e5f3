//! How large a node is and where its parts lie, in points of the graph. Independent of the zoom,
//! so wires and neighbours stay where they are while one zooms.
//!
//! `cache.rs` keeps layouts and makes those anew whose nodes have changed; `parts.rs` lays out what
//! a node consists of.

mod cache;
pub(crate) mod parts;

use egui::epaint::text::FontsView;
use egui::{Id, Pos2, Rect, Vec2, pos2, vec2};
use pyrograph_engine::graph::shape::Shape;
use pyrograph_engine::graph::view::Look;
use pyrograph_engine::graph::{Mode, Node};
use pyrograph_engine::node::{NodeSpec, ParamKind, ParamSpec, Type};

pub use self::cache::{MadeFrom, update};
use self::parts::Parts;
use crate::app::State;
use crate::canvas::node::run_state;
use crate::jobs::NodeState;
use crate::theme::tint::Tint;
use crate::theme::{font, size};

/// Nodes with short fields, with many fields or pictures, and with texts.
const WIDTHS: [f32; 3] = [200.0, 232.0, 252.0];
/// What content makes a node grow to.
const MAX_WIDTH: f32 = 260.0;
/// What people can make a node shrink to.
pub const MIN_WIDTH: f32 = 160.0;
/// How far a node's shadow and pins reach over its rectangle.
pub const OVERHANG: Vec2 = Vec2::splat(24.0);
/// From one pin of a collapsed node to the next.
pub const FOLDED_ROW: f32 = 12.0;
/// Above and below the pins of a collapsed node together.
const FOLDED_PAD: f32 = 6.0;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// Of a kind that the catalogue has.
    Kind,
    /// A group that can be opened.
    Group,
    /// Of a kind that nobody knows, or a group whose inside cannot be read.
    Unknown,
}

/// A node's parts.
#[derive(Clone, Debug)]
pub struct NodeLayout {
    /// The node's key.
    pub key: String,
    /// What runs and problems call it.
    pub full_key: String,
    /// Its kind, if that is known; a group has none.
    pub spec: Option<&'static NodeSpec>,
    /// What it is.
    pub is: Is,
    /// What stands on it.
    pub title: String,
    /// Whether the key says something that the title does not.
    pub shows_key: bool,
    /// Its colour.
    pub tint: Option<Tint>,
    /// Whether only its header shows.
    pub is_collapsed: bool,
    /// Whether it stays where it is.
    pub is_pinned: bool,
    /// Whether it takes part in runs.
    pub mode: Mode,
    /// The whole node.
    pub rect: Rect,
    /// The least size that its content needs.
    pub least: Vec2,
    /// Inputs at the left border.
    pub inputs: Vec<Pin>,
    /// Outputs at the right border.
    pub outputs: Vec<Pin>,
    /// Fields.
    pub params: Vec<ParamPlace>,
    /// The picture, or the place where one will be.
    pub picture: Option<Rect>,
    /// The error's sentence and its way out.
    pub failure: Option<Rect>,
    /// The pins that a bypassed node joins.
    pub passes: Vec<[Pos2; 2]>,
    /// The body's id.
    pub id: Id,
    seen: Seen,
}

/// A pin's place.
#[derive(Clone, Debug)]
pub struct Pin {
    /// Its name.
    pub name: String,
    /// What it carries, if that is known.
    pub ty: Option<Type>,
    /// One sentence.
    pub doc: &'static str,
    /// Its middle, on the border.
    pub pos: Pos2,
    /// Whether a wire is there.
    pub wired: bool,
    /// Whether the node cannot run without a wire here.
    pub required: bool,
    /// Whether it belongs to a param, which has a value of its own.
    pub is_param: bool,
    /// Stays the same from frame to frame.
    pub id: Id,
}

impl Pin {
    /// Whether it is there without being asked for: a param's pin is while it is wired.
    pub fn is_listed(&self) -> bool {
        !self.is_param || self.wired
    }
}

/// A field's place.
#[derive(Clone, Debug)]
pub struct ParamPlace {
    /// The param's name on this node.
    pub name: String,
    /// The param.
    pub spec: &'static ParamSpec,
    /// The field.
    pub rect: Rect,
    /// The line that counts tokens.
    pub tokens: Option<Rect>,
}

/// What of the runs a layout depends on.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    picture_px: Option<[u32; 2]>,
    failure: Option<String>,
}

impl Seen {
    fn of(state: &State, full_key: &str, is: Is) -> Self {
        let run = run_state::of(&state.jobs, full_key, is);
        Self {
            picture_px: run_state::shown(state, full_key, is).map(|shown| shown.size_px),
            failure: match run.as_deref() {
                Some(NodeState::Failed(report)) => Some(report.message.clone()),
                _ => None,
            },
        }
    }
}

impl NodeLayout {
    /// The header; of a collapsed node, all of it.
    pub fn header(&self) -> Rect {
        let height = if self.is_collapsed {
            self.rect.height()
        } else {
            size::HEADER
        };
        Rect::from_min_size(self.rect.min, vec2(self.rect.width(), height))
    }

    /// Whether a pin has a place of its own: a collapsed node has none for params without a wire.
    pub fn has_place(&self, pin: &Pin) -> bool {
        !self.is_collapsed || pin.is_listed()
    }

    /// An output's place.
    pub fn output(&self, name: &str) -> Option<&Pin> {
        self.outputs.iter().find(|pin| pin.name == name)
    }

    /// An input's place.
    pub fn input(&self, name: &str) -> Option<&Pin> {
        self.inputs.iter().find(|pin| pin.name == name)
    }

    /// The type of the main output, which colours the stripe.
    pub fn main_type(&self) -> Option<Type> {
        let first_in = || {
            self.inputs
                .iter()
                .find(|pin| !pin.is_param)
                .and_then(|pin| pin.ty)
        };
        self.outputs
            .first()
            .and_then(|pin| pin.ty)
            .or_else(first_in)
    }

    /// Whether it would be laid out like this after what has been run since.
    fn is_current(&self, state: &State) -> bool {
        self.seen == Seen::of(state, &self.full_key, self.is)
    }
}

/// Lays a node out.
pub fn layout(fonts: &mut FontsView<'_>, state: &State, key: &str, node: &Node) -> NodeLayout {
    let graph = state.document.graph();
    let shape = Shape::of_node(node, state.document.catalog());
    let look = graph.view.look(key);
    let mut layout = empty(state, (key, node), shape.as_ref(), &look);
    let own = width(fonts, shape.as_ref(), &layout.title);
    let chosen = look.size.map(|[width, _]| width.max(MIN_WIDTH));
    layout.rect.set_width(chosen.unwrap_or(own));
    let parts = Parts {
        state,
        node,
        shape: shape.as_ref(),
        seen: layout.seen.clone(),
    };
    let bare = layout.clone();
    let flexible = parts.lay(fonts, &mut layout, 0.0);
    layout.least = vec2(MIN_WIDTH, layout.rect.height());
    let spare = look.size.map_or(0.0, |[_, height]| height) - layout.rect.height();
    if spare > 0.0 && flexible > 0 && !layout.is_collapsed {
        let least = layout.least;
        layout = bare;
        parts.lay(fonts, &mut layout, spare / flexible as f32);
        layout.least = least;
    }
    if layout.is_collapsed {
        collapse(&mut layout);
    }
    if layout.mode == Mode::Bypassed
        && let Some(shape) = &shape
    {
        layout.passes = passes(&layout, shape);
    }
    layout
}

/// A node without its parts.
fn empty(
    state: &State,
    (key, node): (&str, &Node),
    shape: Option<&Shape>,
    look: &Look,
) -> NodeLayout {
    let is = match shape {
        Some(shape) if shape.spec.is_some() => Is::Kind,
        Some(_) => Is::Group,
        None => Is::Unknown,
    };
    let spec = shape.and_then(|shape| shape.spec);
    let own_title = || match is {
        Is::Kind | Is::Unknown => spec.map_or(node.is.as_str(), |spec| spec.title),
        Is::Group => "Group",
    };
    let title = look.title.clone().unwrap_or_else(|| own_title().to_owned());
    let full_key = state.document.full_key(key);
    let [x, y] = look.at.unwrap_or_default();
    NodeLayout {
        shows_key: title.to_lowercase().replace(' ', "_") != key,
        title,
        spec,
        is,
        tint: look.color.as_deref().and_then(Tint::named),
        is_collapsed: look.is_collapsed,
        is_pinned: look.is_pinned,
        mode: node.mode,
        rect: Rect::from_min_size(pos2(x, y), Vec2::ZERO),
        least: Vec2::ZERO,
        inputs: Vec::new(),
        outputs: Vec::new(),
        params: Vec::new(),
        picture: None,
        failure: None,
        passes: Vec::new(),
        id: Id::unique(("node", &full_key)),
        seen: Seen::of(state, &full_key, is),
        key: key.to_owned(),
        full_key,
    }
}

/// 200 to 260 by content.
fn width(fonts: &mut FontsView<'_>, shape: Option<&Shape>, title: &str) -> f32 {
    let by_content = shape.map_or(WIDTHS[0], |shape| {
        let has_text = shape
            .params
            .iter()
            .any(|param| is_multiline(&param.spec.kind));
        if has_text {
            WIDTHS[2]
        } else if shape.spec.is_some_and(|spec| spec.is_output) || shape.params.len() >= 4 {
            WIDTHS[1]
        } else {
            WIDTHS[0]
        }
    });
    let title = fonts
        .layout_no_wrap(
            title.to_owned(),
            font::strong(size::TEXT),
            egui::Color32::WHITE,
        )
        .size()
        .x;
    by_content.max(title + 92.0).min(MAX_WIDTH)
}

fn is_multiline(kind: &ParamKind) -> bool {
    matches!(
        kind,
        ParamKind::Text {
            multiline: true,
            ..
        }
    )
}

/// Leaves the header, as high as the pins that are gathered at its two ends need.
fn collapse(layout: &mut NodeLayout) {
    layout.params.clear();
    layout.picture = None;
    layout.failure = None;
    let rows = |pins: &[Pin]| pins.iter().filter(|pin| pin.is_listed()).count();
    let rows = rows(&layout.inputs).max(rows(&layout.outputs));
    let height = rows as f32 * FOLDED_ROW + FOLDED_PAD;
    layout.rect.set_height(height.max(size::HEADER));
    gather(&mut layout.inputs, layout.rect.left_center());
    gather(&mut layout.outputs, layout.rect.right_center());
}

/// Puts pins one below the other around a point.
fn gather(pins: &mut [Pin], middle: Pos2) {
    let rows = pins.iter().filter(|pin| pin.is_listed()).count();
    let mut y = middle.y - rows.saturating_sub(1) as f32 * FOLDED_ROW / 2.0;
    for pin in pins {
        pin.pos = middle;
        if pin.is_listed() {
            pin.pos.y = y;
            y += FOLDED_ROW;
        }
    }
}

/// From the input that an output gives on, to that output.
fn passes(layout: &NodeLayout, shape: &Shape) -> Vec<[Pos2; 2]> {
    layout
        .outputs
        .iter()
        .filter_map(|output| {
            let input = layout.input(shape.passed_on(&output.name)?)?;
            Some([input.pos, output.pos])
        })
        .collect()
}

/// The rectangle around some nodes.
pub fn bounds<'a>(layouts: impl Iterator<Item = &'a NodeLayout>) -> Rect {
    layouts.fold(Rect::NOTHING, |all, layout| all.union(layout.rect))
}
