//! The files that params can name: looked for, judged by their headers, and pictured small, on a
//! thread of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use pyrograph_engine::models;
use pyrograph_engine::node::FileKind;
use pyrograph_engine::run::inspect;
use pyrograph_engine::weights::library::{self, Entry, Library};

use crate::gallery::decode;
use crate::gallery::thumbs::{color_image, reduced};
use crate::worker::{Desk, Worker};

/// How many small pictures are held.
const MAX_THUMBS: usize = 200;

/// What is known of files.
pub struct Shelf {
    worker: Worker<Order, Reply>,
    ctx: Context,
    lists: BTreeMap<FileKind, List>,
    thumbs: BTreeMap<PathBuf, Thumb>,
    /// Counts what was asked for, so that the oldest small picture can go.
    clock: u64,
    revision: u64,
}

/// The files of a kind.
#[derive(Default)]
struct List {
    entries: Vec<Entry>,
    /// Width and height that models were trained for, by their names.
    native_sizes: BTreeMap<String, [u32; 2]>,
}

struct Thumb {
    /// Absent until it is made, and for what is no picture.
    texture: Option<TextureHandle>,
    asked: u64,
}

enum Order {
    List(FileKind, Library),
    Thumb(PathBuf),
}

enum Reply {
    List(FileKind, List),
    Thumb(PathBuf, Option<ColorImage>),
}

impl Shelf {
    /// An empty shelf.
    pub fn start(ctx: &Context) -> Self {
        let mut judged = Judged::default();
        Self {
            worker: Worker::start("shelf", ctx, move |desk, order| {
                work(desk, order, &mut judged)
            }),
            ctx: ctx.clone(),
            lists: BTreeMap::new(),
            thumbs: BTreeMap::new(),
            clock: 0,
            revision: 0,
        }
    }

    /// The files of a kind, as they were when they were last looked for.
    pub fn files(&self, kind: FileKind) -> &[Entry] {
        self.lists.get(&kind).map_or(&[], |list| &list.entries)
    }

    /// Where the file lies that graphs call so.
    pub fn path_of<'a>(&'a self, kind: FileKind, name: &'a str) -> Option<&'a Path> {
        if Path::new(name).is_absolute() {
            return Some(Path::new(name));
        }
        let entry = self.files(kind).iter().find(|entry| entry.name == name)?;
        Some(&entry.path)
    }

    /// Width and height that a model was trained for.
    pub fn native_size(&self, model: &str) -> Option<[u32; 2]> {
        let list = self.lists.get(&FileKind::Checkpoint)?;
        list.native_sizes.get(model).copied()
    }

    /// A picture made small, once it is.
    pub fn thumb(&self, path: &Path) -> Option<&TextureHandle> {
        self.thumbs.get(path)?.texture.as_ref()
    }

    /// Whether that small picture has been asked for.
    pub fn is_asked(&self, path: &Path) -> bool {
        self.thumbs.contains_key(path)
    }

    /// Grows with everything that comes to be known.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Looks anew which files of a kind there are.
    pub fn list(&self, kind: FileKind, library: Library) {
        self.worker.order(Order::List(kind, library));
    }

    /// Makes small pictures of these files.
    pub fn want_thumbs(&mut self, paths: Vec<PathBuf>) {
        for path in paths {
            self.clock += 1;
            let asked = self.clock;
            match self.thumbs.get_mut(&path) {
                Some(thumb) => thumb.asked = asked,
                None => {
                    self.worker.order(Order::Thumb(path.clone()));
                    let texture = None;
                    self.thumbs.insert(path, Thumb { texture, asked });
                }
            }
        }
        while self.thumbs.len() > MAX_THUMBS {
            let oldest = self.thumbs.iter().min_by_key(|(_, thumb)| thumb.asked);
            match oldest.map(|(path, _)| path.clone()) {
                Some(path) => self.thumbs.remove(&path),
                None => break,
            };
        }
    }

    /// Takes in what has been found.
    pub fn drain(&mut self) {
        let replies: Vec<Reply> = self.worker.replies().collect();
        for reply in replies {
            self.revision += 1;
            match reply {
                Reply::List(kind, list) => {
                    self.lists.insert(kind, list);
                }
                Reply::Thumb(path, image) => {
                    if let (Some(thumb), Some(image)) = (self.thumbs.get_mut(&path), image) {
                        let name = format!("file {}", path.display());
                        let options = TextureOptions::LINEAR;
                        thumb.texture = Some(self.ctx.load_texture(name, image, options));
                    }
                }
            }
        }
    }
}

/// What the headers of files have said: whether a file is what its list should offer, and a model's
/// size. A file that has changed is judged anew.
type Judged = BTreeMap<(FileKind, PathBuf), (String, Judgement)>;

#[derive(Clone, Copy)]
struct Judgement {
    fits: bool,
    native_size: Option<[u32; 2]>,
}

fn work(desk: &Desk<Reply>, order: Order, judged: &mut Judged) {
    if desk.is_stopped() {
        return;
    }
    match order {
        Order::List(kind, library) => desk.tell(Reply::List(kind, list(kind, &library, judged))),
        Order::Thumb(path) => {
            let image = small(&path);
            desk.tell(Reply::Thumb(path, image));
        }
    }
}

fn list(kind: FileKind, library: &Library, judged: &mut Judged) -> List {
    let mut list = List::default();
    for entry in library.list(kind) {
        let judgement = judge(kind, &entry.path, judged);
        if let Some(size) = judgement.native_size {
            list.native_sizes.insert(entry.name.clone(), size);
        }
        if judgement.fits {
            list.entries.push(entry);
        }
    }
    list
}

fn judge(kind: FileKind, path: &Path, judged: &mut Judged) -> Judgement {
    let identity = library::identity(path).unwrap_or_default();
    let key = (kind, path.to_owned());
    if let Some((_, judgement)) = judged.get(&key).filter(|(of, _)| *of == identity) {
        return *judgement;
    }
    let fits = inspect::fits(kind, path);
    let judgement = Judgement {
        fits,
        native_size: (fits && kind == FileKind::Checkpoint)
            .then(|| models::native_size(path))
            .flatten(),
    };
    judged.insert(key, (identity, judgement));
    judgement
}

fn small(path: &Path) -> Option<ColorImage> {
    // A file that is no picture has none; the run that reads it says why.
    let image = decode::pixels(path).ok()?;
    Some(color_image(&reduced(image)))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;
    use std::time::{Duration, Instant};

    use image::{Rgb, RgbImage};

    use super::*;
    use crate::starter;

    fn wait(shelf: &mut Shelf, holds: impl Fn(&Shelf) -> bool) {
        let begun = Instant::now();
        while !holds(shelf) {
            assert!(begun.elapsed() < Duration::from_secs(60));
            shelf.drain();
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn lists_hold_what_fits_and_models_say_their_size() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("no_model.safetensors"), "nonsense").unwrap();
        let mut library = starter::library(&[]);
        library.dirs.insert(0, dir.path().to_owned());
        let mut shelf = Shelf::start(&Context::default());
        shelf.list(FileKind::Checkpoint, library);
        wait(&mut shelf, |shelf| {
            !shelf.files(FileKind::Checkpoint).is_empty()
        });
        let names = shelf.files(FileKind::Checkpoint).iter();
        let names: Vec<&str> = names.map(|entry| entry.name.as_str()).collect();
        assert!(
            names.contains(&"starter") && !names.contains(&"no_model"),
            "{names:?}"
        );
        assert_eq!(shelf.native_size("starter"), Some([128, 128]));
        assert_eq!(shelf.native_size("no_model"), None);
    }

    #[test]
    fn small_pictures_are_made_and_the_oldest_go() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("wide.png");
        RgbImage::from_pixel(1024, 256, Rgb([9, 8, 7]))
            .save(&file)
            .unwrap();
        let damaged = dir.path().join("damaged.png");
        fs::write(&damaged, "no picture").unwrap();
        let mut shelf = Shelf::start(&Context::default());
        shelf.want_thumbs(vec![damaged.clone(), file.clone()]);
        wait(&mut shelf, |shelf| shelf.thumb(&file).is_some());
        assert_eq!(shelf.thumb(&file).unwrap().size(), [256, 64]);
        assert!(shelf.thumb(&damaged).is_none() && shelf.is_asked(&damaged));

        let others = (0..MAX_THUMBS).map(|i| dir.path().join(i.to_string()));
        shelf.want_thumbs(others.collect());
        assert!(shelf.thumb(&file).is_none() && !shelf.is_asked(&file));
    }
}
