//! Tabs, sessions, journals, versions, and what becomes of files meanwhile.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{ColorImage, DroppedFile, Event, Key, Modifiers, PointerButton, vec2};
use egui_kittest::kittest::Queryable;
use pyrograph::app::{App, Question, WindowOptions};
use pyrograph::command::file::FileCommand;
use pyrograph::command::{Answer, Command, Drawer, Input};
use pyrograph::document::Document;
use pyrograph::starter;
use pyrograph_engine::device::{DeviceChoice, Precision};
use pyrograph_engine::node::{ParamKind, Type};

use super::Window;

/// A graph file of one node, whose seed tells it apart.
fn graph_file(folder: &Path, name: &str, seed: u64) -> PathBuf {
    let is = pyrograph_nodes::ALL
        .iter()
        .find(|spec| spec.params.iter().any(|param| param.name == "seed"))
        .unwrap()
        .id;
    let path = folder.join(name);
    let text = format!(
        r#"{{ "format": 1, "nodes": {{ "sampler": {{ "is": "{is}", "params": {{ "seed": {seed} }} }} }} }}"#
    );
    fs::write(&path, text).unwrap();
    path
}

impl Window {
    fn set_seed(&mut self, seed: u64) {
        self.give(Command::SetParam {
            at: Input::new("sampler", "seed"),
            value: Some(seed.into()),
            live: false,
        });
    }

    fn seed(&self) -> Option<u64> {
        self.param("sampler", "seed").as_u64()
    }

    fn names(&self) -> Vec<String> {
        let documents = self.state().documents();
        documents
            .map(|document| document.name().to_owned())
            .collect()
    }

    fn shown(&self) -> &str {
        self.state().document.name()
    }

    fn notice(&self) -> &str {
        let notice = self.state().notice.as_ref();
        notice.map_or("", |notice| notice.words.as_str())
    }

    fn file(&self, name: &str, seed: u64) -> PathBuf {
        graph_file(self.folder.path(), name, seed)
    }

    fn open_files(&mut self, names: &[&str]) {
        for (seed, name) in names.iter().enumerate() {
            let path = self.file(name, seed as u64);
            self.give(Command::OpenFile(path));
        }
    }

    fn drop_file(&mut self, path: &Path) {
        self.harness
            .input_mut()
            .dropped_files
            .push(Arc::new(Dropped(path.to_owned())));
        self.settle();
    }
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn each_file_has_a_tab_of_its_own() {
    let mut window = Window::first();
    window.set_seed(99);
    window.open_files(&["a.pyro", "b.pyro"]);
    assert_eq!(window.names(), ["first_picture.pyro", "a.pyro", "b.pyro"]);
    assert_eq!(window.shown(), "b.pyro");
    assert!(window.has("first_picture.pyro, unsaved changes"));

    window.click("a.pyro");
    assert_eq!((window.shown(), window.seed()), ("a.pyro", Some(0)));
    window.set_seed(5);
    window.click("first_picture.pyro, unsaved changes");
    assert_eq!(window.seed(), Some(99));
    window.keys(Modifiers::COMMAND, Key::Z);
    assert!(
        !window.state().document.is_dirty(),
        "each has its own steps"
    );

    let a = window.folder.path().join("a.pyro");
    window.give(Command::OpenFile(a));
    assert_eq!(window.names().len(), 3, "what is open is only shown");
    assert_eq!(window.seed(), Some(5));
}

#[test]
fn tabs_are_walked_moved_closed_and_had_back_by_keys() {
    let mut window = Window::first();
    window.open_files(&["a.pyro", "b.pyro"]);
    let control = Modifiers::COMMAND;
    let shift = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    window.keys(control, Key::Tab);
    assert_eq!(window.shown(), "first_picture.pyro", "they go round");
    window.keys(shift, Key::Tab);
    assert_eq!(window.shown(), "b.pyro");
    window.keys(control, Key::PageUp);
    assert_eq!(window.shown(), "a.pyro");
    window.keys(control, Key::PageDown);
    window.keys(shift, Key::PageUp);
    assert_eq!(window.names(), ["first_picture.pyro", "b.pyro", "a.pyro"]);
    window.keys(shift, Key::PageDown);
    assert_eq!(window.names(), ["first_picture.pyro", "a.pyro", "b.pyro"]);

    window.set_seed(7);
    window.keys(control, Key::W);
    assert!(matches!(
        window.state().question,
        Some(Question::Unsaved(_))
    ));
    window.click("Stay");
    assert_eq!(window.names().len(), 3);
    window.keys(control, Key::W);
    window.click("Do not save");
    assert_eq!(window.names(), ["first_picture.pyro", "a.pyro"]);
    assert_eq!(window.shown(), "a.pyro");
    window.keys(shift, Key::T);
    assert_eq!(
        (window.shown(), window.seed()),
        ("b.pyro", Some(7)),
        "closed is not lost"
    );
    window.keys(control, Key::Z);
    assert_eq!(window.seed(), Some(1));

    for _ in 0..3 {
        window.keys(control, Key::W);
    }
    assert_eq!(window.names(), ["untitled.pyro"], "one is always there");
    assert!(window.state().document.graph().nodes.is_empty());
    window.keys(control, Key::T);
    assert_eq!(window.names().len(), 2);
}

#[test]
fn tabs_are_closed_and_moved_by_the_pointer() {
    let mut window = Window::first();
    window.open_files(&["a.pyro", "b.pyro"]);
    let (from, to) = (window.center("b.pyro"), window.center("first_picture.pyro"));
    window.drag(from, to - vec2(40.0, 0.0));
    assert_eq!(window.names(), ["b.pyro", "first_picture.pyro", "a.pyro"]);

    window
        .harness
        .get_by_label("a.pyro")
        .click_button(PointerButton::Middle);
    window.settle();
    assert_eq!(window.names(), ["b.pyro", "first_picture.pyro"]);
    window.click("Close b.pyro");
    assert_eq!(window.names(), ["first_picture.pyro"]);
    window.click("New");
    assert_eq!(window.names(), ["first_picture.pyro", "untitled.pyro"]);
}

#[test]
fn many_tabs_shrink_and_the_shown_one_can_be_seen() {
    let mut window = Window::first();
    for i in 0..30 {
        let path = window.file(&format!("graph with a long name {i}.pyro"), i);
        window.give(Command::OpenFile(path));
    }
    let shown = "graph with a long name 29.pyro";
    let run = window.harness.get_by_label("Run").rect();
    let tab = window.harness.get_by_label(shown).rect();
    assert!(tab.right() <= run.left(), "{tab:?} {run:?}");
    assert!(tab.width() > 80.0);
}

#[test]
fn selection_and_view_belong_to_the_tab() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    window.give(Command::ActualSize);
    let place = window.harness.get_by_label("sampler steps").rect();
    window.open_files(&["a.pyro"]);
    assert!(window.state().selection.is_empty());
    window.give(Command::File(FileCommand::PreviousTab));
    assert_eq!(window.state().inspected(), Some("sampler"));
    assert_eq!(
        window.harness.get_by_label("sampler steps").rect(),
        place,
        "it is seen as it was"
    );
}

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
    let mut second = egui_kittest::Harness::builder()
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
fn copies_versions_and_recent_files() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    for seed in [10, 11] {
        window.set_seed(seed);
        window.keys(Modifiers::COMMAND, Key::S);
    }
    window.set_seed(12);
    window.give(Command::File(FileCommand::SaveCopy));
    let copy = window.folder.path().join("copy.pyro");
    window.give(Command::Answer(Answer::File(copy.clone())));
    assert!(window.state().document.is_dirty());
    assert_eq!(window.shown(), "a.pyro", "one goes on with the file");
    assert!(fs::read_to_string(&copy).unwrap().contains("12"));

    window.give(Command::File(FileCommand::Versions));
    window.wait("the versions are listed", |state| {
        matches!(&state.question, Some(Question::Versions(_)))
    });
    window.settle();
    let Some(Question::Versions(versions)) = &window.state().question else {
        unreachable!()
    };
    let versions = versions.clone();
    assert_eq!(versions.len(), 3, "as it was opened, and two saves");
    window.give(Command::Answer(Answer::File(versions[2].path.clone())));
    assert_eq!(window.seed(), Some(0));
    assert_eq!(window.shown(), "a (version).pyro");
    assert_eq!(window.state().document.path(), None);

    fs::remove_file(&copy).unwrap();
    window.keys(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::O);
    window.wait("the files are listed", |state| {
        matches!(&state.question, Some(Question::Recent(_)))
    });
    window.settle();
    assert!(window.has("copy.pyro, not there any more"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().question, None);
    let window = window.restart();
    let recent = fs::read_to_string(window.folder.path().join("data/recent.json")).unwrap();
    assert!(recent.contains("copy.pyro") && recent.contains("a.pyro"));
}

#[test]
fn a_file_changed_by_others_is_read_again_or_asked_about() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    window.file("a.pyro", 70);
    window.wait("it is read again", |state| {
        state
            .notice
            .as_ref()
            .is_some_and(|notice| notice.words.contains("read again"))
    });
    assert_eq!(window.seed(), Some(70));
    assert!(!window.state().document.is_dirty());

    window.set_seed(71);
    window.file("a.pyro", 720);
    window.wait("it is asked about", |state| {
        state.question == Some(Question::Changed { saves: false })
    });
    window.settle();
    window.click("Keep mine");
    assert_eq!(
        (window.seed(), window.state().document.is_dirty()),
        (Some(71), true)
    );
    window.keys(Modifiers::COMMAND, Key::S);
    assert_eq!(window.state().question, None);
    let path = window.folder.path().join("a.pyro");
    assert!(fs::read_to_string(&path).unwrap().contains("71"));

    window.set_seed(73);
    window.file("a.pyro", 7_400);
    window.keys(Modifiers::COMMAND, Key::S);
    assert_eq!(
        window.state().question,
        Some(Question::Changed { saves: true }),
        "a save does not overwrite what nobody has seen"
    );
    window.click("Reload");
    assert_eq!(window.seed(), Some(7_400));

    fs::remove_file(&path).unwrap();
    window.wait("it is missed", |state| state.document.is_dirty());
    assert!(window.notice().contains("moved or deleted"));
    window.keys(Modifiers::COMMAND, Key::S);
    assert!(path.exists());
}

#[test]
fn a_folder_that_cannot_be_written_loses_nothing() {
    let mut window = Window::first();
    let folder = window.folder.path().join("gone");
    fs::create_dir(&folder).unwrap();
    let path = graph_file(&folder, "a.pyro", 1);
    window.give(Command::OpenFile(path));
    window.set_seed(2);
    fs::remove_dir_all(&folder).unwrap();
    window.keys(Modifiers::COMMAND, Key::S);
    assert!(
        window.notice().contains("nothing is lost"),
        "{}",
        window.notice()
    );
    assert!(window.state().document.is_dirty());
    let window = window.restart();
    assert_eq!(window.seed(), Some(2));
}

#[test]
fn without_a_folder_of_its_own_the_window_asks_before_it_closes() {
    let mut window = Window::first();
    fs::remove_dir_all(window.folder.path().join("data/journal")).unwrap();
    fs::write(window.folder.path().join("data/journal"), "in the way").unwrap();
    window.give(Command::New);
    window.give(Command::Add(pyrograph::command::NewNode {
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

#[test]
fn what_is_dropped_is_opened_or_becomes_a_node() {
    let mut window = Window::first();
    let nodes = window.state().document.graph().nodes.len();
    let picture = window.folder.path().join("photo.jpg");
    image::RgbImage::new(8, 8).save(&picture).unwrap();
    window.drop_file(&picture);
    window.wait("the picture is a node", |state| {
        state.document.graph().nodes.len() == nodes + 1
    });
    let key = window.state().inspected().unwrap().to_owned();
    let node = &window.state().document.graph().nodes[&key];
    let spec = window.state().document.catalog().get(&node.is).unwrap();
    assert!(spec.outputs.iter().any(|pin| pin.ty == Type::Image));
    let file = spec
        .params
        .iter()
        .find(|param| matches!(param.kind, ParamKind::File { .. }))
        .unwrap();
    assert_eq!(node.params[file.name], picture.to_str().unwrap());
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.state().document.graph().nodes.len(), nodes);

    let graphs = [window.file("a.pyro", 1), window.file("b.pyro", 2)];
    for path in &graphs {
        window
            .harness
            .input_mut()
            .dropped_files
            .push(Arc::new(Dropped(path.clone())));
    }
    window.settle();
    window.wait("both have tabs", |state| state.documents().count() == 3);

    let nothing = window.folder.path().join("notes.txt");
    fs::write(&nothing, "no graph").unwrap();
    window.drop_file(&nothing);
    window.wait("it is refused", |state| {
        let notice = state.notice.as_ref();
        notice.is_some_and(|notice| notice.is_error && notice.words.contains("notes.txt"))
    });
}

#[test]
fn a_pasted_picture_is_kept_and_becomes_a_node() {
    let mut window = Window::first();
    let nodes = window.state().document.graph().nodes.len();
    let image = Arc::new(ColorImage::filled([6, 4], egui::Color32::RED));
    for i in 1..=2 {
        window.harness.event(Event::PasteImage(image.clone()));
        window.wait("the picture is a node", |state| {
            state.document.graph().nodes.len() == nodes + i
        });
    }
    let pasted = fs::read_dir(window.folder.path().join("data/pasted")).unwrap();
    let pasted: Vec<PathBuf> = pasted.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(pasted.len(), 1, "one picture is one file: {pasted:?}");
    let kept = image::open(&pasted[0]).unwrap().to_rgba8();
    assert_eq!(kept.dimensions(), (6, 4));
    assert_eq!(kept.get_pixel(0, 0).0, [255, 0, 0, 255]);
}

#[test]
fn a_large_file_is_opened_beside_the_window() {
    let mut window = Window::first();
    let path = window.folder.path().join("large.pyro");
    let text = format!(
        r#"{{ "format": 1, "nodes": {{ "a": {{ "is": "x", "params": {{ "text": "{}" }} }} }} }}"#,
        "x".repeat(5 << 20)
    );
    fs::write(&path, text).unwrap();
    window.give(Command::OpenFile(path));
    window.wait("it is open", |state| state.document.name() == "large.pyro");
}

/// A journal must not slow an edit down: half a millisecond is the most that it may cost.
#[test]
fn keeping_an_edit_of_a_large_graph_takes_no_time() {
    use pyrograph_engine::graph::edit::Edit;
    use pyrograph_engine::graph::file;

    let nodes: Vec<String> = (0..2_000)
        .map(|i| {
            format!(r#""n{i}": {{ "is": "x", "params": {{ "text": "node {i}", "steps": {i} }} }}"#)
        })
        .collect();
    let text = format!(r#"{{ "format": 1, "nodes": {{ {} }} }}"#, nodes.join(", "));
    let graph = file::read(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journals = pyrograph::store::journal::Journals::new(folder.path().to_owned());
    let catalog = pyrograph_engine::node::Catalog(&[]);
    let secs_of = |is_kept: bool| {
        let mut document = Document::new(graph.clone(), "large.pyro", catalog);
        if is_kept {
            document.keep_in(&journals);
        }
        let edits = (0..40).map(|i| {
            let begun = std::time::Instant::now();
            let edit = Edit::move_to("n7", [i as f32, 0.0]);
            document.edit(edit, "move", false).unwrap();
            begun.elapsed().as_secs_f64()
        });
        edits.fold(f64::INFINITY, f64::min)
    };
    let (without, with) = (secs_of(false), secs_of(true));
    assert!(with - without < 0.000_5, "{without} {with}");
}
