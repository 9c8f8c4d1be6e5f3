//! The UNet and the autoencoder, once through.

use burn::tensor::Tensor as Burn;
use serde::Deserialize;

use super::Bench;
use crate::golden::cases::Stop;
use crate::golden::compare::Outputs;
use crate::golden::tensors::Tensor;

#[derive(Deserialize)]
struct UnetCase {
    inputs: UnetInputs,
    t: f64,
    /// In words, which rows of the context are joined on the token axis.
    context: Option<String>,
}

#[derive(Deserialize)]
struct UnetInputs {
    x: String,
    context: String,
}

pub(super) fn unet(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: UnetCase = bench.case.inputs()?;
    let x = bench
        .folder
        .tensor(&case.inputs.x)?
        .on_device::<4>(bench.device())?;
    let mut context = bench
        .folder
        .tensor(&case.inputs.context)?
        .on_device::<3>(bench.device())?;
    if let Some(words) = &case.context {
        let rows =
            joined_rows(words).filter(|rows| rows.iter().all(|row| *row < context.dims()[0]));
        let rows =
            rows.ok_or_else(|| Stop::Broken(format!("the context {words:?} is not understood")))?;
        context = Burn::cat(
            rows.into_iter()
                .map(|row| context.clone().narrow(0, row, 1))
                .collect(),
            1,
        );
    }
    let forward = |model: &pyrograph_engine::models::Diffusion| {
        Tensor::from_device(model.forward(x.clone(), case.t, context.clone()))
    };
    Ok(bench
        .models()?
        .iter()
        .map(|model| ("out", forward(&model.diffusion).into()))
        .collect())
}

/// Reads `rows [1] and [0] of the context tensor, …`.
fn joined_rows(words: &str) -> Option<Vec<usize>> {
    let (rows, _) = words.split_once(" of the context")?;
    rows.split('[')
        .skip(1)
        .map(|row| row.split_once(']')?.0.parse().ok())
        .collect()
}

#[derive(Deserialize)]
struct EncodeCase {
    image: String,
}

pub(super) fn encode(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: EncodeCase = bench.case.inputs()?;
    let image = bench
        .folder
        .tensor(&case.image)?
        .on_device::<4>(bench.device())?;
    let mut outputs = Outputs::new();
    for model in bench.models()? {
        let posterior = model.vae.posterior(image.clone());
        let posterior =
            posterior.ok_or_else(|| Stop::Broken("the model has no encoder".to_owned()))?;
        outputs.push(("mean", Tensor::from_device(posterior.mean).into()));
        outputs.push(("logvar", Tensor::from_device(posterior.log_variance).into()));
    }
    Ok(outputs)
}

#[derive(Deserialize)]
struct DecodeCase {
    z: String,
    scaling_factor: f64,
}

pub(super) fn decode(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let case: DecodeCase = bench.case.inputs()?;
    let z = bench
        .folder
        .tensor(&case.z)?
        .on_device::<4>(bench.device())?
        .div_scalar(case.scaling_factor);
    let mut outputs = Outputs::new();
    for model in bench.models()? {
        let scale = model.vae.latent.scale;
        if scale != case.scaling_factor {
            return Err(Stop::Broken(format!(
                "the model's scale was read as {scale}, not {}",
                case.scaling_factor
            )));
        }
        outputs.push((
            "image",
            Tensor::from_device(model.vae.forward_decode(z.clone())).into(),
        ));
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::joined_rows;

    #[test]
    fn rows_are_found_in_words() {
        let words = "rows [1] and [0] of the context tensor, joined on the token axis (154 tokens); pooled: row [1]";
        assert_eq!(joined_rows(words), Some(vec![1, 0]));
        assert_eq!(joined_rows("the whole"), None);
    }
}
