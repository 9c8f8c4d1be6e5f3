//! What people set once and keep: looks, navigation, keys, folders, device.
//!
//! Changes hold at once and are written at once: of several windows, each writes only what it has
//! changed. Members of the file that this version does not know are kept.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use pyrograph_engine::device::DeviceChoice;
use pyrograph_engine::diagnostic::Diagnostic;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::document::dialog::FolderUse;
use crate::store::keep;
use crate::theme::{Hues, Look, Theme};

/// The file in the user's data folder.
const FILE: &str = "settings.json";
/// How many commands the palette remembers, and how many kinds of node the add menu.
const MAX_RECENT: usize = 8;

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The theme.
    pub look: Look,
    /// Pins and wires in colours that colour-blind people tell apart.
    pub is_colour_blind_safe: bool,
    /// Which program's way of panning and zooming.
    pub navigation: Navigation,
    /// The size of everything, as the file holds it; [`Self::scale`] is what is drawn.
    pub ui_scale: f32,
    /// Whether nodes that are moved stay on the grid.
    pub snaps_to_grid: bool,
    /// Whether nothing moves but what the user moves.
    pub reduces_motion: bool,
    /// Whether samplers show pictures while they run.
    pub shows_previews: bool,
    /// Whether every change of what the graph means starts a run.
    pub runs_on_change: bool,
    /// Whether the desktop tells when a long run ends unseen.
    pub notifies: bool,
    /// The device that runs take, unless the command line names another.
    #[serde(serialize_with = "write_device", deserialize_with = "read_device")]
    pub device: DeviceChoice,
    /// How many bytes loaded models may take; `None` is half of the machine's memory.
    pub memory_budget: Option<u64>,
    /// Folders with models, besides those that the program looks through anyway.
    pub model_folders: Vec<PathBuf>,
    /// Where pictures are saved; `None` is the program's own place.
    pub pictures_folder: Option<PathBuf>,
    /// Shortcuts that differ from the commands' own, by the command's name.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The commands last taken from the palette, by name, the newest first.
    pub recent_commands: Vec<String>,
    /// The kinds of node last added, by id, the newest first.
    pub recent_nodes: Vec<String>,
    /// Whether the first picture's card has done its work.
    pub is_welcomed: bool,
    /// Members of the file that this version does not know.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            look: Look::default(),
            is_colour_blind_safe: false,
            navigation: Navigation::default(),
            ui_scale: 1.0,
            snaps_to_grid: true,
            reduces_motion: false,
            shows_previews: true,
            runs_on_change: false,
            notifies: true,
            device: DeviceChoice::default(),
            memory_budget: None,
            model_folders: Vec::new(),
            pictures_folder: None,
            keys: BTreeMap::new(),
            recent_commands: Vec::new(),
            recent_nodes: Vec::new(),
            is_welcomed: false,
            rest: Map::new(),
        }
    }
}

impl Settings {
    /// The scales of the window that are offered.
    pub const SCALES: [f32; 13] = [
        0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0,
    ];

    /// Reads the settings in a data folder. Damaged ones are set aside, and the warning says so.
    pub fn read(data: Option<&Path>) -> (Self, Option<Diagnostic>) {
        data.map_or_else(Default::default, |data| {
            keep::read_or_start(&data.join(FILE))
        })
    }

    /// Writes to a data folder in what these settings differ from those before; what another
    /// window has changed meanwhile stays. The warning says that the file was damaged and has been
    /// set aside.
    ///
    /// # Errors
    /// The system's; the file is then as it was.
    pub fn write(&self, before: &Self, data: &Path) -> io::Result<Option<Diagnostic>> {
        let (before, now) = (before.json()?, self.json()?);
        keep::update(&data.join(FILE), |kept| merge(kept, &before, &now))
    }

    /// As the file has them.
    fn json(&self) -> serde_json::Result<Json> {
        // Straight to a value, 1.1 would become 1.100000023841858.
        serde_json::from_slice(&serde_json::to_vec(self)?)
    }

    /// The size of everything, from 0.5 to 3, whatever the file says.
    pub fn scale(&self) -> f32 {
        let [smallest, .., largest] = Self::SCALES;
        self.ui_scale.clamp(smallest, largest)
    }

    /// The next scale in a direction.
    pub fn scale_after(&self, step: ScaleStep) -> f32 {
        let now = self.scale();
        let mut scales = Self::SCALES.into_iter();
        let next = match step {
            ScaleStep::Up => scales.find(|scale| *scale > now + 0.01),
            ScaleStep::Down => scales.rev().find(|scale| *scale < now - 0.01),
            ScaleStep::Reset => Some(1.0),
        };
        next.unwrap_or(now)
    }

    /// The colours.
    pub fn theme(&self) -> Theme {
        let hues = if self.is_colour_blind_safe {
            Hues::Safe
        } else {
            Hues::Familiar
        };
        Theme::of(self.look).with_hues(hues)
    }

    /// Takes a folder for a use; one with models is added to the others.
    pub fn take_folder(&mut self, which: FolderUse, folder: PathBuf) {
        match which {
            FolderUse::Models if self.model_folders.contains(&folder) => {}
            FolderUse::Models => self.model_folders.push(folder),
            FolderUse::Pictures => self.pictures_folder = Some(folder),
        }
    }

    /// Puts a command on top of those last taken from the palette.
    pub fn note_command(&mut self, name: String) {
        put_first(&mut self.recent_commands, name);
    }

    /// Puts a kind of node on top of those last added.
    pub fn note_node(&mut self, id: &str) {
        put_first(&mut self.recent_nodes, id.to_owned());
    }
}

/// Makes the change from `before` to `now` in what is kept, member by member.
fn merge(kept: &mut Json, before: &Json, now: &Json) {
    match (kept, before, now) {
        (Json::Object(kept), Json::Object(before), Json::Object(now)) => {
            kept.retain(|name, _| now.contains_key(name) || !before.contains_key(name));
            for (name, now) in now {
                let before = before.get(name).unwrap_or(&Json::Null);
                if before != now {
                    merge(kept.entry(name).or_insert(Json::Null), before, now);
                }
            }
        }
        (kept, _, now) => *kept = now.clone(),
    }
}

fn put_first(recent: &mut Vec<String>, name: String) {
    recent.retain(|other| *other != name);
    recent.insert(0, name);
    recent.truncate(MAX_RECENT);
}

/// A change of the scale by keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleStep {
    /// Larger.
    Up,
    /// Smaller.
    Down,
    /// 100 %.
    Reset,
}

/// Ways of panning and zooming, named after the programs whose users know them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Navigation {
    /// The wheel zooms, middle or space drag pans.
    #[default]
    ComfyUi,
    /// The wheel zooms, middle drag pans, Ctrl+middle drag zooms.
    Blender,
    /// The wheel zooms, middle or Alt drag pans.
    Nuke,
    /// The wheel scrolls, Ctrl+wheel zooms, space drag pans.
    Figma,
}

impl Navigation {
    /// Every way, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::ComfyUi, Self::Blender, Self::Nuke, Self::Figma];

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::ComfyUi => "ComfyUI",
            Self::Blender => "Blender",
            Self::Nuke => "Nuke",
            Self::Figma => "Figma",
        }
    }

    /// What the pointer does on the canvas, as gesture and effect.
    pub fn gestures(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::ComfyUi => &[
                ("Wheel", "zoom at the pointer"),
                ("Middle drag, Space and drag", "pan"),
            ],
            Self::Blender => &[
                ("Wheel", "zoom at the pointer"),
                ("Middle drag, Space and drag", "pan"),
                ("Ctrl and middle drag", "zoom"),
                ("Ctrl or Shift and wheel", "scroll"),
            ],
            Self::Nuke => &[
                ("Wheel", "zoom at the pointer"),
                ("Middle drag, Alt and drag", "pan"),
                ("Alt and middle drag", "zoom"),
            ],
            Self::Figma => &[
                ("Wheel", "scroll; with Shift, sideways"),
                ("Ctrl and wheel", "zoom at the pointer"),
                ("Middle drag, Space and drag", "pan"),
            ],
        }
    }
}

fn write_device<S: Serializer>(device: &DeviceChoice, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(device)
}

fn read_device<'de, D: Deserializer<'de>>(from: D) -> Result<DeviceChoice, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn settings_come_back_and_unknown_members_stay() {
        let dir = tempfile::tempdir().unwrap();
        let data = Some(dir.path());
        assert_eq!(Settings::read(data), (Settings::default(), None));
        let text = r#"{ "look": "light", "ui_scale": 1.5, "device": "cpu", "memory_budget": 4000000000,
            "keys": { "save": ["Ctrl+Shift+W"] }, "of_a_newer_version": { "deep": [1, 2.5, "x"] } }"#;
        fs::write(dir.path().join(FILE), text).unwrap();
        let (mut settings, problem) = Settings::read(data);
        assert_eq!(problem, None);
        assert_eq!(settings.look, Look::Light);
        assert_eq!(settings.device, DeviceChoice::Cpu);
        assert_eq!(settings.memory_budget, Some(4_000_000_000));
        assert!(settings.snaps_to_grid, "what is absent is as it was");

        let before = settings.clone();
        settings.snaps_to_grid = false;
        assert_eq!(settings.write(&before, dir.path()).unwrap(), None);
        let (again, problem) = Settings::read(data);
        assert_eq!((&again, problem), (&settings, None));
        let written = fs::read_to_string(dir.path().join(FILE)).unwrap();
        let written: Json = serde_json::from_str(&written).unwrap();
        let newer = serde_json::json!({ "deep": [1, 2.5, "x"] });
        assert_eq!(written["of_a_newer_version"], newer);
    }

    #[test]
    fn each_of_two_windows_writes_what_it_has_changed() {
        let dir = tempfile::tempdir().unwrap();
        let (mut first, mut second) = (Settings::default(), Settings::default());
        let change = |settings: &mut Settings, change: &dyn Fn(&mut Settings)| {
            let before = settings.clone();
            change(settings);
            settings.write(&before, dir.path()).unwrap();
        };
        let bind = |name: &str, keys: &str| {
            let (name, keys) = (name.to_owned(), vec![keys.to_owned()]);
            move |settings: &mut Settings| drop(settings.keys.insert(name.clone(), keys.clone()))
        };
        change(&mut first, &|settings| settings.look = Look::Light);
        change(&mut first, &bind("save", "Ctrl+1"));
        change(&mut second, &|settings| settings.ui_scale = 1.1);
        change(&mut second, &bind("open", "Ctrl+2"));
        change(&mut second, &|settings| settings.look = Look::HighContrast);
        change(&mut first, &|settings| drop(settings.keys.remove("save")));

        let (kept, problem) = Settings::read(Some(dir.path()));
        assert_eq!(problem, None);
        assert_eq!(kept.look, Look::HighContrast, "the newer change counts");
        assert_eq!(kept.ui_scale, 1.1);
        assert_eq!(kept.keys.keys().collect::<Vec<_>>(), ["open"]);
        let text = fs::read_to_string(dir.path().join(FILE)).unwrap();
        assert!(text.contains("1.1,") || text.contains("1.1\n"), "{text}");
    }

    #[test]
    fn damaged_settings_are_set_aside_and_told() {
        let dir = tempfile::tempdir().unwrap();
        for text in ["{", r#"{ "ui_scale": "big" }"#, "[]", "\0"] {
            fs::write(dir.path().join(FILE), text).unwrap();
            let (settings, problem) = Settings::read(Some(dir.path()));
            assert_eq!(settings, Settings::default());
            assert!(problem.is_some(), "{text}");
        }
        let kept = fs::read_to_string(dir.path().join("settings.json.damaged-2")).unwrap();
        assert!(kept.contains("big"));
    }

    #[test]
    fn the_scale_goes_by_steps_and_stays_in_its_range() {
        let of = |ui_scale| Settings {
            ui_scale,
            ..Settings::default()
        };
        assert_eq!(of(1.0).scale_after(ScaleStep::Up), 1.1);
        assert_eq!(of(1.0).scale_after(ScaleStep::Down), 0.9);
        assert_eq!(of(3.0).scale_after(ScaleStep::Up), 3.0);
        assert_eq!(of(0.5).scale_after(ScaleStep::Down), 0.5);
        assert_eq!(of(2.2).scale_after(ScaleStep::Reset), 1.0);
        assert_eq!((of(1e9).scale(), of(-1.0).scale()), (3.0, 0.5));
    }

    #[test]
    fn the_palette_remembers_a_few_commands() {
        let mut settings = Settings::default();
        for name in ["save", "open", "save"] {
            settings.note_command(name.to_owned());
        }
        assert_eq!(settings.recent_commands, ["save", "open"]);
        (0..20).for_each(|i| settings.note_command(i.to_string()));
        assert_eq!(settings.recent_commands.len(), MAX_RECENT);
    }
}
