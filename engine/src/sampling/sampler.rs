//! One step: how the noisy latent at one sigma becomes the one at the next. Seventeen rules, each a
//! [`Stepper`] that remembers what it needs of earlier steps (ComfyUI `k_diffusion/sampling.py` and
//! `extra_samplers/uni_pc.py`, whose semantics these are).
//!
//! Every rule begins with the clean latent that the network sees at the step's first sigma; the
//! loop in `denoise.rs` asks for it, so that a stepper holds nothing but its rule.

mod multistep;
mod single;
mod stochastic;
mod uni_pc;

use burn::tensor::{Tensor, TensorData};

use crate::node::Choice;
use crate::sampling::brownian::BrownianTree;
use crate::sampling::denoise::{Cancelled, Denoiser, Hooks};
use crate::sampling::noise::{StepNoise, TorchCpu};

/// The rule of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sampler {
    /// Euler's method.
    Euler,
    /// Euler's method to a lower sigma, then new noise.
    EulerAncestral,
    /// Heun's method: two network calls a step.
    Heun,
    /// The midpoint method: two network calls a step.
    Dpm2,
    /// The midpoint method to a lower sigma, then new noise.
    Dpm2Ancestral,
    /// Adams-Bashforth over up to four steps of any length.
    Lms,
    /// DPM-Solver++(2S) to a lower sigma, then new noise: two network calls a step.
    Dpmpp2sAncestral,
    /// DPM-Solver++ as a stochastic differential equation: two network calls a step.
    DpmppSde,
    /// DPM-Solver++(2M).
    Dpmpp2m,
    /// DPM-Solver++(2M) as a stochastic differential equation.
    Dpmpp2mSde,
    /// DPM-Solver++(3M) as a stochastic differential equation.
    Dpmpp3mSde,
    /// The clean latent with new noise.
    Lcm,
    /// The trained process' own step back.
    Ddpm,
    /// Adams-Bashforth over up to four steps, as if they were equally long.
    Ipndm,
    /// Exponential integrator over up to three steps (Zhang and Chen 2023).
    Deis,
    /// Euler's method, with noise of its own behind a noise mask.
    Ddim,
    /// UniPC (Zhao et al. 2023): predictor and corrector, variant B1.
    UniPc,
}

/// Where a sampler's noise comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoiseKind {
    /// It adds none.
    None,
    /// A generator that goes on from step to step.
    Generator,
    /// A Brownian path over the run's sigmas.
    Path,
}

impl Sampler {
    /// Every sampler, in ComfyUI's order.
    pub const ALL: [Self; 17] = [
        Self::Euler,
        Self::EulerAncestral,
        Self::Heun,
        Self::Dpm2,
        Self::Dpm2Ancestral,
        Self::Lms,
        Self::Dpmpp2sAncestral,
        Self::DpmppSde,
        Self::Dpmpp2m,
        Self::Dpmpp2mSde,
        Self::Dpmpp3mSde,
        Self::Ddpm,
        Self::Lcm,
        Self::Ipndm,
        Self::Deis,
        Self::Ddim,
        Self::UniPc,
    ];

    /// ComfyUI's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Euler => "euler",
            Self::EulerAncestral => "euler_ancestral",
            Self::Heun => "heun",
            Self::Dpm2 => "dpm_2",
            Self::Dpm2Ancestral => "dpm_2_ancestral",
            Self::Lms => "lms",
            Self::Dpmpp2sAncestral => "dpmpp_2s_ancestral",
            Self::DpmppSde => "dpmpp_sde",
            Self::Dpmpp2m => "dpmpp_2m",
            Self::Dpmpp2mSde => "dpmpp_2m_sde",
            Self::Dpmpp3mSde => "dpmpp_3m_sde",
            Self::Lcm => "lcm",
            Self::Ddpm => "ddpm",
            Self::Ipndm => "ipndm",
            Self::Deis => "deis",
            Self::Ddim => "ddim",
            Self::UniPc => "uni_pc",
        }
    }

    /// A1111's (and Forge's) name.
    const fn a1111_name(self) -> &'static str {
        match self {
            Self::Euler => "Euler",
            Self::EulerAncestral => "Euler a",
            Self::Heun => "Heun",
            Self::Dpm2 => "DPM2",
            Self::Dpm2Ancestral => "DPM2 a",
            Self::Lms => "LMS",
            Self::Dpmpp2sAncestral => "DPM++ 2S a",
            Self::DpmppSde => "DPM++ SDE",
            Self::Dpmpp2m => "DPM++ 2M",
            Self::Dpmpp2mSde => "DPM++ 2M SDE",
            Self::Dpmpp3mSde => "DPM++ 3M SDE",
            Self::Lcm => "LCM",
            Self::Ddpm => "DDPM",
            Self::Ipndm => "IPNDM",
            Self::Deis => "DEIS",
            Self::Ddim => "DDIM",
            Self::UniPc => "UniPC",
        }
    }

    /// The sampler that A1111 calls so, without a schedule's name.
    pub(crate) fn from_a1111(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|sampler| sampler.a1111_name() == name)
    }

    /// Whether ComfyUI computes one sigma more for it and leaves out the last but one.
    pub fn skips_last_but_one(self) -> bool {
        match self {
            Self::Dpm2 | Self::Dpm2Ancestral | Self::UniPc => true,
            Self::Euler
            | Self::EulerAncestral
            | Self::Heun
            | Self::Lms
            | Self::Dpmpp2sAncestral
            | Self::DpmppSde
            | Self::Dpmpp2m
            | Self::Dpmpp2mSde
            | Self::Dpmpp3mSde
            | Self::Lcm
            | Self::Ddpm
            | Self::Ipndm
            | Self::Deis
            | Self::Ddim => false,
        }
    }

    /// Whether what lies behind a noise mask gets noise of its own, from seed + 1.
    pub fn renews_masked_noise(self) -> bool {
        self == Self::Ddim
    }

    /// The rule, ready for the first of `steps` steps.
    pub(crate) fn stepper(self, steps: usize) -> Box<dyn Stepper> {
        match self {
            Self::Euler | Self::Ddim => Box::new(single::Euler),
            Self::EulerAncestral => Box::new(single::EulerAncestral),
            Self::Heun => Box::new(single::Heun),
            Self::Dpm2 => Box::new(single::Dpm2),
            Self::Dpm2Ancestral => Box::new(single::Dpm2Ancestral),
            Self::Dpmpp2sAncestral => Box::new(single::Dpmpp2sAncestral),
            Self::Lcm => Box::new(single::Lcm),
            Self::Ddpm => Box::new(single::Ddpm),
            Self::Lms => Box::new(multistep::Lms::default()),
            Self::Ipndm => Box::new(multistep::Ipndm::default()),
            Self::Deis => Box::new(multistep::Deis::default()),
            Self::Dpmpp2m => Box::new(multistep::Dpmpp2m::default()),
            Self::DpmppSde => Box::new(stochastic::DpmppSde),
            Self::Dpmpp2mSde => Box::new(stochastic::Dpmpp2mSde::default()),
            Self::Dpmpp3mSde => Box::new(stochastic::Dpmpp3mSde::default()),
            Self::UniPc => Box::new(uni_pc::UniPc::new(steps)),
        }
    }

    fn noise_kind(self) -> NoiseKind {
        match self {
            Self::EulerAncestral
            | Self::Dpm2Ancestral
            | Self::Dpmpp2sAncestral
            | Self::Lcm
            | Self::Ddpm => NoiseKind::Generator,
            Self::DpmppSde | Self::Dpmpp2mSde | Self::Dpmpp3mSde => NoiseKind::Path,
            Self::Euler
            | Self::Heun
            | Self::Dpm2
            | Self::Lms
            | Self::Dpmpp2m
            | Self::Ipndm
            | Self::Deis
            | Self::Ddim
            | Self::UniPc => NoiseKind::None,
        }
    }
}

impl Choice for Sampler {
    const NAMES: &'static [&'static str] = &{
        let mut names = [""; Self::ALL.len()];
        let mut i = 0;
        while i < names.len() {
            names[i] = Self::ALL[i].name();
            i += 1;
        }
        names
    };

    /// Also knows A1111's names, with or without a schedule's at the end (`DPM++ 2M Karras`).
    fn from_name(name: &str) -> Option<Self> {
        let bare = name
            .strip_suffix(" Karras")
            .or_else(|| name.strip_suffix(" Exponential"));
        Self::ALL
            .into_iter()
            .find(|sampler| sampler.name() == name)
            .or_else(|| Self::from_a1111(name))
            .or_else(|| Self::from_a1111(bare?))
    }
}

/// The noise that a sampler adds while it runs, made on the host.
#[derive(Clone, Debug)]
pub struct NoiseSource(Source);

#[derive(Clone, Debug)]
enum Source {
    None,
    Generator(TorchCpu),
    Path(BrownianTree),
}

impl NoiseSource {
    /// The noise of one run.
    ///
    /// - `rule` says how a generator's seed follows from the run's; a Brownian path takes it as it is.
    /// - `sigmas` are the run's, which a Brownian path spans.
    /// - `n` is the count of values in the latents.
    pub fn new(sampler: Sampler, seed: u64, rule: StepNoise, sigmas: &[f32], n: usize) -> Self {
        Self(match sampler.noise_kind() {
            NoiseKind::None => Source::None,
            NoiseKind::Generator => Source::Generator(TorchCpu::new(rule.seed(seed))),
            NoiseKind::Path => {
                let min = sigmas
                    .iter()
                    .copied()
                    .filter(|sigma| *sigma > 0.0)
                    .fold(f32::INFINITY, f32::min);
                let max = sigmas.iter().copied().fold(0.0, f32::max);
                // Without a sigma above 0 no step adds noise, so any path will do.
                Source::Path(BrownianTree::new(seed, min.min(max), max, n))
            }
        })
    }

    /// `n` values for a step between two sigmas.
    fn values(&mut self, sigma_from: f64, sigma_to: f64, n: usize) -> Vec<f32> {
        match &mut self.0 {
            Source::None => vec![0.0; n],
            Source::Generator(generator) => generator.randn(n),
            Source::Path(path) => path.noise(sigma_from as f32, sigma_to as f32),
        }
    }
}

/// What one step begins with.
pub(crate) struct Step {
    /// The noisy latent.
    pub(crate) x: Tensor<4>,
    /// The clean latent that the network sees in it.
    pub(crate) denoised: Tensor<4>,
    /// The noise level of `x`, above 0.
    pub(crate) sigma: f64,
    /// The noise level wanted, other than `sigma`; 0 for a finished picture.
    pub(crate) next: f64,
}

impl Step {
    /// Half the logarithm of the signal-to-noise ratio that the step gains.
    pub(crate) fn log_gain(&self) -> f64 {
        (self.sigma / self.next).ln()
    }

    /// `(x - denoised) / sigma`: the way that noise is added, which all methods for ordinary
    /// differential equations follow backwards.
    pub(crate) fn slope(&self) -> Tensor<4> {
        (self.x.clone() - self.denoised.clone()).mul_scalar(1.0 / self.sigma)
    }
}

/// What a stepper may ask for besides.
pub(crate) struct Tools<'a> {
    pub(crate) denoiser: &'a mut dyn Denoiser,
    pub(crate) noise: &'a mut NoiseSource,
    pub(crate) hooks: &'a dyn Hooks,
}

impl Tools<'_> {
    /// The clean latent in a noisy one: one network call, unless the run is cancelled.
    pub(crate) fn denoised(&mut self, x: Tensor<4>, sigma: f64) -> Result<Tensor<4>, Cancelled> {
        let stop = || self.hooks.cancelled();
        if stop() {
            return Err(Cancelled);
        }
        self.denoiser.denoised(x, sigma, &stop)
    }

    /// Noise of variance 1 for a step between two sigmas, of the shape of `like`.
    pub(crate) fn noise(&mut self, sigma_from: f64, sigma_to: f64, like: &Tensor<4>) -> Tensor<4> {
        let shape = like.dims();
        let values = self
            .noise
            .values(sigma_from, sigma_to, shape.iter().product());
        Tensor::from_data(TensorData::new(values, shape), &like.device())
    }
}

/// The rule of a step, with what it remembers.
pub(crate) trait Stepper {
    /// Takes the noisy latent from `step.sigma` to `step.next`.
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled>;
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::device::{Compute, DeviceChoice, Precision};
    use crate::sampling::denoise::sample_with;
    use crate::sampling::noise::randn;
    use crate::sampling::schedule::Schedule;

    #[test]
    fn every_sampler_is_found_by_its_names() {
        for (sampler, name) in Sampler::ALL.into_iter().zip(Sampler::NAMES) {
            assert_eq!(sampler.name(), *name);
            assert_eq!(Sampler::from_name(name), Some(sampler));
            assert_eq!(Sampler::from_name(sampler.a1111_name()), Some(sampler));
        }
        assert_eq!(Sampler::from_name("Euler b"), None);
        assert_eq!(Sampler::from_name(""), None);
    }

    // A formula in place of a network, run by ComfyUI 0.3.64 with its own samplers in fp32: the first
    // four values of the result.
    const KARRAS_8: [f32; 9] = [
        14.614643,
        7.902934,
        4.0277386,
        1.9103563,
        0.828868,
        0.32111964,
        0.10719845,
        0.029167177,
        0.0,
    ];
    const KARRAS_8_SKIPPED: [f32; 9] = [
        14.614643, 8.56001, 4.7965345, 2.5507855, 1.2741008, 0.5895399, 0.24794997, 0.0922601, 0.0,
    ];
    const KARRAS_11: [f32; 12] = [
        14.614643,
        9.558263,
        6.0821514,
        3.751254,
        2.2321544,
        1.2741008,
        0.69257057,
        0.35518253,
        0.16975659,
        0.07436291,
        0.029167177,
        0.0,
    ];
    const KARRAS_11_SKIPPED: [f32; 12] = [
        14.614643, 9.945196, 6.617715, 4.294064, 2.708033, 1.6531732, 0.9721142, 0.5472394,
        0.29262254, 0.147135, 0.06863897, 0.0,
    ];
    type First = [f32; 4];
    #[rustfmt::skip]
    const RESULTS: [(Sampler, u64, StepNoise, &[f32], First); 17] = [
        (Sampler::Euler, 42, StepNoise::SameSeed, &KARRAS_8, [0.7237844, 1.2358959, 1.179162, -0.5196052]),
        (Sampler::EulerAncestral, 42, StepNoise::SeedPlusOne, &KARRAS_8, [0.7759249, 1.2414849, 1.1249218, 1.1882354]),
        (Sampler::Heun, 42, StepNoise::SameSeed, &KARRAS_8, [0.9040291, 1.2418334, 1.1311808, -0.16553903]),
        (Sampler::Dpm2, 42, StepNoise::SameSeed, &KARRAS_8_SKIPPED, [0.7300299, 1.2253582, 1.1443058, -0.6281016]),
        (Sampler::Dpm2Ancestral, 1234, StepNoise::SeedPlusOne, &KARRAS_11_SKIPPED, [-1.0553187, 0.71800214, 1.2273732, 1.1758511]),
        (Sampler::Lms, 42, StepNoise::SameSeed, &KARRAS_8, [0.7283057, 1.2401019, 1.1587692, -0.5067767]),
        (Sampler::Dpmpp2sAncestral, 42, StepNoise::SameSeed, &KARRAS_8, [0.69670784, 0.45333964, -0.9053746, -1.0596248]),
        (Sampler::DpmppSde, 42, StepNoise::SameSeed, &KARRAS_8, [-1.0711198, 0.73296547, 1.2372565, 1.1467379]),
        (Sampler::Dpmpp2m, 42, StepNoise::SameSeed, &KARRAS_8, [0.7398782, 1.2429228, 1.126504, -0.4942038]),
        (Sampler::Dpmpp2mSde, 42, StepNoise::SameSeed, &KARRAS_8, [-1.1218855, 0.7746509, 1.242164, 1.1388277]),
        (Sampler::Dpmpp3mSde, 1234, StepNoise::SameSeed, &KARRAS_11, [1.2321742, 1.1686413, 0.91629434, -0.6389354]),
        (Sampler::Lcm, 42, StepNoise::SameSeed, &KARRAS_8, [-1.0881181, -1.0386676, -1.1017338, -0.9798899]),
        (Sampler::Ddpm, 42, StepNoise::SameSeed, &KARRAS_8, [-0.18902156, -0.7456338, -1.13446, -0.98446906]),
        (Sampler::Ipndm, 42, StepNoise::SameSeed, &KARRAS_8, [0.7582085, 1.2402678, 1.1389995, -0.4314856]),
        (Sampler::Deis, 42, StepNoise::SameSeed, &KARRAS_8, [0.7306808, 1.2403973, 1.1570475, -0.5087967]),
        (Sampler::Ddim, 42, StepNoise::SameSeed, &KARRAS_8, [0.7237844, 1.2358959, 1.179162, -0.5196052]),
        (Sampler::UniPc, 42, StepNoise::SameSeed, &KARRAS_8_SKIPPED, [0.7284604, 1.2345994, 1.1264453, -0.6687066]),
    ];
    /// Twice what ddpm differs by, whose f32 coefficients lose most.
    const RESULT_TOL: f32 = 3e-5;

    /// The formula: a clean latent that depends on the neighbour to the left, guided with strength 2.
    fn formula(x: Tensor<4>, sigma: f64) -> Tensor<4> {
        let scale = 1.0 / sigma.hypot(1.0);
        let [.., width] = x.dims();
        let left = Tensor::cat(
            vec![
                x.clone().narrow(3, width - 1, 1),
                x.clone().narrow(3, 0, width - 1),
            ],
            3,
        );
        let common = left.mul_scalar(2.0 * scale).sin().mul_scalar(0.25);
        let seen =
            |hint: f64| x.clone().mul_scalar(1.5 * scale).add_scalar(hint).tanh() + common.clone();
        let (positive, negative) = (seen(0.1), seen(-0.2));
        negative.clone() + (positive - negative).mul_scalar(2.0)
    }

    fn run(
        sampler: Sampler,
        seed: u64,
        rule: StepNoise,
        sigmas: &[f32],
        hooks: &mut dyn Hooks,
    ) -> Result<Vec<f32>, Cancelled> {
        let device = Compute::open(&DeviceChoice::Cpu, Precision::F32)
            .unwrap()
            .device;
        let start = randn(seed, 256)
            .into_iter()
            .map(|noise| noise * sigmas[0].hypot(1.0))
            .collect();
        let x = Tensor::from_data(TensorData::new(start, [1, 4, 8, 8]), &device);
        let noise = NoiseSource::new(sampler, seed, rule, sigmas, 256);
        Ok(sample_with(&mut formula, x, sigmas, sampler, noise, hooks)?
            .into_data()
            .iter()
            .collect())
    }

    #[test]
    fn results_are_comfyuis() {
        for (sampler, seed, rule, sigmas, want) in RESULTS {
            let got = run(sampler, seed, rule, sigmas, &mut ()).unwrap();
            let near = got
                .iter()
                .zip(want)
                .all(|(got, want)| (got - want).abs() < RESULT_TOL);
            assert!(near, "{sampler:?}: {:?} instead of {want:?}", &got[..4]);
        }
    }

    #[test]
    fn few_and_repeated_steps_stay_finite() {
        for sampler in Sampler::ALL {
            for sigmas in [
                &[14.6, 0.0][..],
                &[14.6, 3.0, 0.0],
                &[14.6, 3.0],
                &[9.0, 9.0, 4.0, 4.0, 4.0, 1.0, 1.0, 0.0],
            ] {
                let got = run(sampler, 1, StepNoise::SeedPlusOne, sigmas, &mut ()).unwrap();
                assert!(
                    got.iter().all(|value| value.is_finite()),
                    "{sampler:?} {sigmas:?}"
                );
            }
        }
    }

    #[test]
    fn a_cancelled_run_makes_no_further_call() {
        /// Lets a few calls pass.
        struct Impatient(Cell<usize>);
        impl Hooks for Impatient {
            fn cancelled(&self) -> bool {
                let left = self.0.get();
                self.0.set(left.saturating_sub(1));
                left == 0
            }
            fn step(&mut self, index: usize, steps: usize, _: &Tensor<4>) {
                assert!(
                    index < 2 && steps == 8,
                    "the second call of the second step is not made"
                );
            }
        }
        let cancelled = run(
            Sampler::Heun,
            1,
            StepNoise::SameSeed,
            &KARRAS_8,
            &mut Impatient(Cell::new(3)),
        );
        assert_eq!(cancelled, Err(Cancelled));
    }

    #[test]
    fn one_a1111_name_gives_sampler_and_schedule() {
        let parts = |name| (Sampler::from_name(name), Schedule::from_name(name));
        assert_eq!(
            parts("DPM++ 2M Karras"),
            (Some(Sampler::Dpmpp2m), Some(Schedule::Karras))
        );
        assert_eq!(
            parts("DPM++ 2M SDE Exponential"),
            (Some(Sampler::Dpmpp2mSde), Some(Schedule::Exponential))
        );
        assert_eq!(parts("Euler a"), (Some(Sampler::EulerAncestral), None));
        assert_eq!(parts("Plain Karras"), (None, None));
    }
}
