//! What menus, buttons, keys and the palette know about a command.

use crate::command::keys::Shortcut;

/// What menus, buttons and keys know about a command.
pub struct About {
    pub(super) label: &'static str,
    pub(super) tooltip: &'static str,
    pub(super) icon: Option<&'static str>,
    pub(super) keys: [Option<Shortcut>; 2],
}

/// A command of that name, which is also its tooltip until [`About::tip`] says more.
pub const fn about(label: &'static str) -> About {
    About {
        label,
        tooltip: label,
        icon: None,
        keys: [None, None],
    }
}

impl About {
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
