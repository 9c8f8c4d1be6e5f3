//! Noise for stochastic differential equations: one Brownian path over sigma, so that a step's noise
//! does not depend on how the way was cut into steps.
//!
//! The path is torchsde's `BrownianTree` as k-diffusion asks it: halving intervals until the times
//! asked for are reached, each half's share drawn by a generator that is seeded from the interval's
//! place in the tree by numpy's `SeedSequence`. Times are rounded to six decimals.

use crate::sampling::noise::randn;

/// A Brownian path between two sigmas for `n` values.
///
/// Only the path's whole increment is kept. Intervals are computed anew for each question, which
/// costs some twenty draws but no memory, and is done on the host while the device works.
#[derive(Clone, Debug)]
pub struct BrownianTree {
    /// All 64 bits count, unlike the seed of the starting noise.
    seed: u64,
    start: f64,
    end: f64,
    increment: Vec<f32>,
}

/// An interval of the tree and what the path does over it.
struct Interval {
    start: f64,
    end: f64,
    /// Counted from the left within its depth.
    place: u64,
    depth: u64,
    increment: Vec<f32>,
}

impl BrownianTree {
    /// A path of `n` values over `sigma_min..sigma_max`.
    pub fn new(seed: u64, sigma_min: f32, sigma_max: f32, n: usize) -> Self {
        let scale = (sigma_max - sigma_min).max(0.0).sqrt();
        let mut increment = randn(u64::from(seed_word(seed, &[])), n);
        increment.iter_mut().for_each(|w| *w *= scale);
        Self {
            seed,
            start: rounded(sigma_min.into()),
            end: rounded(sigma_max.into()),
            increment,
        }
    }

    /// The noise for a step from one sigma to another: the path's increment over the square root of
    /// the time, so of variance 1. Downwards its sign is turned.
    pub fn noise(&self, sigma_from: f32, sigma_to: f32) -> Vec<f32> {
        let time = |sigma: f32| rounded(f64::from(sigma).clamp(self.start, self.end));
        let (from, to) = (time(sigma_from), time(sigma_to));
        let span = (sigma_to - sigma_from).abs().sqrt();
        if from == to || span == 0.0 {
            return vec![0.0; self.increment.len()];
        }
        let sign = if sigma_from < sigma_to { 1.0 } else { -1.0 };
        let root = Interval {
            start: self.start,
            end: self.end,
            place: 0,
            depth: 0,
            increment: self.increment.clone(),
        };
        let mut increment = self.over(root, from.min(to), from.max(to));
        increment.iter_mut().for_each(|w| *w = sign * *w / span);
        increment
    }

    /// What the path does between two times that lie in the interval.
    fn over(&self, mut interval: Interval, from: f64, to: f64) -> Vec<f32> {
        loop {
            if from <= interval.start && interval.end <= to {
                return interval.increment;
            }
            let middle = 0.5 * (interval.end + interval.start);
            let middle_time = rounded(middle);
            let (left_len, right_len) = (middle_time - interval.start, interval.end - middle_time);
            if left_len <= 0.0 || right_len <= 0.0 {
                // Times have six decimals, so an interval that cannot be halved has been asked for whole.
                return interval.increment;
            }
            let left = self.left_share(&interval, left_len, right_len);
            if to <= middle_time {
                interval = interval.left(middle_time, left);
            } else if middle_time <= from {
                interval = interval.right(middle_time, &left);
            } else {
                let right = Interval {
                    increment: interval.increment.clone(),
                    ..interval
                };
                let right = self.over(right.right(middle_time, &left), middle_time, to);
                let mut sum = self.over(interval.left(middle_time, left), from, middle_time);
                sum.iter_mut()
                    .zip(right)
                    .for_each(|(sum, right)| *sum += right);
                return sum;
            }
        }
    }

    /// The Brownian bridge: the left half's share of the increment, and noise of its own.
    fn left_share(&self, interval: &Interval, left_len: f64, right_len: f64) -> Vec<f32> {
        let rate = 1.0 / (interval.end - interval.start);
        let deviation = (left_len * right_len * rate).sqrt() as f32;
        let (left_len, rate) = (left_len as f32, rate as f32);
        let seed = seed_word(self.seed, &[interval.place, interval.depth]);
        let mut share = randn(seed.into(), interval.increment.len());
        for (share, whole) in share.iter_mut().zip(&interval.increment) {
            *share = left_len * whole * rate + deviation * *share;
        }
        share
    }
}

impl Interval {
    fn left(self, middle: f64, increment: Vec<f32>) -> Self {
        Self {
            end: middle,
            place: 2 * self.place,
            depth: self.depth + 1,
            increment,
            ..self
        }
    }

    fn right(mut self, middle: f64, left: &[f32]) -> Self {
        self.increment
            .iter_mut()
            .zip(left)
            .for_each(|(whole, left)| *whole -= left);
        Self {
            start: middle,
            place: 2 * self.place + 1,
            depth: self.depth + 1,
            ..self
        }
    }
}

/// To six decimals as Python's `round`: by the decimal expansion, half to even.
fn rounded(time: f64) -> f64 {
    format!("{time:.6}")
        .parse()
        .expect("a printed number can be read")
}

/// The first word of numpy's `SeedSequence(entropy, spawn_key=…, pool_size=24)`.
fn seed_word(entropy: u64, spawn_key: &[u64]) -> u32 {
    const POOL: usize = 24;
    let mut words = low_words(entropy);
    if !spawn_key.is_empty() {
        words.resize(POOL, 0);
        words.extend(spawn_key.iter().flat_map(|key| low_words(*key)));
    }

    let mut hash = Hash {
        constant: 0x43b0_d7e5,
        factor: 0x931e_8875,
    };
    let mut pool = [0; POOL];
    for (i, slot) in pool.iter_mut().enumerate() {
        *slot = hash.next(words.get(i).copied().unwrap_or(0));
    }
    for source in 0..POOL {
        for target in (0..POOL).filter(|target| *target != source) {
            pool[target] = mixed(pool[target], hash.next(pool[source]));
        }
    }
    for word in words.iter().skip(POOL) {
        for slot in &mut pool {
            *slot = mixed(*slot, hash.next(*word));
        }
    }
    Hash {
        constant: 0x8b51_f9dd,
        factor: 0x58f3_8ded,
    }
    .next(pool[0])
}

/// A number as numpy cuts it: words of 32 bits, lowest first, at least one.
fn low_words(number: u64) -> Vec<u32> {
    let high = (number >> 32) as u32;
    if high == 0 {
        vec![number as u32]
    } else {
        vec![number as u32, high]
    }
}

/// `SeedSequence`'s hash, whose constant changes with every use.
struct Hash {
    constant: u32,
    factor: u32,
}

impl Hash {
    fn next(&mut self, word: u32) -> u32 {
        let word = word ^ self.constant;
        self.constant = self.constant.wrapping_mul(self.factor);
        let word = word.wrapping_mul(self.constant);
        word ^ (word >> 16)
    }
}

fn mixed(x: u32, y: u32) -> u32 {
    let word = 0xca01_f9dd_u32
        .wrapping_mul(x)
        .wrapping_sub(0x4973_f715_u32.wrapping_mul(y));
    word ^ (word >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference adds the same numbers in another order.
    const TOL: f32 = 1e-6;

    // Made by ComfyUI 0.3.64's BrownianTreeNoiseSampler (torchsde) for seed 42 and 64 values.
    const SEED_42: [(f32, f32, [f32; 4]); 6] = [
        (
            14.614643,
            6.0821514,
            [-0.6966711, 0.054203413, 0.43437696, 0.98372614],
        ),
        (
            6.0821514,
            2.2321544,
            [-0.8682248, -0.24268156, -0.35459778, -0.6162519],
        ),
        (
            2.2321544,
            0.69257057,
            [-0.56153244, 0.26981133, 0.11963287, 1.926629],
        ),
        (
            0.69257057,
            0.16975659,
            [-0.21403424, -1.2453911, -0.12207323, -0.72526217],
        ),
        (
            0.16975659,
            0.029167177,
            [0.46545032, 0.12443192, -0.035661764, 0.7378789],
        ),
        (
            14.614643,
            9.428068,
            [-1.6380074, 0.83533174, 0.87417036, 0.18451644],
        ),
    ];

    #[test]
    fn noise_is_torchsdes() {
        let path = BrownianTree::new(42, 0.029167177, 14.614643, 64);
        for (from, to, want) in SEED_42 {
            let got = path.noise(from, to);
            let near = got
                .iter()
                .zip(want)
                .all(|(got, want)| (got - want).abs() < TOL);
            assert!(near, "{from} to {to}: {:?} instead of {want:?}", &got[..4]);
        }
    }

    #[test]
    fn steps_without_length_have_no_noise() {
        let path = BrownianTree::new(1, 1.0, 1.0, 3);
        assert_eq!(path.noise(1.0, 1.0), [0.0; 3]);
        assert_eq!(path.noise(5.0, 0.1), [0.0; 3]);
        let path = BrownianTree::new(1, 0.5, 1.0, 3);
        assert_eq!(path.noise(0.7, 0.700_000_1), [0.0; 3]);
    }

    #[test]
    fn all_bits_of_the_seed_count() {
        let noise = |seed| BrownianTree::new(seed, 0.1, 10.0, 16).noise(10.0, 1.0);
        assert_ne!(noise(5), noise(5 + (1 << 32)));
    }
}
