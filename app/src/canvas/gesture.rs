//! What the pointer is doing: moving nodes, drawing a box, dragging a wire. A gesture lives from
//! press to release and becomes commands.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Ui};
use pyrograph_engine::graph::Source;
use pyrograph_engine::node::Type;

use crate::app::State;
use crate::canvas::layout::NodeLayout;
use crate::canvas::view::Screen;
use crate::command::{Command, Input};
use crate::theme::size;

/// The end of a wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it starts.
    Output(Source, Type),
    /// Where it ends: a pin or a param.
    Input(Input, Type),
}

impl End {
    /// The node's key.
    pub fn node(&self) -> &str {
        match self {
            Self::Output(source, _) => &source.node,
            Self::Input(input, _) => &input.node,
        }
    }

    /// What it carries.
    pub fn ty(&self) -> Type {
        match self {
            Self::Output(_, ty) | Self::Input(_, ty) => *ty,
        }
    }
}

/// A wire that is dragged.
#[derive(Clone, Debug)]
pub struct WireDrag {
    /// The end that stays.
    pub from: End,
    /// The input that it was dragged off.
    pub cut: Option<Input>,
    /// Where it would end if it were dropped now.
    pub target: Option<End>,
    /// A pin under the pointer where it cannot end.
    pub refused: Option<End>,
}

impl WireDrag {
    /// A wire dragged out of a pin: a wired input gives its wire's end.
    pub fn begin(state: &State, pin: End) -> Self {
        if let End::Input(input, ty) = &pin {
            let node = state.document.graph().nodes.get(&input.node);
            if let Some(source) = node.and_then(|node| node.source(&input.slot)) {
                let from = End::Output(source, *ty);
                return Self {
                    from,
                    cut: Some(input.clone()),
                    target: Some(pin),
                    refused: None,
                };
            }
        }
        Self {
            from: pin,
            cut: None,
            target: None,
            refused: None,
        }
    }

    /// Whether it may end on that input.
    pub fn fits_input(&self, state: &State, input: &Input, ty: Option<Type>) -> bool {
        match &self.from {
            End::Output(source, from) => {
                ty.is_some_and(|ty| from.fits(ty))
                    && !state.document.would_circle(&source.node, &input.node)
            }
            End::Input(from, _) => from == input,
        }
    }

    /// Whether it may start at that output.
    pub fn fits_output(&self, state: &State, source: &Source, ty: Option<Type>) -> bool {
        match &self.from {
            End::Input(input, wanted) => {
                ty.is_some_and(|ty| ty.fits(*wanted))
                    && !state.document.would_circle(&source.node, &input.node)
            }
            End::Output(from, _) => from == source,
        }
    }

    fn fits(&self, state: &State, end: &End) -> bool {
        match end {
            End::Input(input, ty) => self.fits_input(state, input, Some(*ty)),
            End::Output(source, ty) => self.fits_output(state, source, Some(*ty)),
        }
    }

    /// Finds where it would end: the pin under the pointer, a field under it, or the first free
    /// fitting pin of the node under it.
    pub fn aim(&mut self, state: &State, layouts: &[NodeLayout], screen: &Screen, pointer: Pos2) {
        let pos = screen.to_graph(pointer);
        let reach = size::PIN_REACH * 1.4;
        let near = ends(layouts)
            .map(|(end, at)| ((at - pos).length(), end))
            .filter(|(distance, _)| *distance < reach)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, end)| end)
            .filter(|end| *end != self.from);
        let over = layouts
            .iter()
            .rev()
            .find(|layout| layout.rect.contains(pos));
        let field = || {
            let layout = over?;
            let place = layout
                .params
                .iter()
                .find(|place| place.rect.contains(pos))?;
            Some(End::Input(
                Input::new(&layout.key, place.spec.name),
                place.spec.kind.ty(),
            ))
        };
        let free = || {
            ends(std::slice::from_ref(over?))
                .map(|(end, _)| end)
                .find(|end| self.is_free_fit(state, end))
        };
        let fitting = near.clone().filter(|end| self.fits(state, end));
        self.target = fitting
            .or_else(|| field().filter(|end| self.fits(state, end)))
            .or_else(|| if near.is_none() { free() } else { None });
        self.refused = if self.target.is_none() { near } else { None };
    }

    /// Whether a drop on the body of that pin's node would mean it.
    fn is_free_fit(&self, state: &State, end: &End) -> bool {
        let is_free = match end {
            End::Input(input, _) => {
                let node = state.document.graph().nodes.get(&input.node);
                let is_pin = node
                    .and_then(|node| state.document.catalog().get(&node.is))
                    .is_some_and(|spec| spec.input(&input.slot).is_some());
                is_pin && node.is_some_and(|node| !node.inputs.contains_key(&input.slot))
            }
            End::Output(..) => true,
        };
        is_free && *end != self.from && self.fits(state, end)
    }

    /// What dropping it here does.
    pub fn drop_here(self) -> Option<Command> {
        match (self.from, self.target) {
            (End::Output(..), Some(End::Input(to, _))) if self.cut.as_ref() == Some(&to) => None,
            (End::Output(from, _), Some(End::Input(to, _)))
            | (End::Input(to, _), Some(End::Output(from, _))) => Some(Command::Connect {
                from,
                to,
                cut: self.cut,
            }),
            _ => self.cut.map(Command::Disconnect),
        }
    }

    /// Why it cannot end under the pointer.
    pub fn refusal(&self) -> Option<String> {
        let refused = self.refused.as_ref()?;
        Some(match (&self.from, refused) {
            (End::Output(..), End::Output(..)) => "A wire ends on an input".to_owned(),
            (End::Input(..), End::Input(..)) => "A wire starts at an output".to_owned(),
            (End::Output(_, from), End::Input(_, to))
            | (End::Input(_, to), End::Output(_, from)) => {
                if from.fits(*to) {
                    "This would close a circle".to_owned()
                } else {
                    format!("{} does not fit {}", from.name(), to.name())
                }
            }
        })
    }
}

/// Every pin and param with its place in the graph.
fn ends(layouts: &[NodeLayout]) -> impl Iterator<Item = (End, Pos2)> {
    layouts.iter().flat_map(|layout| {
        let inputs = layout.inputs.iter().filter_map(|pin| {
            Some((
                End::Input(Input::new(&layout.key, &pin.name), pin.ty?),
                pin.pos,
            ))
        });
        let outputs = layout.outputs.iter().filter_map(|pin| {
            let source = Source {
                node: layout.key.clone(),
                pin: pin.name.clone(),
            };
            Some((End::Output(source, pin.ty?), pin.pos))
        });
        inputs.chain(outputs)
    })
}

/// What the pointer is doing.
#[derive(Clone, Debug, Default)]
pub enum Gesture {
    /// Nothing.
    #[default]
    None,
    /// Moves nodes.
    Move {
        /// Where they were.
        start: Vec<(String, [f32; 2])>,
        /// Where the pointer was, in the graph.
        grabbed: Pos2,
    },
    /// Draws a box.
    Select {
        /// One of its corners, in the graph.
        from: Pos2,
        /// What stays selected.
        base: BTreeSet<String>,
    },
    /// Drags a wire.
    Wire(WireDrag),
}

impl Gesture {
    /// Begins to move the selected nodes, or this one if it is not among them.
    pub fn move_nodes(state: &State, key: &str, grabbed: Pos2) -> Self {
        let selected = &state.selection.nodes;
        let keys: Vec<String> = if selected.contains(key) {
            selected.iter().cloned().collect()
        } else {
            vec![key.to_owned()]
        };
        let start = keys
            .into_iter()
            .map(|key| (key.clone(), state.document.position(&key)))
            .collect();
        Self::Move { start, grabbed }
    }

    /// The wire that is dragged.
    pub fn wire(&self) -> Option<&WireDrag> {
        if let Self::Wire(wire) = self {
            Some(wire)
        } else {
            None
        }
    }

    /// The box that is drawn, in the graph.
    pub fn selection_box(&self, pointer: Pos2) -> Option<Rect> {
        if let Self::Select { from, .. } = self {
            Some(Rect::from_two_pos(*from, pointer))
        } else {
            None
        }
    }

    /// Goes on with the gesture, and ends it when the button is released.
    pub fn update(
        &mut self,
        ui: &Ui,
        state: &State,
        layouts: &[NodeLayout],
        screen: &Screen,
    ) -> Vec<Command> {
        let Some(pointer) = ui.ctx().pointer_latest_pos() else {
            return Vec::new();
        };
        let pos = screen.to_graph(pointer);
        let is_over = !ui.input(|i| i.pointer.primary_down());
        let mut commands = Vec::new();
        match self {
            Self::None => return commands,
            Self::Move { start, grabbed } => {
                let by = pos - *grabbed;
                let snap = |points: f32| (points / size::GRID).round() * size::GRID;
                let to: Vec<(String, [f32; 2])> = start
                    .iter()
                    .map(|(key, [x, y])| (key.clone(), [snap(x + by.x), snap(y + by.y)]))
                    .collect();
                if to
                    .iter()
                    .any(|(key, corner)| state.document.position(key) != *corner)
                {
                    commands.push(Command::Move { to, live: true });
                }
                if is_over {
                    commands.push(Command::EndGesture);
                }
            }
            Self::Select { from, base } => {
                let area = Rect::from_two_pos(*from, pos);
                let inside = layouts
                    .iter()
                    .filter(|layout| layout.rect.intersects(area))
                    .map(|layout| layout.key.clone());
                let wanted: BTreeSet<String> = base.iter().cloned().chain(inside).collect();
                if wanted != state.selection.nodes {
                    commands.push(Command::Select(wanted.into_iter().collect()));
                }
            }
            Self::Wire(wire) => {
                wire.aim(state, layouts, screen, pointer);
                if is_over {
                    commands.extend(wire.clone().drop_here());
                }
            }
        }
        if is_over {
            *self = Self::None;
        }
        commands
    }
}
