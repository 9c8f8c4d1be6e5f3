//! Journals: the edits of a document that no file holds yet, written as they are made, so that
//! neither a crash nor a quit loses them.
//!
//! A journal begins with a line about the document, then the graph as it was, as a graph file has
//! it; then comes a line for each edit. What is appended goes to the system at once, which survives
//! the end of the program, and a last line that was written half is left out. Who writes a journal
//! holds a lock on it, so that a second program leaves it alone.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread;

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::Edit;
use pyrograph_engine::graph::file;
use serde::{Deserialize, Serialize};

use crate::store::stamp::Stamp;
use crate::store::{keep, lock};

/// The form of journals that this version writes and reads.
const FORMAT: u32 = 1;
/// How journals end.
const ENDING: &str = "journal";
/// How unfinished ones do.
const DRAFT: &str = "part";
/// The longest journal that is read: edits beyond four times the graph are folded into it.
const MAX_BYTES: u64 = 6 * file::MAX_BYTES;
/// Edits that are not worth folding, in bytes.
const SMALL: u64 = 256 << 10;

/// The folder of the journals.
#[derive(Clone, Debug)]
pub struct Journals {
    folder: PathBuf,
}

/// What a journal says about its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The name shown to people.
    pub name: String,
    /// Its file.
    pub path: Option<PathBuf>,
    /// Where the files that it names are looked for first.
    pub folder: Option<PathBuf>,
    /// Whether the journal's graph is what the file holds, or what the document began as.
    pub is_saved: bool,
    /// The file's stamp when it was last read or written.
    pub stamp: Option<Stamp>,
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What undo calls it.
    pub label: Cow<'static, str>,
    /// What it changed.
    pub edit: Edit,
    /// What it is to the history.
    #[serde(default, skip_serializing_if = "Turn::is_step")]
    pub turn: Turn,
}

/// What an edit is to the history of its document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// A step of its own.
    #[default]
    Step,
    /// More of the step before.
    GoesOn,
    /// The step before, taken back as if it had never been made.
    Cancel,
    /// The last step, taken back.
    Undo,
    /// The step that was taken back last, made again.
    Redo,
}

impl Turn {
    fn is_step(&self) -> bool {
        *self == Self::Step
    }
}

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    graph_bytes: u64,
    appended: u64,
}

/// What a journal held.
#[derive(Debug)]
pub struct Recovered {
    /// The journal itself, to go on with.
    pub journal: Journal,
    /// What it says about its document.
    pub about: About,
    /// The graph that the edits begin with, as text.
    pub graph: String,
    /// The edits, oldest first.
    pub entries: Vec<Entry>,
    /// Says that a line is no edit: that one and those behind it could not be used.
    pub damaged: Option<Diagnostic>,
}

/// Why nothing can be recovered from a journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The system refused.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Another program writes it.
    #[error("belongs to another window that is still open")]
    InUse,
    /// The line about the document cannot be read.
    #[error("is damaged: {0}")]
    Header(#[from] serde_json::Error),
    /// It ends before the graph does, or the graph is no text.
    #[error("is damaged: its graph is incomplete")]
    Graph,
    /// Written by a later version.
    #[error("has form {found}; this version reads form {FORMAT}")]
    Format {
        /// The form.
        found: u32,
    },
    /// Longer than any that the program writes.
    #[error("is longer than the {MAX_BYTES} bytes that are read")]
    TooLarge,
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header<'a> {
    journal: u32,
    graph_bytes: u64,
    about: Cow<'a, About>,
}

impl Journals {
    /// Journals that lie in that folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// A name that no journal has.
    pub fn new_name(&self) -> String {
        // The standard library's hasher is seeded by the system anew for each use.
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        format!("{:016x}", hasher.finish())
    }

    /// Begins a journal, or begins one of that name anew: it is there whole or not at all.
    ///
    /// # Errors
    /// The system's. An old journal of that name is then whole.
    pub fn begin(&self, name: &str, about: &About, graph: &str) -> io::Result<Journal> {
        fs::create_dir_all(&self.folder)?;
        let path = self.path(name);
        let draft = path.with_extension(DRAFT);
        let begun = write_start(&draft, about, graph).and_then(|file| {
            fs::rename(&draft, &path)?;
            Ok(file)
        });
        if begun.is_err() {
            // What is left would only be in the way.
            let _ = fs::remove_file(&draft);
        }
        sync_later(path.clone());
        Ok(Journal {
            path,
            file: begun?,
            graph_bytes: graph.len() as u64,
            appended: 0,
        })
    }

    /// Reads a journal and goes on with it.
    ///
    /// # Errors
    /// Nothing of it can be used, or another program writes it.
    pub fn recover(&self, name: &str) -> Result<Recovered, JournalError> {
        let path = self.path(name);
        let mut file = File::options().read(true).write(true).open(&path)?;
        if !lock::hold(&file) {
            return Err(JournalError::InUse);
        }
        let mut bytes = Vec::new();
        (&file).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(JournalError::TooLarge);
        }
        let (about, span) = read_start(&bytes)?;
        let edits_at = span.end + 1;
        let Ok(graph) = str::from_utf8(&bytes[span]) else {
            return Err(JournalError::Graph);
        };
        let edits = read_edits(&bytes[edits_at..]);
        // What is cut off below may be of use to somebody.
        let why = "is damaged behind its first edits";
        let damaged = edits.is_damaged.then(|| keep::copy_aside(&path, why));
        // What was written half must not stand before what comes.
        file.set_len((edits_at + edits.bytes) as u64)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Recovered {
            journal: Journal {
                path,
                file,
                graph_bytes: graph.len() as u64,
                appended: edits.bytes as u64,
            },
            about,
            graph: graph.to_owned(),
            entries: edits.entries,
            damaged,
        })
    }

    /// The names of all journals. Drafts that a killed program left behind are removed.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten();
        let mut names = Vec::new();
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let ending = path.extension().and_then(|ending| ending.to_str());
            if ending == Some(DRAFT) && File::open(&path).is_ok_and(|file| lock::hold(&file)) {
                let _ = fs::remove_file(&path); // nothing is lost if it stays
            } else if ending == Some(ENDING) {
                names.extend(
                    path.file_stem()
                        .and_then(|name| name.to_str())
                        .map(str::to_owned),
                );
            }
        }
        names.sort();
        names
    }

    /// Where a journal lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ENDING}"))
    }
}

impl Journal {
    /// Writes an edit down.
    ///
    /// # Errors
    /// The system's; the edits before it are whole.
    pub fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.appended += line.len() as u64;
        Ok(())
    }

    /// Whether the edits take so much more room than the graph that it should begin anew.
    pub fn is_outgrown(&self) -> bool {
        self.appended > SMALL.max(4 * self.graph_bytes)
    }

    /// The name that [`Journals`] know it by.
    pub fn name(&self) -> &str {
        let name = self.path.file_stem().and_then(|name| name.to_str());
        name.expect("journals are named by this program")
    }

    /// Removes it: a file holds everything, or nobody wants it.
    pub fn remove(self) {
        // One that stays is offered once more at the next start, and nothing is lost.
        let _ = fs::remove_file(&self.path);
    }
}

fn write_start(draft: &Path, about: &About, graph: &str) -> io::Result<File> {
    let header = Header {
        journal: FORMAT,
        graph_bytes: graph.len() as u64,
        about: Cow::Borrowed(about),
    };
    let mut start = serde_json::to_vec(&header)?;
    start.push(b'\n');
    start.extend_from_slice(graph.as_bytes());
    start.push(b'\n');
    let mut file = File::create(draft)?;
    lock::hold(&file); // nobody else knows of it yet
    file.write_all(&start)?;
    Ok(file)
}

/// The line about the document, and where the graph stands.
fn read_start(bytes: &[u8]) -> Result<(About, Range<usize>), JournalError> {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or(bytes);
    let header: Header<'_> = serde_json::from_slice(line)?;
    if header.journal != FORMAT {
        return Err(JournalError::Format {
            found: header.journal,
        });
    }
    let start = line.len() + 1;
    let end = usize::try_from(header.graph_bytes)
        .ok()
        .and_then(|length| start.checked_add(length))
        .filter(|end| bytes.get(*end) == Some(&b'\n'));
    let end = end.ok_or(JournalError::Graph)?;
    Ok((header.about.into_owned(), start..end))
}

/// The lines behind the graph.
#[derive(Default)]
struct Edits {
    entries: Vec<Entry>,
    /// How long the lines are that could be used.
    bytes: usize,
    /// Whether a line was met that is whole and no edit.
    is_damaged: bool,
}

fn read_edits(bytes: &[u8]) -> Edits {
    let mut edits = Edits::default();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if !line.ends_with(b"\n") {
            break; // written half
        }
        let Ok(entry) = serde_json::from_slice(line) else {
            edits.is_damaged = true;
            break;
        };
        edits.entries.push(entry);
        edits.bytes += line.len();
    }
    edits
}

/// Has the disk hold what the system holds, without waiting for it: that takes long, and is only
/// needed if the machine fails.
fn sync_later(path: PathBuf) {
    let sync = move || File::open(path).and_then(|file| file.sync_all());
    // Without a thread, or on an error, the journal is as safe as the system keeps it.
    drop(thread::Builder::new().name("sync".to_owned()).spawn(sync));
}

#[cfg(test)]
mod tests;
