//! What lies on the canvas beside nodes: frames, notes, reroutes. Read from the view once for each
//! change of it.

use egui::{Id, Pos2, Rect, pos2, vec2};
use pyrograph_engine::graph::{Graph, Source, View, view};
use pyrograph_engine::node::Type;

use crate::app::State;
use crate::canvas::gesture::Hand;
use crate::canvas::rim::Rim;
use crate::canvas::wiring::Wiring;
use crate::command::drawing::Item;
use crate::document::DocumentId;
use crate::theme::tint::Tint;

/// A frame on the canvas.
#[derive(Clone, Debug)]
pub struct FrameBox {
    /// Its id in the view.
    pub key: String,
    /// Its place in the graph.
    pub rect: Rect,
    /// What stands on it.
    pub title: String,
    /// Its colour.
    pub tint: Option<Tint>,
    /// Stays the same from frame to frame.
    pub id: Id,
}

/// A note on the canvas.
#[derive(Clone, Debug)]
pub struct NoteBox {
    /// Its id in the view.
    pub key: String,
    /// Its place in the graph.
    pub rect: Rect,
    /// Markdown.
    pub text: String,
    /// Its colour.
    pub tint: Option<Tint>,
    /// Stays the same from frame to frame.
    pub id: Id,
}

/// A reroute on the canvas.
#[derive(Clone, Debug)]
pub struct Ring {
    /// Its id in the view.
    pub key: String,
    /// Its place in the graph.
    pub pos: Pos2,
    /// Where the wires through it start, and what they carry.
    pub source: Option<(Source, Option<Type>)>,
    /// Stays the same from frame to frame.
    pub id: Id,
}

/// What the pointer did to one of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Did {
    /// Pressed on it.
    Pressed,
    /// Began to drag it.
    Dragged,
    /// Began to drag a rim of it.
    Rim(Rim),
    /// Double clicked on it.
    Opened,
    /// Clicked on it with the secondary button.
    WantsMenu,
    /// Began to drag a wire out of it.
    Wire,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// Frames, the largest first: smaller ones lie on larger ones.
    pub frames: Vec<FrameBox>,
    /// Notes.
    pub notes: Vec<NoteBox>,
    /// Reroutes.
    pub rings: Vec<Ring>,
    made_from: Option<(DocumentId, u64)>,
}

impl Items {
    /// Follows changes of the document. To be called when wires have been worked out anew.
    pub fn update(&mut self, state: &State, wiring: &Wiring) {
        let document = &state.document;
        let now = (document.id(), document.revision());
        let before = self.made_from.replace(now);
        if before == Some(now) {
            return;
        }
        let changed = before
            .filter(|(id, _)| *id == now.0)
            .and_then(|(_, revision)| document.changed_since(revision));
        let is_old = changed
            .is_none_or(|changed| changed.is_redrawn || changed.is_rewired || changed.is_regrouped);
        if is_old {
            let graph = document.graph();
            self.frames = frames(&graph.view);
            self.notes = notes(&graph.view);
            self.rings = rings(graph, wiring);
        }
    }

    /// The frame of that id.
    pub fn frame(&self, key: &str) -> Option<&FrameBox> {
        self.frames.iter().find(|frame| frame.key == key)
    }

    /// The note of that id.
    pub fn note(&self, key: &str) -> Option<&NoteBox> {
        self.notes.iter().find(|note| note.key == key)
    }

    /// The reroute of that id.
    pub fn ring(&self, key: &str) -> Option<&Ring> {
        self.rings.iter().find(|ring| ring.key == key)
    }

    /// The place of one of them.
    pub fn rect(&self, item: &Item) -> Option<Rect> {
        match item {
            Item::Frame(key) => self.frame(key).map(|frame| frame.rect),
            Item::Note(key) => self.note(key).map(|note| note.rect),
            Item::Reroute(key) => self
                .ring(key)
                .map(|ring| Rect::from_center_size(ring.pos, vec2(0.0, 0.0))),
        }
    }

    /// Those that a box drawn on the canvas selects: notes and reroutes that it touches, frames
    /// that it holds, for a box is often drawn inside a frame.
    pub fn in_box(&self, area: Rect) -> impl Iterator<Item = Item> + '_ {
        let frames = self.frames.iter();
        let notes = self.notes.iter();
        let rings = self.rings.iter();
        frames
            .filter(move |frame| area.contains_rect(frame.rect))
            .map(|frame| Item::Frame(frame.key.clone()))
            .chain(
                notes
                    .filter(move |note| area.intersects(note.rect))
                    .map(|note| Item::Note(note.key.clone())),
            )
            .chain(
                rings
                    .filter(move |ring| area.contains(ring.pos))
                    .map(|ring| Item::Reroute(ring.key.clone())),
            )
    }

    /// Whether the pointer is over a note, which lies above nodes.
    pub fn notes_cover(&self, hand: &Hand<'_>) -> bool {
        let pointer = hand.ui.ctx().pointer_latest_pos();
        let pos = pointer.map(|pointer| hand.screen.to_graph(pointer));
        pos.is_some_and(|pos| self.notes.iter().any(|note| note.rect.contains(pos)))
    }

    /// The rectangle around all of them.
    pub fn bounds(&self) -> Rect {
        let boxes = self.frames.iter().map(|frame| frame.rect);
        boxes
            .chain(self.notes.iter().map(|note| note.rect))
            .fold(Rect::NOTHING, |all, rect| all.union(rect))
    }
}

fn frames(view: &View) -> Vec<FrameBox> {
    let mut frames: Vec<FrameBox> = view
        .frames()
        .into_iter()
        .map(|(key, frame)| FrameBox {
            rect: rect(frame.rect),
            title: frame.title,
            tint: frame.color.as_deref().and_then(Tint::named),
            id: Id::unique(("frame", &key)),
            key,
        })
        .collect();
    frames.sort_by(|a, b| b.rect.area().total_cmp(&a.rect.area()));
    frames
}

fn notes(view: &View) -> Vec<NoteBox> {
    view.notes()
        .into_iter()
        .map(|(key, note)| NoteBox {
            rect: rect(note.rect),
            text: note.text,
            tint: note.color.as_deref().and_then(Tint::named),
            id: Id::unique(("note", &key)),
            key,
        })
        .collect()
}

fn rings(graph: &Graph, wiring: &Wiring) -> Vec<Ring> {
    let reroutes = graph.view.reroutes();
    let mut rings: Vec<Ring> = reroutes
        .into_iter()
        .map(|(key, reroute)| Ring {
            pos: pos2(reroute.at[0], reroute.at[1]),
            source: None,
            id: Id::unique(("reroute", &key)),
            key,
        })
        .collect();
    if rings.is_empty() {
        return rings;
    }
    for wire in wiring.iter() {
        let input = view::input(&wire.input.node, &wire.input.slot);
        for id in graph.view.route_ids(&input) {
            if let Some(ring) = rings.iter_mut().find(|ring| ring.key == id) {
                ring.source = Some((wire.source.clone(), wire.ty));
            }
        }
    }
    rings
}

fn rect([x, y, width, height]: [f32; 4]) -> Rect {
    Rect::from_min_size(pos2(x, y), vec2(width, height))
}
