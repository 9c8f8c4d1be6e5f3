//! Wiring by keys: one chooses a pin of the selected node, then the pin at the wire's other end.

use egui::{Pos2, Ui};

use crate::app::State;
use crate::canvas::gesture::{Dropped, End, WireDrag, ends};
use crate::canvas::layout::NodeLayout;
use crate::canvas::picker::{Line, Picked, Picker, Question};
use crate::canvas::search::{Known, Search};
use crate::command::Command;

/// An open list of pins.
#[derive(Clone, Debug)]
pub struct Connect {
    picker: Picker,
    step: Step,
}

/// Which pins are listed.
#[derive(Clone, Debug)]
enum Step {
    /// Those of a node.
    Own(String),
    /// Those that fit the one that was chosen of a node.
    Fitting(String, Box<WireDrag>),
    /// Those of a collapsed node on which a wire was dropped, and where in the graph.
    Offered(Box<WireDrag>, Pos2),
}

/// Something to choose.
struct Choice {
    end: Option<End>,
    title: String,
    remark: String,
    place: &'static str,
}

impl Connect {
    /// Opens it for a node.
    pub fn open(at_on_screen: Pos2, node: String) -> Self {
        Self {
            picker: Picker::open(at_on_screen, String::new()),
            step: Step::Own(node),
        }
    }

    /// Opens it for a wire that was dropped on a collapsed node.
    pub fn dropped(at_on_screen: Pos2, wire: Box<WireDrag>, pos_in_graph: Pos2) -> Self {
        Self {
            picker: Picker::open(at_on_screen, String::new()),
            step: Step::Offered(wire, pos_in_graph),
        }
    }

    /// The wire that was dropped, and where.
    pub fn wire(&self) -> Option<(&End, Pos2)> {
        match &self.step {
            Step::Offered(wire, at) => Some((&wire.from, *at)),
            Step::Own(_) | Step::Fitting(..) => None,
        }
    }

    /// The pins listed that fit the search, the best first.
    fn choices(&self, state: &State, layouts: &[NodeLayout]) -> Vec<Choice> {
        let all = match &self.step {
            Step::Own(node) => {
                let mut found = layouts.iter();
                let layout = found.find(|layout| layout.key == *node);
                layout.map_or_else(Vec::new, |layout| own(state, layout))
            }
            Step::Fitting(_, wire) => others(state, layouts, wire),
            Step::Offered(wire, _) => offered(state, layouts, wire),
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
            Step::Own(node) => format!("Enter chooses a pin or param of {node}"),
            Step::Fitting(_, wire) => {
                let (node, name) = (wire.from.node(), wire.from.name());
                format!("Enter connects to {node} {name}, Esc goes back")
            }
            Step::Offered(wire, _) => {
                let (node, name) = (wire.from.node(), wire.from.name());
                format!("Enter connects to {node} {name}")
            }
        }
    }
}

/// Shows the list if it is open.
pub fn connect_ui(
    ui: &Ui,
    state: &State,
    layouts: &[NodeLayout],
    open: &mut Option<Connect>,
) -> Option<Command> {
    let connect = open.as_mut()?;
    let choices = connect.choices(state, layouts);
    let theme = &state.theme;
    let lines: Vec<Line<'_>> = choices
        .iter()
        .map(|choice| Line {
            title: &choice.title,
            remark: &choice.remark,
            place: choice.place,
            color: choice
                .end
                .as_ref()
                .map_or(theme.faint, |end| theme.wire(end.ty())),
        })
        .collect();
    let question = Question {
        name: "connect",
        hint: "Search pins",
        filter: None,
        keys: &connect.keys(),
        nothing: "Nothing fits",
    };
    let picked = connect.picker.ui(ui, theme, &question, &lines);
    match picked {
        Picked::Nothing | Picked::Unfiltered => None,
        Picked::Back => {
            if let Step::Fitting(node, _) = &connect.step {
                connect.step = Step::Own(node.clone());
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
            let end = choices.into_iter().nth(line)?.end;
            match &connect.step {
                Step::Own(node) => {
                    let wire = Box::new(WireDrag::new(state, end?));
                    connect.step = Step::Fitting(node.clone(), wire);
                    connect.picker.restart();
                    None
                }
                Step::Fitting(_, wire) | Step::Offered(wire, _) => {
                    let command = wired(wire, end);
                    *open = None;
                    command
                }
            }
        }
    }
}

/// What gives a wire its other end; without one, there is to be no wire.
fn wired(wire: &WireDrag, to: Option<End>) -> Option<Command> {
    match (&wire.from, to) {
        (End::Input(input, _), None) => Some(Command::Disconnect(input.clone())),
        (End::Output(..), None) => None,
        (_, Some(to)) => match wire.clone().ending_at(to).drop_here(false) {
            Dropped::Command(command) => Some(command),
            Dropped::Nothing | Dropped::Choose(_) | Dropped::Pick(_) => None,
        },
    }
}

/// The node's pins and params.
fn own(state: &State, layout: &NodeLayout) -> Vec<Choice> {
    ends(layout)
        .map(|(end, _)| own_choice(state, layout, end))
        .collect()
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
        end: Some(end),
    }
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
        end: None,
        title: "No wire".to_owned(),
        remark: "Cuts the wire that ends here".to_owned(),
        place: "",
    });
    let here = from.pos(layouts).unwrap_or_default();
    let mut fitting: Vec<(f32, Choice)> = layouts
        .iter()
        .flat_map(|layout| ends(layout).map(move |(end, at)| (layout, end, at)))
        .filter(|(_, end, _)| end != from && wire.fits(end))
        .map(|(layout, end, at)| {
            let choice = Choice {
                title: format!("{} {}", end.node(), end.name()),
                remark: format!("{}, {}", layout.title, end.ty().name()),
                place: match &end {
                    End::Output(..) => "output",
                    End::Input(..) => "input",
                },
                end: Some(end),
            };
            ((at - here).length(), choice)
        })
        .collect();
    fitting.sort_by(|a, b| a.0.total_cmp(&b.0));
    let fitting = fitting.into_iter().map(|(_, choice)| choice);
    none.into_iter().chain(fitting).collect()
}
