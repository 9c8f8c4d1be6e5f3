//! Tells of a long run's end when nobody looks at the window.

use std::thread;

use egui::{Context, UserAttentionType, ViewportCommand};
use notify_rust::Notification;

use super::{Row, RowState};

/// Shorter runs are waited for.
const LONG_SECS: f64 = 10.0;

/// What there is to tell of the last row that has ended, if anything: what is cancelled was seen to.
/// `busy_secs` is how long something has been running without a pause.
pub fn words(row: &Row, busy_secs: f64) -> Option<(&'static str, String)> {
    let name = &row.task.name;
    let is_long = |secs: f64| secs.max(busy_secs) >= LONG_SECS;
    match &row.state {
        RowState::Finished { secs } if is_long(*secs) => {
            Some(("The picture is finished", name.clone()))
        }
        RowState::Failed { secs, report } if is_long(*secs) => {
            Some(("The run has failed", format!("{name}: {}", report.message)))
        }
        RowState::Waiting
        | RowState::Running
        | RowState::Finished { .. }
        | RowState::Cancelled { .. }
        | RowState::Failed { .. } => None,
    }
}

/// Asks the desktop to tell it, and makes the window's entry ask for attention.
pub fn tell(ctx: &Context, program: &'static str, words: (&'static str, String)) {
    ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(
        UserAttentionType::Informational,
    ));
    let (summary, body) = words;
    let thread = thread::Builder::new()
        .name("notification".to_owned())
        .spawn(move || {
            let mut notification = Notification::new();
            notification.appname(program).summary(summary).body(&body);
            // A desktop without notifications shows none.
            drop(notification.show());
        });
    drop(thread);
}
