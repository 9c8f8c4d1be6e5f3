//! Reads and writes one param's value: the only place that knows which JSON a kind of param
//! takes, for the checker, the window and `--set` alike.

use serde_json::{Number, Value as Json};

use super::nearest::nearest;
use super::shorten;
use crate::node::{FileKind, ParamKind, Rgb, Value};

/// Why a value does not do for a param.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ValueError {
    /// Another kind of JSON.
    #[error("expected {expected}, found {found}")]
    Kind {
        /// What the param takes.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A fraction where only whole numbers are.
    #[error("{found} is not a whole number")]
    NotWhole {
        /// What stands there.
        found: String,
    },
    /// Whole, but written so that its last digits are lost.
    #[error("{found} is too large to be exact in this form")]
    Inexact {
        /// What stands there.
        found: String,
    },
    /// Beyond what 64-bit floats hold.
    #[error("{found} is not a finite number")]
    NotFinite {
        /// What stands there.
        found: String,
    },
    /// Outside the hard range.
    #[error("{found} lies outside {min} to {max}")]
    Range {
        /// What stands there.
        found: String,
        /// The least allowed.
        min: String,
        /// The greatest allowed.
        max: String,
    },
    /// No name of a choice.
    #[error("{found:?} is none of the choices")]
    Choice {
        /// What stands there.
        found: String,
        /// What may.
        names: &'static [&'static str],
    },
    /// A text or number that is no colour.
    #[error("{found} is no colour")]
    Color {
        /// What stands there.
        found: String,
    },
    /// A file param without a name.
    #[error("no file is chosen")]
    NoFile {
        /// Which kind of file is wanted.
        kind: FileKind,
    },
}

impl ValueError {
    /// The way out, if there is one to tell.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Kind { .. } => None,
            Self::NotWhole { .. } => Some("write it without a fraction".to_owned()),
            Self::Inexact { .. } => {
                Some("write it as digits alone, without point or exponent".to_owned())
            }
            Self::NotFinite { .. } => Some("use a smaller number".to_owned()),
            Self::Range { min, max, .. } => Some(format!("use a value from {min} to {max}")),
            Self::Choice { found, names } => Some(match nearest(found, names.iter().copied()) {
                Some(near) => format!(
                    "did you mean {near:?}? The choices are {}",
                    names.join(", ")
                ),
                None => format!("the choices are {}", names.join(", ")),
            }),
            Self::Color { .. } => Some("write it as #rrggbb, such as #ff8800".to_owned()),
            Self::NoFile { kind } => Some(match kind {
                FileKind::Checkpoint => {
                    "choose a checkpoint; `pyrograph models` lists them".to_owned()
                }
                FileKind::Vae => "choose a VAE; `pyrograph models` lists them".to_owned(),
                FileKind::Image => "choose a picture".to_owned(),
                FileKind::Latent => "choose a saved latent".to_owned(),
                FileKind::Embedding => "choose an embedding".to_owned(),
            }),
        }
    }
}

/// Reads a value of that kind, inside its hard range. Whole numbers may be written as `20.0`;
/// seeds are exact to the last of their 64 bits; a colour is a text in hexadecimal digits, or the
/// whole number that ComfyUI writes.
pub fn read(kind: &ParamKind, json: &Json) -> Result<Value, ValueError> {
    let wrong = || ValueError::Kind {
        expected: expected(kind),
        found: found(json),
    };
    let number = || json.as_number().ok_or_else(wrong);
    let text = || json.as_str().ok_or_else(wrong);
    match kind {
        ParamKind::Int { hard, .. } => int(whole(number()?)?, *hard),
        ParamKind::Seed { .. } => seed(whole(number()?)?),
        ParamKind::Float { hard, .. } => {
            let number = number()?;
            let finite = number.as_f64().filter(|x| x.is_finite());
            float(
                finite.ok_or_else(|| ValueError::NotFinite {
                    found: shown(number),
                })?,
                *hard,
            )
        }
        ParamKind::Text { .. } => Ok(Value::Text(text()?.to_owned())),
        ParamKind::Choice { names, .. } => choice(names, text()?),
        ParamKind::File { kind, .. } => file(*kind, text()?),
        ParamKind::Flag { .. } => json.as_bool().map(Value::Flag).ok_or_else(wrong),
        ParamKind::Color { .. } => match json {
            Json::String(text) => color(text),
            Json::Number(number) => {
                let color = u64::try_from(whole(number)?)
                    .ok()
                    .and_then(Rgb::from_number);
                color.map(Value::Color).ok_or_else(|| ValueError::Color {
                    found: shown(number),
                })
            }
            Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => Err(wrong()),
        },
    }
}

/// The value of a param that a file does not name. A default that is no value (a file not chosen)
/// is as wrong as a written one.
pub fn default(kind: &ParamKind) -> Result<Value, ValueError> {
    match *kind {
        ParamKind::File { kind, default } => file(kind, default),
        ParamKind::Int { .. }
        | ParamKind::Float { .. }
        | ParamKind::Seed { .. }
        | ParamKind::Text { .. }
        | ParamKind::Choice { .. }
        | ParamKind::Color { .. }
        | ParamKind::Flag { .. } => Ok(kind.default()),
    }
}

/// What a wire brings, as a value of that kind: numbers become whole numbers and seeds and the
/// other way round where nothing is lost, texts become colours.
pub fn convert(kind: &ParamKind, value: &Value) -> Result<Value, ValueError> {
    let wrong = || ValueError::Kind {
        expected: expected(kind),
        found: found(&json(value)),
    };
    let whole = || match value {
        Value::Int(i) => Ok(i128::from(*i)),
        Value::Seed(seed) => Ok(i128::from(*seed)),
        Value::Float(x) => whole_float(*x, || x.to_string()),
        Value::Text(_) | Value::Color(_) | Value::Flag(_) => Err(wrong()),
    };
    let number = || match value {
        Value::Int(i) => Ok(*i as f64),
        Value::Seed(seed) => Ok(*seed as f64),
        Value::Float(x) => Ok(*x),
        Value::Text(_) | Value::Color(_) | Value::Flag(_) => Err(wrong()),
    };
    let text = || match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Color(color) => Ok(color.to_string()),
        Value::Int(_) | Value::Seed(_) | Value::Float(_) | Value::Flag(_) => Err(wrong()),
    };
    match kind {
        ParamKind::Int { hard, .. } => int(whole()?, *hard),
        ParamKind::Seed { .. } => seed(whole()?),
        ParamKind::Float { hard, .. } => float(number()?, *hard),
        ParamKind::Text { .. } => text().map(Value::Text),
        ParamKind::Choice { names, .. } => choice(names, &text()?),
        ParamKind::Color { .. } => color(&text()?),
        ParamKind::File { kind, .. } => file(*kind, &text()?),
        ParamKind::Flag { .. } => match value {
            Value::Flag(flag) => Ok(Value::Flag(*flag)),
            Value::Int(_) | Value::Seed(_) | Value::Float(_) | Value::Color(_) | Value::Text(_) => {
                Err(wrong())
            }
        },
    }
}

/// The value as files hold it.
pub fn json(value: &Value) -> Json {
    match value {
        Value::Int(i) => Json::from(*i),
        Value::Seed(seed) => Json::from(*seed),
        // As `7`, not `7.0`, which is how people write it.
        Value::Float(x) if x.fract() == 0.0 && x.abs() <= EXACT => Json::from(*x as i64),
        Value::Float(x) => Json::from(*x),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Flag(flag) => Json::from(*flag),
        Value::Color(color) => Json::from(color.to_string()),
    }
}

/// Up to here every whole number is a float.
const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53

fn int(value: i128, (min, max): (i64, i64)) -> Result<Value, ValueError> {
    let outside = || ValueError::Range {
        found: value.to_string(),
        min: min.to_string(),
        max: max.to_string(),
    };
    i64::try_from(value)
        .ok()
        .filter(|value| (min..=max).contains(value))
        .map(Value::Int)
        .ok_or_else(outside)
}

fn seed(value: i128) -> Result<Value, ValueError> {
    let outside = |_| ValueError::Range {
        found: value.to_string(),
        min: "0".to_owned(),
        max: u64::MAX.to_string(),
    };
    u64::try_from(value).map(Value::Seed).map_err(outside)
}

fn float(value: f64, (min, max): (f64, f64)) -> Result<Value, ValueError> {
    if !value.is_finite() {
        Err(ValueError::NotFinite {
            found: value.to_string(),
        })
    } else if value < min || value > max {
        Err(ValueError::Range {
            found: value.to_string(),
            min: min.to_string(),
            max: max.to_string(),
        })
    } else {
        Ok(Value::Float(value))
    }
}

fn choice(names: &'static [&'static str], text: &str) -> Result<Value, ValueError> {
    if names.contains(&text) {
        Ok(Value::Text(text.to_owned()))
    } else {
        Err(ValueError::Choice {
            found: shorten(text).into_owned(),
            names,
        })
    }
}

fn color(text: &str) -> Result<Value, ValueError> {
    let wrong = |_| ValueError::Color {
        found: format!("{:?}", shorten(text)),
    };
    text.parse().map(Value::Color).map_err(wrong)
}

fn file(kind: FileKind, text: &str) -> Result<Value, ValueError> {
    if text.is_empty() {
        Err(ValueError::NoFile { kind })
    } else {
        Ok(Value::Text(text.to_owned()))
    }
}

fn whole(number: &Number) -> Result<i128, ValueError> {
    if let Some(exact) = number.as_i128() {
        return Ok(exact);
    }
    let finite = number.as_f64().filter(|x| x.is_finite());
    whole_float(
        finite.ok_or_else(|| ValueError::NotFinite {
            found: shown(number),
        })?,
        || shown(number),
    )
}

fn whole_float(x: f64, shown: impl Fn() -> String) -> Result<i128, ValueError> {
    if x.fract() != 0.0 {
        Err(ValueError::NotWhole { found: shown() })
    } else if x.abs() > EXACT {
        Err(ValueError::Inexact { found: shown() })
    } else {
        Ok(x as i128)
    }
}

fn shown(number: &Number) -> String {
    shorten(number.as_str()).into_owned()
}

fn expected(kind: &ParamKind) -> &'static str {
    match kind {
        ParamKind::Int { .. } | ParamKind::Seed { .. } => "a whole number",
        ParamKind::Float { .. } => "a number",
        ParamKind::Text { .. } => "a text",
        ParamKind::Choice { .. } => "one of the choices' names",
        ParamKind::Color { .. } => "a colour",
        ParamKind::File { .. } => "a file's name",
        ParamKind::Flag { .. } => "true or false",
    }
}

fn found(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(flag) => flag.to_string(),
        Json::Number(number) => shown(number),
        Json::String(text) => format!("the text {:?}", shorten(text)),
        Json::Array(_) => "an array".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const STEPS: ParamKind = ParamKind::Int {
        default: 20,
        hard: (1, 10_000),
        soft: (1, 60),
        step: 1,
    };
    const CFG: ParamKind = ParamKind::Float {
        default: 8.0,
        hard: (0.0, 100.0),
        soft: (1.0, 15.0),
        step: 0.1,
    };
    const SEED: ParamKind = ParamKind::Seed { default: 0 };
    const CHOICE: ParamKind = ParamKind::Choice {
        default: "euler",
        names: &["euler", "heun"],
    };
    const FILE: ParamKind = ParamKind::File {
        kind: FileKind::Image,
        default: "",
    };
    const FLAG: ParamKind = ParamKind::Flag { default: true };
    const COLOR: ParamKind = ParamKind::Color {
        default: Rgb([0; 3]),
    };

    fn check(kind: &ParamKind, json: &str, expected: Expect) {
        let json: Json = serde_json::from_str(json).unwrap();
        expected.assert_eq(&match read(kind, &json) {
            Ok(value) => format!("{value:?}"),
            Err(error) => match error.help() {
                Some(help) => format!("{error}; {help}"),
                None => error.to_string(),
            },
        });
    }

    #[test]
    fn whole_numbers() {
        check(&STEPS, "20", expect!["Int(20)"]);
        check(&STEPS, "20.0", expect!["Int(20)"]);
        check(&STEPS, "2e1", expect!["Int(20)"]);
        check(
            &STEPS,
            "0",
            expect!["0 lies outside 1 to 10000; use a value from 1 to 10000"],
        );
        check(
            &STEPS,
            "1e999",
            expect!["1e+999 is not a finite number; use a smaller number"],
        );
        check(
            &STEPS,
            "20.5",
            expect!["20.5 is not a whole number; write it without a fraction"],
        );
        check(
            &STEPS,
            "\"20\"",
            expect!["expected a whole number, found the text \"20\""],
        );
        check(
            &STEPS,
            "99999999999999999999999999999999999999999999",
            expect![
                "99999999999999999999999999999999999999999999 is too large to be exact in this form; write it as digits alone, without point or exponent"
            ],
        );
    }

    #[test]
    fn seeds_are_exact() {
        check(
            &SEED,
            "18446744073709551615",
            expect!["Seed(18446744073709551615)"],
        );
        check(&SEED, "9007199254740993", expect!["Seed(9007199254740993)"]);
        check(
            &SEED,
            "18446744073709551616",
            expect![
                "18446744073709551616 lies outside 0 to 18446744073709551615; use a value from 0 to 18446744073709551615"
            ],
        );
        check(
            &SEED,
            "-1",
            expect![
                "-1 lies outside 0 to 18446744073709551615; use a value from 0 to 18446744073709551615"
            ],
        );
        check(
            &SEED,
            "1e17",
            expect![
                "1e+17 is too large to be exact in this form; write it as digits alone, without point or exponent"
            ],
        );
    }

    #[test]
    fn other_kinds() {
        check(&CFG, "7", expect!["Float(7.0)"]);
        check(
            &CFG,
            "-0.5",
            expect!["-0.5 lies outside 0 to 100; use a value from 0 to 100"],
        );
        check(&CHOICE, "\"heun\"", expect![[r#"Text("heun")"#]]);
        check(
            &CHOICE,
            "\"hein\"",
            expect![[
                r#""hein" is none of the choices; did you mean "heun"? The choices are euler, heun"#
            ]],
        );
        check(
            &FILE,
            "\"\"",
            expect!["no file is chosen; choose a picture"],
        );
        check(&FLAG, "1", expect!["expected true or false, found 1"]);
    }

    #[test]
    fn colours_are_texts_or_numbers() {
        for written in ["\"#ff8800\"", "\"F80\"", "16746496", "16746496.0"] {
            check(&COLOR, written, expect!["Color(Rgb([255, 136, 0]))"]);
        }
        check(
            &COLOR,
            "\"orange\"",
            expect![[r#""orange" is no colour; write it as #rrggbb, such as #ff8800"#]],
        );
        check(
            &COLOR,
            "16777216",
            expect!["16777216 is no colour; write it as #rrggbb, such as #ff8800"],
        );
        check(
            &COLOR,
            "-1",
            expect!["-1 is no colour; write it as #rrggbb, such as #ff8800"],
        );
        check(&COLOR, "true", expect!["expected a colour, found true"]);
        let orange = Value::Color(Rgb([255, 136, 0]));
        let text = Value::Text("#ff8800".to_owned());
        assert_eq!(convert(&COLOR, &text), Ok(orange.clone()));
        assert_eq!(json(&orange), Json::from("#ff8800"));
        assert!(convert(&COLOR, &Value::Int(0)).is_err());
    }

    #[test]
    fn wires_bring_numbers_to_all_numeric_kinds() {
        assert_eq!(convert(&STEPS, &Value::Float(7.0)), Ok(Value::Int(7)));
        assert_eq!(convert(&STEPS, &Value::Seed(7)), Ok(Value::Int(7)));
        assert_eq!(convert(&SEED, &Value::Float(7.0)), Ok(Value::Seed(7)));
        assert_eq!(
            convert(&SEED, &Value::Seed(u64::MAX)),
            Ok(Value::Seed(u64::MAX))
        );
        assert_eq!(convert(&CFG, &Value::Int(7)), Ok(Value::Float(7.0)));
        assert_eq!(
            convert(&STEPS, &Value::Float(7.5)),
            Err(ValueError::NotWhole {
                found: "7.5".to_owned()
            })
        );
        assert!(convert(&SEED, &Value::Float(-1.0)).is_err());
        assert!(convert(&CFG, &Value::Text("7".to_owned())).is_err());
    }

    #[test]
    fn values_are_written_as_people_write_them() {
        for (value, text) in [
            (Value::Float(7.0), "7"),
            (Value::Float(0.1), "0.1"),
            (Value::Seed(u64::MAX), "18446744073709551615"),
        ] {
            assert_eq!(json(&value).to_string(), text);
        }
    }
}
