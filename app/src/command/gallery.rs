//! Pictures made: find, look at, compare, use, delete.

use std::ops::Range;
use std::path::PathBuf;

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::command::Command;
use crate::command::about::{About, about};
use crate::command::keys::{CTRL, anywhere, shown};
use crate::gallery::{Pick, Which};
use crate::theme::icon;
use crate::viewer::Mode;
use crate::viewer::export::{Format, Quality};
use crate::viewer::sight::Sight;

/// Pictures made: find, look at, compare, use, delete.
#[derive(Clone, Debug, PartialEq)]
pub enum GalleryCommand {
    /// Shows or hides the gallery.
    Toggle,
    /// Looks for pictures.
    Search(String),
    /// Tells which part of what is found is on the screen.
    See(Range<usize>),
    /// Chooses a picture.
    Choose(Which, Pick),
    /// Chooses everything that is found.
    ChooseAll,
    /// Moves by so many pictures and chooses there.
    Go(isize, Pick),
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
    /// Magnified pixels as squares, or smoothly.
    Edges(Edges),
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

/// How magnified pixels are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edges {
    /// As squares.
    Sharp,
    /// One runs into the next.
    Smooth,
}

/// A key that holds while pictures are looked at; on the canvas it means something else.
pub type OwnKey = (Modifiers, Key, GalleryCommand);

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
    pub const GALLERY_KEYS: &[OwnKey] = &[
        (Modifiers::NONE, Key::Enter, Self::ViewChosen),
        (Modifiers::NONE, Key::C, Self::Compare),
        (Modifiers::NONE, Key::F, Self::Favourite),
        (Modifiers::NONE, Key::Num0, Self::Rate(0)),
        (Modifiers::NONE, Key::Num1, Self::Rate(1)),
        (Modifiers::NONE, Key::Num2, Self::Rate(2)),
        (Modifiers::NONE, Key::Num3, Self::Rate(3)),
        (Modifiers::NONE, Key::Num4, Self::Rate(4)),
        (Modifiers::NONE, Key::Num5, Self::Rate(5)),
        (Modifiers::NONE, Key::Delete, Self::Trash),
        (Modifiers::NONE, Key::Backspace, Self::Trash),
        (Modifiers::NONE, Key::G, Self::Use(Use::OpenGraph)),
        (CTRL, Key::A, Self::ChooseAll),
        (CTRL, Key::C, Self::Use(Use::Copy)),
        (Modifiers::NONE, Key::Escape, Self::Toggle),
    ];

    /// The keys while a picture is shown large.
    pub const VIEWER_KEYS: &[OwnKey] = &[
        (Modifiers::NONE, Key::ArrowLeft, Self::Turn(Turn::Newer)),
        (Modifiers::NONE, Key::ArrowRight, Self::Turn(Turn::Older)),
        (Modifiers::NONE, Key::Num0, Self::Show(Show::Fit)),
        (Modifiers::NONE, Key::Num1, Self::Show(Show::ActualPixels)),
        (Modifiers::NONE, Key::C, Self::Compare),
        (
            Modifiers::NONE,
            Key::S,
            Self::Show(Show::Mode(Mode::Slider)),
        ),
        (Modifiers::NONE, Key::B, Self::Show(Show::Mode(Mode::Side))),
        (
            Modifiers::NONE,
            Key::D,
            Self::Show(Show::Mode(Mode::Difference)),
        ),
        (Modifiers::NONE, Key::I, Self::Show(Show::Making)),
        (Modifiers::NONE, Key::F, Self::Favourite),
        (Modifiers::NONE, Key::G, Self::Use(Use::OpenGraph)),
        (Modifiers::NONE, Key::Delete, Self::Trash),
        (CTRL, Key::C, Self::Use(Use::Copy)),
        (Modifiers::NONE, Key::Escape, Self::CloseViewer),
    ];

    /// What it does, with the key that it has here.
    pub fn hint(&self, ctx: &Context, keys: &[OwnKey]) -> String {
        let tooltip = self.about().tooltip;
        match keys.iter().find(|(_, _, command)| command == self) {
            Some((modifiers, key, _)) => {
                let keys = KeyboardShortcut::new(*modifiers, *key);
                format!("{tooltip} ({})", shown(ctx, &keys))
            }
            None => tooltip.to_owned(),
        }
    }

    /// Name, tooltip, icon and keys.
    pub(super) fn about(&self) -> About {
        match self {
            Self::Toggle => about("Gallery")
                .tip("Every picture that was made: to find, compare and use again.")
                .icon(icon::PICTURES)
                .key(anywhere(Modifiers::NONE, Key::F3)),
            Self::Search(_) => about("Search pictures"),
            Self::See(_) => about("Scroll"),
            Self::Choose(..) => about("Choose picture"),
            Self::ChooseAll => about("Choose all pictures"),
            Self::Go(..) => about("Next picture"),
            Self::View(_) | Self::ViewChosen => about("View large")
                .tip("Shows the picture large, to every pixel.")
                .icon(icon::PICTURE),
            Self::Compare => about("Compare pictures")
                .tip("Compares two to four chosen pictures; the one shown large with the one made before."),
            Self::Favourite => about("Favourite")
                .tip("Makes the chosen pictures favourites, or takes that back."),
            Self::Rate(_) => about("Rate").tip("Gives the chosen pictures one to five stars."),
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
                Format::PlainPng | Format::Jpeg(_) | Format::WebP => {
                    "Saves the pixels alone; nothing tells how they were made."
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
            Self::ActualPixels => about("1:1").tip("Shows each pixel on one of the screen."),
            Self::Edges(_) => about("Edges"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for keys in [GalleryCommand::GALLERY_KEYS, GalleryCommand::VIEWER_KEYS] {
            for (i, (modifiers, key, _)) in keys.iter().enumerate() {
                let same = |other: &OwnKey| (other.0, other.1) == (*modifiers, *key);
                assert!(!keys[i + 1..].iter().any(same), "{key:?}");
            }
        }
    }
}
