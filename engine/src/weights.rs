//! Files with weights: finding them, reading them tensor by tensor, and saying what was used.

pub mod error;
pub mod library;
pub mod report;
pub mod safetensors;
pub mod sidecar;

pub use error::WeightsError;
