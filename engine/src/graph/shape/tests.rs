use serde_json::json;

use super::*;
use crate::graph::testing::{PICTURE, TOYS, graph};

/// `inputs -> outputs`, params in brackets, required pins with a star.
fn told(graph: &Graph, key: &str) -> String {
    let Some(shape) = Shape::of(graph, key, TOYS) else {
        return "nothing".to_owned();
    };
    let pin = |pin: &PinShape| {
        let star = if pin.required { "*" } else { "" };
        format!("{}: {}{star}", pin.name, pin.ty.name())
    };
    let list = |pins: &[PinShape]| pins.iter().map(pin).collect::<Vec<_>>().join(", ");
    let params = shape.params.iter().map(|param| param.name.as_str());
    format!(
        "{} [{}] -> {}",
        list(&shape.inputs),
        params.collect::<Vec<_>>().join(", "),
        list(&shape.outputs)
    )
}

fn nested() -> Graph {
    graph(
        r#""outer": { "is": "group", "params": { "steps": 9 }, "group": {
            "inputs": { "latent": ["inner.start"], "steps": ["inner.steps"], "text": ["words.text"], "clip": ["words.clip"],
                "gone": ["nobody.x"], "late": ["nobody.x", "muted.clip"], "odd": ["words.nope"] },
            "outputs": { "image": "inner.latent", "more": "words.conditioning", "lost": "nobody.x" },
            "nodes": {
                "words": { "is": "toy.text", "params": { "text": "an apple" } },
                "muted": { "is": "toy.text", "mode": "muted" },
                "inner": { "is": "group", "group": {
                    "inputs": { "start": ["join.second", "join.first"], "steps": ["sample.steps"] },
                    "outputs": { "latent": "join.latent" },
                    "nodes": { "join": { "is": "toy.join" }, "sample": { "is": "toy.sample", "params": { "steps": 4, "cfg": 3 } } } } } } } }"#,
    )
}

#[test]
fn kinds_and_groups_look_alike() {
    let picture = graph(PICTURE);
    assert_eq!(
        told(&picture, "decode"),
        "vae: Vae*, latent: Latent* [] -> image: Image"
    );
    assert_eq!(
        told(&nested(), "outer"),
        "latent: Latent*, clip: Clip*, late: Clip [steps, text] -> image: Latent, more: Conditioning"
    );
    assert_eq!(told(&picture, "nobody"), "nothing");
    assert_eq!(told(&graph(r#""a": { "is": "x.y" }"#), "a"), "nothing");
    assert_eq!(told(&graph(r#""a": { "is": "group" }"#), "a"), "nothing");
}

#[test]
fn outputs_are_passed_on_by_type() {
    let shape = |key| Shape::of(&graph(PICTURE), key, TOYS).unwrap();
    let sampler = shape("sampler");
    assert_eq!(sampler.passed_on("latent"), Some("latent"));
    assert_eq!(sampler.passed_on("nope"), None);
    assert_eq!(shape("decode").passed_on("image"), None);
    let group = Shape::of(&nested(), "outer", TOYS).unwrap();
    assert_eq!(group.passed_on("image"), Some("latent"));
    assert_eq!(group.passed_on("more"), None);
    for shape in [sampler, group] {
        let passes = shape.passes();
        for output in &shape.outputs {
            let input = passes.get(&output.name).map(String::as_str);
            assert_eq!(input, shape.passed_on(&output.name));
        }
    }
}

#[test]
fn values_show_through_groups() {
    let graph = nested();
    let inside = graph.level(&["outer".to_owned()]).unwrap();
    assert_eq!(value(&graph, "outer", "steps"), Some(&json!(9)));
    assert_eq!(value(inside, "inner", "steps"), Some(&json!(4)));
    assert_eq!(value(&graph, "outer", "text"), Some(&json!("an apple")));
    assert_eq!(value(&graph, "outer", "gone"), None);
    assert_eq!(value(&graph, "nobody", "x"), None);
}
