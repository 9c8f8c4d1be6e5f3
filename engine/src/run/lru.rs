//! Values by key, within a byte budget; the least recently used goes first.

use std::collections::BTreeMap;

/// A cache of at most so many bytes.
pub struct Lru<K, V> {
    entries: BTreeMap<K, Entry<V>>,
    /// The keys, from the least to the most recently used.
    by_use: BTreeMap<u64, K>,
    bytes: u64,
    budget: u64,
    clock: u64,
}

struct Entry<V> {
    value: V,
    bytes: u64,
    /// Its place in [`Lru::by_use`].
    used: u64,
}

impl<K: Clone + Ord, V> Lru<K, V> {
    /// An empty cache of at most `budget` bytes.
    pub fn new(budget: u64) -> Self {
        Self {
            entries: BTreeMap::new(),
            by_use: BTreeMap::new(),
            bytes: 0,
            budget,
            clock: 0,
        }
    }

    /// Whether a value of that size fits, be it alone.
    pub fn can_hold(&self, bytes: u64) -> bool {
        bytes <= self.budget
    }

    /// How many bytes its values take.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The value of a key, which is the one used last from now on.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        let entry = self.entries.get_mut(key)?;
        self.by_use.remove(&entry.used);
        self.clock += 1;
        entry.used = self.clock;
        self.by_use.insert(self.clock, key.clone());
        Some(&entry.value)
    }

    /// The value of a key, looked at without using it.
    pub fn peek(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// Puts a value in and returns the keys of those that had to go for it. It stays even if it is
    /// larger than the whole budget, but then alone; ask [`Self::can_hold`] where that is not wanted.
    pub fn insert(&mut self, key: K, value: V, bytes: u64) -> Vec<K> {
        self.remove(&key);
        let gone = self.make_room(bytes);
        self.clock += 1;
        self.bytes += bytes;
        self.by_use.insert(self.clock, key.clone());
        let used = self.clock;
        self.entries.insert(key, Entry { value, bytes, used });
        gone
    }

    /// Drops values until so many bytes fit in, or none is left; returns their keys.
    pub fn make_room(&mut self, bytes: u64) -> Vec<K> {
        let mut gone = Vec::new();
        while self.bytes.saturating_add(bytes) > self.budget {
            let Some((_, key)) = self.by_use.first_key_value() else {
                break;
            };
            let key = key.clone();
            self.remove(&key);
            gone.push(key);
        }
        gone
    }

    /// Holds at most so many bytes from now on; returns the keys of what had to go.
    pub fn set_budget(&mut self, budget: u64) -> Vec<K> {
        self.budget = budget;
        self.make_room(0)
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let entry = self.entries.remove(key)?;
        self.by_use.remove(&entry.used);
        self.bytes -= entry.bytes;
        Some(entry.value)
    }

    /// Drops the values that are unwanted; returns their keys.
    pub fn remove_if(&mut self, unwanted: impl Fn(&V) -> bool) -> Vec<K> {
        let entries = self.entries.iter();
        let gone: Vec<K> = entries
            .filter(|(_, entry)| unwanted(&entry.value))
            .map(|(key, _)| key.clone())
            .collect();
        for key in &gone {
            self.remove(key);
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut cache = Lru::new(10);
        assert!(cache.insert('a', 1, 4).is_empty());
        assert!(cache.insert('b', 2, 4).is_empty());
        assert_eq!(cache.get(&'a'), Some(&1));
        assert_eq!(cache.peek(&'b'), Some(&2), "looking is no use");
        assert_eq!(cache.insert('c', 3, 4), ['b']);
        assert_eq!((cache.peek(&'b'), cache.bytes()), (None, 8));
    }

    #[test]
    fn what_is_put_in_again_counts_once() {
        let mut cache = Lru::new(10);
        cache.insert('a', 1, 9);
        assert!(cache.insert('a', 2, 10).is_empty());
        assert_eq!((cache.peek(&'a'), cache.bytes()), (Some(&2), 10));
        assert_eq!(cache.remove(&'a'), Some(2));
        assert_eq!((cache.remove(&'a'), cache.bytes()), (None, 0));
    }

    #[test]
    fn what_is_larger_than_the_budget_stays_alone() {
        let mut cache = Lru::new(10);
        cache.insert('a', 1, 3);
        assert!(cache.can_hold(10) && !cache.can_hold(11));
        assert_eq!(cache.insert('b', 2, 99), ['a']);
        assert_eq!(cache.peek(&'b'), Some(&2));
        assert_eq!(cache.insert('c', 3, 1), ['b']);
    }

    #[test]
    fn a_smaller_budget_and_a_wish_drop_values() {
        let mut cache = Lru::new(10);
        for (key, value) in ('a'..='e').zip(0..) {
            cache.insert(key, value, 2);
        }
        assert_eq!(cache.set_budget(6), ['a', 'b']);
        assert_eq!(cache.remove_if(|value| value % 2 == 0), ['c', 'e']);
        assert_eq!(cache.make_room(u64::MAX), ['d']);
        assert_eq!(cache.bytes(), 0);
    }

    proptest! {
        /// Compared with a list from the least to the most recently used.
        #[test]
        fn it_is_a_list_in_the_order_of_use(steps in prop::collection::vec((0..6_u8, 0..8_u64, 0..3_u8), 0..60)) {
            const BUDGET: u64 = 12;
            let mut cache = Lru::new(BUDGET);
            let mut list: Vec<(u8, u64)> = Vec::new();
            for (key, bytes, what) in steps {
                let place = list.iter().position(|(known, _)| *known == key);
                let before = place.map(|place| list.remove(place));
                match what {
                    0 => {
                        prop_assert_eq!(cache.get(&key).copied(), before.map(|(_, bytes)| bytes));
                        list.extend(before);
                    }
                    1 => {
                        prop_assert_eq!(cache.remove(&key), before.map(|(_, bytes)| bytes));
                    }
                    _ => {
                        let mut gone = Vec::new();
                        let held = |list: &[(u8, u64)]| list.iter().map(|(_, bytes)| bytes).sum::<u64>();
                        while held(&list) + bytes > BUDGET {
                            gone.push(list.remove(0).0);
                        }
                        list.push((key, bytes));
                        prop_assert_eq!(cache.insert(key, bytes, bytes), gone);
                    }
                }
                prop_assert_eq!(cache.bytes(), list.iter().map(|(_, bytes)| bytes).sum::<u64>());
                prop_assert!(list.iter().all(|(key, bytes)| cache.peek(key) == Some(bytes)));
            }
        }
    }
}
