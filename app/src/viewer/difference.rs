//! How two pictures differ, pixel by pixel.

use image::imageops::{self, FilterType};
use image::{Rgba, RgbaImage};

/// How much differences are amplified, in the order in which they are offered.
pub const GAINS: [u8; 5] = [1, 2, 4, 8, 16];

/// What differs, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The largest difference of a channel, 0 to 255.
    pub largest: u8,
    /// How many pixels differ.
    pub pixels: u64,
    /// Of how many.
    pub of: u64,
    /// Whether the second picture was made as large as the first before.
    pub is_resized: bool,
}

impl Extent {
    /// In words.
    pub fn text(&self) -> String {
        let resized = if self.is_resized {
            ", the second made as large as the first"
        } else {
            ""
        };
        if self.pixels == 0 {
            return format!("No pixel differs{resized}");
        }
        let share = self.pixels as f64 / self.of.max(1) as f64 * 100.0;
        format!(
            "{share:.1} % of the pixels differ, by {} of 255 at most{resized}",
            self.largest
        )
    }
}

/// |a − b| of each channel, amplified; a difference of transparency shows in all of them.
pub fn difference(a: &RgbaImage, b: &RgbaImage, gain: u8) -> (RgbaImage, Extent) {
    let is_resized = a.dimensions() != b.dimensions();
    let resized =
        is_resized.then(|| imageops::resize(b, a.width(), a.height(), FilterType::Triangle));
    let b = resized.as_ref().unwrap_or(b);
    let mut extent = Extent {
        largest: 0,
        pixels: 0,
        of: u64::from(a.width()) * u64::from(a.height()),
        is_resized,
    };
    let mut image = RgbaImage::new(a.width(), a.height());
    for ((to, a), b) in image.pixels_mut().zip(a.pixels()).zip(b.pixels()) {
        let alpha = a[3].abs_diff(b[3]);
        let [red, green, blue] =
            [0, 1, 2].map(|channel| a[channel].abs_diff(b[channel]).max(alpha));
        let largest = red.max(green).max(blue);
        extent.largest = extent.largest.max(largest);
        extent.pixels += u64::from(largest > 0);
        *to = Rgba([
            red.saturating_mul(gain),
            green.saturating_mul(gain),
            blue.saturating_mul(gain),
            255,
        ]);
    }
    (image, extent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(shade: [u8; 4]) -> RgbaImage {
        RgbaImage::from_pixel(4, 2, Rgba(shade))
    }

    #[test]
    fn equal_pictures_give_black() {
        let (image, extent) = difference(&flat([9, 8, 7, 255]), &flat([9, 8, 7, 255]), 16);
        assert!(image.pixels().all(|pixel| pixel.0 == [0, 0, 0, 255]));
        assert_eq!(extent.text(), "No pixel differs");
    }

    #[test]
    fn differences_are_amplified_and_stop_at_white() {
        let mut other = flat([10, 20, 30, 255]);
        other.put_pixel(1, 1, Rgba([15, 10, 255, 255]));
        let (image, extent) = difference(&flat([10, 20, 30, 255]), &other, 4);
        assert_eq!(image.get_pixel(1, 1).0, [20, 40, 255, 255]);
        assert_eq!(image.get_pixel(0, 0).0, [0, 0, 0, 255]);
        assert_eq!((extent.largest, extent.pixels, extent.of), (225, 1, 8));
    }

    #[test]
    fn transparency_and_size_count() {
        let (image, _) = difference(&flat([5, 5, 5, 255]), &flat([5, 5, 5, 155]), 1);
        assert_eq!(image.get_pixel(0, 0).0, [100, 100, 100, 255]);
        let (image, extent) =
            difference(&flat([5; 4]), &RgbaImage::from_pixel(9, 9, Rgba([5; 4])), 1);
        assert_eq!(image.dimensions(), (4, 2));
        assert!(extent.is_resized && extent.pixels == 0);
    }
}
