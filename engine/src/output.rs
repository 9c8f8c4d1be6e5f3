//! What leaves the program: pictures that carry their recipe, and how files come into being.
//!
//! A file is there whole or not at all: it is written beside its place under another name and then
//! moved. `names.rs` makes file names from templates, `recipe.rs` says how a picture was made,
//! `png.rs` puts that into the picture and reads it back.

pub mod names;
pub mod png;
pub mod recipe;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file so that it is there whole or not at all; one of that name is replaced, but for who
/// may read and write it. Behind a link, the file that it leads to is replaced.
///
/// # Errors
/// The system's, or what `write` returns.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let is_link = path
        .symlink_metadata()
        .is_ok_and(|about| about.is_symlink());
    let target = if is_link {
        path.canonicalize().unwrap_or_else(|_| path.to_owned())
    } else {
        path.to_owned()
    };
    let draft = Draft::write(target.parent().unwrap_or(Path::new("")), write)?;
    if let Ok(before) = target.metadata() {
        // Some file systems know no permissions; the file itself counts for more.
        let _ = fs::set_permissions(&draft.path, before.permissions());
    }
    fs::rename(&draft.path, target)
}

/// Writes a file under the first name of `names` that is free, whole or not at all; never
/// overwrites. Returns the name taken, `None` if no name was free. Folders are created.
///
/// # Errors
/// The system's, or what `write` returns.
pub fn write_new(
    names: impl IntoIterator<Item = PathBuf>,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<Option<PathBuf>> {
    let mut names = names.into_iter();
    let Some(mut path) = names.next() else {
        return Ok(None);
    };
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(&folder)?;
    }
    let draft = Draft::write(&folder, write)?;
    loop {
        match draft.publish(&path) {
            Ok(()) => return Ok(Some(path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        match names.next() {
            Some(next) => path = next,
            None => return Ok(None),
        }
    }
}

/// A finished file that has not got its name yet; removed when dropped.
struct Draft {
    path: PathBuf,
}

impl Draft {
    /// Writes a file of an odd name into `folder` and waits until the disk has it.
    fn write(
        folder: &Path,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(".pyrograph-{}-{count}.part", std::process::id()));
        // What a killed process of the same number left behind may be replaced.
        let file = File::create(&path)?;
        let draft = Self { path };
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(draft)
    }

    /// Gives the file its name unless that is taken.
    fn publish(&self, path: &Path) -> io::Result<()> {
        match fs::hard_link(&self.path, path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Some file systems (FAT) know no links: take the name with an empty file, which the
            // whole one then replaces.
            Err(_) => {
                File::create_new(path)?;
                fs::rename(&self.path, path)
            }
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Renamed away is as good as removed.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_so_do_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let dir = tempfile::tempdir().unwrap();
        let (far, link) = (dir.path().join("far"), dir.path().join("link.txt"));
        fs::create_dir(&far).unwrap();
        let file = far.join("file.txt");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        write_atomically(&link, |out| write!(out, "new")).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert_eq!(files(&far), ["file.txt"]);
    }

    #[test]
    fn a_taken_name_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let names = || (1..=3).map(|i| dir.path().join("sub").join(format!("{i}.txt")));
        for i in 1..=3 {
            let path = write_new(names(), |out| write!(out, "text {i}"))
                .unwrap()
                .unwrap();
            assert_eq!(fs::read_to_string(path).unwrap(), format!("text {i}"));
        }
        assert_eq!(
            write_new(names(), |out| write!(out, "text 4")).unwrap(),
            None
        );
        assert_eq!(
            fs::read_to_string(dir.path().join("sub/1.txt")).unwrap(),
            "text 1"
        );
        assert_eq!(files(&dir.path().join("sub")), ["1.txt", "2.txt", "3.txt"]);
    }

    #[test]
    fn a_failed_write_leaves_nothing_and_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        write_atomically(&path, |out| write!(out, "old")).unwrap();
        let failed = write_atomically(&path, |out| {
            write!(out, "new")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(files(dir.path()), ["a.txt"]);
        write_atomically(&path, |out| write!(out, "new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }
}
