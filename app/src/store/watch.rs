//! Looks after the files of open documents, so that a change by another program is noticed. A
//! thread of its own does it: a network drive may take its time.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::document::DocumentId;
use crate::store::stamp::Stamp;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(2);

/// A file to look after.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// Whose file it is.
    pub document: DocumentId,
    /// The file.
    pub path: PathBuf,
    /// The stamp that it should have; `None` if it is known to be gone.
    pub stamp: Option<Stamp>,
    /// What it should hold.
    pub text: Arc<str>,
}

/// What was seen of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It was written again and holds what it held.
    Touched(Stamp),
    /// It holds something else.
    Changed(Stamp),
    /// It is not there any more.
    Gone,
}

/// The window's end of the watch, which ends with it.
pub struct Watch {
    orders: Sender<Order>,
    sights: Receiver<(DocumentId, Sight)>,
}

enum Order {
    Watch(Vec<Watched>),
    Look,
}

impl Watch {
    /// Starts to look; `wake` is called when something was seen.
    pub fn start(wake: impl Fn() + Send + 'static) -> Self {
        let (orders, inbox) = mpsc::channel();
        let (outbox, sights) = mpsc::channel();
        let tell = move |document, sight| {
            // If the window is gone, nobody wants to know.
            let _ = outbox.send((document, sight));
            wake();
        };
        // Without a thread, changes are noticed when a document is saved.
        drop(
            thread::Builder::new()
                .name("watch".to_owned())
                .spawn(move || watch(&inbox, tell)),
        );
        Self { orders, sights }
    }

    /// From now on looks after these files.
    pub fn over(&self, files: Vec<Watched>) {
        // A watch that could not be started sees nothing.
        let _ = self.orders.send(Order::Watch(files));
    }

    /// Looks at once: somebody comes back from another program.
    pub fn look(&self) {
        let _ = self.orders.send(Order::Look); // as above
    }

    /// What was seen since the last time.
    pub fn sights(&self) -> impl Iterator<Item = (DocumentId, Sight)> + '_ {
        self.sights.try_iter()
    }
}

fn watch(orders: &Receiver<Order>, tell: impl Fn(DocumentId, Sight)) {
    let mut files = Vec::new();
    loop {
        match orders.recv_timeout(EVERY) {
            Ok(Order::Watch(others)) => {
                files = others;
                continue;
            }
            Ok(Order::Look) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        for file in &mut files {
            if let Some(sight) = look(file) {
                tell(file.document, sight);
            }
        }
    }
}

/// Looks at a file and remembers what was seen, so that it is told once.
fn look(file: &mut Watched) -> Option<Sight> {
    let (sight, stamp) = match Stamp::of(&file.path) {
        Ok(now) if file.stamp == Some(now) => return None,
        Ok(now) if holds(file, now) => (Sight::Touched(now), Some(now)),
        Ok(now) => (Sight::Changed(now), Some(now)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && file.stamp.is_some() => {
            (Sight::Gone, None)
        }
        // A drive may be away for a moment.
        Err(_) => return None,
    };
    file.stamp = stamp;
    Some(sight)
}

fn holds(file: &Watched, now: Stamp) -> bool {
    now.bytes() == file.text.len() as u64
        && fs::read(&file.path).is_ok_and(|bytes| bytes == file.text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_apart_from_what_it_was_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("g.pyro");
        fs::write(&path, "one").unwrap();
        let mut file = Watched {
            document: DocumentId::new(),
            stamp: Stamp::of(&path).ok(),
            text: "one".into(),
            path: path.clone(),
        };
        assert_eq!(look(&mut file), None);
        thread::sleep(Duration::from_millis(20));
        fs::write(&path, "one").unwrap();
        assert!(matches!(look(&mut file), Some(Sight::Touched(_))));
        thread::sleep(Duration::from_millis(20));
        fs::write(&path, "two").unwrap();
        assert!(matches!(look(&mut file), Some(Sight::Changed(_))));
        assert_eq!(look(&mut file), None);
        fs::remove_file(&path).unwrap();
        assert_eq!(look(&mut file), Some(Sight::Gone));
        assert_eq!(look(&mut file), None);
        fs::write(&path, "one").unwrap();
        assert!(matches!(look(&mut file), Some(Sight::Touched(_))));
    }
}
