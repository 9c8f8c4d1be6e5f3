//! `torch.nn.functional.interpolate` with `align_corners=False` and no antialiasing, as weighted
//! sums along each axis.

use rayon::prelude::*;

/// Which source cells make up each target cell along one axis, and with what weight.
pub(super) struct Taps {
    /// Where each target cell's taps begin, and the end.
    starts: Vec<usize>,
    /// Source index and weight.
    taps: Vec<(usize, f32)>,
}

/// The part of an axis that is resampled.
#[derive(Clone, Copy)]
pub(super) struct Span {
    /// The first cell.
    pub(super) start: usize,
    /// How many cells, at least one.
    pub(super) length: usize,
}

impl Taps {
    fn new<I: IntoIterator<Item = (usize, f32)>>(new: usize, of: impl Fn(usize) -> I) -> Self {
        let mut taps = Vec::new();
        let mut starts = vec![0];
        for i in 0..new {
            taps.extend(of(i));
            starts.push(taps.len());
        }
        Self { starts, taps }
    }

    /// How many target cells there are.
    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn of(&self, i: usize) -> &[(usize, f32)] {
        &self.taps[self.starts[i]..self.starts[i + 1]]
    }

    /// The nearest cell (torch: `nearest-exact`).
    pub(super) fn nearest_exact(span: Span, new: usize) -> Self {
        let scale = scale(span, new);
        Self::new(new, |i| {
            let near = ((i as f32 + 0.5) * scale) as usize;
            [(span.start + near.min(span.length - 1), 1.0)]
        })
    }

    /// A mixture of two neighbours.
    pub(super) fn bilinear(span: Span, new: usize) -> Self {
        Self::new(new, |i| {
            let (first, second, ratio) = bilinear(span.length, new, i);
            [
                (span.start + first, 1.0 - ratio),
                (span.start + second, ratio),
            ]
        })
    }

    /// A mixture of four neighbours with a = -0.75; indices stop at the edge.
    pub(super) fn bicubic(span: Span, new: usize) -> Self {
        const A: f32 = -0.75;
        let near = |x: f32| ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
        let far = |x: f32| ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A;
        let scale = scale(span, new);
        Self::new(new, |i| {
            let place = scale * (i as f32 + 0.5) - 0.5;
            let t = place - place.floor();
            let weights = [far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t)];
            let at =
                |k: isize| (place.floor() as isize + k).clamp(0, span.length as isize - 1) as usize;
            [-1, 0, 1, 2]
                .map(|k| span.start + at(k))
                .into_iter()
                .zip(weights)
        })
    }

    /// The mean of all cells touched (torch: `adaptive_avg_pool2d`).
    pub(super) fn area(span: Span, new: usize) -> Self {
        Self::new(new, |i| {
            let cells = i * span.length / new..((i + 1) * span.length).div_ceil(new);
            let weight = 1.0 / cells.len() as f32;
            cells.map(move |cell| (span.start + cell, weight))
        })
    }
}

/// Source cells per target cell (`area_pixel_compute_scale`, f32 as there).
fn scale(span: Span, new: usize) -> f32 {
    span.length as f32 / new as f32
}

/// The two neighbours of target cell `i` and the second's share.
pub(super) fn bilinear(old: usize, new: usize, i: usize) -> (usize, usize, f32) {
    let place = (old as f32 / new as f32 * (i as f32 + 0.5) - 0.5).max(0.0);
    let first = (place as usize).min(old - 1);
    (first, (first + 1).min(old - 1), place - first as f32)
}

/// The sides of a stack of pictures whose channels lie together.
#[derive(Clone, Copy)]
pub(super) struct Stack {
    /// How many pictures (of a latent: batch x channels).
    pub(super) pictures: usize,
    /// Rows of the source.
    pub(super) height: usize,
    /// Columns of the source.
    pub(super) width: usize,
    /// Values of a cell (of a latent: 1).
    pub(super) channels: usize,
}

/// Resamples every picture of a stack.
///
/// # Shapes
/// - source: `[pictures, height, width, channels]`
/// - returns: `[pictures, rows, columns, channels]`
pub(super) fn resample(source: &[f32], stack: Stack, rows: &Taps, columns: &Taps) -> Vec<f32> {
    let channels = stack.channels;
    let source_row = stack.width * channels;
    let target_row = columns.len() * channels;
    let mut target = vec![0.0; stack.pictures * rows.len() * target_row];
    // Rows are mixed first, so that only one row lies between source and target.
    target.par_chunks_mut(target_row).enumerate().for_each_init(
        || vec![0.0; source_row],
        |mixed, (i, target)| {
            let picture =
                &source[i / rows.len() * stack.height * source_row..][..stack.height * source_row];
            mixed.fill(0.0);
            for &(y, weight) in rows.of(i % rows.len()) {
                for (mixed, value) in mixed.iter_mut().zip(&picture[y * source_row..]) {
                    *mixed += weight * value;
                }
            }
            for (x, cell) in target.chunks_exact_mut(channels).enumerate() {
                for &(from, weight) in columns.of(x) {
                    for (value, mixed) in cell.iter_mut().zip(&mixed[from * channels..]) {
                        *value += weight * mixed;
                    }
                }
            }
        },
    );
    target
}
