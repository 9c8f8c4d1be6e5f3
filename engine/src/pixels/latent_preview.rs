//! Live previews: a fixed linear map from a latent's channels to colour, one pixel a cell
//! (ComfyUI's `latent2rgb`).

use image::{Rgb, RgbImage};

/// A family's map from latent channels to colour.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewMatrix {
    /// Red, green and blue of each channel, in -1..1 for latents in model units.
    pub rgb: Vec<[f32; 3]>,
    /// What is added.
    pub bias: [f32; 3],
}

impl PreviewMatrix {
    /// The colour (-1..1) of one cell.
    fn colour(&self, cell: impl Iterator<Item = f32>) -> [f32; 3] {
        self.rgb
            .iter()
            .zip(cell)
            .fold([0.0; 3], |sum, (rgb, value)| {
                [0, 1, 2].map(|i| sum[i] + rgb[i] * value)
            })
    }
}

/// The preview of one latent.
///
/// # Shapes
/// - x0: `[channels, height, width]` in model units; as many channels as the matrix has are used
/// - returns: `height` x `width` pixels
///
/// # Panics
/// If `x0` is shorter than the matrix demands.
pub fn preview(matrix: &PreviewMatrix, x0: &[f32], height: usize, width: usize) -> RgbImage {
    let cells = height * width;
    RgbImage::from_fn(width as u32, height as u32, |x, y| {
        let at = y as usize * width + x as usize;
        let colour = matrix.colour((0..matrix.rgb.len()).map(|channel| x0[channel * cells + at]));
        Rgb([0, 1, 2].map(|i| byte(colour[i] + matrix.bias[i])))
    })
}

/// -1..1 to 0..255, cut as there.
fn byte(value: f32) -> u8 {
    (((value + 1.0) / 2.0).clamp(0.0, 1.0) * 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_mix_to_colour() {
        let matrix = PreviewMatrix {
            rgb: vec![[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]],
            bias: [0.0, 0.0, -0.25],
        };
        let picture = preview(&matrix, &[1.0, -3.0, 0.5, 0.0], 1, 2);
        // (v + 1) / 2 * 255, cut.
        assert_eq!(picture.into_raw(), [255, 191, 191, 0, 127, 0]);
    }
}
