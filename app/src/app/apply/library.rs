//! The library of groups: kept, listed, and added to graphs as copies.

use std::collections::BTreeSet;

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::{self, Keep, Spot};

use crate::app::App;
use crate::app::files::clerk::Order;
use crate::canvas::Request;
use crate::canvas::drawing::DrawingRequest;
use crate::command::graph::Join;
use crate::kept_groups::{self, KeptGroup};

impl App {
    /// Keeps a copy of a group.
    pub(super) fn keep_group(&mut self, ctx: &Context, key: &str, name: &str) {
        let Some(data) = self.state.data.clone() else {
            self.tell_nowhere_to_keep(ctx);
            return;
        };
        let keys = BTreeSet::from([key.to_owned()]);
        let none = BTreeSet::new();
        let alone = edit::fragment(self.state.document.graph(), &keys, &none, &none);
        match kept_groups::save(&data, name, &alone) {
            Ok(name) => {
                self.tell(ctx, format!("Kept in the library as {name}"));
                let kept = KeptGroup::of(name, &alone, self.state.document.catalog());
                let mut groups = self.state.kept_groups.to_vec();
                groups.push(kept);
                kept_groups::sort(&mut groups);
                self.state.kept_groups = groups.into();
            }
            Err(error) => self.tell_problem(ctx, &Diagnostic::error(error.to_string())),
        }
    }

    /// Lets a kept group be chosen.
    pub(super) fn pick_group(&mut self, ctx: &Context) {
        if self.state.data.is_none() {
            self.tell_nowhere_to_keep(ctx);
            return;
        }
        self.list_groups();
        self.request(Request::Drawing(DrawingRequest::PickGroup));
    }

    /// Looks which groups are kept: another window, or somebody by hand, may keep some too.
    pub(in crate::app) fn list_groups(&self) {
        if let Some(data) = self.state.data.clone() {
            let catalog = self.state.document.catalog();
            self.files.clerk.order(Order::ListGroups(data, catalog));
        }
    }

    /// Adds a copy of a kept group at a place and wires it.
    pub(super) fn add_kept_group(
        &mut self,
        ctx: &Context,
        (name, at): (&str, [f32; 2]),
        join: &Join,
    ) {
        let Some(data) = &self.state.data else {
            self.tell_nowhere_to_keep(ctx);
            return;
        };
        let copy = match kept_groups::load(data, name) {
            Ok(copy) => copy,
            Err(problem) => {
                self.tell_problem(ctx, &problem);
                return;
            }
        };
        let graph = self.state.document.graph();
        let (added, keys) = edit::paste(graph, &copy, Spot::At(at), Keep::Nothing);
        let Some(key) = keys.first() else {
            self.tell(ctx, format!("There is nothing in {name}"));
            return;
        };
        self.add_joined(ctx, (key, added), join, "add group");
        self.select(keys);
        self.note_added(ctx, &KeptGroup::id(name));
    }

    fn tell_nowhere_to_keep(&mut self, ctx: &Context) {
        let told = Diagnostic::error("there is no folder in which groups could be kept");
        self.tell_problem(ctx, &told);
    }
}
