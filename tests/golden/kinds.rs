//! How each kind of case is computed, and which cases may not be skipped.

mod networks;
mod nodes;
mod pictures;
mod runs;
mod sampling;
mod text;

use std::path::PathBuf;
use std::rc::Rc;

use burn::tensor::Device;
use pyrograph_engine::models::Checkpoint;
use pyrograph_engine::node::{Sampler, Schedule};

use super::cases::{Case, Stop};
use super::compare::Outputs;
use super::device::TestDevice;
use super::fixtures::{Folder, ModelEntry};

/// Every kind that the program computes, with what computes it and whether networks take part.
const KINDS: [Kind; 24] = [
    Kind::on_host("tokenize", text::tokenize),
    Kind::on_host("prompt.parse", text::parse),
    Kind::on_host("prompt.tokens", text::tokens),
    Kind::on_device("prompt.encode", text::encode_prompt),
    Kind::on_device("text.encode", text::encode_chunk),
    Kind::on_device("unet", networks::unet),
    Kind::on_device("vae.encode", networks::encode),
    Kind::on_device("vae.decode", networks::decode),
    Kind::on_host("noise", sampling::noise),
    Kind::on_host("uniform", sampling::uniform),
    Kind::on_host("brownian", sampling::brownian),
    Kind::on_host("sigmas.schedule", sampling::schedule),
    Kind::on_host("sigmas.ksampler", sampling::ksampler),
    Kind::on_host("sigmas.model", sampling::model),
    Kind::on_host("sigmas.model_log", sampling::model_log),
    Kind::on_host("sigmas.sigma_of_timestep", sampling::sigma_of_timestep),
    Kind::on_host("sigmas.timestep_of_sigma", sampling::timestep_of_sigma),
    Kind::on_device("sampler.toy", sampling::toy),
    Kind::on_device("sample", runs::sample),
    Kind::on_device("run", runs::run),
    Kind::on_host("image.load", pictures::load),
    Kind::on_host("image.load_mask", pictures::load_mask),
    Kind::on_host("latent.preview", pictures::preview),
    Kind::on_host("node", nodes::node),
];

/// What runs on a GPU without being asked for: a sign of life of each network and of the loop.
const QUICK: [&str; 3] = ["unet", "vae.decode", "sample"];
/// The same in half precision.
const QUICK_HALF: [&str; 1] = ["unet"];
/// What the tolerance of half precision is meant for: single passes through a network.
const HALF: [&str; 5] = [
    "unet",
    "vae.encode",
    "vae.decode",
    "text.encode",
    "prompt.encode",
];

/// The samplers that must be there.
const SAMPLERS: [&str; 17] = [
    "euler",
    "euler_ancestral",
    "heun",
    "dpm_2",
    "dpm_2_ancestral",
    "lms",
    "dpmpp_2s_ancestral",
    "dpmpp_sde",
    "dpmpp_2m",
    "dpmpp_2m_sde",
    "dpmpp_3m_sde",
    "ddim",
    "uni_pc",
    "lcm",
    "ddpm",
    "deis",
    "ipndm",
];
/// The model families that must be there, as the index calls them.
const FAMILIES: [&str; 1] = ["sd1"];
/// The families whose previews must be there, as cases call them.
const PREVIEWS: [&str; 1] = ["SD15"];

/// A kind of case.
struct Kind {
    name: &'static str,
    run: fn(&Bench<'_>) -> Result<Outputs, Stop>,
    uses_device: bool,
}

impl Kind {
    const fn on_host(name: &'static str, run: fn(&Bench<'_>) -> Result<Outputs, Stop>) -> Self {
        Self {
            name,
            run,
            uses_device: false,
        }
    }

    const fn on_device(name: &'static str, run: fn(&Bench<'_>) -> Result<Outputs, Stop>) -> Self {
        Self {
            name,
            run,
            uses_device: true,
        }
    }
}

/// One case with all that it may use.
pub(super) struct Bench<'a> {
    pub(super) folder: &'a Folder,
    pub(super) device: &'a TestDevice,
    pub(super) case: &'a Case,
}

impl Bench<'_> {
    /// Where tensors live.
    fn device(&self) -> &Device {
        &self.device.compute.device
    }

    /// The case's model in every layout that the index lists: all must give the same.
    fn models(&self) -> Result<Vec<Rc<Checkpoint>>, Stop> {
        let layouts = self.folder.layouts(self.case.model()?)?;
        layouts
            .iter()
            .map(|layout| self.device.checkpoint(layout))
            .collect()
    }

    /// The case's model in its first layout.
    fn model(&self) -> Result<Rc<Checkpoint>, Stop> {
        let layouts: Vec<PathBuf> = self.folder.layouts(self.case.model()?)?;
        let first = layouts
            .first()
            .ok_or_else(|| Stop::Broken("the model has no file".to_owned()))?;
        self.device.checkpoint(first)
    }
}

/// Computes what a case expects.
pub(super) fn run(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    match KINDS.iter().find(|kind| kind.name == bench.case.kind) {
        Some(kind) => (kind.run)(bench),
        None => Err(Stop::NotBuilt(format!("kind {}", bench.case.kind))),
    }
}

/// The kinds that run on a GPU, in order.
pub(super) fn on_gpu(half: bool, slow: bool) -> Vec<&'static str> {
    match (half, slow) {
        (false, false) => QUICK.to_vec(),
        (true, false) => QUICK_HALF.to_vec(),
        (false, true) => KINDS
            .iter()
            .filter(|kind| kind.uses_device)
            .map(|kind| kind.name)
            .collect(),
        (true, true) => HALF.to_vec(),
    }
}

/// Whether the program must compute a case, as far as kind, model, sampler and family say it.
pub(super) fn is_named(case: &Case, folder: &Folder) -> bool {
    let full_model =
        |entry: &ModelEntry| FAMILIES.contains(&entry.kind.as_str()) && !entry.unet_only;
    KINDS.iter().any(|kind| kind.name == case.kind)
        && case
            .model
            .as_deref()
            .is_none_or(|name| folder.model(name).is_some_and(full_model))
        && case
            .text("sampler")
            .is_none_or(|name| SAMPLERS.contains(&name))
        && case
            .text("family")
            .is_none_or(|name| PREVIEWS.contains(&name))
}

/// Whether a case that stopped so may be passed over.
pub(super) fn may_skip(case: &Case, folder: &Folder, stop: &Stop) -> bool {
    // Of these two kinds only the runner can tell what a case needs.
    let is_composed = matches!(case.kind.as_str(), "run" | "node");
    match stop {
        Stop::NotBuilt(_) => is_composed || !is_named(case, folder),
        Stop::NotPacked(_) => !is_named(case, folder),
        Stop::Broken(_) => false,
    }
}

/// A sampler by ComfyUI's name.
fn sampler(name: &str) -> Result<Sampler, Stop> {
    let known = Sampler::ALL
        .into_iter()
        .find(|sampler| sampler.name() == name);
    known.ok_or_else(|| Stop::NotBuilt(format!("sampler {name}")))
}

/// A schedule by ComfyUI's name.
fn schedule(name: &str) -> Result<Schedule, Stop> {
    let known = Schedule::ALL
        .into_iter()
        .find(|schedule| schedule.name() == name);
    known.ok_or_else(|| Stop::NotBuilt(format!("schedule {name}")))
}
