//! The tabs: a document each, with an ember for unsaved changes.

use egui::scroll_area::{ScrollBarVisibility, ScrollSource};
use egui::{
    Align, Align2, CornerRadius, Id, Layout, Rect, Response, Role, ScrollArea, Sense, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::app::State;
use crate::command::Command;
use crate::command::file::FileCommand;
use crate::document::{Document, DocumentId};
use crate::theme::{font, icon, size};
use crate::widgets::button::icon_button;
use crate::widgets::{Draw, icon_at};

/// The narrowest and the widest that a tab gets; where there are more, they scroll.
const WIDTH: (f32, f32) = (92.0, 280.0);
/// The least room for tabs and the button that adds one.
pub(super) const LEAST: f32 = WIDTH.0 + size::TOP;
/// What a tab holds besides its name.
const BESIDE: f32 = 54.0;
/// The side of a tab's cross.
const CROSS: f32 = 18.0;

/// Shows the tabs in all the room that is left.
pub fn tabs_ui(ui: &mut Ui, state: &State) -> Vec<Command> {
    let room = ui.available_width() - size::TOP;
    let widths = widths(ui, state, room);
    let shown = widths.iter().sum::<f32>().min(room).max(0.0);
    let mut commands = Vec::new();
    ui.spacing_mut().item_spacing.x = 0.0;
    // Tabs stand on the bar's foot, so the strip is as high as the bar and is not centred in it.
    let (strip, _) = ui.allocate_exact_size(vec2(shown, size::TOP), Sense::hover());
    let top = Layout::left_to_right(Align::Min);
    let mut room = ui.new_child(UiBuilder::new().max_rect(strip).layout(top));
    ScrollArea::horizontal()
        .id_salt("tabs")
        .scroll_source(ScrollSource::MOUSE_WHEEL)
        .scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden)
        .show(&mut room, |ui| commands = strip_ui(ui, state, &widths));
    if icon_button(ui, &state.theme, &Command::New, 28.0).clicked() {
        commands.push(Command::New);
    }
    commands
}

/// The width of each tab: that of its name, or less where there are many.
fn widths(ui: &Ui, state: &State, room: f32) -> Vec<f32> {
    let natural = state.documents().map(|document| {
        let name = document.name().to_owned();
        let galley = ui
            .painter()
            .layout_no_wrap(name, font::text(size::TEXT), state.theme.text);
        (galley.size().x + BESIDE).clamp(WIDTH.0, WIDTH.1)
    });
    let natural: Vec<f32> = natural.collect();
    let all: f32 = natural.iter().sum();
    let share = if all > room { room / all } else { 1.0 };
    let shrink = |width: &f32| (width * share).max(WIDTH.0);
    natural.iter().map(shrink).collect()
}

fn strip_ui(ui: &mut Ui, state: &State, widths: &[f32]) -> Vec<Command> {
    let documents: Vec<&Document> = state.documents().collect();
    let (strip, _) = ui.allocate_exact_size(vec2(widths.iter().sum(), size::TOP), Sense::hover());
    let mut commands = Vec::new();
    let mut left = strip.left();
    let mut rects = Vec::new();
    for width in widths {
        rects.push(Rect::from_min_size(
            pos2(left, strip.top()),
            vec2(*width, size::TOP),
        ));
        left += width;
    }
    for (place, (document, rect)) in documents.iter().zip(&rects).enumerate() {
        let response = tab_ui(ui, state, document, *rect, &mut commands);
        let id = document.id();
        if response.clicked() || response.drag_started_by(egui::PointerButton::Primary) {
            commands.push(Command::File(FileCommand::ShowTab(id)));
        } else if response.middle_clicked() {
            commands.push(Command::File(FileCommand::CloseTab(id)));
        }
        let pointer = response.interact_pointer_pos();
        if let Some(pointer) = pointer.filter(|_| response.dragged()) {
            let place = aimed_place(&rects, place, pointer.x);
            commands
                .extend(place.map(|place| Command::File(FileCommand::MoveTab { tab: id, place })));
        }
    }
    scroll_to_shown(ui, state, &documents, &rects);
    commands
}

/// The place of a dragged tab, once the pointer is past the middle of a neighbour.
fn aimed_place(rects: &[Rect], place: usize, pointer_x: f32) -> Option<usize> {
    let before = place.checked_sub(1).and_then(|place| rects.get(place));
    let behind = rects.get(place + 1);
    if before.is_some_and(|rect| pointer_x < rect.center().x) {
        Some(place - 1)
    } else if behind.is_some_and(|rect| pointer_x > rect.center().x) {
        Some(place + 1)
    } else {
        None
    }
}

/// Brings the tab of another document into sight once it is shown, and again when there is other
/// room for it.
fn scroll_to_shown(ui: &Ui, state: &State, documents: &[&Document], rects: &[Rect]) {
    let now = (state.document.id(), ui.clip_rect().width());
    let seen_id = Id::unique("tab seen");
    let seen: Option<(DocumentId, f32)> = ui.data(|data| data.get_temp(seen_id));
    if seen == Some(now) {
        return;
    }
    ui.data_mut(|data| data.insert_temp(seen_id, now));
    let mut tabs = documents.iter().zip(rects);
    if let Some((_, rect)) = tabs.find(|(document, _)| document.id() == now.0) {
        ui.scroll_to_rect(*rect, None::<Align>);
    }
}

fn tab_ui(
    ui: &Ui,
    state: &State,
    document: &Document,
    rect: Rect,
    commands: &mut Vec<Command>,
) -> Response {
    let theme = &state.theme;
    let is_shown = document.id() == state.document.id();
    let response = ui.interact(
        rect,
        Id::unique(("tab", document.id())),
        Sense::click_and_drag(),
    );
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_shown, words(document)));
    let tab = Rect::from_min_max(rect.min + vec2(0.0, 8.0), rect.max);
    let is_lit = response.hovered() || response.has_focus();
    if is_shown || is_lit {
        let corner = CornerRadius {
            nw: 7,
            ne: 7,
            sw: 0,
            se: 0,
        };
        let fill = if is_shown {
            theme.canvas
        } else {
            theme.hovered
        };
        ui.painter().rect_filled(tab, corner, fill);
    }
    let draw = Draw { theme, scale: 1.0 };
    let color = if is_shown {
        theme.text
    } else {
        theme.secondary
    };
    draw.label(
        ui.painter(),
        (pos2(tab.left() + 16.0, tab.center().y), Align2::LEFT_CENTER),
        document.name(),
        (font::text(size::TEXT), color),
        rect.width() - BESIDE + 4.0,
    );
    let cross =
        Rect::from_center_size(pos2(tab.right() - 18.0, tab.center().y), vec2(CROSS, CROSS));
    let has_cross = close_ui(ui, state, document, (cross, is_lit), commands);
    if document.is_dirty() && !has_cross {
        ui.painter()
            .circle_filled(cross.center(), 3.2, theme.accent);
    }
    let path = document.path().map_or_else(
        || "Not saved yet".to_owned(),
        |path| path.display().to_string(),
    );
    response.on_hover_text(path)
}

/// The cross of a tab, which stands where the ember is. Says whether it can be seen.
fn close_ui(
    ui: &Ui,
    state: &State,
    document: &Document,
    (rect, is_tab_lit): (Rect, bool),
    commands: &mut Vec<Command>,
) -> bool {
    let theme = &state.theme;
    let id = Id::unique(("close tab", document.id()));
    let response = ui.interact(rect, id, Sense::click());
    let name = format!("Close {}", document.name());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.clicked() {
        commands.push(Command::File(FileCommand::CloseTab(document.id())));
    }
    let is_lit = response.hovered() || response.has_focus();
    if is_lit {
        ui.painter().rect_filled(rect, 4.0, theme.raised);
    }
    let is_seen = is_lit || is_tab_lit;
    if is_seen {
        let color = if is_lit { theme.text } else { theme.secondary };
        icon_at(
            ui.painter(),
            rect.center(),
            icon::CLOSE,
            font::icon(12.0),
            color,
        );
    }
    let tip = Command::File(FileCommand::Close).tooltip_with_keys(ui.ctx());
    response.on_hover_text(tip);
    is_seen
}

/// What a screen reader says.
pub(super) fn words(document: &Document) -> String {
    let name = document.name();
    if document.is_dirty() {
        format!("{name}, unsaved changes")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dragged_tab_takes_a_place_past_the_middle_of_its_neighbour() {
        let rect = |left: f32, width: f32| Rect::from_min_size(pos2(left, 0.0), vec2(width, 1.0));
        let rects = [rect(0.0, 100.0), rect(100.0, 200.0), rect(300.0, 100.0)];
        assert_eq!(aimed_place(&rects, 0, 150.0), None);
        assert_eq!(aimed_place(&rects, 0, 210.0), Some(1));
        assert_eq!(aimed_place(&rects, 1, 40.0), Some(0));
        assert_eq!(aimed_place(&rects, 2, 210.0), None);
        assert_eq!(aimed_place(&rects, 2, 190.0), Some(1));
        assert_eq!(aimed_place(&rects, 2, 900.0), None);
    }
}
