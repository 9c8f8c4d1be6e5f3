//! Gestures and keys on the canvas: each by pointer and keys, as a hand does it.

mod hand;
mod keys;
mod navigation;
mod order;
mod pasting;
mod wires;
