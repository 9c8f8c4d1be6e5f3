//! Prints a graph as JSON for people: what fits on a line stands on a line, nodes and positions
//! have a line each.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::FORMAT;
use crate::graph::group::{Group, Slot};
use crate::graph::{Graph, Node, View};

/// Columns that a line may have before an object or array is broken.
const WIDTH: usize = 100;

/// The file's text, with a newline at its end.
pub(super) fn graph(graph: &Graph) -> String {
    let format = Json::from(FORMAT);
    let mut members = vec![("format", Item::Json(&format))];
    members.extend(nodes_and_view(graph));
    extend(&mut members, &graph.rest, &["format", "nodes", "view"]);
    let mut text = String::new();
    print(&Item::Object(members, Form::Broken), 0, &mut text);
    text.push('\n');
    text
}

/// Something to print, borrowed from a graph.
enum Item<'a> {
    Json(&'a Json),
    Text(&'a str),
    Owned(String),
    Object(Vec<(&'a str, Self)>, Form),
    Array(Vec<Self>),
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// On one line if it fits.
    Short,
    /// One member a line, so that a change in one is a change of one line.
    Broken,
}

fn nodes_and_view(graph: &Graph) -> Vec<(&str, Item<'_>)> {
    let nodes = graph.nodes.iter();
    let nodes = nodes.map(|(key, node)| (key.as_str(), self::node(node)));
    let mut members = vec![("nodes", Item::Object(nodes.collect(), Form::Broken))];
    if graph.view != View::default() {
        members.push(("view", view(&graph.view)));
    }
    members
}

fn node(node: &Node) -> Item<'_> {
    let mut members = vec![("is", Item::Text(&node.is))];
    let mut taken = vec!["is", "params", "in"];
    if let Some(word) = node.mode.word() {
        members.push(("mode", Item::Text(word)));
        taken.push("mode");
    }
    for (name, part) in [("params", &node.params), ("in", &node.inputs)] {
        if !part.is_empty() {
            members.push((name, map(part)));
        }
    }
    if let Some(group) = &node.group {
        members.push(("group", self::group(group)));
        taken.push("group");
    }
    extend(&mut members, &node.rest, &taken);
    Item::Object(members, Form::Short)
}

fn group(group: &Group) -> Item<'_> {
    let rest = &group.graph.rest;
    let inputs = entries(&group.inputs, rest.get("inputs"), |slots| {
        let slots = slots.iter().map(Slot::to_string);
        Item::Array(slots.map(Item::Owned).collect())
    });
    let outputs = entries(&group.outputs, rest.get("outputs"), |source| {
        Item::Owned(source.to_string())
    });
    let mut members = Vec::new();
    members.extend(inputs.map(|inputs| ("inputs", inputs)));
    members.extend(outputs.map(|outputs| ("outputs", outputs)));
    members.extend(nodes_and_view(&group.graph));
    extend(&mut members, rest, &["inputs", "outputs", "nodes", "view"]);
    Item::Object(members, Form::Broken)
}

/// What a group shows, and behind it what the file held there that could not be read.
fn entries<'a, T>(
    known: &'a IndexMap<String, T>,
    rest: Option<&'a Json>,
    print: fn(&'a T) -> Item<'a>,
) -> Option<Item<'a>> {
    let mut members: Vec<(&str, Item<'_>)> = known
        .iter()
        .map(|(name, entry)| (name.as_str(), print(entry)))
        .collect();
    match rest {
        Some(Json::Object(rest)) => {
            let unknown = rest.iter().filter(|(name, _)| !known.contains_key(*name));
            members.extend(unknown.map(|(name, json)| (name.as_str(), Item::Json(json))));
        }
        Some(other) if members.is_empty() => return Some(Item::Json(other)),
        Some(_) | None => {}
    }
    (!members.is_empty()).then_some(Item::Object(members, Form::Short))
}

fn view(view: &View) -> Item<'_> {
    let mut members = Vec::new();
    if !view.nodes.is_empty() {
        let nodes = view
            .nodes
            .iter()
            .map(|(key, corner)| (key.as_str(), Item::Json(corner)))
            .collect();
        members.push(("nodes", Item::Object(nodes, Form::Broken)));
    }
    extend(&mut members, &view.rest, &["nodes"]);
    Item::Object(members, Form::Broken)
}

fn map(members: &Map<String, Json>) -> Item<'_> {
    Item::Object(
        members
            .iter()
            .map(|(name, json)| (name.as_str(), Item::Json(json)))
            .collect(),
        Form::Short,
    )
}

/// Members that the reader would take for others are left out: no file holds them.
fn extend<'a>(members: &mut Vec<(&'a str, Item<'a>)>, rest: &'a Map<String, Json>, taken: &[&str]) {
    let unknown = rest
        .iter()
        .filter(|(name, _)| !taken.contains(&name.as_str()));
    members.extend(unknown.map(|(name, json)| (name.as_str(), Item::Json(json))));
}

fn print(item: &Item<'_>, indent: usize, out: &mut String) {
    let column = out.len() - out.rfind('\n').map_or(0, |at| at + 1);
    let start = out.len();
    if short(item, WIDTH.saturating_sub(column), out) {
        return;
    }
    out.truncate(start);
    match item {
        Item::Object(members, _) => {
            block('{', members, '}', indent, out, |(name, member), out| {
                out.push_str(&quoted(name));
                out.push_str(": ");
                print(member, indent + 1, out);
            });
        }
        Item::Array(elements) => block('[', elements, ']', indent, out, |element, out| {
            print(element, indent + 1, out)
        }),
        Item::Text(text) => out.push_str(&quoted(text)),
        Item::Owned(text) => out.push_str(&quoted(text)),
        Item::Json(Json::Object(members)) => print(&map(members), indent, out),
        Item::Json(Json::Array(elements)) => print(
            &Item::Array(elements.iter().map(Item::Json).collect()),
            indent,
            out,
        ),
        Item::Json(Json::String(text)) => out.push_str(&quoted(text)),
        Item::Json(Json::Number(number)) => out.push_str(number.as_str()),
        Item::Json(Json::Bool(value)) => out.push_str(if *value { "true" } else { "false" }),
        Item::Json(Json::Null) => out.push_str("null"),
    }
}

fn block<T>(
    open: char,
    parts: &[T],
    close: char,
    indent: usize,
    out: &mut String,
    mut part: impl FnMut(&T, &mut String),
) {
    out.push(open);
    for (i, inner) in parts.iter().enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n("  ", indent + 1));
        part(inner, out);
    }
    if !parts.is_empty() {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", indent));
    }
    out.push(close);
}

/// Prints on one line; gives up, with something in `out`, as soon as `width` bytes do not do.
fn short(item: &Item<'_>, width: usize, out: &mut String) -> bool {
    let end = out.len() + width;
    match item {
        Item::Object(members, Form::Short) => {
            let members = members.iter().map(|(name, member)| (*name, member));
            short_block(
                "{ ",
                members,
                " }",
                end,
                out,
                |(name, member), width, out| {
                    short_member(name, width, out)
                        && short(member, end.saturating_sub(out.len()), out)
                },
            )
        }
        Item::Object(members, Form::Broken) => members.is_empty() && push("{}", end, out),
        Item::Array(elements) => {
            short_block("[", elements, "]", end, out, |element, width, out| {
                short(element, width, out)
            })
        }
        Item::Text(text) => text.len() <= width && push(&quoted(text), end, out),
        Item::Owned(text) => text.len() <= width && push(&quoted(text), end, out),
        Item::Json(json) => short_json(json, width, out),
    }
}

fn short_json(json: &Json, width: usize, out: &mut String) -> bool {
    let end = out.len() + width;
    match json {
        Json::Object(members) => short_block(
            "{ ",
            members,
            " }",
            end,
            out,
            |(name, member), width, out| {
                short_member(name, width, out)
                    && short_json(member, end.saturating_sub(out.len()), out)
            },
        ),
        Json::Array(elements) => short_block("[", elements, "]", end, out, short_json),
        Json::String(text) => text.len() <= width && push(&quoted(text), end, out),
        Json::Number(number) => push(number.as_str(), end, out),
        Json::Bool(true) => push("true", end, out),
        Json::Bool(false) => push("false", end, out),
        Json::Null => push("null", end, out),
    }
}

fn short_member(name: &str, width: usize, out: &mut String) -> bool {
    let end = out.len() + width;
    name.len() <= width && push(&quoted(name), end, out) && push(": ", end, out)
}

fn short_block<T>(
    open: &str,
    parts: impl IntoIterator<Item = T>,
    close: &str,
    end: usize,
    out: &mut String,
    mut part: impl FnMut(T, usize, &mut String) -> bool,
) -> bool {
    let mut parts = parts.into_iter().peekable();
    if parts.peek().is_none() {
        return push(open.trim_end(), end, out) && push(close.trim_start(), end, out);
    }
    let mut separator = open;
    for inner in parts {
        if !push(separator, end, out) || !part(inner, end.saturating_sub(out.len()), out) {
            return false;
        }
        separator = ", ";
    }
    push(close, end, out)
}

fn push(text: &str, end: usize, out: &mut String) -> bool {
    out.push_str(text);
    out.len() <= end
}

/// A JSON string.
fn quoted(text: &str) -> String {
    Json::String(text.to_owned()).to_string()
}
