//! What the user thinks of pictures: favourites and ratings. They belong to a picture's content, so
//! they stay with it when it is renamed or the index is lost. The picture itself is never touched:
//! it may be signed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

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
    /// When the file was changed, as far as it is known here.
    changed: Option<SystemTime>,
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

impl Entry {
    fn take(&mut self, stamp: &Stamp, mark: Mark) {
        (self.favourite, self.rating) = (mark.favourite, mark.rating);
        self.bytes = stamp.bytes;
        let name = stamp.path.file_name().unwrap_or_default();
        self.name = name.to_string_lossy().into_owned();
    }
}

impl Marks {
    /// Reads the marks. A damaged file is set aside and told.
    pub fn open(path: Option<PathBuf>) -> (Self, Option<Diagnostic>) {
        let (kept, told) = path
            .as_deref()
            .map_or_else(Default::default, keep::read_or_start);
        let mut marks = Self {
            path,
            kept,
            changed: None,
        };
        marks.changed = marks.changed_now();
        (marks, told)
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

    /// Marks pictures. Returns what could not be read or written.
    pub fn set(&mut self, marks: &[(PathBuf, Mark)]) -> Vec<(PathBuf, io::Error)> {
        let mut faults = Vec::new();
        let hashed = marks.iter().filter_map(|(picture, mark)| {
            let known = library::sha256(picture).and_then(|hash| Ok((hash, Stamp::of(picture)?)));
            match known {
                Ok((hash, stamp)) => Some((hash, stamp, *mark)),
                Err(error) => {
                    faults.push((picture.clone(), error));
                    None
                }
            }
        });
        // That takes long; another window may have marked pictures meanwhile.
        let hashed: Vec<_> = hashed.collect();
        self.read_again();
        for (hash, stamp, mark) in hashed {
            if mark.is_empty() {
                self.kept.pictures.remove(&hash);
            } else {
                self.kept
                    .pictures
                    .entry(hash)
                    .or_default()
                    .take(&stamp, mark);
            }
        }
        if let Some(path) = &self.path
            && let Err(error) = keep::write(path, &self.kept)
        {
            faults.push((path.clone(), error));
        }
        self.changed = self.changed_now();
        faults
    }

    /// Takes in what another window has marked.
    pub fn refresh(&mut self) {
        let changed = self.changed_now();
        if changed != self.changed {
            self.read_again();
            self.changed = changed;
        }
    }

    fn changed_now(&self) -> Option<SystemTime> {
        let about = fs::metadata(self.path.as_deref()?).ok()?;
        about.modified().ok()
    }

    fn read_again(&mut self) {
        if let Some(Ok(Some(kept))) = self.path.as_deref().map(keep::read) {
            self.kept = kept;
        }
    }
}

#[cfg(test)]
mod tests {
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
        assert!(marks.set(&[(old.clone(), MARK)]).is_empty());
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
        one.set(&[(pictures[0].clone(), MARK)]);
        assert!(other.is_empty());
        other.refresh();
        assert_eq!(other.of(&Stamp::of(&pictures[0]).unwrap()), MARK);
        other.set(&[(pictures[1].clone(), MARK)]);
        let last = Marks::open(Some(file)).0;
        for picture in &pictures {
            assert_eq!(last.of(&Stamp::of(picture).unwrap()), MARK);
        }
    }

    #[test]
    fn what_cannot_be_marked_is_told_and_the_rest_is() {
        let dir = tempfile::tempdir().unwrap();
        let (here, absent) = (dir.path().join("a.png"), dir.path().join("b.png"));
        fs::write(&here, "pixels").unwrap();
        let mut marks = Marks::open(Some(dir.path().join("marks.json"))).0;
        let faults = marks.set(&[(absent.clone(), MARK), (here.clone(), MARK)]);
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].0, absent);
        assert_eq!(marks.of(&Stamp::of(&here).unwrap()), MARK);

        fs::write(dir.path().join("file"), "").unwrap();
        let nowhere = dir.path().join("file/marks.json");
        let mut marks = Marks::open(Some(nowhere.clone())).0;
        assert_eq!(marks.set(&[(here, MARK)])[0].0, nowhere);
    }

    #[test]
    fn what_is_unknown_is_kept_and_what_is_damaged_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("marks.json");
        let picture = dir.path().join("a.png");
        fs::write(&picture, "pixels").unwrap();
        fs::write(&file, r#"{ "later": 1, "pictures": {} }"#).unwrap();
        let mut marks = Marks::open(Some(file.clone())).0;
        marks.set(&[(picture.clone(), MARK)]);
        marks.set(&[(picture.clone(), Mark::default())]);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("later") && !text.contains("a.png"), "{text}");

        fs::write(&file, "{").unwrap();
        let (_, told) = Marks::open(Some(file.clone()));
        assert!(told.unwrap().message.contains("marks.json"));
        assert!(dir.path().join("marks.json.damaged-1").exists());
    }
}
