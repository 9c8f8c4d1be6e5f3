//! CLIP's text encoder (`CLIPTextModel`) with ComfyUI's weighting of prompts. Names are
//! transformers'.

use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::models::loader::Part;
use crate::ops::{self, Activation, LayerNorm, Linear, Mask};
use crate::text::prompt::{self, Chunk, Embeddings, Token};
use crate::text::tokenizer::{BOS, EOS, Tokenizer};
use crate::weights::WeightsError;

/// The shape of a text encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct TextShape {
    /// Entries of the token table.
    pub vocabulary: usize,
    /// Tokens of a chunk.
    pub positions: usize,
    /// Width of every token.
    pub width: usize,
    /// Width inside the feed-forward.
    pub inner: usize,
    /// Layers.
    pub layers: usize,
    /// Heads of each attention.
    pub heads: usize,
    /// The feed-forward's activation.
    pub activation: Activation,
    /// Epsilon of the layer norms.
    pub epsilon: f64,
    /// What chunks are filled up with.
    pub pad: u32,
}

/// A loaded text encoder.
#[derive(Debug)]
pub struct TextModel {
    shape: TextShape,
    bytes: u64,
    device: Device,
    /// `[vocabulary, width]`, on the host: a prompt needs 77 rows of 49,408.
    tokens: Vec<f32>,
    /// `[positions, width]`, on the host.
    positions: Vec<f32>,
    layers: Vec<Layer>,
    norm: LayerNorm,
}

/// An encoded prompt.
#[derive(Clone, Debug)]
pub struct Conditioning {
    /// `[1, 77 × chunks, width]` in f32.
    pub tokens: Tensor<3>,
    /// `[1, width]`: the first chunk in one vector.
    pub pooled: Option<Tensor<2>>,
}

/// What the encoder makes of chunks.
#[derive(Clone, Debug)]
pub struct Hidden {
    /// After the layer asked for, `[chunks, positions, width]`.
    pub tokens: Tensor<3>,
    /// The last layer's first end token after the final norm, `[chunks, width]`.
    pub pooled: Tensor<2>,
}

impl TextModel {
    /// Reads every layer; names begin at `text_model`.
    ///
    /// # Errors
    /// A tensor is missing or has another shape.
    pub fn load(shape: &TextShape, part: &mut Part<'_, '_>) -> Result<Self, WeightsError> {
        let TextShape {
            vocabulary,
            positions,
            width,
            ..
        } = *shape;
        let tokens = part.host("embeddings.token_embedding.weight", &[vocabulary, width])?;
        let position_table =
            part.host("embeddings.position_embedding.weight", &[positions, width])?;
        let layers = (0..shape.layers)
            .map(|i| Layer::load(&mut part.block(&format!("encoder.layers.{i}")), shape))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            shape: shape.clone(),
            device: part.device(),
            tokens,
            positions: position_table,
            layers,
            norm: part.layer_norm("final_layer_norm", width, shape.epsilon)?,
            bytes: part.bytes(),
        })
    }

    /// Bytes of its weights.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What chunks are filled up with.
    pub fn pad(&self) -> u32 {
        self.shape.pad
    }

    /// Width of every token.
    pub fn width(&self) -> usize {
        self.shape.width
    }

    /// How many layers there are, the most that can be skipped plus one.
    pub fn layers(&self) -> usize {
        self.shape.layers
    }

    /// Encodes a prompt by ComfyUI's rules (`ClipTokenWeightEncoder`): chunks by themselves, every
    /// token moved from the empty prompt's encoding by its weight, all joined. Returns the names
    /// of embeddings that are missing too.
    ///
    /// `skip` counts layers from the end: 1 = the last. Both are followed by the final norm.
    pub fn encode(
        &self,
        text: &str,
        skip: u32,
        embeddings: &dyn Embeddings,
    ) -> (Conditioning, Vec<String>) {
        let (mut chunks, missing) =
            prompt::chunks(text, Tokenizer::clip(), embeddings, self.shape.pad);
        let count = chunks.len();
        let weighted = chunks
            .iter()
            .any(|chunk| chunk.tokens.iter().any(|(_, weight)| *weight != 1.0));
        if weighted {
            chunks.push(self.empty_chunk());
        }
        let hidden = self.hidden(&chunks, skip, true);
        let [_, positions, width] = hidden.tokens.dims();
        let mut tokens = hidden.tokens.clone().narrow(0, 0, count);
        if weighted {
            let empty = hidden.tokens.narrow(0, count, 1);
            let weights: Vec<f32> = chunks[..count]
                .iter()
                .flat_map(|chunk| chunk.tokens.iter().map(|(_, weight)| *weight as f32))
                .collect();
            let weights = Tensor::<3>::from_data(
                TensorData::new(weights, [count, positions, 1]),
                (&self.device, DType::F32),
            );
            tokens = (tokens - empty.clone()) * weights + empty;
        }
        let conditioning = Conditioning {
            tokens: tokens.reshape([1, count * positions, width]),
            pooled: Some(hidden.pooled.narrow(0, 0, 1)),
        };
        (conditioning, missing)
    }

    /// Runs the encoder over chunks; `skip` as in [`Self::encode`], `norm` = final norm on it.
    pub fn hidden(&self, chunks: &[Chunk], skip: u32, norm: bool) -> Hidden {
        let TextShape {
            positions, width, ..
        } = self.shape;
        let mut values = Vec::with_capacity(chunks.len() * positions * width);
        for chunk in chunks {
            for (i, (token, _)) in chunk.tokens.iter().enumerate().take(positions) {
                let row = match token {
                    // Ids come from the tokenizer, but a table may be shorter than its vocabulary.
                    Token::Id(id) => {
                        let id = (*id as usize).min(self.shape.vocabulary - 1);
                        &self.tokens[id * width..(id + 1) * width]
                    }
                    Token::Embedding(row) => row.as_slice(),
                };
                let position = &self.positions[i * width..(i + 1) * width];
                // An embedding of another model's width is cut or filled with zeros.
                values.extend(
                    position
                        .iter()
                        .enumerate()
                        .map(|(j, p)| p + row.get(j).copied().unwrap_or(0.0)),
                );
            }
        }
        let data = TensorData::new(values, [chunks.len(), positions, width]);
        let mut x = Tensor::<3>::from_data(data, (&self.device, DType::F32));
        let stop = self.layers.len().saturating_sub((skip.max(1) - 1) as usize);
        let mut wanted = x.clone();
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x);
            if i + 1 == stop {
                wanted = x.clone();
            }
        }
        let last = self.norm.forward(x);
        let ends: Vec<Tensor<2>> = chunks
            .iter()
            .enumerate()
            .map(|(i, chunk)| {
                let is_end =
                    |(token, _): &(Token, f64)| matches!(token, Token::Id(id) if *id == EOS);
                let end = chunk.tokens.iter().position(is_end).unwrap_or(0);
                last.clone()
                    .narrow(0, i, 1)
                    .narrow(1, end, 1)
                    .reshape([1, width])
            })
            .collect();
        let pooled = Tensor::cat(ends, 0);
        let tokens = match (stop == self.layers.len(), norm) {
            (true, true) => last,
            (_, true) => self.norm.forward(wanted),
            (_, false) => wanted,
        };
        Hidden { tokens, pooled }
    }

    fn empty_chunk(&self) -> Chunk {
        let positions = self.shape.positions;
        let ids = [BOS, EOS]
            .into_iter()
            .chain(std::iter::repeat(self.shape.pad))
            .take(positions);
        Chunk {
            tokens: ids.map(|id| (Token::Id(id), 1.0)).collect(),
            padding: positions - 2,
        }
    }
}

#[derive(Debug)]
struct Layer {
    norm1: LayerNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
    norm2: LayerNorm,
    widen: Linear,
    narrow: Linear,
    heads: usize,
    activation: Activation,
}

impl Layer {
    fn load(part: &mut Part<'_, '_>, shape: &TextShape) -> Result<Self, WeightsError> {
        let (width, inner) = (shape.width, shape.inner);
        Ok(Self {
            norm1: part.layer_norm("layer_norm1", width, shape.epsilon)?,
            query: part.linear("self_attn.q_proj", width, width)?,
            key: part.linear("self_attn.k_proj", width, width)?,
            value: part.linear("self_attn.v_proj", width, width)?,
            out: part.linear("self_attn.out_proj", width, width)?,
            norm2: part.layer_norm("layer_norm2", width, shape.epsilon)?,
            widen: part.linear("mlp.fc1", width, inner)?,
            narrow: part.linear("mlp.fc2", inner, width)?,
            heads: shape.heads,
            activation: shape.activation,
        })
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let h = self.norm1.forward(x.clone());
        let query = self.query.forward(h.clone());
        let key = self.key.forward(h.clone());
        let value = self.value.forward(h);
        let x = x + self
            .out
            .forward(ops::attention(query, key, value, self.heads, Mask::Causal));
        let h = self.widen.forward(self.norm2.forward(x.clone()));
        x + self.narrow.forward(ops::activate(h, self.activation))
    }
}
