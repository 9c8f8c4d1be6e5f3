//! `pyrograph check`: everything that can be known about a graph without running it.

use std::path::Path;

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::check::{Checked, check as judge};
use pyrograph_engine::plan::Plan;
use pyrograph_engine::plan::compile::compile;
use pyrograph_engine::run::inspect;
use pyrograph_engine::weights::library::Library;

use crate::cli::set::{self, Setting};
use crate::cli::{CheckArgs, DONE, PROBLEMS, print};
use crate::source::{self, Source};
use crate::starter;

/// A graph on its way to a run.
pub(super) struct Prepared {
    pub(super) source: Source,
    pub(super) plan: Plan,
    /// Where its files are looked for: beside the graph, then where the command line says.
    pub(super) library: Library,
}

/// Checks a graph and says what is wrong.
pub(super) fn check(args: &CheckArgs) -> u8 {
    let Some(prepared) = prepare(&args.graph, &[], &args.folders.models, args.json) else {
        return PROBLEMS;
    };
    if !files_are_good(&prepared, args.json) {
        return PROBLEMS;
    }
    if !args.json {
        let nodes = prepared.source.graph.nodes.len();
        print::line(format_args!(
            "no problems: {nodes} nodes, {} steps",
            prepared.plan.steps.len()
        ));
    }
    DONE
}

/// Reads, sets, checks and compiles; prints what is wrong and returns nothing if anything is.
pub(super) fn prepare(
    path: &Path,
    settings: &[Setting],
    models: &[std::path::PathBuf],
    json: bool,
) -> Option<Prepared> {
    let catalog = pyrograph_nodes::catalog();
    let mut source = match source::read(path) {
        Ok(source) => source,
        Err(problem) => {
            print::problems(&[*problem], json);
            return None;
        }
    };
    let wrong_settings = set::apply(settings, &mut source.graph, catalog);
    if !wrong_settings.is_empty() {
        print::problems(&wrong_settings, json);
        return None;
    }
    let (checked, problems) = judge(&source.graph, catalog);
    print::problems(&problems, json);
    if problems.iter().any(Diagnostic::is_error) {
        return None;
    }
    let mut library = starter::library(models);
    library.dirs.splice(0..0, source.folder.clone());
    let plan = plan_of(&checked, &library);
    Some(Prepared {
        source,
        plan,
        library,
    })
}

fn plan_of(checked: &Checked, library: &Library) -> Plan {
    compile(checked, &[], &|file| inspect::identity(file, library))
}

/// Whether the files that the plan names are there and of the right kind; prints what is wrong.
pub(super) fn files_are_good(prepared: &Prepared, json: bool) -> bool {
    let problems = inspect::inspect(&prepared.plan, &prepared.library);
    print::problems(&problems, json);
    !problems.iter().any(Diagnostic::is_error)
}
