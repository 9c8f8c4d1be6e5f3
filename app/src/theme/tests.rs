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

/// A colour by the name of its role.
type Role = (&'static str, Color32);

fn wanted_of_text(look: Look) -> f64 {
    match look {
        Look::Dark | Look::Light => READABLE,
        Look::HighContrast => HIGH,
    }
}

/// Everything that something is drawn on.
fn grounds(theme: &Theme) -> [Role; 9] {
    [
        ("window", theme.window),
        ("canvas", theme.canvas),
        ("panel", theme.panel),
        ("raised", theme.raised),
        ("hovered", theme.hovered),
        ("node", theme.node),
        ("header", theme.header),
        ("field", theme.field),
        ("fill", theme.fill),
    ]
}

/// Every one of these on every one of those has at least so much contrast.
fn check(look: Look, over: &[Role], under: &[Role], wanted: f64) {
    for (name, color) in over {
        for (ground_name, ground) in under {
            let got = contrast(*color, *ground);
            let look = look.name();
            assert!(
                got >= wanted,
                "{look}: {name} on {ground_name} has {got:.2}"
            );
        }
    }
}

#[test]
fn every_text_is_readable_on_every_ground() {
    for look in Look::ALL {
        let theme = Theme::of(look);
        let texts = [
            ("text", theme.text),
            ("secondary", theme.secondary),
            ("accent text", theme.accent_text),
        ];
        check(look, &texts, &grounds(&theme), wanted_of_text(look));
    }
}

#[test]
fn words_about_what_is_wrong_are_readable_where_they_stand() {
    for look in Look::ALL {
        let theme = Theme::of(look);
        let states = [
            ("good", theme.good),
            ("caution", theme.caution),
            ("error", theme.error),
        ];
        let under = [
            ("window", theme.window),
            ("canvas", theme.canvas),
            ("panel", theme.panel),
            ("raised", theme.raised),
            ("node", theme.node),
            ("field", theme.field),
        ];
        check(look, &states, &under, wanted_of_text(look));
        // As signs they stand on everything.
        check(look, &states, &grounds(&theme), GRAPHIC);
        // The number of problems stands on the colour of the worst.
        let counted = [
            ("accent", theme.accent),
            ("caution", theme.caution),
            ("error", theme.error),
        ];
        let on = [("on accent", theme.on_accent)];
        check(look, &on, &counted, wanted_of_text(look));
    }
}

#[test]
fn selected_text_is_readable() {
    for look in Look::ALL {
        let theme = Theme::of(look);
        let context = Context::default();
        theme.apply(&context, false);
        let selection = context.global_style().visuals.selection;
        let selected = |ground: Color32| ground.blend(selection.bg_fill);
        let under = grounds(&theme).map(|(name, ground)| (name, selected(ground)));
        let text = [("selected text", selection.stroke.color)];
        // On what the pointer is over and on sliders nothing can be selected.
        let under: Vec<Role> = under
            .into_iter()
            .filter(|(name, _)| !["hovered", "fill"].contains(name))
            .collect();
        check(look, &text, &under, wanted_of_text(look));
    }
}

#[test]
fn what_shows_the_state_of_a_control_is_seen() {
    for look in Look::ALL {
        let theme = Theme::of(look);
        // The ring around what has the keyboard, what is selected or runs, a switch that is on.
        check(look, &[("accent", theme.accent)], &grounds(&theme), GRAPHIC);
        // The knob of a switch that is on, and of one that is off.
        let knob = [("knob", theme.on_accent)];
        check(look, &knob, &[("accent", theme.accent)], GRAPHIC);
        let knob = [("knob", theme.secondary)];
        check(look, &knob, &[("fill", theme.fill)], GRAPHIC);
    }
    // In the other looks grounds tell things apart, and borders only help.
    let theme = Theme::of(Look::HighContrast);
    let line = [("line", theme.line)];
    check(theme.look, &line, &grounds(&theme), GRAPHIC);
    assert_eq!(theme.field_border().color, theme.line);
}

#[test]
fn what_may_be_missed_can_still_be_found() {
    for look in Look::ALL {
        let theme = Theme::of(look);
        // WCAG asks nothing of what is disabled; in high contrast it is as readable as all text.
        let wanted = match look {
            Look::Dark | Look::Light => 2.2,
            Look::HighContrast => READABLE,
        };
        check(look, &[("faint", theme.faint)], &grounds(&theme), wanted);
    }
}

#[test]
fn texts_are_readable_on_every_tint() {
    for look in Look::ALL {
        let theme = Theme::of(look);
        let wanted = wanted_of_text(look);
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

#[test]
fn a_checkerboard_is_seen_and_does_not_compete_with_the_picture() {
    for look in Look::ALL {
        let [ground, squares] = Theme::of(look).checker();
        let got = contrast(ground, squares);
        let name = look.name();
        assert!(
            (1.3..2.0).contains(&got),
            "{name}: its squares have {got:.2}"
        );
    }
}
