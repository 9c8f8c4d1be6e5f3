//! What the denoising loop tells while it runs: progress, previews, and whether to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use burn::tensor::Tensor;

use crate::pixels::latent_preview::{self, PreviewMatrix};
use crate::run::event::Event;
use crate::sampling::denoise::Hooks;

/// Previews are at least so far apart: each is a read-back, which makes a GPU wait.
const PREVIEW_EVERY: Duration = Duration::from_millis(100);

/// Sends the loop's events for one node.
pub(super) struct Watch<'a> {
    pub(super) node: &'a str,
    pub(super) cancel: &'a AtomicBool,
    pub(super) emit: &'a dyn Fn(Event),
    /// How latents become colours; `None` sends no previews.
    pub(super) preview: Option<&'a PreviewMatrix>,
    /// When the last preview was sent.
    pub(super) last: Option<Instant>,
}

impl Hooks for Watch<'_> {
    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    fn step(&mut self, index: usize, steps: usize, denoised: &Tensor<4>) {
        (self.emit)(Event::Progress {
            node: self.node.to_owned(),
            i: index + 1,
            n: steps,
        });
        if let Some(matrix) = self.preview
            && self.last.is_none_or(|last| last.elapsed() >= PREVIEW_EVERY)
            && let Some(image) = first_picture(matrix, denoised)
        {
            (self.emit)(Event::Preview {
                node: self.node.to_owned(),
                image: Arc::new(image),
            });
            self.last = Some(Instant::now());
        }
    }
}

/// The first picture of a batch, one pixel for each cell.
///
/// A latent has at most a few bytes more than its small picture, so it is read back as it is and
/// the colours are found on the host, by the one function that the references test. `None` if the
/// read-back fails: the next real read-back will say why.
///
/// # Shapes
/// - denoised: `[batch, channels, height, width]` in model units
fn first_picture(matrix: &PreviewMatrix, denoised: &Tensor<4>) -> Option<image::RgbImage> {
    let [batch, channels, height, width] = denoised.dims();
    if batch == 0 || channels != matrix.rgb.len() {
        return None;
    }
    let first = denoised
        .clone()
        .slice([0..1, 0..channels, 0..height, 0..width]);
    let x0 = first
        .try_into_data()
        .ok()?
        .convert::<f32>()
        .try_into_vec::<f32>()
        .ok()?;
    Some(latent_preview::preview(matrix, &x0, height, width))
}
