//! The pictures made since the program started. Their pixels are held within a byte budget, the
//! last ones looked at the longest; those of the others are read again from their files. So that
//! their small copies do not fill the graphics card, only the newest are listed; all that were
//! saved are in the gallery.

use std::collections::{VecDeque, vec_deque};
use std::ops::{Index, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::TextureHandle;
use image::RgbImage;
use pyrograph_engine::graph::Graph;
use pyrograph_engine::run::lru::Lru;

use super::shrink;
use crate::document::DocumentId;

/// How many are listed at most.
const MAX_LISTED: usize = 1_000;
/// What their small copies may take on the graphics card, in bytes.
const MAX_THUMB_BYTES: u64 = 256 << 20;

/// A picture made in this session.
#[derive(Clone)]
pub struct Picture {
    /// The document that it was made for.
    pub document: DocumentId,
    /// The node that gave it.
    pub node: String,
    /// Its width and height.
    pub size_px: [u32; 2],
    /// Its pixels for lists.
    pub thumb: TextureHandle,
    /// Its file, if it was saved.
    pub path: Option<PathBuf>,
    /// The graph that made it.
    pub graph: Arc<Graph>,
}

/// What of a picture takes much memory.
#[derive(Clone)]
pub struct Pixels {
    /// The picture.
    pub image: Arc<RgbImage>,
    /// What it looked like while it was made, the first step first.
    pub steps: Arc<[Arc<RgbImage>]>,
}

impl Pixels {
    fn bytes(&self) -> u64 {
        let all = self.steps.iter().chain([&self.image]);
        all.map(|image| image.as_raw().len() as u64).sum()
    }
}

/// The pictures made, by their numbers: the first one has the number 0.
pub struct Pictures {
    listed: VecDeque<Picture>,
    /// The number of the first one that is listed.
    first: usize,
    pixels: Lru<usize, Pixels>,
}

impl Pictures {
    /// None yet; their pixels may take so many bytes.
    pub(super) fn new(pixel_bytes: u64) -> Self {
        Self {
            listed: VecDeque::new(),
            first: 0,
            pixels: Lru::new(pixel_bytes),
        }
    }

    /// The numbers of those that are listed, the oldest first.
    pub fn numbers(&self) -> Range<usize> {
        self.first..self.first + self.listed.len()
    }

    /// How many have been made, be they listed or not.
    pub fn len(&self) -> usize {
        self.numbers().end
    }

    /// Whether none has been made yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those that are listed, the oldest first.
    pub fn iter(&self) -> vec_deque::Iter<'_, Picture> {
        self.listed.iter()
    }

    /// The picture of a number, if it is listed.
    pub fn get(&self, number: usize) -> Option<&Picture> {
        self.listed.get(number.checked_sub(self.first)?)
    }

    /// The one made last.
    pub fn last(&self) -> Option<&Picture> {
        self.listed.back()
    }

    /// The pixels of a picture, if they are still held.
    pub fn pixels(&self, number: usize) -> Option<&Pixels> {
        self.pixels.peek(&number)
    }

    /// The number of the picture that was saved there, if it is listed.
    pub fn with_path(&self, path: &Path) -> Option<usize> {
        let mut listed = self.numbers().zip(&self.listed).rev();
        let found = listed.find(|(_, picture)| picture.path.as_deref() == Some(path));
        found.map(|(number, _)| number)
    }

    /// These files are gone: the pictures are as if they had never been saved.
    pub(super) fn forget_files(&mut self, gone: &[PathBuf]) {
        for picture in &mut self.listed {
            picture.path.take_if(|path| gone.contains(path));
        }
    }

    /// Somebody looks at a picture: its pixels stay the longest from now on.
    pub(super) fn look_at(&mut self, number: usize) {
        self.pixels.get(&number);
    }

    /// Adds a picture; returns its number.
    pub(super) fn push(&mut self, picture: Picture, pixels: Pixels) -> usize {
        let number = self.len();
        self.listed.push_back(picture);
        let bytes = pixels.bytes();
        self.pixels.insert(number, pixels, bytes);
        while self.listed.len() > 1 && self.is_too_much() {
            self.pixels.remove(&self.first);
            self.listed.pop_front();
            self.first += 1;
        }
        number
    }

    /// Pixels may take so many bytes from now on.
    pub(super) fn set_budget(&mut self, pixel_bytes: u64) {
        self.pixels.set_budget(pixel_bytes);
    }

    fn is_too_much(&self) -> bool {
        let thumbs = self.listed.iter();
        let bytes = thumbs.map(|picture| shrink::shown_bytes(picture.size_px));
        self.listed.len() > MAX_LISTED || bytes.sum::<u64>() > MAX_THUMB_BYTES
    }
}

impl Index<usize> for Pictures {
    type Output = Picture;

    fn index(&self, number: usize) -> &Picture {
        self.get(number).expect("the picture is listed")
    }
}

#[cfg(test)]
mod tests {
    use egui::{Color32, ColorImage, Context, TextureOptions};

    use super::*;

    /// A picture of that size, whose pixels take twelve bytes with those of its one step.
    fn push(pictures: &mut Pictures, size_px: [u32; 2]) -> usize {
        let nothing = ColorImage::filled([1, 1], Color32::BLACK);
        let ctx = Context::default();
        let picture = Picture {
            document: DocumentId::new(),
            node: "save".to_owned(),
            size_px,
            thumb: ctx.load_texture("test", nothing, TextureOptions::LINEAR),
            path: None,
            graph: Arc::default(),
        };
        let image = Arc::new(RgbImage::new(2, 1));
        let steps = [Arc::clone(&image)].into();
        pictures.push(picture, Pixels { image, steps })
    }

    fn held(pictures: &Pictures) -> Vec<usize> {
        let is_held = |number: &usize| pictures.pixels(*number).is_some();
        pictures.numbers().filter(is_held).collect()
    }

    #[test]
    fn pixels_are_held_within_the_budget_and_those_looked_at_stay() {
        let mut pictures = Pictures::new(30);
        assert!(pictures.is_empty());
        push(&mut pictures, [2, 1]);
        push(&mut pictures, [2, 1]);
        pictures.look_at(0);
        push(&mut pictures, [2, 1]);
        assert_eq!(held(&pictures), [0, 2]);
        assert_eq!(pictures.numbers(), 0..3, "all are listed");
        pictures.set_budget(12);
        assert_eq!(held(&pictures), [2]);
        pictures.look_at(7);
        assert!(pictures.get(7).is_none());
    }

    #[test]
    fn only_the_newest_are_listed_and_numbers_go_on() {
        let mut pictures = Pictures::new(1 << 20);
        for number in 0..MAX_LISTED + 2 {
            assert_eq!(push(&mut pictures, [8, 8]), number);
        }
        assert_eq!(pictures.numbers(), 2..MAX_LISTED + 2);
        assert!(pictures.get(1).is_none() && pictures.pixels(1).is_none());
        assert!(pictures.get(2).is_some() && pictures.pixels(2).is_some());

        // A small copy of a large picture takes a megabyte.
        let mut large = Pictures::new(1 << 20);
        for _ in 0..300 {
            push(&mut large, [4_096, 4_096]);
        }
        assert_eq!(large.numbers(), 44..300);
        assert_eq!(large.iter().count(), 256);
    }
}
