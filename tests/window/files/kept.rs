//! What outlives the program: sessions and journals.

use std::fs;
use std::path::Path;
use std::time::Instant;

use egui::{Event, Key, Modifiers, Rect, ViewportId, pos2, vec2};
use egui_kittest::kittest::Queryable;
use pyrograph::app::{Question, window};
use pyrograph::command::file::FileCommand;
use pyrograph::command::{Command, Drawer, Input, NewNode};
use pyrograph::document::Document;
use pyrograph::store::journal::Journals;
use pyrograph_engine::graph::edit::Edit;
use pyrograph_engine::graph::file;
use pyrograph_engine::node::Catalog;

use super::graph_file;
use crate::window::{Window, options};

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
fn what_was_undone_can_be_redone_after_a_restart() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    for seed in [41, 42, 43] {
        window.set_seed(seed);
    }
    for _ in 0..2 {
        window.keys(Modifiers::COMMAND, Key::Z);
    }
    let mut window = window.restart();
    assert_eq!(window.seed(), Some(41));
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.seed(), Some(0));
    assert!(!window.state().document.is_dirty());
    // Also where nothing is left unsaved.
    let mut window = window.restart();
    for seed in [41, 42, 43] {
        window.keys(Modifiers::COMMAND, Key::Y);
        assert_eq!(window.seed(), Some(seed));
    }
    assert_eq!(window.state().document.redo_label(), None);
}

impl Window {
    /// The desktop has put the window somewhere.
    fn put(&mut self, inner: Rect, is_maximized: bool) {
        let viewports = &mut self.harness.input_mut().viewports;
        let info = viewports.get_mut(&ViewportId::ROOT).unwrap();
        info.inner_rect = Some(inner);
        info.outer_rect = Some(inner.expand(4.0));
        info.maximized = Some(is_maximized);
        self.harness.event(Event::WindowFocused(true));
        // It is noted when nothing has happened for a while.
        for _ in 0..90 {
            self.harness.step();
        }
    }
}

#[test]
fn the_window_comes_back_where_and_as_large_as_it_was() {
    let mut window = Window::first();
    let new = window::viewport(&options(window.folder.path(), None));
    assert_eq!(new.inner_size, Some(vec2(1440.0, 900.0)));
    assert_eq!((new.position, new.maximized), (None, None));

    window.put(
        Rect::from_min_size(pos2(104.0, 54.0), vec2(1000.0, 700.0)),
        false,
    );
    let mut window = window.restart();
    let asked = |window: &Window| window::viewport(&options(window.folder.path(), None));
    let again = asked(&window);
    assert_eq!(again.inner_size, Some(vec2(1000.0, 700.0)));
    assert_eq!(again.position, Some(pos2(100.0, 50.0)));
    assert_eq!(again.maximized, Some(false));

    window.put(
        Rect::from_min_size(pos2(0.0, 0.0), vec2(2560.0, 1400.0)),
        true,
    );
    let window = window.restart();
    let again = asked(&window);
    assert_eq!(again.maximized, Some(true));
    assert_eq!(
        (again.inner_size, again.position),
        (Some(vec2(1000.0, 700.0)), Some(pos2(100.0, 50.0))),
        "what it goes back to when it no longer fills the screen"
    );
}

#[test]
fn panels_keep_their_sizes() {
    let mut window = Window::first();
    let canvas = window.harness.get_by_label("canvas").rect();
    let rim = pos2(canvas.right(), canvas.center().y);
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
    let mut second = first.second();
    assert_eq!(second.names().len(), 1);
    assert!(
        second.notice().contains("another window"),
        "{}",
        second.notice()
    );
    second.give(Command::NewSeed(Input::new("sampler", "seed")));
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
