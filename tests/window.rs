//! The window, driven as a user drives it: by name, pointer and keys, on the real `App`, with the
//! starter model on the CPU. No pixels are compared here.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::{App, Question, State, WindowOptions};
use pyrograph::command::{Answer, Command, Input};
use pyrograph::jobs::NodeState;
use pyrograph::starter;
use pyrograph::theme::Look;
use pyrograph_engine::device::DeviceChoice;
use pyrograph_engine::graph::Source;

/// More than a run of the starter takes on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

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
        let folder = tempfile::tempdir().unwrap();
        let options = WindowOptions {
            graph,
            device: DeviceChoice::Cpu,
            library: starter::library(&[]),
            outputs: folder.path().join("pictures"),
        };
        let harness = Harness::builder()
            .with_size(vec2(1440.0, 900.0))
            .with_step_dt(1.0 / 60.0)
            .with_max_steps(30)
            .build_eframe(move |creation| App::new(&creation.egui_ctx, &options, &[]).with_own_file_box());
        let mut window = Self { harness, folder };
        window.settle();
        window
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
            let event = Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers };
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
        self.state().document.graph().nodes[node].params.get(param).cloned().unwrap_or_default()
    }

    fn source(&self, node: &str, input: &str) -> Option<String> {
        self.state().document.graph().nodes[node].source(input).map(|source| source.to_string())
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
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        self.wait("the run begins", |state| state.jobs.is_running());
        self.wait("the run ends", |state| !state.jobs.is_running());
        self.settle();
    }
}

#[test]
fn starts_with_the_first_picture_and_runs_nothing() {
    let window = Window::first();
    assert_eq!(window.state().document.name(), "first_picture.pyro");
    assert_eq!(window.state().problems().count(), 0);
    assert!(!window.state().document.is_dirty());
    assert!(!window.state().jobs.is_running());
    assert!(window.state().jobs.pictures().is_empty());
    for name in ["prompt node", "prompt text", "prompt out conditioning", "sampler in model", "sampler steps", "Run"] {
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
            let event =
                Event::PointerButton { pos: steps, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
            window.harness.event(event);
        }
    }
    window.settle();
    assert_eq!(window.param("sampler", "steps"), serde_json::Value::Null, "a double click brings the default back");
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
    assert!(after.width() > steps.width() * 1.2, "{} {}", steps.width(), after.width());
    assert!((after.center() - steps.center()).length() < 2.0, "what is under the pointer stays there");
}

#[test]
fn a_typed_prompt_is_one_undo_step() {
    let mut window = Window::first();
    let before = window.param("prompt", "text");
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    window.harness.get_by_label("prompt text").type_text(" at dusk");
    window.settle();
    window.harness.get_by_label("prompt text").type_text(", (warm:1.2)");
    window.settle();
    let after = window.param("prompt", "text");
    assert!(after.as_str().unwrap().contains(" at dusk, (warm:1.2)"), "{after}");
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
    assert!(chosen.as_str().is_some_and(|name| name.contains("2m")), "{chosen}");
}

#[test]
fn wires_are_cut_laid_and_refused_by_dragging() {
    let mut window = Window::first();
    assert_eq!(window.source("sampler", "positive").as_deref(), Some("prompt.conditioning"));
    let (end, empty) = (window.center("sampler in positive"), window.center("sampler in positive") + vec2(-40.0, 260.0));
    window.drag(end, empty);
    assert_eq!(window.source("sampler", "positive"), None, "dragged off and dropped on nothing, it is cut");
    assert!(window.state().problems().any(|problem| problem.place.node.as_deref() == Some("sampler")));

    window.drag(window.center("model out vae"), window.center("sampler in positive"));
    assert_eq!(window.source("sampler", "positive"), None, "a VAE is no conditioning");

    window.drag(window.center("negative out conditioning"), window.center("sampler in positive"));
    assert_eq!(window.source("sampler", "positive").as_deref(), Some("negative.conditioning"));
    // From the input to the output works too, and the new wire takes the old one's place.
    window.give(Command::Disconnect(Input::new("sampler", "positive")));
    window.drag(window.center("sampler in positive"), window.center("prompt out conditioning"));
    assert_eq!(window.source("sampler", "positive").as_deref(), Some("prompt.conditioning"));

    for _ in 0..4 {
        window.keys(Modifiers::COMMAND, Key::Z);
    }
    assert!(!window.state().document.is_dirty());
}

#[test]
fn a_circle_cannot_be_closed() {
    let mut window = Window::first();
    let from = Source { node: "sampler".into(), pin: "latent".into() };
    window.give(Command::Connect { from, to: Input::new("sampler", "latent"), cut: None });
    assert_eq!(window.source("sampler", "latent").as_deref(), Some("latent.latent"));
    assert!(window.state().notice.as_ref().is_some_and(|notice| notice.is_error));
}

#[test]
fn nodes_are_added_by_keys_alone_copied_moved_and_deleted() {
    let mut window = Window::first();
    let count = window.state().document.graph().nodes.len();
    window.keys(Modifiers::NONE, Key::Tab);
    window.harness.get_by_label("Search nodes").type_text("VAEDecode");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().document.graph().nodes.len(), count + 1);
    let added = window.state().inspected().unwrap().to_owned();
    assert_eq!(window.state().document.graph().nodes[&added].is, window.state().document.graph().nodes["decode"].is);

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
    let (before, other) = ((place(&window, "prompt"), place(&window, "negative")), place(&window, "latent"));
    let grip = header(&window, "negative");
    window.drag(grip, grip + vec2(-40.0, 24.0));
    let after = (place(&window, "prompt"), place(&window, "negative"));
    assert!(after.0[0] < before.0[0] && after.0[1] > before.0[1], "{before:?} {after:?}");
    assert_eq!(after.0[0] - before.0[0], after.1[0] - before.1[0]);
    assert_eq!(place(&window, "latent"), other);
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!((place(&window, "prompt"), place(&window, "negative")), before, "a drag is one step");

    window.keys(Modifiers::COMMAND, Key::A);
    assert_eq!(window.state().selection.nodes.len(), window.state().document.graph().nodes.len());
}

#[test]
fn a_run_shows_previews_and_leaves_a_picture_that_restores_its_graph() {
    let mut window = Window::first();
    window.click("sampler steps");
    window.harness.get_by_label("sampler steps").type_text("6");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    let graph = window.state().document.graph().clone();

    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.wait("a preview", |state| state.jobs.shown("sampler").is_some());
    window.wait("the run ends", |state| !state.jobs.is_running());
    window.settle();
    assert_eq!(window.state().problems().count(), 0, "{:?}", window.state().problems().collect::<Vec<_>>());
    assert!(matches!(window.state().jobs.node("sampler"), Some(NodeState::Done { .. })));
    assert_eq!(window.state().jobs.pictures().len(), 1);
    let picture = window.state().jobs.pictures()[0].clone();
    assert_eq!((picture.image.width(), picture.image.height()), (128, 128));
    assert!(window.has("save picture"));
    let file = picture.path.unwrap();
    assert!(file.starts_with(window.folder.path()), "{}", file.display());

    // Nothing has changed: everything but saving is known.
    window.run();
    assert_eq!(window.state().jobs.node("sampler"), Some(&NodeState::Reused));
    assert_eq!(window.state().jobs.pictures()[1].image, picture.image);

    window.click("save picture");
    assert!(window.has("picture shown large"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.has("picture shown large"));

    let mut other = Window::open(Some(file.clone()));
    assert_eq!(other.state().document.graph().nodes, graph.nodes);
    assert_eq!(other.state().document.path(), None, "saving must not replace the picture");
    other.run();
    assert_eq!(other.state().jobs.pictures()[0].image, picture.image, "the same pixels from its own file");
}

#[test]
fn a_run_is_cancelled_within_a_step_and_another_can_follow() {
    let mut window = Window::first();
    let at = Input::new("sampler", "steps");
    window.give(Command::SetParam { at: at.clone(), value: Some(2_000.into()), live: false });
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.wait("the loop is under way", |state| {
        matches!(state.jobs.node("sampler"), Some(NodeState::Running { steps: Some(_) }))
    });
    let begun = Instant::now();
    window.harness.key_press(Key::Escape);
    window.wait("the run is cancelled", |state| !state.jobs.is_running());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(window.state().jobs.pictures().is_empty());
    assert_eq!(window.state().jobs.node("sampler"), None);

    window.give(Command::SetParam { at, value: Some(3.into()), live: false });
    window.run();
    assert_eq!(window.state().jobs.pictures().len(), 1);
}

#[test]
fn a_document_is_saved_and_opened_again() {
    let mut window = Window::first();
    window.give(Command::SetParam { at: Input::new("sampler", "seed"), value: Some(77.into()), live: false });
    let file = window.folder.path().join("mine.pyro");
    window.give(Command::SaveAs);
    assert!(matches!(window.state().question, Some(Question::File { .. })));
    window.give(Command::Answer(Answer::File(file.clone())));
    assert!(!window.state().document.is_dirty());
    assert_eq!(window.state().document.name(), "mine.pyro");

    let again = Window::open(Some(file.clone()));
    assert_eq!(again.state().document.graph(), window.state().document.graph());

    window.give(Command::SetParam { at: Input::new("sampler", "seed"), value: Some(78.into()), live: false });
    window.keys(Modifiers::COMMAND, Key::S);
    assert!(std::fs::read_to_string(&file).unwrap().contains("78"));
}

#[test]
fn unsaved_changes_are_asked_about() {
    let mut window = Window::first();
    window.give(Command::NewSeed(Input::new("sampler", "seed")));
    window.keys(Modifiers::COMMAND, Key::N);
    assert!(matches!(window.state().question, Some(Question::Unsaved(_))));
    window.click("Stay");
    assert_eq!(window.state().question, None);
    assert_eq!(window.state().document.name(), "first_picture.pyro");
    window.keys(Modifiers::COMMAND, Key::N);
    window.click("Do not save");
    assert!(window.state().document.graph().nodes.is_empty());
    assert!(!window.state().document.is_dirty());
}

#[test]
fn a_file_that_is_no_graph_is_told_and_nothing_is_lost() {
    let mut window = Window::first();
    let file = window.folder.path().join("broken.pyro");
    std::fs::write(&file, "{ not json").unwrap();
    window.give(Command::OpenFile(file));
    assert!(window.state().notice.as_ref().is_some_and(|notice| notice.is_error && notice.words.contains("broken.pyro")));
    assert_eq!(window.state().document.name(), "first_picture.pyro");
    window.give(Command::OpenFile(Path::new("/nowhere/at/all.pyro").to_owned()));
    assert!(window.state().notice.as_ref().is_some_and(|notice| notice.is_error));
}

#[test]
fn problems_lead_to_their_node_and_unknown_nodes_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("g.pyro");
    let graph = r#"{ "format": 1, "nodes": {
        "ghost": { "is": "made.up", "params": { "x": 1 }, "in": { "a": "decode.image" } },
        "decode": { "is": "latent.decode" } } }"#;
    std::fs::write(&file, graph).unwrap();
    let mut window = Window::open(Some(file));
    assert!(window.has("ghost node"));
    assert!(window.state().has_error("decode"));
    window.click("Problems");
    let lines: Vec<String> = window
        .harness
        .query_all_by_label_contains("decode")
        .filter_map(|node| node.accesskit_node().label())
        .filter(|label| label.starts_with("decode.") || label.starts_with("decode "))
        .collect();
    assert!(lines.len() > 1, "{lines:?}");
    window.give(Command::Show("decode".into()));
    assert_eq!(window.state().inspected(), Some("decode"));
    window.keys(Modifiers::COMMAND, Key::Enter);
    assert!(!window.state().jobs.is_running(), "there is no output to render");
    assert!(window.state().notice.as_ref().is_some_and(|notice| notice.is_error));
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
    assert!(window.has("drag from a pin") || window.state().panels.keys);
    window.keys(Modifiers::NONE, Key::Escape);
    window.give(Command::ToggleInspector);
    window.give(Command::FitAll);
    assert!(window.has("sampler steps"));
}
