//! What is left of the queue after the end of the program, however it ended.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use egui::{Context, Key, Modifiers};
use pyrograph::command::queue::QueueCommand;
use pyrograph::document::Document;
use pyrograph::queue::kept::Keeper;
use pyrograph::queue::{Asked, Place, Queue, Task};
use pyrograph_engine::graph::Graph;
use pyrograph_engine::node::Catalog;

use crate::window::Window;

/// Says in which folder the program that is to be killed works.
const FOLDER: &str = "PYROGRAPH_KILLED_QUEUE";
/// How often books are killed.
const ROUNDS: u64 = 40;
/// How many rows the books hold at most.
const MAX_ROWS: usize = 30;

/// How many runs a queue's file holds.
fn rows_in(file: &Path) -> usize {
    fs::read_to_string(file).map_or(0, |text| text.matches("\"name\"").count())
}

impl Window {
    /// A run under way and two that wait, with the seeds 41 and 42; all of them in the file.
    fn fill_queue(&mut self) {
        self.start_long_run();
        for seed in [41, 42] {
            self.set_sampler("seed", seed);
            self.keys(Modifiers::COMMAND, Key::Enter);
        }
        let file = self.folder.path().join("data/queue.json");
        self.wait("the queue's file holds all three", |_| rows_in(&file) == 3);
    }
}

/// Starts this test binary once more, for one test, which works in a folder until it is killed.
fn start(test: &str, folder: &Path) -> Child {
    Process::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn what_waits_and_runs_is_there_after_a_restart_and_runs_only_when_asked() {
    let mut window = Window::first();
    window.fill_queue();

    let mut window = window.restart();
    assert_eq!(window.state().queue.waiting().len(), 3);
    assert!(window.state().queue.is_paused());
    let notice = window.state().notice.as_ref().unwrap();
    assert!(
        notice.words.contains("3 runs from last time wait"),
        "{}",
        notice.words
    );
    window.harness.run_steps(20);
    assert!(!window.state().jobs.is_running());

    let first = window.state().queue.waiting()[0].id;
    window.give_queue(QueueCommand::Cancel(first));
    window.click("Resume queue");
    window.wait("both runs end", |state| state.jobs.pictures().len() == 2);
    let seeds: Vec<u64> = window
        .state()
        .jobs
        .pictures()
        .iter()
        .filter_map(|picture| picture.graph.nodes["sampler"].params["seed"].as_u64())
        .collect();
    assert_eq!(seeds, [41, 42]);
    window.wait_for_rest();

    let window = window.restart();
    assert!(window.state().queue.waiting().is_empty());
    assert!(!window.state().queue.is_paused());
}

#[test]
fn a_damaged_queue_is_set_aside_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/queue.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "{ \"rows\": [").unwrap();
    let window = Window::start(folder, None);
    assert!(window.state().queue.waiting().is_empty());
    let notice = window.state().notice.as_ref().unwrap();
    assert!(
        notice.is_error && notice.words.contains("queue.json"),
        "{}",
        notice.words
    );
    assert!(file.with_file_name("queue.json.damaged-1").exists());
}

/// The window that is killed; in a usual run of the tests it has nothing to do.
#[test]
fn a_window_works_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let home = tempfile::Builder::new()
        .prefix("home")
        .rand_bytes(0)
        .tempdir_in(folder);
    let mut window = Window::start(home.unwrap(), None);
    window.fill_queue();
    writeln!(std::io::stdout(), "it runs").unwrap();
    loop {
        window.harness.step();
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_killed_window_leaves_what_ran_and_waited() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start(
        "window::queue::kept::a_window_works_until_it_is_killed",
        folder.path(),
    );
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let runs = lines.any(|line| line.is_ok_and(|line| line.contains("it runs")));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(runs, "it ended by itself");

    let data = folder.path().join("data");
    fs::rename(folder.path().join("home/data"), &data).unwrap();
    let window = Window::start(folder, None);
    let queue = &window.state().queue;
    assert!(queue.is_paused() && queue.running().is_none());
    let seeds = queue.waiting().iter().map(|row| row.task.seeds[0].value);
    assert_eq!(seeds.collect::<Vec<_>>(), [1, 41, 42], "what ran is first");
    assert!(!data.join("queue.json.damaged-1").exists());
}

fn books(folder: &Path) -> (Keeper, Vec<Task>) {
    let (keeper, tasks, told) = Keeper::read(folder, &Context::default());
    assert!(told.is_none(), "the file is whole: {told:?}");
    (keeper, tasks)
}

/// The number of the row that was added last.
fn last_row(tasks: &[Task]) -> u64 {
    let last = tasks.last().map(|task| task.name.parse().unwrap());
    last.unwrap_or(0)
}

/// The books that are killed: rows come, begin and go, and each is said once the file holds it.
#[test]
fn books_are_kept_until_they_are_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    let graph = Arc::new(Graph::default());
    let document = Document::new(Graph::default(), "none", Catalog(&[])).id();
    let (mut keeper, tasks) = books(folder);
    let mut queue = Queue::default();
    let first = last_row(&tasks) + 1;
    queue.push_all(tasks, Place::Back);
    for number in first.. {
        while queue.waiting().len() >= MAX_ROWS {
            let oldest = queue.waiting()[0].id;
            queue.cancel(oldest);
        }
        let task = Task {
            name: number.to_string(),
            document,
            graph: Arc::clone(&graph),
            seeds: Vec::new(),
            want: Vec::new(),
            folder: None,
            asked: Asked::ByHand,
        };
        queue.push(task, Place::Back);
        assert_eq!(keeper.keep(&queue), None);
        let is_kept = || {
            let text = fs::read_to_string(folder.join("queue.json"));
            text.is_ok_and(|text| text.contains(&format!("\"{number}\"")))
        };
        while !is_kept() {
            thread::yield_now();
        }
        writeln!(std::io::stdout(), "row {number}").unwrap();
    }
}

#[test]
fn books_killed_at_any_moment_are_whole_and_hold_every_row_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let mut child = start(
            "window::queue::kept::books_are_kept_until_they_are_killed",
            folder.path(),
        );
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let number = |line: &str| line.rsplit_once("row ").and_then(|(_, n)| n.parse().ok());
        let mut told: u64 = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| number(&line))
            .expect("it begins to work");
        // Other moments in each round, but the same in each test.
        thread::sleep(Duration::from_micros(round * 7_919 % 30_000));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            told = number(&line).unwrap_or(told);
        }
        let (_keeper, tasks) = books(folder.path());
        let found = last_row(&tasks);
        assert!(
            found >= told,
            "round {round}: of {told} rows, {found} were found"
        );
        assert!(tasks.len() <= MAX_ROWS);
    }
}
