//! File names from templates: `%date%`, `%seed%`, `%node%` and `%counter%` (five digits) are
//! filled in; what comes out never leaves the folder and is a good name on every system.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the counter stands in a template.
const COUNTER: &str = "%counter%";
/// The longest part of a name, in bytes: file systems allow 255, of which the counter and the
/// ending take some.
const MAX_PART: usize = 100;
/// The most folders that a template may name.
const MAX_FOLDERS: usize = 8;
/// Counters have at least five digits, at most nine.
const MAX_COUNTER: u32 = 999_999_999;

/// What a template's fields stand for.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    /// For `%date%`.
    pub date: &'a str,
    /// For `%seed%`; without one the field stays empty.
    pub seed: Option<u64>,
    /// For `%node%`.
    pub node: &'a str,
}

/// A file's name with a gap for its counter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    folder: PathBuf,
    before: String,
    after: String,
}

impl Name {
    /// Fills a template in. `/` and `\` part folders; a template without a counter gets one.
    pub fn new(dir: &Path, template: &str, fields: &Fields<'_>, extension: &str) -> Self {
        let seed = fields
            .seed
            .map_or_else(String::new, |seed| seed.to_string());
        let filled = template
            .replace("%date%", fields.date)
            .replace("%seed%", &seed)
            .replace("%node%", fields.node);
        let filled = filled
            .strip_suffix(&format!(".{extension}"))
            .unwrap_or(&filled);
        let mut parts: Vec<&str> = filled.split(['/', '\\']).collect();
        let last = parts.pop().unwrap_or_default();

        let folders = parts
            .iter()
            .map(|part| clean(&part.replace(COUNTER, "")))
            .filter(|part| !part.is_empty());
        let folder = folders
            .take(MAX_FOLDERS)
            .fold(dir.to_owned(), |folder, part| folder.join(part));
        let (before, after) = match last.split_once(COUNTER) {
            Some((before, after)) => (clean(before), clean(&after.replace(COUNTER, ""))),
            None => (clean(last) + "_", String::new()),
        };
        let before = if before.trim_matches('_').is_empty() && after.is_empty() {
            "picture_".to_owned()
        } else {
            before
        };
        Self {
            folder,
            before,
            after: format!("{after}.{extension}"),
        }
    }

    /// The names to try, starting behind the highest counter in the folder.
    pub fn candidates(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let first = self.highest().saturating_add(1).min(MAX_COUNTER);
        (first..=MAX_COUNTER).map(|counter| {
            self.folder
                .join(format!("{}{counter:05}{}", self.before, self.after))
        })
    }

    /// The highest counter among the files of this name; 0 if there is none.
    fn highest(&self) -> u32 {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return 0;
        };
        let counter = |name: &str| {
            let digits = name.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
            let plain =
                (5..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        entries
            .filter_map(|entry| counter(entry.ok()?.file_name().to_str()?))
            .max()
            .unwrap_or(0)
    }
}

/// A part of a path as every system takes it: no separators, no control characters, none that
/// Windows forbids, no dots or spaces at its ends (so never `..`), no device's name, not too long.
fn clean(part: &str) -> String {
    let mut text: String = part
        .chars()
        .map(|c| {
            if c.is_control() || "<>:\"|?*/\\".contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    while text.len() > MAX_PART {
        text.pop();
    }
    let text = text
        .trim_start_matches([' ', '.'])
        .trim_end_matches([' ', '.']);
    let stem = text.split('.').next().unwrap_or_default().trim_end();
    if is_device(stem) {
        format!("_{text}")
    } else {
        text.to_owned()
    }
}

/// Names that Windows keeps for devices, whatever follows after a dot.
fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, wanted: &str) {
        let fields = Fields {
            date: "2026-11-24",
            seed: Some(7),
            node: "save",
        };
        let name = Name::new(Path::new("out"), template, &fields, "png");
        assert_eq!(
            name.candidates().next().unwrap(),
            Path::new(wanted),
            "{template}"
        );
    }

    #[test]
    fn fields_are_filled_in() {
        check("pyrograph_%counter%", "out/pyrograph_00001.png");
        check(
            "%date%/%node%_%seed%_%counter%",
            "out/2026-11-24/save_7_00001.png",
        );
        check("a.png", "out/a_00001.png");
        check("%counter%-x", "out/00001-x.png");
        check("%counter%%counter%", "out/picture_00001.png");
        check("%other%", "out/%other%_00001.png");
        check("", "out/picture_00001.png");
    }

    #[test]
    fn no_name_leaves_the_folder() {
        check("../../etc/passwd", "out/etc/passwd_00001.png");
        check("/etc/passwd", "out/etc/passwd_00001.png");
        check(r"C:\Windows\x", "out/C_/Windows/x_00001.png");
        check("a/../../..", "out/a/picture_00001.png");
        check(". . /x", "out/x_00001.png");
    }

    #[test]
    fn names_are_good_on_every_system() {
        check("a<b>|c?*\u{7}\"", "out/a_b__c_____00001.png");
        check("CON/x", "out/_CON/x_00001.png");
        check("nul.%counter%", "out/_nul00001.png");
        check("com1.txt/x.", "out/_com1.txt/x_00001.png");
        check("common", "out/common_00001.png");
        check(
            &"é".repeat(200),
            &format!("out/{}_00001.png", "é".repeat(50)),
        );
    }

    #[test]
    fn the_counter_goes_on_behind_the_highest() {
        let dir = tempfile::tempdir().unwrap();
        for file in [
            "a_00004.png",
            "a_00012.png",
            "a_99.png",
            "a_000x1.png",
            "b_00100.png",
        ] {
            fs::write(dir.path().join(file), "").unwrap();
        }
        let fields = Fields {
            date: "",
            seed: None,
            node: "",
        };
        let name = Name::new(dir.path(), "a", &fields, "png");
        assert_eq!(
            name.candidates().next().unwrap(),
            dir.path().join("a_00013.png")
        );
        fs::write(dir.path().join("a_999999999.png"), "").unwrap();
        assert_eq!(name.candidates().count(), 1);
    }
}
