use pyrograph_engine::graph::file;

use super::*;

const CATALOG: Catalog = Catalog(pyrograph_nodes::ALL);

/// A graph with those members of `nodes` and `view`.
fn graph(nodes: &str, view: &str) -> Graph {
    let text = format!(r#"{{"format": 1, "nodes": {{ {nodes} }}, "view": {{ {view} }}}}"#);
    file::read(text).unwrap()
}

/// The id of the one kind of node that holds nothing but a seed.
fn seed_kind() -> &'static str {
    let is_seed = |spec: &&&pyrograph_engine::node::NodeSpec| matches!(spec.params, [param] if matches!(param.kind, ParamKind::Seed { .. }));
    pyrograph_nodes::ALL.iter().find(is_seed).unwrap().id
}

/// Seeds as `node.param value policy`.
fn told(graph: &Graph) -> Vec<String> {
    of(graph, CATALOG)
        .into_iter()
        .map(|Seeded { seed, policy }| {
            format!(
                "{}.{} {} {policy:?}",
                seed.at.node, seed.at.slot, seed.value
            )
        })
        .collect()
}

#[test]
fn seeds_are_found_with_their_policies_and_not_where_a_wire_gives_them() {
    let kind = seed_kind();
    let nodes = format!(
        r#""a": {{"is": "{kind}", "params": {{"seed": 18446744073709551615}}}},
           "b": {{"is": "{kind}"}},
           "c": {{"is": "{kind}", "in": {{"seed": "a.seed"}}}},
           "d": {{"is": "{kind}", "params": {{"seed": "seven"}}}}"#
    );
    let view = r#""nodes": {"a": {"at": [1, 2], "seeds": {"seed": "+1"}}, "b": [3, 4]}"#;
    assert_eq!(
        told(&graph(&nodes, view)),
        ["a.seed 18446744073709551615 Up", "b.seed 0 Locked"]
    );
}

#[test]
fn a_policy_is_written_into_the_look_and_taken_out_again() {
    let kind = seed_kind();
    let nodes = format!(r#""a": {{"is": "{kind}"}}"#);
    let mut graph = graph(&nodes, r#""nodes": {"a": [1, 2]}"#);
    let before = file::write(&graph);
    for policy in Policy::ALL {
        let edit = set_policy(&graph, "a", "seed", policy);
        edit::apply(&mut graph, edit).unwrap();
        assert_eq!(Policy::of(&graph.view, "a", "seed"), policy);
        let again = file::read(file::write(&graph)).unwrap();
        assert_eq!(Policy::of(&again.view, "a", "seed"), policy);
    }
    for edit in lock_all(&graph, CATALOG) {
        edit::apply(&mut graph, edit).unwrap();
    }
    assert_eq!(file::write(&graph), before);
}

#[test]
fn seeds_advance_as_their_policies_say() {
    let next = |policy: Policy, seed| policy.next(seed);
    assert_eq!(next(Policy::Locked, 7), 7);
    assert_eq!(next(Policy::Up, 7), 8);
    assert_eq!(next(Policy::Down, 7), 6);
    assert_eq!(next(Policy::Down, 0), 0);
    assert_eq!(next(Policy::Up, u64::MAX), u64::MAX);
    let rolled: std::collections::BTreeSet<u64> = (0..8).map(|_| next(Policy::New, 7)).collect();
    assert!(rolled.len() > 6, "{rolled:?}");
    assert!(rolled.iter().all(|seed| *seed <= u64::from(u32::MAX)));
}

#[test]
fn seeds_are_set_by_their_names_and_gone_nodes_are_passed_over() {
    let kind = seed_kind();
    let mut graph = graph(&format!(r#""a": {{"is": "{kind}"}}"#), "");
    let seed = |node: &str, value| Seed {
        at: Input::new(node, "seed"),
        value,
    };
    set_all(
        &mut graph,
        &[seed("a", 9), seed("gone", 8), seed("a/inner", 7)],
    );
    assert_eq!(told(&graph), ["a.seed 9 Locked"]);
}

#[test]
fn a_group_shows_a_seed_for_the_one_inside() {
    let kind = seed_kind();
    let inner =
        format!(r#""x": {{"is": "{kind}", "params": {{"seed": 5}}}}, "y": {{"is": "{kind}"}}"#);
    let nodes = format!(
        r#""g": {{"is": "group", "group": {{"inputs": {{"seed": ["x.seed"]}}, "nodes": {{ {inner} }}}}}}"#
    );
    let mut graph = graph(&nodes, "");
    assert_eq!(told(&graph), ["g.seed 5 Locked", "g/y.seed 0 Locked"]);
    let seeds = of(&graph, CATALOG).into_iter().map(|seeded| Seed {
        value: 0,
        ..seeded.seed
    });
    let seeds: Vec<Seed> = seeds.collect();
    set_all(&mut graph, &seeds);
    assert_eq!(told(&graph), ["g.seed 0 Locked", "g/y.seed 0 Locked"]);
}
