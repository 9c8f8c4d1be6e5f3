//! What a node consists of, from top to bottom: pins, fields, picture, failure.

use egui::epaint::text::FontsView;
use egui::{Id, Pos2, Rect, pos2, vec2};
use pyrograph_engine::graph::Node;
use pyrograph_engine::graph::shape::{ParamShape, PinShape, Shape, value};
use pyrograph_engine::node::{ParamKind, Type};

use super::{NodeLayout, ParamPlace, Pin, Seen, is_multiline};
use crate::app::State;
use crate::theme::{font, size};
use crate::widgets::{param, text};

/// Between the parts of a node.
const GAP: f32 = 6.0;
/// The bar below a picture.
const BAR: f32 = 10.0;
/// The button below an error's sentence.
pub(in crate::canvas) const WAY_OUT: f32 = 24.0;

/// What a node's parts depend on.
pub(super) struct Parts<'a> {
    pub(super) state: &'a State,
    pub(super) node: &'a Node,
    pub(super) shape: Option<&'a Shape>,
    pub(super) seen: Seen,
}

impl Parts<'_> {
    /// Lays all of them into a node of the right width, each part that can be larger by `grow`, and
    /// gives the node its height. Says how many such parts there are.
    pub(super) fn lay(
        &self,
        fonts: &mut FontsView<'_>,
        layout: &mut NodeLayout,
        grow: f32,
    ) -> usize {
        let top = layout.rect.top();
        let mut bottom = top + size::HEADER + GAP;
        let mut flexible = 0;
        match self.shape {
            Some(shape) => {
                bottom = self.pins(shape, layout, bottom);
                for param in &shape.params {
                    flexible += usize::from(self.is_text(param));
                    bottom = self.field(fonts, layout, (param, bottom), grow);
                }
                if !shape.params.is_empty() {
                    bottom += GAP / 2.0;
                }
            }
            None => bottom = self.unknown_pins(layout, bottom),
        }
        if let Some(height) = self.picture_height(layout) {
            flexible += 1;
            let rect = inside(layout, bottom, height + grow);
            layout.picture = Some(rect);
            bottom = rect.bottom() + BAR + GAP;
        }
        if let Some(message) = &self.seen.failure {
            let height = failure_height(fonts, message, inside(layout, 0.0, 0.0).width());
            layout.failure = Some(inside(layout, bottom, height));
            bottom += height + GAP;
        }
        layout.rect.set_height(bottom - top + 4.0);
        flexible
    }

    /// Inputs and outputs share rows.
    fn pins(&self, shape: &Shape, layout: &mut NodeLayout, top: f32) -> f32 {
        let row = |i: usize| top + (i as f32 + 0.5) * size::ROW;
        let (left, right) = (layout.rect.left(), layout.rect.right());
        let known = |pin: &PinShape| Pin {
            name: pin.name.clone(),
            ty: Some(pin.ty),
            doc: pin.doc,
            pos: Pos2::ZERO,
            wired: false,
            required: pin.required,
            is_param: false,
            id: Id::NULL,
        };
        layout.inputs = shape
            .inputs
            .iter()
            .enumerate()
            .map(|(i, pin)| Pin {
                pos: pos2(left, row(i)),
                wired: self.node.inputs.contains_key(&pin.name),
                id: pin_id(&layout.full_key, "in", &pin.name),
                ..known(pin)
            })
            .collect();
        layout.outputs = shape
            .outputs
            .iter()
            .enumerate()
            .map(|(i, pin)| Pin {
                pos: pos2(right, row(i)),
                wired: self.state.document.is_wired(&layout.key, &pin.name),
                id: pin_id(&layout.full_key, "out", &pin.name),
                ..known(pin)
            })
            .collect();
        below_pins(layout, top)
    }

    /// Of a node that is unknown, what its wires name is shown.
    fn unknown_pins(&self, layout: &mut NodeLayout, top: f32) -> f32 {
        let row = |i: usize| top + (i as f32 + 0.5) * size::ROW;
        let unknown = |layout: &NodeLayout, side: &str, name: &str, pos| Pin {
            name: name.to_owned(),
            ty: None,
            doc: "",
            pos,
            wired: true,
            required: false,
            is_param: false,
            id: pin_id(&layout.full_key, side, name),
        };
        let (left, right) = (layout.rect.left(), layout.rect.right());
        let inputs = self.node.inputs.keys().enumerate();
        layout.inputs = inputs
            .map(|(i, name)| unknown(layout, "in", name, pos2(left, row(i))))
            .collect();
        let outputs = self.state.document.wired_outputs(&layout.key).enumerate();
        layout.outputs = outputs
            .map(|(i, name)| unknown(layout, "out", name, pos2(right, row(i))))
            .collect();
        below_pins(layout, top)
    }

    /// One field with its pin; returns where the next one begins.
    fn field(
        &self,
        fonts: &mut FontsView<'_>,
        layout: &mut NodeLayout,
        (param, top): (&ParamShape, f32),
        grow: f32,
    ) -> f32 {
        let is_text = self.is_text(param);
        let width = inside(layout, top, 0.0).width();
        let height = if is_text {
            text::field_height(fonts, self.text(&layout.key, param), width) + grow
        } else {
            size::FIELD
        };
        let rect = inside(layout, top, height);
        let mut bottom = rect.bottom() + (size::FIELD_PITCH - size::FIELD);
        let counts_tokens = is_text
            && layout
                .spec
                .is_some_and(|spec| param::is_prompt(spec, param.spec));
        let tokens = counts_tokens.then(|| inside(layout, bottom, 20.0));
        if let Some(tokens) = tokens {
            bottom = tokens.bottom() + 2.0;
        }
        layout.inputs.push(Pin {
            name: param.name.clone(),
            ty: Some(param.spec.kind.ty()),
            doc: param.spec.doc,
            pos: pos2(
                layout.rect.left(),
                rect.top() + size::FIELD.min(rect.height()) / 2.0,
            ),
            wired: self.node.source(&param.name).is_some(),
            required: false,
            is_param: true,
            id: pin_id(&layout.full_key, "in", &param.name),
        });
        layout.params.push(ParamPlace {
            name: param.name.clone(),
            spec: param.spec,
            rect,
            tokens,
        });
        bottom
    }

    /// Whether a field holds a text of several lines, which grows.
    fn is_text(&self, param: &ParamShape) -> bool {
        is_multiline(&param.spec.kind) && self.node.source(&param.name).is_none()
    }

    fn text(&self, key: &str, param: &ParamShape) -> &str {
        let default = if let ParamKind::Text { default, .. } = param.spec.kind {
            default
        } else {
            ""
        };
        let value = value(self.state.document.graph(), key, &param.name);
        value.and_then(|value| value.as_str()).unwrap_or(default)
    }

    fn picture_height(&self, layout: &NodeLayout) -> Option<f32> {
        let room = inside(layout, 0.0, 0.0).width();
        let takes_picture = || {
            layout.spec.is_some_and(|spec| {
                spec.is_output && spec.inputs.iter().any(|pin| pin.ty == Type::Image)
            })
        };
        match self.seen.picture_px {
            Some(size_px) => {
                let [width, height] = size_px.map(|side| side.max(1) as f32);
                Some((room * height / width).clamp(40.0, room * 1.5))
            }
            None => takes_picture().then_some(room * 0.62),
        }
    }
}

fn below_pins(layout: &NodeLayout, top: f32) -> f32 {
    match layout.inputs.len().max(layout.outputs.len()) {
        0 => top,
        rows => top + rows as f32 * size::ROW + GAP,
    }
}

fn failure_height(fonts: &mut FontsView<'_>, message: &str, width: f32) -> f32 {
    let galley = fonts.layout(
        message.to_owned(),
        font::text(size::SMALL),
        egui::Color32::WHITE,
        width - 28.0,
    );
    galley.size().y + 14.0 + WAY_OUT
}

/// A pin's id; `full_key` is what runs call its node, and `side` is `in` or `out`.
pub(crate) fn pin_id(full_key: &str, side: &str, name: &str) -> Id {
    Id::unique(("pin", full_key, side, name))
}

fn inside(layout: &NodeLayout, top: f32, height: f32) -> Rect {
    let left = layout.rect.left() + size::NODE_PAD;
    Rect::from_min_size(
        pos2(left, top),
        vec2(layout.rect.width() - 2.0 * size::NODE_PAD, height),
    )
}
