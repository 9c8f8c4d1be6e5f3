//! A list to choose from: a well that shows what is chosen and opens a list with a search field.

use std::path::PathBuf;

use egui::{
    Align2, EventFilter, Id, Key, Modifiers, Popup, PopupCloseBehavior, Rect, Response, Role,
    ScrollArea, Sense, TextEdit, Ui, Vec2, WidgetInfo, vec2,
};

use crate::shelf::Shelf;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::{Draw, Well, ends, icon_at, picture};

/// Longer lists have a search field.
const SEARCH_FROM: usize = 7;
/// A line, and one with a small picture.
const LINE: f32 = 25.0;
const PICTURE_LINE: f32 = 44.0;

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
    /// Where the lines' small pictures are.
    pub shelf: Option<&'a Shelf>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is chosen by it.
    pub value: String,
    /// A faint remark at its right end.
    pub remark: String,
    /// The file that is shown small at its left end.
    pub picture: Option<PathBuf>,
}

impl Line {
    /// A line without remark and picture.
    pub fn plain(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            remark: String::new(),
            picture: None,
        }
    }
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
    /// Nothing yet, but sees lines whose small pictures are not made.
    Unmade(Vec<PathBuf>),
}

/// What is typed in the search field, and which line the keys are at.
#[derive(Clone, Debug, Default)]
struct Search {
    text: String,
    /// `None` until a key has moved it: then it is the line that is chosen now.
    at: Option<usize>,
    /// Whether this is the frame in which the list was opened: its keys opened it.
    is_new: bool,
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
        let search = Search {
            is_new: true,
            ..Search::default()
        };
        ui.data_mut(|data| data.insert_temp(list_id, search));
    }
    let popup = Popup::from_toggle_button_response(&response)
        .id(list_id)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .width(rect.width().max(170.0))
        .accessible_name(choice.name)
        .show(|ui| list_ui(ui, draw.theme, list_id, choice, &lines(), other));
    match popup.and_then(|popup| popup.inner) {
        Some(unmade @ Chosen::Unmade(_)) => chosen = chosen.or(Some(unmade)),
        Some(picked) => {
            Popup::close_id(ui.ctx(), list_id);
            // A hand on the mouse does not want the keyboard here.
            if !ui.input(|i| i.pointer.any_click()) {
                response.request_focus();
            }
            chosen = Some(picked);
        }
        None if was_open && ui.input(|i| i.key_pressed(Key::Escape)) => {
            response.request_focus();
            ui.ctx().request_repaint();
        }
        None => {}
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
    choice: &Choice<'_>,
    lines: &[Line],
    other: Option<&str>,
) -> Option<Chosen> {
    let mut search = ui
        .data_mut(|data| data.get_temp::<Search>(id))
        .unwrap_or_default();
    let is_searched = lines.len() >= SEARCH_FROM;
    if is_searched {
        search_ui(ui, id, &mut search);
    }
    let wanted = search.text.to_lowercase();
    let found: Vec<&Line> = lines
        .iter()
        .filter(|line| line.value.to_lowercase().contains(&wanted))
        .collect();
    let count = found.len() + usize::from(other.is_some());
    let (moved, enter) = if search.is_new { (0, false) } else { keys(ui) };
    let now = found.iter().position(|line| line.value == choice.shown);
    let at = search.at.or(now).unwrap_or(0);
    let at = at.saturating_add_signed(moved).min(count.saturating_sub(1));
    if moved != 0 {
        search.at = Some(at);
    }
    let follows = moved != 0 || search.is_new;

    let mut chosen = None;
    let mut unmade = Vec::new();
    // Without a search field the line itself has the keyboard.
    let hold = |ui: &Ui, response: &Response| {
        if follows {
            response.scroll_to_me(None);
        }
        if !is_searched {
            response.request_focus();
            let filter = EventFilter {
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        }
    };
    ScrollArea::vertical()
        .max_height(320.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (i, line) in found.iter().enumerate() {
                let marks = (line.value == choice.shown, i == at);
                let response = line_ui(ui, theme, choice.shelf, line, marks);
                if i == at {
                    hold(ui, &response);
                }
                let is_asked =
                    |path: &PathBuf| choice.shelf.is_none_or(|shelf| shelf.is_asked(path));
                if ui.is_rect_visible(response.rect) {
                    unmade.extend(line.picture.clone().filter(|path| !is_asked(path)));
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
                let is_at = at == found.len();
                let response = line_ui(ui, theme, None, &Line::plain(other), (false, is_at));
                if is_at {
                    hold(ui, &response);
                }
                if response.clicked() || (enter && is_at) {
                    chosen = Some(Chosen::Other);
                }
            }
        });
    search.is_new = false;
    ui.data_mut(|data| data.insert_temp(id, search));
    chosen.or((!unmade.is_empty()).then_some(Chosen::Unmade(unmade)))
}

fn search_ui(ui: &mut Ui, id: Id, search: &mut Search) {
    let field = TextEdit::singleline(&mut search.text)
        .id(id.with("search"))
        .hint_text("Search…")
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 5));
    let response = ui.add(field).accessible_name("Search");
    if response.changed() {
        search.at = Some(0);
    }
    if !response.has_focus() {
        response.request_focus();
    }
    ui.add_space(2.0);
}

/// How many lines the keys go down, and whether Enter was pressed.
fn keys(ui: &Ui) -> (isize, bool) {
    ui.input_mut(|i| {
        let down = i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown);
        let up = i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp);
        let enter = i.consume_key(Modifiers::NONE, Key::Enter);
        (down as isize - up as isize, enter)
    })
}

/// One line; `marks` says whether it is chosen now and whether the keys are at it.
fn line_ui(
    ui: &mut Ui,
    theme: &Theme,
    shelf: Option<&Shelf>,
    line: &Line,
    marks: (bool, bool),
) -> Response {
    let height = line.picture.as_ref().map_or(LINE, |_| PICTURE_LINE);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, marks.0, &line.value));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if response.hovered() || marks.1 {
        ui.painter().rect_filled(rect, 4.0, theme.hovered);
    }
    let draw = Draw { theme, scale: 1.0 };
    let (mut left, right) = ends(rect, 8.0);
    if let Some(path) = &line.picture {
        let side = PICTURE_LINE - 6.0;
        let place = Rect::from_center_size(left + vec2(side / 2.0, 0.0), Vec2::splat(side));
        match shelf.and_then(|shelf| shelf.thumb(path)) {
            Some(texture) => {
                let size_px = texture.size().map(|side| side as u32);
                picture::paint(ui.painter(), place, texture.id(), size_px, 2.0);
            }
            None => icon_at(
                ui.painter(),
                place.center(),
                icon::PICTURE,
                font::icon(16.0),
                theme.faint,
            ),
        }
        left.x += side + 8.0;
    }
    let remark = draw.label(
        ui.painter(),
        (right, Align2::RIGHT_CENTER),
        &line.remark,
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
        &line.value,
        (font::text(size::TEXT), color),
        width,
    );
    if marks.0 {
        let place = rect.left_center() + vec2(4.0, 0.0);
        ui.painter().rect_filled(
            Rect::from_center_size(place, vec2(2.0, 13.0)),
            1.0,
            theme.accent,
        );
    }
    response
}
