//! The gallery and what happens on the disk: trash, pictures of others, pictures that change while
//! they are shown, and many of them.

use std::fs;
use std::path::{Path, PathBuf};

use egui::{Context, Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use image::{ImageFormat, Rgb, RgbImage};
use pyrograph::app::{App, State};
use pyrograph::command::Command;
use pyrograph::command::gallery::{GalleryCommand, Use};
use pyrograph::gallery::marks::Mark;
use pyrograph::gallery::row::{Content, Row};
use pyrograph::gallery::scan::Stamp;
use pyrograph::gallery::summary::Summary;
use pyrograph::gallery::{Gallery, Which};
use pyrograph_engine::output::png::encode;

use super::super::{Window, options};
use super::{OWN_TRASH, graph, shown, with_three};

impl Window {
    fn picture(&self, name: &str) -> PathBuf {
        self.folder.path().join("pictures").join(name)
    }

    fn look_at(&mut self, name: &str) {
        let path = self.picture(name);
        self.gallery(GalleryCommand::View(Which::File(path)));
        self.wait("the picture is open", |state| pixel(state, 0).is_some());
        self.settle();
    }

    /// The files of the pictures that are shown large.
    fn looked_at(&self) -> Vec<String> {
        let viewer = self.state().viewer.iter();
        let pictures = viewer.flat_map(|viewer| &viewer.pictures);
        pictures.map(|picture| picture.name.clone()).collect()
    }
}

/// The red of a shown picture's first pixel, once it is open.
fn pixel(state: &State, number: usize) -> Option<u8> {
    let picture = state.viewer.as_ref()?.pictures.get(number)?;
    Some(picture.whole()?.image.get_pixel(0, 0)[0])
}

/// A picture of one colour, written as editors do: beside its place, then moved there.
fn replace(path: &Path, shade: u8) {
    let image = RgbImage::from_pixel(32, 24, Rgb([shade; 3]));
    let draft = path.with_extension("part");
    fs::write(
        &draft,
        encode(&image, &graph("other words", 1), "{}").unwrap(),
    )
    .unwrap();
    fs::rename(draft, path).unwrap();
}

/// Puts a text before the pixels of a PNG, as other programs do.
fn with_text(png: &[u8], keyword: &str, text: &str) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        let step = |crc: u32, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
        !bytes
            .iter()
            .fold(!0u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
    };
    let body = [b"tEXt", keyword.as_bytes(), b"\0", text.as_bytes()].concat();
    let length = (body.len() - 4) as u32;
    // Behind the signature and the header, which have 33 bytes.
    let (before, after) = png.split_at(33);
    let chunk = [&length.to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat();
    [before, &chunk, after].concat()
}

#[cfg(target_os = "linux")]
#[test]
fn deleted_pictures_lie_in_the_desktops_trash() {
    if std::env::var_os(OWN_TRASH).is_some() {
        delete_one();
        return;
    }
    // The trash is where the environment says, so this needs a process of its own.
    let home = tempfile::tempdir().unwrap();
    let test = "window::gallery::disk::deleted_pictures_lie_in_the_desktops_trash";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("XDG_DATA_HOME", home.path())
        .env(OWN_TRASH, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{errors}");
    assert!(told.contains("1 passed"), "{told}");

    let trash = home.path().join("Trash");
    let image = image::open(trash.join("files/a.png")).unwrap().to_rgb8();
    assert_eq!(image.get_pixel(0, 0)[0], 10, "it is the picture itself");
    let info = fs::read_to_string(trash.join("info/a.png.trashinfo")).unwrap();
    assert!(info.starts_with("[Trash Info]"), "{info}");
    let path = info.lines().find_map(|line| line.strip_prefix("Path="));
    assert!(path.unwrap().ends_with("/pictures/a.png"), "{info}");
}

fn delete_one() {
    let mut window = with_three();
    let place = window.center("picture a.png");
    window.click_at(place, Modifiers::NONE);
    window.keys(Modifiers::NONE, Key::Delete);
    let told = window.harness.get_by_label_contains("can be restored");
    assert!(
        told.accesskit_node()
            .value()
            .unwrap()
            .contains("system's trash")
    );
    window.click("Move to trash");
    window.wait("it is gone", |state| state.gallery.len() == 2);
    window.settle();
    assert!(!window.picture("a.png").exists());
    let told = &window.state().notice.as_ref().unwrap().words;
    assert_eq!(told, "Moved the picture to the trash, to be restored there");
}

#[test]
fn what_cannot_be_deleted_stays_and_is_told() {
    let mut window = with_three();
    // The folder that stands in for the trash cannot be made.
    fs::write(window.folder.path().join("trash"), "a file").unwrap();
    let place = window.center("picture a.png");
    window.click_at(place, Modifiers::NONE);
    window.keys(Modifiers::NONE, Key::Delete);
    window.click("Move to trash");
    window.wait("it is told", |state| {
        let told = state.notice.as_ref();
        told.is_some_and(|told| told.is_error && told.words.contains("cannot be moved"))
    });
    window.settle();
    assert!(window.picture("a.png").exists() && window.has("picture a.png"));
}

#[test]
fn pictures_of_other_programs_are_found_by_what_they_say() {
    let window = Window::first();
    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbImage::new(8, 8)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    let plain = bytes.into_inner();
    let comfy = r#"{ "3": { "inputs": { "seed": 41, "positive": ["6", 0], "negative": ["7", 0] } },
        "4": { "inputs": { "ckpt_name": "dream.safetensors" } },
        "6": { "inputs": { "text": "a violet orchid" } },
        "7": { "inputs": { "text": "smudges" } } }"#;
    let a1111 = "an old harbour\nNegative prompt: people\n\
        Steps: 20, Sampler: Euler a, Seed: 42, Size: 8x8, Model hash: 45dee52b1a, Model: sea";
    fs::create_dir_all(window.folder.path().join("pictures")).unwrap();
    for (name, bytes) in [
        ("comfy.png", with_text(&plain, "prompt", comfy)),
        ("a1111.png", with_text(&plain, "parameters", a1111)),
        (
            "hostile.png",
            with_text(&plain, "workflow", &"[".repeat(1 << 20)),
        ),
        ("plain.png", plain),
    ] {
        fs::write(window.picture(name), bytes).unwrap();
    }
    let mut window = window;
    window.open_gallery(4);
    for (search, wanted) in [
        ("violet orchid", &["comfy.png"][..]),
        ("negative:smudges seed:41", &["comfy.png"]),
        ("model:dream", &["comfy.png"]),
        ("harbour -orchid", &["a1111.png"]),
        ("model:sea seed:42 negative:people", &["a1111.png"]),
        ("model:45dee5", &["a1111.png"]),
        ("smudges", &[]),
    ] {
        window.gallery(GalleryCommand::Search(search.into()));
        assert_eq!(shown(&window), wanted, "{search}");
    }
    window.gallery(GalleryCommand::Search("harbour".into()));
    let place = window.center("picture a1111.png");
    window.click_at(place, Modifiers::NONE);
    assert!(
        window.has("an old harbour"),
        "it is described beside the grid"
    );
    window.gallery(GalleryCommand::Use(Use::Seed));
    window.wait("it is said that no graph is there", |state| {
        let told = state.notice.as_ref();
        told.is_some_and(|told| told.words.contains("does not say how it was made"))
    });
}

#[test]
fn a_picture_that_is_replaced_while_it_is_shown_is_shown_anew_in_the_same_place() {
    let mut window = with_three();
    window.look_at("a.png");
    assert_eq!(pixel(window.state(), 0), Some(10));
    window.keys(Modifiers::NONE, Key::Num1);
    let sight = window.state().viewer.as_ref().unwrap().sight;
    replace(&window.picture("a.png"), 200);
    window.wait("it is opened again", |state| pixel(state, 0) == Some(200));
    assert_eq!(window.state().viewer.as_ref().unwrap().sight, sight);

    // Written over in its place, which does not change the folder.
    let other = window.picture("other.png");
    replace(&other, 90);
    window.wait("the folder is read", |state| state.gallery.len() == 4);
    let bytes = fs::read(&other).unwrap();
    fs::write(window.picture("a.png"), bytes).unwrap();
    window.wait("it is opened again", |state| pixel(state, 0) == Some(90));
}

#[test]
fn a_picture_that_is_moved_while_it_is_shown_makes_room_and_keeps_its_mark() {
    let mut window = with_three();
    window.look_at("a.png");
    window.keys(Modifiers::NONE, Key::F);
    window.keys(Modifiers::ALT, Key::Num4);
    let (from, to) = (window.picture("a.png"), window.picture("2026-11/moved.png"));
    let marks = window.folder.path().join("data/marks.json");
    window.wait("the marks are kept", |_| {
        fs::read_to_string(&marks).is_ok_and(|text| text.contains("\"rating\": 4"))
    });
    fs::rename(from, &to).unwrap();
    window.wait("it is found where it is now", |state| {
        state.gallery.row(&to).is_some() && state.gallery.len() == 3
    });
    window.settle();
    let mark = window.state().gallery.row(&to).unwrap().mark;
    assert_eq!((mark.favourite, mark.rating), (true, 4));
    let looked_at = window.looked_at();
    assert!(
        looked_at.len() == 1 && looked_at[0] != "a.png",
        "{looked_at:?}"
    );
}

#[test]
fn of_pictures_that_are_compared_those_that_are_left_stay() {
    let mut window = with_three();
    window.gallery(GalleryCommand::ChooseAll);
    window.gallery(GalleryCommand::Compare);
    window.wait("all are open", |state| {
        (0..3).all(|number| pixel(state, number).is_some())
    });
    fs::remove_file(window.picture("b.png")).unwrap();
    window.wait("it is noticed", |state| state.gallery.len() == 2);
    window.settle();
    let mut looked_at = window.looked_at();
    looked_at.sort();
    assert_eq!(looked_at, ["a.png", "c.png"]);
    fs::remove_file(window.picture("a.png")).unwrap();
    window.wait("it is noticed", |state| state.gallery.len() == 1);
    window.settle();
    assert_eq!(window.looked_at(), ["c.png"]);
    fs::remove_file(window.picture("2026-11/c.png")).unwrap();
    window.wait("it is noticed", |state| state.gallery.is_empty());
    window.settle();
    assert!(window.state().viewer.is_none());
    assert!(
        window
            .harness
            .query_by_label_contains("No pictures yet")
            .is_some()
    );
}

#[test]
fn ten_thousand_pictures_scroll_and_only_those_seen_are_there() {
    let rows = (0..10_000).map(|i| {
        let stamp = Stamp {
            path: format!("/pictures/{i:05}.png").into(),
            bytes: 1,
            changed_ns: i64::from(i) * 1_000_000_000,
        };
        let content = Content {
            size_px: [64, 64],
            summary: Summary::default(),
            fault: None,
        };
        Row::new(Path::new("/pictures"), stamp, content, Mark::default())
    });
    let rows: Vec<Row> = rows.collect();
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), None);
    let harness = Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_step_dt(1.0 / 60.0)
        .with_max_steps(30)
        .build_eframe(move |creation| {
            let gallery = Gallery::with_rows(&Context::default(), rows.clone());
            App::new(&creation.egui_ctx, &options, &[]).with_gallery(gallery)
        });
    let mut window = Window { harness, folder };
    window.give(Command::Gallery(GalleryCommand::Toggle));
    let tiles = |window: &Window| {
        let tiles = window.harness.query_all_by_label_contains("picture ");
        let names = tiles.filter_map(|tile| tile.accesskit_node().label());
        let names = names.filter(|name| name.ends_with(".png"));
        names.collect::<Vec<String>>()
    };
    let first = tiles(&window);
    assert!((10..100).contains(&first.len()), "{}", first.len());
    assert!(first.contains(&"picture 09999.png".to_owned()), "{first:?}");

    window.keys(Modifiers::NONE, Key::End);
    let last = tiles(&window);
    assert!(last.contains(&"picture 00000.png".to_owned()), "{last:?}");
    assert!(last.len() < 100 && !last.contains(&"picture 09999.png".to_owned()));
    for _ in 0..2 {
        window.keys(Modifiers::NONE, Key::PageUp);
    }
    assert!(!tiles(&window).contains(&"picture 00000.png".to_owned()));
    window.keys(Modifiers::NONE, Key::Home);
    assert_eq!(tiles(&window), first);

    window.give(Command::Gallery(GalleryCommand::Search("04321".into())));
    assert_eq!(tiles(&window), ["picture 04321.png"]);
}
