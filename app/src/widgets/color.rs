//! A colour: its text and a patch of it; a click opens shades, hues, and the colour as text and
//! numbers.

use egui::ecolor::{hsv_from_rgb, rgb_from_hsv};
use egui::epaint::{Mesh, StrokeKind};
use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{
    Align2, Id, Popup, PopupCloseBehavior, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2,
    WidgetInfo, lerp, pos2, remap_clamp, vec2,
};
use pyrograph_engine::node::{Rgb, Value};

use crate::command::Command;
use crate::theme::{self, size};
use crate::widgets::number::{Number, Range, number_ui};
use crate::widgets::param::{Field, drag_ends};
use crate::widgets::text::{Text, text_ui};
use crate::widgets::{Draw, Well, ends};

const WIDTH: f32 = 224.0;
const SHADES: f32 = 140.0;
const HUES: f32 = 16.0;
const GAP: f32 = 6.0;
/// Between so many colours along a side the screen blends: four for each of the six pure hues.
const STEPS: u32 = 24;

/// Hue, saturation and brightness, 0 to 1, of a colour as screens show it: paint programs' HSV.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Hsv {
    hue: f32,
    saturation: f32,
    brightness: f32,
}

impl Hsv {
    fn of(color: Rgb) -> Self {
        let (hue, saturation, brightness) = hsv_from_rgb(color.values());
        Self {
            hue,
            saturation,
            brightness,
        }
    }

    /// The pure colour of a hue.
    fn pure(hue: f32) -> Self {
        Self {
            hue,
            saturation: 1.0,
            brightness: 1.0,
        }
    }

    fn rgb(self) -> Rgb {
        let rgb = rgb_from_hsv((self.hue, self.saturation, self.brightness));
        Rgb(rgb.map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8))
    }
}

/// An open list of colours.
#[derive(Clone, Debug)]
struct Open {
    /// What is chosen: grey and black keep the hue and saturation from which one came to them.
    hsv: Hsv,
    /// What is typed, while it is no colour yet.
    typed: Option<String>,
}

/// Shows the field.
pub(super) fn color_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    color: Rgb,
) -> Vec<Command> {
    let response = ui.interact(rect, field.id(), Sense::click());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(color.to_string()),
        ..WidgetInfo::labeled(Role::ColorWell, ui.is_enabled(), field.name())
    });
    paint(ui, draw, (rect, &response), field.label(), color);

    let open_id = field.id().with("open");
    let before = ui.data(|data| data.get_temp::<Open>(open_id));
    let shown = Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .width(WIDTH)
        .accessible_name(field.name())
        .show(|ui| {
            let is_new = before.is_none();
            let kept = before.clone().filter(|open| open.hsv.rgb() == color);
            let mut open = kept.unwrap_or_else(|| Open {
                hsv: Hsv::of(color),
                typed: None,
            });
            let commands = open.ui(ui, draw, field, is_new);
            ui.data_mut(|data| data.insert_temp(open_id, open));
            commands
        });
    let commands = match shown {
        Some(shown) => shown.inner,
        None if before.is_some() => {
            ui.data_mut(|data| data.remove::<Open>(open_id));
            vec![Command::EndGesture]
        }
        None => Vec::new(),
    };
    response.on_hover_text(field.spec.doc);
    commands
}

/// The field: label, text and patch.
fn paint(ui: &Ui, draw: &Draw<'_>, (rect, response): (Rect, &Response), label: &str, color: Rgb) {
    let theme = draw.theme;
    draw.well(ui.painter(), rect, Well::of(response));
    let (left, right) = ends(rect, draw.px(9.0));
    let patch = Rect::from_center_size(
        right - vec2(draw.px(11.0), 0.0),
        vec2(draw.px(22.0), rect.height() - draw.px(10.0)),
    );
    let border = Stroke::new(1.0, theme.secondary);
    let (fill, corner) = (theme::shown(color), draw.corner(3.0));
    ui.painter()
        .rect(patch, corner, fill, border, StrokeKind::Outside);
    let text = draw.label(
        ui.painter(),
        (
            patch.left_center() - vec2(draw.px(8.0), 0.0),
            Align2::RIGHT_CENTER,
        ),
        &color.to_string(),
        (draw.mono(size::SMALL), theme.text),
        rect.width() * 0.5,
    );
    draw.label(
        ui.painter(),
        (left, Align2::LEFT_CENTER),
        label,
        (draw.text(size::NODE_TEXT), theme.secondary),
        text.left() - left.x - draw.px(8.0),
    );
}

impl Open {
    /// Shows the list at 100 %; what is dragged or typed in it is one step each.
    fn ui(
        &mut self,
        ui: &mut Ui,
        draw: &Draw<'_>,
        field: &Field<'_>,
        is_new: bool,
    ) -> Vec<Command> {
        let draw = &Draw {
            scale: 1.0,
            ..*draw
        };
        ui.spacing_mut().item_spacing.y = GAP;
        let was = self.hsv.rgb();
        let dragged = [self.shades_ui(ui, draw), self.hues_ui(ui, draw)];
        if self.hsv.rgb() != was {
            self.typed = None;
        }
        let typed = self.text_ui(ui, draw, field);
        if is_new {
            typed.request_focus();
            select_all(ui, typed.id, self.hsv.rgb().to_string().len());
        }
        let before = self.hsv;
        let numbers = self.numbers_ui(ui, draw, field);
        if self.hsv != before {
            self.typed = None;
        }
        // A number that is typed or stepped is set at once.
        let goes_on = !numbers.iter().any(|(live, _)| *live == Some(false));
        let ends = dragged
            .iter()
            .chain(numbers.iter().map(|(_, response)| response));
        let (begun, ended): (Vec<_>, Vec<_>) = ends.map(|response| drag_ends(ui, response)).unzip();
        let now = self.hsv.rgb();
        let set = (now != was).then(|| field.set(&Value::Color(now), goes_on));
        let left = typed.lost_focus().then_some(Command::EndGesture);
        let begun = begun.into_iter().flatten();
        begun
            .chain(set)
            .chain(ended.into_iter().flatten())
            .chain(left)
            .collect()
    }

    /// The shades of the hue: saturation to the right, brightness upwards.
    fn shades_ui(&mut self, ui: &mut Ui, draw: &Draw<'_>) -> Response {
        let hue = self.hsv.hue;
        let shade = |at: Vec2| Hsv {
            hue,
            saturation: at.x,
            brightness: 1.0 - at.y,
        };
        let at = vec2(self.hsv.saturation, 1.0 - self.hsv.brightness);
        let (response, at) = field_of_colors(ui, draw, SHADES, at, shade);
        self.hsv = at.map_or(self.hsv, shade);
        response
    }

    fn hues_ui(&mut self, ui: &mut Ui, draw: &Draw<'_>) -> Response {
        let at = vec2(self.hsv.hue, 0.5);
        let (response, at) = field_of_colors(ui, draw, HUES, at, |at| Hsv::pure(at.x));
        self.hsv.hue = at.map_or(self.hsv.hue, |at| at.x);
        response
    }

    fn text_ui(&mut self, ui: &mut Ui, draw: &Draw<'_>, field: &Field<'_>) -> Response {
        let (rect, _) = ui.allocate_exact_size(vec2(WIDTH, size::FIELD), Sense::hover());
        let now = self.typed.take();
        let now = now.unwrap_or_else(|| self.hsv.rgb().to_string());
        let name = format!("{} as text", field.name());
        let text = Text {
            id: field.id().with("text"),
            name: &name,
            text: &now,
            hint: "#rrggbb",
            multiline: false,
        };
        let (changed, response) = text_ui(ui, draw, rect, &text);
        let read = changed.as_ref().and_then(|text| text.parse::<Rgb>().ok());
        if let Some(color) = read.filter(|color| *color != self.hsv.rgb()) {
            self.hsv = Hsv::of(color);
        }
        // What is typed stays as it is until the field is left or another colour is chosen.
        self.typed = response.has_focus().then(|| changed.unwrap_or(now));
        response
    }

    /// For each number whether more of a gesture may follow, if it was changed.
    fn numbers_ui(
        &mut self,
        ui: &mut Ui,
        draw: &Draw<'_>,
        field: &Field<'_>,
    ) -> [(Option<bool>, Response); 3] {
        let hsv = &mut self.hsv;
        let default = match field.spec.kind.default() {
            Value::Color(default) => Hsv::of(default),
            _ => *hsv,
        };
        [
            ("hue", 360.0, &mut hsv.hue, default.hue),
            ("saturation", 100.0, &mut hsv.saturation, default.saturation),
            ("brightness", 100.0, &mut hsv.brightness, default.brightness),
        ]
        .map(|(label, most, value, default)| {
            let (rect, _) = ui.allocate_exact_size(vec2(WIDTH, size::FIELD), Sense::hover());
            let number = Number {
                id: field.id().with(label),
                label,
                name: &format!("{} {label}", field.name()),
                value: f64::from(*value * most).round(),
                default: f64::from(default * most).round(),
                range: Range {
                    hard: (0.0, f64::from(most)),
                    soft: (0.0, f64::from(most)),
                    step: 1.0,
                    whole: true,
                },
            };
            let (changed, response) = number_ui(ui, draw, rect, &number);
            if let Some(changed) = changed {
                *value = changed.value as f32 / most;
            }
            (changed.map(|changed| changed.live), response)
        })
    }
}

/// Selects a text of so many letters, so that what is typed takes its place.
fn select_all(ui: &Ui, id: Id, letters: usize) {
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let [start, end] = [0, letters].map(CCursor::new);
    state
        .cursor
        .set_char_range(Some(CCursorRange::two(start, end)));
    state.store(ui.ctx(), id);
}

/// A rectangle of colours with a ring at one of them; places in it go from 0 to 1. Returns where
/// the pointer drags the ring to.
fn field_of_colors(
    ui: &mut Ui,
    draw: &Draw<'_>,
    height: f32,
    at: Vec2,
    color: impl Fn(Vec2) -> Hsv,
) -> (Response, Option<Vec2>) {
    /// Half the ring's width.
    const RING: f32 = 6.0;
    // The numbers below are what the keyboard and screen readers use.
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, height), Sense::DRAG);
    let place = |at: Vec2| -> Pos2 {
        let x = lerp(rect.x_range(), at.x);
        pos2(x, lerp(rect.y_range(), at.y))
    };
    let mut mesh = Mesh::default();
    let share = |step: u32| step as f32 / STEPS as f32;
    for y in 0..=STEPS {
        for x in 0..=STEPS {
            let at = vec2(share(x), share(y));
            mesh.colored_vertex(place(at), theme::shown(color(at).rgb()));
        }
    }
    let corner = |x: u32, y: u32| y * (STEPS + 1) + x;
    for y in 0..STEPS {
        for x in 0..STEPS {
            mesh.add_triangle(corner(x, y), corner(x + 1, y), corner(x, y + 1));
            mesh.add_triangle(corner(x + 1, y), corner(x + 1, y + 1), corner(x, y + 1));
        }
    }
    let painter = ui.painter();
    painter.add(mesh);
    let border = Stroke::new(1.0, draw.theme.line);
    painter.rect_stroke(rect, 0.0, border, StrokeKind::Outside);
    // Two rings, so that one of them is seen on any ground.
    let middle = place(at);
    painter.circle_stroke(middle, RING, Stroke::new(3.0, draw.theme.canvas));
    painter.circle_stroke(middle, RING, Stroke::new(1.5, draw.theme.text));
    let dragged = response.interact_pointer_pos().map(|pos| {
        vec2(
            remap_clamp(pos.x, rect.x_range(), 0.0..=1.0),
            remap_clamp(pos.y, rect.y_range(), 0.0..=1.0),
        )
    });
    (response, dragged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_comes_back_from_its_hue() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let color = Rgb([red, green, blue]);
                    assert_eq!(Hsv::of(color).rgb(), color);
                }
            }
        }
        assert_eq!(Hsv::pure(1.0).rgb(), Hsv::pure(0.0).rgb());
        assert_eq!(Hsv::pure(1.0 / 3.0).rgb(), Rgb([0, 255, 0]));
    }
}
