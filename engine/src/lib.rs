//! Turns a graph into pictures. Knows no node by name and no window.
//!
//! ```text
//! file ─► Graph ──check──► Checked ──compile──► Plan ──Session──► Event… ─► pictures
//!          ▲ (document)    (can run)           (steps+keys) (thread, device)
//!          └─ Edit (undo = inverse)
//! ```
//!
//! # Invariants (tested in `tests/architecture.rs`)
//! 1. `engine` and `nodes` never mention egui, eframe or rfd.
//! 2. `nodes` never mentions Burn.
//! 3. No node id occurs outside `nodes`.
//! 4. The GPU backend is named only in `device.rs`.
//! 5. `graph/` and `plan/` do no I/O and cannot panic on any input.
//! 6. The plan is plain data: two equal plans give equal pictures on one device.
//! 8. No model family is named outside `models/`.
//! 10. No file is longer than 600 lines.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod device;
pub mod diagnostic;
pub mod graph;
pub mod models;
pub mod node;
pub mod ops;
pub mod output;
pub mod pixels;
pub mod plan;
pub mod run;
pub mod sampling;
pub mod text;
pub mod weights;
