//! Says which of several programs on one folder came first: only that one restores and writes the
//! session.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

/// Held as long as the program runs; the system lets go of it even if the program is killed.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock; `None` if another program holds it.
    ///
    /// # Errors
    /// The file can be neither made nor opened.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        Ok(match file.try_lock() {
            Err(TryLockError::WouldBlock) => None,
            // Where the file system knows no locks, a second program cannot be told from a first.
            Ok(()) | Err(TryLockError::Error(_)) => Some(Self { _file: file }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data/lock");
        let first = Lock::take(&path).unwrap();
        assert!(first.is_some());
        assert!(Lock::take(&path).unwrap().is_none());
        drop(first);
        assert!(Lock::take(&path).unwrap().is_some());
    }
}
