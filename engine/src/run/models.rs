//! Loaded models by key, within a byte budget; the least recently used goes first, and one may
//! always stay, however large.

use std::path::Path;

use sysinfo::System;

use crate::plan::Key;
use crate::run::session::Known;
use crate::run::value::Value;
use crate::weights::library;

/// Models that are in memory.
pub(super) struct Models {
    /// From the least to the most recently used.
    entries: Vec<Entry>,
    budget: u64,
    known: Known,
}

struct Entry {
    key: Key,
    values: Vec<Value>,
    bytes: u64,
}

impl Models {
    /// No models yet, of at most `budget` bytes; keeps `known` up to date.
    pub(super) fn new(budget: u64, known: Known) -> Self {
        Self {
            entries: Vec::new(),
            budget,
            known,
        }
    }

    /// The networks of that key.
    pub(super) fn get(&mut self, key: &Key) -> Option<Vec<Value>> {
        let place = self.entries.iter().position(|entry| entry.key == *key)?;
        let entry = self.entries.remove(place);
        let values = entry.values.clone();
        self.entries.push(entry);
        Some(values)
    }

    /// Drops models until another of `bytes` fits, or none is left; says whether any went.
    pub(super) fn make_room(&mut self, bytes: u64) -> bool {
        let mut total: u64 = self.entries.iter().map(|entry| entry.bytes).sum();
        let mut dropped = false;
        while total.saturating_add(bytes) > self.budget && !self.entries.is_empty() {
            let entry = self.entries.remove(0);
            total -= entry.bytes;
            self.known.lock().remove(&entry.key);
            dropped = true;
        }
        dropped
    }

    /// Keeps a model for which room has been made.
    pub(super) fn keep(&mut self, key: Key, values: &[Value], bytes: u64) {
        self.entries.retain(|entry| entry.key != key);
        self.entries.push(Entry {
            key,
            values: values.to_vec(),
            bytes,
        });
        self.known.lock().insert(key);
    }

    /// Drops all models.
    pub(super) fn clear(&mut self) {
        self.make_room(u64::MAX);
    }
}

/// The memory that this process may use, in bytes: the machine's, or less inside a container.
pub(super) fn memory() -> u64 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Key([byte; 32])
    }

    #[test]
    fn one_model_stays_however_large_and_others_make_room() {
        let known = Known::default();
        let mut models = Models::new(10, known.clone());
        assert!(!models.make_room(100));
        models.keep(key(1), &[], 100);
        assert!(models.get(&key(1)).is_some());
        assert!(models.make_room(4));
        models.keep(key(2), &[], 4);
        assert!(!models.make_room(6));
        models.keep(key(3), &[], 6);
        assert!(models.get(&key(2)).is_some());
        assert!(models.make_room(1));
        assert!(models.get(&key(3)).is_none() && models.get(&key(2)).is_some());
        assert_eq!(known.lock().len(), 1);
    }
}
