//! The gallery: found, chosen, marked, deleted.

use std::fs;
use std::path::PathBuf;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use image::{Rgb, RgbImage};
use pyrograph::app::State;
use pyrograph::command::Command;
use pyrograph::command::gallery::{GalleryCommand, Use};
use pyrograph_engine::output::png::encode;

use super::Window;

mod disk;
mod keys;
mod large;

/// Set in a process whose system's trash is a test's own.
pub(super) const OWN_TRASH: &str = "PYROGRAPH_TEST_OWN_TRASH";

/// A graph with this prompt and seed, as pictures carry it.
pub(super) fn graph(prompt: &str, seed: u64) -> String {
    format!(
        r#"{{ "format": 1, "nodes": {{
            "model": {{ "is": "load.checkpoint", "params": {{ "file": "starter" }} }},
            "prompt": {{ "is": "text.encode", "params": {{ "text": "{prompt}" }}, "in": {{ "clip": "model.clip" }} }},
            "latent": {{ "is": "latent.empty", "params": {{ "width": 128, "height": 128 }} }},
            "sampler": {{ "is": "sampling.ksampler", "params": {{ "seed": {seed} }}, "in": {{
                "model": "model.model", "positive": "prompt.conditioning",
                "negative": "prompt.conditioning", "latent": "latent.latent" }} }},
            "decode": {{ "is": "latent.decode", "in": {{ "latent": "sampler.latent", "vae": "model.vae" }} }},
            "save": {{ "is": "output.save_image", "in": {{ "image": "decode.image" }} }} }} }}"#
    )
}

impl Window {
    /// Puts a picture into the folder of pictures.
    pub(super) fn paint(&self, name: &str, shade: u8, (prompt, seed): (&str, u64)) -> PathBuf {
        let image = RgbImage::from_fn(32, 24, |x, y| Rgb([shade, x as u8, y as u8]));
        let path = self.folder.path().join("pictures").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, encode(&image, &graph(prompt, seed), "{}").unwrap()).unwrap();
        path
    }

    pub(super) fn open_gallery(&mut self, count: usize) {
        self.keys(Modifiers::NONE, Key::F3);
        self.wait("the gallery looks", |state: &State| {
            state.gallery.is_open() && state.gallery.len() == count
        });
        self.settle();
    }

    pub(super) fn gallery(&mut self, command: GalleryCommand) {
        self.give(Command::Gallery(command));
    }
}

/// A window with three pictures, looked at in the gallery.
pub(super) fn with_three() -> Window {
    let mut window = Window::first();
    window.paint("a.png", 10, ("a red apple", 7));
    window.paint("b.png", 20, ("a green pear", 8));
    window.paint("2026-11/c.png", 30, ("a red tower", 9));
    window.open_gallery(3);
    window
}

fn shown(window: &Window) -> Vec<String> {
    let gallery = &window.state().gallery;
    let mut names: Vec<String> = (0..gallery.found())
        .filter_map(|place| Some(gallery.at(place)?.name.clone()))
        .collect();
    names.sort();
    names
}

#[test]
fn the_gallery_opens_from_the_rail_and_says_what_goes_there() {
    let mut window = Window::first();
    window.click("Gallery");
    window.wait("it has looked", |state| state.gallery.is_complete());
    window.settle();
    assert!(
        window
            .harness
            .query_by_label_contains("No pictures yet")
            .is_some()
    );
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.state().gallery.is_open());
    assert!(window.has("sampler steps"));
}

#[test]
fn pictures_are_found_by_words_seed_and_mark() {
    let mut window = with_three();
    assert!(window.has("picture a.png"));
    assert!(window.has("picture 2026-11/c.png"));
    let field = window.harness.get_by_label("Search pictures");
    field.focus();
    window.settle();
    let field = window.harness.get_by_label("Search pictures");
    field.type_text("red");
    window.settle();
    assert_eq!(shown(&window), ["2026-11/c.png", "a.png"]);
    assert!(!window.has("picture b.png"));
    for (search, wanted) in [
        ("seed:8", &["b.png"][..]),
        ("red -tower", &["a.png"]),
        ("model:starter pear", &["b.png"]),
        ("today", &["2026-11/c.png", "a.png", "b.png"]),
        ("fav", &[]),
        ("", &["2026-11/c.png", "a.png", "b.png"]),
    ] {
        window.gallery(GalleryCommand::Search(search.into()));
        assert_eq!(shown(&window), wanted, "{search}");
    }
}

#[test]
fn keys_choose_mark_and_open() {
    let mut window = with_three();
    window.keys(Modifiers::NONE, Key::ArrowRight);
    let first = window.state().gallery.at(0).unwrap().path().clone();
    assert_eq!(window.state().gallery.cursor(), Some(first.as_path()));
    window.keys(Modifiers::NONE, Key::F);
    window.keys(Modifiers::NONE, Key::Num4);
    let mark = window.state().gallery.row(&first).unwrap().mark;
    assert!(mark.favourite);
    assert_eq!(mark.rating, 4);
    window.gallery(GalleryCommand::Search("fav rating:4".into()));
    assert_eq!(window.state().gallery.found(), 1);
    window.gallery(GalleryCommand::Search(String::new()));

    window.keys(Modifiers::SHIFT, Key::End);
    assert_eq!(window.state().gallery.chosen().len(), 3);
    window.keys(Modifiers::NONE, Key::Home);
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.has("picture shown large"));
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.state().viewer.is_none());
    assert!(window.state().gallery.is_open());
}

#[test]
fn the_pointer_chooses_several() {
    let mut window = with_three();
    let tile = |window: &Window, name: &str| window.center(name);
    let place = tile(&window, "picture a.png");
    window.click_at(place, Modifiers::NONE);
    let place = tile(&window, "picture b.png");
    window.click_at(place, Modifiers::COMMAND);
    assert_eq!(window.state().gallery.chosen().len(), 2);
    let place = tile(&window, "picture a.png");
    window.click_at(place, Modifiers::COMMAND);
    assert_eq!(window.state().gallery.chosen().len(), 1);
}

#[test]
fn the_keyboard_goes_from_the_search_to_what_it_found() {
    let mut window = with_three();
    window.harness.get_by_label("Search pictures").focus();
    window.settle();
    window
        .harness
        .get_by_label("Search pictures")
        .type_text("red");
    window.settle();
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(window.state().gallery.is_open(), "only the search is left");
    window.harness.get_by_label("Search pictures").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().gallery.chosen().len(), 1);
    window.keys(Modifiers::NONE, Key::Space);
    assert_eq!(window.state().gallery.chosen().len(), 0);
    window.keys(Modifiers::COMMAND, Key::A);
    assert_eq!(window.state().gallery.chosen().len(), 2, "of what is found");
    window.keys(Modifiers::NONE, Key::C);
    assert_eq!(window.state().viewer.as_ref().unwrap().pictures.len(), 2);
}

#[test]
fn a_right_click_offers_what_can_be_done() {
    let mut window = with_three();
    let pos = window.center("picture b.png");
    window.harness.hover_at(pos);
    window.harness.step();
    for pressed in [true, false] {
        window.harness.event(egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        window.harness.step();
    }
    window.settle();
    window.click("Favourite");
    let path = window.folder.path().join("pictures/b.png");
    assert!(window.state().gallery.row(&path).unwrap().mark.favourite);
}

#[test]
fn marks_survive_a_lost_index() {
    let mut window = with_three();
    window.gallery(GalleryCommand::ChooseAll);
    window.keys(Modifiers::NONE, Key::F);
    window.keys(Modifiers::NONE, Key::Num5);
    let Window { harness, folder } = window;
    drop(harness);
    let data = folder.path().join("data");
    assert!(
        fs::read_to_string(data.join("marks.json"))
            .unwrap()
            .contains("a.png")
    );
    fs::write(data.join("pictures.sqlite"), vec![0x55; 9_000]).unwrap();

    let mut window = Window::start(folder, None);
    window.open_gallery(3);
    assert!(
        window
            .harness
            .query_by_label("picture a.png, favourite, 5 of 5 stars")
            .is_some()
    );
    let told = window.state().notice.as_ref().unwrap();
    assert!(told.words.contains("pictures.sqlite"), "{}", told.words);
    assert!(data.join("pictures.sqlite.damaged-1").exists());
}

#[test]
fn deleted_pictures_are_asked_about_and_go_to_the_trash() {
    let mut window = with_three();
    let path = window.folder.path().join("pictures/a.png");
    let place = window.center("picture a.png");
    window.click_at(place, Modifiers::NONE);
    window.keys(Modifiers::NONE, Key::Delete);
    window.click("Keep");
    assert!(path.exists());

    window.keys(Modifiers::NONE, Key::Delete);
    window.click("Move to trash");
    window.wait("it is gone", |state| state.gallery.len() == 2);
    window.settle();
    assert!(!path.exists());
    assert!(window.folder.path().join("trash/a.png").exists());
    let told = &window.state().notice.as_ref().unwrap().words;
    assert!(told.contains("trash"), "{told}");
}

#[test]
fn what_comes_and_goes_outside_is_noticed_and_what_is_no_picture_is_said() {
    let mut window = with_three();
    fs::write(window.folder.path().join("pictures/d.png"), "no picture").unwrap();
    fs::remove_file(window.folder.path().join("pictures/a.png")).unwrap();
    window.wait("the folder is looked at again", |state| {
        let gallery = &state.gallery;
        (0..gallery.found()).any(|place| gallery.at(place).unwrap().name == "d.png")
            && gallery.len() == 3
    });
    window.settle();
    assert!(window.has("picture d.png, broken"));
    assert!(!window.has("picture a.png"));
}

#[test]
fn a_run_puts_its_picture_into_the_gallery_at_once() {
    let mut window = Window::first();
    window.give(Command::SetParam {
        at: pyrograph::command::Input::new("sampler", "steps"),
        value: Some(3.into()),
        live: false,
    });
    window.run();
    window.open_gallery(1);
    let row = window.state().gallery.at(0).unwrap().clone();
    assert!(row.content.summary.prompt.contains("red apple"));
    assert_eq!(row.content.summary.seeds, [1]);
    assert_eq!(row.content.summary.models[0].sha256.len(), 64);
}

#[test]
fn a_picture_becomes_an_input_gives_its_seed_and_opens_its_graph() {
    let mut window = with_three();
    let path = window.folder.path().join("pictures/b.png");
    let nodes = window.state().document.graph().nodes.len();
    let choose = |window: &mut Window| {
        if !window.state().gallery.is_open() {
            window.open_gallery(3);
        }
        let place = window.center("picture b.png");
        window.click_at(place, Modifiers::NONE);
    };
    choose(&mut window);
    window.click("Use as input");
    assert_eq!(window.state().document.graph().nodes.len(), nodes + 1);
    let added = window.state().inspected().unwrap().to_owned();
    assert_eq!(window.param(&added, "file"), path.to_str().unwrap());
    assert!(!window.state().gallery.is_open(), "the graph is looked at");

    choose(&mut window);
    window.click("Use its seed");
    window.wait("the seed is there", |state| {
        state.document.graph().nodes["sampler"].params["seed"] == 8
    });

    choose(&mut window);
    window.click("Open its graph");
    window.settle();
    assert_eq!(window.param("prompt", "text"), "a green pear");
    assert_eq!(
        window.state().document.path(),
        None,
        "the picture stays as it is"
    );
}

#[test]
fn a_path_is_copied_as_text() {
    let mut window = with_three();
    let place = window.center("picture a.png");
    window.click_at(place, Modifiers::NONE);
    window
        .harness
        .state_mut()
        .give(Command::Gallery(GalleryCommand::Use(Use::CopyPath)));
    window.harness.step();
    let commands = &window.harness.output().platform_output.commands;
    let is_path = |command: &egui::OutputCommand| matches!(command, egui::OutputCommand::CopyText(text) if text.ends_with("a.png"));
    assert!(commands.iter().any(is_path), "{commands:?}");
}
