//! The vocabulary of plans: every operation, its inputs, its params, its results. One table gives
//! the structs, the enum, printing, hashing and renumbering.
//!
//! A new op is a line here and an arm in `run/exec.rs`; the compiler shows the places.

use std::marker::PhantomData;

use crate::node::{Clip, Conditioning, Image, Latent, Mask, Model, Type, Vae, Wire};
use crate::node::{FileKind, Rgb, Sampler, Schedule};
use crate::pixels::resize::{Crop, ImageFilter, LatentFilter};
use crate::sampling::noise::StepNoise;

/// One result of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueRef {
    /// The step's number.
    pub step: usize,
    /// Which of its results.
    pub output: usize,
}

/// A [`ValueRef`] whose type is known.
#[derive(Debug)]
pub struct Ref<T: Wire> {
    /// Where the value comes from.
    pub value: ValueRef,
    wire: PhantomData<T>,
}

impl<T: Wire> Ref<T> {
    /// The caller vouches that the value has this type.
    pub(crate) fn new(value: ValueRef) -> Self {
        Self {
            value,
            wire: PhantomData,
        }
    }
}

impl<T: Wire> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Wire> Copy for Ref<T> {}
impl<T: Wire> PartialEq for Ref<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A file that an op reads, as the graph names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileRef {
    /// Which folders are looked through.
    pub kind: FileKind,
    /// The name in the graph.
    pub name: String,
}

/// A part of an op as the passes see it.
pub enum Part<'a> {
    /// An input: which name, which value.
    Input(&'static str, ValueRef),
    /// A param, printed as in a graph file: equal text means an equal value.
    Param(&'static str, String),
    /// A file.
    File(&'static str, &'a FileRef),
}

/// A field of an op.
pub trait Field {
    /// Shows the field to a pass.
    fn visit(&self, name: &'static str, visit: &mut dyn FnMut(Part<'_>));

    /// The value that comes in, if this is an input.
    fn input(&self) -> Option<ValueRef> {
        None
    }

    /// Lets a pass say anew which step an input refers to; params and files have nothing to say.
    fn renumber(&mut self, change: &mut dyn FnMut(&mut ValueRef)) {
        let _ = change;
    }
}

impl<T: Wire> Field for Ref<T> {
    fn visit(&self, name: &'static str, visit: &mut dyn FnMut(Part<'_>)) {
        visit(Part::Input(name, self.value));
    }

    fn input(&self) -> Option<ValueRef> {
        Some(self.value)
    }

    fn renumber(&mut self, change: &mut dyn FnMut(&mut ValueRef)) {
        change(&mut self.value);
    }
}
impl<T: Wire> Field for Option<Ref<T>> {
    fn visit(&self, name: &'static str, visit: &mut dyn FnMut(Part<'_>)) {
        if let Some(input) = self {
            input.visit(name, visit);
        }
    }

    fn input(&self) -> Option<ValueRef> {
        self.as_ref().and_then(Field::input)
    }

    fn renumber(&mut self, change: &mut dyn FnMut(&mut ValueRef)) {
        if let Some(input) = self {
            input.renumber(change);
        }
    }
}
impl Field for FileRef {
    fn visit(&self, name: &'static str, visit: &mut dyn FnMut(Part<'_>)) {
        visit(Part::File(name, self));
    }
}

macro_rules! plain_fields {
    ($($ty:ty => $print:expr;)*) => { $(
        impl Field for $ty {
            fn visit(&self, name: &'static str, visit: &mut dyn FnMut(Part<'_>)) {
                let print: fn(&$ty) -> String = $print;
                visit(Part::Param(name, print(self)));
            }
        }
    )* };
}
plain_fields! {
    u32 => |v| v.to_string();
    u64 => |v| v.to_string();
    f64 => |v| v.to_string();
    bool => |v| v.to_string();
    String => |v| format!("{v:?}");
    Rgb => |v| v.to_string();
    Sampler => |v| v.name().to_owned();
    Schedule => |v| v.name().to_owned();
    StepNoise => |v| v.name().to_owned();
    ImageFilter => |v| v.name().to_owned();
    LatentFilter => |v| v.name().to_owned();
    Crop => |v| v.name().to_owned();
}

/// An op whose results are typed.
pub trait Operation: Into<Op> {
    /// A [`Ref`] for each result.
    type Out;
    /// The results of the op once it is step `step`.
    fn out(step: usize) -> Self::Out;
}

macro_rules! ops {
    ($( $(#[$doc:meta])* $name:ident $print:literal -> ($($out:ident: $out_ty:ident),*) {
        $( $(#[$field_doc:meta])* $field:ident: $ty:ty, )*
    } )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name { $( $(#[$field_doc])* pub $field: $ty, )* }

            impl From<$name> for Op {
                fn from(op: $name) -> Self { Self::$name(op) }
            }

            impl Operation for $name {
                type Out = out_type!($($out_ty)*);
                #[allow(unused_variables, reason = "an op without results needs no step")]
                fn out(step: usize) -> Self::Out { out_value!(step, $($out_ty)*) }
            }
        )*

        /// One operation.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Op { $( $(#[$doc])* $name($name), )* }

        impl Op {
            /// The name in printed plans.
            pub fn name(&self) -> &'static str {
                match self { $( Self::$name(_) => $print, )* }
            }

            /// The names and types of the results.
            pub fn outputs(&self) -> &'static [(&'static str, Type)] {
                match self { $( Self::$name(_) => &[$((stringify!($out), $out_ty::TYPE)),*], )* }
            }

            /// Shows every field in order.
            pub fn visit(&self, visit: &mut dyn FnMut(Part<'_>)) {
                match self { $( Self::$name(op) => { $( op.$field.visit(stringify!($field), visit); )* } )* }
            }

            /// The inputs in order.
            pub fn inputs(&self) -> Vec<ValueRef> {
                match self { $( Self::$name(op) => {
                    [$( op.$field.input() ),*].into_iter().flatten().collect()
                } )* }
            }

            /// Shows every input to be changed, in order.
            pub fn renumber(&mut self, change: &mut dyn FnMut(&mut ValueRef)) {
                match self { $( Self::$name(op) => { $( op.$field.renumber(change); )* } )* }
            }
        }
    };
}

/// No result: `()`; one: the reference itself; more: a tuple.
macro_rules! out_type {
    () => { () };
    ($one:ident) => { Ref<$one> };
    ($($more:ident)+) => { ($(Ref<$more>),+) };
}
macro_rules! out_value {
    ($step:ident,) => {
        ()
    };
    ($step:ident, $one:ident) => {
        Ref::new(ValueRef {
            step: $step,
            output: 0,
        })
    };
    ($step:ident, $a:ident $b:ident $c:ident) => {
        (
            Ref::new(ValueRef {
                step: $step,
                output: 0,
            }),
            Ref::new(ValueRef {
                step: $step,
                output: 1,
            }),
            Ref::new(ValueRef {
                step: $step,
                output: 2,
            }),
        )
    };
    ($step:ident, $a:ident $b:ident) => {
        (
            Ref::new(ValueRef {
                step: $step,
                output: 0,
            }),
            Ref::new(ValueRef {
                step: $step,
                output: 1,
            }),
        )
    };
}
ops! {
    /// Reads a whole model.
    LoadCheckpoint "load_checkpoint" -> (model: Model, clip: Clip, vae: Vae) {
        /// The checkpoint.
        file: FileRef,
    }
    /// Reads a VAE alone.
    LoadVae "load_vae" -> (vae: Vae) {
        /// The file.
        file: FileRef,
    }
    /// Reads a picture; its transparency becomes the mask.
    LoadImage "load_image" -> (image: Image, mask: Mask) {
        /// The file.
        file: FileRef,
    }
    /// Reads a saved latent.
    LoadLatent "load_latent" -> (latent: Latent) {
        /// The file.
        file: FileRef,
    }
    /// Stops the text encoder early.
    ClipSkip "clip_skip" -> (clip: Clip) {
        /// The encoder.
        clip: Ref<Clip>,
        /// 1 = the last layer, 2 = the last but one, …
        layers: u32,
    }
    /// Encodes a prompt with ComfyUI's weights and chunks.
    EncodeText "encode_text" -> (conditioning: Conditioning) {
        /// The encoder.
        clip: Ref<Clip>,
        /// The prompt.
        text: String,
    }
    /// A latent of zeros.
    EmptyLatent "empty_latent" -> (latent: Latent) {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// How many.
        batch: u32,
    }
    /// Pixels to a latent (the posterior's mean).
    Encode "encode" -> (latent: Latent) {
        /// The networks.
        vae: Ref<Vae>,
        /// The pixels; sides are cut to multiples of 8, centred.
        image: Ref<Image>,
    }
    /// A latent to pixels.
    Decode "decode" -> (image: Image) {
        /// The networks.
        vae: Ref<Vae>,
        /// The latent.
        latent: Ref<Latent>,
    }
    /// Changes a latent's size.
    ResizeLatent "resize_latent" -> (latent: Latent) {
        /// The latent.
        latent: Ref<Latent>,
        /// How values between are found.
        filter: LatentFilter,
        /// In pixels; 0 keeps the ratio.
        width: u32,
        /// In pixels; 0 keeps the ratio.
        height: u32,
        /// What is done when the ratio changes.
        crop: Crop,
    }
    /// Says which part of a latent shall be repainted.
    NoiseMask "noise_mask" -> (latent: Latent) {
        /// The latent.
        latent: Ref<Latent>,
        /// 1 = repaint.
        mask: Ref<Mask>,
    }
    /// Joins two latents to one batch and repeats the whole.
    BatchLatent "batch_latent" -> (latent: Latent) {
        /// The first.
        first: Ref<Latent>,
        /// The second, resized to the first's size.
        second: Option<Ref<Latent>>,
        /// How often the whole is repeated.
        repeat: u32,
    }
    /// Changes a picture's size.
    ResizeImage "resize_image" -> (image: Image) {
        /// The picture.
        image: Ref<Image>,
        /// How values between are found.
        filter: ImageFilter,
        /// In pixels; 0 keeps the ratio.
        width: u32,
        /// In pixels; 0 keeps the ratio.
        height: u32,
        /// What is done when the ratio changes.
        crop: Crop,
    }
    /// Pictures of one colour.
    SolidImage "solid_image" -> (image: Image) {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// How many.
        batch: u32,
        /// Of every pixel.
        color: Rgb,
    }
    /// The denoising loop.
    Denoise "denoise" -> (latent: Latent) {
        /// The network.
        model: Ref<Model>,
        /// What the picture should show.
        positive: Ref<Conditioning>,
        /// What it should not.
        negative: Ref<Conditioning>,
        /// Where to start.
        latent: Ref<Latent>,
        /// Chooses the noise.
        seed: u64,
        /// How many steps the schedule has.
        steps: u32,
        /// Strength of guidance.
        cfg: f64,
        /// One step's rule.
        sampler: Sampler,
        /// The steps' sigmas.
        schedule: Schedule,
        /// Share of the schedule that is run, from its end.
        denoise: f64,
        /// First step run.
        start: u32,
        /// The step before which to stop.
        end: u32,
        /// Whether noise is added first.
        add_noise: bool,
        /// Whether what noise is left at `end` stays.
        leftover_noise: bool,
        /// How ancestral noise is seeded.
        step_noise: StepNoise,
    }
    /// Writes a picture with its recipe.
    SaveImage "save_image" -> () {
        /// The picture.
        image: Ref<Image>,
        /// The file's name, with `%date%`, `%seed%`, `%node%`, `%counter%`.
        name: String,
    }
    /// Shows a picture.
    PreviewImage "preview_image" -> () {
        /// The picture.
        image: Ref<Image>,
    }
    /// Writes a latent.
    SaveLatent "save_latent" -> () {
        /// The latent.
        latent: Ref<Latent>,
        /// The file's name, as for pictures.
        name: String,
    }
}

impl Op {
    /// Whether the op is there for what it does (saving, showing) and not for a result.
    pub fn is_output(&self) -> bool {
        self.outputs().is_empty()
    }
}

impl Denoise {
    /// An [`end`](Self::end) behind the last step of every schedule.
    pub const TO_THE_END: u32 = 10_000;
}
