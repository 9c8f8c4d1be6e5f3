//! Walks through a plan's steps: what is known is reused, the rest is run, each step behind a
//! guard that turns a panic into an error.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crate::device::Compute;
use crate::diagnostic::Diagnostic;
use crate::node::FileKind;
use crate::output::recipe;
use crate::plan::op::Op;
use crate::plan::{Key, Plan};
use crate::run::cache::Cache;
use crate::run::caught::{self, Unwound};
use crate::run::error::{StepError, Stop};
use crate::run::event::Event;
use crate::run::exec::{self, Context};
use crate::run::memory;
use crate::run::peak::Peak;
use crate::run::session::{Job, Known, SessionConfig};
use crate::run::value::{Value, Values};
use crate::weights::library::{self, Library};

/// Results of steps may take this share of the memory.
const RESULTS_SHARE: u64 = 16;

/// The engine thread's state between jobs.
pub(super) struct Worker {
    library: Library,
    tools: Tools,
    results: Cache,
    /// The embeddings that the cached prompts were encoded with.
    embeddings: Option<String>,
}

/// What steps share: the device, the models, the hashes of files.
pub(super) struct Tools {
    config: SessionConfig,
    compute: Option<Compute>,
    models: Cache,
    hashing: BTreeMap<PathBuf, JoinHandle<io::Result<String>>>,
}

/// What is to be done with a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing needs its result.
    No,
    /// Its result is known.
    Known,
    /// It has to be run.
    Run,
}

impl Worker {
    /// Nothing loaded, no device open.
    pub(super) fn new(config: SessionConfig, known: Known) -> Self {
        Self {
            library: config.library.clone(),
            tools: Tools {
                models: Cache::new(config.models_budget(), known.clone()),
                config,
                compute: None,
                hashing: BTreeMap::new(),
            },
            results: Cache::new(memory::total_bytes() / RESULTS_SHARE, known),
            embeddings: None,
        }
    }

    /// Runs a job and returns its last event.
    pub(super) fn run(&mut self, job: Job, cancel: &AtomicBool, emit: &dyn Fn(Event)) -> Event {
        let begin = Instant::now();
        emit(Event::Started {
            steps: job.plan.steps.len(),
        });
        // Steps have guards of their own; this one is for faults between them.
        match caught::caught(|| self.run_steps(&job, cancel, emit)) {
            Ok(Ok(())) => Event::Finished {
                secs: begin.elapsed().as_secs_f64(),
            },
            Ok(Err(Ended::Cancelled)) | Err(Unwound::Cancelled) => Event::Cancelled,
            Ok(Err(Ended::Failed(problem))) => Event::Failed(*problem),
            Err(Unwound::Panicked(message)) => {
                Event::Failed(StepError::Panicked { message }.diagnostic())
            }
        }
    }

    fn run_steps(
        &mut self,
        job: &Job,
        cancel: &AtomicBool,
        emit: &dyn Fn(Event),
    ) -> Result<(), Ended> {
        let plan = &job.plan;
        let library = job.library(&self.library);
        self.notice_new_embeddings(plan, &library);
        let graph = Arc::new(job.graph.clone());
        let mut values = Values::new(plan.steps.len());
        let needs = self.needs(plan, &mut values);
        let goals = plan.goals();

        for (number, (step, need)) in plan.steps.iter().zip(needs).enumerate() {
            if cancel.load(Ordering::Relaxed) {
                return Err(Ended::Cancelled);
            }
            match need {
                Need::No | Need::Known => emit(Event::Reused {
                    node: step.node.clone(),
                }),
                Need::Run => {
                    emit(Event::Node {
                        node: step.node.clone(),
                        step: number,
                        of: plan.steps.len(),
                    });
                    let begin = Instant::now();
                    let memory = Peak::begin();
                    let mut cx = Context {
                        tools: &mut self.tools,
                        job,
                        graph: &graph,
                        library: &library,
                        values: &values,
                        step: number,
                        cancel,
                        emit,
                    };
                    let results = self_contained(&step.op, &mut cx)
                        .map_err(|stop| self.ended(stop, &step.node))?;
                    self.results.keep_results(step.key, &results);
                    values.set(number, results);
                    emit(Event::Done {
                        node: step.node.clone(),
                        secs: begin.elapsed().as_secs_f64(),
                        peak_bytes: memory.and_then(Peak::bytes),
                    });
                }
            }
            if goals[number]
                && let Some(picture) = values.picture(number)
            {
                emit(Event::Preview {
                    node: step.node.clone(),
                    image: Arc::new(picture.to_rgb8(0)),
                });
            }
            step.drop_after
                .iter()
                .for_each(|step| values.drop_step(*step));
        }
        Ok(())
    }

    /// What each step has to do, found from the end: a step whose only users are known needs not
    /// even be known itself. What nobody uses is what the plan is for. Known results are taken into
    /// `values` at once, so that nothing that happens later can push them out of the cache.
    fn needs(&mut self, plan: &Plan, values: &mut Values) -> Vec<Need> {
        let mut wanted = plan.goals();
        let mut needs = vec![Need::No; plan.steps.len()];
        for (number, step) in plan.steps.iter().enumerate().rev() {
            let acts = step.op.outputs().is_empty();
            if !acts && !wanted[number] {
                continue;
            }
            let known = if acts { None } else { self.known(&step.key) };
            match known {
                Some(results) => {
                    values.set(number, results);
                    needs[number] = Need::Known;
                }
                None => {
                    needs[number] = Need::Run;
                    for input in recipe::inputs(&step.op) {
                        if let Some(wanted) = wanted.get_mut(input) {
                            *wanted = true;
                        }
                    }
                }
            }
        }
        needs
    }

    fn known(&mut self, key: &Key) -> Option<Vec<Value>> {
        self.results.get(key).or_else(|| self.tools.models.get(key))
    }

    /// Ends the job. After a panic nothing on the device is trusted any more: a failed kernel
    /// poisons what depends on it, and that shows only when it is read.
    fn ended(&mut self, stop: Stop, node: &str) -> Ended {
        match stop {
            Stop::Cancelled => Ended::Cancelled,
            Stop::Failed(error) => {
                if matches!(*error, StepError::Panicked { .. }) {
                    self.results.clear_device();
                    self.tools.models.clear();
                }
                Ended::Failed(Box::new(error.diagnostic().at(node)))
            }
        }
    }

    /// Prompts name embeddings inside their text, where keys do not see the files' identity. So
    /// when those files change, nothing that was computed counts any more.
    fn notice_new_embeddings(&mut self, plan: &Plan, library: &Library) {
        let named = plan
            .steps
            .iter()
            .any(|step| matches!(&step.op, Op::EncodeText(op) if op.text.contains("embedding:")));
        if !named {
            return;
        }
        let mut now = String::new();
        for entry in library.list(FileKind::Embedding) {
            let identity = library::identity(&entry.path).unwrap_or_default();
            now += &format!("{}\n{identity}\n", entry.path.display());
        }
        if self
            .embeddings
            .as_ref()
            .is_some_and(|before| *before != now)
        {
            self.results.clear();
        }
        self.embeddings = Some(now);
    }
}

/// How a job ended before its end.
enum Ended {
    Cancelled,
    Failed(Box<Diagnostic>),
}

/// Runs an op behind a guard.
fn self_contained(op: &Op, cx: &mut Context<'_>) -> Result<Vec<Value>, Stop> {
    match caught::caught(|| exec::execute(op, cx)) {
        Ok(result) => result,
        Err(Unwound::Cancelled) => Err(Stop::Cancelled),
        Err(Unwound::Panicked(message)) => Err(StepError::Panicked { message }.into()),
    }
}

impl Tools {
    /// The device, opened at the first call.
    pub(super) fn compute(&mut self) -> Result<&Compute, StepError> {
        if self.compute.is_none() {
            self.compute = Some(Compute::open(&self.config.compute, self.config.precision)?);
        }
        Ok(self.compute.as_ref().expect("it has just been opened"))
    }

    /// The device if it is open.
    pub(super) fn open_device(&self) -> Option<&Compute> {
        self.compute.as_ref()
    }

    /// Drops models until another of that size fits.
    pub(super) fn make_room(&mut self, bytes: u64) {
        if self.models.make_room(bytes) {
            self.give_memory_back();
        }
    }

    /// Keeps a loaded model.
    pub(super) fn keep_model(&mut self, key: Key, values: &[Value], bytes: u64) {
        if self.models.keep(key, values, bytes) {
            self.give_memory_back();
        }
    }

    /// Models have gone: without this a GPU's allocator keeps their memory for itself.
    fn give_memory_back(&self) {
        if let Some(compute) = &self.compute {
            compute.device.memory_cleanup();
        }
    }

    /// Starts to compute a file's SHA-256 beside the run: it takes seconds for large models.
    pub(super) fn start_hashing(&mut self, path: &Path) {
        let owned = path.to_owned();
        if let Ok(thread) = thread::Builder::new()
            .name("sha256".to_owned())
            .spawn(move || library::sha256(&owned))
        {
            self.hashing.insert(path.to_owned(), thread);
        }
    }

    /// A file's SHA-256 in hexadecimal; `None` if it cannot be read.
    pub(super) fn sha256(&mut self, path: Option<PathBuf>) -> Option<String> {
        let path = path?;
        let begun = self
            .hashing
            .remove(&path)
            .and_then(|thread| thread.join().ok()?.ok());
        begun.or_else(|| library::sha256(&path).ok())
    }
}

impl Job {
    /// Where this job's files are looked for: beside the graph, then as the session says.
    pub fn library(&self, session: &Library) -> Library {
        Library {
            dirs: self.folder.iter().chain(&session.dirs).cloned().collect(),
        }
    }

    /// Whether a step of the plan writes files, so that recipes are needed.
    pub(super) fn writes_files(&self) -> bool {
        self.plan.steps.iter().any(|step| match &step.op {
            Op::SaveImage(_) | Op::SaveLatent(_) => true,
            Op::PreviewImage(_) => self.outputs.keep_previewed,
            Op::LoadCheckpoint(_)
            | Op::LoadVae(_)
            | Op::LoadImage(_)
            | Op::LoadLatent(_)
            | Op::ClipSkip(_)
            | Op::EncodeText(_)
            | Op::EmptyLatent(_)
            | Op::Encode(_)
            | Op::Decode(_)
            | Op::ResizeLatent(_)
            | Op::NoiseMask(_)
            | Op::BatchLatent(_)
            | Op::ResizeImage(_)
            | Op::SolidImage(_)
            | Op::Denoise(_) => false,
        })
    }
}
