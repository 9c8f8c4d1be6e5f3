//! The window, driven as a user drives it: by name, pointer and keys, on the real `App`, with the
//! starter model on the CPU. What is painted is compared with what the same machine painted; a few
//! snapshots show what has no name.

mod add_menu;
#[cfg(all(unix, not(target_os = "macos")))]
mod desktop;
mod drawing;
mod files;
mod files_and_runs;
mod gallery;
mod gestures;
mod keyboard;
mod problems;
mod queue;
mod same_picture;
mod seeds;
mod setup;
mod small;
mod snapshots;
mod viewer;
mod widgets;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, vec2};
use egui_kittest::kittest::Queryable;
use egui_kittest::{Harness, HarnessBuilder};
use pyrograph::app::{App, State, WindowOptions};
use pyrograph::command::{Command, Input};
use pyrograph::gallery::keeper::Trash;
use pyrograph::starter;
use pyrograph::theme::Look;
use pyrograph_engine::device::{DeviceChoice, Precision};
use pyrograph_engine::graph::Source;

/// More than a run of the starter takes on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// Says that the process has a session bus of its own, with services that stand for the desktop.
const HAS_DESKTOP: &str = "PYROGRAPH_TEST_HAS_DESKTOP";

struct Window {
    harness: Harness<'static, App>,
    folder: tempfile::TempDir,
}

impl Window {
    /// The window as it first starts.
    fn first() -> Self {
        Self::open(None)
    }

    fn open(graph: Option<PathBuf>) -> Self {
        Self::start(tempfile::tempdir().unwrap(), graph)
    }

    /// The program ends and is started again.
    fn restart(self) -> Self {
        let Self { harness, folder } = self;
        drop(harness);
        Self::start(folder, None)
    }

    /// A start of the program with what an earlier one has left in its folder.
    fn start(folder: tempfile::TempDir, graph: Option<PathBuf>) -> Self {
        Self::build(Harness::builder(), folder, graph)
    }

    /// As [`Self::first`], for texts that need the fonts of a system.
    fn first_with_any_glyph() -> Self {
        let builder = Harness::builder().allow_missing_glyphs();
        Self::build(builder, tempfile::tempdir().unwrap(), None)
    }

    fn build(
        builder: HarnessBuilder<App>,
        folder: tempfile::TempDir,
        graph: Option<PathBuf>,
    ) -> Self {
        let harness = harness(builder, folder.path(), graph);
        let mut window = Self { harness, folder };
        window.settle();
        window
    }

    /// Another window of the same user, beside this one.
    fn second(&self) -> Self {
        let mut second = Self {
            harness: harness(Harness::builder(), self.folder.path(), None),
            folder: tempfile::tempdir().unwrap(),
        };
        second.settle();
        second
    }

    fn settle(&mut self) {
        self.harness.run_ok();
    }

    fn state(&self) -> &State {
        self.harness.state().state()
    }

    fn give(&mut self, command: Command) {
        self.harness.state_mut().give(command);
        self.settle();
    }

    fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    fn center(&self, name: &str) -> Pos2 {
        self.harness.get_by_label(name).rect().center()
    }

    fn has(&self, name: &str) -> bool {
        self.harness.query_by_label(name).is_some()
    }

    fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.settle();
    }

    /// Clicks as a hand does: moves there first.
    fn click_at(&mut self, pos: Pos2, modifiers: Modifiers) {
        self.harness.hover_at(pos);
        self.harness.step();
        for pressed in [true, false] {
            let event = Event::PointerButton {
                pos,
                button: PointerButton::Primary,
                pressed,
                modifiers,
            };
            self.harness.event_modifiers(event, modifiers);
            self.harness.step();
        }
        self.settle();
    }

    /// A jump in one step would be a click, not a drag.
    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.harness.hover_at(from);
        self.harness.step();
        self.harness.drag_at(from);
        self.harness.step();
        for i in 1..=8 {
            self.harness.hover_at(from + (to - from) * (i as f32 / 8.0));
            self.harness.step();
        }
        self.harness.step();
        self.harness.drop_at(to);
        self.settle();
    }

    fn param(&self, node: &str, param: &str) -> serde_json::Value {
        self.state().document.graph().nodes[node]
            .params
            .get(param)
            .cloned()
            .unwrap_or_default()
    }

    fn source(&self, node: &str, input: &str) -> Option<String> {
        self.state().document.graph().nodes[node]
            .source(input)
            .map(|source| source.to_string())
    }

    /// Waits until something holds, while the window goes on.
    fn wait(&mut self, what: &str, holds: impl Fn(&State) -> bool) {
        let begun = Instant::now();
        while !holds(self.state()) {
            assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
            self.harness.step();
            thread::sleep(Duration::from_millis(5));
        }
        self.harness.step();
    }

    fn run(&mut self) {
        self.harness
            .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        self.wait("the run begins", |state| state.jobs.is_running());
        self.wait("the run ends", |state| !state.jobs.is_running());
        self.settle();
    }
}

/// How the program starts for a user whose files are in that folder.
fn options(folder: &Path, graph: Option<PathBuf>) -> WindowOptions {
    WindowOptions {
        graph,
        device: DeviceChoice::Cpu,
        precision: Precision::Auto,
        library: starter::library(&[]),
        outputs: folder.join("pictures"),
        data: Some(folder.join("data")),
    }
}

fn harness(
    builder: HarnessBuilder<App>,
    folder: &Path,
    graph: Option<PathBuf>,
) -> Harness<'static, App> {
    let options = options(folder, graph);
    // No test may touch the trash of whoever runs it.
    let trash = match std::env::var_os(gallery::OWN_TRASH) {
        Some(_) => Trash::System,
        None => Trash::Folder(folder.join("trash")),
    };
    // Nor ask its desktop for files.
    let asks_desktop = std::env::var_os(HAS_DESKTOP).is_some();
    builder
        .with_size(vec2(1440.0, 900.0))
        .with_step_dt(1.0 / 60.0)
        .with_max_steps(30)
        .build_eframe(move |creation| {
            let app = App::new(&creation.egui_ctx, &options, &[]).with_trash(trash.clone());
            if asks_desktop {
                app
            } else {
                app.with_own_file_box()
            }
        })
}

#[test]
fn starts_with_the_first_picture_and_runs_nothing() {
    let window = Window::first();
    assert_eq!(window.state().document.name(), "first_picture.pyro");
    assert_eq!(window.state().problems().count(), 0);
    assert!(!window.state().document.is_dirty());
    assert!(!window.state().jobs.is_running());
    assert!(window.state().jobs.pictures().is_empty());
    for name in [
        "prompt node",
        "prompt text",
        "prompt out conditioning",
        "sampler in model",
        "sampler steps",
        "Run",
    ] {
        assert!(window.has(name), "{name}");
    }
}

#[test]
fn numbers_are_typed_with_arithmetic_dragged_and_reset() {
    let mut window = Window::first();
    window.click("sampler steps");
    let field = window.harness.get_by_label("sampler steps");
    field.type_text("2*4");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.param("sampler", "steps"), 8);

    let steps = window.center("sampler steps");
    window.drag(steps, steps + vec2(20.0, 0.0));
    let dragged = window.param("sampler", "steps").as_i64().unwrap();
    assert!((9..60).contains(&dragged), "{dragged}");
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.param("sampler", "steps"), 8, "a drag is one step");

    let steps = window.center("sampler steps");
    for _ in 0..2 {
        for pressed in [true, false] {
            let event = Event::PointerButton {
                pos: steps,
                button: PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            };
            window.harness.event(event);
        }
    }
    window.settle();
    assert_eq!(
        window.param("sampler", "steps"),
        serde_json::Value::Null,
        "a double click brings the default back"
    );
}

#[test]
fn the_wheel_never_changes_a_value_and_zooms() {
    let mut window = Window::first();
    let before = window.state().document.graph().clone();
    let steps = window.harness.get_by_label("sampler steps").rect();
    window.harness.hover_at(steps.center());
    window.harness.step();
    window.harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, 3.0),
        phase: TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    window.settle();
    assert_eq!(window.state().document.graph(), &before);
    let after = window.harness.get_by_label("sampler steps").rect();
    assert!(
        after.width() > steps.width() * 1.2,
        "{} {}",
        steps.width(),
        after.width()
    );
    assert!(
        (after.center() - steps.center()).length() < 2.0,
        "what is under the pointer stays there"
    );
}

#[test]
fn a_typed_prompt_is_one_undo_step() {
    let mut window = Window::first();
    let before = window.param("prompt", "text");
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    window
        .harness
        .get_by_label("prompt text")
        .type_text(" at dusk");
    window.settle();
    window
        .harness
        .get_by_label("prompt text")
        .type_text(", (warm:1.2)");
    window.settle();
    let after = window.param("prompt", "text");
    assert!(
        after.as_str().unwrap().contains(" at dusk, (warm:1.2)"),
        "{after}"
    );
    assert!(window.state().document.is_dirty());
    window.give(Command::EndGesture);
    window.give(Command::Undo);
    assert_eq!(window.param("prompt", "text"), before);
    assert!(!window.state().document.is_dirty());
}

#[test]
fn choices_are_chosen_by_search_and_keys() {
    let mut window = Window::first();
    window.click("sampler sampler");
    window.harness.get_by_label("Search").type_text("2m");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    let chosen = window.param("sampler", "sampler");
    assert!(
        chosen.as_str().is_some_and(|name| name.contains("2m")),
        "{chosen}"
    );
}

#[test]
fn wires_are_cut_laid_and_refused_by_dragging() {
    let mut window = Window::first();
    assert_eq!(
        window.source("sampler", "positive").as_deref(),
        Some("prompt.conditioning")
    );
    let (end, empty) = (
        window.center("sampler in positive"),
        window.center("sampler in positive") + vec2(-40.0, 260.0),
    );
    window.drag(end, empty);
    assert_eq!(
        window.source("sampler", "positive"),
        None,
        "dragged off and dropped on nothing, it is cut"
    );
    assert!(
        window
            .state()
            .problems()
            .any(|problem| problem.place.node.as_deref() == Some("sampler"))
    );

    window.drag(
        window.center("model out vae"),
        window.center("sampler in positive"),
    );
    assert_eq!(
        window.source("sampler", "positive"),
        None,
        "a VAE is no conditioning"
    );

    window.drag(
        window.center("negative out conditioning"),
        window.center("sampler in positive"),
    );
    assert_eq!(
        window.source("sampler", "positive").as_deref(),
        Some("negative.conditioning")
    );
    // From the input to the output works too, and the new wire takes the old one's place.
    window.give(Command::Disconnect(Input::new("sampler", "positive")));
    window.drag(
        window.center("sampler in positive"),
        window.center("prompt out conditioning"),
    );
    assert_eq!(
        window.source("sampler", "positive").as_deref(),
        Some("prompt.conditioning")
    );

    for _ in 0..4 {
        window.keys(Modifiers::COMMAND, Key::Z);
    }
    assert!(!window.state().document.is_dirty());
}

#[test]
fn a_circle_cannot_be_closed() {
    let mut window = Window::first();
    let from = Source {
        node: "sampler".into(),
        pin: "latent".into(),
    };
    window.give(Command::Connect {
        from,
        to: Input::new("sampler", "latent"),
        cut: None,
    });
    assert_eq!(
        window.source("sampler", "latent").as_deref(),
        Some("latent.latent")
    );
    assert!(
        window
            .state()
            .notice
            .as_ref()
            .is_some_and(|notice| notice.is_error)
    );
}

#[test]
fn nodes_are_added_by_keys_alone_copied_moved_and_deleted() {
    let mut window = Window::first();
    let count = window.state().document.graph().nodes.len();
    window.keys(Modifiers::NONE, Key::Tab);
    window
        .harness
        .get_by_label("Search nodes")
        .type_text("VAEDecode");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().document.graph().nodes.len(), count + 1);
    let added = window.state().inspected().unwrap().to_owned();
    assert_eq!(
        window.state().document.graph().nodes[&added].is,
        window.state().document.graph().nodes["decode"].is
    );

    window.keys(Modifiers::COMMAND, Key::D);
    assert_eq!(window.state().document.graph().nodes.len(), count + 2);
    let copy = window.state().inspected().unwrap().to_owned();
    assert_ne!(copy, added);

    window.keys(Modifiers::NONE, Key::Delete);
    assert_eq!(window.state().document.graph().nodes.len(), count + 1);
    for _ in 0..3 {
        window.keys(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(window.state().document.graph().nodes.len(), count);
    assert!(!window.state().document.is_dirty());
}

#[test]
fn nodes_are_selected_and_moved_together() {
    let mut window = Window::first();
    let header = |window: &Window, key: &str| {
        let rect = window.harness.get_by_label(&format!("{key} node")).rect();
        rect.center_top() + vec2(0.0, 8.0)
    };
    window.click_at(header(&window, "prompt"), Modifiers::NONE);
    assert_eq!(window.state().inspected(), Some("prompt"));
    window.click_at(header(&window, "negative"), Modifiers::SHIFT);
    assert_eq!(window.state().selection.nodes.len(), 2);

    let place = |window: &Window, key: &str| window.state().document.position(key);
    let (before, other) = (
        (place(&window, "prompt"), place(&window, "negative")),
        place(&window, "latent"),
    );
    let grip = header(&window, "negative");
    window.drag(grip, grip + vec2(-40.0, 24.0));
    let after = (place(&window, "prompt"), place(&window, "negative"));
    assert!(
        after.0[0] < before.0[0] && after.0[1] > before.0[1],
        "{before:?} {after:?}"
    );
    assert_eq!(after.0[0] - before.0[0], after.1[0] - before.1[0]);
    assert_eq!(place(&window, "latent"), other);
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(
        (place(&window, "prompt"), place(&window, "negative")),
        before,
        "a drag is one step"
    );

    window.keys(Modifiers::COMMAND, Key::A);
    assert_eq!(
        window.state().selection.nodes.len(),
        window.state().document.graph().nodes.len()
    );
}

#[test]
fn every_look_draws_every_panel_at_every_zoom() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    for look in Look::ALL {
        window.give(Command::SetLook(look));
        assert_eq!(window.state().theme.look, look);
        for lines in [-40.0, 5.0, 5.0, 5.0, 5.0] {
            let canvas = window.center("canvas");
            window.harness.hover_at(canvas);
            window.harness.step();
            window.harness.event(Event::MouseWheel {
                unit: MouseWheelUnit::Line,
                delta: vec2(0.0, lines),
                phase: TouchPhase::Move,
                source: egui::MouseWheelSource::Wheel,
                modifiers: Modifiers::NONE,
            });
            window.settle();
        }
    }
    window.keys(Modifiers::NONE, Key::F1);
    assert!(window.has("drag from a pin") || window.state().panels.page.is_some());
    window.keys(Modifiers::NONE, Key::Escape);
    window.give(Command::ToggleInspector);
    window.give(Command::FitAll);
    assert!(window.has("sampler steps"));
}
