//! Hidden wires: badges at both ends with the other end's title. A click on one goes to the other
//! end; the wire itself shows faintly while a node at its ends is selected or under the pointer.

use std::collections::BTreeMap;

use egui::epaint::StrokeKind;
use egui::{Align2, Id, Pos2, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use pyrograph_engine::graph::Graph;

use crate::canvas::layout::NodeLayout;
use crate::canvas::node::Scene;
use crate::canvas::view::DETAIL_FROM;
use crate::canvas::wiring::{Wire, Wiring};
use crate::command::Command;
use crate::theme::size;

/// From a pin to its badge.
const AWAY: f32 = 12.0;
/// No badge is wider.
const MAX_WIDTH: f32 = 120.0;

/// One badge: what it stands for.
struct Badge<'a> {
    /// The pin that it is at, as `key side name`.
    at: String,
    /// The node at the other end.
    other: &'a NodeLayout,
    /// How many more wires it stands for.
    more: usize,
    pin: Pos2,
    align: Align2,
}

/// Shows the badges of all hidden wires that are seen.
pub fn badges_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    wiring: &Wiring,
    layouts: &[NodeLayout],
) -> Vec<Command> {
    if scene.draw.scale < DETAIL_FROM {
        return Vec::new();
    }
    let graph = scene.state.document.graph();
    let seen = scene.screen.seen().expand(MAX_WIDTH);
    badges(graph, wiring, layouts)
        .into_iter()
        .filter(|badge| seen.contains(badge.pin))
        .filter_map(|badge| badge_ui(ui, scene, &badge))
        .collect()
}

/// The badges of a graph: one for each input, and one for each output however many wires start
/// there.
fn badges<'a>(graph: &Graph, wiring: &Wiring, layouts: &'a [NodeLayout]) -> Vec<Badge<'a>> {
    let layout = |key: &str| layouts.get(graph.nodes.get_index_of(key)?);
    let mut badges = Vec::new();
    let mut starts: BTreeMap<String, usize> = BTreeMap::new();
    for wire in wiring.iter().filter(|wire| wire.is_hidden) {
        let (Some(from), Some(to), [pin_out, .., pin_in]) = (
            layout(&wire.source.node),
            layout(&wire.input.node),
            wire.points(),
        ) else {
            continue;
        };
        badges.push(Badge {
            at: format!("{} in {}", to.key, wire.input.slot),
            other: from,
            more: 0,
            pin: *pin_in,
            align: Align2::RIGHT_CENTER,
        });
        let start = format!("{} out {}", from.key, wire.source.pin);
        if let Some(place) = starts.get(&start) {
            let badge: &mut Badge<'_> = &mut badges[*place];
            badge.more += 1;
            continue;
        }
        starts.insert(start.clone(), badges.len());
        badges.push(Badge {
            at: start,
            other: to,
            more: 0,
            pin: *pin_out,
            align: Align2::LEFT_CENTER,
        });
    }
    badges
}

fn badge_ui(ui: &Ui, scene: &Scene<'_>, badge: &Badge<'_>) -> Option<Command> {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let words = match badge.more {
        0 => badge.other.title.clone(),
        more => format!("{} +{more}", badge.other.title),
    };
    let is_input = badge.align == Align2::RIGHT_CENTER;
    let away = draw.px(if is_input { -AWAY } else { AWAY });
    let at = scene.screen.from_graph(badge.pin) + vec2(away, 0.0);
    let font = draw.text(size::SMALL);
    let mut job = egui::text::LayoutJob::simple_singleline(words, font, theme.text);
    job.wrap = egui::text::TextWrapping::truncate_at_width(draw.px(MAX_WIDTH));
    let galley = ui.painter().layout_job(job);
    let room = galley.size() + vec2(draw.px(14.0), draw.px(5.0));
    let rect = badge.align.anchor_size(at, room);
    let response = ui.interact(rect, Id::unique(("badge", &badge.at)), Sense::click());
    let way = if is_input { "from" } else { "to" };
    response.widget_info(|| {
        let name = format!("{} {way} {}", badge.at, badge.other.key);
        WidgetInfo::labeled(Role::Button, true, name)
    });
    let ground = if response.hovered() {
        theme.hovered
    } else {
        theme.raised
    };
    let border = Stroke::new(1.0, theme.line);
    let corner = rect.height() / 2.0;
    ui.painter()
        .rect(rect, corner, ground, border, StrokeKind::Inside);
    let text = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter().galley(text.min, galley, theme.text);
    let response = response.on_hover_text("A hidden wire; click to go to its other end");
    response
        .clicked()
        .then(|| Command::Show(badge.other.key.clone()))
}

/// How strongly a hidden wire shows: only beside a node that one looks at.
pub fn hint(scene: &Scene<'_>, wire: &Wire, hovered: Option<&str>) -> Option<f32> {
    let looks_at = |key: &str| hovered == Some(key) || scene.state.selection.nodes.contains(key);
    let is_selected = scene.state.selection.wire.as_ref() == Some(&wire.input);
    (is_selected || looks_at(&wire.source.node) || looks_at(&wire.input.node)).then_some(0.35)
}
