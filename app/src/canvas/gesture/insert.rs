//! A node let fall on a wire goes between its two ends, if one of its inputs and one of its
//! outputs fit.

use std::collections::BTreeSet;

use pyrograph_engine::graph::Graph;

use crate::canvas::flow;
use crate::canvas::layout::NodeLayout;
use crate::canvas::wiring::{Wire, Wiring};
use crate::command::Input;

/// A node and the wire that it goes into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insertion {
    /// The node.
    pub node: String,
    /// Its input, which takes what the wire carries.
    pub input: String,
    /// Its output, which gives what the wire's end takes.
    pub output: String,
    /// The wire, by its end.
    pub wire: Input,
}

/// The wire under a node that it would go into.
pub fn below(graph: &Graph, wiring: &Wiring, layout: &NodeLayout) -> Option<Insertion> {
    let center = layout.rect.center();
    let flow = Flow::of(graph, layout);
    let mut wires: Vec<&Wire> = wiring.through(layout.rect).collect();
    wires.sort_by(|a, b| {
        let way = |wire: &Wire| wire.distance(center);
        way(a).total_cmp(&way(b))
    });
    wires
        .into_iter()
        .find_map(|wire| insertion(&flow, layout, wire))
}

/// What lies before and behind a node, itself included.
pub struct Flow {
    before: BTreeSet<String>,
    behind: BTreeSet<String>,
}

impl Flow {
    /// That of a node.
    pub fn of(graph: &Graph, layout: &NodeLayout) -> Self {
        let key = layout.key.as_str();
        Self {
            before: flow::upstream(graph, [key]),
            behind: flow::downstream(graph, [key]),
        }
    }
}

/// How a node would go into a wire; `None` if it does not fit.
pub fn insertion(flow: &Flow, layout: &NodeLayout, wire: &Wire) -> Option<Insertion> {
    let (carried, wanted) = (wire.ty?, wire.wanted?);
    let mut inputs = layout.inputs.iter();
    let input = inputs
        .find(|pin| !pin.is_param && !pin.wired && pin.ty.is_some_and(|ty| carried.fits(ty)))?;
    let mut outputs = layout.outputs.iter();
    let output = outputs.find(|pin| pin.ty.is_some_and(|ty| ty.fits(wanted)))?;
    let closes_circle =
        flow.behind.contains(&wire.source.node) || flow.before.contains(&wire.input.node);
    (!closes_circle).then(|| Insertion {
        node: layout.key.clone(),
        input: input.name.clone(),
        output: output.name.clone(),
        wire: wire.input.clone(),
    })
}
