//! How much memory there is, and how much of it a model will need.

use std::path::Path;

use sysinfo::System;

use crate::weights::library;

/// The memory that this process may use, in bytes: the machine's, or less inside a container.
pub(super) fn total_bytes() -> u64 {
    let mut system = System::new();
    system.refresh_memory();
    let machine = system.total_memory();
    match system.cgroup_limits() {
        Some(limits) if limits.total_memory > 0 => machine.min(limits.total_memory),
        Some(_) | None => machine,
    }
}

/// What a model will take in memory at most: files hold two bytes a number or four, memory four at
/// most.
pub(super) fn expected_bytes(path: &Path) -> u64 {
    let files = if path.is_dir() {
        library::model_files(path)
    } else {
        vec![path.to_owned()]
    };
    let on_disk: u64 = files
        .iter()
        .filter_map(|file| file.metadata().ok())
        .map(|metadata| metadata.len())
        .sum();
    on_disk.saturating_mul(2)
}
