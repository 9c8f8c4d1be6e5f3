use expect_test::{Expect, expect};

use super::*;
use crate::graph::testing::{self, PICTURE, graph, picture_with};

fn plan(nodes: &str, want: &[&str]) -> Plan {
    let (checked, problems) = testing::check(&graph(nodes));
    assert_eq!(problems, []);
    let want: Vec<String> = want.iter().map(|key| (*key).to_owned()).collect();
    compile(&checked, &want, &|file| format!("id of {}", file.name))
}

fn check(nodes: &str, want: &[&str], expected: Expect) {
    expected.assert_eq(&plan(nodes, want).to_string());
}

#[test]
fn a_picture() {
    check(
        PICTURE,
        &[],
        expect![[r#"
        %0 model, clip, vae = load_checkpoint toy
        %1 conditioning     = encode_text %0.clip "an apple"
        %2 conditioning     = encode_text %0.clip ""
        %3 latent           = empty_latent width=512 height=512 batch=1
        %4 latent           = denoise %0.model %1 %2 %3 seed=0 steps=20 cfg=8 sampler=euler schedule=simple denoise=1 start=0 end=10000 add_noise=true leftover_noise=false step_noise=seed_plus_one
        %5 image            = decode %0.vae %4
        %6                    save_image %5 "toy"
    "#]],
    );
}

#[test]
fn only_what_is_wanted_is_planned() {
    check(
        PICTURE,
        &["negative", "nobody"],
        expect![[r#"
        %0 model, clip, vae = load_checkpoint toy
        %1 conditioning     = encode_text %0.clip ""
    "#]],
    );
    let unused = format!(
        "{PICTURE}, \"lonely\": {{ \"is\": \"toy.text\", \"in\": {{ \"clip\": \"model.clip\" }} }}"
    );
    assert_eq!(plan(&unused, &[]), plan(PICTURE, &[]));
}

#[test]
fn equal_ops_become_one_but_each_output_stays() {
    let twice = format!(
        "{PICTURE}, \"model-2\": {{ \"is\": \"toy.load\" }},
        \"again\": {{ \"is\": \"toy.text\", \"in\": {{ \"clip\": \"model-2.clip\" }} }},
        \"decode-2\": {{ \"is\": \"toy.decode\", \"in\": {{ \"vae\": \"model-2.vae\", \"latent\": \"sampler.latent\" }} }},
        \"save-2\": {{ \"is\": \"toy.save\", \"in\": {{ \"image\": \"decode-2.image\" }} }}"
    );
    check(
        &twice,
        &["save", "save-2", "again"],
        expect![[r#"
        %0 model, clip, vae = load_checkpoint toy
        %1 conditioning     = encode_text %0.clip "an apple"
        %2 conditioning     = encode_text %0.clip ""
        %3 latent           = empty_latent width=512 height=512 batch=1
        %4 latent           = denoise %0.model %1 %2 %3 seed=0 steps=20 cfg=8 sampler=euler schedule=simple denoise=1 start=0 end=10000 add_noise=true leftover_noise=false step_noise=seed_plus_one
        %5 image            = decode %0.vae %4
        %6                    save_image %5 "toy"
        %7                    save_image %5 "toy"
    "#]],
    );
    let plan = plan(&twice, &[]);
    let saves: Vec<&Step> = plan
        .steps
        .iter()
        .filter(|step| step.op.is_output())
        .collect();
    assert_eq!(
        saves
            .iter()
            .map(|step| step.node.as_str())
            .collect::<Vec<_>>(),
        ["save", "save-2"]
    );
    assert_ne!(saves[0].key, saves[1].key);
}

/// Two checkpoints, each for two pictures, listed in turn: each is loaded once, and all of the
/// first's work is done before the second comes.
#[test]
fn networks_come_and_go_once() {
    let mut nodes = String::new();
    for (i, file) in ["a", "b", "a", "b"].iter().enumerate() {
        let separator = if i == 0 { "" } else { ", " };
        nodes += &format!(
            r#"{separator}"m{i}": {{ "is": "toy.load", "params": {{ "file": "{file}" }} }},
            "p{i}": {{ "is": "toy.text", "params": {{ "text": "{i}" }}, "in": {{ "clip": "m{i}.clip" }} }},
            "e{i}": {{ "is": "toy.empty" }},
            "s{i}": {{ "is": "toy.sample", "in": {{ "model": "m{i}.model", "positive": "p{i}.conditioning", "negative": "p{i}.conditioning", "latent": "e{i}.latent" }} }},
            "d{i}": {{ "is": "toy.decode", "in": {{ "vae": "m{i}.vae", "latent": "s{i}.latent" }} }},
            "save{i}": {{ "is": "toy.save", "in": {{ "image": "d{i}.image" }} }}"#
        );
    }
    let names: Vec<String> = plan(&nodes, &[])
        .steps
        .iter()
        .map(|step| format!("{} {}", step.op.name(), step.node))
        .collect();
    expect![[r#"
        load_checkpoint m0
        encode_text p0
        empty_latent e0
        denoise s0
        decode d0
        save_image save0
        encode_text p2
        denoise s2
        decode d2
        save_image save2
        load_checkpoint m1
        encode_text p1
        denoise s1
        decode d1
        save_image save1
        encode_text p3
        denoise s3
        decode d3
        save_image save3"#]]
    .assert_eq(&names.join("\n"));
}

#[test]
fn results_are_dropped_after_their_last_use() {
    let drops: Vec<String> = plan(PICTURE, &[])
        .steps
        .iter()
        .map(|step| format!("{}: {:?}", step.op.name(), step.drop_after))
        .collect();
    expect![[r#"
        load_checkpoint: []
        encode_text: []
        encode_text: []
        empty_latent: []
        denoise: [1, 2, 3]
        decode: [0, 4]
        save_image: [5]"#]]
    .assert_eq(&drops.join("\n"));
}

/// Which ops of [`PICTURE`] get another key when something changes.
fn changed(graph: &crate::graph::Graph, identity: &str, expected: Expect) {
    let key = |graph: &crate::graph::Graph, identity: &str| {
        let (checked, problems) = testing::check(graph);
        assert_eq!(problems, []);
        compile(&checked, &[], &|file| {
            format!("{identity} {}", file.kind.folder())
        })
        .steps
    };
    let before = key(&testing::graph(PICTURE), "1");
    let after = key(graph, identity);
    let changed: Vec<&str> = before
        .iter()
        .zip(&after)
        .filter(|(a, b)| a.key != b.key)
        .map(|(_, step)| step.node.as_str())
        .collect();
    expected.assert_eq(&changed.join(" "));
}

#[test]
fn keys_follow_what_is_computed() {
    changed(&graph(PICTURE), "1", expect![""]);
    changed(
        &graph(PICTURE),
        "2",
        expect!["model prompt negative sampler decode save"],
    );
    // A copy of the same file under another name is the same.
    changed(
        &picture_with(&[("model", "params", "file", "\"copy\"")]),
        "1",
        expect![""],
    );
    changed(
        &picture_with(&[("prompt", "params", "text", "\"a pear\"")]),
        "1",
        expect!["prompt sampler decode save"],
    );
    changed(
        &picture_with(&[("sampler", "params", "seed", "1")]),
        "1",
        expect!["sampler decode save"],
    );
    changed(
        &picture_with(&[("sampler", "params", "steps", "20.0")]),
        "1",
        expect![""],
    );
    changed(
        &picture_with(&[("save", "params", "name", "\"x\"")]),
        "1",
        expect!["save"],
    );
    // Names of nodes do not count.
    changed(
        &graph(
            &PICTURE
                .replace("\"sampler\"", "\"s\"")
                .replace("sampler.latent", "s.latent"),
        ),
        "1",
        expect![""],
    );
    changed(
        &graph(&PICTURE.replace("\"save\"", "\"keep\"")),
        "1",
        expect![""],
    );
}

#[test]
fn a_prompt_hangs_on_the_embeddings_that_it_names() {
    let nodes = PICTURE.replace("an apple", "an apple (embedding:bad_hands:1.2), x");
    let key = |content: &str| {
        let (checked, _) = testing::check(&graph(&nodes));
        let identity = |file: &FileRef| match file.kind {
            FileKind::Embedding if file.name == "bad_hands" => content.to_owned(),
            FileKind::Checkpoint
            | FileKind::Vae
            | FileKind::Image
            | FileKind::Latent
            | FileKind::Embedding => String::new(),
        };
        compile(&checked, &[], &identity)
            .steps
            .into_iter()
            .map(|step| step.key)
            .collect::<Vec<_>>()
    };
    let (before, after) = (key("1"), key("2"));
    let changed: Vec<usize> = (0..before.len())
        .filter(|i| before[*i] != after[*i])
        .collect();
    assert_eq!(changed, [1, 4, 5, 6]);
}

#[test]
fn files_are_quoted_where_they_must_be() {
    let file = |name: &str| {
        PICTURE.replace(
            "\"is\": \"toy.load\"",
            &format!("\"is\": \"toy.load\", \"params\": {{ \"file\": \"{name}\" }}"),
        )
    };
    for (name, printed) in [
        ("sd15/v1-5.safetensors", "sd15/v1-5.safetensors"),
        ("my model", "\"my model\""),
    ] {
        let text = plan(&file(name), &[]).to_string();
        assert!(
            text.starts_with(&format!(
                "%0 model, clip, vae = load_checkpoint {printed}\n"
            )),
            "{text}"
        );
    }
}
