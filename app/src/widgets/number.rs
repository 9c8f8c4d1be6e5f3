//! A number that is dragged, typed or stepped with the keyboard.
//!
//! Dragging stays in the soft range, typing in the hard one; arithmetic is accepted
//! (`512*1.5`), a double click resets, the wheel does nothing.

use egui::accesskit::{Action, ActionData};
use egui::{
    Align2, Context, CursorIcon, EventFilter, Id, Key, Modifiers, PointerButton, Rect, Response,
    Sense, TextEdit, Ui, WidgetInfo,
};

use crate::theme::size;
use crate::widgets::text::line_in;
use crate::widgets::{Draw, Well, ends, note_typed};

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Typing stays in here.
    pub hard: (f64, f64),
    /// Dragging stays in here.
    pub soft: (f64, f64),
    /// The step of dragging and of the keys.
    pub step: f64,
    /// Whether only whole numbers are meant.
    pub whole: bool,
}

impl Range {
    /// The nearest value that is allowed.
    pub fn clamp(&self, value: f64) -> f64 {
        let value = if self.whole { value.round() } else { value };
        value.clamp(self.hard.0, self.hard.1)
    }

    /// The nearest value on the slider; a value that was already outside may stay there.
    fn slide(&self, value: f64, start: f64) -> f64 {
        let stepped = if self.step > 0.0 {
            (value / self.step).round() * self.step
        } else {
            value
        };
        // 0.1 has no exact form: 3 * 0.1 shall read 0.3.
        let stepped = format!("{stepped:.10}").parse().unwrap_or(stepped);
        self.clamp(stepped.clamp(self.soft.0.min(start), self.soft.1.max(start)))
    }

    fn share(&self, value: f64) -> f32 {
        let span = self.soft.1 - self.soft.0;
        if span > 0.0 {
            ((value - self.soft.0) / span).clamp(0.0, 1.0) as f32
        } else {
            0.0
        }
    }
}

/// A number to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Number<'a> {
    /// Stays the same from frame to frame.
    pub id: Id,
    /// The word at its left; empty for none.
    pub label: &'a str,
    /// What a screen reader says.
    pub name: &'a str,
    /// The value now.
    pub value: f64,
    /// The value that a double click brings back.
    pub default: f64,
    /// What it may be.
    pub range: Range,
}

/// What the user did to a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Changed<T> {
    /// The new value.
    pub value: T,
    /// Whether more of the same gesture may follow.
    pub live: bool,
}

/// Text being typed into a field.
#[derive(Clone, Debug)]
struct Typing {
    text: String,
    since_secs: f64,
    /// Whether it was begun by keys: the number then has the keyboard again afterwards.
    by_keys: bool,
}

/// Shows a number and says what the user did to it.
pub fn number_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    number: &Number<'_>,
) -> (Option<Changed<f64>>, Response) {
    let typing_id = number.id.with("typing");
    if let Some(typing) = ui.data(|data| data.get_temp::<Typing>(typing_id)) {
        return type_ui(ui, draw, rect, number, typing);
    }

    let response = ui
        .interact(rect, number.id, Sense::click_and_drag())
        .on_hover_cursor(CursorIcon::ResizeHorizontal);
    let changed = asked_by_reader(ui, number)
        .or_else(|| stepped_by_keys(ui, number, &response))
        .or_else(|| changed_by_pointer(ui, number, &response));
    paint(ui, draw, rect, number, Well::of(&response));
    tell_reader(ui, number, &response);
    (changed, response)
}

/// A double click brings the default back, a click opens the field, a drag slides the value; with
/// Shift, finely.
fn changed_by_pointer(ui: &Ui, number: &Number<'_>, response: &Response) -> Option<Changed<f64>> {
    let start_id = number.id.with("start");
    if response.drag_stopped() {
        ui.data_mut(|data| data.remove_temp::<f64>(start_id));
    }
    if response.double_clicked() {
        return Some(Changed {
            value: number.default,
            live: false,
        });
    }
    if response.clicked() {
        let typing = Typing {
            text: show(number.value, &number.range),
            since_secs: ui.input(|i| i.time),
            by_keys: !ui.input(|i| i.pointer.any_click()),
        };
        ui.data_mut(|data| data.insert_temp(number.id.with("typing"), typing));
        ui.ctx().request_repaint();
    }
    if !response.dragged() {
        return None;
    }
    let start = ui.data_mut(|data| *data.get_temp_mut_or_insert_with(start_id, || number.value));
    let fine = if ui.input(|i| i.modifiers.shift) {
        0.1
    } else {
        1.0
    };
    let moved = response.total_drag_delta().unwrap_or_default().x / response.rect.width().max(1.0);
    let span = number.range.soft.1 - number.range.soft.0;
    let value = number
        .range
        .slide(start + f64::from(moved) * span * fine, start);
    (value != number.value).then_some(Changed { value, live: true })
}

/// The arrows step the value; they would else move the focus.
fn stepped_by_keys(ui: &Ui, number: &Number<'_>, response: &Response) -> Option<Changed<f64>> {
    if !response.has_focus() {
        return None;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(number.id, filter));
    let steps = ui.input_mut(|i| {
        i.count_and_consume_key(Modifiers::NONE, Key::ArrowRight) as f64
            - i.count_and_consume_key(Modifiers::NONE, Key::ArrowLeft) as f64
    });
    let stepped = number.value + steps * number.range.step;
    (steps != 0.0).then(|| Changed {
        value: number.range.slide(stepped, number.value),
        live: false,
    })
}

fn tell_reader(ui: &Ui, number: &Number<'_>, response: &Response) {
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), number.value, number.name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(number.range.hard.0);
        node.set_max_numeric_value(number.range.hard.1);
        node.set_numeric_value_step(number.range.step);
        node.add_action(Action::SetValue);
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
}

/// What a screen reader asked for.
fn asked_by_reader(ui: &Ui, number: &Number<'_>) -> Option<Changed<f64>> {
    ui.input(|input| {
        let steps = input.num_accesskit_action_requests(number.id, Action::Increment) as f64
            - input.num_accesskit_action_requests(number.id, Action::Decrement) as f64;
        let stepped = (steps != 0.0).then_some(number.value + steps * number.range.step);
        let set = input
            .accesskit_action_requests(number.id, Action::SetValue)
            .find_map(|request| {
                if let Some(ActionData::NumericValue(value)) = request.data {
                    Some(value)
                } else {
                    None
                }
            });
        set.or(stepped).map(|value| Changed {
            value: number.range.clamp(value),
            live: false,
        })
    })
}

/// Forgets what is typed into any number.
pub(super) fn forget_typed(ctx: &Context) {
    ctx.data_mut(|data| data.remove_by_type::<Typing>());
}

/// The field while a value is typed.
fn type_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    number: &Number<'_>,
    mut typing: Typing,
) -> (Option<Changed<f64>>, Response) {
    let typing_id = number.id.with("typing");
    note_typed(ui.ctx());
    let response = field_ui(
        ui,
        draw,
        rect,
        (number.id.with("text"), number.name),
        &mut typing.text,
    );
    let age_secs = ui.input(|i| i.time) - typing.since_secs;
    // The second click of a double click falls into the text that the first one opened.
    let twice = ui.input(|i| i.pointer.button_double_clicked(PointerButton::Primary))
        && ui.rect_contains_pointer(rect);
    let reset = twice && age_secs < 0.6;
    let done = response.lost_focus() || reset;
    let mut changed = None;
    if reset {
        changed = Some(number.default);
    } else if response.lost_focus() && !ui.input(|i| i.key_pressed(Key::Escape)) {
        changed = evaluate(&typing.text).map(|value| number.range.clamp(value));
    }
    if done {
        ui.data_mut(|data| data.remove::<Typing>(typing_id));
        let by_enter = ui.input(|i| i.key_pressed(Key::Enter) || i.key_pressed(Key::Escape));
        if typing.by_keys && by_enter {
            ui.memory_mut(|memory| memory.request_focus(number.id));
        }
        if reset {
            ui.memory_mut(|memory| memory.surrender_focus(response.id));
        }
    } else {
        ui.data_mut(|data| data.insert_temp(typing_id, typing));
    }
    (
        changed
            .filter(|value| *value != number.value)
            .map(|value| Changed { value, live: false }),
        response,
    )
}

/// One line of text in a well, with the keyboard from its first frame on and all selected.
pub(crate) fn field_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    (id, name): (Id, &str),
    text: &mut String,
) -> Response {
    let first = !ui.memory(|memory| memory.has_focus(id))
        && ui.data(|data| data.get_temp::<bool>(id.with("open")).is_none());
    draw.well(ui.painter(), rect, Well::Focused);
    let font = draw.mono(size::NODE_TEXT);
    let inner = line_in(ui, rect.shrink2(egui::vec2(draw.px(8.0), 0.0)), &font);
    let output = TextEdit::singleline(text)
        .id(id)
        .font(font)
        .text_color(draw.theme.text)
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::ZERO)
        .desired_width(inner.width())
        .show(&mut ui.new_child(egui::UiBuilder::new().max_rect(inner)));
    let response = output.response.response;
    if first {
        response.request_focus();
        let all = egui::text::CCursorRange::two(
            egui::text::CCursor::default(),
            egui::text::CCursor::new(text.chars().count()),
        );
        let mut state = output.state;
        state.cursor.set_char_range(Some(all));
        state.store(ui.ctx(), id);
        ui.data_mut(|data| data.insert_temp(id.with("open"), true));
    }
    if response.lost_focus() {
        ui.data_mut(|data| data.remove_temp::<bool>(id.with("open")));
    }
    response.widget_info(|| WidgetInfo {
        label: Some(name.to_owned()),
        ..WidgetInfo::text_edit(true, text.clone(), text.clone(), String::new())
    });
    response
}

fn paint(ui: &Ui, draw: &Draw<'_>, rect: Rect, number: &Number<'_>, well: Well) {
    let painter = ui.painter();
    draw.well(painter, rect, Well::Idle);
    let share = number.range.share(number.value);
    if share > 0.0 {
        let filled = Rect::from_min_max(
            rect.min,
            egui::pos2(rect.left() + rect.width() * share, rect.bottom()),
        );
        painter
            .with_clip_rect(filled.intersect(painter.clip_rect()))
            .rect_filled(rect, draw.corner(size::FIELD_CORNER), draw.theme.fill);
    }
    if well != Well::Idle {
        let color = if well == Well::Focused {
            draw.theme.accent
        } else {
            draw.theme.line
        };
        painter.rect_stroke(
            rect,
            draw.corner(size::FIELD_CORNER),
            egui::Stroke::new(1.0, color),
            egui::epaint::StrokeKind::Inside,
        );
    }
    let (left, right) = ends(rect, draw.px(9.0));
    let value = painter.text(
        right,
        Align2::RIGHT_CENTER,
        show(number.value, &number.range),
        draw.text(size::NODE_TEXT),
        draw.theme.text,
    );
    let width = value.left() - left.x - draw.px(6.0);
    draw.label(
        painter,
        (left, Align2::LEFT_CENTER),
        number.label,
        (draw.text(size::NODE_TEXT), draw.theme.secondary),
        width,
    );
}

/// A number as people read it: as many decimals as its step has, more if it needs them.
pub fn show(value: f64, range: &Range) -> String {
    if range.whole {
        return format!("{value:.0}");
    }
    let decimals = (-range.step.log10()).ceil().clamp(1.0, 6.0) as usize;
    let rounded = format!("{value:.decimals$}");
    if rounded.parse() == Ok(value) {
        rounded
    } else {
        value.to_string()
    }
}

/// The value of an arithmetic expression: numbers, `+ - * /`, parentheses.
pub fn evaluate(text: &str) -> Option<f64> {
    let text: Vec<char> = text
        .replace(',', ".")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let mut parser = Parser {
        text: &text,
        at: 0,
        depth: 0,
    };
    let value = parser.sum()?;
    (parser.at == text.len() && value.is_finite()).then_some(value)
}

struct Parser<'a> {
    text: &'a [char],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    /// Deeper parentheses are no arithmetic that anybody types.
    const MAX_DEPTH: usize = 50;

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.text.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        loop {
            if self.eat('+') {
                value += self.product()?;
            } else if self.eat('-') {
                value -= self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        loop {
            if self.eat('*') || self.eat('×') {
                value *= self.factor()?;
            } else if self.eat('/') {
                value /= self.factor()?;
            } else {
                return Some(value);
            }
        }
    }

    fn factor(&mut self) -> Option<f64> {
        self.depth += 1;
        if self.depth > Self::MAX_DEPTH {
            return None;
        }
        let value = if self.eat('-') {
            -self.factor()?
        } else if self.eat('(') {
            let value = self.sum()?;
            self.eat(')').then_some(value)?
        } else {
            let start = self.at;
            while self
                .text
                .get(self.at)
                .is_some_and(|c| c.is_ascii_digit() || *c == '.')
            {
                self.at += 1;
            }
            self.text[start..self.at]
                .iter()
                .collect::<String>()
                .parse()
                .ok()?
        };
        self.depth -= 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: Option<f64>) {
        assert_eq!(evaluate(text), wanted, "{text}");
    }

    #[test]
    fn arithmetic_is_accepted() {
        check("512*1.5", Some(768.0));
        check(" 2 + 3 * 4 ", Some(14.0));
        check("(2+3)*4", Some(20.0));
        check("-2--3", Some(1.0));
        check("7,5", Some(7.5));
        check("10/4/5", Some(0.5));
    }

    #[test]
    fn nonsense_is_no_number() {
        for text in ["", "a", "1+", "(1", "1)", "1/0", "1e5x", ".", "1 2 3a"] {
            check(text, None);
        }
        check(&"(".repeat(100_000), None);
        check(&"-".repeat(100_000), None);
    }

    #[test]
    fn dragging_keeps_the_soft_range_and_typing_the_hard_one() {
        let range = Range {
            hard: (0.0, 100.0),
            soft: (1.0, 15.0),
            step: 0.1,
            whole: false,
        };
        assert_eq!(range.slide(3.04, 5.0), 3.0);
        assert_eq!(range.slide(0.3 - 0.05, 5.0), 1.0);
        assert_eq!(range.slide(90.0, 5.0), 15.0);
        assert_eq!(range.slide(40.0, 50.0), 40.0);
        assert_eq!(range.clamp(120.0), 100.0);
    }

    #[test]
    fn numbers_show_what_they_are() {
        let range = Range {
            hard: (0.0, 1.0),
            soft: (0.0, 1.0),
            step: 0.01,
            whole: false,
        };
        assert_eq!(show(0.5, &range), "0.50");
        assert_eq!(show(0.123_45, &range), "0.12345");
        assert_eq!(
            show(
                20.0,
                &Range {
                    whole: true,
                    ..range
                }
            ),
            "20"
        );
    }
}
