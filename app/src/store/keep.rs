//! Small files of the program's own: JSON, written whole or not at all. A damaged one is set aside
//! under another name, never deleted: something of it may be rescued by hand.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::output::write_atomically;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::lock::Lock;

/// The longest file of its own that the program reads, in bytes.
const MAX_BYTES: u64 = 64 << 20;
/// What programs hold, one after the other, that change a file of its folder.
const TURN: &str = "write.lock";

/// Why a file of the program's own cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The system refused.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is not what the program has written.
    #[error("is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    /// Longer than anything that the program writes.
    #[error("is longer than the {MAX_BYTES} bytes that are read")]
    TooLarge,
}

/// Reads a file; `None` if there is none yet.
///
/// # Errors
/// It cannot be read, or is not what the program has written.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, KeepError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(KeepError::TooLarge);
    }
    Ok(Some(serde_json::from_slice(&bytes)?))
}

/// Reads a file. One that cannot be used is set aside, and what is returned is new; the warning
/// says so.
pub fn read_or_start<T: DeserializeOwned + Default>(path: &Path) -> (T, Option<Diagnostic>) {
    match read(path) {
        Ok(value) => (value.unwrap_or_default(), None),
        Err(error) => (T::default(), Some(set_aside(path, &error.to_string()))),
    }
}

/// Writes a file, whole or not at all; its folder is created.
///
/// # Errors
/// The system's; the old file is then whole.
pub fn write<T: Serialize + ?Sized>(path: &Path, value: &T) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(value)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    write_atomically(path, |out| out.write_all(&text))
}

/// Changes a file that several programs write: what another has written since this one read it
/// stays, but for what is changed now. The warning says that it was damaged and has been set aside.
///
/// # Errors
/// The system's; the old file is then whole.
pub fn update<T: Serialize + DeserializeOwned + Default>(
    path: &Path,
    change: impl FnOnce(&mut T),
) -> io::Result<Option<Diagnostic>> {
    let _turn = Lock::take_in_turn(&path.with_file_name(TURN))?;
    let (mut value, damage) = read_or_start(path);
    change(&mut value);
    write(path, &value)?;
    Ok(damage)
}

/// Renames a file that cannot be used to `NAME.damaged-N` and says so; `why` goes on after the
/// file's name, as in "is damaged: …".
pub fn set_aside(path: &Path, why: &str) -> Diagnostic {
    let aside = free_aside(path);
    told(path, why, fs::rename(path, &aside).map(|()| aside))
}

/// Copies a file, of which a part cannot be used, to `NAME.damaged-N` and says so.
pub fn copy_aside(path: &Path, why: &str) -> Diagnostic {
    let aside = free_aside(path);
    told(path, why, fs::copy(path, &aside).map(|_| aside))
}

fn told(path: &Path, why: &str, aside: io::Result<PathBuf>) -> Diagnostic {
    let told = Diagnostic::warning(format!("{} {why}", name_of(path)));
    match aside {
        Ok(aside) => told.help(format!("it is kept as {}", name_of(&aside))),
        Err(error) => told.help(format!("it cannot be kept aside: {error}")),
    }
}

/// The first of `NAME.damaged-1`, `NAME.damaged-2` and so on that is free.
fn free_aside(path: &Path) -> PathBuf {
    let mut number: u64 = 1;
    loop {
        let mut aside = path.as_os_str().to_owned();
        aside.push(format!(".damaged-{number}"));
        let aside = PathBuf::from(aside);
        if fs::symlink_metadata(&aside).is_err() {
            return aside;
        }
        number += 1;
    }
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_absent_is_new() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/list.json");
        assert_eq!(read_or_start::<Vec<u32>>(&path), (Vec::new(), None));
        write(&path, &[1, 2, 3]).unwrap();
        assert_eq!(read_or_start::<Vec<u32>>(&path), (vec![1, 2, 3], None));
    }

    #[test]
    fn changes_by_many_at_once_are_all_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list.json");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    for i in 0..5 {
                        let add = |list: &mut Vec<u32>| list.push(number * 10 + i);
                        assert_eq!(update(path, add).unwrap(), None);
                    }
                });
            }
        });
        assert_eq!(read::<Vec<u32>>(&path).unwrap().unwrap().len(), 40);
        fs::write(&path, "[1, ").unwrap();
        let told = update(&path, |list: &mut Vec<u32>| list.push(7)).unwrap();
        assert!(told.unwrap().message.starts_with("list.json is damaged"));
        assert_eq!(read::<Vec<u32>>(&path).unwrap(), Some(vec![7]));
    }

    #[test]
    fn damaged_files_are_set_aside_one_by_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list.json");
        for (number, text) in [(1, "[1, 2"), (2, "\0\0\0"), (3, "{}"), (4, "")] {
            fs::write(&path, text).unwrap();
            let (list, told) = read_or_start::<Vec<u32>>(&path);
            assert!(list.is_empty());
            let told = told.unwrap();
            assert!(told.message.starts_with("list.json is damaged"), "{told:?}");
            let aside = dir.path().join(format!("list.json.damaged-{number}"));
            assert_eq!(fs::read_to_string(aside).unwrap(), text);
            assert!(!path.exists());
        }
        // A folder in the file's place is no reason to stop either.
        fs::create_dir(&path).unwrap();
        assert!(read_or_start::<Vec<u32>>(&path).1.is_some());
        write(&path, &[7]).unwrap();
        assert_eq!(read::<Vec<u32>>(&path).unwrap(), Some(vec![7]));
    }
}
