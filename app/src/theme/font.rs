//! The embedded fonts by use.

use std::sync::Arc;

use egui::epaint::text::FontTweak;
use egui::text::{FontData, FontDefinitions};
use egui::{FontFamily, FontId};

/// The family of the semibold face.
pub const STRONG: &str = "strong";
/// The family of the icons.
pub const ICONS: &str = "icons";

/// Running text (Inter regular, figures all of one width).
pub fn text(size: f32) -> FontId {
    FontId::new(snap(size), FontFamily::Proportional)
}

/// Titles (Inter semibold).
pub fn strong(size: f32) -> FontId {
    FontId::new(snap(size), FontFamily::Name(STRONG.into()))
}

/// Ids and seeds (JetBrains Mono).
pub fn mono(size: f32) -> FontId {
    FontId::new(snap(size), FontFamily::Monospace)
}

/// Icons (Phosphor regular).
pub fn icon(size: f32) -> FontId {
    FontId::new(snap(size), FontFamily::Name(ICONS.into()))
}

/// Sizes go in half points: text is rasterised at the size at which it is seen, never scaled,
/// and a continuous zoom needs only few sizes in the atlas.
fn snap(size: f32) -> f32 {
    ((size * 2.0).round() / 2.0).max(1.0)
}

/// The fonts, all embedded; scripts that they lack come from the system.
pub fn definitions() -> FontDefinitions {
    let icons: &'static [u8] = include_bytes!("../../../assets/icons/Phosphor.ttf");
    let faces: [(&str, &'static [u8], f32); 5] = [
        (
            "inter",
            include_bytes!("../../../assets/fonts/Inter-Regular.ttf"),
            0.0,
        ),
        (
            "inter-semibold",
            include_bytes!("../../../assets/fonts/Inter-SemiBold.ttf"),
            0.0,
        ),
        (
            "jetbrains-mono",
            include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
            0.0,
        ),
        ("phosphor", icons, 0.0),
        // Icons stand on the baseline; a little lower they are centred beside text.
        ("phosphor-inline", icons, 0.07),
    ];
    let mut fonts = FontDefinitions::empty();
    for (name, bytes, y_offset_factor) in faces {
        let tweak = FontTweak {
            y_offset_factor,
            ..FontTweak::default()
        };
        fonts.font_data.insert(
            name.to_owned(),
            Arc::new(FontData::from_static(bytes).tweak(tweak)),
        );
    }
    let mut family = |family: FontFamily, faces: &[&str]| {
        fonts
            .families
            .insert(family, faces.iter().map(|&face| face.to_owned()).collect());
    };
    family(
        FontFamily::Proportional,
        &["inter", "jetbrains-mono", "phosphor-inline"],
    );
    family(
        FontFamily::Monospace,
        &["jetbrains-mono", "inter", "phosphor-inline"],
    );
    family(
        FontFamily::Name(STRONG.into()),
        &[
            "inter-semibold",
            "inter",
            "jetbrains-mono",
            "phosphor-inline",
        ],
    );
    family(FontFamily::Name(ICONS.into()), &["phosphor", "inter"]);
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::icon;

    #[test]
    fn every_icon_and_letter_is_embedded() {
        let context = egui::Context::default();
        context.set_fonts(definitions());
        let output = context.run_ui(egui::RawInput::default(), |ui| {
            ui.fonts_mut(|fonts| {
                for &icon in icon::ALL {
                    assert!(
                        fonts.has_glyphs(&self::icon(16.0), icon),
                        "{}",
                        icon.escape_unicode()
                    );
                }
                for font in [text(13.0), strong(13.0), mono(12.0)] {
                    assert!(
                        fonts.has_glyphs(&font, "Aäßéø Ωя 0123 …–“”·×→²#?"),
                        "{font:?}"
                    );
                }
            });
        });
        output.drop_without_applying_deltas();
    }
}
