//! Reads and writes what may take long, one thing after the other, beside the window.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::ColorImage;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::node::Catalog;
use pyrograph_engine::output::write_atomically;
use pyrograph_engine::weights::library::sha256;
use serde::Serialize;

use crate::document::{Document, DocumentId};
use crate::source::{self, Content};
use crate::store::keep;
use crate::store::recent::Recent;
use crate::store::session::Session;
use crate::store::versions::{Version, Versions};
use crate::worker::Desk;

/// What is to be done.
pub(in crate::app) enum Order {
    /// Opens a graph, or the graph in a picture.
    Open(PathBuf, Catalog),
    /// Looks what was dropped.
    Look {
        path: PathBuf,
        catalog: Catalog,
        landing: Landing,
    },
    /// Writes a picture from the clipboard into a folder.
    Paste {
        image: Arc<ColorImage>,
        folder: PathBuf,
        landing: Landing,
    },
    /// Keeps a text as a version of a file.
    KeepVersion {
        versions: Versions,
        of: PathBuf,
        text: String,
    },
    /// Lists the versions of a file.
    ListVersions { versions: Versions, of: PathBuf },
    /// Looks which of these files are there.
    ListRecent(Vec<PathBuf>),
    /// Writes the list of files opened last.
    WriteRecent(PathBuf, Recent),
    /// Writes what is open.
    WriteSession(PathBuf, Session),
}

/// What came of it.
pub(in crate::app) enum Told {
    /// A document, or why there is none.
    Opened(PathBuf, Result<Box<Document>, Box<Diagnostic>>),
    /// A picture that carries no graph of ours; words say what else it carries.
    Picture {
        path: PathBuf,
        landing: Landing,
        note: Option<&'static str>,
    },
    /// The versions of a file, newest first.
    Versions(Vec<Version>),
    /// The files opened last.
    Recent(Vec<RecentFile>),
    /// Something could not be written.
    Failed(Diagnostic),
}

/// Where a picture becomes a node.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) struct Landing {
    pub(in crate::app) document: DocumentId,
    /// In points of the graph at 100 %.
    pub(in crate::app) at: [f32; 2],
}

/// A file opened or saved before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentFile {
    /// The file.
    pub path: PathBuf,
    /// Whether it is not there any more.
    pub is_missing: bool,
}

/// Does an order.
pub(super) fn work(desk: &Desk<Told>, order: Order) {
    match order {
        Order::Open(path, catalog) => {
            let document = Document::open(&path, catalog).map(Box::new);
            desk.tell(Told::Opened(path, document));
        }
        Order::Look {
            path,
            catalog,
            landing,
        } => desk.tell(look(path, catalog, landing)),
        Order::Paste {
            image,
            folder,
            landing,
        } => desk.tell(match write_picture(&image, &folder) {
            Ok(path) => Told::Picture {
                path,
                landing,
                note: None,
            },
            Err(error) => failed("the picture cannot be kept", &error),
        }),
        Order::KeepVersion { versions, of, text } => {
            if let Err(error) = versions.keep(&of, &text) {
                desk.tell(failed("this version cannot be kept", &error));
            }
        }
        Order::ListVersions { versions, of } => desk.tell(Told::Versions(versions.list(&of))),
        Order::ListRecent(files) => {
            let listed = files.into_iter().map(|path| RecentFile {
                is_missing: !path.exists(),
                path,
            });
            desk.tell(Told::Recent(listed.collect()));
        }
        Order::WriteRecent(path, recent) => write(desk, &path, &recent),
        Order::WriteSession(path, session) => write(desk, &path, &session),
    }
}

fn write<T: Serialize>(desk: &Desk<Told>, path: &Path, value: &T) {
    if let Err(error) = keep::write(path, value) {
        desk.tell(failed(
            "what is open cannot be kept for the next start",
            &error,
        ));
    }
}

fn failed(what: &str, error: &io::Error) -> Told {
    Told::Failed(Diagnostic::warning(format!("{what}: {error}")))
}

/// A graph is opened, a picture without one becomes a node.
fn look(path: PathBuf, catalog: Catalog, landing: Landing) -> Told {
    let note = match source::content(&path) {
        Ok(Content::Graph) | Err(_) => {
            let document = Document::open(&path, catalog).map(Box::new);
            return Told::Opened(path, document);
        }
        Ok(Content::Picture) => None,
        Ok(Content::ForeignPicture) => {
            Some("Another program's graph is in this picture; only its pixels are used")
        }
    };
    Told::Picture {
        path,
        landing,
        note,
    }
}

/// Writes a picture under a name made from its content, so that pasting it twice writes one file.
fn write_picture(image: &ColorImage, folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!("pasted-{}.part", std::process::id()));
    write_atomically(&draft, |out| {
        let [width, height] = image.size.map(|side| side as u32);
        let pixels: Vec<u8> = image
            .pixels
            .iter()
            .flat_map(|pixel| pixel.to_srgba_unmultiplied())
            .collect();
        PngEncoder::new(&mut *out)
            .write_image(&pixels, width, height, ExtendedColorType::Rgba8)
            .map_err(io::Error::other)?;
        out.flush()
    })?;
    let hash = sha256(&draft)?;
    let name = hash.get(..16).unwrap_or(&hash);
    let path = folder.join(format!("{name}.png"));
    if File::open(&path).is_ok() {
        fs::remove_file(&draft)?;
    } else {
        fs::rename(&draft, &path)?;
    }
    Ok(path)
}
