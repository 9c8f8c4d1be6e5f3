//! The window and the command line of Pyrograph. They show and ask; the engine decides.
//!
//! `cli.rs` reads the command line, `app.rs` is the window. Both read graphs through `source.rs`,
//! find the program's own files through `starter.rs`, and run plans in an engine session.

pub mod app;
pub mod canvas;
pub mod cli;
pub mod clipboard;
pub mod command;
pub mod document;
pub mod fixes;
pub mod gallery;
pub mod jobs;
pub mod kept_groups;
pub mod panels;
pub mod queue;
pub mod seeds;
pub mod settings;
pub mod shelf;
pub mod source;
pub mod starter;
pub mod store;
pub mod tabs;
pub mod templates;
pub mod theme;
pub mod viewer;
pub mod widgets;
pub mod worker;
