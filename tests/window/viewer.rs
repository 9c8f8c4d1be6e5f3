//! The viewer: looked at closely, compared, copied and saved.

use std::fs;

use egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, Rect, TouchPhase, pos2, vec2};
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::State;
use pyrograph::command::gallery::{GalleryCommand, Show, Use};
use pyrograph::command::setup::SetupCommand;
use pyrograph::command::{Answer, Command, Input};
use pyrograph::gallery::Which;
use pyrograph::theme::Look;
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

/// The names of the pictures that the gallery shows, in its order.
fn names(window: &Window) -> Vec<String> {
    let gallery = &window.state().gallery;
    let found = (0..gallery.found()).filter_map(|place| gallery.at(place));
    found.map(|row| row.name.clone()).collect()
}

/// Whether that picture is shown.
fn shows(window: &Window, name: &str) -> bool {
    name.ends_with(&viewer(window).pictures[0].name)
}

/// Whether some text has these words in it.
fn says(window: &Window, words: &str) -> bool {
    let mut found = window.harness.query_all_by_label_contains(words);
    found.next().is_some()
}

/// What was drawn last of everything with that name.
fn last<'a>(window: &'a Window, name: &'a str) -> Node<'a> {
    let all = window.harness.query_all_by_label(name);
    all.last().unwrap_or_else(|| panic!("no {name}"))
}

fn wait_for_difference(window: &mut Window) {
    window.wait("the difference is known", |state| {
        let viewer = state.viewer.as_ref();
        viewer.is_some_and(|viewer| viewer.difference.is_some())
    });
    window.settle();
}

fn set(window: &mut Window, param: &str, value: u32) {
    window.give(Command::SetParam {
        at: Input::new("sampler", param),
        value: Some(value.into()),
        live: false,
    });
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
    let names = names(&window);
    view(&mut window, &names[0]);
    for name in &names[1..] {
        window.keys(Modifiers::NONE, Key::ArrowRight);
        window.wait("the next is open", is_open);
        assert!(shows(&window, name));
    }
    window.keys(Modifiers::NONE, Key::ArrowRight);
    assert!(shows(&window, &names[2]));
    window.click("Newer picture");
    assert!(shows(&window, &names[1]));
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
    wait_for_difference(&mut window);
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
    assert!(says(&window, "a red apple") && says(&window, "a green pear"));
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
    wait_for_difference(&mut window);
    assert!(status(&window).contains("No pixel differs"));
    window.keys(Modifiers::NONE, Key::I);
    window.settle();
    assert!(window.has("Both were made in the same way."));
}

#[test]
fn a_picture_deleted_in_the_viewer_makes_room_for_the_next() {
    let mut window = with_three();
    let names = names(&window);
    view(&mut window, &names[0]);
    window.keys(Modifiers::NONE, Key::Delete);
    window.keys(Modifiers::NONE, Key::Enter);
    window.wait("it is gone", |state| state.gallery.len() == 2);
    window.wait("the next is open", is_open);
    assert!(shows(&window, &names[1]));
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
fn four_pictures_are_compared_and_not_five() {
    let mut window = Window::first();
    for i in 0..5 {
        window.paint(&format!("{i}.png"), i * 10, ("", 1));
    }
    window.open_gallery(5);
    window.gallery(GalleryCommand::ChooseAll);
    window.gallery(GalleryCommand::Compare);
    assert!(window.state().viewer.is_none());
    let place = window.center("picture 4.png");
    window.click_at(place, Modifiers::COMMAND);
    window.keys(Modifiers::NONE, Key::C);
    window.wait("the pictures are open", is_open);
    window.settle();
    window.click("A and D");
    assert_eq!(viewer(&window).against, 3);
    window.keys(Modifiers::NONE, Key::D);
    wait_for_difference(&mut window);
    // Shades 0 and 30.
    assert!(
        status(&window).contains("by 30 of 255 at most"),
        "{}",
        status(&window)
    );
}

#[test]
fn pictures_side_by_side_are_looked_at_in_the_same_place() {
    let mut window = with_three();
    compare(&mut window, ["a.png", "b.png"]);
    window.keys(Modifiers::NONE, Key::B);
    let stage = window
        .harness
        .get_by_label("2 pictures compared: Side by side")
        .rect();
    let mut words = Vec::new();
    // The same place of either half; a gap lies between them.
    let quarter = (stage.width() - 8.0) / 4.0;
    for middle in [stage.left() + quarter, stage.right() - quarter] {
        let x = middle + 3.0;
        window.harness.hover_at(pos2(x, stage.center().y));
        window.settle();
        words.push(status(&window));
    }
    let pixel = |words: &str| {
        let at = words.find("x ").unwrap();
        words[at..].split("   ").next().unwrap().to_owned()
    };
    // Each tells the pixel of both: their reds are their shades.
    for words in &words {
        assert!(
            words.contains("A 10 ") && words.contains("B 20 "),
            "{words}"
        );
    }
    assert_eq!(pixel(&words[0]), pixel(&words[1]));
}

#[test]
fn a_click_on_the_described_picture_shows_it_large() {
    let mut window = with_three();
    let place = window.center("picture a.png");
    window.click_at(place, Modifiers::NONE);
    window.wait("it is drawn small", |state| {
        let gallery = &state.gallery;
        let row = gallery.cursor().and_then(|path| gallery.row(path));
        row.is_some_and(|row| gallery.small(row).is_some())
    });
    window.settle();
    window.click("the chosen picture");
    assert!(shows(&window, "a.png"));
}

#[test]
fn a_picture_that_cannot_be_saved_is_told_and_nothing_is_left_behind() {
    let mut window = with_three();
    view(&mut window, "a.png");
    let path = window.folder.path().join("nowhere/a.webp");
    window.gallery(GalleryCommand::Use(Use::SaveAs(Format::WebP)));
    window.give(Command::Answer(Answer::File(path.clone())));
    window.wait("it is told", |state| {
        let told = state.notice.as_ref();
        told.is_some_and(|told| told.is_error && told.words.contains("cannot be saved"))
    });
    assert!(!path.exists());
    assert!(window.folder.path().join("pictures/a.png").exists());
}

#[test]
fn a_run_leaves_its_preview_steps_and_is_compared_with_the_run_before() {
    let mut window = Window::first();
    for (param, value) in [("steps", 4), ("seed", 5)] {
        set(&mut window, param, value);
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
    assert!(says(&window, "starter"));

    window.keys(Modifiers::NONE, Key::C);
    window.wait("both are open", is_open);
    window.settle();
    assert!(window.has("2 pictures compared: Slider"));
    assert!(window.has("What differs"));
}

#[test]
fn a_picture_of_the_drawer_is_chosen_with_ctrl() {
    let mut window = Window::first();
    set(&mut window, "steps", 3);
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

#[test]
fn in_the_smallest_window_everything_about_pictures_is_reached() {
    let mut window = with_three();
    let mut settings = window.state().settings.clone();
    settings.ui_scale = 3.0;
    window.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
    let size = vec2(720.0, 480.0) / 3.0;
    window.harness.set_size(size);
    window.settle();
    let whole = Rect::from_min_size(Pos2::ZERO, size).expand(0.5);
    // The keyboard brings into sight what has it. The gallery behind has some of the same names.
    let reach = |window: &mut Window, names: &[&str]| {
        for name in names {
            last(window, name).focus();
            window.settle();
            let rect = last(window, name).rect();
            assert!(whole.contains_rect(rect), "{name}: {rect}");
        }
    };
    reach(&mut window, &["Search pictures", "Close gallery"]);
    let newest = names(&window)[0].clone();
    view(&mut window, &newest);
    reach(
        &mut window,
        &[
            "Close",
            "More",
            "Recipe",
            "Older picture",
            "rate 5",
            "no favourite",
        ],
    );
    window.keys(Modifiers::NONE, Key::C);
    window.wait("both are open", is_open);
    window.settle();
    reach(
        &mut window,
        &["Close", "Slider", "Side by side", "Difference"],
    );
    window.click("Difference");
    assert_eq!(viewer(&window).mode, Mode::Difference);
    reach(&mut window, &["Close"]);
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.state().viewer.is_none());
}

#[test]
fn every_look_draws_pictures_alone_and_compared() {
    let mut window = with_three();
    let newest = names(&window)[0].clone();
    for look in Look::ALL {
        window.give(Command::SetLook(look));
        assert!(window.has("picture a.png"));
        view(&mut window, &newest);
        for _ in 0..20 {
            window.keys(Modifiers::NONE, Key::Plus); // until pixels have borders
        }
        assert_eq!(viewer(&window).sight.zoom, Some(32.0));
        window.keys(Modifiers::NONE, Key::C);
        window.wait("both are open", is_open);
        for key in [Key::S, Key::B, Key::D, Key::I] {
            window.keys(Modifiers::NONE, key);
        }
        wait_for_difference(&mut window);
        assert!(window.has("What differs"));
        window.keys(Modifiers::NONE, Key::Escape);
    }
}
