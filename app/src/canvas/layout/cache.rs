//! Layouts are kept from frame to frame; an edit or an event makes few of them anew.

use std::collections::BTreeMap;

use egui::Ui;
use egui::epaint::text::FontsView;

use super::{NodeLayout, layout};
use crate::app::State;
use crate::document::{Changed, DocumentId};

/// What layouts were made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MadeFrom {
    document: Option<DocumentId>,
    revision: u64,
    jobs: u64,
    shelf: u64,
}

/// Makes those layouts anew whose nodes look different now; they stay in the order of the graph's
/// nodes. Says whether there were any.
pub fn update(
    layouts: &mut Vec<NodeLayout>,
    made_from: &mut MadeFrom,
    ui: &Ui,
    state: &State,
) -> bool {
    let now = MadeFrom {
        document: Some(state.document.id()),
        revision: state.document.revision(),
        jobs: state.jobs.revision(),
        shelf: state.shelf.revision(),
    };
    let before = std::mem::replace(made_from, now);
    if before == now {
        return false;
    }
    let changed = if before.document == now.document {
        state.document.changed_since(before.revision)
    } else {
        None
    };
    ui.fonts_mut(|fonts| match changed {
        Some(changed) => {
            let mut is_new = follow(layouts, &changed, fonts, state);
            if (before.jobs, before.shelf) != (now.jobs, now.shelf) {
                is_new |= look_at_runs(layouts, fonts, state);
            }
            is_new
        }
        None => {
            layouts.clear();
            follow(layouts, &Changed::everything(), fonts, state)
        }
    })
}

fn follow(
    layouts: &mut Vec<NodeLayout>,
    changed: &Changed,
    fonts: &mut FontsView<'_>,
    state: &State,
) -> bool {
    let graph = state.document.graph();
    if changed.is_regrouped {
        let mut old: BTreeMap<String, NodeLayout> = layouts
            .drain(..)
            .filter(|layout| !changed.nodes.contains(&layout.key))
            .map(|layout| (layout.key.clone(), layout))
            .collect();
        let nodes = graph.nodes.iter();
        layouts.extend(nodes.map(|(key, node)| {
            let kept = old.remove(key);
            kept.unwrap_or_else(|| layout(fonts, state, key, node))
        }));
        return true;
    }
    let mut is_new = false;
    for key in &changed.nodes {
        let Some((index, key, node)) = graph.nodes.get_full(key) else {
            continue;
        };
        if let Some(place) = layouts.get_mut(index) {
            *place = layout(fonts, state, key, node);
            is_new = true;
        }
    }
    is_new
}

/// Pictures and failures that have come or gone.
fn look_at_runs(layouts: &mut [NodeLayout], fonts: &mut FontsView<'_>, state: &State) -> bool {
    let graph = state.document.graph();
    let mut is_new = false;
    for place in layouts.iter_mut() {
        if place.is_current(state) {
            continue;
        }
        if let Some(node) = graph.nodes.get(&place.key) {
            let key = std::mem::take(&mut place.key);
            *place = layout(fonts, state, &key, node);
            is_new = true;
        }
    }
    is_new
}
