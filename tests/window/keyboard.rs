//! Everything by keys alone, and what screen readers are told.

use std::fs;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::command::Command;

use super::Window;

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;

impl Window {
    /// Types into whatever has the keyboard.
    fn write(&mut self, text: &str) {
        self.harness.event(Event::Text(text.to_owned()));
        self.settle();
    }

    /// What a screen reader says of the thing that has the keyboard.
    fn heard(&self) -> String {
        let focused = self.harness.query_all_by(|node| node.is_focused()).last();
        focused
            .and_then(|node| node.accesskit_node().label())
            .unwrap_or_default()
    }

    /// Presses Tab until something is heard.
    fn tab_to(&mut self, name: &str) {
        for _ in 0..60 {
            if self.heard() == name {
                return;
            }
            self.keys(NONE, Key::Tab);
        }
        panic!("Tab does not come to {name}, but to {}", self.heard());
    }

    fn add_by_keys(&mut self, search: &str) -> String {
        self.keys(NONE, Key::Tab);
        self.write(search);
        self.keys(NONE, Key::Enter);
        self.state().inspected().unwrap().to_owned()
    }

    /// Wires a pin of the selected node.
    fn wire_by_keys(&mut self, pin: &str, from: &str) {
        self.keys(Modifiers::SHIFT, Key::C);
        self.write(pin);
        self.keys(NONE, Key::Enter);
        self.write(from);
        self.keys(NONE, Key::Enter);
    }

    /// Gives a number of the selected node a value.
    fn number_by_keys(&mut self, param: &str, node: &str, value: &str) {
        self.tab_to(&format!("{param} of {node}"));
        self.keys(NONE, Key::Enter);
        self.write(value);
        self.keys(NONE, Key::Enter);
    }
}

#[test]
fn the_whole_text_to_image_graph_is_built_run_and_saved_by_keys_alone() {
    let mut window = Window::first();
    window.keys(CTRL, Key::N);
    assert!(window.state().document.graph().nodes.is_empty());

    let model = window.add_by_keys("load checkpoint");
    let mut prompts = Vec::new();
    for text in ["a red apple on a blue table", "blurry"] {
        let prompt = window.add_by_keys("CLIPTextEncode");
        window.wire_by_keys("clip", &format!("{model} clip"));
        window.keys(NONE, Key::Enter);
        window.write(text);
        window.keys(NONE, Key::Escape);
        assert_eq!(window.param(&prompt, "text"), text);
        prompts.push(prompt);
    }
    let latent = window.add_by_keys("EmptyLatentImage");
    window.keys(NONE, Key::Enter);
    for side in ["width", "height"] {
        window.number_by_keys(side, &latent, "128");
        assert_eq!(window.param(&latent, side), 128);
    }
    window.keys(NONE, Key::Escape);

    let sampler = window.add_by_keys("KSampler");
    window.wire_by_keys("model", &format!("{model} model"));
    window.wire_by_keys("positive", &format!("{} conditioning", prompts[0]));
    window.wire_by_keys("negative", &format!("{} conditioning", prompts[1]));
    window.wire_by_keys("latent", &format!("{latent} latent"));
    window.keys(NONE, Key::Enter);
    window.number_by_keys("steps", &sampler, "4");
    window.number_by_keys("cfg", &sampler, "3");
    window.keys(NONE, Key::Escape);

    let decode = window.add_by_keys("VAEDecode");
    window.wire_by_keys("latent", &format!("{sampler} latent"));
    window.wire_by_keys("vae", &format!("{model} vae"));
    let save = window.add_by_keys("SaveImage");
    window.wire_by_keys("image", &format!("{decode} image"));

    for (node, input, source) in [
        (&sampler, "positive", format!("{}.conditioning", prompts[0])),
        (&sampler, "negative", format!("{}.conditioning", prompts[1])),
        (&sampler, "latent", format!("{latent}.latent")),
        (&decode, "vae", format!("{model}.vae")),
        (&save, "image", format!("{decode}.image")),
    ] {
        assert_eq!(window.source(node, input), Some(source), "{node}.{input}");
    }
    assert_eq!(window.param(&sampler, "steps"), 4);
    let problems: Vec<_> = window.state().problems().collect();
    assert!(problems.is_empty(), "{problems:?}");

    window.run();
    let picture = &window.state().jobs.pictures()[0];
    assert_eq!(picture.size_px, [128, 128]);
    let file = picture.path.clone().unwrap();
    assert!(image::open(&file).is_ok(), "{}", file.display());

    window.keys(CTRL, Key::S);
    window.tab_to("Name of the file");
    window.keys(CTRL, Key::A);
    let kept = window.folder.path().join("by keys.pyro");
    window.write(kept.to_str().unwrap());
    window.keys(NONE, Key::Enter);
    assert!(!window.state().document.is_dirty());
    let text = fs::read_to_string(&kept).unwrap();
    assert!(text.contains("a red apple on a blue table"));
}

#[test]
fn tab_goes_through_the_window_in_the_order_in_which_it_is_read() {
    let mut window = Window::first();
    window.give(Command::Select(vec!["sampler".into()]));
    let regions = ["tools", "tabs", "graph", "inspector", "drawer"];
    let tree = window.harness.root();
    let mut order = Vec::new();
    fn visit(node: &egui_kittest::Node<'_>, order: &mut Vec<String>) {
        order.extend(node.accesskit_node().label());
        node.children().for_each(|child| visit(&child, order));
    }
    visit(&tree, &mut order);
    let places = regions.map(|name| order.iter().position(|label| label == name));
    assert!(places.iter().all(Option::is_some), "{places:?}");
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn screen_readers_are_told_the_right_place_at_every_zoom() {
    let mut window = Window::first();
    for steps in [0, 4, -9, -4] {
        let (key, count) = if steps < 0 {
            (Key::Minus, -steps)
        } else {
            (Key::Plus, steps)
        };
        for _ in 0..count {
            window.keys(NONE, key);
        }
        let canvas = window.harness.get_by_label("canvas").rect();
        for node in ["model", "sampler", "save"] {
            let name = format!("{node} node");
            let Some(group) = window.harness.query_by_role_and_label(Role::Group, &name) else {
                continue; // out of sight
            };
            let place = group.rect();
            let pin = format!("{node} in model");
            if let Some(pin) = window.harness.query_by_label(&pin) {
                let pin = pin.rect().center();
                assert!((pin.x - place.left()).abs() < 2.0, "{name} at {steps}");
                assert!(place.y_range().contains(pin.y));
            }
            let at = place.center_top() + egui::vec2(0.0, 2.0);
            if canvas.contains(at) {
                window.click_at(at, NONE);
                assert_eq!(
                    window.state().inspected(),
                    Some(node),
                    "a click there hits it"
                );
            }
        }
    }
}

#[test]
fn messages_and_names_can_be_copied() {
    let mut window = Window::first();
    window.give(Command::OpenFile("/nowhere/at/all.pyro".into()));
    let words = window.state().notice.as_ref().unwrap().words.clone();
    let rect = window.harness.get_by_label(&words).rect();
    let (from, to) = (rect.left_center(), rect.right_center());
    window.drag(from, to);
    window.harness.event(Event::Copy);
    window.harness.step();
    let copied = window.harness.output().platform_output.commands.iter().any(|command| {
        matches!(command, egui::OutputCommand::CopyText(text) if words.contains(text.as_str()))
    });
    assert!(copied);
}
