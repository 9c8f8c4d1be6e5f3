//! Files with weights: finding them, reading them tensor by tensor, and saying what was used.

pub mod safetensors;
pub mod sidecar;
pub mod library;
pub mod report;
pub mod error;

pub use error::WeightsError;
