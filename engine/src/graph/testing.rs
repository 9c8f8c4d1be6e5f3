//! A toy catalogue, so that the engine is tested without the real nodes.

use serde_json::Value as Json;

use crate::diagnostic::Diagnostic;
use crate::graph::check::{self, Checked};
use crate::graph::{Graph, file};
use crate::node::*;
use crate::sampling::noise::StepNoise;

/// The toys.
pub(crate) const TOYS: Catalog = Catalog(&[
    &LOAD, &TEXT, &EMPTY, &SAMPLE, &JOIN, &DECODE, &SAVE, &NUMBER, &SEED, &WORDS, &COUNT,
]);

/// A graph with those members of `nodes`.
pub(crate) fn graph(nodes: &str) -> Graph {
    file::read(format!("{{\"format\": 1, \"nodes\": {{ {nodes} }} }}")).unwrap()
}

/// The nodes of a graph that paints a picture.
pub(crate) const PICTURE: &str = r#"
    "model": { "is": "toy.load" },
    "prompt": { "is": "toy.text", "params": { "text": "an apple" }, "in": { "clip": "model.clip" } },
    "negative": { "is": "toy.text", "in": { "clip": "model.clip" } },
    "latent": { "is": "toy.empty" },
    "sampler": { "is": "toy.sample", "in": { "model": "model.model", "positive": "prompt.conditioning",
        "negative": "negative.conditioning", "latent": "latent.latent" } },
    "decode": { "is": "toy.decode", "in": { "vae": "model.vae", "latent": "sampler.latent" } },
    "save": { "is": "toy.save", "in": { "image": "decode.image" } }"#;

/// Checks a graph against the toys.
pub(crate) fn check(graph: &Graph) -> (Checked, Vec<Diagnostic>) {
    check::check(graph, TOYS)
}

/// [`PICTURE`] with values changed: (node, `in` or `params`, name, JSON).
pub(crate) fn picture_with(changes: &[(&str, &str, &str, &str)]) -> Graph {
    let mut graph = graph(PICTURE);
    for (node, part, name, value) in changes {
        let node = graph.nodes.get_mut(*node).unwrap();
        let value: Json = serde_json::from_str(value).unwrap();
        let part = if *part == "in" {
            &mut node.inputs
        } else {
            &mut node.params
        };
        part.insert((*name).to_owned(), value);
    }
    graph
}

const EMPTY_SPEC: NodeSpec = NodeSpec {
    id: "",
    title: "",
    category: Category::Value,
    doc: "",
    inputs: &[],
    params: &[],
    outputs: &[],
    lower: |_| {},
    is_output: false,
    comfy: &[],
};

const FILE: Param<String> = Param::file("file", FileKind::Checkpoint, "toy");
const MODEL_OUT: Out<Model> = Out::new("model");
const CLIP_OUT: Out<Clip> = Out::new("clip");
const VAE_OUT: Out<Vae> = Out::new("vae");
static LOAD: NodeSpec = NodeSpec {
    id: "toy.load",
    title: "Load",
    params: &[FILE.spec()],
    outputs: &[MODEL_OUT.pin(), CLIP_OUT.pin(), VAE_OUT.pin()],
    lower: |cx| {
        let file = op::FileRef {
            kind: FileKind::Checkpoint,
            name: cx.param(FILE),
        };
        let (model, clip, vae) = cx.emit(op::LoadCheckpoint { file });
        cx.output(MODEL_OUT, model);
        cx.output(CLIP_OUT, clip);
        cx.output(VAE_OUT, vae);
    },
    comfy: &[Comfy {
        class: "ToyLoaderSimple",
        widgets: &["file"],
        renamed: &[],
    }],
    ..EMPTY_SPEC
};

const CLIP: In<Clip> = In::new("clip");
const TEXT_PARAM: Param<String> = Param::multiline("text", "");
const CONDITIONING: Out<Conditioning> = Out::new("conditioning");
static TEXT: NodeSpec = NodeSpec {
    id: "toy.text",
    title: "Text",
    inputs: &[CLIP.pin()],
    params: &[TEXT_PARAM.spec()],
    outputs: &[CONDITIONING.pin()],
    lower: |cx| {
        let conditioning = cx.emit(op::EncodeText {
            clip: cx.input(CLIP),
            text: cx.param(TEXT_PARAM),
        });
        cx.output(CONDITIONING, conditioning);
    },
    ..EMPTY_SPEC
};

const WIDTH: Param<u32> = Param::int("width", 512).hard(16, 16_384);
const LATENT_OUT: Out<Latent> = Out::new("latent");
static EMPTY: NodeSpec = NodeSpec {
    id: "toy.empty",
    title: "Empty",
    params: &[WIDTH.spec()],
    outputs: &[LATENT_OUT.pin()],
    lower: |cx| {
        let width = cx.param(WIDTH);
        let latent = cx.emit(op::EmptyLatent {
            width,
            height: width,
            batch: 1,
        });
        cx.output(LATENT_OUT, latent);
    },
    ..EMPTY_SPEC
};

const MODEL: In<Model> = In::new("model");
const POSITIVE: In<Conditioning> = In::new("positive");
const NEGATIVE: In<Conditioning> = In::new("negative");
const LATENT: In<Latent> = In::new("latent");
const SEED_PARAM: Param<u64> = Param::seed("seed");
const STEPS: Param<u32> = Param::int("steps", 20).hard(1, 10_000);
const CFG: Param<f64> = Param::float("cfg", 8.0).hard(0.0, 100.0);
const SAMPLER: Param<Sampler> = Param::choice("sampler");
const ADD_NOISE: Param<bool> = Param::flag("add_noise", true);
static SAMPLE: NodeSpec = NodeSpec {
    id: "toy.sample",
    title: "Sample",
    inputs: &[MODEL.pin(), POSITIVE.pin(), NEGATIVE.pin(), LATENT.pin()],
    params: &[
        SEED_PARAM.spec(),
        STEPS.spec(),
        CFG.spec(),
        SAMPLER.spec(),
        ADD_NOISE.spec(),
    ],
    outputs: &[LATENT_OUT.pin()],
    lower: |cx| {
        let latent = cx.emit(op::Denoise {
            model: cx.input(MODEL),
            positive: cx.input(POSITIVE),
            negative: cx.input(NEGATIVE),
            latent: cx.input(LATENT),
            seed: cx.param(SEED_PARAM),
            steps: cx.param(STEPS),
            cfg: cx.param(CFG),
            sampler: cx.param(SAMPLER),
            schedule: Schedule::from_name(Schedule::NAMES[0]).unwrap(),
            denoise: 1.0,
            start: 0,
            end: 10_000,
            add_noise: cx.param(ADD_NOISE),
            leftover_noise: false,
            step_noise: StepNoise::from_name(StepNoise::NAMES[0]).unwrap(),
        });
        cx.output(LATENT_OUT, latent);
    },
    ..EMPTY_SPEC
};

const FIRST: In<Latent> = In::new("first");
const SECOND: In<Latent> = In::new("second").optional();
static JOIN: NodeSpec = NodeSpec {
    id: "toy.join",
    title: "Join",
    inputs: &[FIRST.pin(), SECOND.pin()],
    outputs: &[LATENT_OUT.pin()],
    lower: |cx| {
        let (first, second) = (cx.input(FIRST), cx.input_if_wired(SECOND));
        let latent = cx.emit(op::BatchLatent {
            first,
            second,
            repeat: 1,
        });
        cx.output(LATENT_OUT, latent);
    },
    ..EMPTY_SPEC
};

const VAE: In<Vae> = In::new("vae");
const IMAGE_OUT: Out<Image> = Out::new("image");
static DECODE: NodeSpec = NodeSpec {
    id: "toy.decode",
    title: "Decode",
    inputs: &[VAE.pin(), LATENT.pin()],
    outputs: &[IMAGE_OUT.pin()],
    lower: |cx| {
        let image = cx.emit(op::Decode {
            vae: cx.input(VAE),
            latent: cx.input(LATENT),
        });
        cx.output(IMAGE_OUT, image);
    },
    ..EMPTY_SPEC
};

const IMAGE: In<Image> = In::new("image");
const NAME: Param<String> = Param::text("name", "toy");

/// A choice of the toys' own, so that tests do not hang on which samplers there are.
#[derive(Clone, Copy)]
struct Paper;

impl Choice for Paper {
    const NAMES: &'static [&'static str] = &["matt", "glossy"];

    fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.contains(&name).then_some(Self)
    }
}

const PAPER: Param<Paper> = Param::choice("paper");
static SAVE: NodeSpec = NodeSpec {
    id: "toy.save",
    title: "Save",
    inputs: &[IMAGE.pin()],
    params: &[NAME.spec(), PAPER.spec()],
    lower: |cx| {
        cx.emit(op::SaveImage {
            image: cx.input(IMAGE),
            name: cx.param(NAME),
        });
    },
    is_output: true,
    ..EMPTY_SPEC
};

const NUMBER_PARAM: Param<f64> = Param::float("number", 0.0);
static NUMBER: NodeSpec = NodeSpec {
    id: "toy.number",
    title: "Number",
    params: &[NUMBER_PARAM.spec()],
    outputs: &[Out::<Number>::new("number").carries("number").pin()],
    ..EMPTY_SPEC
};

static SEED: NodeSpec = NodeSpec {
    id: "toy.seed",
    title: "Seed",
    params: &[SEED_PARAM.spec()],
    outputs: &[Out::<Seed>::new("seed").carries("seed").pin()],
    ..EMPTY_SPEC
};

static WORDS: NodeSpec = NodeSpec {
    id: "toy.words",
    title: "Words",
    params: &[TEXT_PARAM.spec()],
    outputs: &[Out::<Text>::new("text").carries("text").pin()],
    ..EMPTY_SPEC
};

/// Gives a number that no one knows before a run.
static COUNT: NodeSpec = NodeSpec {
    id: "toy.count",
    title: "Count",
    inputs: &[LATENT.pin()],
    outputs: &[Out::<Number>::new("count").pin()],
    ..EMPTY_SPEC
};
