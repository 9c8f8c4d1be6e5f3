//! Noise, made on the host and defined bit for bit: the numbers of PyTorch's CPU generator, which
//! ComfyUI draws its noise from. The device's own generator is never used.
//!
//! The generator is MT19937, seeded with the low 32 bits of the seed. Sixteen normal values and
//! more go through a vectorised Box-Muller transform in f32 whose logarithm, sine and cosine are
//! the Cephes polynomials (PyTorch: `avx_mathfun.h`, `normal_fill_AVX2`), compiled there with fused
//! multiply-add; fewer go through a scalar one in f64 that keeps every second value for later.
//! [`f32::mul_add`] rounds alike on every processor, so the bits do not depend on it.

use half::{bf16, f16};
use pulp::Arch;
use rayon::prelude::*;

use crate::node::Choice;

/// How many values the vectorised transform takes at once.
const BLOCK: usize = 16;

/// So many blocks take long enough that another thread is worth waking.
const BLOCKS_A_THREAD: usize = 1 << 10;

/// The seed of the noise that stochastic samplers add while they run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepNoise {
    /// A generator of its own, seeded with seed + 1: ComfyUI since late 2025.
    #[default]
    SeedPlusOne,
    /// A generator of its own, seeded with the same seed: ComfyUI up to 0.3.64. The first noise
    /// added then equals the noise at the start.
    SameSeed,
}

impl StepNoise {
    /// The name in files and in recipes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SeedPlusOne => "seed_plus_one",
            Self::SameSeed => "same_seed",
        }
    }

    /// The seed of the steps' generator for a run's seed.
    pub fn seed(self, seed: u64) -> u64 {
        match self {
            Self::SeedPlusOne => seed.wrapping_add(1),
            Self::SameSeed => seed,
        }
    }
}

impl Choice for StepNoise {
    const NAMES: &'static [&'static str] = &[Self::SeedPlusOne.name(), Self::SameSeed.name()];

    fn from_name(name: &str) -> Option<Self> {
        [Self::SeedPlusOne, Self::SameSeed]
            .into_iter()
            .find(|rule| rule.name() == name)
    }
}

/// The first `n` normal values of a seed: `torch.manual_seed(seed); torch.randn(n)`.
///
/// A batch is *one* draw of `batch * channels * height * width` values, so picture `i` of a batch
/// is not the picture of `seed + i`.
pub fn randn(seed: u64, n: usize) -> Vec<f32> {
    TorchCpu::new(seed).randn(n)
}

/// PyTorch's CPU generator.
#[derive(Clone, Debug)]
pub struct TorchCpu {
    words: Mt19937,
    /// The second value of the scalar transform; it outlives calls of any size.
    spare: Option<f64>,
}

impl TorchCpu {
    /// `torch.Generator("cpu").manual_seed(seed)`. Only the low 32 bits of the seed count.
    pub fn new(seed: u64) -> Self {
        let words = Mt19937::new(seed as u32);
        Self { words, spare: None }
    }

    /// `torch.rand(n)`: uniform in `0..1`, multiples of 2⁻²⁴.
    pub fn rand(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| self.uniform_f32()).collect()
    }

    /// `torch.randn(n)`.
    pub fn randn(&mut self, n: usize) -> Vec<f32> {
        if n < BLOCK {
            return (0..n).map(|_| narrow(self.normal())).collect();
        }
        let mut values = self.rand(n);
        let (blocks, _) = values.as_chunks_mut::<BLOCK>();
        blocks
            .par_chunks_mut(BLOCKS_A_THREAD)
            .for_each(box_muller_f32);
        // The reference overwrites the last sixteen values with fresh ones when a rest is left.
        if !n.is_multiple_of(BLOCK) {
            let mut tail = [0.0; BLOCK];
            tail.fill_with(|| self.uniform_f32());
            box_muller_f32(std::slice::from_mut(&mut tail));
            values[n - BLOCK..].copy_from_slice(&tail);
        }
        values
    }

    /// `torch.randn(n, dtype=torch.float64)`.
    pub fn randn_f64(&mut self, n: usize) -> Vec<f64> {
        if n < BLOCK {
            return (0..n).map(|_| self.normal()).collect();
        }
        let mut values: Vec<f64> = (0..n).map(|_| self.uniform_f64()).collect();
        let (blocks, _) = values.as_chunks_mut::<BLOCK>();
        blocks.iter_mut().for_each(box_muller_f64);
        if !n.is_multiple_of(BLOCK) {
            let mut tail = [0.0; BLOCK];
            tail.fill_with(|| self.uniform_f64());
            box_muller_f64(&mut tail);
            values[n - BLOCK..].copy_from_slice(&tail);
        }
        values
    }

    /// `torch.randn(n, dtype=torch.float16)`: the f32 values, rounded.
    pub fn randn_f16(&mut self, n: usize) -> Vec<f16> {
        self.randn(n).into_iter().map(f16::from_f32).collect()
    }

    /// `torch.randn(n, dtype=torch.bfloat16)`: the f32 values, rounded.
    pub fn randn_bf16(&mut self, n: usize) -> Vec<bf16> {
        self.randn(n).into_iter().map(bf16::from_f32).collect()
    }

    /// The low 24 bits of one word.
    fn uniform_f32(&mut self) -> f32 {
        const STEP: f32 = 1.0 / (1 << 24) as f32;
        (self.words.next() & 0x00ff_ffff) as f32 * STEP
    }

    /// The low 53 bits of two words, the first of which is the high half.
    fn uniform_f64(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        let word = u64::from(self.words.next()) << 32 | u64::from(self.words.next());
        (word & ((1 << 53) - 1)) as f64 * STEP
    }

    /// The scalar transform: `at::normal_distribution<double>`.
    fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let angle = std::f64::consts::TAU * self.uniform_f64();
        let radius = (-2.0 * (-self.uniform_f64()).ln_1p()).sqrt();
        self.spare = Some(radius * angle.sin());
        radius * angle.cos()
    }
}

/// Sixteen uniform values become normal ones: the first eight give the radii and receive the
/// cosines, the others give the angles and receive the sines.
fn box_muller_f32(blocks: &mut [[f32; BLOCK]]) {
    // With the processor's own fused multiply-add, which is a function call otherwise.
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for block in blocks {
                for i in 0..BLOCK / 2 {
                    let radius = (-2.0 * ln(1.0 - block[i])).sqrt();
                    let (sin, cos) = sin_cos(std::f32::consts::TAU * block[i + BLOCK / 2]);
                    // `+ 0.0` is the reference's mean: it turns -0 into 0.
                    block[i] = radius * cos + 0.0;
                    block[i + BLOCK / 2] = radius * sin + 0.0;
                }
            }
        },
    );
}

/// As [`box_muller_f32`] for one block, with the C library's functions in f64.
fn box_muller_f64(block: &mut [f64; BLOCK]) {
    let (radii, angles) = block.split_at_mut(BLOCK / 2);
    for (u1, u2) in radii.iter_mut().zip(angles) {
        let radius = (-2.0 * (1.0 - *u1).ln()).sqrt();
        let angle = std::f64::consts::TAU * *u2;
        *u1 = radius * angle.cos();
        *u2 = radius * angle.sin();
    }
}

/// Cephes' logarithm with the roundings of a fused build. Needs `0 < x`.
#[inline(always)]
fn ln(x: f32) -> f32 {
    const POLYNOMIAL: [f32; 8] = [
        -1.151_461e-1,
        1.167_699_84e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_7e-1,
        2.000_071_4e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ];
    // ln 2 in two parts: the first is exact in few bits, the second is what it lacks.
    const LN2_HIGH: f32 = 355.0 / 512.0;
    const LN2_REST: f32 = -2.121_944_4e-4;

    let bits = x.max(f32::MIN_POSITIVE).to_bits();
    let mut exponent = ((bits >> 23) as i32 - 127) as f32 + 1.0;
    let mantissa = f32::from_bits((bits & 0x807f_ffff) | 0.5_f32.to_bits());
    let mut x = mantissa - 1.0;
    if mantissa < std::f32::consts::FRAC_1_SQRT_2 {
        exponent -= 1.0;
        x += mantissa;
    }
    let z = x * x;
    let polynomial = POLYNOMIAL
        .iter()
        .fold(7.037_683_6e-2_f32, |y, p| y.mul_add(x, *p))
        * x;
    let y = z.mul_add(-0.5, polynomial.mul_add(z, exponent * LN2_REST));
    exponent.mul_add(LN2_HIGH, x + y)
}

/// Cephes' sine and cosine with the roundings of a fused build, for `x >= 0`.
#[inline(always)]
fn sin_cos(x: f32) -> (f32, f32) {
    const FOUR_OVER_PI: f32 = 1.273_239_5;
    // pi / 4 in three parts, so that the reduction loses nothing.
    const REDUCTION: [f32; 3] = [-0.785_156_25, -2.418_756_5e-4, -3.774_895e-8];

    let octant = ((x * FOUR_OVER_PI) as i32 + 1) & !1;
    let x = REDUCTION
        .iter()
        .fold(x, |x, part| (octant as f32).mul_add(*part, x));
    let z = x * x;
    let even = 2.443_315_7e-5_f32
        .mul_add(z, -1.388_731_6e-3)
        .mul_add(z, 4.166_664_6e-2)
        * z;
    let even = even.mul_add(z, -(z * 0.5)) + 1.0;
    let odd = (-1.951_529_6e-4_f32)
        .mul_add(z, 8.332_161e-3)
        .mul_add(z, -1.666_665_5e-1)
        * z;
    let odd = odd.mul_add(x, x);

    let (sin, cos) = if octant & 2 == 0 {
        (odd, even)
    } else {
        (even, odd)
    };
    let sin_sign = ((octant & 4) as u32) << 29;
    let cos_sign = ((!(octant - 2) & 4) as u32) << 29;
    (
        f32::from_bits(sin.to_bits() ^ sin_sign),
        f32::from_bits(cos.to_bits() ^ cos_sign),
    )
}

/// Rounds to f32, as torch stores it.
fn narrow(x: f64) -> f32 {
    x as f32
}

/// The Mersenne Twister of Matsumoto and Nishimura (mt19937ar), seeded by `init_genrand`.
#[derive(Clone, Debug)]
struct Mt19937 {
    state: Box<[u32; Self::LEN]>,
    next: usize,
}

impl Mt19937 {
    const LEN: usize = 624;
    const SHIFT: usize = 397;

    fn new(seed: u32) -> Self {
        let mut state = Box::new([seed; Self::LEN]);
        let mut word = seed;
        for (i, slot) in (1_u32..).zip(&mut state[1..]) {
            word = 1_812_433_253_u32
                .wrapping_mul(word ^ (word >> 30))
                .wrapping_add(i);
            *slot = word;
        }
        Self {
            state,
            next: Self::LEN,
        }
    }

    fn next(&mut self) -> u32 {
        if self.next == Self::LEN {
            self.refill();
        }
        let mut word = self.state[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn refill(&mut self) {
        for i in 0..Self::LEN {
            let joined =
                self.state[i] & 0x8000_0000 | self.state[(i + 1) % Self::LEN] & 0x7fff_ffff;
            let twist = if joined & 1 == 0 { 0 } else { 0x9908_b0df };
            self.state[i] = self.state[(i + Self::SHIFT) % Self::LEN] ^ (joined >> 1) ^ twist;
        }
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made by torch 2.15 on a CPU: `torch.manual_seed(42); torch.randn(1, 4, 64, 64)`, first sixteen.
    const SEED_42: [f64; 16] = [
        1.9269152879714966,
        1.4872840642929077,
        0.9007171988487244,
        -2.1055209636688232,
        0.6784184575080872,
        -1.2345448732376099,
        -0.04306747764348984,
        -1.6046669483184814,
        -0.7521352767944336,
        1.6487230062484741,
        -0.3924786448478699,
        -1.4036071300506592,
        -0.7278813123703003,
        -0.5594301819801331,
        -0.7688388824462891,
        0.7624453902244568,
    ];

    #[test]
    fn many_values_are_torchs_to_the_bit() {
        let noise = randn(42, 4 * 64 * 64);
        assert!(
            noise
                .iter()
                .zip(SEED_42)
                .all(|(got, want)| f64::from(*got) == want)
        );
    }

    #[test]
    fn few_values_go_through_the_scalar_transform_and_keep_the_spare() {
        // Seed 9: draws of 15, 3, 20 and 1 values, joined; the last one is a spare from 36 values ago.
        let mut generator = TorchCpu::new(9);
        let all: Vec<f64> = [15, 3, 20, 1]
            .into_iter()
            .flat_map(|n| generator.randn(n))
            .map(f64::from)
            .collect();
        let (first, last) = (&all[..4], &all[33..]);
        assert_eq!(
            first,
            [
                0.04472753778100014,
                1.9112390279769897,
                -0.2310308963060379,
                0.3459281623363495
            ]
        );
        assert_eq!(
            last,
            [
                0.6918405294418335,
                0.8121339678764343,
                -0.6081686615943909,
                -0.5208568572998047,
                1.6299687623977661,
                2.3245797157287598
            ]
        );
    }

    #[test]
    fn a_rest_redraws_the_last_sixteen() {
        let noise: Vec<f64> = randn(7, 17).into_iter().map(f64::from).collect();
        assert_eq!(noise[..2], [-0.8201345205307007, -0.32456663250923157]);
        assert_eq!(noise[15..], [-1.3597689867019653, -0.866701602935791]);
    }

    #[test]
    fn other_types_are_torchs_too() {
        let generator = || TorchCpu::new(42);
        let want = [0.2995562877502637, 0.24237779080894106, 0.28320739441795323];
        assert_eq!(generator().randn_f64(32)[..3], want);
        let f16: Vec<f64> = generator()
            .randn_f16(32)
            .iter()
            .map(|value| value.to_f64())
            .collect();
        assert_eq!(f16[..2], [1.9267578125, 1.4873046875]);
        let bf16: Vec<f64> = generator()
            .randn_bf16(32)
            .iter()
            .map(|value| value.to_f64())
            .collect();
        assert_eq!(bf16[..2], [1.9296875, 1.484375]);
        let uniform: Vec<f64> = generator().rand(16).into_iter().map(f64::from).collect();
        assert_eq!(uniform[..2], [0.8822692632675171, 0.9150039553642273]);
    }

    #[test]
    fn only_the_low_half_of_a_seed_counts() {
        assert_eq!(randn(0, 33), randn(1 << 32, 33));
        assert_eq!(randn((1 << 53) - 1, 33), randn(u64::MAX, 33));
        assert_ne!(randn(0, 33), randn(1, 33));
    }

    #[test]
    fn threads_change_nothing() {
        let one_thread = randn(7, BLOCKS_A_THREAD * BLOCK);
        assert_eq!(
            randn(7, 3 * one_thread.len() + BLOCK)[..one_thread.len()],
            one_thread
        );
    }

    #[test]
    fn rules_are_found_by_name() {
        assert!(
            StepNoise::NAMES
                .iter()
                .all(|name| StepNoise::from_name(name).is_some_and(|rule| rule.name() == *name))
        );
        assert_eq!(StepNoise::NAMES[0], StepNoise::default().name());
        assert_eq!(
            (
                StepNoise::SeedPlusOne.seed(u64::MAX),
                StepNoise::SameSeed.seed(5)
            ),
            (0, 5)
        );
    }
}
