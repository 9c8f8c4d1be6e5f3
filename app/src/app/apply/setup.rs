//! What commands of this kind do: settings, keys, the palette, templates.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::Edit;

use crate::app::{App, Flash};
use crate::canvas::Request;
use crate::command::Input;
use crate::command::keys::Capture;
use crate::command::setup::{Page, SetupCommand};
use crate::document::Document;
use crate::document::dialog::{FolderUse, Purpose};
use crate::panels::regions::{self, Way};
use crate::settings::Settings;

/// How long a pin is marked that somebody was led to, in seconds.
const FLASH_SECS: f64 = 2.0;

impl App {
    pub(super) fn apply_setup(&mut self, ctx: &Context, command: SetupCommand) {
        match command {
            SetupCommand::Toggle(page) => self.toggle_page(ctx, page),
            SetupCommand::Close => self.close_page(ctx),
            SetupCommand::Set(settings) => self.take_settings(ctx, *settings),
            SetupCommand::Scale(step) => self.set(ctx, |settings| {
                settings.ui_scale = settings.scale_after(step);
            }),
            SetupCommand::Bind(changes) => self.set(ctx, |settings| {
                for (name, keys) in changes {
                    match keys {
                        Some(keys) => settings.keys.insert(name, keys),
                        None => settings.keys.remove(&name),
                    };
                }
            }),
            SetupCommand::Choose(command) => {
                self.close_page(ctx);
                let name = command.name();
                self.set(ctx, |settings| settings.note_command(name));
                self.apply(ctx, *command);
            }
            SetupCommand::PickFolder(which) => self.ask_file(ctx, Purpose::Folder(which)),
            SetupCommand::OpenTemplate(path) => self.open_template(ctx, &path),
            SetupCommand::Welcomed => self.set(ctx, |settings| settings.is_welcomed = true),
            SetupCommand::NextRegion => regions::move_keyboard(ctx, Way::Next),
            SetupCommand::PreviousRegion => regions::move_keyboard(ctx, Way::Back),
            SetupCommand::Point { node, slot } => self.point(ctx, &node, slot),
            SetupCommand::Mend { level, edit } => {
                self.state.document.go_to(&level);
                self.mend(ctx, *edit);
            }
            SetupCommand::Resize { sides } => {
                let sets = sides.map(|(at, pixels)| Edit::set(&at.node, &at.slot, pixels));
                self.edit(ctx, Edit::Batch(sets.to_vec()), "change size", false);
            }
            SetupCommand::WantThumbs(paths) => self.state.shelf.want_thumbs(paths),
        }
    }

    /// Makes a fix. A node that it inserts begins as one that is added by hand.
    fn mend(&mut self, ctx: &Context, fix: Edit) {
        const LABEL: &str = "fix";
        let before: BTreeSet<String> = self.state.document.graph().nodes.keys().cloned().collect();
        self.edit(ctx, fix, LABEL, true);
        let nodes = self.state.document.graph().nodes.iter();
        let inserted = nodes.filter(|(key, _)| !before.contains(*key));
        let sets = inserted.flat_map(|(key, node)| {
            let params = self.first_params(&node.is).into_iter();
            params.map(|(name, value)| Edit::set(key, &name, Some(value)))
        });
        let sets = Edit::Batch(sets.collect());
        if let Err(error) = self.state.document.extend(sets, LABEL) {
            self.tell_problem(ctx, &Diagnostic::error(error.to_string()));
        }
        self.state.document.end_gesture();
        self.after_edit();
    }

    fn set(&mut self, ctx: &Context, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.state.settings.clone();
        change(&mut settings);
        self.take_settings(ctx, settings);
    }

    pub(super) fn toggle_page(&mut self, ctx: &Context, page: Page) {
        if self.state.panels.page == Some(page) {
            return self.close_page(ctx);
        }
        Capture::close(ctx);
        self.state.panels.page = Some(page);
        if page == Page::Templates {
            let catalog = self.state.document.catalog();
            let data = self.state.data.as_deref();
            self.state.templates.look(ctx, catalog, data);
        }
    }

    fn close_page(&mut self, ctx: &Context) {
        Capture::close(ctx);
        self.state.panels.page = None;
    }

    /// Asks for the pictures that come with the templates, once those are known.
    pub(in crate::app) fn want_template_pictures(&mut self) {
        let pictures = self.state.templates.pictures().map(Path::to_owned);
        self.state.shelf.want_thumbs(pictures.collect());
    }

    /// Takes a folder that was chosen in a dialog.
    pub(super) fn take_folder(&mut self, ctx: &Context, which: FolderUse, folder: PathBuf) {
        if folder.to_str().is_none() {
            let problem = Diagnostic::error("this folder's name cannot be kept in the settings")
                .help("choose a folder whose name is Unicode");
            return self.tell_problem(ctx, &problem);
        }
        self.set(ctx, |settings| settings.take_folder(which, folder));
    }

    fn open_template(&mut self, ctx: &Context, path: &Path) {
        self.close_page(ctx);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match Document::open_as_new(path, name, self.state.document.catalog()) {
            Ok(document) => self.show_document(document),
            Err(problem) => self.tell_problem(ctx, &problem),
        }
    }

    /// Goes to the level of a node, selects it, and marks the pin or param.
    fn point(&mut self, ctx: &Context, full_key: &str, slot: Option<String>) {
        let Some(key) = self.state.document.reveal(full_key) else {
            return;
        };
        self.select([key.clone()]);
        self.state.flash = slot.map(|slot| Flash {
            at: Input::new(&key, slot),
            until_secs: ctx.time() + FLASH_SECS,
        });
        self.request(Request::Show(key));
        ctx.request_repaint_after_secs(FLASH_SECS as f32);
    }
}
