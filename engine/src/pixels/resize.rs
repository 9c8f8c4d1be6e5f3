//! ComfyUI's resizing of pictures, masks and latents (`comfy.utils.common_upscale`), and its rules
//! for sizes.

use crate::node::Choice;
use crate::pixels::bislerp::bislerp;
use crate::pixels::interpolate::{Span, Stack, Taps, resample};
use crate::pixels::lanczos::lanczos;
use crate::pixels::{Latent, MAX_SIDE, Pixels};

/// Pixels along the side of a latent's cell.
pub const CELL: usize = 8;

/// Declares a choice by its variants' names in files.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $( $(#[$variant_doc:meta])* $variant:ident = $text:literal, )* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $( $(#[$variant_doc])* $variant, )* }

        impl $name {
            /// The name in files.
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }
        }

        impl Choice for $name {
            const NAMES: &'static [&'static str] = &[$($text),*];

            fn from_name(name: &str) -> Option<Self> {
                match name { $( $text => Some(Self::$variant), )* _ => None }
            }
        }
    };
}

choice! {
    /// How values between pixels are found.
    ImageFilter {
        /// The nearest pixel: hard edges.
        NearestExact = "nearest-exact",
        /// A mixture of two neighbours along each axis.
        Bilinear = "bilinear",
        /// The mean of what is covered: for shrinking.
        Area = "area",
        /// A smooth curve through four neighbours.
        Bicubic = "bicubic",
        /// Sharp, in 8 bits, as Pillow does it.
        Lanczos = "lanczos",
    }
}

choice! {
    /// How values between a latent's cells are found.
    LatentFilter {
        /// The nearest cell.
        NearestExact = "nearest-exact",
        /// A mixture of two neighbours along each axis.
        Bilinear = "bilinear",
        /// The mean of what is covered.
        Area = "area",
        /// A smooth curve through four neighbours.
        Bicubic = "bicubic",
        /// Directions are mixed, not values: keeps contrast.
        Bislerp = "bislerp",
    }
}

choice! {
    /// What is done when the ratio of the sides changes.
    Crop {
        /// The picture is stretched.
        Disabled = "disabled",
        /// What is too long is cut off on both sides.
        Center = "center",
    }
}

/// Resizes pictures. Sides are `1..=MAX_SIDE`; others are brought there.
///
/// # Shapes
/// - pixels: `[batch, old height, old width, channels]`
/// - returns: `[batch, height, width, channels]`
pub fn resize_image(
    pixels: &Pixels,
    width: usize,
    height: usize,
    filter: ImageFilter,
    crop: Crop,
) -> Pixels {
    let (width, height) = (width.clamp(1, MAX_SIDE), height.clamp(1, MAX_SIDE));
    let (columns, rows) = spans((pixels.width, pixels.height), (width, height), crop);
    let stack = Stack {
        pictures: pixels.batch,
        height: pixels.height,
        width: pixels.width,
        channels: pixels.channels,
    };
    let taps: fn(Span, usize) -> Taps = match filter {
        ImageFilter::NearestExact => Taps::nearest_exact,
        ImageFilter::Bilinear => Taps::bilinear,
        ImageFilter::Area => Taps::area,
        ImageFilter::Bicubic => Taps::bicubic,
        ImageFilter::Lanczos => return through_8_bits(pixels, (columns, width), (rows, height)),
    };
    let data = resample(
        &pixels.data,
        stack,
        &taps(rows, height),
        &taps(columns, width),
    );
    Pixels::new(pixels.batch, height, width, pixels.channels, data)
}

/// Resizes latents; a noise mask is kept as it is, since its size is free. Sides are in cells.
///
/// # Shapes
/// - latent: `[batch, channels, old height, old width]`
/// - returns: `[batch, channels, height, width]`
pub fn resize_latent(
    latent: &Latent,
    width: usize,
    height: usize,
    filter: LatentFilter,
    crop: Crop,
) -> Latent {
    let (width, height) = (
        width.clamp(1, MAX_SIDE / CELL),
        height.clamp(1, MAX_SIDE / CELL),
    );
    let (columns, rows) = spans((latent.width, latent.height), (width, height), crop);
    let Latent {
        batch, channels, ..
    } = *latent;
    let taps: Option<fn(Span, usize) -> Taps> = match filter {
        LatentFilter::NearestExact => Some(Taps::nearest_exact),
        LatentFilter::Bilinear => Some(Taps::bilinear),
        LatentFilter::Area => Some(Taps::area),
        LatentFilter::Bicubic => Some(Taps::bicubic),
        LatentFilter::Bislerp => None,
    };
    let data = match taps {
        Some(taps) => {
            let stack = Stack {
                pictures: batch * channels,
                height: latent.height,
                width: latent.width,
                channels: 1,
            };
            resample(
                &latent.data,
                stack,
                &taps(rows, height),
                &taps(columns, width),
            )
        }
        None => {
            let sides = [batch, channels, latent.height, latent.width];
            bislerp(&latent.data, sides, (columns, width), (rows, height))
        }
    };
    Latent {
        noise_mask: latent.noise_mask.clone(),
        ..Latent::new(batch, channels, height, width, data)
    }
}

/// Resizes masks as ComfyUI does before sampling: bilinear, stretched.
///
/// # Shapes
/// - mask: `[batch, old height, old width, 1]`
/// - returns: `[batch, height, width, 1]`
pub fn resize_mask(mask: &Pixels, width: usize, height: usize) -> Pixels {
    resize_image(mask, width, height, ImageFilter::Bilinear, Crop::Disabled)
}

/// The size `(width, height)` that is meant where a wanted side of 0 keeps the ratio and two keep
/// the size (ImageScale, LatentUpscale).
///
/// `wanted` is in pixels; `old` and the result are in units of `multiple` pixels: 1 for pictures,
/// [`CELL`] for latents, whose sides are at least eight cells. No side grows beyond [`MAX_SIDE`].
pub fn common_size(old: (usize, usize), wanted: (u32, u32), multiple: usize) -> (usize, usize) {
    let least = if multiple == 1 { 1 } else { multiple * CELL };
    let bound = |side: usize| side.clamp(least, MAX_SIDE);
    let in_ratio = |side: usize, of: usize, to: usize| {
        bound((of as f64 * side as f64 / to.max(1) as f64).round_ties_even() as usize)
    };
    let (width, height) = match (wanted.0 as usize, wanted.1 as usize) {
        (0, 0) => return old,
        (0, height) => (in_ratio(bound(height), old.0, old.1), bound(height)),
        (width, 0) => (bound(width), in_ratio(bound(width), old.1, old.0)),
        (width, height) => (bound(width), bound(height)),
    };
    (width / multiple, height / multiple)
}

/// The size `(width, height)` times a factor, rounded as Python rounds (ImageScaleBy,
/// LatentUpscaleBy).
pub fn scaled_size(old: (usize, usize), factor: f64) -> (usize, usize) {
    let scaled =
        |side: usize| ((side as f64 * factor).round_ties_even() as usize).clamp(1, MAX_SIDE);
    (scaled(old.0), scaled(old.1))
}

/// The size `(width, height)` of about so many times 1024 x 1024 pixels, in the same ratio
/// (ImageScaleToTotalPixels).
pub fn size_of_megapixels(old: (usize, usize), megapixels: f64) -> (usize, usize) {
    let total = (megapixels * 1024.0 * 1024.0).trunc();
    scaled_size(old, (total / (old.0 * old.1).max(1) as f64).sqrt())
}

/// Which columns and rows of the old picture are used.
fn spans(old: (usize, usize), new: (usize, usize), crop: Crop) -> (Span, Span) {
    let (mut x, mut y) = (0, 0);
    match crop {
        Crop::Disabled => {}
        Crop::Center => {
            let (width, height) = (old.0 as f64, old.1 as f64);
            let (old_aspect, new_aspect) = (width / height, new.0 as f64 / new.1 as f64);
            // In this order of operations, so that halves round as there.
            if old_aspect > new_aspect {
                x = ((width - width * (new_aspect / old_aspect)) / 2.0).round_ties_even() as usize;
            } else if old_aspect < new_aspect {
                y = ((height - height * (old_aspect / new_aspect)) / 2.0).round_ties_even()
                    as usize;
            }
        }
    }
    // Of two columns, rounding could cut both; torch would fail there.
    let span = |cut: usize, side: usize| {
        let start = cut.min((side - 1) / 2);
        Span {
            start,
            length: side - 2 * start,
        }
    };
    (span(x, old.0), span(y, old.1))
}

/// Through 8 bits, as ComfyUI goes through Pillow; values are cut, not rounded.
fn through_8_bits(
    pixels: &Pixels,
    (columns, width): (Span, usize),
    (rows, height): (Span, usize),
) -> Pixels {
    let used = pixels.crop(columns.start, rows.start, columns.length, rows.length);
    let mut data = Vec::with_capacity(pixels.batch * height * width * pixels.channels);
    for i in 0..pixels.batch {
        let bytes = used
            .picture(i)
            .iter()
            .map(|value| (255.0 * value).clamp(0.0, 255.0) as u8)
            .collect();
        let resized = lanczos(
            bytes,
            pixels.channels,
            (columns.length, rows.length),
            (width, height),
        );
        data.extend(resized.into_iter().map(|byte| f32::from(byte) / 255.0));
    }
    Pixels::new(pixels.batch, height, width, pixels.channels, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_values() {
        fn check<T: Choice + PartialEq + std::fmt::Debug>(name: fn(T) -> &'static str) {
            for text in T::NAMES {
                assert_eq!(T::from_name(text).map(name), Some(*text));
            }
            assert_eq!(T::from_name("nearest"), None);
        }
        check(ImageFilter::name);
        check(LatentFilter::name);
        check(Crop::name);
    }

    #[test]
    fn sizes_follow_the_reference() {
        // ComfyUI 0.3.64 (fixtures node.ImageScale.width0, node.LatentUpscale.height0, …).
        assert_eq!(common_size((34, 26), (0, 15), 1), (20, 15));
        assert_eq!(common_size((14, 10), (192, 0), CELL), (24, 17));
        assert_eq!(common_size((14, 10), (168, 104), CELL), (21, 13));
        assert_eq!(common_size((14, 10), (8, 0), CELL), (8, 8));
        assert_eq!(common_size((14, 10), (0, 0), CELL), (14, 10));
        assert_eq!(scaled_size((24, 20), 1.37), (33, 27));
        assert_eq!(scaled_size((5, 3), 0.5), (2, 2)); // halves to even
        assert_eq!(
            common_size((16_384, 1), (0, 16_384), 1),
            (MAX_SIDE, MAX_SIDE)
        );
    }

    #[test]
    fn resizing_to_the_same_size_changes_nothing() {
        let pixels = Pixels::new(2, 2, 3, 1, (0..12).map(|v| v as f32).collect());
        for filter in [
            ImageFilter::NearestExact,
            ImageFilter::Bilinear,
            ImageFilter::Area,
            ImageFilter::Bicubic,
        ] {
            assert_eq!(
                resize_image(&pixels, 3, 2, filter, Crop::Center),
                pixels,
                "{filter:?}"
            );
        }
    }

    #[test]
    fn crops_leave_at_least_one_column() {
        let thin = Pixels::filled(1, 1, 2, 3, 0.5);
        assert_eq!(
            resize_image(&thin, 1, 500, ImageFilter::Bilinear, Crop::Center).data[0],
            0.5
        );
        assert_eq!(
            resize_image(&thin, 1, 500, ImageFilter::Lanczos, Crop::Center).height,
            500
        );
    }

    #[test]
    fn masks_and_latents_keep_their_form() {
        let mask = Pixels::new(1, 1, 2, 1, vec![0.0, 1.0]);
        // torch: interpolate([0, 1], size=4, mode="bilinear").
        assert_eq!(resize_mask(&mask, 4, 1).data, [0.0, 0.25, 0.75, 1.0]);
        let latent = Latent {
            noise_mask: Some(mask.clone()),
            ..Latent::new(1, 2, 1, 2, vec![1.0, 3.0, 2.0, 6.0])
        };
        let small = resize_latent(&latent, 1, 1, LatentFilter::Area, Crop::Disabled);
        assert_eq!(
            (small.data.as_slice(), small.noise_mask),
            ([2.0, 4.0].as_slice(), Some(mask))
        );
    }
}
