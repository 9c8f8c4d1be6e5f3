use pyrograph_engine::node::Type;

use super::tint::Tint;
use super::*;

/// WCAG 2.1: text needs 4.5, and 7 where contrast is asked for.
const READABLE: f64 = 4.5;
const HIGH: f64 = 7.0;
/// WCAG 2.1: graphics needed for understanding.
const GRAPHIC: f64 = 3.0;

fn luminance(color: Color32) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_that_of_wcag() {
    assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
    // The published example: #767676 on white is 4.54.
    assert!((contrast(rgb(0x767676), Color32::WHITE) - 4.54).abs() < 0.005);
}

#[test]
fn every_text_is_readable_on_every_ground() {
    for look in Look::ALL {
        let theme = Theme::of(look);
        let wanted = if look == Look::HighContrast {
            HIGH
        } else {
            READABLE
        };
        let grounds = [
            ("window", theme.window),
            ("canvas", theme.canvas),
            ("panel", theme.panel),
            ("raised", theme.raised),
            ("node", theme.node),
            ("header", theme.header),
            ("field", theme.field),
            ("fill", theme.fill),
        ];
        let texts = [
            ("text", theme.text),
            ("secondary", theme.secondary),
            ("accent text", theme.accent_text),
        ];
        let pairs = grounds
            .iter()
            .flat_map(|ground| texts.iter().map(move |text| (*text, *ground)));
        let states = [
            ("good", theme.good),
            ("caution", theme.caution),
            ("error", theme.error),
        ];
        let state_pairs = states.iter().flat_map(|state| {
            [
                ("panel", theme.panel),
                ("node", theme.node),
                ("field", theme.field),
            ]
            .map(|ground| (*state, ground))
        });
        let button = (("on accent", theme.on_accent), ("accent", theme.accent));
        for ((text_name, text), (ground_name, ground)) in pairs.chain(state_pairs).chain([button]) {
            let got = contrast(text, ground);
            // A label on a slider's fill is read beside its value, which is text.
            let wanted = if (text_name, ground_name) == ("secondary", "fill") {
                GRAPHIC
            } else {
                wanted
            };
            assert!(
                got >= wanted,
                "{}: {text_name} on {ground_name} has {got:.2}",
                look.name()
            );
        }
    }
}

#[test]
fn texts_are_readable_on_every_tint() {
    for look in Look::ALL {
        let theme = Theme::of(look);
        let wanted = if look == Look::HighContrast {
            HIGH
        } else {
            READABLE
        };
        for tint in Tint::ALL {
            assert_eq!(Tint::named(tint.name()), Some(tint));
            for text in [theme.text, theme.secondary, theme.accent_text] {
                let got = contrast(text, theme.tint(tint));
                assert!(got >= wanted, "{}: {tint:?} has {got:.2}", look.name());
            }
        }
    }
}

#[test]
fn pins_and_borders_are_seen() {
    for look in Look::ALL {
        for hues in [Hues::Familiar, Hues::Safe] {
            let theme = Theme::of(look).with_hues(hues);
            for ty in Type::ALL {
                let name = format!("{} {hues:?}: {}", look.name(), ty.name());
                let got = contrast(theme.wire(ty), theme.canvas);
                assert!(got >= GRAPHIC, "{name} has {got:.2}");
                let got = contrast(theme.on_pin(), theme.wire(ty));
                assert!(got >= GRAPHIC, "{name}: its letter has {got:.2}");
            }
            assert!(contrast(theme.accent, theme.canvas) >= GRAPHIC);
        }
    }
}

#[test]
fn marks_are_unique() {
    let mut marks = Type::ALL
        .map(|ty| {
            (
                format!("{:?}", Theme::mark(ty).shape),
                Theme::mark(ty).letter,
            )
        })
        .to_vec();
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), Type::ALL.len());
}
