//! Draws what the pointer is doing: the box, the knife's line, wires that are dragged, copies.

use egui::epaint::StrokeKind;
use egui::{Pos2, Shape, Stroke};

use super::{End, Gesture, Hand, WireDrag};
use crate::canvas::items::Items;
use crate::canvas::wire::{Curve, PinLook, paint_badge, paint_pin};
use crate::theme::{Theme, size};
use crate::widgets::Draw;

/// Draws the gesture under way.
pub fn paint(hand: &Hand<'_>, items: &Items, gesture: &Gesture) {
    let Some(pointer) = hand.ui.ctx().pointer_latest_pos() else {
        return;
    };
    let (ui, theme) = (hand.ui, &hand.state.theme);
    match gesture {
        Gesture::None | Gesture::Part(_) | Gesture::TakenBack => {}
        Gesture::Select(area) => {
            let area = area.area(hand.screen.to_graph(pointer));
            let rect = hand.screen.rect_from_graph(area);
            let (fill, rim) = (
                Theme::fade(theme.accent, 0.08),
                Stroke::new(1.0, theme.accent),
            );
            ui.painter().rect(rect, 2.0, fill, rim, StrokeKind::Inside);
        }
        Gesture::Knife(knife) => {
            let corners = knife.line().iter().map(|pos| hand.screen.from_graph(*pos));
            let line: Vec<Pos2> = corners.chain([pointer]).collect();
            ui.painter()
                .add(Shape::line(line, Stroke::new(1.5, theme.error)));
        }
        Gesture::Move(drag) => {
            for ghost in drag.ghosts(hand.layouts, items) {
                let rect = hand.screen.rect_from_graph(ghost);
                let corner = draw(hand).corner(size::NODE_CORNER);
                let fill = Theme::fade(theme.node, 0.6);
                let rim = Stroke::new(1.4, theme.accent);
                ui.painter()
                    .rect(rect, corner, fill, rim, StrokeKind::Middle);
            }
        }
        Gesture::Bend(bend) => {
            let zoom = hand.screen.view.zoom;
            let width = size::WIRE_SELECTED * zoom.clamp(0.5, 1.6);
            let points = bend.points(hand, hand.screen.to_graph(pointer));
            for pair in points.windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|pos| hand.screen.from_graph(pos));
                Curve::new(from, to, zoom).paint(ui.painter(), width, theme.accent);
            }
        }
        Gesture::Wire(wire) => {
            paint_wire(hand, wire, pointer);
            if let Some(words) = wire.refusal().or_else(|| wire.offer_words()) {
                paint_badge(ui.painter(), theme, pointer, &words);
            }
        }
    }
}

fn paint_wire(hand: &Hand<'_>, wire: &WireDrag, pointer: Pos2) {
    let place = |end: &End| Some(hand.screen.from_graph(end.pos(hand.layouts)?));
    let loose = wire.target.as_ref().and_then(place).unwrap_or(pointer);
    for end in wire.fixed() {
        let own = || place(&end);
        let through = wire.through.as_ref();
        let fixed = through.map(|(_, pos)| hand.screen.from_graph(*pos));
        if let Some(fixed) = fixed.or_else(own) {
            paint_loose(hand, &end, fixed, loose);
        }
    }
}

/// A wire from an end that stays to one that does not yet have a place.
pub fn paint_loose(hand: &Hand<'_>, end: &End, fixed: Pos2, loose: Pos2) {
    let (from, to) = match end {
        End::Output(..) => (fixed, loose),
        End::Input(..) => (loose, fixed),
    };
    let painter = hand.ui.painter();
    let zoom = hand.screen.view.zoom;
    let color = hand.state.theme.wire(end.ty());
    let width = size::WIRE_SELECTED * zoom.clamp(0.6, 1.6);
    Curve::new(from, to, zoom).paint(painter, width, color);
    let look = PinLook {
        ty: Some(end.ty()),
        wired: true,
        required: false,
        lit: false,
        strength: 1.0,
    };
    paint_pin(painter, &draw(hand), loose, look);
}

fn draw<'a>(hand: &Hand<'a>) -> Draw<'a> {
    Draw {
        theme: &hand.state.theme,
        scale: hand.screen.view.zoom,
    }
}
