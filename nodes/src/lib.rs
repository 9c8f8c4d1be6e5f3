//! What the nodes mean: one file a node below `catalog/`, and nothing else.
//!
//! To add a node, copy the file of one that is like it, give it an id of its own and run the
//! tests: `build.rs` finds the file, and the menus, the canvas, the inspector, the checker and
//! the help read what it says. A file has always the same order: doc, pins, params, `NODE`,
//! `lower`, tests.

use pyrograph_engine::node::{Catalog, NodeSpec};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// Every node, as the engine takes them.
pub fn catalog() -> Catalog {
    Catalog(ALL)
}
