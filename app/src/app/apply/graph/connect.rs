//! New wires: of nodes that are added, put into a wire, or selected together.

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::{self, Edit, rewire};
use pyrograph_engine::graph::group::Slot;
use pyrograph_engine::graph::shape::Shape;
use pyrograph_engine::graph::{Node, Source, key_for, value};
use pyrograph_engine::node::{ParamSpec, Type};
use serde_json::{Map, Value as Json};

use crate::app::App;
use crate::canvas::flow::{self, Touch};
use crate::canvas::gesture::End;
use crate::canvas::gesture::insert::Insertion;
use crate::command::graph::Join;
use crate::command::{Input, NewNode};
use crate::widgets::ratio::SIDES;

impl App {
    /// Adds a node and wires it.
    pub(in crate::app::apply) fn add(&mut self, ctx: &Context, new: &NewNode, join: &Join) {
        let key = key_for(self.state.document.graph(), new.is);
        let node = Node {
            is: new.is.to_owned(),
            params: self.first_params(new.is),
            ..Node::default()
        };
        let added = Edit::add(&key, node, new.at);
        self.add_joined(ctx, (&key, added), join, "add node");
        self.select([key]);
        self.note_added(ctx, new.is);
    }

    /// What a new node is set to beside its kind's defaults: where a picture begins, it gets the size
    /// that the graph's model was trained for.
    pub(in crate::app::apply) fn first_params(&self, is: &str) -> Map<String, Json> {
        let kind = self.state.document.catalog().get(is);
        let begins = kind.filter(|kind| kind.inputs.is_empty());
        let Some((kind, size)) = begins.zip(self.state.native_size()) else {
            return Map::new();
        };
        let sides = SIDES.into_iter().zip(size);
        let sides: Vec<(&ParamSpec, Json)> = sides
            .filter_map(|(name, side)| Some((kind.param(name)?, Json::from(side))))
            .filter(|(param, side)| *side != value::json(&param.kind.default()))
            .collect();
        sides
            .into_iter()
            .map(|(param, side)| (param.name.to_owned(), side))
            .collect()
    }

    /// Makes an edit that adds a node, and wires that node, as one step.
    pub(in crate::app::apply) fn add_joined(
        &mut self,
        ctx: &Context,
        (key, added): (&str, Edit),
        join: &Join,
        label: &'static str,
    ) {
        match join {
            Join::Nothing => self.edit(ctx, added, label, false),
            Join::Wire { end, slot } => {
                let wire = wire_to(key, slot, end);
                self.edit(ctx, Edit::Batch(vec![added, wire]), label, false);
            }
            Join::Beside(beside) => {
                self.edit(ctx, added, label, true);
                let wires = self
                    .wires_between(beside, key)
                    .or_else(|| self.wires_between(key, beside));
                if let Some(wires) = wires
                    && let Err(error) = self.state.document.extend(wires, label)
                {
                    self.tell_problem(ctx, &Diagnostic::error(error.to_string()));
                }
                self.state.document.end_gesture();
                self.after_edit();
            }
        }
    }

    /// Remembers what was added last.
    pub(in crate::app::apply) fn note_added(&mut self, ctx: &Context, id: &str) {
        let mut settings = self.state.settings.clone();
        settings.note_node(id);
        self.take_settings(ctx, settings);
    }

    /// Lays a wire; one that is dragged off elsewhere is moved.
    pub(in crate::app::apply) fn connect(
        &mut self,
        ctx: &Context,
        from: &Source,
        to: &Input,
        cut: Option<Input>,
    ) {
        if self.state.document.would_circle(&from.node, &to.node) {
            self.tell_circle(ctx);
            return;
        }
        let graph = self.state.document.graph();
        let to = Slot::new(&to.node, &to.slot);
        let moved = cut.map(|cut| rewire(graph, &Slot::new(&cut.node, &cut.slot), &to));
        let wire = moved
            .filter(|moved| !moved.is_nothing())
            .unwrap_or_else(|| edit::lay(graph, from, &to));
        self.edit(ctx, wire, "connect", false);
    }

    /// Lets a wire run through a node: one step with the move that brought the node there.
    pub(super) fn insert(&mut self, ctx: &Context, insertion: &Insertion) {
        let Insertion {
            node,
            input,
            output,
            wire,
        } = insertion;
        let graph = self.state.document.graph();
        let Some(source) = graph
            .nodes
            .get(&wire.node)
            .and_then(|node| node.source(&wire.slot))
        else {
            return;
        };
        let through = Source {
            node: node.clone(),
            pin: output.clone(),
        };
        let wires = vec![
            Edit::connect(node, input, &source),
            // Its way was that of the whole wire, not of the half behind the node.
            edit::lay(graph, &through, &Slot::new(&wire.node, &wire.slot)),
        ];
        if let Err(error) = self
            .state
            .document
            .extend(Edit::Batch(wires), "insert into wire")
        {
            self.tell_problem(ctx, &Diagnostic::error(error.to_string()));
        }
        self.after_edit();
    }

    /// Lets all wires of one output start at another.
    pub(super) fn move_wires(&mut self, ctx: &Context, from: &Source, to: &Source) {
        let graph = self.state.document.graph();
        let before = flow::upstream(graph, [to.node.as_str()]);
        let ends: Vec<(&str, &str)> = flow::ends_of(graph, from).collect();
        if ends.iter().any(|(node, _)| before.contains(*node)) {
            self.tell_circle(ctx);
            return;
        }
        let wires = ends
            .into_iter()
            .map(|(node, slot)| Edit::connect(node, slot, to));
        let moved = Edit::Batch(wires.collect());
        self.edit(ctx, moved, "move wires", false);
    }

    /// Cuts the wires that end there.
    pub(super) fn cut_wires(&mut self, ctx: &Context, ends: &[Input]) {
        let graph = self.state.document.graph();
        let cuts = ends
            .iter()
            .map(|end| edit::cut(graph, &end.node, &end.slot));
        let cuts = Edit::Batch(cuts.collect());
        self.edit(ctx, cuts, "cut wires", false);
    }

    /// Cuts the selected wire; without one, those among the selected nodes, or else all of theirs.
    pub(super) fn cut_selected(&mut self, ctx: &Context) {
        let selection = &self.state.selection;
        let ends: Vec<Input> = match &selection.wire {
            Some(wire) => vec![wire.clone()],
            None => {
                let graph = self.state.document.graph();
                let among = flow::ends_at(graph, &selection.nodes, Touch::Both);
                if among.is_empty() {
                    flow::ends_at(graph, &selection.nodes, Touch::One)
                } else {
                    among
                }
            }
        };
        if ends.is_empty() {
            self.tell(ctx, "No wire starts or ends at what is selected");
        } else {
            self.cut_wires(ctx, &ends);
        }
    }

    /// Wires the selected nodes from left to right.
    pub(super) fn connect_selected(&mut self, ctx: &Context) {
        let mut keys: Vec<String> = self.state.selection.nodes.iter().cloned().collect();
        keys.sort_by(|a, b| {
            let x = |key: &str| self.state.document.position(key)[0];
            x(a).total_cmp(&x(b))
        });
        let wires: Vec<Edit> = keys
            .windows(2)
            .filter_map(|pair| self.wires_between(&pair[0], &pair[1]))
            .collect();
        if wires.is_empty() {
            let words = if keys.len() < 2 {
                "Select two nodes or more to connect them"
            } else {
                "No free pins of these nodes fit"
            };
            self.tell(ctx, words);
            return;
        }
        self.edit(ctx, Edit::Batch(wires), "connect", false);
    }

    /// The wires from one node's outputs to the free pins of another that they fit; each output is
    /// used once. If no pin fits, a param may.
    fn wires_between(&self, from: &str, to: &str) -> Option<Edit> {
        let (graph, catalog) = (self.state.document.graph(), self.state.document.catalog());
        let left = Shape::of(graph, from, catalog)?;
        let right = Shape::of(graph, to, catalog)?;
        let node = graph.nodes.get(to)?;
        if flow::upstream(graph, [from]).contains(to) {
            return None; // it would close a circle
        }
        let mut outputs: Vec<(&str, Type)> = left
            .outputs
            .iter()
            .map(|pin| (pin.name.as_str(), pin.ty))
            .collect();
        let mut wire = |slot: &str, ty: Type| {
            if node.inputs.contains_key(slot) {
                return None;
            }
            let source = Source {
                node: from.to_owned(),
                pin: take_fitting(&mut outputs, slot, ty)?.to_owned(),
            };
            Some(Edit::connect(to, slot, &source))
        };
        let pins = right.inputs.iter();
        let mut wires: Vec<Edit> = pins.filter_map(|pin| wire(&pin.name, pin.ty)).collect();
        if wires.is_empty() {
            let mut params = right.params.iter();
            wires.extend(params.find_map(|param| wire(&param.name, param.spec.kind.ty())));
        }
        (!wires.is_empty()).then_some(Edit::Batch(wires))
    }

    pub(in crate::app::apply) fn tell_circle(&mut self, ctx: &Context) {
        let problem = Diagnostic::error("this wire would close a circle");
        self.tell_problem(ctx, &problem);
    }
}

/// The wire between a pin or param of a node and the end of a wire that was dropped.
fn wire_to(key: &str, slot: &str, end: &End) -> Edit {
    match end {
        End::Output(source, _) => Edit::connect(key, slot, source),
        End::Input(Input { node, slot: input }, _) => {
            let source = Source {
                node: key.to_owned(),
                pin: slot.to_owned(),
            };
            Edit::connect(node, input, &source)
        }
    }
}

/// Takes the output that fits a slot: the one of its name, or else the first.
fn take_fitting<'a>(outputs: &mut Vec<(&'a str, Type)>, slot: &str, ty: Type) -> Option<&'a str> {
    let fits = |output: &&(&str, Type)| output.1.fits(ty);
    let named = outputs
        .iter()
        .position(|output| output.0 == slot && fits(&output));
    let at = named.or_else(|| outputs.iter().position(|output| fits(&output)))?;
    Some(outputs.remove(at).0)
}
