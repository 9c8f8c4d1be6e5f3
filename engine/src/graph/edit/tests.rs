mod copies;
mod drawing;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::graph::file;
use crate::graph::file::tests::any_graph;
use crate::graph::testing::{PICTURE, graph};
use crate::graph::{Graph, is_key};

/// Makes an edit, looks at the graph with it, undoes it and expects the file of before, makes it
/// again and expects the file of after.
fn check(before: &str, edit: Edit, seen: impl Fn(&Graph)) {
    let mut graph = graph(before);
    graph
        .view
        .nodes
        .insert("prompt".to_owned(), json!([10, 20]));
    graph
        .view
        .nodes
        .insert("sampler".to_owned(), json!([30, 40]));
    there_and_back(&mut graph, edit, seen);
}

pub(in crate::graph) fn there_and_back(graph: &mut Graph, edit: Edit, seen: impl Fn(&Graph)) {
    let before = file::write(graph);
    assert_eq!(edit, written_down(&edit));
    let undo = apply(graph, edit).unwrap();
    seen(graph);
    let after = file::write(graph);
    let redo = apply(graph, undo).unwrap();
    assert_eq!(file::write(graph), before);
    apply(graph, redo).unwrap();
    assert_eq!(file::write(graph), after);
}

/// The edit as a journal brings it back.
fn written_down(edit: &Edit) -> Edit {
    serde_json::from_str(&serde_json::to_string(edit).unwrap()).unwrap()
}

#[test]
fn removing_a_node_takes_its_wires_and_its_place() {
    check(
        PICTURE,
        Edit::RemoveNode {
            key: "prompt".to_owned(),
        },
        |graph| {
            assert!(!graph.nodes.contains_key("prompt"));
            assert_eq!(graph.nodes["sampler"].source("positive"), None);
            assert!(graph.nodes["sampler"].source("negative").is_some());
            assert_eq!(graph.view.position("prompt"), None);
        },
    );
    let edit = remove(&graph(PICTURE), ["prompt", "sampler", "nobody"]);
    check(PICTURE, edit, |graph| {
        assert_eq!(
            graph.nodes.keys().collect::<Vec<_>>(),
            ["model", "negative", "latent", "decode", "save"]
        );
        assert_eq!(
            graph.nodes["decode"].inputs.keys().collect::<Vec<_>>(),
            ["vae"]
        );
    });
}

#[test]
fn renaming_a_node_takes_its_wires_and_its_place_along() {
    check(
        PICTURE,
        Edit::RenameNode {
            from: "prompt".to_owned(),
            to: "what".to_owned(),
        },
        |graph| {
            assert_eq!(graph.nodes.get_index_of("what"), Some(1));
            assert_eq!(
                graph.nodes["sampler"].inputs["positive"],
                "what.conditioning"
            );
            assert_eq!(graph.view.position("what"), Some([10.0, 20.0]));
            assert_eq!(graph.view.position("prompt"), None);
        },
    );
}

#[test]
fn small_edits() {
    check(
        PICTURE,
        Edit::set("prompt", "text", Some(json!("a pear"))),
        |graph| {
            assert_eq!(graph.nodes["prompt"].params["text"], "a pear");
        },
    );
    check(PICTURE, Edit::set("prompt", "text", None), |graph| {
        assert!(graph.nodes["prompt"].params.is_empty())
    });
    check(PICTURE, Edit::disconnect("sampler", "positive"), |graph| {
        assert_eq!(graph.nodes["sampler"].inputs.len(), 3);
    });
    let source = Source {
        node: "negative".to_owned(),
        pin: "conditioning".to_owned(),
    };
    check(
        PICTURE,
        Edit::connect("sampler", "positive", &source),
        |graph| {
            assert_eq!(
                graph.nodes["sampler"].source("positive"),
                Some(source.clone())
            );
            assert_eq!(
                graph.nodes["sampler"].inputs.keys().nth(1).unwrap(),
                "positive"
            );
        },
    );
    check(
        PICTURE,
        Edit::move_to("sampler", [420.04, -3.26]),
        |graph| {
            assert_eq!(graph.view.nodes["sampler"].to_string(), "[420,-3.3]");
        },
    );
    check(
        PICTURE,
        Edit::SetView {
            member: "frames".to_owned(),
            value: Some(json!([1])),
            index: None,
        },
        |graph| {
            assert_eq!(graph.view.rest["frames"], json!([1]));
        },
    );
    check(
        PICTURE,
        Edit::SetKind {
            key: "save".to_owned(),
            is: "toy.show".to_owned(),
        },
        |graph| {
            assert_eq!(graph.nodes["save"].is, "toy.show");
        },
    );
    check(PICTURE, Edit::set_mode("save", Mode::Muted), |graph| {
        assert_eq!(graph.nodes["save"].mode, Mode::Muted);
    });
    let node = Node {
        is: "toy.text".to_owned(),
        ..Node::default()
    };
    check(PICTURE, Edit::add("more", node, [1.0, f32::NAN]), |graph| {
        assert_eq!(graph.nodes.last().unwrap().0, "more");
        assert_eq!(graph.view.position("more"), Some([1.0, 0.0]));
    });
}

#[test]
fn copies_are_wired_among_themselves() {
    let (edit, keys) = duplicate(
        &graph(PICTURE),
        ["sampler", "prompt", "nobody"],
        [20.0, 20.0],
    );
    assert_eq!(keys, ["prompt_2", "sampler_2"]);
    check(PICTURE, edit, |graph| {
        let copy = &graph.nodes["sampler_2"];
        assert_eq!(copy.inputs["positive"], "prompt_2.conditioning");
        assert_eq!(copy.inputs["negative"], "negative.conditioning");
        assert_eq!(graph.nodes["decode"].inputs["latent"], "sampler.latent");
    });
}

#[test]
fn a_batch_that_fails_changes_nothing() {
    let mut graph = graph(PICTURE);
    let before = file::write(&graph);
    let no_node = |key: &str| EditError::NoNode {
        key: key.to_owned(),
    };
    let rename = |from: &str, to: &str| Edit::RenameNode {
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let batch = |last: Edit| {
        let remove = Edit::RemoveNode {
            key: "model".to_owned(),
        };
        Edit::Batch(vec![
            Edit::set("prompt", "text", None),
            remove,
            rename("prompt", "words"),
            last,
        ])
    };
    for (edit, error) in [
        (batch(Edit::set("nobody", "x", None)), no_node("nobody")),
        (
            batch(Edit::RemoveNode {
                key: "model".to_owned(),
            }),
            no_node("model"),
        ),
        (
            batch(rename("words", "save")),
            EditError::KeyTaken {
                key: "save".to_owned(),
            },
        ),
        (
            rename("prompt", "Two Words"),
            EditError::BadKey {
                key: "Two Words".to_owned(),
            },
        ),
        (
            Edit::SetView {
                member: "nodes".to_owned(),
                value: None,
                index: None,
            },
            EditError::Reserved {
                member: "nodes".to_owned(),
            },
        ),
        (
            Edit::item("nodes", "model", None),
            EditError::Reserved {
                member: "nodes".to_owned(),
            },
        ),
        (
            Edit::within(&["nobody".to_owned()], Edit::set("x", "y", None)),
            no_node("nobody"),
        ),
        (
            Edit::within(&["save".to_owned()], Edit::set("x", "y", None)),
            EditError::NoGroup {
                key: "save".to_owned(),
            },
        ),
    ] {
        assert_eq!(apply(&mut graph, edit), Err(error));
        assert_eq!(file::write(&graph), before);
    }
}

#[test]
fn keys_are_free_and_fit_the_rule() {
    let graph = graph(PICTURE);
    for (base, key) in [
        ("prompt", "prompt_2"),
        ("prompt_2", "prompt_2"),
        ("Text Encode!", "text_encode_"),
        ("", "node"),
        (&"long".repeat(40), &"long".repeat(12)),
    ] {
        assert_eq!(crate::graph::unique_key(&graph, base), key);
        assert!(is_key(key));
    }
    assert_eq!(crate::graph::key_for(&graph, "toy.decode"), "decode_2");
}

/// Edits that may or may not fit a graph with some of these names.
fn any_edit() -> impl Strategy<Value = Edit> {
    let key = || prop::sample::select(vec!["a", "b", "c", "d", "e", "ä"]).prop_map(str::to_owned);
    let value = || {
        prop::option::of(prop::sample::select(vec![
            json!(1),
            json!("a.x"),
            json!("b.y"),
            json!([1, 2]),
            json!([]),
            json!({}),
            json!(null),
            json!({ "at": [1, 2], "after": "a", "rect": [0, 0, 9, 9], "title": "t" }),
        ]))
    };
    let index = || prop::option::of(0usize..4);
    let slot = || (key(), key()).prop_map(|(node, slot)| Slot { node, slot });
    let source = || (key(), key()).prop_map(|(node, pin)| Source { node, pin });
    let slots = move || prop::collection::vec(slot(), 0..3);
    let member = prop::sample::select(vec!["a", "frames", "reroutes", "routes", "hidden"]);
    let item = prop::sample::select(vec!["a", "b", "a.a", "b.c"]);
    let graph = prop_oneof![
        (key(), key(), any::<bool>(), index()).prop_map(|(key, from, is_group, index)| {
            let mut node = Node {
                is: "x".to_owned(),
                ..Node::default()
            };
            node.inputs
                .insert("i".to_owned(), json!(format!("{from}.x")));
            if is_group {
                node.group = Some(Box::default());
            }
            Edit::AddNode { key, node, index }
        }),
        key().prop_map(|key| Edit::RemoveNode { key }),
        key().prop_map(|key| Edit::TakeNode { key }),
        (key(), key()).prop_map(|(from, to)| Edit::RenameNode { from, to }),
        (key(), key()).prop_map(|(from, to)| Edit::Rekey { from, to }),
        (
            key(),
            prop::sample::select(vec![Mode::Active, Mode::Muted, Mode::Bypassed])
        )
            .prop_map(|(key, mode)| Edit::SetMode { key, mode }),
        (key(), key(), value(), index()).prop_map(|(node, param, value, index)| Edit::SetParam {
            node,
            param,
            value,
            index
        }),
        (key(), key(), value(), index()).prop_map(|(node, input, value, index)| Edit::SetInput {
            node,
            input,
            value,
            index
        }),
    ];
    let group = prop_oneof![
        (key(), key(), prop::option::of(slots()), index()).prop_map(
            |(node, name, slots, index)| Edit::SetGroupInput {
                node,
                name,
                slots,
                index
            }
        ),
        (key(), key(), prop::option::of(source()), index()).prop_map(
            |(node, name, source, index)| Edit::SetGroupOutput {
                node,
                name,
                source,
                index
            }
        ),
        (
            prop::collection::btree_set(key(), 0..3),
            prop::option::of(key())
        )
            .prop_map(|(nodes, into)| Edit::FollowNodes { nodes, into }),
        (
            prop::collection::vec((slot(), slots()), 0..2),
            prop::collection::vec((source(), prop::option::of(source())), 0..2)
        )
            .prop_map(|(slots, outputs)| Edit::FollowSlots { slots, outputs }),
    ];
    let view = prop_oneof![
        (key(), value(), index()).prop_map(|(node, corner, index)| Edit::MoveNode {
            node,
            corner,
            index
        }),
        (key(), -9.0_f32..9.0).prop_map(|(node, x)| Edit::PlaceNode { node, at: [x, 1.0] }),
        (key(), value(), index()).prop_map(|(member, value, index)| Edit::SetView {
            member,
            value,
            index
        }),
        (member, item, value(), index()).prop_map(|(member, key, value, index)| {
            Edit::SetViewItem {
                member: member.to_owned(),
                key: key.to_owned(),
                value,
                index,
            }
        }),
    ];
    let leaf = prop_oneof![graph, group, view];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        let inside = (key(), inner.clone()).prop_map(|(node, edit)| Edit::In {
            node,
            edit: Box::new(edit),
        });
        prop_oneof![
            2 => inside,
            1 => prop::collection::vec(inner, 0..5).prop_map(Edit::Batch),
        ]
    })
}

proptest! {
    #[test]
    fn undoing_restores_the_file(edits in prop::collection::vec(any_edit(), 1..60)) {
        let mut graph = Graph::default();
        for edit in edits {
            prop_assert_eq!(&edit, &written_down(&edit));
            let before = file::write(&graph);
            match apply(&mut graph, edit) {
                Ok(undo) => {
                    let after = file::write(&graph);
                    let redo = apply(&mut graph, undo).unwrap();
                    prop_assert_eq!(file::write(&graph), before);
                    apply(&mut graph, redo).unwrap();
                    prop_assert_eq!(file::write(&graph), after);
                }
                Err(_) => prop_assert_eq!(file::write(&graph), before),
            }
        }
    }

    #[test]
    fn copies_and_removals_fit_any_graph(graph in any_graph()) {
        let keys: Vec<&str> = graph.nodes.keys().map(String::as_str).collect();
        let (copy, _) = duplicate(&graph, keys.iter().copied(), [1.0, 1.0]);
        there_and_back(&mut graph.clone(), copy, |_| {});
        there_and_back(&mut graph.clone(), remove(&graph, keys), |graph| assert!(graph.nodes.is_empty()));
    }
}
