//! What outlives the program: sessions and journals.

use std::fs;
use std::path::Path;
use std::time::Instant;

use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use pyrograph::app::{App, Question, WindowOptions};
use pyrograph::command::file::FileCommand;
use pyrograph::command::{Command, Drawer, Input, NewNode};
use pyrograph::document::Document;
use pyrograph::starter;
use pyrograph::store::journal::Journals;
use pyrograph_engine::device::{DeviceChoice, Precision};
use pyrograph_engine::graph::edit::Edit;
use pyrograph_engine::graph::file;
use pyrograph_engine::node::Catalog;

use super::graph_file;
use crate::window::Window;

#[test]
fn everything_is_there_again_after_a_restart() {
    let mut window = Window::first();
    window.open_files(&["a.pyro", "b.pyro"]);
    window.set_seed(41);
    window.give(Command::File(FileCommand::MoveLeft));
    window.give(Command::Select(vec!["sampler".into()]));
    window.give(Command::New);
    window.give(Command::File(FileCommand::PreviousTab));
    window.give(Command::ActualSize);
    window.give(Command::ToggleInspector);
    window.give(Command::ToggleDrawer(Drawer::Problems));
    let names = window.names();

    let mut window = window.restart();
    assert_eq!(window.names(), names);
    assert_eq!((window.shown(), window.seed()), ("b.pyro", Some(41)));
    assert!(window.state().document.is_dirty());
    assert!(
        window.notice().contains("one graph"),
        "{:?}",
        window.notice()
    );
    assert_eq!(window.state().inspected(), Some("sampler"));
    assert!(!window.state().panels.inspector);
    assert_eq!(window.state().panels.drawer, Some(Drawer::Problems));
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.seed(), Some(1), "and can be undone");
    assert!(!window.state().document.is_dirty());

    // What is saved needs no journal.
    window.set_seed(42);
    window.keys(Modifiers::COMMAND, Key::S);
    let window = window.restart();
    assert_eq!(window.seed(), Some(42));
    assert!(!window.state().document.is_dirty());
    assert_eq!(window.notice(), "");
    let journals = fs::read_dir(window.folder.path().join("data/journal")).unwrap();
    assert_eq!(
        journals.count(),
        1,
        "that of the first picture, which has no file"
    );
}

#[test]
fn what_a_crash_leaves_behind_is_picked_up() {
    let mut window = Window::first();
    window.open_files(&["a.pyro", "b.pyro"]);
    window.set_seed(41);
    let data = window.folder.path().join("data");
    let session = data.join("session.json");
    window.wait("the session is kept", |_| {
        fs::read_to_string(&session).is_ok_and(|text| text.contains("b.pyro"))
    });
    window.give(Command::Select(vec!["sampler".into()]));
    window.set_seed(42);
    // What is on the disk now is what a crash would leave.
    let left = tempfile::tempdir().unwrap();
    copy_folder(&data, &left.path().join("data"));

    let after = Window::start(left, None);
    assert_eq!(after.names(), window.names());
    assert_eq!((after.shown(), after.seed()), ("b.pyro", Some(42)));
    assert!(after.state().document.is_dirty());
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap().path();
        let copy = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy_folder(&entry, &copy);
        } else {
            fs::copy(&entry, &copy).unwrap();
        }
    }
}

#[test]
fn panels_keep_their_sizes() {
    let mut window = Window::first();
    let canvas = window.harness.get_by_label("canvas").rect();
    let rim = egui::pos2(canvas.right(), canvas.center().y);
    window.drag(rim + vec2(1.0, 0.0), rim - vec2(79.0, 0.0));
    let canvas = window.harness.get_by_label("canvas").rect();
    let mut window = window.restart();
    window.settle();
    let after = window.harness.get_by_label("canvas").rect();
    assert!(
        (after.right() - canvas.right()).abs() < 2.0,
        "{canvas:?} {after:?}"
    );
}

#[test]
fn a_file_asked_for_is_shown_beside_the_session() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    let Window { harness, folder } = window;
    drop(harness);
    let asked = graph_file(folder.path(), "asked.pyro", 3);
    let window = Window::start(folder, Some(asked.clone()));
    assert_eq!(
        window.names(),
        ["first_picture.pyro", "a.pyro", "asked.pyro"]
    );
    assert_eq!(window.shown(), "asked.pyro");

    let Window { harness, folder } = window;
    drop(harness);
    let window = Window::start(folder, Some(asked));
    assert_eq!(window.names().len(), 3, "it has its tab already");
    assert_eq!(window.shown(), "asked.pyro");
}

#[test]
fn a_second_window_leaves_the_first_ones_session_alone() {
    let mut first = Window::first();
    first.open_files(&["a.pyro"]);
    first.set_seed(8);
    let options = WindowOptions {
        graph: None,
        device: DeviceChoice::Cpu,
        precision: Precision::Auto,
        library: starter::library(&[]),
        outputs: first.folder.path().join("pictures"),
        data: Some(first.folder.path().join("data")),
    };
    let mut second = Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .build_eframe(move |creation| {
            App::new(&creation.egui_ctx, &options, &[]).with_own_file_box()
        });
    second.run_ok();
    let state = second.state().state();
    assert_eq!(state.documents().count(), 1);
    let words = &state.notice.as_ref().unwrap().words;
    assert!(words.contains("another window"), "{words}");
    second
        .state_mut()
        .give(Command::NewSeed(Input::new("sampler", "seed")));
    second.run_ok();
    drop(second);

    let window = first.restart();
    assert_eq!(
        window.names(),
        ["first_picture.pyro", "a.pyro", "first_picture.pyro"],
        "what the second one had not saved is not lost"
    );
    assert_eq!((window.shown(), window.seed()), ("a.pyro", Some(8)));
}

#[test]
fn damaged_stores_are_set_aside_and_told() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    window.set_seed(8);
    let Window { harness, folder } = window;
    drop(harness);
    let data = folder.path().join("data");
    fs::write(data.join("session.json"), "{ \"tabs\": 7").unwrap();
    fs::write(data.join("recent.json"), "\0\0\0\0").unwrap();
    fs::write(data.join("journal/0123.journal"), "no journal").unwrap();
    let window = Window::start(folder, None);
    for name in ["session.json", "recent.json", "0123.journal"] {
        assert!(window.notice().contains(name), "{:?}", window.notice());
    }
    for name in ["session.json", "recent.json", "journal/0123.journal"] {
        assert!(data.join(format!("{name}.damaged-1")).exists(), "{name}");
    }
    assert!(window.state().notice.as_ref().unwrap().is_error, "it stays");
    // Without the session, the journals still say what was not saved.
    assert_eq!((window.shown(), window.seed()), ("a.pyro", Some(8)));
}

#[test]
fn without_a_folder_of_its_own_the_window_asks_before_it_closes() {
    let mut window = Window::first();
    fs::remove_dir_all(window.folder.path().join("data/journal")).unwrap();
    fs::write(window.folder.path().join("data/journal"), "in the way").unwrap();
    window.give(Command::New);
    window.give(Command::Add(NewNode {
        is: pyrograph_nodes::ALL[0].id,
        at: [0.0, 0.0],
    }));
    assert!(
        window.notice().contains("cannot be kept"),
        "{}",
        window.notice()
    );
    window.give(Command::Quit);
    assert!(matches!(
        window.state().question,
        Some(Question::Unsaved(_))
    ));
}

/// A journal must not slow an edit down: half a millisecond is the most that it may cost.
#[test]
fn keeping_an_edit_of_a_large_graph_takes_no_time() {
    let nodes: Vec<String> = (0..2_000)
        .map(|i| {
            format!(r#""n{i}": {{ "is": "x", "params": {{ "text": "node {i}", "steps": {i} }} }}"#)
        })
        .collect();
    let text = format!(r#"{{ "format": 1, "nodes": {{ {} }} }}"#, nodes.join(", "));
    let graph = file::read(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journals = Journals::new(folder.path().to_owned());
    let catalog = Catalog(&[]);
    let secs_of = |is_kept: bool| {
        let mut document = Document::new(graph.clone(), "large.pyro", catalog);
        if is_kept {
            document.keep_in(&journals);
        }
        let edits = (0..40).map(|i| {
            let begun = Instant::now();
            let edit = Edit::move_to("n7", [i as f32, 0.0]);
            document.edit(edit, "move", false).unwrap();
            begun.elapsed().as_secs_f64()
        });
        edits.fold(f64::INFINITY, f64::min)
    };
    let (without, with) = (secs_of(false), secs_of(true));
    assert!(with - without < 0.000_5, "{without} {with}");
}
