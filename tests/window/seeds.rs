//! Seeds: locks, new seeds before the run, and the seeds used lately.

use egui::{Key, Modifiers, OutputCommand};
use egui_kittest::kittest::Queryable;
use pyrograph::command::seed::SeedCommand;
use pyrograph::command::{Answer, Command, Input};
use pyrograph::seeds::Policy;

use super::Window;

const CTRL_ALT: Modifiers = Modifiers::COMMAND.plus(Modifiers::ALT);

impl Window {
    fn sampler_seed(&self) -> u64 {
        self.param("sampler", "seed").as_u64().unwrap_or_default()
    }

    pub(super) fn set_sampler(&mut self, param: &str, value: u64) {
        self.give(Command::SetParam {
            at: Input::new("sampler", param),
            value: Some(value.into()),
            live: false,
        });
    }

    /// Opens the lock of the sampler's seed and chooses a line.
    fn choose_in_lock(&mut self, line: &str) {
        self.click("lock of sampler seed");
        self.click(line);
    }

    fn seed_policy(&self) -> Policy {
        Policy::of(&self.state().document.graph().view, "sampler", "seed")
    }

    /// The seed in the graph of the picture made last.
    fn seed_of_last_picture(&self) -> u64 {
        let picture = self.state().jobs.pictures().last().unwrap();
        picture.graph.nodes["sampler"].params["seed"]
            .as_u64()
            .unwrap()
    }
}

#[test]
fn the_lock_says_what_the_seed_does_and_is_saved_and_undone() {
    let mut window = Window::first();
    assert_eq!(window.seed_policy(), Policy::Locked);
    window.choose_in_lock("New each run");
    assert_eq!(window.seed_policy(), Policy::New);
    assert!(window.state().document.is_dirty());
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.seed_policy(), Policy::Locked);
    assert!(!window.state().document.is_dirty());

    window.choose_in_lock("-1 each run");
    let file = window.folder.path().join("mine.pyro");
    window.give(Command::SaveAs);
    window.give(Command::Answer(Answer::File(file.clone())));
    let again = Window::open(Some(file));
    assert_eq!(again.seed_policy(), Policy::Down);
}

#[test]
fn the_seed_shown_is_the_seed_used() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.run();
    assert_eq!(
        (window.sampler_seed(), window.seed_of_last_picture()),
        (1, 1),
        "locked"
    );

    window.choose_in_lock("New each run");
    window.run();
    let rolled = window.sampler_seed();
    assert_ne!(rolled, 1);
    assert_eq!(window.seed_of_last_picture(), rolled);

    window.choose_in_lock("+1 each run");
    window.run();
    assert_eq!(
        (window.sampler_seed(), window.seed_of_last_picture()),
        (rolled + 1, rolled + 1)
    );
    window.choose_in_lock("-1 each run");
    window.run();
    assert_eq!(
        (window.sampler_seed(), window.seed_of_last_picture()),
        (rolled, rolled)
    );
    window.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(
        window.sampler_seed(),
        rolled + 1,
        "the new seed is a step that can be taken back"
    );
}

#[test]
fn seeds_are_rolled_locked_and_typed() {
    let mut window = Window::first();
    window.click("new seed for sampler");
    let rolled = window.sampler_seed();
    assert_ne!(rolled, 1);
    window.keys(CTRL_ALT, Key::N);
    let again = window.sampler_seed();
    assert_ne!(again, rolled, "if all are locked, all are rolled");

    window.choose_in_lock("New each run");
    window.keys(CTRL_ALT, Key::L);
    assert_eq!(window.seed_policy(), Policy::Locked);

    window.click("sampler seed");
    window.keys(Modifiers::COMMAND, Key::A);
    window
        .harness
        .get_by_label("sampler seed")
        .type_text("18446744073709551615");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.sampler_seed(), u64::MAX);
}

#[test]
fn a_pictures_seed_is_used_again_and_copied() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    window.set_sampler("seed", 5);
    window.run();
    let graph = window.state().jobs.pictures()[0].graph.clone();
    window.set_sampler("seed", 6);
    window.give(Command::Seed(SeedCommand::UseSeedsOf(graph)));
    assert_eq!(window.sampler_seed(), 5);

    window.set_sampler("seed", 7);
    window.choose_in_lock("Use the last picture's seed");
    assert_eq!(window.sampler_seed(), 5);

    window.click("lock of sampler seed");
    window.harness.get_by_label("Copy seed").click();
    let mut copied = None;
    for _ in 0..4 {
        window.harness.step();
        for command in &window.harness.output().platform_output.commands {
            if let OutputCommand::CopyText(text) = command {
                copied = Some(text.clone());
            }
        }
    }
    assert_eq!(copied.as_deref(), Some("5"));
}

#[test]
fn the_last_seeds_are_offered_with_their_pictures_after_a_restart_too() {
    let mut window = Window::first();
    window.set_sampler("steps", 2);
    for seed in [11, 12] {
        window.set_sampler("seed", seed);
        window.run();
    }
    window.set_sampler("seed", 99);
    window.choose_in_lock("use seed 11");
    assert_eq!(window.sampler_seed(), 11);
    window.give(Command::Select(vec!["sampler".into()]));
    window.click("seed 12 again");
    assert_eq!(window.sampler_seed(), 12);

    let mut window = window.restart();
    window.choose_in_lock("use seed 12");
    assert_eq!(window.sampler_seed(), 12);
    let (place, at) = (
        window.state().document_place(),
        Input::new("sampler", "seed"),
    );
    window.wait("the picture is read from its file", |state| {
        let uses = state.recent_seeds.of(&place, &at).iter();
        let mut files = uses.filter_map(|used| used.picture.as_deref());
        files.all(|file| state.shelf.thumb(file).is_some())
    });
}

#[test]
fn what_is_typed_counts_for_what_is_asked_for_next() {
    let mut window = Window::first();
    window.set_sampler("steps", 1);
    window.click("sampler seed");
    window.keys(Modifiers::COMMAND, Key::A);
    window.harness.get_by_label("sampler seed").type_text("123");
    window.settle();
    window.run();
    assert_eq!(window.sampler_seed(), 123);
    let picture = &window.state().jobs.pictures()[0];
    let used = &picture.graph.nodes["sampler"].params["seed"];
    assert_eq!(
        used.as_u64(),
        Some(123),
        "the number shown is the number used"
    );

    // In a prompt one writes on.
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    window.run();
    assert!(window.harness.get_by_label("prompt text").is_focused());
}

#[test]
fn seeds_used_lately_go_along_when_a_graph_gets_a_file() {
    let mut window = Window::first();
    window.set_sampler("steps", 1);
    window.set_sampler("seed", 77);
    window.run();
    let at = Input::new("sampler", "seed");
    let used = |window: &Window| -> Vec<u64> {
        let state = window.state();
        let uses = state.recent_seeds.of(&state.document_place(), &at);
        uses.iter().map(|used| used.seed).collect()
    };
    assert_eq!(used(&window), [77]);
    window.give(Command::SaveAs);
    let file = window.folder.path().join("fox.pyro");
    window.give(Command::Answer(Answer::File(file)));
    assert_eq!(window.state().document.name(), "fox.pyro");
    assert_eq!(used(&window), [77]);
}
