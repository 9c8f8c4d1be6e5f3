//! Steps that write: pictures and latents with their recipe.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use crate::graph::file;
use crate::output::names::{Fields, Name};
use crate::output::png;
use crate::output::recipe::{self, DeviceUsed, FileUsed, Recipe};
use crate::output::write_new;
use crate::pixels::{Latent, Pixels};
use crate::run::error::{StepError, Stop};
use crate::run::event::Event;
use crate::run::exec::Context;
use crate::weights::safetensors::{self, SafetensorsFile};

/// The name of pictures that are only previewed, where those are written.
const PREVIEW_NAME: &str = "%node%_%counter%";
/// The tensor in a saved latent (ComfyUI's nodes.py, `SaveLatent`).
pub(super) const LATENT_TENSOR: &str = "latent_tensor";
/// An empty tensor that says: the numbers are in latent units (there as well).
pub(super) const LATENT_VERSION: &str = "latent_format_version_0";
/// The most numbers that a saved latent may hold (a 16384² picture of 16 channels has 2²⁶).
const MAX_LATENT: usize = 1 << 28;

/// Writes each picture of a batch.
pub(super) fn save_images(
    cx: &mut Context<'_>,
    pixels: &Pixels,
    template: &str,
) -> Result<(), Stop> {
    show(cx, pixels, Some(template))
}

/// Shows each picture of a batch, and writes it where the job wants that.
pub(super) fn preview_images(cx: &mut Context<'_>, pixels: &Pixels) -> Result<(), Stop> {
    let template = cx.job.outputs.keep_previewed.then_some(PREVIEW_NAME);
    show(cx, pixels, template)
}

fn show(cx: &mut Context<'_>, pixels: &Pixels, template: Option<&str>) -> Result<(), Stop> {
    let node = cx.node().to_owned();
    if pixels.data.iter().any(|value| !value.is_finite()) {
        cx.warn(
            "the picture holds values that are no numbers, shown as black",
            "try --precision f32",
        );
    }
    let about = template.map(|template| (template, About::of(cx)));
    for i in 0..pixels.batch {
        let image = Arc::new(pixels.to_rgb8(i));
        let path = match &about {
            Some((template, about)) => {
                let bytes = png::encode(&image, &about.graph, &about.recipe)?;
                Some(about.write(cx, template, "png", |out| out.write_all(&bytes))?)
            }
            None => None,
        };
        (cx.emit)(Event::Output {
            node: node.clone(),
            image,
            path,
            graph: Arc::clone(cx.graph),
        });
    }
    Ok(())
}

/// Writes a latent as ComfyUI does, so that either program reads the other's.
pub(super) fn save_latent(
    cx: &mut Context<'_>,
    latent: &Latent,
    template: &str,
) -> Result<(), Stop> {
    let about = About::of(cx);
    let shape = [latent.batch, latent.channels, latent.height, latent.width];
    let metadata = BTreeMap::from([
        (png::GRAPH.to_owned(), about.graph.clone()),
        (png::RECIPE.to_owned(), about.recipe.clone()),
    ]);
    let tensors: [safetensors::Named<'_>; 2] = [
        (LATENT_TENSOR, &shape, &latent.data),
        (LATENT_VERSION, &[0], &[]),
    ];
    let path = about.write(cx, template, "latent", |out| {
        safetensors::write_to(out, &tensors, &metadata)
    })?;
    (cx.emit)(Event::Saved {
        node: cx.node().to_owned(),
        path,
    });
    Ok(())
}

/// The shape `[batch, channels, height, width]` of a saved latent, checked.
pub(super) fn check_latent(file: &SafetensorsFile) -> Result<[usize; 4], StepError> {
    let no_latent = |found: String| StepError::NoLatent {
        file: file.path().to_owned(),
        found,
    };
    let Some(info) = file.get(LATENT_TENSOR) else {
        return Err(no_latent(format!("no tensor {LATENT_TENSOR:?}")));
    };
    match *info.shape.as_slice() {
        // The file has been found to hold all its tensors, so the product does not overflow.
        [b, c, h, w] if (1..=MAX_LATENT).contains(&(b * c * h * w)) => Ok([b, c, h, w]),
        _ => Err(no_latent(format!("a tensor of shape {:?}", info.shape))),
    }
}

/// What is written beside the numbers.
struct About {
    graph: String,
    recipe: String,
    seed: Option<u64>,
}

impl About {
    fn of(cx: &mut Context<'_>) -> Self {
        let origins = recipe::origins(&cx.job.plan, cx.step);
        let files = origins.files.iter().map(|(node, file)| FileUsed {
            node: node.clone(),
            kind: recipe::kind_name(file.kind).to_owned(),
            name: recipe::public_name(&file.name).to_owned(),
            sha256: cx.tools.sha256(cx.library.resolve(file.kind, &file.name)),
        });
        let files = files.collect();
        let recipe = Recipe {
            program: concat!("Pyrograph ", env!("CARGO_PKG_VERSION")).to_owned(),
            node: cx.node().to_owned(),
            device: cx.tools.open_device().map(DeviceUsed::of),
            files,
            samples: origins.samples,
        };
        Self {
            graph: file::write(&recipe::public_graph(&cx.job.graph, &cx.job.plan)),
            // The last run is the one that made the picture; earlier ones made what it started from.
            seed: recipe.samples.last().map(|sample| sample.seed),
            recipe: serde_json::to_string(&recipe).expect("a recipe is strings and numbers"),
        }
    }

    fn write(
        &self,
        cx: &Context<'_>,
        template: &str,
        extension: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<PathBuf, Stop> {
        let outputs = &cx.job.outputs;
        let fields = Fields {
            date: &outputs.date,
            seed: self.seed,
            node: cx.node(),
        };
        let name = Name::new(&outputs.dir, template, &fields, extension);
        match write_new(name.candidates(), write) {
            Ok(Some(path)) => Ok(path),
            Ok(None) => Err(StepError::NoFreeName {
                folder: outputs.dir.clone(),
            }
            .into()),
            Err(source) => Err(StepError::Write {
                file: outputs.dir.clone(),
                source,
            }
            .into()),
        }
    }
}
