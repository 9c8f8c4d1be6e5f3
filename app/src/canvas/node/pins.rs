//! The pins on a node's borders.

use egui::{Align2, Painter, PointerButton, Pos2, Rect, Role, Sense, Ui, WidgetInfo, vec2};
use pyrograph_engine::graph::Source;
use pyrograph_engine::node::Type;

use super::{Scene, Touched};
use crate::canvas::gesture::End;
use crate::canvas::layout::{FOLDED_ROW, NodeLayout, Pin};
use crate::canvas::view::DETAIL_FROM;
use crate::canvas::wire::{Curve, PinLook, paint_pin};
use crate::command::Input;
use crate::theme::{Theme, size};
use crate::widgets::Draw;

/// Which border a pin is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    In,
    Out,
}

impl Side {
    fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    fn align(self) -> Align2 {
        match self {
            Self::In => Align2::LEFT_CENTER,
            Self::Out => Align2::RIGHT_CENTER,
        }
    }

    fn end(self, layout: &NodeLayout, pin: &Pin, ty: Type) -> End {
        match self {
            Self::In => End::Input(Input::new(&layout.key, &pin.name), ty),
            Self::Out => {
                let source = Source {
                    node: layout.key.clone(),
                    pin: pin.name.clone(),
                };
                End::Output(source, ty)
            }
        }
    }
}

/// Shows all pins and what a bypassed node joins.
pub(super) fn pins_ui(ui: &mut Ui, scene: &Scene<'_>, layout: &NodeLayout, touched: &mut Touched) {
    if !layout.is_collapsed {
        paint_passes(ui.painter(), scene, layout);
    }
    for pin in &layout.inputs {
        pin_ui(ui, scene, (layout, pin, Side::In), touched);
    }
    for pin in &layout.outputs {
        pin_ui(ui, scene, (layout, pin, Side::Out), touched);
    }
}

fn paint_passes(painter: &Painter, scene: &Scene<'_>, layout: &NodeLayout) {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    for [from, to] in &layout.passes {
        let [from, to] = [*from, *to].map(|pos| scene.screen.from_graph(pos));
        let width = draw.px(size::WIRE).max(1.0);
        Curve::new(from, to, draw.scale).paint(painter, width, theme.accent);
    }
}

/// How large the pins of a node are drawn: those of a collapsed one stand closer.
fn pin_draw<'a>(scene: &Scene<'a>, layout: &NodeLayout) -> Draw<'a> {
    const FOLDED: f32 = 0.75;
    Draw {
        scale: scene.draw.scale * if layout.is_collapsed { FOLDED } else { 1.0 },
        ..scene.draw
    }
}

/// Where the pointer is on a pin.
fn pin_area(scene: &Scene<'_>, layout: &NodeLayout, center: Pos2) -> Rect {
    let side = scene.draw.px(size::PIN_REACH * 1.7);
    let height = if layout.is_collapsed {
        scene.draw.px(FOLDED_ROW)
    } else {
        side
    };
    Rect::from_center_size(center, vec2(side, height))
}

fn pin_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    (layout, pin, side): (&NodeLayout, &Pin, Side),
    touched: &mut Touched,
) {
    let center = scene.screen.from_graph(pin.pos);
    if !ui.clip_rect().expand(scene.draw.px(20.0)).contains(center) {
        return;
    }
    let Some(ty) = pin.ty else {
        unknown_pin(ui.painter(), scene, (layout, pin), (center, side));
        return;
    };
    let end = scene.wire.map(|wire| (wire, side.end(layout, pin, ty)));
    let fits = end.as_ref().is_none_or(|(wire, end)| wire.fits(end));
    // A param's pin is there when it is wired, or when the wire that is dragged could end on it.
    let is_asked_for = scene.wire.is_some() && fits && layout.has_place(pin);
    if !pin.is_listed() && !is_asked_for {
        return;
    }
    let reach = pin_area(scene, layout, center);
    let response = ui.interact(reach, pin.id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo {
        // What colour, shape and rim tell those who look.
        current_text_value: Some(about(pin, ty)),
        ..WidgetInfo::labeled(
            Role::Button,
            fits,
            format!("{} {} {}", layout.key, side.word(), pin.name),
        )
    });
    let is_target = end
        .as_ref()
        .is_some_and(|(wire, end)| wire.target.as_ref() == Some(end));
    let strength = if fits { 1.0 } else { 0.25 };
    if !pin.is_param && !layout.is_collapsed {
        paint_label(ui.painter(), scene, pin, (center, side, strength));
    }
    let look = PinLook {
        ty: pin.ty,
        wired: pin.wired,
        required: pin.required,
        lit: is_target || (response.hovered() && fits),
        strength,
    };
    paint_pin(ui.painter(), &pin_draw(scene, layout), center, look);
    let pointer = ui.ctx().pointer_latest_pos();
    if response.contains_pointer() || pointer.is_some_and(|pointer| reach.contains(pointer)) {
        touched.hovered = Some(side.end(layout, pin, ty));
    }
    if response.drag_started_by(PointerButton::Primary) && !scene.is_panning {
        touched.pin = Some(side.end(layout, pin, ty));
    }
    if scene.wire.is_none() && response.hovered() {
        let words = format!("{} ({})\n{}", pin.name, about(pin, ty), pin.doc);
        response.on_hover_text(words.trim_end());
    }
}

/// What a pin carries, and whether its node needs it.
fn about(pin: &Pin, ty: Type) -> String {
    let required = if pin.required { ", required" } else { "" };
    format!("{}{required}", ty.name())
}

/// A pin of a node that nobody knows: it is there, and nothing can be done with it.
fn unknown_pin(
    painter: &Painter,
    scene: &Scene<'_>,
    (layout, pin): (&NodeLayout, &Pin),
    (center, side): (Pos2, Side),
) {
    if !layout.is_collapsed {
        paint_label(painter, scene, pin, (center, side, 1.0));
    }
    let look = PinLook {
        ty: None,
        wired: true,
        required: false,
        lit: false,
        strength: 1.0,
    };
    paint_pin(painter, &pin_draw(scene, layout), center, look);
}

fn paint_label(
    painter: &Painter,
    scene: &Scene<'_>,
    pin: &Pin,
    (center, side, strength): (Pos2, Side, f32),
) {
    let draw = &scene.draw;
    if scene.screen.view.zoom < DETAIL_FROM {
        return;
    }
    let away = match side {
        Side::In => draw.px(14.0),
        Side::Out => -draw.px(14.0),
    };
    let at = center + vec2(away, 0.0);
    let color = Theme::fade(draw.theme.secondary, strength.max(0.4));
    let style = (draw.text(size::NODE_TEXT), color);
    draw.label(
        painter,
        (at, side.align()),
        &pin.name,
        style,
        draw.px(130.0),
    );
}
