//! The UNet of the Stable Diffusion families, built from a configuration.
//!
//! Names are diffusers'. Formulas follow `UNet2DConditionModel`; epsilons are the reference's:
//! 1e-5 in residual blocks and layer norms, 1e-6 before transformers.

use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};

use crate::models::loader::Part;
use crate::ops::{self, Activation, Conv2d, GroupNorm, LayerNorm, Linear};
use crate::weights::WeightsError;

/// The shape of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnetShape {
    /// Channels that go in.
    pub in_channels: usize,
    /// Channels that come out.
    pub out_channels: usize,
    /// The levels from the widest picture to the smallest.
    pub levels: Vec<Level>,
    /// Residual blocks a level on the way down (one more on the way up).
    pub layers: usize,
    /// Transformer blocks and heads in the middle; `None` without attention there.
    pub middle: Option<Attention>,
    /// Width of the context.
    pub context: usize,
    /// Groups of each group norm.
    pub groups: usize,
}

/// One level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Channels.
    pub channels: usize,
    /// The transformer after each residual block, if there is one.
    pub attention: Option<Attention>,
}

/// A transformer's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attention {
    /// Blocks in a row.
    pub depth: usize,
    /// Heads of each attention.
    pub heads: usize,
}

/// A loaded network.
#[derive(Debug)]
pub struct Unet {
    shape: UnetShape,
    dtype: FloatDType,
    pub(crate) bytes: u64,
    conv_in: Conv2d,
    time: [Linear; 2],
    down: Vec<DownLevel>,
    middle: (Residual, Option<Transformer>, Residual),
    up: Vec<UpLevel>,
    norm_out: GroupNorm,
    conv_out: Conv2d,
}

#[derive(Debug)]
struct DownLevel {
    layers: Vec<(Residual, Option<Transformer>)>,
    downsample: Option<Conv2d>,
}

#[derive(Debug)]
struct UpLevel {
    layers: Vec<(Residual, Option<Transformer>)>,
    upsample: Option<Conv2d>,
}

impl Unet {
    /// Reads every layer.
    ///
    /// # Errors
    /// A tensor is missing or has another shape.
    pub fn load(shape: &UnetShape, part: &mut Part<'_, '_>) -> Result<Self, WeightsError> {
        let first = shape.levels.first().map_or(0, |level| level.channels);
        let time = first * 4;
        let conv_in = part.conv("conv_in", [shape.in_channels, first, 3])?;
        let time_embedding = [
            part.linear("time_embedding.linear_1", first, time)?,
            part.linear("time_embedding.linear_2", time, time)?,
        ];
        // The channels of what every step on the way down leaves for the way up.
        let mut skips = vec![first];
        let mut channels = first;
        let mut down = Vec::with_capacity(shape.levels.len());
        for (i, level) in shape.levels.iter().enumerate() {
            let mut block = part.block(&format!("down_blocks.{i}"));
            let mut layers = Vec::with_capacity(shape.layers);
            for j in 0..shape.layers {
                let size = [channels, level.channels, time];
                layers.push(layer(shape, level.attention, &mut block, j, size)?);
                channels = level.channels;
                skips.push(channels);
            }
            let downsample = if i + 1 < shape.levels.len() {
                skips.push(channels);
                Some(
                    block
                        .conv("downsamplers.0.conv", [channels, channels, 3])?
                        .stride(2),
                )
            } else {
                None
            };
            down.push(DownLevel { layers, downsample });
        }
        let mut block = part.block("mid_block");
        let middle = (
            Residual::load(
                shape.groups,
                &mut block.block("resnets.0"),
                [channels, channels, time],
            )?,
            match shape.middle {
                Some(attention) => Some(Transformer::load(
                    shape,
                    attention,
                    channels,
                    &mut block.block("attentions.0"),
                )?),
                None => None,
            },
            Residual::load(
                shape.groups,
                &mut block.block("resnets.1"),
                [channels, channels, time],
            )?,
        );
        let mut up = Vec::with_capacity(shape.levels.len());
        for (i, level) in shape.levels.iter().rev().enumerate() {
            let mut block = part.block(&format!("up_blocks.{i}"));
            let mut layers = Vec::with_capacity(shape.layers + 1);
            for j in 0..=shape.layers {
                let skip = skips
                    .pop()
                    .expect("the way up takes as many skips as the way down leaves");
                let size = [channels + skip, level.channels, time];
                layers.push(layer(shape, level.attention, &mut block, j, size)?);
                channels = level.channels;
            }
            let upsample = if i + 1 < shape.levels.len() {
                Some(block.conv("upsamplers.0.conv", [channels, channels, 3])?)
            } else {
                None
            };
            up.push(UpLevel { layers, upsample });
        }
        Ok(Self {
            shape: shape.clone(),
            dtype: part.dtype(),
            conv_in,
            time: time_embedding,
            down,
            middle,
            up,
            norm_out: part.group_norm("conv_norm_out", first, shape.groups, 1e-5)?,
            conv_out: part.conv("conv_out", [first, shape.out_channels, 3])?,
            bytes: part.bytes(),
        })
    }

    /// The raw output; `None` if `stop` said so between two blocks.
    ///
    /// # Shapes
    /// As [`crate::models::Diffusion::forward`].
    pub fn forward(
        &self,
        x: Tensor<4>,
        timestep: f64,
        context: Tensor<3>,
        stop: &dyn Fn() -> bool,
    ) -> Option<Tensor<4>> {
        let dtype = DType::from(self.dtype);
        let [batch, ..] = x.dims();
        let context = context.cast(dtype);
        let time = self.time_embedding(timestep).repeat_dim(0, batch);
        let mut x = self.conv_in.forward(x.cast(dtype));
        let mut skips = vec![x.clone()];
        for level in &self.down {
            for (residual, transformer) in &level.layers {
                x = block(residual, transformer.as_ref(), x, &time, &context);
                skips.push(x.clone());
                if stop() {
                    return None;
                }
            }
            if let Some(downsample) = &level.downsample {
                x = downsample.forward(x);
                skips.push(x.clone());
            }
        }
        x = block(&self.middle.0, self.middle.1.as_ref(), x, &time, &context);
        x = self.middle.2.forward(x, &time);
        for level in &self.up {
            for (residual, transformer) in &level.layers {
                let skip = skips
                    .pop()
                    .expect("the way up takes as many skips as the way down leaves");
                x = block(
                    residual,
                    transformer.as_ref(),
                    Tensor::cat(vec![x, skip], 1),
                    &time,
                    &context,
                );
                if stop() {
                    return None;
                }
            }
            if let Some(upsample) = &level.upsample {
                // Odd sizes lost half a cell on the way down: the next skip says the size wanted.
                let size = skips
                    .last()
                    .map_or([x.dims()[2] * 2, x.dims()[3] * 2], |s| {
                        [s.dims()[2], s.dims()[3]]
                    });
                x = upsample.forward(ops::upsample_nearest(x, size));
            }
        }
        let x = self
            .conv_out
            .forward(self.norm_out.forward(x, Activation::Silu));
        Some(x.cast(DType::F32))
    }

    pub(crate) fn device(&self) -> Device {
        self.conv_in.device()
    }

    /// Width of the context that it attends to.
    pub(crate) fn context_width(&self) -> usize {
        self.shape.context
    }

    pub(crate) fn input_channels(&self) -> usize {
        self.shape.in_channels
    }

    /// # Shapes
    /// - returns: `[1, 4 × channels]`, activated for the residual blocks, which all begin so
    fn time_embedding(&self, timestep: f64) -> Tensor<2> {
        let width = self.shape.levels.first().map_or(0, |level| level.channels);
        let half = width / 2;
        // `timestep_embedding` of the reference: cosines first, frequencies 10000^(-i/half).
        let angles: Vec<f64> = (0..half)
            .map(|i| timestep * (-(10_000_f64.ln()) * i as f64 / half as f64).exp())
            .collect();
        let values: Vec<f32> = angles
            .iter()
            .map(|a| a.cos() as f32)
            .chain(angles.iter().map(|a| a.sin() as f32))
            .collect();
        let x = Tensor::<2>::from_data(
            TensorData::new(values, [1, 2 * half]),
            (&self.device(), DType::F32),
        );
        let x = self.time[0].forward(x.cast(DType::from(self.dtype)));
        let x = self.time[1].forward(ops::activate(x, Activation::Silu));
        ops::activate(x, Activation::Silu)
    }
}

fn layer(
    shape: &UnetShape,
    attention: Option<Attention>,
    part: &mut Part<'_, '_>,
    index: usize,
    size: [usize; 3],
) -> Result<(Residual, Option<Transformer>), WeightsError> {
    let residual = Residual::load(
        shape.groups,
        &mut part.block(&format!("resnets.{index}")),
        size,
    )?;
    let transformer = match attention {
        Some(attention) => Some(Transformer::load(
            shape,
            attention,
            size[1],
            &mut part.block(&format!("attentions.{index}")),
        )?),
        None => None,
    };
    Ok((residual, transformer))
}

fn block(
    residual: &Residual,
    transformer: Option<&Transformer>,
    x: Tensor<4>,
    time: &Tensor<2>,
    context: &Tensor<3>,
) -> Tensor<4> {
    let x = residual.forward(x, time);
    match transformer {
        Some(transformer) => transformer.forward(x, context),
        None => x,
    }
}

/// `ResnetBlock2D`.
#[derive(Debug)]
struct Residual {
    norm1: GroupNorm,
    conv1: Conv2d,
    time: Linear,
    norm2: GroupNorm,
    conv2: Conv2d,
    shortcut: Option<Conv2d>,
}

impl Residual {
    fn load(
        groups: usize,
        part: &mut Part<'_, '_>,
        [inputs, outputs, time]: [usize; 3],
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            norm1: part.group_norm("norm1", inputs, groups, 1e-5)?,
            conv1: part.conv("conv1", [inputs, outputs, 3])?,
            time: part.linear("time_emb_proj", time, outputs)?,
            norm2: part.group_norm("norm2", outputs, groups, 1e-5)?,
            conv2: part.conv("conv2", [outputs, outputs, 3])?,
            shortcut: if inputs == outputs {
                None
            } else {
                Some(part.conv("conv_shortcut", [inputs, outputs, 1])?)
            },
        })
    }

    /// # Shapes
    /// - x: `[batch, inputs, height, width]`
    /// - time: `[batch, time]`, activated
    /// - returns: `[batch, outputs, height, width]`
    fn forward(&self, x: Tensor<4>, time: &Tensor<2>) -> Tensor<4> {
        let h = self
            .conv1
            .forward(self.norm1.forward(x.clone(), Activation::Silu));
        let time = self.time.forward(time.clone());
        let h = ops::add_channels(h, time);
        let h = self.conv2.forward(self.norm2.forward(h, Activation::Silu));
        match &self.shortcut {
            Some(shortcut) => shortcut.forward(x) + h,
            None => x + h,
        }
    }
}

/// `Transformer2DModel`.
#[derive(Debug)]
struct Transformer {
    norm: GroupNorm,
    proj_in: Linear,
    blocks: Vec<TransformerBlock>,
    proj_out: Linear,
}

impl Transformer {
    fn load(
        shape: &UnetShape,
        attention: Attention,
        channels: usize,
        part: &mut Part<'_, '_>,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            norm: part.group_norm("norm", channels, shape.groups, 1e-6)?,
            proj_in: part.linear("proj_in", channels, channels)?,
            blocks: (0..attention.depth)
                .map(|i| {
                    let mut part = part.block(&format!("transformer_blocks.{i}"));
                    TransformerBlock::load(&mut part, channels, shape.context, attention.heads)
                })
                .collect::<Result<_, _>>()?,
            proj_out: part.linear("proj_out", channels, channels)?,
        })
    }

    /// # Shapes
    /// - x: `[batch, channels, height, width]`
    /// - context: `[batch, tokens, width]`
    /// - returns: as x
    fn forward(&self, x: Tensor<4>, context: &Tensor<3>) -> Tensor<4> {
        let [_, _, height, width] = x.dims();
        let tokens = ops::tokens_from_image(self.norm.forward(x.clone(), Activation::None));
        let mut tokens = self.proj_in.forward(tokens);
        for block in &self.blocks {
            tokens = block.forward(tokens, context);
        }
        x + ops::image_from_tokens(self.proj_out.forward(tokens), [height, width])
    }
}

/// `BasicTransformerBlock`.
#[derive(Debug)]
struct TransformerBlock {
    norms: [LayerNorm; 3],
    own: CrossAttention,
    cross: CrossAttention,
    widen: Linear,
    narrow: Linear,
}

impl TransformerBlock {
    fn load(
        part: &mut Part<'_, '_>,
        width: usize,
        context: usize,
        heads: usize,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            norms: [
                part.layer_norm("norm1", width, 1e-5)?,
                part.layer_norm("norm2", width, 1e-5)?,
                part.layer_norm("norm3", width, 1e-5)?,
            ],
            own: CrossAttention::load(&mut part.block("attn1"), width, width, heads)?,
            cross: CrossAttention::load(&mut part.block("attn2"), width, context, heads)?,
            widen: part.linear("ff.net.0.proj", width, 8 * width)?,
            narrow: part.linear("ff.net.2", 4 * width, width)?,
        })
    }

    fn forward(&self, x: Tensor<3>, context: &Tensor<3>) -> Tensor<3> {
        let own = self.norms[0].forward(x.clone());
        let x = x + self.own.forward(own.clone(), own);
        let x = x.clone()
            + self
                .cross
                .forward(self.norms[1].forward(x), context.clone());
        let wide = ops::geglu(self.widen.forward(self.norms[2].forward(x.clone())));
        x + self.narrow.forward(wide)
    }
}

#[derive(Debug)]
struct CrossAttention {
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
    heads: usize,
}

impl CrossAttention {
    fn load(
        part: &mut Part<'_, '_>,
        width: usize,
        context: usize,
        heads: usize,
    ) -> Result<Self, WeightsError> {
        Ok(Self {
            query: part.linear("to_q", width, width)?,
            key: part.linear("to_k", context, width)?,
            value: part.linear("to_v", context, width)?,
            out: part.linear("to_out.0", width, width)?,
            heads,
        })
    }

    /// # Shapes
    /// - x: `[batch, tokens, width]`
    /// - context: `[batch, other tokens, context width]`
    /// - returns: as x
    fn forward(&self, x: Tensor<3>, context: Tensor<3>) -> Tensor<3> {
        let query = self.query.forward(x);
        let key = self.key.forward(context.clone());
        let value = self.value.forward(context);
        self.out.forward(ops::attention(
            query,
            key,
            value,
            self.heads,
            ops::Mask::None,
        ))
    }
}
