//! What a node *is*: a plain description, read by the checker, the compiler, the window and the
//! command line alike. A description reads no disk, no clock and no device.
//!
//! Pins and params are typed constants that serve as declaration *and* as key: `cx.input(MODEL)`
//! returns a typed handle, so a wrong name or type in a node does not compile.

use std::marker::PhantomData;

pub use crate::plan::lower::Lower;
pub use crate::plan::op::{self, Ref};
pub use crate::sampling::sampler::Sampler;
pub use crate::sampling::schedule::Schedule;

/// What a wire carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// A diffusion network with its noise table.
    Model,
    /// A text encoder with its tokenizer.
    Clip,
    /// The pair of networks between pixels and latents.
    Vae,
    /// An encoded prompt.
    Conditioning,
    /// A picture in latent units, perhaps with a noise mask.
    Latent,
    /// A picture or a batch of pictures.
    Image,
    /// One channel; 1 = repaint.
    Mask,
    /// A network that adds structure.
    ControlNet,
    /// A number, whole or not.
    Number,
    /// A text.
    Text,
    /// A seed, 64 bits.
    Seed,
    /// Yes or no.
    Flag,
}

impl Type {
    /// Every type, in the order in which they are documented.
    pub const ALL: [Self; 12] = [
        Self::Model,
        Self::Clip,
        Self::Vae,
        Self::Conditioning,
        Self::Latent,
        Self::Image,
        Self::Mask,
        Self::ControlNet,
        Self::Number,
        Self::Text,
        Self::Seed,
        Self::Flag,
    ];

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "Model",
            Self::Clip => "Clip",
            Self::Vae => "Vae",
            Self::Conditioning => "Conditioning",
            Self::Latent => "Latent",
            Self::Image => "Image",
            Self::Mask => "Mask",
            Self::ControlNet => "ControlNet",
            Self::Number => "Number",
            Self::Text => "Text",
            Self::Seed => "Seed",
            Self::Flag => "Flag",
        }
    }

    /// Whether values of this type are networks, which are large and stay on the device for
    /// several steps.
    pub fn is_network(self) -> bool {
        match self {
            Self::Model | Self::Clip | Self::Vae | Self::ControlNet => true,
            Self::Conditioning
            | Self::Latent
            | Self::Image
            | Self::Mask
            | Self::Number
            | Self::Text
            | Self::Seed
            | Self::Flag => false,
        }
    }

    /// Whether a wire of this type may end where `wanted` is expected.
    /// A seed is a whole number, so both fit each other.
    pub fn fits(self, wanted: Self) -> bool {
        self == wanted || matches!((self, wanted), (Self::Number, Self::Seed) | (Self::Seed, Self::Number))
    }
}

/// A zero-sized marker for a [`Type`], so that pins are typed at compile time.
pub trait Wire: Copy + 'static {
    /// The type that this marker stands for.
    const TYPE: Type;
}

macro_rules! wires {
    ($($name:ident)*) => { $(
        #[doc = concat!("Marks pins of type [`Type::", stringify!($name), "`].")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name;
        impl Wire for $name { const TYPE: Type = Type::$name; }
    )* };
}
wires!(Model Clip Vae Conditioning Latent Image Mask ControlNet Number Text Seed Flag);

/// A pin as the checker and the window see it.
#[derive(Clone, Copy, Debug)]
pub struct PinSpec {
    /// Name in files and in the window.
    pub name: &'static str,
    /// What the wire carries.
    pub ty: Type,
    /// One sentence for people.
    pub doc: &'static str,
    /// Whether the node cannot run without it (inputs only).
    pub required: bool,
    /// The param whose value this output carries (outputs of value nodes only): known before a run.
    pub carries: Option<&'static str>,
}

/// An input pin.
#[derive(Clone, Copy, Debug)]
pub struct In<T: Wire> {
    spec: PinSpec,
    wire: PhantomData<T>,
}

impl<T: Wire> In<T> {
    /// A required input.
    pub const fn new(name: &'static str) -> Self {
        Self { spec: PinSpec { name, ty: T::TYPE, doc: "", required: true, carries: None }, wire: PhantomData }
    }

    /// Says what the pin is for.
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.spec.doc = doc;
        self
    }

    /// Lets the node run without a wire here.
    pub const fn optional(mut self) -> Self {
        self.spec.required = false;
        self
    }

    /// The description for [`NodeSpec::inputs`].
    pub const fn pin(self) -> PinSpec {
        self.spec
    }
}

/// An output pin.
#[derive(Clone, Copy, Debug)]
pub struct Out<T: Wire> {
    spec: PinSpec,
    wire: PhantomData<T>,
}

impl<T: Wire> Out<T> {
    /// An output.
    pub const fn new(name: &'static str) -> Self {
        Self { spec: PinSpec { name, ty: T::TYPE, doc: "", required: false, carries: None }, wire: PhantomData }
    }

    /// Says what the pin gives.
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.spec.doc = doc;
        self
    }

    /// Makes this the output of a value node: it carries the param of that name.
    pub const fn carries(mut self, param: &'static str) -> Self {
        self.spec.carries = Some(param);
        self
    }

    /// The description for [`NodeSpec::outputs`].
    pub const fn pin(self) -> PinSpec {
        self.spec
    }
}

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
            Self::Text { .. } | Self::Choice { .. } | Self::File { .. } => Type::Text,
            Self::Flag { .. } => Type::Flag,
        }
    }

    /// The value that a graph file need not name.
    pub fn default(&self) -> Value {
        match *self {
            Self::Int { default, .. } => Value::Int(default),
            Self::Float { default, .. } => Value::Float(default),
            Self::Seed { default } => Value::Seed(default),
            Self::Text { default, .. } | Self::Choice { default, .. } | Self::File { default, .. } => {
                Value::Text(default.to_owned())
            }
            Self::Flag { default } => Value::Flag(default),
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
        Self { spec: ParamSpec { name, doc: "", kind }, value: PhantomData }
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
        Self::with(name, ParamKind::Int { default: default as i64, hard: (0, u32::MAX as i64), soft: (0, 100), step: 1 })
    }

    /// The range that typing and files may not leave; also the soft one until [`Self::soft`].
    pub const fn hard(mut self, min: u32, max: u32) -> Self {
        if let ParamKind::Int { default, step, .. } = self.spec.kind {
            let range = (min as i64, max as i64);
            self.spec.kind = ParamKind::Int { default, hard: range, soft: range, step };
        }
        self
    }

    /// The range of the slider.
    pub const fn soft(mut self, min: u32, max: u32) -> Self {
        if let ParamKind::Int { default, hard, step, .. } = self.spec.kind {
            self.spec.kind = ParamKind::Int { default, hard, soft: (min as i64, max as i64), step };
        }
        self
    }

    /// The step of the slider.
    pub const fn step(mut self, by: u32) -> Self {
        if let ParamKind::Int { default, hard, soft, .. } = self.spec.kind {
            self.spec.kind = ParamKind::Int { default, hard, soft, step: by as i64 };
        }
        self
    }
}

impl Param<f64> {
    /// A number, any finite one until [`Self::hard`] says otherwise.
    pub const fn float(name: &'static str, default: f64) -> Self {
        Self::with(name, ParamKind::Float { default, hard: (f64::MIN, f64::MAX), soft: (0.0, 1.0), step: 0.01 })
    }

    /// The range that typing and files may not leave; also the soft one until [`Self::soft`].
    pub const fn hard(mut self, min: f64, max: f64) -> Self {
        if let ParamKind::Float { default, step, .. } = self.spec.kind {
            self.spec.kind = ParamKind::Float { default, hard: (min, max), soft: (min, max), step };
        }
        self
    }

    /// The range of the slider.
    pub const fn soft(mut self, min: f64, max: f64) -> Self {
        if let ParamKind::Float { default, hard, step, .. } = self.spec.kind {
            self.spec.kind = ParamKind::Float { default, hard, soft: (min, max), step };
        }
        self
    }

    /// The step of the slider.
    pub const fn step(mut self, by: f64) -> Self {
        if let ParamKind::Float { default, hard, soft, .. } = self.spec.kind {
            self.spec.kind = ParamKind::Float { default, hard, soft, step: by };
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
        Self::with(name, ParamKind::Text { default, multiline: false })
    }

    /// A text that grows.
    pub const fn multiline(name: &'static str, default: &'static str) -> Self {
        Self::with(name, ParamKind::Text { default, multiline: true })
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

impl<T: Choice> Param<T> {
    /// One of the choice's names; the first is the default.
    pub const fn choice(name: &'static str) -> Self {
        Self::with(name, ParamKind::Choice { default: T::NAMES[0], names: T::NAMES })
    }
}

impl ParamValue for u32 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Int(i) = value { Self::try_from(*i).ok() } else { None }
    }
}
impl ParamValue for f64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Float(x) = value { Some(*x) } else { None }
    }
}
impl ParamValue for u64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Seed(seed) = value { Some(*seed) } else { None }
    }
}
impl ParamValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text.clone()) } else { None }
    }
}
impl ParamValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Flag(flag) = value { Some(*flag) } else { None }
    }
}
impl<T: Choice> ParamValue for T {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(name) = value { Self::from_name(name) } else { None }
    }
}

/// Where a node stands in the add menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Files that come in.
    Load,
    /// Prompts.
    Text,
    /// Latents.
    Latent,
    /// The denoising loop.
    Sampling,
    /// Pictures.
    Image,
    /// Plain values that drive params.
    Value,
    /// What leaves the graph.
    Output,
}

impl Category {
    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Load => "Load",
            Self::Text => "Text",
            Self::Latent => "Latent",
            Self::Sampling => "Sampling",
            Self::Image => "Image",
            Self::Value => "Value",
            Self::Output => "Output",
        }
    }
}

/// How ComfyUI's files name a node.
#[derive(Clone, Copy, Debug)]
pub struct Comfy {
    /// The class name.
    pub class: &'static str,
    /// The params in the order of ComfyUI's positional widgets.
    pub widgets: &'static [&'static str],
    /// ComfyUI's input names that differ from ours, as (theirs, ours).
    pub renamed: &'static [(&'static str, &'static str)],
}

impl Comfy {
    /// The place of ComfyUI's "control after generate" among the widgets.
    pub const CONTROL: &'static str = "<control>";
}

/// Everything that is known about a kind of node.
pub struct NodeSpec {
    /// Written into users' files: never changed, never reused.
    pub id: &'static str,
    /// The name on the node.
    pub title: &'static str,
    /// Its place in the add menu.
    pub category: Category,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
    /// Input pins.
    pub inputs: &'static [PinSpec],
    /// Params.
    pub params: &'static [ParamSpec],
    /// Output pins.
    pub outputs: &'static [PinSpec],
    /// Emits the node's operations.
    pub lower: fn(&mut Lower<'_>),
    /// Whether a run is asked for by this node's being there (save, preview).
    pub is_output: bool,
    /// The ComfyUI classes that this node stands for.
    pub comfy: &'static [Comfy],
}

impl std::fmt::Debug for NodeSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl NodeSpec {
    /// The input pin of that name.
    pub fn input(&self, name: &str) -> Option<&PinSpec> {
        self.inputs.iter().find(|pin| pin.name == name)
    }

    /// The output pin of that name.
    pub fn output(&self, name: &str) -> Option<&PinSpec> {
        self.outputs.iter().find(|pin| pin.name == name)
    }

    /// The param of that name.
    pub fn param(&self, name: &str) -> Option<&ParamSpec> {
        self.params.iter().find(|param| param.name == name)
    }
}

/// The nodes that graphs may use: handed in, for the engine knows none by name.
#[derive(Clone, Copy)]
pub struct Catalog(pub &'static [&'static NodeSpec]);

impl Catalog {
    /// The node of that id.
    pub fn get(&self, id: &str) -> Option<&'static NodeSpec> {
        self.0.iter().copied().find(|spec| spec.id == id)
    }
}
