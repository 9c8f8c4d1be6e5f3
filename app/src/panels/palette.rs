//! The command palette: every command and every node by name, the last ones first.

use egui::{
    Align2, Area, Context, Frame, Id, Key, Margin, Modifiers, Order, Role, ScrollArea, Sense,
    TextEdit, Ui, WidgetInfo, vec2,
};

use crate::app::State;
use crate::command::setup::SetupCommand;
use crate::command::{Command, menu};
use crate::theme::{font, icon, size};
use crate::widgets::{Draw, icon_at};

/// How many lines a search gives at most: more than that, nobody reads.
const MOST: usize = 200;
const WIDTH: f32 = 520.0;
const LINE: f32 = 30.0;
/// Where it begins, as a share of the window's height.
const FROM_TOP: f32 = 0.12;
/// A line narrower than that has no room to say where its command stands.
const NARROW: f32 = 360.0;

/// One thing that can be chosen.
struct Line {
    command: Command,
    words: String,
    /// Where it stands: the menu, or the node's kind.
    remark: String,
    /// Why it would do nothing now.
    missing: Option<&'static str>,
}

/// What is typed, and which line the keys are at.
#[derive(Clone, Debug, Default)]
struct Search {
    text: String,
    at: usize,
}

/// Shows the palette.
pub fn palette_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let id = Id::unique("palette");
    let mut search: Search = ctx.data(|data| data.get_temp(id)).unwrap_or_default();
    let found = find(state, &search.text);
    let (down, up, enter, escape) = ctx.input_mut(|i| {
        (
            i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
            i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
            i.consume_key(Modifiers::NONE, Key::Enter),
            i.consume_key(Modifiers::NONE, Key::Escape),
        )
    });
    let last = found.len().saturating_sub(1);
    search.at = (search.at + down).saturating_sub(up).min(last);
    let entered = if enter { Some(search.at) } else { None };
    let screen = ctx.content_rect();
    let area = Area::new(id)
        .order(Order::Foreground)
        .pivot(Align2::CENTER_TOP)
        .fixed_pos(screen.center_top() + vec2(0.0, screen.height() * FROM_TOP))
        .accessible_name("Commands")
        .show(ctx, |ui| {
            Frame::popup(ui.style())
                .inner_margin(Margin::same(10))
                .show(ui, |ui| {
                    ui.set_width(WIDTH.min(screen.width() - 40.0));
                    search_ui(ui, id, &mut search);
                    lines_ui(ui, state, &found, &search, down + up > 0)
                })
                .inner
        });
    let chosen = entered
        .or(area.inner)
        .and_then(|i| found.get(i))
        .filter(|line| line.missing.is_none())
        .map(|line| line.command.clone());
    let pressed_elsewhere = ctx.input(|i| {
        let pos = i.pointer.latest_pos();
        i.pointer.any_pressed() && pos.is_some_and(|pos| !area.response.rect.contains(pos))
    });
    let is_over = escape || pressed_elsewhere || chosen.is_some();
    ctx.data_mut(|data| {
        let kept = if is_over { Search::default() } else { search };
        data.insert_temp(id, kept);
    });
    match chosen {
        Some(Command::Setup(SetupCommand::Point { node, slot })) => vec![
            Command::Setup(SetupCommand::Close),
            Command::Setup(SetupCommand::Point { node, slot }),
        ],
        Some(command) => vec![Command::Setup(SetupCommand::Choose(Box::new(command)))],
        None if is_over => vec![Command::Setup(SetupCommand::Close)],
        None => Vec::new(),
    }
}

fn search_ui(ui: &mut Ui, id: Id, search: &mut Search) {
    let field = TextEdit::singleline(&mut search.text)
        .id(id.with("search"))
        .hint_text(format!("{} Search commands and nodes…", icon::SEARCH))
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field).accessible_name("Search commands and nodes");
    if response.changed() {
        search.at = 0;
    }
    if !response.has_focus() {
        response.request_focus();
    }
    ui.add_space(6.0);
}

/// The lines; says which was clicked.
fn lines_ui(
    ui: &mut Ui,
    state: &State,
    found: &[Line],
    search: &Search,
    moved: bool,
) -> Option<usize> {
    let theme = &state.theme;
    let mut chosen = None;
    ScrollArea::vertical()
        .max_height(most_height(ui.ctx().content_rect().height()))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (i, line) in found.iter().enumerate() {
                let response = line_ui(ui, state, line, i == search.at);
                if moved && i == search.at {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Some(i);
                }
            }
            if found.is_empty() {
                let words = "No command or node is called that";
                ui.label(egui::RichText::new(words).color(theme.secondary));
            }
        });
    chosen
}

/// The room for lines: below the search field, and never more than a window of that height has.
fn most_height(window: f32) -> f32 {
    (window * 0.6)
        .min(window * (1.0 - FROM_TOP) - 80.0)
        .max(LINE)
}

fn line_ui(ui: &mut Ui, state: &State, line: &Line, is_at: bool) -> egui::Response {
    let theme = &state.theme;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
    let is_ready = line.missing.is_none();
    response
        .widget_info(|| WidgetInfo::selected(Role::ListBoxOption, is_ready, is_at, &line.words));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if is_at || response.hovered() {
        ui.painter().rect_filled(rect, 5.0, theme.hovered);
    }
    let draw = Draw { theme, scale: 1.0 };
    let painter = ui.painter();
    let (color, faint) = if is_ready {
        (theme.text, theme.secondary)
    } else {
        (theme.secondary, theme.secondary)
    };
    let left = rect.left_center() + vec2(10.0, 0.0);
    if let Some(sign) = line.command.icon() {
        icon_at(
            painter,
            left + vec2(6.0, 0.0),
            sign,
            font::icon(15.0),
            faint,
        );
    }
    let keys = line.command.shortcut_text(ui.ctx()).unwrap_or_default();
    let right = (rect.right_center() - vec2(10.0, 0.0), Align2::RIGHT_CENTER);
    let style = (font::text(size::SMALL), theme.accent_text);
    let most = (rect.width() * 0.3).min(120.0);
    let shown = draw.label(painter, right, &keys, style, most);
    let remark = if rect.width() < NARROW {
        ""
    } else {
        line.missing.unwrap_or(&line.remark)
    };
    let at = (
        egui::pos2(shown.left() - 12.0, rect.center().y),
        Align2::RIGHT_CENTER,
    );
    let style = (font::text(size::SMALL), theme.secondary);
    let shown = draw.label(painter, at, remark, style, rect.width() * 0.4);
    let at = left + vec2(24.0, 0.0);
    let width = shown.left() - at.x - 10.0;
    let style = (font::text(size::TEXT), color);
    draw.label(
        painter,
        (at, Align2::LEFT_CENTER),
        &line.words,
        style,
        width,
    );
    response
}

/// The commands and nodes that a search finds, the best first; without a search the commands, those
/// last chosen first.
fn find(state: &State, text: &str) -> Vec<Line> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let recent = &state.settings.recent_commands;
    let mut found: Vec<(u32, Line)> = commands(state)
        .chain(nodes(state).filter(|_| !words.is_empty()))
        .filter_map(|line| Some((score(&line, &words)?, line)))
        .collect();
    let place = |line: &Line| {
        let name = line.command.name();
        recent
            .iter()
            .position(|other| *other == name)
            .unwrap_or(usize::MAX)
    };
    found.sort_by_cached_key(|(score, line)| (std::cmp::Reverse(*score), place(line)));
    found.truncate(MOST);
    found.into_iter().map(|(_, line)| line).collect()
}

fn commands(state: &State) -> impl Iterator<Item = Line> {
    menu::MENUS.iter().flat_map(move |menu| {
        let all = menu.groups.iter().copied().flatten();
        all.map(move |command| Line {
            words: command.label().to_owned(),
            remark: menu.title.to_owned(),
            missing: command.missing(state),
            command: command.clone(),
        })
    })
}

fn nodes(state: &State) -> impl Iterator<Item = Line> {
    let document = &state.document;
    document.graph().nodes.iter().map(|(key, node)| Line {
        command: Command::Setup(SetupCommand::Point {
            node: document.full_key(key),
            slot: None,
        }),
        words: format!("Go to {key}"),
        remark: document
            .catalog()
            .get(&node.is)
            .map_or(node.is.as_str(), |spec| spec.title)
            .to_owned(),
        missing: None,
    })
}

/// How well a line fits: each word must begin a word of it, be in it, or give its letters in order.
fn score(line: &Line, words: &[String]) -> Option<u32> {
    let name = line.words.to_lowercase();
    let remark = line.remark.to_lowercase();
    words
        .iter()
        .map(|word| {
            if name.starts_with(word.as_str()) {
                Some(100)
            } else if name.split(' ').any(|part| part.starts_with(word.as_str())) {
                Some(80)
            } else if name.contains(word.as_str()) {
                Some(60)
            } else if remark.contains(word.as_str()) {
                Some(30)
            } else {
                has_in_order(&name, word).then_some(10)
            }
        })
        .try_fold(0, |sum, score| Some(sum + score?))
}

fn has_in_order(text: &str, letters: &str) -> bool {
    let mut rest = text.chars();
    letters.chars().all(|letter| rest.any(|c| c == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, search: &str, wanted: Option<u32>) {
        let line = Line {
            command: Command::Save,
            words: words.to_owned(),
            remark: "File".to_owned(),
            missing: None,
        };
        let search: Vec<String> = search.split_whitespace().map(str::to_owned).collect();
        assert_eq!(score(&line, &search), wanted, "{words} by {search:?}");
    }

    #[test]
    fn words_are_found_by_beginnings_parts_and_letters() {
        check("Save as…", "save", Some(100));
        check("Save as…", "as", Some(80));
        check("Save as…", "ave", Some(60));
        check("Save as…", "file", Some(30));
        check("Save as…", "sa as", Some(180));
        check("Save as…", "svas", Some(10));
        check("Save as…", "quit", None);
        check("Save as…", "", Some(0));
    }
}
