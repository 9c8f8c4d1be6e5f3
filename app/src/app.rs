//! The window. `logic()` takes events in and applies commands; `ui()` draws from `&State` and
//! collects commands; nothing else changes anything.

pub mod apply;
pub mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use egui::{Context, TextureHandle, Ui};
use pyrograph_engine::device::{DeviceChoice, DeviceInfo, DeviceKind};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::node::{Catalog, FileKind};
use pyrograph_engine::run::session::SessionConfig;
use pyrograph_engine::weights::library::{Entry, Library};

pub use window::{WindowError, WindowOptions, run_window};

use crate::canvas::{Eye, Request, canvas_ui};
use crate::command::{Command, Drawer, Input, pressed};
use crate::document::{Dialog, Document, Purpose, UNTITLED};
use crate::jobs::Jobs;
use crate::panels::{self, Side};
use crate::settings::Settings;
use crate::theme::{Look, Theme};
use crate::{starter, theme};

/// The first picture, for a program that is installed without its examples.
const FIRST_PICTURE: &str = include_str!("../../examples/first_picture.pyro");

/// Everything that is shown. Panels, canvas and widgets only read it.
pub struct State {
    /// The open file.
    pub document: Document,
    /// What runs and what came of it.
    pub jobs: Jobs,
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
    /// The picture that is shown large.
    pub viewer: Option<Viewer>,
    /// Where models are looked for.
    pub library: Library,
    /// The device that the next run takes, once it is known.
    pub device: Option<(String, DeviceKind)>,
    files: BTreeMap<FileKind, Vec<Entry>>,
    /// The nodes at which something is wrong.
    wrong: BTreeSet<String>,
}

/// What is selected: nodes, or a wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Nodes by key.
    pub nodes: BTreeSet<String>,
    /// The wire that ends here.
    pub wire: Option<Input>,
}

impl Selection {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.wire.is_none()
    }
}

/// Which panels are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panels {
    /// The inspector.
    pub inspector: bool,
    /// The drawer's tab.
    pub drawer: Option<Drawer>,
    /// The list of keys.
    pub keys: bool,
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
        /// Its folders and fitting files.
        entries: Vec<PathBuf>,
    },
}

/// What takes the document away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// An empty document.
    ForNew,
    /// Another file.
    ForFile(PathBuf),
    /// The graph of a picture made in this session.
    ForPicture(usize),
    /// The end of the program.
    ForGood,
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

/// A picture shown large.
pub struct Viewer {
    /// Its number among the pictures made.
    pub picture: usize,
    /// All of its pixels.
    pub texture: TextureHandle,
}

impl State {
    /// The files of a kind, as they were when they were last looked for.
    pub fn files(&self, kind: FileKind) -> &[Entry] {
        self.files.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Whether the checks found an error at that node.
    pub fn has_error(&self, node: &str) -> bool {
        self.wrong.contains(node)
    }

    /// Everything that is wrong: the graph's problems, then the last run's.
    pub fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        // That an empty graph has no output is no news: the canvas says what to do.
        let of_graph = if self.document.graph().nodes.is_empty() {
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
    /// What goes on once the document is saved.
    after_save: Option<Leaving>,
    may_close: bool,
    /// The document and jobs that the reasons were worked out for.
    reasons_for: (u64, u64),
}

impl App {
    /// Starts with the graph asked for, else with the first picture. Nothing runs by itself.
    pub fn new(ctx: &Context, options: &WindowOptions, devices: &[DeviceInfo]) -> Self {
        ctx.set_fonts(theme::font::definitions());
        let theme = Theme::of(Look::default());
        theme.apply(ctx);

        let catalog = Catalog(pyrograph_nodes::ALL);
        let (document, problem) = first_document(options, catalog);
        let config = SessionConfig {
            compute: options.device.clone(),
            precision: options.precision,
            library: options.library.clone(),
            ..SessionConfig::default()
        };
        let state = State {
            document,
            jobs: Jobs::start(config, options.outputs.clone(), ctx),
            selection: Selection::default(),
            settings: Settings::default(),
            theme,
            panels: Panels {
                inspector: true,
                drawer: Some(Drawer::Pictures),
                keys: false,
            },
            question: None,
            notice: None,
            viewer: None,
            library: options.library.clone(),
            device: device_shown(&options.device, devices),
            files: BTreeMap::new(),
            wrong: BTreeSet::new(),
        };
        let mut app = Self {
            state,
            eye: Eye::default(),
            pending: Vec::new(),
            dialog: None,
            asks_desktop: true,
            after_save: None,
            may_close: false,
            reasons_for: (0, 0),
        };
        app.eye.reset();
        app.state.checked_anew();
        for kind in [
            FileKind::Checkpoint,
            FileKind::Vae,
            FileKind::Image,
            FileKind::Latent,
        ] {
            app.list_files(kind);
        }
        if let Some(problem) = problem {
            app.tell_problem(ctx, &problem);
        }
        app
    }

    /// Asks for files in the window even where the desktop could.
    pub fn with_own_file_box(mut self) -> Self {
        self.asks_desktop = false;
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
        self.state.jobs.drain();
        self.take_reply(ctx);
        self.guard_close(ctx);
        for command in std::mem::take(&mut self.pending) {
            self.apply(ctx, command);
        }
        self.ask_why();
        let now = ctx.time();
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
        let editing = ctx.text_edit_focused()
            || ctx.any_popup_open()
            || self.eye.is_busy()
            || self.state.question.is_some()
            || self.state.viewer.is_some()
            || self.state.panels.keys;
        let mut commands = pressed(&ctx, editing);
        commands.extend(dropped(&ctx));
        let state = &self.state;
        commands.extend(panels::top_bar::top_bar_ui(ui, state));
        commands.extend(panels::rail::rail_ui(ui, state));
        commands.extend(panels::side_ui(ui, state, Side::Inspector));
        commands.extend(panels::side_ui(ui, state, Side::Drawer));
        let canvas =
            egui::CentralPanel::no_frame().show(ui, |ui| canvas_ui(ui, state, &mut self.eye));
        commands.extend(canvas.inner);
        commands.extend(panels::over::over_ui(&ctx, state, canvas.response.rect));
        if !commands.is_empty() {
            self.pending.extend(commands);
            ctx.request_repaint();
        }
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.state.theme.window.to_normalized_gamma_f32()
    }
}

/// The graph asked for, else the first picture; a problem is told beside an empty document.
fn first_document(
    options: &WindowOptions,
    catalog: Catalog,
) -> (Document, Option<Box<Diagnostic>>) {
    let empty = || Document::new(Graph::default(), format!("{UNTITLED}.pyro"), catalog);
    if let Some(path) = &options.graph {
        return match Document::open(path, catalog) {
            Ok(document) => (document, None),
            Err(problem) => (empty(), Some(problem)),
        };
    }
    let installed = starter::first_picture().and_then(|path| Document::open(&path, catalog).ok());
    let embedded = || {
        file::read(FIRST_PICTURE)
            .ok()
            .map(|graph| Document::new(graph, "first_picture.pyro", catalog))
    };
    (installed.or_else(embedded).unwrap_or_else(empty), None)
}

/// The device that the engine will take, in words.
fn device_shown(choice: &DeviceChoice, devices: &[DeviceInfo]) -> Option<(String, DeviceKind)> {
    let gpu = || devices.iter().find(|info| info.kind == DeviceKind::Gpu);
    let cpu = || devices.iter().find(|info| info.kind == DeviceKind::Cpu);
    let info = match choice {
        DeviceChoice::Auto => gpu().or_else(cpu),
        DeviceChoice::Gpu => gpu(),
        DeviceChoice::Cpu => cpu(),
        DeviceChoice::Named(name) => devices
            .iter()
            .find(|info| info.name.to_lowercase().contains(&name.to_lowercase())),
    };
    info.map(|info| (info.name.clone(), info.kind))
}

/// Files that were let fall on the window.
fn dropped(ctx: &Context) -> Option<Command> {
    ctx.input(|i| {
        i.raw
            .dropped_files
            .first()
            .map(|file| file.path().to_owned())
    })
    .map(Command::OpenFile)
}

impl App {
    /// Another document is shown from now on.
    fn show_document(&mut self, document: Document) {
        self.state.document = document;
        self.state.jobs.forget_nodes();
        self.state.selection = Selection::default();
        self.eye.reset();
        self.reasons_for = (0, 0);
        self.state.checked_anew();
    }

    /// Works out why the next run has something to do, when that may have changed.
    fn ask_why(&mut self) {
        let now = (self.state.document.meaning(), self.state.jobs.revision());
        if !self.state.jobs.is_running() && self.reasons_for != now {
            self.reasons_for = now;
            self.state
                .jobs
                .ask_why(&self.state.document, &self.state.library);
        }
    }

    fn list_files(&mut self, kind: FileKind) {
        let mut library = self.state.library.clone();
        library.dirs.splice(0..0, self.state.document.folder());
        self.state.files.insert(kind, library.list(kind));
    }

    fn tell(&mut self, ctx: &Context, words: impl Into<String>) {
        self.state.notice = Some(Notice {
            words: words.into(),
            is_error: false,
            until_secs: ctx.time() + 4.0,
        });
    }

    fn tell_problem(&mut self, ctx: &Context, problem: &Diagnostic) {
        let file = problem
            .place
            .file
            .as_ref()
            .and_then(|file| file.file_name());
        let mut words =
            file.map_or_else(String::new, |file| format!("{}: ", file.to_string_lossy()));
        words += &problem.message;
        if let Some(help) = &problem.help {
            words += &format!(" ({help})");
        }
        self.state.notice = Some(Notice {
            words,
            is_error: true,
            until_secs: ctx.time(),
        });
    }

    fn request(&mut self, request: Request) {
        self.eye.request(request);
    }
}
