//! What commands of this kind do: seeds and their locks.

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::graph::edit::Edit;

use crate::app::App;
use crate::command::Input;
use crate::command::seed::SeedCommand;
use crate::seeds::{self, Policy, Seed, Seeded};

impl App {
    pub(super) fn apply_seed(&mut self, ctx: &Context, command: SeedCommand) {
        match command {
            SeedCommand::RollAll => self.roll_all(ctx),
            SeedCommand::LockAll => {
                let document = &self.state.document;
                let locks = seeds::lock_all(document.root(), document.catalog());
                if !locks.is_empty() {
                    self.edit_root(ctx, Edit::Batch(locks), "lock all seeds");
                }
            }
            SeedCommand::SetPolicy { at, policy } => {
                let graph = self.state.document.graph();
                let edit = seeds::set_policy(graph, &at.node, &at.slot, policy);
                self.edit(ctx, edit, "lock of a seed", false);
            }
            SeedCommand::UseLast(at) => self.use_last_seed(ctx, &at),
            SeedCommand::UseSeedsOf(graph) => self.use_seeds_of(ctx, &graph, |_| true),
            SeedCommand::Copy(seed) => {
                ctx.copy_text(seed.to_string());
                self.tell(ctx, format!("Copied {seed}"));
            }
            SeedCommand::WantPictures(at) => {
                let document = self.state.document_place();
                let at = self.full(&at);
                let files = self.state.recent_seeds.files(&document, &at);
                self.state.shelf.want_thumbs(files);
            }
        }
    }

    /// Rolls another seed for a param of the open level.
    pub(super) fn roll_seed(&mut self, ctx: &Context, at: &Input) {
        let edit = Edit::set(&at.node, &at.slot, Some(seeds::roll().into()));
        self.edit(ctx, edit, "new seed", false);
    }

    fn roll_all(&mut self, ctx: &Context) {
        let document = &self.state.document;
        let mut all = seeds::of(document.root(), document.catalog());
        let is_free = |seeded: &Seeded| seeded.policy != Policy::Locked;
        if all.iter().any(is_free) {
            all.retain(is_free);
        }
        let rolled = all.into_iter().map(|Seeded { seed, .. }| Seed {
            value: seeds::roll(),
            ..seed
        });
        let edits: Vec<Edit> = rolled.map(|seed| seed.edit()).collect();
        if edits.is_empty() {
            self.tell(ctx, "This graph has no seeds");
        } else {
            self.edit_root(ctx, Edit::Batch(edits), "new seeds");
        }
    }

    fn use_last_seed(&mut self, ctx: &Context, at: &Input) {
        let document = self.state.document.id();
        let mut newest_first = self.state.jobs.pictures().iter().rev();
        let own = newest_first.find(|picture| picture.document == document);
        let Some(graph) = own.map(|picture| picture.graph.clone()) else {
            self.tell(ctx, "No picture has been made of this graph yet");
            return;
        };
        let at = self.full(at);
        self.use_seeds_of(ctx, &graph, |seed| seed.at == at);
    }

    /// Takes the wanted seeds of another graph, at the nodes that both have.
    fn use_seeds_of(&mut self, ctx: &Context, graph: &Graph, is_wanted: impl Fn(&Seed) -> bool) {
        let document = &self.state.document;
        let own = seeds::of(document.root(), document.catalog());
        let theirs: Vec<Seed> = seeds::of(graph, document.catalog())
            .into_iter()
            .map(|seeded| seeded.seed)
            .filter(|seed| is_wanted(seed) && own.iter().any(|own| own.seed.at == seed.at))
            .collect();
        if theirs.is_empty() {
            let problem =
                Diagnostic::error("the picture's seeds belong to nodes that are not here");
            self.tell_problem(ctx, &problem.help("open its graph instead"));
            return;
        }
        let edits = theirs.iter().map(Seed::edit).collect();
        self.edit_root(ctx, Edit::Batch(edits), "use a picture's seed");
    }

    /// An input of the open level as runs call it.
    fn full(&self, at: &Input) -> Input {
        Input::new(self.state.document.full_key(&at.node), &at.slot)
    }
}
