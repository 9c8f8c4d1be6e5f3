//! What everybody needs: the keyboard's place is seen, help is there on hover, what one would copy
//! can be copied, and nothing moves where that is not wanted.

use egui::accesskit::{Action, Role};
use egui::{Event, Key, Modifiers, Pos2, Rect};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::command::setup::{Page, SetupCommand};
use pyrograph::command::{Command, Drawer, Input};
use pyrograph_engine::graph::shape::Shape;

use crate::window::Window;

impl Window {
    fn focused_rect(&self) -> Option<Rect> {
        let focused = self.harness.query_all_by(|node| node.is_focused()).last();
        focused.map(|node| node.rect())
    }

    /// Goes on with Tab so often and checks that each place of the keyboard is seen.
    fn assert_focus_is_seen(&mut self, where_to: &str, stops: usize) {
        for _ in 0..stops {
            let Some(rect) = self.focused_rect() else {
                panic!("{where_to}: nothing has the keyboard");
            };
            let around = rect.expand(4.0);
            let with = self.drawn_in(around);
            let name = self.focused_name();
            self.keys(Modifiers::NONE, Key::Tab);
            // The next thing may have to be scrolled to: then this one has gone from its place.
            assert_ne!(self.drawn_in(around), with, "{where_to}: {name}");
        }
    }

    fn focused_name(&self) -> String {
        let focused = self.harness.query_all_by(|node| node.is_focused()).last();
        let label = focused.and_then(|node| node.accesskit_node().label());
        label.unwrap_or_default()
    }

    /// Rests with the pointer at a place until a tooltip is due.
    fn rest_at(&mut self, pos: Pos2) {
        self.harness.hover_at(pos);
        self.harness.run_steps(60);
    }

    /// How often these words are read.
    fn count_of(&self, words: &str) -> usize {
        self.harness.query_all_by_label_contains(words).count()
    }

    /// Selects a text with the mouse and copies it.
    fn copied_from(&mut self, words: &str) -> String {
        let found = self.harness.query_all_by_label(words);
        let rect = found.last().expect(words).rect();
        self.copied_along(rect.left_top() + egui::vec2(1.0, 4.0), rect.right_bottom())
    }

    fn copied_along(&mut self, from: Pos2, to: Pos2) -> String {
        self.drag(from, to);
        self.harness.event(Event::Copy);
        self.harness.step();
        let commands = &self.harness.output().platform_output.commands;
        let copied = commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        copied.unwrap_or_default()
    }
}

#[test]
fn what_has_the_keyboard_shows_it_in_every_part_of_the_window() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    window.give(Command::ToggleDrawer(Drawer::Problems));
    for (part, stops) in [("inspector", 14), ("drawer", 3), ("tools", 8), ("tabs", 4)] {
        window.keys(Modifiers::NONE, Key::F6);
        window.assert_focus_is_seen(part, stops - 1);
        // Back to where this part begins, so that F6 goes on from it.
        let name = part.to_owned();
        for _ in 0..stops {
            let part = window.harness.get_by_label(&name).rect();
            if window
                .focused_rect()
                .is_some_and(|rect| part.contains(rect.center()))
            {
                break;
            }
            window.keys(Modifiers::SHIFT, Key::Tab);
        }
    }
}

#[test]
fn what_has_the_keyboard_shows_it_on_every_page() {
    for (page, stops) in [(Page::Settings, 12), (Page::Keys, 8), (Page::Templates, 5)] {
        let mut window = Window::first();
        window.give(Command::Setup(SetupCommand::Toggle(page)));
        if page == Page::Templates {
            window.wait("they are read", |state| state.templates.lists().is_some());
            window.settle();
        }
        window.keys(Modifiers::NONE, Key::Tab);
        window.assert_focus_is_seen(&format!("{page:?}"), stops);
    }
}

#[test]
fn nodes_pins_and_params_tell_what_they_are_for() {
    let mut window = Window::first();
    window.click("Dismiss the first steps");
    window.give(Command::ToggleDrawer(Drawer::Pictures));
    window.give(Command::ToggleInspector);
    window.give(Command::FitAll);
    let catalog = window.state().document.catalog();
    let graph = window.state().document.graph().clone();
    for (key, node) in &graph.nodes {
        let shape = Shape::of_node(node, catalog).unwrap();
        let mut told = vec![(format!("{key} node"), shape.spec.unwrap().doc)];
        let ins = shape
            .inputs
            .iter()
            .map(|pin| (format!("{key} in {}", pin.name), pin.doc));
        let outs = shape
            .outputs
            .iter()
            .map(|pin| (format!("{key} out {}", pin.name), pin.doc));
        told.extend(ins.chain(outs));
        let params = shape.params.iter();
        told.extend(params.map(|param| (format!("{key} {}", param.name), param.spec.doc)));
        for (name, doc) in told {
            assert!(!doc.is_empty(), "{name} says nothing of itself");
            window.rest_at(egui::pos2(2.0, 2.0));
            let before = window.count_of(doc);
            let rect = window.harness.query_all_by_label(&name).next();
            let rect = rect.unwrap_or_else(|| panic!("{name}")).rect();
            let at = if name.ends_with(" node") {
                rect.center_top() + egui::vec2(0.0, 8.0)
            } else {
                rect.center()
            };
            window.rest_at(at);
            assert!(window.count_of(doc) > before, "{name} does not tell: {doc}");
        }
    }
}

#[test]
fn the_inspector_tells_of_params_at_their_names() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    let spec = window.state().document.catalog().get("sampling.ksampler");
    let steps = spec.unwrap().params.iter().find(|it| it.name == "steps");
    let doc = steps.unwrap().doc;
    let field = window.harness.get_by_label("steps of sampler").rect();
    let inspector = window.harness.get_by_label("inspector").rect();
    assert_eq!(window.count_of(doc), 0);
    window.rest_at(egui::pos2(inspector.left() + 26.0, field.center().y));
    assert_eq!(window.count_of(doc), 1);
}

#[test]
fn icons_tell_what_they_do_and_by_which_keys() {
    let mut window = Window::first();
    for command in [
        Command::AddMenu,
        Command::ToggleKeys,
        Command::Setup(SetupCommand::Toggle(Page::Settings)),
        Command::ToggleInspector,
    ] {
        let tooltip = command.tooltip_with_keys(&window.harness.ctx);
        assert!(tooltip.ends_with(')'), "{tooltip}");
        let tools = window.harness.get_by_label("tools").rect();
        let mut found = window.harness.query_all_by_label(command.label());
        let icon = found.find(|icon| tools.contains(icon.rect().center()));
        let at = icon.unwrap().rect().center();
        drop(found);
        window.rest_at(at);
        assert!(window.has(&tooltip), "{tooltip}");
    }
}

#[test]
fn what_one_would_copy_can_be_copied() {
    let mut window = Window::first();
    // The name by which files call a node, and its words.
    window.give(Command::Select(vec!["sampler".into()]));
    assert_eq!(window.copied_from("sampler"), "sampler");
    let doc = window.state().document.catalog().get("sampling.ksampler");
    let doc = doc.unwrap().doc;
    assert!(doc.starts_with(window.copied_from(doc).as_str()));

    // What is wrong.
    window.give(Command::ToggleDrawer(Drawer::Problems));
    window.give(Command::Disconnect(Input::new("sampler", "latent")));
    window.give(Command::Select(Vec::new()));
    let message = window.state().problems().next().unwrap().message.clone();
    let shown = window.harness.query_all_by_label_contains(&message).last();
    let line = shown.expect("the problem is shown").rect();
    // Behind the sign, below the place.
    let from = line.left_top() + egui::vec2(28.0, 25.0);
    let copied = window.copied_along(from, egui::pos2(line.right(), from.y));
    assert!(
        copied.len() > 5 && message.contains(&copied[1..]),
        "{copied:?}"
    );

    // The folders in the settings.
    window.keys(Modifiers::COMMAND, Key::Comma);
    let folder = window.state().pictures_folder.display().to_string();
    window.harness.get_by_label(&folder).scroll_to_me();
    window.settle();
    let copied = window.copied_from(&folder);
    assert!(copied.len() > 5 && folder.contains(&copied), "{copied:?}");
}

#[test]
fn a_seed_is_copied_whole() {
    let mut window = Window::first();
    let seed = 18_446_744_073_709_551_615_u64;
    window.give(Command::SetParam {
        at: Input::new("sampler", "seed"),
        value: Some(seed.into()),
        live: false,
    });
    window.click("sampler seed");
    window.keys(Modifiers::COMMAND, Key::A);
    window.harness.event(Event::Copy);
    window.harness.step();
    let commands = &window.harness.output().platform_output.commands;
    let is_seed = |command: &egui::OutputCommand| matches!(command, egui::OutputCommand::CopyText(text) if *text == seed.to_string());
    assert!(commands.iter().any(is_seed), "{commands:?}");
}

#[test]
fn with_reduced_motion_everything_is_there_at_once() {
    let mut window = Window::first();
    let mut settings = window.state().settings.clone();
    settings.reduces_motion = true;
    settings.is_welcomed = true;
    window.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
    let whole = Rect::from_min_size(Pos2::ZERO, egui::vec2(1440.0, 900.0));
    window.give(Command::Select(vec!["sampler".into()]));
    for command in [
        Command::FitSelection,
        Command::FitAll,
        Command::ActualSize,
        Command::ToggleInspector,
        Command::ToggleDrawer(Drawer::Queue),
        Command::AddMenu,
        Command::Setup(SetupCommand::Toggle(Page::Palette)),
        Command::Setup(SetupCommand::Toggle(Page::Settings)),
        Command::Setup(SetupCommand::Close),
    ] {
        window.harness.state_mut().give(command.clone());
        // One frame takes the command, the next ones find sizes.
        window.harness.run_steps(4);
        let at_once = window.drawn_in(whole);
        window.harness.run_steps(20);
        assert_eq!(window.drawn_in(whole), at_once, "{}", command.label());
    }
    // Nor does a caret blink.
    window.harness.get_by_label("prompt text").focus();
    window.settle();
    let at_once = window.drawn_in(whole);
    window.harness.run_steps(60);
    assert_eq!(window.drawn_in(whole), at_once);
}

#[test]
fn everything_that_can_be_used_has_a_role_and_a_name() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    let mut pages = vec![None];
    pages.extend([Page::Settings, Page::Keys, Page::Palette, Page::Templates].map(Some));
    for page in pages {
        if let Some(page) = page {
            window.give(Command::Setup(SetupCommand::Toggle(page)));
        }
        if page == Some(Page::Templates) {
            window.wait("they are read", |state| state.templates.lists().is_some());
            window.settle();
        }
        let usable = window.harness.query_all_by(|node| {
            let data = node.data();
            data.supports_action(Action::Focus) && data.supports_action(Action::Click)
        });
        let mut count = 0;
        for node in usable {
            let node = node.accesskit_node();
            let name = node.label().unwrap_or_default();
            count += 1;
            assert!(
                !name.trim().is_empty(),
                "{page:?}: {:?} without a name",
                node.role()
            );
            let has_value = match node.role() {
                Role::ComboBox => node.value().is_some(),
                Role::Switch => node.toggled().is_some(),
                Role::SpinButton | Role::Slider => node.numeric_value().is_some(),
                Role::Tab | Role::ListBoxOption => node.toggled().is_some(),
                role => role != Role::Unknown,
            };
            assert!(has_value, "{page:?}: {name}, {:?}", node.role());
        }
        assert!(count > 5, "{page:?}: {count}");
    }
}
