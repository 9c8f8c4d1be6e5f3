//! The way back and forth: one gesture is one step, and a step is the inverse of its edits.

use std::borrow::Cow;
use std::collections::BTreeSet;

use pyrograph_engine::graph::edit::Edit;

use crate::command::Input;
use crate::store::journal::Turn;

/// How many steps are kept.
const MAX_STEPS: usize = 1_000;
/// Stands for a node's place among what an edit changes; no pin or param is called so.
const PLACE: &str = "\0place";
/// Stands for the view.
const VIEW: &str = "\0view";

/// One gesture.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Never used twice in a document: says which state the file holds.
    pub(super) id: u64,
    /// What people call it.
    pub(super) label: Cow<'static, str>,
    /// What takes it back.
    pub(super) inverse: Edit,
    /// What it changed, so that the next live edit may join it.
    pub(super) targets: BTreeSet<Input>,
    /// The open groups when it was made.
    pub(super) level: Vec<String>,
}

/// How an edit belongs to its gesture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It is a gesture of its own.
    Whole,
    /// It begins one that may go on.
    First,
    /// It goes on with one, and stands for what was there of it.
    Next,
    /// It ends one, and changes other things than what was there of it.
    Last,
}

/// The steps made and those taken back.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// What could be brought back when the gesture under way began.
    aside: Vec<Step>,
    /// The last step that is too long ago to be kept.
    forgotten: u64,
    /// Whether the gesture of the last step may still go on.
    live: bool,
}

impl History {
    /// The id of the step that the graph is at; 0 before the first one.
    pub(super) fn state(&self) -> u64 {
        self.undo.last().map_or(self.forgotten, |step| step.id)
    }

    /// What an edit of these things is to the gesture under way.
    pub(super) fn part(&self, targets: &BTreeSet<Input>, label: &str, live: bool) -> Part {
        let is_same = |step: &Step| step.targets == *targets && step.label == label;
        if !live {
            Part::Whole
        } else if self.live && self.undo.last().is_some_and(is_same) {
            Part::Next
        } else {
            Part::First
        }
    }

    /// What an edit is that ends the gesture under way, if there is one.
    pub(super) fn last_part(&self) -> Part {
        if self.live { Part::Last } else { Part::Whole }
    }

    /// An edit was made.
    pub(super) fn made(&mut self, step: Step, part: Part) {
        match part {
            Part::Whole => self.push(step),
            Part::First => {
                self.aside = std::mem::take(&mut self.redo);
                self.push(step);
            }
            // What takes the beginning back takes this back too.
            Part::Next => {}
            Part::Last => self.join(step),
        }
        self.redo.clear();
        self.live = matches!(part, Part::First | Part::Next);
        if !self.live {
            self.aside.clear();
        }
    }

    /// Does what a journal says of an edit, whose step is given. The journal may have begun after
    /// the step that it goes on with or takes back was made.
    pub(super) fn replay(&mut self, step: Step, turn: Turn) {
        match turn {
            // What could be brought back is put aside, for a cancel may follow.
            Turn::Step => self.made(step, Part::First),
            Turn::GoesOn => self.join(step),
            Turn::Cancel => {
                self.pop(step.id);
                self.redo = std::mem::take(&mut self.aside);
            }
            Turn::Undo => {
                let id = self.pop(step.id);
                self.redo.push(Step { id, ..step });
            }
            Turn::Redo => {
                let id = self.redo.pop().map_or(step.id, |again| again.id);
                self.push(Step { id, ..step });
            }
        }
    }

    /// Takes the last step out; returns the state that it led to. Without one, the graph has come
    /// to a state that was never in this history: `before`.
    fn pop(&mut self, before: u64) -> u64 {
        match self.undo.pop() {
            Some(step) => step.id,
            None => std::mem::replace(&mut self.forgotten, before),
        }
    }

    fn push(&mut self, step: Step) {
        self.undo.push(step);
        if self.undo.len() > MAX_STEPS {
            self.forgotten = self.undo.remove(0).id;
        }
    }

    /// Makes one step of the last one and this, which is called as this one.
    fn join(&mut self, step: Step) {
        let joined = match self.undo.pop() {
            Some(mut first) => {
                first.targets.extend(step.targets);
                Step {
                    inverse: Edit::Batch(vec![step.inverse, first.inverse]),
                    targets: first.targets,
                    ..step
                }
            }
            None => step,
        };
        self.push(joined);
    }

    /// What comes is another step.
    pub(super) fn end_gesture(&mut self) {
        self.live = false;
        self.aside.clear();
    }

    /// The step of the gesture under way, which is to be taken back and forgotten.
    pub(super) fn cancel(&mut self) -> Option<Step> {
        if !std::mem::take(&mut self.live) {
            return None;
        }
        self.redo = std::mem::take(&mut self.aside);
        self.undo.pop()
    }

    /// The step to take back, which [`Self::undone`] is to be told about.
    pub(super) fn last(&mut self) -> Option<Step> {
        self.live = false;
        self.undo.pop()
    }

    /// A step was taken back; its inverse now makes it again.
    pub(super) fn undone(&mut self, step: Step) {
        self.redo.push(step);
    }

    /// The step to make again, which [`Self::redone`] is to be told about.
    pub(super) fn next(&mut self) -> Option<Step> {
        self.live = false;
        self.redo.pop()
    }

    /// A step was made again; its inverse now takes it back.
    pub(super) fn redone(&mut self, step: Step) {
        self.undo.push(step);
    }

    /// What the next undo would take back.
    pub(super) fn undo_label(&self) -> Option<&str> {
        self.undo.last().map(|step| &*step.label)
    }

    /// What the next redo would bring back.
    pub(super) fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(|step| &*step.label)
    }
}

/// Whether only how the graph is drawn changes, not what it means.
pub(super) fn is_only_drawing(targets: &BTreeSet<Input>) -> bool {
    targets
        .iter()
        .all(|target| target.slot == PLACE || target.node == VIEW)
}

/// What an edit changes.
pub(super) fn targets(edit: &Edit) -> BTreeSet<Input> {
    let mut targets = BTreeSet::new();
    collect_targets(edit, "", &mut targets);
    targets
}

/// `inside` is what the keys of nodes begin with: the groups around, as in `outer/inner/`.
fn collect_targets(edit: &Edit, inside: &str, targets: &mut BTreeSet<Input>) {
    let of_node = |key: &str, slot: &str| Input::new(format!("{inside}{key}"), slot);
    let of_view = |member: &str| Input::new(VIEW, format!("{inside}{member}"));
    let target = match edit {
        Edit::SetParam {
            node, param: slot, ..
        }
        | Edit::SetInput {
            node, input: slot, ..
        } => of_node(node, slot),
        Edit::MoveNode { node, .. } | Edit::PlaceNode { node, .. } => of_node(node, PLACE),
        Edit::AddNode { key, .. }
        | Edit::RemoveNode { key }
        | Edit::TakeNode { key }
        | Edit::RenameNode { from: key, .. }
        | Edit::Rekey { from: key, .. }
        | Edit::SetKind { key, .. }
        | Edit::SetMode { key, .. } => of_node(key, "\0node"),
        Edit::SetGroupInput { node, name, .. } => of_node(node, &format!("\0input {name}")),
        Edit::SetGroupOutput { node, name, .. } => of_node(node, &format!("\0output {name}")),
        Edit::FollowNodes { .. } | Edit::FollowSlots { .. } => of_node("", "\0outside"),
        Edit::SetView { member, .. } => of_view(member),
        Edit::SetViewItem { member, key, .. } => of_view(&format!("{member}/{key}")),
        Edit::In { node, edit } => {
            return collect_targets(edit, &format!("{inside}{node}/"), targets);
        }
        Edit::Batch(edits) => {
            return edits
                .iter()
                .for_each(|edit| collect_targets(edit, inside, targets));
        }
    };
    targets.insert(target);
}
