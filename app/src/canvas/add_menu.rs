//! The add menu: search over everything a node is known by. Keys alone suffice.

use egui::{Pos2, Ui};
use pyrograph_engine::node::{Catalog, NodeSpec, ParamKind};

use crate::app::State;
use crate::canvas::gesture::End;
use crate::canvas::picker::{Line, Picked, Picker, Question};
use crate::canvas::search::{Known, Search};
use crate::canvas::view::snap;
use crate::command::graph::GraphCommand;
use crate::command::{Command, NewNode};

/// How far left of the pointer a node goes whose output is wired there.
const WIDTH: f32 = 220.0;

/// Why the menu is opened.
#[derive(Clone, Debug)]
pub enum Cause {
    /// A node is wanted there.
    Place(Pos2),
    /// A wire was dropped there.
    Wire(End, Pos2),
    /// A node is wanted there; beside this one, if it shall be connected to it.
    Beside {
        /// Where it goes by itself, in the graph.
        place: Pos2,
        /// The node that it can be connected to.
        node: String,
        /// Where it goes then, in the graph.
        beside: Pos2,
    },
}

/// An open add menu.
#[derive(Clone, Debug)]
pub struct AddMenu {
    picker: Picker,
    cause: Cause,
    /// Whether only nodes are shown that fit the wire.
    is_filtered: bool,
    known: Vec<(&'static NodeSpec, Known)>,
    found: Vec<&'static NodeSpec>,
    /// What was found for.
    found_for: Option<(String, bool)>,
}

impl AddMenu {
    /// Opens it; `search` is what was typed already.
    pub fn open(catalog: Catalog, at_on_screen: Pos2, cause: Cause, search: String) -> Self {
        let known = catalog.0.iter().map(|spec| (*spec, known(spec)));
        Self {
            picker: Picker::open(at_on_screen, search),
            cause,
            is_filtered: true,
            known: known.collect(),
            found: Vec::new(),
            found_for: None,
        }
    }

    /// The wire that was dropped, and where.
    pub fn wire(&self) -> Option<(&End, Pos2)> {
        match &self.cause {
            Cause::Wire(end, at) => Some((end, *at)),
            Cause::Place(_) | Cause::Beside { .. } => None,
        }
    }

    /// The wire that narrows the list.
    fn filter(&self) -> Option<&End> {
        let wire = self.wire().map(|(end, _)| end);
        wire.filter(|_| self.is_filtered)
    }

    /// Looks anew if something else is typed.
    fn find(&mut self, recent: &[String]) {
        let wanted = (self.picker.search.clone(), self.is_filtered);
        if self.found_for.as_ref() == Some(&wanted) {
            return;
        }
        let filter = self.filter();
        let fitting = self
            .known
            .iter()
            .filter(|(spec, _)| filter.is_none_or(|end| fitting_slot(spec, end).is_some()));
        self.found = search(fitting, &self.picker.search, recent);
        self.found_for = Some(wanted);
    }

    fn chosen(&self, spec: &'static NodeSpec, with_shift: bool) -> Command {
        let at = |pos: Pos2| NewNode {
            is: spec.id,
            at: [snap(pos.x), snap(pos.y)],
        };
        match &self.cause {
            Cause::Place(place) => Command::Add(at(*place)),
            Cause::Wire(end, place) => {
                let place = match end {
                    End::Output(..) => *place,
                    End::Input(..) => *place - egui::vec2(WIDTH, 0.0),
                };
                match fitting_slot(spec, end) {
                    Some(slot) => GraphCommand::AddOnWire {
                        node: at(place),
                        end: end.clone(),
                        slot: slot.to_owned(),
                    }
                    .into(),
                    None => Command::Add(at(place)),
                }
            }
            Cause::Beside { node, beside, .. } if with_shift => GraphCommand::AddBeside {
                node: at(*beside),
                beside: node.clone(),
            }
            .into(),
            Cause::Beside { place, .. } => Command::Add(at(*place)),
        }
    }
}

/// Shows the menu if it is open.
pub fn add_menu_ui(ui: &Ui, state: &State, open: &mut Option<AddMenu>) -> Option<Command> {
    let menu = open.as_mut()?;
    menu.find(&state.settings.recent_nodes);
    let theme = &state.theme;
    let lines: Vec<Line<'_>> = menu
        .found
        .iter()
        .map(|spec| Line {
            title: spec.title,
            remark: spec.doc,
            place: spec.category.name(),
            color: {
                let pin = spec.outputs.first().or(spec.inputs.first());
                pin.map_or(theme.faint, |pin| theme.wire(pin.ty))
            },
        })
        .collect();
    let filter = menu.filter().map(|end| {
        let words = match end {
            End::Output(_, ty) => format!("takes {}", ty.name()),
            End::Input(_, ty) => format!("gives {}", ty.name()),
        };
        (words, theme.wire(end.ty()))
    });
    let keys = match &menu.cause {
        Cause::Beside { node, .. } => {
            format!("Enter adds, Shift+Enter adds and connects to {node}")
        }
        Cause::Place(_) => "Enter adds. Letters without a shortcut open this list".to_owned(),
        Cause::Wire(end, _) => format!("Enter adds and connects to {} {}", end.node(), end.name()),
    };
    let question = Question {
        name: "add menu",
        hint: "Search nodes",
        filter: filter
            .as_ref()
            .map(|(words, color)| (words.as_str(), *color)),
        keys: &keys,
        nothing: "No node is known by that name",
    };
    match menu.picker.ui(ui, theme, &question, &lines) {
        Picked::Nothing => None,
        Picked::Line { line, with_shift } => {
            let spec = *menu.found.get(line)?;
            let command = menu.chosen(spec, with_shift);
            *open = None;
            Some(command)
        }
        Picked::Back | Picked::Away => {
            *open = None;
            None
        }
        Picked::Unfiltered => {
            menu.is_filtered = false;
            None
        }
    }
}

/// The pin or param of a node that a wire would go to: required pins first, then others, then
/// params.
pub fn fitting_slot(spec: &'static NodeSpec, end: &End) -> Option<&'static str> {
    match end {
        End::Output(_, ty) => {
            let mut pins: Vec<_> = spec.inputs.iter().filter(|pin| ty.fits(pin.ty)).collect();
            pins.sort_by_key(|pin| !pin.required);
            let param = || {
                let mut params = spec.params.iter();
                params.find(|param| ty.fits(param.kind.ty()))
            };
            pins.first()
                .map(|pin| pin.name)
                .or_else(|| param().map(|param| param.name))
        }
        End::Input(_, ty) => {
            let mut pins = spec.outputs.iter();
            pins.find(|pin| pin.ty.fits(*ty)).map(|pin| pin.name)
        }
    }
}

/// Everything that a node is known by.
fn known(spec: &NodeSpec) -> Known {
    let mut known = Known::new(spec.title)
        .name(spec.id)
        .category(spec.category.name())
        .doc(spec.doc);
    for comfy in spec.comfy {
        known = known.name(comfy.class);
        for (theirs, _) in comfy.renamed {
            known = known.part(theirs);
        }
    }
    for pin in spec.inputs.iter().chain(spec.outputs) {
        known = known.part(pin.name);
    }
    for param in spec.params {
        known = known.part(param.name);
        if let ParamKind::Choice { names, .. } = param.kind {
            known = names.iter().fold(known, |known, name| known.part(name));
        }
    }
    known
}

/// The nodes that a search finds, the best first; without one, those last used, then all by
/// category.
fn search<'a>(
    nodes: impl Iterator<Item = &'a (&'static NodeSpec, Known)>,
    text: &str,
    recent: &[String],
) -> Vec<&'static NodeSpec> {
    let search = Search::new(text);
    let age = |spec: &NodeSpec| recent.iter().position(|id| id == spec.id);
    let mut found: Vec<_> = nodes
        .enumerate()
        .filter_map(|(place, (spec, known))| {
            let score = known.score(&search)?;
            let age = age(spec).unwrap_or(recent.len());
            Some((std::cmp::Reverse(score), age, spec.category, place, *spec))
        })
        .collect();
    found.sort_by_key(|(score, age, category, place, _)| (*score, *age, *category, *place));
    found.into_iter().map(|(.., spec)| spec).collect()
}

#[cfg(test)]
mod tests {
    use pyrograph_engine::graph::Source;
    use pyrograph_engine::node::Type;

    use super::*;

    fn found(text: &str, recent: &[String]) -> Vec<&'static NodeSpec> {
        let all: Vec<_> = pyrograph_nodes::ALL
            .iter()
            .map(|spec| (*spec, known(spec)))
            .collect();
        search(all.iter(), text, recent)
    }

    #[test]
    fn everything_is_found_without_a_search_the_last_used_first() {
        assert_eq!(found("", &[]).len(), pyrograph_nodes::ALL.len());
        let last = pyrograph_nodes::ALL[pyrograph_nodes::ALL.len() - 1];
        assert_eq!(found("", &[last.id.to_owned()])[0].id, last.id);
    }

    #[test]
    fn every_node_is_found_by_its_title() {
        for spec in pyrograph_nodes::ALL {
            assert_eq!(found(spec.title, &[])[0].id, spec.id, "{}", spec.title);
        }
    }

    #[test]
    fn nodes_are_found_by_the_names_of_other_programs() {
        for spec in pyrograph_nodes::ALL {
            for comfy in spec.comfy {
                let found = found(comfy.class, &[]);
                let first = found.iter().take(3);
                assert!(
                    first.into_iter().any(|other| other.id == spec.id),
                    "{}",
                    comfy.class
                );
            }
        }
        for text in ["DPM++ 2M Karras", "euler a", "txt2img", "smapler", "ksampl"] {
            assert!(found(text, &[])[0].title.contains("ampler"), "{text}");
        }
        assert!(found("qqqq", &[]).is_empty());
    }

    #[test]
    fn wires_go_to_required_pins_first() {
        let end = End::Output(
            Source {
                node: "a".into(),
                pin: "latent".into(),
            },
            Type::Latent,
        );
        for spec in pyrograph_nodes::ALL {
            let Some(slot) = fitting_slot(spec, &end) else {
                continue;
            };
            let pin = spec.input(slot).expect("latents end on pins only");
            assert!(pin.ty == Type::Latent, "{}", spec.id);
        }
    }
}
