//! What commands of this kind do: pictures made: find, look at, compare, use, delete.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Context, TextureHandle};
use jiff::ZonedDateTime;
use pyrograph_engine::graph::Graph;

use crate::app::App;
use crate::canvas::Request;
use crate::command::Command;
use crate::command::gallery::{Agreed, GalleryCommand, Show, Turn, Use};
use crate::command::seed::SeedCommand;
use crate::document::dialog::Purpose;
use crate::gallery::keeper::News;
use crate::gallery::marks::{MAX_RATING, Mark};
use crate::gallery::thumbs::{Small, color_image};
use crate::gallery::{Pick, Which};
use crate::viewer::export::Format;
use crate::viewer::load::{Comparison, Order, Reply, Source};
use crate::viewer::sight::Sight;
use crate::viewer::{Content, MOST_COMPARED, Picture, Viewer, step_textures};

/// How far below the graph a new node is put, in points at 100 %.
const BELOW: f32 = 320.0;

impl App {
    pub(super) fn apply_gallery(&mut self, ctx: &Context, command: GalleryCommand) {
        let gallery = &mut self.state.gallery;
        match command {
            GalleryCommand::Toggle => gallery.set_open(!gallery.is_open(), ctx.time()),
            GalleryCommand::Close => gallery.set_open(false, ctx.time()),
            GalleryCommand::Search(text) => gallery.look_for(text, &today()),
            GalleryCommand::See(screen) => gallery.see(screen),
            GalleryCommand::Choose(which, pick) => gallery.choose(which, pick),
            GalleryCommand::ChooseAll => gallery.choose_all(),
            GalleryCommand::Go(to, pick) => gallery.go(to, pick),
            GalleryCommand::View(which) => {
                // What a node loads may lie elsewhere.
                if gallery.row_of(&which).is_some() {
                    gallery.choose(which.clone(), Pick::Only);
                }
                self.view_pictures(ctx, vec![which]);
            }
            GalleryCommand::ViewChosen => {
                let subjects = self.subjects();
                let cursor = self.state.gallery.cursor();
                let cursor = cursor.map(|path| Which::File(path.to_owned()));
                let at_cursor = cursor.filter(|which| subjects.contains(which));
                let one = at_cursor.or_else(|| subjects.into_iter().next());
                self.view_pictures(ctx, one.into_iter().collect());
            }
            GalleryCommand::Compare => self.compare(ctx),
            GalleryCommand::Favourite => self.toggle_favourite(),
            GalleryCommand::Rate(stars) => {
                let rating = stars.min(MAX_RATING);
                self.mark(|mark| Mark { rating, ..mark });
            }
            GalleryCommand::Trash => self.ask_trash(ctx),
            GalleryCommand::AnswerTrash(agreed) => gallery.answer_trash(agreed == Agreed::Yes),
            GalleryCommand::Use(what) => match self.subjects().into_iter().next() {
                Some(which) => self.use_picture(ctx, which, what),
                None => self.tell(ctx, "There is no picture yet"),
            },
            GalleryCommand::Save(which, format, path) => {
                if let Some(source) = self.source_of(&which) {
                    self.loader.order(Order::Save(source, format, path));
                }
            }
            GalleryCommand::CloseViewer => self.state.viewer = None,
            GalleryCommand::Turn(turn) => self.turn(ctx, turn),
            GalleryCommand::Show(how) => {
                if let Some(viewer) = &mut self.state.viewer
                    && let Some(comparison) = show(viewer, how)
                {
                    self.loader.order(Order::Compare(comparison));
                }
            }
        }
    }

    /// Shows a picture made in this session large, or none.
    pub(super) fn view(&mut self, ctx: &Context, picture: Option<usize>) {
        match picture {
            Some(number) => self.view_pictures(ctx, vec![Which::Made(number)]),
            None => self.state.viewer = None,
        }
    }

    /// Takes in what the gallery's and the viewer's threads have to tell.
    pub(in crate::app) fn tend_pictures(&mut self, ctx: &Context) {
        self.add_made();
        for news in self.state.gallery.drain(&today()) {
            match news {
                News::Trashed(count) => {
                    let what = match count {
                        1 => "the picture".to_owned(),
                        count => format!("{count} pictures"),
                    };
                    self.tell(
                        ctx,
                        format!("Moved {what} to the trash, to be restored there"),
                    );
                }
                News::Told(told) => self.tell_problem(ctx, &told),
                News::Replaced(paths) => self.open_again(&paths),
                News::Gone(paths) => self.leave_gone(ctx, &paths),
                News::Rows(_) | News::Scanned => {}
            }
        }
        let shown = self.state.viewer.iter().flat_map(|viewer| &viewer.pictures);
        let shown = shown.filter_map(|picture| picture.source.path());
        let shown = shown.map(ToOwned::to_owned).collect();
        if let Some(secs) = self.state.gallery.keep_looking(ctx.time(), shown) {
            ctx.request_repaint_after_secs(secs as f32);
        }
        let replies: Vec<Reply> = self.loader.replies().collect();
        for reply in replies {
            self.take_loaded(ctx, reply);
        }
    }

    /// Pictures of a run are in the gallery at once.
    fn add_made(&mut self) {
        let pictures = self.state.jobs.pictures();
        let new = (self.pictures_added..pictures.len()).filter_map(|number| pictures.get(number));
        for path in new.filter_map(|picture| picture.path.clone()) {
            self.state.gallery.add(path);
        }
        self.pictures_added = pictures.len();
    }

    /// What is looked at and holds something else now is opened again, seen in the same place.
    fn open_again(&self, replaced: &[PathBuf]) {
        let shown = self.state.viewer.iter().flat_map(|viewer| &viewer.pictures);
        for picture in shown {
            if let Source::File(path) = &picture.source
                && replaced.contains(path)
            {
                let (which, source) = (picture.which.clone(), picture.source.clone());
                self.loader.order(Order::Open(which, source));
            }
        }
    }

    /// A picture that is gone is not looked at any more: those that it was compared with stay, and
    /// in place of a single one comes the next.
    fn leave_gone(&mut self, ctx: &Context, gone: &[PathBuf]) {
        self.state.jobs.forget_files(gone);
        let Some(viewer) = &self.state.viewer else {
            return;
        };
        let is_here = |picture: &&Picture| {
            let path = picture.source.path();
            path.is_none_or(|path| gone.iter().all(|gone| gone != path))
        };
        let shown = viewer.pictures.iter().filter(is_here);
        let mut left: Vec<Which> = shown.map(|picture| picture.which.clone()).collect();
        if left.len() == viewer.pictures.len() {
            return;
        }
        if left.is_empty() && self.state.gallery.is_open() {
            let next = self.state.gallery.cursor();
            left.extend(next.map(|path| Which::File(path.to_owned())));
        }
        if left.is_empty() {
            self.state.viewer = None;
        } else {
            self.view_pictures(ctx, left);
        }
    }

    fn take_loaded(&mut self, ctx: &Context, reply: Reply) {
        match reply {
            Reply::Opened(which, opened) => {
                if let Some(viewer) = &mut self.state.viewer
                    && let Some(comparison) = viewer.take_opened(ctx, &which, opened)
                {
                    self.loader.order(Order::Compare(comparison));
                }
            }
            Reply::Compared(compared) => {
                if let Some(viewer) = &mut self.state.viewer {
                    viewer.take_difference(ctx, *compared);
                }
            }
            Reply::Seeds(graph) => self.take_seeds(ctx, graph),
            Reply::Copied(image) => {
                ctx.copy_image(color_image(&image));
                self.tell(ctx, "Copied the picture");
            }
            Reply::Saved(path) => self.tell(ctx, format!("Saved {}", path.display())),
            Reply::Failed(told) => self.tell_problem(ctx, &told),
        }
    }

    /// What commands about pictures are about: those shown large, else those chosen, else the one
    /// made last.
    fn subjects(&self) -> Vec<Which> {
        if let Some(viewer) = &self.state.viewer {
            return viewer
                .pictures
                .iter()
                .map(|picture| picture.which.clone())
                .collect();
        }
        let gallery = &self.state.gallery;
        let chosen: Vec<Which> = gallery.chosen().iter().cloned().collect();
        if !chosen.is_empty() {
            return chosen;
        }
        let cursor = gallery.cursor().filter(|_| gallery.is_open());
        let last = self.state.jobs.pictures().len().checked_sub(1);
        let only = cursor
            .map(|path| Which::File(path.to_owned()))
            .or_else(|| last.filter(|_| !gallery.is_open()).map(Which::Made));
        only.into_iter().collect()
    }

    fn source_of(&self, which: &Which) -> Option<Source> {
        match which {
            Which::Made(number) => {
                let pictures = self.state.jobs.pictures();
                let made = pictures.get(*number)?;
                match pictures.pixels(*number) {
                    Some(pixels) => Some(Source::Made {
                        image: pixels.image.clone(),
                        graph: made.graph.clone(),
                        path: made.path.clone(),
                    }),
                    // Newer ones have taken its place in memory.
                    None => made.path.clone().map(Source::File),
                }
            }
            Which::File(path) => Some(Source::File(path.clone())),
        }
    }

    fn file_of(&self, which: &Which) -> Option<PathBuf> {
        self.source_of(which)?.path().map(ToOwned::to_owned)
    }

    fn view_pictures(&mut self, ctx: &Context, wanted: Vec<Which>) {
        let is_wanted = !wanted.is_empty();
        let pictures: Vec<Picture> = wanted
            .into_iter()
            .filter_map(|which| self.picture_of(ctx, which))
            .collect();
        if pictures.is_empty() {
            if is_wanted {
                let words = "Newer pictures have taken its place; the gallery has what was saved";
                self.tell(ctx, words);
            }
            return;
        }
        for picture in &pictures {
            if let Which::Made(number) = picture.which {
                self.state.jobs.look_at_picture(number);
            }
        }
        let to_open = pictures
            .iter()
            .map(|picture| (picture.which.clone(), picture.source.clone()));
        self.loader.open(to_open.collect::<Vec<_>>());
        let viewer = Viewer::new(pictures);
        self.state.viewer = Some(match &self.state.viewer {
            Some(other) => viewer.with_settings_of(other),
            None => viewer,
        });
    }

    /// A picture as the viewer begins with it: its small copy, until all of it is there.
    fn picture_of(&self, ctx: &Context, which: Which) -> Option<Picture> {
        let source = self.source_of(&which)?;
        let (small, size_px, steps): (Option<TextureHandle>, _, _) = match &which {
            Which::Made(number) => {
                let pictures = self.state.jobs.pictures();
                let made = pictures.get(*number)?;
                let pixels = pictures.pixels(*number);
                let steps = pixels.map(|pixels| step_textures(ctx, &pixels.steps));
                let steps = steps.unwrap_or_default();
                (Some(made.thumb.clone()), made.size_px, steps)
            }
            Which::File(path) => {
                let row = self.state.gallery.row(path);
                let small = row.and_then(|row| self.state.gallery.small(row));
                let texture = match small {
                    Some(Small::Picture { texture, .. }) => Some(texture.clone()),
                    Some(Small::Fault(_)) | None => None,
                };
                let size_px = row.map_or([1, 1], |row| row.content.size_px);
                // One of this session may still have its way there.
                let pictures = self.state.jobs.pictures();
                let pixels = pictures.with_path(path).and_then(|it| pictures.pixels(it));
                let steps = pixels.map(|pixels| step_textures(ctx, &pixels.steps));
                (texture, size_px, steps.unwrap_or_default())
            }
        };
        let name = match (&which, source.path().and_then(|path| path.file_name())) {
            (_, Some(name)) => name.to_string_lossy().into_owned(),
            (Which::Made(number), None) => format!("picture {}", number + 1),
            (Which::File(path), None) => path.display().to_string(),
        };
        Some(Picture {
            which,
            name,
            source,
            content: Content::Opening(small, size_px),
            steps,
        })
    }

    fn compare(&mut self, ctx: &Context) {
        let mut subjects = self.subjects();
        if let ([one], true) = (subjects.as_slice(), self.state.viewer.is_some())
            && let Some(before) = self.neighbour(one, Turn::Older)
        {
            subjects.insert(0, before);
        }
        if (2..=MOST_COMPARED).contains(&subjects.len()) {
            self.view_pictures(ctx, subjects);
        } else {
            let words =
                "Choose two to four pictures to compare: click one, then the others with Ctrl";
            self.tell(ctx, words);
        }
    }

    fn turn(&mut self, ctx: &Context, turn: Turn) {
        let shown = match &self.state.viewer {
            Some(viewer) if !viewer.is_comparing() => viewer.pictures.first(),
            Some(_) | None => None,
        };
        let next = shown.and_then(|picture| self.neighbour(&picture.which, turn));
        if let Some(next) = next {
            // When the viewer is closed, the gallery is where one has turned to.
            self.state.gallery.choose(next.clone(), Pick::Only);
            self.view_pictures(ctx, vec![next]);
        }
    }

    /// The picture made before or after.
    fn neighbour(&self, which: &Which, turn: Turn) -> Option<Which> {
        match which {
            Which::Made(number) => {
                let next = match turn {
                    Turn::Older => number.checked_sub(1)?,
                    Turn::Newer => number + 1,
                };
                let is_listed = self.state.jobs.pictures().get(next).is_some();
                is_listed.then_some(Which::Made(next))
            }
            Which::File(path) => {
                let place = self.state.gallery.place(path)?;
                let next = match turn {
                    Turn::Older => place + 1,
                    Turn::Newer => place.checked_sub(1)?,
                };
                let row = self.state.gallery.at(next)?;
                Some(Which::File(row.path().clone()))
            }
        }
    }

    fn toggle_favourite(&mut self) {
        let paths: Vec<PathBuf> = self.subject_files();
        // Several that differ become alike first.
        let is_favourite = |path: &PathBuf| {
            let row = self.state.gallery.row(path);
            row.is_some_and(|row| row.mark.favourite)
        };
        let favourite = !paths.iter().all(is_favourite);
        self.mark(|mark| Mark { favourite, ..mark });
    }

    fn mark(&mut self, change: impl Fn(Mark) -> Mark) {
        let files = self.subject_files().into_iter();
        let gallery = &mut self.state.gallery;
        let marks = files.filter_map(|path| {
            let mark = gallery.row(&path)?.mark;
            Some((path, change(mark)))
        });
        let marks = marks.collect();
        gallery.mark(marks);
    }

    fn subject_files(&self) -> Vec<PathBuf> {
        let files = self.subjects().into_iter();
        files.filter_map(|which| self.file_of(&which)).collect()
    }

    fn ask_trash(&mut self, ctx: &Context) {
        let paths = self.subject_files();
        if paths.is_empty() {
            self.tell(ctx, "There is no picture to delete");
        }
        self.state.gallery.ask_trash(paths);
    }

    /// Does something with one picture.
    fn use_picture(&mut self, ctx: &Context, which: Which, what: Use) {
        let Some(source) = self.source_of(&which) else {
            return;
        };
        let path = source.path().map(ToOwned::to_owned);
        match what {
            Use::Copy => self.loader.order(Order::Copy(source)),
            Use::Seed => self.loader.order(Order::Seeds(source)),
            Use::OpenGraph => {
                self.look_at_graph();
                let open = match which {
                    Which::Made(number) => Command::OpenPicture(number),
                    Which::File(path) => Command::OpenFile(path),
                };
                self.apply(ctx, open);
            }
            Use::SaveAs(format) => {
                let name = self.export_name(&which, format);
                let purpose = Purpose::Picture {
                    which,
                    format,
                    name,
                };
                self.ask_file(ctx, purpose);
            }
            Use::CopyPath | Use::AsInput => match path {
                Some(path) if what == Use::AsInput => self.use_as_input(ctx, &path),
                Some(path) => {
                    ctx.copy_text(path.display().to_string());
                    self.tell(ctx, format!("Copied {}", path.display()));
                }
                None => self.tell(ctx, "This picture has no file yet: save it first"),
            },
        }
    }

    fn export_name(&self, which: &Which, format: Format) -> String {
        let file = self.file_of(which);
        let stem = file.as_deref().and_then(|path| path.file_stem());
        let stem = stem.map_or_else(|| "picture".into(), |stem| stem.to_string_lossy());
        format!("{stem}.{}", format.ending())
    }

    /// The graph is looked at again.
    pub(in crate::app) fn look_at_graph(&mut self) {
        self.state.viewer = None;
        if self.state.gallery.is_open() {
            self.state.gallery.set_open(false, 0.0);
        }
    }

    /// Gives the graph the seeds of the graph that made a picture.
    fn take_seeds(&mut self, ctx: &Context, other: Option<Arc<Graph>>) {
        match other {
            Some(other) => {
                self.look_at_graph();
                self.apply(ctx, Command::Seed(SeedCommand::UseSeedsOf(other)));
            }
            None => self.tell(ctx, "This picture does not say how it was made"),
        }
    }

    /// Adds a node that loads a picture, below the graph.
    fn use_as_input(&mut self, ctx: &Context, path: &Path) {
        let document = &self.state.document;
        let places = document
            .graph()
            .nodes
            .keys()
            .map(|key| document.position(key));
        let corner = places
            .reduce(|[left, low], [x, y]| [left.min(x), low.max(y)])
            .map_or([0.0, 0.0], |[x, y]| [x, y + BELOW]);
        self.look_at_graph();
        self.add_picture(ctx, path, corner);
        if let Some(key) = self.state.inspected().map(ToOwned::to_owned) {
            self.request(Request::Show(key));
        }
    }
}

/// A date such as `2026-11-24`.
fn today() -> String {
    ZonedDateTime::now().date().to_string()
}

/// Shows things otherwise; says what is to be compared for it.
fn show(viewer: &mut Viewer, how: Show) -> Option<Comparison> {
    match how {
        Show::At(sight) => viewer.sight = sight,
        Show::Fit => viewer.sight = Sight::default(),
        Show::ActualPixels => viewer.sight.zoom = Some(1.0),
        Show::Zoom(step) => viewer.zoom_by(step.factor()),
        Show::Seen(zoom) => viewer.set_seen_zoom(zoom),
        Show::Divider(divider) => viewer.divider = divider.clamp(0.0, 1.0),
        Show::Step(step) => viewer.step = step,
        Show::Making => viewer.shows_making = !viewer.shows_making,
        Show::Mode(mode) => viewer.mode = mode,
        Show::Against(place) => {
            viewer.against = place.min(viewer.pictures.len().saturating_sub(1));
        }
        Show::Gain(gain) => viewer.gain = gain,
    }
    match how {
        Show::Mode(_) | Show::Against(_) | Show::Gain(_) => viewer.comparison(),
        Show::At(_)
        | Show::Fit
        | Show::ActualPixels
        | Show::Zoom(_)
        | Show::Seen(_)
        | Show::Divider(_)
        | Show::Step(_)
        | Show::Making => None,
    }
}
