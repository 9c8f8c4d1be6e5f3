//! How the types of wires are told apart: by colour, shape and letter.
//!
//! One set of colours has the hues that ComfyUI's users know. The other begins with Okabe and Ito's
//! and keeps every two types apart for people who lack one kind of cone, on light and dark grounds.

use egui::Color32;
use pyrograph_engine::node::Type;

use super::{DARK, HIGH_CONTRAST, Hues, LIGHT, Look, Mark, PinShape, Theme, rgb};

impl Theme {
    /// The colour of a type's wires and pins.
    pub const fn wire(&self, ty: Type) -> Color32 {
        match (self.hues, self.look) {
            (Hues::Familiar, Look::Light) => familiar_on_light(ty),
            (Hues::Familiar, Look::Dark | Look::HighContrast) => familiar_on_dark(ty),
            (Hues::Safe, Look::Light) => safe_on_light(ty),
            (Hues::Safe, Look::Dark | Look::HighContrast) => safe_on_dark(ty),
        }
    }

    /// The shape and letter of a type's pins.
    pub const fn mark(ty: Type) -> Mark {
        let (shape, letter) = match ty {
            Type::Model => (PinShape::Diamond, "M"),
            Type::Clip => (PinShape::Square, "C"),
            Type::Vae => (PinShape::Hexagon, "V"),
            Type::Conditioning => (PinShape::Circle, "T"),
            Type::Latent => (PinShape::Triangle, "L"),
            Type::Image => (PinShape::Circle, "I"),
            Type::Mask => (PinShape::Square, "K"),
            Type::ControlNet => (PinShape::Diamond, "N"),
            Type::Number => (PinShape::Ring, "#"),
            Type::Text => (PinShape::Ring, "a"),
            Type::Seed => (PinShape::Ring, "s"),
            Type::Flag => (PinShape::Ring, "?"),
        };
        Mark { shape, letter }
    }

    /// The letter's colour on a filled pin.
    pub const fn on_pin(&self) -> Color32 {
        match self.look {
            Look::Dark => DARK.field,
            Look::Light => LIGHT.raised,
            Look::HighContrast => HIGH_CONTRAST.window,
        }
    }
}

const fn familiar_on_dark(ty: Type) -> Color32 {
    rgb(match ty {
        Type::Model => 0xB8A1E6,
        Type::Clip => 0xE8CF4A,
        Type::Vae => 0xF27D7D,
        Type::Conditioning => 0xF5A54A,
        Type::Latent => 0xEE9AE5,
        Type::Image => 0x6FB4F2,
        Type::Mask => 0x8CCB8F,
        Type::ControlNet => 0x55C7BE,
        Type::Number | Type::Text | Type::Seed | Type::Flag => 0xC9C3BB,
    })
}

const fn familiar_on_light(ty: Type) -> Color32 {
    rgb(match ty {
        Type::Model => 0x7857C4,
        Type::Clip => 0x8E7600,
        Type::Vae => 0xC4453F,
        Type::Conditioning => 0xB26A0C,
        Type::Latent => 0xB846AC,
        Type::Image => 0x2B73B8,
        Type::Mask => 0x3F8644,
        Type::ControlNet => 0x16837A,
        Type::Number | Type::Text | Type::Seed | Type::Flag => 0x6E665C,
    })
}

const fn safe_on_dark(ty: Type) -> Color32 {
    rgb(match ty {
        Type::Model => 0xBC69AD,
        Type::Clip => 0xFFE64E,
        Type::Vae => 0xC74E00,
        Type::Conditioning => 0xEC8B00,
        Type::Latent => 0xEEFDFC,
        Type::Image => 0x55C8F3,
        Type::Mask => 0x00A75C,
        Type::ControlNet => 0x1E66D1,
        Type::Number | Type::Text | Type::Seed | Type::Flag => 0x9A938B,
    })
}

const fn safe_on_light(ty: Type) -> Color32 {
    rgb(match ty {
        Type::Model => 0xA64199,
        Type::Clip => 0x776912,
        Type::Vae => 0xCB280E,
        Type::Conditioning => 0xBC7B00,
        Type::Latent => 0x3A222E,
        Type::Image => 0x276FCC,
        Type::Mask => 0x007341,
        Type::ControlNet => 0x0F3CA3,
        Type::Number | Type::Text | Type::Seed | Type::Flag => 0x77706A,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::tint::Tint;

    /// CIE 1976 colour difference: 2.3 is just noticed side by side; thin wires apart from each
    /// other need several times that.
    const APART: f64 = 11.0;

    /// What people see who lack one kind of cone, on linear RGB: Machado, Oliveira and Fernandes
    /// 2009, severity 1.0; after full sight protanopia, deuteranopia, tritanopia.
    const SIGHT: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];

    /// From linear sRGB to XYZ over the white of D65.
    const XYZ: [[f64; 3]; 3] = [
        [0.433_95, 0.376_22, 0.189_83],
        [0.212_67, 0.715_15, 0.072_18],
        [0.017_76, 0.109_47, 0.872_77],
    ];

    fn times(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|row| (0..3).map(|i| matrix[row][i] * vector[i]).sum())
    }

    fn lab(linear: [f64; 3]) -> [f64; 3] {
        let [x, y, z] = times(&XYZ, linear).map(|t| {
            if t > 216.0 / 24_389.0 {
                t.cbrt()
            } else {
                (24_389.0 / 27.0 * t + 16.0) / 116.0
            }
        });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn linear(color: Color32) -> [f64; 3] {
        [color.r(), color.g(), color.b()].map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    fn difference(a: Color32, b: Color32, sight: &[[f64; 3]; 3]) -> f64 {
        let seen = |color| lab(times(sight, linear(color)).map(|c| c.clamp(0.0, 1.0)));
        let (a, b) = (seen(a), seen(b));
        (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn the_difference_is_that_of_cie_1976() {
        let [full, ..] = &SIGHT;
        assert!((difference(Color32::BLACK, Color32::WHITE, full) - 100.0).abs() < 0.1);
        assert!(difference(rgb(0x123456), rgb(0x123456), full) < 1e-9);
    }

    #[test]
    fn every_two_tints_are_told_apart_by_their_rims() {
        let [full, ..] = &SIGHT;
        for look in Look::ALL {
            let theme = Theme::of(look);
            for (i, a) in Tint::ALL.into_iter().enumerate() {
                for b in Tint::ALL.into_iter().take(i) {
                    let got = difference(theme.tint_rim(a), theme.tint_rim(b), full);
                    assert!(got >= APART, "{}: {a:?} {b:?} {got:.1}", look.name());
                }
                let ground = difference(theme.tint_rim(a), theme.raised, full);
                assert!(ground >= 2.0 * APART, "{}: {a:?} {ground:.1}", look.name());
            }
        }
    }

    #[test]
    fn every_two_types_are_told_apart_by_every_eye() {
        for look in Look::ALL {
            let theme = Theme::of(look).with_hues(Hues::Safe);
            for (i, a) in Type::ALL.into_iter().enumerate() {
                for b in Type::ALL.into_iter().take(i) {
                    let (one, other) = (theme.wire(a), theme.wire(b));
                    if one == other {
                        continue; // plain values are told apart by their letters
                    }
                    for sight in &SIGHT {
                        let got = difference(one, other, sight);
                        let names = (look.name(), a.name(), b.name());
                        assert!(got >= APART, "{names:?}: {got:.1} {sight:?}");
                    }
                }
            }
        }
    }
}
