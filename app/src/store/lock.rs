//! Locks among several programs on one folder. One says which of them came first: only that one
//! restores and writes the session. Another lets them change a file one after the other.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for another program to let go that is about to end.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long to wait for another program to have changed a file.
const TURN: Duration = Duration::from_secs(5);

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
        let file = open(path)?;
        Ok(hold(&file).then_some(Self { _file: file }))
    }

    /// Takes the lock as soon as other programs have let go of it, which each does in a moment.
    ///
    /// # Errors
    /// The file can be neither made nor opened, or another program hangs.
    pub(super) fn take_in_turn(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        if hold_within(&file, TURN) {
            Ok(Self { _file: file })
        } else {
            Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "another window does not let go of it",
            ))
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = File::options();
    options.create(true).truncate(false).write(true).open(path)
}

/// Locks a file until it is closed. Says whether it could be: another program may hold it.
pub(super) fn hold(file: &File) -> bool {
    // A program that is about to end, or one that starts another, lets go in a moment.
    hold_within(file, PATIENCE)
}

fn hold_within(file: &File, patience: Duration) -> bool {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if begun.elapsed() < patience => {
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
