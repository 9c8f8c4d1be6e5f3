//! Wall time, CPU time, memory and kernel launches of a piece of work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use cubecl::logging::{LaunchObservation, LaunchObserver};

/// How long something took, in seconds.
#[derive(Clone, Copy)]
pub struct Sample {
    /// On the wall's clock.
    pub wall: f64,
    /// User and system time of all threads.
    pub cpu: f64,
}

/// The last result, and the fastest of `times` runs.
pub fn measure<T>(times: usize, mut work: impl FnMut() -> T) -> (T, Sample) {
    let mut best: Option<(T, Sample)> = None;
    for _ in 0..times.max(1) {
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        let result = work();
        let sample = Sample {
            wall: wall.elapsed().as_secs_f64(),
            cpu: cpu_seconds() - cpu,
        };
        let faster = best
            .as_ref()
            .is_none_or(|(_, best)| sample.wall < best.wall);
        let sample = if faster {
            sample
        } else {
            best.as_ref().map_or(sample, |(_, best)| *best)
        };
        best = Some((result, sample));
    }
    best.expect("measured at least once")
}

/// Prints a sample's two lines.
pub fn report(name: &str, sample: Sample) {
    println!("bench {name} {:.4} s", sample.wall);
    println!("bench {name}_cpu {:.2} CPU-s", sample.cpu);
}

/// The most memory that this process ever held, in MB; 0 where the system does not say.
pub fn high_water_mark() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| {
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<f64>()
            .ok()
    });
    kilobytes.unwrap_or(0.0) * 1024.0 / 1e6
}

/// User and system seconds of this process and of the children that it has waited for.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name, in parentheses, may hold anything; fields count from behind it.
    let Some((_, fields)) = stat.rsplit_once(')') else {
        return 0.0;
    };
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// How many kernels the GPU's runtime launches during a piece of work.
pub fn launches(work: impl FnOnce()) -> usize {
    struct Counter(AtomicUsize);

    impl LaunchObserver for Counter {
        fn launched(&self, _kernel: &'static str) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    let counter = Arc::new(Counter(AtomicUsize::new(0)));
    let observation = LaunchObservation::new(Arc::<Counter>::clone(&counter));
    work();
    drop(observation);
    counter.0.load(Ordering::Relaxed)
}
