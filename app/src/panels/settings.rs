//! The page of settings. Every change holds at once; nothing has to be saved or started again.

use std::path::{Path, PathBuf};

use egui::{
    Align2, Context, Id, Key, Label, Rect, RichText, Role, ScrollArea, Sense, TextEdit, Ui,
    WidgetInfo, pos2, vec2,
};
use pyrograph_engine::device::DeviceChoice;

use crate::app::State;
use crate::command::Command;
use crate::command::setup::{Page, SetupCommand};
use crate::document::dialog::FolderUse;
use crate::panels::heading_ui;
use crate::panels::page::page_ui;
use crate::panels::regions;
use crate::settings::{Navigation, Settings};
use crate::theme::{Look, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, switch, word_button};
use crate::widgets::choice::{Choice, Chosen, Line, choice_ui};
use crate::widgets::number::{Changed, Number, Range, number_ui};
use crate::widgets::{Draw, Well};

/// The width of what is set, at the right of its name.
const CONTROL: f32 = 250.0;
/// Its height.
const CONTROL_HEIGHT: f32 = 28.0;
/// Where there is less room, what is set stands below its name.
const NARROW: f32 = 440.0;
/// The side of a button that takes a folder away.
const REMOVE: f32 = 22.0;
const GB: f64 = 1e9;
/// What memory models may take once one no longer leaves it to the program, in bytes.
const FIRST_BUDGET: u64 = 8_000_000_000;

/// Shows the page.
pub fn settings_ui(ctx: &Context, state: &State) -> Vec<Command> {
    page_ui(ctx, state, "Settings", vec2(640.0, 640.0), |ui| {
        let mut form = Form {
            state,
            settings: state.settings.clone(),
            commands: Vec::new(),
        };
        ScrollArea::vertical()
            .id_salt("settings")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                form.looks_ui(ui);
                form.canvas_ui(ui);
                form.runs_ui(ui);
                form.folders_ui(ui);
                regions::keep_in_sight(ui);
            });
        if form.settings != state.settings {
            let settings = Box::new(form.settings);
            form.commands
                .push(Command::Setup(SetupCommand::Set(settings)));
        }
        form.commands
    })
}

/// The settings as the user changes them in this frame.
struct Form<'a> {
    state: &'a State,
    settings: Settings,
    commands: Vec<Command>,
}

impl Form<'_> {
    fn looks_ui(&mut self, ui: &mut Ui) {
        self.heading(ui, "Looks");
        let looks = Look::ALL.map(|look| (look, look.name().to_owned()));
        let look = self.settings.look;
        if let Some(look) = self.choice(ui, "Theme", "", look, &looks) {
            self.settings.look = look;
        }
        let scales = Settings::SCALES.map(|scale| (scale, percent(scale)));
        let now = self.settings.scale();
        let doc = "The size of everything; Ctrl with + and - changes it too.";
        if let Some(scale) = self.choice(ui, "Size", doc, now, &scales) {
            self.settings.ui_scale = scale;
        }
        let doc = "Colours of pins and wires that are told apart with any colour vision.";
        let mut on = self.settings.is_colour_blind_safe;
        self.flag(ui, "Colour-blind safe pins", doc, &mut on);
        self.settings.is_colour_blind_safe = on;
        let mut on = self.settings.reduces_motion;
        self.flag(ui, "Reduced motion", "Nothing moves by itself.", &mut on);
        self.settings.reduces_motion = on;
    }

    fn canvas_ui(&mut self, ui: &mut Ui) {
        self.heading(ui, "Canvas");
        let all = Navigation::ALL.map(|way| (way, way.name().to_owned()));
        let now = self.settings.navigation;
        let doc = "Panning and zooming as in another program.";
        if let Some(way) = self.choice(ui, "Navigation", doc, now, &all) {
            self.settings.navigation = way;
        }
        let mut on = self.settings.snaps_to_grid;
        self.flag(ui, "Snap to grid", "Moved nodes stay on the grid.", &mut on);
        self.settings.snaps_to_grid = on;
        let keys = Command::Setup(SetupCommand::Toggle(Page::Keys));
        let rect = self.row(ui, "Keys", "Every shortcut can be changed.");
        if button_in(ui, self.state, rect, "Keys and gestures…") {
            self.commands.push(keys);
        }
    }

    fn runs_ui(&mut self, ui: &mut Ui) {
        self.heading(ui, "Runs");
        let devices = device_choices(self.state);
        let now = self.settings.device.clone();
        let doc = "What computes; another one is taken from the next run on.";
        if let Some(device) = self.choice(ui, "Device", doc, now, &devices) {
            self.settings.device = device;
        }
        self.memory_ui(ui);
        let doc = "Samplers show what they are making.";
        let mut on = self.settings.shows_previews;
        self.flag(ui, "Previews", doc, &mut on);
        self.settings.shows_previews = on;
        let doc = "Every change of what the graph means starts a run.";
        let mut on = self.settings.runs_on_change;
        self.flag(ui, "Run on change", doc, &mut on);
        self.settings.runs_on_change = on;
        let doc = "The desktop tells when a long run ends unseen.";
        let mut on = self.settings.notifies;
        self.flag(ui, "Notifications", doc, &mut on);
        self.settings.notifies = on;
    }

    fn memory_ui(&mut self, ui: &mut Ui) {
        let mut is_automatic = self.settings.memory_budget.is_none();
        let doc = "Loaded models may take half of the machine's memory.";
        self.flag(ui, "Automatic memory budget", doc, &mut is_automatic);
        if is_automatic {
            self.settings.memory_budget = None;
            return;
        }
        let now = self.settings.memory_budget.unwrap_or(FIRST_BUDGET);
        self.settings.memory_budget = Some(now);
        let doc = "GB that loaded models may take; one is kept even if it is larger.";
        let rect = self.row(ui, "Memory budget", doc);
        let id = Id::unique("memory budget");
        let number = Number {
            id,
            label: "GB",
            name: "Memory budget in GB",
            value: now as f64 / GB,
            default: FIRST_BUDGET as f64 / GB,
            range: Range {
                hard: (0.5, 4096.0),
                soft: (1.0, 64.0),
                step: 0.5,
                whole: false,
            },
        };
        let changed = settled_number_ui(ui, self.state, rect, number);
        describe(ui, id, doc);
        if let Some(gigabytes) = changed {
            self.settings.memory_budget = Some((gigabytes * GB) as u64);
        }
    }

    fn folders_ui(&mut self, ui: &mut Ui) {
        self.heading(ui, "Folders");
        self.settings.model_folders.retain(|folder| {
            let name = format!("Remove {}", folder.display());
            !removable_path_ui(ui, self.state, folder, &name)
        });
        let doc = "Laid out as ComfyUI's models folder, or flat.";
        let models = FolderUse::Models;
        if let Some(folder) = self.folder_ui(ui, "Add a folder with models", doc, models) {
            self.settings.take_folder(models, folder);
        }
        let always = self.state.library.dirs.iter();
        for folder in always.filter(|folder| !self.settings.model_folders.contains(folder)) {
            path_ui(ui, self.state, folder);
        }
        ui.add_space(10.0);
        let folder = &self.state.pictures_folder;
        if self.settings.pictures_folder.is_none() {
            path_ui(ui, self.state, folder);
        } else {
            let name = "Save pictures where the program does by itself";
            if removable_path_ui(ui, self.state, folder, name) {
                self.settings.pictures_folder = None;
            }
        }
        let doc = "Pictures are saved here from the next run on.";
        let pictures = FolderUse::Pictures;
        if let Some(folder) = self.folder_ui(ui, "Folder for pictures", doc, pictures) {
            self.settings.take_folder(pictures, folder);
        }
    }

    /// A folder, typed or chosen in a dialog.
    fn folder_ui(
        &mut self,
        ui: &mut Ui,
        name: &str,
        doc: &str,
        what_for: FolderUse,
    ) -> Option<PathBuf> {
        let rect = self.row(ui, name, doc);
        let id = Id::unique(("folder", name));
        let mut typed: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
        let (field, button) = rect.split_left_right_at_x(rect.right() - 92.0);
        let edit = TextEdit::singleline(&mut typed)
            .id(id.with("field"))
            .hint_text("/path/to/a/folder");
        let response = ui
            .put(field.with_max_x(field.right() - 6.0), edit)
            .accessible_name(name);
        let entered = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        let path = PathBuf::from(typed.trim());
        let is_whole = path.is_absolute();
        if !is_whole && !typed.is_empty() && !response.has_focus() {
            let words = "A folder's path begins at the top, such as /home";
            ui.label(RichText::new(words).color(self.state.theme.caution));
        }
        let picked = (entered && is_whole).then_some(path);
        let kept = if picked.is_some() {
            String::new()
        } else {
            typed
        };
        ui.data_mut(|data| data.insert_temp(id, kept));
        if button_in(ui, self.state, button, "Choose…") {
            let pick = SetupCommand::PickFolder(what_for);
            self.commands.push(Command::Setup(pick));
        }
        picked
    }

    fn heading(&self, ui: &mut Ui, words: &str) {
        ui.add_space(10.0);
        heading_ui(ui, &self.state.theme, words);
        ui.add_space(2.0);
    }

    /// A name and what it means; returns the room for what is set.
    fn row(&self, ui: &mut Ui, name: &str, doc: &str) -> Rect {
        let theme = &self.state.theme;
        let room = ui.available_width() - size::SCROLL_BAR;
        if room < NARROW {
            ui.add_space(4.0);
            ui.label(RichText::new(name).font(font::text(size::TEXT)));
            if !doc.is_empty() {
                let doc = RichText::new(doc).font(font::text(size::SMALL));
                ui.label(doc.color(theme.secondary));
            }
            let size = vec2(room, CONTROL_HEIGHT);
            return ui.allocate_exact_size(size, Sense::hover()).0;
        }
        let height = if doc.is_empty() { 32.0 } else { 44.0 };
        let (rect, _) = ui.allocate_exact_size(vec2(room, height), Sense::hover());
        let draw = Draw { theme, scale: 1.0 };
        let center = pos2(rect.right() - CONTROL / 2.0, rect.center().y);
        let control = Rect::from_center_size(center, vec2(CONTROL, CONTROL_HEIGHT));
        let width = control.left() - rect.left() - 14.0;
        let line = |y: f32, words: &str, style| {
            let at = (pos2(rect.left(), y), Align2::LEFT_CENTER);
            draw.label(ui.painter(), at, words, style, width);
        };
        let y = if doc.is_empty() {
            rect.center().y
        } else {
            rect.top() + 15.0
        };
        line(y, name, (font::text(size::TEXT), theme.text));
        line(
            rect.top() + 31.0,
            doc,
            (font::text(size::SMALL), theme.secondary),
        );
        control
    }

    fn flag(&self, ui: &mut Ui, name: &str, doc: &str, on: &mut bool) {
        let rect = self.row(ui, name, doc);
        let id = Id::unique(("setting", name));
        let response = ui.interact(rect, id, Sense::click());
        let is_on = *on;
        response.widget_info(|| WidgetInfo::selected(Role::Switch, true, is_on, name));
        describe(ui, id, doc);
        let draw = Draw {
            theme: &self.state.theme,
            scale: 1.0,
        };
        if response.has_focus() {
            draw.well(ui.painter(), rect, Well::Focused);
        }
        if let Some(turned) = switch(ui, &draw, &response, is_on) {
            *on = turned;
        }
    }

    /// One of several values, by their names.
    fn choice<T: Clone + PartialEq>(
        &self,
        ui: &mut Ui,
        name: &str,
        doc: &str,
        now: T,
        values: &[(T, String)],
    ) -> Option<T> {
        let rect = self.row(ui, name, doc);
        let named = values.iter().find(|(value, _)| *value == now);
        let id = Id::unique(("setting", name));
        let choice = Choice {
            id,
            label: "",
            name,
            shown: named.map_or("", |(_, words)| words),
            remark: "",
            state: Well::Idle,
            shelf: None,
        };
        let lines = || {
            let words = values.iter().map(|(_, words)| Line::plain(words));
            words.collect()
        };
        let draw = Draw {
            theme: &self.state.theme,
            scale: 1.0,
        };
        let (chosen, _) = choice_ui(ui, &draw, rect, &choice, lines, None);
        describe(ui, id, doc);
        match chosen {
            Some(Chosen::Value(words)) => {
                let found = values.iter().find(|(_, name)| *name == words);
                found.map(|(value, _)| value.clone())
            }
            Some(Chosen::Opened | Chosen::Other | Chosen::Unmade(_)) | None => None,
        }
    }
}

/// Automatic, the kinds of device, each device by name, and what is set if it is none of them.
fn device_choices(state: &State) -> Vec<(DeviceChoice, String)> {
    let kinds = [
        (DeviceChoice::Auto, "Automatic"),
        (DeviceChoice::Gpu, "Graphics card"),
        (DeviceChoice::Cpu, "Processor"),
    ];
    let mut all: Vec<_> = kinds
        .map(|(choice, words)| (choice, words.to_owned()))
        .into();
    let named = state.devices.iter().map(|device| device.name.clone());
    all.extend(named.map(|name| (DeviceChoice::Named(name.clone()), name)));
    let now = &state.settings.device;
    if !all.iter().any(|(choice, _)| choice == now) {
        all.push((now.clone(), now.to_string()));
    }
    all
}

/// A number that counts once the hand lets go of it: what follows from it takes a while.
fn settled_number_ui(
    ui: &mut Ui,
    state: &State,
    rect: Rect,
    mut number: Number<'_>,
) -> Option<f64> {
    let draft_id = number.id.with("draft");
    if let Some(draft) = ui.data(|data| data.get_temp(draft_id)) {
        number.value = draft;
    }
    let draw = Draw {
        theme: &state.theme,
        scale: 1.0,
    };
    let (changed, response) = number_ui(ui, &draw, rect, &number);
    match changed {
        Some(Changed { value, live: true }) => {
            ui.data_mut(|data| data.insert_temp(draft_id, value));
            None
        }
        Some(Changed { value, live: false }) => Some(value),
        None if response.drag_stopped() => ui.data_mut(|data| data.remove_temp::<f64>(draft_id)),
        None => None,
    }
}

/// A path, whole, so that it can be selected and copied.
fn path_ui(ui: &mut Ui, state: &State, path: &Path) {
    let words = RichText::new(path.display().to_string())
        .font(font::mono(size::SMALL))
        .color(state.theme.secondary);
    ui.add(Label::new(words).selectable(true).wrap());
}

/// A path with a button of that name behind it; says whether it was pressed.
fn removable_path_ui(ui: &mut Ui, state: &State, path: &Path, name: &str) -> bool {
    ui.horizontal(|ui| {
        let room = ui.available_width() - size::SCROLL_BAR - REMOVE - ui.spacing().item_spacing.x;
        ui.scope(|ui| {
            ui.set_max_width(room.max(0.0));
            path_ui(ui, state, path);
        });
        let button = bare_icon(ui, &state.theme, icon::CLOSE, name, REMOVE);
        button.on_hover_text(name).clicked()
    })
    .inner
}

/// Tells screen readers what is drawn beside a widget's name.
fn describe(ui: &Ui, id: Id, doc: &str) {
    if !doc.is_empty() {
        ui.ctx()
            .accesskit_node_builder(id, |node| node.set_description(doc));
    }
}

fn button_in(ui: &mut Ui, state: &State, rect: Rect, word: &str) -> bool {
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let builder = egui::UiBuilder::new().max_rect(rect).layout(layout);
    let mut child = ui.new_child(builder);
    word_button(&mut child, &state.theme, None, word, Weight::Plain).clicked()
}

fn percent(scale: f32) -> String {
    format!("{:.0} %", scale * 100.0)
}
