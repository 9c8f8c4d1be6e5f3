//! Noise, sigmas, and samplers on a denoiser that is a formula.

use burn::tensor::Tensor as Burn;
use pyrograph_engine::sampling::brownian::BrownianTree;
use pyrograph_engine::sampling::denoise::{Cancelled, Hooks, sample_with};
use pyrograph_engine::sampling::noise::{StepNoise, TorchCpu, randn};
use pyrograph_engine::sampling::sampler::NoiseSource;
use pyrograph_engine::sampling::schedule::{SigmaTable, ksampler_sigmas, sigmas};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::Bench;
use crate::golden::cases::Stop;
use crate::golden::compare::Outputs;
use crate::golden::tensors::Tensor;

#[derive(Deserialize)]
struct Draws {
    seed: u64,
    shapes: Vec<Vec<usize>>,
    dtype: Option<String>,
}

impl Draws {
    /// How many values each draw has.
    fn counts(&self) -> impl Iterator<Item = usize> {
        self.shapes.iter().map(|shape| shape.iter().product())
    }

    /// The values of all draws: in the shape of a single draw, else flat.
    fn tensor(&self, values: Vec<f64>) -> Tensor {
        match self.shapes.as_slice() {
            [shape] => Tensor::new(shape.clone(), values),
            _ => Tensor::new([values.len()], values),
        }
    }
}

pub(super) fn noise(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let draws: Draws = bench.case.inputs()?;
    let mut generator = TorchCpu::new(draws.seed);
    let values: Vec<f64> = match draws.dtype.as_deref() {
        None | Some("f32") => draws
            .counts()
            .flat_map(|n| generator.randn(n))
            .map(f64::from)
            .collect(),
        Some("f64") => draws
            .counts()
            .flat_map(|n| generator.randn_f64(n))
            .collect(),
        Some("f16") => draws
            .counts()
            .flat_map(|n| generator.randn_f16(n))
            .map(f64::from)
            .collect(),
        Some("bf16") => draws
            .counts()
            .flat_map(|n| generator.randn_bf16(n))
            .map(f64::from)
            .collect(),
        Some(other) => return Err(Stop::Broken(format!("no noise of type {other:?}"))),
    };
    let mut hasher = Sha256::new();
    values
        .iter()
        .for_each(|value| hasher.update((*value as f32).to_le_bytes()));
    let hash: String = hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(vec![
        ("sha256_f32le", json!(hash).into()),
        ("first16", json!(values[..values.len().min(16)]).into()),
        ("noise", draws.tensor(values).into()),
    ])
}

pub(super) fn uniform(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let draws: Draws = bench.case.inputs()?;
    let mut generator = TorchCpu::new(draws.seed);
    let values = draws
        .counts()
        .flat_map(|n| generator.rand(n))
        .map(f64::from)
        .collect();
    Ok(vec![("noise", draws.tensor(values).into())])
}

#[derive(Deserialize)]
struct BrownianCase {
    seed: u64,
    shape: Vec<usize>,
    sigma_min: f32,
    sigma_max: f32,
    sigma_from: f32,
    sigma_to: f32,
}

pub(super) fn brownian(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: BrownianCase = bench.case.inputs()?;
    let tree = BrownianTree::new(
        case.seed,
        case.sigma_min,
        case.sigma_max,
        case.shape.iter().product(),
    );
    Ok(vec![(
        "noise",
        Tensor::new(case.shape, tree.noise(case.sigma_from, case.sigma_to)).into(),
    )])
}

#[derive(Deserialize)]
struct SigmasCase {
    #[serde(default)]
    zero_snr: bool,
    schedule: Option<String>,
    sampler: Option<String>,
    steps: Option<usize>,
    denoise: Option<f64>,
    /// A tensor of sigmas or timesteps.
    input: Option<String>,
}

impl SigmasCase {
    /// The noise table that Stable Diffusion was trained with (`configs/v1-inference.yaml`).
    fn table(&self) -> SigmaTable {
        SigmaTable::scaled_linear(0.000_85, 0.012, 1000, self.zero_snr)
    }

    fn steps(&self) -> Result<usize, Stop> {
        self.steps.ok_or_else(|| missing("steps"))
    }

    fn schedule(&self) -> Result<pyrograph_engine::node::Schedule, Stop> {
        super::schedule(
            self.schedule
                .as_deref()
                .ok_or_else(|| missing("schedule"))?,
        )
    }

    fn input(&self, bench: &Bench<'_>) -> Result<Tensor, Stop> {
        bench
            .folder
            .tensor(self.input.as_deref().ok_or_else(|| missing("input"))?)
    }
}

fn missing(name: &str) -> Stop {
    Stop::Broken(format!("the case has no {name}"))
}

fn list(values: &[f32]) -> Tensor {
    Tensor::new([values.len()], values.iter().copied())
}

pub(super) fn schedule(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: SigmasCase = bench.case.inputs()?;
    Ok(vec![(
        "sigmas",
        list(&sigmas(case.schedule()?, &case.table(), case.steps()?)).into(),
    )])
}

pub(super) fn ksampler(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: SigmasCase = bench.case.inputs()?;
    let sampler = super::sampler(case.sampler.as_deref().ok_or_else(|| missing("sampler"))?)?;
    let denoise = case.denoise.unwrap_or(1.0);
    let sigmas = ksampler_sigmas(
        &case.table(),
        sampler,
        case.schedule()?,
        case.steps()?,
        denoise,
    );
    Ok(vec![("sigmas", list(&sigmas).into())])
}

pub(super) fn model(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: SigmasCase = bench.case.inputs()?;
    Ok(vec![("sigmas", list(case.table().sigmas()).into())])
}

pub(super) fn model_log(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: SigmasCase = bench.case.inputs()?;
    Ok(vec![("sigmas", list(case.table().log_sigmas()).into())])
}

pub(super) fn sigma_of_timestep(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: SigmasCase = bench.case.inputs()?;
    let (table, timesteps) = (case.table(), case.input(bench)?);
    let sigmas = timesteps
        .values
        .iter()
        .map(|timestep| table.sigma(*timestep));
    Ok(vec![(
        "out",
        Tensor::new(timesteps.shape.clone(), sigmas).into(),
    )])
}

pub(super) fn timestep_of_sigma(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: SigmasCase = bench.case.inputs()?;
    let (table, sigmas) = (case.table(), case.input(bench)?);
    let timesteps = sigmas
        .values
        .iter()
        .map(|sigma| table.timestep(*sigma) as f64);
    Ok(vec![(
        "out",
        Tensor::new(sigmas.shape.clone(), timesteps).into(),
    )])
}

#[derive(Deserialize)]
struct ToyCase {
    sampler: String,
    seed: u64,
    sigmas: Vec<f32>,
    shape: Vec<usize>,
    /// Calls of the denoiser.
    calls: Option<u64>,
    steps: usize,
    #[serde(default)]
    step_seed_plus_one: bool,
}

/// Samplers whose callback is handed the latent of the very first step at every step
/// (k_diffusion/sampling.py passes `x`, which these loops leave alone): so do the references.
const SHOW_THEIR_START: [&str; 2] = ["ipndm", "deis"];

/// The rule for the noise of steps that a case asks for.
pub(super) fn step_noise(seed_plus_one: bool) -> StepNoise {
    if seed_plus_one {
        StepNoise::SeedPlusOne
    } else {
        StepNoise::SameSeed
    }
}

pub(super) fn toy(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: ToyCase = bench.case.inputs()?;
    let sampler = super::sampler(&case.sampler)?;
    let first = f64::from(*case.sigmas.first().ok_or_else(|| missing("sigma"))?);
    let n = case.shape.iter().product();
    let start = Tensor::new(case.shape.clone(), randn(case.seed, n));
    let x = start
        .on_device::<4>(bench.device())?
        .mul_scalar((1.0 + first * first).sqrt());

    let mut calls = 0;
    let mut denoiser = |x: Burn<4>, sigma: f64| {
        calls += 1;
        toy_denoised(x, sigma)
    };
    let noise = NoiseSource::new(
        sampler,
        case.seed,
        step_noise(case.step_seed_plus_one),
        &case.sigmas,
        n,
    );
    let shows_start = SHOW_THEIR_START.contains(&case.sampler.as_str());
    let mut middle = Middle {
        index: if shows_start { 0 } else { case.steps / 2 },
        x: None,
    };
    let out = sample_with(&mut denoiser, x, &case.sigmas, sampler, noise, &mut middle);
    let out = out.map_err(|Cancelled| Stop::Broken("cancelled by nobody".to_owned()))?;
    if let Some(expected) = case.calls.filter(|expected| *expected != calls) {
        return Err(Stop::Broken(format!(
            "{calls} calls of the denoiser, expected {expected}"
        )));
    }
    let mut outputs: Outputs = vec![
        ("out", Tensor::from_device(out).into()),
        ("calls", Json::from(calls).into()),
    ];
    outputs.extend(middle.x.map(|x| ("x_mid", Tensor::from_device(x).into())));
    Ok(outputs)
}

/// The formula that stands for a network with guidance of strength 2.
fn toy_denoised(x: Burn<4>, sigma: f64) -> Burn<4> {
    const POSITIVE: f64 = 0.1;
    const NEGATIVE: f64 = -0.2;
    const CFG: f64 = 2.0;
    let scale = 1.0 / sigma.hypot(1.0);
    let width = x.dims()[3];
    let rolled = Burn::cat(
        vec![
            x.clone().narrow(3, width - 1, 1),
            x.clone().narrow(3, 0, width - 1),
        ],
        3,
    );
    let wave = rolled.mul_scalar(2.0 * scale).sin().mul_scalar(0.25);
    let bend =
        |shift: f64| x.clone().mul_scalar(1.5 * scale).add_scalar(shift).tanh() + wave.clone();
    let negative = bend(NEGATIVE);
    negative.clone() + (bend(POSITIVE) - negative).mul_scalar(CFG)
}

/// Keeps the noisy latent at the start of one step.
struct Middle {
    index: usize,
    x: Option<Burn<4>>,
}

impl Hooks for Middle {
    fn cancelled(&self) -> bool {
        false
    }

    fn step(&mut self, _: usize, _: usize, _: &Burn<4>) {}

    fn state(&mut self, index: usize, x: &Burn<4>) {
        if index == self.index {
            self.x = Some(x.clone());
        }
    }
}
