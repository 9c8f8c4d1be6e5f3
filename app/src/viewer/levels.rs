//! A picture as textures: cut into tiles that every graphics card takes, and in halves of halves,
//! because a large picture shown small would shimmer.

use std::sync::Arc;

use egui::{
    Color32, ColorImage, Context, Mesh, Painter, Pos2, Rect, Shape, TextureFilter, TextureHandle,
    TextureOptions, Vec2, pos2, vec2,
};
use image::{RgbaImage, imageops};

use crate::gallery::thumbs::color_image;

/// The longest side of a tile: every graphics card takes that much.
const TILE: u32 = 2_048;
/// Halving ends at such a side, in pixels.
const SMALLEST: u32 = 512;
/// From this zoom on, pixels are shown as squares.
pub const SHARP: f32 = 2.0;

/// The pixels of every level, ready to become textures.
pub struct Cut {
    size_px: [u32; 2],
    levels: Vec<Vec<Piece>>,
}

struct Piece {
    /// Where it lies in the picture, in shares of its sides.
    place: Rect,
    pixels: Arc<ColorImage>,
}

/// The textures of every level, the whole one first.
pub struct Levels {
    cut: Cut,
    textures: Vec<Vec<TextureHandle>>,
    is_sharp: bool,
}

impl Cut {
    /// Cuts a picture; takes a while, so it is done by a thread.
    pub fn new(image: &RgbaImage) -> Self {
        let size_px = [image.width(), image.height()];
        let mut levels = vec![pieces(image)];
        let mut smaller = half(image);
        while let Some(level) = smaller {
            levels.push(pieces(&level));
            smaller = half(&level);
        }
        Self { size_px, levels }
    }
}

fn half(image: &RgbaImage) -> Option<RgbaImage> {
    let (width, height) = image.dimensions();
    (width.max(height) > SMALLEST)
        .then(|| imageops::thumbnail(image, (width / 2).max(1), (height / 2).max(1)))
}

fn pieces(image: &RgbaImage) -> Vec<Piece> {
    let (width, height) = image.dimensions();
    let whole = vec2(width as f32, height as f32);
    let corners = (0..height)
        .step_by(TILE as usize)
        .flat_map(|y| (0..width).step_by(TILE as usize).map(move |x| (x, y)));
    corners
        .map(|(x, y)| {
            let (w, h) = (TILE.min(width - x), TILE.min(height - y));
            let pixels = if (w, h) == (width, height) {
                color_image(image)
            } else {
                color_image(&imageops::crop_imm(image, x, y, w, h).to_image())
            };
            let place = Rect::from_min_size(pos2(x as f32, y as f32), vec2(w as f32, h as f32));
            Piece {
                place: Rect::from_min_max(
                    (place.min.to_vec2() / whole).to_pos2(),
                    (place.max.to_vec2() / whole).to_pos2(),
                ),
                pixels: Arc::new(pixels),
            }
        })
        .collect()
}

impl Levels {
    /// Hands every level to the graphics card.
    pub fn load(ctx: &Context, cut: Cut) -> Self {
        let load =
            |piece: &Piece| ctx.load_texture("picture", Arc::clone(&piece.pixels), options(false));
        let textures = cut
            .levels
            .iter()
            .map(|pieces| pieces.iter().map(load).collect())
            .collect();
        Self {
            cut,
            textures,
            is_sharp: false,
        }
    }

    /// The picture's width and height.
    pub fn size_px(&self) -> [u32; 2] {
        self.cut.size_px
    }

    /// Shows magnified pixels as squares, or smoothly.
    pub fn set_sharp(&mut self, is_sharp: bool) {
        if self.is_sharp != is_sharp {
            self.is_sharp = is_sharp;
            let whole = self.textures.first_mut().into_iter().flatten();
            let pieces = self.cut.levels.first().into_iter().flatten();
            for (texture, piece) in whole.zip(pieces) {
                texture.set(Arc::clone(&piece.pixels), options(is_sharp));
            }
        }
    }

    /// Paints the picture at a place; `zoom` is in pixels of the screen for each of the picture.
    pub fn paint(&self, painter: &Painter, place: Rect, zoom: f32) {
        let last = self.textures.len().saturating_sub(1);
        let level = level_for(zoom).min(last);
        for (piece, texture) in self.cut.levels[level].iter().zip(&self.textures[level]) {
            let part = inside(place, piece.place);
            if part.intersects(painter.clip_rect()) {
                // Not a rectangle shape: its smooth rim would show between tiles.
                let mut mesh = Mesh::with_texture(texture.id());
                let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
                mesh.add_rect_with_uv(part, whole, Color32::WHITE);
                painter.add(Shape::mesh(mesh));
            }
        }
    }
}

/// How many times a picture is halved so that it is never shown at less than half its pixels.
fn level_for(zoom: f32) -> usize {
    let mut level = 0;
    let mut zoom = zoom;
    while zoom <= 0.5 {
        zoom *= 2.0;
        level += 1;
    }
    level
}

/// A part, in shares of the whole, at its place.
fn inside(place: Rect, part: Rect) -> Rect {
    let at = |pos: Pos2| place.min + Vec2::new(pos.x * place.width(), pos.y * place.height());
    Rect::from_min_max(at(part.min), at(part.max))
}

fn options(is_sharp: bool) -> TextureOptions {
    TextureOptions {
        magnification: if is_sharp {
            TextureFilter::Nearest
        } else {
            TextureFilter::Linear
        },
        ..TextureOptions::LINEAR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_a_picture_without_gaps() {
        let cut = Cut::new(&RgbaImage::new(5_000, 2_100));
        let area: f32 = cut.levels[0].iter().map(|piece| piece.place.area()).sum();
        assert!((area - 1.0).abs() < 1e-3, "{area}");
        assert_eq!(cut.levels[0].len(), 6);
        let most = cut.levels.iter().flatten().map(|piece| piece.pixels.size);
        assert!(most.flatten().all(|side| side <= TILE as usize));
        assert_eq!(cut.levels.len(), 5, "5000, 2500, 1250, 625, 312");
    }

    #[test]
    fn the_level_is_the_least_that_has_every_pixel_shown() {
        for (zoom, level) in [
            (32.0, 0),
            (1.0, 0),
            (0.51, 0),
            (0.5, 1),
            (0.26, 1),
            (0.1, 3),
        ] {
            assert_eq!(level_for(zoom), level, "{zoom}");
        }
    }

    #[test]
    fn small_pictures_are_one_texture() {
        let ctx = Context::default();
        let mut levels = Levels::load(&ctx, Cut::new(&RgbaImage::new(64, 32)));
        assert_eq!(levels.size_px(), [64, 32]);
        assert_eq!(levels.textures.len(), 1);
        levels.set_sharp(true);
        assert!(levels.is_sharp);
    }
}
