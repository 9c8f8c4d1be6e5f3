//! What a view holds, typed: how nodes look, and the frames, notes and reroutes between them.
//!
//! All of it is read leniently, for a view changes no meaning: an entry of another form is passed
//! over, and kept. Frames, notes, reroutes, routes and hidden wires are objects by id in
//! [`View::rest`], so that a change of one is a change of one line in the file.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::group::Slot;
use super::{View, unique_among};

/// A wire bends at most so often; of more reroutes those nearest to its end count.
const MAX_BENDS: usize = 1_000;

/// The member that holds frames.
pub const FRAMES: &str = "frames";
/// The member that holds notes.
pub const NOTES: &str = "notes";
/// The member that holds reroutes.
pub const REROUTES: &str = "reroutes";
/// The member that says through which reroute a wire runs.
pub const ROUTES: &str = "routes";
/// The member that says which wires are drawn as badges.
pub const HIDDEN: &str = "hidden";

/// How a node is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// Its upper left corner, in points at 100 %.
    pub at: Option<[f32; 2]>,
    /// Its width and height, if someone has chosen them.
    pub size: Option<[f32; 2]>,
    /// What stands on it instead of its kind's title.
    pub title: Option<String>,
    /// The name of its colour.
    pub color: Option<String>,
    /// Whether only its header shows.
    pub is_collapsed: bool,
    /// Whether it stays where it is.
    pub is_pinned: bool,
    /// What else the file says of it.
    pub rest: Map<String, Json>,
}

/// A box behind nodes that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Left, top, width and height, in points at 100 %.
    pub rect: [f32; 4],
    /// What stands on it.
    pub title: String,
    /// The name of its colour.
    pub color: Option<String>,
    /// What else the file says of it.
    pub rest: Map<String, Json>,
}

/// A piece of text between nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Note {
    /// Left, top, width and height, in points at 100 %.
    pub rect: [f32; 4],
    /// Markdown.
    pub text: String,
    /// The name of its colour.
    pub color: Option<String>,
    /// What else the file says of it.
    pub rest: Map<String, Json>,
}

/// A point that wires run through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reroute {
    /// Where it is, in points at 100 %.
    pub at: [f32; 2],
    /// The reroute before it, nearer to the source; without one, wires come from the source itself.
    pub after: Option<String>,
    /// What else the file says of it.
    pub rest: Map<String, Json>,
}

/// Parts of a graph as they are drawn: what is selected, what lies in a frame, what moves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Nodes by key.
    pub nodes: BTreeSet<String>,
    /// Frames by id.
    pub frames: BTreeSet<String>,
    /// Notes by id.
    pub notes: BTreeSet<String>,
    /// Reroutes by id.
    pub reroutes: BTreeSet<String>,
}

impl View {
    /// A node's upper left corner, if the view says one.
    pub fn position(&self, node: &str) -> Option<[f32; 2]> {
        match self.nodes.get(node)? {
            Json::Object(look) => numbers(look.get("at")?),
            corner @ (Json::Null
            | Json::Bool(_)
            | Json::Number(_)
            | Json::String(_)
            | Json::Array(_)) => numbers(corner),
        }
    }

    /// A position as files hold it: tenths of a point are enough, and whole numbers are short.
    pub fn corner(at: [f32; 2]) -> Json {
        coordinates(at)
    }

    /// How a node is drawn.
    pub fn look(&self, node: &str) -> Look {
        self.nodes.get(node).map_or_else(Look::default, Look::read)
    }

    /// All frames whose entries can be read, in the file's order.
    pub fn frames(&self) -> Vec<(String, Frame)> {
        self.items(FRAMES, Frame::read)
    }

    /// All notes whose entries can be read, in the file's order.
    pub fn notes(&self) -> Vec<(String, Note)> {
        self.items(NOTES, Note::read)
    }

    /// All reroutes whose entries can be read, in the file's order.
    pub fn reroutes(&self) -> Vec<(String, Reroute)> {
        self.items(REROUTES, Reroute::read)
    }

    /// The frame of that id.
    pub fn frame(&self, id: &str) -> Option<Frame> {
        Frame::read(self.item(FRAMES, id)?)
    }

    /// The note of that id.
    pub fn note(&self, id: &str) -> Option<Note> {
        Note::read(self.item(NOTES, id)?)
    }

    /// The reroute of that id.
    pub fn reroute(&self, id: &str) -> Option<Reroute> {
        Reroute::read(self.item(REROUTES, id)?)
    }

    /// The points that the wire which ends at `input` (`"node.slot"`) runs through, from its source
    /// on.
    pub fn route(&self, input: &str) -> Vec<[f32; 2]> {
        let ids = self.route_ids(input);
        ids.into_iter()
            .filter_map(|id| Some(self.reroute(id)?.at))
            .collect()
    }

    /// The reroutes that the wire which ends at `input` (`"node.slot"`) runs through, from its
    /// source on.
    pub fn route_ids(&self, input: &str) -> Vec<&str> {
        match self.item(ROUTES, input).and_then(Json::as_str) {
            Some(last) => self.up_to(last),
            None => Vec::new(),
        }
    }

    /// A reroute and all before it, the first one first. A circle ends where it would close.
    pub fn up_to<'a>(&'a self, last: &'a str) -> Vec<&'a str> {
        let mut ids = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(last);
        while let Some(id) = next.filter(|_| ids.len() < MAX_BENDS) {
            let Some(reroute) = self.item(REROUTES, id).filter(|_| seen.insert(id)) else {
                break;
            };
            ids.push(id);
            next = reroute.get("after").and_then(Json::as_str);
        }
        ids.reverse();
        ids
    }

    /// Whether the wire which ends at `input` (`"node.slot"`) is drawn as badges.
    pub fn is_hidden(&self, input: &str) -> bool {
        self.item(HIDDEN, input) == Some(&Json::Bool(true))
    }

    /// What lies in a rectangle with all of itself: nodes, notes, reroutes and smaller frames.
    /// `size_of` says how large a node is drawn.
    pub fn inside(&self, rect: [f32; 4], size_of: impl Fn(&str) -> [f32; 2]) -> Parts {
        let holds = |[x, y, width, height]: [f32; 4]| {
            let [left, top, w, h] = rect;
            x >= left && y >= top && x + width <= left + w && y + height <= top + h
        };
        let node = |key: &str| {
            let ([x, y], [width, height]) = (self.position(key)?, size_of(key));
            Some([x, y, width, height])
        };
        let nodes = self.nodes.keys();
        let frames = self.frames().into_iter();
        let notes = self.notes().into_iter();
        let reroutes = self.reroutes().into_iter();
        Parts {
            nodes: nodes
                .filter(|key| node(key).is_some_and(holds))
                .cloned()
                .collect(),
            frames: frames
                .filter(|(_, frame)| frame.rect != rect && holds(frame.rect))
                .map(|(id, _)| id)
                .collect(),
            notes: notes
                .filter(|(_, note)| holds(note.rect))
                .map(|(id, _)| id)
                .collect(),
            reroutes: reroutes
                .filter(|(_, Reroute { at: [x, y], .. })| holds([*x, *y, 0.0, 0.0]))
                .map(|(id, _)| id)
                .collect(),
        }
    }

    /// The upper left corner of some nodes, frames and notes together, if any has a place.
    pub fn corner_of(&self, parts: &Parts) -> Option<[f32; 2]> {
        let nodes = parts.nodes.iter().filter_map(|key| self.position(key));
        let frames = parts.frames.iter().filter_map(|id| self.frame(id));
        let notes = parts.notes.iter().filter_map(|id| self.note(id));
        let boxes = frames
            .map(|frame| frame.rect)
            .chain(notes.map(|note| note.rect))
            .map(|[x, y, ..]| [x, y]);
        nodes
            .chain(boxes)
            .reduce(|[x, y], [left, top]| [x.min(left), y.min(top)])
    }

    /// Everything that the view gives a place.
    pub fn parts(&self) -> Parts {
        let ids = |member| self.ids(member).map(str::to_owned).collect();
        Parts {
            nodes: self.nodes.keys().cloned().collect(),
            frames: ids(FRAMES),
            notes: ids(NOTES),
            reroutes: ids(REROUTES),
        }
    }

    /// An id that no entry of a member has yet: `frame`, `frame_2` …
    pub fn fresh(&self, member: &str, base: &str) -> String {
        unique_among(base, |id| self.item(member, id).is_some())
    }

    /// Whether a member can hold entries by id; one of another form is left alone.
    pub(super) fn takes_items(&self, member: &str) -> bool {
        match self.rest.get(member) {
            None | Some(Json::Object(_)) => member != "nodes",
            Some(Json::Array(items)) => items.is_empty(),
            Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => false,
        }
    }

    /// The entry of that id.
    pub(crate) fn item(&self, member: &str, id: &str) -> Option<&Json> {
        self.rest.get(member)?.as_object()?.get(id)
    }

    /// The ids of a member, in the file's order.
    pub(crate) fn ids(&self, member: &str) -> impl Iterator<Item = &str> {
        let items = self.rest.get(member).and_then(Json::as_object);
        items.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// The entries of `routes` or `hidden` that belong to inputs of a node for which `wanted`
    /// holds.
    pub(crate) fn inputs_of<'a>(
        &'a self,
        member: &'a str,
        wanted: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = &'a str> + 'a {
        self.ids(member)
            .filter(move |id| super::split(id).is_some_and(|(node, _)| wanted(node)))
    }

    fn items<T>(&self, member: &str, read: fn(&Json) -> Option<T>) -> Vec<(String, T)> {
        let items = self.rest.get(member).and_then(Json::as_object);
        items
            .into_iter()
            .flatten()
            .filter_map(|(id, json)| Some((id.clone(), read(json)?)))
            .collect()
    }
}

impl Look {
    /// Reads both forms: `[x, y]`, and an object with `at` and more.
    pub fn read(json: &Json) -> Self {
        let Json::Object(members) = json else {
            return Self {
                at: numbers(json),
                ..Self::default()
            };
        };
        let mut rest = members.clone();
        Self {
            at: take(&mut rest, "at", numbers),
            size: take(&mut rest, "size", numbers),
            title: take(&mut rest, "title", text),
            color: take(&mut rest, "color", text),
            is_collapsed: take(&mut rest, "collapsed", flag).unwrap_or(false),
            is_pinned: take(&mut rest, "pinned", flag).unwrap_or(false),
            rest,
        }
    }

    /// As files hold it: `[x, y]` if there is no more to say, `None` if there is nothing.
    pub fn json(&self) -> Option<Json> {
        let mut members = Map::new();
        put(&mut members, "at", self.at.map(coordinates));
        put(&mut members, "size", self.size.map(coordinates));
        put(&mut members, "title", self.title.clone().map(Json::String));
        put(&mut members, "color", self.color.clone().map(Json::String));
        put(
            &mut members,
            "collapsed",
            self.is_collapsed.then_some(Json::Bool(true)),
        );
        put(
            &mut members,
            "pinned",
            self.is_pinned.then_some(Json::Bool(true)),
        );
        keep(&mut members, &self.rest);
        match (self.at, members.len()) {
            (_, 0) => None,
            (Some(at), 1) => Some(coordinates(at)),
            (Some(_) | None, _) => Some(Json::Object(members)),
        }
    }
}

impl Frame {
    /// Reads an entry of [`FRAMES`].
    pub fn read(json: &Json) -> Option<Self> {
        let mut rest = json.as_object()?.clone();
        Some(Self {
            rect: take(&mut rest, "rect", numbers)?,
            title: take(&mut rest, "title", text).unwrap_or_default(),
            color: take(&mut rest, "color", text),
            rest,
        })
    }

    /// As files hold it.
    pub fn json(&self) -> Json {
        let mut members = Map::new();
        put(&mut members, "rect", Some(coordinates(self.rect)));
        put(&mut members, "title", words(&self.title));
        put(&mut members, "color", self.color.clone().map(Json::String));
        keep(&mut members, &self.rest);
        Json::Object(members)
    }
}

impl Note {
    /// Reads an entry of [`NOTES`].
    pub fn read(json: &Json) -> Option<Self> {
        let mut rest = json.as_object()?.clone();
        Some(Self {
            rect: take(&mut rest, "rect", numbers)?,
            text: take(&mut rest, "text", text).unwrap_or_default(),
            color: take(&mut rest, "color", text),
            rest,
        })
    }

    /// As files hold it.
    pub fn json(&self) -> Json {
        let mut members = Map::new();
        put(&mut members, "rect", Some(coordinates(self.rect)));
        put(&mut members, "text", words(&self.text));
        put(&mut members, "color", self.color.clone().map(Json::String));
        keep(&mut members, &self.rest);
        Json::Object(members)
    }
}

impl Reroute {
    /// Reads an entry of [`REROUTES`].
    pub fn read(json: &Json) -> Option<Self> {
        let mut rest = json.as_object()?.clone();
        Some(Self {
            at: take(&mut rest, "at", numbers)?,
            after: take(&mut rest, "after", text),
            rest,
        })
    }

    /// As files hold it.
    pub fn json(&self) -> Json {
        let mut members = Map::new();
        put(&mut members, "at", Some(coordinates(self.at)));
        put(&mut members, "after", self.after.clone().map(Json::String));
        keep(&mut members, &self.rest);
        Json::Object(members)
    }
}

/// The input as `routes` and `hidden` name it.
pub fn input(node: &str, slot: &str) -> String {
    Slot::new(node, slot).to_string()
}

/// Takes a member if it has the right form; else it stays with what is not known.
fn take<T>(rest: &mut Map<String, Json>, name: &str, read: fn(&Json) -> Option<T>) -> Option<T> {
    let value = read(rest.get(name)?)?;
    rest.shift_remove(name);
    Some(value)
}

fn put(members: &mut Map<String, Json>, name: &str, value: Option<Json>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), value);
    }
}

/// Adds what is not known, but for names that have a known value by now.
fn keep(members: &mut Map<String, Json>, rest: &Map<String, Json>) {
    for (name, value) in rest {
        if !members.contains_key(name) {
            members.insert(name.clone(), value.clone());
        }
    }
}

fn text(json: &Json) -> Option<String> {
    json.as_str().map(str::to_owned)
}

/// `true`; that something is not so is said by leaving it out.
fn flag(json: &Json) -> Option<bool> {
    json.as_bool()
}

fn words(text: &str) -> Option<Json> {
    (!text.is_empty()).then(|| Json::String(text.to_owned()))
}

fn numbers<const N: usize>(json: &Json) -> Option<[f32; N]> {
    let numbers: Vec<f32> = json
        .as_array()
        .filter(|numbers| numbers.len() == N)?
        .iter()
        .filter_map(|number| Some(number.as_f64()? as f32))
        .filter(|number| number.is_finite())
        .collect();
    numbers.try_into().ok()
}

fn coordinates<const N: usize>(points: [f32; N]) -> Json {
    Json::Array(points.map(coordinate).to_vec())
}

fn coordinate(points: f32) -> Json {
    let tenths = (f64::from(points) * 10.0).round();
    if !tenths.is_finite() {
        Json::from(0)
    } else if tenths % 10.0 == 0.0 && tenths.abs() < 1e15 {
        Json::from((tenths / 10.0) as i64)
    } else {
        Json::from(tenths / 10.0)
    }
}

#[cfg(test)]
mod tests;
