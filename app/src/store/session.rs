//! What was open when the program ended, and how it was looked at.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::command::Drawer;

/// What was open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// The documents, in the order of their tabs.
    pub tabs: Vec<OpenTab>,
    /// Which of them was shown.
    pub active: usize,
    /// The panels around the canvas.
    pub panels: OpenPanels,
    /// The window.
    pub window: Option<Frame>,
}

/// An open document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenTab {
    /// Its file.
    pub path: Option<PathBuf>,
    /// The name of its journal, if its file does not hold everything.
    pub journal: Option<String>,
    /// The nodes that were selected.
    pub selected: Vec<String>,
    /// The groups that were open.
    pub level: Vec<String>,
    /// The part of the graph that was seen.
    pub sight: Option<Seen>,
}

/// The part of a graph that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Where the graph's origin lay, in screen points.
    pub pan: [f32; 2],
    /// Screen points for each point of the graph.
    pub zoom: f32,
}

/// Which panels were open, and how large.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenPanels {
    /// Whether the inspector was.
    pub inspector: bool,
    /// The drawer's tab.
    pub drawer: Option<Drawer>,
    /// The inspector's width and the drawer's height, if they were seen.
    pub sizes: [Option<f32>; 2],
}

impl Default for OpenPanels {
    fn default() -> Self {
        Self {
            inspector: true,
            drawer: Some(Drawer::Pictures),
            sizes: [None, None],
        }
    }
}

/// The window on the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Its upper left corner, where the desktop tells.
    pub position: Option<[f32; 2]>,
    /// Its size without borders.
    pub size: [f32; 2],
    /// Whether it filled the screen.
    pub is_maximized: bool,
}

/// The file in the user's folder.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("session.json")
}
