//! Draws the wires that are seen, as many as there are of them.

use egui::{Color32, Ui};

use super::{Wire, Wiring};
use crate::canvas::badge;
use crate::canvas::gesture::Gesture;
use crate::canvas::node::Scene;
use crate::canvas::view::Screen;
use crate::canvas::wire::Curve;
use crate::theme::{Theme, size};

/// How far a wire's width reaches over its rectangle, in points of the graph.
const OVERHANG: f32 = 12.0;
/// How strongly wires show that no selected node is at.
const STRENGTH: f32 = 0.8;

/// Draws the wires; what a gesture lifts away is left out, and what it would change is marked.
pub fn wires_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    wiring: &Wiring,
    gesture: &Gesture,
    hovered: Option<&str>,
) {
    let theme = scene.draw.theme;
    let (mut onto, mut bent) = (None, None);
    match gesture {
        Gesture::Move(drag) => onto = drag.onto().map(|onto| &onto.wire),
        Gesture::Bend(bend) => bent = Some(bend.wire()),
        Gesture::None
        | Gesture::Part(_)
        | Gesture::Select(_)
        | Gesture::Wire(_)
        | Gesture::Knife(_)
        | Gesture::TakenBack => {}
    }
    for wire in wiring.seen(scene.screen.seen().expand(OVERHANG)) {
        let is_lifted = scene.wire.is_some_and(|drag| drag.lifts(&wire.input));
        if is_lifted || bent == Some(&wire.input) {
            continue;
        }
        let look = Look::of(scene, wire, hovered);
        let Some(look) = look else { continue };
        if onto == Some(&wire.input) {
            paint(
                ui,
                &scene.screen,
                wire,
                (size::WIRE_SELECTED * 1.5, theme.accent),
            );
        } else {
            if look.is_selected {
                let halo = Theme::fade(theme.accent, 0.3);
                paint(ui, &scene.screen, wire, (size::WIRE_SELECTED + 5.0, halo));
            }
            paint(ui, &scene.screen, wire, (look.width, look.color));
        }
    }
    if let Gesture::Knife(knife) = gesture {
        for wire in wiring.crossed_by(knife.line()) {
            paint(ui, &scene.screen, wire, (size::WIRE_SELECTED, theme.error));
        }
    }
}

struct Look {
    is_selected: bool,
    width: f32,
    color: Color32,
}

impl Look {
    /// How a wire is drawn; `None` if only badges stand for it.
    fn of(scene: &Scene<'_>, wire: &Wire, hovered: Option<&str>) -> Option<Self> {
        let selection = &scene.state.selection;
        let is_selected = selection.wire.as_ref() == Some(&wire.input);
        let is_near = || {
            [&wire.source.node, &wire.input.node]
                .into_iter()
                .any(|key| selection.nodes.contains(key))
        };
        let strength = if wire.is_hidden {
            badge::hint(scene, wire, hovered)?
        } else if is_selected || is_near() {
            1.0
        } else {
            STRENGTH
        };
        let theme = scene.draw.theme;
        let color = wire.ty.map_or(theme.secondary, |ty| theme.wire(ty));
        let width = if is_selected {
            size::WIRE_SELECTED
        } else {
            size::WIRE
        };
        Some(Self {
            is_selected,
            width,
            color: Theme::fade(color, strength),
        })
    }
}

/// `look` is the width at 100 % and the colour.
fn paint(ui: &Ui, screen: &Screen, wire: &Wire, look: (f32, Color32)) {
    let zoom = screen.view.zoom;
    for pair in wire.points().windows(2) {
        let [from, to] = [pair[0], pair[1]].map(|pos| screen.from_graph(pos));
        Curve::new(from, to, zoom).paint(ui.painter(), look.0 * zoom.clamp(0.5, 1.6), look.1);
    }
}
