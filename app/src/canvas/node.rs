//! A node as it is drawn: header, pins, fields, picture, state. It returns what the pointer did
//! to it, and the commands of its widgets.

use egui::epaint::StrokeKind;
use egui::{
    Align2, CornerRadius, Id, Painter, PointerButton, Rect, Role, Sense, Stroke, Ui, WidgetInfo,
    pos2, vec2,
};
use pyrograph_engine::graph::Node;
use pyrograph_engine::node::Type;

use crate::app::State;
use crate::canvas::gesture::{End, WireDrag};
use crate::canvas::layout::{NodeLayout, ParamPlace, Pin};
use crate::canvas::view::{DETAIL_FROM, Screen};
use crate::canvas::wire::{PinLook, paint_pin};
use crate::command::{Command, Input};
use crate::jobs::NodeState;
use crate::theme::{Theme, icon, size};
use crate::widgets::param::{Field, Place, param_ui};
use crate::widgets::{Draw, bar, icon_at, picture, ring, text};

/// What the canvas knows when it draws a node.
pub struct Scene<'a> {
    /// The window's state.
    pub state: &'a State,
    /// Where things are seen.
    pub screen: Screen,
    /// Colours and scale.
    pub draw: Draw<'a>,
    /// The wire that is dragged, if one is.
    pub wire: Option<&'a WireDrag>,
    /// Whether the pointer pans, and does nothing else.
    pub is_panning: bool,
}

/// What the pointer did to a node.
#[derive(Default)]
pub struct Touched {
    /// What its widgets want.
    pub commands: Vec<Command>,
    /// Its body began to be dragged.
    pub dragged: bool,
    /// A pin from which a wire began to be dragged.
    pub pin: Option<End>,
    /// The pin under the pointer.
    pub hovered: Option<End>,
}

/// Shows a node.
pub fn node_ui(ui: &mut Ui, scene: &Scene<'_>, layout: &NodeLayout, node: &Node) -> Touched {
    let mut touched = Touched::default();
    let rect = scene.screen.rect_from_graph(layout.rect);
    let is_selected = scene.state.selection.nodes.contains(&layout.key);
    let id = Id::unique(("node", &layout.key));
    let response = ui.interact(rect, id, Sense::click_and_drag());
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::Group,
            true,
            is_selected,
            format!("{} node", layout.key),
        )
    });
    touched.dragged = response.drag_started_by(PointerButton::Primary) && !scene.is_panning;

    paint_body(ui.painter(), scene, layout, node, is_selected);
    if scene.screen.view.zoom >= DETAIL_FROM {
        for place in &layout.params {
            touched
                .commands
                .extend(field_ui(ui, scene, layout, node, place));
        }
        failure_ui(ui, scene, layout, &mut touched.commands);
    }
    picture_ui(ui, scene, layout, &mut touched.commands);
    pins_ui(ui, scene, layout, &mut touched);

    if let Some(spec) = layout.spec {
        let header = scene.screen.rect_from_graph(layout.header());
        if response.hovered() && ui.rect_contains_pointer(header) && scene.wire.is_none() {
            response.on_hover_text(spec.doc);
        }
    }
    touched
}

fn paint_body(
    painter: &Painter,
    scene: &Scene<'_>,
    layout: &NodeLayout,
    node: &Node,
    is_selected: bool,
) {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let rect = scene.screen.rect_from_graph(layout.rect);
    let corner = draw.corner(size::NODE_CORNER);
    let state = scene.state.jobs.node(&layout.key);
    let is_busy = state.is_some_and(NodeState::is_busy);
    let has_error =
        matches!(state, Some(NodeState::Failed(_))) || scene.state.has_error(&layout.key);
    let border = if has_error {
        Stroke::new(draw.px(1.6).max(1.2), theme.error)
    } else if is_selected || is_busy {
        Stroke::new(draw.px(1.8).max(1.4), theme.accent)
    } else {
        Stroke::new(1.0, theme.line)
    };
    painter.add(theme.node_shadow(draw.scale).as_shape(rect, corner));
    painter.rect_filled(rect, corner, theme.node);
    let header = scene.screen.rect_from_graph(layout.header());
    painter.rect_filled(
        header,
        CornerRadius {
            sw: 0,
            se: 0,
            ..corner
        },
        theme.header,
    );
    painter.rect_stroke(rect, corner, border, StrokeKind::Middle);
    if has_error && is_selected {
        // The border says that something is wrong; a second one, that this is selected.
        let around = rect.expand(draw.px(3.0));
        painter.rect_stroke(
            around,
            draw.corner(size::NODE_CORNER + 3.0),
            Stroke::new(1.4, theme.accent),
            StrokeKind::Middle,
        );
    }

    let stripe = layout.main_type().map_or(theme.faint, |ty| theme.wire(ty));
    let left = header.left() + draw.px(size::NODE_PAD);
    let stripe_rect = Rect::from_min_size(
        pos2(left, header.center().y - draw.px(7.0)),
        vec2(draw.px(3.0), draw.px(14.0)),
    );
    painter.rect_filled(stripe_rect, draw.px(1.5), stripe);
    let state_left = paint_state(painter, scene, layout, header);
    if draw.scale < 0.2 {
        return;
    }
    let title = layout.spec.map_or(node.is.as_str(), |spec| spec.title);
    let at = pos2(left + draw.px(10.0), header.center().y);
    let color = if layout.spec.is_some() {
        theme.text
    } else {
        theme.secondary
    };
    let style = (draw.strong(size::TEXT - 0.5), color);
    let shown = draw.label(
        painter,
        (at, Align2::LEFT_CENTER),
        title,
        style,
        state_left - at.x - draw.px(8.0),
    );
    // The key tells nodes of one kind apart, and is what the command line calls the node.
    if key_of_title(title) != layout.key {
        let at = pos2(
            shown.right() + draw.px(8.0),
            header.center().y + draw.px(0.5),
        );
        let key = painter.layout_no_wrap(
            layout.key.clone(),
            draw.mono(size::SMALL - 1.0),
            theme.secondary,
        );
        if at.x + key.size().x < state_left - draw.px(6.0) {
            let rect = Align2::LEFT_CENTER.anchor_size(at, key.size());
            painter.galley(rect.min, key, theme.secondary);
        }
    }
}

/// The key that a node with that title has anyway.
fn key_of_title(title: &str) -> String {
    title.to_lowercase().replace(' ', "_")
}

/// What the last run came to, at the header's right end. Returns its left border.
fn paint_state(painter: &Painter, scene: &Scene<'_>, layout: &NodeLayout, header: Rect) -> f32 {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let right = pos2(header.right() - draw.px(size::NODE_PAD), header.center().y);
    let words = |words: String, color| {
        draw.label(
            painter,
            (right, Align2::RIGHT_CENTER),
            &words,
            (draw.text(size::SMALL), color),
            header.width() * 0.4,
        )
        .left()
    };
    let turning = |share: f32| {
        let center = right - vec2(draw.px(6.0), 0.0);
        ring(
            painter,
            center,
            draw.px(6.0),
            share,
            (theme.fill, theme.accent),
        );
        center.x - draw.px(8.0)
    };
    match scene.state.jobs.node(&layout.key) {
        None => {
            if scene.state.has_error(&layout.key) {
                icon_at(
                    painter,
                    right - vec2(draw.px(6.0), 0.0),
                    icon::PROBLEM,
                    draw.icon(15.0),
                    theme.error,
                );
                return right.x - draw.px(16.0);
            }
            if layout.spec.is_none() {
                words("unknown node".to_owned(), theme.caution)
            } else {
                right.x
            }
        }
        Some(NodeState::Running {
            steps: Some((i, n)),
        }) => turning(*i as f32 / (*n).max(1) as f32),
        Some(NodeState::Running { steps: None }) => turning(0.12),
        Some(NodeState::Loading { done, total }) => turning(*done as f32 / (*total).max(1) as f32),
        Some(NodeState::Reused) => words("reused".to_owned(), theme.secondary),
        Some(NodeState::Done { secs }) => words(secs_text(*secs), theme.secondary),
        Some(NodeState::Failed(_)) => {
            icon_at(
                painter,
                right - vec2(draw.px(6.0), 0.0),
                icon::PROBLEM,
                draw.icon(15.0),
                theme.error,
            );
            right.x - draw.px(16.0)
        }
    }
}

/// Seconds as people say them.
pub fn secs_text(secs: f64) -> String {
    match secs {
        s if s < 0.095 => "0.1 s".to_owned(),
        s if s < 9.95 => format!("{s:.1} s"),
        s if s < 90.0 => format!("{s:.0} s"),
        s => format!("{:.0} min", s / 60.0),
    }
}

fn field_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    layout: &NodeLayout,
    node: &Node,
    place: &ParamPlace,
) -> Vec<Command> {
    let rect = scene.screen.rect_from_graph(place.rect);
    if !ui.is_rect_visible(rect) {
        return Vec::new();
    }
    let field = Field {
        key: &layout.key,
        node,
        spec: place.spec,
        place: Place::Node,
    };
    let commands = param_ui(ui, &scene.draw, rect, &field, scene.state);
    if let Some(tokens) = place.tokens {
        let prompt = node
            .params
            .get(place.spec.name)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default();
        text::tokens_ui(
            ui,
            &scene.draw,
            scene.screen.rect_from_graph(tokens),
            prompt,
        );
    }
    // A wire may end here: the field says so while one is dragged.
    let end = Input::new(&layout.key, place.spec.name);
    if scene
        .wire
        .is_some_and(|wire| wire.target.as_ref() == Some(&End::Input(end, place.spec.kind.ty())))
    {
        let stroke = Stroke::new(1.6, scene.draw.theme.accent);
        ui.painter().rect_stroke(
            rect,
            scene.draw.corner(size::FIELD_CORNER),
            stroke,
            StrokeKind::Middle,
        );
    }
    commands
}

fn picture_ui(ui: &mut Ui, scene: &Scene<'_>, layout: &NodeLayout, commands: &mut Vec<Command>) {
    let Some(rect) = layout
        .picture
        .map(|rect| scene.screen.rect_from_graph(rect))
    else {
        return;
    };
    if !ui.is_rect_visible(rect) {
        return;
    }
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let Some(shown) = scene.state.jobs.shown(&layout.key) else {
        picture::empty(ui.painter(), draw, rect, "The picture appears here");
        return;
    };
    let place = picture::paint(
        ui.painter(),
        rect,
        shown.texture.id(),
        shown.size_px,
        draw.px(3.0),
    );
    let id = Id::unique(("picture", &layout.key));
    if let Some(number) = shown.picture {
        let response = ui.interact(place, id, Sense::click());
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Image, true, format!("{} picture", layout.key))
        });
        if response.on_hover_text("Click to see it large").clicked() {
            commands.push(Command::View(Some(number)));
        }
    } else {
        ui.interact(place, id, Sense::hover()).widget_info(|| {
            WidgetInfo::labeled(Role::Image, true, format!("{} preview", layout.key))
        });
    }
    if let Some(NodeState::Running {
        steps: Some((i, n)),
    }) = scene.state.jobs.node(&layout.key)
    {
        let track = Rect::from_min_size(
            pos2(rect.left(), rect.bottom() + draw.px(7.0)),
            vec2(rect.width(), draw.px(3.0)),
        );
        bar(
            ui.painter(),
            track,
            *i as f32 / (*n).max(1) as f32,
            (theme.fill, theme.accent),
        );
    }
}

fn failure_ui(ui: &mut Ui, scene: &Scene<'_>, layout: &NodeLayout, commands: &mut Vec<Command>) {
    let Some(rect) = layout
        .failure
        .map(|rect| scene.screen.rect_from_graph(rect))
    else {
        return;
    };
    let Some(NodeState::Failed(report)) = scene.state.jobs.node(&layout.key) else {
        return;
    };
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let response = ui.interact(rect, Id::unique(("failure", &layout.key)), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Button,
            true,
            format!("{} failed: {}", layout.key, report.message),
        )
    });
    ui.painter()
        .rect_filled(rect, draw.corner(size::FIELD_CORNER), theme.field);
    let at = pos2(rect.left() + draw.px(12.0), rect.top() + draw.px(14.0));
    icon_at(
        ui.painter(),
        at,
        icon::PROBLEM,
        draw.icon(14.0),
        theme.error,
    );
    let width = rect.width() - draw.px(28.0);
    let galley = ui.painter().layout(
        report.message.clone(),
        draw.text(size::SMALL),
        theme.text,
        width,
    );
    ui.painter().galley(
        rect.min + vec2(draw.px(24.0), draw.px(7.0)),
        galley,
        theme.text,
    );
    let help = report
        .help
        .as_deref()
        .unwrap_or("Click to see it among the problems");
    if response.on_hover_text(help).clicked() {
        commands.push(Command::ToggleDrawer(crate::command::Drawer::Problems));
    }
}

fn pins_ui(ui: &mut Ui, scene: &Scene<'_>, layout: &NodeLayout, touched: &mut Touched) {
    for pin in &layout.inputs {
        let input = Input::new(&layout.key, &pin.name);
        let fits = scene
            .wire
            .is_none_or(|wire| wire.fits_input(scene.state, &input, pin.ty));
        // A param's pin is there when it is wired, or when the wire that is dragged could end on it.
        if pin.is_param && !pin.wired && (scene.wire.is_none() || !fits) {
            continue;
        }
        if let Some(ty) = pin.ty {
            pin_ui(ui, scene, (pin, "in", fits), End::Input(input, ty), touched);
        } else {
            unknown_pin(ui.painter(), scene, pin, Align2::LEFT_CENTER);
        }
    }
    for pin in &layout.outputs {
        let source = pyrograph_engine::graph::Source {
            node: layout.key.clone(),
            pin: pin.name.clone(),
        };
        let fits = scene
            .wire
            .is_none_or(|wire| wire.fits_output(scene.state, &source, pin.ty));
        if let Some(ty) = pin.ty {
            pin_ui(
                ui,
                scene,
                (pin, "out", fits),
                End::Output(source, ty),
                touched,
            );
        } else {
            unknown_pin(ui.painter(), scene, pin, Align2::RIGHT_CENTER);
        }
    }
}

/// A pin of a node that nobody knows: it is there, and nothing can be done with it.
fn unknown_pin(painter: &Painter, scene: &Scene<'_>, pin: &Pin, align: Align2) {
    paint_label(painter, scene, pin, align, 1.0);
    let look = PinLook {
        ty: None,
        wired: true,
        required: false,
        lit: false,
        strength: 1.0,
    };
    paint_pin(painter, &scene.draw, scene.screen.from_graph(pin.pos), look);
}

/// `pin` is the pin, the word for its side, and whether it fits the wire that is dragged.
fn pin_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    pin: (&Pin, &str, bool),
    end: End,
    touched: &mut Touched,
) {
    let (pin, side, fits) = pin;
    let center = scene.screen.from_graph(pin.pos);
    if !ui.clip_rect().expand(scene.draw.px(20.0)).contains(center) {
        return;
    }
    let key = end.node().to_owned();
    let reach = Rect::from_center_size(
        center,
        egui::Vec2::splat(scene.draw.px(size::PIN_REACH * 1.7)),
    );
    let response = ui.interact(
        reach,
        Id::unique(("pin", &key, side, &pin.name)),
        Sense::click_and_drag(),
    );
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("{key} {side} {}", pin.name))
    });
    let is_target = scene
        .wire
        .is_some_and(|wire| wire.target.as_ref() == Some(&end));
    let strength = if fits { 1.0 } else { 0.25 };
    let align = if side == "in" {
        Align2::LEFT_CENTER
    } else {
        Align2::RIGHT_CENTER
    };
    if !pin.is_param {
        paint_label(ui.painter(), scene, pin, align, strength);
    }
    let look = PinLook {
        ty: pin.ty,
        wired: pin.wired,
        required: pin.required,
        lit: is_target || (response.hovered() && fits),
        strength,
    };
    paint_pin(ui.painter(), &scene.draw, center, look);
    if response.contains_pointer()
        || reach.contains(ui.ctx().pointer_latest_pos().unwrap_or_default())
    {
        touched.hovered = Some(end.clone());
    }
    if response.drag_started_by(PointerButton::Primary) && !scene.is_panning {
        touched.pin = Some(end);
    }
    if scene.wire.is_none() {
        let (name, required) = (
            pin.ty.map_or("", Type::name),
            if pin.required { ", required" } else { "" },
        );
        response.on_hover_text(format!("{} ({name}{required})\n{}", pin.name, pin.doc).trim_end());
    }
}

fn paint_label(painter: &Painter, scene: &Scene<'_>, pin: &Pin, align: Align2, strength: f32) {
    let draw = &scene.draw;
    if scene.screen.view.zoom < DETAIL_FROM {
        return;
    }
    let away = draw.px(14.0)
        * if align == Align2::LEFT_CENTER {
            1.0
        } else {
            -1.0
        };
    let at = scene.screen.from_graph(pin.pos) + vec2(away, 0.0);
    let color = Theme::fade(draw.theme.secondary, strength.max(0.4));
    draw.label(
        painter,
        (at, align),
        &pin.name,
        (draw.text(size::NODE_TEXT), color),
        draw.px(130.0),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_read_as_people_say_them() {
        let shown = [0.0, 2.14, 12.3, 150.0].map(secs_text);
        assert_eq!(shown, ["0.1 s", "2.1 s", "12 s", "2 min"]);
    }
}
