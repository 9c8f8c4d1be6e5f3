//! The session seen from the window: jobs go in, events come out and become what nodes, bars and
//! lists show. Nothing here waits for the device.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use egui::{ColorImage, TextureHandle, TextureOptions};
use image::RgbImage;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::plan::op::FileRef;
use pyrograph_engine::plan::why::{Reason, why};
use pyrograph_engine::plan::{Plan, compile};
use pyrograph_engine::run::event::Event;
use pyrograph_engine::run::session::{Job, JobId, Outputs, Session, SessionConfig};
use pyrograph_engine::weights::library::{self, Library};

use crate::document::Document;

/// Pictures are shown in nodes and lists at most so large; the viewer has them whole.
const THUMB_SIDE: u32 = 512;

/// What a node's last run came to.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeState {
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
            Self::Reused | Self::Done { .. } | Self::Failed(_) => false,
        }
    }
}

/// How far the run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Steps of the plan that have begun.
    pub step: usize,
    /// Steps of the plan.
    pub of: usize,
    /// Steps of the denoising loop made, and how many there are.
    pub steps: Option<(usize, usize)>,
    started: Instant,
    loop_started: Option<Instant>,
}

impl Progress {
    /// `12 of 20`, of the loop if one runs.
    pub fn text(&self) -> String {
        match self.steps {
            Some((i, n)) => format!("{i} of {n}"),
            None => format!("step {} of {}", self.step.min(self.of), self.of),
        }
    }

    /// How much is done.
    pub fn share(&self) -> f32 {
        match self.steps {
            Some((i, n)) => i as f32 / n.max(1) as f32,
            None => self.step.saturating_sub(1) as f32 / self.of.max(1) as f32,
        }
    }

    /// What the rest of the loop will take, once that can be guessed.
    pub fn secs_left(&self) -> Option<f64> {
        let (i, n) = self.steps.filter(|(i, _)| *i >= 2)?;
        let each = self.loop_started?.elapsed().as_secs_f64() / i as f64;
        Some(each * n.saturating_sub(i) as f64)
    }

    /// Seconds since the run began.
    pub fn secs(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
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
}

/// A picture made in this session.
#[derive(Clone)]
pub struct Picture {
    /// The node that gave it.
    pub node: String,
    /// Its pixels.
    pub image: Arc<RgbImage>,
    /// Its pixels for lists.
    pub thumb: TextureHandle,
    /// Its file, if it was saved.
    pub path: Option<PathBuf>,
    /// The graph that made it.
    pub graph: Arc<Graph>,
}

/// Jobs and what is known of them.
pub struct Jobs {
    session: Session,
    outputs: PathBuf,
    ctx: egui::Context,
    current: Option<JobId>,
    progress: Option<Progress>,
    cancelling: bool,
    nodes: BTreeMap<String, NodeState>,
    shown: BTreeMap<String, Shown>,
    pictures: Vec<Picture>,
    reports: Vec<Diagnostic>,
    last_secs: Option<f64>,
    last_plan: Option<Plan>,
    submitted: BTreeMap<JobId, Plan>,
    reasons: Vec<Reason>,
    revision: u64,
}

impl Jobs {
    /// Starts a session that has nothing to do yet.
    pub fn start(config: SessionConfig, outputs: PathBuf, ctx: &egui::Context) -> Self {
        let wake = ctx.clone();
        Self {
            session: Session::start(config, move || wake.request_repaint()),
            outputs,
            ctx: ctx.clone(),
            current: None,
            progress: None,
            cancelling: false,
            nodes: BTreeMap::new(),
            shown: BTreeMap::new(),
            pictures: Vec::new(),
            reports: Vec::new(),
            last_secs: None,
            last_plan: None,
            submitted: BTreeMap::new(),
            reasons: Vec::new(),
            revision: 0,
        }
    }

    /// Hands every output of a document to the engine.
    pub fn run(&mut self, document: &Document, library: &Library) {
        let plan = plan_of(document, library);
        let job = Job {
            plan: plan.clone(),
            graph: document.graph().clone(),
            folder: document.folder(),
            outputs: Outputs {
                dir: self.outputs.clone(),
                date: jiff::ZonedDateTime::now().date().to_string(),
                keep_previewed: false,
            },
            previews: true,
        };
        let id = self.session.submit(job);
        self.submitted.insert(id, plan);
    }

    /// Stops what runs and what waits.
    pub fn cancel(&mut self) {
        self.cancelling = self.is_running();
        self.session.cancel();
    }

    /// Forgets the states of nodes: another document is shown.
    pub fn forget_nodes(&mut self) {
        self.revision += 1;
        self.cancel();
        self.nodes.clear();
        self.shown.clear();
        self.reports.clear();
        self.reasons.clear();
        self.last_plan = None;
        self.last_secs = None;
    }

    /// Works out anew why the document's next run has something to do.
    pub fn ask_why(&mut self, document: &Document, library: &Library) {
        let Some(last) = &self.last_plan else { return };
        self.reasons = why(&plan_of(document, library), last, &|key| {
            self.session.has(key)
        });
    }

    /// Takes in what has happened.
    pub fn drain(&mut self) {
        while let Some((id, event)) = self.session.try_event() {
            self.take(id, event);
        }
    }

    /// Whether a job runs or waits.
    pub fn is_running(&self) -> bool {
        !self.submitted.is_empty()
    }

    /// Whether a cancel is on its way.
    pub fn is_cancelling(&self) -> bool {
        self.cancelling
    }

    /// Jobs that wait behind the one that runs.
    pub fn waiting(&self) -> usize {
        self.submitted.len().saturating_sub(1)
    }

    /// How far the running job is.
    pub fn progress(&self) -> Option<Progress> {
        self.progress
    }

    /// How long the last finished run took.
    pub fn last_secs(&self) -> Option<f64> {
        self.last_secs
    }

    /// What a node's last run came to.
    pub fn node(&self, key: &str) -> Option<&NodeState> {
        self.nodes.get(key)
    }

    /// The node that is at work.
    pub fn busy_node(&self) -> Option<&str> {
        self.nodes
            .iter()
            .find(|(_, state)| state.is_busy())
            .map(|(key, _)| key.as_str())
    }

    /// The picture on a node.
    pub fn shown(&self, key: &str) -> Option<&Shown> {
        self.shown.get(key)
    }

    /// Grows with everything that may change what nodes show.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Everything made in this session, oldest first.
    pub fn pictures(&self) -> &[Picture] {
        &self.pictures
    }

    /// What the last run had to say.
    pub fn reports(&self) -> &[Diagnostic] {
        &self.reports
    }

    /// Why the next run has something to do; empty before the first run.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// Whether a run has been made of this document.
    pub fn has_run(&self) -> bool {
        self.last_plan.is_some()
    }

    fn take(&mut self, id: JobId, event: Event) {
        self.revision += 1;
        let last = event.is_last();
        match event {
            Event::Started { steps } => {
                self.current = Some(id);
                self.nodes.clear();
                self.reports.clear();
                self.last_plan = self.submitted.get(&id).cloned();
                self.progress = Some(Progress {
                    step: 0,
                    of: steps,
                    steps: None,
                    started: Instant::now(),
                    loop_started: None,
                });
            }
            Event::Node { node, step, of } => {
                self.nodes.insert(node, NodeState::Running { steps: None });
                if let Some(progress) = &mut self.progress {
                    (
                        progress.step,
                        progress.of,
                        progress.steps,
                        progress.loop_started,
                    ) = (step + 1, of, None, None);
                }
            }
            Event::Loading { node, done, total } => {
                self.nodes.insert(node, NodeState::Loading { done, total });
            }
            Event::Progress { node, i, n } => {
                self.nodes.insert(
                    node,
                    NodeState::Running {
                        steps: Some((i, n)),
                    },
                );
                if let Some(progress) = &mut self.progress {
                    progress.steps = Some((i, n));
                    // Without its first step: that one also warms up the device.
                    progress.loop_started.get_or_insert_with(Instant::now);
                }
            }
            Event::Preview { node, image } => self.show(&node, &image, None),
            Event::Reused { node } => {
                self.nodes.entry(node).or_insert(NodeState::Reused);
            }
            Event::Done { node, secs } => {
                self.nodes.insert(node, NodeState::Done { secs });
            }
            Event::Output {
                node,
                image,
                path,
                graph,
            } => {
                let thumb = self.texture(&format!("picture {}", self.pictures.len()), &image);
                self.show(&node, &image, Some(self.pictures.len()));
                self.pictures.push(Picture {
                    node,
                    image,
                    thumb,
                    path,
                    graph,
                });
            }
            Event::Saved { .. } => {}
            Event::Warning(report) => self.reports.push(report),
            Event::Failed(report) => {
                if let Some(node) = &report.place.node {
                    self.nodes
                        .insert(node.clone(), NodeState::Failed(report.clone()));
                }
                self.reports.push(report);
            }
            Event::Cancelled => {}
            Event::Finished { secs } => self.last_secs = Some(secs),
        }
        if last {
            self.submitted.remove(&id);
            self.current = None;
            self.progress = None;
            self.cancelling = false;
            self.nodes.retain(|_, state| !state.is_busy());
        }
    }

    fn show(&mut self, node: &str, image: &RgbImage, picture: Option<usize>) {
        let size_px = [image.width(), image.height()];
        if let Some(shown) = self.shown.get_mut(node) {
            shown
                .texture
                .set(color_image(image), TextureOptions::LINEAR);
            (shown.size_px, shown.picture) = (size_px, picture);
            return;
        }
        let texture = self.texture(&format!("node {node}"), image);
        self.shown.insert(
            node.to_owned(),
            Shown {
                texture,
                size_px,
                picture,
            },
        );
    }

    fn texture(&self, name: &str, image: &RgbImage) -> TextureHandle {
        self.ctx
            .load_texture(name, color_image(image), TextureOptions::LINEAR)
    }
}

/// The plan of every output that can run.
fn plan_of(document: &Document, library: &Library) -> Plan {
    let mut near = library.clone();
    near.dirs.splice(0..0, document.folder());
    let identity = |file: &FileRef| {
        let path = near.resolve(file.kind, &file.name);
        // A file that is not there is told when the step that needs it runs.
        path.and_then(|path| library::identity(&path).ok())
            .unwrap_or_default()
    };
    compile::compile(document.checked(), &[], &identity)
}

/// For the screen: a large picture made smaller, for textures have no smaller copies of themselves
/// and would shimmer.
fn color_image(image: &RgbImage) -> ColorImage {
    let convert = |image: &RgbImage| {
        ColorImage::from_rgb(
            [image.width() as usize, image.height() as usize],
            image.as_raw(),
        )
    };
    let longest = image.width().max(image.height());
    if longest <= THUMB_SIDE {
        return convert(image);
    }
    let side = |pixels: u32| {
        (u64::from(pixels) * u64::from(THUMB_SIDE) / u64::from(longest)).max(1) as u32
    };
    convert(&image::imageops::thumbnail(
        image,
        side(image.width()),
        side(image.height()),
    ))
}

/// A whole picture for the viewer, as far as the graphics card takes it.
pub fn whole_image(image: &RgbImage, max_side: usize) -> ColorImage {
    if image.width().max(image.height()) as usize <= max_side {
        ColorImage::from_rgb(
            [image.width() as usize, image.height() as usize],
            image.as_raw(),
        )
    } else {
        color_image(image)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pictures_are_made_smaller_and_keep_their_ratio() {
        assert_eq!(color_image(&RgbImage::new(2048, 1024)).size, [512, 256]);
        assert_eq!(color_image(&RgbImage::new(100, 7)).size, [100, 7]);
        assert_eq!(color_image(&RgbImage::new(10_000, 3)).size, [512, 1]);
        assert_eq!(
            whole_image(&RgbImage::new(2048, 1024), 2048).size,
            [2048, 1024]
        );
    }

    #[test]
    fn progress_reads_as_people_say_it() {
        let mut progress = Progress {
            step: 3,
            of: 7,
            steps: None,
            started: Instant::now(),
            loop_started: None,
        };
        assert_eq!(progress.text(), "step 3 of 7");
        progress.steps = Some((12, 20));
        assert_eq!(progress.text(), "12 of 20");
        assert!((progress.share() - 0.6).abs() < 1e-6);
    }
}
