//! A document and its file: opening, saving, and what becomes of the file meanwhile.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::file;
use pyrograph_engine::node::Catalog;
use pyrograph_engine::output;

use super::{Document, UNTITLED};
use crate::source;
use crate::store::journal::About;
use crate::store::stamp::Stamp;
use crate::store::watch::{Sight, Watched};

/// What a document was read from or last written to.
pub(super) struct Origin {
    /// The name shown to people.
    pub(super) name: String,
    /// Its file.
    pub(super) path: Option<PathBuf>,
    /// Where the files that it names are looked for first.
    pub(super) folder: Option<PathBuf>,
    /// The graph as text.
    pub(super) text: Arc<str>,
    /// The file's stamp then.
    pub(super) stamp: Option<Stamp>,
}

impl Origin {
    /// What is the beginning of a document without a file.
    pub(super) fn unsaved(name: String, text: String) -> Self {
        Self {
            name,
            path: None,
            folder: None,
            text: text.into(),
            stamp: None,
        }
    }

    /// What a journal says about the document.
    pub(super) fn about(&self, is_saved: bool) -> About {
        About {
            name: self.name.clone(),
            path: self.path.clone(),
            folder: self.folder.clone(),
            is_saved,
            stamp: self.stamp,
        }
    }
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}", path.display())]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// The system's words.
    pub source: io::Error,
}

impl SaveError {
    /// The problem as it is told, with the way out.
    pub fn diagnostic(&self) -> Diagnostic {
        let told = Diagnostic::error(self.to_string());
        match self.source.kind() {
            io::ErrorKind::NotFound => {
                told.help("its folder is gone; nothing is lost: save it elsewhere with Save as")
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => told.help(
                "the folder may only be read; nothing is lost: save it elsewhere with Save as",
            ),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                told.help("nothing is lost: make room on the disk and save again")
            }
            _ => told.help("nothing is lost: the document stays open"),
        }
    }
}

impl Document {
    /// Opens a graph file, or the graph inside a picture.
    ///
    /// # Errors
    /// The problem, placed at the file.
    pub fn open(path: &Path, catalog: Catalog) -> Result<Self, Box<Diagnostic>> {
        // Another start of the program may have another working folder.
        let path = &absolute(path);
        let stamp = Stamp::of(path).ok();
        let source = source::read(path)?;
        let name = if source.is_picture {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy());
            format!("{}.pyro", stem.unwrap_or(UNTITLED.into()))
        } else {
            name_of(path)
        };
        let origin = Origin {
            name,
            // A picture stays as it is: the document gets a file of its own when it is saved.
            path: (!source.is_picture).then(|| path.to_owned()),
            folder: source.folder,
            text: source.text.into(),
            stamp: stamp.filter(|_| !source.is_picture),
        };
        Ok(Self::of(source.graph, origin, catalog))
    }

    /// Opens a file as the beginning of another document: saving asks for a new file.
    ///
    /// # Errors
    /// The problem, placed at the file.
    pub fn open_as_new(
        path: &Path,
        name: impl Into<String>,
        catalog: Catalog,
    ) -> Result<Self, Box<Diagnostic>> {
        let mut document = Self::open(path, catalog)?;
        document.origin.path = None;
        document.origin.stamp = None;
        document.origin.name = name.into();
        Ok(document)
    }

    /// Writes the document to its file, or to `path`, which becomes its file.
    ///
    /// # Errors
    /// The file cannot be written; the old one is then whole.
    pub fn save(&mut self, path: PathBuf) -> Result<(), SaveError> {
        let path = absolute(&path);
        let text = self.write(&path)?;
        self.origin = Origin {
            name: name_of(&path),
            folder: path.parent().map(Path::to_owned),
            stamp: Stamp::of(&path).ok(),
            path: Some(path),
            text: text.into(),
        };
        self.history.end_gesture();
        self.saved = Some(self.history.state());
        self.differs = false;
        self.log.forget();
        Ok(())
    }

    /// Writes a copy to `path`; the document's own file stays what it is.
    ///
    /// # Errors
    /// The file cannot be written; the old one is then whole.
    pub fn save_copy(&self, path: &Path) -> Result<(), SaveError> {
        self.write(path).map(drop)
    }

    fn write(&self, path: &Path) -> Result<String, SaveError> {
        let text = file::write(&self.graph);
        match output::write_atomically(path, |out| out.write_all(text.as_bytes())) {
            Ok(()) => Ok(text),
            Err(source) => Err(SaveError {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Reads its file again; what it was is gone.
    ///
    /// # Errors
    /// The problem, placed at the file; the document is then as it was.
    pub fn reload(&mut self) -> Result<(), Box<Diagnostic>> {
        let Some(path) = self.origin.path.clone() else {
            return Ok(());
        };
        let read = Self::open(&path, self.catalog)?;
        let level = std::mem::take(&mut self.level);
        self.log.forget();
        *self = Self {
            id: self.id,
            log: std::mem::take(&mut self.log),
            // What is drawn and run is told apart by these numbers.
            revision: self.revision + 1,
            meaning: self.meaning + 1,
            ..read
        };
        self.changes.forget(self.revision);
        self.go_to(&level);
        Ok(())
    }

    /// What was seen of its file. Says whether that is news: it is another file now, or gone.
    pub fn note_sight(&mut self, sight: Sight) -> bool {
        match sight {
            Sight::Touched(stamp) => {
                self.origin.stamp = Some(stamp);
                false
            }
            Sight::Changed(stamp) => {
                let is_news = self.origin.stamp != Some(stamp) && !self.differs;
                // Without changes of its own the document follows its file.
                self.differs |= is_news && self.is_dirty();
                is_news
            }
            Sight::Gone => {
                let is_news = self.origin.stamp.take().is_some();
                if is_news {
                    self.saved = None;
                    self.log.begin_with_all(&self.origin, &self.graph);
                }
                is_news
            }
        }
    }

    /// Whether its file is another than the one that was read or written; looks now.
    pub fn differs_from_file(&self) -> bool {
        let now = self.origin.path.as_ref().map(|path| Stamp::of(path).ok());
        self.differs || now.is_some_and(|now| now.is_some() && now != self.origin.stamp)
    }

    /// Whether it is known that its file is another than the one that was read or written.
    pub fn is_known_to_differ(&self) -> bool {
        self.differs
    }

    /// The document counts, not what its file has become.
    pub fn keep_mine(&mut self) {
        self.differs = false;
        self.origin.stamp = self
            .origin
            .path
            .as_ref()
            .and_then(|path| Stamp::of(path).ok());
        self.saved = None;
        self.log.begin_with_all(&self.origin, &self.graph);
    }

    /// What a watch over its file needs to know.
    pub fn watched(&self) -> Option<Watched> {
        Some(Watched {
            document: self.id,
            path: self.origin.path.clone()?,
            stamp: self.origin.stamp,
            text: self.origin.text.clone(),
        })
    }

    /// Its file.
    pub fn path(&self) -> Option<&Path> {
        self.origin.path.as_deref()
    }

    /// What its file held when it was last read or written.
    pub fn text(&self) -> &Arc<str> {
        &self.origin.text
    }

    /// The folder of its file, where the files that it names are looked for first.
    pub fn folder(&self) -> Option<PathBuf> {
        self.origin.folder.clone()
    }

    /// Says where the files that it names are looked for first.
    pub fn set_folder(&mut self, folder: Option<PathBuf>) {
        self.origin.folder = folder;
    }

    /// The name shown to people.
    pub fn name(&self) -> &str {
        &self.origin.name
    }
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
