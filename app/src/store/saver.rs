//! Writes a file of the program's own on a thread, so that the window does not wait for the disk.
//! Of contents that come faster than they can be written only the newest is; the last one is
//! written before the program ends.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use serde::Serialize;

use super::keep;
use crate::worker::Worker;

/// A content, made on the thread.
type Make<T> = Box<dyn FnOnce() -> T + Send>;

/// The way to one file.
pub struct Saver<T> {
    file: PathBuf,
    worker: Worker<(u64, Make<T>), std::io::Error>,
    newest: Arc<AtomicU64>,
    /// Whether its failing has been told: it is told once, not at every change.
    has_told: RefCell<bool>,
}

impl<T: Serialize + 'static> Saver<T> {
    /// Starts the thread for that file.
    pub fn start(file: PathBuf, ctx: &Context) -> Self {
        let newest = Arc::new(AtomicU64::new(0));
        let worker = Worker::start("saver", ctx, {
            let (file, newest) = (file.clone(), Arc::clone(&newest));
            move |desk, (number, make): (u64, Make<T>)| {
                if number == newest.load(Ordering::Relaxed)
                    && let Err(error) = keep::write(&file, &make())
                {
                    desk.tell(error);
                }
            }
        });
        Self {
            file,
            worker,
            newest,
            has_told: RefCell::default(),
        }
    }

    /// Has the file hold this from now on.
    pub fn save(&self, make: impl FnOnce() -> T + Send + 'static) {
        let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.worker.order((number, Box::new(make)));
    }

    /// Why the file cannot be written, if it could not and that has not been told.
    pub fn trouble(&self) -> Option<Diagnostic> {
        let error = self.worker.replies().last()?;
        if self.has_told.replace(true) {
            return None;
        }
        let told = Diagnostic::error(format!("cannot be written: {error}")).file(&self.file);
        Some(told.help("it is tried again with the next change"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_content_is_written_before_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/numbers.json");
        let saver = Saver::start(file.clone(), &Context::default());
        for number in 0..200 {
            saver.save(move || vec![number; 1_000]);
        }
        drop(saver);
        assert_eq!(
            keep::read::<Vec<u32>>(&file).unwrap().unwrap(),
            [199; 1_000]
        );
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("numbers.json");
        std::fs::create_dir(&file).unwrap();
        let saver = Saver::start(file, &Context::default());
        saver.save(|| 1);
        let told = loop {
            if let Some(told) = saver.trouble() {
                break told;
            }
        };
        assert!(told.message.contains("cannot be written"), "{told:?}");
        saver.save(|| 2);
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert_eq!(saver.trouble(), None);
    }
}
