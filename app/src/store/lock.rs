//! Says which of several programs on one folder came first: only that one restores and writes the
//! session.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for another program to let go.
const PATIENCE: Duration = Duration::from_millis(100);

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
        Ok(hold(&file).then_some(Self { _file: file }))
    }
}

/// Locks a file until it is closed. Says whether it could be: another program may hold it.
pub(super) fn hold(file: &File) -> bool {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            // A program that is about to end, or one that starts another, lets go in a moment.
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                thread::sleep(PATIENCE / 10);
            }
            Err(TryLockError::WouldBlock) => return false,
            // Where the file system knows no locks, a second program cannot be told from a first.
            Ok(()) | Err(TryLockError::Error(_)) => return true,
        }
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
