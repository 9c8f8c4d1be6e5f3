//! What commands about files do: open, save, close, tabs, recent files, versions, what is dropped.

use std::fs;
use std::path::{Path, PathBuf};

use egui::{Context, ViewportCommand};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::Edit;
use pyrograph_engine::graph::{Node, file, key_for};
use pyrograph_engine::node::{Catalog, FileKind, NodeSpec, ParamSpec, Type};
use serde_json::{Map, Value as Json};

use crate::app::files::clerk::{Landing, Listing, Order, Told};
use crate::app::files::start;
use crate::app::{App, FileEntry, Leaving, Question};
use crate::command::file::FileCommand;
use crate::command::gallery::GalleryCommand;
use crate::command::{Answer, Command};
use crate::document::dialog::{Dialog, Purpose, Reply};
use crate::document::{Document, DocumentId, UNTITLED};

/// Files up to this size are opened at once, larger ones beside the window, in bytes.
const SMALL: u64 = 1 << 20;

impl App {
    pub(super) fn apply_file(&mut self, ctx: &Context, command: FileCommand) {
        let shown = self.state.document.id();
        match command {
            FileCommand::ShowTab(id) => self.show_tab(id),
            FileCommand::CloseTab(id) => self.leave(ctx, Leaving::Tab(id)),
            FileCommand::Close => self.leave(ctx, Leaving::Tab(shown)),
            FileCommand::Reopen => self.reopen_tab(),
            FileCommand::NextTab => self.step_tab(1),
            FileCommand::PreviousTab => self.step_tab(-1),
            FileCommand::MoveTab { tab, place } => self.state.tabs.move_to(tab, place),
            FileCommand::MoveRight => self.move_shown_tab(1),
            FileCommand::MoveLeft => self.move_shown_tab(-1),
            FileCommand::SaveCopy => self.ask_file(ctx, Purpose::Copy { name: self.name() }),
            FileCommand::Recent => self.files.list_recent(),
            FileCommand::Versions => self.list_versions(ctx),
            FileCommand::LookAgain => {
                self.list_all_files();
                self.tell(ctx, "Looking which models and pictures there are");
            }
            FileCommand::Drop { path, at } => {
                let catalog = self.state.document.catalog();
                let landing = Landing {
                    document: shown,
                    at,
                };
                self.files.clerk.order(Order::Look {
                    path,
                    catalog,
                    landing,
                });
            }
            FileCommand::PastePicture { image, at } => {
                let landing = Landing {
                    document: shown,
                    at,
                };
                let folder = self.files.pasted.clone();
                self.files.clerk.order(Order::Paste {
                    image,
                    folder,
                    landing,
                });
            }
        }
    }

    /// Takes the reply of the desktop's dialog, once there is one.
    pub(in crate::app) fn take_reply(&mut self, ctx: &Context) {
        if self.state.question.is_some() {
            return; // it is about the tab that is shown, and is answered first
        }
        let Some(reply) = self.dialog.as_ref().and_then(Dialog::poll) else {
            return;
        };
        let Some(Dialog {
            purpose, document, ..
        }) = self.dialog.take()
        else {
            return;
        };
        if purpose.is_of_document() {
            if self.state.document_of(document).is_none() {
                self.tell(ctx, "The graph that the file was for has been closed");
                return;
            }
            self.show_tab(document);
        }
        match reply {
            Reply::File(path) => {
                let file = with_ending(&purpose, path.clone());
                // The desktop has asked about the name that was typed, not about this one.
                if file != path && file.exists() {
                    self.state.question = Some(Question::Replace {
                        purpose,
                        path: file,
                    });
                } else {
                    self.use_file(ctx, purpose, file);
                }
            }
            Reply::Cancelled => self.after_save = None,
            Reply::Unavailable => {
                // It will not be there the next time either.
                self.asks_desktop = false;
                self.ask_file(ctx, purpose);
            }
        }
    }

    /// Takes what the clerk has done.
    pub(in crate::app) fn take_told(&mut self, ctx: &Context, told: Told) {
        match told {
            Told::Opened(path, document) => self.opened(ctx, &path, document),
            Told::Picture {
                path,
                landing,
                note,
            } => {
                if self.state.document_of(landing.document).is_none() {
                    return; // it was closed meanwhile
                }
                self.show_tab(landing.document);
                self.add_picture(ctx, &path, landing.at);
                if let Some(note) = note {
                    self.tell(ctx, note);
                }
            }
            // A question that is open is answered first.
            Told::Recent(_) | Told::Versions(_) if self.state.question.is_some() => {}
            Told::Recent(files) => self.state.question = Some(Question::Recent(files)),
            Told::Versions(versions) => self.state.question = Some(Question::Versions(versions)),
            Told::Groups(groups) => self.state.kept_groups = groups.into(),
            Told::Folder(listing, found) => self.take_listing(&listing, found),
            Told::Failed(problem) => self.tell_problem(ctx, &problem),
        }
    }

    /// Asks before a close would lose changes. What a journal holds is not lost: it is shown again
    /// at the next start.
    pub(in crate::app) fn guard_close(&mut self, ctx: &Context) {
        if !ctx.input(|i| i.viewport().close_requested()) || self.may_close {
            return;
        }
        if let Some(id) = self.first_unsafe() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.show_tab(id);
            self.state.question = Some(Question::Unsaved(Leaving::Program));
        }
    }

    pub(super) fn new_document(&mut self) {
        self.show_document(start::empty(self.state.document.catalog()));
    }

    /// Opens a file in a tab of its own, or shows the tab that has it open.
    pub(super) fn open_file(&mut self, ctx: &Context, path: &Path) {
        if let Some(open) = self.open_elsewhere(path, None) {
            self.show_tab(open);
            return;
        }
        let catalog = self.state.document.catalog();
        if fs::metadata(path).is_ok_and(|about| about.len() > SMALL) {
            self.tell(ctx, format!("Opening {}…", path.display()));
            self.files
                .clerk
                .order(Order::Open(path.to_owned(), catalog));
        } else {
            let document = Document::open(path, catalog).map(Box::new);
            self.opened(ctx, path, document);
        }
    }

    fn opened(
        &mut self,
        ctx: &Context,
        path: &Path,
        document: Result<Box<Document>, Box<Diagnostic>>,
    ) {
        // It may have been opened twice meanwhile.
        if let Some(open) = self.open_elsewhere(path, None) {
            self.show_tab(open);
            return;
        }
        match document {
            Ok(document) => {
                self.show_document(*document);
                self.files.remember(path);
                self.tell(ctx, format!("Opened {}", path.display()));
            }
            Err(problem) => self.tell_problem(ctx, &problem),
        }
    }

    /// Opens the graph of a picture made in this session.
    pub(super) fn open_picture(&mut self, number: usize) {
        let Some(picture) = self.state.jobs.pictures().get(number) else {
            return;
        };
        let graph = picture.graph.as_ref().clone();
        let catalog = self.state.document.catalog();
        let made_for = self.state.document_of(picture.document);
        // It names files as the graph did for which it was made.
        let folder = made_for.and_then(Document::folder);
        let mut document = Document::new(graph, format!("{UNTITLED}.pyro"), catalog);
        document.set_folder(folder);
        self.state.viewer = None;
        self.show_document(document);
    }

    /// Closes a tab or the program, or asks first.
    pub(super) fn leave(&mut self, ctx: &Context, leaving: Leaving) {
        match leaving {
            Leaving::Tab(id) => {
                let document = self.state.document_of(id);
                if document.is_some_and(Document::is_dirty) {
                    self.show_tab(id);
                    self.state.question = Some(Question::Unsaved(leaving));
                } else {
                    self.close_tab(id);
                }
            }
            Leaving::Program => match self.first_unsafe() {
                Some(id) => {
                    self.show_tab(id);
                    self.state.question = Some(Question::Unsaved(leaving));
                }
                None => {
                    self.may_close = true;
                    ctx.send_viewport_cmd(ViewportCommand::Close);
                }
            },
        }
    }

    pub(super) fn answer(&mut self, ctx: &Context, answer: Answer) {
        let Some(question) = self.state.question.take() else {
            return;
        };
        match (question, answer) {
            (Question::Unsaved(leaving), Answer::Save) => {
                self.after_save = Some(leaving);
                self.apply(ctx, Command::Save);
            }
            (Question::Unsaved(leaving), Answer::Discard) => {
                self.close_tab(self.state.document.id());
                if leaving == Leaving::Program {
                    self.leave(ctx, leaving);
                }
            }
            (Question::File { purpose, .. }, Answer::File(path)) => {
                let path = with_ending(&purpose, path);
                // A dialog of the desktop has asked itself.
                if purpose.new_name().is_some() && path.exists() {
                    self.state.question = Some(Question::Replace { purpose, path });
                } else {
                    self.use_file(ctx, purpose, path);
                }
            }
            (Question::File { purpose, .. }, Answer::Folder(folder)) => {
                self.list_folder(purpose, folder);
            }
            (Question::Replace { purpose, path }, Answer::Save) => {
                self.use_file(ctx, purpose, path);
            }
            (Question::Replace { purpose, path }, Answer::Discard) => {
                let folder = path.parent().unwrap_or(&path).to_owned();
                self.list_folder(purpose, folder);
            }
            (Question::Changed { saves: true }, Answer::Save) => {
                self.state.document.keep_mine();
                self.save_or_ask(ctx);
            }
            (Question::Changed { .. }, Answer::Save | Answer::Stay) => {
                self.after_save = None;
                self.state.document.keep_mine();
            }
            (Question::Changed { .. }, Answer::Discard) => {
                self.after_save = None;
                self.reload(ctx, self.state.document.id());
            }
            (Question::Changed { .. }, Answer::Copy) => {
                self.ask_file(ctx, Purpose::Save { name: self.name() });
            }
            (Question::Recent(_), Answer::File(path)) => self.open_file(ctx, &path),
            (Question::Versions(_), Answer::File(path)) => self.open_version(ctx, &path),
            (_, _) => self.after_save = None,
        }
    }

    pub(super) fn ask_file(&mut self, ctx: &Context, purpose: Purpose) {
        if self.dialog.is_some() {
            self.after_save = None;
            self.tell(
                ctx,
                "A file dialog of the desktop is open: answer that first",
            );
            return;
        }
        let folder = self
            .state
            .document
            .folder()
            .filter(|folder| folder.is_dir());
        if self.asks_desktop {
            let (document, wake) = (self.state.document.id(), ctx.clone());
            self.dialog = Some(Dialog::ask(purpose, document, folder, move || {
                wake.request_repaint();
            }));
        } else {
            let folder = folder
                .or_else(|| std::env::current_dir().ok())
                .unwrap_or_default();
            self.list_folder(purpose, folder);
        }
    }

    /// Opens the window's own file box on a folder.
    fn list_folder(&mut self, purpose: Purpose, folder: PathBuf) {
        self.files.clerk.order(Order::ListFolder(Listing {
            folder: folder.clone(),
            endings: purpose.endings(),
        }));
        self.state.question = Some(Question::File {
            purpose,
            folder,
            entries: None,
        });
    }

    /// Shows what lies in a folder, if the file box still asks for it.
    fn take_listing(&mut self, listing: &Listing, found: Vec<FileEntry>) {
        if let Some(Question::File {
            purpose,
            folder,
            entries,
        }) = &mut self.state.question
            && *folder == listing.folder
            && purpose.endings() == listing.endings
        {
            *entries = Some(found);
        }
    }

    fn use_file(&mut self, ctx: &Context, purpose: Purpose, path: PathBuf) {
        let path = with_ending(&purpose, path);
        match purpose {
            Purpose::Open => self.open_file(ctx, &path),
            Purpose::Save { .. } => {
                let shown = self.state.document.id();
                if self.is_open(ctx, &path, Some(shown)) {
                    self.after_save = None;
                } else {
                    self.save(ctx, path);
                }
            }
            Purpose::Copy { .. } => {
                if !self.is_open(ctx, &path, None) {
                    self.save_copy(ctx, &path);
                }
            }
            Purpose::Picture { which, format, .. } => {
                self.apply_gallery(ctx, GalleryCommand::Save(which, format, path));
            }
            Purpose::Folder(which) => self.take_folder(ctx, which, path),
            Purpose::Param { at, .. } => {
                let value = Some(Json::from(self.name_near(&path)));
                self.edit(
                    ctx,
                    Edit::set(&at.node, &at.slot, value),
                    "choose file",
                    false,
                );
            }
        }
    }

    /// The name that a graph gives a file: beside the graph the name alone, for the two can be
    /// moved together.
    fn name_near(&self, path: &Path) -> String {
        let folder = self.state.document.folder();
        let near = folder.and_then(|folder| path.strip_prefix(folder).ok());
        near.unwrap_or(path).to_string_lossy().into_owned()
    }

    /// The name proposed for the document's file.
    pub(super) fn name(&self) -> String {
        self.state.document.name().to_owned()
    }

    pub(super) fn save_or_ask(&mut self, ctx: &Context) {
        match self.state.document.path() {
            Some(_) if self.state.document.differs_from_file() => {
                self.state.question = Some(Question::Changed { saves: true });
            }
            Some(path) => self.save(ctx, path.to_owned()),
            None => self.ask_file(ctx, Purpose::Save { name: self.name() }),
        }
    }

    fn save(&mut self, ctx: &Context, path: PathBuf) {
        let overwritten = overwritten(&path);
        let before = self.state.document_place();
        match self.state.document.save(path.clone()) {
            Ok(()) => {
                let now = self.state.document_place();
                self.state.recent_seeds.go_on(&before, &now);
                let texts = overwritten.as_deref().into_iter();
                for text in texts.chain([&**self.state.document.text()]) {
                    self.files.keep_version(&path, text);
                }
                self.files.remember(&path);
                self.tell(ctx, format!("Saved {}", path.display()));
                if let Some(leaving) = self.after_save.take() {
                    self.leave(ctx, leaving);
                }
            }
            Err(error) => {
                self.after_save = None;
                self.tell_problem(ctx, &error.diagnostic());
            }
        }
    }

    /// Whether a file is open in a tab, but for one: a file has one tab, so another graph must not
    /// be written over it. Says so.
    fn is_open(&mut self, ctx: &Context, path: &Path, but: Option<DocumentId>) -> bool {
        let is_open = self.open_elsewhere(path, but).is_some();
        if is_open {
            let told = Diagnostic::error("this file is open in a tab: nothing was saved");
            let told = told
                .file(path)
                .help("choose another name, or close the tab");
            self.tell_problem(ctx, &told);
        }
        is_open
    }

    fn save_copy(&mut self, ctx: &Context, path: &Path) {
        if let Some(text) = overwritten(path) {
            self.files.keep_version(path, &text);
        }
        match self.state.document.save_copy(path) {
            Ok(()) => {
                self.files.remember(path);
                self.tell(ctx, format!("Saved a copy as {}", path.display()));
            }
            Err(error) => self.tell_problem(ctx, &error.diagnostic()),
        }
    }

    fn list_versions(&mut self, ctx: &Context) {
        match (self.state.document.path(), &self.files.store) {
            (Some(path), Some(store)) => self.files.clerk.order(Order::ListVersions {
                versions: store.versions(),
                of: path.to_owned(),
            }),
            (_, _) => self.tell(ctx, "Versions are kept once the graph has been saved"),
        }
    }

    /// Opens a version in a tab of its own; the file stays what it is.
    fn open_version(&mut self, ctx: &Context, version: &Path) {
        let stem = self.name();
        let name = format!("{} (version).pyro", stem.trim_end_matches(".pyro"));
        let catalog = self.state.document.catalog();
        match Document::open_as_new(version, name, catalog) {
            Ok(mut document) => {
                // Files that it names lie where they lay.
                document.set_folder(self.state.document.folder());
                self.show_document(document);
            }
            Err(problem) => self.tell_problem(ctx, &problem),
        }
    }

    fn step_tab(&mut self, by: isize) {
        let shown = self.state.document.id();
        if let Some(id) = self.state.tabs.step(shown, by) {
            self.show_tab(id);
        }
    }

    fn move_shown_tab(&mut self, by: isize) {
        let shown = self.state.document.id();
        if let Some(place) = self.state.tabs.place(shown) {
            let place = place.saturating_add_signed(by);
            self.state.tabs.move_to(shown, place);
        }
    }

    /// Adds a node that loads a picture.
    pub(super) fn add_picture(&mut self, ctx: &Context, path: &Path, at: [f32; 2]) {
        let Some((spec, param)) = picture_loader(self.state.document.catalog()) else {
            self.tell(ctx, "There is no node that loads pictures");
            return;
        };
        let key = key_for(self.state.document.graph(), spec.id);
        let name = Json::from(self.name_near(path));
        let node = Node {
            is: spec.id.to_owned(),
            params: Map::from_iter([(param.name.to_owned(), name)]),
            ..Node::default()
        };
        self.edit(ctx, Edit::add(&key, node, at), "add picture", false);
        self.select([key]);
        self.list_files(FileKind::Image);
    }
}

/// The kind of node that loads a picture, and the param that names it.
fn picture_loader(catalog: Catalog) -> Option<(&'static NodeSpec, &'static ParamSpec)> {
    let names_picture = |param: &&ParamSpec| param.kind.file() == Some(FileKind::Image);
    catalog.0.iter().find_map(|spec| {
        let gives_picture = spec.outputs.iter().any(|pin| pin.ty == Type::Image);
        let param = spec.params.iter().find(names_picture);
        Some((*spec, param.filter(|_| gives_picture)?))
    })
}

/// The path of a file that is written, with the ending that it gets if none is typed.
fn with_ending(purpose: &Purpose, path: PathBuf) -> PathBuf {
    let ending = match purpose {
        Purpose::Save { .. } | Purpose::Copy { .. } => "pyro",
        Purpose::Picture { format, .. } => format.ending(),
        Purpose::Open | Purpose::Param { .. } | Purpose::Folder(_) => return path,
    };
    match path.extension() {
        Some(_) => path,
        None => path.with_extension(ending),
    }
}

/// What a file holds that is about to be overwritten, if it is a graph.
fn overwritten(path: &Path) -> Option<String> {
    let is_small = fs::metadata(path).is_ok_and(|about| about.len() <= file::MAX_BYTES);
    is_small.then(|| fs::read_to_string(path).ok()).flatten()
}
