//! Pictures, masks and latents on the host, and what is done with them outside the networks.
//!
//! Everything here follows ComfyUI to the bit where its users would see a difference: how files
//! are read (`load.rs`), resized (`resize.rs`), joined (`batch.rs`) and previewed
//! (`latent_preview.rs`).

use image::RgbImage;

pub mod batch;
mod bislerp;
mod interpolate;
mod lanczos;
pub mod latent_preview;
pub mod load;
pub mod resize;
pub mod tensor_from_image;

/// The longest side of a picture, in pixels.
pub const MAX_SIDE: usize = 16_384;

/// Pictures of one size as f32, `[batch, height, width, channels]`, 0..1.
///
/// A mask is a picture of one channel; 1 = repaint.
#[derive(Clone, Debug, PartialEq)]
pub struct Pixels {
    /// How many pictures.
    pub batch: usize,
    /// In pixels.
    pub height: usize,
    /// In pixels.
    pub width: usize,
    /// 3 for pictures, 1 for masks.
    pub channels: usize,
    /// The values, row by row.
    pub data: Vec<f32>,
}

/// Latents of one size, `[batch, channels, height, width]`, in latent units: what a network works
/// on, divided by its family's scale factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Latent {
    /// How many latents.
    pub batch: usize,
    /// 4 for the Stable Diffusion families.
    pub channels: usize,
    /// In cells of 8 pixels.
    pub height: usize,
    /// In cells of 8 pixels.
    pub width: usize,
    /// The values, channel by channel.
    pub data: Vec<f32>,
    /// Which part is repainted, in pixels, of any size; one mask for all or one each.
    pub noise_mask: Option<Pixels>,
}

impl Pixels {
    /// Pictures of the given values.
    ///
    /// # Panics
    /// If `data` has another length than the sides demand.
    pub fn new(batch: usize, height: usize, width: usize, channels: usize, data: Vec<f32>) -> Self {
        assert_eq!(
            data.len(),
            batch * height * width * channels,
            "every pixel has its channels"
        );
        Self {
            batch,
            height,
            width,
            channels,
            data,
        }
    }

    /// Pictures of one value.
    pub fn filled(batch: usize, height: usize, width: usize, channels: usize, value: f32) -> Self {
        Self {
            batch,
            height,
            width,
            channels,
            data: vec![value; batch * height * width * channels],
        }
    }

    /// Pictures of one colour, its channels from 0 to 1.
    pub fn solid(batch: usize, height: usize, width: usize, color: [f32; 3]) -> Self {
        Self {
            batch,
            height,
            width,
            channels: color.len(),
            data: color.repeat(batch * height * width),
        }
    }

    /// One picture of the batch, `[height, width, channels]`.
    ///
    /// # Panics
    /// If there is no such picture.
    pub fn picture(&self, i: usize) -> &[f32] {
        let size = self.height * self.width * self.channels;
        &self.data[i * size..(i + 1) * size]
    }

    /// One picture of 8-bit colour as files hold it (ComfyUI's SaveImage: 255 times the value,
    /// clamped, cut). One or two channels are grey; a channel beyond the third is left out.
    ///
    /// # Panics
    /// If there is no such picture.
    pub fn to_rgb8(&self, i: usize) -> RgbImage {
        let cut = |value: f32| (255.0 * value).clamp(0.0, 255.0) as u8;
        let bytes = self
            .picture(i)
            .chunks_exact(self.channels)
            .flat_map(|pixel| match *pixel {
                [red, green, blue, ..] => [cut(red), cut(green), cut(blue)],
                [grey, ..] => [cut(grey); 3],
                [] => [0; 3],
            });
        RgbImage::from_raw(self.width as u32, self.height as u32, bytes.collect())
            .expect("three bytes were made for every pixel")
    }

    /// The pictures' part from `(x, y)` on.
    ///
    /// # Panics
    /// If the part reaches over the edge.
    pub fn crop(&self, x: usize, y: usize, width: usize, height: usize) -> Self {
        assert!(
            x + width <= self.width && y + height <= self.height,
            "the part lies inside the picture"
        );
        let row = self.width * self.channels;
        let mut data = Vec::with_capacity(self.batch * height * width * self.channels);
        for picture in self.data.chunks_exact(row * self.height) {
            for line in picture.chunks_exact(row).skip(y).take(height) {
                data.extend_from_slice(&line[x * self.channels..(x + width) * self.channels]);
            }
        }
        Self::new(self.batch, height, width, self.channels, data)
    }

    /// The middle of the pictures, with sides that are multiples of `side`, as ComfyUI's VAE crops
    /// what it encodes. Sides shorter than `side` stay.
    pub fn crop_to_multiple(&self, side: usize) -> Self {
        let span = |old: usize| {
            if old < side {
                (0, old)
            } else {
                (old % side / 2, old - old % side)
            }
        };
        let ((x, width), (y, height)) = (span(self.width), span(self.height));
        if (width, height) == (self.width, self.height) {
            self.clone()
        } else {
            self.crop(x, y, width, height)
        }
    }
}

impl Latent {
    /// Latents of the given values.
    ///
    /// # Panics
    /// If `data` has another length than the sides demand.
    pub fn new(batch: usize, channels: usize, height: usize, width: usize, data: Vec<f32>) -> Self {
        assert_eq!(
            data.len(),
            batch * channels * height * width,
            "every cell has its channels"
        );
        Self {
            batch,
            channels,
            height,
            width,
            data,
            noise_mask: None,
        }
    }

    /// Latents of zeros.
    pub fn zeros(batch: usize, channels: usize, height: usize, width: usize) -> Self {
        Self::new(
            batch,
            channels,
            height,
            width,
            vec![0.0; batch * channels * height * width],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bits_are_cut_not_rounded() {
        let pixels = Pixels::new(1, 1, 2, 3, vec![0.999, 1.5, -1.0, f32::NAN, 0.5, 0.2]);
        assert_eq!(pixels.to_rgb8(0).into_raw(), [254, 255, 0, 0, 127, 51]);
    }

    #[test]
    fn every_8_bit_value_survives_the_way_there_and_back() {
        let data = (0..=u8::MAX)
            .map(|value| f32::from(value) / 255.0)
            .collect();
        let back = Pixels::new(1, 1, 256, 1, data).to_rgb8(0);
        assert!((0..=u8::MAX).eq(back.pixels().map(|pixel| pixel.0[0])));
    }

    #[test]
    fn crops_keep_the_middle() {
        let pixels = Pixels::new(2, 3, 5, 1, (0..30).map(|v| v as f32).collect());
        let middle = pixels.crop_to_multiple(2);
        assert_eq!((middle.width, middle.height), (4, 2));
        assert_eq!(middle.picture(0), [0., 1., 2., 3., 5., 6., 7., 8.]);
        assert_eq!(pixels.crop_to_multiple(8), pixels);
    }
}
