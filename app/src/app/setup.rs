//! The settings in force: what the command line and the settings say together, and what follows
//! when they change.

use std::collections::BTreeMap;
use std::path::PathBuf;

use egui::Context;
use pyrograph_engine::device::{DeviceChoice, DeviceInfo, DeviceKind, Precision};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::node::{FileKind, NodeSpec, ParamKind, ParamSpec};
use pyrograph_engine::run::session::SessionConfig;
use pyrograph_engine::weights::library::Library;
use serde_json::Value as Json;

use crate::app::files::clerk::Order;
use crate::app::{App, State, WindowOptions};
use crate::command::Keymap;
use crate::document::DocumentId;
use crate::jobs::Shown;
use crate::settings::Settings;

/// The kinds of files that are looked for at the start.
const LISTED: [FileKind; 5] = [
    FileKind::Checkpoint,
    FileKind::Vae,
    FileKind::Image,
    FileKind::Latent,
    FileKind::Embedding,
];

/// What the command line says, and where the settings lie.
pub(super) struct Setup {
    data: Option<PathBuf>,
    /// The device that the command line names, until another is chosen.
    device: Option<DeviceChoice>,
    precision: Precision,
    library: Library,
    outputs: PathBuf,
    devices: Vec<DeviceInfo>,
    /// The folder of the document beside which files were last looked for.
    listed_near: Option<PathBuf>,
    /// What the pictures that nodes load were last looked up for.
    loaded_for: Option<(DocumentId, u64, u64)>,
}

impl Setup {
    pub(super) fn new(options: &WindowOptions, devices: &[DeviceInfo]) -> Self {
        Self {
            data: options.data.clone(),
            device: Some(options.device.clone()).filter(|device| *device != DeviceChoice::Auto),
            precision: options.precision,
            library: options.library.clone(),
            outputs: options.outputs.clone(),
            devices: devices.to_vec(),
            listed_near: None,
            loaded_for: None,
        }
    }

    /// Reads the settings.
    pub(super) fn read(&self) -> (Settings, Option<Diagnostic>) {
        Settings::read(self.data.as_deref())
    }

    /// Where models are looked for: first where the settings say.
    pub(super) fn library(&self, settings: &Settings) -> Library {
        let own = settings.model_folders.iter().cloned();
        Library {
            dirs: own.chain(self.library.dirs.iter().cloned()).collect(),
        }
    }

    /// Where pictures are saved.
    pub(super) fn outputs(&self, settings: &Settings) -> PathBuf {
        let own = settings.pictures_folder.clone();
        own.unwrap_or_else(|| self.outputs.clone())
    }

    /// How the session shall work.
    pub(super) fn config(&self, settings: &Settings) -> SessionConfig {
        SessionConfig {
            compute: self.choice(settings).clone(),
            precision: self.precision,
            library: self.library(settings),
            memory_budget: settings.memory_budget,
        }
    }

    /// The device that runs take, in words.
    pub(super) fn device(&self, settings: &Settings) -> Option<(String, DeviceKind)> {
        device_shown(self.choice(settings), &self.devices)
    }

    fn choice<'a>(&'a self, settings: &'a Settings) -> &'a DeviceChoice {
        self.device.as_ref().unwrap_or(&settings.device)
    }
}

impl State {
    /// The picture that a node of the open level loads, made small, once it is.
    pub fn loaded(&self, full_key: &str) -> Option<&Shown> {
        self.loaded.get(full_key)
    }
}

impl State {
    /// The width and height that the first model of the open level was trained for.
    pub fn native_size(&self) -> Option<[u32; 2]> {
        let mut nodes = self.document.graph().nodes.values();
        nodes.find_map(|node| {
            let kind = self.document.catalog().get(&node.is)?;
            kind.params.iter().find_map(|param| {
                let ParamKind::File {
                    kind: FileKind::Checkpoint,
                    default,
                } = param.kind
                else {
                    return None;
                };
                let name = node.params.get(param.name).and_then(Json::as_str);
                self.shelf.native_size(name.unwrap_or(default))
            })
        })
    }

    /// The nodes of the open level that load a picture, each with the file.
    fn pictures_loaded(&self) -> Vec<(String, PathBuf)> {
        let document = &self.document;
        let picture_param = |spec: &&'static NodeSpec| -> Option<(&'static str, &'static str)> {
            let name = spec.params.iter().find(|param| is_picture(param))?.name;
            Some((spec.id, name))
        };
        let kinds = document.catalog().0.iter();
        let kinds: BTreeMap<&str, &str> = kinds.filter_map(picture_param).collect();
        let nodes = document.graph().nodes.iter();
        nodes
            .filter_map(|(key, node)| {
                let name = node.params.get(*kinds.get(node.is.as_str())?)?.as_str()?;
                let path = self.shelf.path_of(FileKind::Image, name)?;
                Some((document.full_key(key), path.to_owned()))
            })
            .collect()
    }
}

impl App {
    /// Takes in what has been found out about files, and asks for what is seen of them: files near
    /// the document, small copies of the pictures that nodes load.
    pub(super) fn tend_shelf(&mut self) {
        self.state.shelf.drain();
        let document = &self.state.document;
        if self.setup.listed_near != document.folder() {
            self.setup.listed_near = document.folder();
            return self.list_all_files();
        }
        let now = (
            document.id(),
            document.revision(),
            self.state.shelf.revision(),
        );
        if self.setup.loaded_for.replace(now) == Some(now) {
            return;
        }
        let pictures = self.state.pictures_loaded();
        let shelf = &self.state.shelf;
        self.state.loaded = pictures
            .iter()
            .filter_map(|(key, path)| {
                let small = shelf.thumb(path)?.clone();
                Some((key.clone(), Shown::of_file(path.clone(), small)))
            })
            .collect();
        let paths = pictures.into_iter().map(|(_, path)| path).collect();
        self.state.shelf.want_thumbs(paths);
    }

    /// Takes other settings: they hold at once and are written at once.
    pub(super) fn take_settings(&mut self, ctx: &Context, new: Settings) {
        if new == self.state.settings {
            return;
        }
        let old = std::mem::replace(&mut self.state.settings, new);
        dress(ctx, &self.state.settings);
        let new = &self.state.settings;
        self.state.theme = new.theme();
        if old.device != new.device {
            self.setup.device = None;
        }
        let folders = |settings: &Settings| {
            let Settings {
                model_folders,
                pictures_folder,
                ..
            } = settings;
            (model_folders.clone(), pictures_folder.clone())
        };
        let is_same = folders(&old) == folders(new)
            && (&old.device, old.memory_budget) == (&new.device, new.memory_budget);
        if !is_same {
            self.state.library = self.setup.library(new);
            self.state.device = self.setup.device(new);
            let (config, outputs) = (self.setup.config(new), self.setup.outputs(new));
            let catalog = self.state.document.catalog();
            self.state.gallery.set_folder(ctx, outputs.clone(), catalog);
            self.state.pictures_folder.clone_from(&outputs);
            self.state.jobs.configure(config, outputs);
            self.list_all_files();
        }
        self.keep_settings(old);
    }

    /// Looks anew which files there are.
    pub(super) fn list_all_files(&mut self) {
        LISTED.into_iter().for_each(|kind| self.list_files(kind));
    }

    /// What the first minutes ask of the settings: once something runs, everything is known.
    pub(super) fn notice_first_run(&mut self, ctx: &Context) {
        if self.state.jobs.is_running() && !self.state.settings.is_welcomed {
            let mut settings = self.state.settings.clone();
            settings.is_welcomed = true;
            self.take_settings(ctx, settings);
        }
    }

    /// Has what is other than before written; without a folder it holds until the program ends.
    fn keep_settings(&self, before: Settings) {
        if let Some(data) = self.setup.data.clone() {
            self.files.clerk.order(Order::WriteSettings {
                data,
                before: Box::new(before),
                now: Box::new(self.state.settings.clone()),
            });
        }
    }
}

fn is_picture(param: &ParamSpec) -> bool {
    param.kind.file() == Some(FileKind::Image)
}

/// Shows the window as the settings say.
pub(super) fn dress(ctx: &Context, settings: &Settings) {
    settings.theme().apply(ctx, settings.reduces_motion);
    // The window's own shortcuts for it are ours, and can be changed.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    ctx.set_zoom_factor(settings.scale());
    Keymap::new(&settings.keys).install(ctx);
}

/// The device that the engine will take, in words.
fn device_shown(choice: &DeviceChoice, devices: &[DeviceInfo]) -> Option<(String, DeviceKind)> {
    let gpu = || devices.iter().find(|info| info.kind == DeviceKind::Gpu);
    let cpu = || devices.iter().find(|info| info.kind == DeviceKind::Cpu);
    let info = match choice {
        DeviceChoice::Auto => gpu().or_else(cpu),
        DeviceChoice::Gpu => gpu(),
        DeviceChoice::Cpu => cpu(),
        DeviceChoice::Named(name) => devices
            .iter()
            .find(|info| info.name.to_lowercase().contains(&name.to_lowercase())),
    };
    info.map(|info| (info.name.clone(), info.kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_take_the_device_the_memory_and_the_folders_of_the_settings() {
        let options = WindowOptions {
            graph: None,
            device: DeviceChoice::Auto,
            precision: Precision::Auto,
            library: Library {
                dirs: vec!["/of/the/program".into()],
            },
            outputs: "/pictures".into(),
            data: None,
        };
        let setup = Setup::new(&options, &pyrograph_engine::device::list());
        let mut settings = Settings::default();
        let kind = |settings: &Settings| setup.device(settings).map(|(_, kind)| kind);
        assert_ne!(kind(&settings), None, "the program chooses one");
        assert_eq!(setup.config(&settings).memory_budget, None);
        assert_eq!(setup.outputs(&settings), PathBuf::from("/pictures"));

        settings.device = DeviceChoice::Cpu;
        settings.memory_budget = Some(1 << 30);
        settings.model_folders = vec!["/mine".into()];
        settings.pictures_folder = Some("/elsewhere".into());
        assert_eq!(kind(&settings), Some(DeviceKind::Cpu));
        let config = setup.config(&settings);
        assert_eq!(config.compute, DeviceChoice::Cpu);
        assert_eq!(config.memory_budget, Some(1 << 30));
        let folders: [PathBuf; 2] = ["/mine".into(), "/of/the/program".into()];
        assert_eq!(config.library.dirs, folders, "the user's own come first");
        assert_eq!(setup.outputs(&settings), PathBuf::from("/elsewhere"));

        settings.device = DeviceChoice::Named("there is none of that name".to_owned());
        assert_eq!(kind(&settings), None);
    }
}
