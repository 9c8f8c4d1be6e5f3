//! Rules that remember nothing.

use burn::tensor::Tensor;

use super::{Step, Stepper, Tools};
use crate::sampling::denoise::Cancelled;
use crate::sampling::mix;

/// Euler's method: along the slope, straight to the next sigma.
pub(super) struct Euler;

/// Euler's method to a lower sigma, then noise up to the next one.
pub(super) struct EulerAncestral;

/// Heun's method (Karras et al. 2022, algorithm 2 without churn): the mean slope of both ends.
pub(super) struct Heun;

/// The slope at the geometric middle of both sigmas (DPM-Solver-2 without its exponentials).
pub(super) struct Dpm2;

/// [`Dpm2`] to a lower sigma, then noise up to the next one.
pub(super) struct Dpm2Ancestral;

/// DPM-Solver++(2S) to a lower sigma, then noise up to the next one.
pub(super) struct Dpmpp2sAncestral;

/// Latent consistency: the clean latent, and new noise up to the next sigma.
pub(super) struct Lcm;

/// The posterior of the trained process (Ho et al. 2020, equation 7).
pub(super) struct Ddpm;

impl Stepper for Euler {
    fn step(&mut self, step: Step, _: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        Ok(towards(step.x, step.denoised, step.next / step.sigma))
    }
}

impl Stepper for EulerAncestral {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        let Ancestral { down, up } = ancestral(step.sigma, step.next);
        if down == 0.0 {
            return Ok(step.denoised);
        }
        let noise = tools.noise(step.sigma, step.next, &step.x);
        Ok(towards(step.x, step.denoised, down / step.sigma) + noise.mul_scalar(up))
    }
}

impl Stepper for Heun {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        let Step { sigma, next, .. } = step;
        if next == 0.0 {
            return Euler.step(step, tools);
        }
        let slope = step.slope();
        let guess = towards(step.x.clone(), step.denoised, next / sigma);
        let guess_denoised = tools.denoised(guess.clone(), next)?;
        let guess_slope = (guess - guess_denoised).mul_scalar(1.0 / next);
        Ok(step.x + (slope + guess_slope).mul_scalar(0.5 * (next - sigma)))
    }
}

impl Stepper for Dpm2 {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        if step.next == 0.0 {
            return Euler.step(step, tools);
        }
        let down = step.next;
        midpoint(step, down, tools)
    }
}

impl Stepper for Dpm2Ancestral {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        let Ancestral { down, up } = ancestral(step.sigma, step.next);
        if down == 0.0 {
            return Ok(step.denoised);
        }
        let Step { sigma, next, .. } = step;
        let x = midpoint(step, down, tools)?;
        let noise = tools.noise(sigma, next, &x);
        Ok(x + noise.mul_scalar(up))
    }
}

impl Stepper for Dpmpp2sAncestral {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        let Ancestral { down, up } = ancestral(step.sigma, step.next);
        if down == 0.0 {
            return Ok(step.denoised);
        }
        let middle = (step.sigma * down).sqrt();
        let guess = towards(step.x.clone(), step.denoised, middle / step.sigma);
        let guess_denoised = tools.denoised(guess, middle)?;
        let noise = tools.noise(step.sigma, step.next, &step.x);
        Ok(towards(step.x, guess_denoised, down / step.sigma) + noise.mul_scalar(up))
    }
}

impl Stepper for Lcm {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        if step.next == 0.0 {
            return Ok(step.denoised);
        }
        let noise = tools.noise(step.sigma, step.next, &step.x);
        Ok(step.denoised + noise.mul_scalar(step.next))
    }
}

impl Stepper for Ddpm {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        // In the process' own units a latent of noise level s has variance 1: it is x / hypot(s, 1).
        let (size, next_size) = (step.sigma.hypot(1.0), step.next.hypot(1.0));
        let signal = 1.0 / (size * size);
        let noise_share = step.sigma * step.sigma * signal;
        let next_signal = 1.0 / (next_size * next_size);
        let kept = signal / next_signal;
        // The mean, with the noise in x written as (x - denoised) / sigma.
        let scale = next_size / kept.sqrt();
        let removed = scale * (1.0 - kept) / (step.sigma * noise_share.sqrt());
        let mean = mix(scale / size - removed, step.x, removed, step.denoised);
        if step.next == 0.0 {
            return Ok(mean);
        }
        let deviation = ((1.0 - kept) * (step.next * step.next * next_signal) / noise_share).sqrt();
        let noise = tools.noise(step.sigma, step.next, &mean);
        Ok(mean + noise.mul_scalar(deviation * next_size))
    }
}

/// Keeps `share` of the noise: `x` at `share` 1, the clean latent at 0. Euler's method to `sigma *
/// share`, and the first-order step of DPM-Solver++ as well.
pub(super) fn towards(x: Tensor<4>, denoised: Tensor<4>, share: f64) -> Tensor<4> {
    if share == 0.0 {
        denoised
    } else {
        mix(share, x, 1.0 - share, denoised)
    }
}

/// From `step.sigma` to `down` along the slope at the geometric middle of both.
fn midpoint(step: Step, down: f64, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
    let middle = (step.sigma * down).sqrt();
    let guess = towards(step.x.clone(), step.denoised, middle / step.sigma);
    let guess_denoised = tools.denoised(guess.clone(), middle)?;
    let factor = (down - step.sigma) / middle;
    Ok(step.x + (guess - guess_denoised).mul_scalar(factor))
}

/// A step that goes deeper than wanted and comes back by adding noise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ancestral {
    /// The sigma to go down to.
    pub(super) down: f64,
    /// The strength of the noise to add.
    pub(super) up: f64,
}

/// How far down, and how much noise up (k-diffusion `get_ancestral_step`, eta 1).
///
/// In f32 as in the reference: where the ratio of both sigmas is large, `down` is the small
/// difference of two large numbers, and its rounding shows.
pub(super) fn ancestral(sigma: f64, next: f64) -> Ancestral {
    let (from, to) = (sigma as f32, next as f32);
    let (from2, to2) = (from * from, to * to);
    let up = (to2 * (from2 - to2) / from2).max(0.0).sqrt().min(to);
    Ancestral {
        down: f64::from((to2 - up * up).max(0.0).sqrt()),
        up: up.into(),
    }
}
