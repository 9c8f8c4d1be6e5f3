//! Tokens, prompts and the text encoder.

use pyrograph_engine::text::embedding::EmbeddingFolder;
use pyrograph_engine::text::prompt::{self, CHUNK, Chunk, Embeddings, NoEmbeddings, Token};
use pyrograph_engine::text::tokenizer::{BOS, EOS, Tokenizer};
use pyrograph_engine::weights::library::Library;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::Bench;
use crate::golden::cases::Stop;
use crate::golden::compare::Outputs;
use crate::golden::tensors::Tensor;

#[derive(Deserialize)]
struct Prompt {
    prompt: String,
    /// A folder of textual inversions.
    embeddings: Option<String>,
    /// Which of a model's text encoders.
    #[serde(default)]
    encoder: usize,
    clip_skip: Option<u32>,
    pad_id: Option<u32>,
}

impl Prompt {
    fn of(bench: &Bench<'_>) -> Result<Self, Stop> {
        let prompt: Self = bench.case.inputs()?;
        if prompt.encoder == 0 {
            Ok(prompt)
        } else {
            Err(Stop::NotBuilt(format!("text encoder {}", prompt.encoder)))
        }
    }
}

/// The embeddings in a folder for an encoder of that width; in `models/embeddings` unless the case
/// names another folder, none if there is no such folder.
pub(super) fn embeddings(
    bench: &Bench<'_>,
    folder: Option<&str>,
    width: usize,
) -> Result<Box<dyn Embeddings>, Stop> {
    let dir = match folder {
        Some(folder) => bench.folder.path(folder)?,
        None => match bench.folder.path("models/embeddings") {
            Ok(dir) => dir,
            Err(_) => return Ok(Box::new(NoEmbeddings)),
        },
    };
    Ok(Box::new(EmbeddingFolder::new(
        Library { dirs: vec![dir] },
        width,
    )))
}

pub(super) fn tokenize(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let Prompt { prompt, .. } = Prompt::of(bench)?;
    let mut ids = vec![BOS];
    ids.extend(Tokenizer::clip().encode(&prompt));
    ids.push(EOS);
    Ok(vec![
        ("ids77_pad_eos", json!(padded(&ids, EOS)).into()),
        ("ids77_pad_0", json!(padded(&ids, 0)).into()),
        ("ids", json!(ids).into()),
    ])
}

/// One chunk of ids, cut so that it ends with EOS or filled up.
fn padded(ids: &[u32], pad: u32) -> Vec<u32> {
    let mut ids = ids.to_vec();
    if ids.len() > CHUNK {
        ids[CHUNK - 1] = EOS;
    }
    ids.resize(CHUNK, pad);
    ids
}

pub(super) fn parse(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let Prompt { prompt, .. } = Prompt::of(bench)?;
    Ok(vec![(
        "segments",
        json!(prompt::parse_weights(&prompt)).into(),
    )])
}

pub(super) fn tokens(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let prompt = Prompt::of(bench)?;
    let text = &bench.model()?.text;
    let embeddings = embeddings(bench, prompt.embeddings.as_deref(), text.width())?;
    let (chunks, _) = prompt::chunks(
        &prompt.prompt,
        Tokenizer::clip(),
        embeddings.as_ref(),
        text.pad(),
    );
    let padding = format!("then_pad_{}", text.pad());
    let chunks: Vec<Json> = chunks
        .iter()
        .map(|chunk| {
            let used = chunk.tokens.len() - chunk.padding;
            let tokens = chunk.tokens[..used]
                .iter()
                .map(|(token, weight)| match token {
                    Token::Id(id) => json!([id, weight]),
                    Token::Embedding(_) => json!(["EMB", weight]),
                });
            json!({ "tokens": tokens.collect::<Vec<_>>(), &padding: chunk.padding })
        })
        .collect();
    Ok(vec![("chunks", json!(chunks).into())])
}

pub(super) fn encode_prompt(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let prompt = Prompt::of(bench)?;
    let mut outputs = Outputs::new();
    for model in bench.models()? {
        let embeddings = embeddings(bench, prompt.embeddings.as_deref(), model.text.width())?;
        let skip = prompt.clip_skip.unwrap_or(1);
        let (conditioning, _) = model.text.encode(&prompt.prompt, skip, embeddings.as_ref());
        outputs.push(("cond", Tensor::from_device(conditioning.tokens).into()));
        outputs.extend(
            conditioning
                .pooled
                .map(|pooled| ("pooled", Tensor::from_device(pooled).into())),
        );
    }
    Ok(outputs)
}

/// One chunk without weights, whatever the text.
pub(super) fn encode_chunk(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let Prompt { prompt, pad_id, .. } = Prompt::of(bench)?;
    let mut outputs = Outputs::new();
    for model in bench.models()? {
        let mut ids = vec![BOS];
        ids.extend(Tokenizer::clip().encode(&prompt));
        ids.push(EOS);
        let padding = CHUNK.saturating_sub(ids.len());
        let ids = padded(&ids, pad_id.unwrap_or(model.text.pad()));
        let chunk = Chunk {
            tokens: ids.into_iter().map(|id| (Token::Id(id), 1.0)).collect(),
            padding,
        };
        let last = model.text.hidden(std::slice::from_ref(&chunk), 1, true);
        let before_norm = model.text.hidden(std::slice::from_ref(&chunk), 2, false);
        let after_norm = model.text.hidden(std::slice::from_ref(&chunk), 2, true);
        outputs.extend([
            ("last_ln", Tensor::from_device(last.tokens).into()),
            ("pooled", Tensor::from_device(last.pooled).into()),
            ("hidden_m2", Tensor::from_device(before_norm.tokens).into()),
            (
                "hidden_m2_ln",
                Tensor::from_device(after_norm.tokens).into(),
            ),
        ]);
    }
    Ok(outputs)
}
