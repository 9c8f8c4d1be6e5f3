//! How far a run is, and how long the rest of it will take: guessed from the loop that runs, and
//! from how long the same steps took the last time.

use std::collections::BTreeMap;
use std::time::Instant;

use pyrograph_engine::plan::op::{Op, Part};
use pyrograph_engine::plan::{Plan, Step};

/// How far the run is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Steps of the plan that have begun.
    pub step: usize,
    /// Steps of the plan.
    pub of: usize,
    /// Steps of the denoising loop made, and how many there are.
    pub steps: Option<(usize, usize)>,
    started: Instant,
    step_started: Instant,
    /// Since the loop's first step has been made: that one also warms up the device.
    loop_started: Option<Instant>,
    /// What each step of the plan is expected to take: nothing if its result is known.
    expected_secs: Vec<Option<f64>>,
}

/// How long steps took, by their node and op.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace(BTreeMap<(String, &'static str), Took>);

#[derive(Clone, Copy, Debug)]
struct Took {
    secs: f64,
    /// The `steps` of a loop: twice as many take twice as long.
    steps: Option<f64>,
}

impl Pace {
    /// Remembers how long the plan's step of that number took.
    pub(super) fn note(&mut self, step: &Step, secs: f64) {
        let took = Took {
            secs,
            steps: steps_of(&step.op),
        };
        self.0.insert((step.node.clone(), step.op.name()), took);
    }

    /// What each step of a plan will take; `runs` says which have something to do.
    pub(super) fn expect(&self, plan: &Plan, runs: &[bool]) -> Vec<Option<f64>> {
        let expect = |step: &Step| {
            let took = self.0.get(&(step.node.clone(), step.op.name()))?;
            let factor = match (steps_of(&step.op), took.steps) {
                (Some(now), Some(then)) if then > 0.0 => now / then,
                (_, _) => 1.0,
            };
            Some(took.secs * factor)
        };
        let steps = plan.steps.iter().zip(runs);
        steps
            .map(|(step, runs)| if *runs { expect(step) } else { Some(0.0) })
            .collect()
    }
}

/// The op's `steps`, if it is a loop.
fn steps_of(op: &Op) -> Option<f64> {
    let mut steps = None;
    op.visit(&mut |part| {
        if let Part::Param("steps", value) = part {
            steps = value.parse().ok();
        }
    });
    steps
}

impl Progress {
    /// A run that begins now.
    pub(super) fn begin(steps: usize, expected_secs: Vec<Option<f64>>) -> Self {
        let now = Instant::now();
        Self {
            step: 0,
            of: steps,
            steps: None,
            started: now,
            step_started: now,
            loop_started: None,
            expected_secs,
        }
    }

    /// The step of that number, counted from 0, begins.
    pub(super) fn enter(&mut self, step: usize) {
        self.step = step + 1;
        self.steps = None;
        self.loop_started = None;
        self.step_started = Instant::now();
    }

    /// The loop has made `i` of `n` steps.
    pub(super) fn turn(&mut self, i: usize, n: usize) {
        self.steps = Some((i, n));
        self.loop_started.get_or_insert_with(Instant::now);
    }

    /// `12 of 20`, of the loop if one runs.
    pub fn text(&self) -> String {
        match self.steps {
            Some((i, n)) => format!("{i} of {n}"),
            None => format!("step {} of {}", self.step.min(self.of), self.of),
        }
    }

    /// How much of the run is done.
    pub fn share(&self) -> f32 {
        let share = match self.secs_left() {
            Some(left) if self.secs() + left > 0.0 => (self.secs() / (self.secs() + left)) as f32,
            Some(_) | None => {
                let turned = self.steps.map_or(0.0, |(i, n)| i as f32 / n.max(1) as f32);
                (self.step.saturating_sub(1) as f32 + turned) / self.of.max(1) as f32
            }
        };
        share.clamp(0.0, 1.0)
    }

    /// What the rest of the run will take, once that can be guessed.
    pub fn secs_left(&self) -> Option<f64> {
        let later: f64 = self.expected_secs.iter().skip(self.step).flatten().sum();
        Some(self.secs_left_of_step()? + later)
    }

    fn secs_left_of_step(&self) -> Option<f64> {
        if let (Some((i, n)), Some(since)) = (self.steps, self.loop_started)
            && i >= 2
        {
            let each = since.elapsed().as_secs_f64() / (i - 1) as f64;
            return Some(each * n.saturating_sub(i) as f64);
        }
        let at = self.step.checked_sub(1)?;
        let expected = (*self.expected_secs.get(at)?)?;
        Some((expected - self.step_started.elapsed().as_secs_f64()).max(0.0))
    }

    /// Seconds since the run began.
    pub fn secs(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn progress_reads_as_people_say_it() {
        let mut progress = Progress::begin(7, Vec::new());
        progress.enter(2);
        assert_eq!(progress.text(), "step 3 of 7");
        progress.turn(12, 20);
        assert_eq!(progress.text(), "12 of 20");
    }

    #[test]
    fn without_a_guess_steps_say_how_far_it_is() {
        let mut progress = Progress::begin(4, Vec::new());
        assert_eq!(progress.share(), 0.0);
        progress.enter(2);
        progress.turn(1, 2);
        assert_eq!(progress.secs_left(), None, "one turn says nothing yet");
        assert!((progress.share() - 2.5 / 4.0).abs() < 1e-6);
    }

    #[test]
    fn the_last_run_says_how_long_this_one_will_take() {
        let mut progress = Progress::begin(3, vec![Some(1.0), Some(0.0), Some(2.0)]);
        progress.enter(0);
        let left = progress.secs_left().unwrap();
        assert!((2.8..=3.0).contains(&left), "{left}");
        progress.enter(2);
        let left = progress.secs_left().unwrap();
        assert!((1.8..=2.0).contains(&left), "{left}");
    }

    #[test]
    fn a_loop_under_way_knows_its_own_pace() {
        let mut progress = Progress::begin(2, vec![None, Some(10.0)]);
        progress.enter(0);
        progress.turn(3, 5);
        progress.loop_started = Instant::now().checked_sub(Duration::from_secs(4));
        let left = progress.secs_left().unwrap();
        assert!(
            (14.0..14.2).contains(&left),
            "two turns of 2 s, then 10 s: {left}"
        );
    }
}
