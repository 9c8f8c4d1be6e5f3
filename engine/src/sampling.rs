//! From noise to a latent: three tables and one loop.
//!
//! ```text
//! schedule.rs    steps -> sigmas            (how much noise is left before each step)
//! prediction.rs  network output -> picture  (epsilon, v)
//! sampler.rs     one step, sigma -> sigma   (seventeen rules, `sampler/` holds them by kind)
//! denoise.rs     joins them: the only denoising loop in the program
//! ```
//! `guidance.rs` asks the network for both prompts, `noise.rs` and `brownian.rs` make the noise.
//! Numbers that a step needs are computed on the host; tensors never leave the device inside a
//! step. All tensors are in *model units* (latent units times the family's scale factor).

pub mod brownian;
pub mod denoise;
pub mod guidance;
pub mod noise;
pub mod prediction;
pub mod sampler;
pub mod schedule;

use burn::tensor::Tensor;

/// `a * x + b * y`, two tensors of one shape.
///
/// Every deterministic rule of a step is such a mix: the factors are joined on the host in f64, so
/// that the device runs three small kernels and nothing cancels at high sigmas.
pub(crate) fn mix(a: f64, x: Tensor<4>, b: f64, y: Tensor<4>) -> Tensor<4> {
    x.mul_scalar(a) + y.mul_scalar(b)
}
