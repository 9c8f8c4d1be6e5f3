//! Widgets of params: how each is used, by pointer, keys and name.

use std::fs;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, MouseWheelUnit, TouchPhase, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::command::{Command, Input, NewNode};
use pyrograph_engine::graph::Source;
use pyrograph_engine::node::{FileKind, Rgb};
use serde_json::Value as Json;

use super::Window;

#[test]
fn the_wheel_changes_no_widget_whatever() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    let before = window.state().document.graph().clone();
    for name in [
        "sampler seed",
        "sampler steps",
        "sampler cfg",
        "sampler sampler",
        "prompt text",
        "model file",
        "latent width",
        "steps of sampler",
        "cfg of sampler",
        "schedule of sampler",
    ] {
        let at = window.center(name);
        window.harness.hover_at(at);
        window.harness.step();
        for lines in [2.0, -2.0] {
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
    assert_eq!(window.state().document.graph().nodes, before.nodes);
}

#[test]
fn every_widget_has_a_name_of_its_own() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    let roles = [
        Role::Button,
        Role::ComboBox,
        Role::Slider,
        Role::Switch,
        Role::TextInput,
        Role::MultilineTextInput,
    ];
    let mut names = Vec::new();
    for role in roles {
        for node in window.harness.query_all_by_role(role) {
            let name = node.accesskit_node().label().unwrap_or_default();
            assert!(!name.trim().is_empty(), "{role:?} without a name");
            names.push(name);
        }
    }
    assert!(names.len() > 30, "{names:?}");
}

#[test]
fn a_choice_is_made_by_keys_alone() {
    let mut window = Window::first();
    window.harness.get_by_label("sampler schedule").focus();
    window.settle();
    let before = window.param("sampler", "schedule");
    window.keys(Modifiers::NONE, Key::Enter);
    window.keys(Modifiers::NONE, Key::ArrowDown);
    window.keys(Modifiers::NONE, Key::Enter);
    let after = window.param("sampler", "schedule");
    assert!(after != before, "{before} {after}");

    // Escape leaves it, and the field keeps the keyboard.
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(
        window
            .harness
            .query_all_by_role(Role::ListBoxOption)
            .count()
            > 1
    );
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.param("sampler", "schedule"), after);
    let field = window
        .harness
        .get_by_role_and_label(Role::ComboBox, "sampler schedule");
    assert!(field.is_focused());
}

#[test]
fn a_choice_is_found_by_typing() {
    let mut window = Window::first();
    window.harness.get_by_label("sampler sampler").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    window.harness.get_by_label("Search").type_text("heun");
    window.settle();
    let options = || -> Vec<String> {
        let all = window.harness.query_all_by_role(Role::ListBoxOption);
        all.filter_map(|node| node.accesskit_node().label())
            .collect()
    };
    assert!(!options().is_empty());
    assert!(
        options().iter().all(|name| name.contains("heun")),
        "{:?}",
        options()
    );
    window.keys(Modifiers::NONE, Key::Enter);
    let chosen = window.param("sampler", "sampler");
    assert!(chosen.as_str().unwrap().contains("heun"), "{chosen}");
}

#[test]
fn width_and_height_take_a_ratio_in_one_step() {
    let mut window = Window::first();
    window.wait("the model's size is known", |state| {
        state.shelf.native_size("starter").is_some()
    });
    window.click("latent ratio");
    window.click("3:2, 160 × 104");
    let size = |window: &Window| ["width", "height"].map(|name| window.param("latent", name));
    assert_eq!(size(&window), [Json::from(160), Json::from(104)]);
    window.click("latent ratio");
    window.click("Exchange, 104 × 160");
    assert_eq!(size(&window), [Json::from(104), Json::from(160)]);
    window.give(Command::Undo);
    window.give(Command::Undo);
    assert_eq!(size(&window), [Json::from(128), Json::from(128)]);
}

#[test]
fn lists_of_files_hold_what_fits_with_small_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    fs::create_dir_all(&input).unwrap();
    for name in ["first.png", "second.png"] {
        image::RgbImage::from_pixel(600, 300, image::Rgb([200, 30, 30]))
            .save(input.join(name))
            .unwrap();
    }
    fs::write(folder.path().join("no_model.safetensors"), "nonsense").unwrap();
    let file = folder.path().join("g.pyro");
    let graph = r#"{ "format": 1, "nodes": {
        "picture": { "is": "load.image", "params": { "file": "first.png" } },
        "model": { "is": "load.checkpoint" } } }"#;
    fs::write(&file, graph).unwrap();
    let mut window = Window::start(folder, Some(file));
    window.wait("the files are listed", |state| {
        !state.files(FileKind::Image).is_empty() && !state.files(FileKind::Checkpoint).is_empty()
    });
    // The picture that a node loads is shown small without being asked for.
    let path = input.join("first.png");
    window.wait("the picture is made small", |state| {
        state.shelf.thumb(&path).is_some()
    });

    window.settle();
    assert!(
        window.has("picture picture"),
        "the node shows what it loads"
    );

    window.click("picture file");
    let second = input.join("second.png");
    window.wait("its neighbour too", |state| {
        state.shelf.thumb(&second).is_some()
    });
    window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "second.png")
        .click();
    window.settle();
    assert_eq!(window.param("picture", "file"), "second.png");

    window.click("model file");
    assert!(
        window
            .harness
            .query_by_role_and_label(Role::ListBoxOption, "starter")
            .is_some()
    );
    let no_model = "no_model";
    assert!(
        window
            .harness
            .query_by_role_and_label(Role::ListBoxOption, no_model)
            .is_none()
    );
    window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "Choose a file…")
        .click();
    window.settle();
    assert!(window.state().question.is_some());
}

#[test]
fn hovering_a_param_says_what_it_is_for_after_half_a_second() {
    let mut window = Window::first();
    let spec = window
        .state()
        .document
        .catalog()
        .get("sampling.ksampler")
        .unwrap();
    let doc = spec.param("steps").unwrap().doc;
    let at = window.center("sampler steps");
    window.harness.hover_at(at);
    window.harness.step();
    assert!(!window.has(doc), "not at once");
    for _ in 0..60 {
        window.harness.step();
    }
    assert!(window.has(doc));
}

/// A window with a node that has a colour.
fn with_a_colour() -> Window {
    let mut window = Window::first();
    window.give(Command::Add(NewNode {
        is: "image.solid",
        at: [0.0, 420.0],
    }));
    window.give(Command::FitSelection);
    window
}

#[test]
fn a_colour_is_dragged_typed_and_set_in_numbers() {
    let mut window = with_a_colour();
    let field = window
        .harness
        .get_by_role_and_label(Role::ColorWell, "solid fill");
    assert_eq!(field.value().as_deref(), Some("#000000"));
    window.click("solid fill");
    let text = window.harness.get_by_label("solid fill as text");
    assert!(text.is_focused(), "one can type at once");
    // What it holds is selected; what is no colour yet changes nothing and stays to be gone on with.
    window
        .harness
        .get_by_label("solid fill as text")
        .type_text("#ff8");
    window.settle();
    assert_eq!(window.param("solid", "fill"), "#ffff88", "a short form");
    window
        .harness
        .get_by_label("solid fill as text")
        .type_text("8");
    window.settle();
    assert_eq!(window.param("solid", "fill"), "#ffff88");
    window
        .harness
        .get_by_label("solid fill as text")
        .type_text("00");
    window.settle();
    assert_eq!(window.param("solid", "fill"), "#ff8800");
    window.keys(Modifiers::NONE, Key::Enter);

    // The numbers are sliders for keys and screen readers.
    window.harness.get_by_label("solid fill hue").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(window.param("solid", "fill"), "#ff8c00");
    for _ in 0..3 {
        window.harness.get_by_label("solid fill brightness").focus();
        window.settle();
        window.keys(Modifiers::NONE, Key::ArrowLeft);
    }
    assert_eq!(window.param("solid", "fill"), "#f78800");

    // A drag over the shades is one step; black keeps the hue from which one came.
    window.harness.get_by_label("solid fill as text").focus();
    window.settle();
    let before = window.param("solid", "fill");
    let below = window.harness.get_by_label("solid fill as text").rect();
    let shades = below.center_top() - vec2(0.0, 80.0);
    window.drag(shades, shades - vec2(60.0, 0.0));
    let dragged = window.param("solid", "fill");
    assert!(dragged != before, "{dragged}");
    let bottom = below.center_top() - vec2(0.0, 27.0);
    window.drag(shades, bottom + vec2(0.0, 200.0));
    assert_eq!(
        window.param("solid", "fill"),
        Json::Null,
        "black is what files leave out"
    );
    window.drag(shades, shades - vec2(-60.0, 40.0));
    let text = window.param("solid", "fill");
    let [red, green, blue] = text.as_str().unwrap().parse::<Rgb>().unwrap().0;
    assert!(red > green && green > blue, "orange again: {text}");

    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.has("solid fill as text"));
    for _ in 0..3 {
        window.give(Command::Undo);
    }
    assert_eq!(
        window.param("solid", "fill"),
        before,
        "each drag is one step"
    );
}

#[test]
fn a_colour_is_opened_and_left_by_keys() {
    let mut window = with_a_colour();
    window.harness.get_by_label("fill of solid").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    let text = window.harness.get_by_label("fill of solid as text");
    assert!(text.is_focused());
    window
        .harness
        .get_by_label("fill of solid as text")
        .type_text("123456");
    window.settle();
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.param("solid", "fill"), "#123456");
    window.give(Command::Undo);
    assert_eq!(window.param("solid", "fill"), Json::Null);
}

#[test]
fn a_solid_colour_is_the_picture() {
    let mut window = with_a_colour();
    for (param, value) in [
        ("width", Json::from(16)),
        ("height", Json::from(8)),
        ("fill", Json::from("#ff8800")),
    ] {
        window.give(Command::SetParam {
            at: Input::new("solid", param),
            value: Some(value),
            live: false,
        });
    }
    window.give(Command::Connect {
        from: Source {
            node: "solid".into(),
            pin: "image".into(),
        },
        to: Input::new("save", "image"),
        cut: None,
    });
    window.run();
    let pictures = window.state().jobs.pictures();
    let path = pictures.last().unwrap().path.clone().unwrap();
    let saved = image::open(path).unwrap().to_rgb8();
    assert_eq!(saved.dimensions(), (16, 8));
    assert!(saved.pixels().all(|pixel| pixel.0 == [255, 136, 0]));
}

#[test]
fn escape_takes_a_colour_back_half_way() {
    let mut window = with_a_colour();
    window.click("solid fill");
    let below = window.harness.get_by_label("solid fill as text").rect();
    let shades = below.center_top() - vec2(0.0, 80.0);
    window.drag(shades, shades - vec2(60.0, 0.0));
    let before = window.param("solid", "fill");
    window.harness.hover_at(shades);
    window.harness.step();
    window.harness.drag_at(shades);
    window.harness.step();
    for i in 1..=4 {
        window.harness.hover_at(shades + vec2(15.0 * i as f32, 0.0));
        window.harness.step();
    }
    assert_ne!(window.param("solid", "fill"), before);
    window.keys(Modifiers::NONE, Key::Escape);
    window.harness.drop_at(shades + vec2(60.0, 0.0));
    window.settle();
    assert_eq!(window.param("solid", "fill"), before);
    window.give(Command::Undo);
    assert_eq!(
        window.param("solid", "fill"),
        Json::Null,
        "the first drag is a step"
    );
}
