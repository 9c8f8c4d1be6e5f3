//! What the viewer shows: one picture, or two to four that are compared. `load.rs` opens them on a
//! thread, `levels.rs` holds them as textures, `sight.rs` says where one looks, `difference.rs`
//! compares pixels, `making.rs` recipes, and `export.rs` writes files.

pub mod difference;
pub mod export;
pub mod levels;
pub mod load;
pub mod making;
pub mod sight;

use std::sync::Arc;

use egui::{Context, TextureHandle, TextureOptions};
use image::{RgbImage, RgbaImage};

use crate::gallery::Which;
use crate::viewer::difference::Extent;
use crate::viewer::levels::{Levels, SHARP};
use crate::viewer::load::{Compared, Comparison, Opened, Source};
use crate::viewer::making::Making;
use crate::viewer::sight::Sight;

/// The most pictures that are compared.
pub const MOST_COMPARED: usize = 4;

/// How pictures are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// One over the other, with a divider to drag.
    #[default]
    Slider,
    /// All of them, looked at in the same place.
    Side,
    /// What differs.
    Difference,
}

impl Mode {
    /// Every mode, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Slider, Self::Side, Self::Difference];

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Slider => "Slider",
            Self::Side => "Side by side",
            Self::Difference => "Difference",
        }
    }
}

/// The viewer.
pub struct Viewer {
    /// The pictures: one, or those that are compared.
    pub pictures: Vec<Picture>,
    /// Where one looks; the same for all of them.
    pub sight: Sight,
    /// How they are compared.
    pub mode: Mode,
    /// The picture that the first is compared with by slider and difference.
    pub against: usize,
    /// Where the divider is, in shares of the picture's width.
    pub divider: f32,
    /// How much differences are amplified.
    pub gain: u8,
    /// What differs, once that is known.
    pub difference: Option<(Levels, Extent)>,
    /// Whether the recipe is shown.
    pub shows_making: bool,
    /// The preview step that is shown in place of the picture.
    pub step: Option<usize>,
    /// Pixels of the screen for each of the picture when it was last seen.
    seen_zoom: f32,
}

/// A picture in the viewer.
pub struct Picture {
    /// Which it is.
    pub which: Which,
    /// Its name.
    pub name: String,
    /// Where its pixels come from.
    pub source: Source,
    /// What is there of it.
    pub content: Content,
    /// Its preview steps.
    pub steps: Vec<TextureHandle>,
}

/// What is there of a picture.
pub enum Content {
    /// It is being opened: its small copy, and the size that it will have.
    Opening(Option<TextureHandle>, [u32; 2]),
    /// All of it.
    Open(Box<Whole>),
    /// Nothing, because of this.
    Broken(String),
}

/// A picture that is open.
pub struct Whole {
    /// Its pixels.
    pub image: Arc<RgbaImage>,
    /// Its textures.
    pub levels: Levels,
    /// What it says about its making.
    pub making: Option<Making>,
}

impl Picture {
    /// Its width and height; a broken one has none.
    pub fn size_px(&self) -> Option<[u32; 2]> {
        match &self.content {
            Content::Opening(_, size_px) => Some(*size_px),
            Content::Open(whole) => Some(whole.levels.size_px()),
            Content::Broken(_) => None,
        }
    }

    /// All of it, once it is open.
    pub fn whole(&self) -> Option<&Whole> {
        match &self.content {
            Content::Open(whole) => Some(whole),
            Content::Opening(..) | Content::Broken(_) => None,
        }
    }

    /// What it says about its making.
    pub fn making(&self) -> Option<&Making> {
        self.whole()?.making.as_ref()
    }
}

impl Viewer {
    /// Shows these pictures, which are still to be opened.
    pub fn new(pictures: Vec<Picture>) -> Self {
        Self {
            pictures,
            sight: Sight::default(),
            mode: Mode::default(),
            against: 1,
            divider: 0.5,
            gain: 1,
            difference: None,
            shows_making: false,
            step: None,
            seen_zoom: 1.0,
        }
    }

    /// Keeps what the user has set while another picture is looked at.
    pub fn with_settings_of(mut self, other: &Self) -> Self {
        self.shows_making = other.shows_making;
        self.seen_zoom = other.seen_zoom;
        self
    }

    /// The size that says how large one looks: that of the first picture that has one.
    pub fn size_px(&self) -> Option<[u32; 2]> {
        self.pictures.iter().find_map(Picture::size_px)
    }

    /// Whether pictures are compared.
    pub fn is_comparing(&self) -> bool {
        self.pictures.len() > 1
    }

    /// Pixels of the screen for each of the picture when it was last seen.
    pub fn seen_zoom(&self) -> f32 {
        self.seen_zoom
    }

    /// Whether magnified pixels are shown as squares.
    pub fn is_sharp(&self) -> bool {
        self.seen_zoom >= SHARP
    }

    /// Says how large the pictures are seen; how they are magnified follows from it.
    pub fn set_seen_zoom(&mut self, zoom: f32) {
        let was_sharp = self.is_sharp();
        self.seen_zoom = zoom;
        let is_sharp = self.is_sharp();
        if is_sharp == was_sharp {
            return;
        }
        for picture in &mut self.pictures {
            if let Content::Open(whole) = &mut picture.content {
                whole.levels.set_sharp(is_sharp);
            }
        }
        if let Some((levels, _)) = &mut self.difference {
            levels.set_sharp(is_sharp);
        }
    }

    /// Zooms in the middle of what is seen.
    pub fn zoom_by(&mut self, factor: f32) {
        self.sight = self.sight.zoomed_in_the_middle(self.seen_zoom, factor);
    }

    /// Takes in a picture that has been opened. Says what is to be compared now.
    pub fn take_opened(
        &mut self,
        ctx: &Context,
        which: &Which,
        opened: Result<Opened, String>,
    ) -> Option<Comparison> {
        let is_sharp = self.is_sharp();
        let picture = self
            .pictures
            .iter_mut()
            .find(|picture| picture.which == *which)?;
        picture.content = match opened {
            Ok(opened) => {
                let mut levels = Levels::load(ctx, opened.cut);
                levels.set_sharp(is_sharp);
                Content::Open(Box::new(Whole {
                    image: opened.image,
                    levels,
                    making: opened.making,
                }))
            }
            Err(why) => Content::Broken(why),
        };
        self.comparison()
    }

    /// Takes in how the pictures differ, if these are still the pictures.
    pub fn take_difference(&mut self, ctx: &Context, compared: Compared) {
        let wanted = self.comparison();
        if wanted.is_some_and(|wanted| wanted.is_same(&compared.of)) {
            let mut levels = Levels::load(ctx, compared.cut);
            levels.set_sharp(self.is_sharp());
            self.difference = Some((levels, compared.extent));
        }
    }

    /// What is to be compared for the difference to be shown.
    pub fn comparison(&self) -> Option<Comparison> {
        let pixels = |place: usize| Some(Arc::clone(&self.pictures.get(place)?.whole()?.image));
        match self.mode {
            Mode::Difference => Some(Comparison {
                pixels: [pixels(0)?, pixels(self.against)?],
                gain: self.gain,
            }),
            Mode::Slider | Mode::Side => None,
        }
    }
}

/// The preview steps as textures.
pub fn step_textures(ctx: &Context, steps: &[Arc<RgbImage>]) -> Vec<TextureHandle> {
    steps
        .iter()
        .map(|step| {
            let size = [step.width() as usize, step.height() as usize];
            let pixels = egui::ColorImage::from_rgb(size, step.as_raw());
            ctx.load_texture("step", pixels, TextureOptions::LINEAR)
        })
        .collect()
}
