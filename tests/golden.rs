//! The golden suite: numbers that other programs computed, computed again by ours.
//!
//! It reads the `cases.json` of a fixtures folder and nothing else about it, so that it runs
//! unchanged on another folder of the same form, with other models, sizes, seeds, prompts,
//! samplers and kinds:
//!
//! ```sh
//! PYROGRAPH_GOLDENS=DIR cargo test --workspace --release --test it golden -- --nocapture
//! ```
//!
//! Without the variable it takes the folder packed in `tests/fixtures`. The bundled starter
//! model's own goldens always run as well.
//!
//! One line a case, then the sums:
//!
//! ```text
//! ok|FAIL|skip DEVICE KIND ID (rms …, max … | reason)
//! goldens DEVICE KIND: P passed, F failed, S skipped
//! goldens DEVICE total: P passed, F failed, S skipped
//! ```

#![expect(clippy::print_stdout, reason = "the suite's lines are its result")]

mod cases;
mod compare;
mod device;
mod fixtures;
mod kinds;
mod report;
mod tensors;

use std::panic::{AssertUnwindSafe, catch_unwind};

use cases::{Case, Stop};
use compare::Agreement;
use device::TestDevice;
use fixtures::Folder;
use report::{Outcome, Report};

/// Set to run everything on the GPU too, not only a few cases.
const SLOW: &str = "RUN_SLOW_TESTS";

#[test]
fn golden_suite() {
    // The test harness may have begun a line with the test's name.
    println!();
    let unpacked = fixtures::unpack();
    let folders = [Folder::chosen(&unpacked), Folder::starter()];
    let mut report = Report::default();

    let cpu = TestDevice::cpu();
    for (folder, case) in all(&folders) {
        run(folder, case, &cpu, &mut report);
    }
    let slow = std::env::var_os(SLOW).is_some_and(|value| value != "0" && !value.is_empty());
    match TestDevice::gpus() {
        Ok(gpus) => {
            for gpu in gpus {
                run_on_gpu(&folders, &gpu, slow, &mut report);
            }
            if !slow {
                println!("note: {SLOW}=1 runs every case on wgpu");
            }
        }
        Err(reason) => println!("note: nothing runs on wgpu, {reason}"),
    }

    report.print_sums();
    assert!(
        report.failures().is_empty(),
        "{} golden cases failed: {}",
        report.failures().len(),
        report.failures().join(", ")
    );
}

fn all(folders: &[Folder]) -> impl Iterator<Item = (&Folder, &Case)> {
    folders
        .iter()
        .flat_map(|folder| folder.cases.iter().map(move |case| (folder, case)))
}

/// The first case of each quick kind, or every case that uses the device.
fn run_on_gpu(folders: &[Folder], gpu: &TestDevice, slow: bool, report: &mut Report) {
    for kind in kinds::on_gpu(gpu.is_half, slow) {
        let mut cases = all(folders)
            .filter(|(folder, case)| case.kind == *kind && kinds::is_named(case, folder));
        if slow {
            cases.for_each(|(folder, case)| run(folder, case, gpu, report));
        } else if let Some((folder, case)) = cases.next() {
            run(folder, case, gpu, report);
        }
    }
}

/// Runs one case and prints its line.
fn run(folder: &Folder, case: &Case, device: &TestDevice, report: &mut Report) {
    let judged = catch_unwind(AssertUnwindSafe(|| judge(folder, case, device)));
    let result = judged.unwrap_or_else(|payload| {
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or(payload.downcast_ref::<&str>().copied());
        Err(Stop::Broken(format!(
            "panicked: {}",
            text.unwrap_or("without a message")
        )))
    });
    let (outcome, detail) = match result {
        Ok(agreement) => (
            if agreement.is_good() {
                Outcome::Passed
            } else {
                Outcome::Failed
            },
            agreement.to_string(),
        ),
        Err(stop) if kinds::may_skip(case, folder, &stop) => (Outcome::Skipped, stop.to_string()),
        Err(stop) => (Outcome::Failed, stop.to_string()),
    };
    let precision = if device.is_half { "f16, " } else { "" };
    println!(
        "{outcome} {} {} {} ({precision}{detail})",
        device.label, case.kind, case.id
    );
    report.count(device.label, case, outcome);
}

fn judge(folder: &Folder, case: &Case, device: &TestDevice) -> Result<Agreement, Stop> {
    let outputs = kinds::run(&kinds::Bench {
        folder,
        device,
        case,
    })?;
    let tolerance = folder.tolerance(device.tolerance(&case.tolerance))?;
    compare::compare(&outputs, case, folder, tolerance)
}
