//! An open file: the graph, its history, its path, and what checking it says. Also the only place
//! that asks the desktop for files.
//!
//! An undo step is one gesture: the inverse of its edits. Files are written whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::check::{Checked, check};
use pyrograph_engine::graph::edit::{Edit, EditError, apply};
use pyrograph_engine::graph::file;
use pyrograph_engine::graph::{Graph, Source, View};
use pyrograph_engine::node::{Catalog, FileKind};
use pyrograph_engine::output;

use crate::canvas::arrange;
use crate::command::Input;
use crate::source;

/// How many undo steps are kept.
const MAX_STEPS: usize = 1_000;
/// Stands for a node's place among what an edit changes; no pin or param is called so.
const PLACE: &str = "\0place";
/// Stands for the view.
const VIEW: &str = "\0view";
/// What a document is called before it has a file.
pub const UNTITLED: &str = "untitled";

/// An open file.
pub struct Document {
    graph: Graph,
    catalog: Catalog,
    checked: Checked,
    problems: Vec<Diagnostic>,
    path: Option<PathBuf>,
    /// Where the files that it names are looked for first.
    folder: Option<PathBuf>,
    /// What the file would be called if it had none yet.
    name: String,
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// Whether the gesture of the last step may still go on.
    live: bool,
    /// The step that the file on disk holds.
    saved: u64,
    revision: u64,
    /// Grows with every change of what the graph means, not of how it is drawn.
    meaning: u64,
    /// The outputs at which wires start, by node.
    wired: BTreeMap<String, BTreeSet<String>>,
}

/// One gesture.
#[derive(Clone, Debug)]
struct Step {
    /// Never used twice in a document: says which state the file holds.
    id: u64,
    label: &'static str,
    inverse: Edit,
    /// What it changed, so that the next live edit may join it.
    targets: BTreeSet<Input>,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}", path.display())]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// The system's words.
    pub source: io::Error,
}

impl Document {
    /// A document that no file holds yet.
    pub fn new(graph: Graph, name: impl Into<String>, catalog: Catalog) -> Self {
        let (checked, problems) = check(&graph, catalog);
        let mut document = Self {
            graph,
            catalog,
            checked,
            problems,
            path: None,
            folder: None,
            name: name.into(),
            undo: Vec::new(),
            redo: Vec::new(),
            live: false,
            saved: 0,
            revision: 0,
            meaning: 0,
            wired: BTreeMap::new(),
        };
        document.note_wires();
        document.place_strays();
        document
    }

    /// Opens a graph file, or the graph inside a picture.
    ///
    /// # Errors
    /// The problem, placed at the file.
    pub fn open(path: &Path, catalog: Catalog) -> Result<Self, Box<Diagnostic>> {
        let source = source::read(path)?;
        let stem = path.file_stem().map_or_else(
            || UNTITLED.to_owned(),
            |stem| stem.to_string_lossy().into_owned(),
        );
        let mut document = Self::new(source.graph, format!("{stem}.pyro"), catalog);
        document.folder = source.folder;
        // A picture stays as it is: the document gets a file of its own when it is saved.
        document.path = (!source.is_picture).then(|| path.to_owned());
        Ok(document)
    }

    /// Writes the document to its file, or to `path`, which becomes its file.
    ///
    /// # Errors
    /// The file cannot be written; the old one is then whole.
    pub fn save(&mut self, path: PathBuf) -> Result<(), SaveError> {
        let text = file::write(&self.graph);
        if let Err(source) = output::write_atomically(&path, |out| out.write_all(text.as_bytes())) {
            return Err(SaveError { path, source });
        }
        self.live = false;
        self.saved = self.state();
        self.name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        self.folder = path.parent().map(Path::to_owned);
        self.path = Some(path);
        Ok(())
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The kinds of node that it may use.
    pub fn catalog(&self) -> Catalog {
        self.catalog
    }

    /// The part that can run.
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// What is wrong.
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// Its file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The folder of its file, where the files that it names are looked for first.
    pub fn folder(&self) -> Option<PathBuf> {
        self.folder.clone()
    }

    /// The name shown to people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it has changes that no file holds.
    pub fn is_dirty(&self) -> bool {
        self.state() != self.saved
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Grows with every change of what the graph means; moving a node is none.
    pub fn meaning(&self) -> u64 {
        self.meaning
    }

    /// What the next undo would take back.
    pub fn undo_label(&self) -> Option<&'static str> {
        self.undo.last().map(|step| step.label)
    }

    /// What the next redo would bring back.
    pub fn redo_label(&self) -> Option<&'static str> {
        self.redo.last().map(|step| step.label)
    }

    /// A node's upper left corner.
    pub fn position(&self, node: &str) -> [f32; 2] {
        self.graph.view.position(node).unwrap_or_default()
    }

    /// Makes an edit. A `live` one joins the step before if that one was live too and changed the
    /// same things: a whole drag is one step.
    ///
    /// # Errors
    /// The edit does not fit the graph, which is then as it was.
    pub fn edit(&mut self, edit: Edit, label: &'static str, live: bool) -> Result<(), EditError> {
        let mut targets = BTreeSet::new();
        collect_targets(&edit, &mut targets);
        let inverse = apply(&mut self.graph, edit)?;
        if matches!(&inverse, Edit::Batch(edits) if edits.is_empty()) {
            return Ok(());
        }
        let joins =
            self.live && live && self.undo.last().is_some_and(|step| step.targets == targets);
        self.changed(&targets);
        if !joins {
            self.push(Step {
                id: self.revision,
                label,
                inverse,
                targets,
            });
        }
        self.redo.clear();
        self.live = live;
        Ok(())
    }

    /// Ends the gesture under way.
    pub fn end_gesture(&mut self) {
        self.live = false;
    }

    /// Takes the last step back; returns its name.
    pub fn undo(&mut self) -> Option<&'static str> {
        let step = self.undo.pop()?;
        let inverse = apply(&mut self.graph, step.inverse)
            .expect("an inverse fits the graph that its edit left");
        let label = step.label;
        self.changed(&step.targets);
        self.redo.push(Step { inverse, ..step });
        self.live = false;
        Some(label)
    }

    /// Brings the last undone step back; returns its name.
    pub fn redo(&mut self) -> Option<&'static str> {
        let step = self.redo.pop()?;
        let inverse = apply(&mut self.graph, step.inverse)
            .expect("an inverse fits the graph that its edit left");
        let label = step.label;
        self.changed(&step.targets);
        self.undo.push(Step { inverse, ..step });
        self.live = false;
        Some(label)
    }

    /// Whether a wire from `from` to `to` would close a circle.
    pub fn would_circle(&self, from: &str, to: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![from.to_owned()];
        while let Some(key) = waiting.pop() {
            if key == to {
                return true;
            }
            let Some(node) = self.graph.nodes.get(&key) else {
                continue;
            };
            if seen.insert(key) {
                waiting.extend(
                    node.inputs
                        .keys()
                        .filter_map(|input| node.source(input))
                        .map(|source| source.node),
                );
            }
        }
        false
    }

    /// Whether a wire starts at that output.
    pub fn is_wired(&self, node: &str, output: &str) -> bool {
        self.wired
            .get(node)
            .is_some_and(|outputs| outputs.contains(output))
    }

    /// The outputs of a node at which wires start.
    pub fn wired_outputs(&self, node: &str) -> impl Iterator<Item = &str> {
        self.wired
            .get(node)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Every wire: where it starts and where it ends.
    pub fn wires(&self) -> impl Iterator<Item = (Source, Input)> + '_ {
        self.graph.nodes.iter().flat_map(|(key, node)| {
            node.inputs
                .keys()
                .filter_map(move |input| Some((node.source(input)?, Input::new(key, input))))
        })
    }

    /// The id of the step that the graph is at.
    fn state(&self) -> u64 {
        self.undo.last().map_or(0, |step| step.id)
    }

    fn push(&mut self, step: Step) {
        self.undo.push(step);
        if self.undo.len() > MAX_STEPS {
            self.undo.remove(0);
        }
    }

    fn changed(&mut self, targets: &BTreeSet<Input>) {
        self.revision += 1;
        if targets
            .iter()
            .all(|target| target.slot == PLACE || target.node == VIEW)
        {
            return;
        }
        self.meaning += 1;
        (self.checked, self.problems) = check(&self.graph, self.catalog);
        self.note_wires();
    }

    fn note_wires(&mut self) {
        let mut wired: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (source, _) in self.wires() {
            wired.entry(source.node).or_default().insert(source.pin);
        }
        self.wired = wired;
    }

    /// Gives a place to nodes that the file gives none. That is how it is drawn, no change of the
    /// document: there is nothing to undo and nothing to save.
    fn place_strays(&mut self) {
        for (key, corner) in arrange::strays(&self.graph, self.catalog) {
            self.graph.view.nodes.insert(key, View::corner(corner));
        }
    }
}

/// What an edit changes.
fn collect_targets(edit: &Edit, targets: &mut BTreeSet<Input>) {
    let target = match edit {
        Edit::SetParam {
            node, param: slot, ..
        }
        | Edit::SetInput {
            node, input: slot, ..
        } => Input::new(node, slot),
        Edit::MoveNode { node, .. } => Input::new(node, PLACE),
        Edit::AddNode { key, .. }
        | Edit::RemoveNode { key }
        | Edit::TakeNode { key }
        | Edit::RenameNode { from: key, .. }
        | Edit::Rekey { from: key, .. }
        | Edit::SetKind { key, .. } => Input::new(key, "\0node"),
        Edit::SetView { member, .. } => Input::new(VIEW, member),
        Edit::Batch(edits) => return edits.iter().for_each(|edit| collect_targets(edit, targets)),
    };
    targets.insert(target);
}

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
    /// To give it to a param.
    Param {
        /// The param.
        at: Input,
        /// What is looked for.
        kind: FileKind,
    },
}

impl Purpose {
    /// The question's title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Open => "Open a graph or a picture",
            Self::Save { .. } => "Save the graph as",
            Self::Param { .. } => "Choose a file",
        }
    }

    /// The endings of the files that do.
    pub fn endings(&self) -> &'static [&'static str] {
        match self {
            Self::Open => &["pyro", "png", "json"],
            Self::Save { .. } => &["pyro"],
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
    reply: Receiver<Reply>,
}

/// A dialog that answers faster than a person could has not been shown.
const NO_PERSON: Duration = Duration::from_millis(50);

impl Dialog {
    /// Asks the desktop. The window goes on meanwhile; `wake` is called when there is a reply.
    pub fn ask(
        purpose: Purpose,
        folder: Option<PathBuf>,
        wake: impl Fn() + Send + 'static,
    ) -> Self {
        let mut dialog = rfd::AsyncFileDialog::new()
            .set_title(purpose.title())
            .add_filter(purpose.title(), purpose.endings());
        if let Some(folder) = folder {
            dialog = dialog.set_directory(folder);
        }
        if let Purpose::Save { name } = &purpose {
            dialog = dialog.set_file_name(name);
        }
        // macOS wants dialogs made on the window's thread; only the waiting happens elsewhere.
        let asked = Instant::now();
        let answer: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> =
            match &purpose {
                Purpose::Save { .. } => Box::pin(dialog.save_file()),
                Purpose::Open | Purpose::Param { .. } => Box::pin(dialog.pick_file()),
            };
        let (sender, reply) = mpsc::channel();
        let waiting = thread::Builder::new()
            .name("dialog".to_owned())
            .spawn(move || {
                let reply = match wait_for(answer) {
                    Some(file) => Reply::File(file.path().to_owned()),
                    None if asked.elapsed() < NO_PERSON => Reply::Unavailable,
                    None => Reply::Cancelled,
                };
                // If the window is gone, nobody asks any more.
                let _ = sender.send(reply);
                wake();
            });
        // Without a thread the sender is gone, which `poll` reads as "no dialog".
        drop(waiting);
        Self { purpose, reply }
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
mod tests;
