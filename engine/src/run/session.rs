//! The session: one thread that owns the device and runs one job after the other.
//!
//! The device is opened when the first model is loaded and kept; so are loaded models and results,
//! within a byte budget. Everything that happens is an [`Event`]. A panic inside an op ends the job
//! with an error at its node; the session goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::device::{DeviceChoice, Precision};
use crate::diagnostic::Diagnostic;
use crate::graph::Graph;
use crate::plan::{Key, Plan};
use crate::run::event::Event;
use crate::run::{caught, memory, worker};
use crate::weights::library::Library;

/// The engine thread's stack: kernels that recurse or keep blocks on the stack need more than the
/// 2 MiB that threads get by default.
const STACK_BYTES: usize = 16 << 20;
/// Loaded models may take this share of the memory, if nothing else is said: the rest is for what
/// networks need while they work, for the system and for other programs.
const MODELS_SHARE: u64 = 2;

/// How a session works.
#[derive(Clone, Debug, Default)]
pub struct SessionConfig {
    /// The device.
    pub compute: DeviceChoice,
    /// The precision of weights.
    pub precision: Precision,
    /// Where models and other files are found.
    pub library: Library,
    /// How many bytes loaded models may take; `None` is half of the machine's memory. One model is
    /// kept even if it is larger.
    pub memory_budget: Option<u64>,
}

impl SessionConfig {
    /// How many bytes loaded models may take on this machine.
    pub fn models_budget(&self) -> u64 {
        let usual = || memory::total_bytes() / MODELS_SHARE;
        self.memory_budget.unwrap_or_else(usual)
    }
}

/// A plan to be run, and what goes with it.
#[derive(Clone, Debug)]
pub struct Job {
    /// What to do.
    pub plan: Plan,
    /// The graph that the plan was compiled from: written into pictures.
    pub graph: Graph,
    /// The folder of the graph's file, where the files that it names are looked for first.
    pub folder: Option<PathBuf>,
    /// What becomes of results.
    pub outputs: Outputs,
    /// Whether the denoising loop sends previews.
    pub previews: bool,
}

/// Where a job's files go.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// The folder; created when the first file is written.
    pub dir: PathBuf,
    /// What `%date%` stands for in file names.
    pub date: String,
    /// Whether pictures that are only previewed are written too.
    pub keep_previewed: bool,
}

/// Names a job in its session; later jobs have greater ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

/// The engine's thread seen from outside.
pub struct Session {
    jobs: Option<Sender<Ticket>>,
    events: Receiver<(JobId, Event)>,
    canceller: Canceller,
    known: Known,
    next: AtomicU64,
    worker: Option<JoinHandle<()>>,
    /// Where events come from if the system refused the thread.
    stranded: Option<Sender<(JobId, Event)>>,
}

/// Cancels jobs from any thread.
#[derive(Clone, Debug, Default)]
pub struct Canceller {
    /// The flags of jobs that have not ended.
    flags: Arc<Mutex<BTreeMap<JobId, Arc<AtomicBool>>>>,
}

/// A job on its way to the engine thread.
struct Ticket {
    id: JobId,
    job: Box<Job>,
    cancel: Arc<AtomicBool>,
}

/// The keys whose results are at hand, shared with the engine thread.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<Mutex<BTreeSet<Key>>>);

impl Session {
    /// Starts the thread; no device is opened yet. `wake` is called after every event, on the
    /// engine's thread.
    pub fn start(config: SessionConfig, wake: impl Fn() + Send + 'static) -> Self {
        caught::silence_caught_panics();
        let (jobs, queue) = mpsc::channel::<Ticket>();
        let (sender, events) = mpsc::channel();
        let (canceller, known) = (Canceller::default(), Known::default());
        let worker = thread::Builder::new()
            .name("engine".to_owned())
            .stack_size(STACK_BYTES)
            .spawn({
                let (canceller, known) = (canceller.clone(), known.clone());
                move || {
                    let mut worker = worker::Worker::new(config, known);
                    for Ticket { id, job, cancel } in queue {
                        let emit = |event| {
                            // A session that is being dropped no longer listens.
                            let _ = sender.send((id, event));
                            wake();
                        };
                        let last = worker.run(*job, &cancel, &emit);
                        canceller.forget(id);
                        emit(last);
                    }
                }
            });
        // `sender` has moved to the thread; if there is none, jobs fail through a channel of our own.
        let (events, stranded) = match &worker {
            Ok(_) => (events, None),
            Err(_) => {
                let (sender, events) = mpsc::channel();
                (events, Some(sender))
            }
        };
        Self {
            jobs: Some(jobs),
            events,
            canceller,
            known,
            next: AtomicU64::new(0),
            worker: worker.ok(),
            stranded,
        }
    }

    /// Puts a job at the end of the queue. Whatever becomes of it is told by events.
    pub fn submit(&self, job: Job) -> JobId {
        let id = JobId(self.next.fetch_add(1, Ordering::Relaxed));
        let cancel = self.canceller.watch(id);
        let sent = self.jobs.as_ref().is_some_and(|jobs| {
            jobs.send(Ticket {
                id,
                job: Box::new(job),
                cancel,
            })
            .is_ok()
        });
        if !sent {
            self.canceller.forget(id);
            if let Some(events) = &self.stranded {
                let problem = Diagnostic::error("the engine's thread could not be started")
                    .help("close other programs and start this one again");
                // The other end is `self.events`.
                let _ = events.send((id, Event::Failed(problem)));
            }
        }
        id
    }

    /// Cancels every job, running or waiting.
    pub fn cancel(&self) {
        self.canceller.cancel();
    }

    /// Cancels one job.
    pub fn cancel_job(&self, id: JobId) {
        self.canceller.cancel_job(id);
    }

    /// A handle that cancels from any thread, such as a signal's.
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// The jobs that have not ended, the running one first.
    pub fn unfinished(&self) -> Vec<JobId> {
        self.canceller.lock().keys().copied().collect()
    }

    /// The next event if there is one.
    pub fn try_event(&self) -> Option<(JobId, Event)> {
        self.events.try_recv().ok()
    }

    /// Waits for the next event; `None` if none can come any more.
    pub fn wait_event(&self) -> Option<(JobId, Event)> {
        self.events.recv().ok()
    }

    /// Waits for the next event, but not for ever.
    pub fn wait_event_for(&self, patience: Duration) -> Option<(JobId, Event)> {
        self.events.recv_timeout(patience).ok()
    }

    /// Whether the result of that key is at hand.
    pub fn has(&self, key: &Key) -> bool {
        self.known.has(key)
    }

    /// A handle that says from any thread which results are at hand.
    pub fn known(&self) -> Known {
        self.known.clone()
    }
}

/// Cancels what is running and waits for it.
impl Drop for Session {
    fn drop(&mut self) {
        self.cancel();
        self.jobs = None;
        if let Some(worker) = self.worker.take() {
            // The thread catches the panics of ops; if it died of another, there is nobody to tell.
            let _ = worker.join();
        }
    }
}

impl Canceller {
    /// Cancels every job, running or waiting.
    pub fn cancel(&self) {
        self.lock()
            .values()
            .for_each(|flag| flag.store(true, Ordering::Relaxed));
    }

    /// Cancels one job.
    pub fn cancel_job(&self, id: JobId) {
        if let Some(flag) = self.lock().get(&id) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    fn watch(&self, id: JobId) -> Arc<AtomicBool> {
        Arc::clone(self.lock().entry(id).or_default())
    }

    fn forget(&self, id: JobId) {
        self.lock().remove(&id);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, Arc<AtomicBool>>> {
        self.flags.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Whether the result of that key is at hand.
    pub fn has(&self, key: &Key) -> bool {
        self.lock().contains(key)
    }

    /// The set itself.
    pub(super) fn lock(&self) -> MutexGuard<'_, BTreeSet<Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
