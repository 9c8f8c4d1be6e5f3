//! The only callers of Burn's kernels for convolution, attention, norms and their fusions, so that
//! a change of kernel touches one place.
//!
//! On the CPU tensors lie in the host's memory: norms, activations and softmax run there in one
//! pass (`host.rs`), matrix products and convolutions in Burn's flex backend. On a GPU everything
//! is Burn's ops, attention in chunks so that no buffer passes the device's limit.

mod attention;
mod host;

use burn::tensor::ops::{ConvOptions, InterpolateMode, InterpolateOptions};
use burn::tensor::{DType, Device, Tensor, activation, module};

pub use attention::{Mask, attention};

use crate::device::is_host;

/// What follows a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    None,
    /// x · sigmoid(x).
    Silu,
    /// x · sigmoid(1.702 x), CLIP's approximation.
    QuickGelu,
    /// x · Φ(x), exact.
    Gelu,
}

/// y = x Wᵀ + b.
#[derive(Clone, Debug)]
pub struct Linear {
    /// `[inputs, outputs]`, a view of the file's matrix.
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
}

impl Linear {
    /// # Shapes
    /// - weight: `[outputs, inputs]`, as files have it
    /// - bias: `[outputs]`
    pub fn new(weight: Tensor<2>, bias: Option<Tensor<1>>) -> Self {
        Self {
            weight: weight.transpose(),
            bias,
        }
    }

    /// # Shapes
    /// - x: `[…, inputs]`
    /// - returns: `[…, outputs]`
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        module::linear(x, self.weight.clone(), self.bias.clone())
    }
}

/// A square convolution with "same" padding.
#[derive(Clone, Debug)]
pub struct Conv2d {
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    stride: usize,
    padding: Padding,
}

/// How the rim of a picture is filled with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Padding {
    /// Half the kernel on every side.
    Same,
    /// One column right and one row below: the autoencoder's downsampling.
    RightBottom,
}

impl Conv2d {
    /// # Shapes
    /// - weight: `[outputs, inputs, kernel, kernel]`
    /// - bias: `[outputs]`
    pub fn new(weight: Tensor<4>, bias: Option<Tensor<1>>) -> Self {
        Self {
            weight,
            bias,
            stride: 1,
            padding: Padding::Same,
        }
    }

    /// Keeps every n-th result.
    pub fn stride(mut self, stride: usize) -> Self {
        self.stride = stride;
        self
    }

    /// Pads right and below only, as the autoencoder does before halving.
    pub fn pad_right_bottom(mut self) -> Self {
        self.padding = Padding::RightBottom;
        self
    }

    /// # Shapes
    /// - x: `[batch, inputs, height, width]`
    /// - returns: `[batch, outputs, height / stride, width / stride]`, rounded up
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [outputs, inputs, kernel, _] = self.weight.dims();
        if kernel == 1 && self.stride == 1 {
            let [batch, _, height, width] = x.dims();
            // A 1 × 1 convolution is a matrix product over the pixels where they lie.
            let y = self
                .weight
                .clone()
                .reshape([1, outputs, inputs])
                .matmul(x.reshape([batch, inputs, height * width]));
            let y = y.reshape([batch, outputs, height, width]);
            return match &self.bias {
                Some(bias) => y + bias.clone().reshape([1, outputs, 1, 1]),
                None => y,
            };
        }
        let (x, pad) = match self.padding {
            Padding::Same => (x, kernel / 2),
            Padding::RightBottom => (x.pad((0, 1, 0, 1), 0.0), 0),
        };
        let options = ConvOptions::new([self.stride; 2], [pad; 2], [1; 2], 1);
        module::conv2d(x, self.weight.clone(), self.bias.clone(), options)
    }

    /// Where the weights live.
    pub fn device(&self) -> Device {
        self.weight.device()
    }
}

/// Normalises groups of channels, each over all pixels.
#[derive(Clone, Debug)]
pub struct GroupNorm {
    weight: Tensor<1>,
    bias: Tensor<1>,
    groups: usize,
    epsilon: f64,
    /// Weight and bias in the host's memory, where the CPU's kernel reads them.
    host: Option<(Vec<f32>, Vec<f32>)>,
}

impl GroupNorm {
    /// # Shapes
    /// - weight, bias: `[channels]`
    pub fn new(weight: Tensor<1>, bias: Tensor<1>, groups: usize, epsilon: f64) -> Self {
        let host = is_host(&weight.device()).then(|| (host_values(&weight), host_values(&bias)));
        Self {
            weight,
            bias,
            groups,
            epsilon,
            host,
        }
    }

    /// # Shapes
    /// - x: `[batch, channels, height, width]`
    /// - returns: as x
    pub fn forward(&self, x: Tensor<4>, then: Activation) -> Tensor<4> {
        if let Some((weight, bias)) = &self.host {
            return host::group_norm(x, weight, bias, (self.groups, self.epsilon), then);
        }
        let dtype = x.dtype();
        let [batch, channels, height, width] = x.dims();
        // Statistics in f32: a sum over a whole picture leaves f16's range.
        let groups = x.cast(DType::F32).reshape([
            batch,
            self.groups,
            channels / self.groups * height * width,
        ]);
        let centred = groups.clone() - groups.mean_dim(2);
        let variance = (centred.clone() * centred.clone()).mean_dim(2);
        let normal =
            (centred / (variance + self.epsilon).sqrt()).reshape([batch, channels, height, width]);
        let weight = self
            .weight
            .clone()
            .cast(DType::F32)
            .reshape([1, channels, 1, 1]);
        let bias = self
            .bias
            .clone()
            .cast(DType::F32)
            .reshape([1, channels, 1, 1]);
        activate(normal * weight + bias, then).cast(dtype)
    }
}

/// Normalises the last axis.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    weight: Tensor<1>,
    bias: Tensor<1>,
    epsilon: f64,
    host: Option<(Vec<f32>, Vec<f32>)>,
}

impl LayerNorm {
    /// # Shapes
    /// - weight, bias: `[width]`
    pub fn new(weight: Tensor<1>, bias: Tensor<1>, epsilon: f64) -> Self {
        let host = is_host(&weight.device()).then(|| (host_values(&weight), host_values(&bias)));
        Self {
            weight,
            bias,
            epsilon,
            host,
        }
    }

    /// # Shapes
    /// - x: `[batch, tokens, width]`
    /// - returns: as x
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        if let Some((weight, bias)) = &self.host {
            return host::layer_norm(x, weight, bias, self.epsilon);
        }
        let dtype = x.dtype();
        let x = x.cast(DType::F32);
        let centred = x.clone() - x.mean_dim(2);
        let variance = (centred.clone() * centred.clone()).mean_dim(2);
        let normal = centred / (variance + self.epsilon).sqrt();
        let weight = self.weight.clone().cast(DType::F32).unsqueeze();
        let bias = self.bias.clone().cast(DType::F32).unsqueeze();
        (normal * weight + bias).cast(dtype)
    }
}

/// Applies an activation.
pub fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    match activation {
        Activation::None => x,
        _ if is_host(&x.device()) => host::activate(x, activation),
        Activation::Silu => activation::silu(x),
        Activation::QuickGelu => x.clone() * activation::sigmoid(x * 1.702),
        Activation::Gelu => activation::gelu(x),
    }
}

/// The feed-forward's gate: the first half times the GELU of the second.
///
/// # Shapes
/// - x: `[batch, tokens, 2 × width]`
/// - returns: `[batch, tokens, width]`
pub fn geglu(x: Tensor<3>) -> Tensor<3> {
    if is_host(&x.device()) {
        return host::geglu(x);
    }
    let [_, _, double] = x.dims();
    let value = x.clone().narrow(2, 0, double / 2);
    let gate = x.narrow(2, double / 2, double / 2);
    value * activation::gelu(gate)
}

/// Adds a number to every pixel of a channel.
///
/// # Shapes
/// - x: `[batch, channels, height, width]`
/// - by: `[batch, channels]`
pub fn add_channels(x: Tensor<4>, by: Tensor<2>) -> Tensor<4> {
    let [batch, channels] = by.dims();
    x + by.reshape([batch, channels, 1, 1])
}

/// Doubles every pixel, to the size wanted.
///
/// # Shapes
/// - x: `[batch, channels, h, w]`
/// - returns: `[batch, channels, height, width]`
pub fn upsample_nearest(x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    let options = InterpolateOptions::new(InterpolateMode::Nearest).with_output_size(size);
    module::interpolate(x, options)
}

/// # Shapes
/// - x: `[batch, channels, height, width]`
/// - returns: `[batch, height × width, channels]`
pub fn tokens_from_image(x: Tensor<4>) -> Tensor<3> {
    let [batch, channels, height, width] = x.dims();
    x.reshape([batch, channels, height * width]).swap_dims(1, 2)
}

/// The inverse of [`tokens_from_image`].
///
/// # Shapes
/// - x: `[batch, height × width, channels]`
/// - returns: `[batch, channels, height, width]`
pub fn image_from_tokens(x: Tensor<3>, [height, width]: [usize; 2]) -> Tensor<4> {
    let [batch, _, channels] = x.dims();
    x.swap_dims(1, 2).reshape([batch, channels, height, width])
}

fn host_values(x: &Tensor<1>) -> Vec<f32> {
    x.clone()
        .into_data()
        .convert::<f32>()
        .try_into_vec()
        .expect("converted to f32 just now")
}
