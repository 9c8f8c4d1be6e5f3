//! The run under way: what its events come to.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use egui::TextureHandle;
use image::RgbImage;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::plan::{Key, Plan};
use pyrograph_engine::run::event::Event;
use pyrograph_engine::run::session::JobId;

use super::{Jobs, NodeState, Order, Picture, Pixels, Progress, Shown, recall};
use crate::document::DocumentId;

/// How many of a run's previews are kept; of more, every second one.
const MAX_STEPS_SHOWN: usize = 256;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum How {
    /// Well.
    Finished,
    /// It was cancelled.
    Cancelled,
    /// With an error.
    Failed(Box<Diagnostic>),
}

/// What is left of a run that has ended.
pub struct Ended {
    /// How it ended.
    pub how: How,
    /// How long it took.
    pub secs: f64,
    /// The pictures that it made, by their numbers.
    pub pictures: Vec<usize>,
    /// What it last showed before its end.
    pub preview: Option<TextureHandle>,
}

/// A run under way.
pub(super) struct Running {
    /// Tells it from the runs before.
    pub(super) ticket: u64,
    pub(super) document: DocumentId,
    pub(super) folder: Option<PathBuf>,
    pub(super) shows_previews: bool,
    /// Whether every output is wanted.
    is_whole: bool,
    /// Its number in the session, once it has a plan.
    pub(super) job: Option<JobId>,
    pub(super) plan: Arc<Plan>,
    /// Which steps of the plan have something to do.
    pub(super) runs: Vec<bool>,
    pub(super) is_cancelling: bool,
    /// How it ended, if it never came to the engine.
    pub(super) refused: Option<How>,
    pub(super) progress: Option<Progress>,
    /// The last preview of each node.
    previews: BTreeMap<String, TextureHandle>,
    pub(super) last_preview: Option<TextureHandle>,
    /// Every preview, oldest first.
    steps: Vec<Arc<RgbImage>>,
    pictures: Vec<usize>,
}

impl Running {
    /// A run that waits for its plan.
    pub(super) fn new(ticket: u64, order: Order) -> Self {
        Self {
            ticket,
            document: order.document,
            folder: order.folder,
            shows_previews: order.shows_previews,
            is_whole: order.want.is_empty(),
            job: None,
            plan: Arc::default(),
            runs: Vec::new(),
            is_cancelling: false,
            refused: None,
            progress: None,
            previews: BTreeMap::new(),
            last_preview: None,
            steps: Vec::new(),
            pictures: Vec::new(),
        }
    }

    fn keep_step(&mut self, image: &Arc<RgbImage>) {
        if self.steps.len() >= MAX_STEPS_SHOWN {
            let mut number = 0;
            self.steps.retain(|_| {
                number += 1;
                number % 2 == 1
            });
        }
        self.steps.push(Arc::clone(image));
    }

    /// What that node gives in the end.
    fn key_of(&self, node: &str) -> Option<Key> {
        let mut steps = self.plan.steps.iter().rev();
        steps.find(|step| step.node == node).map(|step| step.key)
    }

    fn ended(self, how: How, secs: Option<f64>) -> Ended {
        let so_far = self.progress.as_ref().map_or(0.0, Progress::secs);
        Ended {
            how,
            secs: secs.unwrap_or(so_far),
            pictures: self.pictures,
            preview: self.last_preview,
        }
    }
}

impl Jobs {
    /// Ends a run that never came to the engine.
    pub(super) fn end_refused(&mut self) -> Option<Ended> {
        let running = self.running.take_if(|running| running.refused.is_some())?;
        let how = running.refused.clone()?;
        self.revision += 1;
        if let Some(results) = self.results.get_mut(&running.document) {
            results.begin(std::iter::empty());
        }
        Some(self.end(running, how, None))
    }

    /// Takes in an event; says how the run ended if it was the last one.
    pub(super) fn take_event(&mut self, id: JobId, event: Event) -> Option<Ended> {
        let mut running = self.running.take_if(|running| running.job == Some(id))?;
        self.revision += 1;
        match event {
            Event::Started { steps } => self.started(&mut running, steps),
            Event::Node { node, step, .. } => {
                if let Some(progress) = &mut running.progress {
                    progress.enter(step);
                }
                self.say(&running, node, NodeState::Running { steps: None });
            }
            Event::Loading { node, done, total } => {
                self.say(&running, node, NodeState::Loading { done, total });
            }
            Event::Progress { node, i, n } => {
                if let Some(progress) = &mut running.progress {
                    progress.turn(i, n);
                }
                let steps = Some((i, n));
                self.say(&running, node, NodeState::Running { steps });
            }
            Event::Preview { node, image } => self.preview_came(&mut running, node, &image),
            Event::Reused { node } => {
                if let Some(results) = self.results.get_mut(&running.document) {
                    results.reuse(node);
                }
            }
            Event::Done {
                node,
                secs,
                peak_bytes,
            } => {
                self.done(&running, &node, peak_bytes, secs);
                self.say(&running, node, NodeState::Done { secs });
            }
            Event::Output {
                node,
                image,
                path,
                graph,
            } => {
                let before = running.steps.last().map(AsRef::as_ref);
                let picture = Picture {
                    document: running.document,
                    size_px: [image.width(), image.height()],
                    thumb: self.texture(&format!("picture of {node}"), &image, before),
                    node,
                    path,
                    graph,
                };
                self.picture_came(&mut running, picture, image);
            }
            // A file that is no picture shows nowhere.
            Event::Saved { .. } => {}
            Event::Warning(report) => {
                if let Some(results) = self.results.get_mut(&running.document) {
                    results.reports.push(report);
                }
            }
            Event::Failed(report) => {
                let how = How::Failed(Box::new(report));
                return Some(self.end(running, how, None));
            }
            Event::Cancelled => return Some(self.end(running, How::Cancelled, None)),
            Event::Finished { secs } => return Some(self.end(running, How::Finished, Some(secs))),
        }
        self.running = Some(running);
        None
    }

    fn started(&mut self, running: &mut Running, steps: usize) {
        let mut expected = Vec::new();
        if let Some(results) = self.results.get_mut(&running.document) {
            let steps = running.plan.steps.iter().zip(&running.runs);
            let queued = steps.filter(|(_, runs)| **runs);
            results.begin(queued.map(|(step, _)| step.node.clone()));
            recall(&mut self.recalled, results, &running.plan);
            if running.is_whole || results.last_plan.is_none() {
                results.last_plan = Some(Arc::clone(&running.plan));
            }
            expected = results.pace.expect(&running.plan, &running.runs);
        }
        running.progress = Some(Progress::begin(steps, expected));
    }

    /// A step has ended: what it took is remembered, and so is its last preview.
    fn done(&mut self, running: &Running, node: &str, peak_bytes: Option<u64>, secs: f64) {
        let Some(results) = self.results.get_mut(&running.document) else {
            return;
        };
        let begun = running
            .progress
            .as_ref()
            .map_or(0, |progress| progress.step);
        if let Some(step) = begun
            .checked_sub(1)
            .and_then(|at| running.plan.steps.get(at))
        {
            results.pace.note(step, secs);
        }
        if let Some(bytes) = peak_bytes {
            results.peaks.insert(node.to_owned(), bytes);
        }
        if running.previews.contains_key(node)
            && let Some(shown) = results.shown.get(node).cloned()
        {
            self.remember(shown);
        }
    }

    fn preview_came(&mut self, running: &mut Running, node: String, image: &Arc<RgbImage>) {
        let texture = match running.previews.get_mut(&node) {
            Some(texture) => {
                self.update(texture, image);
                texture.clone()
            }
            None => {
                let texture = self.texture(&format!("preview of {node}"), image, None);
                running.previews.insert(node.clone(), texture.clone());
                texture
            }
        };
        running.last_preview = Some(texture.clone());
        running.keep_step(image);
        let shown = Shown {
            texture,
            size_px: [image.width(), image.height()],
            picture: None,
            file: None,
            key: running.key_of(&node),
        };
        self.show(running, node, shown);
    }

    fn picture_came(&mut self, running: &mut Running, picture: Picture, image: Arc<RgbImage>) {
        let steps = running.steps.as_slice().into();
        let (node, texture, size_px) =
            (picture.node.clone(), picture.thumb.clone(), picture.size_px);
        let number = self.pictures.push(picture, Pixels { image, steps });
        running.pictures.push(number);
        let shown = Shown {
            texture,
            size_px,
            picture: Some(number),
            file: None,
            key: running.key_of(&node),
        };
        self.remember(shown.clone());
        self.show(running, node, shown);
    }

    fn end(&mut self, running: Running, how: How, secs: Option<f64>) -> Ended {
        self.known_revision += 1;
        if let Some(results) = self.results.get_mut(&running.document) {
            results.last_secs = secs.or(results.last_secs);
            if let How::Failed(report) = &how {
                results.fail(report);
            }
            results.end();
        }
        running.ended(how, secs)
    }

    fn say(&mut self, running: &Running, node: String, state: NodeState) {
        if let Some(results) = self.results.get_mut(&running.document) {
            results.nodes.insert(node, state);
        }
    }

    fn show(&mut self, running: &Running, node: String, shown: Shown) {
        if let Some(results) = self.results.get_mut(&running.document) {
            results.shown.insert(node, shown);
        }
    }
}
