//! By what a change of a file on disk is noticed without reading it.

use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// A file's time and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Nanoseconds since 1970; 0 where the system does not say.
    modified_nanos: u64,
    /// Its length.
    bytes: u64,
}

impl Stamp {
    /// The stamp that a file has now.
    ///
    /// # Errors
    /// The system's, above all that there is no such file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let about = fs::metadata(path)?;
        let modified = about.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(Self {
            modified_nanos: since.map_or(0, |since| since.as_nanos() as u64),
            bytes: about.len(),
        })
    }

    /// The file's length.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}
