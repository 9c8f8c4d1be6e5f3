//! The last versions of each saved file, outside of it: what was overwritten can be had back.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pyrograph_engine::output::{write_atomically, write_new};

/// How many versions of a file are kept.
const MAX_VERSIONS: usize = 20;
/// How versions are called: sorted by name, they are sorted by time.
const NAME: &str = "%Y-%m-%d_%H-%M-%S_%3f";
/// The file beside the versions that says whose they are.
const OWNER: &str = "of.txt";

/// The versions of all files, a folder each.
#[derive(Clone, Debug)]
pub struct Versions {
    folder: PathBuf,
}

/// A file as it once was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was kept, in the user's time zone.
    pub when: String,
    /// Its length.
    pub bytes: u64,
}

impl Versions {
    /// Versions that lie in that folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps a file's text unless it is what was kept last; the oldest version beyond the
    /// twentieth goes.
    ///
    /// # Errors
    /// The system's. Versions kept before are whole.
    pub fn keep(&self, of: &Path, text: &str) -> io::Result<()> {
        let folder = self.folder_of(of);
        let kept = files(&folder);
        if kept.last().is_some_and(|last| holds(last, text)) {
            return Ok(());
        }
        fs::create_dir_all(&folder)?;
        if kept.is_empty() {
            let owner = of.to_string_lossy();
            write_atomically(&folder.join(OWNER), |out| out.write_all(owner.as_bytes()))?;
        }
        // Two saves in one millisecond have names that sort as they came.
        let stem = Timestamp::now().strftime(NAME).to_string();
        let names = (0..100).map(|i| folder.join(format!("{stem}_{i:02}.pyro")));
        write_new(names, |out| out.write_all(text.as_bytes()))?;
        for old in kept.iter().rev().skip(MAX_VERSIONS - 1) {
            fs::remove_file(old)?;
        }
        Ok(())
    }

    /// What is kept of a file, newest first.
    pub fn list(&self, of: &Path) -> Vec<Version> {
        let version = |path: PathBuf| {
            let about = fs::metadata(&path).ok()?;
            let when = Timestamp::try_from(about.modified().ok()?).ok()?;
            let when = when.to_zoned_datetime(TimeZone::system());
            Some(Version {
                path,
                when: when.strftime("%e %b %Y, %H:%M:%S").to_string(),
                bytes: about.len(),
            })
        };
        let kept = files(&self.folder_of(of)).into_iter().rev();
        kept.filter_map(version).collect()
    }

    /// The folder of a file's versions: its name, for people, and a number for its whole path.
    fn folder_of(&self, file: &Path) -> PathBuf {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let name: String = stem
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            .take(40)
            .collect();
        let number = fnv1a(file.as_os_str().as_encoded_bytes());
        self.folder.join(format!("{name}-{number:016x}"))
    }
}

/// The versions in a folder, oldest first.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "pyro"))
        .collect();
    files.sort();
    files
}

fn holds(file: &Path, text: &str) -> bool {
    let is_as_long = fs::metadata(file).is_ok_and(|about| about.len() == text.len() as u64);
    is_as_long && fs::read(file).is_ok_and(|bytes| bytes == text.as_bytes())
}

/// The FNV-1a hash: names folders, so it must be the same in every version of the program.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_twenty_are_kept_each_once() {
        let dir = tempfile::tempdir().unwrap();
        let versions = Versions::new(dir.path().join("versions"));
        let file = Path::new("/home/x/portrait of a fox.pyro");
        assert_eq!(versions.list(file), []);
        for i in 0..25 {
            versions.keep(file, &format!("version {i}")).unwrap();
            versions.keep(file, &format!("version {i}")).unwrap();
        }
        let texts: Vec<String> = versions
            .list(file)
            .iter()
            .map(|version| fs::read_to_string(&version.path).unwrap())
            .collect();
        let wanted: Vec<String> = (5..25).rev().map(|i| format!("version {i}")).collect();
        assert_eq!(texts, wanted);
        assert_eq!(
            versions.list(Path::new("/home/y/portrait of a fox.pyro")),
            []
        );
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
