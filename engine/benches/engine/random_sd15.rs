//! Writes a full-size SD1.5 checkpoint with random weights: the real names, shapes and bytes
//! (f16, 2.1 GB), so that load, step and memory can be measured without shipping a model.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use half::f16;
use pyrograph_engine::sampling::noise::TorchCpu;

type Tensors = Vec<(String, Vec<usize>)>;

/// Writes the file unless it is there already.
pub fn write(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let tensors = tensors();
    let mut header = serde_json::Map::new();
    let mut offset = 0;
    for (name, shape) in &tensors {
        let end = offset + 2 * shape.iter().product::<usize>();
        header.insert(
            name.clone(),
            serde_json::json!({ "dtype": "F16", "shape": shape, "data_offsets": [offset, end] }),
        );
        offset = end;
    }
    let header = serde_json::to_vec(&header)?;
    let partial = path.with_extension("partial");
    let mut out = BufWriter::new(File::create(&partial)?);
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    // One block of noise, used again and again: only the sizes matter.
    let noise = TorchCpu::new(0).randn(1 << 16);
    for (name, shape) in &tensors {
        let count: usize = shape.iter().product();
        let fan_in: usize = shape[1..].iter().product();
        // Norms begin at one and biases at zero; the rest keeps activations near size one.
        let (offset, scale) = match (shape.len(), name.ends_with(".bias")) {
            (1, false) => (1.0, 0.0),
            (1, true) => (0.0, 0.0),
            _ => (0.0, 1.0 / (fan_in as f32).sqrt()),
        };
        let block: Vec<u8> = noise
            .iter()
            .flat_map(|x| f16::from_f32(offset + scale * x).to_le_bytes())
            .collect();
        let mut left = 2 * count;
        while left > 0 {
            let n = left.min(block.len());
            out.write_all(&block[..n])?;
            left -= n;
        }
    }
    out.flush()?;
    std::fs::rename(partial, path)
}

fn tensors() -> Tensors {
    let mut all = Tensors::new();
    unet(&mut all);
    text(&mut all);
    vae(&mut all);
    all
}

fn layer(all: &mut Tensors, name: &str, weight: &[usize], bias: bool) {
    all.push((format!("{name}.weight"), weight.to_vec()));
    if bias {
        all.push((format!("{name}.bias"), vec![weight[0]]));
    }
}

fn unet(all: &mut Tensors) {
    const P: &str = "model.diffusion_model.";
    let channels = [320, 640, 1280, 1280];
    layer(all, &format!("{P}time_embed.0"), &[1280, 320], true);
    layer(all, &format!("{P}time_embed.2"), &[1280, 1280], true);
    layer(all, &format!("{P}input_blocks.0.0"), &[320, 4, 3, 3], true);
    let mut skips = vec![320];
    let (mut current, mut block) = (320, 1);
    for (i, &level) in channels.iter().enumerate() {
        for _ in 0..2 {
            residual(all, &format!("{P}input_blocks.{block}.0"), current, level);
            current = level;
            if i < 3 {
                transformer(all, &format!("{P}input_blocks.{block}.1"), level);
            }
            skips.push(current);
            block += 1;
        }
        if i < 3 {
            layer(
                all,
                &format!("{P}input_blocks.{block}.0.op"),
                &[level, level, 3, 3],
                true,
            );
            skips.push(current);
            block += 1;
        }
    }
    residual(all, &format!("{P}middle_block.0"), 1280, 1280);
    transformer(all, &format!("{P}middle_block.1"), 1280);
    residual(all, &format!("{P}middle_block.2"), 1280, 1280);
    block = 0;
    for (i, &level) in channels.iter().enumerate().rev() {
        for j in 0..3 {
            let skip = skips.pop().expect("as many as on the way down");
            residual(
                all,
                &format!("{P}output_blocks.{block}.0"),
                current + skip,
                level,
            );
            current = level;
            if i < 3 {
                transformer(all, &format!("{P}output_blocks.{block}.1"), level);
            }
            if j == 2 && i > 0 {
                let place = if i < 3 { 2 } else { 1 };
                layer(
                    all,
                    &format!("{P}output_blocks.{block}.{place}.conv"),
                    &[level, level, 3, 3],
                    true,
                );
            }
            block += 1;
        }
    }
    layer(all, &format!("{P}out.0"), &[320], true);
    layer(all, &format!("{P}out.2"), &[4, 320, 3, 3], true);
}

fn residual(all: &mut Tensors, name: &str, inputs: usize, outputs: usize) {
    layer(all, &format!("{name}.in_layers.0"), &[inputs], true);
    layer(
        all,
        &format!("{name}.in_layers.2"),
        &[outputs, inputs, 3, 3],
        true,
    );
    layer(all, &format!("{name}.emb_layers.1"), &[outputs, 1280], true);
    layer(all, &format!("{name}.out_layers.0"), &[outputs], true);
    layer(
        all,
        &format!("{name}.out_layers.3"),
        &[outputs, outputs, 3, 3],
        true,
    );
    if inputs != outputs {
        layer(
            all,
            &format!("{name}.skip_connection"),
            &[outputs, inputs, 1, 1],
            true,
        );
    }
}

fn transformer(all: &mut Tensors, name: &str, c: usize) {
    layer(all, &format!("{name}.norm"), &[c], true);
    layer(all, &format!("{name}.proj_in"), &[c, c, 1, 1], true);
    let block = format!("{name}.transformer_blocks.0");
    for i in 1..=3 {
        layer(all, &format!("{block}.norm{i}"), &[c], true);
    }
    for (attention, context) in [("attn1", c), ("attn2", 768)] {
        layer(all, &format!("{block}.{attention}.to_q"), &[c, c], false);
        layer(
            all,
            &format!("{block}.{attention}.to_k"),
            &[c, context],
            false,
        );
        layer(
            all,
            &format!("{block}.{attention}.to_v"),
            &[c, context],
            false,
        );
        layer(all, &format!("{block}.{attention}.to_out.0"), &[c, c], true);
    }
    layer(all, &format!("{block}.ff.net.0.proj"), &[8 * c, c], true);
    layer(all, &format!("{block}.ff.net.2"), &[c, 4 * c], true);
    layer(all, &format!("{name}.proj_out"), &[c, c, 1, 1], true);
}

fn text(all: &mut Tensors) {
    const P: &str = "cond_stage_model.transformer.text_model.";
    layer(
        all,
        &format!("{P}embeddings.token_embedding"),
        &[49408, 768],
        false,
    );
    layer(
        all,
        &format!("{P}embeddings.position_embedding"),
        &[77, 768],
        false,
    );
    for i in 0..12 {
        let name = format!("{P}encoder.layers.{i}");
        layer(all, &format!("{name}.layer_norm1"), &[768], true);
        layer(all, &format!("{name}.layer_norm2"), &[768], true);
        for part in ["q_proj", "k_proj", "v_proj", "out_proj"] {
            layer(all, &format!("{name}.self_attn.{part}"), &[768, 768], true);
        }
        layer(all, &format!("{name}.mlp.fc1"), &[3072, 768], true);
        layer(all, &format!("{name}.mlp.fc2"), &[768, 3072], true);
    }
    layer(all, &format!("{P}final_layer_norm"), &[768], true);
}

fn vae(all: &mut Tensors) {
    const P: &str = "first_stage_model.";
    let channels = [128, 256, 512, 512];
    layer(all, &format!("{P}quant_conv"), &[8, 8, 1, 1], true);
    layer(all, &format!("{P}post_quant_conv"), &[4, 4, 1, 1], true);
    layer(all, &format!("{P}encoder.conv_in"), &[128, 3, 3, 3], true);
    let mut current = 128;
    for (i, &level) in channels.iter().enumerate() {
        for j in 0..2 {
            vae_residual(
                all,
                &format!("{P}encoder.down.{i}.block.{j}"),
                current,
                level,
            );
            current = level;
        }
        if i < 3 {
            layer(
                all,
                &format!("{P}encoder.down.{i}.downsample.conv"),
                &[level, level, 3, 3],
                true,
            );
        }
    }
    vae_end(all, &format!("{P}encoder"), 512, 8);
    layer(all, &format!("{P}decoder.conv_in"), &[512, 4, 3, 3], true);
    current = 512;
    for (i, &level) in channels.iter().enumerate().rev() {
        for j in 0..3 {
            vae_residual(all, &format!("{P}decoder.up.{i}.block.{j}"), current, level);
            current = level;
        }
        if i > 0 {
            layer(
                all,
                &format!("{P}decoder.up.{i}.upsample.conv"),
                &[level, level, 3, 3],
                true,
            );
        }
    }
    vae_end(all, &format!("{P}decoder"), 128, 3);
}

fn vae_residual(all: &mut Tensors, name: &str, inputs: usize, outputs: usize) {
    layer(all, &format!("{name}.norm1"), &[inputs], true);
    layer(
        all,
        &format!("{name}.conv1"),
        &[outputs, inputs, 3, 3],
        true,
    );
    layer(all, &format!("{name}.norm2"), &[outputs], true);
    layer(
        all,
        &format!("{name}.conv2"),
        &[outputs, outputs, 3, 3],
        true,
    );
    if inputs != outputs {
        layer(
            all,
            &format!("{name}.nin_shortcut"),
            &[outputs, inputs, 1, 1],
            true,
        );
    }
}

fn vae_end(all: &mut Tensors, name: &str, last: usize, outputs: usize) {
    for block in ["block_1", "block_2"] {
        vae_residual(all, &format!("{name}.mid.{block}"), 512, 512);
    }
    layer(all, &format!("{name}.mid.attn_1.norm"), &[512], true);
    for part in ["q", "k", "v", "proj_out"] {
        layer(
            all,
            &format!("{name}.mid.attn_1.{part}"),
            &[512, 512, 1, 1],
            true,
        );
    }
    layer(all, &format!("{name}.norm_out"), &[last], true);
    layer(
        all,
        &format!("{name}.conv_out"),
        &[outputs, last, 3, 3],
        true,
    );
}
