//! The thread that keeps the index and the marks in step with the pictures on disk.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::node::Catalog;

use crate::gallery::index::{Index, IndexError, set_aside};
use crate::gallery::marks::{Mark, Marks};
use crate::gallery::row::Row;
use crate::gallery::scan::{Scanner, Stamp, read};
use crate::worker::{Desk, Worker};

/// How long pictures that are read are held back, so that many come to the window at once.
const TOGETHER: Duration = Duration::from_millis(200);

/// Where deleted pictures go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trash {
    /// The system's trash.
    #[default]
    System,
    /// A folder.
    Folder(PathBuf),
}

/// Where the gallery looks and keeps.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The folder of all pictures.
    pub pictures: PathBuf,
    /// The folder for index and marks; without one nothing is kept.
    pub data: Option<PathBuf>,
}

impl Places {
    /// The index's file.
    pub fn index(&self) -> Option<PathBuf> {
        self.data.as_ref().map(|data| data.join("pictures.sqlite"))
    }

    fn marks(&self) -> Option<PathBuf> {
        self.data.as_ref().map(|data| data.join("marks.json"))
    }
}

/// What the keeper is asked to do.
#[derive(Debug)]
pub enum Order {
    /// Look at every file.
    ScanAll,
    /// Look whether folders have changed.
    ScanFolders,
    /// Look whether these files have: a folder does not show what happens inside of files.
    Look(Vec<PathBuf>),
    /// Take a picture in that has just been made.
    Add(PathBuf),
    /// Mark pictures.
    Mark(Vec<(PathBuf, Mark)>),
    /// Move pictures to the trash.
    Trash(Vec<PathBuf>, Trash),
}

/// What the keeper tells.
#[derive(Debug)]
pub enum News {
    /// These pictures are new or have changed.
    Rows(Vec<Row>),
    /// These pictures were known, and their files hold something else now.
    Replaced(Vec<PathBuf>),
    /// These pictures are gone.
    Gone(Vec<PathBuf>),
    /// So many pictures are in the trash now.
    Trashed(usize),
    /// A scan has ended.
    Scanned,
    /// Something that the user should know.
    Told(Diagnostic),
}

/// The keeper, seen from the window.
pub type Keeper = Worker<Order, News>;

/// Starts the keeper.
pub fn start(ctx: &Context, places: Places, catalog: Catalog) -> Keeper {
    // The files are opened on the thread: the window does not wait for them.
    let mut kept: Option<Kept> = None;
    Worker::start("gallery", ctx, move |desk, order| {
        kept.get_or_insert_with(|| Kept::open(places.clone(), catalog, desk))
            .work(desk, order);
    })
}

struct Kept {
    places: Places,
    catalog: Catalog,
    index: Index,
    marks: Marks,
    scanner: Scanner,
    /// The pictures that the index and the window know.
    known: BTreeMap<PathBuf, Stamp>,
    /// Whether it has been said that the index cannot be written.
    has_complained: bool,
}

impl Kept {
    fn open(places: Places, catalog: Catalog, desk: &Desk<News>) -> Self {
        let (index, told_of_index) = Index::open(places.index().as_deref());
        let (marks, told_of_marks) = Marks::open(places.marks());
        let told = told_of_index.into_iter().chain(told_of_marks);
        told.for_each(|told| desk.tell(News::Told(told)));
        let mut kept = Self {
            places,
            catalog,
            index,
            marks,
            scanner: Scanner::default(),
            known: BTreeMap::new(),
            has_complained: false,
        };
        // Damage would have shown when the index was opened.
        let rows = kept.index.rows(&kept.places.pictures).unwrap_or_default();
        kept.known = rows
            .iter()
            .map(|row| (row.path().clone(), row.stamp.clone()))
            .collect();
        kept.rescue_marks(&rows, desk);
        desk.tell(News::Rows(rows));
        kept
    }

    /// When the file of marks is lost, those that the index knows are written again.
    fn rescue_marks(&mut self, rows: &[Row], desk: &Desk<News>) {
        if !self.marks.is_empty() {
            return;
        }
        let marked = rows.iter().filter(|row| !row.mark.is_empty());
        let same = marked.filter(|row| Stamp::of(row.path()).is_ok_and(|now| now == row.stamp));
        let marks: Vec<_> = same.map(|row| (row.path().clone(), row.mark)).collect();
        if !marks.is_empty() {
            self.mark(desk, &marks);
        }
    }

    fn work(&mut self, desk: &Desk<News>, order: Order) {
        match order {
            Order::ScanAll => {
                self.scanner.forget();
                self.scan(desk);
            }
            Order::ScanFolders => self.scan(desk),
            Order::Look(paths) => self.look(desk, paths),
            Order::Add(path) => {
                if let Ok(stamp) = Stamp::of(&path) {
                    self.take_in(desk, &[stamp]);
                }
            }
            Order::Mark(marks) => {
                self.mark(desk, &marks);
                let stamps = marks.iter().filter_map(|(path, _)| self.known.get(path));
                let stamps: Vec<Stamp> = stamps.cloned().collect();
                self.take_in(desk, &stamps);
            }
            Order::Trash(paths, trash) => self.trash(desk, paths, &trash),
        }
    }

    /// Compares what is known with what is there.
    fn scan(&mut self, desk: &Desk<News>) {
        if !desk.is_stopped()
            && let Some(found) = self.scanner.scan(&self.places.pictures)
        {
            let there: BTreeMap<&PathBuf, &Stamp> =
                found.iter().map(|stamp| (&stamp.path, stamp)).collect();
            let gone = self.known.keys().filter(|path| !there.contains_key(path));
            let gone: Vec<PathBuf> = gone.cloned().collect();
            self.forget(desk, gone);
            let mut new: Vec<Stamp> = found
                .iter()
                .filter(|stamp| self.known.get(&stamp.path) != Some(stamp))
                .cloned()
                .collect();
            // The newest are looked for first.
            new.sort_by_key(|stamp| std::cmp::Reverse(stamp.changed_ns));
            self.take_in(desk, &new);
        }
        desk.tell(News::Scanned);
    }

    /// Compares some of what is known with what is there.
    fn look(&mut self, desk: &Desk<News>, paths: Vec<PathBuf>) {
        let (mut gone, mut changed) = (Vec::new(), Vec::new());
        for path in paths {
            let Some(known) = self.known.get(&path) else {
                continue;
            };
            match Stamp::of(&path) {
                Ok(stamp) if stamp != *known => changed.push(stamp),
                Err(error) if error.kind() == io::ErrorKind::NotFound => gone.push(path),
                Ok(_) | Err(_) => {}
            }
        }
        self.forget(desk, gone);
        self.take_in(desk, &changed);
    }

    /// Reads pictures and tells the window and the index about them.
    fn take_in(&mut self, desk: &Desk<News>, stamps: &[Stamp]) {
        self.marks.refresh();
        let mut rows = Vec::new();
        let mut since = Instant::now();
        for (i, stamp) in stamps.iter().enumerate() {
            if desk.is_stopped() {
                return; // the next start reads them
            }
            let mark = self.marks.of(stamp);
            let content = read(stamp, self.catalog);
            rows.push(Row::new(
                &self.places.pictures,
                stamp.clone(),
                content,
                mark,
            ));
            if i + 1 == stamps.len() || since.elapsed() > TOGETHER {
                self.tell_rows(desk, std::mem::take(&mut rows));
                since = Instant::now();
            }
        }
    }

    fn tell_rows(&mut self, desk: &Desk<News>, rows: Vec<Row>) {
        let mut replaced = Vec::new();
        for row in &rows {
            let path = row.path();
            let before = self.known.insert(path.clone(), row.stamp.clone());
            if before.is_some_and(|before| before != row.stamp) {
                replaced.push(path.clone());
            }
        }
        let written = self.index.put(&rows);
        desk.tell(News::Rows(rows));
        if !replaced.is_empty() {
            desk.tell(News::Replaced(replaced));
        }
        self.check(desk, written);
    }

    fn forget(&mut self, desk: &Desk<News>, gone: Vec<PathBuf>) {
        if gone.is_empty() {
            return;
        }
        for path in &gone {
            self.known.remove(path);
        }
        let written = self.index.remove(&gone);
        desk.tell(News::Gone(gone));
        self.check(desk, written);
    }

    fn mark(&mut self, desk: &Desk<News>, marks: &[(PathBuf, Mark)]) {
        for (path, error) in self.marks.set(marks) {
            let told = Diagnostic::error(format!("the mark cannot be kept: {error}"));
            desk.tell(News::Told(told.file(path)));
        }
    }

    fn trash(&mut self, desk: &Desk<News>, paths: Vec<PathBuf>, trash: &Trash) {
        let mut gone = Vec::new();
        for path in paths {
            match throw_away(&path, trash) {
                Ok(()) => gone.push(path),
                Err(reason) => {
                    let told = format!("the picture cannot be moved to the trash: {reason}");
                    desk.tell(News::Told(Diagnostic::error(told).file(&path)));
                }
            }
        }
        let count = gone.len();
        self.forget(desk, gone);
        if count > 0 {
            desk.tell(News::Trashed(count));
        }
    }

    /// Begins the index anew when it turns out to be damaged; says once that it cannot be written.
    fn check(&mut self, desk: &Desk<News>, written: Result<(), IndexError>) {
        let Err(error) = written else { return };
        let path = self.places.index();
        if let (true, Some(path)) = (error.is_damage(), &path) {
            // It is closed before: SQLite may still touch files of its name.
            self.index = Index::in_memory();
            desk.tell(News::Told(set_aside(path, &error.to_string())));
            self.index = Index::open(Some(path)).0;
            self.scanner.forget();
            self.known.clear();
        } else if !self.has_complained {
            self.has_complained = true;
            let told = format!("the index of pictures cannot be written: {error}");
            let told = Diagnostic::warning(told).help("it is made anew at the next start");
            desk.tell(News::Told(told));
        }
    }
}

/// Why a picture is still there.
#[derive(Debug, thiserror::Error)]
enum TrashError {
    #[error("{0}")]
    System(#[from] trash::Error),
    #[error("{0}")]
    Io(#[from] io::Error),
}

fn throw_away(path: &Path, trash: &Trash) -> Result<(), TrashError> {
    match trash {
        Trash::System => Ok(trash::delete(path)?),
        Trash::Folder(folder) => {
            fs::create_dir_all(folder)?;
            let name = path.file_name().unwrap_or_default();
            Ok(fs::rename(path, folder.join(name))?)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use image::RgbImage;
    use pyrograph_engine::output::png::encode;

    use super::*;

    const FIRST_PICTURE: &str = include_str!("../../../examples/first_picture.pyro");
    const PATIENCE: Duration = Duration::from_secs(30);

    struct Desktop {
        dir: tempfile::TempDir,
        keeper: Keeper,
        rows: BTreeMap<String, Row>,
        told: Vec<String>,
    }

    impl Desktop {
        fn start(dir: tempfile::TempDir) -> Self {
            let places = Places {
                pictures: dir.path().join("pictures"),
                data: Some(dir.path().join("data")),
            };
            fs::create_dir_all(&places.pictures).unwrap();
            let catalog = Catalog(pyrograph_nodes::ALL);
            Self {
                keeper: start(&Context::default(), places, catalog),
                dir,
                rows: BTreeMap::new(),
                told: Vec::new(),
            }
        }

        fn again(self) -> Self {
            let Self { dir, keeper, .. } = self;
            drop(keeper);
            Self::start(dir)
        }

        fn path(&self, name: &str) -> PathBuf {
            self.dir.path().join("pictures").join(name)
        }

        fn paint(&self, name: &str, shade: u8) {
            let image = RgbImage::from_pixel(8, 8, image::Rgb([shade; 3]));
            fs::write(
                self.path(name),
                encode(&image, FIRST_PICTURE, "{}").unwrap(),
            )
            .unwrap();
        }

        fn order(&mut self, order: Order) {
            if !matches!(order, Order::ScanAll | Order::ScanFolders) {
                self.keeper.order(order);
                self.keeper.order(Order::ScanFolders);
            } else {
                self.keeper.order(order);
            }
            let begun = Instant::now();
            let mut is_done = false;
            while !is_done {
                assert!(begun.elapsed() < PATIENCE, "the keeper hangs");
                thread::sleep(Duration::from_millis(2));
                for news in self.keeper.replies() {
                    match news {
                        News::Rows(rows) => {
                            let named = rows.into_iter().map(|row| (row.name.clone(), row));
                            self.rows.extend(named);
                        }
                        News::Gone(paths) => self.rows.retain(|_, row| !paths.contains(row.path())),
                        News::Trashed(_) | News::Replaced(_) => {}
                        News::Scanned => is_done = true,
                        News::Told(told) => self.told.push(told.message),
                    }
                }
            }
        }

        fn names(&self) -> Vec<&str> {
            self.rows.keys().map(String::as_str).collect()
        }
    }

    fn desktop() -> Desktop {
        Desktop::start(tempfile::tempdir().unwrap())
    }

    const MARK: Mark = Mark {
        favourite: true,
        rating: 2,
    };

    #[test]
    fn pictures_that_come_and_go_are_noticed() {
        let mut desktop = desktop();
        desktop.paint("a.png", 1);
        fs::write(desktop.path("b.png"), "no picture").unwrap();
        desktop.order(Order::ScanAll);
        assert_eq!(desktop.names(), ["a.png", "b.png"]);
        assert!(desktop.rows["b.png"].content.fault.is_some());
        assert!(desktop.rows["a.png"].is_about("red apple"));

        desktop.paint("c.png", 2);
        desktop.order(Order::Add(desktop.path("c.png")));
        fs::remove_file(desktop.path("a.png")).unwrap();
        desktop.paint("b.png", 3);
        desktop.order(Order::ScanAll);
        assert_eq!(desktop.names(), ["b.png", "c.png"]);
        assert_eq!(desktop.rows["b.png"].content.fault, None);

        let mut again = desktop.again();
        again.order(Order::ScanFolders);
        assert_eq!(again.names(), ["b.png", "c.png"]);
        assert!(again.told.is_empty(), "{:?}", again.told);
    }

    #[test]
    fn marks_survive_the_index_and_the_index_the_marks() {
        let mut desktop = desktop();
        desktop.paint("a.png", 1);
        desktop.order(Order::ScanAll);
        desktop.order(Order::Mark(vec![(desktop.path("a.png"), MARK)]));
        assert_eq!(desktop.rows["a.png"].mark, MARK);

        let data = desktop.dir.path().join("data");
        let Desktop { dir, keeper, .. } = desktop;
        drop(keeper);
        fs::write(
            data.join("pictures.sqlite"),
            "rubbish, and long enough to be seen",
        )
        .unwrap();
        let mut desktop = Desktop::start(dir);
        desktop.order(Order::ScanAll);
        assert_eq!(desktop.rows["a.png"].mark, MARK);
        assert!(
            desktop.told[0].starts_with("pictures.sqlite"),
            "{:?}",
            desktop.told
        );

        let Desktop { dir, keeper, .. } = desktop;
        drop(keeper);
        fs::remove_file(data.join("marks.json")).unwrap();
        let mut desktop = Desktop::start(dir);
        desktop.order(Order::ScanAll);
        assert_eq!(desktop.rows["a.png"].mark, MARK);
        assert!(
            fs::read_to_string(data.join("marks.json"))
                .unwrap()
                .contains("a.png")
        );
    }

    #[test]
    fn the_trash_has_what_was_deleted() {
        let mut desktop = desktop();
        desktop.paint("a.png", 1);
        desktop.order(Order::ScanAll);
        let trash = desktop.dir.path().join("trash");
        let paths = vec![desktop.path("a.png"), desktop.path("absent.png")];
        desktop.order(Order::Trash(paths, Trash::Folder(trash.clone())));
        assert!(desktop.names().is_empty());
        assert!(trash.join("a.png").exists());
        assert_eq!(desktop.told.len(), 1, "{:?}", desktop.told);
    }

    #[test]
    fn an_index_damaged_while_it_is_used_is_begun_anew() {
        let mut desktop = desktop();
        desktop.paint("a.png", 1);
        desktop.order(Order::ScanAll);
        let index = desktop.dir.path().join("data/pictures.sqlite");
        let mut bytes = fs::read(&index).unwrap();
        bytes.fill(0x55);
        fs::write(&index, bytes).unwrap();
        desktop.paint("b.png", 2);
        desktop.order(Order::ScanAll);
        desktop.order(Order::ScanAll);
        assert_eq!(desktop.names(), ["a.png", "b.png"]);
        let again = &mut desktop.again();
        again.order(Order::ScanAll);
        assert_eq!(again.names(), ["a.png", "b.png"]);
    }
}
