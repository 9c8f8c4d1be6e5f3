//! The template gallery: graphs to begin with, each with a picture or a miniature, a title and a
//! sentence.

use egui::epaint::{CubicBezierShape, StrokeKind};
use egui::{
    Color32, Context, Label, Pos2, Rect, RichText, Role, ScrollArea, Sense, Stroke, Ui, Vec2,
    WidgetInfo, vec2,
};

use crate::app::State;
use crate::command::Command;
use crate::command::setup::{Page, SetupCommand};
use crate::panels::heading_ui;
use crate::panels::page::page_ui;
use crate::panels::regions;
use crate::templates::{Miniature, Template, own_folder};
use crate::theme::{Theme, font, size};
use crate::widgets::picture;

/// Four cards beside each other.
const SIZE: Vec2 = vec2(4.0 * CARD.x + 3.0 * GAP + size::SCROLL_BAR, 620.0);
const CARD: Vec2 = vec2(220.0, 236.0);
const PICTURE: f32 = 150.0;
const GAP: f32 = 14.0;

/// Shows the gallery.
pub fn templates_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let title = Command::Setup(SetupCommand::Toggle(Page::Templates)).label();
    page_ui(ctx, state, title, SIZE, |ui| {
        let Some(lists) = state.templates.lists() else {
            return Vec::new(); // they are being read
        };
        let room = ScrollArea::vertical()
            .id_salt("templates")
            .auto_shrink([false, false]);
        let shown = room.show(ui, |ui| {
            let missing = "The examples are not installed beside the program";
            let mut chosen = cards_ui(ui, state, &lists.examples, missing);
            if let Some(data) = &state.data {
                ui.add_space(GAP);
                heading_ui(ui, &state.theme, "Your own");
                ui.add_space(4.0);
                let empty = "Graphs that you save in this folder are shown here";
                chosen = cards_ui(ui, state, &lists.own, empty).or(chosen);
                let folder = own_folder(data).display().to_string();
                let folder = RichText::new(folder).font(font::mono(size::SMALL));
                let folder = Label::new(folder.color(state.theme.secondary));
                ui.add(folder.selectable(true).wrap());
            }
            regions::keep_in_sight(ui);
            chosen
        });
        let chosen = shown.inner.map(|it| it.path.clone());
        chosen
            .map(|path| Command::Setup(SetupCommand::OpenTemplate(path)))
            .into_iter()
            .collect()
    })
}

/// Templates beside each other, or these words if there are none; says which was chosen.
fn cards_ui<'a>(
    ui: &mut Ui,
    state: &State,
    templates: &'a [Template],
    empty: &str,
) -> Option<&'a Template> {
    if templates.is_empty() {
        ui.label(RichText::new(empty).color(state.theme.secondary));
        return None;
    }
    let mut chosen = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(GAP);
        ui.horizontal_wrapped(|ui| {
            for template in templates {
                if card_ui(ui, state, template) {
                    chosen = Some(template);
                }
            }
        });
    });
    chosen
}

/// One example; says whether it was chosen.
fn card_ui(ui: &mut Ui, state: &State, template: &Template) -> bool {
    let theme = &state.theme;
    let most = ui.max_rect().width() - size::SCROLL_BAR;
    let (rect, response) = ui.allocate_exact_size(vec2(CARD.x.min(most), CARD.y), Sense::click());
    response.widget_info(|| {
        let name = format!("{}: {}", template.title, template.about);
        WidgetInfo::labeled(Role::Button, true, name)
    });
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    let is_lit = response.hovered() || response.has_focus();
    let (fill, border) = if is_lit {
        (theme.hovered, theme.accent)
    } else {
        (theme.panel, theme.line)
    };
    let stroke = Stroke::new(1.0, border);
    let painter = ui.painter();
    painter.rect(rect, 8.0, fill, stroke, StrokeKind::Inside);
    let shown = rect.with_max_y(rect.top() + PICTURE).shrink(8.0);
    let thumb = template.picture.as_ref();
    match thumb.and_then(|path| state.shelf.thumb(path)) {
        Some(texture) => {
            let size_px = texture.size().map(|side| side as u32);
            picture::paint(painter, shown, texture.id(), size_px, 5.0);
        }
        None => miniature_paint(ui, theme, shown, &template.miniature),
    }
    let words = Rect::from_min_max(rect.min + vec2(12.0, PICTURE), rect.max - Vec2::splat(10.0));
    let title =
        painter.layout_no_wrap(template.title.clone(), font::strong(size::TEXT), theme.text);
    painter.galley(words.min, title, theme.text);
    let about = painter.layout(
        template.about.clone(),
        font::text(size::SMALL),
        theme.secondary,
        words.width(),
    );
    painter
        .with_clip_rect(words.intersect(ui.clip_rect()))
        .galley(words.min + vec2(0.0, 20.0), about, theme.secondary);
    response.clicked()
}

/// The graph from afar.
fn miniature_paint(ui: &Ui, theme: &Theme, rect: Rect, miniature: &Miniature) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, 5.0, theme.canvas);
    let Some(bounds) = miniature.bounds else {
        return;
    };
    let room = rect.shrink(10.0);
    let scale = (room.size() / bounds.size().max(Vec2::splat(1.0))).min_elem();
    let to_card = |pos: Pos2| room.center() + (pos - bounds.center()) * scale;
    for (from, to, ty) in &miniature.wires {
        let (from, to) = (to_card(*from), to_card(*to));
        let level = vec2(((to.x - from.x).abs() / 2.0).max(4.0), 0.0);
        let stroke = Stroke::new(1.0, Theme::fade(theme.wire(*ty), 0.6));
        let points = [from, from + level, to - level, to];
        painter.add(CubicBezierShape::from_points_stroke(
            points,
            false,
            Color32::TRANSPARENT,
            stroke,
        ));
    }
    for (node, ty) in &miniature.nodes {
        let place = Rect::from_min_max(to_card(node.min), to_card(node.max));
        let color = ty.map_or(theme.faint, |ty| theme.wire(ty));
        painter.rect_filled(place, 2.0, Theme::fade(color, 0.8));
    }
}
