//! What edits have changed lately on the open level, for those who keep what they made of each
//! node: of two thousand nodes, an edit touches a few.

use std::collections::{BTreeSet, VecDeque};

use pyrograph_engine::graph::edit::Edit;
use pyrograph_engine::graph::{Source, view};

/// How many edits are remembered; who was away for longer looks at everything.
const MAX_EDITS: usize = 64;

/// What has changed on the open level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The nodes that may look different; some of them may be gone.
    pub nodes: BTreeSet<String>,
    /// Whether nodes came, went or changed their order.
    pub is_regrouped: bool,
    /// Whether wires, or the way they are drawn, may be others.
    pub is_rewired: bool,
    /// Whether frames, notes or reroutes may be others.
    pub is_redrawn: bool,
}

/// The edits of late.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    /// The revision that the first of them was made from.
    from: u64,
    edits: VecDeque<(u64, Changed)>,
}

impl Changes {
    /// An edit led to a revision.
    pub(super) fn note(&mut self, revision: u64, changed: Changed) {
        self.edits.push_back((revision, changed));
        if self.edits.len() > MAX_EDITS {
            let gone = self.edits.pop_front();
            self.from = gone.map_or(revision, |(revision, _)| revision);
        }
    }

    /// Everything may have changed.
    pub(super) fn forget(&mut self, revision: u64) {
        self.edits.clear();
        self.from = revision;
    }

    /// What has changed since a revision; `None` = perhaps everything.
    pub(super) fn since(&self, revision: u64) -> Option<Changed> {
        if revision < self.from {
            return None;
        }
        let later = self.edits.iter().filter(|(made, _)| *made > revision);
        Some(later.fold(Changed::default(), |mut all, (_, one)| {
            all.nodes.extend(one.nodes.iter().cloned());
            all.is_regrouped |= one.is_regrouped;
            all.is_rewired |= one.is_rewired;
            all.is_redrawn |= one.is_redrawn;
            all
        }))
    }
}

impl Changed {
    /// There is nothing to go by.
    pub fn everything() -> Self {
        Self {
            nodes: BTreeSet::new(),
            is_regrouped: true,
            is_rewired: true,
            is_redrawn: true,
        }
    }

    /// What an edit changes, as far as the edit itself says it; its inverse says the rest.
    pub(super) fn by(edit: &Edit, level: &[String]) -> Self {
        let mut changed = Self::default();
        changed.add(edit, level);
        changed
    }

    /// Adds what an edit, or its inverse, changes.
    pub(super) fn add(&mut self, edit: &Edit, level: &[String]) {
        match (edit, level.split_first()) {
            (Edit::Batch(edits), _) => edits.iter().for_each(|edit| self.add(edit, level)),
            (Edit::In { node, edit }, Some((open, rest))) => {
                if node == open {
                    self.add(edit, rest);
                }
            }
            // The group may look different from outside.
            (Edit::In { node, .. }, None) => {
                self.nodes.insert(node.clone());
                self.is_rewired = true;
            }
            // An edit around the open group; if that one goes, its level is left.
            (_, Some(_)) => {}
            (edit, None) => self.add_here(edit),
        }
    }

    fn add_here(&mut self, edit: &Edit) {
        match edit {
            Edit::AddNode { key, node, .. } => {
                self.nodes.insert(key.clone());
                let wires = node.inputs.keys().filter_map(|input| node.source(input));
                self.nodes.extend(wires.map(|source| source.node));
                self.is_regrouped = true;
            }
            Edit::RemoveNode { key } | Edit::TakeNode { key } => {
                self.nodes.insert(key.clone());
                self.is_regrouped = true;
            }
            Edit::RenameNode { from, to } | Edit::Rekey { from, to } => {
                self.nodes.extend([from.clone(), to.clone()]);
                self.is_regrouped = true;
            }
            Edit::SetKind { key, .. } => {
                self.nodes.insert(key.clone());
                self.is_rewired = true;
            }
            Edit::SetMode { key: node, .. }
            | Edit::SetParam { node, .. }
            | Edit::MoveNode { node, .. }
            | Edit::PlaceNode { node, .. } => {
                self.nodes.insert(node.clone());
            }
            Edit::SetInput { node, value, .. } => {
                self.nodes.insert(node.clone());
                let source = value.as_ref().and_then(|value| value.as_str());
                self.nodes
                    .extend(source.and_then(Source::parse).map(|source| source.node));
                self.is_rewired = true;
            }
            Edit::SetGroupInput { node, .. } | Edit::SetGroupOutput { node, .. } => {
                self.nodes.insert(node.clone());
                self.is_rewired = true;
            }
            Edit::SetView { .. } => {
                self.is_redrawn = true;
                self.is_rewired = true;
            }
            Edit::SetViewItem { member, .. } => {
                self.is_redrawn = true;
                self.is_rewired |=
                    [view::REROUTES, view::ROUTES, view::HIDDEN].contains(&member.as_str());
            }
            // These change what shows outside of the open group.
            Edit::FollowNodes { .. } | Edit::FollowSlots { .. } => {}
            Edit::In { .. } | Edit::Batch(_) => {}
        }
    }
}
