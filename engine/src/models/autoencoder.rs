//! The autoencoder (`AutoencoderKL`) between pixels and latents. Names are diffusers'; all group
//! norms have epsilon 1e-6, as the reference's.

use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::models::LatentFormat;
use crate::models::loader::Part;
use crate::ops::{self, Activation, Conv2d, GroupNorm, Linear};
use crate::pixels::tensor_from_image::{pixels_from_tensor, tensor_from_pixels};
use crate::pixels::{Latent, Pixels};
use crate::weights::WeightsError;

/// The shape of an autoencoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaeShape {
    /// Channels of each level, from the widest picture to the smallest.
    pub channels: Vec<usize>,
    /// Residual blocks a level in the encoder (one more in the decoder).
    pub layers: usize,
    /// Channels of a latent.
    pub latent: usize,
    /// Groups of each group norm.
    pub groups: usize,
}

/// A loaded autoencoder.
#[derive(Debug)]
pub struct Autoencoder {
    /// How its latents are built.
    pub latent: LatentFormat,
    levels: usize,
    bytes: u64,
    encoder: Option<Encoder>,
    decoder: Decoder,
}

/// What an encoder says of a picture: a normal distribution for every latent value.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// The mean, in model units without the family's scale.
    pub mean: Tensor<4>,
    /// The logarithm of the variance.
    pub log_variance: Tensor<4>,
}

impl Autoencoder {
    /// Reads every layer. A file without an encoder gives an autoencoder that only decodes.
    ///
    /// # Errors
    /// A tensor is missing or has another shape.
    pub fn load(
        shape: &VaeShape,
        latent: LatentFormat,
        part: &mut Part<'_, '_>,
    ) -> Result<Self, WeightsError> {
        let encoder = match part.shape("encoder.conv_in.weight") {
            Some(_) => Some(Encoder::load(shape, part)?),
            None => None,
        };
        let decoder = Decoder::load(shape, part)?;
        Ok(Self {
            latent,
            levels: shape.channels.len(),
            encoder,
            decoder,
            bytes: part.bytes(),
        })
    }

    /// The factor between a picture's side and its latent's.
    pub fn reduction(&self) -> usize {
        1 << (self.levels - 1)
    }

    /// Bytes of its weights.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether pictures can be encoded.
    pub fn can_encode(&self) -> bool {
        self.encoder.is_some()
    }

    /// The distribution of latents of a picture; `None` without an encoder.
    ///
    /// # Shapes
    /// - x: `[batch, 3, height, width]` in -1..1
    /// - returns: `[batch, latent channels, height / 8, width / 8]`, not scaled
    pub fn posterior(&self, x: Tensor<4>) -> Option<Posterior> {
        let moments = self.encoder.as_ref()?.forward(x);
        let channels = moments.dims()[1] / 2;
        Some(Posterior {
            mean: moments.clone().narrow(1, 0, channels),
            log_variance: moments.narrow(1, channels, channels),
        })
    }

    /// # Shapes
    /// - z: `[batch, latent channels, h, w]`, not scaled
    /// - returns: `[batch, 3, 8 h, 8 w]`, about -1..1, not clamped
    pub fn forward_decode(&self, z: Tensor<4>) -> Tensor<4> {
        self.decoder.forward(z)
    }

    /// The latent of pictures: the posterior's mean, in latent units. Sides are cut to multiples of
    /// 8, centred; channels beyond three are left out. `None` without an encoder.
    pub fn encode(&self, pixels: &Pixels) -> Option<Latent> {
        let pixels = pixels.crop_to_multiple(self.reduction());
        let mean = self
            .posterior(tensor_from_pixels(&pixels, &self.device()))?
            .mean;
        let [batch, channels, height, width] = mean.dims();
        let data = mean
            .into_data()
            .try_into_vec_as::<f32>()
            .expect("any float type of the device converts to f32");
        // ComfyUI scales latents when it takes them in and divides when it hands them out; its
        // means are the same numbers as these.
        Some(Latent::new(batch, channels, height, width, data))
    }

    /// The pictures of a latent, 0..1.
    pub fn decode(&self, latent: &Latent) -> Pixels {
        let shape = [1, latent.channels, latent.height, latent.width];
        let device = self.device();
        // One picture at a time: the decoder's memory is the whole program's peak.
        let pictures: Vec<Pixels> = latent
            .data
            .chunks_exact(latent.channels * latent.height * latent.width)
            .map(|picture| {
                let z = TensorData::new(picture.to_vec(), shape);
                pixels_from_tensor(
                    self.decoder
                        .forward(Tensor::from_data(z, (&device, DType::F32))),
                )
            })
            .collect();
        let (height, width) = pictures
            .first()
            .map_or((0, 0), |first| (first.height, first.width));
        let data = pictures
            .into_iter()
            .flat_map(|picture| picture.data)
            .collect();
        Pixels::new(latent.batch, height, width, 3, data)
    }

    /// Where it lives.
    pub fn device(&self) -> Device {
        self.decoder.conv_in.device()
    }
}

#[derive(Debug)]
struct Encoder {
    conv_in: Conv2d,
    levels: Vec<(Vec<Residual>, Option<Conv2d>)>,
    middle: Middle,
    norm_out: GroupNorm,
    conv_out: Conv2d,
    quant: Option<Conv2d>,
}

impl Encoder {
    fn load(shape: &VaeShape, part: &mut Part<'_, '_>) -> Result<Self, WeightsError> {
        let moments = 2 * shape.latent;
        let quant = match part.shape("quant_conv.weight") {
            Some(_) => Some(part.conv("quant_conv", [moments, moments, 1])?),
            None => None,
        };
        let mut part = part.block("encoder");
        let first = shape.channels[0];
        let conv_in = part.conv("conv_in", [3, first, 3])?;
        let mut channels = first;
        let mut levels = Vec::with_capacity(shape.channels.len());
        for (i, &level) in shape.channels.iter().enumerate() {
            let mut part = part.block(&format!("down_blocks.{i}"));
            let residuals = residuals(&mut part, shape.layers, [channels, level, shape.groups])?;
            channels = level;
            let downsample = if i + 1 < shape.channels.len() {
                let conv = part.conv("downsamplers.0.conv", [channels, channels, 3])?;
                Some(conv.stride(2).pad_right_bottom())
            } else {
                None
            };
            levels.push((residuals, downsample));
        }
        Ok(Self {
            conv_in,
            levels,
            middle: Middle::load(&mut part.block("mid_block"), channels, shape.groups)?,
            norm_out: part.group_norm("conv_norm_out", channels, shape.groups, 1e-6)?,
            conv_out: part.conv("conv_out", [channels, moments, 3])?,
            quant,
        })
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mut x = self.conv_in.forward(x);
        for (residuals, downsample) in &self.levels {
            x = residuals.iter().fold(x, |x, residual| residual.forward(x));
            if let Some(downsample) = downsample {
                x = downsample.forward(x);
            }
        }
        let x = self
            .norm_out
            .forward(self.middle.forward(x), Activation::Silu);
        let x = self.conv_out.forward(x);
        match &self.quant {
            Some(quant) => quant.forward(x),
            None => x,
        }
    }
}

#[derive(Debug)]
struct Decoder {
    quant: Option<Conv2d>,
    conv_in: Conv2d,
    middle: Middle,
    levels: Vec<(Vec<Residual>, Option<Conv2d>)>,
    norm_out: GroupNorm,
    conv_out: Conv2d,
}

impl Decoder {
    fn load(shape: &VaeShape, part: &mut Part<'_, '_>) -> Result<Self, WeightsError> {
        let quant = match part.shape("post_quant_conv.weight") {
            Some(_) => Some(part.conv("post_quant_conv", [shape.latent, shape.latent, 1])?),
            None => None,
        };
        let mut part = part.block("decoder");
        let mut channels = shape.channels[shape.channels.len() - 1];
        let conv_in = part.conv("conv_in", [shape.latent, channels, 3])?;
        let middle = Middle::load(&mut part.block("mid_block"), channels, shape.groups)?;
        let mut levels = Vec::with_capacity(shape.channels.len());
        for (i, &level) in shape.channels.iter().rev().enumerate() {
            let mut part = part.block(&format!("up_blocks.{i}"));
            let residuals =
                residuals(&mut part, shape.layers + 1, [channels, level, shape.groups])?;
            channels = level;
            let upsample = if i + 1 < shape.channels.len() {
                Some(part.conv("upsamplers.0.conv", [channels, channels, 3])?)
            } else {
                None
            };
            levels.push((residuals, upsample));
        }
        Ok(Self {
            quant,
            conv_in,
            middle,
            levels,
            norm_out: part.group_norm("conv_norm_out", channels, shape.groups, 1e-6)?,
            conv_out: part.conv("conv_out", [channels, 3, 3])?,
        })
    }

    fn forward(&self, z: Tensor<4>) -> Tensor<4> {
        let z = match &self.quant {
            Some(quant) => quant.forward(z),
            None => z,
        };
        let mut x = self.middle.forward(self.conv_in.forward(z));
        for (residuals, upsample) in &self.levels {
            x = residuals.iter().fold(x, |x, residual| residual.forward(x));
            if let Some(upsample) = upsample {
                let [_, _, height, width] = x.dims();
                x = upsample.forward(ops::upsample_nearest(x, [2 * height, 2 * width]));
            }
        }
        self.conv_out
            .forward(self.norm_out.forward(x, Activation::Silu))
    }
}

fn residuals(
    part: &mut Part<'_, '_>,
    count: usize,
    [inputs, outputs, groups]: [usize; 3],
) -> Result<Vec<Residual>, WeightsError> {
    (0..count)
        .map(|j| {
            let inputs = if j == 0 { inputs } else { outputs };
            Residual::load(
                &mut part.block(&format!("resnets.{j}")),
                [inputs, outputs, groups],
            )
        })
        .collect()
}

#[derive(Debug)]
struct Middle {
    first: Residual,
    attention: SelfAttention,
    last: Residual,
}

impl Middle {
    fn load(part: &mut Part<'_, '_>, channels: usize, groups: usize) -> Result<Self, WeightsError> {
        Ok(Self {
            first: Residual::load(&mut part.block("resnets.0"), [channels, channels, groups])?,
            attention: SelfAttention::load(&mut part.block("attentions.0"), channels, groups)?,
            last: Residual::load(&mut part.block("resnets.1"), [channels, channels, groups])?,
        })
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.last
            .forward(self.attention.forward(self.first.forward(x)))
    }
}

#[derive(Debug)]
struct Residual {
    norm1: GroupNorm,
    conv1: Conv2d,
    norm2: GroupNorm,
    conv2: Conv2d,
    shortcut: Option<Conv2d>,
}

impl Residual {
    fn load(
        part: &mut Part<'_, '_>,
        [inputs, outputs, groups]: [usize; 3],
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            norm1: part.group_norm("norm1", inputs, groups, 1e-6)?,
            conv1: part.conv("conv1", [inputs, outputs, 3])?,
            norm2: part.group_norm("norm2", outputs, groups, 1e-6)?,
            conv2: part.conv("conv2", [outputs, outputs, 3])?,
            shortcut: if inputs == outputs {
                None
            } else {
                Some(part.conv("conv_shortcut", [inputs, outputs, 1])?)
            },
        })
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let h = self
            .conv1
            .forward(self.norm1.forward(x.clone(), Activation::Silu));
        let h = self.conv2.forward(self.norm2.forward(h, Activation::Silu));
        match &self.shortcut {
            Some(shortcut) => shortcut.forward(x) + h,
            None => x + h,
        }
    }
}

/// Attention of one head over all pixels.
#[derive(Debug)]
struct SelfAttention {
    norm: GroupNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
}

impl SelfAttention {
    fn load(part: &mut Part<'_, '_>, channels: usize, groups: usize) -> Result<Self, WeightsError> {
        Ok(Self {
            norm: part.group_norm("group_norm", channels, groups, 1e-6)?,
            query: part.linear("to_q", channels, channels)?,
            key: part.linear("to_k", channels, channels)?,
            value: part.linear("to_v", channels, channels)?,
            out: part.linear("to_out.0", channels, channels)?,
        })
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = x.dims();
        let tokens = ops::tokens_from_image(self.norm.forward(x.clone(), Activation::None));
        let query = self.query.forward(tokens.clone());
        let key = self.key.forward(tokens.clone());
        let value = self.value.forward(tokens);
        let out = self
            .out
            .forward(ops::attention(query, key, value, 1, ops::Mask::None));
        x + ops::image_from_tokens(out, [height, width])
    }
}
