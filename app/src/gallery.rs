//! Every picture made: what the folder of pictures holds, as the window shows it. The files are
//! the truth. `scan.rs` finds them and reads what they say, `index.rs` remembers that,
//! `marks.rs` what the user thinks of them, `keeper.rs` is the thread that does all this,
//! `search.rs` understands what is looked for, `summary.rs` what graphs say and `foreign.rs` what other
//! programs' pictures do, and `thumbs.rs` makes small copies.

pub mod decode;
pub mod foreign;
pub mod index;
pub mod keeper;
pub mod marks;
pub mod row;
pub mod scan;
pub mod search;
pub mod summary;
pub mod thumbs;

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use egui::Context;
use pyrograph_engine::node::Catalog;

use crate::gallery::keeper::{Keeper, News, Order, Places, Trash};
use crate::gallery::marks::Mark;
use crate::gallery::row::Row;
use crate::gallery::search::Query;
use crate::gallery::thumbs::{Small, Thumbs};

/// How often folders are looked at while the gallery is open, in seconds.
const RESCAN_SECS: f64 = 3.0;

/// A picture that can be looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// Its number among the pictures made in this session.
    Made(usize),
    /// A file.
    File(PathBuf),
}

/// How a click chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// This one and no other.
    Only,
    /// This one too, or no longer.
    Toggle,
    /// Everything from the last one to this one.
    Through,
}

/// Where one goes from the picture at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Nowhere; to the first picture if there is no cursor yet.
    Stay,
    /// To the one before.
    Left,
    /// To the one after.
    Right,
    /// A row up.
    Up,
    /// A row down.
    Down,
    /// As many rows up as are seen.
    PageUp,
    /// As many rows down as are seen.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// What of the grid is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// The places of what is seen.
    pub seen: Range<usize>,
    /// How many stand beside each other.
    pub columns: usize,
    /// How many rows are seen whole.
    pub rows: usize,
}

impl Screen {
    /// By how many pictures a move goes.
    fn steps(&self, to: Move) -> isize {
        let row = self.columns.max(1) as isize;
        let page = row * self.rows.max(1) as isize;
        match to {
            Move::Stay => 0,
            Move::Left => -1,
            Move::Right => 1,
            Move::Up => -row,
            Move::Down => row,
            Move::PageUp => -page,
            Move::PageDown => page,
            Move::First => isize::MIN,
            Move::Last => isize::MAX,
        }
    }
}

/// The gallery.
pub struct Gallery {
    places: Places,
    keeper: Option<Keeper>,
    /// The small copies.
    thumbs: Thumbs,
    /// The newest first.
    rows: Vec<Row>,
    /// Where a file's row is.
    by_path: HashMap<OsString, usize>,
    /// The rows that the search finds, in their order.
    found: Vec<usize>,
    search: String,
    is_open: bool,
    chosen: BTreeSet<Which>,
    /// The picture that keys move from.
    cursor: Option<PathBuf>,
    /// Where a range begins.
    anchor: Option<PathBuf>,
    screen: Screen,
    to_trash: Vec<PathBuf>,
    /// The newest marks of which the keeper has not told yet.
    ordered_marks: HashMap<PathBuf, Mark>,
    trash: Trash,
    /// Whether every picture has been looked for.
    is_complete: bool,
    last_scan_secs: f64,
}

impl Gallery {
    /// Nothing is read before the gallery is opened or a picture is made.
    pub fn start(ctx: &Context, places: Places, catalog: Catalog) -> Self {
        Self {
            keeper: Some(keeper::start(ctx, places.clone(), catalog)),
            thumbs: Thumbs::start(ctx, places.index()),
            places,
            is_complete: false,
            ..Self::with_rows(ctx, Vec::new())
        }
    }

    /// A gallery of these pictures, without any files.
    pub fn with_rows(ctx: &Context, rows: Vec<Row>) -> Self {
        let mut gallery = Self {
            places: Places::default(),
            keeper: None,
            thumbs: Thumbs::idle(ctx),
            rows: Vec::new(),
            by_path: HashMap::new(),
            found: Vec::new(),
            search: String::new(),
            is_open: false,
            chosen: BTreeSet::new(),
            cursor: None,
            anchor: None,
            screen: Screen {
                seen: 0..0,
                columns: 1,
                rows: 1,
            },
            to_trash: Vec::new(),
            ordered_marks: HashMap::new(),
            trash: Trash::default(),
            is_complete: true,
            last_scan_secs: 0.0,
        };
        gallery.take_rows(rows);
        gallery
    }

    /// Shows the pictures of another folder from now on.
    pub fn set_folder(&mut self, ctx: &Context, folder: PathBuf, catalog: Catalog) {
        if folder == self.places.pictures {
            return;
        }
        let places = Places {
            pictures: folder,
            data: self.places.data.clone(),
        };
        let trash = std::mem::take(&mut self.trash);
        let (is_open, now_secs) = (self.is_open, self.last_scan_secs);
        *self = Self::start(ctx, places, catalog);
        self.trash = trash;
        self.set_open(is_open, now_secs);
    }

    /// Where deleted pictures go.
    pub fn set_trash(&mut self, trash: Trash) {
        self.trash = trash;
    }

    /// The folder of all pictures.
    pub fn folder(&self) -> &Path {
        &self.places.pictures
    }

    /// Whether it is shown.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether keys are for it: it is shown, or asks something.
    pub fn has_keyboard(&self) -> bool {
        self.is_open || !self.to_trash.is_empty()
    }

    /// Whether every picture has been looked for at least once.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// How many pictures there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many pictures the search finds.
    pub fn found(&self) -> usize {
        self.found.len()
    }

    /// A picture that the search finds, the newest being the first.
    pub fn at(&self, place: usize) -> Option<&Row> {
        self.found.get(place).and_then(|row| self.rows.get(*row))
    }

    /// Where a file stands among what is found.
    pub fn place(&self, path: &Path) -> Option<usize> {
        let row = self.by_path.get(path.as_os_str())?;
        self.found.binary_search(row).ok()
    }

    /// What is known of a file.
    pub fn row(&self, path: &Path) -> Option<&Row> {
        let row = self.by_path.get(path.as_os_str())?;
        self.rows.get(*row)
    }

    /// What is known of a picture's file.
    pub fn row_of(&self, which: &Which) -> Option<&Row> {
        match which {
            Which::File(path) => self.row(path),
            Which::Made(_) => None,
        }
    }

    /// What is looked for.
    pub fn search(&self) -> &str {
        &self.search
    }

    /// How a picture looks small, if that is known already.
    pub fn small(&self, row: &Row) -> Option<&Small> {
        self.thumbs.get(&row.stamp)
    }

    /// What of it is on the screen.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// What is chosen.
    pub fn chosen(&self) -> &BTreeSet<Which> {
        &self.chosen
    }

    /// The picture that keys move from.
    pub fn cursor(&self) -> Option<&Path> {
        self.cursor.as_deref()
    }

    /// The pictures that are about to be moved to the trash, if the user agrees.
    pub fn to_trash(&self) -> &[PathBuf] {
        &self.to_trash
    }

    /// Opens or closes it; what has changed on disk is looked for.
    pub fn set_open(&mut self, is_open: bool, now_secs: f64) {
        self.is_open = is_open;
        if is_open {
            self.order(Order::ScanAll);
            self.last_scan_secs = now_secs;
        } else {
            self.chosen.clear();
        }
    }

    /// Looks for something else. `today` is a date such as `2026-11-24`.
    pub fn look_for(&mut self, search: String, today: &str) {
        self.search = search;
        self.find(&Query::parse(&self.search, today));
        self.want_seen();
    }

    fn look_again(&mut self, today: &str) {
        let search = std::mem::take(&mut self.search);
        self.look_for(search, today);
    }

    /// Says what of it is on the screen.
    pub fn see(&mut self, screen: Screen) {
        self.screen = screen;
        self.want_seen();
    }

    /// Chooses a picture.
    pub fn choose(&mut self, which: Which, pick: Pick) {
        let path = match &which {
            Which::File(path) => Some(path.clone()),
            Which::Made(_) => None,
        };
        match pick {
            Pick::Only => self.chosen = BTreeSet::from([which]),
            Pick::Toggle => {
                if !self.chosen.remove(&which) {
                    self.chosen.insert(which);
                }
            }
            Pick::Through => self.choose_through(which),
        }
        if pick != Pick::Through {
            self.anchor.clone_from(&path);
        }
        if path.is_some() {
            self.cursor = path;
        }
    }

    fn choose_through(&mut self, which: Which) {
        let ends = match &which {
            Which::File(path) => self
                .anchor
                .as_deref()
                .and_then(|anchor| Some((self.place(anchor)?, self.place(path)?))),
            Which::Made(_) => None,
        };
        let Some((from, to)) = ends else {
            self.chosen.insert(which);
            return;
        };
        self.chosen = (from.min(to)..=from.max(to))
            .filter_map(|place| self.at(place))
            .map(|row| Which::File(row.path().clone()))
            .collect();
    }

    /// Chooses everything that is found.
    pub fn choose_all(&mut self) {
        let paths = self.found.iter().map(|row| self.rows[*row].path().clone());
        self.chosen = paths.map(Which::File).collect();
    }

    /// Moves the cursor and chooses there.
    pub fn go(&mut self, to: Move, pick: Pick) {
        let by = self.screen.steps(to);
        let last = self.found.len().saturating_sub(1);
        let place = match self.cursor.as_deref().and_then(|path| self.place(path)) {
            Some(place) => place.saturating_add_signed(by).min(last),
            None if to == Move::Last => last,
            None => 0,
        };
        if let Some(path) = self.at(place).map(|row| row.path().clone()) {
            self.choose(Which::File(path), pick);
        }
    }

    /// Marks pictures, at once on the screen and then on disk.
    pub fn mark(&mut self, mut marks: Vec<(PathBuf, Mark)>) {
        marks.retain(|(path, mark)| {
            let row = self.by_path.get(path.as_os_str());
            let row = row.and_then(|row| self.rows.get_mut(*row));
            let is_known = row.is_some();
            if let Some(row) = row {
                row.mark = *mark;
                self.ordered_marks.insert(path.clone(), *mark);
            }
            is_known
        });
        if !marks.is_empty() {
            self.order(Order::Mark(marks));
        }
    }

    /// Asks whether pictures shall be moved to the trash.
    pub fn ask_trash(&mut self, paths: Vec<PathBuf>) {
        self.to_trash = paths;
    }

    /// Moves the pictures asked about to the trash, or leaves them.
    pub fn answer_trash(&mut self, agrees: bool) {
        let paths = std::mem::take(&mut self.to_trash);
        if agrees && !paths.is_empty() {
            self.order(Order::Trash(paths, self.trash.clone()));
        }
    }

    /// Takes a picture in that has just been made.
    pub fn add(&self, path: PathBuf) {
        self.order(Order::Add(path));
    }

    /// Takes in what the threads have to tell; what matters beyond the gallery is returned.
    pub fn drain(&mut self, today: &str) -> Vec<News> {
        let news: Vec<News> = self.keeper.iter().flat_map(Keeper::replies).collect();
        let mut told = Vec::new();
        for news in news {
            match news {
                News::Rows(rows) => {
                    self.take_rows(rows);
                    self.look_again(today);
                }
                News::Gone(paths) => {
                    self.forget(&paths);
                    self.look_again(today);
                    told.push(News::Gone(paths));
                }
                News::Scanned => self.is_complete = true,
                News::Replaced(_) | News::Trashed(_) | News::Told(_) => told.push(news),
            }
        }
        if self.thumbs.drain() {
            self.want_seen();
        }
        told
    }

    /// Looks for changes on disk now and then, also inside of those files that are seen and these;
    /// says in how many seconds to call again.
    pub fn keep_looking(&mut self, now_secs: f64, mut files: Vec<PathBuf>) -> Option<f64> {
        if !self.is_open || self.keeper.is_none() {
            return None;
        }
        if now_secs - self.last_scan_secs >= RESCAN_SECS {
            self.last_scan_secs = now_secs;
            self.order(Order::ScanFolders);
            let seen = self.screen.seen.clone().filter_map(|place| self.at(place));
            files.extend(seen.map(|row| row.path().clone()));
            self.order(Order::Look(files));
        }
        Some(RESCAN_SECS)
    }

    fn order(&self, order: Order) {
        if let Some(keeper) = &self.keeper {
            keeper.order(order);
        }
    }

    fn take_rows(&mut self, mut rows: Vec<Row>) {
        // A row may have been read before the mark that the user has given it since.
        for row in &mut rows {
            match self.ordered_marks.get(row.path().as_path()) {
                Some(mark) if row.mark == *mark => {
                    self.ordered_marks.remove(row.path().as_path());
                }
                Some(mark) => row.mark = *mark,
                None => {}
            }
        }
        let new: BTreeSet<&Path> = rows.iter().map(|row| row.path().as_path()).collect();
        self.rows.retain(|row| !new.contains(row.path().as_path()));
        self.rows.extend(rows);
        // Mostly two runs that are in order already, which this sort only merges.
        self.rows.sort_by(|a, b| {
            let newest_first = b.stamp.changed_ns.cmp(&a.stamp.changed_ns);
            newest_first.then_with(|| b.name.cmp(&a.name))
        });
        self.rows_changed();
    }

    fn rows_changed(&mut self) {
        let rows = self.rows.iter().enumerate();
        self.by_path = rows
            .map(|(place, row)| (row.path().clone().into_os_string(), place))
            .collect();
        self.find(&Query::default());
    }

    fn forget(&mut self, paths: &[PathBuf]) {
        let gone: BTreeSet<&Path> = paths.iter().map(PathBuf::as_path).collect();
        // The cursor goes to what takes the place of the one that is gone.
        let lost = self.cursor.as_deref().filter(|path| gone.contains(path));
        let place = lost.and_then(|path| self.place(path));
        let next = place.and_then(|place| {
            let later = (place..self.found.len()).chain((0..place).rev());
            later
                .filter_map(|place| self.at(place))
                .map(Row::path)
                .find(|path| !gone.contains(path.as_path()))
                .cloned()
        });
        if lost.is_some() {
            self.cursor = next;
        }
        self.chosen.retain(|which| match which {
            Which::File(path) => !gone.contains(path.as_path()),
            Which::Made(_) => true,
        });
        self.rows.retain(|row| !gone.contains(row.path().as_path()));
        self.rows_changed();
    }

    fn find(&mut self, query: &Query) {
        self.found = (0..self.rows.len())
            .filter(|row| query.finds(&self.rows[*row]))
            .collect();
    }

    fn want_seen(&mut self) {
        let seen = self.screen.seen.clone();
        let rows = seen.filter_map(|place| self.found.get(place).map(|row| &self.rows[*row]));
        self.thumbs.want(rows.map(|row| &row.stamp));
    }
}

#[cfg(test)]
mod tests;
