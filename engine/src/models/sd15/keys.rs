//! Our names (diffusers' spelling) in the words of the files: the same in a diffusers folder, and
//! the original training's in a single file.

/// How a file names its tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// diffusers and transformers: one file a network.
    Diffusers,
    /// The original training code: one file for all; blocks are numbered through.
    Ldm {
        /// Residual blocks a level, which the numbering depends on.
        layers: usize,
        /// Levels, which the autoencoder's numbering depends on.
        levels: usize,
    },
}

/// Parts of a residual block of the UNet: (ours, theirs).
const UNET_RESIDUAL: &[(&str, &str)] = &[
    ("norm1", "in_layers.0"),
    ("conv1", "in_layers.2"),
    ("time_emb_proj", "emb_layers.1"),
    ("norm2", "out_layers.0"),
    // `out_layers.2` is a dropout.
    ("conv2", "out_layers.3"),
    ("conv_shortcut", "skip_connection"),
];

/// The UNet's layers outside blocks.
const UNET_ENDS: &[(&str, &str)] = &[
    ("conv_in", "input_blocks.0.0"),
    ("time_embedding.linear_1", "time_embed.0"),
    ("time_embedding.linear_2", "time_embed.2"),
    ("conv_norm_out", "out.0"),
    ("conv_out", "out.2"),
];

/// Parts of the autoencoder's attention: (ours, the original's, diffusers' before 2023).
const VAE_ATTENTION: &[(&str, &str, &str)] = &[
    ("group_norm", "norm", "group_norm"),
    ("to_q", "q", "query"),
    ("to_k", "k", "key"),
    ("to_v", "v", "value"),
    ("to_out.0", "proj_out", "proj_attn"),
];

/// The names that a UNet's tensor may have, the likeliest first.
pub fn unet(layout: Layout, prefix: &str, ours: &str) -> Vec<String> {
    let names = match layout {
        Layout::Diffusers => vec![ours.to_owned()],
        Layout::Ldm { layers, .. } => unet_ldm(layers, ours),
    };
    names
        .into_iter()
        .map(|name| format!("{prefix}{name}"))
        .collect()
}

fn unet_ldm(layers: usize, ours: &str) -> Vec<String> {
    if let Some(name) = replace_start(UNET_ENDS, ours) {
        return vec![name];
    }
    let Some((group, rest)) = ours.split_once('.') else {
        return Vec::new();
    };
    if group == "mid_block" {
        return match split_index(rest) {
            Some(("resnets", j, rest)) => {
                vec![format!("middle_block.{}.{}", 2 * j, residual(rest))]
            }
            Some((_, _, rest)) => vec![format!("middle_block.1.{rest}")],
            None => Vec::new(),
        };
    }
    let Some((level, rest)) = rest.split_once('.') else {
        return Vec::new();
    };
    let (Ok(level), Some((kind, j, rest))) = (level.parse::<usize>(), split_index(rest)) else {
        return Vec::new();
    };
    // Block 0 is `conv_in`; after each level's blocks comes its downsampling.
    let down = 1 + level * (layers + 1) + j;
    let up = level * (layers + 1) + j;
    match (group, kind) {
        ("down_blocks", "resnets") => vec![format!("input_blocks.{down}.0.{}", residual(rest))],
        ("down_blocks", "attentions") => vec![format!("input_blocks.{down}.1.{rest}")],
        ("down_blocks", "downsamplers") => {
            vec![format!(
                "input_blocks.{}.0.{}",
                (level + 1) * (layers + 1),
                rest.replacen("conv", "op", 1)
            )]
        }
        ("up_blocks", "resnets") => vec![format!("output_blocks.{up}.0.{}", residual(rest))],
        ("up_blocks", "attentions") => vec![format!("output_blocks.{up}.1.{rest}")],
        // The upsampling stands behind the level's last block, after its attention if it has one.
        ("up_blocks", "upsamplers") => [2, 1]
            .map(|i| format!("output_blocks.{}.{i}.{rest}", level * (layers + 1) + layers))
            .to_vec(),
        _ => Vec::new(),
    }
}

/// The names that an autoencoder's tensor may have, the likeliest first.
pub fn vae(layout: Layout, prefix: &str, ours: &str) -> Vec<String> {
    let names = match layout {
        Layout::Diffusers => vae_diffusers(ours),
        Layout::Ldm { levels, .. } => vae_ldm(levels, ours),
    };
    names
        .into_iter()
        .map(|name| format!("{prefix}{name}"))
        .collect()
}

fn vae_diffusers(ours: &str) -> Vec<String> {
    let old = ours.split_once(".attentions.0.").and_then(|(block, rest)| {
        let (_, _, old, rest) = attention(rest)?;
        Some(format!("{block}.attentions.0.{old}{rest}"))
    });
    std::iter::once(ours.to_owned()).chain(old).collect()
}

fn vae_ldm(levels: usize, ours: &str) -> Vec<String> {
    let Some((side @ ("encoder" | "decoder"), rest)) = ours.split_once('.') else {
        return vec![ours.to_owned()];
    };
    let name = |rest: String| vec![format!("{side}.{rest}")];
    if let Some(rest) = rest.strip_prefix("conv_norm_out") {
        return name(format!("norm_out{rest}"));
    }
    let Some((group, rest_of_group)) = rest.split_once('.') else {
        return Vec::new();
    };
    if group == "mid_block" {
        return match split_index(rest_of_group) {
            Some(("resnets", j, rest)) => name(format!("mid.block_{}.{}", j + 1, shortcut(rest))),
            Some((_, _, rest)) => match attention(rest) {
                Some((_, theirs, _, rest)) => name(format!("mid.attn_1.{theirs}{rest}")),
                None => Vec::new(),
            },
            None => Vec::new(),
        };
    }
    let Some((level, rest_of_level)) = rest_of_group.split_once('.') else {
        return name(rest.to_owned());
    };
    let (Ok(level), Some((kind, j, tail))) = (level.parse::<usize>(), split_index(rest_of_level))
    else {
        return name(rest.to_owned());
    };
    match (group, kind) {
        ("down_blocks", "resnets") => name(format!("down.{level}.block.{j}.{}", shortcut(tail))),
        ("down_blocks", "downsamplers") => name(format!("down.{level}.downsample.{tail}")),
        // The original numbers the decoder's levels by size, so the first to run is the last.
        ("up_blocks", "resnets") if level < levels => name(format!(
            "up.{}.block.{j}.{}",
            levels - 1 - level,
            shortcut(tail)
        )),
        ("up_blocks", "upsamplers") if level < levels => {
            name(format!("up.{}.upsample.{tail}", levels - 1 - level))
        }
        _ => Vec::new(),
    }
}

/// The names that a text encoder's tensor may have, the likeliest first.
pub fn text(prefix: &str, ours: &str) -> Vec<String> {
    // Some trainers leave `text_model.` out.
    vec![
        format!("{prefix}text_model.{ours}"),
        format!("{prefix}{ours}"),
    ]
}

fn residual(rest: &str) -> String {
    replace_start(UNET_RESIDUAL, rest).unwrap_or_else(|| rest.to_owned())
}

fn shortcut(rest: &str) -> String {
    rest.replacen("conv_shortcut", "nin_shortcut", 1)
}

/// (ours, the original's, old diffusers', what follows).
fn attention(rest: &str) -> Option<(&'static str, &'static str, &'static str, &str)> {
    VAE_ATTENTION.iter().find_map(|(ours, theirs, old)| {
        let tail = rest.strip_prefix(ours)?;
        tail.starts_with('.')
            .then_some((*ours, *theirs, *old, tail))
    })
}

fn replace_start(table: &[(&str, &str)], name: &str) -> Option<String> {
    table.iter().find_map(|(ours, theirs)| {
        let tail = name.strip_prefix(ours)?;
        tail.starts_with('.').then(|| format!("{theirs}{tail}"))
    })
}

/// `resnets.2.conv1.weight` → (`resnets`, 2, `conv1.weight`).
fn split_index(text: &str) -> Option<(&str, usize, &str)> {
    let (kind, rest) = text.split_once('.')?;
    let (index, rest) = rest.split_once('.')?;
    Some((kind, index.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_single_file() {
        let layout = Layout::Ldm {
            layers: 2,
            levels: 4,
        };
        let table = [
            ("conv_in.weight", "input_blocks.0.0.weight"),
            (
                "down_blocks.0.resnets.1.conv1.bias",
                "input_blocks.2.0.in_layers.2.bias",
            ),
            (
                "down_blocks.1.downsamplers.0.conv.weight",
                "input_blocks.6.0.op.weight",
            ),
            (
                "mid_block.resnets.1.time_emb_proj.weight",
                "middle_block.2.emb_layers.1.weight",
            ),
            (
                "mid_block.attentions.0.norm.weight",
                "middle_block.1.norm.weight",
            ),
            (
                "up_blocks.0.upsamplers.0.conv.bias",
                "output_blocks.2.2.conv.bias",
            ),
            (
                "up_blocks.3.attentions.2.proj_in.bias",
                "output_blocks.11.1.proj_in.bias",
            ),
        ];
        for (ours, theirs) in table {
            assert_eq!(
                unet(layout, "", ours).first().map(String::as_str),
                Some(theirs)
            );
        }
        let table = [
            (
                "encoder.down_blocks.1.resnets.0.conv_shortcut.bias",
                "encoder.down.1.block.0.nin_shortcut.bias",
            ),
            (
                "decoder.up_blocks.0.upsamplers.0.conv.bias",
                "decoder.up.3.upsample.conv.bias",
            ),
            (
                "decoder.mid_block.attentions.0.to_out.0.weight",
                "decoder.mid.attn_1.proj_out.weight",
            ),
            ("encoder.conv_norm_out.weight", "encoder.norm_out.weight"),
            ("encoder.conv_in.weight", "encoder.conv_in.weight"),
            ("quant_conv.weight", "quant_conv.weight"),
        ];
        for (ours, theirs) in table {
            assert_eq!(
                vae(layout, "", ours).first().map(String::as_str),
                Some(theirs)
            );
        }
    }
}
