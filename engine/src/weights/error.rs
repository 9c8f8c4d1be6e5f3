//! What can be wrong with a file of weights.

use std::io;
use std::path::PathBuf;

/// Why a file of weights could not be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The system refused.
    #[error("the file cannot be read: {source}")]
    Io {
        /// The file.
        file: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The header does not describe a safetensors file.
    #[error("this is no safetensors file: {reason}")]
    Header {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: HeaderFault,
    },
    /// The header promises more bytes than there are.
    #[error("the file is cut off: {have} of {need} bytes are there")]
    Truncated {
        /// The file.
        file: PathBuf,
        /// Bytes on disk.
        have: u64,
        /// Bytes promised.
        need: u64,
    },
    /// The program knows no such number type.
    #[error("tensor {tensor:?} has the number type {dtype:?}, which is not supported")]
    Dtype {
        /// The file.
        file: PathBuf,
        /// The tensor.
        tensor: String,
        /// Its type as the file writes it.
        dtype: String,
    },
    /// A tensor is not there.
    #[error("tensor {tensor:?} is missing")]
    Missing {
        /// The file.
        file: PathBuf,
        /// The tensor by the file's own naming.
        tensor: String,
    },
    /// A tensor has another shape than the rest of the model demands.
    #[error("tensor {tensor:?} has the shape {found:?} instead of {wanted:?}")]
    Shape {
        /// The file.
        file: PathBuf,
        /// The tensor.
        tensor: String,
        /// The shape in the file.
        found: Vec<usize>,
        /// The shape that fits.
        wanted: Vec<usize>,
    },
    /// The file holds something else than what was asked for.
    #[error("this is no {wanted}: it looks like {found}")]
    Other {
        /// The file.
        file: PathBuf,
        /// What was asked for.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// Tensors that nothing accounts for.
    #[error("{count} tensors are not understood, the first is {first:?}")]
    Unused {
        /// The file.
        file: PathBuf,
        /// How many.
        count: usize,
        /// The first by name.
        first: String,
    },
    /// The configuration beside the model cannot be used.
    #[error("the model's configuration is not usable: {reason}")]
    Config {
        /// The configuration file.
        file: PathBuf,
        /// What is wrong with it.
        reason: ConfigFault,
    },
}

/// What is wrong with a safetensors header.
#[derive(Debug, thiserror::Error)]
pub enum HeaderFault {
    /// Shorter than any such file.
    #[error("it has only {0} bytes")]
    TooShort(u64),
    /// A header of an absurd size.
    #[error("its header claims {0} bytes, more than the {max} allowed", max = super::safetensors::MAX_HEADER)]
    TooLong(u64),
    /// Not JSON, or not of the right form.
    #[error("its header is not valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A tensor's place contradicts its shape, or lies outside or over another.
    #[error("tensor {0:?} lies at a place that does not fit its shape")]
    Offsets(String),
    /// A shape whose size overflows.
    #[error("tensor {0:?} is impossibly large")]
    Size(String),
}

/// What is wrong with a model's configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// Not JSON, or not of the right form.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// A number that no model can have.
    #[error("{name} is {value}, which is not possible here")]
    Value {
        /// The member.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// Larger than any such file.
    #[error("it has {0} bytes, more than a configuration can have")]
    TooLong(u64),
}

impl WeightsError {
    /// The file concerned.
    pub fn file(&self) -> &std::path::Path {
        match self {
            Self::Io { file, .. }
            | Self::Header { file, .. }
            | Self::Truncated { file, .. }
            | Self::Dtype { file, .. }
            | Self::Missing { file, .. }
            | Self::Shape { file, .. }
            | Self::Other { file, .. }
            | Self::Unused { file, .. }
            | Self::Config { file, .. } => file,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        Some(
            match self {
                Self::Io { .. } => "check that the file exists and may be read",
                Self::Header { .. } => "only safetensors files are read; a .ckpt or .pt file can hold programs and is refused",
                Self::Truncated { .. } => "the download was probably interrupted: fetch the file again",
                Self::Dtype { .. } => "convert the model to f16, bf16 or f32",
                Self::Missing { .. } | Self::Unused { .. } => {
                    "the file is damaged, or a model of a kind that this version does not know"
                }
                Self::Shape { .. } => "check the configuration beside the model: it may belong to another one",
                Self::Other { help, .. } => help,
                Self::Config { .. } => "mend or remove the configuration file",
            }
            .to_owned(),
        )
    }
}
