//! DPM-Solver++ for the stochastic differential equation (Lu et al. 2022; Crowson's k-diffusion): all
//! noise is replaced on the way (eta 1), drawn from one Brownian path.

use burn::tensor::Tensor;

use super::multistep::beyond;
use super::single::{Ancestral, ancestral, towards};
use super::{Step, Stepper, Tools};
use crate::sampling::denoise::Cancelled;

/// DPM-Solver++ (SDE) with r 1/2: a stochastic step to the middle, the network once more, then the
/// whole step with what it saw there.
pub(super) struct DpmppSde;

/// DPM-Solver++(2M) SDE, midpoint variant.
#[derive(Default)]
pub(super) struct Dpmpp2mSde {
    last: Option<Seen>,
}

/// DPM-Solver++(3M) SDE.
#[derive(Default)]
pub(super) struct Dpmpp3mSde {
    last: Option<Seen>,
    last_but_one: Option<Seen>,
}

/// A clean latent of an earlier step, and how much that step gained.
struct Seen {
    denoised: Tensor<4>,
    log_gain: f64,
}

impl Stepper for DpmppSde {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        if step.next == 0.0 {
            return Ok(step.denoised);
        }
        let middle = middle_as_torch(step.sigma, step.next);

        let Ancestral { down, up } = ancestral(step.sigma, middle);
        let noise = tools.noise(step.sigma, middle, &step.x);
        let guess =
            towards(step.x.clone(), step.denoised, down / step.sigma) + noise.mul_scalar(up);
        let guess_denoised = tools.denoised(guess, middle)?;

        let Ancestral { down, up } = ancestral(step.sigma, step.next);
        let noise = tools.noise(step.sigma, step.next, &step.x);
        Ok(towards(step.x, guess_denoised, down / step.sigma) + noise.mul_scalar(up))
    }
}

impl Stepper for Dpmpp2mSde {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        if step.next == 0.0 {
            return Ok(step.denoised);
        }
        let log_gain = step.log_gain();
        let last = self.last.replace(Seen {
            denoised: step.denoised.clone(),
            log_gain,
        });
        let denoised = match last {
            Some(last) => beyond(step.denoised, last.denoised, 0.5 * log_gain / last.log_gain),
            None => step.denoised,
        };
        Ok(renoised(step.x, denoised, step.sigma, step.next, tools))
    }
}

impl Stepper for Dpmpp3mSde {
    fn step(&mut self, step: Step, tools: &mut Tools<'_>) -> Result<Tensor<4>, Cancelled> {
        if step.next == 0.0 {
            return Ok(step.denoised);
        }
        let log_gain = step.log_gain();
        // Twice the gain, since the noise is renewed (eta 1).
        let gain = 2.0 * log_gain;
        let removed = -(-gain).exp_m1();
        let phi_2 = 1.0 - removed / gain;
        let phi_3 = phi_2 / gain - 0.5;

        let now = step.denoised.clone();
        let correction = match (&self.last, &self.last_but_one) {
            (Some(last), Some(older)) => {
                let (r0, r1) = (last.log_gain / log_gain, older.log_gain / log_gain);
                let slope_0 = (now - last.denoised.clone()).mul_scalar(1.0 / r0);
                let slope_1 = (last.denoised.clone() - older.denoised.clone()).mul_scalar(1.0 / r1);
                let change = (slope_0.clone() - slope_1).mul_scalar(1.0 / (r0 + r1));
                Some(slope_0.mul_scalar(phi_2) + change.mul_scalar(phi_2 * r0 - phi_3))
            }
            (Some(last), None) => {
                let slope = now - last.denoised.clone();
                Some(slope.mul_scalar(phi_2 * log_gain / last.log_gain))
            }
            (None, _) => None,
        };
        self.last_but_one = self.last.replace(Seen {
            denoised: step.denoised.clone(),
            log_gain,
        });

        let x = renoised(step.x, step.denoised, step.sigma, step.next, tools);
        Ok(match correction {
            Some(correction) => x + correction,
            None => x,
        })
    }
}

/// The first-order step that replaces all noise: towards the clean latent by the square of the
/// sigmas' ratio, and new noise up to the next sigma.
fn renoised(
    x: Tensor<4>,
    denoised: Tensor<4>,
    sigma: f64,
    next: f64,
    tools: &mut Tools<'_>,
) -> Tensor<4> {
    let share = (next / sigma).powi(2);
    let noise = tools.noise(sigma, next, &x);
    towards(x, denoised, share) + noise.mul_scalar(next * (1.0 - share).sqrt())
}

/// The geometric middle of two sigmas, with every rounding of the reference: the Brownian path is
/// cut at times of six decimals, so the last bit of this one decides which noise is drawn.
fn middle_as_torch(sigma: f64, next: f64) -> f64 {
    let log = |sigma: f64| -(f64::from(sigma as f32).ln() as f32);
    let (from, to) = (log(sigma), log(next));
    let middle = from + 0.5 * (to - from);
    f64::from(f64::from(-middle).exp() as f32)
}
