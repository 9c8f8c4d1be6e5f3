//! Prompts on their way to a text encoder: words become numbers (`tokenizer.rs`), weights and
//! chunks are found (`prompt.rs`), named embeddings are read from files (`embedding.rs`).

pub mod embedding;
pub mod prompt;
pub mod tokenizer;
