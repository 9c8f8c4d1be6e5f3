//! Finds model files by the names that graphs use, and says which file a name stands for.
//!
//! A library is a list of folders; each is looked through as ComfyUI's `models` folder is
//! (`checkpoints/`, `vae/`, `embeddings/`, …) and directly. Names never leave their folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::node::FileKind;

/// How deep folders are looked through for lists.
const MAX_DEPTH: usize = 4;
/// How many files a list holds at most.
const MAX_ENTRIES: usize = 10_000;

/// Folders with models, first match wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Library {
    /// The folders.
    pub dirs: Vec<PathBuf>,
}

/// A file of a library.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name that graphs use: relative to its folder, without `.safetensors`.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its size (of a folder: 0).
    pub bytes: u64,
}

impl Library {
    /// The file that a name stands for. An absolute path stands for itself.
    pub fn resolve(&self, kind: FileKind, name: &str) -> Option<PathBuf> {
        let relative = Path::new(name);
        if relative.is_absolute() {
            return relative.exists().then(|| relative.to_owned());
        }
        // `..` would let a stranger's graph look around outside.
        if name.is_empty()
            || !relative
                .components()
                .all(|part| matches!(part, Component::Normal(_)))
        {
            return None;
        }
        self.roots(kind).find_map(|root| {
            let plain = root.join(relative);
            let dotted = root.join(format!("{name}.safetensors"));
            [dotted, plain]
                .into_iter()
                .find(|path| path.is_file() || is_model_folder(kind, path))
        })
    }

    /// Every file of a kind, sorted by name.
    pub fn list(&self, kind: FileKind) -> Vec<Entry> {
        let mut found = BTreeMap::new();
        for root in self.roots(kind) {
            collect(kind, &root, &root, MAX_DEPTH, &mut found);
        }
        found.into_values().collect()
    }

    /// The folders in which a kind is looked for.
    pub fn roots(&self, kind: FileKind) -> impl Iterator<Item = PathBuf> + '_ {
        self.dirs
            .iter()
            .flat_map(move |dir| [dir.join(kind.folder()), dir.clone()])
    }
}

/// Whether a file's name says that it may be of a kind.
fn fits(kind: FileKind, path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    match kind {
        FileKind::Checkpoint | FileKind::Vae | FileKind::Embedding => extension == "safetensors",
        FileKind::Latent => matches!(extension.as_str(), "safetensors" | "latent"),
        FileKind::Image => {
            matches!(
                extension.as_str(),
                "png" | "jpg" | "jpeg" | "webp" | "bmp" | "gif" | "tif" | "tiff"
            )
        }
    }
}

/// Whether a folder is a model in diffusers' layout.
fn is_model_folder(kind: FileKind, path: &Path) -> bool {
    match kind {
        FileKind::Checkpoint => path.join("unet").is_dir() && path.join("text_encoder").is_dir(),
        FileKind::Vae | FileKind::Image | FileKind::Latent | FileKind::Embedding => false,
    }
}

fn collect(
    kind: FileKind,
    root: &Path,
    dir: &Path,
    depth: usize,
    found: &mut BTreeMap<String, Entry>,
) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if found.len() >= MAX_ENTRIES {
            return;
        }
        let is_model = is_model_folder(kind, &path);
        if path.is_dir() && !is_model {
            // A folder of another kind inside a root (`vae/` among checkpoints) is not ours.
            let other = [
                FileKind::Checkpoint,
                FileKind::Vae,
                FileKind::Image,
                FileKind::Latent,
                FileKind::Embedding,
            ]
            .iter()
            .any(|kind| path.file_name().is_some_and(|name| name == kind.folder()));
            if depth > 0 && !other {
                collect(kind, root, &path, depth - 1, found);
            }
        } else if is_model || fits(kind, &path) {
            let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) else {
                continue;
            };
            let name = name
                .strip_suffix(".safetensors")
                .unwrap_or(name)
                .replace('\\', "/");
            let bytes = if is_model {
                0
            } else {
                fs::metadata(&path).map_or(0, |m| m.len())
            };
            found
                .entry(name.clone())
                .or_insert(Entry { name, path, bytes });
        }
    }
}

/// What identifies a file's content without reading it: size and time of change, and so on for
/// the configuration beside it and for the files of a model's folder.
///
/// # Errors
/// The file is not there.
pub fn identity(path: &Path) -> io::Result<String> {
    let parts: Vec<PathBuf> = if path.is_dir() {
        model_files(path)
    } else {
        vec![path.to_owned(), path.with_extension("config.json")]
    };
    let mut text = String::new();
    for (i, part) in parts.iter().enumerate() {
        let metadata = match fs::metadata(part) {
            Ok(metadata) => metadata,
            Err(error) if i == 0 => return Err(error),
            Err(_) => continue,
        };
        let changed = metadata
            .modified()?
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        text += &format!("{i}:{}@{changed};", metadata.len());
    }
    Ok(text)
}

/// The files that make up a model in diffusers' layout.
pub fn model_files(folder: &Path) -> Vec<PathBuf> {
    [
        "unet/diffusion_pytorch_model.safetensors",
        "vae/diffusion_pytorch_model.safetensors",
        "text_encoder/model.safetensors",
        "unet/config.json",
        "vae/config.json",
        "text_encoder/config.json",
        "scheduler/scheduler_config.json",
    ]
    .iter()
    .map(|name| folder.join(name))
    .collect()
}

/// SHA-256 of a file (of a folder: of its network), in hexadecimal; remembered as long as size and
/// time stay the same.
///
/// # Errors
/// The file cannot be read.
pub fn sha256(path: &Path) -> io::Result<String> {
    static KNOWN: Mutex<BTreeMap<(PathBuf, String), String>> = Mutex::new(BTreeMap::new());
    let path = if path.is_dir() {
        model_files(path).swap_remove(0)
    } else {
        path.to_owned()
    };
    let key = (path.clone(), identity(&path)?);
    if let Some(hash) = KNOWN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&key)
    {
        return Ok(hash.clone());
    }
    let mut file = fs::File::open(&path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    let hash: String = hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    KNOWN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(key, hash.clone());
    Ok(hash)
}
