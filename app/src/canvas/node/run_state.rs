//! What a run came to at a node. A group shows what is inside it.

use std::borrow::Cow;

use crate::app::State;
use crate::canvas::layout::Is;
use crate::jobs::{Jobs, NodeState, Shown};

/// What the last run came to at the node that runs call so.
pub fn of<'a>(jobs: &'a Jobs, full_key: &str, is: Is) -> Option<Cow<'a, NodeState>> {
    let own = jobs.node(full_key).map(Cow::Borrowed);
    match is {
        Is::Kind | Is::Unknown => own,
        Is::Group => own.or_else(|| of_group(jobs, full_key)),
    }
}

/// The most memory that the process held while that node last ran.
pub fn peak_bytes(jobs: &Jobs, full_key: &str, is: Is) -> Option<u64> {
    let own = jobs.peak_bytes(full_key);
    match is {
        Is::Kind | Is::Unknown => own,
        Is::Group => own.max(jobs.peak_bytes_inside(full_key)),
    }
}

/// The picture on that node: what a run has made there, else what it loads.
pub fn shown<'a>(state: &'a State, full_key: &str, is: Is) -> Option<&'a Shown> {
    let own = state.jobs.shown(full_key);
    match is {
        Is::Kind | Is::Unknown => own.or_else(|| state.loaded(full_key)),
        Is::Group => own.or_else(|| state.jobs.shown_inside(full_key)),
    }
}

/// The most telling state inside: a failure, what is at work, what waits; else all of it together.
fn of_group<'a>(jobs: &'a Jobs, full_key: &str) -> Option<Cow<'a, NodeState>> {
    let inside: Vec<&NodeState> = jobs.inside(full_key).collect();
    let most = inside.iter().copied().max_by_key(|state| rank(state))?;
    Some(match most {
        NodeState::Done { .. } => Cow::Owned(together(&inside)),
        NodeState::Queued
        | NodeState::Running { .. }
        | NodeState::Loading { .. }
        | NodeState::Reused
        | NodeState::Failed(_) => Cow::Borrowed(most),
    })
}

fn rank(state: &NodeState) -> u8 {
    match state {
        NodeState::Reused => 0,
        NodeState::Done { .. } => 1,
        NodeState::Queued => 2,
        NodeState::Loading { .. } => 3,
        NodeState::Running { .. } => 4,
        NodeState::Failed(_) => 5,
    }
}

fn together(inside: &[&NodeState]) -> NodeState {
    let secs = inside.iter().map(|state| match state {
        NodeState::Done { secs } => *secs,
        NodeState::Queued
        | NodeState::Running { .. }
        | NodeState::Loading { .. }
        | NodeState::Reused
        | NodeState::Failed(_) => 0.0,
    });
    NodeState::Done { secs: secs.sum() }
}
