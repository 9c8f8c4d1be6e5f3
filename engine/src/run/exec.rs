//! What each op means: the one match. Everything that takes long reports progress and stops when
//! it is asked to.

use std::cell::Cell;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::diagnostic::Diagnostic;
use crate::graph::Graph;
use crate::models::{self, Autoencoder};
use crate::pixels::resize::{self, CELL};
use crate::pixels::{Latent, Pixels, batch, load};
use crate::plan::op::{BatchLatent, Denoise, EncodeText, FileRef, Op};
use crate::run::error::{StepError, Stop};
use crate::run::event::Event;
use crate::run::hooks::Watch;
use crate::run::session::Job;
use crate::run::value::{Clip, Value, Values};
use crate::run::worker::Tools;
use crate::run::{caught, inspect, memory, save};
use crate::sampling::{denoise, schedule};
use crate::text::embedding::EmbeddingFolder;
use crate::text::prompt;
use crate::weights::library::Library;
use crate::weights::safetensors::SafetensorsFile;

/// Channels of an empty latent before its model is known.
const EMPTY_CHANNELS: usize = 4;
/// Channels of a decoded picture.
const RGB: usize = 3;
/// The most numbers that one result may have: 4 GiB, more than the largest picture needs.
const MAX_VALUES: usize = 1 << 30;
/// The largest picture file that is read, in bytes.
const MAX_IMAGE_FILE: u64 = 1 << 30;
/// What latents of ComfyUI's first version are divided by (its nodes.py, `LoadLatent`).
const OLD_LATENT_SCALE: f64 = 0.18215;
/// Progress of loading is told at most so often.
const LOADING_EVERY: Duration = Duration::from_millis(50);

/// What a step may use.
pub(super) struct Context<'a> {
    pub(super) tools: &'a mut Tools,
    pub(super) job: &'a Job,
    /// The job's graph, shared with events.
    pub(super) graph: &'a Arc<Graph>,
    pub(super) library: &'a Library,
    pub(super) values: &'a Values,
    /// The step's number.
    pub(super) step: usize,
    pub(super) cancel: &'a AtomicBool,
    pub(super) emit: &'a dyn Fn(Event),
}

/// Runs one op and returns its results.
pub(super) fn execute(op: &Op, cx: &mut Context<'_>) -> Result<Vec<Value>, Stop> {
    let values = cx.values;
    Ok(match op {
        Op::LoadCheckpoint(op) => load_checkpoint(cx, &op.file)?,
        Op::LoadVae(op) => load_vae(cx, &op.file)?,
        Op::LoadImage(op) => {
            let (image, mask) = load_image(&cx.find(&op.file)?)?;
            vec![Value::Image(Arc::new(image)), Value::Mask(Arc::new(mask))]
        }
        Op::LoadLatent(op) => vec![Value::Latent(Arc::new(load_latent(&cx.find(&op.file)?)?))],
        Op::ClipSkip(op) => {
            vec![Value::Clip(Clip {
                model: Arc::clone(&values.clip(op.clip).model),
                skip: op.layers,
            })]
        }
        Op::EncodeText(op) => encode_text(cx, op)?,
        Op::EmptyLatent(op) => {
            let (width, height, batch) = (
                op.width as usize / CELL,
                op.height as usize / CELL,
                op.batch as usize,
            );
            check_size([batch, EMPTY_CHANNELS, height, width])?;
            vec![latent(Latent::zeros(batch, EMPTY_CHANNELS, height, width))]
        }
        Op::Encode(op) => vec![latent(encode(values.vae(op.vae), values.image(op.image))?)],
        Op::Decode(op) => {
            let (vae, latent) = (values.vae(op.vae), values.latent(op.latent));
            check_channels(latent, vae.latent.channels)?;
            check_size([
                latent.batch,
                latent.height * vae.reduction(),
                latent.width * vae.reduction(),
                RGB,
            ])?;
            vec![Value::Image(Arc::new(vae.decode(latent)))]
        }
        Op::ResizeLatent(op) => {
            let old = values.latent(op.latent);
            let (width, height) =
                resize::common_size((old.width, old.height), (op.width, op.height), CELL);
            check_size([old.batch, old.channels, height, width])?;
            vec![latent(resize::resize_latent(
                old, width, height, op.filter, op.crop,
            ))]
        }
        Op::NoiseMask(op) => {
            let mask = Pixels::clone(values.mask(op.mask));
            vec![latent(Latent {
                noise_mask: Some(mask),
                ..Latent::clone(values.latent(op.latent))
            })]
        }
        Op::BatchLatent(op) => vec![latent(batch_latent(values, op)?)],
        Op::ResizeImage(op) => {
            let old = values.image(op.image);
            let (width, height) =
                resize::common_size((old.width, old.height), (op.width, op.height), 1);
            check_size([old.batch, height, width, old.channels])?;
            vec![Value::Image(Arc::new(resize::resize_image(
                old, width, height, op.filter, op.crop,
            )))]
        }
        Op::SolidImage(op) => {
            let [batch, height, width] = [op.batch, op.height, op.width].map(|n| n as usize);
            check_size([batch, height, width, RGB])?;
            let solid = Pixels::solid(batch, height, width, op.color.values());
            vec![Value::Image(Arc::new(solid))]
        }
        Op::Denoise(op) => vec![latent(run_denoise(cx, op)?)],
        Op::SaveImage(op) => {
            save::save_images(cx, values.image(op.image), &op.name)?;
            Vec::new()
        }
        Op::PreviewImage(op) => {
            save::preview_images(cx, values.image(op.image))?;
            Vec::new()
        }
        Op::SaveLatent(op) => {
            save::save_latent(cx, values.latent(op.latent), &op.name)?;
            Vec::new()
        }
    })
}

impl<'a> Context<'a> {
    /// The node that asked for the step.
    pub(super) fn node(&self) -> &'a str {
        self.job
            .plan
            .steps
            .get(self.step)
            .map_or("", |step| step.node.as_str())
    }

    /// Sends a warning placed at the step's node.
    pub(super) fn warn(&self, message: impl Into<String>, help: impl Into<String>) {
        (self.emit)(Event::Warning(
            Diagnostic::warning(message).at(self.node()).help(help),
        ));
    }

    fn find(&self, file: &FileRef) -> Result<PathBuf, StepError> {
        inspect::find(file, self.library)
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

fn latent(latent: Latent) -> Value {
    Value::Latent(Arc::new(latent))
}

fn load_checkpoint(cx: &mut Context<'_>, file: &FileRef) -> Result<Vec<Value>, Stop> {
    load_model(cx, file, |path, tools, progress| {
        let loaded = models::load_checkpoint(path, tools.compute()?, progress)?;
        let bytes = loaded.bytes();
        let clip = Clip {
            model: loaded.text,
            skip: 1,
        };
        Ok((
            vec![
                Value::Model(loaded.diffusion),
                Value::Clip(clip),
                Value::Vae(loaded.vae),
            ],
            bytes,
        ))
    })
}

fn load_vae(cx: &mut Context<'_>, file: &FileRef) -> Result<Vec<Value>, Stop> {
    load_model(cx, file, |path, tools, progress| {
        let vae = models::load_vae(path, tools.compute()?, progress)?;
        let bytes = vae.bytes();
        Ok((vec![Value::Vae(Arc::new(vae))], bytes))
    })
}

/// Makes room, reads a model, and keeps it.
fn load_model(
    cx: &mut Context<'_>,
    file: &FileRef,
    load: impl FnOnce(
        &Path,
        &mut Tools,
        &mut dyn FnMut(u64, u64),
    ) -> Result<(Vec<Value>, u64), StepError>,
) -> Result<Vec<Value>, Stop> {
    let path = cx.find(file)?;
    cx.tools.make_room(memory::expected_bytes(&path));
    if cx.job.writes_files() {
        cx.tools.start_hashing(&path);
    }
    let (node, emit, cancel) = (cx.node(), cx.emit, cx.cancel);
    let mut last: Option<Instant> = None;
    let whole = Cell::new(0);
    let mut progress = |done: u64, total: u64| {
        whole.set(total);
        if cancel.load(Ordering::Relaxed) {
            caught::throw_cancelled();
        }
        if done == total || last.is_none_or(|last| last.elapsed() >= LOADING_EVERY) {
            emit(Event::Loading {
                node: node.to_owned(),
                done,
                total,
            });
            last = Some(Instant::now());
        }
    };
    let (values, bytes) = load(&path, cx.tools, &mut progress)?;
    // Tensors that nothing needs are not read, so the count may end before the whole.
    progress(whole.get(), whole.get());
    let step = cx
        .job
        .plan
        .steps
        .get(cx.step)
        .expect("the step that is running is in the plan");
    cx.tools.keep_model(step.key, &values, bytes);
    Ok(values)
}

fn load_image(path: &Path) -> Result<(Pixels, Pixels), StepError> {
    let read = |source| StepError::Read {
        file: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(read)?;
    let bytes = file.metadata().map_err(read)?.len();
    let too_large = |bytes| StepError::TooLarge {
        file: path.to_owned(),
        bytes,
        max: MAX_IMAGE_FILE,
    };
    if bytes > MAX_IMAGE_FILE {
        return Err(too_large(bytes));
    }
    let mut data = Vec::new();
    // A pipe tells no size, so the bound holds for reading too.
    file.take(MAX_IMAGE_FILE + 1)
        .read_to_end(&mut data)
        .map_err(read)?;
    if data.len() as u64 > MAX_IMAGE_FILE {
        return Err(too_large(data.len() as u64));
    }
    load::load_image(&data).map_err(|source| StepError::Image {
        file: path.to_owned(),
        source,
    })
}

/// Reads a latent that we or ComfyUI have saved (its nodes.py, `LoadLatent`).
fn load_latent(path: &Path) -> Result<Latent, StepError> {
    let file = SafetensorsFile::open(path)?;
    let [batch, channels, height, width] = save::check_latent(&file)?;
    let mut data = file.read_f32(save::LATENT_TENSOR)?;
    if file.get(save::LATENT_VERSION).is_none() {
        let scale = (1.0 / OLD_LATENT_SCALE) as f32;
        data.iter_mut().for_each(|value| *value *= scale);
    }
    Ok(Latent {
        batch,
        channels,
        height,
        width,
        data,
        noise_mask: None,
    })
}

fn encode_text(cx: &Context<'_>, op: &EncodeText) -> Result<Vec<Value>, Stop> {
    prompt::check_length(&op.text).map_err(StepError::from)?;
    let clip = cx.values.clip(op.clip);
    let embeddings = EmbeddingFolder::new(cx.library.clone(), clip.model.width());
    let (conditioning, missing) = clip.model.encode(&op.text, clip.skip, &embeddings);
    for name in missing {
        let reason = embeddings
            .read(&name)
            .err()
            .map_or_else(|| name.clone(), |error| error.to_string());
        cx.warn(
            format!("{reason}; the prompt goes on without it"),
            "put its .safetensors file into a folder named embeddings",
        );
    }
    Ok(vec![Value::Conditioning(Arc::new(conditioning))])
}

/// Joins and repeats.
fn batch_latent(values: &Values, op: &BatchLatent) -> Result<Latent, StepError> {
    let first = values.latent(op.first);
    let second = op.second.map(|second| values.latent(second));
    let times = op.repeat as usize;
    let batch = (first.batch + second.map_or(0, |second| second.batch)).saturating_mul(times);
    check_size([batch, first.channels, first.height, first.width])?;
    Ok(match second {
        Some(second) => batch::repeat_latent(&batch::join_latents(first, second)?, times),
        None => batch::repeat_latent(first, times),
    })
}

/// Pictures to a latent (a picture smaller than one cell has none).
fn encode(vae: &Autoencoder, image: &Pixels) -> Result<Latent, StepError> {
    let least = vae.reduction();
    if image.width < least || image.height < least {
        return Err(StepError::TooSmall {
            width: image.width,
            height: image.height,
            least,
        });
    }
    vae.encode(image).ok_or(StepError::NoEncoder)
}

fn run_denoise(cx: &Context<'_>, op: &Denoise) -> Result<Latent, Stop> {
    let model = cx.values.model(op.model);
    let (positive, negative) = (
        cx.values.conditioning(op.positive),
        cx.values.conditioning(op.negative),
    );
    let start = cx.values.latent(op.latent);
    let channels = model.latent.channels;
    if model.input_channels() != channels {
        return Err(StepError::ExtraInputs {
            inputs: model.input_channels(),
            latent: channels,
        }
        .into());
    }
    for conditioning in [positive, negative] {
        let [_, _, found] = conditioning.tokens.dims();
        if found != model.context_width() {
            return Err(StepError::Context {
                found,
                wanted: model.context_width(),
            }
            .into());
        }
    }
    let start = match fit_empty(start, channels) {
        Some(fitted) => Arc::new(fitted),
        None => Arc::clone(start),
    };
    check_channels(&start, channels)?;

    let all = schedule::ksampler_sigmas(
        &model.table,
        op.sampler,
        op.schedule,
        op.steps as usize,
        op.denoise,
    );
    let sigmas =
        denoise::advanced_sigmas(&all, op.start as usize, op.end as usize, op.leftover_noise);
    let run = denoise::Run {
        model,
        positive,
        negative,
        latent: &start,
        seed: op.seed,
        sigmas: &sigmas,
        sampler: op.sampler,
        cfg: op.cfg,
        add_noise: op.add_noise,
        step_noise: op.step_noise,
    };
    let mut watch = Watch {
        node: cx.node(),
        cancel: cx.cancel,
        emit: cx.emit,
        preview: cx.job.previews.then_some(&model.latent.preview),
        last: None,
    };
    let result = denoise::denoise(&run, &mut watch);
    if cx.is_cancelled() {
        return Err(Stop::Cancelled);
    }
    result.map_err(|denoise::Cancelled| Stop::Cancelled)
}

/// An empty latent with as many channels as the network has (ComfyUI's sample.py,
/// `fix_empty_latent_channels`); `None` if it fits already or is not empty.
fn fit_empty(latent: &Latent, channels: usize) -> Option<Latent> {
    let misfits = latent.channels != channels && latent.data.iter().all(|value| *value == 0.0);
    misfits.then(|| Latent {
        noise_mask: latent.noise_mask.clone(),
        ..Latent::zeros(latent.batch, channels, latent.height, latent.width)
    })
}

/// Refuses what would not fit the memory: an allocation that fails ends the whole program.
fn check_size(sides: [usize; 4]) -> Result<(), StepError> {
    let values = sides
        .iter()
        .fold(1_usize, |product, side| product.saturating_mul(*side));
    if values <= MAX_VALUES {
        Ok(())
    } else {
        Err(StepError::TooManyValues {
            values,
            max: MAX_VALUES,
        })
    }
}

fn check_channels(latent: &Latent, wanted: usize) -> Result<(), StepError> {
    if latent.channels == wanted {
        Ok(())
    } else {
        Err(StepError::Channels {
            found: latent.channels,
            wanted,
        })
    }
}
