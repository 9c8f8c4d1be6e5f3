//! The plan: plain data that says what the device shall do, step by step. Two equal plans give
//! equal pictures on one device.
//!
//! A graph becomes a plan in passes, each one function: *lower → prune → number and merge equal →
//! order → last use* (`compile.rs`). `op.rs` is the whole vocabulary, `lower.rs` what a node sees,
//! `print.rs` the text, `why.rs` says from the keys what a run will do and for which reason.

pub mod compile;
pub mod lower;
pub mod op;
pub mod print;
pub mod why;

use op::Op;

/// Identifies what a step computes: a hash over the op, its params, its inputs' keys and the
/// identity of the files that it names. Equal keys mean equal results on one device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub [u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0[..6]
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What to do; inputs refer to earlier steps by number.
    pub op: Op,
    /// The node that asked for it (the first, if several asked for the same).
    pub node: String,
    /// What it computes.
    pub key: Key,
    /// The steps whose results nobody needs after this one.
    pub drop_after: Vec<usize>,
}

/// Steps in an order in which every input comes before its use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Which steps the plan is for: those that no other step uses.
    pub fn goals(&self) -> Vec<bool> {
        let mut goals = vec![true; self.steps.len()];
        for step in &self.steps {
            for input in step.op.inputs() {
                goals[input.step] = false;
            }
        }
        goals
    }
}
