//! Plans as text: for people (`pyrograph run --plan`) and for tests.
//!
//! ```text
//! %0 model, clip, vae = load_checkpoint starter
//! %1 conditioning     = encode_text %0.clip "a red apple"
//! ```

use std::fmt;

use crate::plan::Plan;
use crate::plan::op::{Op, Part, ValueRef};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ops: Vec<&Op> = self.steps.iter().map(|step| &step.op).collect();
        f.write_str(&listing(&ops, &|value| reference(&ops, value)))
    }
}

/// A line for each op, the equals signs below each other.
pub(super) fn listing(ops: &[&Op], input: &dyn Fn(ValueRef) -> String) -> String {
    let heads: Vec<String> = ops.iter().enumerate().map(|(i, op)| head(i, op)).collect();
    let width = heads.iter().map(String::len).max().unwrap_or(0);
    let lines = heads.iter().zip(ops).map(|(head, op)| {
        let equals = if op.is_output() { ' ' } else { '=' };
        format!("{head:width$} {equals} {}\n", call(op, input))
    });
    lines.collect()
}

/// `%0.clip`, or `%3` where the step has one result.
pub(super) fn reference(ops: &[&Op], value: ValueRef) -> String {
    match ops.get(value.step).map(|op| op.outputs()) {
        Some([_]) | None => format!("%{}", value.step),
        Some(outputs) => {
            format!(
                "%{}.{}",
                value.step,
                outputs.get(value.output).map_or("?", |(name, _)| name)
            )
        }
    }
}

/// `%0 model, clip, vae`.
fn head(step: usize, op: &Op) -> String {
    let names: Vec<&str> = op.outputs().iter().map(|(name, _)| *name).collect();
    format!("%{step} {}", names.join(", "))
        .trim_end()
        .to_owned()
}

/// `encode_text %0.clip "a red apple"`: inputs in order, texts quoted, other params by name.
fn call(op: &Op, input: &dyn Fn(ValueRef) -> String) -> String {
    let mut text = op.name().to_owned();
    op.visit(&mut |part| {
        text.push(' ');
        match part {
            Part::Input(_, value) => text.push_str(&input(value)),
            Part::Param(_, value) if value.starts_with('"') => text.push_str(&value),
            Part::Param(name, value) => {
                text.push_str(name);
                text.push('=');
                text.push_str(&value);
            }
            Part::File(_, file) if is_plain(&file.name) => text.push_str(&file.name),
            Part::File(_, file) => text.push_str(&format!("{:?}", file.name)),
        }
    });
    text
}

/// Whether a file's name needs no quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte))
}
