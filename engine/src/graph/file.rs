//! Reads and writes `.pyro` files: JSON in which pins and params have names and defaults are
//! left out, so that a diff reads and a hand can write it.
//!
//! Reading never loses anything: what this version does not know is kept as it stands, numbers
//! digit for digit, and written back. Everything is bounded before it is stored, for a graph may
//! come from a stranger's picture.

mod form;
mod json;
mod print;

use serde_json::{Map, Value as Json};

use crate::diagnostic::Diagnostic;
use crate::graph::group::MAX_DEPTH;
use crate::graph::{Graph, shorten};

pub(super) use self::form::damage;

/// The format that this version reads and writes.
pub const FORMAT: u64 = 1;
/// The longest file that is read, in bytes. Callers ask for a file's size before they read it.
pub const MAX_BYTES: u64 = 256 << 20;
/// How many nodes a graph may have, those inside groups included.
pub const MAX_NODES: usize = 100_000;
/// The longest text, in bytes.
pub const MAX_TEXT_BYTES: usize = 16 << 20;
/// How deep arrays and objects may lie in each other.
pub const MAX_NESTING: usize = 100;
/// How many values of all kinds a file may hold: each costs memory, however short it is.
pub const MAX_VALUES: usize = 4_000_000;

/// Why a file is no graph.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Longer than [`MAX_BYTES`].
    #[error("the file is {bytes} bytes long; a graph may have {MAX_BYTES}")]
    TooLarge {
        /// The file's length.
        bytes: u64,
    },
    /// Nothing in it, or only spaces.
    #[error("the file is empty")]
    Empty,
    /// Not UTF-8.
    #[error("the file is not text: byte {at} is not UTF-8")]
    NotText {
        /// Offset of the first byte that is not.
        at: usize,
        /// What the first bytes say it is.
        looks_like: Option<&'static str>,
    },
    /// Not JSON.
    #[error("not valid JSON: {source}")]
    Syntax {
        /// What and where.
        source: serde_json::Error,
    },
    /// `NaN` or `Infinity`, which JSON does not have.
    #[error("{word} is no number in JSON (line {line}, column {column})")]
    NotANumber {
        /// What stands there.
        word: &'static str,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
    /// A name given twice in one object.
    #[error(
        "{:?} is given twice{} (line {line}, column {column})",
        shorten(key),
        within(path)
    )]
    DuplicateKey {
        /// The name.
        key: String,
        /// The objects around it, outermost first.
        path: Vec<String>,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
    /// Deeper than [`MAX_NESTING`].
    #[error("arrays and objects lie more than {MAX_NESTING} deep in each other")]
    TooDeep,
    /// Groups deeper than [`MAX_DEPTH`].
    #[error("groups lie more than {MAX_DEPTH} deep in each other")]
    GroupsTooDeep,
    /// More than [`MAX_NODES`].
    #[error("the graph has more than {MAX_NODES} nodes")]
    TooManyNodes,
    /// More than [`MAX_VALUES`].
    #[error("the file holds more than {MAX_VALUES} values")]
    TooManyValues,
    /// Longer than [`MAX_TEXT_BYTES`].
    #[error(
        "a text is {bytes} bytes long; {MAX_TEXT_BYTES} are allowed{}",
        within(path)
    )]
    LongText {
        /// Its length.
        bytes: usize,
        /// The objects around it, outermost first.
        path: Vec<String>,
    },
    /// `format` is not there.
    #[error("\"format\" is missing")]
    MissingFormat,
    /// `format` is no number that was ever a format.
    #[error("\"format\" is {found}; it must be {FORMAT}")]
    BadFormat {
        /// What it is.
        found: String,
    },
    /// Written by a later version.
    #[error("the graph has format {found}; this version reads format {FORMAT}")]
    FutureFormat {
        /// What it is.
        found: String,
    },
    /// A part has another form than graphs have.
    #[error("{place} must be {expected}, but it is {found}")]
    WrongForm {
        /// Which part.
        place: String,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// The file that ComfyUI's editor saves.
    #[error("this is a ComfyUI workflow; importing those is planned for a later version")]
    ComfyWorkflow,
    /// The form in which ComfyUI's server takes graphs.
    #[error(
        "this is a ComfyUI prompt (API format); importing those is planned for a later version"
    )]
    ComfyPrompt,
}

/// Reads a graph from a file's bytes or text.
pub fn read(file: impl AsRef<[u8]>) -> Result<Graph, FileError> {
    read_bytes(file.as_ref())
}

/// Writes a graph: stable, so that an unchanged graph is an unchanged file.
pub fn write(graph: &Graph) -> String {
    print::graph(graph)
}

impl FileError {
    /// The way out, if there is one to tell.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::TooLarge { .. } | Self::LongText { .. } | Self::TooManyValues => {
                Some("graphs name pictures and models by file; they do not contain them")
            }
            Self::Empty => Some("a new graph is { \"format\": 1, \"nodes\": {} }"),
            Self::NotText {
                looks_like: Some(PNG),
                ..
            } => Some("open it as a picture: it may carry its graph"),
            Self::NotText {
                looks_like: Some(_),
                ..
            } => Some("this is data for a node; name it in a node that loads files"),
            Self::NotText {
                looks_like: None, ..
            } => Some("a graph is a text file in UTF-8 whose name ends in .pyro"),
            Self::NotANumber { .. } => {
                Some("write a finite number, or leave the param out to have its default")
            }
            Self::DuplicateKey { .. } => Some("rename or delete one of the two"),
            Self::TooDeep | Self::GroupsTooDeep | Self::Syntax { .. } => None,
            Self::TooManyNodes => Some("split the graph into several files"),
            Self::MissingFormat => Some("a graph file begins with \"format\": 1"),
            Self::BadFormat { .. } => Some("write \"format\": 1"),
            Self::FutureFormat { .. } => {
                Some("open it with the version that wrote it, or a newer one")
            }
            Self::WrongForm { .. } => Some(
                "a graph is { \"format\": 1, \"nodes\": { KEY: { \"is\": ID, \"params\": {}, \"in\": {} } } }",
            ),
            Self::ComfyWorkflow | Self::ComfyPrompt => {
                Some("rebuild it with Pyrograph's nodes for now")
            }
        }
    }
}

impl From<&FileError> for Diagnostic {
    fn from(error: &FileError) -> Self {
        let diagnostic = Self::error(error.to_string());
        match error.help() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

impl From<FileError> for Diagnostic {
    fn from(error: FileError) -> Self {
        Self::from(&error)
    }
}

const PNG: &str = "a PNG picture";

/// First bytes of files that people confuse with graphs.
const SIGNATURES: [(&[u8], &str); 5] = [
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"GIF8", "a GIF picture"),
];

fn read_bytes(bytes: &[u8]) -> Result<Graph, FileError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FileError::TooLarge {
            bytes: bytes.len() as u64,
        });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes); // some editors' byte order mark
    let text = str::from_utf8(bytes).map_err(|error| FileError::NotText {
        at: error.valid_up_to(),
        looks_like: SIGNATURES
            .iter()
            .find(|(start, _)| bytes.starts_with(start))
            .map(|(_, name)| *name),
    })?;
    if text.trim_ascii().is_empty() {
        return Err(FileError::Empty);
    }
    graph(json::parse(text)?)
}

/// Makes the document of a file's JSON, by moving its parts.
fn graph(file: Json) -> Result<Graph, FileError> {
    let mut rest = object(file, || "the file".to_owned())?;
    if let Some(foreign) = foreign(&rest) {
        return Err(foreign);
    }
    check_format(rest.shift_remove("format").as_ref())?;
    form::check(&rest)?;
    form::graph(rest, 0)
}

fn check_format(format: Option<&Json>) -> Result<(), FileError> {
    let Some(format) = format else {
        return Err(FileError::MissingFormat);
    };
    let found = || match format.as_number() {
        Some(number) => shorten(number.as_str()).into_owned(),
        None => kind(format).to_owned(),
    };
    match format.as_f64() {
        Some(number) if number == FORMAT as f64 => Ok(()),
        Some(number) if number > FORMAT as f64 && number.fract() == 0.0 => {
            Err(FileError::FutureFormat { found: found() })
        }
        Some(_) | None => Err(FileError::BadFormat { found: found() }),
    }
}

/// Recognises other programs' graphs.
fn foreign(file: &Map<String, Json>) -> Option<FileError> {
    let is_prompt = |members: &Map<String, Json>| {
        !members.is_empty()
            && members
                .values()
                .all(|node| node.get("class_type").is_some_and(Json::is_string))
    };
    if file.get("nodes").is_some_and(Json::is_array)
        && ["links", "state", "last_node_id"]
            .iter()
            .any(|name| file.contains_key(*name))
    {
        Some(FileError::ComfyWorkflow)
    } else if is_prompt(file)
        || file
            .get("prompt")
            .and_then(Json::as_object)
            .is_some_and(is_prompt)
    {
        Some(FileError::ComfyPrompt)
    } else {
        None
    }
}

fn object(json: Json, place: impl FnOnce() -> String) -> Result<Map<String, Json>, FileError> {
    let found = kind(&json);
    let Json::Object(members) = json else {
        return Err(FileError::WrongForm {
            place: place(),
            expected: "an object",
            found,
        });
    };
    Ok(members)
}

/// What a JSON value is, in words.
fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

/// ` in "nodes" › "sampler"`, or nothing at the top.
fn within(path: &[String]) -> String {
    let names: Vec<String> = path
        .iter()
        .map(|name| format!("{:?}", shorten(name)))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" in {}", names.join(" › "))
    }
}

#[cfg(test)]
pub(crate) mod tests;
