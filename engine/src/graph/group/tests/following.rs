//! What groups show outside follows what happens inside.

use super::*;
use crate::graph::shape::Shape;

/// The picture's sampler with its prompts in a group in a group, steps and text shown at both.
fn nested() -> Graph {
    let mut graph = grouped(&graph(PICTURE), &["prompt", "negative", "sampler"]);
    conceal_params(&mut graph, "group");
    for (name, slot) in [
        ("steps", ("sampler", "steps")),
        ("text", ("prompt", "text")),
    ] {
        let edit = expose_input(&graph, "group", name, Slot::new(slot.0, slot.1));
        apply(&mut graph, edit).unwrap();
    }
    let inner = set(&["group"]);
    let (edit, key) = make(&graph, &inner, "outer", TOYS).unwrap();
    apply(&mut graph, edit).unwrap();
    assert_eq!(key, "outer");
    conceal_params(&mut graph, "outer");
    for (name, value) in [("steps", json!(9)), ("text", json!("words"))] {
        let edit = expose_input(&graph, "outer", name, Slot::new("group", name));
        apply(&mut graph, edit).unwrap();
        apply(&mut graph, Edit::set("outer", name, Some(value))).unwrap();
    }
    assert_eq!(plan(&graph).steps.len(), 7);
    graph
}

/// Shows none of the params that a new group shows by itself.
fn conceal_params(graph: &mut Graph, key: &str) {
    for param in Shape::of(graph, key, TOYS).unwrap().params {
        let edit = conceal_input(graph, key, &param.name);
        apply(graph, edit).unwrap();
    }
}

fn path() -> [String; 2] {
    ["outer".to_owned(), "group".to_owned()]
}

fn inputs<'a>(graph: &'a Graph, path: &[String], key: &str) -> Vec<&'a str> {
    let group = graph.level(path).unwrap().nodes[key].as_group().unwrap();
    group.inputs.keys().map(String::as_str).collect()
}

/// Makes an edit inside both groups, sees that nothing stands for nothing, and undoes it.
#[track_caller]
fn check_inside(edit: Edit, seen: impl Fn(&Graph)) {
    let mut graph = nested();
    there_and_back(&mut graph, Edit::within(&path(), edit), |graph| {
        let (_, problems) = testing::check(graph);
        let dangling = problems.iter().filter(|problem| {
            let words = ["stands for", "shows no", "no such node", "no output"];
            words.iter().any(|word| problem.message.contains(word))
        });
        assert_eq!(dangling.collect::<Vec<_>>(), Vec::<&Diagnostic>::new());
        seen(graph);
    });
}

#[test]
fn what_is_removed_shows_no_longer() {
    let removed = |key: &str| Edit::RemoveNode {
        key: key.to_owned(),
    };
    check_inside(removed("sampler"), |graph| {
        assert_eq!(inputs(graph, &[], "outer"), ["clip", "text"]);
        assert_eq!(inputs(graph, &path()[..1], "group"), ["clip", "text"]);
        let outer = &graph.nodes["outer"];
        assert_eq!(outer.params.keys().collect::<Vec<_>>(), ["text"]);
        assert_eq!(outer.inputs.keys().collect::<Vec<_>>(), ["clip"]);
        assert!(outer.as_group().unwrap().outputs.is_empty());
        assert_eq!(graph.nodes["decode"].source("latent"), None);
    });
    // What is shared stays for the others.
    check_inside(removed("prompt"), |graph| {
        let group = &graph.level(&path()[..1]).unwrap().nodes["group"];
        let clip = &group.as_group().unwrap().inputs["clip"];
        assert_eq!(*clip, [Slot::new("negative", "clip")]);
        assert_eq!(
            inputs(graph, &[], "outer"),
            ["clip", "model", "latent", "steps"]
        );
    });
    let all = crate::graph::edit::remove(
        nested().level(&path()).unwrap(),
        ["prompt", "negative", "sampler"],
    );
    check_inside(all, |graph| assert!(inputs(graph, &[], "outer").is_empty()));
}

#[test]
fn what_is_renamed_shows_on() {
    let edit = Edit::RenameNode {
        from: "sampler".to_owned(),
        to: "paint".to_owned(),
    };
    check_inside(edit, |graph| {
        let group = &graph.level(&path()[..1]).unwrap().nodes["group"];
        let group = group.as_group().unwrap();
        assert_eq!(group.inputs["steps"], [Slot::new("paint", "steps")]);
        assert_eq!(group.outputs["latent"].to_string(), "paint.latent");
        assert_eq!(keys(graph), keys(&nested()));
    });
    let rename = Edit::RenameNode {
        from: "group".to_owned(),
        to: "middle".to_owned(),
    };
    let mut graph = nested();
    there_and_back(&mut graph, Edit::within(&path()[..1], rename), |graph| {
        let outer = graph.nodes["outer"].as_group().unwrap();
        assert_eq!(outer.inputs["steps"], [Slot::new("middle", "steps")]);
    });
}

#[test]
fn what_goes_into_a_group_shows_through_it() {
    let before = nested();
    let level = before.level(&path()).unwrap();
    let (edit, key) = make(level, &set(&["sampler", "prompt"]), "deep", TOYS).unwrap();
    check_inside(edit, |graph| {
        assert_eq!(keys(graph), keys(&nested()));
        let group = &graph.level(&path()[..1]).unwrap().nodes["group"];
        let group = group.as_group().unwrap();
        assert_eq!(group.inputs["steps"], [Slot::new(&key, "steps")]);
        assert_eq!(group.outputs["latent"].to_string(), "deep.latent");
        assert_eq!(group.inputs["clip"].len(), 2);
        let deep = inputs(graph, &path(), &key);
        let names = "negative clip model latent steps text seed";
        assert_eq!(
            deep.into_iter().collect::<BTreeSet<_>>(),
            names.split(' ').collect()
        );
        let mut graph = graph.clone();
        let (edit, _) = ungroup(graph.level(&path()).unwrap(), &key).unwrap();
        apply(&mut graph, Edit::within(&path(), edit)).unwrap();
        assert_eq!(keys(&graph), keys(&nested()));
        let group = &graph.level(&path()[..1]).unwrap().nodes["group"];
        let group = group.as_group().unwrap();
        assert_eq!(group.inputs["steps"], [Slot::new("sampler", "steps")]);
    });
    // The middle group taken apart inside the outer one.
    let mut graph = nested();
    let (edit, _) = ungroup(graph.level(&path()[..1]).unwrap(), "group").unwrap();
    there_and_back(&mut graph, Edit::within(&path()[..1], edit), |graph| {
        assert_eq!(keys(graph), keys(&nested()));
        let outer = graph.nodes["outer"].as_group().unwrap();
        assert_eq!(outer.inputs["steps"], [Slot::new("sampler", "steps")]);
    });
}

#[test]
fn what_is_dissolved_is_stood_for() {
    let mut graph = nested();
    let join = Node {
        is: "toy.join".to_owned(),
        ..Node::default()
    };
    // latent -> join -> sampler, and sampler -> tail, shown outside.
    let group = |name: &str, slot: Slot| Edit::SetGroupInput {
        node: "group".to_owned(),
        name: name.to_owned(),
        slots: Some(vec![slot]),
        index: None,
    };
    let source = |node: &str| Source {
        node: node.to_owned(),
        pin: "latent".to_owned(),
    };
    let inside = Edit::Batch(vec![
        Edit::add("join", join.clone(), [0.0, 0.0]),
        Edit::add("tail", join, [0.0, 0.0]),
        Edit::connect("sampler", "latent", &source("join")),
        Edit::connect("tail", "first", &source("sampler")),
    ]);
    let around = Edit::Batch(vec![
        group("latent", Slot::new("join", "first")),
        Edit::SetGroupOutput {
            node: "group".to_owned(),
            name: "latent".to_owned(),
            source: Some(source("tail")),
            index: None,
        },
    ]);
    apply(&mut graph, Edit::within(&path(), inside)).unwrap();
    apply(&mut graph, Edit::within(&path()[..1], around)).unwrap();
    let level = graph.level(&path()).unwrap();
    let edit = crate::graph::edit::dissolve(level, TOYS, ["join", "tail"]);
    there_and_back(&mut graph, Edit::within(&path(), edit), |graph| {
        assert_eq!(keys(graph), keys(&nested()));
        let group = &graph.level(&path()[..1]).unwrap().nodes["group"];
        let group = group.as_group().unwrap();
        assert_eq!(group.inputs["latent"], [Slot::new("sampler", "latent")]);
        assert_eq!(group.outputs["latent"].to_string(), "sampler.latent");
    });
}

/// Makes an edit of a graph like [`nested`], sees it and undoes it.
fn check_at(path: &[String], edit: impl Fn(&Graph) -> Edit, seen: impl Fn(&Graph)) {
    let mut graph = nested();
    let edit = Edit::within(path, edit(graph.level(path).unwrap()));
    there_and_back(&mut graph, edit, seen);
}

#[test]
fn pins_are_shown_and_renamed() {
    let path = path();
    let middle = &path[..1];
    check_at(
        middle,
        |level| rename_input(level, "group", "steps", "clip"),
        |graph| {
            assert_eq!(
                inputs(graph, middle, "group"),
                ["clip", "model", "latent", "clip_2", "text"]
            );
            let outer = graph.nodes["outer"].as_group().unwrap();
            assert_eq!(outer.inputs["steps"], [Slot::new("group", "clip_2")]);
        },
    );
    check_at(
        middle,
        |level| rename_output(level, "group", "latent", "out"),
        |graph| {
            let outer = graph.nodes["outer"].as_group().unwrap();
            assert_eq!(outer.outputs["latent"].to_string(), "group.out");
            assert_eq!(keys(graph), keys(&nested()));
        },
    );
    check_at(
        &[],
        |graph| rename_input(graph, "outer", "steps", "turns"),
        |graph| {
            assert_eq!(graph.nodes["outer"].params["turns"], json!(9));
            assert_eq!(inputs(graph, &[], "outer")[3], "turns");
        },
    );
    check_at(
        &[],
        |graph| rename_input(graph, "outer", "model", "weights"),
        |graph| assert_eq!(graph.nodes["outer"].inputs["weights"], "model.model"),
    );
    let more = Source::parse("group.latent").unwrap();
    check_at(
        &[],
        |_| expose_output("outer", "more", more.clone()),
        |graph| assert_eq!(graph.nodes["outer"].as_group().unwrap().outputs.len(), 2),
    );
    let graph = nested();
    for nothing in [
        rename_input(&graph, "outer", "steps", " "),
        rename_input(&graph, "outer", "nope", "x"),
        rename_output(&graph, "outer", "nope", "x"),
    ] {
        assert!(nothing.is_nothing());
    }
}

#[test]
fn what_is_concealed_takes_its_wires_along() {
    let path = path();
    let middle = &path[..1];
    check_at(
        middle,
        |level| conceal_output(level, "group", "latent"),
        |graph| {
            assert!(graph.nodes["outer"].as_group().unwrap().outputs.is_empty());
            assert_eq!(graph.nodes["decode"].source("latent"), None);
        },
    );
    check_at(
        middle,
        |level| conceal_input(level, "group", "model"),
        |graph| assert_eq!(graph.nodes["outer"].source("model"), None),
    );
    // A value that shows no longer stays where it counts.
    check_at(
        &[],
        |graph| conceal_input(graph, "outer", "text"),
        |graph| {
            let middle = graph.node_at("outer/group").unwrap();
            assert_eq!(middle.params["text"], json!("words"));
            assert!(!graph.nodes["outer"].params.contains_key("text"));
            assert_eq!(keys(graph), keys(&nested()));
        },
    );
}
