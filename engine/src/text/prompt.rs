//! ComfyUI's prompt syntax (`comfy/sd1_clip.py`): weights in parentheses, named embeddings, and
//! chunks of 77 tokens.
//!
//! Weights multiply by 1.1 a level, `(text:1.3)` sets one outright, `\(` and `\)` are plain
//! parentheses. Text of one weight between embeddings is a group; a group of fewer than eight
//! tokens is never split over a chunk's border.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::text::tokenizer::{BOS, EOS, Tokenizer};

/// Tokens of a chunk, with BOS, EOS and padding.
pub const CHUNK: usize = 77;
/// Longer prompts are refused by [`check_length`].
pub const MAX_BYTES: usize = 64 * 1024;
/// What a chunk holds besides BOS and EOS.
const ROOM: usize = CHUNK - 2;
/// Groups of at least so many tokens may be split.
const LARGE: usize = 8;
/// Deeper parentheses are plain text. ComfyUI itself fails a little below 1000.
const MAX_NESTING: usize = 256;
/// What embeddings could blow a short prompt up to; [`MAX_BYTES`] of text stay below.
const MAX_CHUNKS: usize = 1024;
/// Begins the name of an embedding.
const EMBEDDING: &str = "embedding:";

/// What stands at one place of a chunk.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A token of the vocabulary.
    Id(u32),
    /// A vector that takes the place of a token's, `[width]`.
    Embedding(Arc<Vec<f32>>),
}

/// What the text encoder sees in one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// Always [`CHUNK`] tokens with their weights: BOS, text, EOS, padding.
    pub tokens: Vec<(Token, f64)>,
    /// How many of them, at the end, are padding.
    pub padding: usize,
}

/// Where named embeddings come from.
pub trait Embeddings {
    /// The vectors of an embedding, each `[width]`; `None` if there is no such embedding.
    fn vectors(&self, name: &str) -> Option<Vec<Vec<f32>>>;
}

/// Knows no embedding.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoEmbeddings;

impl Embeddings for NoEmbeddings {
    fn vectors(&self, _name: &str) -> Option<Vec<Vec<f32>>> {
        None
    }
}

/// How long a prompt is, as the window shows it while one types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Tokens, without BOS, EOS and padding.
    pub tokens: usize,
    /// Chunks, at least one.
    pub chunks: usize,
    /// Where in the text each further chunk begins (the byte at which its first word begins).
    pub borders: Vec<usize>,
    /// Embeddings that are named but not there.
    pub missing: Vec<String>,
}

/// A prompt that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the prompt has {bytes} bytes, more than the {max} allowed", max = MAX_BYTES)]
pub struct TooLong {
    /// Its length.
    pub bytes: usize,
}

/// Whether a prompt is short enough to be encoded whole.
///
/// # Errors
/// It is longer than [`MAX_BYTES`].
pub fn check_length(text: &str) -> Result<(), TooLong> {
    if text.len() <= MAX_BYTES {
        Ok(())
    } else {
        Err(TooLong { bytes: text.len() })
    }
}

/// The text in pieces of one weight each, escapes resolved (`token_weights`).
pub fn parse_weights(text: &str) -> Vec<(String, f64)> {
    let escaped = escape(text);
    segments(&escaped)
        .into_iter()
        .map(|(range, weight)| (unescape(&escaped[range]).0, weight))
        .collect()
}

/// A prompt's chunks, at least one, and the embeddings that it names in vain
/// (`tokenize_with_weights`). Such a name is dropped, the words after it are kept.
///
/// Text beyond [`MAX_BYTES`] is not looked at: call [`check_length`] first.
pub fn chunks(
    text: &str,
    tokenizer: &Tokenizer,
    embeddings: &dyn Embeddings,
    pad_id: u32,
) -> (Vec<Chunk>, Vec<String>) {
    let (groups, missing) = groups(text, tokenizer, embeddings);
    let chunks = pack(groups).into_iter().map(|content| {
        let padding = ROOM - content.len();
        let mut tokens = Vec::with_capacity(CHUNK);
        tokens.push((Token::Id(BOS), 1.0));
        tokens.extend(
            content
                .into_iter()
                .map(|placed| (placed.token, placed.weight)),
        );
        tokens.push((Token::Id(EOS), 1.0));
        tokens.resize(CHUNK, (Token::Id(pad_id), 1.0));
        Chunk { tokens, padding }
    });
    (chunks.collect(), missing)
}

/// How long a prompt is and where its chunks begin.
pub fn measure(text: &str, tokenizer: &Tokenizer, embeddings: &dyn Embeddings) -> Measure {
    let (groups, missing) = groups(text, tokenizer, embeddings);
    let packed = pack(groups);
    Measure {
        tokens: packed.iter().map(Vec::len).sum(),
        chunks: packed.len(),
        borders: packed
            .iter()
            .skip(1)
            .filter_map(|content| content.first())
            .map(|placed| placed.at)
            .collect(),
        missing,
    }
}

/// A token with its weight and the byte of the prompt at which its word begins.
#[derive(Clone, Debug)]
struct Placed {
    token: Token,
    weight: f64,
    at: usize,
}

/// The tokens of each group.
fn groups(
    text: &str,
    tokenizer: &Tokenizer,
    embeddings: &dyn Embeddings,
) -> (Vec<Vec<Placed>>, Vec<String>) {
    let escaped = escape(&text[..text.floor_char_boundary(MAX_BYTES)]);
    let mut finder = Finder {
        embeddings,
        known: BTreeMap::new(),
        missing: Vec::new(),
    };
    let mut groups = Vec::new();
    for (range, weight) in segments(&escaped) {
        let (segment, escapes) = unescape(&escaped[range.clone()]);
        // Each escape before a place was one byte longer in the prompt.
        let in_prompt =
            |at: usize| range.start + at + escapes.partition_point(|&escape| escape < at);
        for part in split_at_embeddings(&segment) {
            let mut words = part.clone();
            if let Some(name_at) = embedding_name(&segment[part.clone()]).map(|at| part.start + at)
            {
                let name = &segment[name_at..part.end];
                let name = &name[..name.find(char::is_whitespace).unwrap_or(name.len())];
                let (rows, used) = finder.find(name);
                let at = in_prompt(part.start);
                groups.push(
                    rows.into_iter()
                        .map(|row| Placed {
                            token: Token::Embedding(row),
                            weight,
                            at,
                        })
                        .collect(),
                );
                words.start = name_at + used;
            }
            let placed = tokenizer.encode_placed(&segment[words.clone()]);
            let group = placed.into_iter().map(|(id, at)| {
                let at = in_prompt(words.start + at);
                Placed {
                    token: Token::Id(id),
                    weight,
                    at,
                }
            });
            groups.push(group.collect());
        }
    }
    (groups, finder.missing)
}

/// Fills chunks of at most [`ROOM`] tokens, at least one.
fn pack(groups: Vec<Vec<Placed>>) -> Vec<Vec<Placed>> {
    let mut chunks: Vec<Vec<Placed>> = Vec::new();
    let mut chunk = Vec::new();
    for mut group in groups {
        let is_large = group.len() >= LARGE;
        while group.len() > ROOM - chunk.len() {
            if is_large {
                let rest = group.split_off(ROOM - chunk.len());
                chunk.append(&mut group);
                group = rest;
            }
            chunks.push(std::mem::take(&mut chunk));
            if chunks.len() == MAX_CHUNKS {
                return chunks;
            }
        }
        chunk.append(&mut group);
    }
    chunks.push(chunk);
    chunks
}

/// Looks each embedding up once.
struct Finder<'a> {
    embeddings: &'a dyn Embeddings,
    known: BTreeMap<String, Vec<Arc<Vec<f32>>>>,
    missing: Vec<String>,
}

impl Finder<'_> {
    /// The vectors of the embedding that a word names, none if it is missing, and how many bytes
    /// of the word were its name: commas around a name are forgiven (`_try_get_embedding`).
    fn find(&mut self, word: &str) -> (Vec<Arc<Vec<f32>>>, usize) {
        let stripped = word.trim_matches(',');
        let mut names = vec![word];
        if stripped.len() < word.len() {
            names.push(stripped);
        }
        for name in &names {
            if let Some(rows) = self.rows(name) {
                return (rows, name.len());
            }
        }
        if !self.missing.iter().any(|name| name == stripped) {
            self.missing.push(stripped.to_owned());
        }
        (Vec::new(), stripped.len())
    }

    fn rows(&mut self, name: &str) -> Option<Vec<Arc<Vec<f32>>>> {
        if let Some(rows) = self.known.get(name) {
            return Some(rows.clone());
        }
        let rows: Vec<_> = self
            .embeddings
            .vectors(name)?
            .into_iter()
            .map(Arc::new)
            .collect();
        self.known.insert(name.to_owned(), rows.clone());
        Some(rows)
    }
}

/// Cuts a segment before every `embedding:` that follows a space or a line's end; that character
/// is dropped. Empty parts are left out.
fn split_at_embeddings(segment: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in segment.match_indices(EMBEDDING) {
        if at > start && matches!(segment.as_bytes()[at - 1], b' ' | b'\n') {
            parts.push(start..at - 1);
            start = at;
        }
    }
    parts.push(start..segment.len());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Where the name after `embedding:` begins; `None` for other text and where no name follows.
fn embedding_name(part: &str) -> Option<usize> {
    let named = part.strip_prefix(EMBEDDING)?.trim_start();
    (!named.is_empty()).then(|| part.len() - named.len())
}

/// Ranges of an escaped text, each with its weight.
fn segments(escaped: &str) -> Vec<(Range<usize>, f64)> {
    let mut found = Vec::new();
    weigh(escaped, 0..escaped.len(), 1.0, 0, &mut found);
    found
}

/// `token_weights`: what stands in parentheses weighs more, or what it says.
fn weigh(
    text: &str,
    range: Range<usize>,
    weight: f64,
    depth: usize,
    found: &mut Vec<(Range<usize>, f64)>,
) {
    for item in items(text, range) {
        let part = &text[item.clone()];
        if depth == MAX_NESTING || part.len() < 2 || !part.starts_with('(') || !part.ends_with(')')
        {
            found.push((item, weight));
            continue;
        }
        let mut inner = item.start + 1..item.end - 1;
        let mut inner_weight = weight * 1.1;
        let colon = text[inner.clone()]
            .rfind(':')
            .filter(|&colon| colon > 0)
            .map(|colon| inner.start + colon);
        if let Some(colon) = colon
            && let Some(number) = number(&text[colon + 1..inner.end])
        {
            inner_weight = number;
            inner.end = colon;
        }
        weigh(text, inner, inner_weight, depth + 1, found);
    }
}

/// `parse_parentheses`: the top level's groups and what lies between. An unopened `)` makes the
/// nesting negative, so that later groups are not seen; ComfyUI's users know it so.
fn items(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut start = range.start;
    let mut nesting = 0_i64;
    for at in range.clone() {
        match text.as_bytes()[at] {
            b'(' => {
                if nesting == 0 && at > start {
                    items.push(start..at);
                    start = at;
                }
                nesting += 1;
            }
            b')' => {
                nesting -= 1;
                if nesting == 0 {
                    items.push(start..at + 1);
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    if start < range.end {
        items.push(start..range.end);
    }
    items
}

/// A weight as Python's `float` reads it; what the device could not hold is no weight.
fn number(text: &str) -> Option<f64> {
    text.trim()
        .parse()
        .ok()
        .filter(|&number: &f64| (number as f32).is_finite())
}

/// `\)` and `\(` as ComfyUI hides them from the parser: of the same length, so that places stay.
fn escape(text: &str) -> String {
    text.replace("\\)", "\0\u{1}").replace("\\(", "\0\u{2}")
}

/// The plain text again, and the places of the parentheses that were hidden.
fn unescape(escaped: &str) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(escaped.len());
    let mut places = Vec::new();
    let mut chars = escaped.chars().peekable();
    while let Some(c) = chars.next() {
        let hidden = match (c, chars.peek()) {
            ('\0', Some('\u{1}')) => ')',
            ('\0', Some('\u{2}')) => '(',
            _ => {
                text.push(c);
                continue;
            }
        };
        chars.next();
        places.push(text.len());
        text.push(hidden);
    }
    (text, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows `two` (two vectors) and `ten` (ten).
    struct Toy;
    impl Embeddings for Toy {
        fn vectors(&self, name: &str) -> Option<Vec<Vec<f32>>> {
            let rows = match name {
                "two" => 2,
                "ten" => 10,
                _ => return None,
            };
            Some(vec![vec![0.5; 4]; rows])
        }
    }

    /// Segments from ComfyUI 0.3.64 (fixtures, kind `prompt.parse`).
    #[track_caller]
    fn check_weights(text: &str, expected: &[(&str, f64)]) {
        let found = parse_weights(text);
        let found: Vec<_> = found
            .iter()
            .map(|(text, weight)| (text.as_str(), *weight))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    /// Prints chunks as `id:weight`, `E` for an embedding, without BOS, EOS and padding.
    fn show(text: &str) -> (Vec<String>, Vec<String>) {
        let (chunks, missing) = chunks(text, Tokenizer::clip(), &Toy, EOS);
        let shown = chunks.iter().map(|chunk| {
            assert_eq!(chunk.tokens.len(), CHUNK);
            let content = &chunk.tokens[1..CHUNK - 1 - chunk.padding];
            let content = content.iter().map(|(token, weight)| match token {
                Token::Id(id) => format!("{id}:{weight}"),
                Token::Embedding(_) => format!("E:{weight}"),
            });
            content.collect::<Vec<_>>().join(" ")
        });
        (shown.collect(), missing)
    }

    #[test]
    fn weights_as_the_reference() {
        check_weights("", &[]);
        check_weights(
            "(a:1.2) b ((c)) \\(d\\)",
            &[
                ("a", 1.2),
                (" b ", 1.0),
                ("c", 1.2100000000000002),
                (" (d)", 1.0),
            ],
        );
        check_weights(
            "(a:1.2) (b:0.5), (c d:1.1) (unclosed",
            &[
                ("a", 1.2),
                (" ", 1.0),
                ("b", 0.5),
                (", ", 1.0),
                ("c d", 1.1),
                (" ", 1.0),
                ("(unclosed", 1.0),
            ],
        );
        check_weights("unopened) then (x:1.3)", &[("unopened) then (x:1.3)", 1.0)]);
        check_weights(
            "(nested (inner:1.5) outer:0.8) tail",
            &[
                ("nested ", 0.8),
                ("inner", 1.5),
                (" outer", 0.8),
                (" tail", 1.0),
            ],
        );
        check_weights(
            "(a:bad) (b:1.2:1.3) (:1.4) (c:-0.5) (d:0)",
            &[
                ("a:bad", 1.1),
                (" ", 1.0),
                ("b:1.2", 1.3),
                (" ", 1.0),
                (":1.4", 1.1),
                (" ", 1.0),
                ("c", -0.5),
                (" ", 1.0),
                ("d", 0.0),
            ],
        );
    }

    #[test]
    fn weights_that_no_device_holds_are_text() {
        check_weights("(a:inf)", &[("a:inf", 1.1)]);
        check_weights("(a:nan)", &[("a:nan", 1.1)]);
        check_weights("(a:1e300)", &[("a:1e300", 1.1)]);
    }

    #[test]
    fn deep_nesting_ends_as_text() {
        let deep = format!("{}x{}", "(".repeat(30_000), ")".repeat(30_000));
        let segments = parse_weights(&deep);
        assert_eq!(segments.len(), 1);
        assert!(segments[0].1.is_finite());
    }

    #[test]
    fn embeddings_take_their_place() {
        // ComfyUI 0.3.64 (fixtures, prompt.tokens.10 and .12, with our toy names).
        assert_eq!(show("a embedding:two, b").0, ["320:1 E:1 E:1 267:1 321:1"]);
        assert_eq!(show("(embedding:two:1.3) z").0, ["E:1.3 E:1.3 345:1"]);
        let (shown, missing) = show("embedding:does_not_exist word");
        assert_eq!(
            (shown, missing),
            (vec!["2653:1".to_owned()], vec!["does_not_exist".to_owned()])
        );
        assert_eq!(show("embedding:").1, Vec::<String>::new());
    }

    #[test]
    fn short_groups_move_whole_and_long_ones_split() {
        let (moved, _) = show(&format!("({}:1.5) (a b c:0.5)", "cat ".repeat(73).trim()));
        assert_eq!(moved[1], "320:0.5 321:0.5 322:0.5");
        let (split, _) = show(&format!("({}:1.5) embedding:ten", "cat ".repeat(73).trim()));
        assert!(split[0].ends_with("E:1 E:1"));
        assert_eq!(split[1], ["E:1"; 8].join(" "));
    }

    #[test]
    fn borders_are_places_in_the_prompt() {
        let text = format!("\\(\\) {}dog", "cat ".repeat(74));
        let measure = measure(&text, Tokenizer::clip(), &NoEmbeddings);
        assert_eq!((measure.tokens, measure.chunks), (76, 2));
        assert_eq!(&text[measure.borders[0]..], "dog");
    }

    #[test]
    fn an_empty_prompt_is_one_chunk() {
        let (chunks, missing) = chunks("", Tokenizer::clip(), &NoEmbeddings, 0);
        assert_eq!((chunks.len(), chunks[0].padding, missing.len()), (1, 75, 0));
        assert_eq!(chunks[0].tokens[2], (Token::Id(0), 1.0));
    }

    #[test]
    fn long_prompts_are_refused() {
        assert_eq!(check_length(&"x".repeat(MAX_BYTES)), Ok(()));
        assert_eq!(
            check_length(&"x".repeat(MAX_BYTES + 1)),
            Err(TooLong {
                bytes: MAX_BYTES + 1
            })
        );
    }
}
