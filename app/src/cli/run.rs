//! `pyrograph run`: a graph becomes pictures, and the terminal tells how.

use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pyrograph_engine::run::event::Event;
use pyrograph_engine::run::session::{Canceller, Job, Outputs, Session, SessionConfig};

use crate::cli::check::{self, Prepared};
use crate::cli::{CANCELLED, DONE, FAILED, Machine, PROBLEMS, RunArgs, print};
use crate::starter;

/// Runs a graph.
pub(super) fn run(args: &RunArgs) -> u8 {
    let Some(prepared) = check::prepare(
        &args.graph,
        &args.settings,
        &args.machine.folders.models,
        args.json,
    ) else {
        return PROBLEMS;
    };
    if args.plan {
        print::line(prepared.plan.to_string().trim_end());
        return DONE;
    }
    if !check::files_are_good(&prepared, args.json) {
        return PROBLEMS;
    }
    let teller = if args.json {
        Teller::Json
    } else {
        Teller::for_people()
    };
    execute(prepared, &args.out, &args.machine, teller)
}

/// Runs what has been prepared and tells of it.
pub(super) fn execute(prepared: Prepared, out: &Path, machine: &Machine, mut teller: Teller) -> u8 {
    let config = SessionConfig {
        compute: machine.device.clone(),
        precision: machine.precision.into(),
        library: starter::library(&machine.folders.models),
        memory_budget: None,
    };
    let session = Session::start(config, || {});
    cancel_on_signal(session.canceller());
    session.submit(Job {
        plan: prepared.plan,
        graph: prepared.source.graph,
        folder: prepared.source.folder,
        outputs: Outputs {
            dir: out.to_owned(),
            date: jiff::ZonedDateTime::now().date().to_string(),
            keep_previewed: true,
        },
        // A terminal shows no pictures.
        previews: false,
    });
    let mut code = FAILED;
    while let Some((_, event)) = session.wait_event() {
        teller.tell(&event);
        code = match &event {
            Event::Finished { .. } => DONE,
            Event::Cancelled => CANCELLED,
            _ => code,
        };
        if event.is_last() {
            break;
        }
    }
    code
}

/// The first Ctrl-C (or a request to end) cancels after the step under way, the second ends at once.
fn cancel_on_signal(canceller: Canceller) {
    static AGAIN: AtomicBool = AtomicBool::new(false);
    let handler = move || {
        if AGAIN.swap(true, Ordering::Relaxed) {
            process::exit(i32::from(CANCELLED));
        }
        print::note("cancelling after this step; press Ctrl-C again to stop at once");
        canceller.cancel();
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        print::note(format_args!(
            "warning: Ctrl-C will not stop in good order: {error}"
        ));
    }
}

/// Tells of a run.
pub(super) enum Teller {
    /// One JSON object a line.
    Json,
    /// Paths on stdout; progress on stderr if somebody looks.
    People(ProgressBar),
}

impl Teller {
    /// For people: with a progress bar on a terminal.
    pub(super) fn for_people() -> Self {
        let target = if print::is_watched() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(
            ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}")
                .expect("the template is well formed"),
        );
        Self::People(bar)
    }

    fn tell(&mut self, event: &Event) {
        match self {
            Self::Json => match event {
                // Its picture cannot be said in JSON.
                Event::Preview { .. } => {}
                _ => print::json(event),
            },
            Self::People(bar) => tell_people(bar, event),
        }
    }
}

fn tell_people(bar: &ProgressBar, event: &Event) {
    match event {
        Event::Started { .. } => bar.enable_steady_tick(Duration::from_millis(200)),
        Event::Node { node, step, of } => {
            bar.set_message(node.clone());
            bar.set_length(*of as u64);
            bar.set_position(*step as u64);
        }
        Event::Loading { node, done, total } => {
            bar.set_message(format!("{node} (loading, MB)"));
            bar.set_length(total >> 20);
            bar.set_position(done >> 20);
        }
        Event::Progress { node, i, n } => {
            bar.set_message(node.clone());
            bar.set_length(*n as u64);
            bar.set_position(*i as u64);
        }
        Event::Output {
            path: Some(path), ..
        }
        | Event::Saved { path, .. } => {
            bar.suspend(|| print::line(path.display()));
        }
        Event::Warning(problem) => bar.suspend(|| print::note(problem)),
        Event::Failed(problem) => {
            bar.finish_and_clear();
            print::note(problem);
        }
        Event::Cancelled => {
            bar.finish_and_clear();
            print::note("cancelled");
        }
        Event::Finished { secs } => {
            bar.finish_and_clear();
            print::note(format_args!("done in {secs:.1} s"));
        }
        Event::Preview { .. }
        | Event::Reused { .. }
        | Event::Done { .. }
        | Event::Output { path: None, .. } => {}
    }
}
