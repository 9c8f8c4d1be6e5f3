//! What each command does: the only place where the window's state changes.

mod drawing;
mod file;
mod gallery;
pub(super) mod graph;
mod library;
mod queue;
mod seed;
mod setup;

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::{self, Edit};

use crate::app::{App, Leaving};
use crate::canvas::Request;
use crate::command::Command;
use crate::command::drawing::Item;
use crate::command::graph::Join;
use crate::command::setup::Page;
use crate::document::dialog::Purpose;
use crate::queue::Place;

impl App {
    /// Does what was asked.
    pub(super) fn apply(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::New => self.new_document(),
            Command::OpenFile(path) => self.open_file(ctx, &path),
            Command::OpenPicture(number) => self.open_picture(number),
            Command::Quit => self.leave(ctx, Leaving::Program),
            Command::Open => self.ask_file(ctx, Purpose::Open),
            Command::Save => self.save_or_ask(ctx),
            Command::SaveAs => self.ask_file(ctx, Purpose::Save { name: self.name() }),
            Command::Undo => {
                let label = self.state.document.undo();
                self.tell_step(ctx, "Undone", label.as_deref());
            }
            Command::Redo => {
                let label = self.state.document.redo();
                self.tell_step(ctx, "Redone", label.as_deref());
            }
            Command::Delete => self.delete(ctx),
            Command::Duplicate => self.duplicate(ctx),
            Command::SelectAll => {
                let graph = self.state.document.graph();
                let nodes: Vec<String> = graph.nodes.keys().cloned().collect();
                let items = Item::all(&graph.view).collect();
                self.select(nodes);
                self.state.selection.items = items;
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
            Command::Add(node) => self.add(ctx, &node, &Join::Nothing),
            Command::SetParam { at, value, live } => {
                self.edit(
                    ctx,
                    Edit::set(&at.node, &at.slot, value),
                    "change value",
                    live,
                );
            }
            Command::NewSeed(at) => self.roll_seed(ctx, &at),
            Command::Connect { from, to, cut } => self.connect(ctx, &from, &to, cut),
            Command::Disconnect(input) => {
                let cut = edit::cut(self.state.document.graph(), &input.node, &input.slot);
                self.edit(ctx, cut, "cut wire", false);
            }
            Command::Move { to, live } => {
                let moves = to
                    .iter()
                    .map(|(key, corner)| Edit::move_to(key, *corner))
                    .collect();
                self.edit(ctx, Edit::Batch(moves), "move", live);
            }
            Command::EndGesture => self.state.document.end_gesture(),
            Command::CancelGesture => {
                self.state.document.cancel_gesture();
                self.after_edit();
            }
            Command::PickFile { at, kind } => self.ask_file(ctx, Purpose::Param { at, kind }),
            Command::ListFiles(kind) => self.list_files(kind),
            Command::Run => self.run(ctx, Place::Back),
            Command::Cancel => {
                if self.state.jobs.is_running() {
                    self.state.jobs.cancel();
                }
            }
            Command::AddMenu => self.request(Request::AddMenu),
            Command::FitAll => self.request(Request::FitAll),
            Command::FitSelection => self.request(Request::FitSelection),
            Command::ActualSize => self.request(Request::ActualSize),
            Command::ToggleInspector => self.state.panels.toggle_inspector(ctx),
            Command::ToggleDrawer(tab) => self.state.panels.toggle_drawer(ctx, tab),
            Command::ToggleFocus => self.state.panels.toggle_focus(),
            Command::ShowDrawer(tab) => self.state.panels.show_drawer(ctx, tab),
            Command::View(picture) => self.view(ctx, picture),
            Command::SetLook(look) => {
                let mut settings = self.state.settings.clone();
                settings.look = look;
                self.take_settings(ctx, settings);
            }
            Command::ToggleKeys => self.toggle_page(ctx, Page::Keys),
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

    /// Makes an edit, looks anew at what is wrong, and forgets what is gone.
    fn edit(&mut self, ctx: &Context, edit: Edit, label: &'static str, live: bool) {
        if let Err(error) = self.state.document.edit(edit, label, live) {
            self.tell_problem(ctx, &Diagnostic::error(error.to_string()));
        }
        self.after_edit();
    }

    /// As [`Self::edit`], for an edit that is told from the outermost graph on.
    fn edit_root(&mut self, ctx: &Context, edit: Edit, label: &'static str) {
        if let Err(error) = self.state.document.edit_root(edit, label, false) {
            self.tell_problem(ctx, &Diagnostic::error(error.to_string()));
        }
        self.after_edit();
    }

    pub(super) fn after_edit(&mut self) {
        let nodes = &self.state.document.graph().nodes;
        let selection = &mut self.state.selection;
        selection.nodes.retain(|key| nodes.contains_key(key));
        selection.wire.take_if(|input| {
            nodes
                .get(&input.node)
                .is_none_or(|node| node.source(&input.slot).is_none())
        });
        self.keep_items();
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
        self.state.selection.items.clear();
        self.state.selection.wire = None;
    }

    fn delete(&mut self, ctx: &Context) {
        if let Some(input) = self.state.selection.wire.take() {
            self.apply(ctx, Command::Disconnect(input));
        } else if !self.state.selection.is_empty() {
            let removal = self.removal();
            self.edit(ctx, removal, "delete", false);
        }
    }
}
