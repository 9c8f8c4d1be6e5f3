//! Changes of the view: how nodes look, frames, notes, and the ways of wires.

use serde_json::Value as Json;

use super::Edit;
use super::copy::{moved, moved_rect};
use crate::graph::group::Slot;
use crate::graph::view::{
    FRAMES, Frame, HIDDEN, Look, NOTES, Note, Parts, REROUTES, ROUTES, Reroute,
};
use crate::graph::{Graph, View};

impl Edit {
    /// Adds a frame or changes it.
    pub fn put_frame(id: &str, frame: &Frame) -> Self {
        Self::item(FRAMES, id, Some(frame.json()))
    }

    /// Removes a frame, and nothing that lies in it.
    pub fn take_frame(id: &str) -> Self {
        Self::item(FRAMES, id, None)
    }

    /// Adds a note or changes it.
    pub fn put_note(id: &str, note: &Note) -> Self {
        Self::item(NOTES, id, Some(note.json()))
    }

    /// Removes a note.
    pub fn take_note(id: &str) -> Self {
        Self::item(NOTES, id, None)
    }

    /// Adds a reroute or changes it; wires that shall run through it are [`reroute`]d.
    pub fn put_reroute(id: &str, reroute: &Reroute) -> Self {
        Self::item(REROUTES, id, Some(reroute.json()))
    }
}

/// Changes how a node looks.
pub fn relook(graph: &Graph, node: &str, change: impl FnOnce(&mut Look)) -> Edit {
    let mut look = graph.view.look(node);
    change(&mut look);
    Edit::look(node, look.json())
}

/// Draws a wire as badges at its ends, or in full again.
pub fn hide(input: &Slot, is_hidden: bool) -> Edit {
    Edit::item(
        HIDDEN,
        &input.to_string(),
        is_hidden.then_some(Json::Bool(true)),
    )
}

/// Bends a wire: it runs through a new reroute, which is the `place`-th on its way from the source,
/// from 0. Other wires that share the way from there on are bent too. Returns the reroute's id.
pub fn reroute(graph: &Graph, input: &Slot, place: usize, at: [f32; 2]) -> (Edit, String) {
    let view = &graph.view;
    let input = input.to_string();
    let way = view.route_ids(&input);
    let place = place.min(way.len());
    let id = view.fresh(REROUTES, "r");
    let before = place.checked_sub(1).and_then(|before| way.get(before));
    let bent = Reroute {
        at,
        after: before.map(|before| (*before).to_owned()),
        ..Reroute::default()
    };
    let next = match way.get(place) {
        Some(next) => behind(view, next, Some(&id)),
        None => Edit::item(ROUTES, &input, Some(Json::String(id.clone()))),
    };
    (Edit::Batch(vec![Edit::put_reroute(&id, &bent), next]), id)
}

/// Removes a reroute; the wires through it run on to what lies before it.
pub fn remove_reroute(graph: &Graph, id: &str) -> Edit {
    let view = &graph.view;
    let before = view
        .item(REROUTES, id)
        .and_then(|reroute| reroute.get("after"));
    let before = before.and_then(Json::as_str).filter(|before| *before != id);
    let mut edits = Vec::new();
    for other in view.ids(REROUTES).filter(|other| *other != id) {
        let reroute = view.item(REROUTES, other);
        let after = reroute.and_then(|reroute| reroute.get("after"));
        if after.and_then(Json::as_str) == Some(id) {
            edits.push(behind(view, other, before));
        }
    }
    for input in view.ids(ROUTES) {
        if view.item(ROUTES, input).and_then(Json::as_str) == Some(id) {
            let last = before.map(|before| Json::String(before.to_owned()));
            edits.push(Edit::item(ROUTES, input, last));
        }
    }
    if view.item(REROUTES, id).is_some() {
        edits.push(Edit::item(REROUTES, id, None));
    }
    Edit::Batch(edits)
}

/// Moves nodes, frames, notes and reroutes; what has no place stays without one.
pub fn shift(graph: &Graph, parts: &Parts, by: [f32; 2]) -> Edit {
    let view = &graph.view;
    let mut edits = Vec::new();
    for key in &parts.nodes {
        if let Some(at) = view.position(key) {
            edits.push(Edit::move_to(key, moved(at, by)));
        }
    }
    for id in &parts.frames {
        if let Some(mut frame) = view.frame(id) {
            frame.rect = moved_rect(frame.rect, by);
            edits.push(Edit::put_frame(id, &frame));
        }
    }
    for id in &parts.notes {
        if let Some(mut note) = view.note(id) {
            note.rect = moved_rect(note.rect, by);
            edits.push(Edit::put_note(id, &note));
        }
    }
    for id in &parts.reroutes {
        if let Some(mut reroute) = view.reroute(id) {
            reroute.at = moved(reroute.at, by);
            edits.push(Edit::put_reroute(id, &reroute));
        }
    }
    Edit::Batch(edits)
}

/// Hangs a reroute on another; whatever else its entry says stays, even if it has no place.
fn behind(view: &View, id: &str, before: Option<&str>) -> Edit {
    let mut entry = view.item(REROUTES, id).cloned();
    if let Some(Json::Object(members)) = &mut entry {
        match before {
            Some(before) => {
                members.insert("after".to_owned(), Json::String(before.to_owned()));
            }
            None => {
                members.shift_remove("after");
            }
        }
    }
    Edit::item(REROUTES, id, entry)
}
