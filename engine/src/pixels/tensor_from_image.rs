//! Between pictures on the host and tensors on a device.

use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::pixels::Pixels;

/// Pictures as an autoencoder takes them, in f32 whatever the device prefers: three channels, of
/// grey the same three times; a channel beyond the third is left out.
///
/// # Shapes
/// - pixels: `[batch, height, width, channels]` in 0..1
/// - returns: `[batch, 3, height, width]` in -1..1
pub fn tensor_from_pixels(pixels: &Pixels, device: &Device) -> Tensor<4> {
    let Pixels {
        batch,
        height,
        width,
        channels,
        ..
    } = *pixels;
    let mut planes = Vec::with_capacity(batch * 3 * height * width);
    for i in 0..batch {
        let picture = pixels.picture(i);
        for colour in 0..3 {
            let first = if channels < 3 { 0 } else { colour };
            planes.extend(
                picture
                    .iter()
                    .skip(first)
                    .step_by(channels)
                    .map(|value| value * 2.0 - 1.0),
            );
        }
    }
    let data = TensorData::new(planes, [batch, 3, height, width]);
    Tensor::from_data(data, (device, DType::F32))
}

/// Pictures from what an autoencoder gives; values outside the range are clamped. Waits for the
/// device.
///
/// # Shapes
/// - tensor: `[batch, channels, height, width]` in about -1..1
/// - returns: `[batch, height, width, channels]` in 0..1
pub fn pixels_from_tensor(tensor: Tensor<4>) -> Pixels {
    let [batch, channels, height, width] = tensor.dims();
    let planes = tensor
        .into_data()
        .try_into_vec_as::<f32>()
        .expect("any float type of the device converts to f32");
    let mut data = Vec::with_capacity(planes.len());
    for picture in planes.chunks_exact(channels * height * width) {
        for at in 0..height * width {
            let cell = (0..channels).map(|channel| picture[channel * height * width + at]);
            data.extend(cell.map(|value| ((value + 1.0) / 2.0).clamp(0.0, 1.0)));
        }
    }
    Pixels::new(batch, height, width, channels, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_survive_the_way_to_the_device_and_back() {
        let device = Device::flex();
        let pixels = Pixels::new(2, 1, 2, 3, (0..12).map(|v| v as f32 / 16.0).collect());
        let tensor = tensor_from_pixels(&pixels, &device);
        assert_eq!(tensor.dims(), [2, 3, 1, 2]);
        // Red of both pixels, then green: planes, -1..1.
        let values: Vec<f32> = tensor.clone().into_data().try_into_vec().unwrap();
        assert_eq!(values[..3], [-1.0, -0.625, -0.875]);
        assert_eq!(pixels_from_tensor(tensor), pixels);
    }
}
