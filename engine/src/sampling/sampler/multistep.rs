//! Deterministic rules that look back at earlier steps instead of asking the network twice.

use std::collections::VecDeque;

use burn::tensor::Tensor;

use super::single::towards;
use super::{Step, Stepper, Tools};
use crate::sampling::denoise::Cancelled;

/// Adams-Bashforth: the slopes of up to four steps, each weighted by the integral of its Lagrange
/// polynomial over sigma.
#[derive(Default)]
pub(super) struct Lms {
    slopes: Slopes,
}

/// Adams-Bashforth with the weights of equally long steps (Liu et al. 2022; Zhang and Chen 2023).
#[derive(Default)]
pub(super) struct Ipndm {
    slopes: Slopes,
}

/// Exponential integrator with Lagrange polynomials over the time of the variance-preserving process
/// ("tAB-DEIS", Zhang and Chen 2023, in the form of diff-sampler), order 3.
#[derive(Default)]
pub(super) struct Deis {
    slopes: Slopes,
}

/// DPM-Solver++(2M) (Lu et al. 2022): a line through the last two clean latents.
#[derive(Default)]
pub(super) struct Dpmpp2m {
    last: Option<(Tensor<4>, f64)>,
}

/// The slopes of the latest steps and their sigmas, newest first.
#[derive(Default)]
struct Slopes(VecDeque<(Tensor<4>, f64)>);

impl Slopes {
    fn push(&mut self, step: &Step, keep: usize) {
        self.0.push_front((step.slope(), step.sigma));
        self.0.truncate(keep);
    }

    fn sigmas(&self) -> Vec<f64> {
        self.0.iter().map(|(_, sigma)| *sigma).collect()
    }

    /// `x` plus the slopes, each times its weight.
    fn add_to(&self, x: Tensor<4>, weights: &[f64]) -> Tensor<4> {
        self.0
            .iter()
            .zip(weights)
            .fold(x, |x, ((slope, _), weight)| {
                x + slope.clone().mul_scalar(*weight)
            })
    }
}

impl Stepper for Lms {
    fn step(&mut self, step: Step, _: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        self.slopes.push(&step, 4);
        if step.next == 0.0 {
            return Ok(step.denoised);
        }
        let sigmas = self.slopes.sigmas();
        let weights: Vec<f64> = (0..sigmas.len())
            .map(|i| cubic_integral(step.sigma, step.next, |at| lagrange(&sigmas, i, at)))
            .collect();
        Ok(self.slopes.add_to(step.x, &weights))
    }
}

impl Stepper for Ipndm {
    fn step(&mut self, step: Step, _: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        const WEIGHTS: [&[f64]; 4] = [
            &[1.0],
            &[3.0 / 2.0, -1.0 / 2.0],
            &[23.0 / 12.0, -16.0 / 12.0, 5.0 / 12.0],
            &[55.0 / 24.0, -59.0 / 24.0, 37.0 / 24.0, -9.0 / 24.0],
        ];
        self.slopes.push(&step, WEIGHTS.len());
        if step.next == 0.0 {
            return Ok(step.denoised);
        }
        let way = step.next - step.sigma;
        let weights: Vec<f64> = WEIGHTS[self.slopes.0.len() - 1]
            .iter()
            .map(|weight| weight * way)
            .collect();
        Ok(self.slopes.add_to(step.x, &weights))
    }
}

impl Stepper for Deis {
    fn step(&mut self, step: Step, _: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        self.slopes.push(&step, 3);
        let sigmas = self.slopes.sigmas();
        if sigmas.len() == 1 || step.next == 0.0 {
            return Ok(towards(step.x, step.denoised, step.next / step.sigma));
        }
        Ok(self
            .slopes
            .add_to(step.x, &deis_weights(&sigmas, step.next)))
    }
}

impl Stepper for Dpmpp2m {
    fn step(&mut self, step: Step, _: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        let last = self.last.replace((step.denoised.clone(), step.sigma));
        let denoised = match last {
            Some((last, last_sigma)) if step.next > 0.0 => {
                let ratio = (last_sigma / step.sigma).ln() / step.log_gain();
                beyond(step.denoised, last, 1.0 / (2.0 * ratio))
            }
            Some(_) | None => step.denoised,
        };
        Ok(towards(step.x, denoised, step.next / step.sigma))
    }
}

/// `now + share * (now - before)`: the line through two clean latents, continued.
pub(super) fn beyond(now: Tensor<4>, before: Tensor<4>, share: f64) -> Tensor<4> {
    now.mul_scalar(1.0 + share) - before.mul_scalar(share)
}

/// The polynomial that is 1 at `nodes[i]` and 0 at the other nodes.
fn lagrange(nodes: &[f64], i: usize, at: f64) -> f64 {
    let others = nodes.iter().enumerate().filter(|(k, _)| *k != i);
    others
        .map(|(_, node)| (at - node) / (nodes[i] - node))
        .product()
}

/// The integral of a polynomial of degree 3 at most, exact: Gauss' rule with two points.
fn cubic_integral(from: f64, to: f64, polynomial: impl Fn(f64) -> f64) -> f64 {
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let offset = half / 3.0_f64.sqrt();
    half * (polynomial(middle - offset) + polynomial(middle + offset))
}

/// The weights of the slopes at `sigmas` (newest first) for a step to `next`.
///
/// The integral is a plain sum over as many points as the reference takes: at 10,000 points its error
/// is larger than f32's, and part of the sampler's numbers.
fn deis_weights(sigmas: &[f64], next: f64) -> Vec<f64> {
    const POINTS: usize = 10_000;
    let process = VpProcess::new();
    let times: Vec<f64> = sigmas.iter().map(|sigma| process.time(*sigma)).collect();
    let (from, way) = (times[0], process.time(next) - times[0]);
    let mut weights = vec![0.0; times.len()];
    for point in 0..POINTS {
        let time = from + way * point as f64 / (POINTS - 1) as f64;
        let slope = process.sigma_slope(time);
        for (i, weight) in weights.iter_mut().enumerate() {
            *weight += slope * lagrange(&times, i, time);
        }
    }
    weights
        .iter_mut()
        .for_each(|weight| *weight *= way / POINTS as f64);
    weights
}

/// The variance-preserving process that DEIS takes its time from: beta grows along a line, sigma is
/// 0.002 at time 0.001 and 80 at time 1 (Karras et al. 2022, table 1).
struct VpProcess {
    beta_min: f64,
    beta_growth: f64,
}

impl VpProcess {
    fn new() -> Self {
        const FIRST_TIME: f32 = 1e-3;
        // In f32 as in the reference, which loses digits of the small sigma.
        let log_variance = |sigma: f32| (sigma * sigma + 1.0).ln();
        let (first, last) = (log_variance(0.002), log_variance(80.0));
        let beta_growth = 2.0 * (first / FIRST_TIME - last) / (FIRST_TIME - 1.0);
        Self {
            beta_min: f64::from(last - 0.5 * beta_growth),
            beta_growth: beta_growth.into(),
        }
    }

    /// The time at which the process has the noise level `sigma`.
    fn time(&self, sigma: f64) -> f64 {
        let log_variance = (sigma * sigma).ln_1p();
        ((self.beta_min * self.beta_min + 2.0 * self.beta_growth * log_variance).sqrt()
            - self.beta_min)
            / self.beta_growth
    }

    /// How fast sigma (of the scaled process) grows with time: the weight of a slope.
    fn sigma_slope(&self, time: f64) -> f64 {
        let beta = self.beta_min + self.beta_growth * time;
        let log_alpha = -time * (0.5 * self.beta_growth * time + self.beta_min);
        let alpha = log_alpha.exp();
        0.5 * beta / (alpha * -log_alpha.exp_m1()).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_equal_steps_are_adams_and_bashforths() {
        // Hairer, Nørsett, Wanner, "Solving Ordinary Differential Equations I", section III.1.
        let sigmas = [4.0, 5.0, 6.0, 7.0];
        let weights: Vec<f64> = (0..4)
            .map(|i| cubic_integral(4.0, 3.0, |at| lagrange(&sigmas, i, at)))
            .collect();
        for (got, want) in weights.iter().zip([55.0, -59.0, 37.0, -9.0]) {
            assert!((got + want / 24.0).abs() < 1e-12, "{weights:?}");
        }
    }
}
