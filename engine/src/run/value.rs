//! The values that steps hand on. Pictures and latents lie on the host; networks and encoded
//! prompts on the device.

use std::sync::Arc;

use crate::models::{Autoencoder, Conditioning, Diffusion, TextModel};
use crate::node;
use crate::pixels::{Latent, Pixels};
use crate::plan::op::{Ref, ValueRef};

/// One result of one step; cheap to clone.
#[derive(Clone)]
pub(super) enum Value {
    Model(Arc<Diffusion>),
    Clip(Clip),
    Vae(Arc<Autoencoder>),
    Conditioning(Arc<Conditioning>),
    Latent(Arc<Latent>),
    Image(Arc<Pixels>),
    Mask(Arc<Pixels>),
}

/// A text encoder and the layer at which it stops.
#[derive(Clone)]
pub(super) struct Clip {
    pub(super) model: Arc<TextModel>,
    /// 1 = the last layer.
    pub(super) skip: u32,
}

/// The results of the steps so far.
pub(super) struct Values(Vec<Option<Vec<Value>>>);

impl Value {
    /// How much the value takes in a cache, in bytes; `None` if it belongs to a loaded model.
    pub(super) fn cached_bytes(&self) -> Option<u64> {
        let floats = match self {
            Self::Model(_) | Self::Clip(_) | Self::Vae(_) => return None,
            Self::Conditioning(conditioning) => {
                let pooled = conditioning
                    .pooled
                    .as_ref()
                    .map_or(0, |pooled| pooled.shape().num_elements());
                conditioning.tokens.shape().num_elements() + pooled
            }
            Self::Latent(latent) => {
                latent.data.len() + latent.noise_mask.as_ref().map_or(0, |mask| mask.data.len())
            }
            Self::Image(pixels) | Self::Mask(pixels) => pixels.data.len(),
        };
        Some(4 * floats as u64)
    }

    /// Whether it is lost when the device fails.
    pub(super) fn is_on_device(&self) -> bool {
        match self {
            Self::Model(_) | Self::Clip(_) | Self::Vae(_) | Self::Conditioning(_) => true,
            Self::Latent(_) | Self::Image(_) | Self::Mask(_) => false,
        }
    }
}

/// The typed reads of inputs. They panic only on a plan that the compiler did not make; such a
/// panic is caught and told at the step's node.
macro_rules! reads {
    ($($read:ident: $ty:ident -> $out:ty;)*) => { $(
        pub(super) fn $read(&self, input: Ref<node::$ty>) -> &$out {
            match self.get(input.value) {
                Some(Value::$ty(value)) => value,
                Some(_) | None => panic!(concat!("the plan promises a ", stringify!($ty), " at %{}.{}"), input.value.step, input.value.output),
            }
        }
    )* };
}

impl Values {
    /// No results yet of that many steps.
    pub(super) fn new(steps: usize) -> Self {
        Self((0..steps).map(|_| None).collect())
    }

    /// Remembers a step's results.
    pub(super) fn set(&mut self, step: usize, results: Vec<Value>) {
        if let Some(slot) = self.0.get_mut(step) {
            *slot = Some(results);
        }
    }

    /// Forgets a step's results.
    pub(super) fn drop_step(&mut self, step: usize) {
        if let Some(slot) = self.0.get_mut(step) {
            *slot = None;
        }
    }

    /// The picture that a step gives first, if it gives one.
    pub(super) fn picture(&self, step: usize) -> Option<&Pixels> {
        match self.get(ValueRef { step, output: 0 })? {
            Value::Image(picture) => Some(picture),
            Value::Model(_)
            | Value::Clip(_)
            | Value::Vae(_)
            | Value::Conditioning(_)
            | Value::Latent(_)
            | Value::Mask(_) => None,
        }
    }

    fn get(&self, at: ValueRef) -> Option<&Value> {
        self.0.get(at.step)?.as_ref()?.get(at.output)
    }

    reads! {
        model: Model -> Arc<Diffusion>;
        clip: Clip -> Clip;
        vae: Vae -> Arc<Autoencoder>;
        conditioning: Conditioning -> Arc<Conditioning>;
        latent: Latent -> Arc<Latent>;
        image: Image -> Arc<Pixels>;
        mask: Mask -> Arc<Pixels>;
    }
}
