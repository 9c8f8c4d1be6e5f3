//! The colours that people give to nodes, frames and notes. A file holds the name; each look has
//! its own tone of it, on which text is readable.

use egui::Color32;

use super::{Look, Theme, rgb};

/// A colour to tell things apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Teal.
    Teal,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
    /// Pink.
    Pink,
}

impl Tint {
    /// Every tint, in the order in which it is offered.
    pub const ALL: [Self; 8] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Teal,
        Self::Blue,
        Self::Purple,
        Self::Pink,
    ];

    /// The word in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Teal => "teal",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Pink => "pink",
        }
    }

    /// The word shown to people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Red => "Red",
            Self::Orange => "Orange",
            Self::Yellow => "Yellow",
            Self::Green => "Green",
            Self::Teal => "Teal",
            Self::Blue => "Blue",
            Self::Purple => "Purple",
            Self::Pink => "Pink",
        }
    }

    /// The tint of that name; other names are kept in files and drawn as none.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tint| tint.name() == name)
    }
}

impl Theme {
    /// The ground of headers in that tint; texts are readable on it.
    pub const fn tint(&self, tint: Tint) -> Color32 {
        rgb(match (self.look, tint) {
            (Look::Dark, Tint::Red) => 0x512A28,
            (Look::Dark, Tint::Orange) => 0x453122,
            (Look::Dark, Tint::Yellow) => 0x3C361D,
            (Look::Dark, Tint::Green) => 0x1D3B22,
            (Look::Dark, Tint::Teal) => 0x1D3A39,
            (Look::Dark, Tint::Blue) => 0x25364B,
            (Look::Dark, Tint::Purple) => 0x412C58,
            (Look::Dark, Tint::Pink) => 0x502843,
            (Look::Light, Tint::Red) => 0xF1D3D0,
            (Look::Light, Tint::Orange) => 0xEED6C3,
            (Look::Light, Tint::Yellow) => 0xE6DAAB,
            (Look::Light, Tint::Green) => 0xAEE8B8,
            (Look::Light, Tint::Teal) => 0xA7E6E1,
            (Look::Light, Tint::Blue) => 0xCADBF0,
            (Look::Light, Tint::Purple) => 0xE3D4F3,
            (Look::Light, Tint::Pink) => 0xF1D0E6,
            (Look::HighContrast, Tint::Red) => 0x681F1A,
            (Look::HighContrast, Tint::Orange) => 0x532F15,
            (Look::HighContrast, Tint::Yellow) => 0x413810,
            (Look::HighContrast, Tint::Green) => 0x104119,
            (Look::HighContrast, Tint::Teal) => 0x103F3C,
            (Look::HighContrast, Tint::Blue) => 0x183960,
            (Look::HighContrast, Tint::Purple) => 0x4C1F7E,
            (Look::HighContrast, Tint::Pink) => 0x65194C,
        })
    }

    /// The same hue at full strength: thin marks in it are told apart.
    pub const fn tint_rim(&self, tint: Tint) -> Color32 {
        rgb(match (self.look, tint) {
            (Look::Dark | Look::HighContrast, Tint::Red) => 0xD8706B,
            (Look::Dark | Look::HighContrast, Tint::Orange) => 0xD8996A,
            (Look::Dark | Look::HighContrast, Tint::Yellow) => 0xD8C268,
            (Look::Dark | Look::HighContrast, Tint::Green) => 0x6AD87C,
            (Look::Dark | Look::HighContrast, Tint::Teal) => 0x6CD8D4,
            (Look::Dark | Look::HighContrast, Tint::Blue) => 0x6B9CD8,
            (Look::Dark | Look::HighContrast, Tint::Purple) => 0xA06CD8,
            (Look::Dark | Look::HighContrast, Tint::Pink) => 0xD86CB5,
            (Look::Light, Tint::Red) => 0xC4453F,
            (Look::Light, Tint::Orange) => 0xB26A0C,
            (Look::Light, Tint::Yellow) => 0x8E7600,
            (Look::Light, Tint::Green) => 0x3F8644,
            (Look::Light, Tint::Teal) => 0x16837A,
            (Look::Light, Tint::Blue) => 0x2B73B8,
            (Look::Light, Tint::Purple) => 0x7857C4,
            (Look::Light, Tint::Pink) => 0xB846AC,
        })
    }

    /// The ground of what a file gives a colour by name, or `plain`.
    pub fn tinted(&self, name: Option<&str>, plain: Color32) -> Color32 {
        name.and_then(Tint::named)
            .map_or(plain, |tint| self.tint(tint))
    }
}
