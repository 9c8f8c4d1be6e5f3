//! Plans are made on a thread of their own: they ask the disk for files, and a graph of thousands
//! of nodes would show in a frame.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::graph::check::{Checked, check};
use pyrograph_engine::node::{Catalog, FileKind};
use pyrograph_engine::plan::op::FileRef;
use pyrograph_engine::plan::why::{self, Reason};
use pyrograph_engine::plan::{Plan, compile};
use pyrograph_engine::run::session::Known;
use pyrograph_engine::weights::library::{self, Library};

use crate::document::DocumentId;
use crate::seeds::{self, Seed};
use crate::worker::Worker;

/// A file that has just been looked at is taken to be the same: typing a prompt makes many plans.
const FILES_STAY: Duration = Duration::from_secs(2);

/// What is asked of the planner.
enum Ask {
    /// What a document's next run would do, and the question's number.
    Look(u64, Look),
    /// The plan of a run that begins.
    Begin(Begin),
}

/// A document that is looked at.
pub(super) struct Look {
    pub(super) document: DocumentId,
    pub(super) checked: Arc<Checked>,
    pub(super) library: Library,
    /// The plan that ran last.
    pub(super) last: Option<Arc<Plan>>,
}

/// A run that begins.
pub(super) struct Begin {
    /// Tells runs apart.
    pub(super) ticket: u64,
    /// Its graph, before the seeds are set.
    pub(super) graph: Arc<Graph>,
    pub(super) seeds: Vec<Seed>,
    pub(super) catalog: Catalog,
    pub(super) want: Vec<String>,
    pub(super) library: Library,
}

/// What the planner found.
pub(super) enum Reply {
    /// What a document's next run would do.
    Looked {
        document: DocumentId,
        plan: Plan,
        /// Why it has something to do.
        reasons: Vec<Reason>,
    },
    /// A run's plan.
    Planned {
        ticket: u64,
        plan: Result<Box<Planned>, Box<Diagnostic>>,
    },
}

/// What a run needs.
pub(super) struct Planned {
    pub(super) plan: Plan,
    /// Which steps have something to do.
    pub(super) runs: Vec<bool>,
    /// The graph that runs.
    pub(super) graph: Graph,
}

/// The thread that makes plans.
pub(super) struct Planner {
    worker: Worker<Ask, Reply>,
    /// The newest look asked for: older ones that still wait are passed over.
    newest: Arc<AtomicU64>,
}

impl Planner {
    /// Starts the thread.
    pub(super) fn start(known: Known, ctx: &Context) -> Self {
        let newest = Arc::new(AtomicU64::new(0));
        let files = Files::default();
        let worker = Worker::start("planner", ctx, {
            let newest = Arc::clone(&newest);
            move |desk, ask| match ask {
                Ask::Look(number, look) => {
                    if number == newest.load(Ordering::Relaxed) {
                        desk.tell(look_ahead(look, &files, &known));
                    }
                }
                Ask::Begin(begin) => desk.tell(Reply::Planned {
                    ticket: begin.ticket,
                    plan: plan_run(&begin, &known),
                }),
            }
        });
        Self { worker, newest }
    }

    /// Asks what a document's next run would do; earlier questions need no answer any more.
    pub(super) fn look(&self, look: Look) {
        let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.worker.order(Ask::Look(number, look));
    }

    /// Asks for the plan of a run that begins.
    pub(super) fn begin(&self, begin: Begin) {
        self.worker.order(Ask::Begin(begin));
    }

    /// What has been found since the last time.
    pub(super) fn replies(&self) -> Vec<Reply> {
        self.worker.replies().collect()
    }
}

fn look_ahead(look: Look, files: &Files, known: &Known) -> Reply {
    let plan = compile::compile(&look.checked, &[], &|file| {
        files.identity(&look.library, file)
    });
    let reasons = look.last.map_or_else(Vec::new, |last| {
        why::why(&plan, &last, &|key| known.has(key))
    });
    Reply::Looked {
        document: look.document,
        plan,
        reasons,
    }
}

/// A run reads files as they are now: what was seen two seconds ago does not count.
fn plan_run(begin: &Begin, known: &Known) -> Result<Box<Planned>, Box<Diagnostic>> {
    let mut graph = begin.graph.as_ref().clone();
    seeds::set_all(&mut graph, &begin.seeds);
    let (checked, problems) = check(&graph, begin.catalog);
    let plan = compile::compile(&checked, &begin.want, &|file| look(&begin.library, file));
    if plan.steps.is_empty() {
        let nothing = || Diagnostic::error("there is nothing in this graph that can run");
        let problem = problems.into_iter().find(Diagnostic::is_error);
        return Err(Box::new(problem.unwrap_or_else(nothing)));
    }
    let runs = why::runs(&plan, &|key| known.has(key));
    Ok(Box::new(Planned { plan, runs, graph }))
}

/// A file's identity, read from the disk.
fn look(library: &Library, file: &FileRef) -> String {
    let path = library.resolve(file.kind, &file.name);
    // A file that is not there is told when the step that needs it runs.
    path.and_then(|path| library::identity(&path).ok())
        .unwrap_or_default()
}

/// Where and as what a file was looked for.
type Sought = (Vec<PathBuf>, FileKind, String);

/// The identities of files that were looked at lately.
#[derive(Default)]
struct Files(RefCell<BTreeMap<Sought, (Instant, String)>>);

impl Files {
    fn identity(&self, library: &Library, file: &FileRef) -> String {
        let mut seen = self.0.borrow_mut();
        seen.retain(|_, (since, _)| since.elapsed() < FILES_STAY);
        let key = (library.dirs.clone(), file.kind, file.name.clone());
        let (_, identity) = seen
            .entry(key)
            .or_insert_with(|| (Instant::now(), look(library, file)));
        identity.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn look_at(document: DocumentId) -> Look {
        Look {
            document,
            checked: Arc::new(check(&Graph::default(), Catalog(&[])).0),
            library: Library::default(),
            last: None,
        }
    }

    fn begin(ticket: u64) -> Begin {
        Begin {
            ticket,
            graph: Arc::default(),
            seeds: Vec::new(),
            catalog: Catalog(&[]),
            want: Vec::new(),
            library: Library::default(),
        }
    }

    fn wait(planner: &Planner, enough: impl Fn(&[Reply]) -> bool) -> Vec<Reply> {
        let mut replies = Vec::new();
        while !enough(&replies) {
            replies.extend(planner.replies());
            thread::yield_now();
        }
        replies
    }

    #[test]
    fn the_newest_look_is_answered_and_no_run_is_passed_over() {
        let planner = Planner::start(Known::default(), &Context::default());
        let last = DocumentId::new();
        for ticket in 0..50 {
            planner.look(look_at(DocumentId::new()));
            planner.begin(begin(ticket));
        }
        planner.look(look_at(last));
        let is_last =
            |reply: &Reply| matches!(reply, Reply::Looked { document, .. } if *document == last);
        let replies = wait(&planner, |replies| replies.last().is_some_and(is_last));
        let tickets: Vec<u64> = replies
            .iter()
            .filter_map(|reply| match reply {
                Reply::Planned { ticket, .. } => Some(*ticket),
                Reply::Looked { .. } => None,
            })
            .collect();
        assert_eq!(tickets, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_graph_of_which_nothing_can_run_is_refused_in_words() {
        let Err(refused) = plan_run(&begin(7), &Known::default()) else {
            panic!("an empty graph runs");
        };
        assert!(refused.message.contains("nothing"), "{refused:?}");
    }

    #[test]
    fn a_file_seen_lately_is_not_looked_at_again() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library {
            dirs: vec![folder.path().to_owned()],
        };
        let file = FileRef {
            kind: FileKind::Image,
            name: "a.png".to_owned(),
        };
        let files = Files::default();
        assert_eq!(files.identity(&library, &file), "");
        std::fs::write(folder.path().join("a.png"), "pixels").unwrap();
        assert_eq!(files.identity(&library, &file), "");
        assert_ne!(look(&library, &file), "");
    }
}
