//! Looks at the files that a plan names before it runs: whether they are there, whole, and of the
//! right kind. Only headers are read, never weights.

use std::fs::File;
use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::models;
use crate::node::FileKind;
use crate::output::recipe;
use crate::plan::Plan;
use crate::plan::op::FileRef;
use crate::run::error::StepError;
use crate::run::save;
use crate::weights::library::{self, Library};
use crate::weights::safetensors::SafetensorsFile;

/// What is wrong with the files of a plan, each told once, at the first node that names it.
pub fn inspect(plan: &Plan, library: &Library) -> Vec<Diagnostic> {
    let mut seen: Vec<FileRef> = Vec::new();
    let mut problems = Vec::new();
    for step in &plan.steps {
        for file in recipe::files(&step.op) {
            if seen.contains(&file) {
                continue;
            }
            if let Err(error) = look_at(&file, library) {
                problems.push(error.diagnostic().at(&step.node));
            }
            seen.push(file);
        }
    }
    problems
}

/// The identity of a file for the keys of plans: it changes when the file does. A file that is not
/// there has one too, for a plan without it can still be printed.
pub fn identity(file: &FileRef, library: &Library) -> String {
    library
        .resolve(file.kind, &file.name)
        .and_then(|path| {
            Some(format!(
                "{} {}",
                path.display(),
                library::identity(&path).ok()?
            ))
        })
        .unwrap_or_else(|| "missing".to_owned())
}

/// Whether a file is what lists of its kind should offer, as far as its header tells.
pub fn fits(kind: FileKind, path: &Path) -> bool {
    /// A textual inversion has one tensor for each text encoder.
    const MOST_TENSORS: usize = 4;
    match kind {
        FileKind::Checkpoint => models::inspect_checkpoint(path).is_ok(),
        FileKind::Vae => models::inspect_vae(path).is_ok(),
        FileKind::Latent => {
            SafetensorsFile::open(path).is_ok_and(|file| save::check_latent(&file).is_ok())
        }
        FileKind::Embedding => SafetensorsFile::open(path).is_ok_and(|file| {
            save::check_latent(&file).is_err() && file.names().count() <= MOST_TENSORS
        }),
        FileKind::Image => true,
    }
}

fn look_at(file: &FileRef, library: &Library) -> Result<(), StepError> {
    let path = find(file, library)?;
    match file.kind {
        FileKind::Checkpoint => models::inspect_checkpoint(&path)?,
        FileKind::Vae => models::inspect_vae(&path)?,
        FileKind::Embedding => drop(SafetensorsFile::open(&path)?),
        FileKind::Latent => drop(save::check_latent(&SafetensorsFile::open(&path)?)?),
        FileKind::Image => open_picture(&path)?,
    }
    Ok(())
}

/// The file that a graph names.
pub(super) fn find(file: &FileRef, library: &Library) -> Result<std::path::PathBuf, StepError> {
    library
        .resolve(file.kind, &file.name)
        .ok_or_else(|| StepError::NotFound {
            kind: file.kind,
            name: file.name.clone(),
            folders: library.dirs.clone(),
        })
}

fn open_picture(path: &Path) -> Result<(), StepError> {
    File::open(path)
        .map(drop)
        .map_err(|source| StepError::Read {
            file: path.to_owned(),
            source,
        })
}
