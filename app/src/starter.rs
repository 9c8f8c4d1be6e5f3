//! Where the program's own files lie: the starter model, the examples, the user's folders.
//!
//! No path is compiled in. The files are looked for beside the binary and above it, in the source
//! tree that the binary was built from (as Cargo tells), above the working directory, and in the
//! user's data folder.

use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use directories::{ProjectDirs, UserDirs};
use pyrograph_engine::weights::library::Library;

/// What marks the folder that holds our files.
const MARK: &str = "assets/starter/starter.safetensors";
/// The graph that a new user sees first.
const FIRST_PICTURE: &str = "examples/first_picture.pyro";
/// How much of Cargo's file about the binary is read.
const MAX_DEP_INFO: u64 = 1 << 20;

/// The folder that holds `assets/` and `examples/`.
pub fn root() -> Option<PathBuf> {
    let exe = env::current_exe().ok();
    let exe = exe
        .as_deref()
        .map(|exe| exe.canonicalize().unwrap_or_else(|_| exe.to_owned()));
    // `cargo run` says where the source tree is, wherever it puts the binary.
    let from_cargo = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let starts = (exe.iter().cloned())
        .chain(
            exe.iter()
                .filter_map(|exe| Some(exe.parent()?.parent()?.join("share/pyrograph/x"))),
        )
        .chain(from_cargo.map(|dir| dir.join("x")))
        .chain(exe.iter().flat_map(|exe| sources_of(exe)))
        .chain(env::current_dir().ok().map(|dir| dir.join("x")))
        .chain(data_dir().map(|dir| dir.join("x")));
    find_above(starts)
}

/// The graph that a new user sees first.
pub fn first_picture() -> Option<PathBuf> {
    root()
        .map(|root| root.join(FIRST_PICTURE))
        .filter(|path| path.is_file())
}

/// Where files named in graphs are looked for: in the folders given, then in the user's `models`,
/// then among our own.
pub fn library(models: &[PathBuf]) -> Library {
    let own = data_dir().map(|dir| dir.join("models"));
    let starter = root().map(|root| root.join("assets/starter"));
    Library {
        dirs: models.iter().cloned().chain(own).chain(starter).collect(),
    }
}

/// The user's data folder for this program, whether or not it exists.
pub fn data_dir() -> Option<PathBuf> {
    ProjectDirs::from("", "", "pyrograph").map(|dirs| dirs.data_dir().to_owned())
}

/// Where the window saves pictures: `Pyrograph` in the user's folder for pictures, or what comes
/// closest to that.
pub fn pictures_dir() -> PathBuf {
    let pictures = UserDirs::new().and_then(|dirs| dirs.picture_dir().map(Path::to_owned));
    let pictures = pictures
        .map(|dir| dir.join("Pyrograph"))
        .or_else(|| data_dir().map(|dir| dir.join("pictures")));
    pictures.unwrap_or_else(|| PathBuf::from("pictures"))
}

/// The first folder above one of the paths that holds our files.
fn find_above(paths: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    paths.into_iter().find_map(|path| {
        path.ancestors()
            .skip(1)
            .find(|dir| dir.join(MARK).is_file())
            .map(Path::to_owned)
    })
}

/// The source files of a binary that Cargo has built: it writes their names beside the binary, as
/// a rule for `make`. So a build is at home in its source tree wherever its target folder lies.
fn sources_of(exe: &Path) -> Vec<PathBuf> {
    let mut rule = String::new();
    let Ok(file) = File::open(exe.with_extension("d")) else {
        return Vec::new();
    };
    // A name that is not UTF-8 only means that this way does not help.
    if file.take(MAX_DEP_INFO).read_to_string(&mut rule).is_err() {
        return Vec::new();
    }
    let Some((_, sources)) = rule.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    // Spaces inside names are escaped.
    let marked = sources.replace("\\ ", "\0");
    marked
        .split(' ')
        .map(|source| PathBuf::from(source.replace('\0', " ")))
        .filter(|path| path.is_absolute())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_are_found_above_a_path_and_through_cargos_rule() {
        let dir = tempfile::tempdir().unwrap();
        let tree = dir.path().join("source tree");
        fs::create_dir_all(tree.join("assets/starter")).unwrap();
        fs::write(tree.join(MARK), "").unwrap();
        assert_eq!(
            find_above([dir.path().join("x"), tree.join("target/release/pyrograph")]),
            Some(tree.clone())
        );
        assert_eq!(find_above([dir.path().join("x")]), None);

        let exe = dir.path().join("elsewhere/pyrograph");
        fs::create_dir_all(exe.parent().unwrap()).unwrap();
        let source = tree
            .join("app/src/main.rs")
            .display()
            .to_string()
            .replace(' ', "\\ ");
        fs::write(
            exe.with_extension("d"),
            format!("{}: {source} /other/lib.rs\n", exe.display()),
        )
        .unwrap();
        assert_eq!(find_above(sources_of(&exe)), Some(tree));
        assert!(sources_of(dir.path()).is_empty());
    }
}
