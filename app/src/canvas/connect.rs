//! Wiring by keys: one chooses a pin of the selected node, then the pin at the wire's other end.

use egui::{Pos2, Ui};

use crate::app::State;
use crate::canvas::gesture::{End, WireDrag, ends};
use crate::canvas::layout::NodeLayout;
use crate::canvas::picker::{Line, Picked, Picker, Question};
use crate::canvas::search::{Known, Search};
use crate::command::Command;

/// An open list of pins.
#[derive(Clone, Debug)]
pub struct Connect {
    picker: Picker,
    node: String,
    /// The pin that was chosen.
    from: Option<End>,
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
            node,
            from: None,
        }
    }

    /// The pins of the node, or those that fit the one chosen.
    fn choices(&self, state: &State, layouts: &[NodeLayout]) -> Vec<Choice> {
        let all = match &self.from {
            None => {
                let mut found = layouts.iter();
                let layout = found.find(|layout| layout.key == self.node);
                layout.map_or_else(Vec::new, |layout| own(state, layout))
            }
            Some(from) => others(state, layouts, from),
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
    let keys = match &connect.from {
        None => format!("Enter chooses a pin or param of {}", connect.node),
        Some(from) => format!(
            "Enter connects to {} {}, Esc goes back",
            from.node(),
            from.name()
        ),
    };
    let question = Question {
        name: "connect",
        hint: "Search pins",
        filter: None,
        keys: &keys,
        nothing: "Nothing fits",
    };
    let picked = connect.picker.ui(ui, theme, &question, &lines);
    match picked {
        Picked::Nothing | Picked::Unfiltered => None,
        Picked::Back if connect.from.is_some() => {
            connect.from = None;
            connect.picker.restart();
            None
        }
        Picked::Back | Picked::Away => {
            *open = None;
            None
        }
        Picked::Line { line, .. } => {
            let chosen = choices.into_iter().nth(line)?;
            match (connect.from.take(), chosen.end) {
                (None, from) => {
                    connect.from = from;
                    connect.picker.restart();
                    None
                }
                (Some(from), to) => {
                    *open = None;
                    wire(from, to)
                }
            }
        }
    }
}

/// The wire between two pins; without a second one, none.
fn wire(from: End, to: Option<End>) -> Option<Command> {
    match (from, to) {
        (End::Output(from, _), Some(End::Input(to, _)))
        | (End::Input(to, _), Some(End::Output(from, _))) => Some(Command::Connect {
            from,
            to,
            cut: None,
        }),
        (End::Input(input, _), None) => Some(Command::Disconnect(input)),
        (End::Output(..), _) | (End::Input(..), Some(End::Input(..))) => None,
    }
}

/// The node's pins and params.
fn own(state: &State, layout: &NodeLayout) -> Vec<Choice> {
    let node = state.document.graph().nodes.get(&layout.key);
    ends(layout)
        .map(|(end, _)| {
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
        })
        .collect()
}

/// The pins that fit one, the nearest node first; and no wire, if there is one.
fn others(state: &State, layouts: &[NodeLayout], from: &End) -> Vec<Choice> {
    let graph = state.document.graph();
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
    let drag = WireDrag::new(state, from.clone());
    let here = from.pos(layouts).unwrap_or_default();
    let mut fitting: Vec<(f32, Choice)> = layouts
        .iter()
        .flat_map(|layout| ends(layout).map(move |(end, at)| (layout, end, at)))
        .filter(|(_, end, _)| end != from && drag.fits(end))
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
