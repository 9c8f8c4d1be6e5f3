//! What the user thinks of pictures: favourites and ratings. They belong to a picture's content, so
//! they stay with it when it is renamed or the index is lost. The picture itself is never touched:
//! it may be signed.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::weights::library;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::gallery::scan::Stamp;
use crate::store::keep;

/// The highest rating.
pub const MAX_RATING: u8 = 5;

/// What the user thinks of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Whether it is a favourite.
    pub favourite: bool,
    /// 1 to 5 stars; 0 if it has none.
    pub rating: u8,
}

impl Mark {
    /// Whether it says nothing.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// The marks of every picture, in a file beside the index.
#[derive(Debug, Default)]
pub struct Marks {
    /// The file; without one, nothing is kept.
    path: Option<PathBuf>,
    kept: Kept,
}

/// What the file holds. Members that this version does not know are kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    /// By the SHA-256 of the picture's file.
    #[serde(default)]
    pictures: BTreeMap<String, Entry>,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    /// The file's name when it was marked, for people who read this.
    name: String,
    /// The file's length: only files of such a length need to be hashed.
    bytes: u64,
    favourite: bool,
    rating: u8,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

impl Marks {
    /// Reads the marks. A damaged file is set aside and told.
    pub fn open(path: Option<PathBuf>) -> (Self, Option<Diagnostic>) {
        let (kept, told) = path
            .as_deref()
            .map_or_else(Default::default, keep::read_or_start);
        (Self { path, kept }, told)
    }

    /// Whether no picture is marked.
    pub fn is_empty(&self) -> bool {
        self.kept.pictures.is_empty()
    }

    /// The mark of a picture.
    pub fn of(&self, stamp: &Stamp) -> Mark {
        let may_be_known = self
            .kept
            .pictures
            .values()
            .any(|entry| entry.bytes == stamp.bytes);
        if !may_be_known {
            return Mark::default();
        }
        let entry = library::sha256(&stamp.path)
            .ok()
            .and_then(|hash| self.kept.pictures.get(&hash));
        entry.map_or_else(Mark::default, |entry| Mark {
            favourite: entry.favourite,
            rating: entry.rating.min(MAX_RATING),
        })
    }

    /// Marks a picture.
    ///
    /// # Errors
    /// The picture cannot be read, or the marks not be written.
    pub fn set(&mut self, picture: &Path, mark: Mark) -> io::Result<()> {
        let hash = library::sha256(picture)?;
        let stamp = Stamp::of(picture)?;
        self.read_again();
        if mark.is_empty() {
            self.kept.pictures.remove(&hash);
        } else {
            let entry = self.kept.pictures.entry(hash).or_default();
            (entry.favourite, entry.rating) = (mark.favourite, mark.rating);
            entry.bytes = stamp.bytes;
            entry.name = picture
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        }
        match &self.path {
            Some(path) => keep::write(path, &self.kept),
            None => Ok(()),
        }
    }

    /// Another window may have marked pictures too.
    fn read_again(&mut self) {
        if let Some(Ok(Some(kept))) = self.path.as_deref().map(keep::read) {
            self.kept = kept;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const MARK: Mark = Mark {
        favourite: true,
        rating: 4,
    };

    #[test]
    fn marks_follow_a_picture_that_is_renamed() {
        let dir = tempfile::tempdir().unwrap();
        let (file, old, new) = (
            dir.path().join("data/marks.json"),
            dir.path().join("old.png"),
            dir.path().join("new.png"),
        );
        fs::write(&old, "pixels").unwrap();
        let mut marks = Marks::open(Some(file.clone())).0;
        marks.set(&old, MARK).unwrap();
        fs::rename(&old, &new).unwrap();
        fs::write(&old, "others").unwrap();

        let (again, told) = Marks::open(Some(file));
        assert!(told.is_none());
        assert_eq!(again.of(&Stamp::of(&new).unwrap()), MARK);
        assert_eq!(again.of(&Stamp::of(&old).unwrap()), Mark::default());
    }

    #[test]
    fn two_windows_do_not_take_each_others_marks_away() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("marks.json");
        let pictures = ["a.png", "b.png"].map(|name| dir.path().join(name));
        for picture in &pictures {
            fs::write(picture, picture.to_str().unwrap()).unwrap();
        }
        let mut one = Marks::open(Some(file.clone())).0;
        let mut other = Marks::open(Some(file.clone())).0;
        one.set(&pictures[0], MARK).unwrap();
        other.set(&pictures[1], MARK).unwrap();
        let last = Marks::open(Some(file)).0;
        for picture in &pictures {
            assert_eq!(last.of(&Stamp::of(picture).unwrap()), MARK);
        }
    }

    #[test]
    fn what_is_unknown_is_kept_and_what_is_damaged_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("marks.json");
        let picture = dir.path().join("a.png");
        fs::write(&picture, "pixels").unwrap();
        fs::write(&file, r#"{ "later": 1, "pictures": {} }"#).unwrap();
        let mut marks = Marks::open(Some(file.clone())).0;
        marks.set(&picture, MARK).unwrap();
        marks.set(&picture, Mark::default()).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("later") && !text.contains("a.png"), "{text}");

        fs::write(&file, "{").unwrap();
        let (_, told) = Marks::open(Some(file.clone()));
        assert!(told.unwrap().message.contains("marks.json"));
        assert!(dir.path().join("marks.json.damaged-1").exists());
    }
}
