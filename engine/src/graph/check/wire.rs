//! Follows a wire to the output that it starts from, past what is bypassed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value as Json;

use super::{Check, problems};
use crate::diagnostic::Diagnostic;
use crate::graph::group::FlatNode;
use crate::graph::shape::Shape;
use crate::graph::{Mode, shorten, split};
use crate::node::{PinSpec, Type};

/// Where a wire starts.
pub(super) enum End {
    /// At an output, which fits.
    Output {
        /// The node's place.
        from: usize,
        /// Which of its outputs.
        output: usize,
        /// That output.
        pin: &'static PinSpec,
    },
    /// At nothing, since what it came from is muted.
    Muted,
    /// At nothing; either that has been reported, or its cause.
    Nowhere,
}

/// The input at which a wire ends.
pub(super) struct Slot<'f> {
    /// The node's flat key.
    pub(super) key: &'f str,
    /// The pin's or the param's name.
    pub(super) name: &'static str,
    /// What it takes.
    pub(super) wanted: Type,
}

impl<'f> Check<'f, '_> {
    /// The output that a wire starts from, if the wire is sound.
    pub(super) fn wire(&mut self, i: usize, slot: &Slot<'_>, wire: &'f Json) -> End {
        let Some(wire) = self.past_bypassed(wire) else {
            return End::Muted;
        };
        let Some((name, pin)) = wire.as_str().and_then(split) else {
            self.problems.error(i, || {
                Diagnostic::error(format!("{} is no wire", shorten(&wire.to_string())))
                    .at(slot.key)
                    .slot(slot.name)
                    .help("a wire is written \"node.output\"")
            });
            return End::Nowhere;
        };
        let Some((from, _, node)) = self.flat.nodes.get_full(name) else {
            let flat = self.flat;
            self.problems
                .error(i, || problems::no_such_source(flat, slot, (name, pin)));
            return End::Nowhere;
        };
        let Some(spec) = self.specs[from] else {
            if let Some(group) = node.node.as_group().filter(|_| node.is_opened) {
                let outputs: Vec<&str> = group.outputs.keys().map(String::as_str).collect();
                self.problems.error(i, || {
                    problems::no_such_output(slot, (name, pin), "Group", &outputs)
                });
            }
            // Else it is not known what the other node gives: it is to blame, and this node is left
            // out with it.
            return End::Nowhere;
        };
        let Some(output) = spec.output_slot(pin) else {
            self.problems.error(i, || {
                let outputs: Vec<&str> = spec.outputs.iter().map(|pin| pin.name).collect();
                problems::no_such_output(slot, (name, pin), spec.title, &outputs)
            });
            return End::Nowhere;
        };
        let given = &spec.outputs[output];
        if !given.ty.fits(slot.wanted) {
            let catalog = self.catalog;
            self.problems.error(i, || {
                problems::wrong_type(catalog, slot, (name, pin), given.ty)
            });
            return End::Nowhere;
        }
        End::Output {
            from,
            output,
            pin: given,
        }
    }

    /// The wire that stands for this one once bypassed nodes are left out; `None` if it comes from
    /// nothing then. Whatever is no wire to a node stands for itself.
    pub(super) fn past_bypassed(&mut self, wire: &'f Json) -> Option<&'f Json> {
        if self.all_active {
            return Some(wire);
        }
        let mut at = wire;
        let mut passed = Vec::new();
        let end = loop {
            let Some((name, pin)) = at.as_str().and_then(split) else {
                break Some(at);
            };
            let Some((place, _, node)) = self.flat.nodes.get_full(name) else {
                break Some(at);
            };
            match node.node.mode {
                Mode::Active => break Some(at),
                Mode::Muted => break None,
                Mode::Bypassed => {}
            }
            match self.passed.entry((place, pin)) {
                Entry::Occupied(known) => break *known.get(),
                // What comes back to itself comes from nothing.
                Entry::Vacant(entry) => entry.insert(None),
            };
            passed.push((place, pin));
            match self.through(place, node, pin) {
                Some(next) => at = next,
                None => break None,
            }
        };
        for step in passed {
            self.passed.insert(step, end);
        }
        end
    }

    /// The wire into a bypassed node that stands for one of its outputs.
    fn through(&mut self, place: usize, node: &'f FlatNode<'_>, output: &str) -> Option<&'f Json> {
        let catalog = self.catalog;
        let passes = self.bypassed.entry(place).or_insert_with(|| {
            let shape = Shape::of_node(node.node, catalog);
            shape.map_or_else(HashMap::new, |shape| shape.passes())
        });
        node.wire(passes.get(output)?)
    }
}
