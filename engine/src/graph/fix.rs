//! What would mend a problem, where that is certain: the edits behind the buttons beside it.
//!
//! Fixes are worked out from the problem's place, when they are shown: checks follow every edit of
//! a large graph and shall not pay for what nobody looks at.

mod giver;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use self::giver::Scene;
use super::edit::Edit;
use super::group::{GROUP, Group};
use super::nearest::{nearest, nearest_kind};
use super::shape::{PinShape, Shape};
use super::value::{self, ValueError};
use super::{Graph, Node, Source, is_key, shorten, unique_key};
use crate::diagnostic::Place;
use crate::node::{Catalog, ParamKind, Type, Value};

/// How many wires of a circle are offered to be cut.
const MAX_CUTS: usize = 4;

/// A way out of a problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as a button says it.
    pub label: String,
    /// The groups inside each other in which it is made, the outermost first.
    pub level: Vec<String>,
    /// What has to be changed there: one step of undo.
    pub edit: Edit,
}

/// What a fix is called, and what it changes.
type Way = (String, Edit);

/// Everything that would mend the graph's problem at that place, the likeliest first; nothing where
/// only people can know.
pub fn fixes(graph: &Graph, catalog: Catalog, place: &Place) -> Vec<Fix> {
    let Some(spot) = Spot::find(graph, catalog, place) else {
        return Vec::new();
    };
    let ways = spot.ways(catalog).into_iter();
    ways.map(|(label, edit)| Fix {
        label,
        level: spot.level.to_vec(),
        edit,
    })
    .collect()
}

/// Where something is wrong.
struct Spot<'a> {
    /// The groups around it.
    level: Vec<String>,
    /// The graph inside the innermost of them.
    graph: &'a Graph,
    key: &'a str,
    node: &'a Node,
    slot: Option<String>,
}

impl<'a> Spot<'a> {
    fn find(root: &'a Graph, catalog: Catalog, place: &Place) -> Option<Self> {
        let full_key = place.node.as_ref()?;
        // A name that no node may have can hold anything.
        let (level, key) = match root.nodes.contains_key(full_key) {
            true => (Vec::new(), full_key.clone()),
            false => {
                let mut keys: Vec<String> = full_key.split('/').map(str::to_owned).collect();
                let key = keys.pop()?;
                (keys, key)
            }
        };
        let graph = root.level(&level)?;
        let (key, node) = graph.nodes.get_key_value(&key)?;
        let spot = Self {
            level,
            graph,
            key,
            node,
            slot: place.slot.clone(),
        };
        Some(spot.outermost(root, catalog))
    }

    /// What shows outside of its group is mended there.
    fn outermost(mut self, root: &'a Graph, catalog: Catalog) -> Self {
        while let Some(spot) = self.outside(root, catalog) {
            self = spot;
        }
        self
    }

    fn outside(&self, root: &'a Graph, catalog: Catalog) -> Option<Self> {
        let slot = self.slot.as_ref()?;
        let (group, level) = self.level.split_last()?;
        let graph = root.level(level)?;
        let (key, node) = graph.nodes.get_key_value(group)?;
        let shown = |group: &Group| {
            let names = &mut group.inputs.iter();
            let is_it = |slots: &[super::group::Slot]| {
                slots
                    .iter()
                    .any(|it| it.node == self.key && it.slot == *slot)
            };
            names
                .find(|(_, slots)| is_it(slots))
                .map(|(name, _)| name.clone())
        };
        let name = node.as_group().and_then(shown)?;
        let is_set = node.params.contains_key(&name) || node.inputs.contains_key(&name);
        let shape = Shape::of_node(self.node, catalog)?;
        let is_open = shape.input(slot).is_some() && !self.node.inputs.contains_key(slot);
        (is_set || is_open).then(|| Self {
            level: level.to_vec(),
            graph,
            key,
            node,
            slot: Some(name),
        })
    }

    fn ways(&self, catalog: Catalog) -> Vec<Way> {
        let Self {
            graph, key, node, ..
        } = *self;
        if !is_key(key) {
            let to = unique_key(graph, key);
            let from = key.to_owned();
            let label = format!("Rename it to {to}");
            return vec![(label, Edit::RenameNode { from, to })];
        }
        let Some(shape) = Shape::of_node(node, catalog) else {
            return known_kind(catalog, key, node).into_iter().collect();
        };
        let Some(slot) = &self.slot else {
            return cuts(graph, key);
        };
        let end = |ty, is_param| End {
            key,
            slot,
            ty,
            is_param,
        };
        match (shape.input(slot), shape.param(slot), node.inputs.get(slot)) {
            (Some(pin), _, None) if pin.required => Scene::new(graph, catalog, key).givers(pin),
            (Some(_), _, None) => Vec::new(),
            (Some(pin), _, Some(wire)) => rewired(graph, catalog, &end(pin.ty, false), wire),
            (None, Some(param), Some(wire)) => {
                rewired(graph, catalog, &end(param.spec.kind.ty(), true), wire)
            }
            (None, Some(param), None) => {
                let json = node.params.get(slot);
                json.map_or_else(Vec::new, |json| usable(key, slot, &param.spec.kind, json))
            }
            (None, None, _) => renamed(key, node, &shape, slot),
        }
    }
}

/// The end of a wire.
struct End<'a> {
    key: &'a str,
    slot: &'a str,
    ty: Type,
    is_param: bool,
}

impl End<'_> {
    /// Whether a wire from that output may end here. Params take only what is known before a run,
    /// pins take only what is not.
    fn takes(&self, from: &Shape, output: &PinShape) -> bool {
        let carries = from
            .spec
            .and_then(|spec| spec.output(&output.name))
            .map(|pin| pin.carries.is_some());
        output.ty.fits(self.ty) && carries.is_none_or(|carries| carries == self.is_param)
    }
}

/// The kind whose name is nearest.
fn known_kind(catalog: Catalog, key: &str, node: &Node) -> Option<Way> {
    if node.is == GROUP {
        return None; // its inside cannot be read
    }
    let spec = nearest_kind(catalog, &node.is)?;
    let (key, is) = (key.to_owned(), spec.id.to_owned());
    Some((format!("Make it {}", spec.title), Edit::SetKind { key, is }))
}

/// A value that the param takes.
fn usable(key: &str, param: &str, kind: &ParamKind, json: &Json) -> Vec<Way> {
    let Err(error) = value::read(kind, json) else {
        return Vec::new();
    };
    let default = kind.default();
    let mut values = Vec::new();
    if let Some(near) = nearest_value(kind, json, &error).filter(|near| *near != default) {
        let near = value::json(&near);
        values.push((format!("Set to {}", shown(&near)), Some(near)));
    }
    // A default that is none (a file that is not chosen) mends nothing.
    let default = value::json(&default);
    if value::read(kind, &default).is_ok() {
        values.push((format!("Set to the default, {}", shown(&default)), None));
    }
    values
        .into_iter()
        .map(|(label, value)| (label, Edit::set(key, param, value)))
        .collect()
}

/// The nearest value that is allowed, if nearness means anything.
fn nearest_value(kind: &ParamKind, json: &Json, error: &ValueError) -> Option<Value> {
    match (kind, error) {
        (
            ParamKind::Int { hard, .. },
            ValueError::Range { .. } | ValueError::NotWhole { .. } | ValueError::Inexact { .. },
        ) => {
            let whole = json.as_f64().filter(|x| x.is_finite())?.round();
            Some(Value::Int((whole as i64).clamp(hard.0, hard.1.max(hard.0))))
        }
        (ParamKind::Float { hard, .. }, ValueError::Range { .. }) => {
            let number = json.as_f64().filter(|x| x.is_finite())?;
            Some(Value::Float(number.clamp(hard.0, hard.1.max(hard.0))))
        }
        (ParamKind::Choice { names, .. }, ValueError::Choice { .. }) => {
            let near = nearest(json.as_str()?, names.iter().copied())?;
            Some(Value::Text(near.to_owned()))
        }
        (
            ParamKind::Int { .. }
            | ParamKind::Float { .. }
            | ParamKind::Choice { .. }
            | ParamKind::Seed { .. }
            | ParamKind::Text { .. }
            | ParamKind::Flag { .. }
            | ParamKind::Color { .. }
            | ParamKind::File { .. },
            _,
        ) => None,
    }
}

/// A value as a button shows it.
fn shown(json: &Json) -> String {
    match json {
        Json::String(text) if text.is_empty() => "empty".to_owned(),
        Json::String(text) => shorten(text).into_owned(),
        Json::Bool(true) => "on".to_owned(),
        Json::Bool(false) => "off".to_owned(),
        other @ (Json::Null | Json::Number(_) | Json::Array(_) | Json::Object(_)) => {
            other.to_string()
        }
    }
}

/// A name that the kind has, if it is near and free; else the member goes.
fn renamed(key: &str, node: &Node, shape: &Shape, name: &str) -> Vec<Way> {
    let params = || shape.params.iter().map(|param| param.name.as_str());
    let mut ways = Vec::new();
    if let Some(value) = node.params.get(name) {
        let near = nearest(name, params())
            .filter(|near| !node.params.contains_key(*near) && !node.inputs.contains_key(*near));
        let gone = Edit::set(key, name, None);
        if let Some(near) = near {
            let moved = Edit::set(key, near, Some(value.clone()));
            ways.push((
                format!("Rename it to {near}"),
                Edit::Batch(vec![gone.clone(), moved]),
            ));
        }
        ways.push(("Remove the value".to_owned(), gone));
    }
    if let Some(wire) = node.inputs.get(name) {
        let pins = shape.inputs.iter().map(|pin| pin.name.as_str());
        let near =
            nearest(name, pins.chain(params())).filter(|near| !node.inputs.contains_key(*near));
        let gone = Edit::disconnect(key, name);
        if let Some(near) = near {
            let moved = Edit::SetInput {
                node: key.to_owned(),
                input: near.to_owned(),
                value: Some(wire.clone()),
                index: None,
            };
            ways.push((
                format!("Wire it to {near}"),
                Edit::Batch(vec![gone.clone(), moved]),
            ));
        }
        ways.push(("Remove the wire".to_owned(), gone));
    }
    ways
}

/// A wire that is none, or does not fit: another start for it, a node in between, or no wire.
fn rewired(graph: &Graph, catalog: Catalog, end: &End<'_>, wire: &Json) -> Vec<Way> {
    let mut ways = Vec::new();
    if let Some(source) = wire.as_str().and_then(Source::parse) {
        let start = other_start(graph, catalog, end, &source);
        if start.as_ref() == Some(&source) && !end.is_param {
            return ways; // nothing is wrong with it
        }
        match start.filter(|start| *start != source) {
            Some(start) => ways.push((
                format!("Wire it to {start}"),
                Edit::connect(end.key, end.slot, &start),
            )),
            None if end.is_param => {}
            None => {
                ways.extend(Scene::new(graph, catalog, end.key).between(end.slot, end.ty, &source))
            }
        }
    }
    ways.push((
        "Remove the wire".to_owned(),
        Edit::disconnect(end.key, end.slot),
    ));
    ways
}

/// The output that a wire was to start from: itself if it fits, else on the same node, or the one
/// of the nearest name, the output of the nearest name or the only one that fits.
fn other_start(graph: &Graph, catalog: Catalog, end: &End<'_>, source: &Source) -> Option<Source> {
    let node = match graph.nodes.get_key_value(&source.node) {
        Some((node, _)) => node.as_str(),
        None => {
            let others = graph.nodes.keys().filter(|other| *other != end.key);
            nearest(&source.node, others.map(String::as_str))?
        }
    };
    let shape = Shape::of(graph, node, catalog)?;
    let fitting: Vec<&str> = shape
        .outputs
        .iter()
        .filter(|pin| end.takes(&shape, pin))
        .map(|pin| pin.name.as_str())
        .collect();
    let pin = match fitting.as_slice() {
        several if several.contains(&source.pin.as_str()) => source.pin.as_str(),
        [only] => *only,
        several => nearest(&source.pin, several.iter().copied())?,
    };
    Some(Source {
        node: node.to_owned(),
        pin: pin.to_owned(),
    })
}

/// Each wire of the shortest circle through a node.
fn cuts(graph: &Graph, start: &str) -> Vec<Way> {
    let mut came_by: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    let mut row: Vec<&str> = vec![start];
    while !row.is_empty() && !came_by.contains_key(start) {
        let mut next = Vec::new();
        for key in row {
            for (input, source) in starts(graph, key) {
                if !came_by.contains_key(source) {
                    came_by.insert(source, (key, input));
                    next.push(source);
                }
            }
        }
        row = next;
    }
    let mut ways = Vec::new();
    let mut at = start;
    while let Some(&(key, input)) = came_by.get(at) {
        ways.push((
            format!("Cut the wire from {at} to {key}.{input}"),
            Edit::disconnect(key, input),
        ));
        at = key;
        if at == start || ways.len() == MAX_CUTS {
            break;
        }
    }
    ways
}

/// The inputs of a node and the existing nodes at which their wires start.
fn starts<'a>(graph: &'a Graph, key: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let inputs = graph
        .nodes
        .get(key)
        .into_iter()
        .flat_map(|node| &node.inputs);
    inputs.filter_map(|(input, wire)| {
        let (source, _) = wire.as_str()?.split_once('.')?;
        let (source, _) = graph.nodes.get_key_value(source)?;
        Some((input.as_str(), source.as_str()))
    })
}

#[cfg(test)]
mod tests;
