//! What the window offers beside a problem: the graph's own fixes, and choosing a file.

use std::hash::{Hash, Hasher};

use egui::Context;
use egui::cache::{ComputerMut, FrameCache};
use pyrograph_engine::diagnostic::{Diagnostic, Place};
use pyrograph_engine::graph::fix::{Fix, fixes};
use pyrograph_engine::node::FileKind;

use crate::app::State;
use crate::command::setup::SetupCommand;
use crate::command::{Command, Input};
use crate::document::Document;

/// What can be done about a problem, as buttons say it, the likeliest first.
pub fn of(ctx: &Context, state: &State, problem: &Diagnostic) -> Vec<(String, Command)> {
    let of_file = file_param(state, problem).map(|(at, kind)| {
        let words = "Choose a file…".to_owned();
        (words, Command::PickFile { at, kind })
    });
    let of_graph = if state.document.problems().contains(problem) {
        let question = Question {
            document: &state.document,
            place: &problem.place,
        };
        ctx.memory_mut(|memory| {
            let cache = memory.caches.cache::<FrameCache<Vec<Fix>, Finder>>();
            cache.get(question).clone()
        })
    } else {
        Vec::new() // a run's failure: the graph is as it should be
    };
    let of_graph = of_graph.into_iter().map(|Fix { label, level, edit }| {
        let edit = Box::new(edit);
        (label, Command::Setup(SetupCommand::Mend { level, edit }))
    });
    of_file.into_iter().chain(of_graph).collect()
}

/// The file param that a problem is about: the one named, else the only one of a node at which a
/// file could not be used.
fn file_param(state: &State, problem: &Diagnostic) -> Option<(Input, FileKind)> {
    let key = problem.place.node.as_ref()?;
    // Problems call a node by the groups around it too; only what is seen is offered a dialog.
    let key = key.strip_prefix(&state.document.full_key(""))?;
    let node = state.document.graph().nodes.get(key)?;
    let spec = state.document.catalog().get(&node.is)?;
    let mut files = spec
        .params
        .iter()
        .filter(|param| node.source(param.name).is_none())
        .filter_map(|param| Some((param.name, param.kind.file()?)));
    let (name, kind) = match &problem.place.slot {
        Some(slot) => files.find(|(name, _)| name == slot)?,
        None => {
            let only = files.next()?;
            (problem.place.file.is_some() && files.next().is_none()).then_some(only)?
        }
    };
    Some((Input::new(key, name), kind))
}

/// Asks for the fixes of a place; its hash changes when the answer may.
#[derive(Clone, Copy)]
struct Question<'a> {
    document: &'a Document,
    place: &'a Place,
}

impl Hash for Question<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Place {
            node,
            slot,
            file: _,
        } = self.place;
        (self.document.id(), self.document.revision(), node, slot).hash(hasher);
    }
}

/// Finds fixes once for each problem that is shown, not in each frame.
#[derive(Default)]
struct Finder;

impl ComputerMut<Question<'_>, Vec<Fix>> for Finder {
    fn compute(&mut self, question: Question<'_>) -> Vec<Fix> {
        fixes(
            question.document.root(),
            question.document.catalog(),
            question.place,
        )
    }
}
