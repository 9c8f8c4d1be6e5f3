//! The most memory that the process held during a step, where the system keeps that mark and lets
//! one reset it: on Linux. It counts everything in the process, the window's pictures too.

use std::fs;

/// A watch on the process's memory, from its beginning on.
pub(super) struct Peak(());

impl Peak {
    /// Resets the mark; `None` if the system has none or lets nobody reset it.
    pub(super) fn begin() -> Option<Self> {
        /// What resets the high-water mark of resident memory (proc_pid_clear_refs(5)).
        const RESET: &str = "5";
        if !cfg!(target_os = "linux") {
            return None;
        }
        fs::write("/proc/self/clear_refs", RESET)
            .ok()
            .map(|()| Self(()))
    }

    /// The mark, in bytes.
    pub(super) fn bytes(self) -> Option<u64> {
        parse(&fs::read_to_string("/proc/self/status").ok()?)
    }
}

/// The high-water mark in a status file, whose lines are like `VmHWM:    1234 kB`.
fn parse(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_files_are_read() {
        assert_eq!(
            parse("Name:\tx\nVmHWM:\t   12 kB\nVmRSS:\t 9 kB\n"),
            Some(12 << 10)
        );
        for strange in [
            "",
            "VmHWM:",
            "VmHWM: 1 MB",
            "VmHWM: -1 kB",
            "VmHWM: 99999999999999999999 kB",
        ] {
            assert_eq!(parse(strange), None, "{strange}");
        }
    }

    #[test]
    fn the_mark_follows_what_is_used() {
        const BYTES: usize = 96 << 20;
        let used = |bytes: usize| {
            let peak = Peak::begin()?;
            let memory = vec![1_u8; bytes];
            assert_eq!(std::hint::black_box(&memory)[bytes / 2], 1);
            drop(memory);
            peak.bytes()
        };
        // Other tests use memory at the same time: a large block shows all the same.
        if let Some(peak) = used(BYTES) {
            assert!(peak >= BYTES as u64, "{peak}");
        }
    }
}
