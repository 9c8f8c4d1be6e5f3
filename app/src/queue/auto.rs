//! When a change of the graph starts a run: some time after the last one, so that a drag or a
//! sentence being typed is one change.

use crate::document::DocumentId;

/// How long after the last change the run begins.
const QUIET_SECS: f64 = 0.4;

/// Watches a document's meaning.
#[derive(Debug, Default)]
pub struct AutoRun {
    seen: Option<(DocumentId, u64)>,
    due_secs: Option<f64>,
}

/// What the watch says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing has changed.
    Rest,
    /// What was started before is outdated.
    Outdated,
    /// A run begins in so many seconds, unless something changes.
    Soon(f64),
    /// A run begins.
    Now,
}

impl AutoRun {
    /// Looks at a document, whose meaning has that number, at a time in seconds.
    pub fn look(&mut self, document: DocumentId, meaning: u64, now_secs: f64) -> Verdict {
        let at = (document, meaning);
        match self.seen.replace(at) {
            Some(seen) if seen == at => {}
            Some((before, _)) if before == document => {
                self.due_secs = Some(now_secs + QUIET_SECS);
                return Verdict::Outdated;
            }
            // Another document is looked at: that changes none.
            Some(_) | None => self.due_secs = None,
        }
        match self.due_secs {
            None => Verdict::Rest,
            Some(due) if now_secs < due => Verdict::Soon(due - now_secs),
            Some(_) => {
                self.due_secs = None;
                Verdict::Now
            }
        }
    }

    /// What the document means now has been seen to.
    pub fn cover(&mut self, document: DocumentId, meaning: u64) {
        self.seen = Some((document, meaning));
        self.due_secs = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_begins_when_it_has_been_quiet_for_a_while() {
        let (document, mut auto) = (DocumentId::new(), AutoRun::default());
        assert_eq!(auto.look(document, 5, 0.0), Verdict::Rest);
        assert_eq!(auto.look(document, 6, 1.0), Verdict::Outdated);
        assert_eq!(auto.look(document, 7, 1.25), Verdict::Outdated);
        let Verdict::Soon(secs) = auto.look(document, 7, 1.5) else {
            panic!("it is not quiet yet");
        };
        assert!((secs - 0.15).abs() < 1e-9);
        assert_eq!(auto.look(document, 7, 1.7), Verdict::Now);
        assert_eq!(auto.look(document, 7, 9.0), Verdict::Rest, "once");
    }

    #[test]
    fn looking_at_another_document_and_running_by_hand_start_nothing() {
        let (first, second) = (DocumentId::new(), DocumentId::new());
        let mut auto = AutoRun::default();
        auto.look(first, 1, 0.0);
        assert_eq!(auto.look(second, 9, 0.1), Verdict::Rest);
        assert_eq!(auto.look(second, 10, 0.2), Verdict::Outdated);
        auto.cover(second, 10);
        assert_eq!(auto.look(second, 10, 5.0), Verdict::Rest);
        assert_eq!(auto.look(second, 11, 5.1), Verdict::Outdated);
        assert_eq!(
            auto.look(first, 1, 9.0),
            Verdict::Rest,
            "it went out of sight"
        );
    }
}
