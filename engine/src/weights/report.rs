//! What became of every tensor of a file: the proof that a model was understood whole.

use std::collections::BTreeSet;

use crate::weights::WeightsError;
use crate::weights::safetensors::SafetensorsFile;

/// Names of tensors that real checkpoints carry and inference does not need, as prefix or suffix,
/// each with its reason.
const NOT_NEEDED: &[(&str, &str)] = &[
    (
        ".position_ids",
        "the numbers 0..77, saved by older transformers",
    ),
    (
        "model_ema.",
        "the training's running average, a second copy of the weights",
    ),
    ("betas", "the noise table, which is computed"),
    ("alphas_cumprod", "the noise table"),
    ("alphas_cumprod_prev", "the noise table"),
    ("sqrt_alphas_cumprod", "the noise table"),
    ("sqrt_one_minus_alphas_cumprod", "the noise table"),
    ("log_one_minus_alphas_cumprod", "the noise table"),
    ("sqrt_recip_alphas_cumprod", "the noise table"),
    ("sqrt_recipm1_alphas_cumprod", "the noise table"),
    ("posterior_", "the noise table"),
    ("denoiser.sigmas", "the noise table"),
    ("logvar", "a training weight"),
    ("loss.", "the autoencoder's training loss"),
    ("first_stage_model.loss.", "the autoencoder's training loss"),
    ("logit_scale", "CLIP's training temperature"),
    (
        "cond_stage_model.logit_scale",
        "CLIP's training temperature",
    ),
    (
        "text_projection",
        "CLIP's projection, which this family does not use",
    ),
    (
        "cond_stage_model.transformer.text_projection",
        "the same, in a checkpoint",
    ),
    (
        "cond_stage_model.text_projection",
        "the same, in a checkpoint",
    ),
    ("v_pred", "a marker that has been read"),
    ("ztsnr", "a marker that has been read"),
    ("embedding_manager.", "a textual inversion from training"),
    ("epoch", "the training's clock"),
    ("global_step", "the training's clock"),
    ("model_ema", "the training's running average"),
];

/// What became of a file's tensors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Tensors that are part of the network now.
    pub used: usize,
    /// Of those, the ones whose number type was changed while loading.
    pub converted: usize,
    /// Tensors left alone, with the reason.
    pub explained: Vec<(String, &'static str)>,
}

impl Report {
    /// Accounts for every tensor of a file of which `used` became part of a network.
    ///
    /// # Errors
    /// A tensor that nothing accounts for.
    pub fn of(
        file: &SafetensorsFile,
        used: &BTreeSet<String>,
        converted: usize,
    ) -> Result<Self, WeightsError> {
        let mut report = Self {
            used: used.len(),
            converted,
            explained: Vec::new(),
        };
        let mut unexplained = Vec::new();
        for name in file.names().filter(|name| !used.contains(*name)) {
            match NOT_NEEDED.iter().find(|(part, _)| matches(name, part)) {
                Some((_, reason)) => report.explained.push((name.to_owned(), *reason)),
                None => unexplained.push(name.to_owned()),
            }
        }
        match unexplained.first() {
            None => Ok(report),
            Some(first) => Err(WeightsError::Unused {
                file: file.path().to_owned(),
                count: unexplained.len(),
                first: first.clone(),
            }),
        }
    }

    /// Joins the reports of a model's files.
    pub fn and(mut self, other: Self) -> Self {
        self.used += other.used;
        self.converted += other.converted;
        self.explained.extend(other.explained);
        self
    }
}

/// `.x` is a suffix, `x.` and `x_` a prefix, anything else a whole name or a name's first part.
fn matches(name: &str, part: &str) -> bool {
    if part.starts_with('.') {
        name.ends_with(part)
    } else if part.ends_with(['.', '_']) {
        name.starts_with(part)
    } else {
        name == part
            || name
                .strip_prefix(part)
                .is_some_and(|rest| rest.starts_with('.'))
    }
}
