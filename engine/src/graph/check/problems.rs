//! The words in which problems of a graph are told, and the bound on how many are.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::wire::Slot;
use crate::diagnostic::Diagnostic;
use crate::graph::group::{Flat, Group};
use crate::graph::nearest::{nearest, nearest_kind};
use crate::graph::{Mode, shorten};
use crate::node::{Catalog, NodeSpec, PinSpec, Type};

/// How many problems are told; a graph can have a million.
const MAX_SHOWN: usize = 500;
/// How many names a message lists.
const MAX_LISTED: usize = 12;

/// Problems found so far, each with the place of its node in the file.
#[derive(Default)]
pub(super) struct Problems {
    shown: Vec<(usize, Diagnostic)>,
    hidden: usize,
    hides_error: bool,
    has_errors: bool,
}

impl Problems {
    /// Adds an error, made only if it is shown.
    pub(super) fn error(&mut self, node: usize, problem: impl FnOnce() -> Diagnostic) {
        self.has_errors = true;
        self.hides_error |= self.shown.len() >= MAX_SHOWN;
        self.warning(node, problem);
    }

    /// Whether there was an error.
    pub(super) fn has_errors(&self) -> bool {
        self.has_errors
    }

    /// Adds a warning, made only if it is shown.
    pub(super) fn warning(&mut self, node: usize, problem: impl FnOnce() -> Diagnostic) {
        if self.shown.len() < MAX_SHOWN {
            self.shown.push((node, problem()));
        } else {
            self.hidden += 1;
        }
    }

    /// All problems in the order of their nodes.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.shown.sort_by_key(|(node, _)| *node);
        let mut all: Vec<Diagnostic> = self.shown.into_iter().map(|(_, problem)| problem).collect();
        if self.hidden > 0 {
            let message = format!("{} more problems are not shown", self.hidden);
            all.push(if self.hides_error {
                Diagnostic::error(message)
            } else {
                Diagnostic::warning(message)
            });
        }
        all
    }
}

/// Adds the help, if there is any.
pub(super) fn with_help(diagnostic: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// The first output of each type on each level, for help.
pub(super) struct Givers<'f>(BTreeMap<(&'f str, Type), (&'f str, &'static str)>);

impl<'f> Givers<'f> {
    pub(super) fn new(flat: &'f Flat<'_>, specs: &[Option<&'static NodeSpec>]) -> Self {
        let mut first = BTreeMap::new();
        let nodes = flat.nodes.iter().zip(specs);
        for ((key, _), spec) in nodes.filter(|((_, node), _)| node.node.mode == Mode::Active) {
            for output in spec.map_or(&[][..], |spec| spec.outputs) {
                first
                    .entry((around(key), output.ty))
                    .or_insert((key.as_ref(), output.name));
            }
        }
        Self(first)
    }
}

/// What the flat keys of a node's level begin with.
fn around(key: &str) -> &str {
    key.rfind('/').map_or("", |at| &key[..=at])
}

/// What a node is called on the level of another, if it lies there.
fn local<'k>(key: &str, other: &'k str) -> &'k str {
    other.strip_prefix(around(key)).unwrap_or(other)
}

pub(super) fn unknown_kind(catalog: Catalog, key: &str, is: &str) -> Diagnostic {
    let near = nearest_kind(catalog, is);
    let help = match near {
        Some(spec) => format!("did you mean {:?}? The node is kept as it is", spec.id),
        None => "the node is kept as it is; perhaps a newer version knows it".to_owned(),
    };
    Diagnostic::error(format!("there is no node of the kind {:?}", shorten(is)))
        .at(key)
        .help(help)
}

pub(super) fn unknown_name(key: &str, name: &str, spec: &NodeSpec, what: &str) -> Diagnostic {
    let params = spec.params.iter().map(|param| param.name);
    let near = match what {
        "param" => nearest(name, params),
        _ => nearest(name, spec.inputs.iter().map(|pin| pin.name).chain(params)),
    };
    let help = near.map_or_else(
        || "it is kept but changes nothing".to_owned(),
        |near| format!("did you mean {near:?}? It is kept but changes nothing"),
    );
    Diagnostic::warning(format!("{} has no {what} of that name", spec.title))
        .at(key)
        .slot(shorten(name))
        .help(help)
}

/// A required input without a wire: says what gives such a value, here and in the catalogue.
pub(super) fn not_wired(
    here: &Givers<'_>,
    catalog: Catalog,
    key: &str,
    pin: &PinSpec,
) -> Diagnostic {
    let here = here.0.get(&(around(key), pin.ty));
    let help = match here.filter(|(other, _)| *other != key) {
        Some((other, output)) => format!(
            "wire it to \"{}.{output}\", for example; {}",
            local(key, other),
            givers(catalog, pin.ty)
        ),
        None => givers(catalog, pin.ty),
    };
    let message = format!(
        "nothing is wired to this input, which needs {}",
        pin.ty.name()
    );
    Diagnostic::error(message).at(key).slot(pin.name).help(help)
}

pub(super) fn no_such_source(
    flat: &Flat<'_>,
    slot: &Slot<'_>,
    (node, pin): (&str, &str),
) -> Diagnostic {
    let node = local(slot.key, node);
    let near = {
        let level = around(slot.key);
        let others = flat.nodes.keys().filter(|key| around(key) == level);
        nearest(node, others.take(500).map(|key| local(slot.key, key)))
    };
    let problem = Diagnostic::error(format!(
        "the wire comes from {:?}, but there is no such node",
        shorten(node)
    ));
    with_help(
        problem,
        near.map(|near| format!("did you mean \"{near}.{}\"?", shorten(pin))),
    )
    .at(slot.key)
    .slot(slot.name)
}

pub(super) fn no_such_output(
    slot: &Slot<'_>,
    (node, pin): (&str, &str),
    title: &str,
    outputs: &[&str],
) -> Diagnostic {
    let node = local(slot.key, node);
    let help = match nearest(pin, outputs.iter().copied()) {
        Some(near) => format!("did you mean \"{node}.{near}\"?"),
        None if outputs.is_empty() => format!("{title} has no outputs"),
        None => format!("its outputs are {}", outputs.join(", ")),
    };
    let message = format!("{node:?} ({title}) has no output {:?}", shorten(pin));
    Diagnostic::error(message)
        .at(slot.key)
        .slot(slot.name)
        .help(help)
}

pub(super) fn wrong_type(
    catalog: Catalog,
    slot: &Slot<'_>,
    (node, pin): (&str, &str),
    found: Type,
) -> Diagnostic {
    let message = format!(
        "expected {}, but \"{}.{pin}\" gives {}",
        slot.wanted.name(),
        local(slot.key, node),
        found.name()
    );
    Diagnostic::error(message)
        .at(slot.key)
        .slot(slot.name)
        .help(givers(catalog, slot.wanted))
}

pub(super) fn too_much_text() -> Diagnostic {
    Diagnostic::error("the graph's texts are too long together")
        .help("let fewer nodes share that text")
}

pub(super) fn unknown_mode(key: &str, word: &Json) -> Diagnostic {
    let word = word.to_string();
    let message = format!("{} is no mode; the node runs", shorten(&word));
    Diagnostic::warning(message)
        .at(key)
        .help("a node may be \"muted\" or \"bypassed\"")
}

/// A value or a wire for which a group shows nothing.
pub(super) fn not_shown(key: &str, name: &str, what: &str, group: &Group) -> Diagnostic {
    let near = nearest(name, group.inputs.keys().map(String::as_str));
    let help = near.map_or_else(
        || "it is kept but changes nothing".to_owned(),
        |near| format!("did you mean {near:?}? It is kept but changes nothing"),
    );
    Diagnostic::warning(format!("the group shows no {what} of that name"))
        .at(key)
        .slot(shorten(name))
        .help(help)
}

/// Something that a group shows, with nothing inside behind it.
pub(super) fn stands_for_nothing(key: &str, name: &str, inner: &str) -> Diagnostic {
    let message = format!("it stands for {:?}, which is not there", shorten(inner));
    Diagnostic::warning(message)
        .at(key)
        .slot(shorten(name))
        .help("remove it from the group's pins, or add what is missing inside")
}

/// A part of what a group shows that the file writes in another form.
pub(super) fn unreadable(key: &str, member: &str, name: &str) -> Diagnostic {
    let help = match member {
        "inputs" => "an input is written \"name\": [\"node.input\"]",
        _ => "an output is written \"name\": \"node.output\"",
    };
    Diagnostic::warning(format!("this part of the group's {member} cannot be read"))
        .at(key)
        .slot(shorten(name))
        .help(help)
}

pub(super) fn cycle(flat: &Flat<'_>, cycle: &[usize]) -> Diagnostic {
    let key = |place: &usize| super::key_at(flat, *place);
    // Begin at the node that comes first in the file.
    let first = (0..cycle.len()).min_by_key(|i| cycle[*i]).unwrap_or(0);
    let names: Vec<&str> = cycle[first..]
        .iter()
        .chain(&cycle[..first])
        .map(key)
        .collect();
    let start = names.first().copied().unwrap_or("");
    let shown = names
        .iter()
        .take(MAX_LISTED)
        .copied()
        .collect::<Vec<_>>()
        .join(" → ");
    let gap = if names.len() > MAX_LISTED {
        " → …"
    } else {
        ""
    };
    Diagnostic::error(format!(
        "the wires go round in a circle: {shown}{gap} → {start}"
    ))
    .at(start)
    .help("remove one of these wires")
}

/// All that would give something is switched off, or needs what is.
pub(super) fn all_muted() -> Diagnostic {
    Diagnostic::error("nothing to run: every output is muted, or needs what is muted")
        .help("unmute a node")
}

pub(super) fn nothing_to_run(flat: &Flat<'_>, catalog: Catalog) -> Diagnostic {
    let outputs: Vec<String> = catalog
        .0
        .iter()
        .filter(|spec| spec.is_output)
        .map(|spec| format!("{} ({})", spec.title, spec.id))
        .collect();
    let what = if flat.nodes.is_empty() {
        "the graph is empty"
    } else {
        "the graph has no output node"
    };
    Diagnostic::error(format!("nothing to run: {what}"))
        .help(format!("add one of {}", outputs.join(", ")))
}

/// `Model comes from Load checkpoint (load.checkpoint)`.
fn givers(catalog: Catalog, ty: Type) -> String {
    let gives = |spec: &&&NodeSpec| spec.outputs.iter().any(|pin| pin.ty == ty);
    let names: Vec<String> = catalog
        .0
        .iter()
        .filter(gives)
        .take(MAX_LISTED)
        .map(|spec| format!("{} ({})", spec.title, spec.id))
        .collect();
    if names.is_empty() {
        format!("no node gives {}", ty.name())
    } else {
        format!("{} comes from {}", ty.name(), names.join(", "))
    }
}
