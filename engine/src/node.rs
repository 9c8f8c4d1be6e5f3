//! What a node *is*: a plain description, read by the checker, the compiler, the window and the
//! command line alike. A description reads no disk, no clock and no device.
//!
//! Pins and params are typed constants that serve as declaration *and* as key: `cx.input(MODEL)`
//! returns a typed handle, so a wrong name or type in a node does not compile.

mod color;
mod param;

use std::marker::PhantomData;

pub use self::color::{NoColor, Rgb};
pub use self::param::{Choice, FileKind, Param, ParamKind, ParamSpec, ParamValue, Value};
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
        self == wanted
            || matches!(
                (self, wanted),
                (Self::Number, Self::Seed) | (Self::Seed, Self::Number)
            )
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
        Self {
            spec: PinSpec {
                name,
                ty: T::TYPE,
                doc: "",
                required: true,
                carries: None,
            },
            wire: PhantomData,
        }
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
        Self {
            spec: PinSpec {
                name,
                ty: T::TYPE,
                doc: "",
                required: false,
                carries: None,
            },
            wire: PhantomData,
        }
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

    /// The place of an input pin among the inputs.
    pub(crate) fn input_slot(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|pin| pin.name == name)
    }

    /// The place of an output pin among the outputs.
    pub(crate) fn output_slot(&self, name: &str) -> Option<usize> {
        self.outputs.iter().position(|pin| pin.name == name)
    }

    /// The place of a param among the params.
    pub(crate) fn param_slot(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|param| param.name == name)
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
