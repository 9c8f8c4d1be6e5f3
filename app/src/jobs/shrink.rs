//! Pictures for the screen. Large ones are made smaller, for textures have no smaller copies of
//! themselves and would shimmer; that takes milliseconds, so a thread of its own does it.

use std::sync::Arc;

use egui::{ColorImage, Context};
use image::RgbImage;

use crate::worker::Worker;

/// Pictures are shown in nodes and lists at most so large; the viewer has them whole.
const THUMB_SIDE: u32 = 512;

/// The thread that makes pictures smaller. `T` says what a picture is for.
pub(super) struct Shrinker<T>(Worker<(T, Arc<RgbImage>), (T, ColorImage)>);

impl<T: Send + 'static> Shrinker<T> {
    /// Starts the thread.
    pub(super) fn start(ctx: &Context) -> Self {
        Self(Worker::start(
            "thumbnails",
            ctx,
            |desk, (what, image): (T, Arc<RgbImage>)| {
                // Nobody looks any more when the window closes.
                if !desk.is_stopped() {
                    desk.tell((what, color_image(&image)));
                }
            },
        ))
    }

    /// Asks for a picture's small form.
    pub(super) fn ask(&self, what: T, image: &Arc<RgbImage>) {
        self.0.order((what, Arc::clone(image)));
    }

    /// What is ready.
    pub(super) fn ready(&self) -> impl Iterator<Item = (T, ColorImage)> + '_ {
        self.0.replies()
    }
}

/// The size at which a picture is shown in nodes and lists.
pub(super) fn shown_size([width, height]: [u32; 2]) -> [u32; 2] {
    let longest = width.max(height);
    if longest <= THUMB_SIDE {
        return [width, height];
    }
    [width, height].map(|pixels| {
        (u64::from(pixels) * u64::from(THUMB_SIDE) / u64::from(longest)).max(1) as u32
    })
}

/// What it takes on the graphics card at that size.
pub(super) fn shown_bytes(size_px: [u32; 2]) -> u64 {
    const RGBA: u64 = 4;
    let [width, height] = shown_size(size_px).map(u64::from);
    width * height * RGBA
}

/// A picture for nodes and lists.
pub(super) fn color_image(image: &RgbImage) -> ColorImage {
    let size = [image.width(), image.height()];
    let [width, height] = shown_size(size);
    if [width, height] == size {
        all_of(image)
    } else {
        all_of(&image::imageops::thumbnail(image, width, height))
    }
}

fn all_of(image: &RgbImage) -> ColorImage {
    ColorImage::from_rgb(
        [image.width() as usize, image.height() as usize],
        image.as_raw(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pictures_are_made_smaller_and_keep_their_ratio() {
        assert_eq!(color_image(&RgbImage::new(2048, 1024)).size, [512, 256]);
        assert_eq!(color_image(&RgbImage::new(100, 7)).size, [100, 7]);
        assert_eq!(color_image(&RgbImage::new(10_000, 3)).size, [512, 1]);
    }

    #[test]
    fn a_thread_makes_them_smaller() {
        let shrinker = Shrinker::start(&Context::default());
        shrinker.ask("large", &Arc::new(RgbImage::new(1024, 1024)));
        let (what, image) = loop {
            if let Some(ready) = shrinker.ready().next() {
                break ready;
            }
        };
        assert_eq!((what, image.size), ("large", [512, 512]));
    }
}
