//! Asks for files: the only place that talks to the desktop's dialogs.

mod service;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use pyrograph_engine::node::FileKind;

use crate::command::Input;
use crate::document::DocumentId;
use crate::gallery::Which;
use crate::viewer::export::Format;

/// What a file is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To open it.
    Open,
    /// To write the document to it.
    Save {
        /// The name proposed.
        name: String,
    },
    /// To write a copy to it and go on with the document's own file.
    Copy {
        /// The name proposed.
        name: String,
    },
    /// To write a picture to it.
    Picture {
        /// The picture.
        which: Which,
        /// As what.
        format: Format,
        /// The name proposed.
        name: String,
    },
    /// To give it to a param.
    Param {
        /// The param.
        at: Input,
        /// What is looked for.
        kind: FileKind,
    },
    /// For the settings: a folder.
    Folder(FolderUse),
}

/// What a folder is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderUse {
    /// To look for models in it.
    Models,
    /// To save pictures in it.
    Pictures,
}

impl Purpose {
    /// Whether it is about a document.
    pub fn is_of_document(&self) -> bool {
        match self {
            Self::Save { .. } | Self::Copy { .. } | Self::Param { .. } => true,
            Self::Open | Self::Picture { .. } | Self::Folder(_) => false,
        }
    }

    /// The question's title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Open => "Open a graph or a picture",
            Self::Save { .. } => "Save the graph as",
            Self::Copy { .. } => "Save a copy of the graph as",
            Self::Picture { .. } => "Save the picture as",
            Self::Param { .. } => "Choose a file",
            Self::Folder(_) => "Choose a folder",
        }
    }

    /// The name proposed for a file that is written; `None` if one is read.
    pub fn new_name(&self) -> Option<&str> {
        match self {
            Self::Save { name } | Self::Copy { name } | Self::Picture { name, .. } => Some(name),
            Self::Open | Self::Param { .. } | Self::Folder(_) => None,
        }
    }

    /// The endings of the files that do.
    pub fn endings(&self) -> &'static [&'static str] {
        match self {
            Self::Open => &["pyro", "png", "json"],
            Self::Folder(_) => &[],
            Self::Save { .. } | Self::Copy { .. } => &["pyro"],
            Self::Picture { format, .. } => format.endings(),
            Self::Param {
                kind: FileKind::Image,
                ..
            } => &["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"],
            Self::Param {
                kind: FileKind::Latent,
                ..
            } => &["safetensors", "latent"],
            Self::Param {
                kind: FileKind::Checkpoint | FileKind::Vae | FileKind::Embedding,
                ..
            } => &["safetensors"],
        }
    }
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// This file.
    File(PathBuf),
    /// None.
    Cancelled,
    /// The desktop has no dialog: the window's own file box must ask.
    Unavailable,
}

/// A dialog of the desktop that is open.
pub struct Dialog {
    /// What for.
    pub purpose: Purpose,
    /// The document that was shown when it was opened: tabs can be changed meanwhile.
    pub document: DocumentId,
    reply: Receiver<Reply>,
}

/// A dialog that answers faster than a person could has not been shown.
const NO_PERSON: Duration = Duration::from_millis(50);

impl Dialog {
    /// Asks the desktop. The window goes on meanwhile; `wake` is called when there is a reply.
    pub fn ask(
        purpose: Purpose,
        document: DocumentId,
        folder: Option<PathBuf>,
        wake: impl Fn() + Send + 'static,
    ) -> Self {
        let mut dialog = rfd::AsyncFileDialog::new().set_title(purpose.title());
        if !purpose.endings().is_empty() {
            dialog = dialog.add_filter(purpose.title(), purpose.endings());
        }
        if let Some(folder) = folder {
            dialog = dialog.set_directory(folder);
        }
        if let Some(name) = purpose.new_name() {
            dialog = dialog.set_file_name(name);
        }
        // macOS wants dialogs made on the window's thread; only the waiting happens elsewhere.
        let answer: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> =
            match purpose.new_name() {
                Some(_) => Box::pin(dialog.save_file()),
                None if matches!(purpose, Purpose::Folder(_)) => Box::pin(dialog.pick_folder()),
                None => Box::pin(dialog.pick_file()),
            };
        let (sender, reply) = mpsc::channel();
        let waiting = thread::Builder::new()
            .name("dialog".to_owned())
            .spawn(move || {
                let reply = if service::is_there() {
                    let asked = Instant::now();
                    match wait_for(answer) {
                        Some(file) => Reply::File(file.path().to_owned()),
                        None if asked.elapsed() < NO_PERSON => Reply::Unavailable,
                        None => Reply::Cancelled,
                    }
                } else {
                    Reply::Unavailable
                };
                // If the window is gone, nobody asks any more.
                let _ = sender.send(reply);
                wake();
            });
        // Without a thread the sender is gone, which `poll` reads as "no dialog".
        drop(waiting);
        Self {
            purpose,
            document,
            reply,
        }
    }

    /// The reply, once there is one.
    pub fn poll(&self) -> Option<Reply> {
        match self.reply.try_recv() {
            Ok(reply) => Some(reply),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Reply::Unavailable),
        }
    }
}

/// Waits for a future on this thread.
fn wait_for<T>(mut future: std::pin::Pin<Box<dyn Future<Output = T> + Send>>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use super::*;

    #[test]
    fn a_dialog_that_cannot_answer_is_as_good_as_none() {
        let (sender, reply) = mpsc::channel();
        let dialog = Dialog {
            purpose: Purpose::Open,
            document: DocumentId::new(),
            reply,
        };
        assert_eq!(dialog.poll(), None, "somebody is still choosing");
        sender.send(Reply::Cancelled).unwrap();
        assert_eq!(dialog.poll(), Some(Reply::Cancelled));
        drop(sender);
        assert_eq!(dialog.poll(), Some(Reply::Unavailable));
    }

    #[test]
    fn an_answer_is_waited_for_until_it_comes() {
        /// Is ready when it is asked the second time, which it asks for from another thread.
        struct Later(bool);
        impl Future for Later {
            type Output = u8;
            fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u8> {
                if self.0 {
                    return Poll::Ready(7);
                }
                self.0 = true;
                let waker = context.waker().clone();
                thread::spawn(move || {
                    thread::sleep(Duration::from_millis(20));
                    waker.wake();
                });
                Poll::Pending
            }
        }
        assert_eq!(wait_for(Box::pin(Later(false))), 7);
    }
}
