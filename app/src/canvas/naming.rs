//! Titles and notes that are edited where they stand.

use egui::{FontId, Id, Key, Margin, Rect, ScrollArea, TextEdit, Ui, UiBuilder, pos2};

use crate::app::State;
use crate::canvas::frame;
use crate::canvas::items::Items;
use crate::canvas::layout::NodeLayout;
use crate::canvas::note;
use crate::canvas::view::Screen;
use crate::command::Command;
use crate::command::drawing::{DrawingCommand, Item, Part};
use crate::theme::size;
use crate::widgets::Draw;

/// A title or a text that is edited.
#[derive(Clone, Debug)]
pub struct Naming {
    part: Part,
    text: String,
    is_new: bool,
}

impl Naming {
    /// Begins to edit the title of a node or frame, or the text of a note.
    pub fn begin(layouts: &[NodeLayout], items: &Items, part: Part) -> Option<Self> {
        let text = match &part {
            Part::Node(key) => layouts
                .iter()
                .find(|layout| layout.key == *key)?
                .title
                .clone(),
            Part::Item(Item::Frame(key)) => items.frame(key)?.title.clone(),
            Part::Item(Item::Note(key)) => items.note(key)?.text.clone(),
            Part::Item(Item::Reroute(_)) => return None,
        };
        Some(Self {
            part,
            text,
            is_new: true,
        })
    }

    /// The note that is edited.
    pub fn note(&self) -> Option<&str> {
        match &self.part {
            Part::Item(Item::Note(key)) => Some(key),
            Part::Node(_) | Part::Item(Item::Frame(_) | Item::Reroute(_)) => None,
        }
    }

    fn commit(self) -> Command {
        let text = self.text;
        let command = match self.part {
            Part::Item(Item::Note(note)) => DrawingCommand::SetText { note, text },
            of @ (Part::Node(_) | Part::Item(Item::Frame(_) | Item::Reroute(_))) => {
                DrawingCommand::SetTitle {
                    of,
                    title: text.trim().to_owned(),
                }
            }
        };
        command.into()
    }
}

/// Shows the text that is edited, if one is. Enter, Escape and a click elsewhere end it; Escape
/// leaves a title as it was.
pub fn naming_ui(
    ui: &mut Ui,
    state: &State,
    naming: &mut Option<Naming>,
    screen: &Screen,
    (layouts, items): (&[NodeLayout], &Items),
) -> Option<Command> {
    let edited = naming.as_mut()?;
    let draw = Draw {
        theme: &state.theme,
        scale: screen.view.zoom,
    };
    let Some((rect, font)) = place(&draw, screen, (layouts, items), &edited.part) else {
        *naming = None;
        return None;
    };
    let is_note = edited.note().is_some();
    let response = field_ui(ui, &draw, edited, (rect, font));
    if std::mem::take(&mut edited.is_new) {
        response.request_focus();
        return None;
    }
    if response.has_focus() {
        return None;
    }
    let done = naming.take()?;
    let is_left = ui.input(|i| i.key_pressed(Key::Escape)) && !is_note;
    (!is_left).then(|| done.commit())
}

fn field_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    edited: &mut Naming,
    (rect, font): (Rect, FontId),
) -> egui::Response {
    let is_note = edited.note().is_some();
    ui.painter()
        .rect_filled(rect, draw.corner(size::FIELD_CORNER), draw.theme.field);
    let inner = if is_note {
        rect.shrink(draw.px(note::PAD))
    } else {
        rect
    };
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    let edit = if is_note {
        TextEdit::multiline(&mut edited.text).min_size(inner.size())
    } else {
        TextEdit::singleline(&mut edited.text)
    };
    let edit = edit
        .id(Id::unique("canvas naming"))
        .font(font)
        .text_color(draw.theme.text)
        .frame(egui::Frame::NONE)
        .margin(Margin::ZERO)
        .desired_width(inner.width());
    if is_note {
        // The line that is written stays in sight, however long the note.
        let room = ScrollArea::vertical()
            .id_salt("note text")
            .auto_shrink([false, false]);
        let shown = room.show(&mut child, |ui| ui.add(edit));
        shown.inner.accessible_name("Note")
    } else {
        child.add(edit).accessible_name("Title")
    }
}

/// Where the text stands on the screen, and in which font.
fn place(
    draw: &Draw<'_>,
    screen: &Screen,
    (layouts, items): (&[NodeLayout], &Items),
    part: &Part,
) -> Option<(Rect, FontId)> {
    let title = |rect: Rect, left: f32| {
        let font = draw.strong(size::TEXT);
        let min = pos2(rect.left() + draw.px(left), rect.top());
        let rect = Rect::from_min_max(min, rect.max);
        (rect.shrink(draw.px(4.0)), font)
    };
    match part {
        Part::Node(key) => {
            let layout = layouts.iter().find(|layout| layout.key == *key)?;
            let header = screen.rect_from_graph(layout.header());
            Some(title(header, size::NODE_PAD + 6.0))
        }
        Part::Item(Item::Frame(key)) => {
            let rect = screen.rect_from_graph(items.frame(key)?.rect);
            Some(title(frame::header(rect, draw.scale), size::NODE_PAD - 4.0))
        }
        Part::Item(Item::Note(key)) => {
            let rect = screen.rect_from_graph(items.note(key)?.rect);
            Some((rect, draw.text(size::NODE_TEXT)))
        }
        Part::Item(Item::Reroute(_)) => None,
    }
}
