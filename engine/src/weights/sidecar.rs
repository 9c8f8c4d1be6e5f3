//! What tensor names and shapes cannot say: head counts, norm groups, prediction, schedule, scale,
//! native size, preview matrix. It stands in `NAME.config.json` beside a checkpoint, in diffusers'
//! words, or in the `config.json` files of a diffusers folder. Everything in it is optional.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::weights::error::{ConfigFault, WeightsError};

/// The largest configuration file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A model's configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sidecar {
    /// The diffusion network.
    pub unet: UnetConfig,
    /// The autoencoder.
    pub vae: VaeConfig,
    /// The text encoders, in order.
    pub text_encoders: Vec<TextConfig>,
    /// `epsilon` or `v_prediction`.
    pub prediction_type: Option<String>,
    /// Whether the last step starts from pure noise.
    pub zero_terminal_snr: Option<bool>,
    /// First beta of the scaled-linear schedule.
    pub beta_start: Option<f64>,
    /// Last beta of the scaled-linear schedule.
    pub beta_end: Option<f64>,
    /// Width and height that the model was trained for, in pixels.
    pub native_size: Option<[u32; 2]>,
    /// Latent to colours.
    pub preview: Option<PreviewConfig>,
    /// Settings with which it paints well.
    pub recommended: Option<serde_json::Value>,
}

/// The diffusion network's part.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UnetConfig {
    /// By a slip of diffusers this is the *number of heads*: one for all levels, or one a level.
    pub attention_head_dim: Option<OneOrMany>,
    /// The number of heads under its right name, where a file has it.
    pub num_attention_heads: Option<OneOrMany>,
    /// Groups of each group norm.
    pub norm_num_groups: Option<usize>,
}

/// The autoencoder's part.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct VaeConfig {
    /// Groups of each group norm.
    pub norm_num_groups: Option<usize>,
    /// Model units = latent units × this.
    pub scaling_factor: Option<f64>,
}

/// A text encoder's part.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TextConfig {
    /// Heads of each attention.
    pub num_attention_heads: Option<usize>,
    /// `quick_gelu` or `gelu`.
    pub hidden_act: Option<String>,
    /// Epsilon of the layer norms.
    pub layer_norm_eps: Option<f64>,
    /// What chunks are filled up with.
    pub pad_token_id: Option<u32>,
}

/// A linear map from latents (in model units) to colours in -1..1.
#[derive(Clone, Debug, Deserialize)]
pub struct PreviewConfig {
    /// Red, green and blue for each channel.
    pub latent_rgb: Vec<[f32; 3]>,
    /// Added to each.
    #[serde(default)]
    pub bias: [f32; 3],
}

/// A number, or one for each level.
// Not `untagged`: serde's buffer does not know numbers that keep their digits.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "serde_json::Value")]
pub enum OneOrMany {
    /// One for all levels.
    One(usize),
    /// One a level.
    Many(Vec<usize>),
}

impl TryFrom<serde_json::Value> for OneOrMany {
    type Error = serde_json::Error;

    fn try_from(json: serde_json::Value) -> Result<Self, Self::Error> {
        if json.is_array() {
            serde_json::from_value(json).map(Self::Many)
        } else {
            serde_json::from_value(json).map(Self::One)
        }
    }
}

impl OneOrMany {
    /// The number for a level.
    pub fn at(&self, level: usize) -> Option<usize> {
        match self {
            Self::One(n) => Some(*n),
            Self::Many(all) => all.get(level).copied(),
        }
    }
}

/// The scheduler's words in a diffusers folder.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SchedulerConfig {
    prediction_type: Option<String>,
    rescale_betas_zero_snr: Option<bool>,
    beta_start: Option<f64>,
    beta_end: Option<f64>,
}

impl Sidecar {
    /// Reads `NAME.config.json` beside a checkpoint, if it is there.
    ///
    /// # Errors
    /// It is there and cannot be used.
    pub fn beside(checkpoint: &Path) -> Result<Self, WeightsError> {
        Ok(read(&checkpoint.with_extension("config.json"))?.unwrap_or_default())
    }

    /// Reads the configurations of a diffusers folder.
    ///
    /// # Errors
    /// One is there and cannot be used.
    pub fn of_folder(folder: &Path) -> Result<Self, WeightsError> {
        let scheduler: SchedulerConfig =
            read(&folder.join("scheduler/scheduler_config.json"))?.unwrap_or_default();
        Ok(Self {
            unet: read(&folder.join("unet/config.json"))?.unwrap_or_default(),
            vae: read(&folder.join("vae/config.json"))?.unwrap_or_default(),
            text_encoders: vec![
                read(&folder.join("text_encoder/config.json"))?.unwrap_or_default(),
            ],
            prediction_type: scheduler.prediction_type,
            zero_terminal_snr: scheduler.rescale_betas_zero_snr,
            beta_start: scheduler.beta_start,
            beta_end: scheduler.beta_end,
            ..Self::default()
        })
    }
}

/// `None` if the file is not there.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, WeightsError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(WeightsError::Io {
                file: path.to_owned(),
                source,
            });
        }
    };
    let fault = |reason| WeightsError::Config {
        file: PathBuf::from(path),
        reason,
    };
    let mut text = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(|source| WeightsError::Io {
            file: path.to_owned(),
            source,
        })?;
    if text.len() as u64 > MAX_BYTES {
        return Err(fault(ConfigFault::TooLong(text.len() as u64)));
    }
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|error| fault(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_one_number_or_one_a_level() {
        let heads = |text: &str| {
            let config: UnetConfig = serde_json::from_str(text).unwrap();
            config
                .attention_head_dim
                .map(|heads| [0, 1, 2].map(|level| heads.at(level)))
        };
        assert_eq!(heads(r#"{"attention_head_dim": 8}"#), Some([Some(8); 3]));
        assert_eq!(
            heads(r#"{"attention_head_dim": [5, 10]}"#),
            Some([Some(5), Some(10), None])
        );
        assert_eq!(heads("{}"), None);
        assert!(serde_json::from_str::<UnetConfig>(r#"{"attention_head_dim": "eight"}"#).is_err());
    }
}
