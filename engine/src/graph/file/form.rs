//! Makes the document of a file's JSON, by moving its parts.
//!
//! A level is looked through before anything is moved: so a group whose inside has another form
//! than graphs have stays as it stands, a member of its node that the checker tells about.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{FileError, kind};
use crate::graph::group::{Group, MAX_DEPTH, Slot};
use crate::graph::{Graph, Mode, Node, Source, View, shorten};

/// What is wrong with the inside of a group that could not be read.
pub(in crate::graph) fn damage(group: &Json) -> Option<FileError> {
    let Json::Object(members) = group else {
        return Some(wrong("\"group\"".to_owned(), "an object", Some(group)));
    };
    check(members).err()
}

/// Whether the members of a graph have the form that [`graph`] takes.
pub(super) fn check(members: &Map<String, Json>) -> Result<(), FileError> {
    let nodes = object(members, "nodes", || "\"nodes\"".to_owned())?;
    let view = object(members, "view", || "\"view\"".to_owned())?;
    for (key, node) in nodes.into_iter().flatten() {
        check_node(key, node)?;
    }
    if let Some(view) = view {
        object(view, "nodes", || "\"nodes\" of \"view\"".to_owned())?;
    }
    Ok(())
}

fn check_node(key: &str, json: &Json) -> Result<(), FileError> {
    let place = |member: &str| format!("{member}node {:?}", shorten(key));
    let Json::Object(members) = json else {
        return Err(wrong(place(""), "an object", Some(json)));
    };
    let is = members.get("is");
    if !is.is_some_and(Json::is_string) {
        return Err(wrong(place("\"is\" of "), "the id of a kind of node", is));
    }
    object(members, "params", || place("\"params\" of "))?;
    object(members, "in", || place("\"in\" of "))?;
    Ok(())
}

/// A member that must be an object if it is there.
fn object<'a>(
    members: &'a Map<String, Json>,
    name: &str,
    place: impl FnOnce() -> String,
) -> Result<Option<&'a Map<String, Json>>, FileError> {
    match members.get(name) {
        None => Ok(None),
        Some(Json::Object(members)) => Ok(Some(members)),
        Some(other) => Err(wrong(place(), "an object", Some(other))),
    }
}

fn wrong(place: String, expected: &'static str, found: Option<&Json>) -> FileError {
    FileError::WrongForm {
        place,
        expected,
        found: found.map_or("missing", kind),
    }
}

/// The graph of members that have passed [`check`], `depth` groups deep.
pub(super) fn graph(mut rest: Map<String, Json>, depth: usize) -> Result<Graph, FileError> {
    let nodes = members(&mut rest, "nodes").into_iter();
    let nodes = nodes.map(|(key, json)| Ok((key, node(json, depth)?)));
    let nodes = nodes.collect::<Result<_, FileError>>()?;
    let mut view = members(&mut rest, "view");
    Ok(Graph {
        nodes,
        view: View {
            nodes: members(&mut view, "nodes").into_iter().collect(),
            rest: view,
        },
        rest,
    })
}

fn node(json: Json, depth: usize) -> Result<Node, FileError> {
    let Json::Object(mut rest) = json else {
        return Ok(Node::default()); // `check` lets none pass
    };
    let is = match rest.shift_remove("is") {
        Some(Json::String(is)) => is,
        Some(_) | None => String::new(),
    };
    Ok(Node {
        is,
        mode: mode(&mut rest),
        params: members(&mut rest, "params"),
        inputs: members(&mut rest, "in"),
        group: group(&mut rest, depth)?.map(Box::new),
        rest,
    })
}

/// Takes the mode; a word that is none stays.
fn mode(rest: &mut Map<String, Json>) -> Mode {
    let word = rest.get("mode").and_then(Json::as_str);
    let modes = [Mode::Muted, Mode::Bypassed];
    let known = modes.into_iter().find(|mode| word == mode.word());
    if known.is_some() {
        rest.shift_remove("mode");
    }
    known.unwrap_or_default()
}

/// Takes a group; one whose inside cannot be read stays.
fn group(rest: &mut Map<String, Json>, depth: usize) -> Result<Option<Group>, FileError> {
    if rest
        .get("group")
        .is_none_or(|group| damage(group).is_some())
    {
        return Ok(None);
    }
    if depth >= MAX_DEPTH {
        return Err(FileError::GroupsTooDeep);
    }
    let mut members = members(rest, "group");
    let inputs = entries(&mut members, "inputs", slots);
    let outputs = entries(&mut members, "outputs", source);
    Ok(Some(Group {
        inputs,
        outputs,
        graph: graph(members, depth + 1)?,
    }))
}

/// Takes the entries of a member that can be read; others stay in it.
fn entries<T>(
    members: &mut Map<String, Json>,
    name: &str,
    read: fn(&Json) -> Option<T>,
) -> IndexMap<String, T> {
    let Some(Json::Object(all)) = members.get_mut(name) else {
        return IndexMap::new();
    };
    let mut known = IndexMap::new();
    all.retain(|name, json| match read(json) {
        Some(entry) => {
            known.insert(name.clone(), entry);
            false
        }
        None => true,
    });
    if all.is_empty() {
        members.shift_remove(name);
    }
    known
}

fn slots(json: &Json) -> Option<Vec<Slot>> {
    let slots = json.as_array()?.iter();
    slots
        .map(|slot| slot.as_str().and_then(Slot::parse))
        .collect()
}

fn source(json: &Json) -> Option<Source> {
    json.as_str().and_then(Source::parse)
}

/// Takes a member that is an object; one that is absent is empty.
fn members(of: &mut Map<String, Json>, name: &str) -> Map<String, Json> {
    match of.shift_remove(name) {
        Some(Json::Object(members)) => members,
        Some(_) | None => Map::new(),
    }
}
