//! What each command does: the only place where the window's state changes.

mod drawing;
mod file;
mod gallery;
mod graph;
mod queue;
mod seed;
mod setup;

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};

use egui::{Context, TextureOptions, ViewportCommand};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::{self, Edit};
use pyrograph_engine::graph::{Graph, Node, Source, key_for};
use serde_json::Value as Json;

use crate::app::{App, Leaving, Question, Viewer};
use crate::canvas::Request;
use crate::command::{Answer, Command, Drawer, Input, NewNode};
use crate::document::{Dialog, Document, Purpose, Reply, UNTITLED};
use crate::jobs;
use crate::theme::Theme;

/// How far a copy lies from its original.
const COPY_OFFSET: [f32; 2] = [36.0, 36.0];

impl App {
    /// Does what was asked.
    pub(super) fn apply(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::New => self.leave(ctx, Leaving::ForNew),
            Command::OpenFile(path) => self.leave(ctx, Leaving::ForFile(path)),
            Command::OpenPicture(number) => self.leave(ctx, Leaving::ForPicture(number)),
            Command::Quit => self.leave(ctx, Leaving::ForGood),
            Command::Open => self.ask_file(ctx, Purpose::Open),
            Command::Save => match self.state.document.path() {
                Some(path) => self.save(ctx, path.to_owned()),
                None => self.ask_file(
                    ctx,
                    Purpose::Save {
                        name: self.state.document.name().to_owned(),
                    },
                ),
            },
            Command::SaveAs => self.ask_file(
                ctx,
                Purpose::Save {
                    name: self.state.document.name().to_owned(),
                },
            ),
            Command::Undo => {
                let label = self.state.document.undo();
                self.tell_step(ctx, "Undone", label);
            }
            Command::Redo => {
                let label = self.state.document.redo();
                self.tell_step(ctx, "Redone", label);
            }
            Command::Delete => self.delete(ctx),
            Command::Duplicate => self.duplicate(ctx),
            Command::SelectAll => {
                self.select(
                    self.state
                        .document
                        .graph()
                        .nodes
                        .keys()
                        .cloned()
                        .collect::<Vec<_>>(),
                );
            }
            Command::Select(keys) => self.select(keys),
            Command::SelectWire(input) => {
                self.select([]);
                self.state.selection.wire = Some(input);
            }
            Command::Show(key) => {
                self.select([key.clone()]);
                self.request(Request::Show(key));
            }
            Command::Add(node) => self.add(ctx, &node),
            Command::SetParam { at, value, live } => {
                self.edit(
                    ctx,
                    Edit::set(&at.node, &at.slot, value),
                    "change value",
                    live,
                );
            }
            Command::NewSeed(at) => {
                self.edit(
                    ctx,
                    Edit::set(&at.node, &at.slot, Some(Json::from(roll()))),
                    "new seed",
                    false,
                );
            }
            Command::Connect { from, to, cut } => self.connect(ctx, &from, &to, cut),
            Command::Disconnect(input) => {
                self.edit(
                    ctx,
                    Edit::disconnect(&input.node, &input.slot),
                    "cut wire",
                    false,
                );
            }
            Command::Move { to, live } => {
                let moves = to
                    .iter()
                    .map(|(key, corner)| Edit::move_to(key, *corner))
                    .collect();
                self.edit(ctx, Edit::Batch(moves), "move", live);
            }
            Command::EndGesture => self.state.document.end_gesture(),
            Command::PickFile { at, kind } => self.ask_file(ctx, Purpose::Param { at, kind }),
            Command::ListFiles(kind) => self.list_files(kind),
            Command::Run => self.run(ctx),
            Command::Cancel => {
                if self.state.jobs.is_running() {
                    self.state.jobs.cancel();
                }
            }
            Command::AddMenu => self.request(Request::AddMenu),
            Command::FitAll => self.request(Request::FitAll),
            Command::FitSelection => self.request(Request::FitSelection),
            Command::ActualSize => self.request(Request::ActualSize),
            Command::ToggleInspector => self.state.panels.inspector = !self.state.panels.inspector,
            Command::ToggleDrawer(tab) => {
                let drawer = &mut self.state.panels.drawer;
                *drawer = if *drawer == Some(tab) {
                    None
                } else {
                    Some(tab)
                };
            }
            Command::View(picture) => self.view(ctx, picture),
            Command::SetLook(look) => {
                self.state.theme = Theme::of(look);
                self.state.theme.apply(ctx);
            }
            Command::ToggleKeys => self.state.panels.keys = !self.state.panels.keys,
            Command::Answer(answer) => self.answer(ctx, answer),
            Command::Graph(command) => self.apply_graph(ctx, command),
            Command::Drawing(command) => self.apply_drawing(ctx, command),
            Command::File(command) => self.apply_file(ctx, command),
            Command::Queue(command) => self.apply_queue(ctx, command),
            Command::Seed(command) => self.apply_seed(ctx, command),
            Command::Gallery(command) => self.apply_gallery(ctx, command),
            Command::Setup(command) => self.apply_setup(ctx, command),
            Command::Dismiss => self.state.notice = None,
        }
    }

    /// Takes the reply of the desktop's dialog, once there is one.
    pub(super) fn take_reply(&mut self, ctx: &Context) {
        let Some(reply) = self.dialog.as_ref().and_then(Dialog::poll) else {
            return;
        };
        let Some(Dialog { purpose, .. }) = self.dialog.take() else {
            return;
        };
        match reply {
            Reply::File(path) => self.use_file(ctx, purpose, path),
            Reply::Cancelled => self.after_save = None,
            Reply::Unavailable => {
                // It will not be there the next time either.
                self.asks_desktop = false;
                self.ask_file(ctx, purpose);
            }
        }
    }

    /// Asks before a close would lose changes.
    pub(super) fn guard_close(&mut self, ctx: &Context) {
        if ctx.input(|i| i.viewport().close_requested())
            && !self.may_close
            && self.state.document.is_dirty()
        {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.state.question = Some(Question::Unsaved(Leaving::ForGood));
        }
    }

    /// Does what takes the document away, or asks first.
    fn leave(&mut self, ctx: &Context, leaving: Leaving) {
        if self.state.document.is_dirty() {
            self.state.question = Some(Question::Unsaved(leaving));
        } else {
            self.really_leave(ctx, leaving);
        }
    }

    fn really_leave(&mut self, ctx: &Context, leaving: Leaving) {
        let catalog = self.state.document.catalog();
        match leaving {
            Leaving::ForNew => {
                self.show_document(Document::new(
                    Graph::default(),
                    format!("{UNTITLED}.pyro"),
                    catalog,
                ));
            }
            Leaving::ForFile(path) => match Document::open(&path, catalog) {
                Ok(document) => {
                    self.show_document(document);
                    self.tell(ctx, format!("Opened {}", path.display()));
                }
                Err(problem) => self.tell_problem(ctx, &problem),
            },
            Leaving::ForPicture(number) => {
                let Some(picture) = self.state.jobs.pictures().get(number) else {
                    return;
                };
                let document = Document::new(
                    picture.graph.as_ref().clone(),
                    format!("{UNTITLED}.pyro"),
                    catalog,
                );
                self.state.viewer = None;
                self.show_document(document);
            }
            Leaving::ForGood => {
                self.may_close = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
    }

    fn answer(&mut self, ctx: &Context, answer: Answer) {
        let Some(question) = self.state.question.take() else {
            return;
        };
        match (question, answer) {
            (Question::Unsaved(leaving), Answer::Save) => {
                self.after_save = Some(leaving);
                self.apply(ctx, Command::Save);
            }
            (Question::Unsaved(leaving), Answer::Discard) => self.really_leave(ctx, leaving),
            (Question::File { purpose, .. }, Answer::File(path)) => {
                self.use_file(ctx, purpose, path)
            }
            (Question::File { purpose, .. }, Answer::Folder(folder)) => {
                self.list_folder(purpose, folder)
            }
            (_, _) => self.after_save = None,
        }
    }

    fn ask_file(&mut self, ctx: &Context, purpose: Purpose) {
        if self.dialog.is_some() {
            return; // one dialog at a time
        }
        let folder = self
            .state
            .document
            .folder()
            .filter(|folder| folder.is_dir());
        if self.asks_desktop {
            let wake = ctx.clone();
            self.dialog = Some(Dialog::ask(purpose, folder, move || wake.request_repaint()));
        } else {
            let folder = folder
                .or_else(|| std::env::current_dir().ok())
                .unwrap_or_default();
            self.list_folder(purpose, folder);
        }
    }

    /// Opens the window's own file box on a folder.
    fn list_folder(&mut self, purpose: Purpose, folder: PathBuf) {
        let fits = |path: &Path| {
            let ending = path
                .extension()
                .map(|ending| ending.to_string_lossy().to_lowercase());
            path.is_dir()
                || ending.is_some_and(|ending| purpose.endings().contains(&ending.as_str()))
        };
        let is_hidden = |path: &Path| {
            path.file_name()
                .is_none_or(|name| name.to_string_lossy().starts_with('.'))
        };
        let found = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path());
        let mut entries: Vec<PathBuf> = found
            .filter(|path| !is_hidden(path) && fits(path))
            .take(2_000)
            .collect();
        entries.sort_by_key(|path| (!path.is_dir(), path.clone()));
        self.state.question = Some(Question::File {
            purpose,
            folder,
            entries,
        });
    }

    fn use_file(&mut self, ctx: &Context, purpose: Purpose, path: PathBuf) {
        match purpose {
            Purpose::Open => self.leave(ctx, Leaving::ForFile(path)),
            Purpose::Save { .. } => {
                let path = if path.extension().is_none() {
                    path.with_extension("pyro")
                } else {
                    path
                };
                self.save(ctx, path);
            }
            Purpose::Param { at, .. } => {
                // Beside the graph, the name alone: the two can be moved together.
                let folder = self.state.document.folder();
                let near = folder
                    .as_deref()
                    .and_then(|folder| path.strip_prefix(folder).ok())
                    .unwrap_or(&path);
                let value = Some(Json::from(near.to_string_lossy()));
                self.edit(
                    ctx,
                    Edit::set(&at.node, &at.slot, value),
                    "choose file",
                    false,
                );
            }
        }
    }

    fn save(&mut self, ctx: &Context, path: PathBuf) {
        match self.state.document.save(path.clone()) {
            Ok(()) => {
                self.tell(ctx, format!("Saved {}", path.display()));
                if let Some(leaving) = self.after_save.take() {
                    self.really_leave(ctx, leaving);
                }
            }
            Err(error) => {
                self.after_save = None;
                self.tell_problem(ctx, &Diagnostic::error(error.to_string()));
            }
        }
    }

    fn run(&mut self, ctx: &Context) {
        if self.state.document.checked().outputs().is_empty() {
            let has_outputs = self.state.document.graph().nodes.values().any(|node| {
                self.state
                    .document
                    .catalog()
                    .get(&node.is)
                    .is_some_and(|spec| spec.is_output)
            });
            let words = if has_outputs {
                self.state.panels.drawer = Some(Drawer::Problems);
                "No output can run: see the problems"
            } else {
                "There is nothing to render: add a node that saves or shows a picture"
            };
            self.tell_problem(ctx, &Diagnostic::error(words));
            return;
        }
        self.state.notice = None;
        self.state.document.end_gesture();
        self.state
            .jobs
            .run(&self.state.document, &self.state.library);
    }

    /// Makes an edit, looks anew at what is wrong, and forgets what is gone.
    fn edit(&mut self, ctx: &Context, edit: Edit, label: &'static str, live: bool) {
        if let Err(error) = self.state.document.edit(edit, label, live) {
            self.tell_problem(ctx, &Diagnostic::error(error.to_string()));
        }
        self.after_edit();
    }

    fn after_edit(&mut self) {
        let nodes = &self.state.document.graph().nodes;
        let selection = &mut self.state.selection;
        selection.nodes.retain(|key| nodes.contains_key(key));
        selection.wire.take_if(|input| {
            nodes
                .get(&input.node)
                .is_none_or(|node| node.source(&input.slot).is_none())
        });
        self.state.checked_anew();
    }

    fn tell_step(&mut self, ctx: &Context, what: &str, label: Option<&str>) {
        if let Some(label) = label {
            self.tell(ctx, format!("{what}: {label}"));
            self.after_edit();
        }
    }

    fn select(&mut self, keys: impl IntoIterator<Item = String>) {
        let nodes = &self.state.document.graph().nodes;
        self.state.selection.nodes = keys
            .into_iter()
            .filter(|key| nodes.contains_key(key))
            .collect();
        self.state.selection.wire = None;
    }

    fn delete(&mut self, ctx: &Context) {
        if let Some(input) = self.state.selection.wire.take() {
            self.apply(ctx, Command::Disconnect(input));
        } else if !self.state.selection.nodes.is_empty() {
            let keys = self.state.selection.nodes.iter().map(String::as_str);
            let removal = edit::remove(self.state.document.graph(), keys);
            self.edit(ctx, removal, "delete", false);
        }
    }

    fn duplicate(&mut self, ctx: &Context) {
        let keys = self.state.selection.nodes.iter().map(String::as_str);
        let (copies, keys) = edit::duplicate(self.state.document.graph(), keys, COPY_OFFSET);
        if !keys.is_empty() {
            self.edit(ctx, copies, "duplicate", false);
            self.select(keys);
        }
    }

    fn add(&mut self, ctx: &Context, new: &NewNode) {
        let key = key_for(self.state.document.graph(), new.is);
        let node = Node {
            is: new.is.to_owned(),
            ..Node::default()
        };
        self.edit(ctx, Edit::add(&key, node, new.at), "add node", false);
        self.select([key]);
    }

    fn connect(&mut self, ctx: &Context, from: &Source, to: &Input, cut: Option<Input>) {
        if self.state.document.would_circle(&from.node, &to.node) {
            self.tell_problem(ctx, &Diagnostic::error("this wire would close a circle"));
            return;
        }
        let cut = cut.map(|input| Edit::disconnect(&input.node, &input.slot));
        let edits = cut
            .into_iter()
            .chain([Edit::connect(&to.node, &to.slot, from)])
            .collect();
        self.edit(ctx, Edit::Batch(edits), "connect", false);
    }

    fn view(&mut self, ctx: &Context, picture: Option<usize>) {
        let found =
            picture.and_then(|number| Some((number, self.state.jobs.pictures().get(number)?)));
        self.state.viewer = found.map(|(number, picture)| {
            let max_side = ctx.input(|i| i.max_texture_side);
            let pixels = jobs::whole_image(&picture.image, max_side);
            let options = TextureOptions {
                magnification: egui::TextureFilter::Nearest,
                ..TextureOptions::LINEAR
            };
            Viewer {
                picture: number,
                texture: ctx.load_texture("viewer", pixels, options),
            }
        });
    }
}

/// Another seed: ten digits at most, so that it can be read and said.
fn roll() -> u32 {
    // The standard library's hasher is seeded by the system anew for each use.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u8(0);
    (hasher.finish() >> 32) as u32
}
