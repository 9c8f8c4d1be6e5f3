//! Pillow's Lanczos resampling of 8-bit pictures (`Resample.c`), bit for bit: weights in fixed
//! point, the width first, 8 bits in between. Where a picture overshoots, other orders and
//! precisions are several steps off.

use std::f64::consts::PI;

use rayon::prelude::*;

/// Lobes on each side of the kernel.
const LOBES: f64 = 3.0;
/// Bits of a weight's fraction (`PRECISION_BITS`).
const FRACTION_BITS: u32 = 32 - 8 - 2;

/// Resamples one picture.
///
/// # Shapes
/// - source: `[old.1, old.0, channels]`
/// - returns: `[new.1, new.0, channels]`
pub(super) fn lanczos(
    source: Vec<u8>,
    channels: usize,
    old: (usize, usize),
    new: (usize, usize),
) -> Vec<u8> {
    let wide = if old.0 == new.0 {
        source
    } else {
        along_width(&source, channels, old.0, new.0)
    };
    if old.1 == new.1 {
        wide
    } else {
        along_height(&wide, new.0 * channels, old.1, new.1)
    }
}

fn along_width(source: &[u8], channels: usize, old: usize, new: usize) -> Vec<u8> {
    let kernels = kernels(old, new);
    let mut target = vec![0; source.len() / old * new];
    let rows = target
        .par_chunks_exact_mut(new * channels)
        .zip(source.par_chunks_exact(old * channels));
    rows.for_each(|(target, source)| {
        for (cell, kernel) in target.chunks_exact_mut(channels).zip(&kernels) {
            for (channel, value) in cell.iter_mut().enumerate() {
                let column = source[kernel.first * channels + channel..]
                    .iter()
                    .step_by(channels);
                *value = byte(
                    kernel
                        .weights
                        .iter()
                        .zip(column)
                        .map(|(weight, v)| weight * i64::from(*v))
                        .sum(),
                );
            }
        }
    });
    target
}

/// `row` is the length of a row in bytes.
fn along_height(source: &[u8], row: usize, old: usize, new: usize) -> Vec<u8> {
    let kernels = kernels(old, new);
    let mut target = vec![0; row * new];
    target
        .par_chunks_exact_mut(row)
        .zip(kernels.par_iter())
        .for_each_init(
            || vec![0_i64; row],
            |sums, (target, kernel)| {
                sums.fill(0);
                for (weight, line) in kernel
                    .weights
                    .iter()
                    .zip(source[kernel.first * row..].chunks_exact(row))
                {
                    for (sum, value) in sums.iter_mut().zip(line) {
                        *sum += weight * i64::from(*value);
                    }
                }
                for (value, sum) in target.iter_mut().zip(sums) {
                    *value = byte(*sum);
                }
            },
        );
    target
}

/// A weighted sum, rounded and clipped.
fn byte(sum: i64) -> u8 {
    ((sum + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS).clamp(0, 255) as u8
}

/// What one target place takes from the source.
struct Kernel {
    /// The first source place.
    first: usize,
    /// The weights of it and those that follow, in fixed point.
    weights: Vec<i64>,
}

/// The kernel of every target place (`precompute_coeffs`, `normalize_coeffs_8bpc`).
fn kernels(old: usize, new: usize) -> Vec<Kernel> {
    let scale = old as f64 / new as f64;
    // When shrinking, the kernel is stretched over all that it must average.
    let stretch = scale.max(1.0);
    let support = LOBES * stretch;
    let kernel = |i: usize| {
        let centre = (i as f64 + 0.5) * scale;
        let first = (centre - support + 0.5).max(0.0) as usize;
        let end = ((centre + support + 0.5) as usize).min(old);
        let weights = (first..end).map(|place| weight((place as f64 - centre + 0.5) / stretch));
        let weights: Vec<f64> = weights.collect();
        let sum: f64 = weights.iter().sum();
        let fixed = |weight: &f64| (weight / sum * f64::from(1 << FRACTION_BITS)).round() as i64;
        Kernel {
            first,
            weights: weights.iter().map(fixed).collect(),
        }
    };
    (0..new).map(kernel).collect()
}

/// The Lanczos kernel at a distance.
fn weight(distance: f64) -> f64 {
    let sinc = |x: f64| {
        if x == 0.0 {
            1.0
        } else {
            (x * PI).sin() / (x * PI)
        }
    };
    if (-LOBES..LOBES).contains(&distance) {
        sinc(distance) * sinc(distance / LOBES)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_pictures_stay_flat_and_edges_are_clipped() {
        assert_eq!(
            lanczos(vec![77; 3 * 5 * 3], 3, (5, 3), (13, 2)),
            vec![77; 13 * 2 * 3]
        );
        let edge = lanczos(vec![0, 0, 0, 255, 255, 255], 1, (6, 1), (12, 1));
        // The overshoot beyond black and white has no place in 8 bits.
        assert_eq!((edge[0], edge[4], edge[7], edge[11]), (0, 0, 255, 255));
        assert!(edge[5] < 128 && edge[6] > 127);
    }
}
