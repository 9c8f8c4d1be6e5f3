//! What a node's `lower` sees: its params and inputs as typed values, and a place to emit ops.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use crate::graph::value::{self, ValueError};
use crate::node::{In, NodeSpec, Out, Param, ParamValue, Value, Wire};
use crate::plan::op::{Op, Operation, Ref, ValueRef};
use crate::plan::print;

/// The context in which one node is lowered.
pub struct Lower<'a> {
    /// The node's key, remembered with every op that it emits.
    pub(crate) node: &'a str,
    /// Every param of the node, checked.
    pub(crate) params: &'a BTreeMap<&'static str, Value>,
    /// What the wired inputs carry.
    pub(crate) inputs: &'a BTreeMap<&'static str, ValueRef>,
    /// What the node's outputs carry, filled by [`Self::output`].
    pub(crate) outputs: BTreeMap<&'static str, ValueRef>,
    /// The ops of all nodes so far, each with the key of its node.
    pub(crate) ops: &'a mut Vec<(String, Op)>,
}

impl Lower<'_> {
    /// The value on a required input.
    pub fn input<T: Wire>(&self, pin: In<T>) -> Ref<T> {
        self.input_if_wired(pin)
            .expect("the checker lets no node pass whose required inputs are not wired")
    }

    /// The value on an optional input.
    pub fn input_if_wired<T: Wire>(&self, pin: In<T>) -> Option<Ref<T>> {
        self.inputs
            .get(pin.pin().name)
            .map(|value| Ref::new(*value))
    }

    /// A param's value.
    pub fn param<T: ParamValue>(&self, param: Param<T>) -> T {
        self.params
            .get(param.name())
            .and_then(T::from_value)
            .expect("the checker gives every param a value of its kind")
    }

    /// The node's key in the graph.
    pub fn node_key(&self) -> &str {
        self.node
    }

    /// Appends an op and returns its results.
    pub fn emit<O: Operation>(&mut self, op: O) -> O::Out {
        let step = self.ops.len();
        self.ops.push((self.node.to_owned(), op.into()));
        O::out(step)
    }

    /// Says what an output pin carries.
    pub fn output<T: Wire>(&mut self, pin: Out<T>, value: Ref<T>) {
        self.outputs.insert(pin.pin().name, value.value);
    }
}

/// Lowers one node by itself and prints what it emits, then what its outputs carry: `$name`
/// stands for what would come in at a pin. For tests of nodes and for help.
///
/// `params` are as in a file, `open` names optional inputs that shall have no wire.
pub fn alone(
    spec: &NodeSpec,
    params: &Map<String, Json>,
    open: &[&str],
) -> Result<String, ValueError> {
    let mut values = BTreeMap::new();
    for param in spec.params {
        let value = match params.get(param.name) {
            Some(json) => value::read(&param.kind, json)?,
            None => param.kind.default(),
        };
        values.insert(param.name, value);
    }
    // Steps that no list reaches stand for what comes in.
    let outside = |i: usize| ValueRef {
        step: usize::MAX - i,
        output: 0,
    };
    let wired = spec
        .inputs
        .iter()
        .enumerate()
        .filter(|(_, pin)| pin.required || !open.contains(&pin.name));
    let inputs = wired.map(|(i, pin)| (pin.name, outside(i))).collect();
    let mut ops = Vec::new();
    let mut cx = Lower {
        node: "node",
        params: &values,
        inputs: &inputs,
        outputs: BTreeMap::new(),
        ops: &mut ops,
    };
    (spec.lower)(&mut cx);
    let outputs = cx.outputs;

    let ops: Vec<&Op> = ops.iter().map(|(_, op)| op).collect();
    let show = |value: ValueRef| match spec.inputs.get(usize::MAX - value.step) {
        Some(pin) => format!("${}", pin.name),
        None => print::reference(&ops, value),
    };
    let mut text = print::listing(&ops, &show);
    for (pin, value) in outputs {
        let _ = writeln!(text, "{pin}: {}", show(value)); // writing to a string cannot fail
    }
    Ok(text)
}
