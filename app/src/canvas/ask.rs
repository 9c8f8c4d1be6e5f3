//! What is asked on the canvas: which pins and params a group shows, under which name it is kept,
//! which kept one is to be added, which colour something shall have.

use egui::{
    Area, Checkbox, Frame, Id, Key, Margin, Modifiers, Order, Pos2, RichText, Role, ScrollArea,
    TextEdit, Ui, Vec2, WidgetInfo, vec2,
};
use pyrograph_engine::graph::Source;
use pyrograph_engine::graph::group::{Group, Slot};
use pyrograph_engine::graph::shape::Shape;

use crate::app::State;
use crate::canvas::picker::room;
use crate::canvas::swatches::swatches_ui;
use crate::canvas::view::snap;
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Inner};
use crate::command::graph::Join;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, bare_icon, word_button};
use crate::widgets::{Draw, lit_line};

const WIDTH: f32 = 340.0;
const MAX_HEIGHT: f32 = 600.0;
/// What the frame takes.
const BESIDE: Vec2 = Vec2::splat(26.0);

/// What is asked.
#[derive(Clone, Debug)]
enum What {
    /// Which pins and params a group shows; a name that is being typed.
    Shown {
        group: String,
        typed: Option<(Inner, String)>,
    },
    /// Under which name a group is kept.
    Name { group: String, name: String },
    /// Which kept group is to be added, where in the graph.
    Pick { search: String, at: [f32; 2] },
    /// Which colour what is selected shall have.
    Color,
}

/// A question on the canvas.
#[derive(Clone, Debug)]
pub struct Ask {
    what: What,
    /// Its upper left corner on the screen.
    at: Pos2,
    is_new: bool,
}

impl Ask {
    /// Asks which pins and params a group shows.
    pub fn shown(group: String, at: Pos2) -> Self {
        Self::new(What::Shown { group, typed: None }, at)
    }

    /// Asks under which name a group is kept.
    pub fn name(group: String, name: String, at: Pos2) -> Self {
        Self::new(What::Name { group, name }, at)
    }

    /// Asks which kept group is to be added.
    pub fn pick(at: Pos2, pos_in_graph: Pos2) -> Self {
        let at_grid = [pos_in_graph.x, pos_in_graph.y].map(snap);
        let what = What::Pick {
            search: String::new(),
            at: at_grid,
        };
        Self::new(what, at)
    }

    /// Asks which colour what is selected shall have.
    pub fn color(at: Pos2) -> Self {
        Self::new(What::Color, at)
    }

    fn new(what: What, at: Pos2) -> Self {
        Self {
            what,
            at,
            is_new: true,
        }
    }
}

/// What came of a frame of a question.
#[derive(Default)]
struct Answered {
    command: Option<Command>,
    is_done: bool,
}

/// Shows the question if there is one.
pub fn ask_ui(ui: &Ui, state: &State, open: &mut Option<Ask>) -> Option<Command> {
    let ask = open.as_mut()?;
    let escape = ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
    let mut answered = Answered::default();
    let room = room(ui);
    let size = vec2(WIDTH, MAX_HEIGHT).min(room.size() - BESIDE);
    let area = Area::new(Id::unique("group question"))
        .order(Order::Foreground)
        .fixed_pos(ask.at)
        .constrain_to(room)
        .accessible_name("group question")
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style())
                .inner_margin(Margin::same(12))
                .show(ui, |ui| {
                    ui.set_width(size.x);
                    ui.set_max_height(size.y);
                    answered = what_ui(ui, state, ask);
                });
        });
    let pressed_elsewhere = ui.input(|i| {
        let pos = i.pointer.latest_pos();
        i.pointer.any_pressed() && pos.is_some_and(|pos| !area.response.rect.contains(pos))
    });
    let was_new = std::mem::replace(&mut ask.is_new, false);
    if escape || answered.is_done || (pressed_elsewhere && !was_new) {
        *open = None;
    }
    answered.command
}

fn what_ui(ui: &mut Ui, state: &State, ask: &mut Ask) -> Answered {
    let is_new = ask.is_new;
    match &mut ask.what {
        What::Shown { group, typed } => shown_ui(ui, state, group, typed),
        What::Name { group, name } => name_ui(ui, state, (group, name), is_new),
        What::Pick { search, at } => pick_ui(ui, state, search, *at),
        What::Color => color_ui(ui, state, is_new),
    }
}

/// The heading; says whether it is closed.
fn heading_ui(ui: &mut Ui, theme: &Theme, words: &str) -> bool {
    let mut closed = false;
    ui.horizontal(|ui| {
        ui.label(RichText::new(words).font(font::strong(size::TEXT)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            closed = bare_icon(ui, theme, icon::CLOSE, "Close", 22.0).clicked();
        });
    });
    ui.add_space(4.0);
    closed
}

/// The colours; arrows go from one to the next.
fn color_ui(ui: &mut Ui, state: &State, is_new: bool) -> Answered {
    let closed = heading_ui(ui, &state.theme, "Colour of what is selected");
    let command = swatches_ui(ui, state, is_new);
    Answered {
        is_done: closed || command.is_some(),
        command,
    }
}

/// Every pin and param inside, with whether it shows, and under which name.
fn shown_ui(
    ui: &mut Ui,
    state: &State,
    key: &str,
    typed: &mut Option<(Inner, String)>,
) -> Answered {
    let mut answered = Answered {
        is_done: heading_ui(ui, &state.theme, "Pins and params of the group"),
        command: None,
    };
    let node = state.document.graph().nodes.get(key);
    let Some(group) = node.and_then(|node| node.as_group()) else {
        answered.is_done = true;
        return answered;
    };
    ScrollArea::vertical()
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (inner_key, inner) in inside(state, group) {
                ui.add_space(4.0);
                let words = RichText::new(inner_key).font(font::strong(size::NODE_TEXT));
                ui.label(words.color(state.theme.secondary));
                for (words, inner) in inner {
                    let line = Line {
                        key,
                        words: &words,
                        name: name_of(group, &inner),
                        inner,
                    };
                    answered.command = line.show(ui, typed).or(answered.command.take());
                }
            }
        });
    answered
}

/// The pins and params of every node inside, with their words.
fn inside<'a>(
    state: &State,
    group: &'a Group,
) -> impl Iterator<Item = (&'a str, Vec<(String, Inner)>)> {
    let catalog = state.document.catalog();
    group.graph.nodes.iter().filter_map(move |(key, node)| {
        let shape = Shape::of_node(node, catalog)?;
        let pins = shape.inputs.into_iter().map(|pin| pin.name);
        let params = shape.params.into_iter().map(|param| param.name);
        let inputs = pins.chain(params).map(|name| {
            let inner = Inner::Input(Slot::new(key, &name));
            (format!("{key}.{name}"), inner)
        });
        let outputs = shape.outputs.into_iter().map(|pin| {
            let words = format!("{key}.{} (output)", pin.name);
            let source = Source {
                node: key.clone(),
                pin: pin.name,
            };
            (words, Inner::Output(source))
        });
        Some((key.as_str(), inputs.chain(outputs).collect()))
    })
}

/// The name under which an inner pin or param shows outside.
fn name_of<'a>(group: &'a Group, inner: &Inner) -> Option<&'a str> {
    let name = match inner {
        Inner::Input(slot) => {
            let mut inputs = group.inputs.iter();
            inputs.find(|(_, slots)| slots.contains(slot))?.0
        }
        Inner::Output(source) => {
            let mut outputs = group.outputs.iter();
            outputs.find(|(_, shown)| *shown == source)?.0
        }
    };
    Some(name)
}

/// One pin or param inside.
struct Line<'a> {
    key: &'a str,
    words: &'a str,
    inner: Inner,
    name: Option<&'a str>,
}

impl Line<'_> {
    fn show(self, ui: &mut Ui, typed: &mut Option<(Inner, String)>) -> Option<Command> {
        let mut command = None;
        ui.horizontal_wrapped(|ui| {
            let mut is_shown = self.name.is_some();
            let words = RichText::new(self.words).font(font::mono(size::SMALL));
            if ui.add(Checkbox::new(&mut is_shown, words)).changed() {
                command = Some(DrawingCommand::Show {
                    group: self.key.to_owned(),
                    inner: self.inner.clone(),
                    is_shown,
                });
            }
            if let Some(name) = self.name {
                command = self.name_ui(ui, name, typed).or(command.take());
            }
        });
        command.map(Command::from)
    }

    /// The name outside; what is typed counts once the field is left.
    fn name_ui(
        &self,
        ui: &mut Ui,
        name: &str,
        typed: &mut Option<(Inner, String)>,
    ) -> Option<DrawingCommand> {
        let own = typed.take_if(|(inner, _)| *inner == self.inner);
        let mut text = own.map_or_else(|| name.to_owned(), |(_, text)| text);
        let field = TextEdit::singleline(&mut text)
            .id(Id::unique(("shown name", self.words)))
            .font(font::text(size::SMALL))
            .desired_width(120.0);
        let response = ui.add(field);
        let response = response.accessible_name(format!("Name of {}", self.words));
        if !response.lost_focus() {
            if response.has_focus() {
                *typed = Some((self.inner.clone(), text));
            }
            return None;
        }
        (text.trim() != name).then(|| DrawingCommand::RenameShown {
            group: self.key.to_owned(),
            inner: self.inner.clone(),
            name: text,
        })
    }
}

fn name_ui(
    ui: &mut Ui,
    state: &State,
    (group, name): (&str, &mut String),
    is_new: bool,
) -> Answered {
    let closed = heading_ui(ui, &state.theme, "Keep the group in the library as");
    let field = TextEdit::singleline(name)
        .id(Id::unique("group name"))
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field).accessible_name("Name of the group");
    if is_new {
        response.request_focus();
    }
    ui.add_space(6.0);
    let entered = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    let can_save = !name.trim().is_empty();
    let button = ui.add_enabled_ui(can_save, |ui| {
        word_button(ui, &state.theme, Some(icon::SAVE), "Keep", Weight::Primary).clicked()
    });
    let saves = can_save && (entered || button.inner);
    let command = saves.then(|| DrawingCommand::SaveGroupAs {
        group: group.to_owned(),
        name: name.trim().to_owned(),
    });
    Answered {
        is_done: closed || saves,
        command: command.map(Command::from),
    }
}

fn pick_ui(ui: &mut Ui, state: &State, search: &mut String, at: [f32; 2]) -> Answered {
    let closed = heading_ui(ui, &state.theme, "Add from the library");
    let field = TextEdit::singleline(search)
        .id(Id::unique("kept group search"))
        .hint_text(format!("{} Search groups…", icon::SEARCH))
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field).accessible_name("Search groups");
    if !response.has_focus() {
        response.request_focus();
    }
    ui.add_space(4.0);
    let enter = ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
    let wanted = search.to_lowercase();
    let found: Vec<&String> = state
        .kept_groups
        .iter()
        .map(|group| &group.name)
        .filter(|name| name.to_lowercase().contains(&wanted))
        .collect();
    let mut chosen = found.first().filter(|_| enter).copied();
    ScrollArea::vertical()
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for name in &found {
                if line_ui(ui, &state.theme, name) {
                    chosen = Some(name);
                }
            }
            if found.is_empty() {
                let words = if state.kept_groups.is_empty() {
                    "No group is kept yet: select one and choose Save group to library"
                } else {
                    "No group is called that"
                };
                ui.label(RichText::new(words).color(state.theme.secondary));
            }
        });
    let command = chosen.map(|name| DrawingCommand::AddGroup {
        name: name.clone(),
        at,
        join: Join::Nothing,
    });
    Answered {
        is_done: closed || command.is_some(),
        command: command.map(Command::from),
    }
}

fn line_ui(ui: &mut Ui, theme: &Theme, name: &str) -> bool {
    let (rect, response) = lit_line(ui, theme, 27.0);
    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, name));
    let draw = Draw { theme, scale: 1.0 };
    let at = rect.left_center() + vec2(10.0, 0.0);
    let style = (font::text(size::TEXT), theme.text);
    let at = (at, egui::Align2::LEFT_CENTER);
    draw.label(ui.painter(), at, name, style, rect.width() - 20.0);
    response.clicked()
}
