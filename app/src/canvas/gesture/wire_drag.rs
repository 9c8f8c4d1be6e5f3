//! A wire that is dragged: where it may end, where it would, and what its drop does.

use std::collections::BTreeSet;

use egui::Pos2;
use pyrograph_engine::graph::Source;
use pyrograph_engine::node::Type;

use crate::app::State;
use crate::canvas::flow;
use crate::canvas::gesture::End;
use crate::canvas::layout::{FOLDED_ROW, NodeLayout};
use crate::command::drawing::DrawingCommand;
use crate::command::graph::GraphCommand;
use crate::command::{Command, Input};
use crate::theme::size;

/// A wire that is dragged, or all wires of an output.
#[derive(Clone, Debug, PartialEq)]
pub struct WireDrag {
    /// The end that stays.
    pub from: End,
    /// The input that it was dragged off.
    pub cut: Option<Input>,
    /// The reroute out of which it was dragged, and where that is in the graph.
    pub through: Option<(String, Pos2)>,
    /// The output whose wires are all dragged to another one, with the ends that stay.
    pub bundle: Option<(Source, Vec<(Input, Type)>)>,
    /// Where it would end if it were dropped now.
    pub target: Option<End>,
    /// A pin under the pointer where it cannot end.
    pub refused: Option<End>,
    /// The collapsed node under the pointer, if several pins of it fit.
    pub offered: Option<Offer>,
    /// Nodes at which it would close a circle.
    circles: BTreeSet<String>,
}

/// A collapsed node of whose pins one is to be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The node's key.
    pub node: String,
    /// The pins and params that fit.
    pub ends: Vec<End>,
}

/// What a drop does.
#[derive(Clone, Debug, PartialEq)]
pub enum Dropped {
    /// Nothing.
    Nothing,
    /// This.
    Command(Command),
    /// A node is to be chosen to which the wire goes.
    Choose(End),
    /// One of the pins offered is to be chosen.
    Pick(Box<WireDrag>),
}

impl WireDrag {
    /// A wire dragged out of a pin: a wired input gives its wire's end.
    pub fn begin(state: &State, pin: End) -> Self {
        if let End::Input(input, ty) = &pin {
            let node = state.document.graph().nodes.get(&input.node);
            if let Some(source) = node.and_then(|node| node.source(&input.slot)) {
                let mut drag = Self::new(state, End::Output(source, *ty));
                drag.cut = Some(input.clone());
                drag.target = Some(pin);
                return drag;
            }
        }
        Self::new(state, pin)
    }

    /// All wires of an output, dragged to another one. Without wires, a new one is dragged out.
    pub fn begin_bundle(state: &State, layouts: &[NodeLayout], pin: End) -> Self {
        let End::Output(source, _) = &pin else {
            return Self::begin(state, pin);
        };
        let graph = state.document.graph();
        let ends: Vec<(Input, Type)> = flow::ends_of(graph, source)
            .filter_map(|(node, slot)| {
                let layout = layouts.iter().find(|layout| layout.key == node)?;
                Some((Input::new(node, slot), layout.input(slot)?.ty?))
            })
            .collect();
        let Some((first, ty)) = ends.first().cloned() else {
            return Self::begin(state, pin);
        };
        let mut drag = Self::new(state, End::Input(first, ty));
        let nodes = ends.iter().map(|(input, _)| input.node.as_str());
        drag.circles = flow::downstream(graph, nodes);
        drag.bundle = Some((source.clone(), ends));
        drag.target = Some(pin);
        drag
    }

    /// A new wire from that end, whatever is wired there.
    pub fn new(state: &State, from: End) -> Self {
        let graph = state.document.graph();
        let circles = match &from {
            End::Output(source, _) => flow::upstream(graph, [source.node.as_str()]),
            End::Input(input, _) => flow::downstream(graph, [input.node.as_str()]),
        };
        Self {
            from,
            cut: None,
            through: None,
            bundle: None,
            target: None,
            refused: None,
            offered: None,
            circles,
        }
    }

    /// Whether it may end on that input.
    pub fn fits_input(&self, input: &Input, ty: Option<Type>) -> bool {
        match &self.from {
            End::Output(_, from) => {
                ty.is_some_and(|ty| from.fits(ty)) && !self.circles.contains(&input.node)
            }
            End::Input(from, _) => match &self.bundle {
                Some((_, ends)) => ends.iter().any(|(end, _)| end == input),
                None => from == input,
            },
        }
    }

    /// Whether it may start at that output.
    pub fn fits_output(&self, source: &Source, ty: Option<Type>) -> bool {
        match (&self.from, &self.bundle) {
            (End::Input(_, wanted), None) => {
                ty.is_some_and(|ty| ty.fits(*wanted)) && !self.circles.contains(&source.node)
            }
            (End::Input(..), Some((_, ends))) => {
                let fits = |ty: Type| ends.iter().all(|(_, wanted)| ty.fits(*wanted));
                ty.is_some_and(fits) && !self.circles.contains(&source.node)
            }
            (End::Output(from, _), _) => from == source,
        }
    }

    /// Whether that pin may be its other end.
    pub fn fits(&self, end: &End) -> bool {
        match end {
            End::Input(input, ty) => self.fits_input(input, Some(*ty)),
            End::Output(source, ty) => self.fits_output(source, Some(*ty)),
        }
    }

    /// Whether it moves away from that input, so that the wire there is not drawn.
    pub fn lifts(&self, input: &Input) -> bool {
        self.cut.as_ref() == Some(input)
            || self
                .bundle
                .as_ref()
                .is_some_and(|(_, ends)| ends.iter().any(|(end, _)| end == input))
    }

    /// The ends that stay.
    pub fn fixed(&self) -> Vec<End> {
        match &self.bundle {
            Some((_, ends)) => ends
                .iter()
                .map(|(input, ty)| End::Input(input.clone(), *ty))
                .collect(),
            None => vec![self.from.clone()],
        }
    }

    /// Finds where it would end: the pin under the pointer, a field under it, or the first free
    /// fitting pin of the node under it.
    pub fn aim(&mut self, layouts: &[NodeLayout], pos_in_graph: Pos2) {
        let pos = pos_in_graph;
        let near = near_pin(layouts, pos).filter(|end| *end != self.from);
        let over = layouts
            .iter()
            .rev()
            .find(|layout| layout.rect.contains(pos));
        let field = || {
            let layout = over?;
            let mut places = layout.params.iter();
            let place = places.find(|place| place.rect.contains(pos))?;
            let pin = layout.input(&place.name)?;
            Some(End::Input(Input::new(&layout.key, &pin.name), pin.ty?))
        };
        let fitting = near.clone().filter(|end| self.fits(end));
        let body = over.filter(|_| near.is_none());
        self.offered = body.and_then(|body| self.offer(body));
        self.target = fitting
            .or_else(|| field().filter(|end| self.fits(end)))
            .or_else(|| self.free_pin(body.filter(|_| self.offered.is_none())?));
        self.refused = if self.target.is_none() { near } else { None };
    }

    /// The pins among which a drop on a collapsed node lets choose: its params have none to aim at.
    fn offer(&self, layout: &NodeLayout) -> Option<Offer> {
        if !layout.is_collapsed || self.bundle.is_some() {
            return None;
        }
        let fitting = ends(layout).map(|(end, _)| end);
        let fitting = fitting.filter(|end| *end != self.from && self.fits(end));
        let ends: Vec<End> = fitting.collect();
        (ends.len() > 1).then(|| Offer {
            node: layout.key.clone(),
            ends,
        })
    }

    /// The same with its other end there.
    pub fn ending_at(mut self, end: End) -> Self {
        self.target = Some(end);
        self
    }

    /// The pin that a drop on a node's body means. Of a collapsed node it is the only one that fits,
    /// whatever it is.
    fn free_pin(&self, layout: &NodeLayout) -> Option<End> {
        let is_free = |end: &End| match end {
            End::Input(input, _) => layout
                .input(&input.slot)
                .is_some_and(|pin| layout.is_collapsed || (!pin.is_param && !pin.wired)),
            End::Output(..) => true,
        };
        ends(layout)
            .map(|(end, _)| end)
            .find(|end| is_free(end) && *end != self.from && self.fits(end))
    }

    /// What dropping it here does. `on_nothing` says that no node is there.
    pub fn drop_here(self, on_nothing: bool) -> Dropped {
        if self.target.is_none() && self.offered.is_some() {
            return Dropped::Pick(Box::new(self));
        }
        if let Some((from, _)) = self.bundle {
            return match self.target {
                Some(End::Output(to, _)) if to != from => {
                    Dropped::Command(GraphCommand::MoveWires { from, to }.into())
                }
                Some(_) | None => Dropped::Nothing,
            };
        }
        match (self.from, self.target) {
            (End::Output(..), Some(End::Input(to, _))) if self.cut.as_ref() == Some(&to) => {
                Dropped::Nothing
            }
            (End::Output(from, _), Some(End::Input(to, _)))
            | (End::Input(to, _), Some(End::Output(from, _))) => {
                Dropped::Command(match self.through {
                    Some((reroute, _)) => {
                        DrawingCommand::ConnectThrough { from, to, reroute }.into()
                    }
                    None => {
                        let cut = self.cut;
                        Command::Connect { from, to, cut }
                    }
                })
            }
            (from, _) => match self.cut {
                Some(cut) => Dropped::Command(Command::Disconnect(cut)),
                None if on_nothing && self.refused.is_none() => Dropped::Choose(from),
                None => Dropped::Nothing,
            },
        }
    }

    /// Whether a drop here lets choose one of a node's pins.
    pub fn offers(&self, node: &str) -> bool {
        let offered = self.offered.as_ref();
        offered.is_some_and(|offered| offered.node == node)
    }

    /// What a drop on the collapsed node under the pointer asks.
    pub fn offer_words(&self) -> Option<String> {
        let offered = self.offered.as_ref()?;
        Some(format!("Drop to choose one of {} pins", offered.ends.len()))
    }

    /// Why it cannot end under the pointer.
    pub fn refusal(&self) -> Option<String> {
        let refused = self.refused.as_ref()?;
        Some(match (&self.from, refused) {
            (End::Output(..), End::Output(..)) => "A wire ends on an input".to_owned(),
            (End::Input(..), End::Input(..)) => "A wire starts at an output".to_owned(),
            (End::Output(_, from), End::Input(_, to))
            | (End::Input(_, to), End::Output(_, from)) => {
                if from.fits(*to) {
                    "This would close a circle".to_owned()
                } else {
                    format!("{} does not fit {}", from.name(), to.name())
                }
            }
        })
    }
}

/// The pin that is so near to a point that it is meant.
fn near_pin(layouts: &[NodeLayout], pos_in_graph: Pos2) -> Option<End> {
    let reach = size::PIN_REACH * 1.4;
    let around = |layout: &&NodeLayout| layout.rect.expand(reach).contains(pos_in_graph);
    let near = layouts.iter().filter(around).flat_map(|layout| {
        // Those of a collapsed node stand close, and leave its title to what means the node.
        let reach = if layout.is_collapsed {
            FOLDED_ROW
        } else {
            reach
        };
        placed_ends(layout)
            .map(move |(end, at)| ((at - pos_in_graph).length(), end))
            .filter(move |(distance, _)| *distance < reach)
    });
    near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, end)| end)
}

/// Every pin and param of a node that can be aimed at, with its place in the graph.
fn placed_ends(layout: &NodeLayout) -> impl Iterator<Item = (End, Pos2)> {
    ends(layout).filter(|(end, _)| match end {
        End::Input(input, _) => layout
            .input(&input.slot)
            .is_some_and(|pin| layout.has_place(pin)),
        End::Output(..) => true,
    })
}

/// Every pin and param of a node with its place in the graph.
pub fn ends(layout: &NodeLayout) -> impl Iterator<Item = (End, Pos2)> {
    let inputs = layout.inputs.iter().filter_map(|pin| {
        let input = Input::new(&layout.key, &pin.name);
        Some((End::Input(input, pin.ty?), pin.pos))
    });
    let outputs = layout.outputs.iter().filter_map(|pin| {
        let source = Source {
            node: layout.key.clone(),
            pin: pin.name.clone(),
        };
        Some((End::Output(source, pin.ty?), pin.pos))
    });
    inputs.chain(outputs)
}
