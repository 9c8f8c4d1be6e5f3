//! The thread that opens pictures whole, compares and writes them, so that the window goes on
//! meanwhile.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egui::Context;
use image::{DynamicImage, RgbImage, RgbaImage};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::node::Catalog;
use pyrograph_engine::output::png::{self, Found};

use crate::gallery::Which;
use crate::gallery::decode::{self, PictureError};
use crate::viewer::difference::{Extent, difference};
use crate::viewer::export::{self, ExportError, Format};
use crate::viewer::levels::Cut;
use crate::viewer::making::Making;
use crate::worker::{Desk, Worker};

/// Where a picture's pixels come from.
#[derive(Clone)]
pub enum Source {
    /// A picture made in this session.
    Made {
        /// Its pixels.
        image: Arc<RgbImage>,
        /// The graph that made it.
        graph: Arc<Graph>,
        /// Its file, if it was saved.
        path: Option<PathBuf>,
    },
    /// A file.
    File(PathBuf),
}

impl Source {
    /// Its file, if it has one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Made { path, .. } => path.as_deref(),
            Self::File(path) => Some(path),
        }
    }

    fn pixels(&self) -> Result<RgbaImage, PictureError> {
        match self {
            Self::Made { image, .. } => {
                Ok(DynamicImage::ImageRgb8(image.as_ref().clone()).into_rgba8())
            }
            Self::File(path) => decode::pixels(path),
        }
    }

    fn making(&self) -> Option<Making> {
        let of_file = self.path().and_then(making_in);
        match self {
            // The graph in the file lacks the folders of this machine, which this one has.
            Self::Made { graph, .. } => Some(Making {
                graph: Arc::clone(graph),
                recipe: of_file.and_then(|making| making.recipe),
            }),
            Self::File(_) => of_file,
        }
    }
}

/// What a file says about its making.
fn making_in(path: &Path) -> Option<Making> {
    let file = BufReader::new(File::open(path).ok()?);
    match png::read_head(file).ok()?.found {
        Found::Pyrograph { graph, recipe } => Some(Making {
            graph: Arc::new(file::read(graph).ok()?),
            recipe: recipe.and_then(|recipe| serde_json::from_str(&recipe).ok()),
        }),
        Found::ComfyUi { .. } | Found::A1111 { .. } | Found::Nothing => None,
    }
}

/// What the thread is asked for.
pub enum Order {
    /// Open a picture for the viewer.
    Open(Which, Source),
    /// Compare two pictures.
    Compare(Comparison),
    /// Read a picture for the clipboard.
    Copy(Source),
    /// Read the graph that made a picture, for its seeds.
    Seeds(Source),
    /// Write a picture to a file.
    Save(Source, Format, PathBuf),
}

/// What the thread has to tell.
pub enum Reply {
    /// A picture is open, or why it is not.
    Opened(Which, Result<Opened, String>),
    /// How two pictures differ.
    Compared(Box<Compared>),
    /// A picture for the clipboard.
    Copied(RgbaImage),
    /// The graph that made a picture, if it is known.
    Seeds(Option<Arc<Graph>>),
    /// A picture has been written.
    Saved(PathBuf),
    /// Something could not be done.
    Failed(Diagnostic),
}

/// Two pictures to be compared.
#[derive(Clone)]
pub struct Comparison {
    /// The pictures.
    pub pixels: [Arc<RgbaImage>; 2],
    /// How much differences are amplified.
    pub gain: u8,
}

/// How two pictures differ.
pub struct Compared {
    /// What was compared.
    pub of: Comparison,
    /// What differs, ready to become textures.
    pub cut: Cut,
    /// What differs, in numbers.
    pub extent: Extent,
}

impl Comparison {
    /// Whether another one compares the same.
    pub fn is_same(&self, other: &Self) -> bool {
        let mut pairs = self.pixels.iter().zip(&other.pixels);
        self.gain == other.gain && pairs.all(|(own, other)| Arc::ptr_eq(own, other))
    }
}

/// A picture, open.
pub struct Opened {
    /// Its pixels.
    pub image: Arc<RgbaImage>,
    /// Its pixels, ready to become textures.
    pub cut: Cut,
    /// What it says about its making.
    pub making: Option<Making>,
}

/// The thread, seen from the window.
pub struct Loader {
    worker: Worker<(u64, Order), Reply>,
    /// Grows with what is looked at: what was asked for before is of no interest any more.
    turn: Arc<AtomicU64>,
}

impl Loader {
    /// Starts the thread.
    pub fn start(ctx: &Context, catalog: Catalog) -> Self {
        let turn = Arc::new(AtomicU64::new(0));
        let now = Arc::clone(&turn);
        let worker = Worker::start("viewer", ctx, move |desk, (turn, order)| {
            let is_late = turn < now.load(Ordering::Relaxed) || desk.is_stopped();
            work(desk, order, is_late, catalog);
        });
        Self { worker, turn }
    }

    /// Opens these pictures; what was to be opened before is not any more.
    pub fn open(&self, pictures: impl IntoIterator<Item = (Which, Source)>) {
        self.turn.fetch_add(1, Ordering::Relaxed);
        for (which, source) in pictures {
            self.order(Order::Open(which, source));
        }
    }

    /// Asks for something.
    pub fn order(&self, order: Order) {
        self.worker
            .order((self.turn.load(Ordering::Relaxed), order));
    }

    /// What has been told since the last time.
    pub fn replies(&self) -> impl Iterator<Item = Reply> + '_ {
        self.worker.replies()
    }
}

fn work(desk: &Desk<Reply>, order: Order, is_late: bool, catalog: Catalog) {
    match order {
        Order::Open(which, source) if !is_late => {
            let opened = open(&source).map_err(|error| error.to_string());
            desk.tell(Reply::Opened(which, opened));
        }
        Order::Compare(of) if !is_late => {
            let [a, b] = &of.pixels;
            let (image, extent) = difference(a, b, of.gain);
            let cut = Cut::new(&image);
            desk.tell(Reply::Compared(Box::new(Compared { of, cut, extent })));
        }
        Order::Open(..) | Order::Compare(..) => {}
        Order::Copy(source) => match source.pixels() {
            Ok(image) => desk.tell(Reply::Copied(image)),
            Err(error) => fail(desk, "copied", &error.to_string(), source.path()),
        },
        Order::Seeds(source) => {
            desk.tell(Reply::Seeds(source.making().map(|making| making.graph)));
        }
        // A picture that was to be written is written, even when the window closes.
        Order::Save(source, format, path) => match save(&source, format, &path, catalog) {
            Ok(()) => desk.tell(Reply::Saved(path)),
            Err(error) => fail(desk, "saved", &error.to_string(), Some(&path)),
        },
    }
}

fn fail(desk: &Desk<Reply>, what: &str, why: &str, path: Option<&Path>) {
    let told = Diagnostic::error(format!("the picture cannot be {what}: {why}"));
    desk.tell(Reply::Failed(match path {
        Some(path) => told.file(path),
        None => told,
    }));
}

fn open(source: &Source) -> Result<Opened, PictureError> {
    let image = source.pixels()?;
    Ok(Opened {
        cut: Cut::new(&image),
        image: Arc::new(image),
        making: source.making(),
    })
}

/// Why a picture was not saved.
#[derive(Debug, thiserror::Error)]
enum SaveError {
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error(transparent)]
    Export(#[from] ExportError),
}

fn save(source: &Source, format: Format, path: &Path, catalog: Catalog) -> Result<(), SaveError> {
    match (format, source) {
        (
            Format::Png,
            Source::Made {
                path: None,
                image,
                graph,
            },
        ) => {
            export::write_with_graph(path, image, graph, catalog)?;
        }
        (
            Format::Png,
            Source::Made {
                path: Some(from), ..
            }
            | Source::File(from),
        ) => {
            export::copy_whole(path, from)?;
        }
        (Format::PlainPng | Format::Jpeg(_) | Format::WebP, _) => {
            export::write_plain(path, &source.pixels()?, format)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::viewer::export::Quality;

    fn wait(loader: &Loader, count: usize) -> Vec<Reply> {
        let begun = Instant::now();
        let mut replies = Vec::new();
        while replies.len() < count {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "the loader hangs"
            );
            thread::sleep(Duration::from_millis(2));
            replies.extend(loader.replies());
        }
        replies
    }

    fn made(path: Option<PathBuf>) -> Source {
        Source::Made {
            image: Arc::new(RgbImage::new(6, 4)),
            graph: Arc::default(),
            path,
        }
    }

    fn loader() -> Loader {
        Loader::start(&Context::default(), Catalog(pyrograph_nodes::ALL))
    }

    #[test]
    fn pictures_are_opened_and_faults_told() {
        let loader = loader();
        let absent = Source::File("/nowhere/a.png".into());
        loader.open([
            (Which::Made(0), made(None)),
            (Which::Made(1), absent.clone()),
        ]);
        loader.order(Order::Copy(absent));
        let replies = wait(&loader, 3);
        assert!(matches!(
            &replies[0],
            Reply::Opened(Which::Made(0), Ok(opened)) if opened.image.dimensions() == (6, 4)
        ));
        assert!(matches!(&replies[1], Reply::Opened(Which::Made(1), Err(_))));
        assert!(matches!(&replies[2], Reply::Failed(told) if told.place.file.is_some()));
    }

    #[test]
    fn what_is_not_looked_at_any_more_is_not_opened() {
        let loader = loader();
        for number in 0..20 {
            loader.open([(Which::Made(number), made(None))]);
        }
        loader.order(Order::Copy(made(None)));
        let begun = Instant::now();
        let mut last = None;
        loop {
            assert!(begun.elapsed() < Duration::from_secs(60));
            match loader.replies().next() {
                Some(Reply::Opened(Which::Made(number), _)) => last = Some(number),
                Some(Reply::Copied(_)) => break,
                Some(_) | None => thread::sleep(Duration::from_millis(1)),
            }
        }
        assert_eq!(last, Some(19));
    }

    #[test]
    fn pictures_are_saved_even_when_the_window_closes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jpg");
        let loader = loader();
        loader.order(Order::Save(
            made(None),
            Format::Jpeg(Quality::Good),
            path.clone(),
        ));
        drop(loader);
        assert_eq!(decode::pixels(&path).unwrap().dimensions(), (6, 4));
    }
}
