//! The denoising loop: the only one in the program.
//!
//! [`sample_with`] walks the sigmas with any [`Denoiser`]; [`denoise`] makes one of a network, its
//! prompts and a noise mask, by ComfyUI's rules (`samplers.py`: `KSAMPLER.sample`,
//! `KSamplerX0Inpaint`, `CFGGuider`).

use burn::tensor::{Device, Tensor, TensorData};
use thiserror::Error;

use crate::models::{Conditioning, Diffusion};
use crate::pixels::resize::resize_mask;
use crate::pixels::{Latent, Pixels};
use crate::sampling::guidance::Guidance;
use crate::sampling::noise::{StepNoise, randn};
use crate::sampling::sampler::{NoiseSource, Sampler, Step, Tools};

/// The run was cancelled; nothing of it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("cancelled")]
pub struct Cancelled;

/// What a run tells while it goes on, and is asked.
pub trait Hooks {
    /// Whether to stop. Asked before every network call, and by networks on the way.
    fn cancelled(&self) -> bool;

    /// Called once a step, as soon as the network has seen its start.
    ///
    /// # Shapes
    /// - denoised: `[batch, channels, height, width]` in model units, on the device: reading it waits
    ///   for the step, so do so for a preview alone.
    fn step(&mut self, index: usize, steps: usize, denoised: &Tensor<4>);

    /// The noisy latent at the start of a step, after `index` steps, in model units. Called before
    /// [`Self::step`]; most have no use for it. (ComfyUI's callbacks are shown the same, but those of
    /// `ipndm` and `deis` are shown the start of the run at every step.)
    fn state(&mut self, _index: usize, _x: &Tensor<4>) {}
}

/// Listens to nothing and never cancels.
impl Hooks for () {
    fn cancelled(&self) -> bool {
        false
    }

    fn step(&mut self, _: usize, _: usize, _: &Tensor<4>) {}
}

/// Sees the clean latent in a noisy one.
pub trait Denoiser {
    /// The clean latent in `x` of noise level `sigma`; none once `stop` says so.
    ///
    /// # Shapes
    /// - x, returns: `[batch, channels, height, width]` in model units
    fn denoised(
        &mut self,
        x: Tensor<4>,
        sigma: f64,
        stop: &dyn Fn() -> bool,
    ) -> Result<Tensor<4>, Cancelled>;
}

/// A formula, too quick to be stopped.
impl<F: FnMut(Tensor<4>, f64) -> Tensor<4>> Denoiser for F {
    fn denoised(
        &mut self,
        x: Tensor<4>,
        sigma: f64,
        _: &dyn Fn() -> bool,
    ) -> Result<Tensor<4>, Cancelled> {
        Ok(self(x, sigma))
    }
}

/// All that one run needs.
pub struct Run<'a> {
    /// The network.
    pub model: &'a Diffusion,
    /// What the picture should show.
    pub positive: &'a Conditioning,
    /// What it should not show; without part in the run at a `cfg` of 1.
    pub negative: &'a Conditioning,
    /// Where to start, in latent units, perhaps with a noise mask. Its channels are the network's.
    pub latent: &'a Latent,
    /// Chooses the noise.
    pub seed: u64,
    /// The noise levels, from [`super::schedule::ksampler_sigmas`] and perhaps [`advanced_sigmas`].
    pub sigmas: &'a [f32],
    /// The rule of each step.
    pub sampler: Sampler,
    /// The strength of guidance.
    pub cfg: f64,
    /// Whether noise is added to the latent first.
    pub add_noise: bool,
    /// How the noise that the sampler adds is seeded.
    pub step_noise: StepNoise,
}

/// Runs the denoising loop and reads the result back, in latent units. Fewer than two sigmas give
/// the latent as it is.
pub fn denoise(run: &Run<'_>, hooks: &mut dyn Hooks) -> Result<Latent, Cancelled> {
    let (Some(sigma), 2..) = (run.sigmas.first(), run.sigmas.len()) else {
        return Ok(run.latent.clone());
    };
    let Run {
        model,
        latent,
        seed,
        ..
    } = *run;
    let shape = [latent.batch, latent.channels, latent.height, latent.width];
    let device = model.device();
    let scale = model.latent.scale as f32;

    let clean: Vec<f32> = latent.data.iter().map(|value| value * scale).collect();
    let noise = if run.add_noise {
        randn(seed, clean.len())
    } else {
        vec![0.0; clean.len()]
    };
    let x = Tensor::from_data(
        TensorData::new(
            noised(&clean, &noise, *sigma, model.table.sigma_max()),
            shape,
        ),
        &device,
    );

    let repaint = latent
        .noise_mask
        .as_ref()
        .filter(|mask| mask.batch > 0)
        .map(|mask| {
            let renewed = run
                .sampler
                .renews_masked_noise()
                .then(|| randn(seed.wrapping_add(1), clean.len()));
            Repaint::new(
                mask,
                latent,
                &clean,
                renewed.as_deref().unwrap_or(&noise),
                &device,
            )
        });
    let guidance = Guidance::new(
        &run.positive.tokens,
        &run.negative.tokens,
        run.cfg,
        latent.batch,
    );
    let step_noise = NoiseSource::new(run.sampler, seed, run.step_noise, run.sigmas, clean.len());
    let mut network = Network {
        model,
        guidance,
        repaint,
    };
    let x = sample_with(&mut network, x, run.sigmas, run.sampler, step_noise, hooks)?;

    let data: Vec<f32> = x
        .into_data()
        .iter::<f32>()
        .map(|value| value / scale)
        .collect();
    Ok(Latent {
        data,
        ..latent.clone()
    })
}

/// Takes the noisy latent `x` through all sigmas.
///
/// # Shapes
/// - x, returns: `[batch, channels, height, width]` in model units
pub fn sample_with(
    denoiser: &mut dyn Denoiser,
    mut x: Tensor<4>,
    sigmas: &[f32],
    sampler: Sampler,
    mut noise: NoiseSource,
    hooks: &mut dyn Hooks,
) -> Result<Tensor<4>, Cancelled> {
    let steps = sigmas.len().saturating_sub(1);
    // More steps than the table has entries repeat some sigmas; such a step changes nothing.
    let moves = |pair: &[f32]| pair[0] != pair[1] && pair[0] > 0.0;
    let mut stepper = sampler.stepper(sigmas.windows(2).filter(|pair| moves(pair)).count());
    for (index, pair) in sigmas.windows(2).enumerate() {
        let (sigma, next) = (f64::from(pair[0]), f64::from(pair[1]));
        hooks.state(index, &x);
        let mut tools = Tools {
            denoiser: &mut *denoiser,
            noise: &mut noise,
            hooks: &*hooks,
        };
        let denoised = tools.denoised(x.clone(), sigma)?;
        hooks.step(index, steps, &denoised);
        if moves(pair) {
            let mut tools = Tools {
                denoiser: &mut *denoiser,
                noise: &mut noise,
                hooks: &*hooks,
            };
            x = stepper.step(
                Step {
                    x,
                    denoised,
                    sigma,
                    next,
                },
                &mut tools,
            )?;
        }
    }
    Ok(x)
}

/// The part of the sigmas that ComfyUI's `KSamplerAdvanced` runs: from step `start` to before step
/// `end`. Unless noise shall be left over, a run that ends early goes to 0 in its last step. Empty if
/// there is nothing to run.
pub fn advanced_sigmas(sigmas: &[f32], start: usize, end: usize, leftover_noise: bool) -> Vec<f32> {
    let steps = sigmas.len().saturating_sub(1);
    let mut sigmas = sigmas[..sigmas.len().min(end.saturating_add(1))].to_vec();
    if end < steps
        && !leftover_noise
        && let Some(last) = sigmas.last_mut()
    {
        *last = 0.0;
    }
    if start + 1 < sigmas.len() {
        sigmas.split_off(start)
    } else {
        Vec::new()
    }
}

/// The latent that a run starts with. At the full noise level its variance is that of the trained
/// process, so noise is scaled as if the picture's own variance were part of it.
fn noised(clean: &[f32], noise: &[f32], sigma: f32, sigma_max: f32) -> Vec<f32> {
    /// Relative, as Python's `math.isclose` is asked.
    const SAME_SIGMA: f32 = 1e-5;
    let full = sigma > sigma_max || (sigma_max - sigma).abs() <= SAME_SIGMA * sigma_max.max(sigma);
    let strength = if full {
        (1.0 + sigma * sigma).sqrt()
    } else {
        sigma
    };
    clean
        .iter()
        .zip(noise)
        .map(|(clean, noise)| noise * strength + clean)
        .collect()
}

/// The network with its prompts and what a noise mask protects.
struct Network<'a> {
    model: &'a Diffusion,
    guidance: Guidance,
    repaint: Option<Repaint>,
}

impl Denoiser for Network<'_> {
    fn denoised(
        &mut self,
        x: Tensor<4>,
        sigma: f64,
        stop: &dyn Fn() -> bool,
    ) -> Result<Tensor<4>, Cancelled> {
        let Self {
            model,
            guidance,
            repaint,
        } = self;
        let x = match repaint {
            Some(repaint) => repaint.before(x, sigma),
            None => x,
        };
        let input = x.clone().mul_scalar(model.prediction.scale_input(sigma));
        let timestep = model.table.timestep(sigma) as f64;
        let mut forward = |x, context| model.forward_unless(x, timestep, context, stop);
        let output = guidance.predict(input, &mut forward).ok_or(Cancelled)?;
        let denoised = model.prediction.denoised(x, output, sigma);
        Ok(match repaint {
            Some(repaint) => repaint.after(denoised),
            None => denoised,
        })
    }
}

/// What a noise mask does: outside it the network is shown the given picture with noise of the
/// current strength, and its answer is replaced by the picture.
struct Repaint {
    /// 1 = repaint, `[batch, 1, height, width]`.
    mask: Tensor<4>,
    /// The given picture times what the mask leaves, in model units.
    kept: Tensor<4>,
    /// The noise times what the mask leaves.
    kept_noise: Tensor<4>,
}

impl Repaint {
    /// Resizes the mask to the latent; a batch of masks is repeated in turn.
    fn new(mask: &Pixels, latent: &Latent, clean: &[f32], noise: &[f32], device: &Device) -> Self {
        let Latent {
            batch,
            channels,
            height,
            width,
            ..
        } = *latent;
        let mask = resize_mask(mask, width, height);
        let size = height * width;
        let weights: Vec<f32> = (0..batch)
            .flat_map(|i| mask.picture(i % mask.batch))
            .copied()
            .collect();
        let left_of = |values: &[f32]| -> Vec<f32> {
            let of_cell = |i: usize| weights[i / (channels * size) * size + i % size];
            values
                .iter()
                .enumerate()
                .map(|(i, value)| value * (1.0 - of_cell(i)))
                .collect()
        };
        let upload = |values: Vec<f32>, channels: usize| {
            Tensor::from_data(
                TensorData::new(values, [batch, channels, height, width]),
                device,
            )
        };
        Self {
            kept: upload(left_of(clean), channels),
            kept_noise: upload(left_of(noise), channels),
            mask: upload(weights, 1),
        }
    }

    /// What the network is shown instead of `x`.
    fn before(&self, x: Tensor<4>, sigma: f64) -> Tensor<4> {
        self.after(x) + self.kept_noise.clone().mul_scalar(sigma)
    }

    /// `x` where the mask repaints, the given picture elsewhere.
    fn after(&self, x: Tensor<4>) -> Tensor<4> {
        x * self.mask.clone() + self.kept.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGMAS: [f32; 5] = [14.0, 6.0, 2.0, 0.5, 0.0];

    #[test]
    fn advanced_sigmas_are_comfyuis() {
        let part = |start, end, leftover| advanced_sigmas(&SIGMAS, start, end, leftover);
        assert_eq!(part(0, 10_000, false), SIGMAS);
        assert_eq!(part(0, 2, true), [14.0, 6.0, 2.0]);
        assert_eq!(part(0, 2, false), [14.0, 6.0, 0.0]);
        assert_eq!(part(1, 3, true), [6.0, 2.0, 0.5]);
        assert_eq!(part(3, usize::MAX, false), [0.5, 0.0]);
        assert!(part(4, 10_000, false).is_empty());
        assert!(part(usize::MAX - 1, 10_000, false).is_empty());
        assert!(part(2, 2, true).is_empty());
        assert!(part(0, 0, false).is_empty());
        assert!(advanced_sigmas(&[], 0, 5, false).is_empty());
    }

    #[test]
    fn only_a_start_at_full_noise_counts_the_pictures_variance() {
        assert_eq!(noised(&[1.0], &[2.0], 3.0, 14.6), [7.0]);
        assert_eq!(
            noised(&[0.0], &[1.0], 14.614_64, 14.614_643),
            [(1.0 + 14.614_64_f32 * 14.614_64).sqrt()]
        );
        assert_eq!(noised(&[0.5], &[0.0], 20.0, 14.6), [0.5]);
    }
}
