//! Results by key, within a byte budget; the least recently used goes first.

use std::collections::BTreeMap;

use crate::plan::Key;
use crate::run::session::Known;
use crate::run::value::Value;

/// What earlier steps have computed.
pub(super) struct Results {
    entries: BTreeMap<Key, Entry>,
    bytes: u64,
    budget: u64,
    clock: u64,
    known: Known,
}

struct Entry {
    values: Vec<Value>,
    bytes: u64,
    used: u64,
}

impl Results {
    /// An empty cache of at most `budget` bytes that keeps `known` up to date.
    pub(super) fn new(budget: u64, known: Known) -> Self {
        Self {
            entries: BTreeMap::new(),
            bytes: 0,
            budget,
            clock: 0,
            known,
        }
    }

    /// The results of that key.
    pub(super) fn get(&mut self, key: &Key) -> Option<Vec<Value>> {
        self.clock += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.clock;
        Some(entry.values.clone())
    }

    /// Keeps a step's results, unless they belong to a model or are larger than the whole cache.
    pub(super) fn keep(&mut self, key: Key, values: &[Value]) {
        let Some(bytes) = values.iter().map(Value::cached_bytes).sum::<Option<u64>>() else {
            return;
        };
        if values.is_empty() || bytes > self.budget {
            return;
        }
        self.forget(&key);
        while self.bytes + bytes > self.budget {
            let Some(oldest) = self
                .entries
                .iter()
                .min_by_key(|(_, entry)| entry.used)
                .map(|(key, _)| *key)
            else {
                break;
            };
            self.forget(&oldest);
        }
        self.clock += 1;
        self.bytes += bytes;
        self.entries.insert(
            key,
            Entry {
                values: values.to_vec(),
                bytes,
                used: self.clock,
            },
        );
        self.known.lock().insert(key);
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.forget_if(|_| true);
    }

    /// Forgets what lies on the device.
    pub(super) fn clear_device(&mut self) {
        self.forget_if(|values| values.iter().any(Value::is_on_device));
    }

    fn forget_if(&mut self, unwanted: impl Fn(&[Value]) -> bool) {
        let keys: Vec<Key> = self
            .entries
            .iter()
            .filter(|(_, entry)| unwanted(&entry.values))
            .map(|(key, _)| *key)
            .collect();
        keys.iter().for_each(|key| self.forget(key));
    }

    fn forget(&mut self, key: &Key) {
        if let Some(entry) = self.entries.remove(key) {
            self.bytes -= entry.bytes;
            self.known.lock().remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pixels::Pixels;

    fn image(floats: usize) -> Vec<Value> {
        vec![Value::Image(Arc::new(Pixels::filled(1, 1, floats, 1, 0.0)))]
    }

    fn key(byte: u8) -> Key {
        Key([byte; 32])
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let known = Known::default();
        let mut cache = Results::new(100, known.clone());
        cache.keep(key(1), &image(10));
        cache.keep(key(2), &image(10));
        assert!(cache.get(&key(1)).is_some());
        cache.keep(key(3), &image(10));
        assert!(cache.get(&key(2)).is_none());
        assert!(cache.get(&key(1)).is_some() && cache.get(&key(3)).is_some());
        assert_eq!(
            known.lock().iter().copied().collect::<Vec<_>>(),
            [key(1), key(3)]
        );
    }

    #[test]
    fn what_is_larger_than_the_cache_empties_it_not() {
        let mut cache = Results::new(100, Known::default());
        cache.keep(key(1), &image(10));
        cache.keep(key(2), &image(26));
        assert!(cache.get(&key(1)).is_some() && cache.get(&key(2)).is_none());
        cache.keep(key(1), &image(25));
        assert_eq!(cache.bytes, 100);
        cache.clear();
        assert_eq!(cache.bytes, 0);
    }
}
