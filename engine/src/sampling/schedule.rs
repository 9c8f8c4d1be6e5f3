//! Which noise levels the steps go through: the network's own table of sigmas, and nine rules that
//! choose from it (ComfyUI `model_sampling.py`, `samplers.py`, `k_diffusion/sampling.py`).
//!
//! Sigmas are f32 as in the reference, and computed with its roundings where these can be seen: a
//! timestep is the *nearest* entry of the table, so the last bit of a sigma may decide.

use statrs::function::beta::beta_reg;

use crate::node::Choice;
use crate::sampling::sampler::Sampler;

/// No schedule is computed with more steps than this: a tiny `denoise` asks for millions, of which
/// only the last few are run and differ by nothing that can be seen.
const MAX_STEPS: usize = 1 << 20;

/// The share of the trained noise that is left at the last timestep after the zero-terminal-SNR
/// rescale (Lin et al. 2024 make it 0, which has no finite sigma).
const ZERO_SNR_LAST_ALPHA: f64 = 4.897_345_189_085_343_5e-8;

/// How steps are spread over the noise levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Schedule {
    /// Every n-th entry of the table.
    Simple,
    /// Even in time, as SGM does it: the smallest sigma is left out.
    SgmUniform,
    /// Karras et al. (2022), rho 7.
    Karras,
    /// Even in the logarithm of sigma.
    Exponential,
    /// DDIM's: even in time, from the second entry of the table on; may give another count of steps.
    DdimUniform,
    /// Even in the quantiles of a beta distribution (0.6, 0.6): dense at both ends.
    Beta,
    /// Even in time, from the first to the last entry.
    Normal,
    /// A straight line through the first half of the noise, a parabola after it.
    LinearQuadratic,
    /// Even in the arc tangent of sigma (Sabour et al. 2024).
    KlOptimal,
}

impl Schedule {
    /// Every schedule, in ComfyUI's order.
    pub const ALL: [Self; 9] = [
        Self::Simple,
        Self::SgmUniform,
        Self::Karras,
        Self::Exponential,
        Self::DdimUniform,
        Self::Beta,
        Self::Normal,
        Self::LinearQuadratic,
        Self::KlOptimal,
    ];

    /// ComfyUI's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::SgmUniform => "sgm_uniform",
            Self::Karras => "karras",
            Self::Exponential => "exponential",
            Self::DdimUniform => "ddim_uniform",
            Self::Beta => "beta",
            Self::Normal => "normal",
            Self::LinearQuadratic => "linear_quadratic",
            Self::KlOptimal => "kl_optimal",
        }
    }

    /// What A1111 calls it, where it has the like.
    const fn a1111_name(self) -> Option<&'static str> {
        match self {
            Self::Simple => Some("Simple"),
            Self::SgmUniform => Some("SGM Uniform"),
            Self::Karras => Some("Karras"),
            Self::Exponential => Some("Exponential"),
            Self::DdimUniform => Some("DDIM"),
            Self::Beta => Some("Beta"),
            Self::Normal => Some("Normal"),
            Self::LinearQuadratic => None,
            Self::KlOptimal => Some("KL Optimal"),
        }
    }
}

impl Choice for Schedule {
    const NAMES: &'static [&'static str] = &{
        let mut names = [""; Self::ALL.len()];
        let mut i = 0;
        while i < names.len() {
            names[i] = Self::ALL[i].name();
            i += 1;
        }
        names
    };

    /// Also knows A1111's names, alone (`Karras`) and at the end of a sampler's (`DPM++ 2M Karras`).
    fn from_name(name: &str) -> Option<Self> {
        let find = |found: fn(Self, &str) -> bool| {
            Self::ALL
                .into_iter()
                .find(|schedule| found(*schedule, name))
        };
        find(|schedule, name| schedule.name() == name)
            .or_else(|| find(|schedule, name| schedule.a1111_name() == Some(name)))
            .or_else(|| (name == "Uniform").then_some(Self::Normal))
            .or_else(|| {
                let (sampler, schedule) = name.rsplit_once(' ')?;
                Sampler::from_a1111(sampler)?;
                [Self::Karras, Self::Exponential]
                    .into_iter()
                    .find(|known| known.a1111_name() == Some(schedule))
            })
    }
}

/// The sigmas that a network was trained on, one a timestep, smallest first.
#[derive(Clone, Debug, PartialEq)]
pub struct SigmaTable {
    sigmas: Vec<f32>,
    /// Rounded from the unrounded sigmas, so not the logarithms of [`Self::sigmas`].
    log_sigmas: Vec<f32>,
}

impl SigmaTable {
    /// The table of the scaled linear schedule: the square roots of the betas are evenly spaced from
    /// √`beta_start` to √`beta_end` over `steps` timesteps (at least one is made).
    pub fn scaled_linear(beta_start: f64, beta_end: f64, steps: usize, zero_snr: bool) -> Self {
        let steps = steps.max(1);
        let (first, last) = (beta_start.sqrt(), beta_end.sqrt());
        let spacing = if steps == 1 {
            0.0
        } else {
            (last - first) / (steps - 1) as f64
        };
        let mut left = 1.0;
        let mut alphas: Vec<f64> = (0..steps)
            .map(|i| {
                left *= 1.0 - (first + spacing * i as f64).powi(2);
                left
            })
            .collect();
        if zero_snr {
            rescale_to_zero_snr(&mut alphas);
        }
        let sigmas = alphas.iter().map(|alpha| ((1.0 - alpha) / alpha).sqrt());
        Self {
            sigmas: sigmas.clone().map(narrow).collect(),
            log_sigmas: sigmas.map(|s| narrow(s.ln())).collect(),
        }
    }

    /// The sigma of each timestep.
    pub fn sigmas(&self) -> &[f32] {
        &self.sigmas
    }

    /// The logarithm of the sigma of each timestep.
    pub fn log_sigmas(&self) -> &[f32] {
        &self.log_sigmas
    }

    /// The smallest sigma.
    pub fn sigma_min(&self) -> f32 {
        self.sigmas[0]
    }

    /// The largest sigma.
    pub fn sigma_max(&self) -> f32 {
        self.sigmas[self.sigmas.len() - 1]
    }

    /// The sigma of a timestep that need not be whole: logarithms are interpolated.
    pub fn sigma(&self, timestep: f64) -> f64 {
        let last = self.log_sigmas.len() - 1;
        let timestep = narrow(timestep.clamp(0.0, last as f64));
        let low = (timestep as usize).min(last);
        let weight = timestep.fract();
        let log =
            (1.0 - weight) * self.log_sigmas[low] + weight * self.log_sigmas[(low + 1).min(last)];
        f64::from(narrow(f64::from(log).exp()))
    }

    /// The timestep whose sigma is nearest in the logarithm, the first of equals. Networks were
    /// trained on whole timesteps, and ComfyUI asks them for no others.
    pub fn timestep(&self, sigma: f64) -> usize {
        let log = narrow(f64::from(narrow(sigma)).ln());
        let mut nearest = (0, f32::INFINITY);
        for (timestep, entry) in self.log_sigmas.iter().enumerate() {
            let distance = (log - entry).abs();
            if distance < nearest.1 {
                nearest = (timestep, distance);
            }
        }
        nearest.0
    }
}

/// Shifts and stretches the signal's share so that none is left at the last timestep.
fn rescale_to_zero_snr(alphas: &mut [f64]) {
    let (first, last) = (alphas[0].sqrt(), alphas[alphas.len() - 1].sqrt());
    // A table of one entry has nothing to stretch.
    if first > last {
        alphas
            .iter_mut()
            .for_each(|alpha| *alpha = ((alpha.sqrt() - last) * first / (first - last)).powi(2));
        alphas[alphas.len() - 1] = ZERO_SNR_LAST_ALPHA;
    }
}

/// The sigmas of a schedule, largest first, 0 at the end: one more than steps. Some schedules give
/// fewer or more steps than asked for.
pub fn sigmas(schedule: Schedule, table: &SigmaTable, steps: usize) -> Vec<f32> {
    let steps = steps.min(MAX_STEPS);
    if steps == 0 {
        return Vec::new();
    }
    let (min, max) = (table.sigma_min(), table.sigma_max());
    let mut sigmas = match schedule {
        Schedule::Simple => simple(table, steps),
        Schedule::SgmUniform => even_in_time(table, steps + 1)[..steps].to_vec(),
        Schedule::Karras => karras(min, max, steps),
        Schedule::Exponential => {
            let logs = linspace(
                narrow(f64::from(max).ln()),
                narrow(f64::from(min).ln()),
                steps,
            );
            logs.into_iter()
                .map(|log| narrow(f64::from(log).exp()))
                .collect()
        }
        Schedule::DdimUniform => ddim_uniform(table, steps),
        Schedule::Beta => beta(table, steps),
        Schedule::Normal => even_in_time(table, steps),
        Schedule::LinearQuadratic => linear_quadratic(max, steps),
        Schedule::KlOptimal => kl_optimal(min, max, steps),
    };
    sigmas.push(0.0);
    sigmas
}

/// The sigmas that ComfyUI's `KSampler` runs: some samplers skip the last sigma but one, and a
/// `denoise` below 1 runs only the end of a longer schedule. Empty for a `denoise` of 0.
pub fn ksampler_sigmas(
    table: &SigmaTable,
    sampler: Sampler,
    schedule: Schedule,
    steps: usize,
    denoise: f64,
) -> Vec<f32> {
    let run = |steps: usize| {
        if !sampler.skips_last_but_one() {
            return sigmas(schedule, table, steps);
        }
        let mut sigmas = sigmas(schedule, table, steps + 1);
        if sigmas.len() > 1 {
            sigmas.remove(sigmas.len() - 2);
        }
        sigmas
    };
    if denoise > 0.9999 {
        return run(steps);
    }
    if denoise <= 0.0 || denoise.is_nan() {
        return Vec::new();
    }
    let all_steps = (steps as f64 / denoise) as usize;
    let sigmas = run(all_steps.min(MAX_STEPS));
    sigmas[sigmas.len().saturating_sub(steps + 1)..].to_vec()
}

fn simple(table: &SigmaTable, steps: usize) -> Vec<f32> {
    let sigmas = table.sigmas();
    let stride = sigmas.len() as f64 / steps as f64;
    let from_end = |i: usize| (i as f64 * stride) as usize;
    (0..steps)
        .map(|i| sigmas[sigmas.len() - 1 - from_end(i).min(sigmas.len() - 1)])
        .collect()
}

/// `normal`, and `sgm_uniform` with one point more.
fn even_in_time(table: &SigmaTable, points: usize) -> Vec<f32> {
    let last = (table.sigmas().len() - 1) as f32;
    linspace(last, 0.0, points)
        .into_iter()
        .map(|timestep| narrow(table.sigma(timestep.into())))
        .collect()
}

/// Karras et al. (2022), equation 5.
fn karras(min: f32, max: f32, steps: usize) -> Vec<f32> {
    const RHO: f64 = 7.0;
    let (min, max) = (
        f64::from(min).powf(1.0 / RHO),
        f64::from(max).powf(1.0 / RHO),
    );
    let ramp = linspace(0.0, 1.0, steps);
    let root = |ramp: f32| narrow(max) + ramp * narrow(min - max);
    ramp.into_iter()
        .map(|ramp| narrow(f64::from(root(ramp)).powf(RHO)))
        .collect()
}

fn ddim_uniform(table: &SigmaTable, steps: usize) -> Vec<f32> {
    let stride = (table.sigmas().len() / steps).max(1);
    let mut sigmas: Vec<f32> = table
        .sigmas()
        .iter()
        .skip(1)
        .step_by(stride)
        .copied()
        .collect();
    sigmas.reverse();
    sigmas
}

fn beta(table: &SigmaTable, steps: usize) -> Vec<f32> {
    const SHAPE: f64 = 0.6;
    let last = table.sigmas().len() - 1;
    let timestep = |i: usize| {
        let quantile = beta_quantile(1.0 - i as f64 / steps as f64, SHAPE);
        (quantile * last as f64).round_ties_even() as usize
    };
    let mut timesteps: Vec<usize> = (0..steps).map(timestep).collect();
    timesteps.dedup();
    timesteps
        .into_iter()
        .map(|timestep| table.sigmas()[timestep])
        .collect()
}

/// Where a symmetric beta distribution has that share of its mass to the left: halving finds it,
/// since the distribution rises everywhere.
fn beta_quantile(share: f64, shape: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    if share >= 1.0 {
        return high;
    }
    // Sixty halvings reach f64's last bit near 1.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if beta_reg(shape, shape, middle) < share {
            low = middle
        } else {
            high = middle
        }
    }
    0.5 * (low + high)
}

/// The noise *removed* grows along a line to the threshold, then along a parabola to 1.
fn linear_quadratic(max: f32, steps: usize) -> Vec<f32> {
    const THRESHOLD: f64 = 0.025;
    if steps == 1 {
        return vec![max];
    }
    let line = (steps / 2) as f64;
    let curve = steps as f64 - line;
    let difference = line - THRESHOLD * steps as f64;
    let square = difference / (line * curve * curve);
    let slope = THRESHOLD / line - 2.0 * difference / (curve * curve);
    let offset = square * line * line;
    (0..steps)
        .map(|i| {
            let i = i as f64;
            let removed = if i < line {
                THRESHOLD * i / line
            } else {
                (square * i + slope) * i + offset
            };
            narrow((1.0 - removed) * f64::from(max))
        })
        .collect()
}

fn kl_optimal(min: f32, max: f32, steps: usize) -> Vec<f32> {
    let (min, max) = (narrow(f64::from(min).atan()), narrow(f64::from(max).atan()));
    // With one step the reference divides by zero.
    let last = (steps - 1).max(1) as f32;
    (0..steps)
        .map(|i| {
            let share = i as f32 / last;
            narrow(f64::from(share * min + (1.0 - share) * max).tan())
        })
        .collect()
}

/// `torch.linspace`, with its roundings: the second half is counted from the end.
fn linspace(start: f32, end: f32, points: usize) -> Vec<f32> {
    let step = (end - start) / (points.max(2) - 1) as f32;
    (0..points)
        .map(|i| {
            if i < points / 2 || points == 1 {
                start + step * i as f32
            } else {
                end - step * (points - 1 - i) as f32
            }
        })
        .collect()
}

/// Rounds to f32, as torch stores it.
fn narrow(x: f64) -> f32 {
    x as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative to the largest sigma, as the references are compared; f32 keeps 6e-8.
    const TOL: f32 = 2e-7;

    // Made by ComfyUI 0.3.64 with 7 steps on the table of SD1.
    #[rustfmt::skip]
    const SEVEN_STEPS: [(Schedule, &[f32]); 9] = [
        (Schedule::Simple, &[14.614641, 6.7016296, 3.5282032, 2.0616708, 1.2762351, 0.79006094, 0.43806174, 0.0]),
        (Schedule::SgmUniform, &[14.61464, 6.6779995, 3.5220563, 2.0606415, 1.2768321, 0.7912598, 0.43966573, 0.0]),
        (Schedule::Karras, &[14.614643, 7.094411, 3.1686049, 1.2741008, 0.44691858, 0.13030769, 0.029167177, 0.0]),
        (Schedule::Exponential, &[14.61464, 5.1856804, 1.8400236, 0.6528918, 0.23166418, 0.0822009, 0.02916716, 0.0]),
        (Schedule::DdimUniform, &[14.265109, 6.5706496, 3.4854548, 2.0473118, 1.2720627, 0.79006094, 0.44030902, 0.041314412, 0.0]),
        (Schedule::Beta, &[14.614641, 9.701477, 4.712597, 2.268323, 1.168216, 0.612696, 0.27718043, 0.0]),
        (Schedule::Normal, &[14.61464, 5.9488993, 2.918307, 1.6155803, 0.93235797, 0.4935517, 0.02916716, 0.0]),
        (Schedule::LinearQuadratic, &[14.614641, 14.492852, 14.371064, 14.249275, 13.267354, 10.565167, 6.1427164, 0.0]),
        (Schedule::KlOptimal, &[14.614633, 3.0807014, 1.5970659, 0.9615881, 0.5729142, 0.28183788, 0.029167159, 0.0]),
    ];

    fn sd1(zero_snr: bool) -> SigmaTable {
        SigmaTable::scaled_linear(0.000_85, 0.012, 1000, zero_snr)
    }

    #[track_caller]
    fn assert_close(got: &[f32], want: &[f32]) {
        assert_eq!(got.len(), want.len(), "{got:?}");
        let largest = want.iter().copied().fold(0.0, f32::max);
        assert!(
            got.iter()
                .zip(want)
                .all(|(got, want)| (got - want).abs() <= TOL * largest),
            "{got:?}"
        );
    }

    #[test]
    fn schedules_are_comfyuis() {
        for (schedule, want) in SEVEN_STEPS {
            assert_close(&sigmas(schedule, &sd1(false), 7), want);
        }
        let zero_snr = sigmas(Schedule::Normal, &sd1(true), 20);
        assert_close(&zero_snr[..3], &[4518.7637, 38.195377, 17.05452]);
    }

    #[test]
    fn ksampler_runs_the_end_of_a_longer_schedule() {
        let all = |sampler, schedule, denoise| {
            ksampler_sigmas(&sd1(false), sampler, schedule, 20, denoise)
        };
        let got = all(Sampler::Euler, Schedule::DdimUniform, 0.6);
        assert_close(&got[..3], &[2.0616708, 1.8585606, 1.678985]);
        let got = all(Sampler::Euler, Schedule::Karras, 0.35);
        assert_close(&got[18..], &[0.034799844, 0.029167177, 0.0]);
        let got = all(Sampler::UniPc, Schedule::Normal, 1.0);
        assert_eq!(got.len(), 21);
        assert_close(&got[18..], &[0.34370482, 0.22545227, 0.0]);
        assert!(all(Sampler::Euler, Schedule::Karras, 0.0).is_empty());
        assert!(all(Sampler::Euler, Schedule::Karras, f64::NAN).is_empty());
        assert_eq!(all(Sampler::Euler, Schedule::Karras, 1e-300).len(), 21);
    }

    #[test]
    fn any_count_of_steps_gives_finite_sigmas_that_fall() {
        for schedule in Schedule::ALL {
            for steps in [0, 1, 2, 3, 999, 1000, 1001, 2500] {
                let sigmas = sigmas(schedule, &sd1(false), steps);
                assert!(
                    sigmas.iter().all(|sigma| sigma.is_finite()),
                    "{schedule:?} {steps}"
                );
                assert!(
                    sigmas.windows(2).all(|pair| pair[0] >= pair[1]),
                    "{schedule:?} {steps}"
                );
                assert_eq!(sigmas.is_empty(), steps == 0);
            }
        }
    }

    #[test]
    fn timesteps_and_sigmas_undo_each_other() {
        let table = sd1(false);
        assert!((0..1000).all(|timestep| table.timestep(table.sigma(timestep as f64)) == timestep));
        assert_eq!((table.timestep(0.0), table.timestep(1e9)), (0, 999));
        assert_eq!(
            (table.sigma(-5.0), table.sigma(1e9)),
            (table.sigma(0.0), table.sigma(999.0))
        );
    }

    #[test]
    fn schedules_are_found_by_name() {
        for (schedule, name) in Schedule::ALL.into_iter().zip(Schedule::NAMES) {
            assert_eq!(schedule.name(), *name);
            assert_eq!(Schedule::from_name(name), Some(schedule));
        }
        assert_eq!(
            Schedule::from_name("SGM Uniform"),
            Some(Schedule::SgmUniform)
        );
        assert_eq!(Schedule::from_name("Karra"), None);
    }

    #[test]
    fn tables_of_any_length_can_be_made() {
        for steps in [0, 1, 2] {
            let table = SigmaTable::scaled_linear(0.000_85, 0.012, steps, true);
            assert!(
                table.sigmas().iter().all(|sigma| sigma.is_finite()),
                "{steps}"
            );
        }
    }
}
