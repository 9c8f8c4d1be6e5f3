//! Makes a plan of a checked graph. Cannot fail: what could go wrong, [`check`] has left out.
//!
//! *lower → prune → number and merge equal → order → last use*, each pass one function.
//!
//! [`check`]: crate::graph::check::check

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::graph::check::Checked;
use crate::node::FileKind;
use crate::plan::lower::{self, Lower};
use crate::plan::op::{FileRef, Op, Part, ValueRef};
use crate::plan::{Key, Plan, Step};

/// Makes the plan that gives what the nodes `want` give; none = all output nodes. A group gives its
/// outputs and what the output nodes inside give. Names of nodes that are not sound are passed over.
///
/// `files` says a file's identity (its hash once known, else size and time), so that a plan is
/// made without reading any.
pub fn compile(checked: &Checked, want: &[String], files: &dyn Fn(&FileRef) -> String) -> Plan {
    let (ops, roots) = lower(checked, want);
    let (ops, roots) = prune(ops, roots);
    let (ops, roots) = number_and_merge(ops, roots, files);
    let ops = order(ops, &roots);
    let last_uses = last_uses(&ops);
    let steps = ops.into_iter().zip(last_uses);
    Plan {
        steps: steps
            .map(|(Numbered { node, op, key }, drop_after)| Step {
                op,
                node: node.to_owned(),
                key,
                drop_after,
            })
            .collect(),
    }
}

/// An op with the key of the node that asks for it. Inputs come before their use in every pass.
type NodeOp<'a> = (&'a str, Op);

/// Lowers the wanted nodes and all that they depend on. The second list holds the ops that the
/// plan is for.
fn lower<'a>(checked: &'a Checked, want: &[String]) -> (Vec<NodeOp<'a>>, Vec<usize>) {
    let outputs = checked.outputs();
    let want: Vec<&str> = if want.is_empty() {
        outputs
    } else {
        want.iter().map(String::as_str).collect()
    };
    let wanted: BTreeSet<usize> = want.iter().flat_map(|key| checked.places(key)).collect();
    let mut needed = vec![false; checked.nodes.len()];
    for (i, node) in checked.nodes.values().enumerate().rev() {
        needed[i] |= wanted.contains(&i);
        if needed[i] {
            for wire in &node.inputs {
                needed[wire.from] = true;
            }
        }
    }

    let mut ops = Vec::with_capacity(checked.nodes.len());
    let mut nodes = Vec::with_capacity(checked.nodes.len());
    let mut roots = Vec::new();
    // What all outputs carry, one node's after the other's, and where each node's begin.
    let mut results: Vec<Option<ValueRef>> = Vec::new();
    let mut starts = Vec::with_capacity(checked.nodes.len());
    let mut inputs = Vec::new();
    for (i, (key, node)) in checked.nodes.iter().enumerate() {
        let own = results.len();
        starts.push(own);
        results.resize(own + node.spec.outputs.len(), None);
        if !needed[i] {
            continue;
        }
        inputs.clear();
        inputs.resize(node.spec.inputs.len(), None);
        for wire in &node.inputs {
            inputs[wire.slot] = results[starts[wire.from] + wire.output];
        }
        let start = ops.len();
        (node.spec.lower)(&mut Lower {
            node: key,
            spec: node.spec,
            params: &node.params,
            inputs: &inputs,
            outputs: &mut results[own..],
            ops: &mut ops,
        });
        nodes.resize(ops.len(), key.as_str());
        if wanted.contains(&i) {
            roots.extend((start..ops.len()).filter(|step| ops[*step].is_output()));
            let outputs = lower::by_name(node.spec, &results[own..]);
            roots.extend(outputs.values().map(|value| value.step));
        }
    }
    (nodes.into_iter().zip(ops).collect(), roots)
}

/// Drops what no root needs.
fn prune(ops: Vec<NodeOp<'_>>, roots: Vec<usize>) -> (Vec<NodeOp<'_>>, Vec<usize>) {
    let mut needed = vec![false; ops.len()];
    for root in &roots {
        needed[*root] = true;
    }
    for (i, (_, op)) in ops.iter().enumerate().rev() {
        if needed[i] {
            for input in op.inputs() {
                needed[input.step] = true;
            }
        }
    }
    if needed.iter().all(|needed| *needed) {
        return (ops, roots);
    }
    let mut renamed = Vec::with_capacity(ops.len());
    let mut kept = Vec::new();
    for ((node, mut op), needed) in ops.into_iter().zip(needed) {
        renamed.push(kept.len()); // of an op that goes, nobody asks
        if needed {
            op.renumber(&mut |input| input.step = renamed[input.step]);
            kept.push((node, op));
        }
    }
    let roots = roots.into_iter().map(|root| renamed[root]).collect();
    (kept, roots)
}

/// An op that has its key.
struct Numbered<'a> {
    node: &'a str,
    op: Op,
    key: Key,
}

/// Says of each op what it computes, and makes one op of those that are equal, but not of those that
/// are there for what they do: two nodes that save a picture save it twice.
///
/// The node's name is not part of the key, so that renaming and grouping cost nothing; an op that is
/// there for what it does has its number among those that do the same.
fn number_and_merge<'a>(
    ops: Vec<NodeOp<'a>>,
    roots: Vec<usize>,
    files: &dyn Fn(&FileRef) -> String,
) -> (Vec<Numbered<'a>>, Vec<usize>) {
    let mut renamed = Vec::with_capacity(ops.len());
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut equal: HashMap<Vec<u8>, u64> = HashMap::new();
    let mut kept: Vec<Numbered<'_>> = Vec::with_capacity(ops.len());
    let (mut description, mut computed) = (Bytes::default(), Bytes::default());
    for (node, mut op) in ops {
        op.renumber(&mut |input| input.step = renamed[input.step]);
        describe(&op, &mut description);
        if let Some(place) = known.get(&description.0) {
            renamed.push(*place);
            continue;
        }
        renamed.push(kept.len());
        compute(&op, &kept, files, &mut computed);
        if op.is_output() {
            let number = equal.entry(description.0.clone()).or_default();
            computed.add(&number.to_le_bytes());
            *number += 1;
        } else {
            known.insert(description.0.clone(), kept.len());
        }
        let key = Key(*blake3::hash(&computed.0).as_bytes());
        kept.push(Numbered { node, op, key });
    }
    let mut seen = BTreeSet::new();
    let roots = roots
        .into_iter()
        .map(|root| renamed[root])
        .filter(|root| seen.insert(*root))
        .collect();
    (kept, roots)
}

/// Writes an op as bytes that are equal for equal ops only. Inputs count by number, so they hold
/// within one list; params need no names, for an op has always all of them in one order.
fn describe(op: &Op, bytes: &mut Bytes) {
    bytes.0.clear();
    bytes.text(op.name());
    op.visit(&mut |part| match part {
        Part::Input(name, value) => {
            bytes.text(name);
            bytes.add(&value.step.to_le_bytes());
            bytes.add(&value.output.to_le_bytes());
        }
        Part::Param(_, value) => bytes.text(&value),
        Part::File(_, file) => {
            bytes.text(file.kind.folder());
            bytes.text(&file.name);
        }
    });
}

/// Writes what says everywhere what an op computes; `before` are the ops that its inputs count.
fn compute(
    op: &Op,
    before: &[Numbered<'_>],
    files: &dyn Fn(&FileRef) -> String,
    bytes: &mut Bytes,
) {
    bytes.0.clear();
    bytes.text("pyrograph step 1");
    bytes.text(op.name());
    op.visit(&mut |part| match part {
        Part::Input(name, value) => {
            bytes.text(name);
            bytes.add(&before[value.step].key.0);
            bytes.add(&value.output.to_le_bytes());
        }
        Part::Param(name, value) => {
            bytes.text(name);
            bytes.text(&value);
        }
        Part::File(name, file) => {
            bytes.text(name);
            bytes.file(file, files);
        }
    });
    for file in embeddings(op) {
        bytes.file(&file, files);
    }
}

/// Orders ops so that networks come and go as seldom as possible: all that can be done with the
/// present one is done before another is loaded, else each root is finished before the next.
fn order<'a>(ops: Vec<Numbered<'a>>, roots: &[usize]) -> Vec<Numbered<'a>> {
    let rank = depth_first(&ops, roots);
    let mut by_rank: Vec<usize> = (0..ops.len()).collect();
    by_rank.sort_by_key(|i| rank[*i]);
    let network = networks(&ops);

    let mut users: Vec<Vec<usize>> = vec![Vec::new(); ops.len()];
    let mut waits_for: Vec<usize> = vec![0; ops.len()];
    for (i, Numbered { op, .. }) in ops.iter().enumerate() {
        for input in op.inputs() {
            users[input.step].push(i);
            waits_for[i] += 1;
        }
    }
    let mut ready = Ready::default();
    for i in (0..ops.len()).filter(|i| waits_for[*i] == 0) {
        ready.insert(rank[i], network[i]);
    }
    let mut present = None;
    let mut renamed = vec![0; ops.len()];
    let mut order = Vec::with_capacity(ops.len());
    while let Some(next) = ready.choose(present) {
        let i = by_rank[next];
        ready.remove(next, network[i]);
        present = network[i].or(present);
        renamed[i] = order.len();
        order.push(i);
        for &user in &users[i] {
            waits_for[user] -= 1;
            if waits_for[user] == 0 {
                ready.insert(rank[user], network[user]);
            }
        }
    }

    let mut ops: Vec<Option<Numbered<'a>>> = ops.into_iter().map(Some).collect();
    let ordered = order.into_iter().filter_map(|i| ops[i].take());
    let renumbered = ordered.map(|mut numbered| {
        let change = &mut |input: &mut ValueRef| input.step = renamed[input.step];
        numbered.op.renumber(change);
        numbered
    });
    renumbered.collect()
}

/// Ranks of ops whose inputs are all there.
#[derive(Default)]
struct Ready {
    all: BTreeSet<usize>,
    by_network: BTreeMap<Option<usize>, BTreeSet<usize>>,
}

impl Ready {
    fn insert(&mut self, rank: usize, network: Option<usize>) {
        self.all.insert(rank);
        self.by_network.entry(network).or_default().insert(rank);
    }

    fn remove(&mut self, rank: usize, network: Option<usize>) {
        self.all.remove(&rank);
        if let Some(ranks) = self.by_network.get_mut(&network) {
            ranks.remove(&rank);
        }
    }

    /// The lowest rank among what needs no network or the present one, else the lowest of all.
    fn choose(&self, present: Option<usize>) -> Option<usize> {
        let lowest = |network| self.by_network.get(&network).and_then(BTreeSet::first);
        let at_hand =
            present.and_then(|present| lowest(None).into_iter().chain(lowest(Some(present))).min());
        at_hand.or_else(|| self.all.first()).copied()
    }
}

/// The place of each op when roots are walked back one after another.
fn depth_first(ops: &[Numbered<'_>], roots: &[usize]) -> Vec<usize> {
    let mut rank: Vec<Option<usize>> = vec![None; ops.len()];
    let mut count = 0;
    let mut stack: Vec<(usize, bool)> = Vec::new();
    for root in roots {
        stack.push((*root, false));
        while let Some((i, inputs_done)) = stack.pop() {
            if rank[i].is_some() {
                continue;
            }
            if inputs_done {
                rank[i] = Some(count);
                count += 1;
            } else {
                stack.push((i, true));
                let inputs = ops[i].op.inputs().into_iter().rev();
                stack.extend(inputs.map(|input| (input.step, false)));
            }
        }
    }
    rank.into_iter()
        .map(|rank| rank.expect("what no root needs has been pruned"))
        .collect()
}

/// The step that loads the network that an op needs, if it needs one.
fn networks(ops: &[Numbered<'_>]) -> Vec<Option<usize>> {
    let mut networks: Vec<Option<usize>> = Vec::with_capacity(ops.len());
    for (i, Numbered { op, .. }) in ops.iter().enumerate() {
        let given = |input: &ValueRef| {
            let outputs = ops[input.step].op.outputs();
            outputs.get(input.output).map(|(_, ty)| *ty)
        };
        let network = op
            .inputs()
            .into_iter()
            .find(|input| given(input).is_some_and(|ty| ty.is_network()));
        let loads = op.outputs().iter().any(|(_, ty)| ty.is_network());
        let own = if loads { Some(i) } else { None };
        networks.push(network.map_or(own, |input| networks[input.step]));
    }
    networks
}

/// For each op, the ops whose results are used there for the last time.
fn last_uses(ops: &[Numbered<'_>]) -> Vec<Vec<usize>> {
    let mut last: Vec<usize> = (0..ops.len()).collect();
    for (i, Numbered { op, .. }) in ops.iter().enumerate() {
        for input in op.inputs() {
            last[input.step] = i;
        }
    }
    let mut drops = vec![Vec::new(); ops.len()];
    for (step, last) in last
        .into_iter()
        .enumerate()
        .filter(|(step, _)| !ops[*step].op.is_output())
    {
        drops[last].push(step);
    }
    drops
}

/// The textual inversions that a prompt may name. A few names too many do no harm: a key then
/// hangs on a file that is not read.
fn embeddings(op: &Op) -> Vec<FileRef> {
    const MARK: &str = "embedding:";
    let Op::EncodeText(encode) = op else {
        return Vec::new();
    };
    let mut names = BTreeSet::new();
    for (at, _) in encode.text.match_indices(MARK) {
        let rest = &encode.text[at + MARK.len()..];
        let word = rest.split(char::is_whitespace).next().unwrap_or("");
        names.insert(word);
        names.insert(
            word.split(['(', ')', ',', ':', '[', ']'])
                .next()
                .unwrap_or(""),
        );
    }
    names.remove("");
    names
        .into_iter()
        .map(|name| FileRef {
            kind: FileKind::Embedding,
            name: name.to_owned(),
        })
        .collect()
}

/// Parts that cannot run into each other, for each has its length before it.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn text(&mut self, text: &str) {
        self.add(text.as_bytes());
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0
            .extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    /// A file counts by what is in it; by its name only while that is not known.
    fn file(&mut self, file: &FileRef, files: &dyn Fn(&FileRef) -> String) {
        let identity = files(file);
        self.text(file.kind.folder());
        self.text(&identity);
        self.text(if identity.is_empty() { &file.name } else { "" });
    }
}

#[cfg(test)]
mod tests;
