//! The whole graph in a corner, with what is seen framed. A click or drag goes there.

use std::sync::Arc;

use egui::epaint::StrokeKind;
use egui::{Align2, Id, Mesh, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2};

use crate::app::State;
use crate::canvas::items::Items;
use crate::canvas::layout::{NodeLayout, bounds};
use crate::canvas::node::run_state;
use crate::canvas::view::{Screen, View};
use crate::command::Command;
use crate::document::DocumentId;
use crate::jobs::NodeState;
use crate::theme::{Look, Theme, font, size};
use crate::widgets::Draw;

const SIZE: Vec2 = vec2(150.0, 108.0);
const MARGIN: f32 = 14.0;
/// Narrower canvases need their room.
const MIN_CANVAS: Vec2 = vec2(520.0, 360.0);
/// Around the graph, in points of it.
const AROUND: f32 = 60.0;
/// A node is at least so large on the map.
const MIN_NODE: f32 = 1.5;

/// The map as it was drawn last: of thousands of nodes, it is one shape until something changes.
#[derive(Default)]
pub struct Map {
    made_from: Option<MadeFrom>,
    mesh: Arc<Mesh>,
    place: Option<Place>,
}

#[derive(Clone, Copy, PartialEq)]
struct MadeFrom {
    document: DocumentId,
    revision: u64,
    jobs: u64,
    look: Look,
    corner: Pos2,
}

/// How the graph lies on the map.
#[derive(Clone, Copy)]
struct Place {
    origin: Pos2,
    scale: f32,
}

impl Place {
    fn rect(&self, rect_in_graph: Rect) -> Rect {
        Rect::from_min_max(
            self.origin + rect_in_graph.min.to_vec2() * self.scale,
            self.origin + rect_in_graph.max.to_vec2() * self.scale,
        )
    }

    fn to_graph(self, pos_on_map: Pos2) -> Pos2 {
        ((pos_on_map - self.origin) / self.scale).to_pos2()
    }
}

impl Map {
    /// Draws it anew if something has changed.
    fn update(&mut self, state: &State, map: Rect, (layouts, items): (&[NodeLayout], &Items)) {
        let now = MadeFrom {
            document: state.document.id(),
            revision: state.document.revision(),
            jobs: state.jobs.revision(),
            look: state.theme.look,
            corner: map.min,
        };
        if self.made_from.replace(now) == Some(now) {
            return;
        }
        let all = bounds(layouts.iter()).union(items.bounds()).expand(AROUND);
        let scale = (map.width() / all.width()).min(map.height() / all.height());
        let place = Place {
            origin: map.center() - all.center().to_vec2() * scale,
            scale,
        };
        let theme = &state.theme;
        let mut mesh = Mesh::default();
        for frame in &items.frames {
            let ground = frame.tint.map_or(theme.header, |tint| theme.tint(tint));
            mesh.add_colored_rect(place.rect(frame.rect), Theme::fade(ground, 0.7));
        }
        for note in &items.notes {
            let ground = note.tint.map_or(theme.raised, |tint| theme.tint(tint));
            mesh.add_colored_rect(place.rect(note.rect), ground);
        }
        for layout in layouts {
            let rect = place.rect(layout.rect);
            let size = rect.size().max(Vec2::splat(MIN_NODE));
            let rect = Rect::from_min_size(rect.min, size);
            mesh.add_colored_rect(rect, node_color(state, layout));
        }
        self.mesh = Arc::new(mesh);
        self.place = Some(place);
    }
}

/// What is at work has the accent's colour, else its own, else that of its main output.
fn node_color(state: &State, layout: &NodeLayout) -> egui::Color32 {
    let theme = &state.theme;
    let run = run_state::of(&state.jobs, &layout.full_key, layout.is);
    if run.as_deref().is_some_and(NodeState::is_busy) {
        return theme.accent;
    }
    let of_type = || layout.main_type().map_or(theme.faint, |ty| theme.wire(ty));
    layout
        .tint
        .map(|tint| theme.tint(tint).lerp_to_gamma(theme.text, 0.3))
        .unwrap_or_else(|| Theme::fade(of_type(), 0.75))
}

/// Stays the same from frame to frame.
pub fn id() -> Id {
    Id::unique("minimap")
}

/// Where the map is; there is none on a small canvas.
fn place(canvas: Rect) -> Option<Rect> {
    let has_room = canvas.width() >= MIN_CANVAS.x && canvas.height() >= MIN_CANVAS.y;
    has_room.then(|| Rect::from_min_size(canvas.max - SIZE - Vec2::splat(MARGIN), SIZE))
}

/// Whether that point of the screen is on the map.
pub fn is_at(canvas: Rect, pointer: Pos2) -> bool {
    place(canvas).is_some_and(|map| map.contains(pointer))
}

/// Shows the map.
pub fn minimap_ui(
    ui: &Ui,
    state: &State,
    (map, view): (&mut Map, &mut View),
    canvas: Rect,
    (layouts, items): (&[NodeLayout], &Items),
) -> Vec<Command> {
    let Some(rect) = place(canvas).filter(|_| !layouts.is_empty()) else {
        return Vec::new();
    };
    let theme = &state.theme;
    let response = ui.interact(rect, id(), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "map of the graph"));
    let painter = ui.painter();
    painter.rect(
        rect,
        7.0,
        theme.window,
        Stroke::new(1.0, theme.line),
        StrokeKind::Inside,
    );

    let inner = Rect::from_min_max(rect.min + Vec2::splat(6.0), rect.max - vec2(6.0, 20.0));
    map.update(state, inner, (layouts, items));
    let Some(place) = map.place else {
        return Vec::new();
    };
    let clipped = painter.with_clip_rect(inner.intersect(painter.clip_rect()));
    clipped.add(Shape::mesh(Arc::clone(&map.mesh)));
    let seen = Screen {
        rect: canvas,
        view: *view,
    }
    .seen();
    clipped.rect(
        place.rect(seen).intersect(inner),
        3.0,
        Theme::fade(theme.text, 0.04),
        Stroke::new(1.0, theme.secondary),
        StrokeKind::Inside,
    );
    let draw = Draw { theme, scale: 1.0 };
    let at = (rect.left_bottom() + vec2(8.0, -10.0), Align2::LEFT_CENTER);
    let zoom = format!("{:.0} %", view.zoom * 100.0);
    let style = (font::text(size::SMALL), theme.secondary);
    draw.label(painter, at, &zoom, style, 60.0);

    if let Some(pointer) = response
        .interact_pointer_pos()
        .filter(|_| response.is_pointer_button_down_on())
    {
        view.center_on(place.to_graph(pointer), canvas.size());
    }
    let double = response.double_clicked();
    if response.hovered() {
        response.on_hover_text("Click to go there, double click to see all");
    }
    double.then_some(Command::FitAll).into_iter().collect()
}
