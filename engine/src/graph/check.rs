//! Finds the part of a graph that can run, and says what is wrong with the rest.
//!
//! Each node is judged by itself first (its kind, its params, its wires' ends); then nodes are
//! taken in the order of their wires, so that a node behind a broken one is left out in silence:
//! only the cause is reported, and other branches run. What is muted or bypassed is neither judged
//! nor run.

mod cycle;
mod group;
mod problems;
mod wire;

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use indexmap::IndexMap;
use serde_json::Value as Json;

use self::problems::{Givers, Problems};
use self::wire::{End, Slot};
use super::group::{Flat, FlatNode, GROUP};
use super::{Graph, Mode, shorten, value};
use crate::diagnostic::Diagnostic;
use crate::node::{Catalog, NodeSpec, ParamSpec, PinSpec, Value};

/// How long the texts of all params may be together, in bytes.
const MAX_TEXT_BYTES: usize = 512 << 20;

/// The sound part of a graph: known nodes, right types, required pins wired, values in their hard
/// ranges, no cycles. Only [`check`] makes it.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Every node after those that it depends on.
    pub(crate) nodes: IndexMap<String, CheckedNode>,
    /// The output nodes' keys, in the graph's order.
    outputs: Vec<String>,
    /// For each group the nodes that it runs for: those that give its outputs, and output nodes.
    groups: BTreeMap<String, Vec<usize>>,
}

/// One sound node.
#[derive(Clone, Debug)]
pub(crate) struct CheckedNode {
    /// Its kind.
    pub(crate) spec: &'static NodeSpec,
    /// Every param in the kind's order, be it from the file, from a wire or the default.
    pub(crate) params: Vec<Value>,
    /// Its wired pins; nodes are counted as in [`Checked::nodes`].
    pub(crate) inputs: Vec<Wire>,
}

/// A wire whose ends exist and fit. Ends are counted as their kinds list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wire {
    /// The pin, or the param, at which it ends.
    pub(crate) slot: usize,
    /// The node at which it starts.
    pub(crate) from: usize,
    /// The output of that node.
    pub(crate) output: usize,
}

impl Checked {
    /// The keys of the output nodes that can run, in the graph's order.
    pub fn outputs(&self) -> Vec<&str> {
        self.outputs.iter().map(String::as_str).collect()
    }

    /// Whether that node can run; of a group, whether it gives anything.
    pub fn contains(&self, node: &str) -> bool {
        !self.places(node).is_empty()
    }

    /// The places in [`Self::nodes`] of what that node, or that group, stands for.
    pub(crate) fn places(&self, node: &str) -> Vec<usize> {
        match self.nodes.get_index_of(node) {
            Some(place) => vec![place],
            None => self.groups.get(node).cloned().unwrap_or_default(),
        }
    }

    /// A param's value as a run sees it, wires and defaults included.
    pub fn value(&self, node: &str, param: &str) -> Option<&Value> {
        let node = self.nodes.get(node)?;
        node.params.get(node.spec.param_slot(param)?)
    }
}

/// Judges a graph. Never fails: what cannot run is left out and reported. Nodes inside groups are
/// called `outer/inner`, in problems and in what comes out.
pub fn check(graph: &Graph, catalog: Catalog) -> (Checked, Vec<Diagnostic>) {
    let flat = Flat::of(graph);
    let kinds: HashMap<&str, &'static NodeSpec> =
        catalog.0.iter().map(|spec| (spec.id, *spec)).collect();
    let specs = flat.nodes.values();
    let mut check = Check {
        flat: &flat,
        specs: specs
            .map(|node| kinds.get(node.node.is.as_str()).copied())
            .collect(),
        catalog,
        givers: OnceCell::new(),
        all_active: flat
            .nodes
            .values()
            .all(|node| node.node.mode == Mode::Active),
        bypassed: HashMap::new(),
        passed: HashMap::new(),
        text_bytes: 0,
        problems: Problems::default(),
    };
    let mut drafts: Vec<Draft> = flat
        .nodes
        .iter()
        .enumerate()
        .map(|(i, (key, node))| check.node(i, key, node))
        .collect();
    let order = check.order(&mut drafts);
    let checked = check.join(drafts, &order);
    check.look_for_outputs(&checked);
    (checked, check.problems.finish())
}

/// A node while it is judged; its place is the one in the file.
struct Draft {
    spec: Option<&'static NodeSpec>,
    /// Every param of the kind; the default where a wire says the value, or nothing that can.
    params: Vec<Value>,
    pins: Vec<Wire>,
    /// The wires that end at params.
    drivers: Vec<Wire>,
    broken: bool,
}

impl Draft {
    fn broken() -> Self {
        Self {
            spec: None,
            params: Vec::new(),
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

/// For each node those that wait for it, one node's after the other's.
struct After {
    waiting: Vec<usize>,
    /// Where each node's begin.
    starts: Vec<usize>,
}

impl After {
    /// Says besides for how many wires each node waits.
    fn of(drafts: &[Draft]) -> (Self, Vec<usize>) {
        let mut waits_for = vec![0; drafts.len()];
        let mut starts = vec![0; drafts.len() + 1];
        for (i, draft) in drafts.iter().enumerate() {
            for from in draft.before() {
                starts[from + 1] += 1;
                waits_for[i] += 1;
            }
        }
        for i in 0..drafts.len() {
            starts[i + 1] += starts[i];
        }
        let mut waiting = vec![0; starts[drafts.len()]];
        let mut free = starts.clone();
        for (i, draft) in drafts.iter().enumerate() {
            for from in draft.before() {
                waiting[free[from]] = i;
                free[from] += 1;
            }
        }
        (Self { waiting, starts }, waits_for)
    }

    fn node(&self, i: usize) -> &[usize] {
        &self.waiting[self.starts[i]..self.starts[i + 1]]
    }
}

struct Check<'f, 'a> {
    flat: &'f Flat<'a>,
    catalog: Catalog,
    /// The nodes' kinds, by their places.
    specs: Vec<Option<&'static NodeSpec>>,
    givers: OnceCell<Givers<'f>>,
    /// Whether all nodes are active, so that wires start where they say.
    all_active: bool,
    /// Which inputs the outputs of bypassed nodes stand for.
    bypassed: HashMap<usize, HashMap<String, String>>,
    /// Where wires lead that start at outputs of bypassed nodes.
    passed: HashMap<(usize, &'f str), Option<&'f Json>>,
    /// How long the texts of all params are together.
    text_bytes: usize,
    problems: Problems,
}

impl<'f> Check<'f, '_> {
    fn node(&mut self, i: usize, key: &'f str, flat: &'f FlatNode<'_>) -> Draft {
        let mut draft = Draft::broken();
        if flat.node.mode != Mode::Active {
            return draft;
        }
        if !self.flat.is_key(key) {
            self.problems.error(i, || {
                Diagnostic::error("the node's name has letters that names cannot have, or too many")
                    .at(shorten(key))
                    .help("rename it: 1 to 64 of a-z, 0-9, _ and -")
            });
            return draft;
        }
        if let Some(word) = flat.node.rest.get("mode").filter(|word| *word != "active") {
            self.problems
                .warning(i, || problems::unknown_mode(key, word));
        }
        if flat.node.is == GROUP {
            self.group(i, key, flat);
            return draft;
        }
        let Some(spec) = self.specs[i] else {
            self.problems.error(i, || {
                problems::unknown_kind(self.catalog, key, &flat.node.is)
            });
            return draft;
        };
        draft.spec = Some(spec);
        draft.broken = false;
        self.unknown_names(i, key, flat, spec);
        for (slot, pin) in spec.inputs.iter().enumerate() {
            self.pin(i, key, flat, (slot, pin), &mut draft);
        }
        draft.params.reserve_exact(spec.params.len());
        for (slot, param) in spec.params.iter().enumerate() {
            let value = self.param(i, key, flat, (slot, param), &mut draft);
            draft
                .params
                .push(value.unwrap_or_else(|| param.kind.default()));
        }
        draft
    }

    fn pin(
        &mut self,
        i: usize,
        key: &'f str,
        flat: &'f FlatNode<'_>,
        (slot, pin): (usize, &'static PinSpec),
        draft: &mut Draft,
    ) {
        let Some(wire) = flat.wire(pin.name) else {
            if pin.required {
                let givers = self
                    .givers
                    .get_or_init(|| Givers::new(self.flat, &self.specs));
                self.problems
                    .error(i, || problems::not_wired(givers, self.catalog, key, pin));
                draft.broken = true;
            }
            return;
        };
        match self.wire(
            i,
            &Slot {
                key,
                name: pin.name,
                wanted: pin.ty,
            },
            wire,
        ) {
            End::Output { pin: output, .. } if output.carries.is_some() => {
                self.problems.error(i, || {
                    Diagnostic::error(format!("{wire} is a plain value, which only params take"))
                        .at(key)
                        .slot(pin.name)
                });
                draft.broken = true;
            }
            End::Output { from, output, .. } => draft.pins.push(Wire { slot, from, output }),
            // Who needs what is muted is left out in silence.
            End::Muted => draft.broken |= pin.required,
            End::Nowhere => draft.broken = true,
        }
    }

    /// The value that the file or the kind gives to a param; `None` if a wire says it, or nothing
    /// that can.
    fn param(
        &mut self,
        i: usize,
        key: &'f str,
        flat: &'f FlatNode<'_>,
        (slot, param): (usize, &'static ParamSpec),
        draft: &mut Draft,
    ) -> Option<Value> {
        let end = Slot {
            key,
            name: param.name,
            wanted: param.kind.ty(),
        };
        match flat.wire(param.name).map(|wire| self.wire(i, &end, wire)) {
            Some(End::Output { from, output, .. }) => {
                draft.drivers.push(Wire { slot, from, output });
                return None;
            }
            Some(End::Nowhere) => {
                draft.broken = true;
                return None;
            }
            Some(End::Muted) | None => {}
        }
        let value = match flat.value(param.name) {
            Some(json) => value::read(&param.kind, json),
            None => value::default(&param.kind),
        };
        match value {
            Ok(value) if self.has_room(&value) => return Some(value),
            Ok(_) => {
                self.problems
                    .error(i, || problems::too_much_text().at(key).slot(param.name));
            }
            Err(error) => {
                self.problems.error(i, || {
                    problems::with_help(Diagnostic::error(error.to_string()), error.help())
                        .at(key)
                        .slot(param.name)
                });
            }
        }
        draft.broken = true;
        None
    }

    /// Takes note of a text. One may be shared by many nodes, each of which gets a copy.
    fn has_room(&mut self, value: &Value) -> bool {
        if let Value::Text(text) = value {
            self.text_bytes = self.text_bytes.saturating_add(text.len());
        }
        self.text_bytes <= MAX_TEXT_BYTES
    }

    /// Names that the kind does not have are kept and change nothing: a warning.
    fn unknown_names(&mut self, i: usize, key: &str, flat: &FlatNode<'_>, spec: &'static NodeSpec) {
        // Of what groups give to names that are not there, the groups are told.
        let params = flat.node.params.keys();
        for name in params.filter(|name| spec.param(name).is_none()) {
            self.problems
                .warning(i, || problems::unknown_name(key, name, spec, "param"));
        }
        let unknown_inputs = flat
            .node
            .inputs
            .keys()
            .filter(|name| spec.input(name).is_none() && spec.param(name).is_none());
        for name in unknown_inputs {
            self.problems
                .warning(i, || problems::unknown_name(key, name, spec, "input"));
        }
    }

    /// Places of nodes, each after those that it depends on, else in the file's order. Params
    /// that wires drive get their values on the way, and breakage spreads. Nodes in and behind
    /// cycles are not among them.
    fn order(&mut self, drafts: &mut [Draft]) -> Vec<usize> {
        let (after, mut waits_for) = After::of(drafts);
        let mut ready: BinaryHeap<Reverse<usize>> = (0..drafts.len())
            .filter(|i| waits_for[*i] == 0)
            .map(Reverse)
            .collect();
        let mut order = Vec::with_capacity(drafts.len());
        while let Some(Reverse(i)) = ready.pop() {
            self.settle(i, drafts);
            order.push(i);
            for &next in after.node(i) {
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
                        problems::cycle(self.flat, &cycle)
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
        let Some(spec) = drafts[i].spec else {
            return;
        };
        for wire in std::mem::take(&mut drafts[i].drivers) {
            let (end, from) = (&spec.params[wire.slot], &drafts[wire.from]);
            let start = from.spec.map(|spec| &spec.outputs[wire.output]);
            let carried = start
                .and_then(|pin| from.spec?.param_slot(pin.carries?))
                .and_then(|slot| from.params.get(slot));
            let source = || {
                let pin = start.map_or("", |pin| pin.name);
                format!("\"{}.{pin}\"", key_at(self.flat, wire.from))
            };
            let problem = match carried.map(|carried| value::convert(&end.kind, carried)) {
                Some(Ok(value)) if self.has_room(&value) => {
                    drafts[i].params[wire.slot] = value;
                    None
                }
                Some(Ok(_)) => Some(problems::too_much_text()),
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
                    .error(i, || problem.at(key_at(self.flat, i)).slot(end.name));
                drafts[i].broken = true;
            }
        }
    }

    /// The sound drafts, their wires by place among each other.
    fn join(&mut self, drafts: Vec<Draft>, order: &[usize]) -> Checked {
        let mut places: Vec<Option<usize>> = vec![None; drafts.len()];
        let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
        let mut nodes = IndexMap::with_capacity(order.len());
        for &i in order {
            let Some(Draft {
                spec: Some(spec),
                params,
                pins: mut inputs,
                broken: false,
                ..
            }) = drafts[i].take()
            else {
                continue;
            };
            inputs.retain_mut(|wire| {
                let place = places[wire.from];
                wire.from = place.unwrap_or_default();
                place.is_some()
            });
            places[i] = Some(nodes.len());
            nodes.insert(
                key_at(self.flat, i).to_owned(),
                CheckedNode {
                    spec,
                    params,
                    inputs,
                },
            );
        }
        let outputs = self.outputs(&places);
        let groups = self.groups(&places, &nodes);
        Checked {
            nodes,
            outputs,
            groups,
        }
    }

    /// The sound output nodes, in the file's order.
    fn outputs(&self, places: &[Option<usize>]) -> Vec<String> {
        let nodes = self.specs.iter().zip(places).enumerate();
        let outputs = nodes.filter(|(_, (spec, place))| {
            place.is_some() && spec.is_some_and(|spec| spec.is_output)
        });
        outputs
            .map(|(i, _)| key_at(self.flat, i).to_owned())
            .collect()
    }

    /// A graph that asks for nothing is an error even if all that is there is sound.
    fn look_for_outputs(&mut self, checked: &Checked) {
        let mut known = self.specs.iter().flatten();
        if !known.any(|spec| spec.is_output) {
            let (flat, catalog) = (self.flat, self.catalog);
            self.problems
                .error(usize::MAX, || problems::nothing_to_run(flat, catalog));
        } else if checked.outputs.is_empty() && !self.problems.has_errors() {
            self.problems.error(usize::MAX, problems::all_muted);
        }
    }
}

/// The key of the node at that place.
fn key_at<'f>(flat: &'f Flat<'_>, place: usize) -> &'f str {
    flat.nodes.get_index(place).map_or("", |(key, _)| key)
}

#[cfg(test)]
pub(super) mod tests;
