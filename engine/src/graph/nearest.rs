//! Finds what someone may have meant, for the help under "unknown …".

use crate::node::{Catalog, NodeSpec};

/// Longer names than this are no slips of the finger.
const MAX_CHARS: usize = 64;

/// The name nearest to `wanted`, if one is near: at most a third of the letters differ.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = wanted
        .chars()
        .take(MAX_CHARS + 1)
        .flat_map(char::to_lowercase)
        .collect();
    if wanted.is_empty() || wanted.len() > MAX_CHARS {
        return None;
    }
    names
        .into_iter()
        .filter_map(|name| {
            let letters: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
            let allowed = wanted.len().max(letters.len()).div_ceil(3);
            let distance = distance(&wanted, &letters, allowed)?;
            Some((distance, name))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The kind of node that someone may have meant: people write what they know, the id or its last
/// word, the title, ComfyUI's class.
pub fn nearest_kind(catalog: Catalog, is: &str) -> Option<&'static NodeSpec> {
    let names = |spec: &'static NodeSpec| {
        let word = spec.id.rsplit('.').next().unwrap_or(spec.id);
        let classes = spec.comfy.iter().map(|comfy| comfy.class);
        [spec.id, spec.title, word].into_iter().chain(classes)
    };
    let all = catalog.0.iter().flat_map(|spec| names(spec));
    let near = nearest(is, all)?;
    let has_name = |spec: &&&'static NodeSpec| names(spec).any(|name| name == near);
    catalog.0.iter().find(has_name).copied()
}

/// How many letters to insert, delete, replace or swap with their neighbour (optimal string
/// alignment); `None` beyond `limit`.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        if row.iter().all(|distance| *distance > limit) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_nothing_else() {
        let names = [
            "text.encode",
            "latent.encode",
            "sampling.ksampler",
            "steps",
            "seed",
        ];
        for (wanted, found) in [
            ("text.encod", Some("text.encode")),
            ("Text.Encode", Some("text.encode")),
            ("setps", Some("steps")),
            ("sede", Some("seed")),
            ("sampling.k_sampler", Some("sampling.ksampler")),
            ("upscale", None),
            ("", None),
            (&"x".repeat(1000), None),
        ] {
            assert_eq!(nearest(wanted, names), found, "{wanted}");
        }
    }
}
