//! Reads a graph from a file: a `.pyro`, or a picture of ours that carries its graph.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use image::ImageFormat;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::graph::file::{self, FileError};
use pyrograph_engine::output::png::{self, Found, PngError};

/// The largest picture that is searched for a graph, in bytes.
const MAX_PICTURE: u64 = 1 << 30;

/// A graph and where it comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The graph.
    pub graph: Graph,
    /// The graph as it was written.
    pub text: String,
    /// The folder of the file, where files that the graph names are looked for first.
    pub folder: Option<PathBuf>,
    /// Whether it was read from a picture, which saving must not replace.
    pub is_picture: bool,
}

/// Why there is no graph in a file.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system refused.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is no graph file.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is a damaged picture.
    #[error(transparent)]
    Png(#[from] PngError),
    /// A picture that is too large to be searched.
    #[error(
        "the picture has {bytes} bytes, more than the {MAX_PICTURE} that are searched for a graph"
    )]
    LargePicture {
        /// Its size.
        bytes: u64,
    },
    /// A picture by ComfyUI.
    #[error(
        "this picture was made by ComfyUI; importing its workflow is planned for a later version"
    )]
    ComfyPicture,
    /// A picture by AUTOMATIC1111's program or its kin.
    #[error(
        "this picture carries A1111 parameters; importing those is planned for a later version"
    )]
    A1111Picture,
    /// A picture that says nothing.
    #[error("this picture carries no graph")]
    PlainPicture,
}

/// What a file is to somebody who drops it on the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A graph, or a picture of ours, or nothing that can be used.
    Graph,
    /// A picture that says nothing of its making.
    Picture,
    /// A picture with another program's graph.
    ForeignPicture,
}

/// Looks what a file is, by its first bytes; what is only called a picture counts as one.
///
/// # Errors
/// It cannot be read.
pub fn content(path: &Path) -> io::Result<Content> {
    let mut file = BufReader::new(File::open(path)?);
    let mut start = Vec::new();
    file.by_ref().take(32).read_to_end(&mut start)?;
    if !png::is_png(&start) {
        let is_picture =
            image::guess_format(&start).is_ok() || ImageFormat::from_path(path).is_ok();
        return Ok(if is_picture {
            Content::Picture
        } else {
            Content::Graph
        });
    }
    file.rewind()?;
    Ok(match png::read_head(file).map(|head| head.found) {
        Ok(Found::Nothing) => Content::Picture,
        Ok(Found::ComfyUi { .. } | Found::A1111 { .. }) => Content::ForeignPicture,
        // What is wrong with a damaged picture is told when it is opened.
        Ok(Found::Pyrograph { .. }) | Err(_) => Content::Graph,
    })
}

/// Reads a graph.
///
/// # Errors
/// The problem, placed at the file.
pub fn read(path: &Path) -> Result<Source, Box<Diagnostic>> {
    let told = |error: SourceError| Box::new(error.diagnostic().file(path));
    let bytes = read_bounded(path).map_err(told)?;
    let is_picture = png::is_png(&bytes);
    let text = if is_picture {
        text_in_picture(&bytes).map_err(told)?.into_bytes()
    } else {
        bytes
    };
    let graph = file::read(&text).map_err(|error| told(error.into()))?;
    let folder = path.parent().map(|folder| {
        if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        }
    });
    Ok(Source {
        graph,
        // The reader has made sure that it is text.
        text: String::from_utf8_lossy(&text).into_owned(),
        folder: folder.map(Path::to_owned),
        is_picture,
    })
}

fn text_in_picture(bytes: &[u8]) -> Result<String, SourceError> {
    match png::read_graph(bytes)? {
        Found::Pyrograph { graph, .. } => Ok(graph),
        Found::ComfyUi { .. } => Err(SourceError::ComfyPicture),
        Found::A1111 { .. } => Err(SourceError::A1111Picture),
        Found::Nothing => Err(SourceError::PlainPicture),
    }
}

/// A file's bytes, unless it is larger than any graph may be: then it is not read at all.
fn read_bounded(path: &Path) -> Result<Vec<u8>, SourceError> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    file.by_ref().take(8).read_to_end(&mut bytes)?;
    let is_picture = png::is_png(&bytes);
    let limit = if is_picture {
        MAX_PICTURE
    } else {
        file::MAX_BYTES
    };
    let too_large = |bytes| {
        if is_picture {
            SourceError::LargePicture { bytes }
        } else {
            FileError::TooLarge { bytes }.into()
        }
    };
    if size > limit {
        return Err(too_large(size));
    }
    // A pipe tells no size, so the bound holds for reading too.
    file.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        Err(too_large(bytes.len() as u64))
    } else {
        Ok(bytes)
    }
}

impl SourceError {
    fn diagnostic(&self) -> Diagnostic {
        let told = Diagnostic::error(self.to_string());
        match self {
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                told.help("check the path for misspellings")
            }
            Self::File(error) => error.into(),
            Self::ComfyPicture => told.help("rebuild the workflow with Pyrograph's nodes for now"),
            Self::A1111Picture | Self::PlainPicture => told.help(
                "open a picture that Pyrograph has saved, or load this one as the input of a graph",
            ),
            Self::Io(_) | Self::Png(_) | Self::LargePicture { .. } => told,
        }
    }
}
