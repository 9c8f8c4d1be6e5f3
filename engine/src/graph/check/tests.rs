mod switched;

use std::time::Instant;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::graph::Node;
use crate::graph::file;
use crate::graph::file::tests::any_graph;
use crate::graph::testing::{self, PICTURE, TOYS, graph, picture_with};

/// Compares what is said of a graph, and which outputs can run.
fn check_graph(graph: &Graph, expected: Expect) -> Checked {
    let (checked, problems) = testing::check(graph);
    let mut text: String = problems
        .iter()
        .map(|problem| format!("{problem}\n"))
        .collect();
    text += &format!("runs: {}", checked.outputs().join(", "));
    expected.assert_eq(&text);
    checked
}

/// [`PICTURE`] with one part changed.
fn check_with(node: &str, part: &str, name: &str, value: &str, expected: Expect) -> Checked {
    check_graph(&picture_with(&[(node, part, name, value)]), expected)
}

#[test]
fn a_sound_graph_gives_no_problem() {
    let checked = check_graph(&graph(PICTURE), expect!["runs: save"]);
    assert_eq!(checked.value("sampler", "steps"), Some(&Value::Int(20)));
    assert_eq!(
        checked.value("prompt", "text"),
        Some(&Value::Text("an apple".to_owned()))
    );
}

#[test]
fn unknown_names() {
    check_with(
        "sampler",
        "params",
        "setps",
        "3",
        expect![[r#"
        warning: node "sampler", "setps": Sample has no param of that name
          help: did you mean "steps"? It is kept but changes nothing
        runs: save"#]],
    );
    check_with(
        "sampler",
        "in",
        "control",
        "\"model.model\"",
        expect![[r#"
        warning: node "sampler", "control": Sample has no input of that name
          help: it is kept but changes nothing
        runs: save"#]],
    );
    let unknown = |is: &str| graph(&PICTURE.replace("toy.load", is));
    check_graph(
        &unknown("toy.laod"),
        expect![[r#"
        error: node "model": there is no node of the kind "toy.laod"
          help: did you mean "toy.load"? The node is kept as it is
        runs: "#]],
    );
    check_graph(
        &unknown("ToyLoaderSimple"),
        expect![[r#"
        error: node "model": there is no node of the kind "ToyLoaderSimple"
          help: did you mean "toy.load"? The node is kept as it is
        runs: "#]],
    );
    check_graph(
        &unknown("gligen.something.else"),
        expect![[r#"
        error: node "model": there is no node of the kind "gligen.something.else"
          help: the node is kept as it is; perhaps a newer version knows it
        runs: "#]],
    );
    check_graph(
        &graph(&PICTURE.replace("\"save\"", "\"Save it!\"")),
        expect![[r#"
        error: node "Save it!": the node's name has letters that names cannot have, or too many
          help: rename it: 1 to 64 of a-z, 0-9, _ and -
        runs: "#]],
    );
}

#[test]
fn wires_that_do_not_fit() {
    check_with(
        "decode",
        "in",
        "latent",
        "\"model.model\"",
        expect![[r#"
        error: node "decode", "latent": expected Latent, but "model.model" gives Model
          help: Latent comes from Empty (toy.empty), Sample (toy.sample), Join (toy.join)
        runs: "#]],
    );
    check_with(
        "decode",
        "in",
        "latent",
        "\"sampler.laten\"",
        expect![[r#"
        error: node "decode", "latent": "sampler" (Sample) has no output "laten"
          help: did you mean "sampler.latent"?
        runs: "#]],
    );
    check_with(
        "decode",
        "in",
        "latent",
        "\"sampla.latent\"",
        expect![[r#"
        error: node "decode", "latent": the wire comes from "sampla", but there is no such node
          help: did you mean "sampler.latent"?
        runs: "#]],
    );
    check_with(
        "decode",
        "in",
        "latent",
        "[\"4\", 0]",
        expect![[r#"
        error: node "decode", "latent": ["4",0] is no wire
          help: a wire is written "node.output"
        runs: "#]],
    );
    let mut lone = graph(PICTURE);
    lone.nodes["decode"].inputs.shift_remove("vae");
    check_graph(
        &lone,
        expect![[r#"
        error: node "decode", "vae": nothing is wired to this input, which needs Vae
          help: wire it to "model.vae", for example; Vae comes from Load (toy.load)
        runs: "#]],
    );
}

#[test]
fn values_that_do_not_do() {
    check_with(
        "sampler",
        "params",
        "steps",
        "0",
        expect![[r#"
        error: node "sampler", "steps": 0 lies outside 1 to 10000
          help: use a value from 1 to 10000
        runs: "#]],
    );
    check_with(
        "sampler",
        "params",
        "cfg",
        "\"high\"",
        expect![[r#"
        error: node "sampler", "cfg": expected a number, found the text "high"
        runs: "#]],
    );
    check_with(
        "model",
        "params",
        "file",
        "\"\"",
        expect![[r#"
        error: node "model", "file": no file is chosen
          help: choose a checkpoint; `pyrograph models` lists them
        runs: "#]],
    );
}

#[test]
fn wires_drive_params() {
    let nodes = |nodes: &str| graph(&format!("{PICTURE}, {nodes}"));
    let driven = |name: &str, wire: &str, others: &str| {
        let mut graph = nodes(others);
        graph.nodes["sampler"]
            .inputs
            .insert(name.to_owned(), Json::from(wire));
        graph
    };
    let seed = r#""seed": { "is": "toy.seed", "params": { "seed": 18446744073709551615 } }"#;
    let checked = check_graph(&driven("seed", "seed.seed", seed), expect!["runs: save"]);
    assert_eq!(
        checked.value("sampler", "seed"),
        Some(&Value::Seed(u64::MAX))
    );

    // A chain: number, number, seed, steps.
    let chain = r#""n": { "is": "toy.seed", "in": { "seed": "m.number" } },
        "m": { "is": "toy.number", "in": { "number": "o.number" } },
        "o": { "is": "toy.number", "params": { "number": 7 } }"#;
    let checked = check_graph(&driven("steps", "n.seed", chain), expect!["runs: save"]);
    assert_eq!(checked.value("sampler", "steps"), Some(&Value::Int(7)));

    let number =
        |x: &str| format!(r#""n": {{ "is": "toy.number", "params": {{ "number": {x} }} }}"#);
    check_graph(
        &driven("steps", "n.number", &number("2.5")),
        expect![[r#"
        error: node "sampler", "steps": 2.5 is not a whole number (the value comes from "n.number")
          help: write it without a fraction
        runs: "#]],
    );
    check_graph(
        &driven("cfg", "n.number", &number("-3")),
        expect![[r#"
        error: node "sampler", "cfg": -3 lies outside 0 to 100 (the value comes from "n.number")
          help: use a value from 0 to 100
        runs: "#]],
    );
    let words = r#""w": { "is": "toy.words", "params": { "text": "glosy" } }"#;
    let mut paper = nodes(words);
    paper.nodes["save"]
        .inputs
        .insert("paper".to_owned(), Json::from("w.text"));
    check_graph(
        &paper,
        expect![[r#"
        error: node "save", "paper": "glosy" is none of the choices (the value comes from "w.text")
          help: did you mean "glossy"? The choices are matt, glossy
        runs: "#]],
    );
    check_graph(
        &driven("steps", "w.text", words),
        expect![[r#"
        error: node "sampler", "steps": expected Number, but "w.text" gives Text
          help: Number comes from Number (toy.number), Count (toy.count)
        runs: "#]],
    );
    let count = r#""c": { "is": "toy.count", "in": { "latent": "latent.latent" } }"#;
    check_graph(
        &driven("steps", "c.count", count),
        expect![[r#"
        error: node "sampler", "steps": "c.count" is known only while running; a param must be known before
          help: wire a value node to it, or write the value
        runs: "#]],
    );
}

#[test]
fn cycles_are_named() {
    let ring = r#", "a": { "is": "toy.join", "in": { "first": "c.latent" } },
        "b": { "is": "toy.join", "in": { "first": "a.latent" } },
        "c": { "is": "toy.join", "in": { "first": "latent.latent", "second": "b.latent" } },
        "behind": { "is": "toy.decode", "in": { "vae": "model.vae", "latent": "b.latent" } },
        "self": { "is": "toy.number", "in": { "number": "self.number" } }"#;
    check_graph(
        &graph(&format!("{PICTURE}{ring}")),
        expect![[r#"
        error: node "a": the wires go round in a circle: a → b → c → a
          help: remove one of these wires
        error: node "self": the wires go round in a circle: self → self
          help: remove one of these wires
        runs: save"#]],
    );
}

#[test]
fn a_broken_branch_stops_no_other() {
    let second = r#", "decode-2": { "is": "toy.decode", "in": { "vae": "model.vae", "latent": "nobody.latent" } },
        "save-2": { "is": "toy.save", "in": { "image": "decode-2.image" } },
        "save-3": { "is": "toy.save", "in": { "image": "decode.image" } }"#;
    check_graph(
        &graph(&format!("{PICTURE}{second}")),
        expect![[r#"
        error: node "decode-2", "latent": the wire comes from "nobody", but there is no such node
        runs: save, save-3"#]],
    );
}

#[test]
fn a_graph_that_asks_for_nothing() {
    check_graph(
        &Graph::default(),
        expect![[r#"
        error: nothing to run: the graph is empty
          help: add one of Save (toy.save)
        runs: "#]],
    );
    check_graph(
        &graph(r#""model": { "is": "toy.load" }"#),
        expect![[r#"
        error: nothing to run: the graph has no output node
          help: add one of Save (toy.save)
        runs: "#]],
    );
}

#[test]
fn problems_are_bounded_and_errors_are_not_hidden_by_warnings() {
    let params: Vec<String> = (0..600).map(|i| format!("\"p{i}\": 1")).collect();
    let many = format!(
        r#""a": {{ "is": "toy.words", "params": {{ {} }} }}, "b": {{ "is": "nothing.like.it" }}"#,
        params.join(",")
    );
    let (_, problems) = testing::check(&graph(&many));
    assert_eq!(problems.len(), 501);
    assert!(problems.last().unwrap().is_error());
}

/// A long chain of joins behind a picture, 2,000 nodes in all.
fn large() -> Graph {
    let mut nodes = PICTURE.to_owned();
    for i in 0..1993 {
        let from = if i == 0 {
            "latent".to_owned()
        } else {
            format!("n{}", i - 1)
        };
        nodes += &format!(
            ", \"n{i}\": {{ \"is\": \"toy.join\", \"in\": {{ \"first\": \"{from}.latent\", \"second\": \"latent.latent\" }} }}"
        );
    }
    graph(&nodes)
}

#[test]
fn a_large_graph_is_quick() {
    let graph = large();
    assert_eq!(graph.nodes.len(), 2000);
    let text = file::write(&graph);
    // The best of some runs: the time of the program, not of its neighbours on the machine.
    let best = (0..5).map(|_| {
        let start = Instant::now();
        let (checked, problems) = check(&file::read(&text).unwrap(), TOYS);
        assert!(problems.is_empty());
        let plan = crate::plan::compile::compile(
            &checked,
            &["n1992".to_owned(), "save".to_owned()],
            &|_| String::new(),
        );
        assert_eq!(plan.steps.len(), 2000);
        start.elapsed()
    });
    let best = best.min().unwrap();
    assert!(best.as_millis() < 200, "{best:?}");
}

/// Hostile graphs stay cheap: a hundred thousand unknown nodes with long names, all wired wrong.
#[test]
fn a_hostile_graph_is_bounded() {
    let nodes: Vec<String> = (0..file::MAX_NODES)
        .map(|i| {
            format!(
                "\"n{i}\": {{ \"is\": \"{}\", \"in\": {{ \"latent\": \"x.y\" }} }}",
                if i % 2 == 0 {
                    "toy.count"
                } else {
                    "x.yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
                }
            )
        })
        .collect();
    let graph = graph(&nodes.join(","));
    let start = Instant::now();
    let (checked, problems) = check(&graph, TOYS);
    assert_eq!((checked.outputs().len(), problems.len()), (0, 501));
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

/// Graphs of known kinds, wired and set at random.
pub(in crate::graph) fn wild_graph() -> impl Strategy<Value = Graph> {
    let kinds = TOYS
        .0
        .iter()
        .map(|spec| spec.id)
        .chain(["toy.unknown"])
        .collect::<Vec<_>>();
    let name = || {
        prop::sample::select(vec![
            "model", "clip", "vae", "positive", "negative", "latent", "image", "first", "second",
            "seed", "steps", "cfg", "sampler", "text", "number", "file", "name",
        ])
    };
    let output = prop::sample::select(vec![
        "model",
        "clip",
        "vae",
        "conditioning",
        "latent",
        "image",
        "seed",
        "number",
        "text",
        "count",
    ]);
    let wire = (0usize..12, output).prop_map(|(node, pin)| Json::from(format!("n{node}.{pin}")));
    let value = prop_oneof![
        Just(Json::from(7)),
        Just(Json::from(-1.5)),
        Just(Json::from("euler")),
        Just(Json::from(true)),
        Just(Json::Null)
    ];
    let mode = prop::sample::select(vec![
        Mode::Active,
        Mode::Active,
        Mode::Active,
        Mode::Muted,
        Mode::Bypassed,
    ]);
    let node = (
        prop::sample::select(kinds),
        mode,
        prop::collection::vec((name(), value), 0..3),
        prop::collection::vec((name(), wire), 0..6),
    )
        .prop_map(|(is, mode, params, inputs)| Node {
            is: is.to_owned(),
            mode,
            params: params
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            inputs: inputs
                .into_iter()
                .map(|(name, wire)| (name.to_owned(), wire))
                .collect(),
            ..Node::default()
        });
    prop::collection::vec(node, 0..12).prop_map(|nodes| Graph {
        nodes: nodes
            .into_iter()
            .enumerate()
            .map(|(i, node)| (format!("n{i}"), node))
            .collect(),
        ..Graph::default()
    })
}

proptest! {
    #[test]
    fn checking_and_compiling_never_panic(graph in wild_graph()) {
        let (checked, problems) = check(&graph, TOYS);
        prop_assert_eq!(&problems, &check(&graph, TOYS).1);
        // Every node is sound, or there is an error, or it has been switched off.
        let is_off = graph.nodes.values().any(|node| node.mode != Mode::Active);
        let has_errors = problems.iter().any(Diagnostic::is_error);
        prop_assert!(checked.nodes.len() == graph.nodes.len() || has_errors || is_off);
        prop_assert!(!checked.outputs.is_empty() || has_errors);
        let want: Vec<String> = graph.nodes.keys().cloned().collect();
        for want in [&[][..], &want] {
            let plan = crate::plan::compile::compile(&checked, want, &|_| String::new());
            for (i, step) in plan.steps.iter().enumerate() {
                prop_assert!(step.op.inputs().iter().all(|input| input.step < i));
            }
            let _ = plan.to_string();
        }
    }

    #[test]
    fn checking_any_file_never_panics(graph in any_graph()) {
        let (checked, problems) = check(&graph, TOYS);
        prop_assert!(checked.outputs().is_empty() && !problems.is_empty());
    }
}
