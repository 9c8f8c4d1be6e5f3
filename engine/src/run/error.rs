//! What can go wrong inside a step, and how it is told. The caller adds the node.

use std::io;
use std::path::PathBuf;

use crate::device::DeviceError;
use crate::diagnostic::Diagnostic;
use crate::node::FileKind;
use crate::output::png::PngError;
use crate::output::recipe;
use crate::pixels::batch::ChannelMismatch;
use crate::pixels::load::ImageError;
use crate::text::prompt::TooLong;
use crate::weights::WeightsError;

/// Why a step did not come to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Somebody asked for it.
    Cancelled,
    /// It cannot be done.
    Failed(Box<StepError>),
}

/// Why a step cannot be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum StepError {
    #[error("{}", not_found(*kind, name))]
    NotFound {
        kind: FileKind,
        name: String,
        folders: Vec<PathBuf>,
    },
    #[error(transparent)]
    Device(#[from] DeviceError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error("{source}")]
    Image { file: PathBuf, source: ImageError },
    #[error("the file cannot be read: {source}")]
    Read { file: PathBuf, source: io::Error },
    #[error("the file has {bytes} bytes, more than the {max} allowed")]
    TooLarge { file: PathBuf, bytes: u64, max: u64 },
    #[error("this is no saved latent: it holds {found}")]
    NoLatent { file: PathBuf, found: String },
    #[error(transparent)]
    Prompt(#[from] TooLong),
    #[error("the latent has {found} channels, but {wanted} are needed here")]
    Channels { found: usize, wanted: usize },
    #[error(transparent)]
    Batch(#[from] ChannelMismatch),
    #[error("a picture of {width} × {height} pixels is too small: each side needs {least}")]
    TooSmall {
        width: usize,
        height: usize,
        least: usize,
    },
    #[error("this VAE has no encoder")]
    NoEncoder,
    #[error("the result would have {values} numbers, more than the {max} that are held at once")]
    TooManyValues { values: usize, max: usize },
    #[error("the network wants a prompt of width {wanted}, but this one has {found}")]
    Context { found: usize, wanted: usize },
    #[error(
        "the network takes {inputs} channels, {latent} of them latent: inpainting models are not supported yet"
    )]
    ExtraInputs { inputs: usize, latent: usize },
    #[error(transparent)]
    Png(#[from] PngError),
    #[error("the file cannot be written: {source}")]
    Write { file: PathBuf, source: io::Error },
    #[error("no free file name is left in this folder")]
    NoFreeName { folder: PathBuf },
    #[error("the operation panicked: {message}")]
    Panicked { message: String },
}

impl<E: Into<StepError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(Box::new(error.into()))
    }
}

fn not_found(kind: FileKind, name: &str) -> String {
    let kind = recipe::kind_name(kind);
    if name.is_empty() {
        format!("no {kind} is chosen")
    } else {
        format!("no {kind} called {name:?} was found")
    }
}

impl StepError {
    /// The error as it is shown, without its node.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        let told = Diagnostic::error(self.to_string());
        match self {
            Self::NotFound { folders, .. } => {
                let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
                told.slot("file").help(format!("it was looked for in {}", folders.join(", ")))
            }
            Self::Device(_) => told.help("choose another with --device; `pyrograph devices` lists them"),
            Self::Weights(error) => {
                let told = told.slot("file").file(error.file());
                match error.help() {
                    Some(help) => told.help(help),
                    None => told,
                }
            }
            Self::Image { file, source } => {
                let told = told.slot("file").file(file);
                match source.help() {
                    Some(help) => told.help(help),
                    None => told,
                }
            }
            Self::Read { file, .. } => told.slot("file").file(file).help("check that the file exists and may be read"),
            Self::TooLarge { file, .. } => told.slot("file").file(file),
            Self::NoLatent { file, .. } => {
                told.slot("file").file(file).help("choose a file that \"Save latent\" or ComfyUI's SaveLatent has written")
            }
            Self::Prompt(_) => told.slot("text").help("shorten the prompt"),
            Self::Channels { .. } => told.slot("latent").help("use the VAE and the model of one family"),
            Self::Batch(_) => told.slot("second").help("join latents of one family"),
            Self::TooSmall { .. } => told.slot("image").help("enlarge the picture first"),
            Self::TooManyValues { .. } => told.help("make fewer or smaller pictures at once"),
            Self::NoEncoder => told.slot("vae").help("use the VAE of a full checkpoint"),
            Self::Context { .. } => told.slot("positive").help("use the text encoder of the same checkpoint as the model"),
            Self::ExtraInputs { .. } => told.slot("model").help("use the ordinary model of the same family"),
            Self::Png(_) => told,
            Self::Write { file, .. } => told.file(file).help("check that the folder may be written to and has room"),
            Self::NoFreeName { folder } => told.file(folder).help("choose another folder or another name"),
            Self::Panicked { .. } => {
                told.help("this is a fault of Pyrograph or of a driver, not of the graph; smaller pictures or --device cpu may help")
            }
        }
    }
}
