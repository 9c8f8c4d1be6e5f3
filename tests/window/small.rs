//! Small windows and large letters: nothing lies over another, and everything is reached.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect, Vec2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::command::setup::{Page, SetupCommand};
use pyrograph::command::{Command, Drawer};

use super::Window;

/// The smallest window that a desktop makes.
const SMALLEST: Vec2 = vec2(720.0, 480.0);
/// Sizes of everything at which it is looked at.
const SCALES: [f32; 5] = [0.5, 1.0, 1.5, 2.0, 3.0];

impl Window {
    /// The first picture in the smallest window.
    fn smallest(scale: f32) -> Self {
        let mut window = Self::first();
        let mut settings = window.state().settings.clone();
        settings.ui_scale = scale;
        window.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
        window.resize(SMALLEST / scale);
        window
    }

    /// Gives the window another size, in points of the letters' size.
    fn resize(&mut self, size: Vec2) {
        self.harness.set_size(size);
        self.settle();
    }

    fn window_rect(&self) -> Rect {
        self.harness.ctx.content_rect()
    }

    fn rect_of(&self, name: &str) -> Rect {
        self.harness.get_by_label(name).rect()
    }

    /// What can be pressed on the top bar. Crosses lie on their tabs.
    fn on_bar(&self) -> Vec<(String, Rect)> {
        let roles = [Role::Button, Role::Slider, Role::Tab];
        let all = roles.map(|role| self.harness.query_all_by_role(role).collect::<Vec<_>>());
        let named = all.iter().flatten().map(|node| {
            let name = node.accesskit_node().label().unwrap_or_default();
            (name, node.rect())
        });
        let bar = self.rect_of("tabs");
        named
            .filter(|(name, rect)| bar.contains(rect.center()) && !name.starts_with("Close "))
            .collect()
    }

    /// Everything on the bar is in the window, and nothing lies over another.
    fn check_bar(&self, what: &str) {
        let shown = self.on_bar();
        assert!(shown.len() >= 4, "{what}: {shown:?}");
        let whole = self.window_rect().expand(0.5);
        for (i, (name, rect)) in shown.iter().enumerate() {
            assert!(whole.contains_rect(*rect), "{what}: {name} {rect}");
            for (other, place) in &shown[..i] {
                let both = rect.intersect(*place);
                let is_over = both.width() > 0.5 && both.height() > 0.5;
                assert!(!is_over, "{what}: {name} {rect} lies over {other} {place}");
            }
        }
    }

    /// The parts of the window that are shown.
    fn regions(&self) -> Vec<(&'static str, Rect)> {
        let names = ["tools", "graph", "inspector", "drawer"];
        let shown = names.into_iter().filter(|name| self.has(name));
        shown.map(|name| (name, self.rect_of(name))).collect()
    }
}

#[test]
fn the_parts_of_the_smallest_window_lie_beside_each_other_at_every_scale() {
    for scale in SCALES {
        let window = Window::smallest(scale);
        let whole = window.window_rect().expand(0.5);
        assert!((whole.size() - SMALLEST / scale).length() < 2.0, "{whole}");
        let regions = window.regions();
        for (i, (name, rect)) in regions.iter().enumerate() {
            assert!(whole.contains_rect(*rect), "{scale}: {name} {rect}");
            for (other, place) in &regions[..i] {
                let both = rect.intersect(*place);
                let is_over = both.width() > 0.5 && both.height() > 0.5;
                assert!(!is_over, "{scale}: {name} {rect} lies over {other} {place}");
            }
        }
        let canvas = window.rect_of("canvas").size();
        assert!(canvas.x >= 180.0 && canvas.y >= 100.0, "{scale}: {canvas}");
        window.check_bar(&format!("at {scale}"));
    }
}

#[test]
fn the_bar_has_room_for_a_run_at_every_scale() {
    for scale in SCALES {
        let mut window = Window::smallest(scale);
        window
            .harness
            .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        window.wait("the run begins", |state| state.jobs.progress().is_some());
        window.check_bar(&format!("running at {scale}"));
        window.give(Command::Cancel);
        window.wait("the run ends", |state| !state.jobs.is_running());
    }
}

#[test]
fn panels_fold_away_and_lie_over_the_canvas_when_they_are_asked_for() {
    let mut window = Window::smallest(3.0);
    assert!(!window.has("inspector") && !window.has("drawer"));
    let drawer = Command::ToggleDrawer(Drawer::Queue);
    for (name, toggle) in [("inspector", Command::ToggleInspector), ("drawer", drawer)] {
        window.give(toggle.clone());
        let rect = window.rect_of(name);
        assert!(window.window_rect().contains_rect(rect), "{name} {rect}");
        assert!(!window.has("canvas"), "{name}");
        let close = window.rect_of("Close the panel");
        assert!(window.window_rect().contains_rect(close), "{name} {close}");
        window.click("Close the panel");
        assert!(window.has("canvas") && !window.has(name), "{name}");
        window.give(toggle.clone());
        window.give(toggle);
        assert!(window.has("canvas") && !window.has(name), "{name}");
    }
    // What was open in the large window is open there again.
    window.resize(vec2(1440.0, 900.0));
    assert!(window.has("inspector") && window.has("drawer") && window.has("canvas"));
}

#[test]
fn every_tool_is_reached_in_the_smallest_window() {
    let mut window = Window::smallest(3.0);
    for command in [
        Command::AddMenu,
        Command::FitAll,
        Command::ToggleInspector,
        Command::Setup(SetupCommand::Toggle(Page::Settings)),
        Command::ToggleKeys,
    ] {
        let label = command.label();
        let button = window.harness.get_by_role_and_label(Role::Button, label);
        button.focus();
        window.settle();
        let button = window.harness.get_by_role_and_label(Role::Button, label);
        let rect = button.rect();
        assert!(window.window_rect().contains_rect(rect), "{label} {rect}");
    }
}

#[test]
fn nodes_are_added_and_files_changed_in_the_smallest_window() {
    let mut window = Window::smallest(3.0);
    window.keys(Modifiers::NONE, Key::Tab);
    let search = window.rect_of("Search nodes");
    assert!(window.window_rect().contains_rect(search), "{search}");
    window
        .harness
        .get_by_label("Search nodes")
        .type_text("KSampler");
    window.settle();
    let count = window.state().document.graph().nodes.len();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().document.graph().nodes.len(), count + 1);

    window.click("Open files");
    window.click("New");
    assert!(window.state().document.graph().nodes.is_empty());
    window.click("Open files");
    window.click("first_picture.pyro, unsaved changes");
    assert_eq!(window.state().document.graph().nodes.len(), count + 1);
    assert!(window.has("Ways to run"));
    window.click("Ways to run");
    assert!(window.has("runs"), "the count is there");
}
