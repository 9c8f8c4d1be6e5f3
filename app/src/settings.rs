//! What people set once and keep: looks, navigation, keys, folders, device.

use serde::{Deserialize, Serialize};

use crate::theme::Look;

/// Everything that can be set. Unknown members of the file are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The theme.
    pub look: Look,
    /// Pins and wires in colours that colour-blind people tell apart.
    pub is_colour_blind_safe: bool,
    /// Which program's way of panning and zooming.
    pub navigation: Navigation,
    /// The size of everything: 0.5 to 3.
    pub ui_scale: f32,
    /// Whether nodes that are moved stay on the grid.
    pub snaps_to_grid: bool,
    /// Whether nothing moves but what the user moves.
    pub reduces_motion: bool,
    /// Whether samplers show pictures while they run.
    pub shows_previews: bool,
    /// Whether every change of what the graph means starts a run.
    pub runs_on_change: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            look: Look::default(),
            is_colour_blind_safe: false,
            navigation: Navigation::default(),
            ui_scale: 1.0,
            snaps_to_grid: true,
            reduces_motion: false,
            shows_previews: true,
            runs_on_change: false,
        }
    }
}

/// Ways of panning and zooming, named after the programs whose users know them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Navigation {
    /// The wheel zooms, middle or space drag pans.
    #[default]
    ComfyUi,
    /// The wheel zooms, middle drag pans, Ctrl+middle drag zooms.
    Blender,
    /// The wheel zooms, middle or Alt drag pans.
    Nuke,
    /// The wheel scrolls, Ctrl+wheel zooms, space drag pans.
    Figma,
}
