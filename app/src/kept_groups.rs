//! Groups that are kept for other graphs: each is a graph file of one node in the user's folder. A
//! graph that uses one holds a copy, so that it stays what it is.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::shape::Shape;
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::node::Catalog;
use pyrograph_engine::output;

use crate::source;

/// The folder inside the user's own.
const FOLDER: &str = "groups";
/// The ending of graph files.
const ENDING: &str = "pyro";
/// How many groups are listed.
const MOST: usize = 1_000;
/// The longest file that is read to be listed, in bytes.
const MAX_LISTED: u64 = 4 << 20;
/// How many letters a name keeps.
const MAX_LETTERS: usize = 80;

/// Why a group could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("the group cannot be kept: {source}: {}", path.display())]
pub struct KeepError {
    /// The file.
    pub path: PathBuf,
    /// The system's words.
    pub source: io::Error,
}

/// A group that is kept, as lists show it.
#[derive(Clone, Debug)]
pub struct KeptGroup {
    /// Its name, which no other has.
    pub name: String,
    /// What it looks like from outside; nothing if its file cannot be read.
    pub shape: Shape,
    /// What is inside, in words.
    pub content: String,
}

impl KeptGroup {
    /// A group, as it is written into its file.
    pub fn of(name: String, group: &Graph, catalog: Catalog) -> Self {
        let node = group.nodes.values().next();
        let inside = node.and_then(|node| node.as_group());
        let inside = inside
            .into_iter()
            .flat_map(|group| group.graph.nodes.values());
        let mut kinds: Vec<&str> = Vec::new();
        for kind in inside.filter_map(|node| catalog.get(&node.is)) {
            if !kinds.contains(&kind.title) {
                kinds.push(kind.title);
            }
        }
        Self {
            name,
            shape: node
                .and_then(|node| Shape::of_node(node, catalog))
                .unwrap_or_default(),
            content: kinds.join(", "),
        }
    }

    /// What the list of what was added last calls a kept group; no kind of node is called so.
    pub fn id(name: &str) -> String {
        format!("{FOLDER}/{name}")
    }
}

/// All groups that are kept, by name.
pub fn list(data: &Path, catalog: Catalog) -> Vec<KeptGroup> {
    let folder = data.join(FOLDER);
    let files = fs::read_dir(&folder).into_iter().flatten();
    let names = files
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let group = |name: String| {
        let file = place(&folder, &name);
        let is_short = fs::metadata(&file).is_ok_and(|about| about.len() <= MAX_LISTED);
        // What is wrong with one is told to whoever adds it.
        let read = is_short.then(|| source::read(&file).ok()).flatten();
        let graph = read.map_or_else(Graph::default, |source| source.graph);
        KeptGroup::of(name, &graph, catalog)
    };
    let mut groups: Vec<KeptGroup> = names.take(MOST).map(group).collect();
    sort(&mut groups);
    groups
}

/// Puts groups into the order in which they are listed.
pub fn sort(groups: &mut [KeptGroup]) {
    groups.sort_by_key(|group| group.name.to_lowercase());
}

/// Keeps a group under a name that is free, so that none is lost; returns that name.
///
/// # Errors
/// The file cannot be written.
pub fn save(data: &Path, name: &str, group: &Graph) -> Result<String, KeepError> {
    let folder = data.join(FOLDER);
    let name = free_name(&folder, &file_name(name));
    let path = place(&folder, &name);
    let text = file::write(group);
    let written = fs::create_dir_all(&folder)
        .and_then(|()| output::write_atomically(&path, |out| out.write_all(text.as_bytes())));
    match written {
        Ok(()) => Ok(name),
        Err(source) => Err(KeepError { path, source }),
    }
}

/// The kept group of that name.
///
/// # Errors
/// The problem, placed at the file.
pub fn load(data: &Path, name: &str) -> Result<Graph, Box<Diagnostic>> {
    source::read(&place(&data.join(FOLDER), name)).map(|source| source.graph)
}

fn place(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.{ENDING}"))
}

/// A name that files can have everywhere.
fn file_name(name: &str) -> String {
    let fits = |c: char| !c.is_control() && !r#"/\:*?"<>|"#.contains(c);
    let letters = name.chars().map(|c| if fits(c) { c } else { '_' });
    let name: String = letters.take(MAX_LETTERS).collect();
    let name = name.trim_matches([' ', '.']);
    if name.is_empty() {
        "group".to_owned()
    } else {
        name.to_owned()
    }
}

fn free_name(folder: &Path, name: &str) -> String {
    let numbered = (2..).map(|n| format!("{name} {n}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !place(folder, name).exists())
        .expect("more numbers exist than files")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_files() {
        assert_eq!(file_name("Upscale & fix"), "Upscale & fix");
        assert_eq!(file_name("../../etc/x"), "_.._etc_x");
        assert_eq!(file_name(" . "), "group");
        assert_eq!(file_name(&"é".repeat(200)).chars().count(), MAX_LETTERS);
    }

    #[test]
    fn a_group_is_kept_listed_and_loaded_and_none_is_overwritten() {
        let data = tempfile::tempdir().unwrap();
        let catalog = Catalog(pyrograph_nodes::ALL);
        assert!(list(data.path(), catalog).is_empty());
        let saves = pyrograph_nodes::ALL
            .iter()
            .find(|spec| !spec.inputs.is_empty())
            .unwrap();
        let pin = saves.inputs[0].name;
        let text = format!(
            r#"{{ "format": 1, "nodes": {{ "g": {{ "is": "group", "group": {{
                "nodes": {{ "a": {{ "is": "{}" }} }},
                "inputs": {{ "pin": ["a.{pin}"] }} }} }} }} }}"#,
            saves.id
        );
        let graph = file::read(text).unwrap();
        assert_eq!(save(data.path(), "mine", &graph).unwrap(), "mine");
        assert_eq!(save(data.path(), "mine", &graph).unwrap(), "mine 2");
        fs::write(data.path().join("groups/broken.pyro"), "{ no graph").unwrap();
        let listed = list(data.path(), catalog);
        let names: Vec<&str> = listed.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["broken", "mine", "mine 2"]);
        assert_eq!(listed[1].content, saves.title);
        assert_eq!(listed[1].shape.inputs[0].ty, saves.inputs[0].ty);
        assert!(listed[0].shape.inputs.is_empty());
        assert_eq!(load(data.path(), "mine").unwrap(), graph);
        assert!(load(data.path(), "other").is_err());
    }
}
