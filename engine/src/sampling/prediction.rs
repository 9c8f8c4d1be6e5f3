//! What a network's output means: how its input is scaled, and the clean picture that its output
//! speaks of (ComfyUI `model_sampling.py`, classes `EPS` and `V_PREDICTION`).

use burn::tensor::Tensor;

use crate::sampling::mix;

/// What a network was trained to predict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prediction {
    /// The noise in its input.
    Epsilon,
    /// The velocity between picture and noise.
    V,
}

impl Prediction {
    /// What the noisy latent is multiplied by before it enters the network: both kinds were trained
    /// on inputs of variance 1.
    pub fn scale_input(self, sigma: f64) -> f64 {
        match self {
            Self::Epsilon | Self::V => 1.0 / sigma.hypot(1.0),
        }
    }

    /// The clean latent that `output` predicts for the noisy latent `x` (not scaled).
    ///
    /// # Shapes
    /// - x, output, returns: `[batch, channels, height, width]` in model units
    pub fn denoised(self, x: Tensor<4>, output: Tensor<4>, sigma: f64) -> Tensor<4> {
        let (keep, take) = self.factors(sigma);
        mix(keep, x, take, output)
    }

    /// The factors of the noisy latent and of the output in the clean latent.
    fn factors(self, sigma: f64) -> (f64, f64) {
        match self {
            Self::Epsilon => (1.0, -sigma),
            Self::V => (1.0 / (sigma * sigma + 1.0), -sigma / sigma.hypot(1.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_undo_their_definition() {
        // A picture `x0` with noise `e` of strength sigma; v as Salimans and Ho (2022) define it, with
        // alpha² + beta² = 1 and sigma = beta / alpha.
        let (x0, e, sigma) = (0.3_f64, -1.2_f64, 2.5_f64);
        let alpha = 1.0 / (1.0 + sigma * sigma).sqrt();
        let beta = sigma * alpha;
        let noisy = x0 + sigma * e;
        for (kind, output) in [
            (Prediction::Epsilon, e),
            (Prediction::V, alpha * e - beta * x0),
        ] {
            let (keep, take) = kind.factors(sigma);
            assert!(
                (keep * noisy + take * output - x0).abs() < 1e-12,
                "{kind:?}"
            );
            assert!((kind.scale_input(sigma) - alpha).abs() < 1e-12, "{kind:?}");
        }
    }
}
