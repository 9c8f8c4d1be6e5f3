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
    /// The node's key.
    pub(crate) node: &'a str,
    /// Its kind, by whose lists all that follows is counted.
    pub(crate) spec: &'a NodeSpec,
    /// Every param of the node, checked.
    pub(crate) params: &'a [Value],
    /// What the wired inputs carry.
    pub(crate) inputs: &'a [Option<ValueRef>],
    /// What the node's outputs carry, filled by [`Self::output`].
    pub(crate) outputs: &'a mut [Option<ValueRef>],
    /// The ops of all nodes so far.
    pub(crate) ops: &'a mut Vec<Op>,
}

impl Lower<'_> {
    /// The value on a required input.
    pub fn input<T: Wire>(&self, pin: In<T>) -> Ref<T> {
        self.input_if_wired(pin)
            .expect("the checker lets no node pass whose required inputs are not wired")
    }

    /// The value on an optional input.
    pub fn input_if_wired<T: Wire>(&self, pin: In<T>) -> Option<Ref<T>> {
        let slot = self.spec.input_slot(pin.pin().name)?;
        self.inputs.get(slot).copied().flatten().map(Ref::new)
    }

    /// A param's value.
    pub fn param<T: ParamValue>(&self, param: Param<T>) -> T {
        let slot = self.spec.param_slot(param.name());
        slot.and_then(|slot| self.params.get(slot))
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
        self.ops.push(op.into());
        O::out(step)
    }

    /// Says what an output pin carries.
    pub fn output<T: Wire>(&mut self, pin: Out<T>, value: Ref<T>) {
        let slot = self.spec.output_slot(pin.pin().name);
        if let Some(output) = slot.and_then(|slot| self.outputs.get_mut(slot)) {
            *output = Some(value.value);
        }
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
    let values = spec
        .params
        .iter()
        .map(|param| match params.get(param.name) {
            Some(json) => value::read(&param.kind, json),
            None => Ok(param.kind.default()),
        })
        .collect::<Result<Vec<Value>, ValueError>>()?;
    // Steps that no list reaches stand for what comes in.
    let outside = |i: usize| ValueRef {
        step: usize::MAX - i,
        output: 0,
    };
    let pins = spec.inputs.iter().enumerate();
    let inputs: Vec<Option<ValueRef>> = pins
        .map(|(i, pin)| (pin.required || !open.contains(&pin.name)).then(|| outside(i)))
        .collect();
    let mut outputs = vec![None; spec.outputs.len()];
    let mut ops = Vec::new();
    (spec.lower)(&mut Lower {
        node: "node",
        spec,
        params: &values,
        inputs: &inputs,
        outputs: &mut outputs,
        ops: &mut ops,
    });

    let ops: Vec<&Op> = ops.iter().collect();
    let show = |value: ValueRef| match spec.inputs.get(usize::MAX - value.step) {
        Some(pin) => format!("${}", pin.name),
        None => print::reference(&ops, value),
    };
    let mut text = print::listing(&ops, &show);
    for (pin, value) in by_name(spec, &outputs) {
        let _ = writeln!(text, "{pin}: {}", show(value)); // writing to a string cannot fail
    }
    Ok(text)
}

/// What a node's outputs carry, in the order of their names.
pub(super) fn by_name(
    spec: &NodeSpec,
    outputs: &[Option<ValueRef>],
) -> BTreeMap<&'static str, ValueRef> {
    let pins = spec.outputs.iter().zip(outputs);
    pins.filter_map(|(pin, value)| Some((pin.name, (*value)?)))
        .collect()
}
