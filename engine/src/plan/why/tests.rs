use expect_test::{Expect, expect};

use super::*;
use crate::graph::testing::{self, PICTURE, graph, picture_with};
use crate::plan::compile::compile;

fn plan(graph: &crate::graph::Graph, identity: &str) -> Plan {
    let (checked, problems) = testing::check(graph);
    assert_eq!(problems, []);
    compile(&checked, &[], &|file| format!("{identity} {}", file.name))
}

/// Reasons after [`PICTURE`] has run and all its results were kept.
fn check(plan: &Plan, expected: Expect) {
    let last = self::plan(&graph(PICTURE), "1");
    let cached = |key: &Key| last.steps.iter().any(|step| step.key == *key);
    let reasons: Vec<String> = why(plan, &last, &cached)
        .iter()
        .map(Reason::to_string)
        .collect();
    expected.assert_eq(&reasons.join("\n"));
}

#[test]
fn only_outputs_run_again_when_nothing_changed() {
    check(
        &plan(&graph(PICTURE), "1"),
        expect!["save: it saves or shows its input in every run"],
    );
}

#[test]
fn changes_are_told_where_they_are() {
    check(
        &plan(
            &picture_with(&[
                ("sampler", "params", "steps", "30"),
                ("sampler", "params", "seed", "5"),
            ]),
            "1",
        ),
        expect![[r#"
        sampler: seed was 0 and is 5
        sampler: steps was 20 and is 30
        decode: latent comes from sampler, which gives another value
        save: it saves or shows its input in every run"#]],
    );
    check(
        &plan(
            &picture_with(&[("prompt", "params", "text", "\"a pear\"")]),
            "1",
        ),
        expect![[r#"
        prompt: text was "an apple" and is "a pear"
        sampler: positive comes from prompt, which gives another value
        decode: latent comes from sampler, which gives another value
        save: it saves or shows its input in every run"#]],
    );
}

#[test]
fn files_count_by_name_and_content() {
    let other = plan(
        &picture_with(&[("model", "params", "file", "\"other\"")]),
        "1",
    );
    let first = why(&other, &plan(&graph(PICTURE), "1"), &|_| false)
        .into_iter()
        .next()
        .unwrap();
    assert_eq!(
        first.to_string(),
        r#"model: the file was "toy" and is "other""#
    );
    let changed = plan(&graph(PICTURE), "2");
    let first = why(&changed, &plan(&graph(PICTURE), "1"), &|_| false)
        .into_iter()
        .next()
        .unwrap();
    assert_eq!(first.to_string(), "model: a file that it reads has changed");
}

#[test]
fn a_wire_that_went_is_told() {
    let joined = |inputs: &str| {
        let nodes = PICTURE.replace(
            "\"latent\": \"latent.latent\"",
            "\"latent\": \"join.latent\"",
        );
        let join = format!(
            "\"join\": {{ \"is\": \"toy.join\", \"in\": {{ \"first\": \"latent.latent\"{inputs} }} }}"
        );
        plan(&graph(&format!("{nodes}, {join}")), "1")
    };
    let (two, one) = (joined(", \"second\": \"latent.latent\""), joined(""));
    let cached = |key: &Key| two.steps.iter().any(|step| step.key == *key);
    let first = why(&one, &two, &cached).into_iter().next().unwrap();
    assert_eq!(first.to_string(), "join: second was wired and is not wired");
    let first = why(&two, &one, &|_| false)
        .into_iter()
        .find(|reason| reason.node == "join")
        .unwrap();
    assert_eq!(
        first.to_string(),
        "join: second comes from latent, which gives another value"
    );
}

/// The picture's prompt and sampler in a group; `steps` as they are written there.
fn grouped(steps: u32) -> Plan {
    let graph = picture_with(&[("sampler", "params", "steps", &steps.to_string())]);
    let keys = ["prompt".to_owned(), "sampler".to_owned()].into();
    let (edit, _) = crate::graph::group::make(&graph, &keys, "group", testing::TOYS).unwrap();
    let mut graph = graph;
    crate::graph::edit::apply(&mut graph, edit).unwrap();
    plan(&graph, "1")
}

#[test]
fn what_went_into_a_group_is_known_there() {
    check(
        &grouped(20),
        expect!["save: it saves or shows its input in every run"],
    );
    check(
        &grouped(30),
        expect![[r#"
            group/sampler: steps was 20 and is 30
            decode: latent comes from group/sampler, which gives another value
            save: it saves or shows its input in every run"#]],
    );
    let last = plan(&graph(PICTURE), "1");
    let reasons = why(&grouped(20), &last, &|_| false);
    assert!(
        reasons
            .iter()
            .all(|reason| matches!(reason.what, What::NotKept | What::Output))
    );
}

#[test]
fn what_was_never_run_and_what_was_not_kept() {
    let plan = plan(&graph(PICTURE), "1");
    let reasons = why(&plan, &Plan::default(), &|_| false);
    assert_eq!(
        reasons
            .iter()
            .filter(|reason| reason.what == What::New)
            .count(),
        6
    );
    let reasons = why(&plan, &plan, &|_| false);
    assert_eq!(
        reasons
            .iter()
            .filter(|reason| reason.what == What::NotKept)
            .count(),
        6
    );
    // A result at hand makes what lies before it unneeded.
    let decode = plan.steps[5].key;
    assert_eq!(why(&plan, &plan, &|key| *key == decode).len(), 1);
}
