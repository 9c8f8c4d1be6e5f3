//! Settings, keys, the palette, templates, the first minutes.

use std::fs;

use egui::accesskit::Role;
use egui::epaint::Primitive;
use egui::{Key, Modifiers, Pos2, Rect};
use egui_kittest::kittest::{NodeT, Queryable};
use pyrograph::app::Question;
use pyrograph::command::setup::{Page, SetupCommand};
use pyrograph::command::{Answer, Command, Keymap};
use pyrograph::document::dialog::{FolderUse, Purpose};
use pyrograph::settings::Navigation;
use pyrograph::theme::{Hues, Look};
use pyrograph_engine::device::DeviceChoice;
use pyrograph_engine::node::FileKind;

use super::Window;

mod effects;
mod everyone;
mod small;

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// A corner of what is drawn: where, and in which colour.
type Corner = ([u32; 2], [u8; 4]);

impl Window {
    /// Whether a picture is drawn inside a rectangle.
    fn is_textured(&self, rect: Rect, texture: egui::TextureId) -> bool {
        let shapes = self.harness.output().shapes.clone();
        let scale = self.harness.ctx.pixels_per_point();
        let drawn = self.harness.ctx.tessellate(shapes, scale);
        drawn.iter().any(|clipped| match &clipped.primitive {
            Primitive::Mesh(mesh) => {
                let mut corners = mesh.vertices.iter();
                mesh.texture_id == texture && corners.any(|corner| rect.contains(corner.pos))
            }
            Primitive::Callback(_) => false,
        })
    }

    /// What is drawn inside a rectangle.
    fn drawn_in(&self, rect: Rect) -> Vec<Corner> {
        let shapes = self.harness.output().shapes.clone();
        let scale = self.harness.ctx.pixels_per_point();
        let drawn = self.harness.ctx.tessellate(shapes, scale);
        let meshes = drawn.iter().filter_map(|clipped| match &clipped.primitive {
            Primitive::Mesh(mesh) => Some((clipped.clip_rect, mesh)),
            Primitive::Callback(_) => None,
        });
        let corners = meshes.flat_map(|(clip, mesh)| {
            let seen = clip.intersect(rect);
            let corners = mesh.vertices.iter();
            corners.filter(move |corner| seen.contains(corner.pos))
        });
        corners
            .map(|corner| {
                let Pos2 { x, y } = corner.pos;
                ([x.to_bits(), y.to_bits()], corner.color.to_array())
            })
            .collect()
    }

    /// Opens a list and takes a line of it.
    fn choose(&mut self, name: &str, value: &str) {
        self.harness
            .get_by_role_and_label(Role::ComboBox, name)
            .click();
        self.settle();
        self.harness
            .get_by_role_and_label(Role::ListBoxOption, value)
            .click();
        self.settle();
    }

    /// Presses what may have to be scrolled to.
    fn press(&mut self, name: &str) {
        self.harness.get_by_label(name).click_accesskit();
        self.settle();
    }

    /// The settings are written beside the window.
    fn wait_for_setting(&mut self, pointer: &str, wanted: &str) {
        let file = self.folder.path().join("data/settings.json");
        self.wait("the settings are written", |_| {
            let text = fs::read_to_string(&file).unwrap_or_default();
            let settings: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            settings.pointer(pointer).is_some_and(|it| it == wanted)
        });
    }

    fn shortcut(&self, command: &Command) -> Option<String> {
        command.shortcut_text(&self.harness.ctx)
    }
}

#[test]
fn settings_hold_at_once_and_after_a_restart() {
    let mut window = Window::first();
    window.keys(Modifiers::COMMAND, Key::Comma);
    assert_eq!(window.state().panels.page, Some(Page::Settings));

    window.choose("Theme", "Light");
    assert_eq!(window.state().theme.look, Look::Light);
    window.choose("Navigation", "Figma");
    assert_eq!(window.state().settings.navigation, Navigation::Figma);
    for name in [
        "Colour-blind safe pins",
        "Reduced motion",
        "Snap to grid",
        "Previews",
        "Run on change",
        "Notifications",
    ] {
        window.press(name);
    }
    let settings = window.state().settings.clone();
    assert!(settings.is_colour_blind_safe && settings.reduces_motion && settings.runs_on_change);
    assert!(!settings.snaps_to_grid && !settings.shows_previews && !settings.notifies);
    assert_eq!(window.state().theme.hues, Hues::Safe);
    assert_eq!(window.harness.ctx.global_style().animation_time, 0.0);
    window.wait_for_setting("/navigation", "figma");

    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().panels.page, None);

    let window = window.restart();
    assert_eq!(window.state().settings, settings);
    assert_eq!(window.state().theme.look, Look::Light);
    assert_eq!(window.harness.ctx.global_style().animation_time, 0.0);
}

#[test]
fn everything_is_made_larger_and_smaller_by_keys_and_on_the_page() {
    let mut window = Window::first();
    let zoom = |window: &Window| window.harness.ctx.zoom_factor();
    window.keys(Modifiers::COMMAND, Key::Plus);
    window.keys(Modifiers::COMMAND, Key::Plus);
    assert_eq!(zoom(&window), 1.25);
    window.keys(Modifiers::COMMAND, Key::Minus);
    assert_eq!(zoom(&window), 1.1);
    window.keys(Modifiers::COMMAND, Key::Num0);
    assert_eq!(zoom(&window), 1.0);
    for scale in [0.5, 3.0] {
        let mut settings = window.state().settings.clone();
        settings.ui_scale = scale;
        window.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
        assert_eq!(zoom(&window), scale);
        window.keys(Modifiers::COMMAND, Key::Comma);
        assert!(window.has("Settings"));
        window.keys(Modifiers::NONE, Key::Escape);
    }
    let window = window.restart();
    assert_eq!(zoom(&window), 3.0);
}

#[test]
fn the_device_and_the_memory_are_taken_without_a_restart() {
    let mut window = Window::first();
    window.keys(Modifiers::COMMAND, Key::Comma);
    window.choose("Device", "Processor");
    assert_eq!(window.state().settings.device, DeviceChoice::Cpu);
    window.click("Automatic memory budget");
    assert_eq!(window.state().settings.memory_budget, Some(8_000_000_000));
    window.click("Memory budget in GB");
    let field = window.harness.get_by_label("Memory budget in GB");
    field.type_text("2*2");
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().settings.memory_budget, Some(4_000_000_000));
    window.keys(Modifiers::NONE, Key::Escape);

    window.give(Command::SetParam {
        at: pyrograph::command::Input::new("sampler", "steps"),
        value: Some(2.into()),
        live: false,
    });
    window.run();
    assert_eq!(window.state().jobs.pictures().len(), 1);
}

#[test]
fn folders_are_added_and_removed_and_looked_through() {
    let mut window = Window::first();
    let models = window.folder.path().join("my models");
    fs::create_dir_all(models.join("input")).unwrap();
    image::RgbImage::new(8, 8)
        .save(models.join("input/found_here.png"))
        .unwrap();
    window.keys(Modifiers::COMMAND, Key::Comma);
    window.give(Command::Setup(SetupCommand::PickFolder(FolderUse::Models)));
    assert!(matches!(
        window.state().question,
        Some(Question::File {
            purpose: Purpose::Folder(FolderUse::Models),
            ..
        })
    ));
    window.give(Command::Answer(Answer::File(models.clone())));
    assert_eq!(
        window.state().settings.model_folders,
        std::slice::from_ref(&models)
    );
    assert!(window.state().library.dirs.contains(&models));
    window.wait("the new folder's files are listed", |state| {
        let files = state.files(FileKind::Image);
        files.iter().any(|entry| entry.name == "found_here.png")
    });

    let typed = window.folder.path().join("elsewhere");
    let field = window.harness.get_by_label("Folder for pictures");
    field.focus();
    window.settle();
    let field = window.harness.get_by_label("Folder for pictures");
    field.type_text(typed.to_str().unwrap());
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().settings.pictures_folder, Some(typed));

    let remove = format!("Remove {}", models.display());
    window.press(&remove);
    assert!(window.state().settings.model_folders.is_empty());
    assert!(!window.state().library.dirs.contains(&models));
}

#[test]
fn damaged_settings_are_set_aside_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("settings.json"), "{ \"look\": 7").unwrap();
    let window = Window::start(folder, None);
    assert_eq!(window.state().theme.look, Look::Dark);
    let notice = window.state().notice.as_ref().unwrap();
    assert!(notice.words.contains("settings.json"), "{}", notice.words);
    let kept = fs::read_to_string(data.join("settings.json.damaged-1")).unwrap();
    assert_eq!(kept, "{ \"look\": 7");
}

#[test]
fn keys_are_changed_exchanged_and_reset() {
    let mut window = Window::first();
    window.keys(Modifiers::NONE, Key::F1);
    assert_eq!(window.state().panels.page, Some(Page::Keys));
    assert!(window.has("Drag from a pin") && window.has("Middle drag, Space and drag"));

    window.click("Keys of Save: Ctrl+S");
    assert!(window.has("Keys of Save: Press keys…"));
    window.keys(CTRL_SHIFT, Key::L);
    assert_eq!(
        window.shortcut(&Command::Save).as_deref(),
        Some("Ctrl+Shift+L")
    );
    window.wait_for_setting("/keys/save/0", "Ctrl+Shift+L");

    // Keys that another command has: both are named, and one gets them.
    window.click("Keys of Save: Ctrl+Shift+L");
    window.keys(Modifiers::COMMAND, Key::O);
    assert!(window.has("Ctrl+O is used by Open…."));
    window.click("Leave it to Open…");
    assert_eq!(window.shortcut(&Command::Open).as_deref(), Some("Ctrl+O"));
    window.click("Keys of Save: Ctrl+Shift+L");
    window.keys(Modifiers::COMMAND, Key::O);
    window.click("Give it to Save");
    assert_eq!(window.shortcut(&Command::Save).as_deref(), Some("Ctrl+O"));
    assert_eq!(window.shortcut(&Command::Open), None);

    window.keys(Modifiers::NONE, Key::Escape);
    window.keys(Modifiers::COMMAND, Key::O);
    assert!(
        matches!(
            window.state().question,
            Some(Question::File {
                purpose: Purpose::Save { .. },
                ..
            })
        ),
        "the keys mean what they were changed to"
    );
    window.give(Command::Answer(Answer::Stay));

    window.keys(Modifiers::NONE, Key::F1);
    window.click("Reset the keys of Save");
    assert_eq!(window.shortcut(&Command::Save).as_deref(), Some("Ctrl+S"));
    window.click("Reset all");
    assert_eq!(window.shortcut(&Command::Open).as_deref(), Some("Ctrl+O"));
    assert!(window.state().settings.keys.is_empty());
}

#[test]
fn keys_are_taken_away_and_waiting_ends_by_escape() {
    let mut window = Window::first();
    window.keys(Modifiers::NONE, Key::F1);
    let search = window.harness.get_by_label("Search commands and keys");
    search.focus();
    window.settle();
    let search = window.harness.get_by_label("Search commands and keys");
    search.type_text("fit all");
    window.settle();
    assert!(!window.has("Keys of Save: Ctrl+S"));
    window.click("Keys of Fit all: .");
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(
        window.state().panels.page,
        Some(Page::Keys),
        "only the waiting ends"
    );
    assert_eq!(window.shortcut(&Command::FitAll).as_deref(), Some("."));
    window.click("Keys of Fit all: .");
    window.keys(Modifiers::NONE, Key::Delete);
    assert_eq!(window.shortcut(&Command::FitAll), None);
    let window = window.restart();
    assert_eq!(window.shortcut(&Command::FitAll), None);
    let keymap = Keymap::of(&window.harness.ctx);
    assert_eq!(keymap.shortcuts(&Command::FitAll).count(), 0);
}

#[test]
fn the_palette_finds_commands_and_nodes_and_remembers_them() {
    let mut window = Window::first();
    window.keys(CTRL_SHIFT, Key::P);
    assert_eq!(window.state().panels.page, Some(Page::Palette));
    let search = |window: &mut Window, text: &str| {
        let field = window.harness.get_by_label("Search commands and nodes");
        field.type_text(text);
        window.settle();
    };
    search(&mut window, "settings");
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().panels.page, Some(Page::Settings));
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().settings.recent_commands, ["settings"]);

    window.keys(CTRL_SHIFT, Key::P);
    search(&mut window, "go to neg");
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().inspected(), Some("negative"));
    assert_eq!(window.state().panels.page, None);

    // What would do nothing says why, and is not done.
    window.keys(CTRL_SHIFT, Key::P);
    search(&mut window, "undo");
    let line = window
        .harness
        .get_by_role_and_label(Role::ListBoxOption, "Undo");
    assert!(line.accesskit_node().is_disabled());
    window.keys(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().panels.page, Some(Page::Palette));
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().panels.page, None);
}

#[test]
fn templates_open_as_copies() {
    let mut window = Window::first();
    window.keys(CTRL_SHIFT, Key::N);
    window.wait("the examples are read", |state| {
        state.templates.lists().is_some()
    });
    window.settle();
    let examples = &window.state().templates.lists().unwrap().examples;
    assert!(examples.len() >= 6);
    let inpaint = examples.iter().find(|it| it.title == "Inpaint").unwrap();
    let card = format!("Inpaint: {}", inpaint.about);
    window.click(&card);
    assert_eq!(window.state().panels.page, None);
    let document = &window.state().document;
    assert_eq!(document.name(), "inpaint.pyro");
    assert_eq!(document.path(), None, "saving must not replace the example");
    assert_eq!(window.state().problems().count(), 0);
    // Its picture lies beside the example, and is found there.
    let folder = document.folder().unwrap();
    assert!(folder.join("input/red_apple_cut.png").is_file());
    window.wait("it is shown", |state| state.loaded("picture").is_some());
}

#[test]
fn the_first_card_goes_with_the_first_run_and_stays_away() {
    let words = "Press Run to make this picture. Nothing leaves your machine.";
    let mut window = Window::first();
    assert!(window.has(words));
    assert!(!window.state().jobs.is_running(), "nothing runs unasked");
    let mut dismissed = Window::first();
    dismissed.click("Dismiss the first steps");
    assert!(!dismissed.has(words));
    assert!(!dismissed.restart().has(words));

    window.give(Command::SetParam {
        at: pyrograph::command::Input::new("sampler", "steps"),
        value: Some(1.into()),
        live: false,
    });
    window.click("Make the picture");
    window.wait("the run ends", |state| state.jobs.pictures().len() == 1);
    window.settle();
    assert!(!window.has(words));
    assert!(!window.restart().has(words));
}

#[test]
fn f6_goes_round_the_parts_of_the_window() {
    let mut window = Window::first();
    let regions = |window: &Window| {
        let names = ["tools", "tabs", "graph", "inspector", "drawer"];
        names.map(|name| window.harness.query_by_label(name).is_some())
    };
    assert_eq!(regions(&window), [true; 5]);
    let focused_in = |window: &Window| {
        let focused = window.harness.query_all_by(|node| node.is_focused());
        let at = focused.last().unwrap().rect().center();
        ["tools", "tabs", "inspector", "drawer", "graph"]
            .into_iter()
            .find(|name| window.harness.get_by_label(name).rect().contains(at))
    };
    window.give(Command::Select(vec!["sampler".into()]));
    for wanted in ["inspector", "drawer", "tools", "tabs", "graph", "inspector"] {
        window.keys(Modifiers::NONE, Key::F6);
        assert_eq!(focused_in(&window), Some(wanted));
    }
    window.keys(Modifiers::SHIFT, Key::F6);
    assert_eq!(focused_in(&window), Some("graph"));
    // In a panel Tab goes on to the next thing, on the canvas it adds a node.
    window.keys(Modifiers::NONE, Key::F6);
    window.keys(Modifiers::NONE, Key::Tab);
    assert!(!window.has("Search nodes"));
    window.keys(Modifiers::SHIFT, Key::F6);
    window.keys(Modifiers::NONE, Key::Tab);
    assert!(window.has("Search nodes"));
}

#[test]
fn templates_show_their_pictures() {
    let mut window = Window::first();
    window.keys(CTRL_SHIFT, Key::N);
    let pictures = |state: &pyrograph::app::State| {
        let pictures = state.templates.pictures().map(std::path::Path::to_owned);
        pictures.collect::<Vec<_>>()
    };
    window.wait("their pictures are shown", |state| {
        let pictures = pictures(state);
        let are_shown = pictures.iter().all(|it| state.shelf.thumb(it).is_some());
        are_shown && !pictures.is_empty()
    });
    let examples = &window.state().templates.lists().unwrap().examples;
    assert_eq!(pictures(window.state()).len(), examples.len());
    // A template is drawn in the colours of its picture.
    let first = &examples[0];
    let card = format!("{}: {}", first.title, first.about);
    let picture = first.picture.clone().unwrap();
    window.settle();
    let card = window.harness.get_by_label(&card).rect();
    let texture = window.state().shelf.thumb(&picture).unwrap().id();
    assert!(window.is_textured(card, texture));
}

#[test]
fn a_users_own_templates_are_shown_too_and_told_where_they_belong() {
    let mut window = Window::first();
    let folder = window.folder.path().join("data/templates");
    window.keys(CTRL_SHIFT, Key::N);
    window.wait("they are read", |state| state.templates.lists().is_some());
    window.settle();
    let told = folder.display().to_string();
    assert!(window.has(&told), "where they belong is told");
    assert!(folder.is_dir());
    window.keys(Modifiers::NONE, Key::Escape);

    let text = r#"{ "format": 1, "nodes": { "latent": { "is": "latent.empty" },
        "more": { "is": "latent.batch", "in": { "first": "latent.latent" } } }, "about": "Mine." }"#;
    fs::write(folder.join("my_start.pyro"), text).unwrap();
    fs::write(folder.join("broken.pyro"), "{").unwrap();
    window.keys(CTRL_SHIFT, Key::N);
    window.wait("it is found", |state| {
        state
            .templates
            .lists()
            .is_some_and(|lists| !lists.own.is_empty())
    });
    window.settle();
    let own = &window.state().templates.lists().unwrap().own;
    assert_eq!(own.len(), 1, "what is no graph is no template");
    assert_eq!(own[0].picture, None);
    assert_eq!(own[0].miniature.wires.len(), 1, "the graph is its face");
    window.press("My start: Mine.");
    let document = &window.state().document;
    assert_eq!(document.name(), "my_start.pyro");
    assert_eq!(document.path(), None);
    assert_eq!(document.graph().nodes.len(), 2);
}
