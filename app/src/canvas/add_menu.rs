//! The add menu: search over everything a node is known by, and over the groups that are kept. Keys
//! alone suffice.

use std::cmp::Reverse;
use std::sync::Arc;

use egui::{Pos2, Ui};
use pyrograph_engine::graph::Node;
use pyrograph_engine::graph::shape::Shape;
use pyrograph_engine::node::{Catalog, Category, NodeSpec, ParamKind, Type};

use crate::app::State;
use crate::canvas::gesture::End;
use crate::canvas::picker::{Line, Picked, Picker, Question};
use crate::canvas::search::{Known, Search};
use crate::canvas::view::snap;
use crate::command::drawing::DrawingCommand;
use crate::command::graph::{GraphCommand, Join};
use crate::command::{Command, NewNode};
use crate::kept_groups::KeptGroup;

/// How far left of the pointer a node goes whose output is wired there.
const WIDTH: f32 = 220.0;
/// Where groups that are kept stand among the categories.
const LIBRARY: &str = "Library";

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
#[derive(Clone)]
pub struct AddMenu {
    picker: Picker,
    cause: Cause,
    /// Whether only nodes are shown that fit the wire.
    is_filtered: bool,
    catalog: Catalog,
    /// The groups that are among the offers.
    groups: Option<Arc<[KeptGroup]>>,
    offers: Vec<Offer>,
    /// What was found, by its place among the offers.
    found: Vec<usize>,
    /// What was found for.
    found_for: Option<(String, bool)>,
}

/// What can be added.
#[derive(Clone, Debug)]
struct Offer {
    what: What,
    title: String,
    remark: String,
    /// Groups that are kept have none.
    category: Option<Category>,
    shape: Shape,
    known: Known,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// A node of a kind, by id.
    Kind(&'static str),
    /// A copy of a group that is kept, by name.
    Kept(String),
}

impl Offer {
    fn of_kind(spec: &'static NodeSpec, catalog: Catalog) -> Self {
        let node = Node {
            is: spec.id.to_owned(),
            ..Node::default()
        };
        Self {
            what: What::Kind(spec.id),
            title: spec.title.to_owned(),
            remark: spec.doc.to_owned(),
            category: Some(spec.category),
            shape: Shape::of_node(&node, catalog).unwrap_or_default(),
            known: known(spec),
        }
    }

    fn of_group(group: &KeptGroup) -> Self {
        let KeptGroup {
            name,
            shape,
            content,
        } = group;
        let known = Known::new(name).category(LIBRARY).doc(content);
        let pins = shape.inputs.iter().chain(&shape.outputs);
        let parts = pins.map(|pin| &pin.name);
        let parts = parts.chain(shape.params.iter().map(|param| &param.name));
        Self {
            what: What::Kept(name.clone()),
            title: name.clone(),
            remark: format!("Group: {content}"),
            category: None,
            known: parts.fold(known, |known, part| known.part(part)),
            shape: shape.clone(),
        }
    }

    /// How long ago it was added, by how many others since.
    fn age(&self, recent: &[String]) -> usize {
        let place = match &self.what {
            What::Kind(kind) => recent.iter().position(|id| id == kind),
            What::Kept(name) => {
                let own = KeptGroup::id(name);
                recent.iter().position(|id| *id == own)
            }
        };
        place.unwrap_or(recent.len())
    }

    /// The type that it is coloured by.
    fn ty(&self) -> Option<Type> {
        let Shape {
            outputs, inputs, ..
        } = &self.shape;
        outputs.first().or(inputs.first()).map(|pin| pin.ty)
    }
}

impl AddMenu {
    /// Opens it; `search` is what was typed already.
    pub fn open(catalog: Catalog, at_on_screen: Pos2, cause: Cause, search: String) -> Self {
        Self {
            picker: Picker::open(at_on_screen, search),
            cause,
            is_filtered: true,
            catalog,
            groups: None,
            offers: Vec::new(),
            found: Vec::new(),
            found_for: None,
        }
    }

    /// Takes in what there is to offer, if that has changed.
    fn know(&mut self, groups: &Arc<[KeptGroup]>) {
        let is_known = |known: &Arc<[KeptGroup]>| Arc::ptr_eq(known, groups);
        if self.groups.as_ref().is_some_and(is_known) {
            return;
        }
        self.offers = offers(self.catalog, groups);
        self.groups = Some(Arc::clone(groups));
        self.found_for = None;
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
        let mut found = search(&self.offers, &self.picker.search, recent);
        if let Some(end) = self.filter() {
            found.retain(|place| fitting_slot(&self.offers[*place].shape, end).is_some());
        }
        self.found = found;
        self.found_for = Some(wanted);
    }

    fn chosen(&self, offer: &Offer, with_shift: bool) -> Command {
        let (at, join) = match &self.cause {
            Cause::Place(place) => (*place, Join::Nothing),
            Cause::Wire(end, place) => {
                let place = match end {
                    End::Output(..) => *place,
                    End::Input(..) => *place - egui::vec2(WIDTH, 0.0),
                };
                let slot = fitting_slot(&offer.shape, end);
                let join = slot.map_or(Join::Nothing, |slot| Join::Wire {
                    end: end.clone(),
                    slot: slot.to_owned(),
                });
                (place, join)
            }
            Cause::Beside { node, beside, .. } if with_shift => {
                (*beside, Join::Beside(node.clone()))
            }
            Cause::Beside { place, .. } => (*place, Join::Nothing),
        };
        let at = [snap(at.x), snap(at.y)];
        match &offer.what {
            What::Kind(is) => {
                let node = NewNode { is, at };
                GraphCommand::AddJoined(node, join).into()
            }
            What::Kept(name) => DrawingCommand::AddGroup {
                name: name.clone(),
                at,
                join,
            }
            .into(),
        }
    }
}

/// Shows the menu if it is open.
pub fn add_menu_ui(ui: &Ui, state: &State, open: &mut Option<AddMenu>) -> Option<Command> {
    let menu = open.as_mut()?;
    menu.know(&state.kept_groups);
    menu.find(&state.settings.recent_nodes);
    let theme = &state.theme;
    let found = menu.found.iter().map(|place| &menu.offers[*place]);
    let lines: Vec<Line<'_>> = found
        .map(|offer| Line {
            title: &offer.title,
            remark: &offer.remark,
            place: offer.category.map_or(LIBRARY, Category::name),
            color: offer.ty().map_or(theme.faint, |ty| theme.wire(ty)),
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
            let offer = menu.offers.get(*menu.found.get(line)?)?;
            let command = menu.chosen(offer, with_shift);
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
fn fitting_slot<'a>(shape: &'a Shape, end: &End) -> Option<&'a str> {
    match end {
        End::Output(_, ty) => {
            let pins = shape.inputs.iter().filter(|pin| ty.fits(pin.ty));
            let pin = pins.min_by_key(|pin| !pin.required);
            let param = || {
                let mut params = shape.params.iter();
                params.find(|param| ty.fits(param.spec.kind.ty()))
            };
            pin.map(|pin| pin.name.as_str())
                .or_else(|| param().map(|param| param.name.as_str()))
        }
        End::Input(_, ty) => {
            let mut pins = shape.outputs.iter();
            pins.find(|pin| pin.ty.fits(*ty))
                .map(|pin| pin.name.as_str())
        }
    }
}

/// Everything that can be added.
fn offers(catalog: Catalog, groups: &[KeptGroup]) -> Vec<Offer> {
    let kinds = catalog.0.iter();
    let kinds = kinds.map(|spec| Offer::of_kind(spec, catalog));
    kinds.chain(groups.iter().map(Offer::of_group)).collect()
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

/// What a search finds, the best first, by its place among the offers; without one, what was added
/// last, then all by category, and kept groups at the end.
fn search(offers: &[Offer], text: &str, recent: &[String]) -> Vec<usize> {
    let search = Search::new(text);
    let mut found: Vec<_> = offers
        .iter()
        .enumerate()
        .filter_map(|(place, offer)| {
            let score = offer.known.score(&search)?;
            let category = (offer.category.is_none(), offer.category);
            Some((Reverse(score), offer.age(recent), category, place))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(.., place)| place).collect()
}

#[cfg(test)]
mod tests {
    use pyrograph_engine::graph::Source;
    use pyrograph_engine::node::Type;

    use super::*;

    const CATALOG: Catalog = Catalog(pyrograph_nodes::ALL);

    fn found_among(groups: &[KeptGroup], text: &str, recent: &[String]) -> Vec<Offer> {
        let all = offers(CATALOG, groups);
        let found = search(&all, text, recent);
        found.iter().map(|place| all[*place].clone()).collect()
    }

    fn found(text: &str, recent: &[String]) -> Vec<Offer> {
        found_among(&[], text, recent)
    }

    #[test]
    fn everything_is_found_without_a_search_the_last_used_first() {
        assert_eq!(found("", &[]).len(), pyrograph_nodes::ALL.len());
        let last = pyrograph_nodes::ALL[pyrograph_nodes::ALL.len() - 1];
        assert_eq!(found("", &[last.id.to_owned()])[0].title, last.title);
    }

    #[test]
    fn every_node_is_found_by_its_title() {
        for spec in pyrograph_nodes::ALL {
            let first = &found(spec.title, &[])[0];
            assert_eq!(first.what, What::Kind(spec.id), "{}", spec.title);
        }
    }

    #[test]
    fn kept_groups_are_found_by_name_content_and_place_and_come_last() {
        let kept = |name: &str, content: &str| KeptGroup {
            name: name.to_owned(),
            shape: Shape::default(),
            content: content.to_owned(),
        };
        let groups = [kept("Soft portrait", "KSampler, Decode"), kept("Mine", "")];
        let first = |text: &str, recent: &[String]| found_among(&groups, text, recent)[0].clone();
        for text in ["soft", "sp", "portriat"] {
            assert_eq!(first(text, &[]).title, "Soft portrait", "{text}");
        }
        let library = found_among(&groups, "library", &[]);
        assert!(library.iter().any(|offer| offer.title == "Mine"));
        let all = found_among(&groups, "", &[]);
        assert_eq!(all[all.len() - 1].title, "Mine");
        assert_eq!(first("", &[KeptGroup::id("Mine")]).title, "Mine");
    }

    #[test]
    fn nodes_are_found_by_the_names_of_other_programs() {
        for spec in pyrograph_nodes::ALL {
            for comfy in spec.comfy {
                let found = found(comfy.class, &[]);
                let first = found.iter().take(3);
                assert!(
                    first
                        .into_iter()
                        .any(|other| other.what == What::Kind(spec.id)),
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
    fn nodes_are_found_by_the_words_of_other_windows() {
        for (text, title) in [
            ("Hires. fix", "Resize"),
            ("Upscaler", "Resize"),
            ("Denoising strength", "KSampler"),
            ("CFG Scale", "KSampler"),
            ("Sampling steps", "KSampler"),
            ("Heun", "KSampler"),
            ("DPM++ SDE Karras", "KSampler"),
            ("SGM Uniform", "KSampler"),
            ("Negative prompt", "KSampler"),
            ("Batch size", "Empty latent"),
            ("Clip skip", "Clip skip"),
            ("inpaint", "noise mask"),
        ] {
            let found = found(text, &[]);
            let first = found
                .first()
                .map_or("nothing", |offer| offer.title.as_str());
            assert!(first.contains(title), "{text}: {first}");
        }
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
            let offer = Offer::of_kind(spec, CATALOG);
            let Some(slot) = fitting_slot(&offer.shape, &end) else {
                continue;
            };
            let pin = spec.input(slot).expect("latents end on pins only");
            assert!(pin.ty == Type::Latent, "{}", spec.id);
        }
    }
}
