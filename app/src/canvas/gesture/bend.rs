//! A wire that is bent: dragged by its middle, it runs through a new reroute.

use egui::Pos2;

use crate::canvas::gesture::{Hand, snapped};
use crate::canvas::view::snap;
use crate::canvas::wire::Curve;
use crate::canvas::wiring::Wire;
use crate::command::drawing::DrawingCommand;
use crate::command::{Command, Input};

/// A wire that is dragged by its middle.
#[derive(Clone, Debug)]
pub struct Bend {
    /// The wire, by its end.
    wire: Input,
    /// How many reroutes lie before the new one.
    place: usize,
}

impl Bend {
    /// Begins with the part of the wire that is nearest to the pointer.
    pub fn begin(wire: &Wire, pos_in_graph: Pos2) -> Self {
        let ways = wire.curves().map(|curve| curve.distance(pos_in_graph));
        let nearest = ways.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        Self {
            wire: wire.input.clone(),
            place: nearest.map_or(0, |(place, _)| place),
        }
    }

    /// Lets a wire run through a new reroute half-way, where it can be taken hold of.
    pub fn half_way(wire: &Wire) -> Option<Command> {
        let curves: Vec<Curve> = wire.curves().collect();
        let place = curves.len() / 2;
        let points: Vec<Pos2> = curves.get(place)?.points().collect();
        let middle = points.get(points.len() / 2)?;
        let add = DrawingCommand::AddReroute {
            wire: wire.input.clone(),
            at: [snap(middle.x), snap(middle.y)],
            place,
        };
        Some(add.into())
    }

    /// The wire, by its end.
    pub fn wire(&self) -> &Input {
        &self.wire
    }

    /// The points that the wire would run through.
    pub fn points(&self, hand: &Hand<'_>, pos_in_graph: Pos2) -> Vec<Pos2> {
        let wire = hand.wiring.at(&self.wire);
        let mut points = wire.map_or_else(Vec::new, |wire| wire.points().to_vec());
        points.insert((self.place + 1).min(points.len()), pos_in_graph);
        points
    }

    /// What letting go does.
    pub fn drop_here(self, hand: &Hand<'_>, pos_in_graph: Pos2) -> Command {
        DrawingCommand::AddReroute {
            wire: self.wire,
            at: snapped(hand, pos_in_graph).into(),
            place: self.place,
        }
        .into()
    }
}
