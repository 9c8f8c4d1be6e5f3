//! Is this checkpoint mine? Reads the configuration off tensor names and shapes, without data; what
//! those cannot say comes from the sidecar, else from the family's real models.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::FloatDType;

use crate::device::Compute;
use crate::models::autoencoder::{Autoencoder, VaeShape};
use crate::models::clip::{TextModel, TextShape};
use crate::models::loader::{Loader, Part};
use crate::models::sd15::keys::{self, Layout};
use crate::models::unet::{Attention, Level, Unet, UnetShape};
use crate::models::{Checkpoint, Diffusion, LatentFormat, Progress};
use crate::ops::Activation;
use crate::pixels::latent_preview::PreviewMatrix;
use crate::sampling::prediction::Prediction;
use crate::sampling::schedule::SigmaTable;
use crate::weights::WeightsError;
use crate::weights::error::ConfigFault;
use crate::weights::library::model_files;
use crate::weights::safetensors::SafetensorsFile;
use crate::weights::sidecar::{OneOrMany, Sidecar, TextConfig};

/// Attention heads of the real models, at every level.
const HEADS: usize = 8;
/// Groups of every group norm of the real models.
const GROUPS: usize = 32;
/// Model units = latent units × this, in the real models.
const SCALE: f64 = 0.18215;
/// Width and height, in pixels, of the real models.
const NATIVE_SIZE: [u32; 2] = [512, 512];
/// Latent to colours, ComfyUI's `SD15.latent_rgb_factors`.
const PREVIEW: [[f32; 3]; 4] = [
    [0.3512, 0.2297, 0.3227],
    [0.3250, 0.4974, 0.2350],
    [-0.2829, 0.1762, 0.2721],
    [-0.2120, -0.2616, -0.7177],
];
/// Betas of the training's scaled-linear schedule, and its steps.
const BETAS: (f64, f64, usize) = (0.000_85, 0.012, 1000);
/// No model of any family has more levels, layers or heads; a file that claims so is damaged.
const MOST: usize = 64;

const UNET: &str = "model.diffusion_model.";
const VAE: &str = "first_stage_model.";
const TEXT: &str = "cond_stage_model.transformer.";

/// Reads a whole model.
///
/// # Errors
/// As [`crate::models::load_checkpoint`].
pub fn load(
    path: &Path,
    compute: &Compute,
    progress: Progress<'_>,
) -> Result<Checkpoint, WeightsError> {
    if path.is_dir() {
        load_folder(path, compute, progress)
    } else {
        load_file(path, compute, progress)
    }
}

/// Refuses what [`load`] would refuse, by names and shapes alone.
///
/// # Errors
/// As [`crate::models::inspect_checkpoint`].
pub fn inspect(path: &Path) -> Result<(), WeightsError> {
    if path.is_dir() {
        Sidecar::of_folder(path)?;
        return model_files(path)[..3]
            .iter()
            .try_for_each(|file| SafetensorsFile::open(file).map(drop));
    }
    recognise(&SafetensorsFile::open(path)?)?;
    Sidecar::beside(path).map(drop)
}

/// Width and height that a checkpoint was trained for.
///
/// # Errors
/// As [`inspect`].
pub fn native_size(path: &Path) -> Result<[u32; 2], WeightsError> {
    inspect(path)?;
    let sidecar = if path.is_dir() {
        Sidecar::of_folder(path)?
    } else {
        Sidecar::beside(path)?
    };
    Ok(sidecar.native_size.unwrap_or(NATIVE_SIZE))
}

/// Refuses what [`load_vae`] would refuse, by names and shapes alone.
///
/// # Errors
/// As [`crate::models::inspect_vae`].
pub fn inspect_vae(path: &Path) -> Result<(), WeightsError> {
    let file = SafetensorsFile::open(path)?;
    vae_prefix(&file).map(drop)
}

/// Where the autoencoder's tensors stand in a file: of a checkpoint, or of its own.
fn vae_prefix(file: &SafetensorsFile) -> Result<&'static str, WeightsError> {
    let has = |prefix: &&str| {
        file.get(&format!("{prefix}decoder.conv_in.weight"))
            .is_some()
    };
    [VAE, ""]
        .into_iter()
        .find(has)
        .ok_or_else(|| not_a("VAE", file))
}

fn load_file(
    path: &Path,
    compute: &Compute,
    progress: Progress<'_>,
) -> Result<Checkpoint, WeightsError> {
    let file = SafetensorsFile::open(path)?;
    recognise(&file)?;
    let sidecar = Sidecar::beside(path)?;
    let mut loader = Loader::new(&file, &compute.device, (0, file.total_bytes()), progress);

    let layers = (1..MOST).find(|i| {
        file.get(&format!("{UNET}input_blocks.{i}.0.op.weight"))
            .is_some()
    });
    let layout = Layout::Ldm {
        layers: layers.map_or(2, |i| i - 1),
        levels: 0,
    };
    let names = |ours: &str| keys::unet(layout, UNET, ours);
    let diffusion = diffusion(&sidecar, &file, &mut loader.part(&names, compute.dtype))?;

    let names = |ours: &str| keys::text(TEXT, ours);
    let text = text(
        sidecar.text_encoders.first(),
        &mut loader.part(&names, FloatDType::F32),
    )?;

    let vae = vae_of(&file, &sidecar, &mut loader, VAE)?;
    let (report, _) = loader.report()?;
    Ok(Checkpoint {
        diffusion: Arc::new(diffusion),
        text: Arc::new(text),
        vae: Arc::new(vae),
        report,
    })
}

fn load_folder(
    path: &Path,
    compute: &Compute,
    progress: Progress<'_>,
) -> Result<Checkpoint, WeightsError> {
    let sidecar = Sidecar::of_folder(path)?;
    let files = model_files(path);
    let [unet_file, vae_file, text_file] = [0, 1, 2].map(|i| SafetensorsFile::open(&files[i]));
    let (unet_file, vae_file, text_file) = (unet_file?, vae_file?, text_file?);
    let total = unet_file.total_bytes() + vae_file.total_bytes() + text_file.total_bytes();

    let names = |ours: &str| keys::unet(Layout::Diffusers, "", ours);
    let mut loader = Loader::new(&unet_file, &compute.device, (0, total), progress);
    let diffusion = diffusion(
        &sidecar,
        &unet_file,
        &mut loader.part(&names, compute.dtype),
    )?;
    let (unet_report, done) = loader.report()?;

    let names = |ours: &str| keys::text("", ours);
    let mut loader = Loader::new(&text_file, &compute.device, (done, total), progress);
    let text = text(
        sidecar.text_encoders.first(),
        &mut loader.part(&names, FloatDType::F32),
    )?;
    let (text_report, done) = loader.report()?;

    let mut loader = Loader::new(&vae_file, &compute.device, (done, total), progress);
    let vae = vae_of(&vae_file, &sidecar, &mut loader, "")?;
    let (vae_report, _) = loader.report()?;
    let report = unet_report.and(text_report).and(vae_report);
    Ok(Checkpoint {
        diffusion: Arc::new(diffusion),
        text: Arc::new(text),
        vae: Arc::new(vae),
        report,
    })
}

/// Reads an autoencoder: alone in either layout, or out of a checkpoint.
///
/// # Errors
/// As [`crate::models::load_vae`].
pub fn load_vae(
    path: &Path,
    compute: &Compute,
    progress: Progress<'_>,
) -> Result<Autoencoder, WeightsError> {
    let file = SafetensorsFile::open(path)?;
    let prefix = vae_prefix(&file)?;
    let sidecar = match path.parent() {
        Some(folder) if folder.join("config.json").exists() && prefix.is_empty() => {
            Sidecar::of_folder(folder.parent().unwrap_or(folder))?
        }
        _ => Sidecar::beside(path)?,
    };
    let mut loader = Loader::new(&file, &compute.device, (0, file.total_bytes()), progress);
    let vae = vae_of(&file, &sidecar, &mut loader, prefix)?;
    if prefix == VAE {
        loader.skip(UNET);
        loader.skip("cond_stage_model.");
    }
    loader.report()?;
    Ok(vae)
}

/// Refuses files of another kind and models of another family, by names and shapes alone.
fn recognise(file: &SafetensorsFile) -> Result<(), WeightsError> {
    if file
        .get(&format!("{UNET}input_blocks.0.0.weight"))
        .is_none()
    {
        return Err(not_a("checkpoint", file));
    }
    let other = |found, help| WeightsError::Other {
        file: file.path().to_owned(),
        wanted: "model that this version can run",
        found,
        help,
    };
    let later = "only models built like Stable Diffusion 1.x can be run so far";
    if file.get(&format!("{UNET}label_emb.0.0.weight")).is_some() {
        return Err(other("an SDXL model", later));
    }
    if file
        .names()
        .any(|name| name.starts_with("cond_stage_model.model."))
    {
        return Err(other("an SD 2.x model", later));
    }
    let inputs = file
        .get(&format!("{UNET}input_blocks.0.0.weight"))
        .and_then(|info| info.shape.get(1));
    if inputs == Some(&9) {
        return Err(other("an inpainting model with nine input channels", later));
    }
    let has = |prefix: &str| file.names().any(|name| name.starts_with(prefix));
    if !has(VAE) || !has("cond_stage_model.") {
        return Err(other(
            "a diffusion network alone",
            "choose the full checkpoint, with text encoder and VAE",
        ));
    }
    Ok(())
}

/// Says what a file is that is not what was asked for.
fn not_a(wanted: &'static str, file: &SafetensorsFile) -> WeightsError {
    let any = |parts: &[&str]| {
        file.names()
            .any(|name| parts.iter().any(|part| name.contains(part)))
    };
    let (found, help) = if any(&[
        "lora_up",
        "lora_down",
        "lora_A",
        "lora_B",
        "hada_w1",
        "lokr_w1",
    ]) {
        (
            "a LoRA",
            "a LoRA changes a model: choose a full checkpoint here",
        )
    } else if any(&["control_model.", "controlnet_cond_embedding", "zero_convs"]) {
        ("a ControlNet", "choose a full checkpoint here")
    } else if any(&["emb_params", "string_to_param"]) {
        (
            "a textual inversion",
            "put it into the embeddings folder and name it in the prompt as embedding:NAME",
        )
    } else if any(&["decoder.conv_in.weight"]) {
        ("a VAE", "use the Load VAE node for it")
    } else if any(&["latent_tensor"]) {
        ("a saved latent", "use the Load latent node for it")
    } else if any(&["double_blocks.", "joint_blocks.", "transformer_blocks."]) {
        (
            "a model of another family",
            "only models built like Stable Diffusion 1.x can be run so far",
        )
    } else {
        ("something else", "choose a file that holds a full model")
    };
    WeightsError::Other {
        file: file.path().to_owned(),
        wanted,
        found,
        help,
    }
}

fn diffusion(
    sidecar: &Sidecar,
    file: &SafetensorsFile,
    part: &mut Part<'_, '_>,
) -> Result<Diffusion, WeightsError> {
    let shape = unet_shape(sidecar, file, part)?;
    let marked = |name: &str| file.get(name).is_some();
    let v_prediction = match sidecar.prediction_type.as_deref() {
        Some("v_prediction") => true,
        Some("epsilon") => false,
        Some(other) => return Err(config(file, "prediction_type", other)),
        None => marked("v_pred"),
    };
    let zero_snr = sidecar.zero_terminal_snr.unwrap_or_else(|| marked("ztsnr"));
    let (start, end) = (
        sidecar.beta_start.unwrap_or(BETAS.0),
        sidecar.beta_end.unwrap_or(BETAS.1),
    );
    if !(start > 0.0 && start <= end && end < 1.0) {
        return Err(config(file, "beta_start", &start.to_string()));
    }
    Ok(Diffusion {
        prediction: if v_prediction {
            Prediction::V
        } else {
            Prediction::Epsilon
        },
        table: SigmaTable::scaled_linear(start, end, BETAS.2, zero_snr),
        latent: latent_format(sidecar, file, shape.out_channels)?,
        native_size: sidecar.native_size.unwrap_or(NATIVE_SIZE),
        unet: Unet::load(&shape, part)?,
    })
}

fn unet_shape(
    sidecar: &Sidecar,
    file: &SafetensorsFile,
    part: &Part<'_, '_>,
) -> Result<UnetShape, WeightsError> {
    let side = |name: &str, axis: usize| {
        part.shape(name)
            .and_then(|shape| shape.get(axis))
            .copied()
            .ok_or_else(|| WeightsError::Missing {
                file: file.path().to_owned(),
                tensor: name.to_owned(),
            })
    };
    let heads = |level: usize| {
        let config = &sidecar.unet;
        let said = config
            .num_attention_heads
            .as_ref()
            .or(config.attention_head_dim.as_ref());
        said.and_then(|heads: &OneOrMany| heads.at(level))
            .unwrap_or(HEADS)
    };
    let depth = |block: &str| part.count(&format!("{block}.transformer_blocks"), "norm1.weight");
    let mut levels = Vec::new();
    while part
        .shape(&format!(
            "down_blocks.{}.resnets.0.conv1.weight",
            levels.len()
        ))
        .is_some()
        && levels.len() < MOST
    {
        let i = levels.len();
        let block = format!("down_blocks.{i}.attentions.0");
        levels.push(Level {
            channels: side(&format!("down_blocks.{i}.resnets.0.conv1.weight"), 0)?,
            attention: (depth(&block) > 0).then(|| Attention {
                depth: depth(&block),
                heads: heads(i),
            }),
        });
    }
    let attended = levels.iter().position(|level| level.attention.is_some());
    let context = match attended {
        Some(i) => side(
            &format!("down_blocks.{i}.attentions.0.transformer_blocks.0.attn2.to_k.weight"),
            1,
        )?,
        None => 1,
    };
    let middle = depth("mid_block.attentions.0");
    let shape = UnetShape {
        in_channels: side("conv_in.weight", 1)?,
        out_channels: side("conv_out.weight", 0)?,
        layers: part.count("down_blocks.0.resnets", "conv1.weight"),
        middle: (middle > 0).then(|| Attention {
            depth: middle,
            heads: heads(levels.len() - 1),
        }),
        context,
        groups: sidecar.unet.norm_num_groups.unwrap_or(GROUPS),
        levels,
    };
    for level in &shape.levels {
        divides(file, "norm_num_groups", shape.groups, level.channels)?;
        if let Some(attention) = level.attention {
            divides(file, "attention_head_dim", attention.heads, level.channels)?;
        }
    }
    Ok(shape)
}

fn latent_format(
    sidecar: &Sidecar,
    file: &SafetensorsFile,
    channels: usize,
) -> Result<LatentFormat, WeightsError> {
    let scale = sidecar.vae.scaling_factor.unwrap_or(SCALE);
    if !(scale.is_finite() && scale > 0.0) {
        return Err(config(file, "scaling_factor", &scale.to_string()));
    }
    let preview = match &sidecar.preview {
        Some(preview) if preview.latent_rgb.len() == channels => PreviewMatrix {
            rgb: preview.latent_rgb.clone(),
            bias: preview.bias,
        },
        Some(preview) => {
            return Err(config(
                file,
                "latent_rgb",
                &format!("{} rows", preview.latent_rgb.len()),
            ));
        }
        None => PreviewMatrix {
            rgb: (0..channels)
                .map(|i| PREVIEW.get(i).copied().unwrap_or_default())
                .collect(),
            bias: [0.0; 3],
        },
    };
    Ok(LatentFormat {
        channels,
        scale,
        preview,
    })
}

fn text(
    config_of: Option<&TextConfig>,
    part: &mut Part<'_, '_>,
) -> Result<TextModel, WeightsError> {
    let default = TextConfig::default();
    let said = config_of.unwrap_or(&default);
    let file = part.file();
    let matrix = |name: &str| match part.shape(name) {
        Some([rows, columns]) => Ok((*rows, *columns)),
        _ => Err(WeightsError::Missing {
            file: file.path().to_owned(),
            tensor: name.to_owned(),
        }),
    };
    let (vocabulary, width) = matrix("embeddings.token_embedding.weight")?;
    let (positions, _) = matrix("embeddings.position_embedding.weight")?;
    let (inner, _) = matrix("encoder.layers.0.mlp.fc1.weight")?;
    // Chunks are cut for this many tokens.
    if positions != crate::text::prompt::CHUNK || vocabulary == 0 {
        return Err(config(
            file,
            "max_position_embeddings",
            &positions.to_string(),
        ));
    }
    let activation = match said.hidden_act.as_deref() {
        None | Some("quick_gelu") => Activation::QuickGelu,
        Some("gelu") => Activation::Gelu,
        Some(other) => return Err(config(file, "hidden_act", other)),
    };
    // CLIP's encoders have 64 channels a head.
    let heads = said.num_attention_heads.unwrap_or((width / 64).max(1));
    divides(file, "num_attention_heads", heads, width)?;
    let shape = TextShape {
        vocabulary,
        positions,
        width,
        inner,
        layers: part.count("encoder.layers", "layer_norm1.weight"),
        heads,
        activation,
        epsilon: said.layer_norm_eps.unwrap_or(1e-5),
        pad: said.pad_token_id.unwrap_or(crate::text::tokenizer::EOS),
    };
    TextModel::load(&shape, part)
}

/// The autoencoder whose tensors begin with `prefix`, in whichever layout they are.
fn vae_of(
    file: &SafetensorsFile,
    sidecar: &Sidecar,
    loader: &mut Loader<'_>,
    prefix: &str,
) -> Result<Autoencoder, WeightsError> {
    let diffusers = file
        .get(&format!(
            "{prefix}decoder.up_blocks.0.resnets.0.conv1.weight"
        ))
        .is_some();
    let levels = (0..MOST)
        .take_while(|i| {
            file.get(&format!("{prefix}decoder.up.{i}.block.0.conv1.weight"))
                .is_some()
        })
        .count();
    let layout = if diffusers {
        Layout::Diffusers
    } else {
        Layout::Ldm { layers: 0, levels }
    };
    let names = |ours: &str| keys::vae(layout, prefix, ours);
    let mut part = loader.part(&names, FloatDType::F32);
    let missing = |tensor: &str| WeightsError::Missing {
        file: file.path().to_owned(),
        tensor: tensor.to_owned(),
    };
    let mut channels: Vec<usize> = (0..MOST)
        .map_while(|i| part.shape(&format!("decoder.up_blocks.{i}.resnets.0.conv1.weight")))
        .filter_map(|shape| shape.first().copied())
        .collect();
    channels.reverse();
    let latent = part
        .shape("decoder.conv_in.weight")
        .and_then(|shape| shape.get(1))
        .copied();
    let shape = VaeShape {
        layers: part
            .count("decoder.up_blocks.0.resnets", "conv1.weight")
            .saturating_sub(1),
        latent: latent.ok_or_else(|| missing("decoder.conv_in.weight"))?,
        groups: sidecar.vae.norm_num_groups.unwrap_or(GROUPS),
        channels,
    };
    if shape.channels.is_empty() {
        return Err(missing("decoder.up_blocks.0.resnets.0.conv1.weight"));
    }
    for channels in &shape.channels {
        divides(file, "norm_num_groups", shape.groups, *channels)?;
    }
    let format = latent_format(sidecar, file, shape.latent)?;
    Autoencoder::load(&shape, format, &mut part)
}

/// # Errors
/// `part` does not divide `whole`.
fn divides(
    file: &SafetensorsFile,
    name: &'static str,
    part: usize,
    whole: usize,
) -> Result<(), WeightsError> {
    if part > 0 && whole.is_multiple_of(part) {
        Ok(())
    } else {
        Err(config(file, name, &part.to_string()))
    }
}

fn config(file: &SafetensorsFile, name: &'static str, value: &str) -> WeightsError {
    WeightsError::Config {
        file: file.path().to_owned(),
        reason: ConfigFault::Value {
            name,
            value: value.to_owned(),
        },
    }
}
