//! The selected node: what it is, its settings large, its picture, and why it will run.

use egui::{Align, Align2, Label, Layout, Response, RichText, Role, Sense, Ui, WidgetInfo, vec2};
use pyrograph_engine::graph::Node;
use pyrograph_engine::graph::shape::{self, PinShape, Shape};
use pyrograph_engine::node::{NodeSpec, ParamKind};
use pyrograph_engine::plan::why::What;

use crate::app::State;
use crate::canvas::node::secs_text;
use crate::command::drawing::DrawingCommand;
use crate::command::gallery::GalleryCommand;
use crate::command::{Command, Drawer};
use crate::jobs::{NodeState, Shown};
use crate::panels::{heading_ui, problems, rule_ui};
use crate::templates::ABOUT;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::button::{Weight, word_button};
use crate::widgets::file::size_text;
use crate::widgets::param::{Field, Place, is_prompt, param_ui};
use crate::widgets::{Draw, checks, icon_at, picture, seed, text};

/// How much of its line a title takes at most; behind it stands what files call the node.
const TITLE_SHARE: f32 = 0.7;

/// Shows the inspector's contents.
pub fn inspector_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    ui.spacing_mut().item_spacing.y = 6.0;
    let graph = state.document.graph();
    let inspected = state
        .inspected()
        .and_then(|key| graph.nodes.get_key_value(key));
    match inspected {
        Some((key, node)) => match Shape::of_node(node, state.document.catalog()) {
            Some(shape) => node_ui(ui, state, (key, node), &shape),
            None => unknown_ui(ui, state, key, node),
        },
        None if state.selection.nodes.len() > 1 => several_ui(ui, state),
        None => document_ui(ui, state),
    }
}

fn title_ui(ui: &mut Ui, theme: &Theme, title: &str, id: &str) {
    let id = RichText::new(id).font(font::mono(size::SMALL));
    let id = Label::new(id.color(theme.secondary)).selectable(true);
    let title = RichText::new(title).font(font::text(size::HEADING));
    let title = Label::new(title.color(theme.text)).selectable(true);
    ui.horizontal(|ui| {
        // A long title must not make the panel wider.
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width() * TITLE_SHARE);
            ui.add(title.truncate());
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(id.truncate());
        });
    });
}

fn doc_ui(ui: &mut Ui, theme: &Theme, words: &str) {
    let words = RichText::new(words).font(font::text(size::NODE_TEXT));
    ui.add(Label::new(words.color(theme.secondary)).selectable(true));
}

fn node_ui(ui: &mut Ui, state: &State, (key, node): (&str, &Node), shape: &Shape) -> Vec<Command> {
    let theme = &state.theme;
    let mut commands = Vec::new();
    let full_key = state.document.full_key(key);
    let own_title = shape.spec.map_or("Group", |spec| spec.title);
    let look = state.document.graph().view.look(key);
    title_ui(ui, theme, look.title.as_deref().unwrap_or(own_title), key);
    match shape.spec {
        Some(spec) => doc_ui(ui, theme, spec.doc),
        None => commands.extend(group_ui(ui, theme, shape)),
    }
    ui.add_space(8.0);
    for param in &shape.params {
        let field = Field {
            key,
            node,
            param: &param.name,
            spec: param.spec,
            place: Place::Inspector,
        };
        commands.extend(param_row_ui(ui, state, shape.spec, &field));
    }
    if let Some(shown) = state.jobs.shown(&full_key).or(state.loaded(&full_key)) {
        ui.add_space(8.0);
        let name = format!("picture of {key}");
        let response = picture_ui(ui, theme, shown, &name);
        commands.extend(GalleryCommand::large(shown).filter(|_| response.clicked()));
    }
    commands.extend(own_problems_ui(ui, state, &full_key));
    why_ui(ui, state, &full_key);
    pins_ui(ui, state, shape);
    commands
}

/// What a group is, and the ways to its content and to what it shows of that.
fn group_ui(ui: &mut Ui, theme: &Theme, shape: &Shape) -> Option<Command> {
    let words = if shape.params.is_empty() {
        "Several nodes as one. It shows no params yet: choose those to set from here."
    } else {
        "Several nodes as one, with the pins and params that were chosen."
    };
    doc_ui(ui, theme, words);
    ui.add_space(4.0);
    let ways = [DrawingCommand::ChooseShown, DrawingCommand::OpenGroup].map(Command::Drawing);
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        for way in ways {
            let button = word_button(ui, theme, way.icon(), way.label(), Weight::Plain);
            let tip = way.tooltip_with_keys(ui.ctx());
            if button.on_hover_text(tip).clicked() {
                chosen = Some(way);
            }
        }
    });
    chosen
}

/// A picture as wide as the panel; `name` is what a screen reader says.
fn picture_ui(ui: &mut Ui, theme: &Theme, shown: &Shown, name: &str) -> Response {
    let width = ui.available_width();
    let [w, h] = shown.size_px.map(|side| side.max(1) as f32);
    let size = vec2(width, (width * h / w).min(width * 1.4));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    if shown.file.is_some() {
        checks::paint(ui.painter(), theme, picture::fitted(rect, shown.size_px));
    }
    picture::paint(ui.painter(), rect, shown.texture.id(), shown.size_px, 4.0);
    response
}

/// A label and its widget side by side; texts and seeds below their label.
fn param_row_ui(
    ui: &mut Ui,
    state: &State,
    kind: Option<&NodeSpec>,
    field: &Field<'_>,
) -> Vec<Command> {
    let theme = &state.theme;
    let draw = Draw { theme, scale: 1.0 };
    let is_driven = field.source().is_some();
    let label = label_of(field.param);
    let stacked = matches!(
        field.spec.kind,
        ParamKind::Text {
            multiline: true,
            ..
        } | ParamKind::Seed { .. }
            | ParamKind::File { .. }
    );
    if !stacked {
        let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
        let split = row.left() + row.width() * 0.36;
        let at = (row.left_center(), Align2::LEFT_CENTER);
        let style = (font::text(size::TEXT), theme.text);
        let shown = draw.label(ui.painter(), at, &label, style, split - row.left() - 8.0);
        ui.interact(shown, field.id().with("label"), Sense::hover())
            .on_hover_text(field.spec.doc);
        let place =
            egui::Rect::from_min_max(egui::pos2(split, row.top() + 1.0), row.max - vec2(0.0, 1.0));
        return param_ui(ui, &draw, place, field, state);
    }
    ui.add_space(4.0);
    heading_ui(ui, theme, &label).on_hover_text(field.spec.doc);
    let width = ui.available_width();
    let is_text = matches!(field.spec.kind, ParamKind::Text { .. }) && !is_driven;
    let text = shape::value(state.document.graph(), field.key, field.param)
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    let height = if is_text {
        ui.fonts_mut(|fonts| text::field_height(fonts, text, width))
            .max(64.0)
    } else {
        30.0
    };
    let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let mut commands = param_ui(ui, &draw, rect, field, state);
    if is_text && kind.is_some_and(|kind| is_prompt(kind, field.spec)) {
        let (line, _) = ui.allocate_exact_size(vec2(width, 18.0), Sense::hover());
        text::tokens_ui(ui, &draw, line, text);
    }
    if matches!(field.spec.kind, ParamKind::Seed { .. }) && !is_driven {
        commands.extend(seed::strip_ui(ui, state, field));
    }
    ui.add_space(4.0);
    commands
}

/// A param's name as a label: `add_noise` is read `Add noise`.
fn label_of(name: &str) -> String {
    if name == "cfg" {
        return "CFG".to_owned();
    }
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn own_problems_ui(ui: &mut Ui, state: &State, key: &str) -> Vec<Command> {
    let own: Vec<_> = state
        .problems()
        .filter(|problem| problem.place.node.as_deref() == Some(key))
        .collect();
    let mut commands = Vec::new();
    if !own.is_empty() {
        rule_ui(ui, &state.theme);
        heading_ui(ui, &state.theme, "Problems");
        for problem in own {
            commands.extend(problems::line_ui(ui, state, problem));
        }
    }
    commands
}

/// How long it took, and what the program held meanwhile.
fn last_run_text(secs: f64, peak_bytes: Option<u64>) -> String {
    let took = format!("It took {}", secs_text(secs));
    match peak_bytes {
        Some(bytes) => format!("{took}; the program held {} at most.", size_text(bytes)),
        None => format!("{took}."),
    }
}

/// The params, wires and files behind the node's running again.
fn why_ui(ui: &mut Ui, state: &State, key: &str) {
    let theme = &state.theme;
    if !state.jobs.has_run() || state.jobs.is_running() {
        return;
    }
    rule_ui(ui, theme);
    if let Some(NodeState::Done { secs }) = state.jobs.node(key) {
        heading_ui(ui, theme, "The last run");
        doc_ui(ui, theme, &last_run_text(*secs, state.jobs.peak_bytes(key)));
        ui.add_space(4.0);
    }
    heading_ui(ui, theme, "Why will this run?");
    let reasons: Vec<_> = state
        .jobs
        .reasons()
        .iter()
        .filter(|reason| reason.node == key)
        .collect();
    if reasons.is_empty() {
        let what = match state.jobs.node(key) {
            Some(NodeState::Reused | NodeState::Done { .. }) => {
                "It will not: nothing has changed, its result is known."
            }
            _ => "It will not: no output needs it anew.",
        };
        doc_ui(ui, theme, what);
    }
    for reason in reasons {
        let (name, words) = match &reason.what {
            What::Param { name, from, to } => (
                (*name).to_owned(),
                format!("{} → {}", short(from), short(to)),
            ),
            What::Input { name, node } => {
                ((*name).to_owned(), format!("{node} gives another value"))
            }
            What::OtherFile { from, to } => (
                "file".to_owned(),
                format!("{} → {}", short(from), short(to)),
            ),
            What::FileChanged => ("file".to_owned(), "its content has changed".to_owned()),
            What::New => (key.to_owned(), "has not run before".to_owned()),
            What::Output => (key.to_owned(), "saves or shows in every run".to_owned()),
            What::NotKept => (key.to_owned(), "its result was not kept".to_owned()),
        };
        let (row, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, reason.to_string()));
        let draw = Draw { theme, scale: 1.0 };
        icon_at(
            ui.painter(),
            row.left_center() + vec2(6.0, 0.0),
            icon::ARROW,
            font::icon(12.0),
            theme.accent,
        );
        let at = (row.left_center() + vec2(20.0, 0.0), Align2::LEFT_CENTER);
        let shown = draw.label(
            ui.painter(),
            at,
            &name,
            (font::mono(size::NODE_TEXT), theme.text),
            row.width() * 0.4,
        );
        let room = row.right() - shown.right() - 12.0;
        let at = (row.right_center(), Align2::RIGHT_CENTER);
        draw.label(
            ui.painter(),
            at,
            &words,
            (font::text(size::SMALL), theme.secondary),
            room,
        );
        response.on_hover_text(reason.to_string());
    }
}

/// A value short enough for half a line.
fn short(value: &str) -> String {
    const MOST: usize = 18;
    if value.chars().count() <= MOST {
        value.to_owned()
    } else {
        value.chars().take(MOST).chain(['…']).collect()
    }
}

fn pins_ui(ui: &mut Ui, state: &State, shape: &Shape) {
    let theme = &state.theme;
    let mut group = |words: &str, pins: &[PinShape]| {
        if pins.is_empty() {
            return;
        }
        rule_ui(ui, theme);
        heading_ui(ui, theme, words);
        for pin in pins {
            let mut job = egui::text::LayoutJob::default();
            let format = |font, color| egui::text::TextFormat::simple(font, color);
            job.append(
                &pin.name,
                0.0,
                format(font::mono(size::NODE_TEXT), theme.wire(pin.ty)),
            );
            job.append(
                pin.ty.name(),
                8.0,
                format(font::text(size::SMALL), theme.secondary),
            );
            if !pin.doc.is_empty() {
                job.append(
                    pin.doc,
                    8.0,
                    format(font::text(size::NODE_TEXT), theme.secondary),
                );
            }
            ui.label(job);
        }
    };
    group("Inputs", &shape.inputs);
    group("Outputs", &shape.outputs);
}

fn unknown_ui(ui: &mut Ui, state: &State, key: &str, node: &Node) -> Vec<Command> {
    let theme = &state.theme;
    title_ui(ui, theme, &node.is, key);
    doc_ui(
        ui,
        theme,
        "This version does not know this kind of node. It is kept as it is and cannot run.",
    );
    ui.add_space(6.0);
    for (name, value) in &node.params {
        let words = RichText::new(format!("{name}  {value}")).font(font::mono(size::SMALL));
        ui.add(Label::new(words.color(theme.secondary)).selectable(true));
    }
    own_problems_ui(ui, state, &state.document.full_key(key))
}

fn several_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    title_ui(
        ui,
        theme,
        &format!("{} nodes", state.selection.nodes.len()),
        "",
    );
    let names: Vec<&str> = state.selection.nodes.iter().map(String::as_str).collect();
    doc_ui(ui, theme, &names.join(", "));
    ui.add_space(8.0);
    let mut commands = Vec::new();
    ui.horizontal_wrapped(|ui| {
        for command in [Command::Duplicate, Command::Delete, Command::FitSelection] {
            if word_button(ui, theme, command.icon(), command.label(), Weight::Plain).clicked() {
                commands.push(command);
            }
        }
    });
    commands
}

fn document_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let theme = &state.theme;
    let graph = state.document.graph();
    title_ui(ui, theme, state.document.name(), "");
    let about = state.document.root().rest.get(ABOUT);
    if let Some(about) = about.and_then(serde_json::Value::as_str) {
        doc_ui(ui, theme, about);
    }
    let nodes = match graph.nodes.len() {
        1 => "1 node".to_owned(),
        n => format!("{n} nodes"),
    };
    let outputs = match state.document.checked().outputs().len() {
        0 => "no output that can run".to_owned(),
        1 => "1 output".to_owned(),
        n => format!("{n} outputs"),
    };
    doc_ui(ui, theme, &format!("{nodes}, {outputs}"));
    rule_ui(ui, theme);
    let mut commands = Vec::new();
    let problems = state.problems().count();
    if problems > 0 {
        let words = if problems == 1 {
            "1 problem".to_owned()
        } else {
            format!("{problems} problems")
        };
        if word_button(ui, theme, Some(icon::PROBLEM), &words, Weight::Plain).clicked() {
            commands.push(Command::ShowDrawer(Drawer::Problems));
        }
        ui.add_space(6.0);
    }
    if !state.jobs.has_run() && problems == 0 && !graph.nodes.is_empty() {
        ui.label(RichText::new("Press Run to make the first picture.").color(theme.text));
        ui.add_space(4.0);
    }
    doc_ui(
        ui,
        theme,
        "Select a node to see its settings here. Double click the canvas or press Tab to add one. Drag from a pin to connect.",
    );
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_read_as_words() {
        assert_eq!(label_of("add_noise"), "Add noise");
        assert_eq!(label_of("cfg"), "CFG");
        assert_eq!(label_of(""), "");
    }
}
