//! Finds the pictures in a folder and reads what stands before their pixels.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use image::{ImageReader, ImageResult};
use pyrograph_engine::graph::file;
use pyrograph_engine::node::Catalog;
use pyrograph_engine::output::png::{self, Found, PngError};

use crate::gallery::row::Content;
use crate::gallery::summary::Summary;
use crate::gallery::{decode, foreign};

/// The endings of pictures.
const ENDINGS: [&str; 4] = ["png", "jpg", "jpeg", "webp"];
/// How deep folders are searched.
const MAX_DEPTH: usize = 8;
/// The most pictures that are kept in view.
const MAX_PICTURES: usize = 200_000;
/// File systems tell the time of a change coarsely: a folder that has changed a moment ago may
/// change again without showing it.
const COARSE: Duration = Duration::from_secs(2);

/// A file as the system describes it: the same stamp, the same content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Where it is.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// When it was changed, in nanoseconds since 1970.
    pub changed_ns: i64,
}

impl Stamp {
    /// A file's stamp now.
    ///
    /// # Errors
    /// It is not there, or is no file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let about = fs::metadata(path)?;
        if !about.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let changed = about.modified()?.duration_since(UNIX_EPOCH);
        Ok(Self {
            path: path.to_owned(),
            bytes: about.len(),
            changed_ns: changed
                .map_or(0, |time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)),
        })
    }
}

/// Remembers folders, so that looking again costs little while nothing changes.
#[derive(Debug, Default)]
pub struct Scanner {
    folders: BTreeMap<PathBuf, Folder>,
}

#[derive(Clone, Debug, Default)]
struct Folder {
    /// When it was changed, if that was long enough ago to be believed.
    changed: Option<SystemTime>,
    pictures: Vec<Stamp>,
    folders: Vec<PathBuf>,
}

impl Scanner {
    /// Looks at every file again the next time, also for changes inside of files.
    pub fn forget(&mut self) {
        self.folders.clear();
    }

    /// The pictures in a folder and below; `None` if that is what it was the last time.
    pub fn scan(&mut self, root: &Path) -> Option<Vec<Stamp>> {
        let known = std::mem::take(&mut self.folders);
        let mut pictures = Vec::new();
        let mut is_changed = false;
        let mut waiting = vec![(root.to_owned(), 0)];
        while let Some((path, depth)) = waiting.pop() {
            let changed = fs::metadata(&path).and_then(|about| about.modified()).ok();
            let same = known
                .get(&path)
                .filter(|folder| changed.is_some() && folder.changed == changed);
            let folder = same.cloned().unwrap_or_else(|| {
                is_changed = true;
                list(&path, changed)
            });
            if depth < MAX_DEPTH {
                waiting.extend(folder.folders.iter().map(|path| (path.clone(), depth + 1)));
            }
            pictures.extend_from_slice(&folder.pictures);
            self.folders.insert(path, folder);
            if pictures.len() >= MAX_PICTURES {
                pictures.truncate(MAX_PICTURES);
                break;
            }
        }
        is_changed.then_some(pictures)
    }
}

/// The pictures and folders in a folder. Names that are no Unicode are passed over, and so is what
/// is hidden: that may be half written.
fn list(path: &Path, changed: Option<SystemTime>) -> Folder {
    let believed = changed.filter(|time| time.elapsed().is_ok_and(|age| age > COARSE));
    let mut folder = Folder {
        changed: believed,
        ..Folder::default()
    };
    let entries = fs::read_dir(path).into_iter().flatten();
    for entry in entries.filter_map(Result::ok).take(MAX_PICTURES) {
        let path = entry.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if path.to_str().is_none() || name.is_none_or(|name| name.starts_with('.')) {
            continue;
        }
        match entry.file_type() {
            // Links to folders are not followed: they may lead in circles.
            Ok(kind) if kind.is_dir() => folder.folders.push(path),
            Ok(_) if is_picture(&path) => folder.pictures.extend(Stamp::of(&path)),
            Ok(_) | Err(_) => {}
        }
    }
    folder
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
    })
}

/// Why a file of a picture's name is none.
#[derive(Debug, thiserror::Error)]
enum HeadError {
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("it is empty")]
    Empty,
    #[error(transparent)]
    Png(#[from] PngError),
    #[error("it is no picture that can be read: {0}")]
    Other(#[from] image::ImageError),
    #[error("it is damaged in a way that the decoder does not survive")]
    Panic,
}

/// What a picture says of itself: its size and how it was made, never its pixels.
pub fn read(stamp: &Stamp, catalog: Catalog) -> Content {
    // A decoder that gives up on its input must not take the thread with it.
    let head = catch_unwind(AssertUnwindSafe(|| head(&stamp.path, catalog)));
    match head.unwrap_or(Err(HeadError::Panic)) {
        Ok(content) => content,
        Err(error) => Content {
            fault: Some(error.to_string()),
            ..Content::default()
        },
    }
}

fn head(path: &Path, catalog: Catalog) -> Result<Content, HeadError> {
    let mut file = BufReader::new(File::open(path)?);
    let mut start = Vec::new();
    file.by_ref().take(8).read_to_end(&mut start)?;
    file.rewind()?;
    if start.is_empty() {
        return Err(HeadError::Empty);
    }
    if !png::is_png(&start) {
        return Ok(Content {
            size_px: dimensions(file)?,
            ..Content::default()
        });
    }
    let head = png::read_head(file)?;
    let summary = match head.found {
        Found::Pyrograph { graph, recipe } => {
            let recipe = recipe.and_then(|text| serde_json::from_str(&text).ok());
            // A picture with a graph that cannot be read is still a picture.
            file::read(graph).map_or_else(
                |_| Summary::default(),
                |graph| Summary::of(&graph, recipe.as_ref(), catalog),
            )
        }
        Found::ComfyUi { prompt, workflow } => {
            foreign::of_comfy_ui(prompt.as_deref(), workflow.as_deref())
        }
        Found::A1111 { parameters } => foreign::of_a1111(&parameters),
        Found::Nothing => Summary::default(),
    };
    Ok(Content {
        size_px: head.size_px,
        summary,
        fault: None,
    })
}

fn dimensions(file: BufReader<File>) -> ImageResult<[u32; 2]> {
    let mut reader = ImageReader::new(file).with_guessed_format()?;
    reader.limits(decode::limits());
    let (width, height) = reader.into_dimensions()?;
    Ok([width, height])
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use pyrograph_engine::output::png::encode;

    use super::*;

    const FIRST_PICTURE: &str = include_str!("../../../examples/first_picture.pyro");

    fn read_bytes(name: &str, bytes: &[u8]) -> Content {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        read(&Stamp::of(&path).unwrap(), Catalog(pyrograph_nodes::ALL))
    }

    fn picture() -> Vec<u8> {
        encode(&RgbImage::new(16, 8), FIRST_PICTURE, "{}").unwrap()
    }

    #[test]
    fn a_picture_says_its_size_and_words() {
        let content = read_bytes("a.png", &picture());
        assert_eq!(content.size_px, [16, 8]);
        assert!(content.summary.prompt.contains("red apple"));
        assert_eq!(content.fault, None);
    }

    #[test]
    fn the_pixels_are_not_needed() {
        // Cut in the middle of its pixels: the index has all it wants, the viewer will tell.
        let whole = picture();
        let content = read_bytes("a.png", &whole[..whole.len() - 16]);
        assert_eq!(content.size_px, [16, 8]);
    }

    #[test]
    fn what_is_no_picture_says_why() {
        for bytes in [&b""[..], b"hello", &picture()[..30]] {
            let content = read_bytes("a.png", bytes);
            assert!(content.fault.is_some(), "{bytes:?}");
            assert_eq!(content.size_px, [0, 0]);
        }
    }

    #[test]
    fn other_kinds_have_a_size() {
        let mut bytes = Vec::new();
        RgbImage::new(5, 7)
            .write_to(&mut io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg)
            .unwrap();
        assert_eq!(read_bytes("a.jpg", &bytes).size_px, [5, 7]);
    }

    #[test]
    fn folders_are_searched_and_what_is_hidden_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "a.png",
            "b.txt",
            ".c.png",
            "2026-11/d.WEBP",
            "2026-11/deep/e.jpeg",
            ".f/g.png",
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let mut scanner = Scanner::default();
        let mut names: Vec<String> = scanner
            .scan(dir.path())
            .unwrap()
            .iter()
            .map(|stamp| {
                stamp
                    .path
                    .strip_prefix(dir.path())
                    .unwrap()
                    .display()
                    .to_string()
            })
            .collect();
        names.sort();
        assert_eq!(names, ["2026-11/d.WEBP", "2026-11/deep/e.jpeg", "a.png"]);
    }

    #[test]
    fn nothing_new_is_known_by_the_folders_alone() {
        let dir = tempfile::tempdir().unwrap();
        let sub = dir.path().join("sub");
        fs::create_dir(&sub).unwrap();
        fs::write(sub.join("a.png"), "x").unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(60);
        let age = |path: &Path| File::open(path).unwrap().set_modified(long_ago).unwrap();
        age(&sub);
        age(dir.path());
        let mut scanner = Scanner::default();
        assert_eq!(scanner.scan(dir.path()).unwrap().len(), 1);
        assert!(scanner.scan(dir.path()).is_none());
        fs::write(sub.join("b.png"), "x").unwrap();
        assert_eq!(scanner.scan(dir.path()).unwrap().len(), 2);
        // What has changed just now is looked at again.
        assert!(scanner.scan(dir.path()).is_some());
        fs::remove_dir_all(&sub).unwrap();
        assert_eq!(scanner.scan(dir.path()), Some(Vec::new()));
    }
}
