//! Every example, and every graph in the README, opens, is in order, and compiles to the plan that
//! is written down. `UPDATE_EXPECT=1` writes plans down.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use pyrograph_engine::graph::check::check;
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::output::png::{self, Found};
use pyrograph_engine::plan::compile::compile;
use serde_json::Value as Json;

use crate::program::{files_in, first_picture, root};

/// The bytes that an example's picture may have: it comes with the program.
const MAX_THUMB: usize = 40 << 10;

fn plan(graph: &Graph) -> String {
    let (checked, problems) = check(graph, pyrograph_nodes::catalog());
    assert_eq!(problems, []);
    compile(&checked, &[], &|file| file.name.clone()).to_string()
}

#[test]
fn every_example_opens_and_compiles_to_its_plan() {
    let examples = files_in(&root().join("examples"), "pyro");
    assert!(!examples.is_empty());
    for path in examples {
        let text = fs::read_to_string(&path).unwrap();
        let graph = file::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(
            file::write(&graph),
            text,
            "{} is not written as the program writes",
            path.display()
        );
        let name = path.file_stem().unwrap().to_str().unwrap();
        expect_file![root().join(format!("tests/plans/{name}.plan"))].assert_eq(&plan(&graph));
    }
}

#[test]
fn every_example_has_a_small_picture_that_it_made() {
    let examples = root().join("examples");
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let graphs = files_in(&examples, "pyro");
    let pictures = files_in(&examples.join("thumbs"), "png");
    let names = |paths: &[PathBuf]| paths.iter().map(|it| name(it)).collect::<Vec<_>>();
    assert_eq!(names(&graphs), names(&pictures), "see examples/README.md");
    for (path, picture) in graphs.iter().zip(&pictures) {
        let bytes = fs::read(picture).unwrap();
        assert!(bytes.len() <= MAX_THUMB, "{} is large", picture.display());
        let Found::Pyrograph { graph, .. } = png::read_graph(&bytes).unwrap() else {
            panic!("{} carries no graph", picture.display());
        };
        assert_eq!(
            file::read(&graph).unwrap(),
            file::read(fs::read(path).unwrap()).unwrap(),
            "{} was made by another graph than {} is now: make it anew as examples/README.md says",
            picture.display(),
            path.display()
        );
    }
}

#[test]
fn the_first_picture_has_the_names_and_numbers_that_its_users_count_on() {
    let graph = file::read(fs::read(first_picture()).unwrap()).unwrap();
    let keys: Vec<&str> = graph.nodes.keys().map(String::as_str).collect();
    for key in [
        "model", "prompt", "negative", "latent", "sampler", "decode", "save",
    ] {
        assert!(keys.contains(&key), "{key} is not among {keys:?}");
    }
    let sidecar = fs::read_to_string(root().join("assets/starter/starter.config.json")).unwrap();
    let recommended = serde_json::from_str::<Json>(&sidecar).unwrap()["recommended"].clone();
    let (checked, _) = check(&graph, pyrograph_nodes::catalog());
    for (node, param) in [
        ("sampler", "sampler"),
        ("sampler", "schedule"),
        ("sampler", "steps"),
        ("sampler", "cfg"),
        ("latent", "width"),
        ("latent", "height"),
    ] {
        let value = pyrograph_engine::graph::value::json(checked.value(node, param).unwrap());
        assert_eq!(
            value.to_string(),
            recommended[param].to_string().replace(".0", ""),
            "{node}.{param}"
        );
    }
}

#[test]
fn the_readmes_graphs_are_graphs() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for block in readme.split("```json\n").skip(1) {
        let (graph, _) = block.split_once("```").unwrap();
        plan(&file::read(graph).unwrap());
    }
}
