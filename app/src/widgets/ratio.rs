//! The button beside a width: ratios at the size that the model was trained for, and the two sides
//! exchanged. Both params change in one step.

use egui::{Popup, Rect, Role, Sense, Ui, WidgetInfo, vec2};
use pyrograph_engine::graph::value;
use pyrograph_engine::node::{ParamKind, ParamSpec, Value};
use serde_json::Value as Json;

use crate::app::State;
use crate::command::setup::SetupCommand;
use crate::command::{Command, Input};
use crate::theme::{font, icon, size};
use crate::widgets::param::{Field, Place};
use crate::widgets::{Draw, Well, icon_at, lit_line};

/// The two params that are a picture's sides.
pub(crate) const SIDES: [&str; 2] = ["width", "height"];
/// The ratios offered.
const RATIOS: [(u32, u32); 9] = [
    (1, 1),
    (5, 4),
    (4, 3),
    (3, 2),
    (16, 9),
    (9, 16),
    (2, 3),
    (3, 4),
    (4, 5),
];
/// Models trained at this size and more are used to sides in steps of 64 pixels.
const LARGE: u32 = 512;

/// A node's two sides.
pub(super) struct Sides {
    specs: [&'static ParamSpec; 2],
    now: [i64; 2],
}

impl Sides {
    /// The sides of the node whose width a field shows; `None` for other fields, and where a wire
    /// gives one of the sides.
    pub(super) fn of(state: &State, field: &Field<'_>) -> Option<Self> {
        if field.param != SIDES[0] {
            return None;
        }
        let kind = state.document.catalog().get(&field.node.is)?;
        let [width, height] = SIDES.map(|name| kind.param(name));
        let specs = [width?, height?];
        let is_driven = SIDES.iter().any(|name| field.node.source(name).is_some());
        let now = specs.map(|spec| {
            let set = field.node.params.get(spec.name);
            let set = set.and_then(|json| value::read(&spec.kind, json).ok());
            match set.unwrap_or_else(|| spec.kind.default()) {
                Value::Int(pixels) => Some(pixels),
                Value::Float(_)
                | Value::Seed(_)
                | Value::Text(_)
                | Value::Flag(_)
                | Value::Color(_) => None,
            }
        });
        let now = [now[0]?, now[1]?];
        (!is_driven).then_some(Self { specs, now })
    }

    /// What gives the sides these lengths.
    fn set(&self, key: &str, pixels: [i64; 2]) -> Command {
        let side = |i: usize| -> (Input, Option<Json>) {
            let spec = self.specs[i];
            let value = Value::Int(clamp(&spec.kind, pixels[i]));
            // A default is left out of files.
            let json = (value != spec.kind.default()).then(|| value::json(&value));
            (Input::new(key, spec.name), json)
        };
        Command::Setup(SetupCommand::Resize {
            sides: [side(0), side(1)],
        })
    }
}

/// Shows the button; its list opens below it.
pub(super) fn ratio_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    (state, sides): (&State, &Sides),
) -> Option<Command> {
    let theme = draw.theme;
    let id = egui::Id::unique(("ratio", field.place, field.key));
    let response = ui.interact(rect, id, Sense::click());
    let name = match field.place {
        Place::Node => format!("{} ratio", field.key),
        Place::Inspector => format!("ratio of {}", field.key),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    draw.well(ui.painter(), rect, Well::of(&response));
    icon_at(
        ui.painter(),
        rect.center(),
        icon::RATIO,
        draw.icon(13.0),
        theme.secondary,
    );
    let mut chosen = None;
    Popup::menu(&response)
        .width(180.0)
        .accessible_name(&name)
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let (area, step) = scale(state, sides.now);
            for (a, b) in RATIOS {
                let pixels = size_of((a, b), area, step);
                if line_ui(ui, draw, &format!("{a}:{b}"), pixels, sides.now == pixels) {
                    chosen = Some(pixels);
                }
            }
            ui.separator();
            let [width, height] = sides.now;
            if line_ui(ui, draw, "Exchange", [height, width], false) {
                chosen = Some([height, width]);
            }
            if chosen.is_some() {
                ui.close();
            }
        });
    response.on_hover_text("Width and height by their ratio");
    chosen.map(|pixels| sides.set(field.key, pixels))
}

fn line_ui(ui: &mut Ui, draw: &Draw<'_>, name: &str, pixels: [i64; 2], is_now: bool) -> bool {
    let theme = draw.theme;
    let (rect, response) = lit_line(ui, theme, 25.0);
    let words = format!("{} × {}", pixels[0], pixels[1]);
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::MenuItemRadio,
            true,
            is_now,
            format!("{name}, {words}"),
        )
    });
    let color = if is_now {
        theme.accent_text
    } else {
        theme.text
    };
    let text = |at, align, words: &str, style| {
        ui.painter()
            .text(at, align, words, font::text(style), color)
    };
    let left = rect.left_center() + vec2(10.0, 0.0);
    text(left, egui::Align2::LEFT_CENTER, name, size::TEXT);
    let right = rect.right_center() - vec2(10.0, 0.0);
    text(right, egui::Align2::RIGHT_CENTER, &words, size::NODE_TEXT);
    response.clicked()
}

/// How many pixels the picture shall have, and the step of its sides: as the model was trained,
/// else as it is now.
fn scale(state: &State, now: [i64; 2]) -> (f64, i64) {
    match state.native_size() {
        Some([width, height]) => {
            let step = if width.min(height) < LARGE { 8 } else { 64 };
            (f64::from(width) * f64::from(height), step)
        }
        None => (now[0] as f64 * now[1] as f64, 8),
    }
}

/// The sides of a ratio with so many pixels, in whole steps.
fn size_of((a, b): (u32, u32), area: f64, step: i64) -> [i64; 2] {
    let ratio = f64::from(a) / f64::from(b);
    let whole = |side: f64| ((side / step as f64).round() as i64).max(1) * step;
    [whole((area * ratio).sqrt()), whole((area / ratio).sqrt())]
}

fn clamp(kind: &ParamKind, pixels: i64) -> i64 {
    match kind {
        ParamKind::Int { hard, .. } => pixels.clamp(hard.0, hard.1.max(hard.0)),
        ParamKind::Float { .. }
        | ParamKind::Seed { .. }
        | ParamKind::Text { .. }
        | ParamKind::Choice { .. }
        | ParamKind::Flag { .. }
        | ParamKind::Color { .. }
        | ParamKind::File { .. } => pixels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_keep_the_area_in_whole_steps() {
        let native = 512.0 * 512.0;
        assert_eq!(size_of((1, 1), native, 64), [512, 512]);
        assert_eq!(size_of((3, 2), native, 64), [640, 448]);
        assert_eq!(size_of((16, 9), native, 64), [704, 384]);
        assert_eq!(size_of((9, 16), native, 64), [384, 704]);
        assert_eq!(size_of((4, 3), 128.0 * 128.0, 8), [144, 112]);
        assert_eq!(size_of((16, 9), 1.0, 8), [8, 8]);
        for (a, b) in RATIOS {
            let [width, height] = size_of((a, b), 1024.0 * 1024.0, 64);
            let area = (width * height) as f64 / (1024.0 * 1024.0);
            assert!((0.9..1.1).contains(&area), "{a}:{b} {area}");
        }
    }
}
