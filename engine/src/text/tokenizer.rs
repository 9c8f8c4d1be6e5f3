//! CLIP's byte pair encoding, as Hugging Face's `CLIPTokenizer` does it: NFC, lower case, words by
//! a fixed pattern, bytes merged by rank.
//!
//! The vocabulary is derived from the merge list alone: 256 bytes, the same 256 at a word's end,
//! one entry for each merge, and the two special tokens.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// Begins every chunk.
pub const BOS: u32 = 49_406;
/// Ends every chunk.
pub const EOS: u32 = 49_407;

/// Specials are recognised in the raw text, before it is lowered.
const SPECIALS: [(&str, u32); 2] = [("<|startoftext|>", BOS), ("<|endoftext|>", EOS)];
/// The id of a byte at a word's end is that of the byte plus this.
const WORD_END: u32 = 256;
/// The id of the first merge.
const FIRST_MERGE: u32 = 512;

static CLIP_MERGES: &str = include_str!("../../../assets/tokenizers/clip_merges.txt");

/// Turns text into token ids.
pub struct Tokenizer {
    /// The id of each byte inside a word.
    bytes: [u32; 256],
    /// What two neighbours merge to. A lower id was learnt earlier and merges first.
    merges: Table<(u32, u32)>,
    /// Splits a lowered text into the pieces that are merged alone.
    pieces: Regex,
}

impl Tokenizer {
    /// CLIP's own tokenizer, made once.
    pub fn clip() -> &'static Self {
        static CLIP: OnceLock<Tokenizer> = OnceLock::new();
        CLIP.get_or_init(|| Self::from_merges(CLIP_MERGES))
    }

    /// The ids of a text, without [`BOS`] and [`EOS`].
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.encode_placed(text)
            .into_iter()
            .map(|(id, _)| id)
            .collect()
    }

    /// The ids of a text, each with the byte at which its word (what lies between white space)
    /// begins in `text`.
    pub fn encode_placed(&self, text: &str) -> Vec<(u32, usize)> {
        let mut placed = Vec::new();
        let mut ids = Vec::new();
        let mut at = 0;
        // Neither pieces, nor specials, nor composed characters reach over white space, so that
        // each word can be encoded alone.
        for with_space in text.split_inclusive(char::is_whitespace) {
            self.encode_word(with_space.trim_end_matches(char::is_whitespace), &mut ids);
            placed.extend(ids.drain(..).map(|id| (id, at)));
            at += with_space.len();
        }
        placed
    }

    /// Reads a merge list: a line each, the two parts in CLIP's spelling of bytes, best first.
    fn from_merges(list: &str) -> Self {
        let mut bytes = [0; 256];
        let mut ids: Table<String> = Table::with_capacity_and_hasher(1 << 16, Default::default());
        for (id, (byte, spelling)) in (0..).zip(spellings()) {
            bytes[usize::from(byte)] = id;
            ids.insert(spelling.to_string(), id);
            ids.insert(format!("{spelling}</w>"), id + WORD_END);
        }
        let pairs = list
            .lines()
            .filter(|line| !line.starts_with("#version"))
            .filter_map(|line| line.split_once(' '));
        let mut merges = Table::with_capacity_and_hasher(1 << 16, Default::default());
        for (id, (first, second)) in (FIRST_MERGE..).zip(pairs) {
            let part = |spelling| {
                *ids.get(spelling)
                    .expect("the bundled merges build on earlier ones")
            };
            merges.insert((part(first), part(second)), id);
            ids.insert([first, second].concat(), id);
        }
        let pieces = Regex::new(r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")
            .expect("the pattern is a constant and valid");
        Self {
            bytes,
            merges,
            pieces,
        }
    }

    /// Appends the ids of a text without white space.
    fn encode_word(&self, mut word: &str, ids: &mut Vec<u32>) {
        while let Some((at, special, id)) = first_special(word) {
            self.encode_plain(&word[..at], ids);
            ids.push(id);
            word = &word[at + special.len()..];
        }
        self.encode_plain(word, ids);
    }

    /// Appends the ids of a text without white space and specials.
    fn encode_plain(&self, text: &str, ids: &mut Vec<u32>) {
        let lowered: String = if text.is_ascii() {
            text.to_ascii_lowercase()
        } else {
            // Character by character: the reference knows no final sigma.
            text.nfc().flat_map(char::to_lowercase).collect()
        };
        for piece in self.pieces.find_iter(&lowered) {
            self.merge(piece.as_str().as_bytes(), ids);
        }
    }

    /// Appends the ids of one piece: neighbours are merged, best rank first, the leftmost of equal
    /// ones first, until none can be.
    fn merge(&self, piece: &[u8], ids: &mut Vec<u32>) {
        let mut parts: Vec<Part> = piece
            .iter()
            .enumerate()
            .map(|(i, &byte)| Part {
                id: self.bytes[usize::from(byte)],
                before: i.wrapping_sub(1),
                after: i + 1,
            })
            .collect();
        let Some(last) = parts.last_mut() else { return };
        last.id += WORD_END;

        // A heap, so that a word of 60,000 letters costs no square.
        let mut heap = BinaryHeap::new();
        let offer = |heap: &mut BinaryHeap<_>, parts: &[Part], left: usize| {
            let (Some(a), Some(b)) = (
                parts.get(left),
                parts.get(left).and_then(|a| parts.get(a.after)),
            ) else {
                return;
            };
            if let Some(&merged) = self.merges.get(&(a.id, b.id)) {
                heap.push(Reverse((merged, left, a.id, b.id)));
            }
        };
        for left in 0..parts.len() {
            offer(&mut heap, &parts, left);
        }
        while let Some(Reverse((merged, left, a, b))) = heap.pop() {
            // Entries whose parts have merged otherwise since are stale.
            let right = parts[left].after;
            if parts[left].id != a || parts.get(right).is_none_or(|part| part.id != b) {
                continue;
            }
            let after = parts[right].after;
            parts[left] = Part {
                id: merged,
                after,
                ..parts[left]
            };
            parts[right].id = GONE;
            if let Some(next) = parts.get_mut(after) {
                next.before = left;
            }
            offer(&mut heap, &parts, left);
            offer(&mut heap, &parts, parts[left].before);
        }
        ids.extend(parts.iter().map(|part| part.id).filter(|&id| id != GONE));
    }
}

/// Ids by what they stand for. Only the bundled list is ever put in, so that nobody can choose keys
/// that collide, and a hash a tenth as dear as the standard one will do: the first prompt waits
/// for some 150,000 of them.
type Table<K> = HashMap<K, u32, BuildHasherDefault<Multiply>>;

/// Multiplies and rotates (as `rustc-hash` does).
#[derive(Default)]
struct Multiply(u64);

impl Hasher for Multiply {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        // A product's low bits know little; the table looks at those first.
        self.0.rotate_left(26)
    }
}

/// The id of a part that was merged into the one before it.
const GONE: u32 = u32::MAX;

/// A symbol of a piece while it is merged; neighbours by index, out of bounds where none is.
#[derive(Clone, Copy)]
struct Part {
    id: u32,
    before: usize,
    after: usize,
}

/// The first special token of a text: where, its spelling, its id.
fn first_special(text: &str) -> Option<(usize, &'static str, u32)> {
    if !text.contains("<|") {
        return None;
    }
    SPECIALS
        .iter()
        .filter_map(|&(special, id)| Some((text.find(special)?, special, id)))
        .min()
}

/// Every byte in the order of the vocabulary, with the character that merge lists write for it
/// (GPT-2, `bytes_to_unicode`): printable Latin-1 as it is, the rest from U+0100 on.
fn spellings() -> impl Iterator<Item = (u8, char)> {
    let printable = |byte: &u8| matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    let rest = (0..=u8::MAX)
        .filter(move |byte| !printable(byte))
        .zip('\u{100}'..);
    (0..=u8::MAX)
        .filter(printable)
        .map(|byte| (byte, char::from(byte)))
        .chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids from transformers 5.23 (fixtures, kind `tokenize`), without BOS and EOS.
    #[track_caller]
    fn check(text: &str, ids: &[u32]) {
        assert_eq!(Tokenizer::clip().encode(text), ids, "{text:?}");
    }

    #[test]
    fn encodes_as_the_reference() {
        check("", &[]);
        check("a photo of a cat", &[320, 1125, 539, 320, 2368]);
        check("A Photo  of\ta CAT!!", &[320, 1125, 539, 320, 2368, 748]);
        check(
            "it's the artist's 2nd piece; don't, we've, they'll",
            &[
                585, 568, 518, 2456, 568, 273, 1764, 2754, 282, 847, 713, 267, 649, 1200, 267, 889,
                1342,
            ],
        );
        check(
            "naïve café — Ünïcödé “quotes” … ½",
            &[
                1097, 35689, 563, 15304, 2005, 6522, 77, 35689, 66, 7255, 67, 4166, 728, 506, 5808,
                728, 507, 959, 33613,
            ],
        );
        check(
            "日本語のプロンプト 🐱🚀",
            &[
                39121, 44353, 34002, 252, 21575, 2429, 245, 35827, 25914, 245, 2429, 486, 35710,
                13542,
            ],
        );
        check("<|startoftext|> a <|endoftext|> b", &[BOS, 320, EOS, 321]);
        check(
            "&amp; &lt;b&gt; html",
            &[261, 6259, 282, 261, 3333, 282, 321, 261, 4725, 282, 18231],
        );
        check(
            "line one\nline two\n\nline three",
            &[1148, 637, 1148, 1237, 1148, 2097],
        );
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        let tokenizer = Tokenizer::clip();
        assert_eq!(tokenizer.encode("cafe\u{301}"), tokenizer.encode("café"));
    }

    #[test]
    fn places_are_the_starts_of_words() {
        let placed = Tokenizer::clip().encode_placed(" a  cat!!\n dog");
        assert_eq!(placed, [(320, 1), (2368, 4), (748, 4), (1929, 11)]);
    }

    #[test]
    fn a_very_long_word_takes_no_time() {
        let ids = Tokenizer::clip().encode(&"x".repeat(60_000));
        // Fixture `tokenize.07`: 120 letters are 29 tokens of four and one rest.
        assert!(ids.len() >= 15_000 && ids.iter().filter(|&&id| id == 32_035).count() > 14_000);
    }
}
