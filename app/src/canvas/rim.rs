//! The rims of frames, notes and nodes, by which they are made larger and smaller.

use egui::{CursorIcon, Id, PointerButton, Pos2, Rect, Sense, Ui, Vec2, pos2, vec2};

use crate::canvas::layout::{MIN_WIDTH, NodeLayout};
use crate::canvas::{frame, note};
use crate::command::drawing::Item;

/// How near to a border the pointer is on it, in screen points.
const REACH: f32 = 6.0;

/// A side or a corner: which way it lies from the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rim {
    x: i8,
    y: i8,
}

/// Which rims something has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rims {
    /// All of them.
    All,
    /// The right one, the lower one and the corner between.
    Right,
}

impl Rim {
    /// The lower right corner.
    pub const CORNER: Self = Self { x: 1, y: 1 };

    /// The rim under the pointer.
    pub fn at(rect: Rect, rims: Rims, pointer: Pos2) -> Option<Self> {
        if !rect.expand(REACH).contains(pointer) {
            return None;
        }
        let side = |low: f32, high: f32, at: f32| {
            if (high - at).abs() <= REACH {
                1
            } else if (at - low).abs() <= REACH {
                -1
            } else {
                0
            }
        };
        let rim = Self {
            x: side(rect.left(), rect.right(), pointer.x),
            y: side(rect.top(), rect.bottom(), pointer.y),
        };
        let exists = match rims {
            Rims::All => rim.x != 0 || rim.y != 0,
            Rims::Right => rim.x.min(rim.y) >= 0 && rim.x.max(rim.y) > 0,
        };
        exists.then_some(rim)
    }

    /// The corner that moves with it, or one of the rim's.
    pub fn corner(self, rect: Rect) -> Pos2 {
        let side = |side: i8, low: f32, high: f32| if side < 0 { low } else { high };
        pos2(
            side(self.x, rect.left(), rect.right()),
            side(self.y, rect.top(), rect.bottom()),
        )
    }

    /// Where the pointer is on it.
    fn zone(self, rect: Rect) -> Rect {
        let range = |side: i8, low: f32, high: f32| match side {
            -1 => (low - REACH, low + REACH),
            0 => (low + REACH, high - REACH),
            _ => (high - REACH, high + REACH),
        };
        let (left, right) = range(self.x, rect.left(), rect.right());
        let (top, bottom) = range(self.y, rect.top(), rect.bottom());
        Rect::from_min_max(pos2(left, top), pos2(right, bottom))
    }

    fn cursor(self) -> CursorIcon {
        match (self.x, self.y) {
            (0, _) => CursorIcon::ResizeVertical,
            (_, 0) => CursorIcon::ResizeHorizontal,
            (x, y) if x == y => CursorIcon::ResizeNwSe,
            _ => CursorIcon::ResizeNeSw,
        }
    }

    /// The rectangle when this rim has gone `by`; it gets no smaller than `least`, and the
    /// opposite rim stays.
    pub fn moved(self, rect: Rect, by: Vec2, least: Vec2) -> Rect {
        let side = |side: i8, (low, high): (f32, f32), by: f32, least: f32| match side {
            -1 => ((low + by).min(high - least), high),
            0 => (low, high),
            _ => (low, (high + by).max(low + least)),
        };
        let (left, right) = side(self.x, (rect.left(), rect.right()), by.x, least.x);
        let (top, bottom) = side(self.y, (rect.top(), rect.bottom()), by.y, least.y);
        Rect::from_min_max(pos2(left, top), pos2(right, bottom))
    }
}

/// Offers the rim under the pointer. Says which one began to be dragged.
pub fn rim_ui(ui: &Ui, rect_on_screen: Rect, rims: Rims, id: Id) -> Option<Rim> {
    let pointer = ui.ctx().pointer_latest_pos()?;
    let rim = Rim::at(rect_on_screen, rims, pointer)?;
    let zone = rim.zone(rect_on_screen);
    let response = ui.interact(zone, id.with((rim.x, rim.y)), Sense::drag());
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(rim.cursor());
    }
    response
        .drag_started_by(PointerButton::Primary)
        .then_some(rim)
}

/// How small a node may be.
pub fn least_of_node(layout: &NodeLayout) -> Vec2 {
    vec2(MIN_WIDTH, layout.least.y)
}

/// How small a frame or note may be.
pub fn least_of_item(item: &Item) -> Option<Vec2> {
    match item {
        Item::Frame(_) => Some(frame::LEAST),
        Item::Note(_) => Some(note::LEAST),
        Item::Reroute(_) => None,
    }
}

/// Left, top, width and height.
pub fn rect_of(rect: Rect) -> [f32; 4] {
    [rect.left(), rect.top(), rect.width(), rect.height()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECT: Rect = Rect {
        min: pos2(100.0, 100.0),
        max: pos2(300.0, 200.0),
    };

    #[test]
    fn every_rim_is_found_where_it_is() {
        for (x, at_x) in [(-1, 98.0), (0, 200.0), (1, 303.0)] {
            for (y, at_y) in [(-1, 103.0), (0, 150.0), (1, 197.0)] {
                let found = Rim::at(RECT, Rims::All, pos2(at_x, at_y));
                let wanted = (x != 0 || y != 0).then_some(Rim { x, y });
                assert_eq!(found, wanted);
                let of_node = wanted.filter(|rim| rim.x >= 0 && rim.y >= 0);
                assert_eq!(Rim::at(RECT, Rims::Right, pos2(at_x, at_y)), of_node);
            }
        }
        assert_eq!(Rim::at(RECT, Rims::All, pos2(90.0, 150.0)), None);
    }

    #[test]
    fn the_opposite_rim_stays() {
        let least = vec2(50.0, 40.0);
        let upper_left = Rim { x: -1, y: -1 };
        let moved = upper_left.moved(RECT, vec2(500.0, -20.0), least);
        assert_eq!(moved, Rect::from_min_max(pos2(250.0, 80.0), RECT.max));
        let right = Rim { x: 1, y: 0 };
        let moved = right.moved(RECT, vec2(30.0, 99.0), least);
        assert_eq!(moved, Rect::from_min_max(RECT.min, pos2(330.0, 200.0)));
    }
}
