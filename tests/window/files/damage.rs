//! What a user, a stranger's file, a second window or a dying disk may do to files: each is told,
//! and nothing is lost.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use pyrograph::app::Question;
use pyrograph::command::setup::SetupCommand;
use pyrograph::command::{Answer, Command, Input, NewNode};
use pyrograph::theme::Look;

use super::graph_file;
use crate::window::{Window, harness};

const CTRL: Modifiers = Modifiers::COMMAND;

impl Window {
    fn is_told(&self, words: &str) -> bool {
        let notice = self.state().notice.as_ref();
        notice.is_some_and(|notice| notice.is_error && notice.words.contains(words))
    }

    #[track_caller]
    fn expect_told(&self, words: &str) {
        assert!(
            self.is_told(words),
            "{words:?} is not in {:?}",
            self.notice()
        );
    }

    fn wait_until_told(&mut self, words: &str) {
        self.wait(words, |state| {
            let notice = state.notice.as_ref();
            notice.is_some_and(|notice| notice.is_error && notice.words.contains(words))
        });
    }

    /// Ends the program and returns its user's folder.
    pub(super) fn end(self) -> tempfile::TempDir {
        let Self { harness, folder } = self;
        drop(harness);
        folder
    }
}

#[test]
fn each_damaged_store_is_set_aside_and_told_and_begun_anew() {
    let junk = vec![0x55; 9_000];
    for name in [
        "settings.json",
        "session.json",
        "recent.json",
        "queue.json",
        "seeds.json",
        "marks.json",
        "pictures.sqlite",
        "journal/0123456789abcdef.journal",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &junk).unwrap();
        let mut window = Window::start(folder, None);
        let short = file.file_name().unwrap().to_str().unwrap();
        if ["marks.json", "pictures.sqlite"].contains(&name) {
            window.keys(Modifiers::NONE, Key::F3);
        }
        window.wait_until_told(short);
        assert_eq!(window.names(), ["first_picture.pyro"], "{name}");
        assert!(window.state().queue.waiting().is_empty());
        let folder = window.end();
        let aside = folder.path().join("data").join(format!("{name}.damaged-1"));
        assert_eq!(fs::read(aside).unwrap(), junk, "{name}");
        // The next start has nothing to say.
        let window = Window::start(folder, None);
        assert!(!window.is_told(short), "{name}: {}", window.notice());
    }
}

#[test]
fn without_the_session_journals_still_say_what_was_not_saved() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    window.set_seed(8);
    let folder = window.end();
    fs::write(folder.path().join("data/session.json"), "{ \"tabs\": 7").unwrap();
    let window = Window::start(folder, None);
    window.expect_told("session.json");
    assert_eq!((window.shown(), window.seed()), ("a.pyro", Some(8)));
}

#[test]
fn a_journal_damaged_in_its_middle_gives_back_what_stands_before() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    for seed in [7, 8, 9] {
        window.set_seed(seed);
    }
    let folder = window.end();
    let journals = fs::read_dir(folder.path().join("data/journal")).unwrap();
    let mut journals = journals.map(|entry| entry.unwrap().path());
    let of_a = |path: &PathBuf| fs::read_to_string(path).unwrap().contains("a.pyro");
    let journal = journals.find(of_a).unwrap();
    let whole = fs::read_to_string(&journal).unwrap();
    let mut lines: Vec<&str> = whole.lines().collect();
    let last = lines.len() - 1;
    lines.insert(last, "no edit");
    let damaged = lines.join("\n") + "\n";
    fs::write(&journal, &damaged).unwrap();

    let window = Window::start(folder, None);
    window.expect_told("damaged behind its first edits");
    assert_eq!((window.shown(), window.seed()), ("a.pyro", Some(8)));
    let aside = journal.with_extension("journal.damaged-1");
    assert_eq!(fs::read_to_string(aside).unwrap(), damaged);
}

#[test]
fn a_layout_that_makes_no_sense_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(&data).unwrap();
    let session = r#"{
        "tabs": [ { "path": "/nowhere/at/all.pyro" },
            { "selected": ["ghost"], "level": ["ghost"], "sight": { "pan": [1e30, -1e30], "zoom": 0.0 } } ],
        "active": 99,
        "panels": { "inspector": true, "drawer": "pictures", "sizes": [1e30, -5.0] },
        "window": { "position": [1e9, 0.0], "size": [1.0, 1.0], "is_maximized": false } }"#;
    fs::write(data.join("session.json"), session).unwrap();
    let mut window = Window::start(folder, None);
    window.expect_told("all.pyro");
    assert_eq!(window.names(), ["untitled.pyro"]);
    assert!(window.state().selection.is_empty() && window.state().document.level().is_empty());
    let canvas = window.harness.get_by_label("canvas").rect();
    assert!(
        canvas.width() > 300.0 && canvas.height() > 200.0,
        "{canvas:?}"
    );
    window.give(Command::Add(NewNode {
        is: pyrograph_nodes::ALL[0].id,
        at: [0.0, 0.0],
    }));
    window.give(Command::FitAll);
    let node = window.state().inspected().unwrap().to_owned();
    assert!(window.has(&format!("{node} node")), "it can be seen");
}

/// A folder in which nothing can be written, whoever runs the tests.
#[cfg(target_os = "linux")]
const READ_ONLY: &str = "/sys";

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_is_told_and_nothing_is_lost() {
    let mut window = Window::first();
    window.set_seed(77);
    window.give(Command::SaveAs);
    window.give(Command::Answer(Answer::File(
        Path::new(READ_ONLY).join("mine.pyro"),
    )));
    window.expect_told("the folder may only be read; nothing is lost");
    assert!(window.state().document.is_dirty());
    let window = window.restart();
    assert_eq!(window.seed(), Some(77), "a journal holds it");
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_of_the_users_is_told_and_the_window_works() {
    let mut window = Window {
        harness: harness(Harness::builder(), Path::new(READ_ONLY), None),
        folder: tempfile::tempdir().unwrap(),
    };
    window.settle();
    window.expect_told("nothing can be kept from one start to the next");
    window.give(Command::SetLook(Look::Light));
    assert_eq!(window.state().theme.look, Look::Light);
    window.wait_until_told("the settings hold until the program ends");
    window.give(Command::SetLook(Look::HighContrast));
    window.set_seed(77);
    window.give(Command::Quit);
    assert!(
        matches!(window.state().question, Some(Question::Unsaved(_))),
        "nothing else would keep it"
    );
    window.click("Save");
    let file = window.folder.path().join("mine.pyro");
    window.give(Command::Answer(Answer::File(file.clone())));
    assert!(fs::read_to_string(file).unwrap().contains("77"));
}

/// Says in which folder the program works whose files cannot grow.
const FULL_DISK: &str = "PYROGRAPH_FULL_DISK";

/// Runs in a program of its own, whose files cannot be longer than 64 KiB; in a usual run of the
/// tests it has nothing to do.
#[test]
fn works_where_files_cannot_grow() {
    let Some(folder) = env::var_os(FULL_DISK) else {
        return;
    };
    let folder = tempfile::tempdir_in(folder).unwrap();
    let path = graph_file(folder.path(), "a.pyro", 1);
    let mut window = Window::start(folder, Some(path.clone()));
    let before = fs::read_to_string(&path).unwrap();
    let at = Input::new("sampler", "text");
    window.give(Command::SetParam {
        at,
        value: Some("x".repeat(200_000).into()),
        live: false,
    });
    window.expect_told("a.pyro cannot be kept safe");
    window.keys(CTRL, Key::S);
    window.expect_told("a.pyro cannot be written");
    window.expect_told("nothing is lost");
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        before,
        "the file is whole"
    );
    assert!(window.state().document.is_dirty());
    let left = fs::read_dir(path.parent().unwrap()).unwrap();
    let left = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".part")
    });
    assert_eq!(left.count(), 0, "no draft is left behind");
    window.give(Command::Quit);
    assert!(matches!(
        window.state().question,
        Some(Question::Unsaved(_))
    ));
    window.click("Stay");
    window.give(Command::Undo);
    window.set_seed(2);
    window.keys(CTRL, Key::S);
    assert!(!window.state().document.is_dirty());
    assert_ne!(fs::read_to_string(&path).unwrap(), before);
}

/// A real disk is hard to fill in a test; to a program, a limit on its files is the same.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    // The limit is in blocks of 512 bytes, in some shells of 1,024. Whoever ignores the signal is
    // told by an error.
    let script = "ulimit -f 128 && trap '' XFSZ && exec \"$0\" \"$@\"";
    let outcome = Program::new("sh")
        .args(["-c", script])
        .arg(env::current_exe().unwrap())
        .args([
            "--exact",
            "window::files::damage::works_where_files_cannot_grow",
        ])
        .arg("--nocapture")
        .env(FULL_DISK, folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&outcome.stdout);
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{told}\n{stderr}");
    assert!(told.contains("1 passed"), "{told}");
}

fn many_nodes(folder: &Path, count: usize) -> PathBuf {
    let is = pyrograph_nodes::ALL[0].id;
    let nodes: Vec<String> = (0..count)
        .map(|i| format!(r#""n{i}":{{"is":"{is}"}}"#))
        .collect();
    let path = folder.join(format!("{count}.pyro"));
    let text = format!(r#"{{"format":1,"nodes":{{{}}}}}"#, nodes.join(","));
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_graph_of_100_000_nodes_opens_and_one_more_is_refused_with_the_limit() {
    let mut window = Window::first();
    let path = many_nodes(window.folder.path(), 100_001);
    window.give(Command::OpenFile(path));
    window.wait_until_told("more than 100000 nodes");
    assert_eq!(window.shown(), "first_picture.pyro");

    let path = many_nodes(window.folder.path(), 100_000);
    window.give(Command::OpenFile(path));
    window.wait("it is open", |state| {
        state.document.graph().nodes.len() == 100_000
    });
    window.give(Command::Select(vec!["n7".into()]));
    assert_eq!(window.state().inspected(), Some("n7"));
    window.give(Command::Duplicate);
    window.expect_told("100000 nodes");
    assert!(!window.state().document.is_dirty());
}

#[test]
fn what_is_called_a_picture_and_is_none_is_refused() {
    let mut window = Window::first();
    let graph = window.state().document.graph().clone();
    let mut png = Vec::new();
    image::RgbImage::new(64, 64)
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    let cut = &png[..png.len() - 30];
    for (name, bytes) in [
        ("junk.png", &b"no picture"[..]),
        ("cut.png", cut),
        ("empty.jpg", b""),
        ("begun.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0 and no more"),
    ] {
        let path = window.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        window.drop_file(&path);
        window.wait_until_told(name);
        assert_eq!(window.state().document.graph(), &graph, "{name}");
        assert!(!window.state().document.is_dirty());
    }
    window.drop_file(Path::new("/nowhere/at/all.png"));
    window.wait_until_told("all.png");
    assert_eq!(window.names().len(), 1);
}

#[test]
fn two_windows_on_one_file_lose_nothing() {
    let mut first = Window::first();
    first.open_files(&["a.pyro"]);
    let path = first.folder.path().join("a.pyro");
    let mut second = first.second();
    second.give(Command::OpenFile(path.clone()));
    first.set_seed(71);
    second.set_seed(720);
    first.keys(CTRL, Key::S);
    second.keys(CTRL, Key::S);
    assert_eq!(
        second.state().question,
        Some(Question::Changed { saves: true }),
        "what the other has saved is not overwritten unseen"
    );
    second.click("Save mine");
    assert!(fs::read_to_string(&path).unwrap().contains("720"));
    first.wait("it is read again", |state| {
        let node = &state.document.graph().nodes["sampler"];
        node.params["seed"] == 720
    });
    assert!(!first.state().document.is_dirty());
    drop(second);
    let folder = first.end();
    let versions = folder.path().join("data/versions");
    let kept = crate::program::files_in(&versions, "pyro");
    assert!(
        kept.iter()
            .any(|version| fs::read_to_string(version).unwrap().contains("71")),
        "what was replaced is kept: {kept:?}"
    );
}

#[test]
fn what_two_windows_had_not_saved_of_one_file_is_both_there_again() {
    let mut first = Window::first();
    first.open_files(&["a.pyro"]);
    let path = first.folder.path().join("a.pyro");
    let mut second = first.second();
    second.give(Command::OpenFile(path.clone()));
    first.set_seed(71);
    second.set_seed(720);
    drop(second);
    let mut window = first.restart();
    assert_eq!(window.names(), ["first_picture.pyro", "a.pyro", "a.pyro"]);
    assert_eq!(window.seed(), Some(71));
    window.keys(CTRL, Key::S);
    assert!(!window.state().document.is_dirty(), "{}", window.notice());
    window.keys(CTRL, Key::Tab);
    window.wait("the other is asked about", |state| {
        state.question == Some(Question::Changed { saves: false })
    });
    window.settle();
    assert_eq!(window.seed(), Some(720));
    window.click("Save as a copy…");
    let copy = window.folder.path().join("b.pyro");
    window.give(Command::Answer(Answer::File(copy.clone())));
    assert!(fs::read_to_string(&copy).unwrap().contains("720"));
    assert!(fs::read_to_string(&path).unwrap().contains("71"));
}

#[test]
fn two_windows_keep_each_others_settings_and_recent_files() {
    let mut first = Window::first();
    let mut second = first.second();
    first.give(Command::SetLook(Look::Light));
    let mut settings = second.state().settings.clone();
    settings.ui_scale = 1.25;
    second.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
    first.open_files(&["a.pyro"]);
    let other = graph_file(second.folder.path(), "b.pyro", 1);
    second.give(Command::OpenFile(other));
    drop(second);
    let window = first.restart();
    let settings = &window.state().settings;
    assert_eq!((settings.look, settings.ui_scale), (Look::Light, 1.25));
    let recent = window.folder.path().join("data/recent.json");
    let recent = fs::read_to_string(recent).unwrap();
    assert!(
        recent.contains("a.pyro") && recent.contains("b.pyro"),
        "{recent}"
    );
}

#[test]
fn a_file_that_is_there_is_replaced_only_if_that_is_wanted() {
    let mut window = Window::first();
    let path = window.file("a.pyro", 5);
    window.give(Command::SaveAs);
    window.wait("the folder is listed", |state| {
        matches!(
            &state.question,
            Some(Question::File {
                entries: Some(_),
                ..
            })
        )
    });
    window.give(Command::Answer(Answer::Folder(
        window.folder.path().to_owned(),
    )));
    window.wait("the other folder is listed", |state| {
        matches!(
            &state.question,
            Some(Question::File {
                entries: Some(_),
                ..
            })
        )
    });
    assert!(window.harness.query_by_label_contains("a.pyro").is_some());
    // The ending that it gets counts too.
    let typed = path.with_extension("");
    window.give(Command::Answer(Answer::File(typed)));
    assert!(window.has("Replace a.pyro?"));
    window.click("Choose another…");
    assert!(matches!(
        window.state().question,
        Some(Question::File { .. })
    ));
    window.give(Command::Answer(Answer::File(path.clone())));
    window.click("Cancel");
    assert!(fs::read_to_string(&path).unwrap().contains('5'));
    window.give(Command::SaveAs);
    window.give(Command::Answer(Answer::File(path.clone())));
    window.click("Replace");
    assert_eq!(window.shown(), "a.pyro");
    assert!(fs::read_to_string(&path).unwrap().len() > 300);
}

#[test]
fn a_question_stays_with_the_tab_that_it_is_about() {
    let mut window = Window::first();
    window.open_files(&["a.pyro", "b.pyro"]);
    window.set_seed(7);
    window.keys(CTRL, Key::W);
    window.keys(CTRL, Key::Tab);
    window.keys(CTRL, Key::N);
    assert_eq!((window.shown(), window.names().len()), ("b.pyro", 3));
    // What takes a while to open does not come between either.
    let large = many_nodes(window.folder.path(), 60_000);
    window.give(Command::OpenFile(large));
    for _ in 0..200 {
        std::thread::sleep(std::time::Duration::from_millis(10));
        window.harness.step();
    }
    assert_eq!(window.shown(), "b.pyro");
    window.click("Do not save");
    window.wait("the other file is shown", |state| {
        state.document.name() == "60000.pyro"
    });
    let names = window.names();
    assert!(names.contains(&"a.pyro".to_owned()) && !names.contains(&"b.pyro".to_owned()));
}

#[test]
fn a_graph_is_not_written_over_a_file_that_is_open_in_a_tab() {
    let mut window = Window::first();
    window.open_files(&["a.pyro"]);
    let path = window.folder.path().join("a.pyro");
    let before = fs::read_to_string(&path).unwrap();
    window.click("first_picture.pyro");
    window.give(Command::SaveAs);
    window.give(Command::Answer(Answer::File(path.clone())));
    window.click("Replace");
    window.expect_told("open in a tab");
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    assert_eq!(window.shown(), "first_picture.pyro");
}
