//! What commands of this kind do: the clipboard, wires by the bundle, order among nodes, ways to
//! select.

mod connect;

use std::collections::BTreeSet;

use egui::{Context, ViewportCommand};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::{self, Edit, Keep, Spot, paste};
use pyrograph_engine::graph::view::Frame;
use pyrograph_engine::graph::{Graph, file};

use crate::app::App;
use crate::canvas::{Request, flow};
use crate::clipboard;
use crate::command::drawing::{Item, Part};
use crate::command::graph::{Arrange, GraphCommand};

/// How far a copy lies from its original.
const COPY_OFFSET: [f32; 2] = [36.0, 36.0];
/// How many frames the desktop may take to give the clipboard's text.
const PATIENCE: u64 = 4;

/// The clipboard was asked for its text.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) struct AskedPaste {
    keep: Keep,
    frame: u64,
}

impl App {
    pub(super) fn apply_graph(&mut self, ctx: &Context, command: GraphCommand) {
        match command {
            GraphCommand::Copy => {
                self.copy_selected(ctx);
            }
            GraphCommand::Cut => {
                if let Some(parts) = self.copy_selected(ctx) {
                    let removal = self.removal_of(parts.into_iter());
                    self.edit(ctx, removal, "cut", false);
                }
            }
            GraphCommand::Paste => self.ask_clipboard(ctx, Keep::Nothing),
            GraphCommand::PasteKeepingInputs => self.ask_clipboard(ctx, Keep::Inputs),
            GraphCommand::PasteText { text, at } => self.paste_text(ctx, &text, at),
            GraphCommand::CopyParts { parts, by } => self.copy_parts(ctx, &parts, by),
            GraphCommand::SelectNothing => self.select([]),
            GraphCommand::SelectOther => self.request(Request::SelectOther),
            GraphCommand::InvertSelection => {
                let nodes = self.state.document.graph().nodes.keys();
                let others = nodes.filter(|key| !self.state.selection.nodes.contains(*key));
                let others: Vec<String> = others.cloned().collect();
                self.select(others);
            }
            GraphCommand::SelectUpstream => {
                let selected = self.state.selection.nodes.iter().map(String::as_str);
                self.select(flow::upstream(self.state.document.graph(), selected));
            }
            GraphCommand::SelectDownstream => {
                let selected = self.state.selection.nodes.iter().map(String::as_str);
                self.select(flow::downstream(self.state.document.graph(), selected));
            }
            GraphCommand::GoTo { node, extends } => {
                let before = self.state.selection.nodes.clone();
                let kept = before.into_iter().filter(|_| extends);
                let all: Vec<String> = kept.chain([node.clone()]).collect();
                self.select(all);
                self.request(Request::Reveal(node));
            }
            GraphCommand::Insert(insertion) => self.insert(ctx, &insertion),
            GraphCommand::MoveWires { from, to } => self.move_wires(ctx, &from, &to),
            GraphCommand::CutWires(inputs) => self.cut_wires(ctx, &inputs),
            GraphCommand::CutSelected => self.cut_selected(ctx),
            GraphCommand::InsertSelected => {
                // What brought the node there was another step.
                self.state.document.end_gesture();
                self.request(Request::Insert);
            }
            GraphCommand::MoveWiresOf => self.request(Request::MoveWires),
            GraphCommand::AddJoined(node, join) => self.add(ctx, &node, &join),
            GraphCommand::ConnectSelected => self.connect_selected(ctx),
            GraphCommand::Connect => self.request(Request::Connect),
            GraphCommand::Dissolve => {
                let keys = self.state.selection.nodes.iter().map(String::as_str);
                let (graph, catalog) = (self.state.document.graph(), self.state.document.catalog());
                let dissolved = edit::dissolve(graph, catalog, keys);
                self.edit(ctx, dissolved, "dissolve", false);
            }
            GraphCommand::EditValues => self.request(Request::EditValues),
            GraphCommand::Arrange(by) => self.request(Request::Arrange(by)),
            GraphCommand::Place { by, parts, frames } => self.place(ctx, by, &parts, frames),
            GraphCommand::ZoomIn => self.request(Request::ZoomBy(1)),
            GraphCommand::ZoomOut => self.request(Request::ZoomBy(-1)),
            GraphCommand::ToggleSnap => {
                let mut settings = self.state.settings.clone();
                settings.snaps_to_grid = !settings.snaps_to_grid;
                let words = if settings.snaps_to_grid {
                    "Nodes stay on the grid"
                } else {
                    "Nodes go anywhere"
                };
                self.take_settings(ctx, settings);
                self.tell(ctx, words);
            }
        }
    }

    /// Puts what is selected on the clipboard, frames with what lies in them; returns what that
    /// was.
    fn copy_selected(&mut self, ctx: &Context) -> Option<BTreeSet<Part>> {
        let parts = self.eye.selected_with_content(&self.state);
        let copy = clipboard::copy(self.state.document.graph(), &parts)?;
        ctx.copy_text(file::write(&copy));
        let words = match copy.nodes.len() {
            0 => "Copied".to_owned(),
            1 => "Copied 1 node".to_owned(),
            n => format!("Copied {n} nodes"),
        };
        self.tell(ctx, words);
        Some(parts)
    }

    /// The text comes as an event, a frame later.
    fn ask_clipboard(&mut self, ctx: &Context, keep: Keep) {
        self.asked_paste = Some(AskedPaste {
            keep,
            frame: ctx.cumulative_frame_nr(),
        });
        ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
    }

    fn paste_text(&mut self, ctx: &Context, text: &str, at: [f32; 2]) {
        let now = ctx.cumulative_frame_nr();
        let asked = self
            .asked_paste
            .take()
            .filter(|asked| asked.frame + PATIENCE >= now);
        let keep = asked.map_or(Keep::Nothing, |asked| asked.keep);
        match clipboard::read(text) {
            Ok(copy) => self.graft(ctx, &copy, (Spot::At(at), keep), "paste"),
            Err(error) => self.tell_problem(ctx, &Diagnostic::from(&error)),
        }
    }

    /// Adds copies of what is selected beside it, of frames with what lies in them.
    pub(super) fn duplicate(&mut self, ctx: &Context) {
        let parts = self.eye.selected_with_content(&self.state);
        self.copy_parts(ctx, &parts, COPY_OFFSET);
    }

    fn copy_parts<'a>(
        &mut self,
        ctx: &Context,
        parts: impl IntoIterator<Item = &'a Part>,
        by: [f32; 2],
    ) {
        if let Some(copy) = clipboard::copy(self.state.document.graph(), parts) {
            let spot = (Spot::Offset(by), Keep::Inputs);
            self.graft(ctx, &copy, spot, "duplicate");
        }
    }

    /// Adds what another graph holds and selects it.
    fn graft(
        &mut self,
        ctx: &Context,
        copy: &Graph,
        (spot, keep): (Spot, Keep),
        label: &'static str,
    ) {
        let graph = self.state.document.graph();
        let before = graph.view.clone();
        let (added, keys) = paste(graph, copy, spot, keep);
        self.edit(ctx, added, label, false);
        let items = clipboard::new_items(&self.state.document.graph().view, &before);
        self.select(keys);
        let is_free = |item: &Item| match item {
            Item::Frame(_) | Item::Note(_) => true,
            Item::Reroute(_) => false, // it moves with its wires' nodes, not by itself
        };
        self.state
            .selection
            .items
            .extend(items.into_iter().filter(is_free));
    }

    /// Puts nodes and what goes along to their places, and frames around them.
    fn place(
        &mut self,
        ctx: &Context,
        by: Arrange,
        parts: &[(Part, [f32; 2])],
        frames: Vec<(String, [f32; 4])>,
    ) {
        let view = &self.state.document.graph().view;
        let moves = parts.iter().filter_map(|(part, at)| self.moved(part, *at));
        let frames = frames.into_iter().filter_map(|(id, rect)| {
            let frame = view.frame(&id)?;
            Some(Edit::put_frame(&id, &Frame { rect, ..frame }))
        });
        let placed = Edit::Batch(moves.chain(frames).collect());
        self.edit(ctx, placed, by.step(), false);
    }
}
