//! The window. `logic()` takes events in and applies commands; `ui()` draws from `&State` and
//! collects commands; nothing else changes anything.

pub mod apply;
mod files;
mod presses;
mod runs;
mod setup;
pub mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use egui::{Context, Popup, Ui};
use pyrograph_engine::device::{DeviceInfo, DeviceKind};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::node::{Catalog, FileKind};
use pyrograph_engine::weights::library::{Entry, Library};

use self::files::Files;
use self::files::arrivals::arrivals;
pub use self::files::clerk::{MAX_ENTRIES, RecentFile};
use self::presses::Presses;
use self::runs::Runs;
use self::setup::Setup;
pub use window::{WindowError, WindowOptions, run_window};

use crate::canvas::{Eye, Request};
use crate::command::drawing::{Item, Part};
use crate::command::setup::Page;
use crate::command::{Command, Drawer, Input, pressed};
use crate::document::dialog::{Dialog, Purpose};
use crate::document::{Document, DocumentId};
use crate::gallery::Gallery;
use crate::gallery::keeper::{Places, Trash};
use crate::jobs::{Jobs, Shown};
use crate::kept_groups::KeptGroup;
use crate::panels::{self, Side};
use crate::queue::Queue;
use crate::seeds::recent::RecentSeeds;
use crate::settings::Settings;
use crate::shelf::Shelf;
use crate::store::versions::Version;
use crate::tabs::Tabs;
use crate::templates::Templates;
use crate::theme;
use crate::theme::Theme;
use crate::viewer::Viewer;
use crate::viewer::load::Loader;
use crate::widgets::{forget_typed, leave_typed};

/// Everything that is shown. Panels, canvas and widgets only read it.
pub struct State {
    /// The open file that is shown.
    pub document: Document,
    /// The other open files, and the order of all tabs.
    pub tabs: Tabs,
    /// The user's folder, where things are kept from one start to the next.
    pub data: Option<PathBuf>,
    /// What runs and what came of it.
    pub jobs: Jobs,
    /// What waits for its turn, and what has ended.
    pub queue: Queue,
    /// The seeds used lately.
    pub recent_seeds: RecentSeeds,
    /// What is selected.
    pub selection: Selection,
    /// What the user has set.
    pub settings: Settings,
    /// The colours.
    pub theme: Theme,
    /// Which panels are open.
    pub panels: Panels,
    /// What is asked of the user.
    pub question: Option<Question>,
    /// What is told in passing.
    pub notice: Option<Notice>,
    /// Every picture made.
    pub gallery: Gallery,
    /// The pictures that are shown large.
    pub viewer: Option<Viewer>,
    /// Where models are looked for.
    pub library: Library,
    /// Where pictures are saved.
    pub pictures_folder: PathBuf,
    /// The device that the next run takes, once it is known.
    pub device: Option<(String, DeviceKind)>,
    /// The devices that there are.
    pub devices: Vec<DeviceInfo>,
    /// The files that params can name.
    pub shelf: Shelf,
    /// The pictures that nodes load, by what runs call the nodes.
    loaded: BTreeMap<String, Shown>,
    /// The examples.
    pub templates: Templates,
    /// The groups that are kept, as they were when they were last looked for.
    pub kept_groups: Arc<[KeptGroup]>,
    /// The pin or param that somebody was led to.
    pub flash: Option<Flash>,
    /// The nodes at which something is wrong.
    wrong: BTreeSet<String>,
}

/// What is selected: nodes and what lies between them, or a wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Nodes by key.
    pub nodes: BTreeSet<String>,
    /// Frames, notes and reroutes.
    pub items: BTreeSet<Item>,
    /// The wire that ends here.
    pub wire: Option<Input>,
}

impl Selection {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.items.is_empty() && self.wire.is_none()
    }

    /// Whether that is selected.
    pub fn holds(&self, part: &Part) -> bool {
        match part {
            Part::Node(key) => self.nodes.contains(key),
            Part::Item(item) => self.items.contains(item),
        }
    }

    /// Everything selected but a wire.
    pub fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        let nodes = self.nodes.iter().cloned().map(Part::Node);
        nodes.chain(self.items.iter().cloned().map(Part::Item))
    }
}

/// Which panels are open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panels {
    /// The inspector.
    pub inspector: bool,
    /// The drawer's tab.
    pub drawer: Option<Drawer>,
    /// What is shown over the whole window.
    pub page: Option<Page>,
    /// The panel that lies over the canvas while the window is too small for it.
    pub sheet: Option<Side>,
    /// The inspector's width when the program last ended.
    pub inspector_width: Option<f32>,
    /// The drawer's height when the program last ended.
    pub drawer_height: Option<f32>,
    /// Inspector and drawer as they were before the graph had the window to itself.
    pub before_focus: Option<(bool, Option<Drawer>)>,
}

impl Panels {
    /// Gives the graph the window to itself, or brings the panels back.
    fn toggle_focus(&mut self) {
        let now = (self.inspector, self.drawer);
        (self.inspector, self.drawer) = if now == (false, None) {
            self.before_focus.take().unwrap_or((true, None))
        } else {
            self.before_focus = Some(now);
            (false, None)
        };
        self.sheet = None;
    }

    /// Opens or closes the inspector.
    fn toggle_inspector(&mut self, ctx: &Context) {
        if Side::Inspector.has_room(ctx) {
            self.inspector = !self.inspector;
        } else {
            let is_open = self.sheet == Some(Side::Inspector);
            self.sheet = (!is_open).then_some(Side::Inspector);
        }
    }

    /// Opens a tab of the drawer; closes the drawer if it is open there.
    fn toggle_drawer(&mut self, ctx: &Context, tab: Drawer) {
        let has_room = Side::Drawer.has_room(ctx);
        let is_seen = has_room || self.sheet == Some(Side::Drawer);
        if !is_seen || self.drawer != Some(tab) {
            self.show_drawer(ctx, tab);
        } else if has_room {
            self.drawer = None;
        } else {
            self.sheet = None;
        }
    }

    /// Opens a tab of the drawer.
    fn show_drawer(&mut self, ctx: &Context, tab: Drawer) {
        self.drawer = Some(tab);
        if !Side::Drawer.has_room(ctx) {
            self.sheet = Some(Side::Drawer);
        }
    }
}

/// A pin or param that somebody was led to, marked for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Flash {
    /// Which.
    pub at: Input,
    /// Until when, in egui's seconds.
    pub until_secs: f64,
}

/// What is asked of the user.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// There are unsaved changes; what was to be done.
    Unsaved(Leaving),
    /// A file, asked by the window itself because the desktop has no dialog.
    File {
        /// What for.
        purpose: Purpose,
        /// The folder that is listed.
        folder: PathBuf,
        /// Its folders and fitting files, once they are known.
        entries: Option<Vec<FileEntry>>,
    },
    /// Whether a file is to be written over that is there.
    Replace {
        /// What for.
        purpose: Purpose,
        /// The file.
        path: PathBuf,
    },
    /// The document's file was changed by another program, and the document has changes too.
    Changed {
        /// Whether it was to be saved.
        saves: bool,
    },
    /// Which of the files opened last is to be opened.
    Recent(Vec<RecentFile>),
    /// Which version of the document's file is to be opened.
    Versions(Vec<Version>),
}

/// A line of the window's own file box.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEntry {
    /// Whether it is a file; folders come first.
    pub is_file: bool,
    /// Where it lies.
    pub path: PathBuf,
}

/// What takes a document away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Its tab is closed.
    Tab(DocumentId),
    /// The program ends.
    Program,
}

/// What is told in passing.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// What happened.
    pub words: String,
    /// Whether it went wrong; such a message stays.
    pub is_error: bool,
    /// When it goes, in egui's seconds.
    pub until_secs: f64,
}

impl State {
    /// The files of a kind, as they were when they were last looked for.
    pub fn files(&self, kind: FileKind) -> &[Entry] {
        self.shelf.files(kind)
    }

    /// Whether the checks found an error at that node.
    pub fn has_error(&self, node: &str) -> bool {
        self.wrong.contains(node)
    }

    /// Everything that is wrong: the graph's problems, then the last run's.
    pub fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        // That an empty graph has no output is no news: the canvas says what to do.
        let of_graph = if self.document.root().nodes.is_empty() {
            &[]
        } else {
            self.document.problems()
        };
        of_graph.iter().chain(self.jobs.reports())
    }

    /// The node that the inspector shows: the only one selected.
    pub fn inspected(&self) -> Option<&str> {
        let mut nodes = self.selection.nodes.iter();
        nodes
            .next()
            .filter(|_| nodes.len() == 0)
            .map(String::as_str)
    }

    fn checked_anew(&mut self) {
        let errors = self
            .document
            .problems()
            .iter()
            .filter(|problem| problem.is_error());
        self.wrong = errors
            .filter_map(|problem| problem.place.node.clone())
            .collect();
    }
}

/// The window's program.
pub struct App {
    state: State,
    eye: Eye,
    pending: Vec<Command>,
    dialog: Option<Dialog>,
    /// Whether the desktop is asked for files; tests are asked by the window itself.
    asks_desktop: bool,
    /// The document and level whose fields were drawn last.
    seen: Option<(DocumentId, Vec<String>)>,
    /// What the clipboard was asked for.
    asked_paste: Option<apply::graph::AskedPaste>,
    /// What goes on once the document is saved.
    after_save: Option<Leaving>,
    may_close: bool,
    runs: Runs,
    setup: Setup,
    files: Files,
    /// Opens pictures for the viewer.
    loader: Loader,
    /// How many of the pictures made the gallery has been told of.
    pictures_added: usize,
}

impl App {
    /// Starts with what was open and the graph asked for, else with the first picture. Nothing runs
    /// by itself.
    pub fn new(ctx: &Context, options: &WindowOptions, devices: &[DeviceInfo]) -> Self {
        ctx.set_fonts(theme::font::definitions());
        ctx.add_plugin(Presses::default());
        let setup = Setup::new(options, devices);
        let (settings, damage) = setup.read();
        setup::dress(ctx, &settings);

        let catalog = Catalog(pyrograph_nodes::ALL);
        let (files, mut opening) = Files::start(ctx, options, catalog);
        let (shown, tabs) = opening.tabs();
        let config = setup.config(&settings);
        let kept = files.kept(options.data.as_deref());
        let (runs, queue, damaged_queue) = Runs::restore(kept.clone(), ctx);
        let (recent_seeds, damaged_seeds) = RecentSeeds::read(kept.as_deref(), ctx);
        let state = State {
            queue,
            recent_seeds,
            jobs: Jobs::start(config, setup.outputs(&settings), ctx, shown.document.id()),
            document: shown.document,
            tabs,
            data: options.data.clone(),
            selection: shown.selection,
            theme: settings.theme(),
            panels: Panels::restored(opening.panels),
            question: None,
            notice: None,
            gallery: Gallery::start(
                ctx,
                Places {
                    pictures: setup.outputs(&settings),
                    data: options.data.clone(),
                },
                catalog,
            ),
            viewer: None,
            library: setup.library(&settings),
            pictures_folder: setup.outputs(&settings),
            device: setup.device(&settings),
            devices: devices.to_vec(),
            shelf: Shelf::start(ctx),
            loaded: BTreeMap::new(),
            templates: Templates::default(),
            kept_groups: Arc::default(),
            flash: None,
            settings,
            wrong: BTreeSet::new(),
        };
        let mut app = Self {
            state,
            eye: Eye::default(),
            pending: Vec::new(),
            dialog: None,
            asks_desktop: true,
            seen: None,
            asked_paste: None,
            after_save: None,
            may_close: false,
            runs,
            setup,
            files,
            loader: Loader::start(ctx, catalog),
            pictures_added: 0,
        };
        app.see(shown.view);
        app.state.checked_anew();
        app.list_all_files();
        app.list_groups();
        if let Some(damage) = damage {
            app.tell_problem(ctx, &damage);
        }
        app.tell_restored(ctx);
        for damage in damaged_queue.into_iter().chain(damaged_seeds) {
            app.tell_problem(ctx, &damage);
        }
        app.tell_opening(ctx, opening.unsaved, &opening.told);
        app
    }

    /// Asks for files in the window even where the desktop could.
    pub fn with_own_file_box(mut self) -> Self {
        self.asks_desktop = false;
        self
    }

    /// Moves deleted pictures elsewhere than to the system's trash.
    pub fn with_trash(mut self, trash: Trash) -> Self {
        self.state.gallery.set_trash(trash);
        self
    }

    /// Shows another gallery than that of the pictures on disk.
    pub fn with_gallery(mut self, gallery: Gallery) -> Self {
        self.state.gallery = gallery;
        self
    }

    /// What is shown.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Gives a command, as a menu does.
    pub fn give(&mut self, command: Command) {
        self.pending.push(command);
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.take_events(ctx);
        self.tend_pictures(ctx);
        self.tend_shelf();
        if self.state.templates.drain() {
            self.want_template_pictures();
        }
        self.take_reply(ctx);
        self.tend_files(ctx);
        self.guard_close(ctx);
        for command in std::mem::take(&mut self.pending) {
            self.apply(ctx, command);
        }
        self.go_on(ctx);
        self.notice_first_run(ctx);
        self.keep_up(ctx);
        let now = ctx.time();
        self.state.flash.take_if(|flash| flash.until_secs < now);
        self.state
            .notice
            .take_if(|notice| !notice.is_error && notice.until_secs < now);
        if self
            .state
            .notice
            .as_ref()
            .is_some_and(|notice| !notice.is_error)
        {
            ctx.request_repaint_after_secs(0.5);
        }
        if self.state.jobs.is_running() {
            // The time left goes down between events too.
            ctx.request_repaint_after_secs(0.5);
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        let document = &self.state.document;
        let seen = (document.id(), document.level().to_vec());
        if self
            .seen
            .replace(seen.clone())
            .is_some_and(|before| before != seen)
        {
            forget_typed(&ctx);
        }
        let editing = ctx.text_edit_focused()
            || Popup::is_any_open(&ctx)
            || self.eye.is_busy()
            || self.state.question.is_some()
            || self.state.viewer.is_some()
            || self.state.gallery.has_keyboard()
            || self.state.panels.page.is_some();
        let state = &self.state;
        // A question is about the tab that is shown: keys could lead elsewhere.
        let keyed = if state.question.is_some() {
            Vec::new()
        } else {
            let is_possible = |command: &Command| command.missing(state).is_none();
            pressed(&ctx, editing, is_possible)
        };
        if !keyed.is_empty() {
            // What is typed counts for what is asked for: it comes first.
            leave_typed(&ctx);
        }
        let (mut commands, canvas) = panels::window_ui(ui, state, &mut self.eye);
        commands.extend(keyed);
        commands.extend(arrivals(&ctx, &self.eye, canvas, editing));
        self.files.note_sizes(&ctx, canvas);
        commands.extend(panels::over::over_ui(&ctx, state, canvas));
        if !commands.is_empty() {
            self.pending.extend(commands);
            ctx.request_repaint();
        }
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.state.theme.window.to_normalized_gamma_f32()
    }
}

impl App {
    fn list_files(&mut self, kind: FileKind) {
        let mut library = self.state.library.clone();
        library.dirs.splice(0..0, self.state.document.folder());
        self.state.shelf.list(kind, library);
    }

    fn tell(&mut self, ctx: &Context, words: impl Into<String>) {
        self.state.notice = Some(Notice {
            words: words.into(),
            is_error: false,
            until_secs: ctx.time() + 4.0,
        });
    }

    fn tell_problem(&mut self, ctx: &Context, problem: &Diagnostic) {
        self.state.notice = Some(Notice {
            words: words_of(problem),
            is_error: true,
            until_secs: ctx.time(),
        });
    }

    fn request(&mut self, request: Request) {
        match request {
            // Keys for these hold while pictures are looked at too, and shall not end that.
            Request::FitAll | Request::FitSelection | Request::ActualSize | Request::ZoomBy(_) => {}
            Request::Show(_)
            | Request::Reveal(_)
            | Request::AddMenu
            | Request::Connect
            | Request::EditValues
            | Request::Arrange(_)
            | Request::MoveWires
            | Request::Insert
            | Request::SelectOther
            | Request::Nudge(_)
            | Request::Grow(_)
            | Request::Reroute
            | Request::Drawing(_) => self.look_at_graph(),
        }
        self.eye.request(request);
    }
}

/// A problem in one line.
fn words_of(problem: &Diagnostic) -> String {
    let file = problem.place.file.as_ref();
    let file = file.and_then(|file| file.file_name());
    let mut words = file.map_or_else(String::new, |file| format!("{}: ", file.to_string_lossy()));
    words += &problem.message;
    if let Some(help) = &problem.help {
        words += &format!(" ({help})");
    }
    words
}
