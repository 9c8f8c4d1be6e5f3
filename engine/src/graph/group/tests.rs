mod following;
mod making;

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::diagnostic::Diagnostic;
use crate::graph::check::tests::wild_graph;
use crate::graph::edit::tests::there_and_back;
use crate::graph::edit::{Edit, apply};
use crate::graph::file;
use crate::graph::file::tests::any_graph;
use crate::graph::testing::{self, PICTURE, TOYS, graph};
use crate::graph::{Mode, Node};
use crate::plan::compile::compile;
use crate::plan::{Key, Plan};

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// The plan of a graph, whatever is wrong with parts of it.
fn plan(graph: &Graph) -> Plan {
    let (checked, _) = testing::check(graph);
    compile(&checked, &[], &|_| String::new())
}

/// What a plan computes, in no order.
fn keys(graph: &Graph) -> Vec<Key> {
    let mut keys: Vec<Key> = plan(graph).steps.iter().map(|step| step.key).collect();
    keys.sort();
    keys
}

/// A graph with these nodes in a group.
fn grouped(graph: &Graph, keys: &[&str]) -> Graph {
    let mut graph = graph.clone();
    let (edit, key) = make(&graph, &set(keys), "group", TOYS).unwrap();
    assert_eq!(key, "group");
    there_and_back(&mut graph, edit, |_| {});
    graph
}

#[test]
fn groups_are_spelled_out() {
    let plain = graph(PICTURE);
    assert!(matches!(flatten(&plain), std::borrow::Cow::Borrowed(_)));
    let flat = flatten(&grouped(&plain, &["sampler", "latent", "decode"])).into_owned();
    let wires: Vec<String> = flat
        .nodes
        .iter()
        .flat_map(|(key, node)| {
            let inputs = node.inputs.iter();
            inputs.map(move |(name, wire)| format!("{key}.{name} = {}", wire.as_str().unwrap()))
        })
        .collect();
    expect_test::expect![[r#"
        prompt.clip = model.clip
        negative.clip = model.clip
        group/sampler.latent = group/latent.latent
        group/sampler.model = model.model
        group/sampler.positive = prompt.conditioning
        group/sampler.negative = negative.conditioning
        group/decode.latent = group/sampler.latent
        group/decode.vae = model.vae
        save.image = group/decode.image"#]]
    .assert_eq(&wires.join("\n"));
}

#[test]
fn values_of_the_group_count_inside() {
    let mut graph = graph(
        r#""g": { "is": "group", "params": { "steps": 9 }, "in": { "seed": "s.seed" }, "group": {
            "inputs": { "steps": ["a.steps", "b.steps"], "seed": ["a.seed"], "cfg": ["b.cfg"] },
            "nodes": { "a": { "is": "toy.sample", "params": { "steps": 3 } },
                "b": { "is": "toy.sample", "params": { "cfg": 2 }, "in": { "steps": "n.number" } } } } }"#,
    );
    let flat = flatten(&graph).into_owned();
    assert_eq!(flat.nodes["g/a"].params["steps"], json!(9));
    assert_eq!(flat.nodes["g/a"].inputs["seed"], "s.seed");
    // The group's value stands above a wire inside; without one, inner values stay.
    assert_eq!(flat.nodes["g/b"].params["steps"], json!(9));
    assert!(flat.nodes["g/b"].inputs.is_empty());
    assert_eq!(flat.nodes["g/b"].params["cfg"], json!(2));
    graph.nodes["g"].params.clear();
    let flat = flatten(&graph);
    assert_eq!(flat.nodes["g/b"].inputs["steps"], "g/n.number");
}

#[test]
fn groups_that_do_not_run_are_not_opened() {
    let mut graph = grouped(&graph(PICTURE), &["sampler", "latent"]);
    for mode in [Mode::Muted, Mode::Bypassed] {
        graph.nodes["group"].mode = mode;
        assert!(flatten(&graph).nodes.contains_key("group"));
    }
}

#[test]
fn names_with_slashes_reach_into_no_group() {
    let mut graph = grouped(&graph(PICTURE), &["sampler", "latent"]);
    let decode = &mut graph.nodes["decode"];
    decode.inputs["latent"] = json!("group/sampler.latent");
    let odd = decode.clone();
    graph.nodes.insert("group/sampler".to_owned(), odd);
    let (checked, problems) = testing::check(&graph);
    assert!(checked.outputs().is_empty());
    assert!(checked.contains("group/sampler"));
    // The odd name, and the wire that comes from nowhere.
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(Diagnostic::is_error));
}

/// One wire may have many ends inside, each of which gets a copy.
#[test]
fn groups_hand_on_no_wires_of_any_length() {
    let mut graph = grouped(&graph(PICTURE), &["sampler", "latent"]);
    let long = format!("model.{}", "x".repeat(10_000));
    graph.nodes["group"].inputs["model"] = json!(long);
    let flat = flatten(&graph).into_owned();
    assert_eq!(flat.nodes["group/sampler"].inputs["model"], json!(null));
    let (_, problems) = testing::check(&graph);
    assert_eq!(problems[0].message, "null is no wire");
}

#[test]
fn nodes_are_found_by_their_flat_keys() {
    let graph = grouped(&graph(PICTURE), &["sampler", "latent"]);
    assert_eq!(graph.node_at("group/sampler").unwrap().is, "toy.sample");
    assert_eq!(graph.node_at("group").unwrap().is, GROUP);
    assert_eq!(graph.node_at("model").unwrap().is, "toy.load");
    for key in ["", "sampler", "group/", "group/nobody", "model/x"] {
        assert_eq!(graph.node_at(key), None, "{key}");
    }
    assert_eq!((graph.count(), graph.depth()), (8, 1));
}

/// Graphs with a random part of their nodes in a group, and perhaps that in another.
fn wild_groups() -> impl Strategy<Value = (Graph, Graph)> {
    let pick = || prop::collection::btree_set(0usize..12, 1..8);
    (wild_graph(), pick(), pick()).prop_filter_map("a circle", |(graph, first, second)| {
        let mut whole = graph.clone();
        for (round, pick) in [first, second].into_iter().enumerate() {
            let keys: BTreeSet<String> = whole
                .nodes
                .keys()
                .enumerate()
                .filter(|(i, key)| pick.contains(i) || (round == 1 && *key == "group"))
                .map(|(_, key)| key.clone())
                .collect();
            match make(&whole, &keys, "group", TOYS) {
                Ok((edit, _)) => drop(apply(&mut whole, edit).unwrap()),
                Err(_) if round == 1 => {}
                Err(_) => return None,
            }
        }
        Some((graph, whole))
    })
}

proptest! {
    /// A group is a pure function: nothing that was computed before is computed again.
    #[test]
    fn making_groups_leaves_the_plan((before, mut after) in wild_groups()) {
        prop_assert_eq!(keys(&before), keys(&after));
        let again = file::read(file::write(&after)).unwrap();
        prop_assert_eq!(&again, &after);
        while let Some(key) = after.nodes.iter().find(|(_, node)| node.as_group().is_some()) {
            let (edit, _) = ungroup(&after, &key.0.clone()).unwrap();
            there_and_back(&mut after, edit, |_| {});
        }
        prop_assert_eq!(keys(&before), keys(&after));
        prop_assert_eq!(before.nodes.len(), after.nodes.len());
    }

    #[test]
    fn any_graph_is_spelled_out_and_taken_apart(graph in any_graph()) {
        let flat = flatten(&graph).into_owned();
        prop_assert!(flat.nodes.len() <= graph.count());
        let keys: BTreeSet<String> = graph.nodes.keys().cloned().collect();
        if let Ok((edit, _)) = make(&graph, &keys, "all of it", TOYS) {
            there_and_back(&mut graph.clone(), edit, |graph| assert_eq!(graph.nodes.len(), 1));
        }
        for key in graph.nodes.keys() {
            if let Ok((edit, _)) = ungroup(&graph, key) {
                there_and_back(&mut graph.clone(), edit, |_| {});
            }
        }
    }
}
