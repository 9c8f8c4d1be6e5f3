//! The networks, and what the rest of the program may ask of a model without knowing its family.
//!
//! A family is one folder: `family.rs` recognises its checkpoints and reads their configuration
//! off names and shapes, `keys.rs` translates names. Blocks that families share lie here.

pub mod autoencoder;
pub mod clip;
pub mod loader;
pub mod sd15;
pub mod unet;

use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};

pub use autoencoder::Autoencoder;
pub use clip::{Conditioning, TextModel};

use crate::device::Compute;
use crate::pixels::latent_preview::PreviewMatrix;
use crate::sampling::prediction::Prediction;
use crate::sampling::schedule::SigmaTable;
use crate::weights::WeightsError;
use crate::weights::report::Report;

/// How a family's latents are built.
#[derive(Clone, Debug)]
pub struct LatentFormat {
    /// Channels of a latent.
    pub channels: usize,
    /// Model units = latent units × this.
    pub scale: f64,
    /// Latent (in model units) to colours.
    pub preview: PreviewMatrix,
}

/// A whole model.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The diffusion network.
    pub diffusion: Arc<Diffusion>,
    /// The text encoder.
    pub text: Arc<TextModel>,
    /// The autoencoder.
    pub vae: Arc<Autoencoder>,
    /// What became of the file's tensors.
    pub report: Report,
}

/// A diffusion network with what sampling needs to know of it.
#[derive(Debug)]
pub struct Diffusion {
    /// What the network's output means.
    pub prediction: Prediction,
    /// The noise table that it was trained with.
    pub table: SigmaTable,
    /// How its latents are built.
    pub latent: LatentFormat,
    /// Width and height that it was trained for, in pixels.
    pub native_size: [u32; 2],
    pub(crate) unet: unet::Unet,
}

impl Diffusion {
    /// The network's raw output (noise or velocity).
    ///
    /// # Shapes
    /// - x: `[batch, channels, height, width]` in f32, scaled by the caller
    /// - timestep: on the training's scale, 0..1000
    /// - context: `[batch, tokens, width]`
    /// - returns: as x, in f32
    pub fn forward(&self, x: Tensor<4>, timestep: f64, context: Tensor<3>) -> Tensor<4> {
        self.forward_unless(x, timestep, context, &|| false)
            .expect("nobody asked it to stop")
    }

    /// As [`Self::forward`], but asks between blocks whether to stop, and then returns `None`.
    pub fn forward_unless(
        &self,
        x: Tensor<4>,
        timestep: f64,
        context: Tensor<3>,
        stop: &dyn Fn() -> bool,
    ) -> Option<Tensor<4>> {
        self.unet.forward(x, timestep, context, stop)
    }

    /// Where the network lives.
    pub fn device(&self) -> Device {
        self.unet.device()
    }

    /// Channels of the network's input; more than a latent's in networks made for inpainting.
    pub fn input_channels(&self) -> usize {
        self.unet.input_channels()
    }

    /// Width of the prompts that it was trained with.
    pub fn context_width(&self) -> usize {
        self.unet.context_width()
    }

    /// Bytes of its weights.
    pub fn bytes(&self) -> u64 {
        self.unet.bytes
    }
}

impl Checkpoint {
    /// Bytes of all weights.
    pub fn bytes(&self) -> u64 {
        self.diffusion.bytes() + self.text.bytes() + self.vae.bytes()
    }
}

/// Reports how many bytes of how many have been read.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Reads a whole model: a single file, or a folder in diffusers' layout.
///
/// # Errors
/// The file is damaged, something else than a model, or of a family that is not built.
pub fn load_checkpoint(
    path: &Path,
    compute: &Compute,
    progress: Progress<'_>,
) -> Result<Checkpoint, WeightsError> {
    sd15::family::load(path, compute, progress)
}

/// Reads an autoencoder alone: a file of its own, or the one inside a checkpoint.
///
/// # Errors
/// As [`load_checkpoint`].
pub fn load_vae(
    path: &Path,
    compute: &Compute,
    progress: Progress<'_>,
) -> Result<Autoencoder, WeightsError> {
    sd15::family::load_vae(path, compute, progress)
}

/// Whether [`load_checkpoint`] would know what to do with a file, by names and shapes alone: no
/// weights are read.
///
/// # Errors
/// The file is cut off, something else than a model, or of a family that is not built.
pub fn inspect_checkpoint(path: &Path) -> Result<(), WeightsError> {
    sd15::family::inspect(path)
}

/// Width and height, in pixels, that a checkpoint was trained for; no weights are read. `None` if
/// [`inspect_checkpoint`] refuses it.
pub fn native_size(path: &Path) -> Option<[u32; 2]> {
    sd15::family::native_size(path).ok()
}

/// As [`inspect_checkpoint`], for [`load_vae`].
///
/// # Errors
/// The file is cut off or holds no autoencoder.
pub fn inspect_vae(path: &Path) -> Result<(), WeightsError> {
    sd15::family::inspect_vae(path)
}
