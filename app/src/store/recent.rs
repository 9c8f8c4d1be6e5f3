//! The files opened or saved last.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// How many files are remembered.
const MAX_FILES: usize = 20;

/// The files opened or saved last, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recent {
    files: Vec<PathBuf>,
}

impl Recent {
    /// Puts a file on top.
    pub fn push(&mut self, file: &Path) {
        // A name alone would mean another file in another folder.
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        if file.to_str().is_none() {
            return; // the list could not be written
        }
        self.files.retain(|other| *other != file);
        self.files.insert(0, file);
        self.files.truncate(MAX_FILES);
    }

    /// The files, newest first.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_on_top_and_each_is_there_once() {
        let mut recent = Recent::default();
        for i in 0..30 {
            recent.push(Path::new(&format!("/{i}.pyro")));
        }
        recent.push(Path::new("/20.pyro"));
        assert_eq!(recent.files().len(), MAX_FILES);
        assert_eq!(recent.files()[0], Path::new("/20.pyro"));
        assert_eq!(recent.files()[1], Path::new("/29.pyro"));
        assert_eq!(
            recent
                .files()
                .iter()
                .filter(|f| f.ends_with("20.pyro"))
                .count(),
            1
        );
    }
}
