//! UniPC (Zhao et al. 2023), variant B1, order 3: each step is corrected once the network has seen
//! where it led, without another call.
//!
//! The reference works with latents of variance 1; divided by their signal's share these are the
//! noisy latents of the other samplers, and all that remains of it are sigmas.

use std::collections::VecDeque;

use burn::tensor::Tensor;

use super::{Step, Stepper, Tools};
use crate::sampling::denoise::Cancelled;

/// The reference ends here instead of at 0, whose logarithm is not finite.
const LAST_SIGMA: f64 = 0.001;

/// Also the most clean latents that are remembered.
const MAX_ORDER: usize = 3;

/// The rule and what it remembers.
pub(super) struct UniPc {
    order: usize,
    steps_left: usize,
    /// Clean latents with their noise levels, newest first.
    seen: VecDeque<(Tensor<4>, Level)>,
    correction: Option<Correction>,
}

/// What corrects a latent once the network has seen it.
struct Correction {
    /// The first-order step that led there.
    base: Tensor<4>,
    /// Weights of the clean latent seen there, then of the earlier ones, newest first.
    weights: Vec<f64>,
}

impl UniPc {
    /// For a run of `steps` steps.
    pub(super) fn new(steps: usize) -> Self {
        // The reference takes order 0 for a single step, and returns the noise it was given.
        let order = steps.saturating_sub(1).clamp(1, MAX_ORDER);
        Self {
            order,
            steps_left: steps,
            seen: VecDeque::new(),
            correction: None,
        }
    }
}

impl Stepper for UniPc {
    fn step(&mut self, step: Step, _: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        let next = if step.next == 0.0 {
            LAST_SIGMA.min(0.5 * step.sigma)
        } else {
            step.next
        };
        let (level, next) = (Level::new(step.sigma), Level::new(next));
        self.seen.push_front((step.denoised, level));
        let x = match self.correction.take() {
            Some(correction) => weighted(correction.base, self.seen.iter().zip(correction.weights)),
            None => step.x,
        };
        self.seen.truncate(self.order);

        // The last steps fall back to lower orders.
        let order = self.seen.len().min(self.steps_left.max(1));
        self.steps_left = self.steps_left.saturating_sub(1);
        let logs: Vec<f64> = self
            .seen
            .iter()
            .take(order)
            .map(|(_, level)| level.log_snr)
            .collect();
        let update = Update::new(&logs, next.log_snr);

        let base = x.mul_scalar(next.sigma / level.sigma);
        let base = weighted(base, self.seen.iter().zip([update.newest]));
        if self.steps_left > 0 {
            self.correction = Some(Correction {
                base: base.clone(),
                weights: update.corrector,
            });
        }
        Ok(weighted(base, self.seen.iter().zip(update.predictor)))
    }
}

/// `base` plus clean latents, each times its weight.
fn weighted<'a>(
    base: Tensor<4>,
    terms: impl Iterator<Item = (&'a (Tensor<4>, Level), f64)>,
) -> Tensor<4> {
    terms.fold(base, |sum, ((denoised, _), weight)| {
        sum + denoised.clone().mul_scalar(weight)
    })
}

/// A noise level, as the reference sees it.
#[derive(Clone, Copy)]
struct Level {
    /// Sigma.
    sigma: f64,
    /// Half the logarithm of the signal-to-noise ratio.
    log_snr: f64,
}

impl Level {
    /// With the roundings of the reference, which takes the noise's share as 1 less the signal's in
    /// f32: of the last level only the first digit of its variance is right, and that can be seen.
    fn new(sigma: f64) -> Self {
        if sigma < LAST_SIGMA {
            // The reference would find no noise at all.
            return Self {
                sigma,
                log_snr: -sigma.ln(),
            };
        }
        let sigma = sigma as f32;
        let log_signal = 0.5 * (1.0 / (sigma * sigma + 1.0)).ln();
        let noise_variance = 1.0 - (2.0 * log_signal).exp();
        Self {
            sigma: f64::from(noise_variance.sqrt() / log_signal.exp()),
            log_snr: f64::from(log_signal - 0.5 * noise_variance.ln()),
        }
    }
}

/// The numbers of one step.
struct Update {
    /// The weight of the newest clean latent in the first-order step.
    newest: f64,
    /// Weights of the clean latents, newest first, that make the first-order step the predictor.
    predictor: Vec<f64>,
    /// Weights that make it the corrector: of the clean latent not yet seen, then of the others.
    corrector: Vec<f64>,
}

impl Update {
    /// From the levels of the clean latents (newest first) to `next`, all as half the logarithm of
    /// the signal-to-noise ratio.
    fn new(log_snrs: &[f64], next: f64) -> Self {
        let order = log_snrs.len();
        let gain = next - log_snrs[0];
        // Where the others lie, in units of the step: earlier ones below 0, the one to come at 1.
        let earlier = log_snrs[1..]
            .iter()
            .map(|log_snr| (log_snr - log_snrs[0]) / gain);
        let places: Vec<f64> = earlier.chain([1.0]).collect();

        // The moments that the weighted differences must have (equation 11 of the paper), B(h) = h.
        let h = -gain;
        let (mut phi, mut factorial) = (h.exp_m1() / h - 1.0, 1.0);
        let moments: Vec<f64> = (1..=order)
            .map(|k| {
                let moment = phi * factorial / h;
                factorial *= (k + 1) as f64;
                phi = phi / h - 1.0 / factorial;
                moment
            })
            .collect();

        // Differences to the newest clean latent become weights of the latents themselves.
        let over_places = |weights: &[f64]| -> Vec<f64> {
            let each: Vec<f64> = weights
                .iter()
                .zip(&places)
                .map(|(weight, place)| -h * weight / place)
                .collect();
            std::iter::once(-each.iter().sum::<f64>())
                .chain(each)
                .collect()
        };

        // The lowest orders have the simpler weights of the reference.
        let predictor = match order {
            1 => Vec::new(),
            2 => over_places(&[0.5]),
            _ => over_places(&solve_moments(&places[..order - 1], &moments[..order - 1])),
        };
        let mut corrector = over_places(&if order == 1 {
            vec![0.5]
        } else {
            solve_moments(&places, &moments)
        });

        let unseen = corrector
            .pop()
            .expect("the corrector has a weight for the latent to come");
        corrector.insert(0, unseen);
        Self {
            newest: -h.exp_m1(),
            predictor,
            corrector,
        }
    }
}

/// Weights `w` with `sum(w[i] * places[i]^k) = moments[k]` for each k: Gaussian elimination on a
/// Vandermonde matrix of at most three rows, whose places differ.
fn solve_moments(places: &[f64], moments: &[f64]) -> Vec<f64> {
    let n = places.len();
    let mut rows: Vec<Vec<f64>> = moments
        .iter()
        .enumerate()
        .map(|(power, moment)| {
            let power = i32::try_from(power).expect("at most three moments");
            places
                .iter()
                .map(|place| place.powi(power))
                .chain([*moment])
                .collect()
        })
        .collect();
    for pivot in 0..n {
        let (above, below) = rows.split_at_mut(pivot + 1);
        let pivot_row = &above[pivot];
        for row in below {
            let factor = row[pivot] / pivot_row[pivot];
            row.iter_mut()
                .zip(pivot_row)
                .for_each(|(value, above)| *value -= factor * above);
        }
    }
    let mut weights = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n)
            .map(|column| rows[row][column] * weights[column])
            .sum();
        weights[row] = (rows[row][n] - known) / rows[row][row];
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_met() {
        let (places, moments) = ([-2.5, -1.25, 1.0], [0.4, 0.3, 0.25]);
        let weights = solve_moments(&places, &moments);
        for (power, moment) in (0..).zip(moments) {
            let sum: f64 = weights
                .iter()
                .zip(places)
                .map(|(weight, place)| weight * place.powi(power))
                .sum();
            assert!((sum - moment).abs() < 1e-12, "{weights:?}");
        }
    }
}
