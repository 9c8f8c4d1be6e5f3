//! Cases as `cases.json` lists them.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

/// How far a result may lie from the reference: both bounds must hold, 0 means equal bits.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Tolerance {
    /// |c - g|₂ / |g|₂
    pub(super) rms: f64,
    /// max |c - g| / max |g|
    pub(super) max: f64,
}

/// One case. What it needs besides is read by its kind, see [`Self::inputs`].
#[derive(Debug)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) kind: String,
    /// The name of a [`Tolerance`].
    pub(super) tolerance: String,
    /// A model of the index.
    pub(super) model: Option<String>,
    /// Output name to what it must be.
    pub(super) expect: Map<String, Json>,
    all: Json,
}

/// Why a case gave no numbers.
#[derive(Clone, Debug)]
pub(super) enum Stop {
    /// It needs what the program does not have yet.
    NotBuilt(String),
    /// A file is left out of the packed folder.
    NotPacked(String),
    /// It should have worked.
    Broken(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBuilt(what) => write!(f, "not built: {what}"),
            Self::NotPacked(file) => write!(f, "file not packed: {file}"),
            Self::Broken(why) => f.write_str(why),
        }
    }
}

impl Case {
    /// Reads what all cases have; the error says what is wrong.
    pub(super) fn read(all: Json) -> Result<Self, String> {
        let text = |name: &str| all.get(name).and_then(Json::as_str).map(str::to_owned);
        let needed = |name: &str| text(name).ok_or_else(|| format!("a case has no {name}: {all}"));
        let expect = all.get("expect").and_then(Json::as_object).cloned();
        Ok(Self {
            id: needed("id")?,
            kind: needed("kind")?,
            tolerance: needed("tolerance")?,
            model: text("model"),
            expect: expect.ok_or_else(|| format!("a case expects nothing: {all}"))?,
            all,
        })
    }

    /// The case's inputs as its kind wants them.
    pub(super) fn inputs<T: DeserializeOwned>(&self) -> Result<T, Stop> {
        serde_json::from_value(self.all.clone())
            .map_err(|error| Stop::Broken(format!("the case cannot be read: {error}")))
    }

    /// A text among the inputs.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name).and_then(Json::as_str)
    }

    /// The case's model.
    pub(super) fn model(&self) -> Result<&str, Stop> {
        self.model
            .as_deref()
            .ok_or_else(|| Stop::Broken("the case names no model".to_owned()))
    }
}

/// The part of a tensor that was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Take(pub(super) Vec<TakeAxis>);

/// The part of one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TakeAxis {
    pub(super) axis: usize,
    pub(super) part: AxisPart,
}

/// Which entries of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AxisPart {
    /// Every so manieth, the first included.
    Step(usize),
    /// So many, from the first.
    First(usize),
}

impl Take {
    /// Reads `{"axis": a, "step": s}` or `{"axis": a, "first": n}`, numbers or lists.
    pub(super) fn read(json: &Json) -> Option<Self> {
        let list = |name: &str| -> Option<Vec<usize>> {
            let number = |json: &Json| json.as_u64().map(|n| n as usize);
            match json.get(name)? {
                Json::Array(numbers) => numbers.iter().map(number).collect(),
                one => Some(vec![number(one)?]),
            }
        };
        let axes = list("axis")?;
        let parts: Vec<AxisPart> = match (list("step"), list("first")) {
            (Some(steps), None) => steps.into_iter().map(AxisPart::Step).collect(),
            (None, Some(firsts)) => firsts.into_iter().map(AxisPart::First).collect(),
            (Some(_), Some(_)) | (None, None) => return None,
        };
        let sound = axes.len() == parts.len() && !parts.contains(&AxisPart::Step(0));
        sound.then(|| {
            Self(
                axes.into_iter()
                    .zip(parts)
                    .map(|(axis, part)| TakeAxis { axis, part })
                    .collect(),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn slices_are_read_as_numbers_and_as_lists() {
        let step = |axis, step| TakeAxis {
            axis,
            part: AxisPart::Step(step),
        };
        assert_eq!(
            Take::read(&json!({"axis": 1, "step": 4})),
            Some(Take(vec![step(1, 4)]))
        );
        assert_eq!(
            Take::read(&json!({"axis": [2, 3], "step": [7, 5]})),
            Some(Take(vec![step(2, 7), step(3, 5)]))
        );
        let first = TakeAxis {
            axis: 0,
            part: AxisPart::First(2),
        };
        assert_eq!(
            Take::read(&json!({"axis": 0, "first": 2})),
            Some(Take(vec![first]))
        );
        for wrong in [
            json!({"axis": 1}),
            json!({"axis": 1, "step": 0}),
            json!({"axis": [1, 2], "step": [1]}),
        ] {
            assert_eq!(Take::read(&wrong), None, "{wrong}");
        }
    }
}
