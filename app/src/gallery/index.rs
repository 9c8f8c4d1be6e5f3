//! The index of pictures in SQLite: what their files say, so that a start does not read them all
//! again, and their small copies. The pictures are the truth; an index that is lost or damaged is
//! made anew from them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pyrograph_engine::diagnostic::Diagnostic;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use crate::gallery::marks::{MAX_RATING, Mark};
use crate::gallery::row::{Content, Row};
use crate::gallery::scan::Stamp;
use crate::gallery::summary::Summary;
use crate::store::keep;

/// Grows when the tables change, or what is read from pictures: an older index is filled anew.
const VERSION: i64 = 2;
/// How long one window waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(5);
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS pictures (
        path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, changed INTEGER NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        prompt TEXT NOT NULL, negative TEXT NOT NULL, models TEXT NOT NULL, seeds TEXT NOT NULL,
        fault TEXT, favourite INTEGER NOT NULL, rating INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS thumbs (
        path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, changed INTEGER NOT NULL,
        image BLOB NOT NULL);";

/// Why the index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// SQLite's words.
    #[error("is damaged: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A column that does not hold what it should.
    #[error("is damaged: {0}")]
    Column(#[from] serde_json::Error),
    /// Written by another version of the program.
    #[error("is of version {found}, not {VERSION}")]
    Version {
        /// Its version.
        found: i64,
    },
}

impl IndexError {
    /// Whether the file itself is at fault, not the disk or another window.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Column(_) | Self::Version { .. } => true,
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(code) => matches!(
                    code,
                    ErrorCode::DatabaseCorrupt
                        | ErrorCode::NotADatabase
                        | ErrorCode::TypeMismatch
                        // The tables are not those that were asked for.
                        | ErrorCode::Unknown
                ),
                // Without a code it is a column of another type.
                None => true,
            },
        }
    }
}

/// The index, open.
#[derive(Debug)]
pub struct Index {
    tables: Connection,
}

impl Index {
    /// Opens the index. A damaged one is set aside; where none can be kept, it lives in memory.
    pub fn open(path: Option<&Path>) -> (Self, Option<Diagnostic>) {
        let Some(path) = path else {
            return (Self::in_memory(), None);
        };
        let first = match Self::at(path) {
            Ok(index) => return (index, None),
            Err(error) => error,
        };
        let told = if first.is_damage() {
            set_aside(path, &first.to_string())
        } else {
            let words = format!("the index of pictures cannot be kept: {first}");
            Diagnostic::warning(words).help("it is made anew at the next start")
        };
        let index = if first.is_damage() {
            Self::at(path).unwrap_or_else(|_| Self::in_memory())
        } else {
            Self::in_memory()
        };
        (index, Some(told))
    }

    /// Opens the index at a place, without any help.
    ///
    /// # Errors
    /// It is damaged, or cannot be opened or made.
    pub fn at(path: &Path) -> Result<Self, IndexError> {
        let index = Self::connect(path)?;
        // Reads every row of it, so that damage shows now.
        index.rows(Path::new(""))?;
        Ok(index)
    }

    /// As [`Self::at`], without looking at what is in it.
    ///
    /// # Errors
    /// It cannot be opened or made.
    pub fn connect(path: &Path) -> Result<Self, IndexError> {
        if let Some(folder) = path.parent() {
            // If that fails, opening says it better.
            let _ = std::fs::create_dir_all(folder);
        }
        let index = Self {
            tables: Connection::open(path)?,
        };
        index.tables.busy_timeout(PATIENCE)?;
        // Only a crash of the machine could damage it, and then the pictures give it back.
        index.tables.pragma_update(None, "synchronous", "OFF")?;
        let found = index
            .tables
            .query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if !(0..=VERSION).contains(&found) {
            return Err(IndexError::Version { found });
        }
        index.tables.execute_batch(TABLES)?;
        if found < VERSION {
            // The small copies are as good as before.
            index.tables.execute("DELETE FROM pictures", [])?;
            index.tables.pragma_update(None, "user_version", VERSION)?;
        }
        Ok(index)
    }

    /// An index that is gone when the program ends.
    pub fn in_memory() -> Self {
        let tables = Connection::open_in_memory().expect("memory can be opened");
        tables
            .execute_batch(TABLES)
            .expect("the tables can be made");
        Self { tables }
    }

    /// The pictures below a folder.
    ///
    /// # Errors
    /// SQLite's, or a column that does not hold what it should.
    pub fn rows(&self, root: &Path) -> Result<Vec<Row>, IndexError> {
        let mut select = self.tables.prepare(
            "SELECT path, bytes, changed, width, height, prompt, negative, models, seeds, fault,
                favourite, rating FROM pictures ORDER BY path",
        )?;
        let mut found = select.query([])?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let path = PathBuf::from(row.get::<_, String>(0)?);
            if !path.starts_with(root) {
                continue;
            }
            let stamp = Stamp {
                path,
                bytes: row.get::<_, i64>(1)?.cast_unsigned(),
                changed_ns: row.get(2)?,
            };
            let summary = Summary {
                prompt: row.get(5)?,
                negative: row.get(6)?,
                models: serde_json::from_str(&row.get::<_, String>(7)?)?,
                seeds: serde_json::from_str(&row.get::<_, String>(8)?)?,
            };
            let content = Content {
                size_px: [row.get(3)?, row.get(4)?],
                summary,
                fault: row.get(9)?,
            };
            let mark = Mark {
                favourite: row.get(10)?,
                rating: row.get::<_, u8>(11)?.min(MAX_RATING),
            };
            rows.push(Row::new(root, stamp, content, mark));
        }
        Ok(rows)
    }

    /// Writes pictures; those known are replaced.
    ///
    /// # Errors
    /// SQLite's.
    pub fn put(&self, rows: &[Row]) -> Result<(), IndexError> {
        let change = self.tables.unchecked_transaction()?;
        let mut insert =
            change.prepare("INSERT OR REPLACE INTO pictures VALUES (?,?,?,?,?,?,?,?,?,?,?,?)")?;
        for row in rows {
            let Some(path) = row.path().to_str() else {
                continue; // the scanner passes such names over
            };
            let summary = &row.content.summary;
            insert.execute(params![
                path,
                row.stamp.bytes.cast_signed(),
                row.stamp.changed_ns,
                row.content.size_px[0],
                row.content.size_px[1],
                summary.prompt,
                summary.negative,
                serde_json::to_string(&summary.models)?,
                serde_json::to_string(&summary.seeds)?,
                row.content.fault,
                row.mark.favourite,
                row.mark.rating,
            ])?;
        }
        drop(insert);
        Ok(change.commit()?)
    }

    /// Forgets pictures.
    ///
    /// # Errors
    /// SQLite's.
    pub fn remove(&self, paths: &[PathBuf]) -> Result<(), IndexError> {
        let change = self.tables.unchecked_transaction()?;
        for path in paths.iter().filter_map(|path| path.to_str()) {
            change.execute("DELETE FROM pictures WHERE path = ?", [path])?;
            change.execute("DELETE FROM thumbs WHERE path = ?", [path])?;
        }
        Ok(change.commit()?)
    }

    /// A picture's small copy, as a file of any kind of picture.
    ///
    /// # Errors
    /// SQLite's.
    pub fn thumb(&self, stamp: &Stamp) -> Result<Option<Vec<u8>>, IndexError> {
        let mut select = self
            .tables
            .prepare("SELECT image FROM thumbs WHERE path = ? AND bytes = ? AND changed = ?")?;
        let key = params![
            stamp.path.to_str(),
            stamp.bytes.cast_signed(),
            stamp.changed_ns
        ];
        Ok(select.query_row(key, |row| row.get(0)).optional()?)
    }

    /// Keeps a picture's small copy.
    ///
    /// # Errors
    /// SQLite's.
    pub fn put_thumb(&self, stamp: &Stamp, image: &[u8]) -> Result<(), IndexError> {
        let mut insert = self
            .tables
            .prepare("INSERT OR REPLACE INTO thumbs VALUES (?, ?, ?, ?)")?;
        insert.execute(params![
            stamp.path.to_str(),
            stamp.bytes.cast_signed(),
            stamp.changed_ns,
            image
        ])?;
        Ok(())
    }
}

/// Sets a damaged index aside. A change that was under way is worth nothing without it, and would
/// be taken for one of the next index.
pub fn set_aside(path: &Path, why: &str) -> Diagnostic {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    // Mostly there is none.
    let _ = std::fs::remove_file(journal);
    keep::set_aside(path, why)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::gallery::summary::Model;

    fn row(name: &str) -> Row {
        let stamp = Stamp {
            path: Path::new("/pictures").join(name),
            bytes: 1 << 40,
            changed_ns: 1_700_000_000_000_000_001,
        };
        let content = Content {
            size_px: [512, 768],
            summary: Summary {
                prompt: "a \"cat\"; 猫".into(),
                negative: "blurry".into(),
                models: vec![Model {
                    name: "m".into(),
                    sha256: "00".into(),
                }],
                seeds: vec![u64::MAX, 0],
            },
            fault: None,
        };
        let mark = Mark {
            favourite: true,
            rating: 5,
        };
        Row::new(Path::new("/pictures"), stamp, content, mark)
    }

    #[test]
    fn what_is_put_comes_back_and_what_is_removed_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data/pictures.sqlite");
        let index = Index::at(&path).unwrap();
        index.put(&[row("a.png"), row("b.png")]).unwrap();
        index.put(&[row("a.png")]).unwrap();
        index.put_thumb(&row("a.png").stamp, b"small").unwrap();
        drop(index);

        let (index, told) = Index::open(Some(&path));
        assert_eq!(told, None);
        assert_eq!(
            index.rows(Path::new("/pictures")).unwrap(),
            [row("a.png"), row("b.png")]
        );
        assert!(index.rows(Path::new("/others")).unwrap().is_empty());
        assert_eq!(
            index.thumb(&row("a.png").stamp).unwrap().as_deref(),
            Some(&b"small"[..])
        );
        let newer = Stamp {
            changed_ns: 2,
            ..row("a.png").stamp
        };
        assert_eq!(index.thumb(&newer).unwrap(), None);
        index.remove(&[row("a.png").path().clone()]).unwrap();
        assert_eq!(index.rows(Path::new("/pictures")).unwrap().len(), 1);
        assert_eq!(index.thumb(&row("a.png").stamp).unwrap(), None);
    }

    #[test]
    fn a_damaged_index_is_set_aside_and_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pictures.sqlite");
        let index = Index::at(&path).unwrap();
        let names: Vec<String> = (0..300).map(|i| format!("{i}.png")).collect();
        let rows: Vec<Row> = names.iter().map(|name| row(name)).collect();
        index.put(&rows).unwrap();
        drop(index);
        let whole = fs::read(&path).unwrap();
        assert!(whole.len() > 20_000);

        let mut torn = whole.clone();
        torn[100..20_000].fill(0x55);
        for (number, bytes) in [
            &b"not a database, but long enough to be read as one"[..],
            &torn,
        ]
        .iter()
        .enumerate()
        {
            fs::write(&path, bytes).unwrap();
            let (index, told) = Index::open(Some(&path));
            let told = told.unwrap();
            assert!(
                told.message.starts_with("pictures.sqlite is damaged"),
                "{told:?}"
            );
            let aside = dir
                .path()
                .join(format!("pictures.sqlite.damaged-{}", number + 1));
            assert_eq!(&fs::read(aside).unwrap(), bytes);
            assert!(index.rows(Path::new("")).unwrap().is_empty());
            index.put(&rows[..1]).unwrap();
        }
    }

    #[test]
    fn an_index_of_an_earlier_version_is_filled_anew_and_keeps_its_small_copies() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pictures.sqlite");
        let index = Index::at(&path).unwrap();
        index.put(&[row("a.png")]).unwrap();
        index.put_thumb(&row("a.png").stamp, b"small").unwrap();
        index.tables.pragma_update(None, "user_version", 1).unwrap();
        drop(index);
        let (index, told) = Index::open(Some(&path));
        assert_eq!(told, None);
        assert!(index.rows(Path::new("")).unwrap().is_empty());
        assert!(index.thumb(&row("a.png").stamp).unwrap().is_some());
    }

    #[test]
    fn an_index_of_a_later_version_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pictures.sqlite");
        drop(Index::at(&path).unwrap());
        let tables = Connection::open(&path).unwrap();
        tables.pragma_update(None, "user_version", 99).unwrap();
        drop(tables);
        let (_, told) = Index::open(Some(&path));
        assert!(told.unwrap().message.contains("version 99"));
        assert!(dir.path().join("pictures.sqlite.damaged-1").exists());
    }

    #[test]
    fn without_a_place_to_keep_it_the_index_lives_in_memory() {
        let (index, told) = Index::open(None);
        assert_eq!(told, None);
        index.put(&[row("a.png")]).unwrap();
        assert_eq!(index.rows(Path::new("")).unwrap().len(), 1);

        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        let (index, told) = Index::open(Some(&dir.path().join("file/pictures.sqlite")));
        assert!(told.unwrap().message.contains("cannot be kept"));
        assert!(index.rows(Path::new("")).unwrap().is_empty());
    }
}
