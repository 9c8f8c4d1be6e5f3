//! A list on the canvas from which one thing is chosen, by search, keys or pointer.

use egui::{
    Align2, Area, Color32, Frame, Id, Key, Margin, Modifiers, Order, Pos2, Rect, RichText, Role,
    ScrollArea, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2,
};

use crate::theme::{Theme, font, icon, size};
use crate::widgets::Draw;

const WIDTH: f32 = 350.0;
const LINE: f32 = 40.0;
const MAX_HEIGHT: f32 = 320.0;
/// What stands above and below the lines.
const REST: f32 = 120.0;
/// What stands beside the lines.
const BESIDE: f32 = 18.0;
/// Between a list and the border of where it has room.
const RIM: f32 = 8.0;

/// Where a list has room: on the canvas, or in all of a small window.
pub fn room(ui: &Ui) -> Rect {
    let canvas = ui.clip_rect().shrink(RIM);
    let needed = vec2(WIDTH + BESIDE, MAX_HEIGHT + REST);
    if canvas.width() >= needed.x && canvas.height() >= needed.y {
        canvas
    } else {
        ui.ctx().content_rect().shrink(RIM)
    }
}

/// A line to choose.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// What it is.
    pub title: &'a str,
    /// A second, smaller line.
    pub remark: &'a str,
    /// Where it belongs, at the right.
    pub place: &'a str,
    /// The stripe before it.
    pub color: Color32,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What a screen reader calls the list.
    pub name: &'a str,
    /// What an empty search asks for, which also names the field.
    pub hint: &'a str,
    /// What narrows the list.
    pub filter: Option<(&'a str, Color32)>,
    /// What keys do.
    pub keys: &'a str,
    /// What an empty list says.
    pub nothing: &'a str,
}

/// What is typed and marked.
#[derive(Clone, Debug)]
pub struct Picker {
    /// Its upper left corner on the screen.
    at: Pos2,
    /// What is typed.
    pub search: String,
    line: usize,
    is_new: bool,
}

/// What came of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// It goes on.
    Nothing,
    /// That line; with Shift, something more is meant.
    Line {
        /// Which.
        line: usize,
        /// Whether Shift was held.
        with_shift: bool,
    },
    /// None: one step back.
    Back,
    /// None, and the pointer has gone elsewhere.
    Away,
    /// The filter was taken away.
    Unfiltered,
}

impl Picker {
    /// Opens a list at a place on the screen.
    pub fn open(at: Pos2, search: String) -> Self {
        Self {
            at,
            search,
            line: 0,
            is_new: true,
        }
    }

    /// Begins anew in the same place.
    pub fn restart(&mut self) {
        self.search.clear();
        self.line = 0;
    }

    /// Shows the list.
    pub fn ui(
        &mut self,
        ui: &Ui,
        theme: &Theme,
        question: &Question<'_>,
        lines: &[Line<'_>],
    ) -> Picked {
        let (by, enter, shift_enter, escape) = ui.input_mut(|i| {
            let mut count = |key| i.count_and_consume_key(Modifiers::NONE, key) as isize;
            let by = count(Key::ArrowDown) - count(Key::ArrowUp)
                + 8 * (count(Key::PageDown) - count(Key::PageUp));
            let shift_enter = i.consume_key(Modifiers::SHIFT, Key::Enter);
            let enter = i.consume_key(Modifiers::NONE, Key::Enter);
            (
                by,
                enter,
                shift_enter,
                i.consume_key(Modifiers::NONE, Key::Escape),
            )
        });
        let last = lines.len().saturating_sub(1);
        self.line = self.line.saturating_add_signed(by).min(last);
        let mut picked = if escape {
            Picked::Back
        } else if (enter || shift_enter) && !lines.is_empty() {
            Picked::Line {
                line: self.line,
                with_shift: shift_enter,
            }
        } else {
            Picked::Nothing
        };

        let room = room(ui);
        let width = WIDTH.min(room.width() - BESIDE);
        let list_height = MAX_HEIGHT.min(room.height() - REST).max(LINE);
        let area = Area::new(Id::unique(question.name))
            .order(Order::Foreground)
            .fixed_pos(self.place(room))
            .constrain(false)
            .accessible_name(question.name)
            .show(ui.ctx(), |ui| {
                Frame::popup(ui.style())
                    .inner_margin(Margin::same(8))
                    .show(ui, |ui| {
                        ui.set_width(width);
                        let moved = (by != 0).then_some(self.line);
                        let list = (lines, moved, list_height);
                        let clicked = self.contents_ui(ui, theme, question, list);
                        if let Some(clicked) = clicked {
                            picked = clicked;
                        }
                    });
            });

        let is_elsewhere = |pos: Pos2| !area.response.rect.contains(pos);
        let pressed_elsewhere = ui
            .input(|i| i.pointer.any_pressed() && i.pointer.latest_pos().is_some_and(is_elsewhere));
        let was_new = std::mem::replace(&mut self.is_new, false);
        if pressed_elsewhere && !was_new && picked == Picked::Nothing {
            picked = Picked::Away;
        }
        picked
    }

    /// Where it has room however many lines there are, so that it stays while one types.
    fn place(&self, room: Rect) -> Pos2 {
        let last = room.max - vec2(WIDTH + BESIDE, MAX_HEIGHT + REST);
        self.at.min(last).max(room.min)
    }

    /// `list` is the lines, the marked one if the mark has just moved by keys, and the height.
    fn contents_ui(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        question: &Question<'_>,
        (lines, moved, height): (&[Line<'_>], Option<usize>, f32),
    ) -> Option<Picked> {
        self.search_ui(ui, question);
        let mut picked = None;
        if let Some((filter, color)) = question.filter
            && filter_ui(ui, theme, filter, color)
        {
            picked = Some(Picked::Unfiltered);
        }
        ui.add_space(4.0);
        let spacing = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
        ScrollArea::vertical()
            .max_height(height)
            .auto_shrink([false, true])
            .show_rows(ui, LINE, lines.len(), |ui, rows| {
                let first = rows.start;
                for i in rows {
                    if self.line_ui(ui, theme, i, &lines[i]) {
                        let with_shift = ui.input(|input| input.modifiers.shift);
                        picked = Some(Picked::Line {
                            line: i,
                            with_shift,
                        });
                    }
                }
                if let Some(line) = moved {
                    let above = line as f32 - first as f32;
                    let top = ui.max_rect().top() + above * LINE;
                    let left = ui.max_rect().left();
                    ui.scroll_to_rect(Rect::from_min_size(pos2(left, top), vec2(1.0, LINE)), None);
                }
            });
        ui.spacing_mut().item_spacing.y = spacing;
        if lines.is_empty() {
            ui.label(RichText::new(question.nothing).color(theme.secondary));
        }
        ui.add_space(4.0);
        let keys = RichText::new(question.keys).font(font::text(size::SMALL));
        ui.label(keys.color(theme.secondary));
        picked
    }

    fn search_ui(&mut self, ui: &mut Ui, question: &Question<'_>) {
        let id = Id::unique((question.name, "search"));
        let field = TextEdit::singleline(&mut self.search)
            .id(id)
            .hint_text(format!("{} {}…", icon::SEARCH, question.hint))
            .desired_width(f32::INFINITY)
            .margin(Margin::symmetric(8, 6));
        let output = field.show(ui);
        let response = output.response.response.accessible_name(question.hint);
        if response.changed() {
            self.line = 0;
        }
        if !response.has_focus() {
            response.request_focus();
        }
        if self.is_new && !self.search.is_empty() {
            // What opened the list by being typed is gone on with.
            let end = egui::text::CCursor::new(self.search.chars().count());
            let mut state = output.state;
            state
                .cursor
                .set_char_range(Some(egui::text::CCursorRange::one(end)));
            state.store(ui.ctx(), id);
        }
    }

    fn line_ui(&self, ui: &mut Ui, theme: &Theme, i: usize, line: &Line<'_>) -> bool {
        let is_at = i == self.line;
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_at, line.title));
        if is_at || response.hovered() {
            ui.painter().rect_filled(rect, 5.0, theme.hovered);
        }
        line_paint(ui, theme, rect, line);
        response.clicked()
    }
}

/// The chip that says what narrows the list; says whether it was taken away.
fn filter_ui(ui: &mut Ui, theme: &Theme, words: &str, color: Color32) -> bool {
    ui.add_space(4.0);
    let galley = ui.painter().layout_no_wrap(
        format!("{words}  {}", icon::CLOSE),
        font::text(size::SMALL),
        theme.text,
    );
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(26.0, 8.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words));
    let ground = if response.hovered() {
        theme.hovered
    } else {
        theme.raised
    };
    let radius = rect.height() / 2.0;
    ui.painter().rect(
        rect,
        radius,
        ground,
        egui::Stroke::new(1.0, theme.line),
        egui::StrokeKind::Inside,
    );
    ui.painter()
        .circle_filled(rect.left_center() + vec2(10.0, 0.0), 3.5, color);
    ui.painter()
        .galley(rect.min + vec2(18.0, 4.0), galley, theme.text);
    response.on_hover_text("Click to see all").clicked()
}

fn line_paint(ui: &Ui, theme: &Theme, rect: Rect, line: &Line<'_>) {
    let draw = Draw { theme, scale: 1.0 };
    let painter = ui.painter();
    let bar = Rect::from_min_size(rect.min + vec2(6.0, 9.0), vec2(3.0, 22.0));
    painter.rect_filled(bar, 1.5, line.color);
    let place = draw.label(
        painter,
        (rect.right_top() + vec2(-8.0, 13.0), Align2::RIGHT_CENTER),
        line.place,
        (font::text(size::SMALL), theme.secondary),
        130.0,
    );
    let left = rect.left() + 18.0;
    draw.label(
        painter,
        (pos2(left, rect.top() + 13.0), Align2::LEFT_CENTER),
        line.title,
        (font::strong(size::TEXT), theme.text),
        place.left() - left - 8.0,
    );
    draw.label(
        painter,
        (pos2(left, rect.top() + 29.0), Align2::LEFT_CENTER),
        line.remark,
        (font::text(size::SMALL), theme.secondary),
        rect.right() - left - 8.0,
    );
}
