//! Kernels for the processor, over tensors that lie in the host's memory: one pass where a chain of
//! tensor ops would take many, in whatever vector width the processor has (`pulp` asks it).

use burn::tensor::{DType, Tensor, TensorData};
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

use crate::ops::Activation;

/// Queries of one attention head that are worked on together: their scores stay in the cache.
const QUERY_ROWS: usize = 64;

/// Runs a loop compiled for the widest vectors that the processor has. The closure must be
/// `#[inline(always)]`: what is not inlined is compiled for the oldest processor after all.
#[inline(always)]
fn widest<R>(work: impl FnMut() -> R) -> R {
    struct Inlined<F>(F);

    // `pulp` would call the closure through `FnOnce`, for which the compiler makes a function of
    // its own that is never inlined.
    impl<R, F: FnMut() -> R> NullaryFnOnce for Inlined<F> {
        type Output = R;

        #[inline(always)]
        fn call(mut self) -> R {
            (self.0)()
        }
    }

    Arch::new().dispatch(Inlined(work))
}

/// Takes a tensor's numbers (without a copy if nobody else holds it) and gives them back as a tensor.
fn in_place<const D: usize>(x: Tensor<D>, change: impl FnOnce(&mut [f32])) -> Tensor<D> {
    let device = x.device();
    let mut data = x.into_data().convert::<f32>();
    change(data.as_mut_slice().expect("converted to f32 just now"));
    Tensor::from_data(data, (&device, DType::F32))
}

/// # Shapes
/// - x: `[batch, channels, height, width]`
pub(super) fn group_norm(
    x: Tensor<4>,
    weight: &[f32],
    bias: &[f32],
    (groups, epsilon): (usize, f64),
    then: Activation,
) -> Tensor<4> {
    let [_, channels, height, width] = x.dims();
    let (pixels, per_group) = (height * width, channels / groups);
    in_place(x, |values| {
        values
            .par_chunks_mut(per_group * pixels)
            .enumerate()
            .for_each(|(i, group)| {
                let (mean, scale) = moments(group, epsilon);
                let first = i % groups * per_group;
                let channels = group
                    .chunks_mut(pixels)
                    .zip(&weight[first..])
                    .zip(&bias[first..]);
                for ((channel, weight), bias) in channels {
                    let factor = weight * scale;
                    affine(channel, factor, bias - mean * factor, then);
                }
            });
    })
}

/// # Shapes
/// - x: `[batch, tokens, width]`
pub(super) fn layer_norm(x: Tensor<3>, weight: &[f32], bias: &[f32], epsilon: f64) -> Tensor<3> {
    let [_, _, width] = x.dims();
    in_place(x, |values| {
        values
            .par_chunks_mut(width)
            .with_min_len(16)
            .for_each(|row| {
                let (mean, scale) = moments(row, epsilon);
                widest(
                    #[inline(always)]
                    || {
                        for ((x, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
                            *x = (*x - mean) * scale * weight + bias;
                        }
                    },
                );
            });
    })
}

pub(super) fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    in_place(x, |values| {
        values
            .par_chunks_mut(1 << 14)
            .for_each(|chunk| affine(chunk, 1.0, 0.0, activation));
    })
}

/// # Shapes
/// - x: `[batch, tokens, 2 × width]`
/// - returns: `[batch, tokens, width]`
pub(super) fn geglu(x: Tensor<3>) -> Tensor<3> {
    let [batch, tokens, double] = x.dims();
    let device = x.device();
    let data = x.into_data().convert::<f32>();
    let values: &[f32] = data.as_slice().expect("converted to f32 just now");
    let width = double / 2;
    let mut out = vec![0.0; batch * tokens * width];
    out.par_chunks_mut(width)
        .zip(values.par_chunks(double))
        .with_min_len(4)
        .for_each(|(out, row)| {
            let (value, gate) = row.split_at(width);
            widest(
                #[inline(always)]
                || {
                    for ((out, value), gate) in out.iter_mut().zip(value).zip(gate) {
                        *out = value * gelu(*gate);
                    }
                },
            );
        });
    Tensor::from_data(
        TensorData::new(out, [batch, tokens, width]),
        (&device, DType::F32),
    )
}

/// Every head and every block of queries by itself: scores, softmax and the weighted sum of a
/// block stay in the cache, and the whole matrix of scores never exists.
///
/// # Shapes
/// - query: `[batch, heads, tokens, d]`
/// - key, value: `[batch, heads, other tokens, d]`
/// - returns: as query
pub(super) fn attention(query: Tensor<4>, key: Tensor<4>, value: Tensor<4>) -> Tensor<4> {
    let [batch, heads, tokens, depth] = query.dims();
    let device = query.device();
    let scale = 1.0 / (depth as f32).sqrt();
    let blocks: Vec<(usize, usize, usize)> = (0..batch)
        .flat_map(|b| (0..heads).map(move |h| (b, h)))
        .flat_map(|(b, h)| {
            (0..tokens)
                .step_by(QUERY_ROWS)
                .map(move |start| (b, h, start))
        })
        .collect();
    let head = |x: &Tensor<4>, b, h| -> Tensor<2> {
        let [_, _, tokens, depth] = x.dims();
        x.clone()
            .slice([b..b + 1, h..h + 1])
            .reshape([tokens, depth])
    };
    // Keys and values of a head are made contiguous once, not once a block.
    let keys: Vec<(Tensor<2>, Tensor<2>)> = (0..batch * heads)
        .into_par_iter()
        .map(|i| {
            (
                head(&key, i / heads, i % heads).transpose(),
                head(&value, i / heads, i % heads),
            )
        })
        .collect();
    let parts: Vec<Vec<f32>> = blocks
        .into_par_iter()
        .map(|(b, h, start)| {
            let rows = QUERY_ROWS.min(tokens - start);
            let (key, value) = &keys[b * heads + h];
            let query: Tensor<2> = query
                .clone()
                .slice([b..b + 1, h..h + 1, start..start + rows])
                .reshape([rows, depth]);
            let mut sums = vec![0.0; rows];
            let weights = in_place(query.matmul(key.clone()), |scores| {
                let others = scores.len() / rows;
                for (row, sum) in scores.chunks_mut(others).zip(&mut sums) {
                    *sum = exponentials(row, scale);
                }
            });
            let mut out = weights
                .matmul(value.clone())
                .into_data()
                .try_into_vec::<f32>()
                .expect("f32 stays f32 in a matrix product");
            for (row, sum) in out.chunks_mut(depth).zip(&sums) {
                let inverse = 1.0 / sum;
                row.iter_mut().for_each(|x| *x *= inverse);
            }
            out
        })
        .collect();
    let data = TensorData::new(parts.concat(), [batch, heads, tokens, depth]);
    Tensor::from_data(data, (&device, DType::F32))
}

/// Replaces scores by exp(scale · (score - greatest)) and returns their sum.
fn exponentials(row: &mut [f32], scale: f32) -> f32 {
    widest(
        #[inline(always)]
        || {
            let mut lanes = [f32::NEG_INFINITY; 16];
            let (chunks, rest) = row.as_chunks::<16>();
            for chunk in chunks {
                for (lane, x) in lanes.iter_mut().zip(chunk) {
                    *lane = lane.max(*x);
                }
            }
            let greatest = lanes
                .iter()
                .chain(rest)
                .fold(f32::NEG_INFINITY, |a, b| a.max(*b))
                * scale;
            let mut sums = [0.0_f32; 16];
            let (chunks, rest) = row.as_chunks_mut::<16>();
            for chunk in chunks {
                for (sum, x) in sums.iter_mut().zip(chunk) {
                    *x = exp(x.mul_add(scale, -greatest));
                    *sum += *x;
                }
            }
            let mut sum: f32 = sums.iter().sum();
            for x in rest {
                *x = exp(x.mul_add(scale, -greatest));
                sum += *x;
            }
            sum
        },
    )
}

/// Mean and 1 / standard deviation, both from f64 sums of short runs, so that no digit is lost over
/// a whole picture.
fn moments(values: &[f32], epsilon: f64) -> (f32, f32) {
    let n = values.len() as f64;
    let mean = (runs(values, |x| x) / n) as f32;
    let variance = runs(values, |x| (x - mean) * (x - mean)) / n;
    (mean, (1.0 / (variance + epsilon).sqrt()) as f32)
}

fn runs(values: &[f32], of: impl Fn(f32) -> f32) -> f64 {
    widest(
        #[inline(always)]
        || {
            let mut total = 0.0;
            for run in values.chunks(4096) {
                let mut lanes = [0.0_f32; 16];
                let (chunks, rest) = run.as_chunks::<16>();
                for chunk in chunks {
                    for (lane, x) in lanes.iter_mut().zip(chunk) {
                        *lane += of(*x);
                    }
                }
                for x in rest {
                    total += f64::from(of(*x));
                }
                for lane in lanes {
                    total += f64::from(lane);
                }
            }
            total
        },
    )
}

/// x ← activation(factor · x + offset).
fn affine(values: &mut [f32], factor: f32, offset: f32, then: Activation) {
    match then {
        Activation::None => each(values, factor, offset, |y| y),
        Activation::Silu => each(values, factor, offset, |y| y / (1.0 + exp(-y))),
        Activation::QuickGelu => each(values, factor, offset, |y| y / (1.0 + exp(-1.702 * y))),
        Activation::Gelu => each(values, factor, offset, gelu),
    }
}

/// x ← f(factor · x + offset). A plain loop: an iterator's own functions may not be inlined.
fn each(values: &mut [f32], factor: f32, offset: f32, f: impl Fn(f32) -> f32) {
    widest(
        #[inline(always)]
        || {
            for x in values.iter_mut() {
                *x = f(x.mul_add(factor, offset));
            }
        },
    );
}

/// e^x by Cephes' `expf`: x = n ln 2 + r, a polynomial of degree 5 in r, then 2^n; error below
/// 2 units in the last place, and plain arithmetic that every compiler turns into vectors.
#[inline(always)]
fn exp(x: f32) -> f32 {
    let x = x.clamp(-87.336_54, 88.0);
    let n = (x * std::f32::consts::LOG2_E + 0.5).floor();
    let r = n.mul_add(-0.693_359_4, x);
    let r = n.mul_add(2.121_944_4e-4, r);
    let mut p = 1.987_569_1e-4_f32;
    for coefficient in [
        1.398_2e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        p = p.mul_add(r, coefficient);
    }
    let p = p.mul_add(r * r, r) + 1.0;
    // `n` lies in -126..=127: the bits of 2^n.
    let power = f32::from_bits(((n as i32 + 127) as u32) << 23);
    p * power
}

/// x Φ(x), with erf by Abramowitz and Stegun 7.1.26's form refined to f32 (error 1.2e-7:
/// Numerical Recipes' `erfcc`).
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / 0.5_f32.mul_add(z, 1.0);
    let mut p = 0.170_872_77_f32;
    for coefficient in [
        -0.822_152_2,
        1.488_515_9,
        -1.135_204,
        0.278_868_07,
        -0.186_288_06,
        0.096_784_18,
        0.374_091_96,
        1.000_023_7,
        -1.265_512_2,
    ] {
        p = p.mul_add(t, coefficient);
    }
    let erfc = t * exp((-z).mul_add(z, p));
    let half = 0.5 * erfc;
    x * if x >= 0.0 { 1.0 - half } else { half }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two units in the last place.
    const EXP_TOL: f32 = 2.4e-7;
    /// erfc's own error, 1.2e-7 relative, and rounding.
    const GELU_TOL: f32 = 4e-7;

    #[test]
    fn exp_agrees_with_the_library() {
        for i in -8000..=8799 {
            let x = i as f32 / 100.0;
            let (ours, theirs) = (exp(x), x.exp());
            assert!(
                (ours - theirs).abs() <= EXP_TOL * theirs,
                "exp({x}) = {ours}, not {theirs}"
            );
        }
    }

    #[test]
    fn gelu_agrees_with_the_table() {
        // torch.nn.functional.gelu in f64.
        let table = [
            (-3.0, -0.004_049_694),
            (-1.0, -0.158_655_25),
            (-0.5, -0.154_268_77),
            (0.0, 0.0),
            (0.5, 0.345_731_23),
            (1.0, 0.841_344_7),
            (3.0, 2.995_950_3),
        ];
        for (x, y) in table {
            assert!(
                (gelu(x) - y).abs() <= GELU_TOL * x.abs().max(1.0),
                "gelu({x}) = {}, not {y}",
                gelu(x)
            );
        }
    }
}
