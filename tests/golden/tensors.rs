//! Numbers of any type and shape on the host, as f64, which holds all of them exactly.

use std::path::Path;

use burn::tensor::{Device, Tensor as Burn, TensorData};
use pyrograph_engine::pixels::{Latent, Pixels};
use pyrograph_engine::weights::safetensors::{Dtype, SafetensorsFile, to_f32};

use super::cases::{AxisPart, Stop, Take};

/// A tensor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor {
    pub(super) shape: Vec<usize>,
    /// In the order of the last axis first.
    pub(super) values: Vec<f64>,
}

impl Tensor {
    /// # Panics
    /// If shape and count of values do not agree.
    pub(super) fn new(
        shape: impl Into<Vec<usize>>,
        values: impl IntoIterator<Item = impl Into<f64>>,
    ) -> Self {
        let shape = shape.into();
        let values: Vec<f64> = values.into_iter().map(Into::into).collect();
        assert_eq!(
            values.len(),
            shape.iter().product::<usize>(),
            "the values fill the shape {shape:?}"
        );
        Self { shape, values }
    }

    /// Reads a tensor of any type.
    pub(super) fn read(path: &Path, key: &str) -> Result<Self, Stop> {
        let broken = |error: &dyn std::fmt::Display| Stop::Broken(error.to_string());
        let file = SafetensorsFile::open(path).map_err(|error| broken(&error))?;
        let shape = file
            .get(key)
            .map(|info| info.shape.clone())
            .unwrap_or_default();
        let (dtype, bytes) = file.read_bytes(key).map_err(|error| broken(&error))?;
        Ok(Self::new(shape, numbers(dtype, bytes)))
    }

    /// Reads a device's tensor back.
    pub(super) fn from_device<const D: usize>(tensor: Burn<D>) -> Self {
        Self::new(tensor.dims(), tensor.into_data().iter::<f32>())
    }

    /// The tensor on a device in f32.
    ///
    /// # Errors
    /// It has another count of axes.
    pub(super) fn on_device<const D: usize>(&self, device: &Device) -> Result<Burn<D>, Stop> {
        let shape: [usize; D] = self.sides()?;
        Ok(Burn::from_data(TensorData::new(self.f32s(), shape), device))
    }

    /// The sides of a tensor of `D` axes.
    pub(super) fn sides<const D: usize>(&self) -> Result<[usize; D], Stop> {
        let wrong = |_| {
            Stop::Broken(format!(
                "a tensor of shape {:?} where {D} axes are wanted",
                self.shape
            ))
        };
        <[usize; D]>::try_from(self.shape.as_slice()).map_err(wrong)
    }

    /// The values, rounded.
    pub(super) fn f32s(&self) -> Vec<f32> {
        self.values.iter().map(|value| *value as f32).collect()
    }

    /// Pictures `[batch, height, width, channels]`.
    pub(super) fn to_pixels(&self) -> Result<Pixels, Stop> {
        let [batch, height, width, channels] = self.sides()?;
        Ok(Pixels::new(batch, height, width, channels, self.f32s()))
    }

    /// Masks `[height, width]` with any axes before, which count pictures.
    pub(super) fn to_mask(&self) -> Result<Pixels, Stop> {
        let [batch @ .., height, width] = self.shape.as_slice() else {
            return Err(Stop::Broken(format!("a mask of shape {:?}", self.shape)));
        };
        Ok(Pixels::new(
            batch.iter().product(),
            *height,
            *width,
            1,
            self.f32s(),
        ))
    }

    /// Latents `[batch, channels, height, width]`.
    pub(super) fn to_latent(&self) -> Result<Latent, Stop> {
        let [batch, channels, height, width] = self.sides()?;
        Ok(Latent::new(batch, channels, height, width, self.f32s()))
    }

    /// The stored part.
    pub(super) fn take(&self, take: &Take) -> Result<Self, Stop> {
        take.0.iter().try_fold(self.clone(), |whole, part| {
            let Some(&side) = whole.shape.get(part.axis) else {
                return Err(Stop::Broken(format!(
                    "a slice along axis {} of {:?}",
                    part.axis, whole.shape
                )));
            };
            let (step, end) = match part.part {
                AxisPart::Step(step) => (step, side),
                AxisPart::First(n) => (1, side.min(n)),
            };
            let inner: usize = whole.shape[part.axis + 1..].iter().product();
            let values = whole.values.chunks(side * inner.max(1)).flat_map(|block| {
                (0..end)
                    .step_by(step)
                    .flat_map(move |i| &block[i * inner..(i + 1) * inner])
            });
            let mut shape = whole.shape.clone();
            shape[part.axis] = end.div_ceil(step);
            Ok(Self::new(shape, values.copied()))
        })
    }
}

impl From<&Pixels> for Tensor {
    fn from(pixels: &Pixels) -> Self {
        let Pixels {
            batch,
            height,
            width,
            channels,
            ..
        } = *pixels;
        Self::new(
            [batch, height, width, channels],
            pixels.data.iter().copied(),
        )
    }
}

impl From<&Latent> for Tensor {
    fn from(latent: &Latent) -> Self {
        let Latent {
            batch,
            channels,
            height,
            width,
            ..
        } = *latent;
        Self::new(
            [batch, channels, height, width],
            latent.data.iter().copied(),
        )
    }
}

/// A mask as the references hold it, `[batch, height, width]`.
pub(super) fn from_mask(mask: &Pixels) -> Tensor {
    Tensor::new(
        [mask.batch, mask.height, mask.width],
        mask.data.iter().copied(),
    )
}

/// Little-endian bytes of any type.
fn numbers(dtype: Dtype, bytes: Vec<u8>) -> Vec<f64> {
    fn each<const N: usize>(bytes: &[u8], convert: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        bytes
            .as_chunks::<N>()
            .0
            .iter()
            .map(|chunk| convert(*chunk))
            .collect()
    }
    match dtype {
        Dtype::F64 => each(&bytes, f64::from_le_bytes),
        // Only integers beyond 2⁵³ would be rounded, and none is stored.
        Dtype::I64 => each(&bytes, |chunk| i64::from_le_bytes(chunk) as f64),
        Dtype::I32 => each(&bytes, |chunk| i32::from_le_bytes(chunk).into()),
        Dtype::I16 => each(&bytes, |chunk| i16::from_le_bytes(chunk).into()),
        Dtype::I8 => each(&bytes, |chunk| i8::from_le_bytes(chunk).into()),
        Dtype::U8 | Dtype::Bool => bytes.into_iter().map(f64::from).collect(),
        Dtype::F32 | Dtype::F16 | Dtype::Bf16 | Dtype::F8E4M3 | Dtype::F8E5M2 => {
            let floats = to_f32(dtype, bytes).expect("these are the float types");
            floats.into_iter().map(f64::from).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::TakeAxis;
    use super::*;

    #[test]
    fn slices_are_those_of_numpy() {
        // numpy: a = arange(24).reshape(2, 3, 4); a[:, ::2, :][:, :, :3]
        let whole = Tensor::new([2, 3, 4], (0..24).map(f64::from));
        let take = Take(vec![
            TakeAxis {
                axis: 1,
                part: AxisPart::Step(2),
            },
            TakeAxis {
                axis: 2,
                part: AxisPart::First(3),
            },
        ]);
        let part = whole.take(&take).unwrap();
        assert_eq!(part.shape, [2, 2, 3]);
        assert_eq!(
            part.values,
            [0., 1., 2., 8., 9., 10., 12., 13., 14., 20., 21., 22.]
        );
        assert!(
            whole
                .take(&Take(vec![TakeAxis {
                    axis: 3,
                    part: AxisPart::Step(1)
                }]))
                .is_err()
        );
    }
}
