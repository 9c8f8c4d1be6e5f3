//! A line drawn through wires: it cuts those that it crosses.

use egui::Pos2;

use crate::canvas::wiring::Wiring;
use crate::command::Input;

/// How far the pointer goes from one corner of the line to the next, in points of the graph.
const STEP: f32 = 6.0;

/// A line that is drawn, in the graph.
#[derive(Clone, Debug)]
pub struct Knife {
    line: Vec<Pos2>,
}

impl Knife {
    /// Begins where the button was pressed.
    pub fn begin(pos_in_graph: Pos2) -> Self {
        Self {
            line: vec![pos_in_graph],
        }
    }

    /// Goes on to the pointer.
    pub fn follow(&mut self, pos_in_graph: Pos2) {
        let is_far = |last: &Pos2| (pos_in_graph - *last).length() > STEP;
        if self.line.last().is_none_or(is_far) {
            self.line.push(pos_in_graph);
        }
    }

    /// The line so far.
    pub fn line(&self) -> &[Pos2] {
        &self.line
    }

    /// The wires that it crosses, by their ends.
    pub fn crossed(&self, wiring: &Wiring) -> Vec<Input> {
        wiring
            .crossed_by(&self.line)
            .map(|wire| wire.input.clone())
            .collect()
    }
}
