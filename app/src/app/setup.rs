//! The settings in force: what the command line and the settings say together, and what follows
//! when they change.

use std::path::{Path, PathBuf};

use egui::{Context, TextureHandle};
use pyrograph_engine::device::{DeviceChoice, DeviceInfo, DeviceKind, Precision};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::shape;
use pyrograph_engine::node::{FileKind, NodeSpec, ParamKind, ParamSpec};
use pyrograph_engine::run::session::SessionConfig;
use pyrograph_engine::weights::library::Library;

use crate::app::{App, State, WindowOptions};
use crate::command::Keymap;
use crate::document::DocumentId;
use crate::settings::Settings;
use crate::widgets::param::Field;

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
    /// What the small copies of pictures were last asked for.
    pictures_for: Option<(DocumentId, u64, u64)>,
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
            pictures_for: None,
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
    /// The picture that a file param names, made small, once it is.
    pub fn file_picture(&self, field: &Field<'_>) -> Option<&TextureHandle> {
        let ParamKind::File {
            kind: FileKind::Image,
            default,
        } = field.spec.kind
        else {
            return None;
        };
        let value = shape::value(self.document.graph(), field.key, field.param);
        let name = value.and_then(serde_json::Value::as_str).unwrap_or(default);
        self.shelf.thumb(self.shelf.path_of(FileKind::Image, name)?)
    }
}

impl App {
    /// Asks for small copies of the pictures that nodes of the open level load, when those or the
    /// files that there are may have changed.
    pub(super) fn want_file_pictures(&mut self) {
        let document = &self.state.document;
        let now = (document.id(), document.revision(), self.state.shelf.revision());
        if self.setup.pictures_for == Some(now) {
            return;
        }
        self.setup.pictures_for = Some(now);
        let loads = |spec: &&&'static NodeSpec| {
            let is_picture = |param: &ParamSpec| {
                let kind = FileKind::Image;
                matches!(param.kind, ParamKind::File { kind: k, .. } if k == kind)
            };
            spec.params.iter().any(is_picture)
        };
        let kinds: Vec<&str> = document.catalog().0.iter().filter(loads).map(|it| it.id).collect();
        let nodes = document.graph().nodes.values();
        let names = nodes
            .filter(|node| kinds.contains(&node.is.as_str()))
            .flat_map(|node| node.params.values().filter_map(serde_json::Value::as_str));
        let shelf = &self.state.shelf;
        let paths = names.filter_map(|name| shelf.path_of(FileKind::Image, name));
        let paths: Vec<PathBuf> = paths.map(Path::to_owned).collect();
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
            self.state.jobs.configure(config, outputs);
            self.list_all_files();
        }
        self.keep_settings(ctx);
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

    fn keep_settings(&mut self, ctx: &Context) {
        if let Err(error) = self.state.settings.write(self.setup.data.as_deref()) {
            let problem = Diagnostic::warning(format!("the settings cannot be written: {error}"))
                .help("they hold until the program ends");
            self.tell_problem(ctx, &problem);
        }
    }
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
