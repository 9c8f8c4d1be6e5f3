//! The user's folder: what the program keeps from one start to the next.
//!
//! `keep.rs` reads and writes small files, `journal.rs` keeps edits that no file holds, `session.rs`
//! says what was open, `recent.rs` what was opened last, and `versions.rs` what saved files were.
//! `lock.rs` says which of several programs came first, and `watch.rs` looks after files on disk.

pub mod journal;
pub mod keep;
pub mod lock;
pub mod recent;
pub mod saver;
pub mod session;
pub mod stamp;
pub mod versions;
pub mod watch;

use std::path::{Path, PathBuf};

use pyrograph_engine::diagnostic::Diagnostic;

use self::journal::Journals;
use self::lock::Lock;
use self::versions::Versions;

/// The user's folder, opened.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    lock: Option<Lock>,
}

impl Store {
    /// Opens a folder, which is created if need be.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub fn open(folder: &Path) -> Result<Self, Box<Diagnostic>> {
        match Lock::take(&folder.join("lock")) {
            Ok(lock) => Ok(Self {
                folder: folder.to_owned(),
                lock,
            }),
            Err(error) => {
                let told = format!("nothing can be kept from one start to the next: {error}");
                Err(Box::new(Diagnostic::warning(told).file(folder)))
            }
        }
    }

    /// Whether no other program had opened it: only this one restores and writes the session.
    pub fn is_first(&self) -> bool {
        self.lock.is_some()
    }

    /// The journals of all open documents.
    pub fn journals(&self) -> Journals {
        Journals::new(self.folder.join("journal"))
    }

    /// What saved files were.
    pub fn versions(&self) -> Versions {
        Versions::new(self.folder.join("versions"))
    }

    /// What was open.
    pub fn session(&self) -> PathBuf {
        session::path(&self.folder)
    }

    /// What was opened last.
    pub fn recent(&self) -> PathBuf {
        self.folder.join("recent.json")
    }
}
