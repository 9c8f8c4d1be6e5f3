//! Finds the node files, so that nobody keeps a list: every file below `src/catalog/` that is
//! there is a node, in the order of their paths.

use std::path::{Path, PathBuf};
use std::{env, fmt::Write as _, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("src/catalog");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    find(&root, &mut files)?;
    files.sort();

    let mut text = String::new();
    let mut nodes = String::new();
    for file in &files {
        let name = module(
            file.strip_prefix(&root)
                .expect("it was found below the root"),
        );
        writeln!(text, "#[path = {file:?}]\nmod {name};").expect("writing to a string cannot fail");
        writeln!(nodes, "    &{name}::NODE,").expect("writing to a string cannot fail");
    }
    write!(text, "/// Every node, in the order of their files.\npub static ALL: &[&NodeSpec] = &[\n{nodes}];\n")
        .expect("writing to a string cannot fail");

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("catalog.rs");
    fs::write(out, text)
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// `sampling/ksampler.rs` is the module `sampling_ksampler`.
fn module(path: &Path) -> String {
    let parts: Vec<_> = path
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    parts.join("_")
}
