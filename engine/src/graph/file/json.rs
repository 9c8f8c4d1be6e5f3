//! JSON, read strictly: a name given twice is an error, and everything is bounded while it is
//! read. What a text means is `file.rs`'s business.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use super::{FileError, MAX_NESTING, MAX_NODES, MAX_TEXT_BYTES, MAX_VALUES};

/// Reads one JSON value and nothing after it.
pub(super) fn parse(text: &str) -> Result<Json, FileError> {
    let state = State {
        spellings: RefCell::new(Spellings(text.as_bytes())),
        ..State::default()
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict {
        state: &state,
        depth: 0,
        place: Place::Graph,
        token: false,
    }
    .deserialize(&mut deserializer)
    .and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| match state.error.take() {
        Some(FileError::DuplicateKey { key, path, .. }) => FileError::DuplicateKey {
            key,
            path,
            line: error.line(),
            column: error.column(),
        },
        Some(ours) => ours,
        None => not_finite(text, &error).unwrap_or(FileError::Syntax { source: error }),
    })
}

/// With `arbitrary_precision`, `serde_json` hands numbers that are not plain 64-bit integers over
/// as an object with this one name.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// What all levels share.
#[derive(Default)]
struct State<'a> {
    /// Our own error: serde's can only carry text.
    error: RefCell<Option<FileError>>,
    /// How many values there were.
    values: Cell<usize>,
    /// How many nodes there were.
    nodes: Cell<usize>,
    /// Whether the text just read was a number's digits.
    digits: Cell<bool>,
    /// The numbers as the file spells them: the parser makes `1e+5` of `1E5`.
    spellings: RefCell<Spellings<'a>>,
}

impl State<'_> {
    fn fail<T, E: Error>(&self, error: FileError) -> Result<T, E> {
        let text = E::custom(&error);
        *self.error.borrow_mut() = Some(error);
        Err(text)
    }

    /// An error goes outward through an object: its place has one more name in front.
    fn leave(&self, name: &str) {
        if let Some(FileError::DuplicateKey { path, .. } | FileError::LongText { path, .. }) =
            &mut *self.error.borrow_mut()
        {
            path.insert(0, name.to_owned()); // at most MAX_NESTING times
        }
    }

    fn check_text<E: Error>(&self, text: &str) -> Result<(), E> {
        if text.len() > MAX_TEXT_BYTES {
            return self.fail(FileError::LongText {
                bytes: text.len(),
                path: Vec::new(),
            });
        }
        Ok(())
    }
}

/// Which object is being read, as far as bounds depend on it.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// The file, or the inside of a group.
    Graph,
    Nodes,
    Node,
    Elsewhere,
}

impl Place {
    /// What a member of it is.
    fn of(self, member: &str) -> Self {
        match (self, member) {
            (Self::Graph, "nodes") => Self::Nodes,
            (Self::Nodes, _) => Self::Node,
            (Self::Node, "group") => Self::Graph,
            (Self::Graph | Self::Node | Self::Elsewhere, _) => Self::Elsewhere,
        }
    }
}

/// Reads one value at one depth.
#[derive(Clone, Copy)]
struct Strict<'a> {
    state: &'a State<'a>,
    depth: usize,
    place: Place,
    /// Whether the value belongs to [`NUMBER_TOKEN`].
    token: bool,
}

impl<'a> Strict<'a> {
    fn inner<E: Error>(self, place: Place) -> Result<Self, E> {
        if self.depth >= MAX_NESTING {
            return self.state.fail(FileError::TooDeep);
        }
        Ok(Self {
            depth: self.depth + 1,
            place,
            token: false,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        let values = self.state.values.get() + 1;
        self.state.values.set(values);
        if values > MAX_VALUES {
            return self.state.fail(FileError::TooManyValues);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        self.state.spellings.borrow_mut().next();
        Ok(Json::from(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        self.state.spellings.borrow_mut().next();
        Ok(Json::from(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        self.state.check_text(text)?;
        Ok(Json::String(text.to_owned()))
    }

    /// `serde_json` gives a text's owner away only where it hands over a number: so a file that
    /// spells the token out is told from a number.
    fn visit_string<E: Error>(self, digits: String) -> Result<Json, E> {
        if !self.token {
            return self.visit_str(&digits);
        }
        self.state.check_text(&digits)?;
        self.state.digits.set(true);
        let spelling = self.state.spellings.borrow_mut().next();
        Ok(Json::Number(Number::from_string_unchecked(
            spelling.map_or(digits, str::to_owned),
        )))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let inner = self.inner(Place::Elsewhere)?;
        let mut array = Vec::new();
        while let Some(value) = access.next_element_seed(inner)? {
            array.push(value);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            self.state.check_text(&key)?;
            if object.contains_key(&key) {
                return self.state.fail(FileError::DuplicateKey {
                    key,
                    path: Vec::new(),
                    line: 0,
                    column: 0,
                });
            }
            let place = self.place.of(&key);
            if place == Place::Node {
                let nodes = self.state.nodes.get() + 1;
                self.state.nodes.set(nodes);
                if nodes > MAX_NODES {
                    return self.state.fail(FileError::TooManyNodes);
                }
            }
            let token = object.is_empty() && key == NUMBER_TOKEN;
            // A number is no object: it lies no deeper than its own place.
            let inner = if token {
                Strict { token, ..self }
            } else {
                self.inner(place)?
            };
            let value = access
                .next_value_seed(inner)
                .inspect_err(|_| self.state.leave(&key))?;
            if token && self.state.digits.take() {
                return Ok(value);
            }
            object.insert(key, value);
        }
        Ok(Json::Object(object))
    }
}

/// The numbers of a JSON text in their order, as they are spelled there.
#[derive(Default)]
struct Spellings<'a>(&'a [u8]);

impl<'a> Iterator for Spellings<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let mut text = self.0;
        loop {
            match text {
                [b'"', rest @ ..] => text = after_string(rest),
                [b'-' | b'0'..=b'9', ..] => {
                    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                    let end = text
                        .iter()
                        .position(|byte| !is_part(byte))
                        .unwrap_or(text.len());
                    let (number, rest) = text.split_at(end);
                    self.0 = rest;
                    return str::from_utf8(number).ok();
                }
                [_, rest @ ..] => text = rest,
                [] => return None,
            }
        }
    }
}

/// What follows a string whose first quote has been passed.
fn after_string(mut text: &[u8]) -> &[u8] {
    loop {
        match text {
            [b'\\', _, rest @ ..] | [b'\\', rest @ ..] => text = rest,
            [b'"', rest @ ..] => return rest,
            [_, rest @ ..] => text = rest,
            [] => return text,
        }
    }
}

/// Whether the parser stopped at one of the words that Python writes for numbers.
fn not_finite(text: &str, error: &serde_json::Error) -> Option<FileError> {
    let line = text.split('\n').nth(error.line().checked_sub(1)?)?;
    // The column counts bytes; the parser may have stopped within the word or before it.
    let end = error.column().min(line.len());
    let start = line.as_bytes()[..end]
        .iter()
        .rposition(|byte| b" ,:[{\t".contains(byte))
        .map_or(0, |at| at + 1);
    let rest = line.as_bytes()[start..].trim_ascii_start();
    let word = ["NaN", "-NaN", "Infinity", "-Infinity"]
        .into_iter()
        .find(|word| rest.starts_with(word.as_bytes()))?;
    Some(FileError::NotANumber {
        word,
        line: error.line(),
        column: start + 1,
    })
}
