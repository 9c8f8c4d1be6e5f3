//! Colours as params hold them.

use std::fmt;
use std::str::FromStr;

/// A colour as screens show it: red, green and blue in sRGB, 0 to 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rgb(pub [u8; 3]);

impl Rgb {
    /// The greatest whole number that ComfyUI writes for a colour, which is white.
    const MAX: u64 = 0xff_ffff;

    /// The colour of a whole number `0xRRGGBB`, as ComfyUI writes it.
    pub fn from_number(number: u64) -> Option<Self> {
        let [.., red, green, blue] = number.to_be_bytes();
        (number <= Self::MAX).then_some(Self([red, green, blue]))
    }

    /// Red, green and blue from 0 to 1, as pictures hold them.
    pub fn values(self) -> [f32; 3] {
        self.0.map(|byte| (f64::from(byte) / 255.0) as f32)
    }
}

/// As `#rrggbb`.
impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A text is no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written as #rrggbb")]
pub struct NoColor;

/// Reads `#rrggbb` or `#rgb`, with or without the sign, in letters of any size.
impl FromStr for Rgb {
    type Err = NoColor;

    fn from_str(text: &str) -> Result<Self, NoColor> {
        let digits = text.trim();
        let digits = digits.strip_prefix('#').unwrap_or(digits);
        let digits: Option<Vec<u8>> = digits
            .chars()
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match digits.as_deref() {
            Some([r, g, b]) => Ok(Self([r * 17, g * 17, b * 17])),
            Some([r, r0, g, g0, b, b0]) => Ok(Self([r * 16 + r0, g * 16 + g0, b * 16 + b0])),
            Some(_) | None => Err(NoColor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_written_and_read() {
        let orange = Rgb([255, 136, 0]);
        assert_eq!(orange.to_string(), "#ff8800");
        for text in ["#ff8800", "FF8800", " #f80 "] {
            assert_eq!(text.parse(), Ok(orange), "{text}");
        }
        for nonsense in ["", "#", "#ff88", "#ff88001", "orange", "#-f8800", "ｆ80"] {
            assert_eq!(nonsense.parse::<Rgb>(), Err(NoColor), "{nonsense}");
        }
        assert_eq!(Rgb::from_number(0xff_8800), Some(orange));
        assert_eq!(Rgb::from_number(0x100_0000), None);
        assert_eq!(Rgb([0, 51, 255]).values(), [0.0, 0.2, 1.0]);
    }
}
