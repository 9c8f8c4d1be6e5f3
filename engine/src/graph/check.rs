//! Finds the part of a graph that can run, and says what is wrong with the rest.
//!
//! Each node is judged by itself first (its kind, its params, its wires' ends); then nodes are
//! taken in the order of their wires, so that a node behind a broken one is left out in silence:
//! only the cause is reported, and other branches run.

mod cycle;
mod problems;

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use indexmap::IndexMap;
use serde_json::Value as Json;

use self::problems::{Givers, Problems};
use super::{Graph, Node, Source, is_key, shorten, value};
use crate::diagnostic::Diagnostic;
use crate::node::{Catalog, NodeSpec, ParamSpec, PinSpec, Type, Value};

/// The sound part of a graph: known nodes, right types, required pins wired, values in their hard
/// ranges, no cycles. Only [`check`] makes it.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Every node after those that it depends on.
    pub(crate) nodes: IndexMap<String, CheckedNode>,
    /// The output nodes' keys, in the graph's order.
    outputs: Vec<String>,
}

/// One sound node.
#[derive(Clone, Debug)]
pub(crate) struct CheckedNode {
    /// Its kind.
    pub(crate) spec: &'static NodeSpec,
    /// Every param, be it from the file, from a wire or the default.
    pub(crate) params: BTreeMap<&'static str, Value>,
    /// Wired pins, each with the node's place in [`Checked::nodes`] and its output pin.
    pub(crate) inputs: BTreeMap<&'static str, (usize, &'static str)>,
}

impl Checked {
    /// The keys of the output nodes that can run, in the graph's order.
    pub fn outputs(&self) -> Vec<&str> {
        self.outputs.iter().map(String::as_str).collect()
    }

    /// Whether that node can run.
    pub fn contains(&self, node: &str) -> bool {
        self.nodes.contains_key(node)
    }

    /// A param's value as a run sees it, wires and defaults included.
    pub fn value(&self, node: &str, param: &str) -> Option<&Value> {
        self.nodes.get(node)?.params.get(param)
    }
}

/// Judges a graph. Never fails: what cannot run is left out and reported.
pub fn check(graph: &Graph, catalog: Catalog) -> (Checked, Vec<Diagnostic>) {
    let mut check = Check {
        graph,
        kinds: catalog.0.iter().map(|spec| (spec.id, *spec)).collect(),
        catalog,
        givers: OnceCell::new(),
        problems: Problems::default(),
    };
    let mut drafts: Vec<Draft> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(i, (key, node))| check.node(i, key, node))
        .collect();
    let order = check.order(&mut drafts);
    let checked = check.join(drafts, &order);
    check.look_for_outputs();
    (checked, check.problems.finish())
}

/// A node while it is judged; its place is the one in the file.
struct Draft {
    spec: Option<&'static NodeSpec>,
    params: BTreeMap<&'static str, Value>,
    pins: Vec<Wire<PinSpec>>,
    drivers: Vec<Wire<ParamSpec>>,
    broken: bool,
}

/// A wire whose ends exist and fit.
struct Wire<T: 'static> {
    end: &'static T,
    from: usize,
    pin: &'static PinSpec,
}

impl Draft {
    fn broken() -> Self {
        Self {
            spec: None,
            params: BTreeMap::new(),
            pins: Vec::new(),
            drivers: Vec::new(),
            broken: true,
        }
    }

    /// The nodes that this one depends on.
    fn before(&self) -> impl Iterator<Item = usize> {
        self.pins
            .iter()
            .map(|wire| wire.from)
            .chain(self.drivers.iter().map(|wire| wire.from))
    }
}

struct Check<'a> {
    graph: &'a Graph,
    catalog: Catalog,
    /// The catalogue by id: looked up once a node and once a wire.
    kinds: HashMap<&'static str, &'static NodeSpec>,
    givers: OnceCell<Givers<'a>>,
    problems: Problems,
}

impl Check<'_> {
    fn node(&mut self, i: usize, key: &str, node: &Node) -> Draft {
        let mut draft = Draft::broken();
        if !is_key(key) {
            self.problems.error(i, || {
                Diagnostic::error("the node's name has letters that names cannot have, or too many")
                    .at(shorten(key))
                    .help("rename it: 1 to 64 of a-z, 0-9, _ and -")
            });
            return draft;
        }
        let Some(&spec) = self.kinds.get(node.is.as_str()) else {
            self.problems
                .error(i, || problems::unknown_kind(self.catalog, key, &node.is));
            return draft;
        };
        draft.spec = Some(spec);
        draft.broken = false;
        self.unknown_names(i, key, node, spec);
        for pin in spec.inputs {
            match node.inputs.get(pin.name) {
                Some(wire) => match self.wire(i, key, pin.name, pin.ty, wire) {
                    Some((_, output)) if output.carries.is_some() => {
                        self.problems.error(i, || {
                            Diagnostic::error(format!(
                                "{wire} is a plain value, which only params take"
                            ))
                            .at(key)
                            .slot(pin.name)
                        });
                        draft.broken = true;
                    }
                    Some((from, output)) => draft.pins.push(Wire {
                        end: pin,
                        from,
                        pin: output,
                    }),
                    None => draft.broken = true,
                },
                None if pin.required => {
                    let givers = self
                        .givers
                        .get_or_init(|| Givers::new(self.graph, &self.kinds));
                    self.problems
                        .error(i, || problems::not_wired(givers, self.catalog, key, pin));
                    draft.broken = true;
                }
                None => {}
            }
        }
        for param in spec.params {
            let ty = param.kind.ty();
            if let Some(wire) = node.inputs.get(param.name) {
                match self.wire(i, key, param.name, ty, wire) {
                    Some((from, output)) => draft.drivers.push(Wire {
                        end: param,
                        from,
                        pin: output,
                    }),
                    None => draft.broken = true,
                }
                continue;
            }
            let value = node
                .params
                .get(param.name)
                .map(|json| value::read(&param.kind, json));
            // A default that is no value (a file not chosen) is as wrong as a written one.
            match value
                .unwrap_or_else(|| value::read(&param.kind, &value::json(&param.kind.default())))
            {
                Ok(value) => {
                    draft.params.insert(param.name, value);
                }
                Err(error) => {
                    self.problems.error(i, || {
                        problems::with_help(Diagnostic::error(error.to_string()), error.help())
                            .at(key)
                            .slot(param.name)
                    });
                    draft.broken = true;
                }
            }
        }
        draft
    }

    /// Names that the kind does not have are kept and change nothing: a warning.
    fn unknown_names(&mut self, i: usize, key: &str, node: &Node, spec: &'static NodeSpec) {
        let unknown_params = node.params.keys().filter(|name| spec.param(name).is_none());
        let unknown_inputs = node
            .inputs
            .keys()
            .filter(|name| spec.input(name).is_none() && spec.param(name).is_none());
        for name in unknown_params {
            self.problems
                .warning(i, || problems::unknown_name(key, name, spec, "param"));
        }
        for name in unknown_inputs {
            self.problems
                .warning(i, || problems::unknown_name(key, name, spec, "input"));
        }
    }

    /// The output that a wire starts from, if the wire is sound.
    fn wire(
        &mut self,
        i: usize,
        key: &str,
        slot: &str,
        wanted: Type,
        wire: &Json,
    ) -> Option<(usize, &'static PinSpec)> {
        let Some(source) = wire.as_str().and_then(Source::parse) else {
            self.problems.error(i, || {
                Diagnostic::error(format!("{} is no wire", shorten(&wire.to_string())))
                    .at(key)
                    .slot(slot)
                    .help("a wire is written \"node.output\"")
            });
            return None;
        };
        let Some((from, _, node)) = self.graph.nodes.get_full(&source.node) else {
            self.problems.error(i, || {
                problems::no_such_source(self.graph, key, slot, &source)
            });
            return None;
        };
        let Some(&spec) = self.kinds.get(node.is.as_str()) else {
            // Of what kind the other node is, and so what it gives, is not known: it is to blame,
            // and this node is left out with it.
            return None;
        };
        let Some(output) = spec.output(&source.pin) else {
            self.problems
                .error(i, || problems::no_such_output(key, slot, &source, spec));
            return None;
        };
        if !output.ty.fits(wanted) {
            self.problems.error(i, || {
                problems::wrong_type(self.catalog, key, slot, &source, output.ty, wanted)
            });
            return None;
        }
        Some((from, output))
    }

    /// Places of nodes, each after those that it depends on, else in the file's order. Params
    /// that wires drive get their values on the way, and breakage spreads. Nodes in and behind
    /// cycles are not among them.
    fn order(&mut self, drafts: &mut [Draft]) -> Vec<usize> {
        let mut after: Vec<Vec<usize>> = vec![Vec::new(); drafts.len()];
        let mut waits_for: Vec<usize> = vec![0; drafts.len()];
        for (i, draft) in drafts.iter().enumerate() {
            for from in draft.before() {
                after[from].push(i);
                waits_for[i] += 1;
            }
        }
        let mut ready: BinaryHeap<Reverse<usize>> = (0..drafts.len())
            .filter(|i| waits_for[*i] == 0)
            .map(Reverse)
            .collect();
        let mut order = Vec::with_capacity(drafts.len());
        while let Some(Reverse(i)) = ready.pop() {
            self.settle(i, drafts);
            order.push(i);
            for &next in &after[i] {
                waits_for[next] -= 1;
                if waits_for[next] == 0 {
                    ready.push(Reverse(next));
                }
            }
        }
        if order.len() < drafts.len() {
            let before: Vec<Vec<usize>> = drafts
                .iter()
                .map(|draft| draft.before().filter(|from| waits_for[*from] > 0).collect())
                .collect();
            for cycle in cycle::cycles(&before) {
                self.problems
                    .error(cycle.iter().copied().min().unwrap_or(0), || {
                        problems::cycle(self.graph, &cycle)
                    });
            }
        }
        order
    }

    /// Judges a node once all that it depends on is judged.
    fn settle(&mut self, i: usize, drafts: &mut [Draft]) {
        if drafts[i].before().any(|from| drafts[from].broken) {
            drafts[i].broken = true;
            return;
        }
        for wire in std::mem::take(&mut drafts[i].drivers) {
            let carried = wire
                .pin
                .carries
                .and_then(|param| drafts[wire.from].params.get(param));
            let source = || format!("\"{}.{}\"", key_at(self.graph, wire.from), wire.pin.name);
            let problem = match carried.map(|carried| value::convert(&wire.end.kind, carried)) {
                Some(Ok(value)) => {
                    drafts[i].params.insert(wire.end.name, value);
                    None
                }
                Some(Err(error)) => {
                    let message = format!("{error} (the value comes from {})", source());
                    Some(problems::with_help(
                        Diagnostic::error(message),
                        error.help(),
                    ))
                }
                None => {
                    let message = format!(
                        "{} is known only while running; a param must be known before",
                        source()
                    );
                    Some(
                        Diagnostic::error(message)
                            .help("wire a value node to it, or write the value"),
                    )
                }
            };
            if let Some(problem) = problem {
                self.problems
                    .error(i, || problem.at(key_at(self.graph, i)).slot(wire.end.name));
                drafts[i].broken = true;
            }
            drafts[i].drivers.push(wire);
        }
    }

    /// The sound drafts, their wires by place among each other.
    fn join(&self, drafts: Vec<Draft>, order: &[usize]) -> Checked {
        let mut places: Vec<Option<usize>> = vec![None; drafts.len()];
        let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
        let mut nodes = IndexMap::new();
        for &i in order {
            let Some(Draft {
                spec: Some(spec),
                params,
                pins,
                broken: false,
                ..
            }) = drafts[i].take()
            else {
                continue;
            };
            let inputs = pins
                .iter()
                .filter_map(|wire| Some((wire.end.name, (places[wire.from]?, wire.pin.name))))
                .collect();
            places[i] = Some(nodes.len());
            nodes.insert(
                key_at(self.graph, i).to_owned(),
                CheckedNode {
                    spec,
                    params,
                    inputs,
                },
            );
        }
        let outputs = self.graph.nodes.keys().filter(|key| {
            nodes
                .get(*key)
                .is_some_and(|node: &CheckedNode| node.spec.is_output)
        });
        let outputs = outputs.cloned().collect();
        Checked { nodes, outputs }
    }

    /// A graph that asks for nothing is an error even if all that is there is sound.
    fn look_for_outputs(&mut self) {
        let has_output = |node: &Node| {
            self.kinds
                .get(node.is.as_str())
                .is_some_and(|spec| spec.is_output)
        };
        if !self.graph.nodes.values().any(has_output) {
            self.problems.error(usize::MAX, || {
                problems::nothing_to_run(self.graph, self.catalog)
            });
        }
    }
}

/// The key of the node at that place.
fn key_at(graph: &Graph, place: usize) -> &str {
    graph.nodes.get_index(place).map_or("", |(key, _)| key)
}

#[cfg(test)]
mod tests;
