//! ComfyUI's `bislerp`: neighbours are mixed as directions over the channels, so that a latent
//! keeps its contrast where a linear mixture would wash it out.

use rayon::prelude::*;

use crate::pixels::interpolate::{Span, bilinear};

/// Directions whose cosine is beyond this are taken as equal, or as opposite.
const PARALLEL: f32 = 1.0 - 1e-5;

/// Resamples latents: first along the width, then along the height.
///
/// # Shapes
/// - source: `[batch, channels, height, width]`, of which `columns` and `rows` are used
/// - returns: `[batch, channels, new_height, new_width]`
pub(super) fn bislerp(
    source: &[f32],
    [batch, channels, height, width]: [usize; 4],
    (columns, new_width): (Span, usize),
    (rows, new_height): (Span, usize),
) -> Vec<f32> {
    // By batch, row, column, channel: a cell's channels lie together.
    let mut cells = Vec::with_capacity(batch * rows.length * columns.length * channels);
    for b in 0..batch {
        for y in rows.start..rows.start + rows.length {
            for x in columns.start..columns.start + columns.length {
                cells.extend(
                    (0..channels).map(|c| source[((b * channels + c) * height + y) * width + x]),
                );
            }
        }
    }
    let wide = along(&cells, columns.length, new_width, channels, channels);
    let tall = along(
        &wide,
        rows.length,
        new_height,
        new_width * channels,
        channels,
    );
    let mut target = Vec::with_capacity(tall.len());
    for latent in tall.chunks_exact(new_height * new_width * channels) {
        for c in 0..channels {
            target.extend(latent.iter().skip(c).step_by(channels));
        }
    }
    target
}

/// One pass. A slice (of `slice` values) is what lies at one place of the axis: one cell of
/// `channels` values, or a row of them.
///
/// # Shapes
/// - source: `[n, old, slice]`
/// - returns: `[n, new, slice]`
fn along(source: &[f32], old: usize, new: usize, slice: usize, channels: usize) -> Vec<f32> {
    let mut target = vec![0.0; source.len() / old * new];
    target
        .par_chunks_exact_mut(slice)
        .enumerate()
        .for_each(|(i, target)| {
            let line = &source[i / new * old * slice..];
            let (first, second, ratio) = neighbours(old, new, i % new);
            let a = line[first * slice..].chunks_exact(channels);
            let b = line[second * slice..].chunks_exact(channels);
            for ((target, a), b) in target.chunks_exact_mut(channels).zip(a).zip(b) {
                slerp(a, b, ratio, target);
            }
        });
    target
}

/// The two neighbours of target place `i` and the second's share (`generate_bilinear_data`): the
/// indices themselves are interpolated, then cut.
fn neighbours(old: usize, new: usize, i: usize) -> (usize, usize, f32) {
    let (first, second, ratio) = bilinear(old, new, i);
    let mix = |a: usize, b: usize| (1.0 - ratio) * a as f32 + ratio * b as f32;
    let next = |index: usize| (index + 1).min(old - 1);
    let place = mix(first, second);
    (
        place as usize,
        mix(next(first), next(second)) as usize,
        place - place.floor(),
    )
}

/// Mixes two cells: directions on the sphere, lengths on the line.
fn slerp(a: &[f32], b: &[f32], ratio: f32, target: &mut [f32]) {
    let length = |cell: &[f32]| cell.iter().map(|v| v * v).sum::<f32>().sqrt();
    let (length_a, length_b) = (length(a), length(b));
    // A cell of zeros has no direction; it counts as zeros.
    let unit = |value: f32, length: f32| if length == 0.0 { 0.0 } else { value / length };
    let cosine: f32 = a
        .iter()
        .zip(b)
        .map(|(a, b)| unit(*a, length_a) * unit(*b, length_b))
        .sum();
    if cosine > PARALLEL {
        target.copy_from_slice(a);
        return;
    }
    let pairs = target.iter_mut().zip(a.iter().zip(b));
    if cosine < -PARALLEL {
        for (target, (a, b)) in pairs {
            *target = a * (1.0 - ratio) + b * ratio;
        }
        return;
    }
    let angle = cosine.acos();
    let share_a = ((1.0 - ratio) * angle).sin() / angle.sin();
    let share_b = (ratio * angle).sin() / angle.sin();
    let mixed_length = length_a * (1.0 - ratio) + length_b * ratio;
    for (target, (a, b)) in pairs {
        *target = (share_a * unit(*a, length_a) + share_b * unit(*b, length_b)) * mixed_length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_turn_and_lengths_mix() {
        let mut mixed = [0.0; 2];
        slerp(&[1.0, 0.0], &[0.0, 3.0], 0.5, &mut mixed);
        // Half a right angle, length 2.
        assert!(
            mixed.iter().all(|v| (v - 2.0_f32.sqrt()).abs() < 1e-6),
            "{mixed:?}"
        );
        slerp(&[1.0, 0.0], &[2.0, 0.0], 0.5, &mut mixed);
        assert_eq!(mixed, [1.0, 0.0]);
        slerp(&[1.0, 0.0], &[-1.0, 0.0], 0.25, &mut mixed);
        assert_eq!(mixed, [0.5, 0.0]);
        slerp(&[0.0, 0.0], &[0.0, 0.0], 0.25, &mut mixed);
        assert_eq!(mixed, [0.0, 0.0]);
    }
}
