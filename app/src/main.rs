//! Pyrograph: see `cli.rs` for what the command line understands.

use std::process::ExitCode;

fn main() -> ExitCode {
    pyrograph::cli::main()
}
