//! Reads a picture's pixels within bounds: the file comes from anywhere.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbaImage};
use pyrograph_engine::pixels::MAX_SIDE;

/// The longest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 30;
/// The most memory that a decoder may ask for, in bytes: 8192² pixels of 16 bits and four channels
/// are half of it.
const MAX_ALLOC: u64 = 1 << 30;

/// Why a picture is not shown.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The system refused.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Not a picture, cut off, damaged, or too large.
    #[error("it is no picture that can be read: {0}")]
    Decode(#[from] image::ImageError),
    /// Longer than any picture that is shown.
    #[error("it is longer than the {MAX_BYTES} bytes that are read")]
    TooLarge,
    /// A fault of the decoder itself.
    #[error("it is damaged in a way that the decoder does not survive")]
    Panic,
}

/// The pixels of a file, upright.
///
/// # Errors
/// Its reason.
pub fn pixels(path: &Path) -> Result<RgbaImage, PictureError> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    decode(&bytes)
}

/// The pixels of a file's bytes, upright.
///
/// # Errors
/// Its reason.
pub fn decode(bytes: &[u8]) -> Result<RgbaImage, PictureError> {
    // A decoder that gives up on its input must not take the thread with it.
    catch_unwind(AssertUnwindSafe(|| decode_bounded(bytes))).unwrap_or(Err(PictureError::Panic))
}

fn decode_bounded(bytes: &[u8]) -> Result<RgbaImage, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    reader.limits(limits());
    let mut decoder = reader.into_decoder()?;
    // A picture with an unreadable EXIF block is still a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image.into_rgba8())
}

/// What decoders may ask for.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE as u32);
    limits.max_image_height = Some(MAX_SIDE as u32);
    limits.max_alloc = Some(MAX_ALLOC);
    limits
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, RgbImage};

    use super::*;

    #[test]
    fn no_input_does_more_than_fail() {
        let mut whole = Vec::new();
        RgbImage::from_fn(9, 4, |x, y| image::Rgb([x as u8 * 20, y as u8 * 60, 5]))
            .write_to(&mut Cursor::new(&mut whole), ImageFormat::Png)
            .unwrap();
        assert_eq!(decode(&whole).unwrap().dimensions(), (9, 4));
        for end in 0..whole.len() {
            // Without its very end, a picture is whole to some decoders.
            assert!(
                end + 20 > whole.len() || decode(&whole[..end]).is_err(),
                "{end}"
            );
            let mut flipped = whole.clone();
            flipped[end] ^= 0x55;
            let _ = decode(&flipped);
        }
        assert!(matches!(
            pixels(Path::new("/nowhere/a.png")),
            Err(PictureError::Io(_))
        ));
    }
}
