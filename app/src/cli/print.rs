//! Printing that survives a reader who leaves early (`pyrograph nodes | head`).

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use pyrograph_engine::diagnostic::Diagnostic;
use serde::Serialize;

/// Prints a line to stdout. When nobody reads any more, nothing happens: pictures are still wanted.
pub(super) fn line(text: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints a line to stderr.
pub(super) fn note(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints a value as one line of JSON.
pub(super) fn json(value: &impl Serialize) {
    line(
        serde_json::to_string(value).expect("what is printed has string keys and no failing parts"),
    );
}

/// Prints a value as JSON over several lines.
pub(super) fn pretty_json(value: &impl Serialize) {
    line(
        serde_json::to_string_pretty(value)
            .expect("what is printed has string keys and no failing parts"),
    );
}

/// Prints problems: as JSON to stdout, else as text to stderr.
pub(super) fn problems(problems: &[Diagnostic], as_json: bool) {
    /// A problem as an event, beside those of a run.
    #[derive(Serialize)]
    struct Problem<'a> {
        event: &'static str,
        #[serde(flatten)]
        problem: &'a Diagnostic,
    }
    for problem in problems {
        if as_json {
            json(&Problem {
                event: "problem",
                problem,
            });
        } else {
            note(problem);
        }
    }
}

/// Whether somebody looks at stderr.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}
