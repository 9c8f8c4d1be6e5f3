//! Seeds: where a graph has them, which of them change by themselves, and which were used lately.
//!
//! What a seed does before each run is part of how its node looks, so that it is saved, copied and
//! renamed with the node: `"view": { "nodes": { "sampler": { "seeds": { "seed": "new" } } } }`.

pub mod recent;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use pyrograph_engine::graph::edit::{self, Edit, relook};
use pyrograph_engine::graph::group::Slot;
use pyrograph_engine::graph::shape::{self, Shape};
use pyrograph_engine::graph::{Graph, View};
use pyrograph_engine::node::{Catalog, ParamKind};
use serde_json::{Map, Value as Json};

use crate::command::Input;

/// The member of a node's look that holds its policies.
const MEMBER: &str = "seeds";

/// What a seed does before each run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// It stays as it is.
    #[default]
    Locked,
    /// It is rolled anew.
    New,
    /// It grows by one.
    Up,
    /// It shrinks by one.
    Down,
}

impl Policy {
    /// Every policy, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Locked, Self::New, Self::Up, Self::Down];

    /// The name shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Locked => "Locked",
            Self::New => "New each run",
            Self::Up => "+1 each run",
            Self::Down => "-1 each run",
        }
    }

    /// What it says of a seed, in a sentence.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Locked => "The seed stays as it is",
            Self::New => "A new seed is rolled before each run",
            Self::Up => "The seed grows by one before each run",
            Self::Down => "The seed shrinks by one before each run",
        }
    }

    /// The policy of a node's seed; `view` and `key` are those of its level.
    pub fn of(view: &View, key: &str, param: &str) -> Self {
        let look = view.nodes.get(key).and_then(Json::as_object);
        let policies = look.and_then(|look| look.get(MEMBER)?.as_object());
        let word = policies.and_then(|policies| policies.get(param)?.as_str());
        let known = Self::ALL.into_iter();
        known
            .skip(1)
            .find(|policy| policy.word() == word)
            .unwrap_or_default()
    }

    /// The word in files and beside the seed; a locked one needs none.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Locked => None,
            Self::New => Some("new"),
            Self::Up => Some("+1"),
            Self::Down => Some("-1"),
        }
    }

    /// The seed of the next run.
    fn next(self, seed: u64) -> u64 {
        match self {
            Self::Locked => seed,
            Self::New => roll(),
            Self::Up => seed.saturating_add(1),
            Self::Down => seed.saturating_sub(1),
        }
    }
}

/// A seed and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Its node, as runs call it (`outer/inner`), and its param.
    pub at: Input,
    /// The seed.
    pub value: u64,
}

impl Seed {
    /// Sets it; told from the outermost graph on.
    pub fn edit(&self) -> Edit {
        // A default is told too: a group without a seed would show that of its inside.
        let value = Some(Json::from(self.value));
        let (level, key) = level_and_key(&self.at.node);
        Edit::within(&level, Edit::set(&key, &self.at.slot, value))
    }
}

/// A seed of a graph and what it does before each run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// The seed.
    pub seed: Seed,
    /// What it does.
    pub policy: Policy,
}

impl Seeded {
    /// The seed of the next run.
    pub fn advance(&mut self) {
        self.seed.value = self.policy.next(self.seed.value);
    }
}

/// Every seed that can be set: those that no wire gives, and of those in groups only what the
/// groups around do not show.
pub fn of(graph: &Graph, catalog: Catalog) -> Vec<Seeded> {
    let mut found = Vec::new();
    collect(graph, "", &|_, _| false, catalog, &mut found);
    found
}

fn collect(
    graph: &Graph,
    inside: &str,
    is_given: &dyn Fn(&str, &str) -> bool,
    catalog: Catalog,
    found: &mut Vec<Seeded>,
) {
    for (key, node) in &graph.nodes {
        let full_key = format!("{inside}{key}");
        let shape = Shape::of_node(node, catalog).unwrap_or_default();
        for param in shape.params {
            let is_free = node.source(&param.name).is_none() && !is_given(key, &param.name);
            if let (true, ParamKind::Seed { default }) = (is_free, param.spec.kind)
                && let Some(value) = read(graph, key, &param.name, default)
            {
                found.push(Seeded {
                    policy: Policy::of(&graph.view, key, &param.name),
                    seed: Seed {
                        at: Input::new(&full_key, param.name),
                        value,
                    },
                });
            }
        }
        if let Some(group) = node.as_group() {
            let shows = |key: &str, param: &str| group.shows(&Slot::new(key, param));
            let inside = format!("{full_key}/");
            collect(&group.graph, &inside, &shows, catalog, found);
        }
    }
}

/// A seed's value; `None` if what the file holds is none.
fn read(graph: &Graph, key: &str, param: &str, default: u64) -> Option<u64> {
    match shape::value(graph, key, param) {
        Some(json) => json.as_u64(),
        None => Some(default),
    }
}

/// Gives a graph these seeds; those whose node is gone are passed over.
pub fn set_all(graph: &mut Graph, seeds: &[Seed]) {
    for seed in seeds {
        // An edit that does not fit changes nothing.
        drop(edit::apply(graph, seed.edit()));
    }
}

/// Says what a seed does before each run, on a node of that graph's own level.
pub fn set_policy(graph: &Graph, key: &str, param: &str, policy: Policy) -> Edit {
    relook(graph, key, |look| {
        let mut policies = match look.rest.shift_remove(MEMBER) {
            Some(Json::Object(policies)) => policies,
            Some(_) | None => Map::new(),
        };
        match policy.word() {
            Some(word) => policies.insert(param.to_owned(), word.into()),
            None => policies.shift_remove(param),
        };
        if !policies.is_empty() {
            look.rest.insert(MEMBER.to_owned(), policies.into());
        }
    })
}

/// The edits that lock every seed; none if all are.
pub fn lock_all(graph: &Graph, catalog: Catalog) -> Vec<Edit> {
    let free = of(graph, catalog).into_iter();
    free.filter(|seeded| seeded.policy != Policy::Locked)
        .filter_map(|seeded| {
            let (level, key) = level_and_key(&seeded.seed.at.node);
            let locked = set_policy(
                graph.level(&level)?,
                &key,
                &seeded.seed.at.slot,
                Policy::Locked,
            );
            Some(Edit::within(&level, locked))
        })
        .collect()
}

/// The groups around a node, and its key in the innermost one.
fn level_and_key(full_key: &str) -> (Vec<String>, String) {
    let mut keys: Vec<String> = full_key.split('/').map(str::to_owned).collect();
    let key = keys.pop().unwrap_or_default();
    (keys, key)
}

/// Another seed: ten digits at most, so that it can be read and said.
pub fn roll() -> u64 {
    // The standard library's hasher is seeded by the system anew for each use.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u8(0);
    hasher.finish() >> 32
}

#[cfg(test)]
mod tests;
