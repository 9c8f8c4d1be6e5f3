//! Copies: a fragment is a graph of its own, which holds the nodes copied and what the view says of
//! them; pasting grafts it into another graph.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::Edit;
use super::wires::mark;
use crate::graph::view::{
    FRAMES, Frame, HIDDEN, Look, NOTES, Note, REROUTES, ROUTES, Reroute, input,
};
use crate::graph::{Graph, Node, Source, split, unique_among};

/// What becomes of wires whose source has not been copied along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// They stay, if the graph has such a node.
    Inputs,
    /// They go.
    Nothing,
}

/// Where what is pasted goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spot {
    /// Its upper left corner goes here, in points at 100 %.
    At([f32; 2]),
    /// It goes that far from where it was, in points at 100 %.
    Offset([f32; 2]),
}

/// Nodes without a place are laid out so far from each other.
const STEP: f32 = 24.0;

/// Some nodes, frames and notes as a graph of their own: what copying puts on the clipboard, as a
/// graph file's text. Wires keep their sources' names, copied or not.
pub fn fragment(
    graph: &Graph,
    keys: &BTreeSet<String>,
    frames: &BTreeSet<String>,
    notes: &BTreeSet<String>,
) -> Graph {
    let view = &graph.view;
    let nodes = graph.nodes.iter().filter(|(key, _)| keys.contains(*key));
    let looks = view.nodes.iter().filter(|(key, _)| keys.contains(*key));
    let mut copy = Graph {
        nodes: nodes
            .map(|(key, node)| (key.clone(), node.clone()))
            .collect(),
        ..Graph::default()
    };
    copy.view.nodes = looks
        .map(|(key, look)| (key.clone(), look.clone()))
        .collect();

    let is_theirs = |input: &str| {
        let input = split(input).and_then(|(node, slot)| Some((copy.nodes.get(node)?, slot)));
        input.is_some_and(|(node, slot)| node.inputs.contains_key(slot))
    };
    let mut reroutes = BTreeSet::new();
    for id in view.ids(ROUTES).filter(|id| is_theirs(id)) {
        if let Some(last) = view.item(ROUTES, id).and_then(Json::as_str) {
            mark(view, last, &mut reroutes);
        }
    }
    type Wanted<'a> = (&'a str, &'a dyn Fn(&str) -> bool);
    let wanted: [Wanted<'_>; 5] = [
        (FRAMES, &|id| frames.contains(id)),
        (NOTES, &|id| notes.contains(id)),
        (REROUTES, &|id| reroutes.contains(id)),
        (ROUTES, &is_theirs),
        (HIDDEN, &is_theirs),
    ];
    let mut rest = Map::new();
    for (member, is_wanted) in wanted {
        let ids = view.ids(member).filter(|id| is_wanted(id));
        let items: Map<String, Json> = ids
            .filter_map(|id| Some((id.to_owned(), view.item(member, id)?.clone())))
            .collect();
        if !items.is_empty() {
            rest.insert(member.to_owned(), Json::Object(items));
        }
    }
    copy.view.rest = rest;
    copy
}

/// Puts a fragment into a graph: its nodes get keys that are free, wires among them join the
/// copies. Returns the new keys too, in the fragment's order.
pub fn paste(graph: &Graph, fragment: &Graph, spot: Spot, keep: Keep) -> (Edit, Vec<String>) {
    let offset = match spot {
        Spot::Offset(offset) => offset,
        Spot::At([x, y]) => {
            let corner = fragment.view.corner_of(&fragment.view.parts());
            corner.map_or([x, y], |[left, top]| [x - left, y - top])
        }
    };
    let mut graft = Graft::new(graph, None);
    let nodes = graft.nodes(fragment, &|source| {
        keep == Keep::Inputs && graph.nodes.contains_key(&source.node)
    });
    let mut edits = graft.view(fragment, &nodes, offset);
    if let Spot::At(at) = spot {
        let strays = fragment.nodes.keys();
        let strays = strays.filter(|key| fragment.view.position(key).is_none());
        for (i, key) in strays.enumerate() {
            let place = at.map(|x| x + i as f32 * STEP);
            edits.push(Edit::move_to(&graft.names[key], place));
        }
    }
    let keys = nodes.iter().map(|(key, _)| key.clone()).collect();
    let added = nodes.into_iter().map(|(key, node)| Edit::AddNode {
        key,
        node,
        index: None,
    });
    (Edit::Batch(added.chain(edits).collect()), keys)
}

/// Copies nodes, `offset` points away: wires among them join the copies, wires from elsewhere
/// stay. Returns the copies' keys too, in the graph's order.
pub fn duplicate<'a>(
    graph: &Graph,
    keys: impl IntoIterator<Item = &'a str>,
    offset: [f32; 2],
) -> (Edit, Vec<String>) {
    let keys = keys.into_iter().map(str::to_owned).collect();
    let copy = fragment(graph, &keys, &BTreeSet::new(), &BTreeSet::new());
    paste(graph, &copy, Spot::Offset(offset), Keep::Inputs)
}

/// Puts one graph's nodes and view among those of another, under names that are free there.
pub(in crate::graph) struct Graft<'a> {
    into: &'a Graph,
    /// A key of the other graph that becomes free.
    freed: Option<&'a str>,
    /// The nodes' new keys.
    pub(in crate::graph) names: BTreeMap<String, String>,
}

impl<'a> Graft<'a> {
    pub(in crate::graph) fn new(into: &'a Graph, freed: Option<&'a str>) -> Self {
        Self {
            into,
            freed,
            names: BTreeMap::new(),
        }
    }

    /// The nodes with their new keys, wired among each other; `keeps` says which wires from
    /// elsewhere stay.
    pub(in crate::graph) fn nodes(
        &mut self,
        from: &Graph,
        keeps: &dyn Fn(&Source) -> bool,
    ) -> Vec<(String, Node)> {
        let mut taken = BTreeSet::new();
        for key in from.nodes.keys() {
            let name = unique_among(key, |key| {
                let is_there = self.into.nodes.contains_key(key) && self.freed != Some(key);
                is_there || taken.contains(key)
            });
            taken.insert(name.clone());
            self.names.insert(key.clone(), name);
        }
        let nodes = from.nodes.iter();
        nodes
            .map(|(key, node)| {
                let mut node = node.clone();
                node.inputs.retain(|_, wire| {
                    let Some(source) = wire.as_str().and_then(Source::parse) else {
                        return true; // no wire, and kept as it is
                    };
                    match self.renamed(&source) {
                        Some(renamed) => {
                            *wire = renamed.json();
                            true
                        }
                        None => keeps(&source),
                    }
                });
                (self.names[key].clone(), node)
            })
            .collect()
    }

    /// What an output of the grafted graph is called now.
    pub(in crate::graph) fn renamed(&self, source: &Source) -> Option<Source> {
        Some(Source {
            node: self.names.get(&source.node)?.clone(),
            pin: source.pin.clone(),
        })
    }

    /// What the grafted view says, `offset` points away; of wires, only of those that `nodes` have.
    pub(in crate::graph) fn view(
        &self,
        from: &Graph,
        nodes: &[(String, Node)],
        offset: [f32; 2],
    ) -> Vec<Edit> {
        let view = &from.view;
        let mut edits = Vec::new();
        for (key, look) in &view.nodes {
            if let Some(name) = self.names.get(key) {
                edits.push(Edit::look(name, Some(moved_look(look, offset))));
            }
        }
        let frames = view
            .frames()
            .into_iter()
            .map(|(id, mut frame): (_, Frame)| {
                frame.rect = moved_rect(frame.rect, offset);
                (id, frame.json())
            });
        self.add(FRAMES, frames, &mut edits);
        let notes = view.notes().into_iter().map(|(id, mut note): (_, Note)| {
            note.rect = moved_rect(note.rect, offset);
            (id, note.json())
        });
        self.add(NOTES, notes, &mut edits);

        let wired: BTreeMap<&str, &Node> = nodes
            .iter()
            .map(|(key, node)| (key.as_str(), node))
            .collect();
        // The end of a wire that is copied too, under its name there.
        let end_of = |wire: &'_ str| {
            let (node, slot) = split(wire)?;
            let name = self.names.get(node)?;
            let is_wired = wired.get(name.as_str())?.inputs.contains_key(slot);
            is_wired.then(|| input(name, slot))
        };

        // Of points only those through which such wires run.
        let routes = view.ids(ROUTES).filter(|wire| end_of(wire).is_some());
        let kept: BTreeSet<&str> = routes.flat_map(|wire| view.route_ids(wire)).collect();
        let mut points = view.reroutes();
        points.retain(|(id, _)| kept.contains(id.as_str()));
        let ids = self.fresh(REROUTES, points.iter().map(|(id, _)| id.as_str()));
        let renamed = |id: &str| ids.get(id).cloned();
        let points = points.into_iter().map(|(id, mut point): (_, Reroute)| {
            point.at = moved(point.at, offset);
            point.after = point.after.as_deref().and_then(renamed);
            (id, point.json())
        });
        self.add(REROUTES, points, &mut edits);

        for member in [ROUTES, HIDDEN] {
            for id in view
                .ids(member)
                .filter(|_| self.into.view.takes_items(member))
            {
                let Some(end) = end_of(id) else { continue };
                let value = match (member, view.item(member, id)) {
                    (ROUTES, value) => value
                        .and_then(Json::as_str)
                        .and_then(renamed)
                        .map(Json::String),
                    (_, value) => value.cloned(),
                };
                if let Some(value) = value {
                    edits.push(Edit::item(member, &end, Some(value)));
                }
            }
        }
        edits
    }

    /// Ids for new entries of a member that are free.
    fn fresh<'i>(
        &self,
        member: &str,
        ids: impl Iterator<Item = &'i str>,
    ) -> BTreeMap<String, String> {
        let mut taken = BTreeSet::new();
        ids.map(|id| {
            let name = unique_among(id, |id| {
                self.into.view.item(member, id).is_some() || taken.contains(id)
            });
            taken.insert(name.clone());
            (id.to_owned(), name)
        })
        .collect()
    }

    fn add(
        &self,
        member: &str,
        items: impl Iterator<Item = (String, Json)>,
        edits: &mut Vec<Edit>,
    ) {
        // A member of another form is left alone.
        if !self.into.view.takes_items(member) {
            return;
        }
        let items: Vec<(String, Json)> = items.collect();
        let ids = self.fresh(member, items.iter().map(|(id, _)| id.as_str()));
        let named = items.into_iter();
        edits.extend(named.map(|(id, json)| Edit::item(member, &ids[&id], Some(json))));
    }
}

fn moved_look(look: &Json, offset: [f32; 2]) -> Json {
    let mut moved_look = Look::read(look);
    match moved_look.at {
        Some(at) => {
            moved_look.at = Some(moved(at, offset));
            moved_look.json().unwrap_or_else(|| look.clone())
        }
        None => look.clone(),
    }
}

pub(super) fn moved_rect([x, y, width, height]: [f32; 4], by: [f32; 2]) -> [f32; 4] {
    let [x, y] = moved([x, y], by);
    [x, y, width, height]
}

pub(super) fn moved([x, y]: [f32; 2], by: [f32; 2]) -> [f32; 2] {
    [x + by[0], y + by[1]]
}
