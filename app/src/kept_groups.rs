//! Groups that are kept for other graphs: each is a graph file of one node in the user's folder. A
//! graph that uses one holds a copy, so that it stays what it is.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::output;

use crate::source;

/// The folder inside the user's own.
const FOLDER: &str = "groups";
/// The ending of graph files.
const ENDING: &str = "pyro";
/// How many groups are listed.
const MOST: usize = 1_000;
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

/// The names of all groups that are kept, in order.
pub fn list(data: &Path) -> Vec<String> {
    let files = fs::read_dir(data.join(FOLDER)).into_iter().flatten();
    let mut names: Vec<String> = files
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .take(MOST)
        .collect();
    names.sort_by_key(|name| name.to_lowercase());
    names
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
        assert!(list(data.path()).is_empty());
        let graph =
            file::read(r#"{ "format": 1, "nodes": { "a": { "is": "made.up" } } }"#).unwrap();
        assert_eq!(save(data.path(), "mine", &graph).unwrap(), "mine");
        assert_eq!(save(data.path(), "mine", &graph).unwrap(), "mine 2");
        assert_eq!(list(data.path()), ["mine", "mine 2"]);
        assert_eq!(load(data.path(), "mine").unwrap(), graph);
        assert!(load(data.path(), "other").is_err());
    }
}
