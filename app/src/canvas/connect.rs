//! Wiring by keys: one chooses a pin of the selected node, then the pin at the wire's other end; or
//! an output, then the one to which its wires go; or a wire into which the node is put.

use egui::{Pos2, Ui};
use pyrograph_engine::node::Type;

use crate::app::State;
use crate::canvas::gesture::insert::{self, Insertion};
use crate::canvas::gesture::{Dropped, End, WireDrag, ends};
use crate::canvas::layout::NodeLayout;
use crate::canvas::picker::{Line, Picked, Picker, Question};
use crate::canvas::search::{Known, Search};
use crate::canvas::wiring::{Wire, Wiring};
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Item};
use crate::command::graph::GraphCommand;

/// An open list of pins or wires.
#[derive(Clone, Debug)]
pub struct Connect {
    picker: Picker,
    step: Step,
}

/// What is listed.
#[derive(Clone, Debug)]
enum Step {
    /// A node's pins: for a new wire, or its wired outputs, to move all wires of one.
    Own(String, Moves),
    /// The pins that fit the one that was chosen of a node.
    Fitting(String, Box<WireDrag>),
    /// The wires into which a node fits.
    Wires(String),
    /// What can be selected beside nodes.
    Anything,
    /// Those of a collapsed node on which a wire was dropped, and where in the graph.
    Offered(Box<WireDrag>, Pos2),
}

/// What goes to the other end that is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moves {
    /// A new wire, or the one of an input.
    One,
    /// All wires of an output.
    Bundle,
}

/// Something to choose.
struct Choice {
    means: Means,
    title: String,
    remark: String,
    place: &'static str,
}

/// What a choice stands for.
enum Means {
    /// This pin or param.
    End(End),
    /// That there is no wire.
    NoWire,
    /// A place in a wire, which carries this.
    Into(Insertion, Type),
    /// That it is selected; a wire carries this.
    Select(Box<Command>, Option<Type>),
}

impl Means {
    /// What is carried there.
    fn ty(&self) -> Option<Type> {
        match self {
            Self::End(end) => Some(end.ty()),
            Self::Into(_, ty) => Some(*ty),
            Self::Select(_, ty) => *ty,
            Self::NoWire => None,
        }
    }
}

impl Connect {
    /// Opens it for a new wire of a node.
    pub fn open(at_on_screen: Pos2, node: String) -> Self {
        Self::begin(at_on_screen, Step::Own(node, Moves::One))
    }

    /// Opens it for all wires of one of a node's outputs.
    pub fn bundles(at_on_screen: Pos2, node: String) -> Self {
        Self::begin(at_on_screen, Step::Own(node, Moves::Bundle))
    }

    /// Opens it for a node that is to be put into a wire.
    pub fn into_wire(at_on_screen: Pos2, node: String) -> Self {
        Self::begin(at_on_screen, Step::Wires(node))
    }

    /// Opens it for what can be selected beside nodes.
    pub fn anything(at_on_screen: Pos2) -> Self {
        Self::begin(at_on_screen, Step::Anything)
    }

    /// Opens it for a wire that was dropped on a collapsed node.
    pub fn dropped(at_on_screen: Pos2, wire: Box<WireDrag>, pos_in_graph: Pos2) -> Self {
        Self::begin(at_on_screen, Step::Offered(wire, pos_in_graph))
    }

    fn begin(at_on_screen: Pos2, step: Step) -> Self {
        Self {
            picker: Picker::open(at_on_screen, String::new()),
            step,
        }
    }

    /// The wire that was dropped, and where.
    pub fn wire(&self) -> Option<(&End, Pos2)> {
        match &self.step {
            Step::Offered(wire, at) => Some((&wire.from, *at)),
            Step::Own(..) | Step::Fitting(..) | Step::Wires(_) | Step::Anything => None,
        }
    }

    /// What is listed and fits the search, the best first.
    fn choices(&self, state: &State, (layouts, wiring): (&[NodeLayout], &Wiring)) -> Vec<Choice> {
        let layout = |key: &str| layouts.iter().find(|layout| layout.key == key);
        let all = match &self.step {
            Step::Own(node, moves) => {
                layout(node).map_or_else(Vec::new, |layout| own(state, layout, *moves))
            }
            Step::Fitting(_, wire) => others(state, layouts, wire),
            Step::Offered(wire, _) => offered(state, layouts, wire),
            Step::Wires(node) => {
                layout(node).map_or_else(Vec::new, |layout| places(state, wiring, layout))
            }
            Step::Anything => anything(state, wiring),
        };
        let search = Search::new(&self.picker.search);
        let mut found: Vec<(u32, Choice)> = all
            .into_iter()
            .filter_map(|choice| {
                let score = Known::new(&choice.title)
                    .name(choice.place)
                    .score(&search)?;
                Some((score, choice))
            })
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, choice)| choice).collect()
    }

    /// What keys do.
    fn keys(&self) -> String {
        match &self.step {
            Step::Own(node, Moves::One) => format!("Enter chooses a pin or param of {node}"),
            Step::Own(node, Moves::Bundle) => {
                format!("Enter chooses the output of {node} whose wires move")
            }
            Step::Fitting(_, wire) => match &wire.bundle {
                Some((source, _)) => format!("Enter moves the wires of {source}, Esc goes back"),
                None => {
                    let (node, name) = (wire.from.node(), wire.from.name());
                    format!("Enter connects to {node} {name}, Esc goes back")
                }
            },
            Step::Wires(node) => format!("Enter puts {node} into the wire"),
            Step::Anything => "Enter selects it".to_owned(),
            Step::Offered(wire, _) => {
                let (node, name) = (wire.from.node(), wire.from.name());
                format!("Enter connects to {node} {name}")
            }
        }
    }

    /// The hint of the search, and what is said where nothing is listed.
    fn words(&self) -> (&'static str, &'static str) {
        match self.step {
            Step::Own(_, Moves::Bundle) => ("Search outputs", "No output has a wire"),
            Step::Own(_, Moves::One) | Step::Fitting(..) | Step::Offered(..) => {
                ("Search pins", "Nothing fits")
            }
            Step::Wires(_) => ("Search wires", "It fits into no wire"),
            Step::Anything => ("Search wires, frames and notes", "There is none"),
        }
    }
}

/// Shows the list if it is open.
pub fn connect_ui(
    ui: &Ui,
    state: &State,
    (layouts, wiring): (&[NodeLayout], &Wiring),
    open: &mut Option<Connect>,
) -> Option<Command> {
    let connect = open.as_mut()?;
    let choices = connect.choices(state, (layouts, wiring));
    let theme = &state.theme;
    let lines: Vec<Line<'_>> = choices
        .iter()
        .map(|choice| Line {
            title: &choice.title,
            remark: &choice.remark,
            place: choice.place,
            color: choice.means.ty().map_or(theme.faint, |ty| theme.wire(ty)),
        })
        .collect();
    let (hint, nothing) = connect.words();
    let question = Question {
        name: "connect",
        hint,
        filter: None,
        keys: &connect.keys(),
        nothing,
    };
    let picked = connect.picker.ui(ui, theme, &question, &lines);
    match picked {
        Picked::Nothing | Picked::Unfiltered => None,
        Picked::Back => {
            if let Step::Fitting(node, wire) = &connect.step {
                let moves = match wire.bundle {
                    Some(_) => Moves::Bundle,
                    None => Moves::One,
                };
                connect.step = Step::Own(node.clone(), moves);
                connect.picker.restart();
            } else {
                *open = None;
            }
            None
        }
        Picked::Away => {
            *open = None;
            None
        }
        Picked::Line { line, .. } => {
            let means = choices.into_iter().nth(line)?.means;
            if let (Step::Own(node, moves), Means::End(end)) = (&connect.step, &means) {
                let end = end.clone();
                let wire = Box::new(match moves {
                    Moves::One => WireDrag::new(state, end),
                    Moves::Bundle => WireDrag::begin_bundle(state, layouts, end),
                });
                connect.step = Step::Fitting(node.clone(), wire);
                connect.picker.restart();
                return None;
            }
            let command = connect.chosen(means);
            *open = None;
            command
        }
    }
}

impl Connect {
    /// What the last choice asks for.
    fn chosen(&self, means: Means) -> Option<Command> {
        let wire = match &self.step {
            Step::Fitting(_, wire) | Step::Offered(wire, _) => Some(wire),
            Step::Own(..) | Step::Wires(_) | Step::Anything => None,
        };
        match means {
            Means::Select(command, _) => Some(*command),
            Means::Into(insertion, _) => Some(GraphCommand::Insert(insertion).into()),
            Means::NoWire => match (&wire?.bundle, &wire?.from) {
                (Some((_, ends)), _) => {
                    let ends = ends.iter().map(|(end, _)| end.clone());
                    Some(GraphCommand::CutWires(ends.collect()).into())
                }
                (None, End::Input(input, _)) => Some(Command::Disconnect(input.clone())),
                (None, End::Output(..)) => None,
            },
            Means::End(to) => match wire?.clone().ending_at(to).drop_here(false) {
                Dropped::Command(command) => Some(command),
                Dropped::Nothing | Dropped::Choose(_) | Dropped::Pick(_) => None,
            },
        }
    }
}

/// The node's pins and params; for a bundle, its outputs that have wires.
fn own(state: &State, layout: &NodeLayout, moves: Moves) -> Vec<Choice> {
    let is_meant = |end: &End| match (moves, end) {
        (Moves::One, _) => true,
        (Moves::Bundle, End::Output(source, _)) => {
            state.document.is_wired(&source.node, &source.pin)
        }
        (Moves::Bundle, End::Input(..)) => false,
    };
    ends(layout)
        .map(|(end, _)| end)
        .filter(is_meant)
        .map(|end| own_choice(state, layout, end))
        .collect()
}

/// The wires into which a node fits, the nearest first.
fn places(state: &State, wiring: &Wiring, layout: &NodeLayout) -> Vec<Choice> {
    let middle = layout.rect.center();
    let flow = insert::Flow::of(state.document.graph(), layout);
    let mut found: Vec<(f32, Choice)> = wiring
        .iter()
        .filter_map(|wire| {
            let insertion = insert::insertion(&flow, layout, wire)?;
            let choice = Choice {
                title: format!("{} → {} {}", wire.source, wire.input.node, wire.input.slot),
                remark: format!("through {} and {}", insertion.input, insertion.output),
                place: "wire",
                means: Means::Into(insertion, wire.ty?),
            };
            Some((wire.distance(middle), choice))
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().map(|(_, choice)| choice).collect()
}

/// Those of the collapsed node on which the wire was dropped that fit it.
fn offered(state: &State, layouts: &[NodeLayout], wire: &WireDrag) -> Vec<Choice> {
    let Some(offer) = &wire.offered else {
        return Vec::new();
    };
    let mut found = layouts.iter();
    let layout = found.find(|layout| layout.key == offer.node);
    let choices = |layout: &NodeLayout| {
        let ends = offer.ends.iter().cloned();
        ends.map(|end| own_choice(state, layout, end)).collect()
    };
    layout.map_or_else(Vec::new, choices)
}

/// A pin or param of a node that is known: what it carries, and what is wired there already.
fn own_choice(state: &State, layout: &NodeLayout, end: End) -> Choice {
    let node = state.document.graph().nodes.get(&layout.key);
    let source = match &end {
        End::Input(input, _) => node.and_then(|node| node.source(&input.slot)),
        End::Output(..) => None,
    };
    let remark = match source {
        Some(source) => format!("{}, from {source}", end.ty().name()),
        None => end.ty().name().to_owned(),
    };
    let is_param = layout.input(end.name()).is_some_and(|pin| pin.is_param);
    Choice {
        title: end.name().to_owned(),
        remark,
        place: match &end {
            End::Output(..) => "output",
            End::Input(..) if is_param => "param",
            End::Input(..) => "input",
        },
        means: Means::End(end),
    }
}

/// The wires of the selected nodes, or all, then frames, notes and reroutes.
fn anything(state: &State, wiring: &Wiring) -> Vec<Choice> {
    let graph = state.document.graph();
    let selected = &state.selection.nodes;
    let is_meant = |wire: &&Wire| {
        let ends = [&wire.source.node, &wire.input.node];
        selected.is_empty() || ends.iter().any(|node| selected.contains(*node))
    };
    let wires = wiring.iter().filter(is_meant).map(|wire| {
        let select = Command::SelectWire(wire.input.clone());
        Choice {
            title: format!("{} → {} {}", wire.source, wire.input.node, wire.input.slot),
            remark: wire.ty.map_or_else(String::new, |ty| ty.name().to_owned()),
            place: "wire",
            means: Means::Select(Box::new(select), wire.ty),
        }
    });
    let items = Item::all(&graph.view).map(|item| {
        let (place, title) = match &item {
            Item::Frame(id) => ("frame", graph.view.frame(id).map(|frame| frame.title)),
            Item::Note(id) => ("note", graph.view.note(id).map(|note| note.text)),
            Item::Reroute(_) => ("reroute", None),
        };
        let (_, id) = item.entry();
        let first_line = title.as_deref().and_then(|title| title.lines().next());
        let shown = first_line.filter(|line| !line.trim().is_empty());
        Choice {
            title: shown.unwrap_or(id).to_owned(),
            remark: id.to_owned(),
            place,
            means: Means::Select(
                Box::new(
                    DrawingCommand::Select {
                        nodes: Vec::new(),
                        items: vec![item],
                    }
                    .into(),
                ),
                None,
            ),
        }
    });
    wires.chain(items).collect()
}

/// The pins that fit one, the nearest node first; and no wire, if there is one.
fn others(state: &State, layouts: &[NodeLayout], wire: &WireDrag) -> Vec<Choice> {
    let graph = state.document.graph();
    let from = &wire.from;
    let is_wired = match from {
        End::Input(input, _) => graph
            .nodes
            .get(&input.node)
            .is_some_and(|node| node.inputs.contains_key(&input.slot)),
        End::Output(..) => false,
    };
    let none = is_wired.then(|| Choice {
        means: Means::NoWire,
        title: "No wire".to_owned(),
        remark: match wire.bundle {
            Some(_) => "Cuts all of them".to_owned(),
            None => "Cuts the wire that ends here".to_owned(),
        },
        place: "",
    });
    let stays = |end: &End| match (&wire.bundle, end) {
        (Some((source, _)), End::Output(other, _)) => source == other,
        (Some(_), End::Input(..)) => true,
        (None, end) => end == from,
    };
    let here = from.pos(layouts).unwrap_or_default();
    let mut fitting: Vec<(f32, Choice)> = layouts
        .iter()
        .flat_map(|layout| ends(layout).map(move |(end, at)| (layout, end, at)))
        .filter(|(_, end, _)| !stays(end) && wire.fits(end))
        .map(|(layout, end, at)| {
            let choice = Choice {
                title: format!("{} {}", end.node(), end.name()),
                remark: format!("{}, {}", layout.title, end.ty().name()),
                place: match &end {
                    End::Output(..) => "output",
                    End::Input(..) => "input",
                },
                means: Means::End(end),
            };
            ((at - here).length(), choice)
        })
        .collect();
    fitting.sort_by(|a, b| a.0.total_cmp(&b.0));
    let fitting = fitting.into_iter().map(|(_, choice)| choice);
    none.into_iter().chain(fitting).collect()
}
