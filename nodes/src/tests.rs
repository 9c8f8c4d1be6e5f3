//! What holds for every node.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use pyrograph_engine::graph::check::check;
use pyrograph_engine::graph::file;
use pyrograph_engine::graph::value;
use pyrograph_engine::node::{Comfy, FileKind, NodeSpec, ParamKind, PinSpec};
use pyrograph_engine::plan::compile::compile;
use pyrograph_engine::plan::lower;
use serde_json::{Map, Value as Json, json};

use super::{ALL, catalog};

fn pins(node: &'static NodeSpec) -> impl Iterator<Item = &'static PinSpec> {
    node.inputs.iter().chain(node.outputs)
}

#[test]
fn ids_are_unique_and_dotted() {
    let mut ids = BTreeSet::new();
    for node in ALL {
        assert!(ids.insert(node.id), "{} stands for two nodes", node.id);
        let (group, word) = node.id.split_once('.').expect("an id has a dot");
        for part in [group, word] {
            let fits = part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            assert!(fits && !part.is_empty(), "{} is not group.word", node.id);
        }
        assert_eq!(
            group,
            node.category.name().to_lowercase(),
            "{} stands in another group",
            node.id
        );
    }
    let titles: BTreeSet<&str> = ALL.iter().map(|node| node.title).collect();
    assert_eq!(titles.len(), ALL.len(), "a title stands for two nodes");
}

#[test]
fn docs_are_sentences() {
    let check = |node: &NodeSpec, of: &str, doc: &str| {
        let first = doc.chars().next().unwrap_or(' ');
        let sentence = (first.is_uppercase() || first.is_ascii_digit())
            && doc.ends_with('.')
            && !doc.contains("  ");
        assert!(sentence, "{} {of}: {doc:?} is no sentence", node.id);
    };
    for node in ALL {
        check(node, "itself", node.doc);
        pins(node).for_each(|pin| check(node, pin.name, pin.doc));
        node.params
            .iter()
            .for_each(|param| check(node, param.name, param.doc));
    }
}

#[test]
fn pins_are_unique() {
    for node in ALL {
        // A wire may end at a pin or a param: they share one set of names.
        let ends: Vec<&str> = node
            .inputs
            .iter()
            .map(|pin| pin.name)
            .chain(node.params.iter().map(|param| param.name))
            .collect();
        let outputs: Vec<&str> = node.outputs.iter().map(|pin| pin.name).collect();
        for names in [ends, outputs] {
            assert_eq!(
                names.iter().collect::<BTreeSet<_>>().len(),
                names.len(),
                "{}: {names:?}",
                node.id
            );
            let fits = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(names.iter().all(fits), "{}: {names:?}", node.id);
        }
    }
}

#[test]
fn defaults_lie_within_hard_range() {
    for node in ALL {
        for param in node.params {
            let default = param.kind.default();
            match (
                &param.kind,
                value::read(&param.kind, &value::json(&default)),
            ) {
                // No file is chosen yet.
                (ParamKind::File { default: "", .. }, Err(value::ValueError::NoFile { .. })) => {}
                (_, read) => assert_eq!(read, Ok(default), "{} {}", node.id, param.name),
            }
        }
    }
}

#[test]
fn soft_lies_within_hard() {
    for node in ALL {
        for param in node.params {
            match param.kind {
                ParamKind::Int {
                    hard, soft, step, ..
                } => {
                    assert!(
                        hard.0 <= soft.0 && soft.0 < soft.1 && soft.1 <= hard.1 && step > 0,
                        "{} {}",
                        node.id,
                        param.name
                    );
                }
                ParamKind::Float {
                    hard, soft, step, ..
                } => {
                    assert!(
                        hard.0 <= soft.0 && soft.0 < soft.1 && soft.1 <= hard.1 && step > 0.0,
                        "{} {}",
                        node.id,
                        param.name
                    );
                }
                ParamKind::Choice { names, .. } => {
                    assert_eq!(
                        names.iter().collect::<BTreeSet<_>>().len(),
                        names.len(),
                        "{} {}",
                        node.id,
                        param.name
                    );
                }
                ParamKind::Seed { .. }
                | ParamKind::Text { .. }
                | ParamKind::Flag { .. }
                | ParamKind::Color { .. }
                | ParamKind::File { .. } => {}
            }
        }
    }
}

#[test]
fn every_node_lowers_with_defaults() {
    for node in ALL {
        let open: Vec<&str> = node
            .inputs
            .iter()
            .filter(|pin| !pin.required)
            .map(|pin| pin.name)
            .collect();
        for open in [&open[..], &[]] {
            let text = lower::alone(node, &Map::new(), open).unwrap();
            // Every output carries something; those of value nodes are known before a run.
            for pin in node.outputs {
                let carried = text
                    .lines()
                    .any(|line| line.starts_with(&format!("{}: %", pin.name)));
                assert!(
                    carried != pin.carries.is_some(),
                    "{} {}:\n{text}",
                    node.id,
                    pin.name
                );
            }
            assert!(node.inputs.iter().all(|pin| open.contains(&pin.name) || text.contains(&format!("${}", pin.name))));
        }
    }
}

#[test]
fn values_are_carried_by_params_of_their_type() {
    for node in ALL {
        assert!(node.inputs.iter().all(|pin| pin.carries.is_none()));
        for pin in node.outputs {
            if let Some(name) = pin.carries {
                let param = node
                    .param(name)
                    .unwrap_or_else(|| panic!("{} carries no param {name:?}", node.id));
                assert_eq!(param.kind.ty(), pin.ty, "{} {name}", node.id);
            }
        }
        assert!(!node.is_output || node.outputs.is_empty());
    }
}

#[test]
fn comfy_widgets_name_real_params() {
    let mut classes = BTreeMap::new();
    for node in ALL {
        for comfy in node.comfy {
            let other = classes.insert(comfy.class, node.id);
            assert_eq!(other, None, "{} stands for two nodes", comfy.class);
            for widget in comfy.widgets {
                assert!(
                    *widget == Comfy::CONTROL || node.param(widget).is_some(),
                    "{}: {widget}",
                    comfy.class
                );
            }
            for (theirs, ours) in comfy.renamed {
                assert_ne!(theirs, ours);
                assert!(
                    node.input(ours).is_some() || node.param(ours).is_some(),
                    "{}: {ours}",
                    comfy.class
                );
            }
        }
    }
    assert!(
        ALL.iter().all(|node| !node.comfy.is_empty()),
        "a node has no counterpart"
    );
}

/// Users' files hold the ids: `ids.txt` only grows, with `UPDATE_EXPECT=1`.
#[test]
fn ids_are_never_removed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ids.txt");
    let released = fs::read_to_string(&path).unwrap_or_default();
    let released: Vec<&str> = released.lines().collect();
    for id in &released {
        assert!(
            catalog().get(id).is_some(),
            "{id} was released: it must not go"
        );
    }
    let mut all = released.clone();
    all.extend(
        ALL.iter()
            .map(|node| node.id)
            .filter(|id| !released.contains(id)),
    );
    if all != released && env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, all.join("\n") + "\n").unwrap();
    } else {
        assert_eq!(
            all, released,
            "a new id must be added to ids.txt: run the test with UPDATE_EXPECT=1"
        );
    }
}

#[test]
fn the_catalogue_reads_no_list() {
    let released = [
        "load.checkpoint",
        "load.vae",
        "load.image",
        "load.latent",
        "text.encode",
        "text.clip_skip",
        "latent.empty",
        "latent.encode",
        "latent.decode",
        "latent.resize",
        "latent.noise_mask",
        "latent.batch",
        "sampling.ksampler",
        "sampling.ksampler_advanced",
        "image.resize",
        "value.number",
        "value.text",
        "value.seed",
        "output.save_image",
        "output.preview_image",
        "output.save_latent",
    ];
    for id in released {
        assert!(catalog().get(id).is_some(), "{id}");
    }
}

/// Each node of a graph with every node in it, wired to the first output that fits.
#[test]
fn every_node_checks_and_compiles_in_a_graph() {
    let mut nodes = Map::new();
    for node in ALL {
        let key = |node: &NodeSpec| node.id.replace('.', "_");
        let mut inputs = Map::new();
        for pin in node.inputs {
            // Loaders and empty latents give all that is wanted without a cycle.
            let giver = ALL.iter().find_map(|other| {
                let output = other.outputs.iter().find(|output| output.ty == pin.ty)?;
                (other.inputs.is_empty() || other.category < node.category)
                    .then_some((*other, output))
            });
            let (giver, output) = giver.unwrap_or_else(|| panic!("nothing gives {:?}", pin.ty));
            inputs.insert(
                pin.name.to_owned(),
                Json::from(format!("{}.{}", key(giver), output.name)),
            );
        }
        let mut params = Map::new();
        for param in node.params {
            if let ParamKind::File { kind, default: "" } = param.kind {
                params.insert(
                    param.name.to_owned(),
                    Json::from(format!("a {}", kind.folder())),
                );
            }
        }
        nodes.insert(
            key(node),
            json!({ "is": node.id, "params": params, "in": inputs }),
        );
    }
    let graph = file::read(json!({ "format": 1, "nodes": nodes }).to_string()).unwrap();
    let (checked, problems) = check(&graph, catalog());
    assert_eq!(problems, []);
    let all: Vec<String> = graph.nodes.keys().cloned().collect();
    let plan = compile(&checked, &all, &|file| file.name.clone());
    let planned: BTreeSet<&str> = plan.steps.iter().map(|step| step.node.as_str()).collect();
    let silent = ALL
        .iter()
        .filter(|node| node.outputs.iter().any(|pin| pin.carries.is_some()))
        .count();
    assert!(
        planned.len() + silent >= ALL.len() - 1,
        "equal ops of two nodes are one\n{plan}"
    );
}

#[test]
fn every_example_checks_and_compiles() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "pyro")
        {
            let text = fs::read_to_string(&path).unwrap();
            let graph = file::read(&text).unwrap();
            assert_eq!(
                file::write(&graph),
                text,
                "{} is not as the program writes it",
                path.display()
            );
            let (checked, problems) = check(&graph, catalog());
            assert_eq!(problems, [], "{}", path.display());
            assert!(!compile(&checked, &[], &|_| String::new()).steps.is_empty());
            assert!(
                graph
                    .nodes
                    .keys()
                    .all(|key| graph.view.position(key).is_some()),
                "{}",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen >= 4);
}

/// A file's kind says where it is looked for: each has a folder of its own.
#[test]
fn files_have_folders() {
    let kinds = [
        FileKind::Checkpoint,
        FileKind::Vae,
        FileKind::Image,
        FileKind::Latent,
        FileKind::Embedding,
    ];
    assert_eq!(
        kinds
            .iter()
            .map(|kind| kind.folder())
            .collect::<BTreeSet<_>>()
            .len(),
        kinds.len()
    );
}
