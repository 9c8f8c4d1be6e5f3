//! What menus, buttons, keys and the palette know about a command.

use crate::app::State;
use crate::command::keys::Shortcut;

/// What menus, buttons and keys know about a command.
pub struct About {
    pub(super) label: &'static str,
    pub(super) name: Option<&'static str>,
    pub(super) tooltip: &'static str,
    pub(super) icon: Option<&'static str>,
    pub(super) keys: [Option<Shortcut>; 2],
    pub(super) need: Need,
}

/// What a command needs to have any effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    #[default]
    Nothing,
    /// A step that can be taken back.
    Undo,
    /// An undone step.
    Redo,
    /// Anything that is selected: nodes, frames, notes, reroutes, a wire.
    Selection,
    /// Selected nodes, frames, notes or reroutes.
    Parts,
    /// Selected nodes.
    Nodes,
    /// One selected node and no other.
    OneNode,
    /// A selected wire.
    Wire,
    /// Something that runs or waits.
    Run,
    /// A file that the document was saved to.
    File,
    /// A tab that was closed.
    ClosedTab,
}

impl Need {
    /// Why the command would do nothing now.
    pub fn missing(self, state: &State) -> Option<&'static str> {
        let (is_there, words) = match self {
            Self::Nothing => return None,
            Self::Undo => (
                state.document.undo_label().is_some(),
                "there is nothing to take back",
            ),
            Self::Redo => (
                state.document.redo_label().is_some(),
                "nothing has been taken back",
            ),
            Self::Selection => (!state.selection.is_empty(), "nothing is selected"),
            Self::Parts => (
                state.selection.parts().next().is_some(),
                "no node, frame or note is selected",
            ),
            Self::Nodes => (!state.selection.nodes.is_empty(), "no node is selected"),
            Self::OneNode => (state.inspected().is_some(), "it needs one selected node"),
            Self::Wire => (state.selection.wire.is_some(), "no wire is selected"),
            Self::Run => (state.jobs.is_running(), "nothing is running"),
            Self::File => (
                state.document.path().is_some(),
                "the graph has not been saved yet",
            ),
            Self::ClosedTab => (state.tabs.has_closed(), "no tab was closed"),
        };
        (!is_there).then_some(words)
    }
}

/// A command of that name, which is also its tooltip until [`About::tip`] says more.
pub const fn about(label: &'static str) -> About {
    About {
        label,
        name: None,
        tooltip: label,
        icon: None,
        keys: [None, None],
        need: Need::Nothing,
    }
}

impl About {
    /// The name in settings, where the label has changed or is that of another command too.
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Says what it does, in a sentence.
    pub const fn tip(mut self, tooltip: &'static str) -> Self {
        self.tooltip = tooltip;
        self
    }

    /// Gives it an icon.
    pub const fn icon(mut self, icon: &'static str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Says what it needs to have any effect.
    pub const fn needs(mut self, need: Need) -> Self {
        self.need = need;
        self
    }

    /// Gives it a shortcut; the first one is shown, two are kept.
    pub const fn key(mut self, key: Shortcut) -> Self {
        self.keys = [
            if self.keys[0].is_none() {
                Some(key)
            } else {
                self.keys[0]
            },
            Some(key),
        ];
        self
    }
}

/// The name that settings give a command: `Save as…` is `save_as`.
pub(super) fn name_of(label: &str) -> String {
    let words = label
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_labels_without_what_may_not_stay() {
        assert_eq!(name_of("Save as…"), "save_as");
        assert_eq!(name_of("Keys and gestures"), "keys_and_gestures");
    }
}
