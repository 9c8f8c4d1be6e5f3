//! Whole runs: prompts, a latent to start from, and one sampler after another.

use burn::tensor::Tensor as Burn;
use pyrograph_engine::models::{Checkpoint, Conditioning};
use pyrograph_engine::node::Sampler;
use pyrograph_engine::pixels::resize::CELL;
use pyrograph_engine::pixels::{Latent, batch};
use pyrograph_engine::sampling::denoise::{Cancelled, Hooks, Run, advanced_sigmas, denoise};
use pyrograph_engine::sampling::schedule::ksampler_sigmas;
use serde::Deserialize;
use serde_json::Value as Json;

use super::Bench;
use super::sampling::step_noise;
use super::text::embeddings;
use crate::golden::cases::Stop;
use crate::golden::compare::Outputs;
use crate::golden::tensors::Tensor;

#[derive(Deserialize)]
struct SampleCase {
    positive: String,
    negative: String,
    width: usize,
    height: usize,
    batch: usize,
    /// KSampler's input; zeros without.
    latent: Option<String>,
    noise_mask: Option<String>,
    clip_skip: Option<u32>,
    #[serde(default)]
    step_seed_plus_one: bool,
}

pub(super) fn sample(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: SampleCase = bench.case.inputs()?;
    let stage: Stage = bench.case.inputs()?;
    super::sampler(&stage.sampler)?;
    let model = bench.model()?;
    let mut latent = match &case.latent {
        Some(at) => bench.folder.tensor(at)?.to_latent()?,
        None => Latent::zeros(
            case.batch,
            model.diffusion.latent.channels,
            case.height / CELL,
            case.width / CELL,
        ),
    };
    if let Some(at) = &case.noise_mask {
        latent.noise_mask = Some(bench.folder.tensor(at)?.to_mask()?);
    }
    let skip = case.clip_skip.unwrap_or(1);
    let prompts = encode(bench, &model, [&case.positive, &case.negative], skip)?;
    let mut first = FirstDenoised(None);
    let result = stage.run(
        &model,
        &prompts,
        &latent,
        case.step_seed_plus_one,
        &mut first,
    )?;
    let mut outputs: Outputs = vec![("latent", Tensor::from(&result).into())];
    outputs.extend(
        first
            .0
            .map(|denoised| ("denoised_first", Tensor::from_device(denoised).into())),
    );
    Ok(outputs)
}

#[derive(Deserialize)]
struct RunCase {
    positive: Json,
    negative: Json,
    latent: StartLatent,
    stages: Vec<Stage>,
    #[serde(default)]
    patches: Vec<Patch>,
    #[serde(default)]
    pair_ops: Vec<Json>,
    #[serde(default)]
    step_seed_plus_one: bool,
}

#[derive(Deserialize)]
struct StartLatent {
    zeros: Option<[usize; 4]>,
    tensor: Option<String>,
    vae_encode: Option<String>,
    vae_encode_for_inpaint: Option<String>,
    /// RepeatLatentBatch.
    repeat: Option<usize>,
    noise_mask: Option<String>,
}

#[derive(Deserialize)]
struct Patch {
    op: String,
    layers: Option<u32>,
}

/// KSampler, or KSamplerAdvanced if `start` is said.
#[derive(Deserialize)]
struct Stage {
    seed: u64,
    steps: usize,
    cfg: f64,
    sampler: String,
    schedule: String,
    denoise: Option<f64>,
    start: Option<usize>,
    end: Option<usize>,
    add_noise: Option<bool>,
    leftover: Option<bool>,
    /// Another network than the run's.
    model: Option<String>,
}

pub(super) fn run(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: RunCase = bench.case.inputs()?;
    let prompts = [text(&case.positive)?, text(&case.negative)?];
    let skip = case.clip_skip()?;
    case.check_stages()?;
    let model = bench.model()?;
    let mut latent = case.latent.make(bench, &model)?;
    let mut outputs: Outputs = vec![("latent_in", Tensor::from(&latent).into())];

    let prompts = encode(bench, &model, prompts, skip)?;
    for (stage, name) in case.stages.iter().zip(STAGE_NAMES) {
        latent = stage.run(&model, &prompts, &latent, case.step_seed_plus_one, &mut ())?;
        outputs.push((name, Tensor::from(&latent).into()));
    }
    outputs.push(("latent", Tensor::from(&latent).into()));
    Ok(outputs)
}

/// What the latents between stages are called.
const STAGE_NAMES: [&str; 8] = [
    "stage0", "stage1", "stage2", "stage3", "stage4", "stage5", "stage6", "stage7",
];

impl RunCase {
    fn clip_skip(&self) -> Result<u32, Stop> {
        if let Some(op) = self.pair_ops.first() {
            return Err(Stop::NotBuilt(format!(
                "{} on both prompts",
                op.get("op").unwrap_or(op)
            )));
        }
        let mut skip = 1;
        for Patch { op, layers } in &self.patches {
            match (op.as_str(), layers) {
                ("clip_skip", Some(layers)) => skip = *layers,
                _ => return Err(Stop::NotBuilt(format!("patch {op}"))),
            }
        }
        Ok(skip)
    }

    fn check_stages(&self) -> Result<(), Stop> {
        if self.stages.len() > STAGE_NAMES.len() {
            return Err(Stop::Broken(format!(
                "{} stages, which are more than the suite names",
                self.stages.len()
            )));
        }
        for stage in &self.stages {
            super::sampler(&stage.sampler)?;
            super::schedule(&stage.schedule)?;
            if let Some(model) = &stage.model {
                return Err(Stop::NotBuilt(format!(
                    "a stage with another network, {model}"
                )));
            }
        }
        Ok(())
    }
}

/// The text of an expression that is nothing else.
fn text(expression: &Json) -> Result<&str, Stop> {
    let part = |name: &str| expression.get(name).and_then(Json::as_str);
    match (part("op"), part("text")) {
        (Some("text"), Some(text)) => Ok(text),
        (Some(op), _) => Err(Stop::NotBuilt(format!("condition {op}"))),
        (None, _) => Err(Stop::Broken(format!("{expression} is no condition"))),
    }
}

impl StartLatent {
    fn make(&self, bench: &Bench<'_>, model: &Checkpoint) -> Result<Latent, Stop> {
        let mut latent = if let Some([batch, channels, height, width]) = self.zeros {
            Latent::zeros(batch, channels, height, width)
        } else if let Some(at) = &self.tensor {
            bench.folder.tensor(at)?.to_latent()?
        } else if let Some(at) = &self.vae_encode {
            let pixels = bench.folder.tensor(at)?.to_pixels()?;
            model
                .vae
                .encode(&pixels)
                .ok_or_else(|| Stop::Broken("the model has no encoder".to_owned()))?
        } else if self.vae_encode_for_inpaint.is_some() {
            return Err(Stop::NotBuilt("VAEEncodeForInpaint".to_owned()));
        } else {
            return Err(Stop::NotBuilt("this way to make a latent".to_owned()));
        };
        if let Some(times) = self.repeat {
            latent = batch::repeat_latent(&latent, times);
        }
        if let Some(at) = &self.noise_mask {
            latent.noise_mask = Some(bench.folder.tensor(at)?.to_mask()?);
        }
        Ok(latent)
    }
}

/// Both prompts, encoded.
fn encode(
    bench: &Bench<'_>,
    model: &Checkpoint,
    prompts: [&str; 2],
    skip: u32,
) -> Result<[Conditioning; 2], Stop> {
    let embeddings = embeddings(bench, None, model.text.width())?;
    Ok(prompts.map(|text| model.text.encode(text, skip, embeddings.as_ref()).0))
}

impl Stage {
    fn sigmas(&self, model: &Checkpoint, sampler: Sampler) -> Result<Vec<f32>, Stop> {
        let schedule = super::schedule(&self.schedule)?;
        let denoise = self.denoise.unwrap_or(1.0);
        let all = ksampler_sigmas(
            &model.diffusion.table,
            sampler,
            schedule,
            self.steps,
            denoise,
        );
        Ok(match self.start {
            Some(start) => advanced_sigmas(
                &all,
                start,
                self.end.unwrap_or(usize::MAX),
                self.leftover.unwrap_or(false),
            ),
            None => all,
        })
    }

    fn run(
        &self,
        model: &Checkpoint,
        [positive, negative]: &[Conditioning; 2],
        latent: &Latent,
        seed_plus_one: bool,
        hooks: &mut dyn Hooks,
    ) -> Result<Latent, Stop> {
        let sampler = super::sampler(&self.sampler)?;
        let run = Run {
            model: &model.diffusion,
            positive,
            negative,
            latent,
            seed: self.seed,
            sigmas: &self.sigmas(model, sampler)?,
            sampler,
            cfg: self.cfg,
            add_noise: self.add_noise.unwrap_or(true),
            step_noise: step_noise(seed_plus_one),
        };
        denoise(&run, hooks).map_err(|Cancelled| Stop::Broken("cancelled by nobody".to_owned()))
    }
}

/// Keeps the clean latent that the network sees in the first step, in model units.
struct FirstDenoised(Option<Burn<4>>);

impl Hooks for FirstDenoised {
    fn cancelled(&self) -> bool {
        false
    }

    fn step(&mut self, index: usize, _: usize, denoised: &Burn<4>) {
        if index == 0 {
            self.0 = Some(denoised.clone());
        }
    }
}
