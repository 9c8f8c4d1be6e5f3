//! Groups: made, taken apart, opened, and kept for other graphs.

use std::collections::BTreeSet;

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::graph::edit::{self, Edit, Keep, Spot};
use pyrograph_engine::graph::group::{self, Group, GroupError, Slot};

use super::Steps;
use crate::app::App;
use crate::canvas::drawing::DrawingRequest;
use crate::command::drawing::Inner;
use crate::kept_groups;

impl App {
    pub(super) fn group(&mut self, ctx: &Context) {
        let document = &self.state.document;
        let keys = &self.state.selection.nodes;
        match group::make(document.graph(), keys, "", document.catalog()) {
            Ok((edit, key)) => {
                self.edit(ctx, edit, "group", false);
                self.select([key]);
            }
            Err(error) => self.tell_group_error(ctx, &error),
        }
    }

    pub(super) fn ungroup(&mut self, ctx: &Context) {
        let graph = self.state.document.graph();
        let is_group = |key: &&String| {
            let node = graph.nodes.get(*key);
            node.is_some_and(|node| node.as_group().is_some())
        };
        let groups: Vec<&String> = self.state.selection.nodes.iter().filter(is_group).collect();
        if groups.is_empty() {
            self.tell_problem(ctx, &Diagnostic::error("no group is selected"));
            return;
        }
        let mut steps = Steps::new(graph);
        let mut inside = Vec::new();
        for key in groups {
            match group::ungroup(&steps.graph, key) {
                Ok((edit, keys)) => {
                    steps.make(edit);
                    inside.extend(keys);
                }
                Err(error) => {
                    self.tell_group_error(ctx, &error);
                    return;
                }
            }
        }
        self.edit(ctx, steps.done(), "ungroup", false);
        self.select(inside);
    }

    fn tell_group_error(&mut self, ctx: &Context, error: &GroupError) {
        let told = Diagnostic::error(error.to_string());
        let told = match error.help() {
            Some(help) => told.help(help),
            None => told,
        };
        self.tell_problem(ctx, &told);
    }

    /// The only selected node, if it is a group.
    pub(super) fn selected_group(&self) -> Option<String> {
        let key = self.state.inspected()?;
        let node = self.state.document.graph().nodes.get(key)?;
        node.as_group().map(|_| key.to_owned())
    }

    pub(super) fn open_group(&mut self, key: &str) {
        if self.state.document.enter(key) {
            self.level_changed();
        }
    }

    /// Comes back to the level that lies in so many groups, and selects the group left.
    pub(super) fn go_up(&mut self, depth: usize) {
        let level = self.state.document.level().to_vec();
        if let Some(left) = level.get(depth) {
            self.state.document.go_to(&level[..depth]);
            self.level_changed();
            self.select([left.clone()]);
        }
    }

    /// Nothing that was selected is on the level that is open now.
    pub(super) fn level_changed(&mut self) {
        self.select([]);
    }

    pub(super) fn show_inner(&mut self, ctx: &Context, key: &str, inner: Inner, is_shown: bool) {
        let graph = self.state.document.graph();
        let Some(group) = group_in(graph, key) else {
            return;
        };
        let edit = match (inner, is_shown) {
            (Inner::Input(slot), true) => {
                let name = group.fresh_input(&slot.slot);
                group::expose_input(graph, key, &name, slot)
            }
            (Inner::Input(slot), false) => match concealed(graph, (key, group), &slot) {
                Some(edit) => edit,
                None => return,
            },
            (Inner::Output(source), true) => {
                let name = group.fresh_output(&source.pin);
                group::expose_output(key, &name, source)
            }
            (Inner::Output(source), false) => {
                let mut outputs = group.outputs.iter();
                match outputs.find(|(_, shown)| **shown == source) {
                    Some((name, _)) => group::conceal_output(graph, key, name),
                    None => return,
                }
            }
        };
        let label = if is_shown {
            "show on group"
        } else {
            "hide from group"
        };
        self.edit(ctx, edit, label, false);
    }

    pub(super) fn rename_inner(&mut self, ctx: &Context, key: &str, inner: &Inner, to: &str) {
        let graph = self.state.document.graph();
        let Some(group) = group_in(graph, key) else {
            return;
        };
        let edit = match inner {
            Inner::Input(slot) => {
                let mut inputs = group.inputs.iter();
                let shown = inputs.find(|(_, slots)| slots.contains(slot));
                shown.map(|(from, _)| group::rename_input(graph, key, from, to))
            }
            Inner::Output(source) => {
                let mut outputs = group.outputs.iter();
                let shown = outputs.find(|(_, shown)| *shown == source);
                shown.map(|(from, _)| group::rename_output(graph, key, from, to))
            }
        };
        if let Some(edit) = edit {
            self.edit(ctx, edit, "rename", false);
        }
    }

    pub(super) fn keep_group(&mut self, ctx: &Context, key: &str, name: &str) {
        let Some(data) = self.state.data.clone() else {
            self.tell_nowhere_to_keep(ctx);
            return;
        };
        let keys = BTreeSet::from([key.to_owned()]);
        let none = BTreeSet::new();
        let alone = edit::fragment(self.state.document.graph(), &keys, &none, &none);
        match kept_groups::save(&data, name, &alone) {
            Ok(name) => self.tell(ctx, format!("Kept in the library as {name}")),
            Err(error) => self.tell_problem(ctx, &Diagnostic::error(error.to_string())),
        }
    }

    pub(super) fn pick_group(&mut self, ctx: &Context) {
        let Some(data) = &self.state.data else {
            self.tell_nowhere_to_keep(ctx);
            return;
        };
        self.state.kept_groups = kept_groups::list(data);
        self.ask_canvas(DrawingRequest::PickGroup);
    }

    pub(super) fn add_kept_group(&mut self, ctx: &Context, name: &str, at: [f32; 2]) {
        let Some(data) = &self.state.data else {
            self.tell_nowhere_to_keep(ctx);
            return;
        };
        match kept_groups::load(data, name) {
            Ok(fragment) => {
                let graph = self.state.document.graph();
                let (edit, keys) = edit::paste(graph, &fragment, Spot::At(at), Keep::Nothing);
                self.edit(ctx, edit, "add group", false);
                self.select(keys);
            }
            Err(problem) => self.tell_problem(ctx, &problem),
        }
    }

    fn tell_nowhere_to_keep(&mut self, ctx: &Context) {
        let told = Diagnostic::error("there is no folder in which groups could be kept");
        self.tell_problem(ctx, &told);
    }
}

fn group_in<'a>(graph: &'a Graph, key: &str) -> Option<&'a Group> {
    graph.nodes.get(key)?.as_group()
}

/// Shows an inner input no longer; others that share its name stay.
fn concealed(graph: &Graph, (key, group): (&str, &Group), slot: &Slot) -> Option<Edit> {
    let mut inputs = group.inputs.iter();
    let (name, slots) = inputs.find(|(_, slots)| slots.contains(slot))?;
    if let [_] = slots.as_slice() {
        return Some(group::conceal_input(graph, key, name));
    }
    let others = slots.iter().filter(|other| *other != slot);
    Some(Edit::SetGroupInput {
        node: key.to_owned(),
        name: name.clone(),
        slots: Some(others.cloned().collect()),
        index: None,
    })
}
