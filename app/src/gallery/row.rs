//! A picture as the gallery knows it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::gallery::marks::Mark;
use crate::gallery::scan::Stamp;
use crate::gallery::summary::Summary;

/// What a picture's file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Width and height; zero if it is no picture.
    pub size_px: [u32; 2],
    /// What is known of its making.
    pub summary: Summary,
    /// Why it is no picture.
    pub fault: Option<String>,
}

/// A picture in the gallery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its file.
    pub stamp: Stamp,
    /// Its file's name with the folders between it and the folder of all pictures.
    pub name: String,
    /// When it was made, in local time: `2026-11-24 18:03`.
    pub date: String,
    /// What it says of itself.
    pub content: Content,
    /// What the user thinks of it.
    pub mark: Mark,
    /// Everything that a word is looked for in, in lower case.
    haystack: String,
}

impl Row {
    /// A picture below the folder of all pictures.
    pub fn new(root: &Path, stamp: Stamp, content: Content, mark: Mark) -> Self {
        let near = stamp.path.strip_prefix(root).unwrap_or(&stamp.path);
        let name = near.to_string_lossy().replace('\\', "/");
        let date = date_text(stamp.changed_ns);
        let summary = &content.summary;
        let mut haystack = format!("{}\n{name}", summary.prompt).to_lowercase();
        for model in &summary.models {
            haystack.push('\n');
            haystack.push_str(&model.name.to_lowercase());
        }
        for seed in &summary.seeds {
            haystack.push('\n');
            haystack.push_str(&seed.to_string());
        }
        Self {
            stamp,
            name,
            date,
            content,
            mark,
            haystack,
        }
    }

    /// Its file.
    pub fn path(&self) -> &PathBuf {
        &self.stamp.path
    }

    /// Whether it is somehow about a word in lower case.
    pub fn is_about(&self, word: &str) -> bool {
        self.haystack.contains(word)
    }
}

/// A time in nanoseconds since 1970 as people write it, in local time.
fn date_text(ns: i64) -> String {
    Timestamp::from_nanosecond(i128::from(ns)).map_or_else(
        |_| String::new(),
        |time| {
            time.to_zoned_datetime(TimeZone::system())
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_dates_readable() {
        let stamp = Stamp {
            path: "/pictures/2026-11/a.png".into(),
            bytes: 1,
            changed_ns: 1_763_000_000_000_000_000,
        };
        let row = Row::new(
            Path::new("/pictures"),
            stamp,
            Content::default(),
            Mark::default(),
        );
        assert_eq!(row.name, "2026-11/a.png");
        assert!(row.date.starts_with("2025-11-1"), "{}", row.date);
        assert!(row.is_about("a.png"));
    }
}
