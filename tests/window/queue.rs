//! The queue: batches, order, pause, cancel, runs on changes, and how far runs are.

mod kept;

use std::sync::Arc;
use std::sync::mpsc;

use egui::{Key, Modifiers, Pos2, ViewportCommand, ViewportId};
use egui_kittest::kittest::{NodeT, Queryable};
use image::RgbImage;
use pyrograph::app::State;
use pyrograph::command::queue::QueueCommand;
use pyrograph::command::seed::SeedCommand;
use pyrograph::command::setup::SetupCommand;
use pyrograph::command::{Command, Drawer, Input};
use pyrograph::jobs::NodeState;
use pyrograph::queue::taskbar::Taskbar;
use pyrograph::queue::{Asked, Row, RowState};
use pyrograph::seeds::Policy;
use pyrograph::viewer::Content;
use pyrograph_engine::plan::why::What;

use super::Window;
use crate::program::pixels;

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
const CTRL_ALT: Modifiers = Modifiers::COMMAND.plus(Modifiers::ALT);

impl Window {
    /// A run that nobody would wait for the end of.
    fn start_long_run(&mut self) {
        self.set_sampler("steps", 5_000);
        self.keys(Modifiers::COMMAND, Key::Enter);
        self.wait("the loop is under way", |state| {
            matches!(
                state.jobs.node("sampler"),
                Some(NodeState::Running { steps: Some(_) })
            )
        });
        self.set_sampler("steps", 2);
    }

    fn wait_for_rest(&mut self) {
        self.wait("nothing runs", |state| state.queue.running().is_none());
        self.settle();
    }

    fn give_queue(&mut self, command: QueueCommand) {
        self.give(Command::Queue(command));
    }

    /// The pixels of a picture made, which are still held.
    pub(super) fn image(&self, number: usize) -> Arc<RgbImage> {
        let pixels = self.state().jobs.pictures().pixels(number);
        Arc::clone(&pixels.unwrap().image)
    }

    fn row_center(&self, number: u64) -> Pos2 {
        let label = format!("run {number}: ");
        self.harness.get_by_label_contains(&label).rect().center()
    }

    /// What a screen reader says of a row.
    fn row_name(&self, number: u64) -> String {
        let label = format!("run {number}: ");
        let row = self.harness.get_by_label_contains(&label);
        row.accesskit_node().label().unwrap_or_default()
    }
}

fn waiting(state: &State) -> Vec<u64> {
    state
        .queue
        .waiting()
        .iter()
        .map(|row| row.id.number())
        .collect()
}

fn seed_of(row: &Row) -> u64 {
    row.task.seeds[0].value
}

#[test]
fn each_run_of_a_batch_is_a_row_with_a_seed_of_its_own() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.give(Command::Seed(SeedCommand::SetPolicy {
        at: Input::new("sampler", "seed"),
        policy: Policy::New,
    }));
    window.click("runs");
    window.harness.get_by_label("runs").type_text("3");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    window.keys(Modifiers::COMMAND, Key::Enter);
    assert!(window.has("2 waiting"), "the first runs, two wait");
    window.wait("three runs end", |state| state.queue.history().len() == 3);
    window.settle();

    let rows: Vec<Row> = window.state().queue.history().iter().cloned().collect();
    let seeds: Vec<u64> = rows.iter().map(seed_of).collect();
    assert!(seeds[0] != seeds[1] && seeds[1] != seeds[2], "{seeds:?}");
    assert_eq!(
        window.param("sampler", "seed"),
        seeds[0],
        "the last one is shown"
    );
    for row in &rows {
        let picture = &window.state().jobs.pictures()[row.picture.unwrap()];
        assert_eq!(picture.graph.nodes["sampler"].params["seed"], seed_of(row));
    }
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(
        window.param("sampler", "seed"),
        1,
        "all new seeds are one step"
    );
}

#[test]
fn runs_go_to_the_back_or_front_and_an_interrupt_lets_the_next_begin() {
    let mut window = Window::first();
    window.start_long_run();
    window.keys(Modifiers::COMMAND, Key::Enter);
    window.keys(CTRL_SHIFT, Key::Enter);
    assert_eq!(waiting(window.state()), [3, 2]);

    window.keys(CTRL_ALT, Key::Enter);
    window.wait("the interrupted run ends", |state| {
        state.queue.history().iter().any(|row| row.id.number() == 1)
    });
    let first = window.state().queue.history().back().unwrap().clone();
    assert!(matches!(first.state, RowState::Cancelled { secs: Some(_) }));
    assert!(first.preview.is_some(), "its last preview is kept");
    window.wait_for_rest();
    let ended: Vec<u64> = window
        .state()
        .queue
        .history()
        .iter()
        .map(|row| row.id.number())
        .collect();
    assert_eq!(ended, [2, 3, 1], "the newest first");
    assert_eq!(window.state().jobs.pictures().len(), 2);
}

#[test]
fn a_paused_queue_finishes_what_runs_and_goes_on_when_it_is_resumed() {
    let mut window = Window::first();
    window.set_sampler("steps", 4);
    window.keys(Modifiers::COMMAND, Key::Enter);
    window.keys(CTRL_ALT, Key::P);
    window.keys(Modifiers::COMMAND, Key::Enter);
    assert_eq!(
        window.state().panels.drawer,
        Some(Drawer::Queue),
        "it says why nothing begins"
    );
    window.wait_for_rest();
    assert_eq!(window.state().jobs.pictures().len(), 1);
    assert_eq!(waiting(window.state()), [2]);
    window.click("Resume");
    window.wait_for_rest();
    assert_eq!(window.state().jobs.pictures().len(), 2);
}

#[test]
fn rows_are_reordered_by_keys_buttons_and_dragging_and_cancelled_one_by_one() {
    let mut window = Window::first();
    window.give_queue(QueueCommand::TogglePause);
    for _ in 0..4 {
        window.keys(Modifiers::COMMAND, Key::Enter);
    }
    assert_eq!(waiting(window.state()), [1, 2, 3, 4]);

    window.harness.get_by_label_contains("run 1: ").focus();
    window.settle();
    window.keys(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(waiting(window.state()), [2, 1, 3, 4]);
    window.keys(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(
        waiting(window.state()),
        [2, 3, 1, 4],
        "the keyboard follows the row"
    );
    window.keys(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(waiting(window.state()), [2, 1, 3, 4]);

    window.click("Run earlier, run 1");
    assert_eq!(waiting(window.state()), [1, 2, 3, 4]);
    let to = window.row_center(2) + egui::vec2(0.0, 8.0);
    window.drag(window.row_center(1), to);
    assert_eq!(waiting(window.state()), [2, 1, 3, 4]);

    window.click("Cancel, run 1");
    assert_eq!(waiting(window.state()), [2, 3, 4]);
    let cancelled = window.state().queue.history()[0].state.clone();
    assert_eq!(cancelled, RowState::Cancelled { secs: None });
    window.click("Clear");
    assert!(waiting(window.state()).is_empty());
    assert_eq!(
        window.state().queue.history().len(),
        4,
        "they can be run again"
    );
}

#[test]
fn a_run_up_to_a_node_saves_nothing_and_shows_what_the_node_gives() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.give(Command::Select(vec!["sampler".into()]));
    window.keys(Modifiers::ALT, Key::Enter);
    window.wait_for_rest();
    let is_done = |state: Option<&NodeState>| matches!(state, Some(NodeState::Done { .. }));
    assert!(is_done(window.state().jobs.node("sampler")));
    assert_eq!(window.state().jobs.node("decode"), None);
    assert!(window.state().jobs.shown("sampler").is_some());

    window.give(Command::Select(vec!["decode".into()]));
    window.keys(Modifiers::ALT, Key::Enter);
    window.wait_for_rest();
    assert_eq!(
        window.state().jobs.node("sampler"),
        Some(&NodeState::Reused)
    );
    assert!(is_done(window.state().jobs.node("decode")));
    assert_eq!(
        window.state().jobs.shown("decode").unwrap().size_px,
        [128, 128]
    );
    assert!(window.state().jobs.pictures().is_empty());
    assert!(!window.folder.path().join("pictures").exists());

    window.give(Command::Select(Vec::new()));
    window.keys(Modifiers::ALT, Key::Enter);
    assert!(!window.state().jobs.is_running(), "nothing is selected");
}

#[test]
fn a_change_starts_one_run_when_it_is_quiet_and_the_next_makes_it_outdated() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.keys(CTRL_ALT, Key::R);
    assert!(window.state().settings.runs_on_change);
    window.harness.run_steps(40);
    assert!(
        window.state().queue.running().is_none(),
        "nothing has changed since"
    );

    for steps in [3, 4, 5_000] {
        window.set_sampler("steps", steps);
        assert!(
            window.state().queue.running().is_none(),
            "it is not quiet yet"
        );
    }
    window.wait("the run begins", |state| state.queue.running().is_some());
    let row = window.state().queue.running().unwrap().clone();
    assert_eq!(row.task.asked, Asked::OnChange);
    assert_eq!(row.task.graph.nodes["sampler"].params["steps"], 5_000);
    assert!(waiting(window.state()).is_empty(), "never two");

    window.set_sampler("steps", 2);
    window.wait("the outdated run ends and the next one too", |state| {
        state.jobs.pictures().len() == 1 && state.queue.running().is_none()
    });
    let history = &window.state().queue.history();
    assert_eq!(history.len(), 1, "the outdated one leaves no row");
    assert_eq!(history[0].task.graph.nodes["sampler"].params["steps"], 2);

    window.keys(CTRL_ALT, Key::R);
    window.set_sampler("steps", 3);
    window.harness.run_steps(60);
    assert!(window.state().queue.running().is_none(), "it is turned off");
}

#[test]
fn a_new_seed_each_run_is_no_change_that_starts_another() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.give(Command::Seed(SeedCommand::SetPolicy {
        at: Input::new("sampler", "seed"),
        policy: Policy::New,
    }));
    window.give_queue(QueueCommand::ToggleAutoRun);
    window.keys(Modifiers::COMMAND, Key::Enter);
    window.wait_for_rest();
    window.harness.run_steps(60);
    assert!(window.state().queue.running().is_none());
    assert_eq!(window.state().queue.history().len(), 1);
}

#[test]
fn a_failed_run_says_why_and_can_be_run_again_and_its_graph_loaded() {
    let mut window = Window::first();
    window.give(Command::SetParam {
        at: Input::new("model", "file"),
        value: Some("nowhere".into()),
        live: false,
    });
    window.keys(Modifiers::COMMAND, Key::Enter);
    window.wait_for_rest();
    let row = window.state().queue.history()[0].clone();
    let RowState::Failed { report, .. } = &row.state else {
        panic!("{:?}", row.state);
    };
    assert!(report.message.contains("nowhere"), "{report:?}");
    assert!(window.state().jobs.reports().contains(report.as_ref()));
    assert!(matches!(
        window.state().jobs.node("model"),
        Some(NodeState::Failed(_))
    ));

    window.give(Command::ToggleDrawer(Drawer::Queue));
    window.click("Run again, run 1");
    window.wait("it fails again", |state| state.queue.history().len() == 2);
    window.settle();
    let before = window.state().document.id();
    window.click("Load this graph, run 1");
    assert_ne!(window.state().document.id(), before, "in a tab of its own");
    assert_eq!(window.param("model", "file"), "nowhere");
    assert!(
        window.state().jobs.reports().is_empty(),
        "reports belong to their document"
    );
    assert_eq!(window.state().jobs.node("model"), None);
}

#[test]
fn undo_brings_the_old_picture_back_without_a_run() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.run();
    let shown = |window: &Window, node: &str| window.state().jobs.shown(node).unwrap().texture.id();
    let (preview, picture) = (shown(&window, "sampler"), shown(&window, "save"));
    window.set_sampler("seed", 77);
    window.run();
    assert_ne!(shown(&window, "sampler"), preview);
    window.keys(Modifiers::COMMAND, Key::Z);
    window.wait("the old picture is back", |state| {
        state
            .jobs
            .shown("save")
            .is_some_and(|shown| shown.texture.id() == picture)
    });
    assert_eq!(shown(&window, "sampler"), preview);
    assert_eq!(
        window.state().jobs.node("sampler"),
        Some(&NodeState::Reused)
    );
    assert_eq!(window.state().jobs.pictures().len(), 2, "nothing has run");
    window.keys(Modifiers::COMMAND, Key::Y);
    window.wait("the new picture is back", |state| {
        state
            .jobs
            .shown("save")
            .is_some_and(|shown| shown.texture.id() != picture)
    });
}

#[test]
fn each_document_has_its_own_results_and_reasons() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.run();
    let first = window.state().document.id();
    window.set_sampler("steps", 3);
    let steps = What::Param {
        name: "steps",
        from: "2".to_owned(),
        to: "3".to_owned(),
    };
    window.wait("the reason is known", |state| {
        state
            .jobs
            .reasons()
            .iter()
            .any(|reason| reason.node == "sampler" && reason.what == steps)
    });
    window.give(Command::Select(vec!["sampler".into()]));
    assert!(window.state().jobs.has_run());

    window.give(Command::New);
    assert_ne!(window.state().document.id(), first);
    assert!(!window.state().jobs.has_run());
    assert!(window.state().jobs.reasons().is_empty());
    assert!(window.state().jobs.shown("save").is_none());
    window.give(Command::File(
        pyrograph::command::file::FileCommand::ShowTab(first),
    ));
    assert!(window.state().jobs.has_run());
    assert!(window.state().jobs.shown("save").is_some());
}

#[test]
fn the_title_says_how_far_the_run_is() {
    let mut window = Window::first();
    let mut titles = Vec::new();
    let mut note = |window: &Window| {
        let output = window
            .harness
            .output()
            .viewport_output
            .get(&ViewportId::ROOT);
        for command in output.into_iter().flat_map(|output| &output.commands) {
            if let ViewportCommand::Title(title) = command {
                titles.push(title.clone());
            }
        }
    };
    window.set_sampler("steps", 6);
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    for _ in 0..3 {
        window.harness.step();
        note(&window);
    }
    while window.state().jobs.is_running() {
        window.harness.step();
        note(&window);
    }
    assert!(
        titles[0].ends_with(" % · first_picture.pyro — Pyrograph"),
        "{titles:?}"
    );
    assert_eq!(titles.last().unwrap(), "first_picture.pyro — Pyrograph");
    let repeated = titles.windows(2).any(|pair| pair[0] == pair[1]);
    assert!(!repeated, "only when it changes: {titles:?}");
}

#[test]
fn the_taskbar_says_how_far_the_run_is() {
    let mut window = Window::first();
    let (way, told) = mpsc::channel();
    let taskbar = Taskbar::telling(way);
    window.harness.state_mut().set_taskbar(taskbar);
    window.set_sampler("steps", 6);
    window.run();
    let told: Vec<Option<u8>> = told.try_iter().collect();
    let Some((None, percents)) = told.split_last() else {
        panic!("it goes when the run ends: {told:?}");
    };
    assert!(percents.iter().all(Option::is_some), "{told:?}");
    assert!(percents.len() > 1, "{told:?}");
}

#[test]
fn a_row_tells_its_graph_seed_state_and_time_and_shows_its_picture_large() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.set_sampler("seed", 5);
    window.run();
    window.give(Command::ToggleDrawer(Drawer::Queue));
    let row = window.row_name(1);
    let done = "run 1: first_picture.pyro, seed 5, Done, ";
    assert!(row.starts_with(done) && row.ends_with(" s"), "{row}");
    window.harness.get_by_label_contains("run 1: ").click();
    window.settle();
    assert!(window.state().viewer.is_some());
    window.give(Command::View(None));

    window.start_long_run();
    window.keys(Modifiers::COMMAND, Key::Enter);
    let row = window.row_name(2);
    assert!(
        row.contains(", seed 5, ") && row.contains(" of 5000, "),
        "{row}"
    );
    window.wait("the rest can be guessed", |state| {
        let progress = state.jobs.progress();
        progress.is_some_and(|progress| progress.secs_left().is_some())
    });
    let row = window.row_name(2);
    assert!(row.ends_with(" left"), "{row}");
    let row = window.row_name(3);
    assert!(row.contains("Waiting, about "), "{row}");
    window.click("Cancel, run 3");

    window.click("Cancel, run 2");
    window.wait_for_rest();
    let row = window.row_name(2);
    assert!(row.contains("Cancelled, "), "{row}");
}

#[test]
fn clearing_takes_out_what_waits_and_an_interrupt_what_runs() {
    let mut window = Window::first();
    window.start_long_run();
    for _ in 0..2 {
        window.keys(Modifiers::COMMAND, Key::Enter);
    }
    window.keys(CTRL_SHIFT, Key::Backspace);
    assert!(waiting(window.state()).is_empty());
    assert!(window.state().jobs.is_running(), "what runs goes on");
    assert!(!window.state().jobs.is_cancelling());
    window.keys(CTRL_ALT, Key::Enter);
    window.wait_for_rest();
    assert_eq!(window.state().queue.history().len(), 3);
    window.keys(CTRL_ALT, Key::H);
    assert!(window.state().queue.history().is_empty());
}

#[test]
fn pictures_that_fell_out_of_memory_are_read_from_their_files() {
    let mut window = Window::first();
    let mut settings = window.state().settings.clone();
    // An eighth of it is a picture of 128 x 128, and not two.
    settings.memory_budget = Some(8 * 70_000);
    let set = SetupCommand::Set(Box::new(settings));
    window.give(Command::Setup(set));
    window.set_sampler("steps", 2);
    for seed in [1, 2] {
        window.set_sampler("seed", seed);
        window.run();
    }
    let pictures = window.state().jobs.pictures();
    assert!(pictures.pixels(0).is_none() && pictures.pixels(1).is_some());
    let file = pictures[0].path.clone().unwrap();

    window.give(Command::View(Some(0)));
    let is_open = |state: &State| {
        let viewer = state.viewer.as_ref();
        viewer.is_some_and(|viewer| matches!(viewer.pictures[0].content, Content::Open(_)))
    };
    window.wait("the picture is read", is_open);
    let viewer = window.state().viewer.as_ref().unwrap();
    let image = &viewer.pictures[0].whole().unwrap().image;
    let rgb = image::DynamicImage::ImageRgba8(image.as_ref().clone()).into_rgb8();
    assert_eq!(rgb, pixels(file));
}
