//! The built program, run as a user would run it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// No run of the tests may take longer: a hang is a failure.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// What was printed.
    pub(crate) stdout: String,
    /// What was told.
    pub(crate) stderr: String,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Outcome {
    /// The lines of stdout.
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }

    /// Asserts the exit code and shows everything if it is another.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.stderr.contains("panicked at"), "{self:#?}");
        self
    }

    /// Asserts that the exit code is 1 and that stderr says this.
    #[track_caller]
    pub(crate) fn expect_problem(self, text: &str) -> Self {
        let outcome = self.expect_code(1);
        assert!(
            outcome.stderr.contains(text),
            "{text:?} is not in {outcome:#?}"
        );
        outcome
    }
}

/// The program with an environment of its own: no display, a home without anything in it.
pub(crate) fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyrograph"));
    for name in [
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XDG_DATA_HOME",
        "CARGO_MANIFEST_DIR",
        "RUST_BACKTRACE",
    ] {
        command.env_remove(name);
    }
    command
        .env("HOME", home)
        .current_dir(home)
        .stdin(Stdio::null());
    command
}

/// Runs the program in an empty folder.
pub(crate) fn run(home: &TempDir, args: &[&str]) -> Outcome {
    let mut command = program(home.path());
    finish(
        command
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    )
}

/// Waits for a program whose output is piped.
pub(crate) fn finish(mut child: Child) -> Outcome {
    let start = Instant::now();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |pipe: &mut dyn Read| {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let out = thread::spawn(move || read(&mut out));
    let err = thread::spawn(move || read(&mut err));
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the program hangs: {}", err.join().unwrap());
        }
        thread::sleep(Duration::from_millis(5));
    };
    let took = start.elapsed();
    Outcome {
        code: status.code(),
        stdout: out.join().unwrap(),
        stderr: err.join().unwrap(),
        took,
    }
}

/// An empty folder.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The root of the source tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The first picture's graph.
pub(crate) fn first_picture() -> String {
    root()
        .join("examples/first_picture.pyro")
        .to_str()
        .unwrap()
        .to_owned()
}

/// Every file below a folder that ends so, sorted.
pub(crate) fn files_in(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir) else {
        return found;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files_in(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A picture's pixels; fails unless every byte of the file is in order.
pub(crate) fn pixels(path: impl AsRef<Path>) -> image::RgbImage {
    image::open(path.as_ref()).unwrap().to_rgb8()
}
