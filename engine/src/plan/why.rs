//! "Why will this node run?", answered from the keys of a plan and of the one before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::plan::op::{Op, Part};
use crate::plan::{Key, Plan, Step};

/// Why a step will run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The node that asked for the step.
    pub node: String,
    /// What is behind it.
    pub what: What,
}

/// What is behind a step's running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The last plan had no such step.
    New,
    /// It saves or shows, and is done in every run.
    Output,
    /// A param has another value, or an optional input has lost its wire.
    Param {
        /// Which one.
        name: &'static str,
        /// What it was.
        from: String,
        /// What it is.
        to: String,
    },
    /// Another file is named.
    OtherFile {
        /// What was named.
        from: String,
        /// What is.
        to: String,
    },
    /// A file that it reads has other content.
    FileChanged,
    /// What comes in is another value.
    Input {
        /// Which input.
        name: &'static str,
        /// The node that gives it.
        node: String,
    },
    /// All is as it was, but the result was not kept, or there never was one.
    NotKept,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.node)?;
        match &self.what {
            What::New => f.write_str("it has not run before"),
            What::Output => f.write_str("it saves or shows its input in every run"),
            What::Param { name, from, to } => write!(f, "{name} was {from} and is {to}"),
            What::OtherFile { from, to } => write!(f, "the file was {from:?} and is {to:?}"),
            What::FileChanged => f.write_str("a file that it reads has changed"),
            What::Input { name, node } => {
                write!(f, "{name} comes from {node}, which gives another value")
            }
            What::NotKept => f.write_str("its last result was not kept"),
        }
    }
}

/// The steps of `plan` that a run will do, in order, each with every reason. `last` is the plan
/// that ran before (an empty one if none did), `cached` says whether a key's result is at hand.
pub fn why(plan: &Plan, last: &Plan, cached: &dyn Fn(&Key) -> bool) -> Vec<Reason> {
    let runs = runs(plan, cached);
    let before = Before::new(last, plan);
    let mut reasons = Vec::new();
    for ((step, name), runs) in plan.steps.iter().zip(names(plan)).zip(runs) {
        if runs {
            let whats = match before.step(step, name) {
                _ if step.op.is_output() => vec![What::Output],
                None => vec![What::New],
                Some(then) if then.key == step.key => vec![What::NotKept],
                Some(then) => changes(plan, step, last, then),
            };
            reasons.extend(whats.into_iter().map(|what| Reason {
                node: step.node.clone(),
                what,
            }));
        }
    }
    reasons
}

/// Which steps run: those whose result is not at hand and is needed by one that runs.
pub fn runs(plan: &Plan, cached: &dyn Fn(&Key) -> bool) -> Vec<bool> {
    let mut needed = plan.goals();
    for (i, step) in plan.steps.iter().enumerate().rev() {
        needed[i] &= step.op.is_output() || !cached(&step.key);
        if needed[i] {
            for input in step.op.inputs() {
                needed[input.step] = true;
            }
        }
    }
    needed
}

/// A step's name across plans: its node, its op, and which of the node's ops of that name.
type Name<'a> = (&'a str, &'static str, usize);

fn names(plan: &Plan) -> Vec<Name<'_>> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let steps = plan.steps.iter();
    steps
        .map(|step| {
            let (node, op) = (step.node.as_str(), step.op.name());
            let count = counts.entry((node, op)).or_default();
            *count += 1;
            (node, op, *count)
        })
        .collect()
}

/// The name without the groups around the node.
fn own_name((node, op, count): Name<'_>) -> Name<'_> {
    (node.rsplit('/').next().unwrap_or(node), op, count)
}

/// The steps of the last plan, as the steps of this one look for themselves.
struct Before<'a> {
    steps: &'a [Step],
    by_key: BTreeMap<Key, usize>,
    by_name: BTreeMap<Name<'a>, usize>,
    /// Steps of nodes that are called otherwise now, because they went into a group or came out of
    /// one; `None` where several have that name.
    moved: BTreeMap<Name<'a>, Option<usize>>,
}

impl<'a> Before<'a> {
    fn new(last: &'a Plan, plan: &Plan) -> Self {
        let now: BTreeSet<Name<'_>> = names(plan).into_iter().collect();
        let mut moved = BTreeMap::new();
        for (i, name) in names(last).into_iter().enumerate() {
            if !now.contains(&name) {
                let known = moved.entry(own_name(name));
                known.and_modify(|i| *i = None).or_insert(Some(i));
            }
        }
        let steps = last.steps.iter().enumerate();
        Self {
            steps: &last.steps,
            by_key: steps.map(|(i, step)| (step.key, i)).collect(),
            by_name: names(last).into_iter().zip(0..).collect(),
            moved,
        }
    }

    fn step(&self, step: &Step, name: Name<'a>) -> Option<&'a Step> {
        let place = self.by_key.get(&step.key).copied();
        let place = place
            .or_else(|| self.by_name.get(&name).copied())
            .or_else(|| self.moved.get(&own_name(name)).copied().flatten());
        self.steps.get(place?)
    }
}

fn changes(plan: &Plan, now: &Step, last: &Plan, then: &Step) -> Vec<What> {
    let before = parts(last, &then.op);
    let mut whats = Vec::new();
    for (name, part) in parts(plan, &now.op) {
        match (part, before.get(name)) {
            (Seen::Param(to), Some(Seen::Param(from))) if *from != to => {
                whats.push(What::Param {
                    name,
                    from: from.clone(),
                    to,
                });
            }
            (Seen::File(to), Some(Seen::File(from))) if *from != to => {
                whats.push(What::OtherFile {
                    from: from.clone(),
                    to,
                });
            }
            (Seen::Input(key, node), then) if !matches!(then, Some(Seen::Input(was, _)) if *was == key) =>
            {
                whats.push(What::Input { name, node });
            }
            (Seen::Param(_) | Seen::File(_) | Seen::Input(..), _) => {}
        }
    }
    let now = parts(plan, &now.op);
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    whats.extend(gone.map(|name| What::Param {
        name,
        from: "wired".to_owned(),
        to: "not wired".to_owned(),
    }));
    // The keys differ: if nothing that the plans name does, it is what a file holds.
    if whats.is_empty() {
        whats.push(What::FileChanged);
    }
    whats
}

/// A part of an op, to be compared across plans.
enum Seen {
    Param(String),
    File(String),
    Input((Key, usize), String),
}

fn parts(plan: &Plan, op: &Op) -> BTreeMap<&'static str, Seen> {
    let mut parts = BTreeMap::new();
    op.visit(&mut |part| {
        match part {
            Part::Param(name, value) => parts.insert(name, Seen::Param(value)),
            Part::File(name, file) => parts.insert(name, Seen::File(file.name.clone())),
            Part::Input(name, value) => {
                let step = &plan.steps[value.step];
                parts.insert(
                    name,
                    Seen::Input((step.key, value.output), step.node.clone()),
                )
            }
        };
    });
    parts
}

#[cfg(test)]
mod tests;
