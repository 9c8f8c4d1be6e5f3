//! What a run tells the outside: plain data without tensors.

use std::path::PathBuf;
use std::sync::Arc;

use image::RgbImage;
use serde::{Serialize, Serializer};

use crate::diagnostic::Diagnostic;
use crate::graph::Graph;

/// One thing that happened during a job. Every job begins with `Started` and ends with exactly one
/// of `Failed`, `Cancelled` and `Finished`.
///
/// As JSON an event is an object whose member `event` names its kind; pictures are given by their
/// size.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The job's turn has come.
    Started {
        /// How many steps its plan has.
        steps: usize,
    },
    /// A step begins.
    Node {
        /// The node that asked for it.
        node: String,
        /// The step's number, from 0.
        step: usize,
        /// How many steps the plan has.
        of: usize,
    },
    /// A file of weights is being read.
    Loading {
        /// The node.
        node: String,
        /// Bytes read.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The denoising loop has made a step.
    Progress {
        /// The node.
        node: String,
        /// Steps made.
        i: usize,
        /// Steps in all.
        n: usize,
    },
    /// What the picture looks like so far, one pixel for each cell of the latent.
    Preview {
        /// The node.
        node: String,
        /// The picture.
        #[serde(serialize_with = "size_of_image")]
        image: Arc<RgbImage>,
    },
    /// A step's result is known from an earlier run, or nothing needs it any more.
    Reused {
        /// The node.
        node: String,
    },
    /// A step has ended.
    Done {
        /// The node.
        node: String,
        /// How long it took.
        secs: f64,
        /// The most memory that the process held meanwhile, where the system tells.
        peak_bytes: Option<u64>,
    },
    /// A picture is finished.
    Output {
        /// The node.
        node: String,
        /// The picture.
        #[serde(serialize_with = "size_of_image")]
        image: Arc<RgbImage>,
        /// Where it has been written, if it was.
        path: Option<PathBuf>,
        /// The graph that made it.
        #[serde(skip)]
        graph: Arc<Graph>,
    },
    /// A file that is no picture has been written.
    Saved {
        /// The node.
        node: String,
        /// The file.
        path: PathBuf,
    },
    /// Something worth knowing; the run goes on.
    Warning(Diagnostic),
    /// The run has ended with an error.
    Failed(Diagnostic),
    /// The run has been cancelled; what was finished stays in the cache.
    Cancelled,
    /// The run has ended well.
    Finished {
        /// How long it took.
        secs: f64,
    },
}

impl Event {
    /// Whether nothing follows for this job.
    pub fn is_last(&self) -> bool {
        match self {
            Self::Failed(_) | Self::Cancelled | Self::Finished { .. } => true,
            Self::Started { .. }
            | Self::Node { .. }
            | Self::Loading { .. }
            | Self::Progress { .. }
            | Self::Preview { .. }
            | Self::Reused { .. }
            | Self::Done { .. }
            | Self::Output { .. }
            | Self::Saved { .. }
            | Self::Warning(_) => false,
        }
    }
}

fn size_of_image<S: Serializer>(image: &Arc<RgbImage>, serializer: S) -> Result<S::Ok, S::Error> {
    [image.width(), image.height()].serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(event: &Event, json: &str) {
        assert_eq!(serde_json::to_string(event).unwrap(), json);
    }

    #[test]
    fn events_are_one_flat_json_object() {
        let image = Arc::new(RgbImage::new(3, 2));
        check(
            &Event::Started { steps: 4 },
            r#"{"event":"started","steps":4}"#,
        );
        check(
            &Event::Done {
                node: "group/save".into(),
                secs: 0.5,
                peak_bytes: Some(4096),
            },
            r#"{"event":"done","node":"group/save","secs":0.5,"peak_bytes":4096}"#,
        );
        check(&Event::Cancelled, r#"{"event":"cancelled"}"#);
        check(
            &Event::Output {
                node: "save".into(),
                image,
                path: Some("a.png".into()),
                graph: Arc::default(),
            },
            r#"{"event":"output","node":"save","image":[3,2],"path":"a.png"}"#,
        );
        check(
            &Event::Failed(Diagnostic::error("no such file").at("model").slot("file")),
            r#"{"event":"failed","severity":"error","place":{"node":"model","slot":"file","file":null},"message":"no such file","help":null}"#,
        );
    }
}
