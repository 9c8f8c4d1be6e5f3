//! The session seen from the window: one job at a time goes in, events come out and become what
//! nodes, bars and lists show. What is known is known for each document; the getters answer for
//! the one that is looked at. Nothing here waits for the device or the disk.

mod pictures;
mod planner;
mod progress;
mod results;
mod running;
mod shrink;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use egui::{ColorImage, TextureHandle, TextureOptions};
use image::RgbImage;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::node::Catalog;
use pyrograph_engine::plan::why::Reason;
use pyrograph_engine::plan::{Key, Plan};
use pyrograph_engine::run::lru::Lru;
use pyrograph_engine::run::session::{Job, Outputs, Session, SessionConfig};
use pyrograph_engine::weights::library::Library;

pub use self::pictures::{Picture, Pictures, Pixels};
use self::planner::{Begin, Look, Planned, Planner, Reply};
pub use self::progress::Progress;
pub use self::results::{NodeState, Shown};
use self::results::{Results, keys};
use self::running::Running;
pub use self::running::{Ended, How};
use self::shrink::Shrinker;
use crate::document::{Document, DocumentId};
use crate::seeds::Seed;

/// Pictures of at most so many pixels are made ready in the frame in which they come.
const AT_ONCE_PX: u32 = 256 * 256;
/// What the small pictures of earlier results may take on the graphics card, in bytes.
const MAX_RECALLED_BYTES: u64 = 256 << 20;
/// The pixels of pictures made may take this share of what loaded models may.
const PIXELS_SHARE: u64 = 8;

/// What is to be run.
pub struct Order {
    /// Whose nodes show it.
    pub document: DocumentId,
    /// The graph, before the seeds are set.
    pub graph: Arc<Graph>,
    /// The seeds that it runs with.
    pub seeds: Vec<Seed>,
    /// The kinds of node that it may use.
    pub catalog: Catalog,
    /// The wanted nodes; none = all outputs.
    pub want: Vec<String>,
    /// Where the files that it names are looked for first.
    pub folder: Option<PathBuf>,
    /// Whether samplers show pictures while they run.
    pub shows_previews: bool,
}

/// Jobs and what is known of them.
pub struct Jobs {
    session: Session,
    /// How the session shall work from the next run on.
    next_config: Option<SessionConfig>,
    outputs: PathBuf,
    ctx: egui::Context,
    planner: Planner,
    shrinker: Shrinker<TextureHandle>,
    /// What earlier results look like, by what made them: undo brings the old picture back.
    recalled: Lru<Key, Shown>,
    results: BTreeMap<DocumentId, Results>,
    looked_at: DocumentId,
    running: Option<Running>,
    runs: u64,
    pictures: Pictures,
    revision: u64,
    known_revision: u64,
}

impl Jobs {
    /// Starts a session that has nothing to do yet, and looks at that document.
    pub fn start(
        config: SessionConfig,
        outputs: PathBuf,
        ctx: &egui::Context,
        document: DocumentId,
    ) -> Self {
        let pictures = Pictures::new(pixel_bytes(&config));
        let (session, planner) = start_threads(config, ctx);
        let mut jobs = Self {
            session,
            next_config: None,
            outputs,
            ctx: ctx.clone(),
            planner,
            shrinker: Shrinker::start(ctx),
            recalled: Lru::new(MAX_RECALLED_BYTES),
            results: BTreeMap::new(),
            looked_at: document,
            running: None,
            runs: 0,
            pictures,
            revision: 0,
            known_revision: 0,
        };
        jobs.look_at(document);
        jobs
    }

    /// Takes other settings from the next run on.
    pub fn configure(&mut self, config: SessionConfig, outputs: PathBuf) {
        self.pictures.set_budget(pixel_bytes(&config));
        self.next_config = Some(config);
        self.outputs = outputs;
    }

    /// The getters answer for this document from now on.
    pub fn look_at(&mut self, document: DocumentId) {
        self.looked_at = document;
        self.results.entry(document).or_default();
        self.revision += 1;
        self.known_revision += 1;
    }

    /// Forgets what is known of a document that has been closed.
    pub fn forget(&mut self, document: DocumentId) {
        self.results.remove(&document);
        self.revision += 1;
    }

    /// Begins a run. There must be none under way.
    pub fn begin(&mut self, order: Order, library: &Library) {
        self.known_revision += 1;
        if let Some(config) = self.next_config.take() {
            let (session, planner) = start_threads(config, &self.ctx);
            let old = std::mem::replace(&mut self.session, session);
            self.planner = planner;
            // Its models are freed meanwhile; without a thread, now.
            drop(thread::Builder::new().spawn(move || drop(old)));
        }
        self.runs += 1;
        self.revision += 1;
        self.planner.begin(Begin {
            ticket: self.runs,
            graph: Arc::clone(&order.graph),
            seeds: order.seeds.clone(),
            catalog: order.catalog,
            want: order.want.clone(),
            library: near(library, order.folder.as_ref()),
        });
        self.running = Some(Running::new(self.runs, order));
    }

    /// Stops the run under way.
    pub fn cancel(&mut self) {
        if let Some(running) = &mut self.running {
            running.is_cancelling = true;
            match running.job {
                Some(job) => self.session.cancel_job(job),
                None => running.refused = Some(How::Cancelled),
            }
            self.ctx.request_repaint();
        }
    }

    /// Asks what a document's next run would do: why it has something to do, and which pictures
    /// are known already.
    pub fn look_ahead(&self, document: &Document, library: &Library) {
        let id = document.id();
        self.planner.look(Look {
            document: id,
            checked: Arc::clone(document.checked()),
            library: near(library, document.folder().as_ref()),
            last: self
                .results
                .get(&id)
                .and_then(|results| results.last_plan.clone()),
        });
    }

    /// Takes in what has happened, and says how a run ended, if one did.
    pub fn drain(&mut self) -> Option<Ended> {
        for (mut texture, image) in self.shrinker.ready() {
            texture.set(image, TextureOptions::LINEAR);
        }
        for reply in self.planner.replies() {
            self.take_reply(reply);
        }
        let mut ended = self.end_refused();
        while let Some((id, event)) = self.session.try_event() {
            ended = self.take_event(id, event).or(ended);
        }
        ended
    }

    /// Whether a run is under way.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Whether a cancel is on its way.
    pub fn is_cancelling(&self) -> bool {
        self.running
            .as_ref()
            .is_some_and(|running| running.is_cancelling)
    }

    /// How far the run under way is.
    pub fn progress(&self) -> Option<&Progress> {
        self.running.as_ref()?.progress.as_ref()
    }

    /// What the run under way last showed.
    pub fn preview(&self) -> Option<&TextureHandle> {
        self.running.as_ref()?.last_preview.as_ref()
    }

    /// How long the last finished run took.
    pub fn last_secs(&self) -> Option<f64> {
        self.seen()?.last_secs
    }

    /// How long a document's last finished run took.
    pub fn last_secs_of(&self, document: DocumentId) -> Option<f64> {
        self.results.get(&document)?.last_secs
    }

    /// What a node's last run came to.
    pub fn node(&self, key: &str) -> Option<&NodeState> {
        self.seen()?.nodes.get(key)
    }

    /// The most memory that the process held while a node ran, in bytes.
    pub fn peak_bytes(&self, key: &str) -> Option<u64> {
        self.seen()?.peaks.get(key).copied()
    }

    /// The most memory that the process held while any node of the document ran, in bytes.
    pub fn most_bytes(&self) -> Option<u64> {
        self.seen()?.peaks.values().copied().max()
    }

    /// The same for a group: of the nodes inside that the last run did not reuse.
    pub fn peak_bytes_inside(&self, group: &str) -> Option<u64> {
        let results = self.seen()?;
        let ran = inside(&results.nodes, group)
            .filter(|(_, state)| matches!(state, NodeState::Done { .. }));
        ran.filter_map(|(key, _)| results.peaks.get(key).copied())
            .max()
    }

    /// The picture on a node.
    pub fn shown(&self, key: &str) -> Option<&Shown> {
        self.seen()?.shown.get(key)
    }

    /// What the last run came to inside a group, node by node.
    pub fn inside(&self, group: &str) -> impl Iterator<Item = &NodeState> + use<'_> {
        let nodes = self.seen().map(|results| inside(&results.nodes, group));
        nodes.into_iter().flatten().map(|(_, state)| state)
    }

    /// The picture on a group: that of its node at work, else of its last one that has one.
    pub fn shown_inside(&self, group: &str) -> Option<&Shown> {
        let results = self.seen()?;
        let is_busy = |key: &str| results.nodes.get(key).is_some_and(NodeState::is_busy);
        let shown = || inside(&results.shown, group);
        let busy = shown().find(|(key, _)| is_busy(key));
        busy.or_else(|| shown().last()).map(|(_, shown)| shown)
    }

    /// Grows with everything that may change what nodes show.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Grows when runs begin and end: what the next one has to do may then be another.
    pub fn known_revision(&self) -> u64 {
        self.known_revision
    }

    /// The pictures made in this session.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// These files are gone: what is still in memory can be saved and used all the same.
    pub fn forget_files(&mut self, gone: &[PathBuf]) {
        self.pictures.forget_files(gone);
    }

    /// Somebody looks at a picture: of all pixels, those of the others go first.
    pub fn look_at_picture(&mut self, number: usize) {
        self.pictures.look_at(number);
    }

    /// What the last run had to say.
    pub fn reports(&self) -> &[Diagnostic] {
        self.seen().map_or(&[], |results| &results.reports)
    }

    /// Why the next run has something to do; empty before the first run.
    pub fn reasons(&self) -> &[Reason] {
        self.seen().map_or(&[], |results| &results.reasons)
    }

    /// Whether a run has been made of this document.
    pub fn has_run(&self) -> bool {
        self.seen()
            .is_some_and(|results| results.last_plan.is_some())
    }

    fn seen(&self) -> Option<&Results> {
        self.results.get(&self.looked_at)
    }

    fn take_reply(&mut self, reply: Reply) {
        match reply {
            Reply::Looked {
                document,
                plan,
                reasons,
            } => {
                // While it runs, its nodes show the run.
                let runs = self.running.as_ref();
                if runs.is_some_and(|running| running.document == document) {
                    return;
                }
                if let Some(results) = self.results.get_mut(&document) {
                    results.reasons = reasons;
                    for node in recall(&mut self.recalled, results, &plan) {
                        results.nodes.insert(node, NodeState::Reused);
                        self.revision += 1;
                    }
                }
            }
            Reply::Planned { ticket, plan } => {
                let Some(running) = &mut self.running else {
                    return;
                };
                if running.ticket != ticket || running.refused.is_some() {
                    return;
                }
                match plan {
                    Ok(planned) => {
                        let Planned { plan, runs, graph } = *planned;
                        let job = Job {
                            plan: plan.clone(),
                            graph,
                            folder: running.folder.clone(),
                            outputs: Outputs {
                                dir: self.outputs.clone(),
                                date: jiff::ZonedDateTime::now().date().to_string(),
                                keep_previewed: false,
                            },
                            previews: running.shows_previews,
                        };
                        running.plan = Arc::new(plan);
                        running.runs = runs;
                        running.job = Some(self.session.submit(job));
                    }
                    Err(problem) => running.refused = Some(How::Failed(problem)),
                }
            }
        }
    }

    /// Remembers what a result looks like.
    fn remember(&mut self, shown: Shown) {
        if let Some(key) = shown.key {
            let bytes = shrink::shown_bytes(shown.size_px);
            self.recalled.insert(key, shown, bytes);
        }
    }

    /// A texture that shows a picture, at once if it is small, else when it has been made small;
    /// until then it shows what the picture looked like before.
    fn texture(
        &self,
        name: &str,
        image: &Arc<RgbImage>,
        before: Option<&RgbImage>,
    ) -> TextureHandle {
        let load = |image| self.ctx.load_texture(name, image, TextureOptions::LINEAR);
        if image.width() * image.height() <= AT_ONCE_PX {
            return load(shrink::color_image(image));
        }
        let nothing = || ColorImage::filled([1, 1], egui::Color32::TRANSPARENT);
        let texture = load(before.map_or_else(nothing, shrink::color_image));
        self.shrinker.ask(texture.clone(), image);
        texture
    }

    /// Shows another picture in a texture.
    fn update(&self, texture: &mut TextureHandle, image: &Arc<RgbImage>) {
        if image.width() * image.height() <= AT_ONCE_PX {
            texture.set(shrink::color_image(image), TextureOptions::LINEAR);
        } else {
            self.shrinker.ask(texture.clone(), image);
        }
    }
}

/// Brings back the pictures that are known of a plan's steps; returns their nodes.
fn recall(from: &mut Lru<Key, Shown>, results: &mut Results, plan: &Plan) -> Vec<String> {
    let mut recalled = Vec::new();
    for (node, key) in keys(plan) {
        let shown = results.shown.get(node);
        if shown.is_some_and(|shown| shown.key == Some(key)) {
            continue;
        }
        if let Some(known) = from.get(&key) {
            results.shown.insert(node.to_owned(), known.clone());
            recalled.push(node.to_owned());
        }
    }
    recalled
}

/// What is known of the nodes inside a group.
fn inside<'a, T>(
    known: &'a BTreeMap<String, T>,
    group: &str,
) -> impl Iterator<Item = (&'a str, &'a T)> + use<'a, T> {
    let inside = format!("{group}/");
    known
        .range(inside.clone()..)
        .take_while(move |(key, _)| key.starts_with(&inside))
        .map(|(key, known)| (key.as_str(), known))
}

/// The engine's thread, and the one that makes plans for it.
fn start_threads(config: SessionConfig, ctx: &egui::Context) -> (Session, Planner) {
    let wake = ctx.clone();
    let session = Session::start(config, move || wake.request_repaint());
    let planner = Planner::start(session.known(), ctx);
    (session, planner)
}

/// What the pixels of pictures made may take, in bytes.
fn pixel_bytes(config: &SessionConfig) -> u64 {
    config.models_budget() / PIXELS_SHARE
}

/// A library that looks beside the graph first.
fn near(library: &Library, folder: Option<&PathBuf>) -> Library {
    Library {
        dirs: folder.into_iter().chain(&library.dirs).cloned().collect(),
    }
}
