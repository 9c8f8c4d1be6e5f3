//! Pictures made: find, look at, compare, use, delete.

use std::path::PathBuf;

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::command::Command;
use crate::command::about::{About, about};
use crate::command::binding::CommandKeys;
use crate::command::keys::{CTRL, anywhere};
use crate::gallery::{Move, Pick, Screen, Which};
use crate::jobs::Shown;
use crate::theme::icon;
use crate::viewer::Mode;
use crate::viewer::export::{Format, Quality};
use crate::viewer::sight::Sight;

/// Pictures made: find, look at, compare, use, delete.
#[derive(Clone, Debug, PartialEq)]
pub enum GalleryCommand {
    /// Shows or hides the gallery.
    Toggle,
    /// Hides it.
    Close,
    /// Looks for pictures.
    Search(String),
    /// Tells which part of what is found is on the screen.
    See(Screen),
    /// Chooses a picture.
    Choose(Which, Pick),
    /// Chooses everything that is found.
    ChooseAll,
    /// Moves and chooses there.
    Go(Move, Pick),
    /// Shows a picture large.
    View(Which),
    /// Shows the chosen picture large.
    ViewChosen,
    /// Compares the chosen pictures, or the picture shown large with the one made before.
    Compare,
    /// Makes the chosen pictures favourites, or takes that back.
    Favourite,
    /// Gives the chosen pictures so many stars.
    Rate(u8),
    /// Asks whether the chosen pictures shall be moved to the trash.
    Trash,
    /// Answers that question.
    AnswerTrash(Agreed),
    /// Does something with one picture.
    Use(Use),
    /// Writes a picture to a file.
    Save(Which, Format, PathBuf),
    /// Closes the viewer.
    CloseViewer,
    /// Shows the next picture large.
    Turn(Turn),
    /// Changes how the viewer shows what it shows.
    Show(Show),
}

/// What can be done with one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Copies its pixels.
    Copy,
    /// Copies where its file is.
    CopyPath,
    /// Opens the graph that made it.
    OpenGraph,
    /// Adds a node that loads it.
    AsInput,
    /// Gives the graph the seeds that made it.
    Seed,
    /// Asks for a file and writes it to that.
    SaveAs(Format),
}

/// How the viewer shows what it shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Show {
    /// Another part, or larger or smaller.
    At(Sight),
    /// The whole picture.
    Fit,
    /// Each pixel on one of the screen.
    ActualPixels,
    /// Larger or smaller.
    Zoom(Zoom),
    /// Tells at which zoom it is on the screen: a picture that is fitted does not know.
    Seen(f32),
    /// Compared in another way.
    Mode(Mode),
    /// The first picture compared with that one.
    Against(usize),
    /// The divider elsewhere, in shares of the picture's width.
    Divider(f32),
    /// Differences amplified.
    Gain(u8),
    /// A preview step in place of the picture, or the picture again.
    Step(Option<usize>),
    /// How the picture was made, or that no longer.
    Making,
}

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreed {
    /// Do it.
    Yes,
    /// Leave it.
    No,
}

/// Where one turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// To the picture made before.
    Older,
    /// To the picture made after.
    Newer,
}

/// A step of zooming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// Larger.
    In,
    /// Smaller.
    Out,
}

impl Zoom {
    /// One press of a key, or one notch of the wheel.
    pub const NOTCH: f32 = 1.25;

    /// By how much everything is larger after it.
    pub fn factor(self) -> f32 {
        match self {
            Self::In => Self::NOTCH,
            Self::Out => 1.0 / Self::NOTCH,
        }
    }
}

const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

const fn shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::SHIFT, key)
}

const fn alt(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::ALT, key)
}

const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(CTRL, key)
}

impl GalleryCommand {
    /// What the menu offers of it.
    pub const MENU: &[Command] = &[
        Command::Gallery(Self::Toggle),
        Command::Gallery(Self::ViewChosen),
        Command::Gallery(Self::Compare),
        Command::Gallery(Self::Favourite),
        Command::Gallery(Self::Use(Use::OpenGraph)),
        Command::Gallery(Self::Use(Use::Seed)),
        Command::Gallery(Self::Use(Use::AsInput)),
        Command::Gallery(Self::Use(Use::Copy)),
        Command::Gallery(Self::Use(Use::CopyPath)),
        Command::Gallery(Self::Use(Use::SaveAs(Format::Png))),
        Command::Gallery(Self::Use(Use::SaveAs(Format::PlainPng))),
        Command::Gallery(Self::Use(Use::SaveAs(Format::Jpeg(Quality::Good)))),
        Command::Gallery(Self::Use(Use::SaveAs(Format::WebP))),
        Command::Gallery(Self::Trash),
    ];

    /// What can be done with one picture.
    pub const ABOUT_ONE: &[Self] = &[
        Self::Use(Use::OpenGraph),
        Self::Use(Use::Seed),
        Self::Use(Use::AsInput),
        Self::Use(Use::Copy),
        Self::Use(Use::CopyPath),
    ];

    /// As what it can be saved.
    pub const SAVE_AS: &[Self] = &[
        Self::Use(Use::SaveAs(Format::Png)),
        Self::Use(Use::SaveAs(Format::PlainPng)),
        Self::Use(Use::SaveAs(Format::Jpeg(Quality::Best))),
        Self::Use(Use::SaveAs(Format::Jpeg(Quality::Good))),
        Self::Use(Use::SaveAs(Format::Jpeg(Quality::Small))),
        Self::Use(Use::SaveAs(Format::WebP)),
    ];

    /// What can be done with one picture or several.
    pub const ABOUT_SOME: &[Self] = &[Self::Compare, Self::Favourite, Self::Trash];

    /// The keys while the gallery is shown.
    pub const GALLERY_KEYS: &[CommandKeys] = &[
        (
            Command::Gallery(Self::Go(Move::Left, Pick::Only)),
            &[plain(Key::ArrowLeft)],
        ),
        (
            Command::Gallery(Self::Go(Move::Right, Pick::Only)),
            &[plain(Key::ArrowRight)],
        ),
        (
            Command::Gallery(Self::Go(Move::Up, Pick::Only)),
            &[plain(Key::ArrowUp)],
        ),
        (
            Command::Gallery(Self::Go(Move::Down, Pick::Only)),
            &[plain(Key::ArrowDown)],
        ),
        (
            Command::Gallery(Self::Go(Move::PageUp, Pick::Only)),
            &[plain(Key::PageUp)],
        ),
        (
            Command::Gallery(Self::Go(Move::PageDown, Pick::Only)),
            &[plain(Key::PageDown)],
        ),
        (
            Command::Gallery(Self::Go(Move::First, Pick::Only)),
            &[plain(Key::Home)],
        ),
        (
            Command::Gallery(Self::Go(Move::Last, Pick::Only)),
            &[plain(Key::End)],
        ),
        (
            Command::Gallery(Self::Go(Move::Left, Pick::Through)),
            &[shift(Key::ArrowLeft)],
        ),
        (
            Command::Gallery(Self::Go(Move::Right, Pick::Through)),
            &[shift(Key::ArrowRight)],
        ),
        (
            Command::Gallery(Self::Go(Move::Up, Pick::Through)),
            &[shift(Key::ArrowUp)],
        ),
        (
            Command::Gallery(Self::Go(Move::Down, Pick::Through)),
            &[shift(Key::ArrowDown)],
        ),
        (
            Command::Gallery(Self::Go(Move::PageUp, Pick::Through)),
            &[shift(Key::PageUp)],
        ),
        (
            Command::Gallery(Self::Go(Move::PageDown, Pick::Through)),
            &[shift(Key::PageDown)],
        ),
        (
            Command::Gallery(Self::Go(Move::First, Pick::Through)),
            &[shift(Key::Home)],
        ),
        (
            Command::Gallery(Self::Go(Move::Last, Pick::Through)),
            &[shift(Key::End)],
        ),
        (
            Command::Gallery(Self::Go(Move::Stay, Pick::Toggle)),
            &[plain(Key::Space)],
        ),
        (Command::Gallery(Self::ChooseAll), &[ctrl(Key::A)]),
        (Command::Gallery(Self::ViewChosen), &[plain(Key::Enter)]),
        (Command::Gallery(Self::Rate(0)), &[plain(Key::Num0)]),
        (Command::Gallery(Self::Rate(1)), &[plain(Key::Num1)]),
        (Command::Gallery(Self::Rate(2)), &[plain(Key::Num2)]),
        (Command::Gallery(Self::Rate(3)), &[plain(Key::Num3)]),
        (Command::Gallery(Self::Rate(4)), &[plain(Key::Num4)]),
        (Command::Gallery(Self::Rate(5)), &[plain(Key::Num5)]),
        (
            Command::Gallery(Self::Trash),
            &[plain(Key::Delete), plain(Key::Backspace)],
        ),
        (Command::Gallery(Self::Close), &[plain(Key::Escape)]),
    ];

    /// The keys while a picture is shown large.
    pub const VIEWER_KEYS: &[CommandKeys] = &[
        (
            Command::Gallery(Self::Turn(Turn::Newer)),
            &[plain(Key::ArrowLeft)],
        ),
        (
            Command::Gallery(Self::Turn(Turn::Older)),
            &[plain(Key::ArrowRight)],
        ),
        (Command::Gallery(Self::Show(Show::Fit)), &[plain(Key::Num0)]),
        (
            Command::Gallery(Self::Show(Show::ActualPixels)),
            &[plain(Key::Num1)],
        ),
        (
            Command::Gallery(Self::Show(Show::Zoom(Zoom::In))),
            &[plain(Key::Plus), plain(Key::Equals)],
        ),
        (
            Command::Gallery(Self::Show(Show::Zoom(Zoom::Out))),
            &[plain(Key::Minus)],
        ),
        (
            Command::Gallery(Self::Show(Show::Mode(Mode::Slider))),
            &[plain(Key::S)],
        ),
        (
            Command::Gallery(Self::Show(Show::Mode(Mode::Side))),
            &[plain(Key::B)],
        ),
        (
            Command::Gallery(Self::Show(Show::Mode(Mode::Difference))),
            &[plain(Key::D)],
        ),
        (Command::Gallery(Self::Show(Show::Making)), &[plain(Key::I)]),
        (Command::Gallery(Self::Rate(0)), &[alt(Key::Num0)]),
        (Command::Gallery(Self::Rate(1)), &[alt(Key::Num1)]),
        (Command::Gallery(Self::Rate(2)), &[alt(Key::Num2)]),
        (Command::Gallery(Self::Rate(3)), &[alt(Key::Num3)]),
        (Command::Gallery(Self::Rate(4)), &[alt(Key::Num4)]),
        (Command::Gallery(Self::Rate(5)), &[alt(Key::Num5)]),
        (Command::Gallery(Self::Trash), &[plain(Key::Delete)]),
        (Command::Gallery(Self::CloseViewer), &[plain(Key::Escape)]),
    ];

    /// The keys for what can be done with pictures, in the gallery and large.
    pub const PICTURE_KEYS: &[CommandKeys] = &[
        (Command::Gallery(Self::Compare), &[plain(Key::C)]),
        (Command::Gallery(Self::Favourite), &[plain(Key::F)]),
        (
            Command::Gallery(Self::Use(Use::OpenGraph)),
            &[plain(Key::G)],
        ),
        (Command::Gallery(Self::Use(Use::Seed)), &[plain(Key::R)]),
        (Command::Gallery(Self::Use(Use::AsInput)), &[plain(Key::U)]),
        (Command::Gallery(Self::Use(Use::Copy)), &[ctrl(Key::C)]),
        (Command::Gallery(Self::Use(Use::CopyPath)), &[alt(Key::C)]),
        (
            Command::Gallery(Self::Use(Use::SaveAs(Format::Png))),
            &[plain(Key::E)],
        ),
        (
            Command::Gallery(Self::Use(Use::SaveAs(Format::PlainPng))),
            &[shift(Key::E)],
        ),
        (
            Command::Gallery(Self::Use(Use::SaveAs(Format::Jpeg(Quality::Good)))),
            &[plain(Key::J)],
        ),
        (
            Command::Gallery(Self::Use(Use::SaveAs(Format::WebP))),
            &[plain(Key::W)],
        ),
    ];

    /// What shows a node's picture large; a preview has nothing more to show.
    pub fn large(shown: &Shown) -> Option<Command> {
        let of_file = |file: &PathBuf| Command::Gallery(Self::View(Which::File(file.clone())));
        let made = shown.picture.map(|number| Command::View(Some(number)));
        made.or_else(|| shown.file.as_ref().map(of_file))
    }

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match self {
            Self::Toggle => about("Gallery")
                .tip("Every picture that was made: to find, compare and use again.")
                .icon(icon::PICTURES)
                .key(anywhere(Modifiers::NONE, Key::F3)),
            Self::Close => about("Close gallery").icon(icon::CLOSE),
            Self::Search(_) => about("Search pictures"),
            Self::See(_) => about("Scroll"),
            Self::Choose(..) => about("Choose picture"),
            Self::ChooseAll => about("Choose all pictures"),
            Self::Go(to, pick) => about(name_of_move(*to, *pick)),
            Self::View(_) | Self::ViewChosen => about("View large")
                .tip("Shows the picture large, to every pixel.")
                .icon(icon::PICTURE),
            Self::Compare => about("Compare pictures")
                .tip("Compares two to four chosen pictures; the one shown large with the one made before."),
            Self::Favourite => about("Favourite")
                .tip("Makes the chosen pictures favourites, or takes that back."),
            Self::Rate(stars) => about(match stars {
                0 => "No stars",
                1 => "One star",
                2 => "Two stars",
                3 => "Three stars",
                4 => "Four stars",
                _ => "Five stars",
            })
            .tip("Gives the chosen pictures so many stars."),
            Self::Trash => about("Move to trash…")
                .tip("Moves the chosen pictures to the system's trash.")
                .icon(icon::DELETE),
            Self::AnswerTrash(Agreed::Yes) => about("Move to trash").icon(icon::DELETE),
            Self::AnswerTrash(Agreed::No) => about("Keep"),
            Self::Use(what) => what.about(),
            Self::Save(..) => about("Save picture"),
            Self::CloseViewer => about("Close viewer").icon(icon::CLOSE),
            Self::Turn(Turn::Older) => about("Older picture").icon(icon::NEXT),
            Self::Turn(Turn::Newer) => about("Newer picture").icon(icon::PREVIOUS),
            Self::Show(how) => how.about(),
        }
    }
}

impl Use {
    fn about(self) -> About {
        match self {
            Self::Copy => about("Copy picture")
                .tip("Copies the picture's pixels.")
                .icon(icon::COPY),
            Self::CopyPath => about("Copy path").tip("Copies where the picture's file is."),
            Self::OpenGraph => about("Open its graph")
                .tip("Opens the graph that made the picture.")
                .icon(icon::OPEN),
            Self::AsInput => about("Use as input")
                .tip("Adds a node that loads the picture.")
                .icon(icon::ADD),
            Self::Seed => about("Use its seed")
                .tip("Gives the graph the seeds that made the picture.")
                .icon(icon::DICE),
            Self::SaveAs(format) => about(match format {
                Format::Png => "PNG with its graph…",
                Format::PlainPng => "PNG without its graph…",
                Format::Jpeg(Quality::Best) => "JPEG, quality 95…",
                Format::Jpeg(Quality::Good) => "JPEG, quality 85…",
                Format::Jpeg(Quality::Small) => "JPEG, quality 70…",
                Format::WebP => "WebP without loss…",
            })
            .tip(match format {
                Format::Png => "Saves the picture as it is, with how it was made inside.",
                Format::PlainPng | Format::Jpeg(_) => {
                    "Saves the pixels alone; nothing tells how they were made."
                }
                Format::WebP => {
                    "Saves the pixels alone, every one as it is: WebP is written without loss only, so a JPEG is smaller."
                }
            })
            .icon(icon::SAVE),
        }
    }
}

impl Show {
    fn about(self) -> About {
        match self {
            Self::At(_) => about("Look elsewhere"),
            Self::Fit => about("Fit").tip("Shows the whole picture."),
            Self::ActualPixels => about("1:1")
                .name("actual_pixels")
                .tip("Shows each pixel on one of the screen."),
            Self::Zoom(Zoom::In) => about("Zoom in"),
            Self::Zoom(Zoom::Out) => about("Zoom out"),
            Self::Seen(_) => about("Look"),
            Self::Mode(mode) => about(mode.name()).tip(match mode {
                Mode::Slider => "One picture over the other, with a divider to drag.",
                Mode::Side => "All pictures beside each other, looked at in the same place.",
                Mode::Difference => "What differs between two pictures.",
            }),
            Self::Against(_) => about("Compare with this"),
            Self::Divider(_) => about("Move divider"),
            Self::Gain(_) => about("Amplify").tip("Makes small differences visible."),
            Self::Step(_) => about("Show step"),
            Self::Making => about("Recipe")
                .tip("How the picture was made, and what differs between two.")
                .icon(icon::INFO),
        }
    }
}

fn name_of_move(to: Move, pick: Pick) -> &'static str {
    match (to, pick) {
        (_, Pick::Toggle) => "Choose or leave picture",
        (Move::Stay, Pick::Only) => "Choose picture",
        (Move::Stay, Pick::Through) => "Choose to here",
        (Move::Left, Pick::Only) => "Picture to the left",
        (Move::Left, Pick::Through) => "Choose to the left",
        (Move::Right, Pick::Only) => "Picture to the right",
        (Move::Right, Pick::Through) => "Choose to the right",
        (Move::Up, Pick::Only) => "Picture above",
        (Move::Up, Pick::Through) => "Choose upwards",
        (Move::Down, Pick::Only) => "Picture below",
        (Move::Down, Pick::Through) => "Choose downwards",
        (Move::PageUp, Pick::Only) => "Page up",
        (Move::PageUp, Pick::Through) => "Choose a page upwards",
        (Move::PageDown, Pick::Only) => "Page down",
        (Move::PageDown, Pick::Through) => "Choose a page downwards",
        (Move::First, Pick::Only) => "First picture",
        (Move::First, Pick::Through) => "Choose to the first",
        (Move::Last, Pick::Only) => "Last picture",
        (Move::Last, Pick::Through) => "Choose to the last",
    }
}
