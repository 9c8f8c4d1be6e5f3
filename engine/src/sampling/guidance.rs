//! Classifier-free guidance: the network is asked for both prompts, and the picture moves away from
//! what the negative one gives (Ho and Salimans 2022; ComfyUI `samplers.py`, `sampling_function`).

use burn::tensor::Tensor;

/// Contexts are repeated to a common length for one call up to this factor; beyond it two calls are
/// cheaper (ComfyUI `conds.py`, `CONDCrossAttn.can_concat`).
const MAX_REPEAT: usize = 4;

/// The prompts as the network is asked for them, made once for all steps.
pub struct Guidance {
    cfg: f64,
    contexts: Contexts,
}

enum Contexts {
    /// Without guidance the negative prompt has no part.
    Positive(Tensor<3>),
    /// The negative half of the batch, then the positive one: a single call.
    Together(Tensor<3>),
    /// Two calls, as the lengths do not go together: the negative prompt, then the positive one.
    Apart(Box<[Tensor<3>; 2]>),
}

impl Guidance {
    /// Prepares the prompts for latents of `batch` pictures.
    ///
    /// # Shapes
    /// - positive, negative: `[1, tokens, width]`, the counts of tokens may differ
    pub fn new(positive: &Tensor<3>, negative: &Tensor<3>, cfg: f64, batch: usize) -> Self {
        let [_, positive_len, _] = positive.dims();
        let [_, negative_len, _] = negative.dims();
        let common = least_common_multiple(positive_len, negative_len);
        // Repeating a context changes nothing: softmax shares each token's weight among its copies.
        let contexts = if (cfg - 1.0).abs() <= 1e-9 * cfg.abs().max(1.0) {
            Contexts::Positive(for_batch(positive, positive_len, batch))
        } else if common <= MAX_REPEAT * positive_len.min(negative_len) {
            let both = vec![
                for_batch(negative, common, batch),
                for_batch(positive, common, batch),
            ];
            Contexts::Together(Tensor::cat(both, 0))
        } else {
            Contexts::Apart(Box::new([
                for_batch(negative, negative_len, batch),
                for_batch(positive, positive_len, batch),
            ]))
        };
        Self { cfg, contexts }
    }

    /// The guided output of the network for the scaled latent `x`; `forward` is one network call on a
    /// batch and a context for each of its rows. `None` as soon as a call gives none.
    ///
    /// # Shapes
    /// - x, returns: `[batch, channels, height, width]`
    pub fn predict(
        &self,
        x: Tensor<4>,
        forward: &mut dyn FnMut(Tensor<4>, Tensor<3>) -> Option<Tensor<4>>,
    ) -> Option<Tensor<4>> {
        let (negative, positive) = match &self.contexts {
            Contexts::Positive(context) => return forward(x, context.clone()),
            Contexts::Together(context) => {
                let [batch, ..] = x.dims();
                let both = forward(x.repeat_dim(0, 2), context.clone())?;
                (
                    both.clone().narrow(0, 0, batch),
                    both.narrow(0, batch, batch),
                )
            }
            Contexts::Apart(contexts) => {
                let [negative, positive] = contexts.as_ref().clone();
                (forward(x.clone(), negative)?, forward(x, positive)?)
            }
        };
        let difference = positive - negative.clone();
        Some(negative + difference.mul_scalar(self.cfg))
    }
}

/// A context repeated to `len` tokens and to one row a picture.
fn for_batch(context: &Tensor<3>, len: usize, batch: usize) -> Tensor<3> {
    let [rows, tokens, _] = context.dims();
    let times = len / tokens.max(1);
    let context = if times > 1 {
        context.clone().repeat_dim(1, times)
    } else {
        context.clone()
    };
    if rows == batch {
        context
    } else {
        context
            .repeat_dim(0, batch.div_ceil(rows.max(1)))
            .narrow(0, 0, batch)
    }
}

fn least_common_multiple(a: usize, b: usize) -> usize {
    let (mut divisor, mut rest) = (a, b);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    a.checked_div(divisor)
        .map_or(0, |part| part.saturating_mul(b))
}

#[cfg(test)]
mod tests {
    use super::least_common_multiple;

    #[test]
    fn lengths_meet_at_their_least_common_multiple() {
        assert_eq!(least_common_multiple(77, 77), 77);
        assert_eq!(least_common_multiple(77, 154), 154);
        assert_eq!(least_common_multiple(154, 231), 462);
        assert_eq!(least_common_multiple(0, 77), 0);
    }
}
