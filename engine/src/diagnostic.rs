//! Where · how bad · what · what to do about it: the one form in which problems are told, by the
//! checker, by a run, in the window and on the command line.

use std::fmt;
use std::path::PathBuf;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the graph runs.
    Warning,
    /// The part of the graph named cannot run.
    Error,
}

/// Where a problem lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// The node's key.
    pub node: Option<String>,
    /// The pin or param of that node.
    pub slot: Option<String>,
    /// The file concerned.
    pub file: Option<PathBuf>,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What is wrong: lower case, no final period.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            place: Place::default(),
            message: message.into(),
            help: None,
        }
    }

    /// A warning without a place yet.
    pub fn warning(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(message)
        }
    }

    /// Places it at a node.
    pub fn at(mut self, node: impl Into<String>) -> Self {
        self.place.node = Some(node.into());
        self
    }

    /// Places it at a pin or param of its node.
    pub fn slot(mut self, slot: impl Into<String>) -> Self {
        self.place.slot = Some(slot.into());
        self
    }

    /// Names the file concerned.
    pub fn file(mut self, file: impl Into<PathBuf>) -> Self {
        self.place.file = Some(file.into());
        self
    }

    /// Says what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether it stops the part of the graph that it names.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `error: node "model", param "file": …`, then a line each for help and file.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        })?;
        if let Some(node) = &self.place.node {
            write!(f, ": node {node:?}")?;
            if let Some(slot) = &self.place.slot {
                write!(f, ", {slot:?}")?;
            }
        }
        write!(f, ": {}", self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        if let Some(file) = &self.place.file {
            write!(f, "\n  file: {}", file.display())?;
        }
        Ok(())
    }
}
