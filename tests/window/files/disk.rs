//! Files that others have a hand in: changed, gone, dropped, pasted, and what they were before.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{ColorImage, DroppedFile, Event, Key, Modifiers};
use pyrograph::app::Question;
use pyrograph::command::file::FileCommand;
use pyrograph::command::{Answer, Command};
use pyrograph_engine::node::{ParamKind, Type};

use super::graph_file;
use crate::window::Window;

impl Window {
    pub(super) fn drop_file(&mut self, path: &Path) {
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

    let made = window.paint("made.png", 90, ("a red fox", 4_711));
    window.drop_file(&made);
    window.wait("the picture's graph is open", |state| {
        state.documents().count() == 4
    });
    assert_eq!(window.shown(), "made.pyro");
    assert_eq!(
        window.state().document.path(),
        None,
        "the picture stays as it is"
    );

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
