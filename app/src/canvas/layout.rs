//! How large a node is and where its parts lie, in points of the graph. Independent of the zoom,
//! so wires and neighbours stay where they are while one zooms.

use egui::epaint::text::FontsView;
use egui::{Pos2, Rect, Vec2, pos2, vec2};
use pyrograph_engine::graph::Node;
use pyrograph_engine::node::{NodeSpec, ParamKind, ParamSpec, Type};

use crate::app::State;
use crate::jobs::NodeState;
use crate::theme::{font, size};
use crate::widgets::{param, text};

/// Nodes with short fields, with many fields or pictures, and with texts.
const WIDTHS: [f32; 3] = [200.0, 232.0, 252.0];
/// Between the parts of a node.
const GAP: f32 = 6.0;
/// The bar below a picture.
const BAR: f32 = 10.0;

/// A node's parts.
#[derive(Clone, Debug)]
pub struct NodeLayout {
    /// The node's key.
    pub key: String,
    /// What it is, if that is known.
    pub spec: Option<&'static NodeSpec>,
    /// The whole node.
    pub rect: Rect,
    /// Inputs at the left border.
    pub inputs: Vec<Pin>,
    /// Outputs at the right border.
    pub outputs: Vec<Pin>,
    /// Fields.
    pub params: Vec<ParamPlace>,
    /// The picture, or the place where one will be.
    pub picture: Option<Rect>,
    /// The error's sentence.
    pub failure: Option<Rect>,
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
}

/// A field's place.
#[derive(Clone, Debug)]
pub struct ParamPlace {
    /// The param.
    pub spec: &'static ParamSpec,
    /// The field.
    pub rect: Rect,
    /// The line that counts tokens.
    pub tokens: Option<Rect>,
}

impl NodeLayout {
    /// The header.
    pub fn header(&self) -> Rect {
        Rect::from_min_size(self.rect.min, vec2(self.rect.width(), size::HEADER))
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
}

/// Lays a node out.
pub fn layout(fonts: &mut FontsView<'_>, state: &State, key: &str, node: &Node) -> NodeLayout {
    let [x, y] = state.document.position(key);
    let min = pos2(x, y);
    let spec = state.document.catalog().get(&node.is);
    let width = spec.map_or(WIDTHS[0], |spec| width(fonts, spec));
    let mut layout = NodeLayout {
        key: key.to_owned(),
        spec,
        rect: Rect::from_min_size(min, vec2(width, 0.0)),
        inputs: Vec::new(),
        outputs: Vec::new(),
        params: Vec::new(),
        picture: None,
        failure: None,
    };
    let mut bottom = min.y + size::HEADER + GAP;
    bottom = pins(state, node, &mut layout, bottom);
    if let Some(spec) = spec {
        bottom = fields(fonts, node, spec, &mut layout, bottom);
    }
    bottom = picture(state, &mut layout, bottom);
    if let Some(NodeState::Failed(report)) = state.jobs.node(key) {
        let room = width - 2.0 * size::NODE_PAD - 28.0;
        let galley = fonts.layout(
            report.message.clone(),
            font::text(size::SMALL),
            egui::Color32::WHITE,
            room,
        );
        let height = galley.size().y + 14.0;
        layout.failure = Some(inside(&layout, bottom, height));
        bottom += height + GAP;
    }
    layout.rect.set_height(bottom - min.y + 4.0);
    layout
}

fn inside(layout: &NodeLayout, top: f32, height: f32) -> Rect {
    let left = layout.rect.left() + size::NODE_PAD;
    Rect::from_min_size(
        pos2(left, top),
        vec2(layout.rect.width() - 2.0 * size::NODE_PAD, height),
    )
}

/// 200 to 260 by content.
fn width(fonts: &mut FontsView<'_>, spec: &NodeSpec) -> f32 {
    let has_text = spec.params.iter().any(|param| {
        matches!(
            param.kind,
            ParamKind::Text {
                multiline: true,
                ..
            }
        )
    });
    let by_content = if has_text {
        WIDTHS[2]
    } else if spec.is_output || spec.params.len() >= 4 {
        WIDTHS[1]
    } else {
        WIDTHS[0]
    };
    let title = fonts
        .layout_no_wrap(
            spec.title.to_owned(),
            font::strong(size::TEXT),
            egui::Color32::WHITE,
        )
        .size()
        .x;
    by_content.max(title + 92.0).min(260.0)
}

/// Inputs and outputs share rows. Of a node that is unknown, what its wires name is shown.
fn pins(state: &State, node: &Node, layout: &mut NodeLayout, top: f32) -> f32 {
    let row = |i: usize| top + (i as f32 + 0.5) * size::ROW;
    let (left, right) = (layout.rect.left(), layout.rect.right());
    match layout.spec {
        Some(spec) => {
            layout
                .inputs
                .extend(spec.inputs.iter().enumerate().map(|(i, pin)| Pin {
                    name: pin.name.to_owned(),
                    ty: Some(pin.ty),
                    doc: pin.doc,
                    pos: pos2(left, row(i)),
                    wired: node.inputs.contains_key(pin.name),
                    required: pin.required,
                    is_param: false,
                }));
            layout
                .outputs
                .extend(spec.outputs.iter().enumerate().map(|(i, pin)| Pin {
                    name: pin.name.to_owned(),
                    ty: Some(pin.ty),
                    doc: pin.doc,
                    pos: pos2(right, row(i)),
                    wired: state.document.is_wired(&layout.key, pin.name),
                    required: false,
                    is_param: false,
                }));
        }
        None => {
            let unknown = |name: &str, pos| Pin {
                name: name.to_owned(),
                ty: None,
                doc: "",
                pos,
                wired: true,
                required: false,
                is_param: false,
            };
            layout.inputs.extend(
                node.inputs
                    .keys()
                    .enumerate()
                    .map(|(i, name)| unknown(name, pos2(left, row(i)))),
            );
            let outputs = state.document.wired_outputs(&layout.key);
            layout.outputs.extend(
                outputs
                    .enumerate()
                    .map(|(i, name)| unknown(name, pos2(right, row(i)))),
            );
        }
    }
    let rows = layout.inputs.len().max(layout.outputs.len());
    if rows == 0 {
        top
    } else {
        top + rows as f32 * size::ROW + GAP
    }
}

fn fields(
    fonts: &mut FontsView<'_>,
    node: &Node,
    spec: &NodeSpec,
    layout: &mut NodeLayout,
    top: f32,
) -> f32 {
    let mut bottom = top;
    for param in spec.params {
        let wired = node.source(param.name).is_some();
        let multiline = matches!(
            param.kind,
            ParamKind::Text {
                multiline: true,
                ..
            }
        ) && !wired;
        let height = if multiline {
            let text = node
                .params
                .get(param.name)
                .and_then(serde_json::Value::as_str);
            let default = if let ParamKind::Text { default, .. } = param.kind {
                default
            } else {
                ""
            };
            text::field_height(
                fonts,
                text.unwrap_or(default),
                layout.rect.width() - 2.0 * size::NODE_PAD,
            )
        } else {
            size::FIELD
        };
        let rect = inside(layout, bottom, height);
        bottom = rect.bottom() + (size::FIELD_PITCH - size::FIELD);
        let tokens =
            (multiline && param::is_prompt(spec, param)).then(|| inside(layout, bottom, 20.0));
        if let Some(tokens) = tokens {
            bottom = tokens.bottom() + 2.0;
        }
        layout.params.push(ParamPlace {
            spec: param,
            rect,
            tokens,
        });
        layout.inputs.push(Pin {
            name: param.name.to_owned(),
            ty: Some(param.kind.ty()),
            doc: param.doc,
            pos: pos2(
                layout.rect.left(),
                rect.top() + size::FIELD.min(rect.height()) / 2.0,
            ),
            wired,
            required: false,
            is_param: true,
        });
    }
    if spec.params.is_empty() {
        bottom
    } else {
        bottom + GAP / 2.0
    }
}

fn picture(state: &State, layout: &mut NodeLayout, top: f32) -> f32 {
    let takes_picture = || {
        layout.spec.is_some_and(|spec| {
            spec.is_output && spec.inputs.iter().any(|pin| pin.ty == Type::Image)
        })
    };
    let room = layout.rect.width() - 2.0 * size::NODE_PAD;
    let height = match state.jobs.shown(&layout.key) {
        Some(shown) => {
            let [width, height] = shown.size_px.map(|side| side.max(1) as f32);
            (room * height / width).clamp(40.0, room * 1.5)
        }
        None if takes_picture() => room * 0.62,
        None => return top,
    };
    let rect = inside(layout, top, height);
    layout.picture = Some(rect);
    rect.bottom() + BAR + GAP
}

/// The rectangle around some nodes.
pub fn bounds<'a>(layouts: impl Iterator<Item = &'a NodeLayout>) -> Rect {
    layouts.fold(Rect::NOTHING, |all, layout| all.union(layout.rect))
}

/// How far below 100 % a node's shadow and pins reach over its rectangle.
pub const OVERHANG: Vec2 = Vec2::splat(24.0);
