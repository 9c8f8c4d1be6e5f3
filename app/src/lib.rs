//! The window and the command line of Pyrograph. They show and ask; the engine decides.
//!
//! `cli.rs` reads the command line, `app.rs` is the window. Both read graphs through `source.rs`,
//! find the program's own files through `starter.rs`, and run plans in an engine session.

pub mod app;
pub mod canvas;
pub mod cli;
pub mod command;
pub mod document;
pub mod jobs;
pub mod panels;
pub mod settings;
pub mod source;
pub mod starter;
pub mod theme;
pub mod widgets;
