//! Fixtures folders: where they lie, their `cases.json` and their models.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value as Json;
use tempfile::TempDir;

use super::cases::{Case, Stop, Tolerance};
use super::tensors::Tensor;

/// Names another folder to take instead of the packed one.
const CHOSEN: &str = "PYROGRAPH_GOLDENS";

/// Says what each model of a folder is.
const INDEX: &str = "models/index.json";

/// A folder of goldens.
pub(super) struct Folder {
    root: PathBuf,
    /// Whether files may be left out that only kinds need which are not built.
    is_packed: bool,
    tolerances: BTreeMap<String, Tolerance>,
    models: BTreeMap<String, ModelEntry>,
    pub(super) cases: Vec<Case>,
}

/// What `models/index.json` says of one model.
#[derive(Debug, Deserialize)]
pub(super) struct ModelEntry {
    /// The family, or what else the file is.
    pub(super) kind: String,
    /// Paths below `models`: single file, sidecar, the parts of a folder.
    #[serde(default)]
    files: Vec<String>,
    /// The sidecar.
    config: Option<String>,
    /// Whether text encoder and VAE are missing.
    #[serde(default)]
    pub(super) unet_only: bool,
}

#[derive(Default, Deserialize)]
struct Index {
    models: BTreeMap<String, ModelEntry>,
}

#[derive(Deserialize)]
struct CasesFile {
    format: u32,
    tolerances: BTreeMap<String, Tolerance>,
    cases: Vec<Json>,
}

/// Unpacks the archives of `tests/fixtures` to a folder that lives as long as the result.
pub(super) fn unpack() -> TempDir {
    let target = tempfile::tempdir().expect("there is room for temporary files");
    let mut archives: Vec<PathBuf> = fs::read_dir(fixtures())
        .expect("the fixtures lie in the source tree")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".tar.gz"))
        .collect();
    archives.sort();
    for archive in archives {
        let file = File::open(&archive).expect("the archive was listed just now");
        tar::Archive::new(GzDecoder::new(file))
            .unpack(target.path())
            .expect("the archive is whole");
    }
    target
}

/// The repository, which is where `cargo` is called from.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn fixtures() -> PathBuf {
    repository().join("tests/fixtures")
}

impl Folder {
    /// The folder that the environment names, else the unpacked one.
    pub(super) fn chosen(unpacked: &TempDir) -> Self {
        match std::env::var_os(CHOSEN).filter(|root| !root.is_empty()) {
            Some(root) => Self::open(repository().join(root), false),
            None => Self::open(unpacked.path().to_owned(), true),
        }
    }

    /// The goldens of the bundled model.
    pub(super) fn starter() -> Self {
        Self::open(fixtures().join("starter"), false)
    }

    fn open(root: PathBuf, is_packed: bool) -> Self {
        let text = |name: &str| {
            let path = root.join(name);
            fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let file: CasesFile =
            serde_json::from_slice(&text("cases.json")).expect("cases.json has the form described");
        assert_eq!(
            file.format, 1,
            "cases.json is of a format that this suite knows"
        );
        // A folder of cases that need no model has no index.
        let index: Index = if root.join(INDEX).exists() {
            serde_json::from_slice(&text(INDEX)).expect("the index has the form described")
        } else {
            Index::default()
        };
        let cases = file
            .cases
            .into_iter()
            .map(|case| Case::read(case).expect("a case has id, kind and expect"))
            .collect();
        Self {
            root,
            is_packed,
            tolerances: file.tolerances,
            models: index.models,
            cases,
        }
    }

    /// A tolerance by name.
    pub(super) fn tolerance(&self, name: &str) -> Result<Tolerance, Stop> {
        self.tolerances
            .get(name)
            .copied()
            .ok_or_else(|| Stop::Broken(format!("there is no tolerance {name:?}")))
    }

    /// What the index says of a model; `None` for files that it does not list by this name.
    pub(super) fn model(&self, name: &str) -> Option<&ModelEntry> {
        self.models.get(name)
    }

    /// The names of all models with their entries.
    pub(super) fn models(&self) -> impl Iterator<Item = (&str, &ModelEntry)> {
        self.models
            .iter()
            .map(|(name, entry)| (name.as_str(), entry))
    }

    /// A file or folder of this folder.
    pub(super) fn path(&self, name: &str) -> Result<PathBuf, Stop> {
        let path = self.root.join(name);
        match (path.exists(), self.is_packed) {
            (true, _) => Ok(path),
            (false, true) => Err(Stop::NotPacked(name.to_owned())),
            (false, false) => Err(Stop::Broken(format!("there is no {name}"))),
        }
    }

    /// A tensor by `FILE#KEY`.
    pub(super) fn tensor(&self, at: &str) -> Result<Tensor, Stop> {
        let Some((file, key)) = at.split_once('#') else {
            return Err(Stop::Broken(format!("{at:?} is no FILE#KEY")));
        };
        Tensor::read(&self.path(file)?, key)
    }

    /// Every layout in which a model is listed: a single file first, then a folder as diffusers
    /// makes it.
    pub(super) fn layouts(&self, model: &str) -> Result<Vec<PathBuf>, Stop> {
        let Some(entry) = self.models.get(model) else {
            return Err(Stop::NotBuilt(format!("{model} is no model of the index")));
        };
        let mut layouts = Vec::new();
        for file in entry
            .files
            .iter()
            .filter(|file| file.ends_with(".safetensors"))
        {
            let parts: Vec<&str> = file.rsplitn(3, '/').collect();
            match parts.as_slice() {
                [_, "unet", folder] => layouts.push(self.path(&format!("models/{folder}"))?),
                [_, "vae" | "text_encoder" | "text_encoder_2", _] => {}
                _ => layouts.insert(0, self.path(&format!("models/{file}"))?),
            }
        }
        if layouts.is_empty() {
            return Err(Stop::Broken(format!("the index lists no file for {model}")));
        }
        Ok(layouts)
    }

    /// Whether a model's sidecar brings a preview matrix of its own.
    pub(super) fn has_own_preview(&self, entry: &ModelEntry) -> bool {
        let Some(config) = &entry.config else {
            return false;
        };
        let text = fs::read(self.root.join("models").join(config)).unwrap_or_default();
        serde_json::from_slice::<Json>(&text).is_ok_and(|config| config.get("preview").is_some())
    }
}
