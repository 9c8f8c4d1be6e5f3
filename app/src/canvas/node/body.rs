//! A node's box, its header, and what the header tells.

use egui::epaint::StrokeKind;
use egui::{Align2, Color32, CornerRadius, Painter, Pos2, Rect, Stroke, pos2, vec2};
use pyrograph_engine::graph::Mode;

use super::words::{done_text, secs_text, steps_text};
use super::{Scene, Told, run_state};
use crate::canvas::layout::{Is, NodeLayout};
use crate::jobs::NodeState;
use crate::theme::{Theme, icon, size};
use crate::widgets::{icon_at, ring};

pub(super) fn paint(painter: &Painter, scene: &Scene<'_>, layout: &NodeLayout, told: &Told<'_>) {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let rect = scene.screen.rect_from_graph(layout.rect);
    let corner = draw.corner(size::NODE_CORNER);
    if layout.mode == Mode::Active {
        painter.add(theme.node_shadow(draw.scale).as_shape(rect, corner));
    }
    painter.rect_filled(rect, corner, ground(theme, layout));
    let header = scene.screen.rect_from_graph(layout.header());
    let header_corner = if layout.is_collapsed {
        corner
    } else {
        CornerRadius {
            sw: 0,
            se: 0,
            ..corner
        }
    };
    painter.rect_filled(header, header_corner, header_color(theme, layout));
    painter.rect_stroke(rect, corner, border(scene, told), StrokeKind::Middle);
    if told.has_error && told.is_selected {
        // The border says that something is wrong; a second one, that this is selected.
        let around = rect.expand(draw.px(3.0));
        painter.rect_stroke(
            around,
            draw.corner(size::NODE_CORNER + 3.0),
            Stroke::new(1.4, theme.accent),
            StrokeKind::Middle,
        );
    }
    if layout.is == Is::Group {
        // A second edge below: there is more inside.
        let below = [rect.left_bottom(), rect.right_bottom()]
            .map(|corner| corner + vec2(0.0, draw.px(4.0)));
        let inset = vec2(draw.px(size::NODE_CORNER), 0.0);
        let stroke = Stroke::new(draw.px(1.4).max(1.0), theme.line);
        painter.line_segment([below[0] + inset, below[1] - inset], stroke);
    }
    header_ui(painter, scene, layout, (header, told));
}

/// The box's colour: a bypassed node has a breath of the accent.
fn ground(theme: &Theme, layout: &NodeLayout) -> Color32 {
    match layout.mode {
        Mode::Active | Mode::Muted => theme.node,
        Mode::Bypassed => theme.node.lerp_to_gamma(theme.accent, 0.16),
    }
}

pub(super) fn header_color(theme: &Theme, layout: &NodeLayout) -> Color32 {
    layout.tint.map_or(theme.header, |tint| theme.tint(tint))
}

/// The border that says what is wrong, selected or at work.
pub(super) fn border(scene: &Scene<'_>, told: &Told<'_>) -> Stroke {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    if told.has_error {
        Stroke::new(draw.px(1.6).max(1.2), theme.error)
    } else if told.is_selected || told.is_busy || told.is_offered {
        Stroke::new(draw.px(1.8).max(1.4), theme.accent)
    } else {
        Stroke::new(1.0, theme.line)
    }
}

/// Stripe, title and key from the left; state and marks from the right.
fn header_ui(
    painter: &Painter,
    scene: &Scene<'_>,
    layout: &NodeLayout,
    (header, told): (Rect, &Told<'_>),
) {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let stripe = layout.main_type().map_or(theme.faint, |ty| theme.wire(ty));
    let left = header.left() + draw.px(size::NODE_PAD);
    let stripe_rect = Rect::from_min_size(
        pos2(left, header.center().y - draw.px(7.0)),
        vec2(draw.px(3.0), draw.px(14.0)),
    );
    painter.rect_filled(stripe_rect, draw.px(1.5), stripe);
    let right = pos2(header.right() - draw.px(size::NODE_PAD), header.center().y);
    let title_font = draw.strong(size::TEXT - 0.5);
    let title = painter.layout_no_wrap(layout.title.clone(), title_font.clone(), theme.text);
    let room = header.width() - title.size().x - draw.px(2.0 * size::NODE_PAD + 30.0);
    let mut state_left = paint_state(painter, scene, layout, (right, room, told));
    let marks = [
        (layout.is_pinned, icon::PIN),
        (layout.is == Is::Group, icon::GROUP),
    ];
    for (_, mark) in marks.into_iter().filter(|(is_so, _)| *is_so) {
        let center = pos2(state_left - draw.px(9.0), header.center().y);
        icon_at(painter, center, mark, draw.icon(13.0), theme.secondary);
        state_left = center.x - draw.px(7.0);
    }
    let at = pos2(left + draw.px(10.0), header.center().y);
    let color = if layout.is == Is::Unknown {
        theme.secondary
    } else {
        theme.text
    };
    let shown = draw.label(
        painter,
        (at, Align2::LEFT_CENTER),
        &layout.title,
        (title_font, color),
        state_left - at.x - draw.px(8.0),
    );
    // The key tells nodes of one kind apart, and is what the command line calls the node.
    if layout.shows_key {
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

/// What the last run came to, at the header's right end; `room` is what the title leaves. Returns
/// its left border.
fn paint_state(
    painter: &Painter,
    scene: &Scene<'_>,
    layout: &NodeLayout,
    (right, room, told): (Pos2, f32, &Told<'_>),
) -> f32 {
    let (theme, draw) = (scene.draw.theme, &scene.draw);
    let words = |words: &str, color| {
        let at = (right, Align2::RIGHT_CENTER);
        let style = (draw.text(size::SMALL), color);
        let most = draw.px(layout.rect.width() * 0.5);
        draw.label(painter, at, words, style, most).left()
    };
    let turning = |share: f32| {
        let center = right - vec2(draw.px(6.0), 0.0);
        let colors = (theme.fill, theme.accent);
        ring(painter, center, draw.px(6.0), share, colors);
        center.x - draw.px(8.0)
    };
    let problem = || {
        let center = right - vec2(draw.px(6.0), 0.0);
        icon_at(painter, center, icon::PROBLEM, draw.icon(15.0), theme.error);
        right.x - draw.px(16.0)
    };
    match layout.mode {
        Mode::Active => {}
        Mode::Muted => return words("muted", theme.text),
        Mode::Bypassed => return words("bypassed", theme.text),
    }
    match told.run.as_deref() {
        None if told.has_error => problem(),
        None if layout.is == Is::Unknown => words("unknown node", theme.caution),
        None => right.x,
        Some(NodeState::Queued) => words("queued", theme.secondary),
        Some(NodeState::Running {
            steps: Some((i, n)),
        }) => {
            let left = turning(*i as f32 / (*n).max(1) as f32);
            let at = (pos2(left, right.y), Align2::RIGHT_CENTER);
            let style = (draw.text(size::SMALL), theme.secondary);
            let steps = steps_text(*i, *n);
            draw.label(painter, at, &steps, style, draw.px(80.0)).left()
        }
        Some(NodeState::Running { steps: None }) => turning(0.12),
        Some(NodeState::Loading { done, total }) => turning(*done as f32 / (*total).max(1) as f32),
        Some(NodeState::Reused) => words("reused", theme.secondary),
        Some(NodeState::Done { secs }) => {
            let peak = run_state::peak_bytes(&scene.state.jobs, &layout.full_key, layout.is);
            let long = done_text(*secs, peak);
            let font = draw.text(size::SMALL);
            let needed = painter.layout_no_wrap(long.clone(), font, theme.secondary);
            // The title counts for more than how much memory it took.
            let shown = if needed.size().x <= room {
                long
            } else {
                secs_text(*secs)
            };
            words(&shown, theme.secondary)
        }
        Some(NodeState::Failed(_)) => problem(),
    }
}
