//! The command line. It asks the engine and formats what it hears; it decides nothing.
//!
//! Results go to stdout, one a line; problems and progress go to stderr. Exit codes: 0 done, 1 the
//! graph has problems, 2 it failed while running (or the command line is wrong), 130 cancelled.

mod check;
mod headless;
mod list;
mod print;
mod run;
mod set;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pyrograph_engine::device::{DeviceChoice, Precision};

use crate::cli::set::Setting;

/// Everything went well.
const DONE: u8 = 0;
/// The graph cannot run.
const PROBLEMS: u8 = 1;
/// The run failed.
const FAILED: u8 = 2;
/// Somebody pressed Ctrl-C.
const CANCELLED: u8 = 130;

/// A studio for image generation: nodes and wires that become pictures.
///
/// Without a command the window opens, with FILE in it if one is given. A graph is a `.pyro` file,
/// or a picture that Pyrograph has saved: it carries the graph that made it.
#[derive(Debug, Parser)]
#[command(name = "pyrograph", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct CommandLine {
    /// A graph or picture to open in the window.
    file: Option<PathBuf>,
    #[command(flatten)]
    machine: Machine,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  pyrograph                                    open the window
  pyrograph run portrait.pyro                  make its pictures, in ./pictures
  pyrograph run portrait.pyro --set sampler.seed=7 --set prompt.text=\"a red fox\" --out /tmp/foxes
  pyrograph run pictures/fox_00001.png         make that picture again
  pyrograph check portrait.pyro && echo fine   look for problems without running
  pyrograph nodes                              what nodes there are
  pyrograph models --models /data/ComfyUI/models

Exit codes: 0 done, 1 the graph has problems, 2 failed while running, 130 cancelled (Ctrl-C; a second one stops at once).";

/// What the command line asks for.
#[derive(Debug, Subcommand)]
enum Command {
    /// Runs a graph and writes its pictures.
    Run(RunArgs),
    /// Looks for problems in a graph and the files it names, without running it.
    Check(CheckArgs),
    /// Lists the kinds of nodes, or describes one.
    Nodes {
        /// The id of a kind, as the list shows it.
        name: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists the models and other files that graphs can name.
    Models {
        #[command(flatten)]
        folders: Folders,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists the devices that can run graphs.
    Devices {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What to run and how.
#[derive(Debug, Args)]
#[command(after_help = RUN_NOTES)]
struct RunArgs {
    /// A `.pyro` file, or a picture saved by Pyrograph.
    graph: PathBuf,
    /// Gives a param another value for this run. VALUE is JSON if it can be, else text.
    #[arg(long = "set", value_name = "NODE.PARAM=VALUE")]
    settings: Vec<Setting>,
    /// The folder for pictures, saved and previewed ones; created when it is needed.
    #[arg(long, value_name = "DIR", default_value = "pictures")]
    out: PathBuf,
    #[command(flatten)]
    machine: Machine,
    /// Print one JSON event a line instead of progress and paths.
    #[arg(long)]
    json: bool,
    /// Print the plan, step by step, and run nothing.
    #[arg(long)]
    plan: bool,
}

const RUN_NOTES: &str = "\
Paths of the files written go to stdout, one a line; nothing is ever overwritten.
Files that the graph names are looked for beside the graph, then in the models folders.

Examples:
  pyrograph run fox.pyro --set sampler.steps=10 --set 'prompt.text=\"12 foxes\"'
  pyrograph run fox.pyro --json | jq 'select(.event == \"output\").path'
  pyrograph run fox.pyro --device cpu --models /data/models";

/// What to check.
#[derive(Debug, Args)]
struct CheckArgs {
    /// A `.pyro` file, or a picture saved by Pyrograph.
    graph: PathBuf,
    #[command(flatten)]
    folders: Folders,
    /// Print one JSON object a problem.
    #[arg(long)]
    json: bool,
}

/// Where models lie.
#[derive(Debug, Default, Args)]
struct Folders {
    /// A folder with models, laid out as ComfyUI's `models` folder or flat. Can be given again; the
    /// user's own folder and the starter model are always there too.
    #[arg(long = "models", value_name = "DIR")]
    models: Vec<PathBuf>,
}

/// What to compute on.
#[derive(Debug, Default, Args)]
struct Machine {
    /// auto (a real GPU, else the CPU), gpu, cpu, or a part of a device's name.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: DeviceChoice,
    /// The number type of weights: auto takes f16 on GPUs that compute in it.
    #[arg(long, value_enum, default_value = "auto")]
    precision: PrecisionArg,
    #[command(flatten)]
    folders: Folders,
}

/// [`Precision`] as the command line writes it.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum PrecisionArg {
    #[default]
    Auto,
    F32,
}

impl From<PrecisionArg> for Precision {
    fn from(arg: PrecisionArg) -> Self {
        match arg {
            PrecisionArg::Auto => Self::Auto,
            PrecisionArg::F32 => Self::F32,
        }
    }
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let line = CommandLine::parse();
    let code = match line.command {
        None => headless::open_window(line.file, &line.machine),
        Some(Command::Run(args)) => run::run(&args),
        Some(Command::Check(args)) => check::check(&args),
        Some(Command::Nodes { name: None, json }) => list::nodes(json),
        Some(Command::Nodes {
            name: Some(name),
            json,
        }) => list::node(&name, json),
        Some(Command::Models { folders, json }) => list::models(&folders.models, json),
        Some(Command::Devices { json }) => list::devices(json),
    };
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_file_alone_opens_the_window() {
        let line = CommandLine::try_parse_from(["pyrograph", "a.pyro", "--device", "cpu"]).unwrap();
        assert!(line.command.is_none());
        assert_eq!(
            (line.file, line.machine.device),
            (Some("a.pyro".into()), DeviceChoice::Cpu)
        );
    }

    #[test]
    fn settings_are_told_apart_from_values() {
        let line = CommandLine::try_parse_from([
            "pyrograph",
            "run",
            "g",
            "--set",
            "a.b=c=d",
            "--set",
            "a.b=",
        ])
        .unwrap();
        let Some(Command::Run(args)) = line.command else {
            panic!("not run")
        };
        assert_eq!(args.settings.len(), 2);
        assert!(
            CommandLine::try_parse_from(["pyrograph", "run", "g", "--set", "steps=1"]).is_err()
        );
    }
}
