//! The words in which problems of a graph are told, and the bound on how many are.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::graph::nearest::nearest;
use crate::graph::{Graph, Source, shorten};
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
}

impl Problems {
    /// Adds an error, made only if it is shown.
    pub(super) fn error(&mut self, node: usize, problem: impl FnOnce() -> Diagnostic) {
        self.hides_error |= self.shown.len() >= MAX_SHOWN;
        self.warning(node, problem);
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

/// The first output of each type, for help.
pub(super) struct Givers<'a>(BTreeMap<Type, (&'a str, &'static str)>);

impl<'a> Givers<'a> {
    pub(super) fn new(graph: &'a Graph, kinds: &HashMap<&'static str, &'static NodeSpec>) -> Self {
        let mut first = BTreeMap::new();
        for (key, node) in &graph.nodes {
            for output in kinds
                .get(node.is.as_str())
                .map_or(&[][..], |spec| spec.outputs)
            {
                first
                    .entry(output.ty)
                    .or_insert((key.as_str(), output.name));
            }
        }
        Self(first)
    }
}

pub(super) fn unknown_kind(catalog: Catalog, key: &str, is: &str) -> Diagnostic {
    // People write what they know: the id or its last word, the title, ComfyUI's class.
    let names: IndexMap<&str, &str> = catalog
        .0
        .iter()
        .flat_map(|spec| {
            let word = spec.id.rsplit('.').next().unwrap_or(spec.id);
            let classes = spec.comfy.iter().map(|comfy| comfy.class);
            [spec.id, spec.title, word]
                .into_iter()
                .chain(classes)
                .map(|name| (name, spec.id))
        })
        .collect();
    let near = nearest(is, names.keys().copied()).and_then(|name| names.get(name));
    let help = match near {
        Some(id) => format!("did you mean {id:?}? The node is kept as it is"),
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
    let help = match here.0.get(&pin.ty).filter(|(other, _)| *other != key) {
        Some((other, output)) => format!(
            "wire it to \"{other}.{output}\", for example; {}",
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

pub(super) fn no_such_source(graph: &Graph, key: &str, slot: &str, source: &Source) -> Diagnostic {
    let near = nearest(
        &source.node,
        graph.nodes.keys().take(500).map(String::as_str),
    );
    let problem = Diagnostic::error(format!(
        "the wire comes from {:?}, but there is no such node",
        shorten(&source.node)
    ));
    with_help(
        problem,
        near.map(|near| format!("did you mean \"{near}.{}\"?", shorten(&source.pin))),
    )
    .at(key)
    .slot(slot)
}

pub(super) fn no_such_output(
    key: &str,
    slot: &str,
    source: &Source,
    spec: &NodeSpec,
) -> Diagnostic {
    let names: Vec<&str> = spec.outputs.iter().map(|pin| pin.name).collect();
    let help = match nearest(&source.pin, names.iter().copied()) {
        Some(near) => format!("did you mean \"{}.{near}\"?", source.node),
        None if names.is_empty() => format!("{} has no outputs", spec.title),
        None => format!("its outputs are {}", names.join(", ")),
    };
    let message = format!(
        "{:?} ({}) has no output {:?}",
        source.node,
        spec.title,
        shorten(&source.pin)
    );
    Diagnostic::error(message).at(key).slot(slot).help(help)
}

pub(super) fn wrong_type(
    catalog: Catalog,
    key: &str,
    slot: &str,
    source: &Source,
    found: Type,
    wanted: Type,
) -> Diagnostic {
    let message = format!(
        "expected {}, but \"{source}\" gives {}",
        wanted.name(),
        found.name()
    );
    Diagnostic::error(message)
        .at(key)
        .slot(slot)
        .help(givers(catalog, wanted))
}

pub(super) fn cycle(graph: &Graph, cycle: &[usize]) -> Diagnostic {
    let key = |place: &usize| super::key_at(graph, *place);
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

pub(super) fn nothing_to_run(graph: &Graph, catalog: Catalog) -> Diagnostic {
    let outputs: Vec<String> = catalog
        .0
        .iter()
        .filter(|spec| spec.is_output)
        .map(|spec| format!("{} ({})", spec.title, spec.id))
        .collect();
    let what = if graph.nodes.is_empty() {
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
