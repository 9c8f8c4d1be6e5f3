//! The house's rules, each a pattern and where it may stand. A rule that only people keep is a wish.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{files_in, root};

/// No file of Rust may have more lines: it holds two things that change apart.
const MAX_LINES: usize = 600;

/// A source file of ours, its path from the root on.
struct SourceFile {
    path: String,
    text: String,
}

impl SourceFile {
    /// The lines of the program itself, with their numbers: no comments, no tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = ["tests.rs", "testing.rs"]
            .iter()
            .any(|name| self.path.ends_with(name))
            || ["/tests/", "/testing/"]
                .iter()
                .any(|folder| self.path.contains(folder));
        let end = if is_test {
            0
        } else {
            self.text
                .find("#[cfg(test)]\nmod tests")
                .unwrap_or(self.text.len())
        };
        self.text[..end]
            .lines()
            .enumerate()
            .filter_map(|(i, line)| {
                let code = line.split("//").next().unwrap_or_default();
                (!code.trim().is_empty()).then_some((i + 1, code))
            })
    }
}

fn sources(folders: &[&str]) -> Vec<SourceFile> {
    let root = root();
    let files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| files_in(&root.join(folder), "rs"))
        .collect();
    assert!(!files.is_empty());
    files
        .into_iter()
        .map(|file| SourceFile {
            path: file
                .strip_prefix(&root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/"),
            text: fs::read_to_string(&file).unwrap(),
        })
        .collect()
}

/// Asserts that none of the words stands in the code of `folders`, but for files where one may.
#[track_caller]
fn banned(folders: &[&str], words: &[&str], allowed: impl Fn(&str) -> bool) {
    let mut found = Vec::new();
    for file in sources(folders).iter().filter(|file| !allowed(&file.path)) {
        for (line, code) in file.code() {
            found.extend(
                words
                    .iter()
                    .filter(|word| code.contains(*word))
                    .map(|word| format!("{}:{line}: {word}", file.path)),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The names of a crate's dependencies.
fn dependencies(folder: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut names = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies")
            && let Some((name, _)) = line.split_once(['.', '=', ' '])
        {
            names.push(name.trim().to_owned());
        }
    }
    names
}

#[test]
fn rule_1_engine_and_nodes_know_no_window() {
    for folder in ["engine", "nodes"] {
        for name in ["egui", "eframe", "rfd", "egui_kittest"] {
            assert!(
                !dependencies(folder).iter().any(|d| d == name),
                "{folder} depends on {name}"
            );
        }
    }
    banned(
        &["engine/src", "nodes/src"],
        &["egui::", "eframe::", "rfd::"],
        |_| false,
    );
}

#[test]
fn rule_2_nodes_know_no_burn() {
    assert!(
        !dependencies("nodes").iter().any(|d| d.contains("burn")),
        "nodes depends on burn"
    );
    banned(&["nodes/src"], &["burn::", "burn_"], |_| false);
    assert!(
        !dependencies("engine")
            .iter()
            .any(|d| d == "pyrograph-nodes"),
        "the engine depends on nodes"
    );
}

#[test]
fn rule_3_no_node_is_known_by_name() {
    let ids: Vec<String> = pyrograph_nodes::ALL
        .iter()
        .map(|spec| format!("\"{}\"", spec.id))
        .collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert!(!ids.is_empty());
    banned(&["app/src", "engine/src"], &ids, |_| false);
}

#[test]
fn rule_4_backends_dialogs_and_colours_have_one_home() {
    banned(
        &["engine/src"],
        &[
            "burn_wgpu",
            "tensor::wgpu",
            "wgpu::",
            "Device::wgpu",
            "Device::flex",
        ],
        |path| path == "engine/src/device.rs",
    );
    banned(&["app/src"], &["rfd::"], |path| {
        path == "app/src/document/dialog.rs"
    });
    let home_of_colours =
        |path: &str| path == "app/src/theme.rs" || path.starts_with("app/src/theme/");
    banned(&["app/src"], &["Color32::from_"], home_of_colours);
}

#[test]
fn rule_5_documents_and_plans_do_nothing_to_the_outside() {
    banned(
        &["engine/src/graph", "engine/src/plan"],
        &[
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "std::thread",
            "File::",
            "Instant::",
            "SystemTime",
        ],
        |_| false,
    );
    banned(
        &["engine/src/graph", "engine/src/plan", "nodes/src"],
        &[".unwrap()", "panic!(", "todo!(", "unimplemented!("],
        |_| false,
    );
}

#[test]
fn rule_8_families_stay_at_home() {
    let at_home = |path: &str| path.starts_with("engine/src/models");
    banned(
        &["app/src", "engine/src", "nodes/src"],
        &[
            "sd15", "Sd15", "SD15", "sdxl", "Sdxl", "SDXL", "flux", "Flux",
        ],
        at_home,
    );
}

#[test]
fn rule_10_files_are_short_and_say_what_they_are_for() {
    let mut faults = Vec::new();
    for file in sources(&["app", "engine", "nodes", "tests"]) {
        let lines = file.text.lines().count();
        if lines > MAX_LINES {
            faults.push(format!("{} has {lines} lines", file.path));
        }
        // A module's own tests need no word about what they are.
        if !file.text.starts_with("//!") && !file.path.ends_with("/tests.rs") {
            faults.push(format!("{} does not begin with what it is for", file.path));
        }
        let name = Path::new(&file.path).file_stem().unwrap().to_str().unwrap();
        if ["mod", "utils", "util", "common", "helpers", "core", "misc"].contains(&name) {
            faults.push(format!("{} has a name that says nothing", file.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn opting_out_of_a_lint_has_a_reason() {
    banned(
        &["app/src", "engine/src", "nodes/src"],
        &["unsafe ", "#[ignore", "dbg!(", "#[should_panic"],
        |_| false,
    );
    for file in sources(&["app", "engine", "nodes", "tests"]) {
        for (line, code) in file.code() {
            let opts_out = code.contains("[allow(") || code.contains("[expect(");
            // The reason may stand on a line of its own.
            let rest: String = file.text.lines().skip(line - 1).take(4).collect();
            assert!(
                !opts_out || rest.contains("reason"),
                "{}:{line}: {code}",
                file.path
            );
        }
    }
}
