//! Runs plans: one thread owns the device, takes jobs from a queue and tells what happens in
//! events.
//!
//! `session.rs` is the door, `event.rs` what comes out of it;
//! `inspect.rs` looks at a plan's files beforehand. Behind the door, `worker.rs` walks through
//! a plan's steps, `exec.rs` holds the one `match` that gives every op its meaning, `cache.rs`
//! keeps results and loaded models by key (on `lru.rs`, as other caches do), `memory.rs` says how
//! much there is for them, `peak.rs` watches how much is used, and `caught.rs` turns a panic inside
//! an op into an error at its node.

pub mod event;
pub mod inspect;
pub mod lru;
pub mod session;

mod cache;
mod caught;
mod error;
mod exec;
mod hooks;
mod memory;
mod peak;
mod save;
mod value;
mod worker;
