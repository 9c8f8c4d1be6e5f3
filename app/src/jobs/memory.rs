//! Pictures by the key of what made them, within a byte budget: undo brings the old picture back
//! without a run.

use std::collections::BTreeMap;

use pyrograph_engine::plan::Key;

use super::results::Shown;

/// What remembered pictures may take on the graphics card.
const BUDGET: usize = 256 << 20;

/// Pictures of earlier runs; the least recently used goes first.
pub(super) struct Memory {
    entries: BTreeMap<Key, Entry>,
    bytes: usize,
    budget: usize,
    clock: u64,
}

struct Entry {
    shown: Shown,
    used: u64,
}

impl Default for Memory {
    fn default() -> Self {
        Self::of(BUDGET)
    }
}

impl Memory {
    fn of(budget: usize) -> Self {
        Self {
            entries: BTreeMap::new(),
            bytes: 0,
            budget,
            clock: 0,
        }
    }

    /// Remembers what a step gave.
    pub(super) fn keep(&mut self, key: Key, shown: &Shown) {
        let bytes = shown.bytes();
        if bytes > self.budget {
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
        let shown = Shown {
            key: Some(key),
            ..shown.clone()
        };
        self.entries.insert(
            key,
            Entry {
                shown,
                used: self.clock,
            },
        );
    }

    /// What a step gave, if it is remembered.
    pub(super) fn get(&mut self, key: &Key) -> Option<Shown> {
        self.clock += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.clock;
        Some(entry.shown.clone())
    }

    fn forget(&mut self, key: &Key) {
        if let Some(entry) = self.entries.remove(key) {
            self.bytes -= entry.shown.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::{ColorImage, TextureOptions};

    use super::*;

    /// A picture of 64 bytes.
    fn picture(ctx: &egui::Context) -> Shown {
        let image = ColorImage::filled([4, 4], egui::Color32::BLACK);
        Shown {
            texture: ctx.load_texture("test", image, TextureOptions::LINEAR),
            size_px: [4, 4],
            picture: None,
            key: None,
        }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let ctx = egui::Context::default();
        let key = |byte| Key([byte; 32]);
        let mut memory = Memory::of(150);
        memory.keep(key(1), &picture(&ctx));
        memory.keep(key(2), &picture(&ctx));
        assert!(memory.get(&key(1)).is_some());
        memory.keep(key(3), &picture(&ctx));
        assert!(memory.get(&key(2)).is_none());
        assert!(memory.get(&key(1)).is_some() && memory.get(&key(3)).is_some());
        memory.keep(key(3), &picture(&ctx));
        assert_eq!(memory.bytes, 128);
    }
}
