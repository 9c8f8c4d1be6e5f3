//! What a node's look tells, in words: for its header, and for those who listen instead of looking.

use pyrograph_engine::graph::Mode;

use super::{Scene, Told, run_state};
use crate::canvas::layout::{Is, NodeLayout};
use crate::jobs::NodeState;
use crate::widgets::file::size_text;

/// What the last run came to at a node, or why it takes no part; `None` before the first run.
pub(super) fn of_state(scene: &Scene<'_>, layout: &NodeLayout, told: &Told<'_>) -> Option<String> {
    match layout.mode {
        Mode::Active => {}
        Mode::Muted => return Some("muted".to_owned()),
        Mode::Bypassed => return Some("bypassed".to_owned()),
    }
    let Some(run) = told.run.as_deref() else {
        let words = match (told.has_error, layout.is) {
            (true, _) => "has a problem",
            (false, Is::Unknown) => "unknown node",
            (false, Is::Kind | Is::Group) => return None,
        };
        return Some(words.to_owned());
    };
    Some(match run {
        NodeState::Queued => "queued".to_owned(),
        NodeState::Running { steps: None } => "running".to_owned(),
        NodeState::Running {
            steps: Some((i, n)),
        } => format!("running, {}", steps_text(*i, *n)),
        NodeState::Loading { done, total } => {
            let percent = done.saturating_mul(100) / (*total).max(1);
            format!("loading, {percent} %")
        }
        NodeState::Reused => "reused".to_owned(),
        NodeState::Done { secs } => {
            let jobs = &scene.state.jobs;
            done_text(
                *secs,
                run_state::peak_bytes(jobs, &layout.full_key, layout.is),
            )
        }
        NodeState::Failed(report) => format!("failed: {}", report.message),
    })
}

/// What stands on a node, and how it is shown.
pub(super) fn of_look(layout: &NodeLayout) -> String {
    let marks = [
        (layout.is == Is::Group, "group"),
        (layout.is_collapsed, "collapsed"),
        (layout.is_pinned, "pinned"),
    ];
    let marks = marks.into_iter().filter(|(is_so, _)| *is_so);
    marks.fold(layout.title.clone(), |words, (_, mark)| {
        format!("{words}, {mark}")
    })
}

/// How far a loop is.
pub(super) fn steps_text(done: usize, all: usize) -> String {
    format!("{done} of {all}")
}

/// How long it took, and the most memory that the process held meanwhile.
pub(super) fn done_text(secs: f64, peak_bytes: Option<u64>) -> String {
    match peak_bytes {
        Some(bytes) => format!("{} · {}", secs_text(secs), size_text(bytes)),
        None => secs_text(secs),
    }
}

/// Seconds as people say them.
pub fn secs_text(secs: f64) -> String {
    match secs {
        s if s < 0.095 => "0.1 s".to_owned(),
        s if s < 9.95 => format!("{s:.1} s"),
        s if s < 90.0 => format!("{s:.0} s"),
        s => format!("{:.0} min", s / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_read_as_people_say_them() {
        let shown = [0.0, 2.14, 12.3, 150.0].map(secs_text);
        assert_eq!(shown, ["0.1 s", "2.1 s", "12 s", "2 min"]);
        assert_eq!(done_text(2.1, Some(1_400_000_000)), "2.1 s · 1.4 GB");
    }
}
