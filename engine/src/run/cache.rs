//! What the engine keeps between runs, within a byte budget: results of steps, loaded models. The
//! least recently used goes first, and everybody who asks sees what is at hand.

use crate::plan::Key;
use crate::run::lru::Lru;
use crate::run::session::Known;
use crate::run::value::Value;

/// What earlier steps gave.
pub(super) struct Cache {
    held: Lru<Key, Vec<Value>>,
    /// Their keys, shared with the threads that ask.
    known: Known,
}

impl Cache {
    /// An empty cache of at most `budget` bytes that keeps `known` up to date.
    pub(super) fn new(budget: u64, known: Known) -> Self {
        Self {
            held: Lru::new(budget),
            known,
        }
    }

    /// What the step of that key gave.
    pub(super) fn get(&mut self, key: &Key) -> Option<Vec<Value>> {
        self.held.get(key).cloned()
    }

    /// Keeps a step's results, unless they belong to a model or are larger than the whole cache.
    pub(super) fn keep_results(&mut self, key: Key, values: &[Value]) {
        let bytes = values.iter().map(Value::cached_bytes).sum::<Option<u64>>();
        if let Some(bytes) = bytes.filter(|bytes| self.held.can_hold(*bytes))
            && !values.is_empty()
        {
            self.keep(key, values, bytes);
        }
    }

    /// Keeps what takes so many bytes; one may always stay, however large. Says whether others had
    /// to go for it.
    pub(super) fn keep(&mut self, key: Key, values: &[Value], bytes: u64) -> bool {
        let gone = self.held.insert(key, values.to_vec(), bytes);
        self.known.lock().insert(key);
        self.forget(&gone)
    }

    /// Drops what was used least until so many bytes fit in, or nothing is left; says whether
    /// anything went.
    pub(super) fn make_room(&mut self, bytes: u64) -> bool {
        let gone = self.held.make_room(bytes);
        self.forget(&gone)
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) {
        let gone = self.held.remove_if(|_| true);
        self.forget(&gone);
    }

    /// Drops what lies on the device.
    pub(super) fn clear_device(&mut self) {
        let is_on_device = |values: &Vec<Value>| values.iter().any(Value::is_on_device);
        let gone = self.held.remove_if(is_on_device);
        self.forget(&gone);
    }

    fn forget(&self, gone: &[Key]) -> bool {
        let mut known = self.known.lock();
        for key in gone {
            known.remove(key);
        }
        !gone.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pixels::Pixels;

    /// A picture of four bytes a float.
    fn image(floats: usize) -> Vec<Value> {
        vec![Value::Image(Arc::new(Pixels::filled(1, 1, floats, 1, 0.0)))]
    }

    fn key(byte: u8) -> Key {
        Key([byte; 32])
    }

    #[track_caller]
    fn check_known(known: &Known, keys: &[u8]) {
        let known: Vec<u8> = known.lock().iter().map(|key| key.0[0]).collect();
        assert_eq!(known, keys);
    }

    #[test]
    fn all_see_which_results_are_at_hand() {
        let known = Known::default();
        let mut cache = Cache::new(100, known.clone());
        cache.keep_results(key(1), &image(10));
        cache.keep_results(key(2), &image(10));
        assert!(cache.get(&key(1)).is_some());
        cache.keep_results(key(3), &image(10));
        check_known(&known, &[1, 3]);
        assert!(cache.get(&key(2)).is_none());
        cache.clear_device();
        check_known(&known, &[1, 3]);
        cache.clear();
        check_known(&known, &[]);
        assert!(cache.get(&key(1)).is_none());
    }

    #[test]
    fn results_larger_than_the_cache_push_nothing_out() {
        let known = Known::default();
        let mut cache = Cache::new(100, known.clone());
        cache.keep_results(key(1), &image(25));
        cache.keep_results(key(2), &image(26));
        cache.keep_results(key(3), &[]);
        check_known(&known, &[1]);
    }

    #[test]
    fn one_model_stays_however_large_and_others_make_room() {
        let known = Known::default();
        let mut models = Cache::new(10, known.clone());
        assert!(!models.make_room(100), "there is none yet");
        assert!(!models.keep(key(1), &[], 100));
        check_known(&known, &[1]);
        assert!(models.make_room(4));
        assert!(!models.keep(key(2), &[], 4));
        assert!(!models.make_room(6));
        assert!(!models.keep(key(3), &[], 6));
        assert!(models.get(&key(2)).is_some());
        assert!(models.make_room(1));
        check_known(&known, &[2]);
        assert!(models.keep(key(4), &[], 9), "larger than was thought");
        check_known(&known, &[4]);
    }
}
