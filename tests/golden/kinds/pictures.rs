//! Picture files and previews.

use std::fs;

use pyrograph_engine::pixels::latent_preview;
use pyrograph_engine::pixels::load::{self, MaskChannel};
use serde::Deserialize;

use super::{Bench, FAMILIES, PREVIEWS};
use crate::golden::cases::Stop;
use crate::golden::compare::Outputs;
use crate::golden::tensors::{Tensor, from_mask};

#[derive(Deserialize)]
struct LoadCase {
    file: String,
    channel: Option<String>,
}

impl LoadCase {
    fn bytes(&self, bench: &Bench<'_>) -> Result<Vec<u8>, Stop> {
        fs::read(bench.folder.path(&self.file)?).map_err(|error| broken(&error))
    }
}

fn broken(error: &dyn std::fmt::Display) -> Stop {
    Stop::Broken(error.to_string())
}

pub(super) fn load(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: LoadCase = bench.case.inputs()?;
    let (image, mask) = load::load_image(&case.bytes(bench)?).map_err(|error| broken(&error))?;
    Ok(vec![
        ("image", Tensor::from(&image).into()),
        ("mask", from_mask(&mask).into()),
    ])
}

pub(super) fn load_mask(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: LoadCase = bench.case.inputs()?;
    let channel = match case.channel.as_deref() {
        Some("alpha") => MaskChannel::Alpha,
        Some("red") => MaskChannel::Red,
        Some("green") => MaskChannel::Green,
        Some("blue") => MaskChannel::Blue,
        other => return Err(Stop::Broken(format!("no channel {other:?}"))),
    };
    let mask = load::load_mask(&case.bytes(bench)?, channel).map_err(|error| broken(&error))?;
    Ok(vec![("mask", from_mask(&mask).into())])
}

#[derive(Deserialize)]
struct PreviewCase {
    family: String,
    x0: String,
}

/// The matrix is that of the first model of the family whose sidecar brings none of its own.
pub(super) fn preview(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: PreviewCase = bench.case.inputs()?;
    let known = PREVIEWS
        .into_iter()
        .zip(FAMILIES)
        .find(|(name, _)| *name == case.family);
    let (_, family) = known.ok_or_else(|| Stop::NotBuilt(format!("family {}", case.family)))?;
    let plain = bench.folder.models().find(|(_, entry)| {
        entry.kind == family && !entry.unet_only && !bench.folder.has_own_preview(entry)
    });
    let (name, _) =
        plain.ok_or_else(|| Stop::Broken(format!("no model of the index is a plain {family}")))?;
    let layouts = bench.folder.layouts(name)?;
    let model = bench.device.checkpoint(&layouts[0])?;

    let x0 = bench.folder.tensor(&case.x0)?;
    let [_, _, height, width] = x0.sides()?;
    let picture =
        latent_preview::preview(&model.diffusion.latent.preview, &x0.f32s(), height, width);
    Ok(vec![(
        "image_u8",
        Tensor::new([height, width, 3], picture.into_raw()).into(),
    )])
}
