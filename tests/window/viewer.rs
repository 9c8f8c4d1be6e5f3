//! The viewer: looked at closely, compared, copied and saved.

use std::fs;

use egui::{Event, Key, Modifiers, MouseWheelUnit, TouchPhase, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::State;
use pyrograph::command::gallery::{GalleryCommand, Show, Use};
use pyrograph::command::{Answer, Command, Input};
use pyrograph::gallery::Which;
use pyrograph::viewer::export::{Format, Quality};
use pyrograph::viewer::{Mode, Viewer};
use pyrograph_engine::output::png::{Found, read_graph};

use super::Window;
use super::gallery::with_three;

fn viewer(window: &Window) -> &Viewer {
    window.state().viewer.as_ref().unwrap()
}

fn is_open(state: &State) -> bool {
    let viewer = state.viewer.as_ref();
    viewer.is_some_and(|viewer| {
        viewer
            .pictures
            .iter()
            .all(|picture| picture.whole().is_some())
    })
}

fn view(window: &mut Window, name: &str) {
    let path = window.folder.path().join("pictures").join(name);
    window.gallery(GalleryCommand::View(Which::File(path)));
    window.wait("the picture is open", is_open);
    window.settle();
}

/// Compares two pictures from the gallery.
fn compare(window: &mut Window, names: [&str; 2]) {
    for (name, modifiers) in names.into_iter().zip([Modifiers::NONE, Modifiers::COMMAND]) {
        let place = window.center(&format!("picture {name}"));
        window.click_at(place, modifiers);
    }
    window.keys(Modifiers::NONE, Key::C);
    window.wait("the pictures are open", is_open);
    window.settle();
}

fn status(window: &Window) -> String {
    let label = window.harness.get_by_label_contains(" %   ");
    label.accesskit_node().value().unwrap()
}

#[test]
fn a_picture_is_zoomed_at_the_pointer_dragged_and_read_pixel_by_pixel() {
    let mut window = with_three();
    view(&mut window, "a.png");
    let middle = window.center("picture shown large");
    window.harness.hover_at(middle);
    for _ in 0..12 {
        window.harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Line,
            delta: vec2(0.0, 3.0),
            phase: TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
        window.settle();
    }
    assert_eq!(viewer(&window).sight.zoom, Some(32.0), "the most");
    assert!(viewer(&window).is_sharp());
    let words = status(&window);
    assert!(words.contains("32 × 24   3200 %"), "{words}");
    // The middle of 32 × 24: red is the shade, green is x, blue is y.
    let near = ["10 15 11", "10 16 12", "10 15 12", "10 16 11"];
    assert!(near.iter().any(|values| words.contains(values)), "{words}");
    assert!(words.contains("#0A"), "{words}");

    let before = viewer(&window).sight.center;
    window.drag(middle, middle + vec2(64.0, 0.0));
    assert!(
        viewer(&window).sight.center.x < before.x,
        "the picture moves with the hand"
    );
    window.keys(Modifiers::NONE, Key::Num1);
    assert_eq!(viewer(&window).sight.zoom, Some(1.0));
    window.keys(Modifiers::NONE, Key::Num0);
    assert_eq!(viewer(&window).sight.zoom, None);
}

#[test]
fn arrows_turn_to_the_next_picture_and_stop_at_the_last() {
    let mut window = with_three();
    let names: Vec<String> = (0..3)
        .map(|place| window.state().gallery.at(place).unwrap().name.clone())
        .collect();
    view(&mut window, &names[0]);
    for name in &names[1..] {
        window.keys(Modifiers::NONE, Key::ArrowRight);
        window.wait("the next is open", is_open);
        assert!(name.ends_with(&viewer(&window).pictures[0].name));
    }
    window.keys(Modifiers::NONE, Key::ArrowRight);
    assert!(names[2].ends_with(&viewer(&window).pictures[0].name));
    window.click("Newer picture");
    assert!(names[1].ends_with(&viewer(&window).pictures[0].name));
    window.click("Close");
    assert!(window.state().viewer.is_none());
}

#[test]
fn two_pictures_are_compared_by_slider_side_by_side_and_difference() {
    let mut window = with_three();
    compare(&mut window, ["a.png", "b.png"]);
    assert!(viewer(&window).is_comparing());
    assert!(window.has("2 pictures compared: Slider"));
    let divider = window.center("divider");
    window.drag(divider, divider + vec2(60.0, 0.0));
    assert!(
        viewer(&window).divider > 0.52,
        "{}",
        viewer(&window).divider
    );

    window.click("Side by side");
    assert!(window.has("2 pictures compared: Side by side"));
    window.click("Difference");
    window.wait("the difference is known", |state| {
        state
            .viewer
            .as_ref()
            .is_some_and(|viewer| viewer.difference.is_some())
    });
    window.settle();
    // Shades 10 and 20, everything else alike.
    let words = status(&window);
    assert!(
        words.contains("100.0 % of the pixels differ, by 10 of 255 at most"),
        "{words}"
    );
    window.click("×16");
    assert_eq!(viewer(&window).gain, 16);

    window.keys(Modifiers::NONE, Key::I);
    window.settle();
    assert!(window.has("What differs"));
    assert!(
        window
            .harness
            .query_all_by_label_contains("a red apple")
            .next()
            .is_some()
    );
    assert!(
        window
            .harness
            .query_all_by_label_contains("a green pear")
            .next()
            .is_some()
    );
    assert!(window.has("seed"));
}

#[test]
fn equal_pictures_do_not_differ() {
    let mut window = with_three();
    let path = window.folder.path().join("pictures/a.png");
    fs::copy(&path, path.with_file_name("copy.png")).unwrap();
    window.keys(Modifiers::NONE, Key::Escape);
    window.open_gallery(4);
    compare(&mut window, ["a.png", "copy.png"]);
    window.keys(Modifiers::NONE, Key::D);
    window.wait("the difference is known", |state| {
        state
            .viewer
            .as_ref()
            .is_some_and(|viewer| viewer.difference.is_some())
    });
    window.settle();
    assert!(status(&window).contains("No pixel differs"));
    window.keys(Modifiers::NONE, Key::I);
    window.settle();
    assert!(window.has("Both were made in the same way."));
}

#[test]
fn a_picture_deleted_in_the_viewer_makes_room_for_the_next() {
    let mut window = with_three();
    let names: Vec<String> = (0..3)
        .map(|place| window.state().gallery.at(place).unwrap().name.clone())
        .collect();
    view(&mut window, &names[0]);
    window.keys(Modifiers::NONE, Key::Delete);
    window.keys(Modifiers::NONE, Key::Enter);
    window.wait("it is gone", |state| state.gallery.len() == 2);
    window.wait("the next is open", is_open);
    assert!(names[1].ends_with(&viewer(&window).pictures[0].name));
}

#[test]
fn comparing_needs_two_to_four() {
    let mut window = with_three();
    window.gallery(GalleryCommand::Compare);
    assert!(window.state().viewer.is_none());
    assert!(
        window
            .state()
            .notice
            .as_ref()
            .unwrap()
            .words
            .contains("two to four")
    );
    window.gallery(GalleryCommand::ChooseAll);
    window.gallery(GalleryCommand::Compare);
    window.wait("the pictures are open", is_open);
    assert_eq!(viewer(&window).pictures.len(), 3);
    window.gallery(GalleryCommand::Show(Show::Mode(Mode::Side)));
    assert!(window.has("3 pictures compared: Side by side"));
}

#[test]
fn a_run_leaves_its_preview_steps_and_is_compared_with_the_run_before() {
    let mut window = Window::first();
    let at = |slot| Input::new("sampler", slot);
    for (slot, value) in [("steps", 4), ("seed", 5)] {
        window.give(Command::SetParam {
            at: at(slot),
            value: Some(value.into()),
            live: false,
        });
        window.run();
    }
    window.click("picture 2");
    window.wait("the picture is open", is_open);
    window.settle();
    let count = viewer(&window).pictures[0].steps.len();
    assert!(count >= 1, "{count}");
    window.click(&format!("step 1 of {count}"));
    assert_eq!(viewer(&window).step, Some(0));
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(viewer(&window).step, None, "the picture comes back first");

    window.click("Recipe");
    window.settle();
    assert!(window.has("program"));
    assert!(
        window
            .harness
            .query_all_by_label_contains("starter")
            .next()
            .is_some()
    );

    window.keys(Modifiers::NONE, Key::C);
    window.wait("both are open", is_open);
    window.settle();
    assert!(window.has("2 pictures compared: Slider"));
    assert!(window.has("What differs"));
}

#[test]
fn a_picture_of_the_drawer_is_chosen_with_ctrl() {
    let mut window = Window::first();
    window.give(Command::SetParam {
        at: Input::new("sampler", "steps"),
        value: Some(3.into()),
        live: false,
    });
    for _ in 0..2 {
        window.run();
    }
    for name in ["picture 1", "picture 2"] {
        let place = window.center(name);
        window.click_at(place, Modifiers::COMMAND);
    }
    window.gallery(GalleryCommand::Compare);
    window.wait("both are open", is_open);
    assert_eq!(viewer(&window).pictures.len(), 2);
}

#[test]
fn pictures_are_saved_as_other_kinds_and_without_their_graph() {
    let mut window = with_three();
    view(&mut window, "a.png");
    let original = fs::read(window.folder.path().join("pictures/a.png")).unwrap();
    for (format, name) in [
        (Format::Png, "whole.png"),
        (Format::PlainPng, "plain.png"),
        (Format::Jpeg(Quality::Best), "small.jpg"),
        (Format::WebP, "lossless.webp"),
    ] {
        let path = window.folder.path().join(name);
        window.gallery(GalleryCommand::Use(Use::SaveAs(format)));
        window.give(Command::Answer(Answer::File(path.clone())));
        window.wait("it is saved", |state| {
            let told = state.notice.as_ref();
            told.is_some_and(|told| told.words.contains(name))
        });
        let bytes = fs::read(&path).unwrap();
        let image = image::load_from_memory(&bytes).unwrap();
        assert_eq!((image.width(), image.height()), (32, 24), "{name}");
        match format {
            Format::Png => assert_eq!(bytes, original),
            Format::PlainPng => assert_eq!(read_graph(&bytes).unwrap(), Found::Nothing),
            Format::Jpeg(_) | Format::WebP => {}
        }
    }
}

#[test]
fn a_picture_is_copied() {
    let mut window = with_three();
    view(&mut window, "a.png");
    window.harness.event(Event::Copy);
    let mut copied = None;
    for _ in 0..2_000 {
        window.harness.step();
        let commands = &window.harness.output().platform_output.commands;
        copied = commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyImage(image) => Some(image.size),
            _ => None,
        });
        if copied.is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert_eq!(copied, Some([32, 24]));
}

#[test]
fn a_broken_picture_says_why() {
    let mut window = with_three();
    let path = window.folder.path().join("pictures/a.png");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    window.gallery(GalleryCommand::View(Which::File(path)));
    window.wait("it is told", |state| {
        state.viewer.as_ref().is_some_and(|viewer| {
            matches!(
                viewer.pictures[0].content,
                pyrograph::viewer::Content::Broken(_)
            )
        })
    });
    window.settle();
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.state().viewer.is_none());
}
