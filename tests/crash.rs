//! `kill -9` at random moments while edits and saves go on: at most one edit is lost, and every file
//! is whole.
//!
//! The program that is killed is this test binary itself, started again with a folder in its
//! environment: it edits, saves and keeps versions as fast as it can, and says a number after each
//! edit. What it leaves behind is then read as the next start of the program reads it, and the next
//! one goes on from there.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use pyrograph::document::Document;
use pyrograph::store::journal::Journals;
use pyrograph::store::keep;
use pyrograph::store::recent::Recent;
use pyrograph::store::versions::Versions;
use pyrograph_engine::graph::edit::{self, Edit};
use pyrograph_engine::graph::{Graph, Node, file};
use pyrograph_engine::node::Catalog;
use serde_json::Value as Json;

/// Says in which folder the program that is to be killed works.
const FOLDER: &str = "PYROGRAPH_CRASH_FOLDER";
/// How often a program is killed.
const ROUNDS: usize = 200;
/// How many are killed at the same time, each in a folder of its own.
const LANES: usize = 4;
/// The longest that one works, in microseconds.
const MAX_LIFE_MICROS: u64 = 60_000;

const CATALOG: Catalog = Catalog(&[]);

/// A random number generator (SplitMix64): which moments are tried differs from lane to lane, but
/// not from one test to the next.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// The files of one lane.
struct Place {
    folder: PathBuf,
}

impl Place {
    fn graph(&self) -> PathBuf {
        self.folder.join("graph.pyro")
    }

    fn journals(&self) -> Journals {
        Journals::new(self.folder.join("journal"))
    }

    fn versions(&self) -> Versions {
        Versions::new(self.folder.join("versions"))
    }

    fn recent(&self) -> PathBuf {
        self.folder.join("recent.json")
    }

    /// The document as a start of the program finds it.
    fn document(&self) -> Document {
        let journals = self.journals();
        let mut names = journals.names();
        assert!(names.len() <= 1, "one document has one journal: {names:?}");
        let mut document = match names.pop() {
            Some(name) => {
                let recovered = journals.recover(&name).expect("the journal is whole");
                assert!(recovered.damaged.is_none(), "{:?}", recovered.damaged);
                let (document, told) =
                    Document::recover(recovered, &journals, CATALOG).expect("its graph is whole");
                assert!(told.is_none(), "{told:?}");
                document
            }
            None if self.graph().exists() => {
                Document::open(&self.graph(), CATALOG).expect("the file is whole")
            }
            None => Document::new(Graph::default(), "graph.pyro", CATALOG),
        };
        document.keep_in(&journals);
        document
    }

    /// Every file is whole, whatever it is.
    fn check(&self) {
        if self.graph().exists() {
            Document::open(&self.graph(), CATALOG).expect("the file is whole");
        }
        for version in self.versions().list(&self.graph()) {
            let text = fs::read_to_string(&version.path).unwrap();
            file::read(&text).expect("the version is whole");
        }
        keep::read::<Recent>(&self.recent()).expect("the list is whole");
    }
}

/// The number of the last edit that a document holds.
fn last_edit(document: &Document) -> u64 {
    let node = document.graph().nodes.get("counter");
    let number = node.and_then(|node| node.params.get("n"));
    number.and_then(Json::as_u64).unwrap_or(0)
}

/// The edit of a number: it counts, and now and then nodes come, move and go.
fn edit_of(document: &Document, number: u64) -> Edit {
    let mut edits = vec![Edit::set("counter", "n", Some(Json::from(number)))];
    let graph = document.graph();
    if !graph.nodes.contains_key("counter") {
        edits.insert(0, Edit::add("counter", node("made.up"), [0.0, 0.0]));
    }
    let key = format!("node_{}", number % 40);
    if !graph.nodes.contains_key(&key) {
        edits.push(Edit::add(&key, node("made.up"), [number as f32, 0.0]));
    } else if number.is_multiple_of(7) {
        edits.push(edit::remove(graph, [key.as_str()]));
    } else {
        let text = format!("line 1\nline 2 \"quoted\" \u{1f98a} {number}");
        edits.push(Edit::set(&key, "text", Some(Json::from(text))));
    }
    Edit::Batch(edits)
}

fn node(is: &str) -> Node {
    Node {
        is: is.to_owned(),
        ..Node::default()
    }
}

/// The program that is killed; in a usual run of the tests it has nothing to do.
#[test]
fn works_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let place = Place {
        folder: folder.into(),
    };
    let mut document = place.document();
    let mut recent = Recent::default();
    let mut out = std::io::stdout().lock();
    for number in last_edit(&document) + 1.. {
        let edit = edit_of(&document, number);
        document.edit(edit, "count", false).unwrap();
        writeln!(out, "edit {number}").unwrap();
        if number.is_multiple_of(5) {
            document.undo().unwrap();
            document.redo().unwrap();
        }
        if number.is_multiple_of(9) {
            for x in 0..3 {
                let moved = Edit::move_to("counter", [x as f32, number as f32]);
                document.edit(moved, "move", true).unwrap();
            }
            document.end_gesture();
        }
        if number.is_multiple_of(13) {
            let moved = |x: f32| Edit::move_to("counter", [x, 0.0]);
            let ended = Edit::set("counter", "ended", Some(Json::from(number)));
            document.edit(moved(1.0), "move", true).unwrap();
            document.extend(ended, "insert").unwrap();
            document.edit(moved(number as f32), "move", true).unwrap();
            document.cancel_gesture();
        }
        if number.is_multiple_of(23) {
            document.save(place.graph()).unwrap();
            place
                .versions()
                .keep(&place.graph(), document.text())
                .unwrap();
            recent.push(&place.folder.join(format!("{number}.pyro")));
            keep::write(&place.recent(), &recent).unwrap();
        }
    }
}

/// The history that a journal gives back leads to where it came from.
fn walk_through_history(document: &mut Document) {
    let graph = document.root().clone();
    let back = std::iter::from_fn(|| document.undo()).count();
    let forth = std::iter::from_fn(|| document.redo()).count();
    assert!(forth >= back, "{back} {forth}");
    // What had been undone when the program was killed can be redone; that is taken back again.
    (back..forth).for_each(|_| drop(document.undo()));
    assert_eq!(document.root(), &graph);
}

fn start(place: &Place) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "crash::works_until_it_is_killed", "--nocapture"])
        .env(FOLDER, &place.folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a program work for a while and kills it. Returns the number of the last edit that it has
/// told.
fn kill_one(place: &Place, life: Duration) -> u64 {
    let mut child = start(place);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let number = |line: &str| line.rsplit_once("edit ").and_then(|(_, n)| n.parse().ok());
    // Its life begins with its first edit.
    let mut last = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| number(&line))
        .expect("it begins to work");
    let told = thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            last = number(&line).unwrap_or(last);
        }
        last
    });
    thread::sleep(life);
    child.kill().unwrap();
    child.wait().unwrap();
    told.join().unwrap()
}

#[test]
fn killed_at_any_moment_it_loses_one_edit_at_most() {
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            thread::spawn(move || {
                let folder = tempfile::tempdir().unwrap();
                let place = Place {
                    folder: folder.path().to_owned(),
                };
                let mut dice = Dice(lane as u64);
                let mut edits = 0;
                for round in 0..ROUNDS / LANES {
                    let life = Duration::from_micros(dice.roll(MAX_LIFE_MICROS));
                    let told = kill_one(&place, life);
                    let mut document = place.document();
                    let found = last_edit(&document);
                    if round % 10 == 0 {
                        walk_through_history(&mut document);
                    }
                    drop(document);
                    assert!(
                        found + 1 >= told,
                        "round {round}: of {told} edits, {found} were found"
                    );
                    place.check();
                    edits = found;
                }
                (edits, place.graph().exists())
            })
        })
        .collect();
    for lane in lanes {
        let (edits, has_saved) = lane.join().unwrap();
        assert!(edits > ROUNDS as u64, "{edits} edits are no test");
        assert!(has_saved);
    }
}
