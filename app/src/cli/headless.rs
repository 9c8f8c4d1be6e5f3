//! `pyrograph` without a command: the window, or a first picture where no window can be.

use std::env;
use std::path::{Path, PathBuf};

use crate::app::{WindowOptions, run_window};
use crate::cli::run::{self, Teller};
use crate::cli::{DONE, FAILED, Machine, PROBLEMS, check, print};
use crate::starter;

/// Where the first picture goes if there is no display, as with `pyrograph run`.
const OUT: &str = "pictures";

/// Opens the window; without a display, shows that pictures can be made all the same.
pub(super) fn open_window(file: Option<PathBuf>, machine: &Machine) -> u8 {
    if !has_display() {
        return without_window(file.as_deref(), machine, "there is no display");
    }
    let options = WindowOptions {
        graph: file.clone(),
        device: machine.device.clone(),
        precision: machine.precision.into(),
        library: starter::library(&machine.folders.models),
        outputs: starter::pictures_dir(),
        data: starter::data_dir(),
    };
    match run_window(options) {
        Ok(()) => DONE,
        Err(error) => without_window(file.as_deref(), machine, &error.to_string()),
    }
}

/// Whether a display server can be asked for a window. Elsewhere than on Unix there always is one.
fn has_display() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn without_window(file: Option<&Path>, machine: &Machine, why: &str) -> u8 {
    if let Some(file) = file {
        print::note(format_args!(
            "{why}; run the graph on the command line: pyrograph run {}",
            file.display()
        ));
        return FAILED;
    }
    let Some(graph) = starter::first_picture() else {
        print::note(format_args!(
            "{why}, and the examples are not installed beside the program"
        ));
        return FAILED;
    };
    print::note(format_args!("{why}; rendering {} instead", graph.display()));
    let Some(prepared) = check::prepare(&graph, &[], &machine.folders.models, false) else {
        return PROBLEMS;
    };
    if !check::files_are_good(&prepared, false) {
        return PROBLEMS;
    }
    run::execute(prepared, Path::new(OUT), machine, Teller::for_people())
}
