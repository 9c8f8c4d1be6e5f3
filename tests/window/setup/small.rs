//! Pages and questions in the smallest window with everything in it as large as it gets: 720 x 480
//! at 300 %.

use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers, Rect, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::Question;
use pyrograph::command::Command;
use pyrograph::command::file::FileCommand;
use pyrograph::command::setup::{Page, SetupCommand};
use pyrograph::document::dialog::FolderUse;

use crate::window::Window;

/// The smallest window in points of that scale.
const SMALLEST: egui::Vec2 = vec2(720.0 / 3.0, 480.0 / 3.0);

impl Window {
    fn cramped() -> Self {
        let mut window = Self::first();
        let mut settings = window.state().settings.clone();
        settings.ui_scale = 3.0;
        window.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
        window.harness.set_size(SMALLEST);
        window.settle();
        window
    }

    fn is_inside(&self, rect: Rect) -> bool {
        let window = Rect::from_min_size(egui::Pos2::ZERO, SMALLEST);
        window.expand(0.5).contains_rect(rect)
    }

    fn assert_inside(&self, name: &str) {
        let rect = self.harness.get_by_label(name).rect();
        assert!(self.is_inside(rect), "{name}: {rect:?}");
    }

    /// What has the keyboard: what screen readers say of it, and where it is.
    fn focused(&self) -> Option<(String, Rect)> {
        let node = self.harness.query_all_by(|node| node.is_focused()).last()?;
        let label = node.accesskit_node().label().unwrap_or_default();
        Some((label, node.rect()))
    }
}

#[test]
fn pages_fit_scroll_to_what_has_the_keyboard_and_are_closed() {
    for (page, stops) in [(Page::Settings, 12), (Page::Keys, 20), (Page::Templates, 6)] {
        let mut window = Window::cramped();
        window.give(Command::Setup(SetupCommand::Toggle(page)));
        if page == Page::Templates {
            window.wait("they are read", |state| state.templates.lists().is_some());
            window.settle();
        }
        window.assert_inside("Close");
        let mut seen = Vec::new();
        for _ in 0..stops {
            window.keys(Modifiers::NONE, Key::Tab);
            let (name, rect) = window.focused().unwrap();
            let sight = rect.intersect(Rect::from_min_size(egui::Pos2::ZERO, SMALLEST));
            let is_seen = window.is_inside(rect) || sight.height() > 60.0;
            assert!(is_seen, "{page:?}, {name}: {rect:?}");
            seen.push(name);
        }
        seen.dedup();
        assert!(seen.len() > stops / 2, "{page:?}: {seen:?}");
        window.click("Close");
        assert_eq!(window.state().panels.page, None);
    }
}

#[test]
fn settings_are_made_where_they_stand_below_their_names() {
    let mut window = Window::cramped();
    window.keys(Modifiers::COMMAND, Key::Comma);
    let theme = window
        .harness
        .get_by_role_and_label(Role::ComboBox, "Theme")
        .rect();
    assert!(window.is_inside(theme), "{theme:?}");
    assert!(theme.width() > SMALLEST.x / 2.0, "it has the whole line");
    window.choose("Theme", "Light");
    assert_eq!(window.state().settings.look, pyrograph::theme::Look::Light);
}

#[test]
fn the_palette_fits_and_its_last_line_is_reached() {
    let mut window = Window::cramped();
    window.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    let chosen = |window: &Window| {
        let lines = window.harness.query_all_by_role(Role::ListBoxOption);
        let mut chosen =
            lines.filter(|line| line.accesskit_node().toggled() == Some(Toggled::True));
        chosen.next().map(|line| line.rect())
    };
    for _ in 0..12 {
        window.keys(Modifiers::NONE, Key::ArrowDown);
        let line = chosen(&window).unwrap();
        assert!(window.is_inside(line), "{line:?}");
    }
    window.assert_inside("Search commands and nodes");
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().panels.page, None);
}

#[test]
fn the_first_card_and_messages_fit_and_are_dismissed() {
    let mut window = Window::cramped();
    window.assert_inside("Make the picture");
    window.click("Dismiss the first steps");
    assert!(window.state().settings.is_welcomed);

    let long = "/a/very/long/way/to/a/file/that/is/not/there".repeat(8);
    window.give(Command::OpenFile(long.into()));
    assert!(window.state().notice.is_some());
    window.assert_inside("Dismiss");
    window.click("Dismiss");
    assert_eq!(window.state().notice, None);
}

#[test]
fn questions_fit_and_are_answered() {
    let mut window = Window::cramped();
    window.give(Command::NewSeed(pyrograph::command::Input::new(
        "sampler", "seed",
    )));
    window.give(Command::File(FileCommand::Close));
    assert!(matches!(
        window.state().question,
        Some(Question::Unsaved(_))
    ));
    for name in ["Save", "Do not save", "Stay"] {
        let button = window.harness.get_by_role_and_label(Role::Button, name);
        assert!(window.is_inside(button.rect()), "{name}");
    }
    let stay = window.harness.get_by_role_and_label(Role::Button, "Stay");
    stay.click();
    window.settle();
    assert_eq!(window.state().question, None);

    let pick = SetupCommand::PickFolder(FolderUse::Models);
    window.give(Command::Setup(pick));
    assert!(window.state().question.is_some());
    // It is larger than the window, and scrolls to what has the keyboard.
    for _ in 0..60 {
        window.keys(Modifiers::NONE, Key::Tab);
        if window.focused().is_some_and(|(name, _)| name == "Cancel") {
            break;
        }
    }
    window.assert_inside("Cancel");
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().question, None);
}
