use expect_test::{Expect, expect};
use indexmap::IndexMap;
use proptest::prelude::*;

use super::*;
use crate::graph::group::{Group, Slot};
use crate::graph::testing::PICTURE;
use crate::graph::{Mode, Node, Source, View};

/// Reads a file that is wrong and compares what is said.
fn check_error(file: impl AsRef<[u8]>, expected: Expect) {
    let error = read(file).expect_err("the file is wrong");
    let help = error
        .help()
        .map_or(String::new(), |help| format!("\n{help}"));
    expected.assert_eq(&format!("{error}{help}"));
}

#[test]
fn what_is_no_graph_is_named() {
    check_error(
        "",
        expect![[r#"
        the file is empty
        a new graph is { "format": 1, "nodes": {} }"#]],
    );
    check_error(
        " \n\t",
        expect![[r#"
        the file is empty
        a new graph is { "format": 1, "nodes": {} }"#]],
    );
    check_error(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        expect![[r#"
        the file is not text: byte 0 is not UTF-8
        open it as a picture: it may carry its graph"#]],
    );
    check_error(
        b"{\"format\": \xff}",
        expect![[r#"
        the file is not text: byte 11 is not UTF-8
        a graph is a text file in UTF-8 whose name ends in .pyro"#]],
    );
    check_error(
        "[1, 2]",
        expect![[r#"
        the file must be an object, but it is an array
        a graph is { "format": 1, "nodes": { KEY: { "is": ID, "params": {}, "in": {} } } }"#]],
    );
    check_error(
        "{ \"format\": 1, \"nodes\": { ",
        expect!["not valid JSON: EOF while parsing an object at line 1 column 26"],
    );
    check_error(
        "{ \"format\": 1 } x",
        expect!["not valid JSON: trailing characters at line 1 column 17"],
    );
}

#[test]
fn numbers_that_json_lacks_are_named() {
    check_error(
        "{ \"format\": 1,\n \"nodes\": { \"a\": { \"is\": \"x\", \"params\": { \"cfg\": NaN } } } }",
        expect![[r#"
        NaN is no number in JSON (line 2, column 50)
        write a finite number, or leave the param out to have its default"#]],
    );
    check_error(
        "{ \"format\": -Infinity }",
        expect![[r#"
        -Infinity is no number in JSON (line 1, column 13)
        write a finite number, or leave the param out to have its default"#]],
    );
    check_error(
        "{ \"format\": nope }",
        expect!["not valid JSON: expected ident at line 1 column 14"],
    );
}

#[test]
fn formats_are_told_apart() {
    check_error(
        "{ \"nodes\": {} }",
        expect![[r#"
        "format" is missing
        a graph file begins with "format": 1"#]],
    );
    check_error(
        "{ \"format\": \"1\" }",
        expect![[r#"
        "format" is a text; it must be 1
        write "format": 1"#]],
    );
    check_error(
        "{ \"format\": 0 }",
        expect![[r#"
        "format" is 0; it must be 1
        write "format": 1"#]],
    );
    // A later format may have another form altogether: that it is later comes first.
    check_error(
        "{ \"nodes\": [1], \"format\": 2 }",
        expect![[r#"
        the graph has format 2; this version reads format 1
        open it with the version that wrote it, or a newer one"#]],
    );
}

#[test]
fn duplicate_keys_are_named_with_their_place() {
    check_error(
        "{ \"format\": 1, \"format\": 1 }",
        expect![[r#"
        "format" is given twice (line 1, column 23)
        rename or delete one of the two"#]],
    );
    check_error(
        "{ \"format\": 1, \"nodes\": { \"a\": { \"is\": \"x\" }, \"a\": { \"is\": \"x\" } } }",
        expect![[r#"
        "a" is given twice in "nodes" (line 1, column 49)
        rename or delete one of the two"#]],
    );
    check_error(
        "{ \"format\": 1, \"nodes\": { \"a\": { \"is\": \"x\", \"params\": { \"p\": 1, \"p\": 1 } } } }",
        expect![[r#"
        "p" is given twice in "nodes" › "a" › "params" (line 1, column 67)
        rename or delete one of the two"#]],
    );
    check_error(
        "{ \"format\": 1, \"view\": { \"notes\": [ { \"x\": 1, \"x\": 2 } ] } }",
        expect![[r#"
        "x" is given twice in "view" › "notes" (line 1, column 49)
        rename or delete one of the two"#]],
    );
}

#[test]
fn wrong_forms_are_named_with_their_place() {
    let node = |node: &str| format!("{{ \"format\": 1, \"nodes\": {{ \"a\": {node} }} }}");
    let message = |file: &str| read(file).expect_err("the file is wrong").to_string();
    expect![[r#""nodes" must be an object, but it is an array"#]]
        .assert_eq(&message("{ \"format\": 1, \"nodes\": [] }"));
    expect![[r#"node "a" must be an object, but it is null"#]].assert_eq(&message(&node("null")));
    expect![[r#""is" of node "a" must be the id of a kind of node, but it is missing"#]]
        .assert_eq(&message(&node("{}")));
    expect![[r#""params" of node "a" must be an object, but it is a number"#]]
        .assert_eq(&message(&node("{ \"is\": \"x\", \"params\": 5 }")));
    expect![[r#""view" must be an object, but it is true or false"#]]
        .assert_eq(&message("{ \"format\": 1, \"view\": true }"));
}

#[test]
fn comfyui_files_are_recognised() {
    let message = |file: &str| read(file).expect_err("the file is foreign").to_string();
    expect!["this is a ComfyUI workflow; importing those is planned for a later version"].assert_eq(&message(
        r#"{ "last_node_id": 9, "nodes": [ { "id": 3, "type": "KSampler" } ], "links": [], "version": 0.4 }"#,
    ));
    expect![
        "this is a ComfyUI prompt (API format); importing those is planned for a later version"
    ]
    .assert_eq(&message(
        r#"{ "3": { "class_type": "KSampler", "inputs": { "model": ["4", 0] } } }"#,
    ));
}

#[test]
fn everything_is_bounded() {
    let deep = "[".repeat(200_000);
    check_error(
        &deep,
        expect!["arrays and objects lie more than 100 deep in each other"],
    );
    check_error(
        "{\"a\":".repeat(200_000),
        expect!["arrays and objects lie more than 100 deep in each other"],
    );
    check_error(
        format!("{{ \"format\": 1, \"notes\": {deep}"),
        expect!["arrays and objects lie more than 100 deep in each other"],
    );

    let nodes: Vec<String> = (0..=MAX_NODES)
        .map(|i| format!("\"n{i}\":{{\"is\":\"x\"}}"))
        .collect();
    let too_many = format!("{{\"format\":1,\"nodes\":{{{}", nodes.join(","));
    check_error(
        &too_many,
        expect![[r#"
        the graph has more than 100000 nodes
        split the graph into several files"#]],
    );
    let just_enough = format!("{{\"format\":1,\"nodes\":{{{}}}}}", nodes[1..].join(","));
    assert_eq!(read(just_enough).unwrap().nodes.len(), MAX_NODES);

    let long = "a".repeat(MAX_TEXT_BYTES + 1);
    check_error(
        format!(
            "{{\"format\":1,\"nodes\":{{\"p\":{{\"is\":\"x\",\"params\":{{\"text\":\"{long}\"}}}}}}}}"
        ),
        expect![[r#"
        a text is 16777217 bytes long; 16777216 are allowed in "nodes" › "p" › "params" › "text"
        graphs name pictures and models by file; they do not contain them"#]],
    );
    check_error(
        format!("{{\"format\":1,\"x\":[{}0]}}", "0,".repeat(MAX_VALUES)),
        expect![[r#"
        the file holds more than 4000000 values
        graphs name pictures and models by file; they do not contain them"#]],
    );
    assert!(matches!(
        read(vec![b' '; MAX_BYTES as usize + 1]),
        Err(FileError::TooLarge { .. })
    ));
}

/// What is written, and that a second turn changes nothing.
fn check_written(file: &str, expected: Expect) {
    let graph = read(file).unwrap();
    let text = write(&graph);
    expected.assert_eq(&text);
    assert_eq!(read(&text).unwrap(), graph);
    assert_eq!(write(&read(&text).unwrap()), text);
}

#[test]
fn a_graph_is_written_for_people() {
    let file = format!(
        "{{ \"format\": 1, \"nodes\": {{ {PICTURE} }}, \"view\": {{ \"nodes\": {{ \"model\": [0, 0], \"save\": [420.5, 160] }}, \"frames\": [] }} }}"
    );
    check_written(
        &file,
        expect![[r#"
        {
          "format": 1,
          "nodes": {
            "model": { "is": "toy.load" },
            "prompt": { "is": "toy.text", "params": { "text": "an apple" }, "in": { "clip": "model.clip" } },
            "negative": { "is": "toy.text", "in": { "clip": "model.clip" } },
            "latent": { "is": "toy.empty" },
            "sampler": {
              "is": "toy.sample",
              "in": {
                "model": "model.model",
                "positive": "prompt.conditioning",
                "negative": "negative.conditioning",
                "latent": "latent.latent"
              }
            },
            "decode": { "is": "toy.decode", "in": { "vae": "model.vae", "latent": "sampler.latent" } },
            "save": { "is": "toy.save", "in": { "image": "decode.image" } }
          },
          "view": {
            "nodes": {
              "model": [0, 0],
              "save": [420.5, 160]
            },
            "frames": []
          }
        }
    "#]],
    );
}

#[test]
fn nothing_is_lost() {
    check_written(
        r#"{ "future": { "b": 1, "a": [null, true] }, "format": 1, "nodes": {
            "Odd Key.": { "is": "not.known", "zeta": 1, "params": { "z": 1.50, "a": 1E+5, "m": -0.0, "big": 123456789012345678901234567890.123, "e": 1e999 },
                "in": { "clip": 5, "x": ["4", 0], "y": "no wire" }, "alpha": {} } },
            "view": { "nodes": { "gone": "somewhere" }, "zoom": 1.000 } }"#,
        expect![[r#"
            {
              "format": 1,
              "nodes": {
                "Odd Key.": {
                  "is": "not.known",
                  "params": {
                    "z": 1.50,
                    "a": 1E+5,
                    "m": -0.0,
                    "big": 123456789012345678901234567890.123,
                    "e": 1e999
                  },
                  "in": { "clip": 5, "x": ["4", 0], "y": "no wire" },
                  "zeta": 1,
                  "alpha": {}
                }
              },
              "view": {
                "nodes": {
                  "gone": "somewhere"
                },
                "zoom": 1.000
              },
              "future": { "b": 1, "a": [null, true] }
            }
        "#]],
    );
}

#[test]
fn groups_and_modes_are_written_for_people() {
    check_written(
        r#"{ "format": 1, "nodes": { "g": { "group": { "view": { "nodes": { "a": [1, 2] } }, "nodes": { "a": { "mode": "bypassed", "is": "x" } },
            "outputs": { "out": "a.latent" }, "inputs": { "model": ["a.model", "b.model"], "none": [] }, "note": "kept" },
            "is": "group", "mode": "muted" } } }"#,
        expect![[r#"
            {
              "format": 1,
              "nodes": {
                "g": {
                  "is": "group",
                  "mode": "muted",
                  "group": {
                    "inputs": { "model": ["a.model", "b.model"], "none": [] },
                    "outputs": { "out": "a.latent" },
                    "nodes": {
                      "a": { "is": "x", "mode": "bypassed" }
                    },
                    "view": {
                      "nodes": {
                        "a": [1, 2]
                      }
                    },
                    "note": "kept"
                  }
                }
              }
            }
        "#]],
    );
}

#[test]
fn damaged_groups_and_modes_are_kept() {
    check_written(
        r#"{ "format": 1, "nodes": { "a": { "is": "group", "group": 5, "mode": "sleepy" }, "b": { "is": "group", "group": { "nodes": { "x": {} } }, "mode": "active" },
            "c": { "is": "group", "group": { "inputs": { "bad": [5], "good": ["a.b"], "worse": "a.b" }, "outputs": [1], "nodes": {} } } } }"#,
        expect![[r#"
            {
              "format": 1,
              "nodes": {
                "a": { "is": "group", "group": 5, "mode": "sleepy" },
                "b": { "is": "group", "group": { "nodes": { "x": {} } }, "mode": "active" },
                "c": {
                  "is": "group",
                  "group": {
                    "inputs": { "good": ["a.b"], "bad": [5], "worse": "a.b" },
                    "outputs": [1],
                    "nodes": {}
                  }
                }
              }
            }
        "#]],
    );
}

#[test]
fn groups_are_bounded() {
    let nested = |depth: usize| {
        let open = r#"{ "nodes": { "g": { "is": "group", "group": "#.repeat(depth);
        let graph = format!("{open}{{}}{}", "} } }".repeat(depth));
        graph.replacen('{', r#"{ "format": 1,"#, 1)
    };
    assert_eq!(read(nested(MAX_DEPTH)).unwrap().depth(), MAX_DEPTH);
    check_error(
        nested(MAX_DEPTH + 1),
        expect!["groups lie more than 16 deep in each other"],
    );
    let half: Vec<String> = (0..MAX_NODES / 2)
        .map(|i| format!(r#""n{i}":{{"is":"x"}}"#))
        .collect();
    let half = half.join(",");
    let both = |more: &str| {
        format!(
            r#"{{"format":1,"nodes":{{{half}{more},"g":{{"is":"group","group":{{"nodes":{{{half}}}}}}}}}}}}}"#
        )
    };
    check_error(
        both(""),
        expect![[r#"
            the graph has more than 100000 nodes
            split the graph into several files"#]],
    );
    check_error(
        r#"{ "format": 1, "nodes": { "g": { "is": "group", "group": { "nodes": { "a": { "is": "x" }, "a": { "is": "x" } } } } } }"#,
        expect![[r#"
            "a" is given twice in "nodes" › "g" › "group" › "nodes" (line 1, column 93)
            rename or delete one of the two"#]],
    );
}

/// The JSON library hands numbers over as objects with a secret name; a file that spells it out
/// still holds an object.
#[test]
fn the_number_token_is_a_name_like_any_other() {
    for inner in ["\"12\"", "\"x\"", "5", "{\"a\": 1}", "\"\\u0031\""] {
        let file = format!(
            "{{\"format\": 1, \"x\": {{\"$serde_json::private::Number\": {inner}, \"b\": 2}}}}"
        );
        let graph = read(&file).unwrap();
        assert_eq!(graph.rest["x"].as_object().map(Map::len), Some(2), "{file}");
        assert_eq!(read(write(&graph)).unwrap(), graph);
    }
}

/// Any JSON, numbers of all forms included.
fn json() -> impl Strategy<Value = Json> {
    let number = prop_oneof!["-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?"]
        .prop_map(|digits| Json::Number(digits.parse().unwrap()));
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number,
        ".{0,120}".prop_map(Json::String)
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            members(inner).prop_map(Json::Object),
        ]
    })
}

fn members(inner: impl Strategy<Value = Json>) -> impl Strategy<Value = Map<String, Json>> {
    prop::collection::vec((".{0,12}", inner), 0..4)
        .prop_map(|members| members.into_iter().collect())
}

/// Any graph that a file can hold.
pub(crate) fn any_graph() -> impl Strategy<Value = Graph> {
    let without = |names: &'static [&'static str]| {
        members(json()).prop_map(move |mut rest| {
            names.iter().for_each(|name| drop(rest.shift_remove(*name)));
            rest
        })
    };
    let node = (
        prop_oneof![3 => ".{0,20}", 1 => Just("group".to_owned())],
        prop::sample::select(vec![Mode::Active, Mode::Muted, Mode::Bypassed]),
        members(json()),
        members(json()),
        without(&["is", "mode", "params", "in", "group"]),
    )
        .prop_map(|(is, mode, params, inputs, rest)| Node {
            is,
            mode,
            params,
            inputs,
            group: None,
            rest,
        })
        .boxed();
    let leaf = graph_of(node.clone(), without(&["format", "nodes", "view"]));
    leaf.prop_recursive(2, 12, 2, move |inner| {
        let group = (interface(), inner).prop_map(|((inputs, outputs), mut graph)| {
            for name in ["inputs", "outputs"] {
                graph.rest.shift_remove(name);
            }
            Some(Box::new(Group {
                inputs,
                outputs,
                graph,
            }))
        });
        let node = (node.clone(), prop_oneof![Just(None), group])
            .prop_map(|(node, group)| Node { group, ..node });
        graph_of(node, without(&["format", "nodes", "view"]))
    })
}

fn graph_of(
    node: impl Strategy<Value = Node>,
    rest: impl Strategy<Value = Map<String, Json>>,
) -> impl Strategy<Value = Graph> {
    let nodes = prop::collection::vec((".{0,12}", node), 0..5);
    let view = (members(json()), members(json())).prop_map(|(nodes, mut rest)| {
        rest.shift_remove("nodes");
        View {
            nodes: nodes.into_iter().collect(),
            rest,
        }
    });
    (nodes, view, rest).prop_map(|(nodes, view, rest)| Graph {
        nodes: nodes.into_iter().collect(),
        view,
        rest,
    })
}

/// What a group shows, of nodes that may or may not be there.
fn interface() -> impl Strategy<Value = (IndexMap<String, Vec<Slot>>, IndexMap<String, Source>)> {
    let name = || "[a-c]{1,2}";
    let slot = (name(), name()).prop_map(|(node, slot)| Slot { node, slot });
    let source = (name(), name()).prop_map(|(node, pin)| Source { node, pin });
    let slots = prop::collection::vec(slot, 0..3);
    (
        prop::collection::vec((".{0,6}", slots), 0..3),
        prop::collection::vec((".{0,6}", source), 0..3),
    )
        .prop_map(|(inputs, outputs)| (inputs.into_iter().collect(), outputs.into_iter().collect()))
}

proptest! {
    #[test]
    fn what_is_written_is_read(graph in any_graph()) {
        let text = write(&graph);
        let again = read(&text).unwrap();
        prop_assert_eq!(&again, &graph);
        prop_assert_eq!(write(&again), text);
    }

    #[test]
    fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn reading_damaged_files_never_panics(at in 0usize..600, byte in any::<u8>(), cut in 0usize..700) {
        let mut file = format!("{{\"format\": 1, \"nodes\": {{ {PICTURE} }} }}").into_bytes();
        if let Some(place) = file.get_mut(at) {
            *place = byte;
        }
        file.truncate(cut);
        let _ = read(&file);
    }
}
