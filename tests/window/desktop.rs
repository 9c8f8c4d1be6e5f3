//! The desktop on the other side of the session bus: its file dialogs, its notifications, its
//! taskbar. A bus of the test's own stands in for the session's, and services on it for the
//! desktop; without a `dbus-daemon` the test says that it was skipped.

use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use egui::{Context, Key, Modifiers};
use futures_lite::StreamExt;
use pyrograph::app::Question;
use pyrograph::command::{Answer, Command, Input, NewNode};
use pyrograph::queue::notify;
use pyrograph_engine::node::FileKind;
use zbus::connection::{Builder, Connection};
use zbus::message::{Header, Type};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{MatchRule, MessageStream, block_on, interface};

use super::{HAS_DESKTOP, PATIENCE, Window};

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

type Options = HashMap<String, OwnedValue>;

/// A dialog that the desktop was asked for.
#[derive(Debug)]
struct Asked {
    method: &'static str,
    title: String,
    options: Options,
}

impl Asked {
    /// An option that is a text, or a path with a zero behind it.
    fn text(&self, option: &str) -> Option<String> {
        match &**self.options.get(option)? {
            Value::Str(text) => Some(text.to_string()),
            Value::Array(bytes) => {
                let bytes = bytes.iter().map(|byte| u8::try_from(byte).unwrap());
                let text = String::from_utf8(bytes.collect()).unwrap();
                Some(text.trim_end_matches('\0').to_owned())
            }
            other => panic!("{option} is {other:?}"),
        }
    }
}

/// The desktop's dialogs: each is answered with the file that the test has laid ready, or with
/// none, as if a person had cancelled it.
struct Dialogs {
    asked: Sender<Asked>,
    answers: Mutex<Receiver<Option<PathBuf>>>,
}

impl Dialogs {
    /// Takes the question; the answer comes as a signal, later than a person could be.
    fn ask(&self, asked: Asked, (bus, header): (&Connection, &Header<'_>)) -> OwnedObjectPath {
        let sender = header.sender().unwrap().trim_start_matches(':');
        let request = format!(
            "/org/freedesktop/portal/desktop/request/{}/{}",
            sender.replace('.', "_"),
            asked.text("handle_token").unwrap()
        );
        self.asked.send(asked).unwrap();
        let answers = self.answers.lock().unwrap();
        let answer = answers.recv_timeout(PATIENCE).unwrap();
        let bus = bus.clone();
        let path = OwnedObjectPath::try_from(request).unwrap();
        let of_signal = path.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(120));
            let uris: Vec<String> = answer.iter().map(|file| uri(file)).collect();
            let code = u32::from(uris.is_empty());
            let results = HashMap::from([("uris", Value::from(uris))]);
            let response = (code, results);
            let told = bus.emit_signal(
                None::<&str>,
                &of_signal,
                "org.freedesktop.portal.Request",
                "Response",
                &response,
            );
            block_on(told).unwrap();
        });
        path
    }
}

/// A path as portals write it.
fn uri(path: &Path) -> String {
    let path = path.to_str().unwrap();
    format!("file://{}", path.replace('%', "%25").replace(' ', "%20"))
}

#[interface(name = "org.freedesktop.portal.FileChooser")]
impl Dialogs {
    async fn open_file(
        &self,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
        _window: String,
        title: String,
        options: Options,
    ) -> OwnedObjectPath {
        let asked = Asked {
            method: "OpenFile",
            title,
            options,
        };
        self.ask(asked, (bus, &header))
    }

    async fn save_file(
        &self,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
        _window: String,
        title: String,
        options: Options,
    ) -> OwnedObjectPath {
        let asked = Asked {
            method: "SaveFile",
            title,
            options,
        };
        self.ask(asked, (bus, &header))
    }
}

/// The desktop's notifications: program, heading and words of each.
struct Notifications(Sender<[String; 3]>);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::too_many_arguments, reason = "the protocol has so many")]
    fn notify(
        &self,
        program: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: Options,
        _timeout: i32,
    ) -> u32 {
        self.0.send([program, summary, body]).unwrap();
        1
    }
}

/// The desktop, and what it was asked and told.
struct Desktop {
    bus: Connection,
    asked: Receiver<Asked>,
    answers: Sender<Option<PathBuf>>,
    told: Receiver<[String; 3]>,
}

impl Desktop {
    /// Starts its services on the session's bus.
    fn start() -> Self {
        let (way_of_asked, asked) = mpsc::channel();
        let (answers, way_of_answers) = mpsc::channel();
        let (way_of_told, told) = mpsc::channel();
        let dialogs = Dialogs {
            asked: way_of_asked,
            answers: Mutex::new(way_of_answers),
        };
        let serve = async {
            Builder::session()?
                .serve_at("/org/freedesktop/portal/desktop", dialogs)?
                .serve_at("/org/freedesktop/Notifications", Notifications(way_of_told))?
                .name("org.freedesktop.portal.Desktop")?
                .name("org.freedesktop.Notifications")?
                .build()
                .await
        };
        Self {
            bus: block_on(serve).unwrap(),
            asked,
            answers,
            told,
        }
    }

    /// Lets the next dialog be answered with this file, or cancelled.
    fn answer(&self, file: Option<&Path>) {
        self.answers.send(file.map(Path::to_owned)).unwrap();
    }

    /// The dialog that was asked for.
    fn asked(&self) -> Asked {
        self.asked.recv_timeout(PATIENCE).unwrap()
    }
}

#[test]
fn the_desktops_dialogs_notifications_and_taskbar_are_used() {
    if env::var_os(HAS_DESKTOP).is_some() {
        without_a_service_the_window_asks_itself();
        let desktop = Desktop::start();
        dialogs_answer(&desktop);
        a_run_shows_in_the_taskbar(&desktop);
        the_end_of_a_run_is_told(&desktop);
        return;
    }
    let Some(bus) = Bus::start() else {
        eprintln!("skipped: there is no dbus-daemon");
        return;
    };
    // The bus is where the environment says, so this needs a process of its own.
    let test = "window::desktop::the_desktops_dialogs_notifications_and_taskbar_are_used";
    let output = Process::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
        .env("PATH", "") // no zenity either
        .env(HAS_DESKTOP, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{errors}");
    assert!(told.contains("1 passed"), "{told}");
}

/// A session bus, as long as it is held.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Option<Self> {
        let mut daemon = Process::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut address = String::new();
        let told = daemon.stdout.take().unwrap();
        BufReader::new(told).read_line(&mut address).unwrap();
        Some(Self {
            daemon,
            address: address.trim().to_owned(),
        })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// The bus is there, but nobody on it has dialogs.
fn without_a_service_the_window_asks_itself() {
    let mut window = Window::first();
    window.keys(CTRL_SHIFT, Key::S);
    window.wait("the window's own box is open", |state| {
        matches!(state.question, Some(Question::File { .. }))
    });
}

fn dialogs_answer(desktop: &Desktop) {
    let mut window = Window::first();
    let folder = window.folder.path().to_owned();
    let is_shown = |state: &pyrograph::app::State, file: &Path| {
        state.document.path().is_some_and(|path| path == file)
    };

    // What portals write in signs of their own arrives as it is called.
    let saved = folder.join("50 % of light.pyro");
    desktop.answer(Some(&saved));
    window.keys(CTRL_SHIFT, Key::S);
    window.wait("it is saved", |state| is_shown(state, &saved));
    assert!(saved.is_file());
    let asked = desktop.asked();
    assert_eq!(
        (asked.method, asked.title.as_str()),
        ("SaveFile", "Save the graph as")
    );
    let name = asked.text("current_name").unwrap();
    assert!(name.ends_with(".pyro"), "{name}");

    // The next dialog begins in the file's folder.
    let other = folder.join("other.pyro");
    std::fs::copy(&saved, &other).unwrap();
    desktop.answer(Some(&other));
    window.keys(CTRL, Key::O);
    window.wait("it is open", |state| is_shown(state, &other));
    let asked = desktop.asked();
    assert_eq!(asked.method, "OpenFile");
    let begins = asked.text("current_folder").unwrap();
    assert_eq!(Path::new(&begins), folder);
    assert!(asked.options.contains_key("filters"));

    // Who cancels is not asked again by the window's own box.
    desktop.answer(None);
    window.keys(CTRL, Key::O);
    desktop.asked();
    thread::sleep(Duration::from_millis(300));
    window.settle();
    assert!(window.state().question.is_none());
    assert!(is_shown(window.state(), &other));

    // A name without its ending may be that of a file with it, about which nobody has asked yet.
    let bare = folder.join("other");
    desktop.answer(Some(&bare));
    window.keys(CTRL_SHIFT, Key::S);
    desktop.asked();
    window.wait(
        "it is asked",
        |state| matches!(&state.question, Some(Question::Replace { path, .. }) if *path == other),
    );
    window.give(Command::Answer(Answer::Stay));

    // What is asked about the tab that is shown is answered before a dialog's reply is taken.
    desktop.answer(Some(&folder.join("late.pyro")));
    window.keys(CTRL_SHIFT, Key::S);
    desktop.asked();
    window.give(Command::New);
    window.give(Command::Add(NewNode {
        is: "load.image",
        at: [0.0, 0.0],
    }));
    window.keys(CTRL, Key::W);
    assert!(matches!(
        window.state().question,
        Some(Question::Unsaved(_))
    ));
    thread::sleep(Duration::from_millis(300));
    window.harness.run_steps(10);
    assert!(matches!(
        window.state().question,
        Some(Question::Unsaved(_))
    ));
    assert!(window.state().document.path().is_none());
    window.give(Command::Answer(Answer::Discard));
    let late = folder.join("late.pyro");
    window.wait("it is saved then", |state| is_shown(state, &late));

    // A file for a param: one beside the graph is named as it lies there.
    let picture = folder.join("picture.png");
    image::RgbImage::new(8, 8).save(&picture).unwrap();
    window.give(Command::Add(NewNode {
        is: "load.image",
        at: [0.0, 420.0],
    }));
    desktop.answer(Some(&picture));
    window.give(Command::PickFile {
        at: Input::new("image", "file"),
        kind: FileKind::Image,
    });
    window.wait("the picture is chosen", |state| {
        let node = &state.document.graph().nodes["image"];
        node.params
            .get("file")
            .is_some_and(|file| file == "picture.png")
    });
}

fn a_run_shows_in_the_taskbar(desktop: &Desktop) {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .interface("com.canonical.Unity.LauncherEntry")
        .unwrap()
        .build();
    let updates = MessageStream::for_match_rule(rule, &desktop.bus, Some(1_000));
    let mut updates = block_on(updates).unwrap();
    let (way, told) = mpsc::channel();
    thread::spawn(move || {
        while let Some(update) = block_on(updates.next()) {
            if way.send(update.unwrap()).is_err() {
                return;
            }
        }
    });
    let mut window = Window::first();
    window.give(Command::SetParam {
        at: Input::new("sampler", "steps"),
        value: Some(2.into()),
        live: false,
    });
    window.run();
    let mut shares = Vec::new();
    loop {
        let update = told.recv_timeout(PATIENCE).unwrap();
        let (entry, about): (String, Options) = update.body().deserialize().unwrap();
        assert_eq!(entry, "application://pyrograph.desktop");
        if !about["progress-visible"].downcast_ref::<bool>().unwrap() {
            break;
        }
        shares.push(about["progress"].downcast_ref::<f64>().unwrap());
    }
    assert!(!shares.is_empty() && shares.is_sorted(), "{shares:?}");
}

fn the_end_of_a_run_is_told(desktop: &Desktop) {
    let words = ("The picture is finished", "harbour".to_owned());
    notify::tell(&Context::default(), "Pyrograph", words);
    let told = desktop.told.recv_timeout(PATIENCE).unwrap();
    assert_eq!(told, ["Pyrograph", "The picture is finished", "harbour"]);
}
