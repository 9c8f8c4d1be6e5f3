//! Groups: made, taken apart, opened, and kept for other graphs.

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::graph::edit::Edit;
use pyrograph_engine::graph::group::{self, Group, GroupError, Slot};

use super::Steps;
use crate::app::App;
use crate::command::drawing::Inner;
use crate::seeds::{self, Policy};

impl App {
    pub(super) fn group(&mut self, ctx: &Context) {
        let document = &self.state.document;
        let keys = &self.state.selection.nodes;
        match group::make(document.graph(), keys, "", document.catalog()) {
            Ok((edit, key)) => {
                let mut steps = Steps::new(document.graph());
                steps.make(edit);
                for slot in shown(&steps.graph, &key) {
                    let policy = inner_policy(&steps.graph, &key, &slot);
                    give_policy(&mut steps, &key, &slot, policy);
                }
                self.edit(ctx, steps.done(), "group", false);
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
            for slot in shown(&steps.graph, key) {
                let policy = policy(&steps.graph, key, &slot);
                give_inner_policy(&mut steps, key, &slot, policy);
            }
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
        let edit = match (&inner, is_shown) {
            (Inner::Input(slot), true) => {
                let name = group.fresh_input(&slot.slot);
                group::expose_input(graph, key, &name, slot.clone())
            }
            (Inner::Input(slot), false) => match concealed(graph, (key, group), slot) {
                Some(edit) => edit,
                None => return,
            },
            (Inner::Output(source), true) => {
                let name = group.fresh_output(&source.pin);
                group::expose_output(key, &name, source.clone())
            }
            (Inner::Output(source), false) => {
                let mut outputs = group.outputs.iter();
                match outputs.find(|(_, shown)| *shown == source) {
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
        self.edit_shown(ctx, (key, &inner), edit, label);
    }

    /// Makes an edit of what a group shows. What a seed does before each run goes along to where
    /// it is set now.
    fn edit_shown(
        &mut self,
        ctx: &Context,
        (key, inner): (&str, &Inner),
        edit: Edit,
        label: &'static str,
    ) {
        let mut steps = Steps::new(self.state.document.graph());
        match inner {
            Inner::Input(slot) => {
                let policy = policy(&steps.graph, key, slot);
                steps.make(edit);
                give_policy(&mut steps, key, slot, policy);
            }
            Inner::Output(_) => steps.make(edit),
        }
        self.edit(ctx, steps.done(), label, false);
    }

    pub(super) fn rename_inner(&mut self, ctx: &Context, key: &str, inner: &Inner, to: &str) {
        let graph = self.state.document.graph();
        let Some(group) = group_in(graph, key) else {
            return;
        };
        let edit = match inner {
            Inner::Input(slot) => {
                let from = shown_as(group, slot);
                from.map(|from| group::rename_input(graph, key, from, to))
            }
            Inner::Output(source) => {
                let mut outputs = group.outputs.iter();
                let shown = outputs.find(|(_, shown)| *shown == source);
                shown.map(|(from, _)| group::rename_output(graph, key, from, to))
            }
        };
        if let Some(edit) = edit {
            self.edit_shown(ctx, (key, inner), edit, "rename");
        }
    }
}

fn group_in<'a>(graph: &'a Graph, key: &str) -> Option<&'a Group> {
    graph.nodes.get(key)?.as_group()
}

/// The name under which a group shows an inner input.
fn shown_as<'a>(group: &'a Group, slot: &Slot) -> Option<&'a String> {
    let mut inputs = group.inputs.iter();
    inputs
        .find(|(_, slots)| slots.contains(slot))
        .map(|(name, _)| name)
}

/// The inner inputs that a group shows.
fn shown(graph: &Graph, key: &str) -> Vec<Slot> {
    let group = group_in(graph, key);
    let inputs = group.into_iter().flat_map(|group| group.inputs.values());
    inputs.flatten().cloned().collect()
}

/// What an inner seed does before each run; of one that shows, the group itself says it.
fn policy(graph: &Graph, key: &str, slot: &Slot) -> Policy {
    let name = group_in(graph, key).and_then(|group| shown_as(group, slot));
    match name {
        Some(name) => Policy::of(&graph.view, key, name),
        None => inner_policy(graph, key, slot),
    }
}

fn inner_policy(graph: &Graph, key: &str, slot: &Slot) -> Policy {
    let group = group_in(graph, key);
    group.map_or_else(Policy::default, |group| {
        Policy::of(&group.graph.view, &slot.node, &slot.slot)
    })
}

/// Says what an inner seed does before each run, where it is set.
fn give_policy(steps: &mut Steps, key: &str, slot: &Slot, to: Policy) {
    if policy(&steps.graph, key, slot) == to {
        return;
    }
    let name = group_in(&steps.graph, key).and_then(|group| shown_as(group, slot));
    match name {
        Some(name) => steps.make(seeds::set_policy(&steps.graph, key, name, to)),
        None => give_inner_policy(steps, key, slot, to),
    }
}

fn give_inner_policy(steps: &mut Steps, key: &str, slot: &Slot, to: Policy) {
    if inner_policy(&steps.graph, key, slot) == to {
        return;
    }
    if let Some(group) = group_in(&steps.graph, key) {
        let edit = seeds::set_policy(&group.graph, &slot.node, &slot.slot, to);
        steps.make(Edit::within(&[key.to_owned()], edit));
    }
}

/// Shows an inner input no longer; others that share its name stay.
fn concealed(graph: &Graph, (key, group): (&str, &Group), slot: &Slot) -> Option<Edit> {
    let (name, slots) = group.inputs.get_key_value(shown_as(group, slot)?)?;
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
