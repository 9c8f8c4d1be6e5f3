//! The only colours, sizes and fonts of the window: warm charcoal with one ember accent, so that
//! the artist's picture is the brightest thing on the screen.
//!
//! Three themes have the same roles; every pair of text and ground is tested for contrast.

use egui::epaint::Shadow;
use egui::style::ScrollAnimation;
use egui::{Color32, Context, CornerRadius, Margin, Stroke, TextStyle, Vec2};
use pyrograph_engine::node::Rgb;
use serde::{Deserialize, Serialize};

pub mod font;
pub mod icon;
mod pins;
pub mod tint;

/// Sizes in points at 100 %.
pub mod size {
    /// Everything sits on multiples of this.
    pub const GRID: f32 = 4.0;
    /// Distance of the canvas's dots.
    pub const DOTS: f32 = 24.0;
    /// A node's corner.
    pub const NODE_CORNER: f32 = 9.0;
    /// A node's header.
    pub const HEADER: f32 = 30.0;
    /// A row of pins.
    pub const ROW: f32 = 24.0;
    /// A field, and the way from one field to the next.
    pub const FIELD: f32 = 24.0;
    /// From the top of one field to the top of the next.
    pub const FIELD_PITCH: f32 = 28.0;
    /// A field's corner.
    pub const FIELD_CORNER: f32 = 5.0;
    /// Between a node's border and its fields.
    pub const NODE_PAD: f32 = 12.0;
    /// Half of a pin's side.
    pub const PIN: f32 = 6.5;
    /// How near to a pin the pointer counts as on it.
    pub const PIN_REACH: f32 = 13.0;
    /// A wire, and a wire of the selected node.
    pub const WIRE: f32 = 2.2;
    /// A selected wire.
    pub const WIRE_SELECTED: f32 = 3.0;
    /// The icon rail.
    pub const RAIL: f32 = 48.0;
    /// The top bar.
    pub const TOP: f32 = 44.0;
    /// The inspector.
    pub const INSPECTOR: f32 = 320.0;
    /// The drawer.
    pub const DRAWER: f32 = 156.0;
    /// Body text.
    pub const TEXT: f32 = 13.0;
    /// Text in nodes.
    pub const NODE_TEXT: f32 = 12.0;
    /// Small remarks.
    pub const SMALL: f32 = 11.0;
    /// Panel headings.
    pub const HEADING: f32 = 16.0;
    /// What a scroll bar takes of the room beside it.
    pub const SCROLL_BAR: f32 = 8.0;
}

/// A colour of the user's as it is shown.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where colours are made"
)]
pub fn shown(color: Rgb) -> Color32 {
    let [red, green, blue] = color.0;
    Color32::from_rgb(red, green, blue)
}

/// The three looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Warm charcoal.
    #[default]
    Dark,
    /// Warm paper.
    Light,
    /// Black and white with strong colours.
    HighContrast,
}

impl Look {
    /// Every look, in the order in which the program goes through them.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::HighContrast];

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "Dark",
            Self::Light => "Light",
            Self::HighContrast => "High contrast",
        }
    }
}

/// The shape that tells pins of different types apart, besides colour and letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinShape {
    /// Models and control nets.
    Diamond,
    /// Text encoders and masks.
    Square,
    /// VAEs.
    Hexagon,
    /// Prompts and pictures.
    Circle,
    /// Latents.
    Triangle,
    /// Plain values.
    Ring,
}

/// Which colours pins and wires have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hues {
    /// Those that ComfyUI's users know.
    #[default]
    Familiar,
    /// Those that colour-blind people tell apart.
    Safe,
}

/// A type's mark on a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The shape.
    pub shape: PinShape,
    /// The letter in it.
    pub letter: &'static str,
}

/// The colours by their role.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    /// Which look this is.
    pub look: Look,
    /// Which colours pins and wires have.
    pub hues: Hues,
    /// Behind everything, top bar, rail.
    pub window: Color32,
    /// The canvas.
    pub canvas: Color32,
    /// The canvas's dots.
    pub dot: Color32,
    /// Inspector and drawer.
    pub panel: Color32,
    /// Buttons and what floats.
    pub raised: Color32,
    /// What is under the pointer.
    pub hovered: Color32,
    /// Borders and separators.
    pub line: Color32,
    /// A node.
    pub node: Color32,
    /// A node's header.
    pub header: Color32,
    /// Wells: darker than the node.
    pub field: Color32,
    /// Text.
    pub text: Color32,
    /// Labels.
    pub secondary: Color32,
    /// What may be missed.
    pub faint: Color32,
    /// Selection, running, the primary button.
    pub accent: Color32,
    /// Text in the accent's hue.
    pub accent_text: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Fine.
    pub good: Color32,
    /// Take care.
    pub caution: Color32,
    /// Wrong.
    pub error: Color32,
    /// The filled part of a slider.
    pub fill: Color32,
    /// Shadow below nodes and what floats.
    pub shadow: Color32,
    /// Over the window while a question waits.
    pub dim: Color32,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place where colours are made"
)]
const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const DARK: Theme = Theme {
    look: Look::Dark,
    hues: Hues::Familiar,
    window: rgb(0x1A1918),
    canvas: rgb(0x1E1D1B),
    dot: rgb(0x2B2926),
    panel: rgb(0x232120),
    raised: rgb(0x2A2826),
    hovered: rgb(0x35322F),
    line: rgb(0x3A3733),
    node: rgb(0x292725),
    header: rgb(0x33302D),
    field: rgb(0x1B1A19),
    text: rgb(0xEDE8E2),
    secondary: rgb(0xA9A29A),
    faint: rgb(0x6F6962),
    accent: rgb(0xFF7A3D),
    accent_text: rgb(0xFFB185),
    on_accent: rgb(0x241106),
    good: rgb(0x7CC98A),
    caution: rgb(0xF0B84A),
    error: rgb(0xFF6464),
    fill: rgb(0x3A342E),
    shadow: Color32::from_black_alpha(90),
    dim: Color32::from_black_alpha(150),
};

const LIGHT: Theme = Theme {
    look: Look::Light,
    hues: Hues::Familiar,
    window: rgb(0xE9E4DD),
    canvas: rgb(0xF3EFE9),
    dot: rgb(0xDCD5CB),
    panel: rgb(0xF7F4F0),
    raised: rgb(0xFFFFFF),
    hovered: rgb(0xE6DFD6),
    line: rgb(0xCFC7BC),
    node: rgb(0xFBF9F6),
    header: rgb(0xEEE8E0),
    field: rgb(0xEDE8E1),
    text: rgb(0x231F1B),
    secondary: rgb(0x5F574E),
    faint: rgb(0x978E83),
    accent: rgb(0xC24A12),
    accent_text: rgb(0xA33C0B),
    on_accent: rgb(0xFFFFFF),
    good: rgb(0x1F6E32),
    caution: rgb(0x7D5600),
    error: rgb(0xB3261E),
    fill: rgb(0xE2D9CD),
    shadow: Color32::from_black_alpha(40),
    dim: Color32::from_black_alpha(90),
};

const HIGH_CONTRAST: Theme = Theme {
    look: Look::HighContrast,
    hues: Hues::Familiar,
    window: rgb(0x000000),
    canvas: rgb(0x000000),
    dot: rgb(0x3A3A3A),
    panel: rgb(0x0A0A0A),
    raised: rgb(0x141414),
    hovered: rgb(0x2E2E2E),
    line: rgb(0xB8B8B8),
    node: rgb(0x0E0E0E),
    header: rgb(0x1C1C1C),
    field: rgb(0x000000),
    text: rgb(0xFFFFFF),
    secondary: rgb(0xE2E2E2),
    faint: rgb(0xB0B0B0),
    accent: rgb(0xFF9A5C),
    accent_text: rgb(0xFFC7A3),
    on_accent: rgb(0x000000),
    good: rgb(0x8CF0A0),
    caution: rgb(0xFFD060),
    error: rgb(0xFF9C9C),
    fill: rgb(0x333333),
    shadow: Color32::from_black_alpha(0),
    dim: Color32::from_black_alpha(190),
};

impl Theme {
    /// The colours of a look.
    pub const fn of(look: Look) -> Self {
        match look {
            Look::Dark => DARK,
            Look::Light => LIGHT,
            Look::HighContrast => HIGH_CONTRAST,
        }
    }

    /// The same with other colours of pins and wires.
    pub const fn with_hues(mut self, hues: Hues) -> Self {
        self.hues = hues;
        self
    }

    /// A colour at part of its strength.
    pub fn fade(color: Color32, strength: f32) -> Color32 {
        color.gamma_multiply(strength)
    }

    /// Over the ground of selected text, which is then [`Self::text`] whatever it was before.
    pub fn selection(&self) -> Color32 {
        Self::fade(self.accent, 0.35)
    }

    /// Round a field at rest. In high contrast all grounds are nearly black, so that a border has to
    /// say where one can click.
    pub fn field_border(&self) -> Stroke {
        match self.look {
            Look::Dark | Look::Light => Stroke::NONE,
            Look::HighContrast => Stroke::new(1.0, self.line),
        }
    }

    /// The two colours of the checkerboard behind pictures.
    pub const fn checker(&self) -> [Color32; 2] {
        match self.look {
            Look::Dark => [self.field, self.line],
            Look::Light => [self.line, self.raised],
            Look::HighContrast => [self.field, self.dot],
        }
    }

    /// The shadow of nodes at a scale.
    pub fn node_shadow(&self, scale: f32) -> Shadow {
        Shadow {
            offset: [0, (3.0 * scale).round().clamp(0.0, 100.0) as i8],
            blur: (12.0 * scale).round().clamp(0.0, 200.0) as u8,
            spread: 0,
            color: self.shadow,
        }
    }

    /// The window's picture, 64 x 64: an ember-coloured flame on charcoal, drawn here so that no
    /// file is needed.
    pub fn window_icon() -> egui::IconData {
        const SIDE: usize = 64;
        let mut rgba = Vec::with_capacity(SIDE * SIDE * 4);
        for y in 0..SIDE {
            for x in 0..SIDE {
                // Two drops, one in the other: wide at three quarters of the height, pointed above.
                let inside = |height: f32, width: f32| {
                    let up = (56.0 - y as f32) / height;
                    let half =
                        width * (1.0 - up).max(0.0).sqrt() * up.max(0.0).sqrt() * (1.25 - up);
                    let lean = 4.0 * (up * 3.0).sin() * up;
                    (0.0..1.0).contains(&up) && (x as f32 - 32.0 - lean).abs() < half
                };
                let color = if inside(24.0, 16.0) {
                    DARK.accent_text
                } else if inside(48.0, 34.0) {
                    DARK.accent
                } else {
                    DARK.window
                };
                rgba.extend_from_slice(&color.to_array());
            }
        }
        egui::IconData {
            rgba,
            width: SIDE as u32,
            height: SIDE as u32,
        }
    }

    /// Gives egui this theme's style. With `reduces_motion` nothing moves by itself.
    pub fn apply(&self, ctx: &Context, reduces_motion: bool) {
        let base = if self.look == Look::Light {
            egui::Theme::Light
        } else {
            egui::Theme::Dark
        };
        ctx.set_theme(base);
        ctx.style_mut_of(base, |style| {
            self.style(style);
            if reduces_motion {
                style.animation_time = 0.0;
                style.scroll_animation = ScrollAnimation::none();
            }
        });
    }

    fn style(&self, style: &mut egui::Style) {
        style.text_styles = [
            (TextStyle::Small, font::text(size::SMALL)),
            (TextStyle::Body, font::text(size::TEXT)),
            (TextStyle::Button, font::text(size::TEXT)),
            (TextStyle::Heading, font::strong(size::HEADING)),
            (TextStyle::Monospace, font::mono(size::NODE_TEXT)),
        ]
        .into();
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.5;
        style.interaction.show_tooltips_only_when_still = true;
        style.animation_time = 0.1;
        style.scroll_animation = ScrollAnimation::duration(0.1);
        style.spacing.item_spacing = Vec2::new(8.0, 6.0);
        style.spacing.button_padding = Vec2::new(10.0, 4.0);
        style.spacing.interact_size.y = 26.0;
        style.spacing.menu_margin = Margin::same(6);
        style.spacing.window_margin = Margin::same(16);
        style.spacing.scroll.floating = true;

        let visuals = &mut style.visuals;
        visuals.panel_fill = self.panel;
        visuals.window_fill = self.raised;
        visuals.window_stroke = Stroke::new(1.0, self.line);
        visuals.window_corner_radius = CornerRadius::same(9);
        visuals.menu_corner_radius = CornerRadius::same(7);
        visuals.window_shadow = Shadow {
            offset: [0, 8],
            blur: 24,
            spread: 0,
            color: self.shadow,
        };
        visuals.popup_shadow = visuals.window_shadow;
        visuals.extreme_bg_color = self.field;
        visuals.faint_bg_color = self.raised;
        visuals.code_bg_color = self.field;
        visuals.weak_text_color = Some(self.secondary);
        visuals.hyperlink_color = self.accent_text;
        visuals.warn_fg_color = self.caution;
        visuals.error_fg_color = self.error;
        visuals.selection.bg_fill = self.selection();
        visuals.selection.stroke = Stroke::new(1.2, self.text);
        visuals.text_cursor.stroke = Stroke::new(1.5, self.accent);
        visuals.text_cursor.blink = false;
        visuals.disabled_alpha = 0.45;
        let corner = CornerRadius::same(size::FIELD_CORNER as u8);
        for (widget, fill, border, text) in [
            (
                &mut visuals.widgets.noninteractive,
                self.panel,
                self.line,
                self.text,
            ),
            (
                &mut visuals.widgets.inactive,
                self.raised,
                self.line,
                self.text,
            ),
            (
                &mut visuals.widgets.hovered,
                self.hovered,
                self.line,
                self.text,
            ),
            (
                &mut visuals.widgets.active,
                self.hovered,
                self.accent,
                self.text,
            ),
            (
                &mut visuals.widgets.open,
                self.hovered,
                self.line,
                self.text,
            ),
        ] {
            widget.bg_fill = fill;
            widget.weak_bg_fill = fill;
            widget.bg_stroke = Stroke::new(1.0, border);
            widget.fg_stroke = Stroke::new(1.0, text);
            widget.corner_radius = corner;
            widget.expansion = 0.0;
        }
    }
}

#[cfg(test)]
mod tests;
