//! Runs plans: one thread owns the device, takes jobs from a queue and tells what happens in
//! events.
//!
//! `session.rs` is the door, `event.rs` what comes out of it;
//! `inspect.rs` looks at a plan's files beforehand. Behind the door, `worker.rs` walks through
//! a plan's steps, `exec.rs` holds the one `match` that gives every op its meaning, `cache.rs`
//! remembers results by key, `models.rs` keeps loaded models, `peak.rs` watches
//! the memory, and `caught.rs` turns a panic inside
//! an op into an error at its node.

pub mod event;
pub mod inspect;
pub mod session;

mod cache;
mod caught;
mod error;
mod exec;
mod hooks;
mod models;
mod peak;
mod save;
mod value;
mod worker;
