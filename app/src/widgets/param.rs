//! One widget for each kind of param, the same in nodes and in the inspector.

use egui::{Align2, Id, Rect, Response, Role, Sense, Ui, WidgetInfo};
use pyrograph_engine::graph::{Node, Source, shape, value};
use pyrograph_engine::node::{NodeSpec, ParamKind, ParamSpec, Type, Value};
use serde_json::Value as Json;

use crate::app::State;
use crate::command::{Command, Input};
use crate::shelf::Shelf;
use crate::theme::{icon, size};
use crate::widgets::button::switch;
use crate::widgets::choice::{Choice, Chosen, Line, choice_ui};
use crate::widgets::color::color_ui;
use crate::widgets::file::file_ui;
use crate::widgets::number::{Changed, Number, Range, number_ui};
use crate::widgets::ratio::{Sides, ratio_ui};
use crate::widgets::seed::seed_ui;
use crate::widgets::text::{Text, text_ui};
use crate::widgets::{Draw, Well, ends, icon_at};

/// Where a param's widget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// On its node.
    Node,
    /// In the inspector, which writes labels itself.
    Inspector,
}

/// A param to be shown.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// Its node's key.
    pub key: &'a str,
    /// Its node.
    pub node: &'a Node,
    /// Its name on the node.
    pub param: &'a str,
    /// What it is.
    pub spec: &'static ParamSpec,
    /// Where it stands.
    pub place: Place,
}

impl<'a> Field<'a> {
    /// The wire that drives it.
    pub fn source(&self) -> Option<Source> {
        self.node.source(self.param)
    }

    pub(super) fn at(&self) -> Input {
        Input::new(self.key, self.param)
    }

    /// Stays the same from frame to frame.
    pub fn id(&self) -> Id {
        field_id(self.place, self.key, self.param)
    }

    /// What a screen reader says; different on the node and in the inspector.
    pub fn name(&self) -> String {
        match self.place {
            Place::Node => format!("{} {}", self.key, self.param),
            Place::Inspector => format!("{} of {}", self.param, self.key),
        }
    }

    pub(super) fn label(&self) -> &'a str {
        match self.place {
            Place::Node => self.param,
            Place::Inspector => "",
        }
    }

    /// Its value, or what the file holds instead.
    fn value(&self, state: &State) -> Result<Value, Json> {
        match shape::value(state.document.graph(), self.key, self.param) {
            None => Ok(self.spec.kind.default()),
            Some(json) => value::read(&self.spec.kind, json)
                .ok()
                .ok_or_else(|| json.clone()),
        }
    }

    pub(super) fn set(&self, value: &Value, live: bool) -> Command {
        // A default is left out of files, but a group without a value shows that of its inside.
        let is_told = self.node.as_group().is_some() || *value != self.spec.kind.default();
        let value = is_told.then(|| value::json(value));
        Command::SetParam {
            at: self.at(),
            value,
            live,
        }
    }
}

/// The id of a param's widget.
pub fn field_id(place: Place, key: &str, param: &str) -> Id {
    Id::unique(("param", place, key, param))
}

/// Whether a param is a prompt, whose tokens are counted.
pub fn is_prompt(node: &NodeSpec, param: &ParamSpec) -> bool {
    matches!(
        param.kind,
        ParamKind::Text {
            multiline: true,
            ..
        }
    ) && node.inputs.iter().any(|pin| pin.ty == Type::Clip)
}

/// Shows a param's widget and says what the user did.
pub fn param_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    state: &State,
) -> Vec<Command> {
    if let Some(source) = field.source() {
        return driven_ui(ui, draw, rect, field, &source);
    }
    let current = field.value(state);
    match field.spec.kind {
        ParamKind::Int {
            default,
            hard,
            soft,
            step,
        } => {
            let range = Range {
                hard: float2(hard),
                soft: float2(soft),
                step: step as f64,
                whole: true,
            };
            let now = match &current {
                Ok(Value::Int(now)) => *now as f64,
                Ok(_) | Err(_) => return wrong_ui(ui, draw, rect, field, &current),
            };
            let to_value = |number: f64| Value::Int(number as i64);
            let number = (now, default as f64, range);
            let Some(sides) = Sides::of(state, field) else {
                return number_field(ui, draw, rect, field, number, to_value);
            };
            let side = rect.height();
            let (left, button) = rect.split_left_right_at_x(rect.right() - side);
            let left = left.with_max_x(left.right() - draw.px(4.0));
            let mut commands = number_field(ui, draw, left, field, number, to_value);
            commands.extend(ratio_ui(ui, draw, button, field, (state, &sides)));
            commands
        }
        ParamKind::Float {
            default,
            hard,
            soft,
            step,
        } => {
            let range = Range {
                hard,
                soft,
                step,
                whole: false,
            };
            let now = match &current {
                Ok(Value::Float(now)) => *now,
                Ok(_) | Err(_) => return wrong_ui(ui, draw, rect, field, &current),
            };
            number_field(ui, draw, rect, field, (now, default, range), Value::Float)
        }
        ParamKind::Seed { .. } => match &current {
            Ok(Value::Seed(seed)) => seed_ui(ui, draw, rect, field, (*seed, state)),
            Ok(_) | Err(_) => wrong_ui(ui, draw, rect, field, &current),
        },
        ParamKind::Text { multiline, .. } => {
            let Ok(Value::Text(now)) = &current else {
                return wrong_ui(ui, draw, rect, field, &current);
            };
            text_field(ui, draw, rect, field, now, multiline)
        }
        ParamKind::Choice { names, .. } => {
            let lines = || names.iter().map(|name| Line::plain(name)).collect();
            match choice_field(ui, draw, rect, (field, None), (&current, ""), (lines, None)) {
                Some(Chosen::Value(value)) => vec![field.set(&Value::Text(value), false)],
                Some(Chosen::Opened | Chosen::Other | Chosen::Unmade(_)) | None => Vec::new(),
            }
        }
        ParamKind::Flag { .. } => {
            let Ok(Value::Flag(on)) = &current else {
                return wrong_ui(ui, draw, rect, field, &current);
            };
            flag_ui(ui, draw, rect, field, *on)
        }
        ParamKind::Color { .. } => match &current {
            Ok(Value::Color(color)) => color_ui(ui, draw, rect, field, *color),
            Ok(_) | Err(_) => wrong_ui(ui, draw, rect, field, &current),
        },
        ParamKind::File { kind, .. } => file_ui(ui, draw, rect, field, (state, kind, &current)),
    }
}

/// A param that a wire drives: it shows where its value comes from, and nothing can be set here.
fn driven_ui(
    ui: &Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    source: &Source,
) -> Vec<Command> {
    let theme = draw.theme;
    let response = ui.interact(rect, field.id(), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Button,
            true,
            format!("{} from {source}", field.name()),
        )
    });
    draw.well(
        ui.painter(),
        rect,
        if response.hovered() {
            Well::Hovered
        } else {
            Well::Idle
        },
    );
    let (left, right) = ends(rect, draw.px(9.0));
    let style = (draw.text(size::NODE_TEXT), theme.secondary);
    let label = draw.label(
        ui.painter(),
        (left, Align2::LEFT_CENTER),
        field.label(),
        style,
        rect.width() * 0.5,
    );
    let shown = draw.label(
        ui.painter(),
        (right, Align2::RIGHT_CENTER),
        &source.to_string(),
        (draw.mono(size::SMALL), theme.accent_text),
        right.x - label.right() - draw.px(26.0),
    );
    icon_at(
        ui.painter(),
        shown.left_center() - egui::vec2(draw.px(10.0), 0.0),
        icon::ARROW,
        draw.icon(11.0),
        theme.secondary,
    );
    let clicked = response
        .on_hover_text("A wire gives this value; click to go to its node")
        .clicked();
    clicked
        .then(|| Command::Show(source.node.clone()))
        .into_iter()
        .collect()
}

/// A value that does not do: shown as the file holds it, and a click sets it back.
fn wrong_ui(
    ui: &Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    value: &Result<Value, Json>,
) -> Vec<Command> {
    let theme = draw.theme;
    let response = ui.interact(rect, field.id(), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Button,
            true,
            format!("{} is not usable", field.name()),
        )
    });
    draw.well(ui.painter(), rect, Well::Wrong);
    let text = match value {
        Ok(value) => value::json(value).to_string(),
        Err(json) => json.to_string(),
    };
    let (left, right) = ends(rect, draw.px(9.0));
    let style = (draw.text(size::NODE_TEXT), theme.secondary);
    let label = draw.label(
        ui.painter(),
        (left, Align2::LEFT_CENTER),
        field.label(),
        style,
        rect.width() * 0.5,
    );
    let style = (draw.mono(size::SMALL), theme.error);
    draw.label(
        ui.painter(),
        (right, Align2::RIGHT_CENTER),
        &text,
        style,
        right.x - label.right() - draw.px(8.0),
    );
    let clicked = response
        .on_hover_text("This value cannot be used; click to set the default")
        .clicked();
    clicked
        .then(|| Command::SetParam {
            at: field.at(),
            value: None,
            live: false,
        })
        .into_iter()
        .collect()
}

/// `number` is the value, the default and the range.
fn number_field(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    number: (f64, f64, Range),
    to_value: impl Fn(f64) -> Value,
) -> Vec<Command> {
    let (value, default, range) = number;
    let name = field.name();
    let number = Number {
        id: field.id(),
        label: field.label(),
        name: &name,
        value,
        default,
        range,
    };
    let (changed, response) = number_ui(ui, draw, rect, &number);
    let change = changed.map(|Changed { value, live }| field.set(&to_value(value), live));
    let (begun, ended) = drag_ends(ui, &response);
    response.on_hover_text(field.spec.doc);
    begun.into_iter().chain(change).chain(ended).collect()
}

/// What goes before and behind the change of a value that is dragged, so that a drag is one step.
pub(super) fn drag_ends(ui: &Ui, response: &Response) -> (Option<Command>, Option<Command>) {
    let begun = response.drag_started().then_some(Command::EndGesture);
    // Escape and the other button end a drag whose own button is still held.
    let is_taken_back = ui.input(|i| i.pointer.primary_down());
    let ended = response.drag_stopped().then_some(if is_taken_back {
        Command::CancelGesture
    } else {
        Command::EndGesture
    });
    (begun, ended)
}

fn text_field(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    now: &str,
    multiline: bool,
) -> Vec<Command> {
    let name = field.name();
    let text = Text {
        id: field.id(),
        name: &name,
        text: now,
        hint: field.spec.doc,
        multiline,
    };
    let (changed, response) = text_ui(ui, draw, rect, &text);
    let mut commands: Vec<Command> = changed
        .map(|text| field.set(&Value::Text(text), true))
        .into_iter()
        .collect();
    if response.lost_focus() {
        commands.push(Command::EndGesture);
    }
    if !response.has_focus() {
        response.on_hover_text(field.spec.doc);
    }
    commands
}

/// A choice; `shown` is the value and a remark, `list` the lines and a last one that is no value.
pub(super) fn choice_field(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    (field, shelf): (&Field<'_>, Option<&Shelf>),
    shown: (&Result<Value, Json>, &str),
    list: (impl FnOnce() -> Vec<Line>, Option<&str>),
) -> Option<Chosen> {
    let (lines, other) = list;
    let (text, state) = match shown.0 {
        Ok(Value::Text(text)) => (text.clone(), Well::Idle),
        Ok(value) => (value::json(value).to_string(), Well::Wrong),
        Err(Json::String(text)) => (text.clone(), Well::Wrong),
        Err(json) => (json.to_string(), Well::Wrong),
    };
    let (text, state) = if text.is_empty() {
        ("none chosen".to_owned(), Well::Wrong)
    } else {
        (text, state)
    };
    let name = field.name();
    // A file's name needs the whole field; its label is what it shows.
    let label = if other.is_some() { "" } else { field.label() };
    let choice = Choice {
        id: field.id(),
        label,
        name: &name,
        shown: &text,
        remark: shown.1,
        state,
        shelf,
    };
    let (chosen, response) = choice_ui(ui, draw, rect, &choice, lines, other);
    response.on_hover_text(field.spec.doc);
    chosen
}

fn flag_ui(ui: &Ui, draw: &Draw<'_>, rect: Rect, field: &Field<'_>, on: bool) -> Vec<Command> {
    let response: Response = ui.interact(rect, field.id(), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, ui.is_enabled(), on, field.name()));
    draw.well(ui.painter(), rect, Well::of(&response));
    let (left, _) = ends(rect, draw.px(9.0));
    let style = (draw.text(size::NODE_TEXT), draw.theme.secondary);
    draw.label(
        ui.painter(),
        (left, Align2::LEFT_CENTER),
        field.label(),
        style,
        rect.width() - draw.px(56.0),
    );
    let turned = switch(ui, draw, &response, on);
    response.on_hover_text(field.spec.doc);
    turned
        .map(|on| field.set(&Value::Flag(on), false))
        .into_iter()
        .collect()
}

fn float2(pair: (i64, i64)) -> (f64, f64) {
    (pair.0 as f64, pair.1 as f64)
}
