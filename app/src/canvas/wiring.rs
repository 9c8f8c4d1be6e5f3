//! The wires as the canvas sees them: which pins they join and where they run, worked out anew
//! only when nodes or wires have changed, so that a frame looks at plain rectangles.

pub mod paint;

use egui::{Pos2, Rect, pos2};
use pyrograph_engine::graph::{Graph, Source, view};
use pyrograph_engine::node::Type;

use crate::app::State;
use crate::canvas::layout::NodeLayout;
use crate::canvas::wire::Curve;
use crate::command::Input;
use crate::document::DocumentId;

/// A wire on the canvas. All places are in the graph.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Where it starts.
    pub source: Source,
    /// Where it ends.
    pub input: Input,
    /// What it carries, if that is known.
    pub ty: Option<Type>,
    /// What the input takes, if that is known.
    pub wanted: Option<Type>,
    /// Whether badges stand for it.
    pub is_hidden: bool,
    /// The points that it runs through, its ends included; none if an end is not to be found.
    points: Vec<Pos2>,
    /// What it may cover.
    bounds: Rect,
    /// The layouts of the nodes at its ends.
    nodes: [usize; 2],
    /// The reroutes that it runs through.
    route: Vec<Pos2>,
}

impl Wire {
    /// The points that it runs through, its ends included.
    pub fn points(&self) -> &[Pos2] {
        &self.points
    }

    /// Where it starts and ends, if both are drawn.
    pub fn ends(&self) -> Option<[Pos2; 2]> {
        Some([*self.points.first()?, *self.points.last()?])
    }

    /// The layouts of the nodes at its ends.
    pub fn nodes(&self) -> [usize; 2] {
        self.nodes
    }

    /// The curves that it is made of.
    pub fn curves(&self) -> impl Iterator<Item = Curve> + '_ {
        let pairs = self.points.windows(2);
        pairs.map(|pair| Curve::new(pair[0], pair[1], 1.0))
    }

    /// Points on it, near enough to each other to be joined by straight lines.
    fn line(&self) -> impl Iterator<Item = Pos2> + '_ {
        self.curves().flat_map(|curve| curve.points())
    }

    /// The way from a point to it.
    pub fn distance(&self, point: Pos2) -> f32 {
        self.curves()
            .map(|curve| curve.distance(point))
            .fold(f32::INFINITY, f32::min)
    }
}

/// Every wire of the open level.
#[derive(Debug, Default)]
pub struct Wiring {
    wires: Vec<Wire>,
    /// The document and its revision that it was made from.
    made_from: Option<(DocumentId, u64)>,
}

impl Wiring {
    /// Follows changes of the document and of the layouts.
    pub fn update(&mut self, state: &State, layouts: &[NodeLayout]) {
        let document = &state.document;
        let now = (document.id(), document.revision());
        let changed = self
            .made_from
            .filter(|(id, _)| *id == now.0)
            .and_then(|(_, revision)| document.changed_since(revision));
        if changed.is_none_or(|changed| changed.is_rewired || changed.is_regrouped) {
            self.wires = wires(document.graph(), layouts);
        }
        for wire in &mut self.wires {
            locate(wire, layouts);
        }
        self.made_from = Some(now);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Wire> {
        self.wires.iter()
    }

    /// Those that may be seen in a part of the graph.
    pub fn seen(&self, area: Rect) -> impl Iterator<Item = &Wire> {
        self.wires
            .iter()
            .filter(move |wire| wire.bounds.intersects(area))
    }

    /// The wire that ends at an input.
    pub fn at(&self, input: &Input) -> Option<&Wire> {
        self.wires.iter().find(|wire| wire.input == *input)
    }

    /// The nearest wire that is at most so far from a point.
    pub fn near(&self, point: Pos2, reach: f32) -> Option<&Wire> {
        self.seen(Rect::from_center_size(
            point,
            egui::Vec2::splat(2.0 * reach),
        ))
        .filter(|wire| !wire.is_hidden)
        .map(|wire| (wire.distance(point), wire))
        .filter(|(distance, _)| *distance <= reach)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, wire)| wire)
    }

    /// The wires that run through a rectangle.
    pub fn through(&self, area: Rect) -> impl Iterator<Item = &Wire> {
        self.seen(area)
            .filter(move |wire| !wire.is_hidden && wire.line().any(|point| area.contains(point)))
    }

    /// The wires that a line crosses.
    pub fn crossed_by(&self, line: &[Pos2]) -> impl Iterator<Item = &Wire> {
        let area = Rect::from_points(line);
        self.seen(area).filter(move |wire| {
            let curve: Vec<Pos2> = wire.line().collect();
            !wire.is_hidden
                && line.windows(2).any(|cut| {
                    curve
                        .windows(2)
                        .any(|part| cross([cut[0], cut[1]], [part[0], part[1]]))
                })
        })
    }
}

/// The wires whose ends are both drawn.
fn wires(graph: &Graph, layouts: &[NodeLayout]) -> Vec<Wire> {
    let place = |key: &str| {
        let index = graph.nodes.get_index_of(key)?;
        let is_it = layouts.get(index).is_some_and(|layout| layout.key == key);
        if is_it {
            Some(index)
        } else {
            layouts.iter().position(|layout| layout.key == key)
        }
    };
    let mut wires = Vec::new();
    for (key, node) in &graph.nodes {
        for slot in node.inputs.keys() {
            let Some(source) = node.source(slot) else {
                continue;
            };
            if let (Some(from), Some(to)) = (place(&source.node), place(key)) {
                let name = view::input(key, slot);
                let route = graph.view.route(&name);
                wires.push(Wire {
                    source,
                    input: Input::new(key, slot),
                    ty: None,
                    wanted: None,
                    is_hidden: graph.view.is_hidden(&name),
                    points: Vec::new(),
                    bounds: Rect::NOTHING,
                    nodes: [from, to],
                    route: route.into_iter().map(|[x, y]| pos2(x, y)).collect(),
                });
            }
        }
    }
    wires
}

/// Puts a wire where its pins are.
fn locate(wire: &mut Wire, layouts: &[NodeLayout]) {
    let [from, to] = wire.nodes;
    let output = layouts.get(from).and_then(|at| at.output(&wire.source.pin));
    let input = layouts.get(to).and_then(|at| at.input(&wire.input.slot));
    wire.points.clear();
    wire.bounds = Rect::NOTHING;
    let (Some(output), Some(input)) = (output, input) else {
        return;
    };
    (wire.ty, wire.wanted) = (output.ty, input.ty);
    wire.points.push(output.pos);
    wire.points.extend_from_slice(&wire.route);
    wire.points.push(input.pos);
    wire.bounds = wire
        .curves()
        .fold(Rect::NOTHING, |all, curve| all.union(curve.bounds()));
}

/// Whether two stretches of line cross.
fn cross([a, b]: [Pos2; 2], [c, d]: [Pos2; 2]) -> bool {
    let side = |p: Pos2, q: Pos2, r: Pos2| (q - p).x * (r - p).y - (q - p).y * (r - p).x;
    let divides = |p: Pos2, q: Pos2, r: Pos2, s: Pos2| side(p, q, r) * side(p, q, s) <= 0.0;
    divides(a, b, c, d) && divides(c, d, a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cross_or_do_not() {
        let line = |x0: f32, y0: f32, x1: f32, y1: f32| [pos2(x0, y0), pos2(x1, y1)];
        let across = line(0.0, 0.0, 10.0, 10.0);
        assert!(cross(across, line(0.0, 10.0, 10.0, 0.0)));
        assert!(!cross(across, line(0.0, 10.0, 4.0, 6.0)));
        assert!(!cross(across, line(20.0, 0.0, 20.0, 30.0)));
    }
}
