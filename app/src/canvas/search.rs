//! The search behind the add menu: every word typed must be found, in what a node is called here
//! and elsewhere, in what it can do, or nearly so. The best place of each word counts.

/// How well a word may be found, from its best place down.
mod worth {
    pub(super) const TITLE: u32 = 100;
    pub(super) const WORD_OF_TITLE: u32 = 90;
    pub(super) const NAME: u32 = 75;
    pub(super) const IN_TITLE: u32 = 60;
    pub(super) const INITIALS: u32 = 55;
    pub(super) const IN_NAME: u32 = 50;
    pub(super) const PART: u32 = 45;
    pub(super) const CATEGORY: u32 = 40;
    pub(super) const DOC: u32 = 25;
    pub(super) const LETTERS: u32 = 15;
    pub(super) const TYPO: u32 = 12;
    /// For a title that begins with all that is typed.
    pub(super) const WHOLE: u32 = 40;
}

/// What the words of A1111's window are called in graphs.
const OTHER_WORDS: [(&str, &[&str]); 15] = [
    ("txt2img", &["sampler"]),
    ("img2img", &["encode", "sampler"]),
    ("inpaint", &["mask"]),
    ("inpainting", &["mask"]),
    ("hires", &["resize"]),
    ("upscale", &["resize"]),
    ("upscaler", &["resize"]),
    ("fix", &["resize"]),
    ("denoising", &["denoise"]),
    ("strength", &["denoise"]),
    ("scale", &["cfg", "resize"]),
    ("prompt", &["text"]),
    ("model", &["checkpoint"]),
    ("scheduler", &["schedule"]),
    ("count", &["batch"]),
];

/// Something that can be found.
#[derive(Clone, Debug, Default)]
pub struct Known {
    title: Vec<String>,
    /// Ids and what other programs call it, in words.
    names: Vec<String>,
    /// What it has: pins, params, choices.
    parts: Vec<String>,
    category: Vec<String>,
    doc: Vec<String>,
}

impl Known {
    /// Something of that title.
    pub fn new(title: &str) -> Self {
        Self {
            title: words(title),
            ..Self::default()
        }
    }

    /// It is called so elsewhere.
    pub fn name(mut self, name: &str) -> Self {
        let parts = words(name);
        self.names.push(parts.concat());
        self.names.extend(parts);
        self
    }

    /// It has something of that name.
    pub fn part(mut self, name: &str) -> Self {
        let parts = words(name);
        self.parts.push(parts.concat());
        self.parts.extend(parts);
        self
    }

    /// It stands there among the others.
    pub fn category(mut self, name: &str) -> Self {
        self.category = words(name);
        self
    }

    /// It does this.
    pub fn doc(mut self, doc: &str) -> Self {
        self.doc = words(doc);
        self
    }

    /// How well a search finds it; `None` if it does not.
    pub fn score(&self, search: &Search) -> Option<u32> {
        let mut sum = 0;
        for word in &search.words {
            let others = OTHER_WORDS.iter().find(|(theirs, _)| theirs == word);
            let ours = others.into_iter().flat_map(|(_, ours)| ours.iter());
            let other = ours.filter_map(|ours| self.place(ours)).max();
            sum += self.place(word).max(other)?;
        }
        let title = self.title.concat();
        let is_whole = !search.words.is_empty() && title.starts_with(&search.words.concat());
        Some(sum + if is_whole { worth::WHOLE } else { 0 })
    }

    /// The best place of a word.
    fn place(&self, word: &str) -> Option<u32> {
        let begins = |words: &[String]| words.iter().any(|other| other.starts_with(word));
        let holds = |words: &[String]| words.iter().any(|other| other.contains(word));
        let first = self.title.first();
        if first.is_some_and(|first| first.starts_with(word)) {
            Some(worth::TITLE)
        } else if begins(&self.title) {
            Some(worth::WORD_OF_TITLE)
        } else if begins(&self.names) {
            Some(worth::NAME)
        } else if holds(&self.title) {
            Some(worth::IN_TITLE)
        } else if word.len() > 1 && initials(&self.title).starts_with(word) {
            Some(worth::INITIALS)
        } else if holds(&self.names) {
            Some(worth::IN_NAME)
        } else if begins(&self.parts) {
            Some(worth::PART)
        } else if begins(&self.category) {
            Some(worth::CATEGORY)
        } else if begins(&self.doc) {
            Some(worth::DOC)
        } else if has_in_order(&self.title.concat(), word) {
            Some(worth::LETTERS)
        } else {
            let mut known = self.title.iter().chain(&self.names);
            known
                .any(|other| is_typo(word, other))
                .then_some(worth::TYPO)
        }
    }
}

/// What is looked for, in words.
#[derive(Clone, Debug, Default)]
pub struct Search {
    words: Vec<String>,
}

impl Search {
    /// Reads what was typed.
    pub fn new(text: &str) -> Self {
        Self {
            words: text
                .split_whitespace()
                .flat_map(|typed| {
                    // Typed as one word, it is one: `vaedecode` and `VAEDecode` are alike.
                    let parts = words(typed);
                    if typed.contains(['_', '-', '.', '/', ':']) {
                        parts
                    } else {
                        vec![parts.concat()]
                    }
                })
                .filter(|word| !word.is_empty())
                .collect(),
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// The words of a text in small letters, those of `CheckpointLoaderSimple` and `dpmpp_2m` too.
/// A plus that hangs on a word is written `p`, as programs do.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let next_is_small = letters.peek().is_some_and(|next| next.is_lowercase());
        let begins =
            c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_small));
        let hangs = c == '+' && (before.is_alphanumeric() || before == '+');
        if begins || !(hangs || c.is_alphanumeric()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            if hangs {
                word.push('p');
            } else if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            }
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

fn initials(words: &[String]) -> String {
    words
        .iter()
        .filter_map(|word| word.chars().next())
        .collect()
}

fn has_in_order(text: &str, letters: &str) -> bool {
    let mut rest = text.chars();
    letters.chars().count() > 1 && letters.chars().all(|letter| rest.any(|c| c == letter))
}

/// Whether a word is meant for another, or for its beginning: one letter wrong, missing, too many
/// or two changed round; two in long words.
fn is_typo(typed: &str, meant: &str) -> bool {
    let typed: Vec<char> = typed.chars().collect();
    let allowed = match typed.len() {
        0..4 => return false,
        4..8 => 1,
        _ => 2,
    };
    let meant: Vec<char> = meant.chars().take(typed.len() + allowed).collect();
    let shortest = typed.len().saturating_sub(allowed);
    (shortest..=meant.len()).any(|len| edits(&typed, &meant[..len]) <= allowed)
}

/// How many letters must be changed, put in, left out or changed round.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let one = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                let is_round = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if is_round {
                    one.min(rows[i - 2][j - 2] + 1)
                } else {
                    one
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        for (text, wanted) in [
            ("CheckpointLoaderSimple", "checkpoint loader simple"),
            ("VAEDecode", "vae decode"),
            ("KSampler", "k sampler"),
            ("dpmpp_2m_sde", "dpmpp 2m sde"),
            ("DPM++ 2M", "dpmpp 2m"),
            ("Größe ändern", "größe ändern"),
            ("明るい 灯台", "明るい 灯台"),
            ("", ""),
        ] {
            assert_eq!(words(text).join(" "), wanted, "{text}");
        }
    }

    fn check(known: &Known, text: &str, wanted: Option<u32>) {
        assert_eq!(known.score(&Search::new(text)), wanted, "{text}");
    }

    #[test]
    fn words_count_by_their_best_place() {
        let known = Known::new("Load checkpoint")
            .name("CheckpointLoaderSimple")
            .part("steps")
            .category("Load")
            .doc("Reads a model from a file.");
        check(&known, "load", Some(worth::TITLE + worth::WHOLE));
        check(&known, "check", Some(worth::WORD_OF_TITLE));
        check(&known, "simple", Some(worth::NAME));
        check(&known, "checkpointloader", Some(worth::NAME));
        check(&known, "lc", Some(worth::INITIALS));
        check(&known, "step", Some(worth::PART));
        check(&known, "file", Some(worth::DOC));
        check(&known, "chkpt", Some(worth::LETTERS));
        check(&known, "chekcpoint", Some(worth::TYPO));
        check(&known, "load zebra", None);
        check(&known, "", Some(0));
    }

    #[test]
    fn typos_are_few_and_only_in_words_of_some_length() {
        assert!(is_typo("smapler", "sampler"));
        assert!(is_typo("sampelr", "sampler"));
        assert!(is_typo("sampl", "sample"));
        assert!(is_typo("chekpiont", "checkpoint"));
        assert!(!is_typo("vea", "vae"));
        assert!(!is_typo("resize", "sampler"));
    }

    #[test]
    fn words_of_other_programs_are_known() {
        let known = Known::new("KSampler").part("dpmpp_2m").part("karras");
        assert!(known.score(&Search::new("txt2img")).is_some());
        assert!(known.score(&Search::new("DPM++ 2M Karras")).is_some());
    }
}
