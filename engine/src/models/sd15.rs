//! The Stable Diffusion 1.x family: CLIP-L's text encoder, a UNet of four channels, an autoencoder
//! of factor 8; epsilon or v prediction.

pub mod family;
pub mod keys;
