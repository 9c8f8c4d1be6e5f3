//! What is in a node: fields, the picture, the sentence of an error and its way out.

use egui::epaint::StrokeKind;
use egui::{Align2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::{Node, shape};

use super::{Scene, Told, part_id, run_state, seen};
use crate::canvas::gesture::End;
use crate::canvas::layout::parts::WAY_OUT;
use crate::canvas::layout::{NodeLayout, ParamPlace};
use crate::command::gallery::GalleryCommand;
use crate::command::{Command, Drawer, Input};
use crate::fixes;
use crate::jobs::NodeState;
use crate::theme::{icon, size};
use crate::widgets::param::{Field, Place, param_ui};
use crate::widgets::{Well, bar, checks, icon_at, picture, text};

/// A param's widget.
pub(super) fn field_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    (layout, node): (&NodeLayout, &Node),
    place: &ParamPlace,
) -> Vec<Command> {
    let Some(rect) = seen(ui, scene, place.rect) else {
        return Vec::new();
    };
    let field = Field {
        key: &layout.key,
        node,
        param: &place.name,
        spec: place.spec,
        place: Place::Node,
    };
    let commands = param_ui(ui, &scene.draw, rect, &field, scene.state);
    if let Some(tokens) = place.tokens {
        let value = shape::value(scene.state.document.graph(), &layout.key, &place.name);
        let prompt = value.and_then(|value| value.as_str()).unwrap_or_default();
        let line = scene.screen.rect_from_graph(tokens);
        text::tokens_ui(ui, &scene.draw, line, prompt);
    }
    if scene.wire.is_some_and(|wire| {
        let end = Input::new(&layout.key, &place.name);
        wire.target.as_ref() == Some(&End::Input(end, place.spec.kind.ty()))
    }) {
        // The wire that is dragged would end here.
        let corner = scene.draw.corner(size::FIELD_CORNER);
        let stroke = Stroke::new(1.6, scene.draw.theme.accent);
        ui.painter()
            .rect_stroke(rect, corner, stroke, StrokeKind::Middle);
    }
    commands
}

/// The picture, or the place where one will be.
pub(super) fn picture_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    layout: &NodeLayout,
    told: &Told<'_>,
    commands: &mut Vec<Command>,
) {
    let Some(rect) = layout.picture.and_then(|rect| seen(ui, scene, rect)) else {
        return;
    };
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    if let Some(NodeState::Running {
        steps: Some((i, n)),
    }) = told.run.as_deref()
    {
        let track = Rect::from_min_size(
            pos2(rect.left(), rect.bottom() + draw.px(7.0)),
            vec2(rect.width(), draw.px(3.0)),
        );
        let share = *i as f32 / (*n).max(1) as f32;
        bar(ui.painter(), track, share, (theme.fill, theme.accent));
    }
    let Some(shown) = run_state::shown(scene.state, &layout.full_key, layout.is) else {
        picture::empty(ui.painter(), draw, rect, "The picture appears here");
        return;
    };
    let corner = draw.px(3.0);
    let (texture, size_px) = (shown.texture.id(), shown.size_px);
    if shown.file.is_some() {
        checks::paint(ui.painter(), theme, picture::fitted(rect, size_px));
    }
    let place = picture::paint(ui.painter(), rect, texture, size_px, corner);
    let id = part_id(layout, "picture");
    if let Some(large) = GalleryCommand::large(shown) {
        let response = ui.interact(place, id, Sense::click());
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Image, true, format!("{} picture", layout.key))
        });
        if response.on_hover_text("Click to see it large").clicked() {
            commands.push(large);
        }
    } else {
        ui.interact(place, id, Sense::hover()).widget_info(|| {
            WidgetInfo::labeled(Role::Image, true, format!("{} preview", layout.key))
        });
    }
}

/// The sentence of an error and a button with the way out.
pub(super) fn failure_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    layout: &NodeLayout,
    told: &Told<'_>,
    commands: &mut Vec<Command>,
) {
    let Some(rect) = layout.failure.and_then(|rect| seen(ui, scene, rect)) else {
        return;
    };
    let Some(NodeState::Failed(report)) = told.run.as_deref() else {
        return;
    };
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let response = ui.interact(rect, part_id(layout, "failure"), Sense::hover());
    response.widget_info(|| {
        let words = format!("{} failed: {}", layout.key, report.message);
        WidgetInfo::labeled(Role::Label, true, words)
    });
    let corner = draw.corner(size::FIELD_CORNER);
    ui.painter().rect_filled(rect, corner, theme.field);
    let at = rect.left_top() + vec2(draw.px(12.0), draw.px(14.0));
    icon_at(
        ui.painter(),
        at,
        icon::PROBLEM,
        draw.icon(14.0),
        theme.error,
    );
    let galley = ui.painter().layout(
        report.message.clone(),
        draw.text(size::SMALL),
        theme.text,
        rect.width() - draw.px(28.0),
    );
    let text = rect.min + vec2(draw.px(24.0), draw.px(7.0));
    ui.painter().galley(text, galley, theme.text);
    if let Some(help) = &report.help {
        response.on_hover_text(help);
    }
    let button = Rect::from_min_max(
        pos2(text.x, rect.bottom() - draw.px(WAY_OUT)),
        rect.max - vec2(draw.px(8.0), draw.px(5.0)),
    );
    commands.extend(way_out_ui(ui, scene, layout, (button, report)));
}

/// What can be done about it for certain, else where to read on.
fn way_out_ui(
    ui: &Ui,
    scene: &Scene<'_>,
    layout: &NodeLayout,
    (rect, report): (Rect, &Diagnostic),
) -> Option<Command> {
    let fixes = fixes::of(ui.ctx(), scene.state, report);
    let (words, command) = fixes.into_iter().next().unwrap_or_else(|| {
        let problems = Command::ShowDrawer(Drawer::Problems);
        ("Show problems".to_owned(), problems)
    });
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let response = ui.interact(rect, part_id(layout, "way out"), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("{}: {words}", layout.key))
    });
    draw.well(ui.painter(), rect, Well::of(&response));
    let style = (draw.text(size::SMALL), theme.accent_text);
    let at = (rect.center(), Align2::CENTER_CENTER);
    draw.label(ui.painter(), at, &words, style, rect.width() - draw.px(8.0));
    response.clicked().then_some(command)
}
