//! Runs, files, problems.

use std::path::Path;
use std::time::{Duration, Instant};

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::Question;
use pyrograph::command::{Answer, Command, Input};
use pyrograph::jobs::NodeState;

use super::Window;

#[test]
fn a_run_shows_previews_and_leaves_a_picture_that_restores_its_graph() {
    let mut window = Window::first();
    window.click("sampler steps");
    window.harness.get_by_label("sampler steps").type_text("6");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    let graph = window.state().document.graph().clone();

    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.wait("a preview", |state| state.jobs.shown("sampler").is_some());
    window.wait("the run ends", |state| !state.jobs.is_running());
    window.settle();
    assert_eq!(
        window.state().problems().count(),
        0,
        "{:?}",
        window.state().problems().collect::<Vec<_>>()
    );
    assert!(matches!(
        window.state().jobs.node("sampler"),
        Some(NodeState::Done { .. })
    ));
    assert_eq!(window.state().jobs.pictures().len(), 1);
    let picture = window.state().jobs.pictures()[0].clone();
    assert_eq!(picture.size_px, [128, 128]);
    let image = window.image(0);
    assert!(window.has("save picture"));
    let file = picture.path.unwrap();
    assert!(file.starts_with(window.folder.path()), "{}", file.display());

    // Nothing has changed: everything but saving is known.
    window.run();
    assert_eq!(
        window.state().jobs.node("sampler"),
        Some(&NodeState::Reused)
    );
    assert_eq!(window.image(1), image);

    window.click("save picture");
    assert!(window.has("picture shown large"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.has("picture shown large"));

    let mut other = Window::open(Some(file.clone()));
    assert_eq!(other.state().document.graph().nodes, graph.nodes);
    assert_eq!(
        other.state().document.path(),
        None,
        "saving must not replace the picture"
    );
    other.run();
    assert_eq!(other.image(0), image, "the same pixels from its own file");
}

#[test]
fn a_run_is_cancelled_within_a_step_and_another_can_follow() {
    let mut window = Window::first();
    let at = Input::new("sampler", "steps");
    window.give(Command::SetParam {
        at: at.clone(),
        value: Some(2_000.into()),
        live: false,
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.wait("the loop is under way", |state| {
        matches!(
            state.jobs.node("sampler"),
            Some(NodeState::Running { steps: Some(_) })
        )
    });
    let begun = Instant::now();
    window.harness.key_press(Key::Escape);
    window.wait("the run is cancelled", |state| !state.jobs.is_running());
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    assert!(window.state().jobs.pictures().is_empty());
    assert_eq!(window.state().jobs.node("sampler"), None);

    window.give(Command::SetParam {
        at,
        value: Some(3.into()),
        live: false,
    });
    window.run();
    assert_eq!(window.state().jobs.pictures().len(), 1);
}

#[test]
fn a_document_is_saved_and_opened_again() {
    let mut window = Window::first();
    window.give(Command::SetParam {
        at: Input::new("sampler", "seed"),
        value: Some(77.into()),
        live: false,
    });
    let file = window.folder.path().join("mine.pyro");
    window.give(Command::SaveAs);
    assert!(matches!(
        window.state().question,
        Some(Question::File { .. })
    ));
    window.give(Command::Answer(Answer::File(file.clone())));
    assert!(!window.state().document.is_dirty());
    assert_eq!(window.state().document.name(), "mine.pyro");

    let again = Window::open(Some(file.clone()));
    assert_eq!(
        again.state().document.graph(),
        window.state().document.graph()
    );

    window.give(Command::SetParam {
        at: Input::new("sampler", "seed"),
        value: Some(78.into()),
        live: false,
    });
    window.keys(Modifiers::COMMAND, Key::S);
    assert!(std::fs::read_to_string(&file).unwrap().contains("78"));
}

#[test]
fn unsaved_changes_are_asked_about() {
    let mut window = Window::first();
    window.give(Command::NewSeed(Input::new("sampler", "seed")));
    window.keys(Modifiers::COMMAND, Key::W);
    assert!(matches!(
        window.state().question,
        Some(Question::Unsaved(_))
    ));
    window.click("Stay");
    assert_eq!(window.state().question, None);
    assert_eq!(window.state().document.name(), "first_picture.pyro");

    // Saving first asks for a file; then the tab is closed.
    window.keys(Modifiers::COMMAND, Key::W);
    window.click("Save");
    let file = window.folder.path().join("mine.pyro");
    window.give(Command::Answer(Answer::File(file.clone())));
    assert!(file.exists());
    assert!(window.state().document.graph().nodes.is_empty());
    assert!(!window.state().document.is_dirty());
}

#[test]
fn a_file_that_is_no_graph_is_told_and_nothing_is_lost() {
    let mut window = Window::first();
    let file = window.folder.path().join("broken.pyro");
    std::fs::write(&file, "{ not json").unwrap();
    window.give(Command::OpenFile(file));
    assert!(
        window
            .state()
            .notice
            .as_ref()
            .is_some_and(|notice| notice.is_error && notice.words.contains("broken.pyro"))
    );
    assert_eq!(window.state().document.name(), "first_picture.pyro");
    window.give(Command::OpenFile(
        Path::new("/nowhere/at/all.pyro").to_owned(),
    ));
    assert!(
        window
            .state()
            .notice
            .as_ref()
            .is_some_and(|notice| notice.is_error)
    );
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
    assert!(
        !window.state().jobs.is_running(),
        "there is no output to render"
    );
    assert!(
        window
            .state()
            .notice
            .as_ref()
            .is_some_and(|notice| notice.is_error)
    );
}
