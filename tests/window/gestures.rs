//! Gestures and keys on the canvas: each by pointer and keys, as a hand does it.

mod cancel;
mod commands;
mod hand;
mod haste;
mod keys;
mod navigation;
mod order;
mod pasting;
mod wires;
