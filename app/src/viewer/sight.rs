//! Where one looks in a picture, and how large it is shown.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// The largest zoom: one pixel of the picture on so many of the screen.
const MOST: f32 = 32.0;
/// The smallest.
const LEAST: f32 = 0.02;
/// A picture that is fitted is magnified at most so much: an icon stays an icon.
const MOST_FITTED: f32 = 4.0;

/// Where one looks, and how large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Pixels of the screen for each pixel of the picture; `None` fits it into the room.
    pub zoom: Option<f32>,
    /// What lies in the middle of the room, in shares of the picture's width and height.
    pub center: Vec2,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            zoom: None,
            center: Vec2::splat(0.5),
        }
    }
}

/// A picture and the room that it is shown in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// The room, in points.
    pub rect: Rect,
    /// The picture's width and height.
    pub size_px: [u32; 2],
    /// Pixels of the screen for each point.
    pub pixels_per_point: f32,
}

impl Room {
    fn size(&self) -> Vec2 {
        vec2(self.size_px[0].max(1) as f32, self.size_px[1].max(1) as f32)
    }

    /// The zoom at which the picture just fits.
    fn fitting(&self) -> f32 {
        let room = self.rect.size() * self.pixels_per_point / self.size();
        room.x.min(room.y).clamp(LEAST, MOST_FITTED)
    }
}

impl Sight {
    /// The zoom in a room.
    pub fn zoom_in(&self, room: &Room) -> f32 {
        self.zoom.unwrap_or_else(|| room.fitting())
    }

    /// Where the picture lies, in points.
    pub fn place(&self, room: &Room) -> Rect {
        let size = room.size() * self.zoom_in(room) / room.pixels_per_point;
        let corner = room.rect.center() - size * self.middle();
        // On whole pixels of the screen: at 1:1 nothing is smeared.
        let whole = |points: f32| (points * room.pixels_per_point).round() / room.pixels_per_point;
        Rect::from_min_size(pos2(whole(corner.x), whole(corner.y)), size)
    }

    /// Where a place lies in the picture, in shares of its sides, if the picture is there.
    pub fn share_at(&self, room: &Room, pos: Pos2) -> Option<Vec2> {
        let place = self.place(room);
        let is_there = place.contains(pos) && room.rect.contains(pos);
        is_there.then(|| (pos - place.min) / place.size())
    }

    /// Zooms so that what is under the pointer stays there.
    pub fn zoomed(&self, room: &Room, pointer: Pos2, factor: f32) -> Self {
        let zoom = (self.zoom_in(room) * factor).clamp(LEAST, MOST);
        let place = self.place(room);
        let under = (pointer - place.min) / place.size();
        let size = room.size() * zoom / room.pixels_per_point;
        Self {
            zoom: Some(zoom),
            center: kept_in(under + (room.rect.center() - pointer) / size),
        }
    }

    /// Zooms in the middle of the room, where the picture is seen at such a zoom.
    pub fn zoomed_in_the_middle(&self, seen_zoom: f32, factor: f32) -> Self {
        Self {
            zoom: Some((seen_zoom * factor).clamp(LEAST, MOST)),
            center: self.middle(),
        }
    }

    /// What lies in the middle of the room: of a picture that is fitted its own middle.
    fn middle(&self) -> Vec2 {
        match self.zoom {
            Some(_) => self.center,
            None => Vec2::splat(0.5),
        }
    }

    /// Shows every pixel on one of the screen, or on so many.
    pub fn at(&self, room: &Room, zoom: f32) -> Self {
        let factor = zoom / self.zoom_in(room);
        self.zoomed(room, room.rect.center(), factor)
    }

    /// Drags the picture by so many points.
    pub fn panned(&self, room: &Room, by: Vec2) -> Self {
        let place = self.place(room);
        let center = (room.rect.center() - place.min) / place.size();
        Self {
            zoom: Some(self.zoom_in(room)),
            center: kept_in(center - by / place.size()),
        }
    }
}

/// The picture cannot be dragged out of sight.
fn kept_in(center: Vec2) -> Vec2 {
    center.clamp(Vec2::ZERO, Vec2::splat(1.0))
}

/// The pixel of a picture of that size at a place that is told in shares of its sides.
pub fn pixel_at(share: Vec2, size_px: [u32; 2]) -> [u32; 2] {
    let [width, height] = size_px;
    let at = |share: f32, side: u32| ((share * side as f32) as u32).min(side.saturating_sub(1));
    [at(share.x, width), at(share.y, height)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room {
        rect: Rect {
            min: pos2(100.0, 50.0),
            max: pos2(900.0, 650.0),
        },
        size_px: [512, 256],
        pixels_per_point: 2.0,
    };

    fn pixel(sight: &Sight, pos: Pos2) -> Option<[u32; 2]> {
        let share = sight.share_at(&ROOM, pos)?;
        Some(pixel_at(share, ROOM.size_px))
    }

    #[test]
    fn fitting_shows_all_and_magnifies_little() {
        let place = Sight::default().place(&ROOM);
        assert!(ROOM.rect.expand(0.6).contains_rect(place), "{place}");
        assert!((place.width() - 800.0).abs() < 1.0);
        let icon = Room {
            size_px: [16, 16],
            ..ROOM
        };
        assert_eq!(Sight::default().zoom_in(&icon), MOST_FITTED);
    }

    #[test]
    fn one_to_one_is_a_pixel_on_a_pixel() {
        let sight = Sight::default().at(&ROOM, 1.0);
        assert_eq!(sight.place(&ROOM).size(), vec2(256.0, 128.0));
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        // Not on the border of a pixel.
        let pointer = pos2(401.3, 301.1);
        let mut sight = Sight::default();
        let before = pixel(&sight, pointer);
        for _ in 0..10 {
            sight = sight.zoomed(&ROOM, pointer, 1.4);
        }
        assert_eq!(sight.zoom, Some(MOST));
        assert_eq!(pixel(&sight, pointer), before);
    }

    #[test]
    fn keys_zoom_in_the_middle_of_what_is_seen() {
        let fitted = Sight {
            zoom: None,
            center: vec2(0.1, 0.9),
        };
        let larger = fitted.zoomed_in_the_middle(fitted.zoom_in(&ROOM), 2.0);
        let middle = |sight: &Sight| pixel(sight, ROOM.rect.center() + vec2(0.4, 0.4));
        assert_eq!(larger.zoom, Some(fitted.zoom_in(&ROOM) * 2.0));
        assert_eq!(middle(&larger), middle(&fitted));
        let aside = larger.panned(&ROOM, vec2(80.0, 0.0));
        let smaller = aside.zoomed_in_the_middle(aside.zoom_in(&ROOM), 0.5);
        assert_eq!(smaller.center, aside.center);
        let least = smaller.zoomed_in_the_middle(LEAST, 0.5);
        assert_eq!(least.zoom, Some(LEAST));
    }

    #[test]
    fn a_drag_moves_the_picture_with_the_hand_and_never_out_of_sight() {
        let sight = Sight::default().at(&ROOM, 8.0);
        let moved = sight.panned(&ROOM, vec2(-40.0, 12.0));
        let by = moved.place(&ROOM).min - sight.place(&ROOM).min;
        assert!((by - vec2(-40.0, 12.0)).length() < 1.0, "{by}");
        let far = sight.panned(&ROOM, vec2(1e6, -1e6));
        assert!(far.place(&ROOM).expand(1.0).contains(ROOM.rect.center()));
    }

    #[test]
    fn pixels_are_named_from_the_upper_left() {
        let sight = Sight::default().at(&ROOM, 2.0);
        let place = sight.place(&ROOM);
        assert_eq!(pixel(&sight, place.min + vec2(0.5, 0.5)), Some([0, 0]));
        assert_eq!(pixel(&sight, place.min + vec2(3.5, 1.5)), Some([3, 1]));
        assert_eq!(pixel(&sight, place.min - vec2(1.0, 0.0)), None);
    }

    #[test]
    fn the_same_place_is_another_pixel_of_a_larger_picture() {
        let share = vec2(0.5, 0.25);
        assert_eq!(pixel_at(share, [512, 512]), [256, 128]);
        assert_eq!(pixel_at(share, [1024, 2048]), [512, 512]);
        assert_eq!(pixel_at(vec2(1.0, 1.0), [512, 512]), [511, 511]);
    }
}
