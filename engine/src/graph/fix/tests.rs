use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::diagnostic::Diagnostic;
use crate::graph::edit::apply;
use crate::graph::file::tests::any_graph;
use crate::graph::testing::{self, PICTURE, TOYS, graph, picture_with};

/// For every problem what is offered, and which problems are left when it is taken.
fn check(graph: &Graph, expected: Expect) {
    let place = |problem: &Diagnostic| {
        let parts = [&problem.place.node, &problem.place.slot];
        parts.into_iter().flatten().cloned().collect::<Vec<_>>()
    };
    let mut text = String::new();
    for problem in testing::check(graph).1 {
        for fix in fixes(graph, TOYS, &problem.place) {
            let mut mended = graph.clone();
            apply(&mut mended, Edit::within(&fix.level, fix.edit)).unwrap();
            let left: Vec<String> = testing::check(&mended)
                .1
                .iter()
                .map(|problem| place(problem).join("."))
                .collect();
            text += &format!("{}: {}", place(&problem).join("."), fix.label);
            text += &match left.len() {
                0 => "\n".to_owned(),
                _ => format!(" (leaves {})\n", left.join(", ")),
            };
        }
    }
    expected.assert_eq(&text);
}

fn check_with(changes: &[(&str, &str, &str, &str)], expected: Expect) {
    check(&picture_with(changes), expected);
}

#[test]
fn a_sound_graph_needs_no_fix() {
    let graph = graph(PICTURE);
    for (key, node) in &graph.nodes {
        let spec = TOYS.get(&node.is).unwrap();
        let slots = spec.inputs.iter().map(|pin| pin.name);
        for slot in slots.chain(spec.params.iter().map(|param| param.name)) {
            let place = Place {
                node: Some(key.clone()),
                slot: Some(slot.to_owned()),
                file: None,
            };
            assert_eq!(fixes(&graph, TOYS, &place), [], "{key}.{slot}");
        }
    }
    assert_eq!(fixes(&graph, TOYS, &Place::default()), []);
}

#[test]
fn values_go_back_into_their_range() {
    check_with(
        &[("sampler", "params", "steps", "0")],
        expect![[r#"
            sampler.steps: Set to 1
            sampler.steps: Set to the default, 20
        "#]],
    );
    check_with(
        &[("sampler", "params", "cfg", "1e9")],
        expect![[r#"
            sampler.cfg: Set to 100
            sampler.cfg: Set to the default, 8
        "#]],
    );
    check_with(
        &[("sampler", "params", "steps", "\"many\"")],
        expect![[r#"
            sampler.steps: Set to the default, 20
        "#]],
    );
    check_with(
        &[("save", "params", "paper", "\"glosy\"")],
        expect![[r#"
            save.paper: Set to glossy
            save.paper: Set to the default, matt
        "#]],
    );
    check_with(
        &[("sampler", "params", "seed", "-1")],
        expect![[r#"
            sampler.seed: Set to the default, 0
        "#]],
    );
}

#[test]
fn names_become_those_that_were_meant() {
    check_with(
        &[("sampler", "params", "setps", "3")],
        expect![[r#"
            sampler.setps: Rename it to steps
            sampler.setps: Remove the value
        "#]],
    );
    check_with(
        &[("sampler", "in", "control", "\"model.model\"")],
        expect![[r#"
            sampler.control: Remove the wire
        "#]],
    );
    check(
        &graph(&PICTURE.replace("toy.load", "toy.laod")),
        expect![[r#"
            model: Make it Load
        "#]],
    );
    check(
        &graph(&PICTURE.replace("\"save\"", "\"Save it!\"")),
        expect![[r#"
            Save it!: Rename it to save_it_
        "#]],
    );
}

#[test]
fn wires_find_their_start() {
    check_with(
        &[("decode", "in", "latent", "\"sampler.laten\"")],
        expect![[r#"
            decode.latent: Wire it to sampler.latent
            decode.latent: Remove the wire (leaves decode.latent)
        "#]],
    );
    check_with(
        &[("decode", "in", "latent", "\"sampla.latent\"")],
        expect![[r#"
            decode.latent: Wire it to sampler.latent
            decode.latent: Remove the wire (leaves decode.latent)
        "#]],
    );
    check_with(
        &[("save", "in", "image", "\"sampler.latent\"")],
        expect![[r#"
            save.image: Insert Decode in between
            save.image: Remove the wire (leaves save.image)
        "#]],
    );
    check_with(
        &[("sampler", "in", "steps", "\"prompt.conditioning\"")],
        expect![[r#"
            sampler.steps: Remove the wire
        "#]],
    );
}

#[test]
fn what_is_missing_is_wired_or_inserted() {
    let without = |node: &str, input: &str| {
        let mut graph = graph(PICTURE);
        graph.nodes[node].inputs.shift_remove(input).unwrap();
        graph
    };
    // The only latent that nothing reads yet is the one that is meant.
    check(
        &without("decode", "latent"),
        expect![[r#"
            decode.latent: Wire it to sampler.latent
            decode.latent: Insert Empty
        "#]],
    );
    check(
        &without("sampler", "negative"),
        expect![[r#"
            sampler.negative: Wire it to negative.conditioning
            sampler.negative: Insert Text
        "#]],
    );
    check(
        &without("sampler", "latent"),
        expect![[r#"
            sampler.latent: Wire it to latent.latent
            sampler.latent: Insert Empty
        "#]],
    );
    check(
        &graph(r#""save": { "is": "toy.save" }"#),
        expect![[r#"
            save.image: Insert Decode (leaves decode.vae, decode.latent)
        "#]],
    );
}

#[test]
fn a_circle_is_cut_at_any_of_its_wires() {
    check(
        &graph(
            r#""a": { "is": "toy.join", "in": { "first": "b.latent" } },
               "b": { "is": "toy.join", "in": { "first": "c.latent", "second": "a.latent" } },
               "c": { "is": "toy.empty" },
               "decode": { "is": "toy.decode", "in": { "vae": "m.vae", "latent": "a.latent" } },
               "m": { "is": "toy.load" },
               "save": { "is": "toy.save", "in": { "image": "decode.image" } }"#,
        ),
        expect![[r#"
            a: Cut the wire from a to b.second
            a: Cut the wire from b to a.first (leaves a.first)
        "#]],
    );
}

#[test]
fn what_a_group_shows_is_mended_outside_and_the_rest_inside() {
    check(
        &graph(
            r#""m": { "is": "toy.load" },
               "e": { "is": "toy.empty" },
               "g": { "is": "group", "group": {
                   "inputs": { "start": ["decode.latent"] },
                   "outputs": { "image": "decode.image" },
                   "nodes": {
                       "decode": { "is": "toy.decode", "in": { "vae": "inner.va" } },
                       "inner": { "is": "toy.load" } } } },
               "save": { "is": "toy.save", "in": { "image": "g.image" } }"#,
        ),
        expect![[r#"
            g/decode.vae: Wire it to inner.vae (leaves g/decode.latent)
            g/decode.vae: Remove the wire (leaves g/decode.vae, g/decode.latent)
            g/decode.latent: Wire it to e.latent (leaves g/decode.vae)
            g/decode.latent: Insert Empty (leaves g/decode.vae)
        "#]],
    );
}

#[test]
fn an_inserted_node_lies_to_the_left_of_its_reader_on_nothing_else() {
    let mut graph = graph(PICTURE);
    graph.nodes["sampler"].inputs.shift_remove("latent");
    for (key, corner) in [("sampler", [900.0, 0.0]), ("model", [600.0, 40.0])] {
        apply(&mut graph, Edit::move_to(key, corner)).unwrap();
    }
    let place = Place {
        node: Some("sampler".to_owned()),
        slot: Some("latent".to_owned()),
        file: None,
    };
    let fix = fixes(&graph, TOYS, &place).pop().unwrap();
    apply(&mut graph, fix.edit).unwrap();
    let key = graph.nodes.keys().next_back().unwrap();
    assert_eq!(graph.view.position(key), Some([600.0, 300.0]));
}

proptest! {
    #[test]
    fn every_fix_can_be_made(graph in any_graph()) {
        for problem in testing::check(&graph).1 {
            for fix in fixes(&graph, TOYS, &problem.place) {
                let mut mended = graph.clone();
                let edit = Edit::within(&fix.level, fix.edit);
                prop_assert!(apply(&mut mended, edit).is_ok(), "{}", fix.label);
            }
        }
    }
}
