//! What the window does about files behind the scenes: it restores what was open, keeps what would
//! be lost, looks after files on disk, and leaves what may take long to a clerk (`clerk.rs`).

pub(super) mod arrivals;
pub(super) mod clerk;
pub(super) mod start;
mod tabs;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use egui::{Context, Event, Rect};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::file;
use pyrograph_engine::node::Catalog;

use self::clerk::{Clerk, Order, Told};
use self::start::Opening;
use crate::app::{App, Notice, Panels, Question, WindowOptions, words_of};
use crate::canvas::view::View;
use crate::document::{Document, DocumentId};
use crate::store::Store;
use crate::store::recent::Recent;
use crate::store::session::{Frame, OpenPanels, OpenTab, Seen, Session};
use crate::store::watch::{Sight, Watch, Watched};
use crate::worker::Worker;

/// How long after something happened the session is written, in seconds.
const KEEP_AFTER_SECS: f64 = 1.0;

/// The means to do it.
pub(super) struct Files {
    /// Reads and writes what may take long.
    pub(super) clerk: Worker<Order, Told>,
    /// What it has told and cannot be shown yet.
    held: Vec<Told>,
    watch: Watch,
    /// What the watch looks after.
    watched: Vec<Watched>,
    recent: Recent,
    /// Where pictures from the clipboard are kept.
    pub(super) pasted: PathBuf,
    /// The session as it was last written.
    session: Session,
    /// When to write it, in egui's seconds.
    keep_at: Option<f64>,
    /// The sizes of inspector and drawer, once they were seen.
    sizes: [Option<f32>; 2],
    frame: Option<Frame>,
    /// The user's folder, if anything is kept; its lock is let go of last.
    pub(super) store: Option<Store>,
}

impl Files {
    /// Opens the user's folder and what is to be shown.
    pub(super) fn start(
        ctx: &Context,
        options: &WindowOptions,
        catalog: Catalog,
    ) -> (Self, Opening) {
        let (store, trouble) = match options.data.as_deref().map(Store::open) {
            None => (None, None),
            Some(Ok(store)) => (Some(store), None),
            Some(Err(trouble)) => (None, Some(trouble)),
        };
        let mut opening = start::open(options, catalog, store.as_ref());
        opening.told.splice(0..0, trouble.map(|trouble| *trouble));
        let sizes = opening.panels.sizes;
        let wake = ctx.clone();
        let mut files = Self {
            clerk: Worker::start("files", ctx, {
                let mut clerk = Clerk::default();
                move |desk, order| clerk.work(desk, order)
            }),
            held: Vec::new(),
            watch: Watch::start(move || wake.request_repaint()),
            watched: Vec::new(),
            recent: std::mem::take(&mut opening.recent),
            pasted: options
                .data
                .as_ref()
                .unwrap_or(&options.outputs)
                .join("pasted"),
            session: Session::default(),
            keep_at: Some(ctx.time() + KEEP_AFTER_SECS),
            sizes,
            frame: opening.frame,
            store,
        };
        if let Some(asked) = &opening.asked {
            files.remember(asked);
        }
        (files, opening)
    }

    /// The user's folder, if what is kept there is this program's: of several that run, the first
    /// one's.
    pub(super) fn kept(&self, data: Option<&Path>) -> Option<PathBuf> {
        let is_first = self.store.as_ref().is_some_and(Store::is_first);
        data.filter(|_| is_first).map(Path::to_owned)
    }

    /// Asks for the files opened last.
    pub(super) fn list_recent(&self) {
        let list = self.store.as_ref().map(Store::recent);
        self.clerk
            .order(Order::ListRecent(list, self.recent.clone()));
    }

    /// A file was opened or saved.
    pub(super) fn remember(&mut self, path: &Path) {
        self.recent.push(path);
        if let Some(store) = &self.store {
            self.clerk.order(Order::Remember {
                list: store.recent(),
                file: path.to_owned(),
            });
        }
    }

    /// Keeps a text as a version of a file.
    pub(super) fn keep_version(&self, of: &Path, text: &str) {
        if let Some(store) = &self.store {
            self.clerk.order(Order::KeepVersion {
                versions: store.versions(),
                of: of.to_owned(),
                text: text.to_owned(),
            });
        }
    }

    /// The panels left this much to the canvas.
    pub(super) fn note_sizes(&mut self, ctx: &Context, canvas: Rect) {
        let beside = ctx.content_rect().max - canvas.max;
        for (known, size) in self.sizes.iter_mut().zip([beside.x, beside.y]) {
            // A panel that is closed keeps its size.
            if size > 1.0 {
                *known = Some(size);
            }
        }
    }

    fn note_frame(&mut self, ctx: &Context) {
        let scale = ctx.zoom_factor();
        let frame = ctx.input(|input| {
            let window = input.viewport();
            let is_maximized = window.maximized == Some(true) || window.fullscreen == Some(true);
            let inner = window
                .inner_rect
                .filter(|_| window.minimized != Some(true))?;
            Some(Frame {
                position: window
                    .outer_rect
                    .map(|rect| (rect.min * scale).into())
                    .filter(|_| !is_maximized),
                size: (inner.size() * scale).into(),
                is_maximized,
            })
        });
        let Some(frame) = frame else { return };
        self.frame = match self.frame {
            // What it was before it filled the screen is what it goes back to.
            Some(before) if frame.is_maximized => Some(Frame {
                is_maximized: true,
                ..before
            }),
            Some(_) | None => Some(frame),
        };
    }
}

impl Panels {
    /// The panels as they were when the program ended.
    pub(super) fn restored(open: OpenPanels) -> Self {
        let [inspector_width, drawer_height] = open.sizes;
        Self {
            inspector: open.inspector,
            drawer: open.drawer,
            page: None,
            sheet: None,
            inspector_width,
            drawer_height,
            before_focus: None,
        }
    }
}

impl App {
    /// Tells what there is to say when the window opens.
    pub(super) fn tell_opening(&mut self, ctx: &Context, unsaved: usize, told: &[Diagnostic]) {
        let mut words: Vec<String> = told.iter().map(words_of).collect();
        match unsaved {
            0 => {}
            1 => words.push("Unsaved changes to one graph are back as you left them".to_owned()),
            n => words.push(format!(
                "Unsaved changes to {n} graphs are back as you left them"
            )),
        }
        if words.is_empty() {
            return;
        }
        // What went wrong elsewhere at the start stays beside it.
        let before = self.state.notice.take();
        let is_error = !told.is_empty() || before.as_ref().is_some_and(|before| before.is_error);
        words.splice(0..0, before.map(|before| before.words));
        self.state.notice = Some(Notice {
            words: words.join("\n"),
            is_error,
            until_secs: ctx.time() + 8.0,
        });
    }

    /// Does what is due between two frames.
    pub(super) fn tend_files(&mut self, ctx: &Context) {
        let held = std::mem::take(&mut self.files.held).into_iter();
        for told in held.chain(self.files.clerk.replies()).collect::<Vec<_>>() {
            // A question is about the tab that is shown, so that it must be answered first.
            if self.state.question.is_some() && told.changes_tab() {
                self.files.held.push(told);
            } else {
                self.take_told(ctx, told);
            }
        }
        for (document, sight) in self.files.watch.sights().collect::<Vec<_>>() {
            self.take_sight(ctx, document, sight);
        }
        if ctx.input(|input| input.events.contains(&Event::WindowFocused(true))) {
            self.files.watch.look();
            self.list_groups();
        }
        if self.state.question.is_none() && self.state.document.is_known_to_differ() {
            self.state.question = Some(Question::Changed { saves: false });
        }
        let watched: Vec<Watched> = self
            .state
            .documents()
            .filter_map(Document::watched)
            .collect();
        if watched != self.files.watched {
            self.files.watch.over(watched.clone());
            self.files.watched = watched;
        }
    }

    /// Writes down what would be lost: the gesture under way, and what is open. To be called when
    /// commands have been done, for no frame need follow.
    pub(super) fn keep_up(&mut self, ctx: &Context) {
        let due = self.state.documents_mut().filter_map(Document::keep_up);
        if let Some(due) = due.min() {
            ctx.request_repaint_after(due);
        }
        let trouble = self
            .state
            .documents_mut()
            .find_map(|document| Some((document.name().to_owned(), document.take_trouble()?)));
        if let Some((name, error)) = trouble {
            let told = format!("{name} cannot be kept safe while it is edited: {error}");
            self.tell_problem(ctx, &Diagnostic::warning(told).help("save it now and then"));
        }
        let now = ctx.time();
        let happened = ctx.input(|input| !input.events.is_empty());
        if happened && self.files.keep_at.is_none() {
            self.files.keep_at = Some(now + KEEP_AFTER_SECS);
        }
        match self.files.keep_at {
            Some(at) if at <= now => {
                self.files.keep_at = None;
                self.files.note_frame(ctx);
                self.keep_session();
            }
            Some(at) => ctx.request_repaint_after_secs((at - now) as f32),
            None => {}
        }
    }

    fn keep_session(&mut self) {
        let Some(store) = self.files.store.as_ref().filter(|store| store.is_first()) else {
            return;
        };
        let session = self.session();
        if session != self.files.session {
            self.files
                .clerk
                .order(Order::WriteSession(store.session(), session.clone()));
            self.files.session = session;
        }
    }

    /// What is open.
    fn session(&self) -> Session {
        let state = &self.state;
        let tab = |id: &DocumentId| {
            if *id == state.document.id() {
                let selected = &state.selection.nodes;
                Some(open_tab(&state.document, selected, Some(self.eye.view())))
            } else {
                let tab = state.tabs.resting().find(|tab| tab.document.id() == *id)?;
                Some(open_tab(&tab.document, &tab.selection.nodes, tab.view))
            }
        };
        Session {
            tabs: state.tabs.order().iter().filter_map(tab).collect(),
            active: state.tabs.place(state.document.id()).unwrap_or(0),
            panels: OpenPanels {
                inspector: state.panels.inspector,
                drawer: state.panels.drawer,
                sizes: self.files.sizes,
            },
            window: self.files.frame,
        }
    }

    /// What was seen of a document's file.
    fn take_sight(&mut self, ctx: &Context, id: DocumentId, sight: Sight) {
        let Some(document) = self.state.document_mut(id) else {
            return;
        };
        if !document.note_sight(sight) {
            return;
        }
        let name = document.name().to_owned();
        match sight {
            Sight::Touched(_) => {}
            Sight::Gone => {
                let told = format!("{name} was moved or deleted by another program");
                let help = "what is shown here is unsaved now";
                self.tell_problem(ctx, &Diagnostic::warning(told).help(help));
            }
            // Whoever has unsaved changes is asked as soon as the tab is shown.
            Sight::Changed(_) if document.is_dirty() => {}
            Sight::Changed(_) => {
                if self.reload(ctx, id) {
                    self.tell(
                        ctx,
                        format!("{name} was changed by another program: read again"),
                    );
                }
            }
        }
    }

    /// Reads a document's file again; what the document was is kept as a version. Says whether it
    /// could be read.
    pub(super) fn reload(&mut self, ctx: &Context, id: DocumentId) -> bool {
        let Some(document) = self.state.document_mut(id) else {
            return false;
        };
        if let Some(path) = document.path() {
            self.files.keep_version(path, &file::write(document.root()));
        }
        if let Err(problem) = document.reload() {
            self.tell_problem(ctx, &problem);
            return false;
        }
        if id == self.state.document.id() {
            self.after_edit();
        }
        true
    }
}

impl Drop for App {
    /// What was open is kept for the next start. A file holds what is saved, so that its journal is
    /// not needed, unless there is something to redo.
    fn drop(&mut self) {
        let is_first = self.files.store.as_ref().is_some_and(Store::is_first);
        for document in self.state.documents_mut() {
            document.secure();
            let has_more = document.path().is_none() || document.redo_label().is_some();
            if !(document.is_dirty() || is_first && has_more) {
                document.forget_journal();
            }
        }
        self.keep_session();
    }
}

fn open_tab(document: &Document, selected: &BTreeSet<String>, view: Option<View>) -> OpenTab {
    OpenTab {
        // Without UTF-8 the session could not be written; such a file is opened by hand again.
        path: document
            .path()
            .filter(|path| path.to_str().is_some())
            .map(Path::to_owned),
        journal: document.journal().map(str::to_owned),
        selected: selected.iter().cloned().collect(),
        level: document.level().to_vec(),
        sight: view
            .filter(|view| view.pan.is_finite())
            .map(|View { pan, zoom }| Seen {
                pan: pan.into(),
                zoom,
            }),
    }
}
