//! Muted and bypassed nodes, and groups.

use super::*;

/// [`PICTURE`] with modes of nodes, and more nodes.
fn with_modes(modes: &[(&str, Mode)], more: &str) -> Graph {
    let mut graph = graph(&format!("{PICTURE}{more}"));
    for (key, mode) in modes {
        graph.nodes[*key].mode = *mode;
    }
    graph
}

#[test]
fn muted_nodes_are_as_if_they_were_not_there() {
    // What needs them is left out in silence; other branches run.
    let second = r#", "model-2": { "is": "toy.load" },
        "decode-2": { "is": "toy.decode", "in": { "vae": "model-2.vae", "latent": "latent.latent" } },
        "save-2": { "is": "toy.save", "in": { "image": "decode-2.image" } }"#;
    let muted = with_modes(&[("sampler", Mode::Muted)], second);
    let checked = check_graph(&muted, expect!["runs: save-2"]);
    assert!(!checked.contains("sampler") && !checked.contains("decode"));
    check_graph(
        &with_modes(&[("save", Mode::Muted), ("save-2", Mode::Bypassed)], second),
        expect![[r#"
            error: nothing to run: every output is muted, or needs what is muted
              help: unmute a node
            runs: "#]],
    );
    check_graph(
        &with_modes(&[("model", Mode::Muted)], ""),
        expect![[r#"
            error: nothing to run: every output is muted, or needs what is muted
              help: unmute a node
            runs: "#]],
    );
    // They have no problems of their own, whatever they are.
    let odd = r#", "odd": { "is": "nothing.like.it", "mode": "muted" },
        "Odd one": { "is": "toy.text", "mode": "bypassed", "params": { "nope": 1 }, "in": { "clip": 5 } }"#;
    check_graph(&with_modes(&[], odd), expect!["runs: save"]);
    let word = r#", "odd": { "is": "toy.empty", "mode": "sleepy" }"#;
    check_graph(
        &with_modes(&[], word),
        expect![[r#"
            warning: node "odd": "sleepy" is no mode; the node runs
              help: a node may be "muted" or "bypassed"
            runs: save"#]],
    );
}

#[test]
fn what_is_optional_does_without_muted_nodes() {
    let more = r#", "other": { "is": "toy.empty", "mode": "muted" }, "n": { "is": "toy.number", "mode": "muted", "params": { "number": 7 } },
        "join": { "is": "toy.join", "in": { "first": "latent.latent", "second": "other.latent" } }"#;
    let mut graph = with_modes(&[], more);
    let sampler = &mut graph.nodes["sampler"];
    sampler.inputs["latent"] = Json::from("join.latent");
    sampler
        .inputs
        .insert("steps".to_owned(), Json::from("n.number"));
    sampler.params.insert("steps".to_owned(), Json::from(3));
    let checked = check_graph(&graph, expect!["runs: save"]);
    assert_eq!(checked.value("sampler", "steps"), Some(&Value::Int(3)));
    assert_eq!(checked.nodes["join"].inputs.len(), 1);
    // A bypassed value node has no input to pass on.
    graph.nodes["n"].mode = Mode::Bypassed;
    let (checked, _) = testing::check(&graph);
    assert_eq!(checked.value("sampler", "steps"), Some(&Value::Int(3)));
}

#[test]
fn bypassed_nodes_pass_on_what_comes_in() {
    let more = r#", "a": { "is": "toy.join", "mode": "bypassed", "in": { "second": "nobody.x", "first": "b.latent" } },
        "b": { "is": "toy.join", "mode": "bypassed", "in": { "first": "latent.latent" } }"#;
    let mut graph = with_modes(&[], more);
    graph.nodes["sampler"].inputs["latent"] = Json::from("a.latent");
    let plan = |graph: &Graph| {
        let (checked, problems) = testing::check(graph);
        assert_eq!(problems, []);
        crate::plan::compile::compile(&checked, &[], &|_| String::new()).to_string()
    };
    assert_eq!(plan(&graph), plan(&with_modes(&[], "")));
    // Without a wire, in a circle or without such an input they are as if muted.
    for (input, wire) in [
        ("first", None),
        ("first", Some("a.latent")),
        ("first", Some("c.latent")),
    ] {
        let b = &mut graph.nodes["b"];
        b.inputs.shift_remove(input);
        if let Some(wire) = wire {
            b.inputs.insert(input.to_owned(), Json::from(wire));
        }
        let c =
            r#""c": { "is": "toy.sample", "mode": "bypassed", "in": { "model": "model.model" } }"#;
        let mut graph = graph.clone();
        graph.nodes.extend(testing::graph(c).nodes);
        let (checked, problems) = testing::check(&graph);
        assert!(!checked.contains("sampler"));
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
    // What is wrong with the wire behind is told where it ends.
    graph.nodes["b"].inputs["first"] = Json::from("latnet.latent");
    check_graph(
        &graph,
        expect![[r#"
            error: node "sampler", "latent": the wire comes from "latnet", but there is no such node
              help: did you mean "latent.latent"?
            runs: "#]],
    );
}

/// The picture with its sampler and decoder in a group.
const GROUPED: &str = r#"
    "model": { "is": "toy.load" },
    "prompt": { "is": "toy.text", "in": { "clip": "model.clip" } },
    "latent": { "is": "toy.empty" },
    "paint": { "is": "group", "params": { "steps": 5 }, "in": { "model": "model.model", "vae": "model.vae", "words": "prompt.conditioning", "latent": "latent.latent" },
        "group": {
            "inputs": { "model": ["sampler.model"], "words": ["sampler.positive", "sampler.negative"], "latent": ["sampler.latent"], "vae": ["decode.vae"], "steps": ["sampler.steps"] },
            "outputs": { "image": "decode.image", "latent": "sampler.latent" },
            "nodes": {
                "sampler": { "is": "toy.sample" },
                "decode": { "is": "toy.decode", "in": { "latent": "sampler.latent" } } } } },
    "save": { "is": "toy.save", "in": { "image": "paint.image" } }"#;

#[test]
fn nodes_in_groups_are_judged_like_others() {
    let checked = check_graph(&graph(GROUPED), expect!["runs: save"]);
    assert_eq!(
        checked.value("paint/sampler", "steps"),
        Some(&Value::Int(5))
    );
    assert!(checked.contains("paint") && checked.contains("paint/decode"));
    let broken = GROUPED
        .replace(
            r#""in": { "latent": "sampler.latent" } }"#,
            r#""in": { "latent": "sampla.latent" } }"#,
        )
        .replace(r#""steps": 5"#, r#""steps": 0, "cfg": 1"#)
        .replace(r#", "vae": "model.vae""#, r#", "vea": "model.vae""#);
    check_graph(
        &graph(&broken),
        expect![[r#"
            warning: node "paint", "cfg": the group shows no param of that name
              help: it is kept but changes nothing
            warning: node "paint", "vea": the group shows no input of that name
              help: did you mean "vae"? It is kept but changes nothing
            error: node "paint/sampler", "steps": 0 lies outside 1 to 10000
              help: use a value from 1 to 10000
            error: node "paint/decode", "vae": nothing is wired to this input, which needs Vae
              help: Vae comes from Load (toy.load)
            error: node "paint/decode", "latent": the wire comes from "sampla", but there is no such node
              help: did you mean "sampler.latent"?
            runs: "#]],
    );
}

#[test]
fn what_a_group_shows_of_nothing_is_told() {
    let dangling = GROUPED
        .replace(
            r#""image": "decode.image", "latent""#,
            r#""image": "decoder.image", "more": 5, "latent""#,
        )
        .replace(
            r#""steps": ["sampler.steps"]"#,
            r#""steps": ["sampler.steps", "sampler.setps"], "odd": [5]"#,
        );
    check_graph(
        &graph(&dangling),
        expect![[r#"
            warning: node "paint", "steps": it stands for "sampler.setps", which is not there
              help: remove it from the group's pins, or add what is missing inside
            warning: node "paint", "image": it stands for "decoder.image", which is not there
              help: remove it from the group's pins, or add what is missing inside
            warning: node "paint", "odd": this part of the group's inputs cannot be read
              help: an input is written "name": ["node.input"]
            warning: node "paint", "more": this part of the group's outputs cannot be read
              help: an output is written "name": "node.output"
            error: node "save", "image": "paint" (Group) has no output "image"
              help: did you mean "paint.image"?
            runs: "#]],
    );
    check_graph(
        &graph(
            r#""a": { "is": "group" }, "b": { "is": "group", "group": { "nodes": { "x": {} } } }, "c": { "is": "toy.save", "in": { "image": "b.image" } }"#,
        ),
        expect![[r#"
            error: node "a": the group holds no graph
              help: the node is kept as it is; remove it, or mend the file
            error: node "b": the inside of the group cannot be read: "is" of node "x" must be the id of a kind of node, but it is missing
              help: the node is kept as it is; remove it, or mend the file
            runs: "#]],
    );
}

#[test]
fn groups_are_muted_and_bypassed_like_nodes() {
    let mut grouped = graph(GROUPED);
    grouped.nodes["paint"].mode = Mode::Muted;
    check_graph(
        &grouped,
        expect![[r#"
            error: nothing to run: every output is muted, or needs what is muted
              help: unmute a node
            runs: "#]],
    );
    // The group has no image input, but its latent passes.
    let after = graph(
        r#""after": { "is": "toy.decode", "in": { "vae": "model.vae", "latent": "paint.latent" } },
        "save-2": { "is": "toy.save", "in": { "image": "after.image" } }"#,
    );
    grouped.nodes.extend(after.nodes);
    grouped.nodes["paint"].mode = Mode::Bypassed;
    let checked = check_graph(&grouped, expect!["runs: save-2"]);
    let after = &checked.nodes["after"];
    let is_latent = |wire: &&Wire| after.spec.inputs[wire.slot].name == "latent";
    let wire = after.inputs.iter().find(is_latent).unwrap();
    let (from, start) = checked.nodes.get_index(wire.from).unwrap();
    let output = start.spec.outputs[wire.output].name;
    assert_eq!((from.as_str(), output), ("latent", "latent"));
    assert!(!checked.contains("paint"));
}

#[test]
fn a_group_can_be_wanted() {
    let inner_save = GROUPED.replace(
        r#""decode": { "is": "toy.decode""#,
        r#""show": { "is": "toy.save", "in": { "image": "decode.image" } }, "decode": { "is": "toy.decode""#,
    );
    let (checked, problems) = testing::check(&graph(&inner_save));
    assert_eq!(problems, []);
    assert_eq!(checked.outputs(), ["paint/show", "save"]);
    let plan = crate::plan::compile::compile(&checked, &["paint".to_owned()], &|_| String::new());
    let nodes: Vec<&str> = plan.steps.iter().map(|step| step.node.as_str()).collect();
    assert_eq!(
        nodes,
        [
            "model",
            "prompt",
            "latent",
            "paint/sampler",
            "paint/decode",
            "paint/show"
        ]
    );
}
