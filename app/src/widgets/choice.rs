//! A list to choose from: a well that shows what is chosen and opens a list with a search field.

use egui::{
    Align2, Id, Key, Modifiers, Popup, PopupCloseBehavior, Rect, Response, Role, ScrollArea, Sense,
    TextEdit, Ui, Vec2, WidgetInfo, vec2,
};

use crate::theme::{Theme, font, icon, size};
use crate::widgets::{Draw, Well, ends, icon_at};

/// Longer lists have a search field.
const SEARCH_FROM: usize = 9;

/// A choice to be shown.
pub struct Choice<'a> {
    /// Stays the same from frame to frame.
    pub id: Id,
    /// The word at its left; empty for none.
    pub label: &'a str,
    /// What a screen reader says.
    pub name: &'a str,
    /// What is chosen now, as shown.
    pub shown: &'a str,
    /// A faint remark behind what is chosen, such as a file's size.
    pub remark: &'a str,
    /// How the field looks apart from the pointer.
    pub state: Well,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is chosen by it.
    pub value: String,
    /// A faint remark at its right end.
    pub remark: String,
}

/// What the user did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Opened the list in this frame.
    Opened,
    /// Chose this.
    Value(String),
    /// Chose the line below the list.
    Other,
}

/// What is typed in the search field, and which line the keys are at.
#[derive(Clone, Debug, Default)]
struct Search {
    text: String,
    at: usize,
}

/// Shows a choice. `other` is a last line that is no value, such as `Choose a file…`.
pub fn choice_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    choice: &Choice<'_>,
    lines: impl FnOnce() -> Vec<Line>,
    other: Option<&str>,
) -> (Option<Chosen>, Response) {
    let response = ui.interact(rect, choice.id, Sense::click());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(choice.shown.to_owned()),
        ..WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), choice.name)
    });
    paint(ui, draw, rect, choice, &response);

    let list_id = choice.id.with("list");
    let was_open = Popup::is_id_open(ui.ctx(), list_id);
    let mut chosen = (response.clicked() && !was_open).then_some(Chosen::Opened);
    if chosen.is_some() {
        ui.data_mut(|data| data.insert_temp(list_id, Search::default()));
    }
    let popup = Popup::from_toggle_button_response(&response)
        .id(list_id)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .width(rect.width().max(170.0))
        .accessible_name(choice.name)
        .show(|ui| list_ui(ui, draw.theme, list_id, choice.shown, &lines(), other));
    if let Some(picked) = popup.and_then(|popup| popup.inner) {
        Popup::close_id(ui.ctx(), list_id);
        response.request_focus();
        chosen = Some(picked);
    }
    (chosen, response)
}

fn paint(ui: &Ui, draw: &Draw<'_>, rect: Rect, choice: &Choice<'_>, response: &Response) {
    let theme = draw.theme;
    let state = if choice.state == Well::Idle {
        Well::of(response)
    } else {
        choice.state
    };
    let painter = ui.painter();
    draw.well(painter, rect, state);
    let (left, right) = ends(rect, draw.px(9.0));
    icon_at(
        painter,
        right - vec2(draw.px(4.0), 0.0),
        icon::CARET,
        draw.icon(11.0),
        theme.secondary,
    );
    let right = right - vec2(draw.px(16.0), 0.0);
    let text = if choice.state == Well::Wrong {
        theme.error
    } else {
        theme.text
    };
    let font = draw.text(size::NODE_TEXT);
    if choice.label.is_empty() {
        let remark = draw.label(
            painter,
            (right, Align2::RIGHT_CENTER),
            choice.remark,
            (font.clone(), theme.faint),
            rect.width() / 2.0,
        );
        draw.label(
            painter,
            (left, Align2::LEFT_CENTER),
            choice.shown,
            (font, text),
            remark.left() - left.x - draw.px(6.0),
        );
        return;
    }
    let label = draw.label(
        painter,
        (left, Align2::LEFT_CENTER),
        choice.label,
        (font.clone(), theme.secondary),
        rect.width() * 0.5,
    );
    draw.label(
        painter,
        (right, Align2::RIGHT_CENTER),
        choice.shown,
        (font, text),
        right.x - label.right() - draw.px(8.0),
    );
}

fn list_ui(
    ui: &mut Ui,
    theme: &Theme,
    id: Id,
    now: &str,
    lines: &[Line],
    other: Option<&str>,
) -> Option<Chosen> {
    let mut search = ui
        .data_mut(|data| data.get_temp::<Search>(id))
        .unwrap_or_default();
    let searching = lines.len() >= SEARCH_FROM;
    if searching {
        let field = TextEdit::singleline(&mut search.text)
            .id(id.with("search"))
            .hint_text("Search…")
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(8, 5));
        let response = ui.add(field).accessible_name("Search");
        if response.changed() {
            search.at = 0;
        }
        if !response.has_focus() {
            response.request_focus();
        }
        ui.add_space(2.0);
    }
    let wanted = search.text.to_lowercase();
    let found: Vec<&Line> = lines
        .iter()
        .filter(|line| line.value.to_lowercase().contains(&wanted))
        .collect();
    let count = found.len() + usize::from(other.is_some());
    let (down, up, enter) = ui.input_mut(|i| {
        (
            i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
            i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
            i.consume_key(Modifiers::NONE, Key::Enter),
        )
    });
    search.at = (search.at + down)
        .saturating_sub(up)
        .min(count.saturating_sub(1));

    let mut chosen = None;
    let at = search.at;
    ScrollArea::vertical()
        .max_height(280.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (i, line) in found.iter().enumerate() {
                let response = line_ui(
                    ui,
                    theme,
                    &line.value,
                    &line.remark,
                    (line.value == now, i == at),
                );
                if (down + up > 0) && i == at {
                    response.scroll_to_me(None);
                }
                if response.clicked() || (enter && i == at) {
                    chosen = Some(Chosen::Value(line.value.clone()));
                }
            }
            if found.is_empty() {
                let remark = if lines.is_empty() {
                    "There is none yet"
                } else {
                    "Nothing is called that"
                };
                ui.add_space(4.0);
                ui.label(egui::RichText::new(remark).color(theme.secondary));
                ui.add_space(4.0);
            }
            if let Some(other) = other {
                ui.add_space(3.0);
                let response = line_ui(ui, theme, other, "", (false, at == found.len()));
                if response.clicked() || (enter && at == found.len()) {
                    chosen = Some(Chosen::Other);
                }
            }
        });
    ui.data_mut(|data| data.insert_temp(id, search));
    chosen
}

/// One line; `marks` says whether it is chosen now and whether the keys are at it.
fn line_ui(ui: &mut Ui, theme: &Theme, text: &str, remark: &str, marks: (bool, bool)) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 25.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, marks.0, text));
    if response.hovered() || marks.1 {
        ui.painter().rect_filled(rect, 4.0, theme.hovered);
    }
    let draw = Draw { theme, scale: 1.0 };
    let (left, right) = ends(rect, 8.0);
    let remark = draw.label(
        ui.painter(),
        (right, Align2::RIGHT_CENTER),
        remark,
        (font::text(size::SMALL), theme.secondary),
        90.0,
    );
    let color = if marks.0 {
        theme.accent_text
    } else {
        theme.text
    };
    let width = remark.left() - left.x - 6.0;
    draw.label(
        ui.painter(),
        (left, Align2::LEFT_CENTER),
        text,
        (font::text(size::TEXT), color),
        width,
    );
    if marks.0 {
        let place = left - Vec2::new(4.0, 0.0);
        ui.painter().rect_filled(
            Rect::from_center_size(place, vec2(2.0, 13.0)),
            1.0,
            theme.accent,
        );
    }
    response
}
