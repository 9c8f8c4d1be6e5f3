//! The template gallery: the examples with a picture or a miniature, a title and a sentence.

use egui::epaint::StrokeKind;
use egui::{Context, Rect, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::setup::{Page, SetupCommand};
use crate::panels::page::page_ui;
use crate::templates::{Miniature, Template};
use crate::theme::{Theme, font, size};
use crate::widgets::picture;

const CARD: Vec2 = vec2(220.0, 236.0);
const PICTURE: f32 = 150.0;
const GAP: f32 = 14.0;

/// Shows the gallery.
pub fn templates_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let title = Command::Setup(SetupCommand::Toggle(Page::Templates)).label();
    page_ui(ctx, state, title, vec2(740.0, 560.0), |ui| {
        let Some(templates) = state.templates.list() else {
            return Vec::new(); // they are being read
        };
        if templates.is_empty() {
            let words = "The examples are not installed beside the program";
            ui.label(egui::RichText::new(words).color(state.theme.secondary));
        }
        let mut commands = Vec::new();
        ScrollArea::vertical()
            .id_salt("templates")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing = Vec2::splat(GAP);
                ui.horizontal_wrapped(|ui| {
                    for template in templates {
                        if card_ui(ui, state, template) {
                            let open = SetupCommand::OpenTemplate(template.path.clone());
                            commands.push(Command::Setup(open));
                        }
                    }
                });
            });
        commands
    })
}

/// One example; says whether it was chosen.
fn card_ui(ui: &mut Ui, state: &State, template: &Template) -> bool {
    let theme = &state.theme;
    let (rect, response) = ui.allocate_exact_size(CARD, Sense::click());
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
    let shown = Rect::from_min_size(rect.min, vec2(CARD.x, PICTURE)).shrink(8.0);
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
    let painter = ui.painter();
    painter.rect_filled(rect, 5.0, theme.canvas);
    let Some(bounds) = miniature.bounds else {
        return;
    };
    let room = rect.shrink(10.0);
    let scale = (room.size() / bounds.size().max(Vec2::splat(1.0))).min_elem();
    for (node, ty) in &miniature.nodes {
        let center = room.center() + (node.center() - bounds.center()) * scale;
        let place = Rect::from_center_size(center, node.size() * scale);
        let color = ty.map_or(theme.faint, |ty| theme.wire(ty));
        painter.rect_filled(place, 2.0, Theme::fade(color, 0.8));
    }
}
