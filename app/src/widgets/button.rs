//! Buttons: icons in bars, the primary button, plain buttons, switches.

use egui::epaint::StrokeKind;
use egui::{Align2, Color32, FontId, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};

use crate::command::Command;
use crate::theme::{Theme, font, size};
use crate::widgets::{Draw, icon_at};

/// An icon that gives a command; its tooltip is the command's, with its shortcut.
pub fn icon_button(ui: &mut Ui, theme: &Theme, command: &Command, side: f32) -> Response {
    let icon = command.icon().unwrap_or_default();
    let tooltip = command.tooltip_with_keys(ui.ctx());
    let response = bare_icon(ui, theme, icon, command.label(), side);
    response.on_hover_text(tooltip)
}

/// An icon without a command of its own; `name` is what a screen reader says.
pub fn bare_icon(ui: &mut Ui, theme: &Theme, icon: &str, name: &str, side: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let lit = response.hovered() || response.has_focus();
    if lit {
        ui.painter()
            .rect_filled(rect, size::FIELD_CORNER + 1.0, theme.hovered);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect,
            size::FIELD_CORNER + 1.0,
            Stroke::new(1.2, theme.accent),
            StrokeKind::Inside,
        );
    }
    let color = if !ui.is_enabled() {
        theme.faint
    } else if lit {
        theme.text
    } else {
        theme.secondary
    };
    icon_at(
        ui.painter(),
        rect.center(),
        icon,
        font::icon((side * 0.56).min(20.0)),
        color,
    );
    response
}

/// How a button with a word looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The one thing to do here: filled with the accent.
    Primary,
    /// Another thing that one may do.
    Plain,
}

impl Weight {
    fn font(self) -> FontId {
        match self {
            Self::Primary => font::strong(size::TEXT),
            Self::Plain => font::text(size::TEXT),
        }
    }

    /// The width of a button of this weight with an icon and a word.
    pub fn width(self, ui: &Ui, word: &str) -> f32 {
        let painter = ui.painter();
        let color = Color32::PLACEHOLDER;
        let galley = painter.layout_no_wrap(word.to_owned(), self.font(), color);
        galley.size().x + ICON + WORD_PAD
    }
}

/// The room of an icon before a word.
const ICON: f32 = 22.0;
/// Before and behind a button's word together.
const WORD_PAD: f32 = 24.0;

/// A button with an icon and a word.
pub fn word_button(
    ui: &mut Ui,
    theme: &Theme,
    icon: Option<&str>,
    word: &str,
    weight: Weight,
) -> Response {
    let (fill, color) = match weight {
        Weight::Primary => (theme.accent, theme.on_accent),
        Weight::Plain => (theme.raised, theme.text),
    };
    let galley = ui
        .painter()
        .layout_no_wrap(word.to_owned(), weight.font(), color);
    let icon_width = if icon.is_some() { ICON } else { 0.0 };
    let (rect, response) = ui.allocate_exact_size(
        vec2(galley.size().x + icon_width + WORD_PAD, 28.0),
        Sense::click(),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), word));

    let strength = if ui.is_enabled() { 1.0 } else { 0.45 };
    let fill = match (response.hovered(), weight) {
        (true, Weight::Primary) => theme.accent.lerp_to_gamma(theme.text, 0.12),
        (true, Weight::Plain) => theme.hovered,
        (false, Weight::Primary | Weight::Plain) => fill,
    };
    let border = match (response.has_focus(), weight) {
        (true, _) => Stroke::new(1.5, theme.text),
        (false, Weight::Plain) => Stroke::new(1.0, theme.line),
        (false, Weight::Primary) => Stroke::NONE,
    };
    ui.painter().rect(
        rect,
        6.0,
        Theme::fade(fill, strength),
        border,
        StrokeKind::Inside,
    );
    let mut left = rect.left() + 12.0;
    if let Some(icon) = icon {
        icon_at(
            ui.painter(),
            egui::pos2(left + 7.0, rect.center().y),
            icon,
            font::icon(15.0),
            Theme::fade(color, strength),
        );
        left += icon_width;
    }
    let at = Align2::LEFT_CENTER.anchor_size(egui::pos2(left, rect.center().y), galley.size());
    ui.painter()
        .galley_with_override_text_color(at.min, galley, Theme::fade(color, strength));
    response
}

/// Keys on a button; `name` is what a screen reader says, and a lit one waits for keys.
pub fn key_button(ui: &mut Ui, theme: &Theme, keys: &str, name: &str, is_lit: bool) -> Response {
    let font = font::text(size::NODE_TEXT);
    let color = if is_lit {
        theme.text
    } else {
        theme.accent_text
    };
    let galley = ui.painter().layout_no_wrap(keys.to_owned(), font, color);
    let (rect, response) =
        ui.allocate_exact_size(vec2(galley.size().x + 16.0, 22.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let border = if is_lit || response.has_focus() {
        Stroke::new(1.2, theme.accent)
    } else {
        Stroke::new(1.0, theme.line)
    };
    let fill = if response.hovered() {
        theme.hovered
    } else {
        theme.field
    };
    ui.painter()
        .rect(rect, size::FIELD_CORNER, fill, border, StrokeKind::Inside);
    let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter().galley(at.min, galley, color);
    response
}

/// A switch, drawn in the right end of `rect`. Returns the new value when it was turned.
pub fn switch(ui: &Ui, draw: &Draw<'_>, response: &Response, on: bool) -> Option<bool> {
    let theme = draw.theme;
    let track = egui::Rect::from_center_size(
        egui::pos2(
            response.rect.right() - draw.px(24.0),
            response.rect.center().y,
        ),
        vec2(draw.px(28.0), draw.px(15.0)),
    );
    let painter = ui.painter();
    let (ground, knob) = if on {
        (theme.accent, theme.on_accent)
    } else {
        (theme.fill, theme.secondary)
    };
    painter.rect_filled(track, track.height() / 2.0, ground);
    let x = if on {
        track.right() - track.height() / 2.0
    } else {
        track.left() + track.height() / 2.0
    };
    painter.circle_filled(egui::pos2(x, track.center().y), track.height() * 0.34, knob);
    response.clicked().then_some(!on)
}
