//! What became of the cases, counted by device and kind.

use std::collections::BTreeMap;
use std::fmt;

use super::cases::Case;

/// What became of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
    Skipped,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "ok",
            Self::Failed => "FAIL",
            Self::Skipped => "skip",
        })
    }
}

/// The sums of a run.
#[derive(Debug, Default)]
pub(super) struct Report {
    by_kind: BTreeMap<(&'static str, String), Sum>,
    failures: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Sum {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Skipped => self.skipped += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

impl Report {
    pub(super) fn count(&mut self, device: &'static str, case: &Case, outcome: Outcome) {
        self.by_kind
            .entry((device, case.kind.clone()))
            .or_default()
            .count(outcome);
        if outcome == Outcome::Failed {
            self.failures.push(format!("{device} {}", case.id));
        }
    }

    /// Device and id of each case that failed.
    pub(super) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// Prints the sums of each device and kind, then of each device.
    pub(super) fn print_sums(&self) {
        let mut totals: BTreeMap<&str, Sum> = BTreeMap::new();
        for ((device, kind), sum) in &self.by_kind {
            println!("goldens {device} {kind}: {sum}");
            totals.entry(device).or_default().add(*sum);
        }
        for (device, sum) in totals {
            println!("goldens {device} total: {sum}");
        }
    }
}
