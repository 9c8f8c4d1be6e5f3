//! What the window does about files behind the scenes: it restores what was open, keeps what would
//! be lost, looks after files on disk, and leaves what may take long to a clerk (`clerk.rs`).

pub(super) mod arrivals;
pub(super) mod clerk;
pub(super) mod start;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use egui::{Context, Event, Rect};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::file;
use pyrograph_engine::node::Catalog;

use self::clerk::{Order, Told};
use self::start::Opening;
use crate::app::{App, Notice, Panels, Question, State, WindowOptions, words_of};
use crate::canvas::view::View;
use crate::document::{Document, DocumentId};
use crate::store::Store;
use crate::store::recent::Recent;
use crate::store::session::{Frame, OpenPanels, OpenTab, Seen, Session};
use crate::store::watch::{Sight, Watch, Watched};
use crate::tabs::{Tab, is_same_file};
use crate::worker::Worker;

/// How long after something happened the session is written, in seconds.
const KEEP_AFTER_SECS: f64 = 1.0;

/// The means to do it.
pub(super) struct Files {
    /// Reads and writes what may take long.
    pub(super) clerk: Worker<Order, Told>,
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
        opening.told.splice(0..0, trouble);
        let recent = opening.recent.clone();
        let sizes = opening.panels.sizes;
        let wake = ctx.clone();
        let files = Self {
            clerk: Worker::start("files", ctx, clerk::work),
            watch: Watch::start(move || wake.request_repaint()),
            watched: Vec::new(),
            recent,
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
        (files, opening)
    }

    /// The user's folder, if what is kept there is this program's: of several that run, the first
    /// one's.
    pub(super) fn kept(&self, data: Option<&Path>) -> Option<PathBuf> {
        let is_first = self.store.as_ref().is_some_and(Store::is_first);
        data.filter(|_| is_first).map(Path::to_owned)
    }

    /// The files opened last, newest first.
    pub(super) fn recent(&self) -> &[PathBuf] {
        self.recent.files()
    }

    /// A file was opened or saved.
    pub(super) fn remember(&mut self, path: &Path) {
        self.recent.push(path);
        if let Some(store) = &self.store {
            self.clerk
                .order(Order::WriteRecent(store.recent(), self.recent.clone()));
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

impl State {
    /// Every open document, in the order of the tabs.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.tabs
            .order()
            .iter()
            .filter_map(|id| self.document_of(*id))
    }

    /// An open document.
    pub fn document_of(&self, id: DocumentId) -> Option<&Document> {
        if id == self.document.id() {
            Some(&self.document)
        } else {
            self.tabs.get(id)
        }
    }

    fn document_mut(&mut self, id: DocumentId) -> Option<&mut Document> {
        if id == self.document.id() {
            Some(&mut self.document)
        } else {
            self.tabs.get_mut(id)
        }
    }

    fn documents_mut(&mut self) -> impl Iterator<Item = &mut Document> {
        std::iter::once(&mut self.document).chain(self.tabs.resting_mut())
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
            inspector_width,
            drawer_height,
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
        for told in self.files.clerk.replies().collect::<Vec<_>>() {
            self.take_told(ctx, told);
        }
        for (document, sight) in self.files.watch.sights().collect::<Vec<_>>() {
            self.take_sight(ctx, document, sight);
        }
        self.keep_up(ctx);
        if ctx.input(|input| input.events.contains(&Event::WindowFocused(true))) {
            self.files.watch.look();
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

    /// Writes down what would be lost: the gesture under way, and what is open.
    fn keep_up(&mut self, ctx: &Context) {
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

    /// Shows a tab.
    pub(super) fn show_tab(&mut self, id: DocumentId) {
        if let Some(tab) = self.state.tabs.wake(id) {
            let before = self.replace_shown(tab);
            self.state.tabs.rest(before);
        }
    }

    /// Shows another tab and returns the one that was shown.
    fn replace_shown(&mut self, tab: Tab) -> Tab {
        self.state.document.end_gesture();
        let before = Tab {
            document: std::mem::replace(&mut self.state.document, tab.document),
            selection: std::mem::replace(&mut self.state.selection, tab.selection),
            view: Some(self.eye.view()),
        };
        self.see(tab.view);
        self.state.jobs.look_at(self.state.document.id());
        self.after_edit();
        before
    }

    /// Looks at the document as it was looked at, or at all of it.
    pub(super) fn see(&mut self, view: Option<View>) {
        match view {
            Some(view) => self.eye.look(view),
            None => self.eye.reset(),
        }
    }

    /// Opens a document in a tab of its own and shows it.
    pub(super) fn show_document(&mut self, mut document: Document) {
        if let Some(store) = &self.files.store {
            document.keep_in(&store.journals());
        }
        let id = document.id();
        let behind = self.state.document.id();
        self.state.tabs.insert(Tab::new(document), behind);
        self.show_tab(id);
    }

    /// Closes a tab. What it held can be had back until the program ends.
    pub(super) fn close_tab(&mut self, id: DocumentId) {
        let next = self.state.tabs.neighbour(id);
        let mut closed = if id != self.state.document.id() {
            let Some(closed) = self.state.tabs.wake(id) else {
                return;
            };
            closed
        } else if let Some(next) = next.and_then(|next| self.state.tabs.wake(next)) {
            self.replace_shown(next)
        } else {
            self.show_document(start::empty(self.state.document.catalog()));
            let Some(closed) = self.state.tabs.wake(id) else {
                return;
            };
            closed
        };
        closed.document.forget_journal();
        self.state.jobs.forget(id);
        self.state.tabs.close(closed);
    }

    /// Opens the tab that was closed last; a file that is open again by now is only shown.
    pub(super) fn reopen_tab(&mut self) {
        let Some(id) = self.state.tabs.reopen() else {
            return;
        };
        let path = self.state.tabs.get(id).and_then(Document::path);
        let open = path.and_then(|path| self.open_elsewhere(path, Some(id)));
        if let Some(open) = open {
            self.close_tab(id);
            self.show_tab(open);
            return;
        }
        if let (Some(store), Some(document)) = (&self.files.store, self.state.tabs.get_mut(id)) {
            document.keep_in(&store.journals());
        }
        self.show_tab(id);
    }

    /// The document that has a file open, but for one.
    pub(super) fn open_elsewhere(
        &self,
        path: &Path,
        but: Option<DocumentId>,
    ) -> Option<DocumentId> {
        let has_it = |document: &&Document| {
            let own = document.path();
            Some(document.id()) != but && own.is_some_and(|own| is_same_file(own, path))
        };
        self.state.documents().find(has_it).map(Document::id)
    }

    /// The first document that would lose changes if the program ended now.
    pub(super) fn first_unsafe(&mut self) -> Option<DocumentId> {
        let unsafe_one = |document: &mut Document| !document.secure();
        let order = self.state.tabs.order().to_vec();
        order.into_iter().find(|id| {
            let document = self.state.document_mut(*id);
            document.is_some_and(unsafe_one)
        })
    }
}

impl Drop for App {
    /// What was open is kept for the next start; a file holds what is saved, so that its journal
    /// is not needed.
    fn drop(&mut self) {
        let is_first = self.files.store.as_ref().is_some_and(Store::is_first);
        for document in self.state.documents_mut() {
            document.secure();
            let is_restored = is_first && document.path().is_none();
            if !document.is_dirty() && !is_restored {
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
        sight: view.map(|View { pan, zoom }| Seen {
            pan: pan.into(),
            zoom,
        }),
    }
}
