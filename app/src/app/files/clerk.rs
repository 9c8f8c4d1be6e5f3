//! Reads and writes what may take long, one thing after the other, beside the window.

use std::collections::BTreeSet;
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

use crate::app::FileEntry;
use crate::document::{Document, DocumentId};
use crate::gallery::decode;
use crate::kept_groups::{self, KeptGroup};
use crate::settings::Settings;
use crate::source::{self, Content};
use crate::store::keep;
use crate::store::recent::Recent;
use crate::store::session::Session;
use crate::store::versions::{Version, Versions};
use crate::worker::Desk;

/// How many lines the window's own file box shows at most.
pub const MAX_ENTRIES: usize = 2_000;
/// How many fitting files of a folder are looked at to find the first of them.
const MAX_READ: usize = 100_000;

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
    /// Lists the files opened last: those in that file, else those that this window knows.
    ListRecent(Option<PathBuf>, Recent),
    /// Puts a file on top of those opened last.
    Remember { list: PathBuf, file: PathBuf },
    /// Lists the groups kept in the user's folder.
    ListGroups(PathBuf, Catalog),
    /// Lists a folder for the window's own file box.
    ListFolder(Listing),
    /// Writes what is open.
    WriteSession(PathBuf, Session),
    /// Writes what has changed in the settings.
    WriteSettings {
        data: PathBuf,
        before: Box<Settings>,
        now: Box<Settings>,
    },
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
    /// The groups that are kept.
    Groups(Vec<KeptGroup>),
    /// What lies in a folder.
    Folder(Listing, Vec<FileEntry>),
    /// Something could not be written, or be used.
    Failed(Diagnostic),
}

impl Told {
    /// Whether it shows another tab than the one that is shown.
    pub(super) fn changes_tab(&self) -> bool {
        match self {
            Self::Opened(..) | Self::Picture { .. } => true,
            Self::Versions(_)
            | Self::Recent(_)
            | Self::Groups(_)
            | Self::Folder(..)
            | Self::Failed(_) => false,
        }
    }
}

/// Which part of a folder is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Listing {
    pub(in crate::app) folder: PathBuf,
    /// How the files end that are listed.
    pub(in crate::app) endings: &'static [&'static str],
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

/// Does orders, one after the other.
#[derive(Default)]
pub(super) struct Clerk {
    /// What has been told that it fails: once, not each time that it is tried.
    failing: BTreeSet<&'static str>,
}

impl Clerk {
    /// Does an order.
    pub(super) fn work(&mut self, desk: &Desk<Told>, order: Order) {
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
                let kept = versions.keep(&of, &text);
                self.note(desk, "versions of what is saved cannot be kept", kept);
            }
            Order::ListVersions { versions, of } => desk.tell(Told::Versions(versions.list(&of))),
            Order::ListRecent(list, known) => desk.tell(Told::Recent(list_recent(list, known))),
            Order::Remember { list, file } => {
                let kept = keep::update(&list, |recent: &mut Recent| recent.push(&file));
                let told = self.note(desk, "the list of recent files cannot be kept", kept);
                tell_damage(desk, told);
            }
            Order::ListGroups(data, catalog) => {
                desk.tell(Told::Groups(kept_groups::list(&data, catalog)));
            }
            Order::ListFolder(listing) => {
                let entries = list_folder(&listing);
                desk.tell(Told::Folder(listing, entries));
            }
            Order::WriteSession(path, session) => {
                let kept = keep::write(&path, &session);
                self.note(desk, "what is open cannot be kept for the next start", kept);
            }
            Order::WriteSettings { data, before, now } => {
                let kept = now.write(&before, &data);
                let what = "the settings hold until the program ends, for they cannot be written";
                let told = self.note(desk, what, kept);
                tell_damage(desk, told);
            }
        }
    }

    /// Tells what could not be written, unless that has been told; returns what came of it
    /// otherwise.
    fn note<T>(&mut self, desk: &Desk<Told>, what: &'static str, done: io::Result<T>) -> Option<T> {
        match done {
            Ok(done) => {
                self.failing.remove(what);
                Some(done)
            }
            Err(error) => {
                if self.failing.insert(what) {
                    desk.tell(failed(what, &error));
                }
                None
            }
        }
    }
}

/// Tells that a file was found damaged when it was to be changed.
fn tell_damage(desk: &Desk<Told>, damage: Option<Option<Diagnostic>>) {
    if let Some(damage) = damage.flatten() {
        desk.tell(Told::Failed(damage));
    }
}

/// The folders in a folder, then its files with one of the endings.
fn list_folder(Listing { folder, endings }: &Listing) -> Vec<FileEntry> {
    let fits = |path: &Path| {
        let ending = path
            .extension()
            .map(|it| it.to_string_lossy().to_lowercase());
        ending.is_some_and(|ending| endings.contains(&ending.as_str()))
    };
    let is_hidden = |path: &Path| {
        path.file_name()
            .is_none_or(|name| name.to_string_lossy().starts_with('.'))
    };
    let found = fs::read_dir(folder).into_iter().flatten();
    let paths = found.filter_map(Result::ok).map(|entry| entry.path());
    let entries = paths.filter(|path| !is_hidden(path)).map(|path| FileEntry {
        is_file: !path.is_dir(),
        path,
    });
    let mut entries: Vec<FileEntry> = entries
        .filter(|entry| !entry.is_file || fits(&entry.path))
        .take(MAX_READ)
        .collect();
    entries.sort();
    entries.truncate(MAX_ENTRIES);
    entries
}

/// The files opened last, in this window and in others.
fn list_recent(list: Option<PathBuf>, known: Recent) -> Vec<RecentFile> {
    let kept = list.and_then(|list| keep::read(&list).ok().flatten());
    let files = kept.unwrap_or(known);
    let listed = files.files().iter().map(|path| RecentFile {
        is_missing: !path.exists(),
        path: path.clone(),
    });
    listed.collect()
}

fn failed(what: &str, error: &io::Error) -> Told {
    Told::Failed(Diagnostic::warning(format!("{what}: {error}")))
}

/// A graph is opened, a picture without one becomes a node, anything else is refused.
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
    // A node that loads what is no picture would only fail later.
    if let Err(error) = decode::pixels(&path) {
        return Told::Failed(Diagnostic::error(error.to_string()).file(&path));
    }
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
