//! Results against references.

use std::fmt;

use serde_json::Value as Json;

use super::cases::{Case, Stop, Take, Tolerance};
use super::fixtures::Folder;
use super::tensors::Tensor;

/// What a case computed, by the names of `expect`. A name comes several times if the same must be
/// found in several ways; all must agree with the reference.
pub(super) type Outputs = Vec<(&'static str, Output)>;

/// One result.
#[derive(Clone, Debug)]
pub(super) enum Output {
    /// Numbers, compared within the case's tolerance.
    Tensor(Tensor),
    /// Anything else, compared for equality.
    Exact(Json),
}

impl From<Tensor> for Output {
    fn from(tensor: Tensor) -> Self {
        Self::Tensor(tensor)
    }
}

impl From<Json> for Output {
    fn from(json: Json) -> Self {
        Self::Exact(json)
    }
}

/// How far two tensors lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Distance {
    rms: f64,
    max: f64,
    /// Whether every bit is equal.
    same: bool,
}

/// The result of a comparison: the worst of all outputs.
#[derive(Debug)]
pub(super) struct Agreement {
    worst: Option<(&'static str, Distance)>,
    tolerance: Tolerance,
    /// The first thing that differs in kind: another shape, other words.
    difference: Option<String>,
}

impl Agreement {
    /// Whether everything lies within the tolerance.
    pub(super) fn is_good(&self) -> bool {
        self.difference.is_none()
            && self
                .worst
                .is_none_or(|(_, distance)| within(distance, self.tolerance))
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(difference) = &self.difference {
            return f.write_str(difference);
        }
        let Some((name, distance)) = self.worst else {
            return f.write_str("equal");
        };
        write!(f, "rms {:.1e}, max {:.1e}", distance.rms, distance.max)?;
        if !within(distance, self.tolerance) {
            write!(
                f,
                " of {name:?}, allowed rms {:.1e}, max {:.1e}",
                self.tolerance.rms, self.tolerance.max
            )?;
        }
        Ok(())
    }
}

fn within(distance: Distance, tolerance: Tolerance) -> bool {
    if tolerance.rms == 0.0 && tolerance.max == 0.0 {
        return distance.same;
    }
    distance.rms <= tolerance.rms && distance.max <= tolerance.max
}

/// Compares every output that the case expects.
pub(super) fn compare(
    outputs: &Outputs,
    case: &Case,
    folder: &Folder,
    tolerance: Tolerance,
) -> Result<Agreement, Stop> {
    let mut agreement = Agreement {
        worst: None,
        tolerance,
        difference: None,
    };
    for (name, expected) in &case.expect {
        let reference = Reference::read(expected, folder)?;
        let mut found = outputs
            .iter()
            .filter(|(output, _)| output == name)
            .peekable();
        if found.peek().is_none() {
            return Err(Stop::Broken(format!(
                "the case expects {name:?}, which its kind does not compute"
            )));
        }
        for (name, output) in found {
            match reference.distance(output) {
                Ok(Some(distance)) => {
                    let is_worse = agreement.worst.is_none_or(|(_, worst)| {
                        excess(distance, tolerance) > excess(worst, tolerance)
                    });
                    if is_worse {
                        agreement.worst = Some((name, distance));
                    }
                }
                Ok(None) => {}
                Err(difference) => {
                    agreement
                        .difference
                        .get_or_insert_with(|| format!("{name}: {difference}"));
                }
            }
        }
    }
    Ok(agreement)
}

/// How much of the tolerance is used up; infinite where there is no number.
fn excess(distance: Distance, tolerance: Tolerance) -> f64 {
    let share = |value: f64, of: f64| {
        if value.is_nan() {
            f64::INFINITY
        } else {
            value / of.max(f64::MIN_POSITIVE)
        }
    };
    let exactness = if distance.same {
        0.0
    } else {
        f64::MIN_POSITIVE
    };
    share(distance.rms, tolerance.rms)
        .max(share(distance.max, tolerance.max))
        .max(exactness)
}

/// What an output must be.
enum Reference<'a> {
    Tensor(Tensor, Option<Take>),
    Exact(&'a Json),
}

impl<'a> Reference<'a> {
    fn read(expected: &'a Json, folder: &Folder) -> Result<Self, Stop> {
        let Some(at) = expected.get("tensor").and_then(Json::as_str) else {
            return Ok(Self::Exact(expected));
        };
        let take = match expected.get("take") {
            Some(take) => {
                Some(Take::read(take).ok_or_else(|| Stop::Broken(format!("{take} is no slice")))?)
            }
            None => None,
        };
        Ok(Self::Tensor(folder.tensor(at)?, take))
    }

    /// How far an output lies from it; nothing to measure where words are equal. The error says what
    /// differs in kind.
    fn distance(&self, output: &Output) -> Result<Option<Distance>, String> {
        match (self, output) {
            (Self::Tensor(want, take), Output::Tensor(got)) => {
                let part = take
                    .as_ref()
                    .map(|take| got.take(take))
                    .transpose()
                    .map_err(|stop| stop.to_string())?;
                let got = part.as_ref().unwrap_or(got);
                if got.shape != want.shape {
                    return Err(format!("shape {:?}, expected {:?}", got.shape, want.shape));
                }
                Ok(Some(distance(&got.values, &want.values)))
            }
            (Self::Exact(want), Output::Exact(got)) => match first_difference(got, want) {
                Some(difference) => Err(difference),
                None => Ok(None),
            },
            (Self::Tensor(..), Output::Exact(_)) | (Self::Exact(_), Output::Tensor(_)) => {
                Err("a tensor on one side only".to_owned())
            }
        }
    }
}

fn distance(got: &[f64], want: &[f64]) -> Distance {
    let differences: Vec<f64> = got.iter().zip(want).map(|(got, want)| got - want).collect();
    // 0 of 0 is no difference; anything else of 0 is a whole one.
    let share = |part: f64, of: f64| if part == 0.0 { 0.0 } else { part / of };
    Distance {
        rms: share(norm(&differences), norm(want)),
        max: share(largest(&differences), largest(want)),
        same: got
            .iter()
            .zip(want)
            .all(|(got, want)| got.to_bits() == want.to_bits()),
    }
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

/// The largest absolute value; NaN if there is one.
fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |max, value| {
        if value.is_nan() || value.abs() > max {
            value.abs()
        } else {
            max
        }
    })
}

/// Where two texts, numbers or lists first differ; numbers are compared by value.
fn first_difference(got: &Json, want: &Json) -> Option<String> {
    match (got, want) {
        (Json::Array(a), Json::Array(b)) => {
            let inside = a.iter().zip(b).enumerate().find_map(|(i, (a, b))| {
                first_difference(a, b).map(|difference| format!("[{i}] {difference}"))
            });
            inside.or_else(|| {
                (a.len() != b.len()).then(|| format!("{} entries, expected {}", a.len(), b.len()))
            })
        }
        (Json::Object(a), Json::Object(b)) => {
            let inside = b.iter().find_map(|(name, b)| {
                let difference = first_difference(a.get(name).unwrap_or(&Json::Null), b)?;
                Some(format!(".{name} {difference}"))
            });
            inside.or_else(|| {
                (a.len() != b.len()).then(|| format!("{} members, expected {}", a.len(), b.len()))
            })
        }
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => None,
        (got, want) if got == want => None,
        (got, want) => Some(format!("{got}, expected {want}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn distances_are_relative_to_the_reference() {
        let far = distance(&[3.0, 4.5], &[3.0, 4.0]);
        assert_eq!((far.rms, far.max, far.same), (0.1, 0.125, false));
        assert_eq!(
            distance(&[0.0], &[0.0]),
            Distance {
                rms: 0.0,
                max: 0.0,
                same: true
            }
        );
        assert!(!distance(&[-0.0], &[0.0]).same);
        let nothing = distance(&[1.0], &[0.0]);
        assert!(!within(nothing, Tolerance { rms: 1e9, max: 1e9 }));
        let no_number = distance(&[f64::NAN, 1.0], &[1.0, 1.0]);
        assert!(!within(no_number, Tolerance { rms: 1e9, max: 1e9 }));
    }

    #[test]
    fn words_must_be_equal() {
        assert_eq!(
            first_difference(&json!([["a", 1]]), &json!([["a", 1.0]])),
            None
        );
        let difference = first_difference(&json!({"a": [1, 2]}), &json!({"a": [1, 3]}));
        assert_eq!(difference.as_deref(), Some(".a [1] 2, expected 3"));
        assert!(first_difference(&json!([1, 2]), &json!([1])).is_some());
        assert!(first_difference(&json!({"a": 1, "b": 2}), &json!({"a": 1})).is_some());
    }
}
