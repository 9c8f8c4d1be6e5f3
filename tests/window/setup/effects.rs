//! Each setting takes effect at once, without a restart.

use std::cell::Cell;

use egui::{Event, Key, Modifiers, MouseWheelUnit, Rect, TouchPhase, vec2};
use egui_kittest::kittest::Queryable;
use pyrograph::command::setup::SetupCommand;
use pyrograph::command::{Command, Input};
use pyrograph::theme::{Hues, Look, Theme};
use pyrograph_engine::node::Type;

use crate::window::Window;

impl Window {
    fn with_settings_open() -> Self {
        let mut window = Self::first();
        window.click("Dismiss the first steps");
        window.keys(Modifiers::COMMAND, Key::Comma);
        window
    }

    fn colors_in(&self, rect: Rect) -> Vec<[u8; 4]> {
        let corners = self.drawn_in(rect).into_iter();
        corners.map(|(_, color)| color).collect()
    }

    fn area(&self, name: &str) -> Rect {
        self.harness.get_by_label(name).rect()
    }

    fn turn_wheel(&mut self, at: egui::Pos2) {
        self.harness.hover_at(at);
        self.harness.step();
        self.harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Line,
            delta: vec2(0.0, 2.0),
            phase: TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
        self.settle();
    }

    /// Runs and says whether a picture was seen while it was made.
    fn is_previewed(&mut self) -> bool {
        self.give(Command::NewSeed(Input::new("sampler", "seed")));
        let is_seen = Cell::new(false);
        self.give(Command::Run);
        self.wait("the run begins", |state| state.jobs.is_running());
        self.wait("the run ends", |state| {
            is_seen.set(is_seen.get() || state.jobs.preview().is_some());
            !state.jobs.is_running()
        });
        self.settle();
        is_seen.get()
    }
}

#[test]
fn each_look_is_drawn_in_its_colours() {
    let mut window = Window::with_settings_open();
    for look in [Look::Light, Look::HighContrast, Look::Dark] {
        window.choose("Theme", look.name());
        let theme = Theme::of(look);
        assert_eq!(window.state().theme, theme);
        let visuals = window.harness.ctx.global_style().visuals.clone();
        assert_eq!(visuals.window_fill, theme.raised);
        window.keys(Modifiers::NONE, Key::Escape);
        let tools = window.colors_in(window.area("tools").expand(14.0));
        assert!(tools.contains(&theme.window.to_array()), "{}", look.name());
        let sampler = window.colors_in(window.area("sampler node"));
        assert!(sampler.contains(&theme.text.to_array()), "{}", look.name());
        window.keys(Modifiers::COMMAND, Key::Comma);
    }
}

#[test]
fn pins_take_the_colours_that_everybody_tells_apart() {
    let mut window = Window::with_settings_open();
    let pin = window.area("sampler in model").expand(2.0);
    let familiar = Theme::of(Look::Dark).wire(Type::Model).to_array();
    let safe = Theme::of(Look::Dark)
        .with_hues(Hues::Safe)
        .wire(Type::Model)
        .to_array();
    window.keys(Modifiers::NONE, Key::Escape);
    let colors = window.colors_in(pin);
    assert!(colors.contains(&familiar) && !colors.contains(&safe));
    window.keys(Modifiers::COMMAND, Key::Comma);
    window.press("Colour-blind safe pins");
    window.keys(Modifiers::NONE, Key::Escape);
    let colors = window.colors_in(pin);
    assert!(colors.contains(&safe) && !colors.contains(&familiar));
}

#[test]
fn the_wheel_does_what_the_program_does_that_was_chosen() {
    let mut window = Window::with_settings_open();
    window.choose("Navigation", "Figma");
    window.keys(Modifiers::NONE, Key::Escape);
    let before = window.area("sampler node");
    window.turn_wheel(before.center());
    let after = window.area("sampler node");
    assert!((after.width() - before.width()).abs() < 0.5, "no zoom");
    assert!(after.top() > before.top() + 20.0, "it scrolls");

    window.keys(Modifiers::COMMAND, Key::Comma);
    window.choose("Navigation", "ComfyUI");
    window.keys(Modifiers::NONE, Key::Escape);
    let before = window.area("sampler node");
    window.turn_wheel(before.center());
    assert!(window.area("sampler node").width() > before.width() * 1.1);
}

#[test]
fn previews_are_made_or_not() {
    let mut window = Window::with_settings_open();
    window.keys(Modifiers::NONE, Key::Escape);
    window.give(Command::SetParam {
        at: Input::new("sampler", "steps"),
        value: Some(6.into()),
        live: false,
    });
    assert!(window.is_previewed());
    window.keys(Modifiers::COMMAND, Key::Comma);
    window.press("Previews");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.is_previewed());
}

#[test]
fn pictures_go_to_the_folder_that_was_chosen_last() {
    let mut window = Window::with_settings_open();
    let mut settings = window.state().settings.clone();
    let folder = window.folder.path().join("chosen");
    settings.pictures_folder = Some(folder.clone());
    window.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
    window.keys(Modifiers::NONE, Key::Escape);
    window.give(Command::SetParam {
        at: Input::new("sampler", "steps"),
        value: Some(1.into()),
        live: false,
    });
    window.run();
    let saved = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(saved, 1);
}

#[test]
fn a_path_that_cannot_be_meant_is_told_and_not_taken() {
    let mut window = Window::with_settings_open();
    let name = "Folder for pictures";
    window.harness.get_by_label(name).focus();
    window.settle();
    window.harness.get_by_label(name).type_text("some/where");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().settings.pictures_folder, None);
    assert!(window.has("A folder's path begins at the top, such as /home"));
}
