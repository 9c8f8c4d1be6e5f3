//! What commands of this kind do: how the graph is drawn and ordered: looks of nodes, frames, notes, reroutes, hidden wires, groups.

mod groups;

use std::collections::BTreeSet;

use egui::Context;
use pyrograph_engine::graph::edit::{self, Edit};
use pyrograph_engine::graph::group::Slot;
use pyrograph_engine::graph::view::{self, FRAMES, Frame, Look, NOTES, Note, ROUTES};
use pyrograph_engine::graph::{Graph, Mode, Source};
use serde_json::Value as Json;

use crate::app::App;
use crate::canvas::Request;
use crate::canvas::drawing::DrawingRequest;
use crate::command::Input;
use crate::command::drawing::{DrawingCommand, Item, Part};
use crate::theme::font;
use crate::theme::tint::Tint;
use crate::widgets::text::missing;

impl App {
    pub(super) fn apply_drawing(&mut self, ctx: &Context, command: DrawingCommand) {
        match command {
            DrawingCommand::Select { nodes, items } => {
                self.select(nodes);
                self.state.selection.items = items.into_iter().collect();
            }
            DrawingCommand::Rename => {
                let only = self.only_selected();
                only.into_iter()
                    .for_each(|part| self.ask_canvas(DrawingRequest::Name(part)));
            }
            DrawingCommand::SetTitle { of, title } => self.set_part_title(ctx, &of, title),
            DrawingCommand::SetText { note, text } => self.set_text(ctx, &note, text),
            DrawingCommand::Collapse => {
                let to = !self.all_selected(|look| look.is_collapsed);
                self.relook(ctx, "collapse", |look| look.is_collapsed = to);
            }
            DrawingCommand::Pin => {
                let to = !self.all_selected(|look| look.is_pinned);
                self.relook(ctx, "pin", |look| look.is_pinned = to);
            }
            DrawingCommand::Mute => self.toggle_mode(ctx, Mode::Muted, "mute"),
            DrawingCommand::Bypass => self.toggle_mode(ctx, Mode::Bypassed, "bypass"),
            DrawingCommand::Color => self.ask_canvas(DrawingRequest::Color),
            DrawingCommand::SetColor(tint) => self.set_color(ctx, tint),
            DrawingCommand::FitSize => self.relook(ctx, "size", |look| look.size = None),
            DrawingCommand::Resize { to, live } => {
                let resized = to.iter().filter_map(|(of, rect)| self.resized(of, *rect));
                let resized = Edit::Batch(resized.collect());
                self.edit(ctx, resized, "resize", live);
            }
            DrawingCommand::Grow(way) => self.request(Request::Grow(way)),
            DrawingCommand::Move { to, live } => {
                let moves = to.iter().filter_map(|(part, at)| self.moved(part, *at));
                let moves = Edit::Batch(moves.collect());
                self.edit(ctx, moves, "move", live);
            }
            DrawingCommand::Nudge(way) => self.request(Request::Nudge(way)),
            DrawingCommand::Frame => self.ask_canvas(DrawingRequest::Frame),
            DrawingCommand::AddFrame(rect) => self.add_frame(ctx, rect),
            DrawingCommand::Note => self.ask_canvas(DrawingRequest::Note),
            DrawingCommand::AddNote(rect) => self.add_note(ctx, rect),
            DrawingCommand::DeleteWithContent => {
                let parts = self.eye.selected_with_content(&self.state);
                let removal = self.removal_of(parts.into_iter());
                self.edit(ctx, removal, "delete", false);
            }
            DrawingCommand::Reroute => self.request(Request::Reroute),
            DrawingCommand::AddReroute { wire, at, place } => {
                let slot = Slot::new(&wire.node, &wire.slot);
                let (edit, id) = edit::reroute(self.state.document.graph(), &slot, place, at);
                self.edit(ctx, edit, "add reroute", false);
                self.select_item(Item::Reroute(id));
            }
            DrawingCommand::ConnectThrough { from, to, reroute } => {
                self.connect_through(ctx, &from, &to, reroute);
            }
            DrawingCommand::HideWires => self.hide_wires(ctx),
            DrawingCommand::Group => self.group(ctx),
            DrawingCommand::Ungroup => self.ungroup(ctx),
            DrawingCommand::OpenGroup => {
                if let Some(key) = self.selected_group() {
                    self.open_group(&key);
                }
            }
            DrawingCommand::Open(key) => self.open_group(&key),
            DrawingCommand::LeaveGroup => {
                let depth = self.state.document.level().len();
                self.go_up(depth.saturating_sub(1));
            }
            DrawingCommand::GoUp(depth) => self.go_up(depth),
            DrawingCommand::ChooseShown => {
                if let Some(key) = self.selected_group() {
                    self.ask_canvas(DrawingRequest::ChooseShown(key));
                }
            }
            DrawingCommand::Show {
                group,
                inner,
                is_shown,
            } => self.show_inner(ctx, &group, inner, is_shown),
            DrawingCommand::RenameShown { group, inner, name } => {
                self.rename_inner(ctx, &group, &inner, &name);
            }
            DrawingCommand::SaveGroup => {
                if let Some(key) = self.selected_group() {
                    self.ask_canvas(DrawingRequest::NameKept(key));
                }
            }
            DrawingCommand::SaveGroupAs { group, name } => self.keep_group(ctx, &group, &name),
            DrawingCommand::PickGroup => self.pick_group(ctx),
            DrawingCommand::AddGroup { name, at, join } => {
                self.add_kept_group(ctx, (&name, at), &join);
            }
        }
    }

    fn ask_canvas(&mut self, request: DrawingRequest) {
        self.request(Request::Drawing(request));
    }

    /// What deleting the selection does to the graph.
    pub(super) fn removal(&self) -> Edit {
        let selection = &self.state.selection;
        self.removal_of(selection.parts())
    }

    /// What deleting these does to the graph.
    pub(super) fn removal_of(&self, parts: impl Iterator<Item = Part>) -> Edit {
        let mut steps = Steps::new(self.state.document.graph());
        let parts: BTreeSet<Part> = parts.collect();
        let nodes: Vec<&str> = parts
            .iter()
            .filter_map(|part| match part {
                Part::Node(key) => Some(key.as_str()),
                Part::Item(_) => None,
            })
            .collect();
        steps.make(edit::remove(&steps.graph, nodes));
        for part in &parts {
            match part {
                Part::Node(_) => {}
                Part::Item(Item::Frame(id)) => steps.make(Edit::take_frame(id)),
                Part::Item(Item::Note(id)) => steps.make(Edit::take_note(id)),
                Part::Item(Item::Reroute(id)) => {
                    steps.make(edit::remove_reroute(&steps.graph, id));
                }
            }
        }
        steps.done()
    }

    /// Forgets selected frames, notes and reroutes that are gone.
    pub(super) fn keep_items(&mut self) {
        let view = &self.state.document.graph().view;
        self.state.selection.items.retain(|item| match item {
            Item::Frame(id) => view.frame(id).is_some(),
            Item::Note(id) => view.note(id).is_some(),
            Item::Reroute(id) => view.reroute(id).is_some(),
        });
    }

    /// The only part that is selected.
    fn only_selected(&self) -> Option<Part> {
        let mut parts = self.state.selection.parts();
        parts.next().filter(|_| parts.next().is_none())
    }

    fn select_item(&mut self, item: Item) {
        self.select([]);
        self.state.selection.items = BTreeSet::from([item]);
    }

    /// Whether all selected nodes look so.
    fn all_selected(&self, looks: impl Fn(&Look) -> bool) -> bool {
        let view = &self.state.document.graph().view;
        let mut nodes = self.state.selection.nodes.iter();
        nodes.all(|key| looks(&view.look(key)))
    }

    /// Changes how the selected nodes look.
    fn relook(&mut self, ctx: &Context, label: &'static str, change: impl Fn(&mut Look)) {
        let graph = self.state.document.graph();
        let nodes = self.state.selection.nodes.iter();
        let edits = nodes.map(|key| edit::relook(graph, key, &change)).collect();
        self.edit(ctx, Edit::Batch(edits), label, false);
    }

    fn toggle_mode(&mut self, ctx: &Context, mode: Mode, label: &'static str) {
        let graph = self.state.document.graph();
        let selected = &self.state.selection.nodes;
        let has_it = |key: &String| graph.nodes.get(key).is_some_and(|node| node.mode == mode);
        let to = if selected.iter().all(has_it) {
            Mode::Active
        } else {
            mode
        };
        let edits = selected.iter().map(|key| Edit::set_mode(key, to)).collect();
        self.edit(ctx, Edit::Batch(edits), label, false);
    }

    fn set_part_title(&mut self, ctx: &Context, of: &Part, title: String) {
        self.tell_missing(ctx, &title);
        let graph = self.state.document.graph();
        let edit = match of {
            Part::Node(key) => {
                let kind = graph.nodes.get(key).map(|node| node.is.as_str());
                let spec = kind.and_then(|kind| self.state.document.catalog().get(kind));
                let is_own = title.is_empty() || spec.is_some_and(|spec| spec.title == title);
                edit::relook(graph, key, |look| {
                    look.title = Some(title).filter(|_| !is_own);
                })
            }
            Part::Item(Item::Frame(id)) => {
                let Some(frame) = graph.view.frame(id) else {
                    return;
                };
                Edit::put_frame(id, &Frame { title, ..frame })
            }
            Part::Item(Item::Note(_) | Item::Reroute(_)) => return,
        };
        self.edit(ctx, edit, "rename", false);
    }

    /// Says that letters of a new title or note cannot be seen: they have no sign of their own.
    fn tell_missing(&mut self, ctx: &Context, text: &str) {
        let missing = ctx.fonts_mut(|fonts| missing::count(fonts, &font::strong(12.0), text));
        if missing > 0 {
            self.tell(ctx, missing::words(missing));
        }
    }

    fn set_text(&mut self, ctx: &Context, id: &str, text: String) {
        self.tell_missing(ctx, &text);
        if let Some(note) = self.state.document.graph().view.note(id) {
            let edit = Edit::put_note(id, &Note { text, ..note });
            self.edit(ctx, edit, "edit note", false);
        }
    }

    fn set_color(&mut self, ctx: &Context, tint: Option<Tint>) {
        let graph = self.state.document.graph();
        let color = tint.map(|tint| tint.name().to_owned());
        let edits = self
            .state
            .selection
            .parts()
            .filter_map(|part| {
                let color = color.clone();
                Some(match part {
                    Part::Node(key) => edit::relook(graph, &key, |look| look.color = color),
                    Part::Item(Item::Frame(id)) => {
                        let frame = graph.view.frame(&id)?;
                        Edit::put_frame(&id, &Frame { color, ..frame })
                    }
                    Part::Item(Item::Note(id)) => {
                        let note = graph.view.note(&id)?;
                        Edit::put_note(&id, &Note { color, ..note })
                    }
                    Part::Item(Item::Reroute(_)) => return None,
                })
            })
            .collect();
        self.edit(ctx, Edit::Batch(edits), "colour", false);
    }

    fn resized(&self, of: &Part, rect: [f32; 4]) -> Option<Edit> {
        let graph = self.state.document.graph();
        let [x, y, width, height] = rect;
        Some(match of {
            Part::Node(key) => edit::relook(graph, key, |look| {
                look.at = Some([x, y]);
                look.size = Some([width, height]);
            }),
            Part::Item(Item::Frame(id)) => {
                let frame = graph.view.frame(id)?;
                Edit::put_frame(id, &Frame { rect, ..frame })
            }
            Part::Item(Item::Note(id)) => {
                let note = graph.view.note(id)?;
                Edit::put_note(id, &Note { rect, ..note })
            }
            Part::Item(Item::Reroute(_)) => return None,
        })
    }

    pub(super) fn moved(&self, part: &Part, [x, y]: [f32; 2]) -> Option<Edit> {
        let view = &self.state.document.graph().view;
        Some(match part {
            Part::Node(key) => Edit::move_to(key, [x, y]),
            Part::Item(Item::Frame(id)) => {
                let mut frame = view.frame(id)?;
                [frame.rect[0], frame.rect[1]] = [x, y];
                Edit::put_frame(id, &frame)
            }
            Part::Item(Item::Note(id)) => {
                let mut note = view.note(id)?;
                [note.rect[0], note.rect[1]] = [x, y];
                Edit::put_note(id, &note)
            }
            Part::Item(Item::Reroute(id)) => {
                let mut reroute = view.reroute(id)?;
                reroute.at = [x, y];
                Edit::put_reroute(id, &reroute)
            }
        })
    }

    fn add_frame(&mut self, ctx: &Context, rect: [f32; 4]) {
        let id = self.state.document.graph().view.fresh(FRAMES, "frame");
        let frame = Frame {
            rect,
            ..Frame::default()
        };
        self.edit(ctx, Edit::put_frame(&id, &frame), "add frame", false);
        self.begin_naming(Item::Frame(id));
    }

    fn add_note(&mut self, ctx: &Context, rect: [f32; 4]) {
        let id = self.state.document.graph().view.fresh(NOTES, "note");
        let note = Note {
            rect,
            ..Note::default()
        };
        self.edit(ctx, Edit::put_note(&id, &note), "add note", false);
        self.begin_naming(Item::Note(id));
    }

    fn begin_naming(&mut self, item: Item) {
        self.select_item(item.clone());
        self.ask_canvas(DrawingRequest::Name(Part::Item(item)));
    }

    fn connect_through(&mut self, ctx: &Context, from: &Source, to: &Input, reroute: String) {
        if self.state.document.would_circle(&from.node, &to.node) {
            self.tell_circle(ctx);
            return;
        }
        let graph = self.state.document.graph();
        let name = view::input(&to.node, &to.slot);
        let source = graph
            .nodes
            .get(&to.node)
            .and_then(|node| node.source(&to.slot));
        let last = graph.view.route_ids(&name).last().copied();
        if source.as_ref() == Some(from) && last == Some(reroute.as_str()) {
            return; // it is there already
        }
        let route = Edit::SetViewItem {
            member: ROUTES.to_owned(),
            key: name,
            value: Some(Json::String(reroute)),
            index: None,
        };
        let edits = vec![
            edit::cut(graph, &to.node, &to.slot),
            Edit::connect(&to.node, &to.slot, from),
            route,
        ];
        self.edit(ctx, Edit::Batch(edits), "connect", false);
    }

    /// Hides the selected wire, or the selected nodes' wires; shows them if all are hidden.
    fn hide_wires(&mut self, ctx: &Context) {
        let document = &self.state.document;
        let selection = &self.state.selection;
        let wires: Vec<Slot> = match &selection.wire {
            Some(input) => vec![Slot::new(&input.node, &input.slot)],
            None => document
                .wires()
                .filter(|(source, input)| {
                    selection.nodes.contains(&source.node) || selection.nodes.contains(&input.node)
                })
                .map(|(_, input)| Slot::new(&input.node, &input.slot))
                .collect(),
        };
        let view = &document.graph().view;
        let hides = !wires.iter().all(|wire| view.is_hidden(&wire.to_string()));
        let edits = wires.iter().map(|wire| edit::hide(wire, hides)).collect();
        let label = if hides { "hide wires" } else { "show wires" };
        self.edit(ctx, Edit::Batch(edits), label, false);
    }
}

/// Edits of which each is worked out from what the ones before have made of the graph.
struct Steps {
    graph: Graph,
    edits: Vec<Edit>,
}

impl Steps {
    fn new(graph: &Graph) -> Self {
        Self {
            graph: graph.clone(),
            edits: Vec::new(),
        }
    }

    /// Makes an edit; one that does not fit is left out.
    fn make(&mut self, edit: Edit) {
        if edit::apply(&mut self.graph, edit.clone()).is_ok() {
            self.edits.push(edit);
        }
    }

    fn done(self) -> Edit {
        Edit::Batch(self.edits)
    }
}
