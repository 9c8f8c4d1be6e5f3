//! What the runs of one document came to: the states of its nodes, the pictures on them, what was
//! reported, and why the next run has something to do.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use egui::TextureHandle;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::plan::why::Reason;
use pyrograph_engine::plan::{Key, Plan};

use super::progress::Pace;

/// What a node's last run came to.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeState {
    /// It will run, and waits for its turn.
    Queued,
    /// Its turn has come.
    Running {
        /// How far the loop is: steps made and steps in all.
        steps: Option<(usize, usize)>,
    },
    /// Its file is being read: bytes read and bytes in all.
    Loading {
        /// Bytes read.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Known from an earlier run.
    Reused,
    /// Finished, after so many seconds.
    Done {
        /// How long it took.
        secs: f64,
    },
    /// Stopped by an error.
    Failed(Diagnostic),
}

impl NodeState {
    /// Whether the node is at work.
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Running { .. } | Self::Loading { .. } => true,
            Self::Queued | Self::Reused | Self::Done { .. } | Self::Failed(_) => false,
        }
    }

    /// Whether the state holds after its run has ended.
    pub(super) fn outlasts_run(&self) -> bool {
        match self {
            Self::Queued | Self::Running { .. } | Self::Loading { .. } => false,
            Self::Reused | Self::Done { .. } | Self::Failed(_) => true,
        }
    }
}

/// A picture on a node.
#[derive(Clone)]
pub struct Shown {
    /// Its pixels, perhaps smaller than the picture.
    pub texture: TextureHandle,
    /// The picture's size in pixels.
    pub size_px: [u32; 2],
    /// Its number among the pictures made; `None` for a preview.
    pub picture: Option<usize>,
    /// The file that is loaded, if no run has made it. It may be transparent.
    pub file: Option<PathBuf>,
    /// What it is the result of.
    pub(super) key: Option<Key>,
}

impl Shown {
    /// A picture that no run has made, of that file.
    pub fn of_file(file: PathBuf, texture: TextureHandle) -> Self {
        let size_px = texture.size().map(|side| side as u32);
        Self {
            texture,
            size_px,
            picture: None,
            file: Some(file),
            key: None,
        }
    }
}

/// What is known of one document.
#[derive(Default)]
pub(super) struct Results {
    pub(super) nodes: BTreeMap<String, NodeState>,
    pub(super) shown: BTreeMap<String, Shown>,
    /// The most memory that the process held while a node ran, in bytes.
    pub(super) peaks: BTreeMap<String, u64>,
    pub(super) reports: Vec<Diagnostic>,
    pub(super) reasons: Vec<Reason>,
    /// The plan that ran last, of those that ran for every output.
    pub(super) last_plan: Option<Arc<Plan>>,
    pub(super) last_secs: Option<f64>,
    pub(super) pace: Pace,
}

impl Results {
    /// A run begins: `queued` are the nodes that have something to do.
    pub(super) fn begin(&mut self, queued: impl Iterator<Item = String>) {
        self.reports.clear();
        self.nodes = queued.map(|node| (node, NodeState::Queued)).collect();
    }

    /// Says that a node has nothing to do, unless another of its steps had.
    pub(super) fn reuse(&mut self, node: String) {
        let state = self.nodes.entry(node).or_insert(NodeState::Reused);
        if *state == NodeState::Queued {
            *state = NodeState::Reused;
        }
    }

    /// The run has failed.
    pub(super) fn fail(&mut self, report: &Diagnostic) {
        self.reports.push(report.clone());
        if let Some(node) = &report.place.node {
            let failed = NodeState::Failed(report.clone());
            self.nodes.insert(node.clone(), failed);
        }
    }

    /// The run has ended, however it did.
    pub(super) fn end(&mut self) {
        self.nodes.retain(|_, state| state.outlasts_run());
    }
}

/// The key of what each node gives in the end: that of its last step.
pub(super) fn keys(plan: &Plan) -> BTreeMap<&str, Key> {
    plan.steps
        .iter()
        .map(|step| (step.node.as_str(), step.key))
        .collect()
}
