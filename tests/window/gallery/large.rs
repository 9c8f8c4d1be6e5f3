//! What is shown large: which picture, from where, and what the keyboard reaches meanwhile.

use std::fs;

use egui::{Event, Key, Modifiers, PointerButton, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::{Question, State};
use pyrograph::command::gallery::{GalleryCommand, Use};
use pyrograph::command::{Command, Input, NewNode};
use pyrograph::document::dialog::Purpose;
use pyrograph::gallery::Which;
use pyrograph::viewer::export::Format;

use super::super::Window;
use super::{OWN_TRASH, with_three};

const NONE: Modifiers = Modifiers::NONE;

fn large(window: &Window) -> Option<&str> {
    let viewer = window.state().viewer.as_ref()?;
    Some(viewer.pictures[0].name.as_str())
}

#[test]
fn a_double_click_opens_the_picture_under_the_pointer() {
    let mut window = with_three();
    let pos = window.center("picture b.png");
    window.harness.hover_at(pos);
    window.harness.step();
    for pressed in [true, false, true, false] {
        window.harness.event(Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: NONE,
        });
    }
    window.settle();
    assert_eq!(large(&window), Some("b.png"));
}

#[test]
fn shift_and_a_click_choose_all_between() {
    let mut window = with_three();
    let first = window.state().gallery.at(0).unwrap().name.clone();
    let last = window.state().gallery.at(2).unwrap().name.clone();
    let place = window.center(&format!("picture {first}"));
    window.click_at(place, NONE);
    let place = window.center(&format!("picture {last}"));
    window.click_at(place, Modifiers::SHIFT);
    assert_eq!(window.state().gallery.chosen().len(), 3);
}

#[test]
fn of_several_chosen_enter_opens_the_one_at_the_cursor() {
    let mut window = with_three();
    for (name, modifiers) in [("a.png", NONE), ("b.png", Modifiers::COMMAND)] {
        let place = window.center(&format!("picture {name}"));
        window.click_at(place, modifiers);
    }
    window.keys(NONE, Key::Enter);
    assert_eq!(large(&window), Some("b.png"));
    window.keys(NONE, Key::Escape);
    let place = window.center("picture b.png");
    window.click_at(place, NONE);
    let place = window.center("picture a.png");
    window.click_at(place, Modifiers::COMMAND);
    window.keys(NONE, Key::Enter);
    assert_eq!(large(&window), Some("a.png"));
}

#[test]
fn in_the_trash_question_enter_means_the_button_that_has_the_keyboard() {
    if std::env::var_os(OWN_TRASH).is_some() {
        return; // that process is about something else
    }
    let mut window = with_three();
    let path = window.folder.path().join("pictures/a.png");
    window.gallery(GalleryCommand::Choose(
        Which::File(path.clone()),
        pyrograph::gallery::Pick::Only,
    ));
    window.keys(NONE, Key::Delete);
    assert!(window.harness.get_by_label("Move to trash").is_focused());
    window.keys(NONE, Key::Tab);
    assert!(window.harness.get_by_label("Keep").is_focused());
    window.keys(NONE, Key::Enter);
    assert!(!window.has("Keep"), "it is answered");
    window.harness.run_steps(20);
    assert!(path.exists() && window.has("picture a.png"));

    window.keys(NONE, Key::Delete);
    window.keys(NONE, Key::Enter);
    window.wait("it is gone", |state| state.gallery.len() == 2);
    assert!(!path.exists());
}

#[test]
fn nothing_that_the_viewer_covers_takes_the_keyboard() {
    let mut window = with_three();
    let path = window.folder.path().join("pictures/a.png");
    window.gallery(GalleryCommand::View(Which::File(path)));
    window.settle();
    let mut seen = Vec::new();
    for _ in 0..40 {
        window.keys(NONE, Key::Tab);
        let focused = window
            .harness
            .query_all(egui_kittest::kittest::By::new().predicate(|node| node.is_focused()))
            .filter_map(|node| node.accesskit_node().label());
        seen.extend(focused);
    }
    assert!(!seen.is_empty());
    for covered in [
        "Run",
        "Menu",
        "Add node…",
        "Search pictures",
        "sampler steps",
    ] {
        assert!(!seen.iter().any(|name| name == covered), "{covered}");
    }
}

#[test]
fn the_way_to_a_picture_is_seen_from_the_gallery_too() {
    let mut window = Window::first();
    window.give(Command::SetParam {
        at: Input::new("sampler", "steps"),
        value: Some(4.into()),
        live: false,
    });
    window.run();
    window.open_gallery(1);
    let path = window.state().gallery.at(0).unwrap().path().clone();
    window.gallery(GalleryCommand::View(Which::File(path)));
    window.settle();
    let step = window
        .harness
        .query_all_by_label_contains("step 1 of")
        .next();
    assert!(step.is_some());
}

#[test]
fn what_a_node_loads_is_shown_large_by_a_click() {
    let mut window = Window::first();
    let picture = window.folder.path().join("input.png");
    image::RgbImage::new(40, 30).save(&picture).unwrap();
    window.give(Command::Add(NewNode {
        is: "load.image",
        at: [0.0, 420.0],
    }));
    window.give(Command::SetParam {
        at: Input::new("image", "file"),
        value: Some(picture.display().to_string().into()),
        live: false,
    });
    window.give(Command::ListFiles(pyrograph_engine::node::FileKind::Image));
    window.give(Command::FitAll);
    window.wait("its small copy is there", |state: &State| {
        state.loaded("image").is_some()
    });
    window.settle();
    window.click("image picture");
    assert_eq!(large(&window), Some("input.png"));
    assert!(
        window.state().gallery.cursor().is_none(),
        "it is none of the gallery's"
    );
}

#[test]
fn a_picture_whose_file_is_gone_is_saved_from_memory() {
    let mut window = Window::first();
    window.give(Command::SetParam {
        at: Input::new("sampler", "steps"),
        value: Some(1.into()),
        live: false,
    });
    window.run();
    window.open_gallery(1);
    let path = window.state().gallery.at(0).unwrap().path().clone();
    fs::remove_file(&path).unwrap();
    window.wait("that is noticed", |state| state.gallery.is_empty());
    window.keys(NONE, Key::F3);
    let pictures = window.state().jobs.pictures();
    assert_eq!(pictures[0].path, None);
    window.gallery(GalleryCommand::Choose(
        Which::Made(0),
        pyrograph::gallery::Pick::Only,
    ));
    window.gallery(GalleryCommand::Use(Use::SaveAs(Format::Png)));
    assert!(matches!(
        window.state().question,
        Some(Question::File {
            purpose: Purpose::Picture { .. },
            ..
        })
    ));
    let saved = window.folder.path().join("again.png");
    window.give(Command::Answer(pyrograph::command::Answer::File(
        saved.clone(),
    )));
    let begun = std::time::Instant::now();
    while !saved.exists() && begun.elapsed().as_secs() < 60 {
        window.harness.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(image::open(saved).is_ok());
}

#[test]
fn a_drag_over_the_viewer_leaves_the_graph_where_it_is() {
    let mut window = Window::first();
    let before = window.center("sampler node");
    let picture = window.paint("a.png", 10, ("a red apple", 7));
    window.gallery(GalleryCommand::View(Which::File(picture)));
    window.settle();
    let from = window.center("picture shown large");
    window.harness.hover_at(from);
    window.harness.step();
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Middle,
        pressed,
        modifiers: NONE,
    };
    window.harness.event(button(from, true));
    window.harness.step();
    for i in 1..=6 {
        window.harness.hover_at(from + vec2(20.0 * i as f32, 0.0));
        window.harness.step();
    }
    window.harness.event(button(from + vec2(120.0, 0.0), false));
    window.settle();
    window.keys(NONE, Key::Escape);
    assert!(window.state().viewer.is_none());
    assert_eq!(window.center("sampler node"), before);
}
