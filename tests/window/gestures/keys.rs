//! The canvas by keys alone: from node to node, wiring, values; and selecting by keys and boxes.

use egui::{Event, ImeEvent, Key, Modifiers, pos2, vec2};
use egui_kittest::kittest::Queryable;
use pyrograph::canvas::gesture::GESTURES;
use pyrograph::command::{Command, Input};
use pyrograph::theme::font;

use super::hand::CTRL;
use crate::window::Window;

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;

#[test]
fn arrows_go_from_node_to_node_and_nudge() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["prompt".into()]));
    window.keys(NONE, Key::ArrowDown);
    assert_eq!(window.selected_keys(), ["negative"]);
    window.keys(NONE, Key::ArrowRight);
    assert_eq!(window.selected_keys(), ["sampler"]);
    window.keys(NONE, Key::ArrowLeft);
    window.keys(SHIFT, Key::ArrowRight);
    assert_eq!(window.selected_keys().len(), 2);
    window.give(Command::Select(Vec::new()));
    window.keys(NONE, Key::ArrowUp);
    assert_eq!(
        window.selected_keys().len(),
        1,
        "without a selection, the middle one"
    );

    window.give(Command::Select(vec!["latent".into()]));
    let before = window.place_of("latent");
    window.keys(CTRL, Key::ArrowRight);
    window.keys(CTRL, Key::ArrowDown);
    assert_eq!(
        window.place_of("latent"),
        [before[0] + 4.0, before[1] + 4.0]
    );
    window.undo_once();
    assert_eq!(window.place_of("latent"), before, "one step");
}

#[test]
fn a_node_that_is_not_seen_is_brought_into_view() {
    let mut window = Window::first();
    window.put_at("save", [9_000.0, 0.0]);
    window.give(Command::ActualSize);
    window.give(Command::Show("decode".into()));
    window.keys(NONE, Key::ArrowRight);
    assert_eq!(window.selected_keys(), ["save"]);
    assert!(
        window
            .area_of("canvas")
            .contains_rect(window.area_of("save node"))
    );
}

#[test]
fn wires_are_laid_and_cut_by_keys_alone() {
    let mut window = Window::first();
    window.give(Command::Disconnect(Input::new("sampler", "positive")));
    window.give(Command::Select(vec!["sampler".into()]));
    window.keys(SHIFT, Key::C);
    window.harness.get_by_label("Search pins").type_text("posi");
    window.settle();
    window.keys(NONE, Key::Enter);
    assert!(window.has("negative conditioning") && !window.has("model vae"));
    window
        .harness
        .get_by_label("Search pins")
        .type_text("prompt");
    window.settle();
    window.keys(NONE, Key::Enter);
    assert_eq!(
        window.source("sampler", "positive").as_deref(),
        Some("prompt.conditioning")
    );
    // Esc goes back a step, then away; "No wire" cuts.
    window.keys(SHIFT, Key::C);
    window.keys(NONE, Key::Enter);
    assert!(window.has("No wire"));
    window.keys(NONE, Key::Escape);
    assert!(window.has("Search pins") && !window.has("No wire"));
    window.keys(NONE, Key::Enter);
    window.keys(NONE, Key::Enter);
    assert!(!window.has("Search pins"));
    assert_eq!(window.source("sampler", "model"), None);
    // A param may be wired by keys too, from an output.
    window.keys(SHIFT, Key::C);
    window.keys(NONE, Key::Escape);
    assert!(!window.has("Search pins"));
}

#[test]
fn values_are_set_by_keys_alone() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["latent".into()]));
    window.keys(NONE, Key::Enter);
    assert!(window.harness.get_by_label("width of latent").is_focused());
    window.keys(NONE, Key::Enter);
    window
        .harness
        .get_by_label("width of latent")
        .type_text("256");
    window.settle();
    window.keys(NONE, Key::Enter);
    assert_eq!(window.param("latent", "width"), 256);
    window.give(Command::ToggleInspector);
    window.keys(NONE, Key::Escape);
    window.keys(NONE, Key::Enter);
    assert!(window.harness.get_by_label("latent width").is_focused());
    window.keys(NONE, Key::Tab);
    assert!(
        !window.has("Search nodes"),
        "a field that has the keyboard keeps its keys"
    );
    assert!(!window.harness.get_by_label("latent width").is_focused());
}

#[test]
fn selections_are_inverted_and_grown_along_wires() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["prompt".into()]));
    window.keys(ALT, Key::ArrowLeft);
    assert_eq!(window.selected_keys(), ["model", "prompt"]);
    window.give(Command::Select(vec!["decode".into()]));
    window.keys(ALT, Key::ArrowRight);
    assert_eq!(window.selected_keys(), ["decode", "save"]);
    window.keys(CTRL | SHIFT, Key::I);
    assert_eq!(
        window.selected_keys(),
        ["latent", "model", "negative", "prompt", "sampler"]
    );
}

#[test]
fn boxes_select_add_and_subtract() {
    let mut window = Window::first();
    let around = |window: &Window, key: &str| {
        let rect = window.area_of(&format!("{key} node")).expand(5.0);
        [
            pos2(rect.left(), rect.bottom()),
            pos2(rect.right() - 20.0, rect.bottom() - 12.0),
        ]
    };
    let way = around(&window, "prompt");
    window.drag_with(way, NONE);
    assert_eq!(window.selected_keys(), ["prompt"]);
    let way = around(&window, "latent");
    window.drag_with(way, SHIFT);
    assert_eq!(window.selected_keys(), ["latent", "prompt"]);
    for modifiers in [CTRL, ALT] {
        let way = around(&window, "prompt");
        window.drag_with(way, modifiers);
        assert_eq!(window.selected_keys(), ["latent"]);
        window.give(Command::Select(vec!["latent".into(), "prompt".into()]));
    }
    let empty = window.area_of("canvas").left_top() + vec2(30.0, 30.0);
    window.click_at(empty, NONE);
    assert!(window.selected_keys().is_empty());
}

#[test]
fn escape_takes_a_drag_back() {
    let mut window = Window::first();
    let before = window.place_of("latent");
    let from = window.grip_of("latent");
    let held = (egui::PointerButton::Primary, NONE);
    window.begin_drag([from, from + vec2(60.0, 40.0)], held);
    assert_ne!(window.place_of("latent"), before);
    window.keys(NONE, Key::Escape);
    assert_eq!(window.place_of("latent"), before);
    window.end_drag(from + vec2(60.0, 40.0), held);
    assert_eq!(window.place_of("latent"), before);
    assert!(!window.state().document.is_dirty());
}

#[test]
fn words_of_a_prompt_are_weighted_as_one_step_with_typing() {
    let mut window = Window::first();
    let before = window.param("prompt", "text");
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    window.keys(CTRL, Key::End);
    window
        .harness
        .get_by_label("prompt text")
        .type_text(" dusk");
    window.settle();
    for _ in 0..2 {
        window.keys(CTRL, Key::ArrowUp);
    }
    let text = |window: &Window| window.param("prompt", "text").as_str().unwrap().to_owned();
    assert!(text(&window).ends_with(" (dusk:1.1)"), "{}", text(&window));
    for _ in 0..2 {
        window.keys(CTRL, Key::ArrowDown);
    }
    assert!(text(&window).ends_with(" dusk"), "{}", text(&window));
    window.keys(CTRL, Key::ArrowDown);
    assert!(text(&window).ends_with(" (dusk:0.95)"), "{}", text(&window));
    assert_eq!(
        window.selected_keys(),
        Vec::<&str>::new(),
        "the canvas did nothing"
    );
    window.give(Command::EndGesture);
    window.undo_once();
    assert_eq!(window.param("prompt", "text"), before);
}

#[test]
fn every_gesture_can_be_looked_up() {
    let mut window = Window::first();
    window.keys(NONE, Key::F1);
    for (gesture, does) in GESTURES {
        for words in [gesture, does] {
            let found = window.harness.query_all_by_label(words).next();
            assert!(found.is_some(), "{words}");
        }
    }
}

#[test]
fn any_script_arrives_whole_and_letters_without_a_font_are_told() {
    const SIGN: &str = "prompt text: letters are missing in all fonts";
    const TITLE: &str = "夕暮れの灯台";
    let mut window = Window::first_with_any_glyph();
    window.give(Command::Select(vec!["prompt".into()]));
    window.keys(NONE, Key::F2);
    window.keys(CTRL, Key::A);
    for event in [
        ImeEvent::Preedit {
            text: "ゆう".to_owned(),
            active_range_chars: None,
        },
        ImeEvent::Commit(TITLE.to_owned()),
    ] {
        window.harness.event(Event::Ime(event));
        window.settle();
    }
    window.keys(NONE, Key::Enter);
    let look = window.state().document.graph().view.look("prompt");
    assert_eq!(look.title.as_deref(), Some(TITLE));
    // Whether this machine has a font for it, the window knows.
    let is_drawn = window
        .harness
        .ctx
        .fonts_mut(|fonts| fonts.has_glyphs(&font::strong(12.0), TITLE));
    let notice = window.state().notice.as_ref();
    let is_told = notice.is_some_and(|notice| notice.words.contains("No font"));
    assert_ne!(is_told, is_drawn);

    assert!(!window.has(SIGN));
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    window.keys(CTRL, Key::A);
    window
        .harness
        .get_by_label("prompt text")
        .type_text("a \u{10fffd}");
    window.settle();
    assert!(window.has(SIGN), "no font has this one");
    assert_eq!(window.param("prompt", "text"), "a \u{10fffd}", "it is kept");
    window.keys(NONE, Key::Backspace);
    assert!(!window.has(SIGN));
}

#[test]
fn input_methods_write_any_script() {
    let mut window = Window::first_with_any_glyph();
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    window.keys(CTRL, Key::A);
    for event in [
        ImeEvent::Preedit {
            text: "ゆう".to_owned(),
            active_range_chars: None,
        },
        ImeEvent::Preedit {
            text: "夕暮れ".to_owned(),
            active_range_chars: None,
        },
        ImeEvent::Commit("夕暮れの灯台".to_owned()),
    ] {
        window.harness.event(Event::Ime(event));
        window.settle();
    }
    assert_eq!(window.param("prompt", "text"), "夕暮れの灯台");
    window.keys(CTRL, Key::ArrowUp);
    assert_eq!(window.param("prompt", "text"), "(夕暮れの灯台:1.05)");
}
