//! Copying, pasting, dissolving, and wires that end elsewhere.

use super::*;
use crate::graph::testing::{TOYS, picture_with};
use crate::plan::compile::compile;

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// [`PICTURE`] with a frame, a note, and two wires through reroutes.
fn drawn() -> Graph {
    let view = r#""view": {
        "nodes": { "prompt": [10, 20], "negative": [10, 90], "sampler": { "at": [30, 40], "title": "Paint" } },
        "frames": { "f": { "rect": [0, 0, 200, 100], "title": "Words" }, "odd": 5 },
        "notes": { "n": { "rect": [0, 200, 50, 50], "text": "*why*" } },
        "reroutes": { "r": { "at": [20, 20] }, "r_2": { "at": [25, 30], "after": "r" }, "r_3": { "at": [1, 1] } },
        "routes": { "sampler.positive": "r_2", "sampler.negative": "r", "decode.vae": "r_3" },
        "hidden": { "sampler.latent": true } }"#;
    file::read(format!(
        "{{\"format\": 1, \"nodes\": {{ {PICTURE} }}, {view} }}"
    ))
    .unwrap()
}

/// A sampler and a prompt with the frame and the note.
fn copied(graph: &Graph) -> Graph {
    let nodes = set(&["sampler", "prompt"]);
    fragment(graph, &nodes, &set(&["f"]), &set(&["n"]))
}

#[test]
fn a_fragment_is_a_graph_of_its_own() {
    let graph = drawn();
    let copy = copied(&graph);
    expect_test::expect![[r#"
        {
          "format": 1,
          "nodes": {
            "prompt": { "is": "toy.text", "params": { "text": "an apple" }, "in": { "clip": "model.clip" } },
            "sampler": {
              "is": "toy.sample",
              "in": {
                "model": "model.model",
                "positive": "prompt.conditioning",
                "negative": "negative.conditioning",
                "latent": "latent.latent"
              }
            }
          },
          "view": {
            "nodes": {
              "prompt": [10, 20],
              "sampler": { "at": [30, 40], "title": "Paint" }
            },
            "frames": { "f": { "rect": [0, 0, 200, 100], "title": "Words" } },
            "notes": { "n": { "rect": [0, 200, 50, 50], "text": "*why*" } },
            "reroutes": { "r": { "at": [20, 20] }, "r_2": { "at": [25, 30], "after": "r" } },
            "routes": { "sampler.positive": "r_2", "sampler.negative": "r" },
            "hidden": { "sampler.latent": true }
          }
        }
    "#]]
    .assert_eq(&file::write(&copy));
}

#[test]
fn what_is_pasted_has_names_of_its_own() {
    let graph = drawn();
    let copy = copied(&graph);
    let (edit, keys) = paste(&graph, &copy, Spot::Offset([100.0, 0.0]), Keep::Inputs);
    assert_eq!(keys, ["prompt_2", "sampler_2"]);
    there_and_back(&mut graph.clone(), edit, |graph| {
        let sampler = &graph.nodes["sampler_2"];
        assert_eq!(sampler.inputs["positive"], "prompt_2.conditioning");
        assert_eq!(sampler.inputs["negative"], "negative.conditioning");
        let look = graph.view.look("sampler_2");
        assert_eq!(look.at, Some([130.0, 40.0]));
        assert_eq!(look.title.as_deref(), Some("Paint"));
        assert_eq!(
            graph.view.frame("f_2").unwrap().rect,
            [100.0, 0.0, 200.0, 100.0]
        );
        assert_eq!(graph.view.note("n_2").unwrap().text, "*why*");
        let route = graph.view.route("sampler_2.positive");
        assert_eq!(route, [[120.0, 20.0], [125.0, 30.0]]);
        assert!(graph.view.is_hidden("sampler_2.latent"));
        assert_eq!(
            graph.view.route("sampler.positive"),
            [[20.0, 20.0], [25.0, 30.0]]
        );
    });
}

#[test]
fn wires_from_elsewhere_stay_if_one_wants() {
    let graph = drawn();
    let nothing = BTreeSet::new();
    let copy = fragment(&graph, &set(&["sampler"]), &nothing, &nothing);
    let (edit, _) = paste(&graph, &copy, Spot::Offset([0.0, 0.0]), Keep::Nothing);
    there_and_back(&mut graph.clone(), edit, |graph| {
        assert!(graph.nodes["sampler_2"].inputs.is_empty());
        assert!(graph.view.route("sampler_2.positive").is_empty());
    });
    // In another document only those whose source is there.
    let mut other = Graph::default();
    let model = graph.nodes["model"].clone();
    other.nodes.insert("model".to_owned(), model);
    let (edit, keys) = paste(&other, &copy, Spot::At([500.0, 600.0]), Keep::Inputs);
    assert_eq!(keys, ["sampler"]);
    there_and_back(&mut other, edit, |graph| {
        let inputs = &graph.nodes["sampler"].inputs;
        assert_eq!(inputs.keys().collect::<Vec<_>>(), ["model"]);
        assert_eq!(graph.view.position("sampler"), Some([500.0, 600.0]));
    });
    // Nodes without places do not lie on each other.
    let bare = testing_graph_of_two();
    let (edit, _) = paste(&Graph::default(), &bare, Spot::At([5.0, 5.0]), Keep::Inputs);
    there_and_back(&mut Graph::default(), edit, |graph| {
        assert_eq!(graph.view.position("a"), Some([5.0, 5.0]));
        assert_eq!(graph.view.position("b"), Some([29.0, 29.0]));
    });
}

fn testing_graph_of_two() -> Graph {
    graph(r#""a": { "is": "toy.empty" }, "b": { "is": "toy.empty" }"#)
}

#[test]
fn a_view_of_another_form_takes_no_copies() {
    let mut graph = drawn();
    let copy = fragment(&graph, &set(&["prompt"]), &set(&["f"]), &BTreeSet::new());
    graph.view.rest["frames"] = json!("mine");
    let (edit, _) = paste(&graph, &copy, Spot::Offset([0.0, 0.0]), Keep::Inputs);
    there_and_back(&mut graph, edit, |graph| {
        assert_eq!(graph.view.rest["frames"], json!("mine"));
        assert!(graph.nodes.contains_key("prompt_2"));
    });
}

#[test]
fn wires_that_go_take_their_ways_along() {
    let graph = drawn();
    there_and_back(
        &mut graph.clone(),
        cut(&graph, "sampler", "positive"),
        |graph| {
            assert_eq!(graph.nodes["sampler"].source("positive"), None);
            // Its own reroute goes, the shared one stays.
            let ids: Vec<String> = graph
                .view
                .reroutes()
                .into_iter()
                .map(|(id, _)| id)
                .collect();
            assert_eq!(ids, ["r", "r_3"]);
            assert!(graph.view.route("sampler.positive").is_empty());
            assert_eq!(graph.view.route("sampler.negative"), [[20.0, 20.0]]);
        },
    );
    let removal = remove(&graph, ["sampler", "decode"]);
    there_and_back(&mut graph.clone(), removal, |graph| {
        for member in ["reroutes", "routes", "hidden"] {
            assert_eq!(graph.view.rest.get(member), None, "{member}");
        }
    });
    let edit = Edit::RenameNode {
        from: "sampler".to_owned(),
        to: "paint".to_owned(),
    };
    there_and_back(&mut graph.clone(), edit, |graph| {
        assert_eq!(graph.view.route("paint.positive").len(), 2);
        assert!(graph.view.is_hidden("paint.latent"));
        assert_eq!(graph.view.rest["routes"].as_object().unwrap().len(), 3);
        assert_eq!(graph.view.look("paint").title.as_deref(), Some("Paint"));
    });
}

#[test]
fn a_wire_that_ends_elsewhere_keeps_its_way() {
    let graph = drawn();
    let (from, to) = (
        Slot::new("sampler", "positive"),
        Slot::new("sampler", "negative"),
    );
    there_and_back(&mut graph.clone(), rewire(&graph, &from, &to), |graph| {
        let sampler = &graph.nodes["sampler"];
        assert_eq!(sampler.inputs["negative"], "prompt.conditioning");
        assert_eq!(sampler.source("positive"), None);
        assert_eq!(graph.view.route_ids("sampler.negative"), ["r", "r_2"]);
        assert!(graph.view.route("sampler.positive").is_empty());
    });
    for (from, to) in [(&from, &from), (&Slot::new("nobody", "x"), &to)] {
        assert!(rewire(&graph, from, to).is_nothing());
    }
}

#[test]
fn dissolving_keeps_the_wires() {
    let joined = format!(
        "{}, {}",
        PICTURE.replace("\"latent\": \"latent.latent\"", "\"latent\": \"b.latent\""),
        r#""a": { "is": "toy.join", "in": { "first": "latent.latent" } },
           "b": { "is": "toy.join", "in": { "first": "a.latent", "second": "latent.latent" } }"#
    );
    let mut dissolved = graph(&joined);
    let edit = dissolve(&dissolved, TOYS, ["a", "b", "nobody"]);
    there_and_back(&mut dissolved, edit, |graph| {
        assert_eq!(graph.nodes["sampler"].inputs["latent"], "latent.latent");
        assert!(!graph.nodes.contains_key("a") && !graph.nodes.contains_key("b"));
    });
    let plan = |graph: &Graph| {
        let (checked, problems) = crate::graph::testing::check(graph);
        assert_eq!(problems, []);
        compile(&checked, &[], &|_| String::new()).to_string()
    };
    assert_eq!(plan(&dissolved), plan(&graph(PICTURE)));

    // What has no input of its output's type leaves nothing behind.
    let mut bare = graph(PICTURE);
    let edit = dissolve(&bare, TOYS, ["prompt"]);
    there_and_back(&mut bare, edit, |graph| {
        assert_eq!(graph.nodes["sampler"].source("positive"), None);
    });
    // A circle of nodes that go comes from nowhere.
    let mut ring = picture_with(&[("sampler", "in", "latent", "\"a.latent\"")]);
    let parts = graph(
        r#""a": { "is": "toy.join", "in": { "first": "b.latent" } },
        "b": { "is": "toy.join", "in": { "first": "a.latent" } }"#,
    );
    ring.nodes.extend(parts.nodes);
    let edit = dissolve(&ring, TOYS, ["a", "b"]);
    there_and_back(&mut ring, edit, |graph| {
        assert_eq!(graph.nodes["sampler"].source("latent"), None);
    });
}
