//! How a picture was made: what a plan's step depends on, as plain data for the file.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::device::Compute;
use crate::graph::Graph;
use crate::node::FileKind;
use crate::plan::Plan;
use crate::plan::op::{FileRef, Op, Part};

/// What the graph alone does not say about a picture. Members that a file lacks are empty: other
/// versions write more or less.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipe {
    /// Name and version of this program.
    pub program: String,
    /// The node whose picture it is.
    pub node: String,
    /// What it was computed on, if a device was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceUsed>,
    /// The files that went in.
    pub files: Vec<FileUsed>,
    /// The runs of the denoising loop that went in, in their order.
    pub samples: Vec<SampleUsed>,
}

/// What a picture was computed on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeviceUsed {
    /// The device's own name.
    pub name: String,
    /// The interface through which it was reached.
    pub backend: String,
    /// The number type of the weights.
    pub dtype: String,
}

/// A file that went into a picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileUsed {
    /// The node that read it.
    pub node: String,
    /// What it is.
    pub kind: String,
    /// Its name without any folder of this machine.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal; absent if it could no longer be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// One run of the denoising loop.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SampleUsed {
    /// The node.
    pub node: String,
    /// Chooses the noise.
    pub seed: u64,
    /// The generator of the start noise: `torch_cpu` is a Mersenne twister with torch's rule for
    /// normal numbers.
    pub noise: String,
    /// How the noise of later steps is seeded.
    pub step_noise: String,
}

/// What a step depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origins {
    /// The files, each with its node.
    pub files: Vec<(String, FileRef)>,
    /// The runs of the denoising loop.
    pub samples: Vec<SampleUsed>,
}

impl DeviceUsed {
    /// What is written of an open device.
    pub fn of(compute: &Compute) -> Self {
        Self {
            name: compute.info.name.clone(),
            backend: compute.info.backend.clone(),
            dtype: format!("{:?}", compute.dtype).to_lowercase(),
        }
    }
}

/// The steps whose results a step uses directly.
pub fn inputs(op: &Op) -> BTreeSet<usize> {
    let mut steps = BTreeSet::new();
    // Passes that renumber need the op mutable; a reader visits a copy.
    op.clone().visit(&mut |part| match part {
        Part::Input(_, value) => {
            steps.insert(value.step);
        }
        Part::Param(..) | Part::File(..) => {}
    });
    steps
}

/// The files that an op names.
pub fn files(op: &Op) -> Vec<FileRef> {
    let mut files = Vec::new();
    op.clone().visit(&mut |part| match part {
        Part::File(_, file) => files.push(file.clone()),
        Part::Input(..) | Part::Param(..) => {}
    });
    files
}

/// Everything that a step depends on, itself included.
pub fn origins(plan: &Plan, step: usize) -> Origins {
    let mut wanted = BTreeSet::from([step]);
    let mut origins = Origins::default();
    // Inputs come before their use, so one walk backwards meets every step after its users.
    for (number, step) in plan.steps.iter().enumerate().rev() {
        if !wanted.contains(&number) {
            continue;
        }
        wanted.extend(inputs(&step.op));
        origins.files.extend(
            files(&step.op)
                .into_iter()
                .map(|file| (step.node.clone(), file)),
        );
        if let Some(sample) = sample(&step.node, &step.op) {
            origins.samples.push(sample);
        }
    }
    origins.files.reverse();
    origins.samples.reverse();
    origins
}

fn sample(node: &str, op: &Op) -> Option<SampleUsed> {
    match op {
        Op::Denoise(op) => Some(SampleUsed {
            node: node.to_owned(),
            seed: op.seed,
            noise: "torch_cpu".to_owned(),
            step_noise: op.step_noise.name().to_owned(),
        }),
        Op::LoadCheckpoint(_)
        | Op::LoadVae(_)
        | Op::LoadImage(_)
        | Op::LoadLatent(_)
        | Op::ClipSkip(_)
        | Op::EncodeText(_)
        | Op::EmptyLatent(_)
        | Op::Encode(_)
        | Op::Decode(_)
        | Op::ResizeLatent(_)
        | Op::NoiseMask(_)
        | Op::BatchLatent(_)
        | Op::ResizeImage(_)
        | Op::SolidImage(_)
        | Op::SaveImage(_)
        | Op::PreviewImage(_)
        | Op::SaveLatent(_) => None,
    }
}

/// A file's name as it may be given to others: of an absolute path only its last part.
pub fn public_name(name: &str) -> &str {
    // Both kinds of separator count everywhere: graphs travel between systems.
    let is_absolute = Path::new(name).is_absolute()
        || name.starts_with(['/', '\\'])
        || matches!(name.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    if is_absolute {
        name.rsplit(['/', '\\']).next().unwrap_or(name)
    } else {
        name
    }
}

/// The graph as it is written into pictures: where a file is named by an absolute path, only its
/// name stays, since folders tell about the machine and its user. The rest is as in the graph.
pub fn public_graph(graph: &Graph, plan: &Plan) -> Graph {
    let absolute: BTreeSet<String> = plan
        .steps
        .iter()
        .flat_map(|step| files(&step.op))
        .map(|file| file.name)
        .filter(|name| public_name(name) != name)
        .collect();
    let mut graph = graph.clone();
    if !absolute.is_empty() {
        // What lies in groups tells as much as what lies outside.
        graph.visit_mut(&mut |node| {
            for (_, value) in &mut node.params {
                if let Json::String(text) = value
                    && absolute.contains(text)
                {
                    *text = public_name(text).to_owned();
                }
            }
        });
    }
    graph
}

/// The word for a kind of file in recipes.
pub fn kind_name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Checkpoint => "checkpoint",
        FileKind::Vae => "vae",
        FileKind::Image => "image",
        FileKind::Latent => "latent",
        FileKind::Embedding => "embedding",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_shrink_to_a_name() {
        for (name, public) in [
            ("/home/me/a.safetensors", "a.safetensors"),
            (r"C:\Users\me\a.png", "a.png"),
            ("D:/x/y.png", "y.png"),
            (r"\\server\x\y.png", "y.png"),
            ("sd/a", "sd/a"),
            ("starter", "starter"),
        ] {
            assert_eq!(public_name(name), public);
        }
    }
}
