//! Making groups and taking them apart.

use expect_test::expect;

use super::*;

/// The file of a graph, nodes only.
fn nodes(graph: &Graph) -> String {
    let mut bare = graph.clone();
    bare.view = Default::default();
    file::write(&bare)
}

#[test]
fn crossing_wires_become_pins() {
    let mut before = graph(&format!(
        r#"{PICTURE}, "seed": {{ "is": "toy.seed" }},
        "again": {{ "is": "toy.decode", "in": {{ "vae": "model.vae", "latent": "sampler.latent" }} }}"#
    ));
    before.nodes["sampler"]
        .inputs
        .insert("seed".to_owned(), json!("seed.seed"));
    let after = grouped(&before, &["prompt", "negative", "sampler"]);
    expect![[r#"
        {
          "format": 1,
          "nodes": {
            "model": { "is": "toy.load" },
            "group": {
              "is": "group",
              "in": {
                "clip": "model.clip",
                "model": "model.model",
                "latent": "latent.latent",
                "seed": "seed.seed"
              },
              "group": {
                "inputs": {
                  "clip": ["prompt.clip", "negative.clip"],
                  "model": ["sampler.model"],
                  "latent": ["sampler.latent"],
                  "seed": ["sampler.seed"],
                  "prompt_text": ["prompt.text"],
                  "negative_text": ["negative.text"]
                },
                "outputs": { "latent": "sampler.latent" },
                "nodes": {
                  "prompt": { "is": "toy.text", "params": { "text": "an apple" } },
                  "negative": { "is": "toy.text" },
                  "sampler": {
                    "is": "toy.sample",
                    "in": { "positive": "prompt.conditioning", "negative": "negative.conditioning" }
                  }
                }
              }
            },
            "latent": { "is": "toy.empty" },
            "decode": { "is": "toy.decode", "in": { "vae": "model.vae", "latent": "group.latent" } },
            "save": { "is": "toy.save", "in": { "image": "decode.image" } },
            "seed": { "is": "toy.seed" },
            "again": { "is": "toy.decode", "in": { "vae": "model.vae", "latent": "group.latent" } }
          }
        }
    "#]]
    .assert_eq(&nodes(&after));
    assert_eq!(keys(&after), keys(&before));
}

#[test]
fn names_are_made_unique_and_open_pins_show() {
    let before = graph(
        r#""a": { "is": "toy.empty" }, "b": { "is": "toy.empty" },
        "one": { "is": "toy.join", "in": { "first": "a.latent" } },
        "two": { "is": "toy.join", "in": { "first": "b.latent" } },
        "open": { "is": "toy.text" },
        "use": { "is": "toy.join", "in": { "first": "one.latent", "second": "two.latent" } }"#,
    );
    let after = grouped(&before, &["one", "two", "open"]);
    let group = after.nodes["group"].as_group().unwrap();
    let inputs: Vec<&str> = group.inputs.keys().map(String::as_str).collect();
    assert_eq!(inputs, ["first", "first_2", "clip", "text"]);
    let outputs: Vec<&str> = group.outputs.keys().map(String::as_str).collect();
    assert_eq!(outputs, ["latent", "latent_2"]);
    assert_eq!(after.nodes["use"].inputs["second"], "group.latent_2");
}

#[test]
fn what_is_set_anew_for_each_picture_shows() {
    let before = graph(PICTURE);
    let most = ["model", "prompt", "negative", "latent", "sampler", "decode"];
    let shown = |keys: &[&str]| {
        let after = grouped(&before, keys);
        let group = after.nodes["group"].as_group().unwrap();
        let inputs = group.inputs.iter();
        let inputs: Vec<String> = inputs
            .map(|(name, slots)| format!("{name} = {}", slots[0]))
            .collect();
        inputs.join(", ")
    };
    expect!["file = model.file, prompt_text = prompt.text, negative_text = negative.text, seed = sampler.seed"]
        .assert_eq(&shown(&most));
    expect!["clip = prompt.clip, text = prompt.text"].assert_eq(&shown(&["prompt"]));
    expect!["vae = decode.vae, latent = decode.latent"].assert_eq(&shown(&["decode"]));
    // A group around it shows them again.
    let mut outer = grouped(&before, &["prompt"]);
    let (edit, key) = make(&outer, &set(&["group"]), "outer", TOYS).unwrap();
    apply(&mut outer, edit).unwrap();
    let outer = outer.nodes[&key].as_group().unwrap();
    assert_eq!(outer.inputs["text"], [Slot::new("group", "text")]);
}

#[test]
fn what_cannot_be_grouped_is_told() {
    let picture = graph(PICTURE);
    let error = |graph: &Graph, keys: &[&str]| {
        let error = make(graph, &set(keys), "group", TOYS).unwrap_err();
        format!("{error}; {}", error.help().unwrap_or("-"))
    };
    expect!["no nodes are selected; select the nodes that shall become one"]
        .assert_eq(&error(&picture, &["nobody"]));
    expect![[
        r#"a path of wires leaves the selection and comes back to it through "sampler"; select the nodes on that path too"#
    ]]
    .assert_eq(&error(&picture, &["prompt", "decode"]));
    let odd = graph(r#""Odd One": { "is": "toy.empty" }"#);
    expect![[
        r#""Odd One" cannot be grouped: its name has letters that names cannot have; rename it first: 1 to 64 of a-z, 0-9, _ and -"#
    ]]
    .assert_eq(&error(&odd, &["Odd One"]));
    let mut deep = graph(r#""group": { "is": "toy.empty" }"#);
    for depth in 1..=MAX_DEPTH {
        let all = deep.nodes.keys().cloned().collect();
        let (edit, _) = make(&deep, &all, "group", TOYS).unwrap();
        apply(&mut deep, edit).unwrap();
        assert_eq!(deep.depth(), depth);
    }
    let all: Vec<&str> = deep.nodes.keys().map(String::as_str).collect();
    expect!["groups would lie more than 16 deep in each other; take a group apart first"]
        .assert_eq(&error(&deep, &all));
    // However it is tried, and the deepest can be read again.
    let path: Vec<String> = all.iter().map(|key| (*key).to_owned()).collect();
    let node = Node {
        group: Some(Box::new(Group {
            graph: deep.level(&path).unwrap().clone(),
            ..Group::default()
        })),
        ..Node::default()
    };
    let add = Edit::AddNode {
        key: "more".to_owned(),
        node,
        index: None,
    };
    let error = apply(&mut deep, Edit::within(&path, add)).unwrap_err();
    assert_eq!(error, crate::graph::edit::EditError::TooDeep);
    assert_eq!(file::read(file::write(&deep)).unwrap(), deep);

    for key in ["nobody", "model"] {
        assert!(ungroup(&picture, key).is_err());
    }
}

#[test]
fn a_name_that_no_key_can_spell_is_the_title() {
    let graph = graph(PICTURE);
    for (name, key, title) in [
        ("My words", "my_words", Some("My words")),
        ("words", "words", None),
        ("save", "save_2", None),
        (" ", "group", None),
    ] {
        let mut graph = graph.clone();
        let (edit, new) = make(&graph, &set(&["prompt"]), name, TOYS).unwrap();
        assert_eq!(new, key);
        apply(&mut graph, edit).unwrap();
        assert_eq!(graph.view.look(key).title.as_deref(), title);
    }
}

/// Every part of the picture that can become a group, into one and out again.
#[test]
fn there_and_back_again_the_plan_is_the_same() {
    let before = graph(PICTURE);
    let all: Vec<&str> = before.nodes.keys().map(String::as_str).collect();
    let plan_before = plan(&before);
    let mut made = 0;
    for bits in 1..1_u32 << all.len() {
        let some = all.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1);
        let some: Vec<&str> = some.map(|(_, key)| *key).collect();
        let Ok((edit, key)) = make(&before, &set(&some), "group", TOYS) else {
            continue;
        };
        made += 1;
        let mut graph = before.clone();
        apply(&mut graph, edit).unwrap();
        let (checked, problems) = testing::check(&graph);
        assert_eq!(problems, [], "{some:?}");
        assert_eq!(checked.outputs().len(), 1);
        assert_eq!(
            plan(&graph).to_string(),
            plan_before.to_string(),
            "{some:?}"
        );
        assert_eq!(keys(&graph), keys(&before), "{some:?}");
        let (edit, inner) = ungroup(&graph, &key).unwrap();
        assert_eq!(inner, some);
        there_and_back(&mut graph, edit, |_| {});
        assert_eq!(
            plan(&graph).to_string(),
            plan_before.to_string(),
            "{some:?}"
        );
        let mut wires: Vec<_> = before
            .nodes
            .iter()
            .map(|(key, node)| (key, &node.inputs))
            .collect();
        let mut again: Vec<_> = graph
            .nodes
            .iter()
            .map(|(key, node)| (key, &node.inputs))
            .collect();
        wires.sort_by_key(|(key, _)| *key);
        again.sort_by_key(|(key, _)| *key);
        assert_eq!(wires, again, "{some:?}");
    }
    assert!(made > 40, "{made}");
}

#[test]
fn pictures_of_groups_stay_where_they_are() {
    let view = r#"{ "nodes": { "prompt": [10, 20], "negative": { "at": [5, 90], "title": "Not" }, "sampler": [300, 0] },
        "reroutes": { "a": { "at": [1, 1] }, "b": { "at": [2, 2] }, "c": { "at": [3, 3] } },
        "routes": { "sampler.positive": "a", "prompt.clip": "b", "decode.latent": "c" }, "hidden": { "sampler.model": true } }"#;
    let before = file::read(format!(
        "{{\"format\": 1, \"nodes\": {{ {PICTURE} }}, \"view\": {view} }}"
    ))
    .unwrap();
    let mut graph = grouped(&before, &["prompt", "negative", "sampler"]);
    assert_eq!(graph.view.position("group"), Some([5.0, 0.0]));
    assert_eq!(graph.view.nodes.len(), 1);
    // The way of the wire inside goes inside, the others stay with their wires.
    assert_eq!(graph.view.route("group.clip"), [[2.0, 2.0]]);
    assert_eq!(graph.view.route("decode.latent"), [[3.0, 3.0]]);
    assert!(graph.view.is_hidden("group.model"));
    let inside = graph.level(&["group".to_owned()]).unwrap();
    assert_eq!(inside.view.route("sampler.positive"), [[1.0, 1.0]]);
    assert_eq!(inside.view.position("negative"), Some([5.0, 90.0]));
    assert_eq!(inside.view.reroutes().len(), 1);
    assert!(!inside.view.is_hidden("sampler.model"));

    apply(&mut graph, Edit::move_to("group", [105.0, 50.0])).unwrap();
    let (edit, _) = ungroup(&graph, "group").unwrap();
    there_and_back(&mut graph, edit, |graph| {
        assert_eq!(graph.view.position("sampler"), Some([400.0, 50.0]));
        assert_eq!(graph.view.look("negative").title.as_deref(), Some("Not"));
        assert_eq!(graph.view.route("sampler.positive"), [[101.0, 51.0]]);
        assert_eq!(graph.view.route("prompt.clip"), [[2.0, 2.0]]);
        assert_eq!(graph.view.route("decode.latent"), [[3.0, 3.0]]);
        assert!(graph.view.is_hidden("sampler.model"));
        assert_eq!(graph.view.reroutes().len(), 3);
    });
}

#[test]
fn values_and_modes_come_out_with_the_nodes() {
    let mut graph = grouped(&graph(PICTURE), &["sampler"]);
    let edit = expose_input(&graph, "group", "steps", Slot::new("sampler", "steps"));
    apply(&mut graph, edit).unwrap();
    apply(&mut graph, Edit::set("group", "steps", Some(json!(9)))).unwrap();
    apply(&mut graph, Edit::set_mode("group", Mode::Muted)).unwrap();
    // A node of that name has come meanwhile.
    let taken = Edit::add("sampler", Node::default(), [0.0, 0.0]);
    apply(&mut graph, taken).unwrap();
    let (edit, inner) = ungroup(&graph, "group").unwrap();
    assert_eq!(inner, ["sampler_2"]);
    there_and_back(&mut graph, edit, |graph| {
        let sampler = &graph.nodes["sampler_2"];
        assert_eq!(sampler.params["steps"], json!(9));
        assert_eq!(sampler.mode, Mode::Muted);
        assert_eq!(graph.nodes["decode"].inputs["latent"], "sampler_2.latent");
    });
}
