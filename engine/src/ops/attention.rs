//! Scaled dot-product attention over many heads, on both kinds of device.

use burn::tensor::ops::AttentionModuleOptions;
use burn::tensor::{Tensor, module};

use crate::device::is_host;
use crate::ops::host;

/// The most bytes that one chunk of scores may take: WebGPU promises no larger buffer to a kernel.
const MAX_SCORE_BYTES: usize = 1 << 27;

/// Which tokens may look at which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// All at all.
    None,
    /// Each at itself and those before.
    Causal,
}

/// softmax(Q Kᵀ / √d) V, head by head.
///
/// # Shapes
/// - query: `[batch, tokens, heads × d]`
/// - key, value: `[batch, other tokens, heads × d]`
/// - returns: as query
pub fn attention(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    mask: Mask,
) -> Tensor<3> {
    let [batch, tokens, width] = query.dims();
    let [query, key, value] = [query, key, value].map(|x| split_heads(x, heads));
    let out = match mask {
        Mask::None if is_host(&query.device()) => host::attention(query, key, value),
        Mask::None => chunked(query, key, value),
        // Only text encoders mask, over 77 tokens.
        Mask::Causal => {
            let options = AttentionModuleOptions {
                is_causal: true,
                ..Default::default()
            };
            module::attention(query, key, value, None, None, options)
        }
    };
    out.swap_dims(1, 2).reshape([batch, tokens, width])
}

/// # Shapes
/// - x: `[batch, tokens, heads × d]`
/// - returns: `[batch, heads, tokens, d]`
fn split_heads(x: Tensor<3>, heads: usize) -> Tensor<4> {
    let [batch, tokens, width] = x.dims();
    x.reshape([batch, tokens, heads, width / heads])
        .swap_dims(1, 2)
}

/// As many queries at a time as the device's buffers allow. The tuned build's kernels never hold
/// the scores, so there one call does.
fn chunked(query: Tensor<4>, key: Tensor<4>, value: Tensor<4>) -> Tensor<4> {
    let [batch, heads, tokens, _] = query.dims();
    let row_bytes = batch * heads * key.dims()[2] * 4;
    let rows = (MAX_SCORE_BYTES / row_bytes.max(1)).clamp(1, tokens.max(1));
    let part = |query| {
        module::attention(
            query,
            key.clone(),
            value.clone(),
            None,
            None,
            Default::default(),
        )
    };
    if cfg!(feature = "gpu-tuned") || rows >= tokens {
        return part(query);
    }
    let parts = (0..tokens)
        .step_by(rows)
        .map(|start| part(query.clone().narrow(2, start, rows.min(tokens - start))));
    Tensor::cat(parts.collect(), 2)
}
