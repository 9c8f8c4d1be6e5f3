//! Weights of a prompt's parts, as in `(warm light:1.2)`: Ctrl with the arrows up and down changes
//! that of the word or selection at the cursor.

use std::ops::Range;

/// How much one press changes.
pub(super) const STEP: f64 = 0.05;
/// The weights that can be reached.
const MAX: f64 = 10.0;
/// What brackets without a number weigh.
const BRACKETS: f64 = 1.1;

/// A number at the end of brackets has no more signs, its colon included.
const MAX_NUMBER: usize = 24;

/// A weighted part of a text.
struct Part {
    /// All of it, brackets included.
    all: Range<usize>,
    /// What is weighted.
    inner: Range<usize>,
    weight: f64,
}

/// Changes the weight at the selection, which is told in characters, as is the one returned.
/// Brackets that weigh nothing go. `None` if there is nothing to weigh.
pub(super) fn weigh(text: &str, selected: Range<usize>, by: f64) -> Option<(String, Range<usize>)> {
    let chars: Vec<char> = text.chars().collect();
    let end = selected.end.min(chars.len());
    let part = part(&chars, selected.start.min(end)..end)?;
    let weight = ((part.weight + by) * 100.0).round() / 100.0;
    let weight = weight.clamp(0.0, MAX);
    let inner: String = chars[part.inner].iter().collect();
    let new = if weight == 1.0 {
        inner
    } else {
        format!("({inner}:{weight})")
    };
    let start = part.all.start;
    let before: String = chars[..start].iter().collect();
    let behind: String = chars[part.all.end..].iter().collect();
    let length = new.chars().count();
    Some((before + &new + &behind, start..start + length))
}

/// What the selection means: the brackets that it holds or that hold it, else itself, else the
/// word at the cursor.
fn part(chars: &[char], selected: Range<usize>) -> Option<Part> {
    let selected = trimmed(chars, selected);
    let pairs = pairs(chars);
    if !selected.is_empty() {
        let whole = |pair: &&(usize, usize)| (pair.0..pair.1 + 1) == selected;
        if let Some((open, close)) = pairs.iter().find(whole) {
            return Some(read(chars, *open, *close));
        }
        // Brackets around exactly this are meant too.
        let mut read = pairs.iter().map(|(open, close)| read(chars, *open, *close));
        let around = read.find(|part| part.inner == selected);
        return Some(around.unwrap_or_else(|| plain(selected)));
    }
    let cursor = selected.start;
    let holds = |pair: &&(usize, usize)| pair.0 < cursor && cursor <= pair.1;
    if let Some((open, close)) = pairs.iter().filter(holds).max() {
        return Some(read(chars, *open, *close));
    }
    let is_of_word = |c: &&char| !is_between(**c);
    let before = chars[..cursor].iter().rev().take_while(is_of_word).count();
    let behind = chars[cursor..].iter().take_while(is_of_word).count();
    let word = cursor - before..cursor + behind;
    (!word.is_empty()).then(|| plain(word))
}

/// A part without brackets.
fn plain(range: Range<usize>) -> Part {
    Part {
        all: range.clone(),
        inner: range,
        weight: 1.0,
    }
}

/// A part between two brackets.
fn read(chars: &[char], open: usize, close: usize) -> Part {
    let content = open + 1..close;
    let mut signs = content.clone().rev().take(MAX_NUMBER);
    let colon = signs.find(|i| chars[*i] == ':');
    let number = colon.and_then(|colon| {
        let number: String = chars[colon + 1..close].iter().collect();
        let weight: f64 = number.trim().parse().ok()?;
        weight.is_finite().then_some((colon, weight))
    });
    let (end, weight) = number.unwrap_or((close, BRACKETS));
    Part {
        all: open..close + 1,
        inner: content.start..end,
        weight,
    }
}

/// The brackets that belong to each other; those that are escaped belong to the text itself.
fn pairs(chars: &[char]) -> Vec<(usize, usize)> {
    let (mut pairs, mut open, mut escaped) = (Vec::new(), Vec::new(), false);
    for (i, c) in chars.iter().enumerate() {
        match c {
            '(' if !escaped => open.push(i),
            ')' if !escaped => pairs.extend(open.pop().map(|open| (open, i))),
            _ => {}
        }
        escaped = *c == '\\' && !escaped;
    }
    pairs
}

fn trimmed(chars: &[char], range: Range<usize>) -> Range<usize> {
    let is_space = |i: &usize| chars[*i].is_whitespace();
    let start = range.clone().find(|i| !is_space(i));
    let end = range.clone().rev().find(|i| !is_space(i));
    match (start, end) {
        (Some(start), Some(end)) => start..end + 1,
        (_, _) => range.start..range.start,
    }
}

/// Whether words end there, in any script.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || ".,\\/!?%^*;:{}=`~()[]|<>\"".contains(c)
        || "、。，．！？；：（）「」『』・…".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` stands at the cursor, or twice around the selection.
    fn check(text: &str, by: f64, wanted: &str) {
        let mut bars = text.char_indices().filter(|(_, c)| *c == '|');
        let chars_before = |at: usize| text[..at].chars().filter(|c| *c != '|').count();
        let start = chars_before(bars.next().unwrap().0);
        let end = bars.next().map_or(start, |(at, _)| chars_before(at));
        let plain = text.replace('|', "");
        let got = weigh(&plain, start..end, by).map(|(text, range)| {
            let mut chars: Vec<char> = text.chars().collect();
            chars.insert(range.end, '|');
            chars.insert(range.start, '|');
            chars.into_iter().collect::<String>()
        });
        assert_eq!(got.unwrap_or_default(), wanted, "{text}");
    }

    #[test]
    fn words_and_selections_are_weighted() {
        check("a wa|rm light", STEP, "a |(warm:1.05)| light");
        check("a |warm light|, b", STEP, "a |(warm light:1.05)|, b");
        check("a| warm |light", -STEP, "a |(warm:0.95)| light");
        check("light|", 2.0 * STEP, "|(light:1.1)|");
    }

    #[test]
    fn weights_go_on_and_brackets_that_weigh_nothing_go() {
        check("a |(warm:1.05)| light", STEP, "a |(warm:1.1)| light");
        check("a (wa|rm light:1.05)", -STEP, "a |warm light|");
        check("a (|warm|:0.95) b", STEP, "a |warm| b");
        check("((a|:1.2) b:1.3)", STEP, "(|(a:1.25)| b:1.3)");
        check("((a:1.2) |b:1.3)", STEP, "|((a:1.2) b:1.35)|");
    }

    #[test]
    fn brackets_without_a_number_weigh_what_they_always_did() {
        check("(wa|rm)", STEP, "|(warm:1.15)|");
        check("(wa|rm)", -2.0 * STEP, "|warm|");
        check(r"\(wa|rm\)", STEP, r"\(|(warm:1.05)|\)");
    }

    #[test]
    fn any_script_and_any_damage_will_do() {
        check("灯台、夕|暮れ。", STEP, "灯台、|(夕暮れ:1.05)|。");
        check("маяк |на закате|", STEP, "маяк |(на закате:1.05)|");
        check("(never clo|sed", STEP, "(never |(closed:1.05)|");
        check("a | b", STEP, "");
        check("|", STEP, "");
        check("(a|:99)", STEP, "|(a:10)|");
        check("(a|:0.02)", -STEP, "|(a:0)|");
        assert_eq!(
            weigh("ab", 7..9, STEP).map(|(text, _)| text),
            Some("(ab:1.05)".into())
        );
    }
}
