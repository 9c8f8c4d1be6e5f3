//! Pictures from files, as ComfyUI's LoadImage gives them through Pillow.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, metadata::Orientation};

use crate::pixels::{MAX_SIDE, Pixels};

/// The side of the empty mask that a picture without transparency has, in pixels.
const EMPTY_MASK: usize = 64;

/// Why a picture cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// Not one of the formats known here.
    #[error("this is no picture of a known kind (PNG, JPEG, WebP, BMP, GIF, TIFF)")]
    Format,
    /// Larger than [`MAX_SIDE`].
    #[error("the picture has a side of more than {max} pixels", max = MAX_SIDE)]
    TooLarge,
    /// Cut off, damaged, or of a rare kind.
    #[error("the picture cannot be read: {source}")]
    Decode {
        /// The decoder's words.
        source: image::ImageError,
    },
}

impl ImageError {
    /// The way out.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Format => Some("save the picture as PNG or JPEG and load that".to_owned()),
            Self::TooLarge => Some("make the picture smaller in another program first".to_owned()),
            Self::Decode { .. } => None,
        }
    }
}

/// What a mask is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskChannel {
    /// 1 where the picture is transparent.
    Alpha,
    /// The red values.
    Red,
    /// The green values.
    Green,
    /// The blue values.
    Blue,
}

/// A picture `[1, height, width, 3]` and its mask `[1, height, width, 1]`: 1 where the picture is
/// transparent; 64 x 64 zeros if it has no transparency. Of an animation, the first picture.
///
/// # Errors
/// Unknown format, damaged or too large.
pub fn load_image(bytes: &[u8]) -> Result<(Pixels, Pixels), ImageError> {
    let picture = decode(bytes)?;
    let mask = if picture.declares_alpha {
        picture.channel(3, |alpha| 1.0 - alpha)
    } else {
        Pixels::filled(1, EMPTY_MASK, EMPTY_MASK, 1, 0.0)
    };
    let data = picture
        .rgba
        .iter()
        .flat_map(|&[r, g, b, _]| [r, g, b].map(|value| f32::from(value) / 255.0))
        .collect();
    Ok((Pixels::new(1, picture.height, picture.width, 3, data), mask))
}

/// One channel of a picture as a mask `[1, height, width, 1]` (ComfyUI's LoadImageMask).
///
/// # Errors
/// Unknown format, damaged or too large.
pub fn load_mask(bytes: &[u8], channel: MaskChannel) -> Result<Pixels, ImageError> {
    let picture = decode(bytes)?;
    Ok(match channel {
        MaskChannel::Alpha => picture.channel(3, |alpha| 1.0 - alpha),
        MaskChannel::Red => picture.channel(0, |red| red),
        MaskChannel::Green => picture.channel(1, |green| green),
        MaskChannel::Blue => picture.channel(2, |blue| blue),
    })
}

/// A picture in 8 bits a channel, turned upright.
struct Picture {
    width: usize,
    height: usize,
    rgba: Vec<[u8; 4]>,
    /// Whether Pillow would find an alpha channel or a palette with transparency.
    declares_alpha: bool,
}

impl Picture {
    fn channel(&self, i: usize, map: impl Fn(f32) -> f32) -> Pixels {
        let data = self
            .rgba
            .iter()
            .map(|pixel| map(f32::from(pixel[i]) / 255.0))
            .collect();
        Pixels::new(1, self.height, self.width, 1, data)
    }
}

fn decode(bytes: &[u8]) -> Result<Picture, ImageError> {
    let broken = |source| {
        if matches!(source, image::ImageError::Limits(_)) {
            ImageError::TooLarge
        } else {
            ImageError::Decode { source }
        }
    };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .expect("reading from memory cannot fail");
    let format = reader.format().ok_or(ImageError::Format)?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE as u32);
    limits.max_image_height = Some(MAX_SIDE as u32);
    // 16 bits of RGBA; what decoders need besides is small.
    limits.max_alloc = Some((MAX_SIDE * MAX_SIDE * 8 + (64 << 20)) as u64);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    // A picture with an unreadable EXIF block is still a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation);

    let (width, height) = (image.width() as usize, image.height() as usize);
    let has_alpha = image.color().has_alpha();
    let rgba = to_rgba(image);
    let declares_alpha = has_alpha
        && if format == ImageFormat::Png {
            // A transparent colour of grey and RGB pictures is no channel to Pillow, one of a
            // palette is. The colour type lies at a fixed place, in the first chunk.
            !matches!(bytes.get(25), Some(0 | 2))
        } else {
            // The decoder gives every GIF an alpha channel.
            format != ImageFormat::Gif || rgba.iter().any(|pixel| pixel[3] != 255)
        };
    Ok(Picture {
        width,
        height,
        rgba,
        declares_alpha,
    })
}

/// 8 bits a channel by Pillow's rules. 16-bit grey is clipped, not scaled (`Convert.c`, `I16_RGB`),
/// so that all but its darkest 255 levels turn white; ComfyUI's users know it so. Of other 16-bit
/// pictures the upper byte counts.
fn to_rgba(image: DynamicImage) -> Vec<[u8; 4]> {
    let upper = |value: u16| (value >> 8) as u8;
    if let Some(image) = image.as_luma16() {
        let grey = image.pixels().map(|pixel| pixel.0[0].min(255) as u8);
        grey.map(|grey| [grey, grey, grey, 255]).collect()
    } else if let Some(image) = image.as_luma_alpha16() {
        let pixels = image.pixels().map(|pixel| pixel.0.map(upper));
        pixels
            .map(|[grey, alpha]| [grey, grey, grey, alpha])
            .collect()
    } else if let Some(image) = image.as_rgb16() {
        let pixels = image.pixels().map(|pixel| pixel.0.map(upper));
        pixels.map(|[r, g, b]| [r, g, b, 255]).collect()
    } else if let Some(image) = image.as_rgba16() {
        image.pixels().map(|pixel| pixel.0.map(upper)).collect()
    } else {
        image.into_rgba8().pixels().map(|pixel| pixel.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use image::{GrayAlphaImage, GrayImage, ImageBuffer, Luma, RgbImage};

    use super::*;

    fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
        let mut bytes = Vec::new();
        image
            .into()
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    }

    #[test]
    fn grey_becomes_colour_and_has_an_empty_mask() {
        let (image, mask) =
            load_image(&png(GrayImage::from_raw(2, 1, vec![0, 51]).unwrap())).unwrap();
        assert_eq!(
            image,
            Pixels::new(1, 1, 2, 3, vec![0.0, 0.0, 0.0, 0.2, 0.2, 0.2])
        );
        assert_eq!(mask, Pixels::filled(1, 64, 64, 1, 0.0));
    }

    #[test]
    fn transparency_is_the_mask() {
        let bytes = png(GrayAlphaImage::from_raw(2, 1, vec![255, 255, 255, 51]).unwrap());
        let (_, mask) = load_image(&bytes).unwrap();
        assert_eq!(mask, Pixels::new(1, 1, 2, 1, vec![0.0, 1.0 - 0.2]));
        assert_eq!(load_mask(&bytes, MaskChannel::Alpha).unwrap(), mask);
        assert_eq!(
            load_mask(&bytes, MaskChannel::Green).unwrap().data,
            [1.0, 1.0]
        );
    }

    #[test]
    fn sixteen_bits_of_grey_are_clipped() {
        // Fixture image.load.gray16: levels from 257 on are white.
        let bytes = png(ImageBuffer::<Luma<u16>, _>::from_raw(3, 1, vec![0, 51, 257]).unwrap());
        let (image, _) = load_image(&bytes).unwrap();
        assert_eq!(
            [image.data[0], image.data[3], image.data[6]],
            [0.0, 0.2, 1.0]
        );
    }

    #[test]
    fn hostile_files_are_refused() {
        assert!(matches!(load_image(b""), Err(ImageError::Format)));
        assert!(matches!(
            load_image(b"{\"format\": 1}"),
            Err(ImageError::Format)
        ));
        let mut bytes = png(RgbImage::new(8, 8));
        assert!(matches!(
            load_image(&bytes[..60]),
            Err(ImageError::Decode { .. })
        ));
        // A header that claims 2^30 pixels a side (with its checksum): refused before memory is
        // asked for.
        bytes[16..24].copy_from_slice(&[0x40, 0, 0, 0, 0x40, 0, 0, 0]);
        let checksum = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert!(matches!(load_image(&bytes), Err(ImageError::TooLarge)));
    }

    /// The checksum of PNG chunks.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }
}
