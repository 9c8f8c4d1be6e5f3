//! The add menu: search over everything a node is known by. Keys alone suffice.

use egui::{
    Align2, Area, Frame, Id, Key, Margin, Modifiers, Order, Pos2, Role, ScrollArea, Sense,
    TextEdit, Ui, WidgetInfo, vec2,
};
use pyrograph_engine::node::NodeSpec;

use crate::app::State;
use crate::command::{Command, NewNode};
use crate::theme::{Theme, font, icon, size};
use crate::widgets::Draw;

/// An open add menu.
#[derive(Clone, Debug)]
pub struct AddMenu {
    /// Its upper left corner on the screen.
    at: Pos2,
    /// Where the node goes.
    pos_in_graph: Pos2,
    search: String,
    line: usize,
    is_new: bool,
}

impl AddMenu {
    /// Opens it at the pointer.
    pub fn open(at: Pos2, pos_in_graph: Pos2) -> Self {
        Self {
            at,
            pos_in_graph,
            search: String::new(),
            line: 0,
            is_new: true,
        }
    }
}

/// Shows the menu if it is open.
pub fn add_menu_ui(ui: &Ui, state: &State, open: &mut Option<AddMenu>) -> Vec<Command> {
    let Some(menu) = open else { return Vec::new() };
    let found = search(state.document.catalog().0, &menu.search);
    let (down, up, enter, escape) = ui.input_mut(|i| {
        (
            i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
            i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
            i.consume_key(Modifiers::NONE, Key::Enter),
            i.consume_key(Modifiers::NONE, Key::Escape),
        )
    });
    menu.line = (menu.line + down)
        .saturating_sub(up)
        .min(found.len().saturating_sub(1));
    let mut chosen = if enter {
        found.get(menu.line).copied()
    } else {
        None
    };

    let moved = down + up > 0;
    let area = Area::new(Id::unique("add menu"))
        .order(Order::Foreground)
        .fixed_pos(menu.at)
        .constrain_to(ui.clip_rect().shrink(8.0))
        .accessible_name("add menu")
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style())
                .inner_margin(Margin::same(8))
                .show(ui, |ui| {
                    ui.set_width(330.0);
                    let clicked = list_ui(ui, &state.theme, menu, &found, moved);
                    chosen = clicked.or(chosen);
                });
        });

    let pressed_elsewhere = ui.input(|i| {
        i.pointer.any_pressed()
            && i.pointer
                .latest_pos()
                .is_some_and(|pos| !area.response.rect.contains(pos))
    });
    let was_new = std::mem::replace(&mut menu.is_new, false);
    let corner = [menu.pos_in_graph.x, menu.pos_in_graph.y]
        .map(|points| (points / size::GRID).round() * size::GRID);
    if let Some(spec) = chosen {
        *open = None;
        return vec![Command::Add(NewNode {
            is: spec.id,
            at: corner,
        })];
    }
    if escape || (pressed_elsewhere && !was_new) {
        *open = None;
    }
    Vec::new()
}

fn list_ui(
    ui: &mut Ui,
    theme: &Theme,
    menu: &mut AddMenu,
    found: &[&'static NodeSpec],
    moved: bool,
) -> Option<&'static NodeSpec> {
    let field = TextEdit::singleline(&mut menu.search)
        .id(Id::unique("add menu search"))
        .hint_text(format!("{} Search nodes…", icon::SEARCH))
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field).accessible_name("Search nodes");
    if response.changed() {
        menu.line = 0;
    }
    if !response.has_focus() {
        response.request_focus();
    }
    ui.add_space(4.0);
    let mut chosen = None;
    ScrollArea::vertical()
        .max_height(320.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (i, spec) in found.iter().copied().enumerate() {
                let is_at = i == menu.line;
                let (rect, response) =
                    ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::click());
                response.widget_info(|| {
                    WidgetInfo::selected(Role::ListBoxOption, true, is_at, spec.title)
                });
                if is_at || response.hovered() {
                    ui.painter().rect_filled(rect, 5.0, theme.hovered);
                }
                if is_at && moved {
                    response.scroll_to_me(None);
                }
                line_paint(ui, theme, rect, spec);
                if response.clicked() {
                    chosen = Some(spec);
                }
            }
            if found.is_empty() {
                ui.add_space(6.0);
                ui.label(
                    egui::RichText::new("No node is known by that name").color(theme.secondary),
                );
            }
        });
    chosen
}

fn line_paint(ui: &Ui, theme: &Theme, rect: egui::Rect, spec: &NodeSpec) {
    let draw = Draw { theme, scale: 1.0 };
    let painter = ui.painter();
    let stripe = spec
        .outputs
        .first()
        .or(spec.inputs.first())
        .map_or(theme.faint, |pin| theme.wire(pin.ty));
    let bar = egui::Rect::from_min_size(rect.min + vec2(6.0, 9.0), vec2(3.0, 22.0));
    painter.rect_filled(bar, 1.5, stripe);
    let right = (rect.right_top() + vec2(-8.0, 13.0), Align2::RIGHT_CENTER);
    let category = draw.label(
        painter,
        right,
        spec.category.name(),
        (font::text(size::SMALL), theme.secondary),
        90.0,
    );
    let left = rect.left() + 18.0;
    let title = (egui::pos2(left, rect.top() + 13.0), Align2::LEFT_CENTER);
    draw.label(
        painter,
        title,
        spec.title,
        (font::strong(size::TEXT), theme.text),
        category.left() - left - 8.0,
    );
    let doc = (egui::pos2(left, rect.top() + 29.0), Align2::LEFT_CENTER);
    draw.label(
        painter,
        doc,
        spec.doc,
        (font::text(size::SMALL), theme.secondary),
        rect.right() - left - 8.0,
    );
}

/// The nodes that a search finds, the best first.
pub fn search(specs: &[&'static NodeSpec], text: &str) -> Vec<&'static NodeSpec> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(u32, usize, &'static NodeSpec)> = specs
        .iter()
        .enumerate()
        .filter_map(|(place, spec)| {
            let score = words
                .iter()
                .map(|word| score(spec, word))
                .try_fold(0, |sum, score| Some(sum + score?))?;
            Some((score, place, *spec))
        })
        .collect();
    found.sort_by_key(|(score, place, spec)| (std::cmp::Reverse(*score), spec.category, *place));
    found.into_iter().map(|(_, _, spec)| spec).collect()
}

/// How well a word names a node: title first, then id and other programs' names, then category
/// and doc; at last letters in order.
fn score(spec: &NodeSpec, word: &str) -> Option<u32> {
    let title = spec.title.to_lowercase();
    let names = || {
        [spec.id]
            .into_iter()
            .chain(spec.comfy.iter().map(|comfy| comfy.class))
            .map(str::to_lowercase)
    };
    if title.starts_with(word) {
        Some(100)
    } else if title.split(' ').any(|part| part.starts_with(word)) {
        Some(80)
    } else if names().any(|name| name.contains(word)) {
        Some(60)
    } else if title.contains(word) {
        Some(50)
    } else if spec.category.name().to_lowercase().starts_with(word) {
        Some(40)
    } else if spec.doc.to_lowercase().contains(word) {
        Some(20)
    } else {
        has_in_order(&title, word).then_some(5)
    }
}

fn has_in_order(text: &str, letters: &str) -> bool {
    let mut rest = text.chars();
    letters.chars().all(|letter| rest.any(|c| c == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<&'static str> {
        search(pyrograph_nodes::ALL, text)
            .first()
            .map(|spec| spec.title)
    }

    #[test]
    fn everything_is_found_without_a_search() {
        assert_eq!(
            search(pyrograph_nodes::ALL, "").len(),
            pyrograph_nodes::ALL.len()
        );
    }

    #[test]
    fn every_node_is_found_by_its_title() {
        for spec in pyrograph_nodes::ALL {
            let found = search(pyrograph_nodes::ALL, spec.title);
            assert!(
                found.iter().take(3).any(|other| other.id == spec.id),
                "{}",
                spec.title
            );
        }
    }

    #[test]
    fn nodes_are_found_by_the_names_of_other_programs() {
        for spec in pyrograph_nodes::ALL {
            for comfy in spec.comfy {
                let found = search(pyrograph_nodes::ALL, comfy.class);
                assert!(
                    found.iter().any(|other| other.id == spec.id),
                    "{}",
                    comfy.class
                );
            }
        }
        assert_eq!(first("qqqq"), None);
    }
}
