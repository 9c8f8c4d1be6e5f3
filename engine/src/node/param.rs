//! Params: what they hold, how they are declared, and what their values are once checked.

use std::marker::PhantomData;

use super::{Rgb, Type};

/// What kind of file a param names; decides which folders are looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// A whole model: network, text encoder, VAE.
    Checkpoint,
    /// A VAE alone.
    Vae,
    /// A picture.
    Image,
    /// A saved latent.
    Latent,
    /// A textual inversion, named in prompts.
    Embedding,
}

impl FileKind {
    /// The folder below a models folder (ComfyUI's names), and the name shown to people.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoints",
            Self::Vae => "vae",
            Self::Image => "input",
            Self::Latent => "latents",
            Self::Embedding => "embeddings",
        }
    }
}

/// A closed set of names that a param may take.
pub trait Choice: Copy + 'static {
    /// The names, as files and the window write them; the first is the default.
    const NAMES: &'static [&'static str];
    /// The value of a name.
    fn from_name(name: &str) -> Option<Self>;
}

/// What a param holds, and with which widget it is edited.
#[derive(Clone, Copy, Debug)]
pub enum ParamKind {
    /// A whole number.
    Int {
        /// What it is when a file does not say.
        default: i64,
        /// The least and the greatest value that are allowed.
        hard: (i64, i64),
        /// The range of the slider.
        soft: (i64, i64),
        /// The step of the slider.
        step: i64,
    },
    /// A number.
    Float {
        /// What it is when a file does not say.
        default: f64,
        /// The least and the greatest value that are allowed.
        hard: (f64, f64),
        /// The range of the slider.
        soft: (f64, f64),
        /// The step of the slider.
        step: f64,
    },
    /// A seed with its lock.
    Seed {
        /// What it is when a file does not say.
        default: u64,
    },
    /// A text.
    Text {
        /// What it is when a file does not say.
        default: &'static str,
        /// Whether it may have several lines.
        multiline: bool,
    },
    /// One of some names.
    Choice {
        /// What it is when a file does not say.
        default: &'static str,
        /// The names, in the order in which they are shown.
        names: &'static [&'static str],
    },
    /// A switch.
    Flag {
        /// What it is when a file does not say.
        default: bool,
    },
    /// A colour.
    Color {
        /// What it is when a file does not say.
        default: Rgb,
    },
    /// A file by name.
    File {
        /// Which folders are looked through.
        kind: FileKind,
        /// What it is when a file does not say; empty = none is chosen.
        default: &'static str,
    },
}

impl ParamKind {
    /// The wire type that may drive such a param.
    pub fn ty(&self) -> Type {
        match self {
            Self::Int { .. } | Self::Float { .. } => Type::Number,
            Self::Seed { .. } => Type::Seed,
            Self::Text { .. } | Self::Choice { .. } | Self::Color { .. } | Self::File { .. } => {
                Type::Text
            }
            Self::Flag { .. } => Type::Flag,
        }
    }

    /// The value that a graph file need not name.
    pub fn default(&self) -> Value {
        match *self {
            Self::Int { default, .. } => Value::Int(default),
            Self::Float { default, .. } => Value::Float(default),
            Self::Seed { default } => Value::Seed(default),
            Self::Text { default, .. }
            | Self::Choice { default, .. }
            | Self::File { default, .. } => Value::Text(default.to_owned()),
            Self::Flag { default } => Value::Flag(default),
            Self::Color { default } => Value::Color(default),
        }
    }

    /// The kind of file that such a param names.
    pub fn file(&self) -> Option<FileKind> {
        if let Self::File { kind, .. } = self {
            Some(*kind)
        } else {
            None
        }
    }
}

/// A param's value after checking: of the right kind and inside its hard range.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// A seed.
    Seed(u64),
    /// A text, a choice's name or a file's name.
    Text(String),
    /// A switch.
    Flag(bool),
    /// A colour.
    Color(Rgb),
}

/// A param as the checker and the window see it.
#[derive(Clone, Copy, Debug)]
pub struct ParamSpec {
    /// Name in files and in the window.
    pub name: &'static str,
    /// One sentence for people.
    pub doc: &'static str,
    /// What it holds.
    pub kind: ParamKind,
}

/// What a node reads a param as.
pub trait ParamValue: Sized {
    /// Converts a checked value; `None` only if the checker let a wrong kind pass.
    fn from_value(value: &Value) -> Option<Self>;
}

/// A param, typed by what the node reads.
#[derive(Clone, Copy, Debug)]
pub struct Param<T> {
    spec: ParamSpec,
    value: PhantomData<T>,
}

impl<T> Param<T> {
    const fn with(name: &'static str, kind: ParamKind) -> Self {
        Self {
            spec: ParamSpec {
                name,
                doc: "",
                kind,
            },
            value: PhantomData,
        }
    }

    /// Says what the param does.
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.spec.doc = doc;
        self
    }

    /// The description for [`NodeSpec::params`].
    pub const fn spec(&self) -> ParamSpec {
        self.spec
    }

    /// The name, for [`Out::carries`].
    pub const fn name(&self) -> &'static str {
        self.spec.name
    }
}

impl Param<u32> {
    /// A whole number, from 0 to 2³²-1 until [`Self::hard`] says otherwise.
    pub const fn int(name: &'static str, default: u32) -> Self {
        Self::with(
            name,
            ParamKind::Int {
                default: default as i64,
                hard: (0, u32::MAX as i64),
                soft: (0, 100),
                step: 1,
            },
        )
    }

    /// The range that typing and files may not leave; also the soft one until [`Self::soft`].
    pub const fn hard(mut self, min: u32, max: u32) -> Self {
        if let ParamKind::Int { default, step, .. } = self.spec.kind {
            let range = (min as i64, max as i64);
            self.spec.kind = ParamKind::Int {
                default,
                hard: range,
                soft: range,
                step,
            };
        }
        self
    }

    /// The range of the slider.
    pub const fn soft(mut self, min: u32, max: u32) -> Self {
        if let ParamKind::Int {
            default,
            hard,
            step,
            ..
        } = self.spec.kind
        {
            self.spec.kind = ParamKind::Int {
                default,
                hard,
                soft: (min as i64, max as i64),
                step,
            };
        }
        self
    }

    /// The step of the slider.
    pub const fn step(mut self, by: u32) -> Self {
        if let ParamKind::Int {
            default,
            hard,
            soft,
            ..
        } = self.spec.kind
        {
            self.spec.kind = ParamKind::Int {
                default,
                hard,
                soft,
                step: by as i64,
            };
        }
        self
    }
}

impl Param<f64> {
    /// A number, any finite one until [`Self::hard`] says otherwise.
    pub const fn float(name: &'static str, default: f64) -> Self {
        Self::with(
            name,
            ParamKind::Float {
                default,
                hard: (f64::MIN, f64::MAX),
                soft: (0.0, 1.0),
                step: 0.01,
            },
        )
    }

    /// The range that typing and files may not leave; also the soft one until [`Self::soft`].
    pub const fn hard(mut self, min: f64, max: f64) -> Self {
        if let ParamKind::Float { default, step, .. } = self.spec.kind {
            self.spec.kind = ParamKind::Float {
                default,
                hard: (min, max),
                soft: (min, max),
                step,
            };
        }
        self
    }

    /// The range of the slider.
    pub const fn soft(mut self, min: f64, max: f64) -> Self {
        if let ParamKind::Float {
            default,
            hard,
            step,
            ..
        } = self.spec.kind
        {
            self.spec.kind = ParamKind::Float {
                default,
                hard,
                soft: (min, max),
                step,
            };
        }
        self
    }

    /// The step of the slider.
    pub const fn step(mut self, by: f64) -> Self {
        if let ParamKind::Float {
            default,
            hard,
            soft,
            ..
        } = self.spec.kind
        {
            self.spec.kind = ParamKind::Float {
                default,
                hard,
                soft,
                step: by,
            };
        }
        self
    }
}

impl Param<u64> {
    /// A seed with its lock.
    pub const fn seed(name: &'static str) -> Self {
        Self::with(name, ParamKind::Seed { default: 0 })
    }
}

impl Param<String> {
    /// A text of one line.
    pub const fn text(name: &'static str, default: &'static str) -> Self {
        Self::with(
            name,
            ParamKind::Text {
                default,
                multiline: false,
            },
        )
    }

    /// A text that grows.
    pub const fn multiline(name: &'static str, default: &'static str) -> Self {
        Self::with(
            name,
            ParamKind::Text {
                default,
                multiline: true,
            },
        )
    }

    /// A file by name; an empty default means that none is chosen yet.
    pub const fn file(name: &'static str, kind: FileKind, default: &'static str) -> Self {
        Self::with(name, ParamKind::File { kind, default })
    }
}

impl Param<bool> {
    /// A switch.
    pub const fn flag(name: &'static str, default: bool) -> Self {
        Self::with(name, ParamKind::Flag { default })
    }
}

impl Param<Rgb> {
    /// A colour.
    pub const fn color(name: &'static str, default: Rgb) -> Self {
        Self::with(name, ParamKind::Color { default })
    }
}

impl<T: Choice> Param<T> {
    /// One of the choice's names; the first is the default.
    pub const fn choice(name: &'static str) -> Self {
        Self::with(
            name,
            ParamKind::Choice {
                default: T::NAMES[0],
                names: T::NAMES,
            },
        )
    }
}

impl ParamValue for u32 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Int(i) = value {
            Self::try_from(*i).ok()
        } else {
            None
        }
    }
}
impl ParamValue for f64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Float(x) = value {
            Some(*x)
        } else {
            None
        }
    }
}
impl ParamValue for u64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Seed(seed) = value {
            Some(*seed)
        } else {
            None
        }
    }
}
impl ParamValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value {
            Some(text.clone())
        } else {
            None
        }
    }
}
impl ParamValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Flag(flag) = value {
            Some(*flag)
        } else {
            None
        }
    }
}
impl ParamValue for Rgb {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Color(color) = value {
            Some(*color)
        } else {
            None
        }
    }
}
impl<T: Choice> ParamValue for T {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(name) = value {
            Self::from_name(name)
        } else {
            None
        }
    }
}
