//! What waits, kept from one start of the program to the next: `queue.json` in the user's data
//! folder. What ran when the program ended waits first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;
use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::{Graph, file};
use serde::{Deserialize, Serialize};

use super::{Asked, Queue, Task};
use crate::command::Input;
use crate::document::DocumentId;
use crate::seeds::Seed;
use crate::store::keep;
use crate::store::saver::Saver;

/// The file in the user's data folder.
const FILE: &str = "queue.json";

/// The file's form. Rows of a batch share their graph.
#[derive(Default, Serialize, Deserialize)]
pub struct KeptQueue {
    /// Graphs as graph files.
    graphs: Vec<String>,
    rows: Vec<KeptRow>,
}

#[derive(Serialize, Deserialize)]
struct KeptRow {
    name: String,
    /// Its graph's place among the graphs.
    graph: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seeds: Vec<KeptSeed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    want: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    folder: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct KeptSeed {
    node: String,
    param: String,
    seed: u64,
}

/// Keeps the queue's file.
pub struct Keeper {
    saver: Saver<KeptQueue>,
    /// The queue's revision that the file holds.
    saved: u64,
}

impl Keeper {
    /// Reads what waited the last time. A damaged file is set aside, and the warning says so; what
    /// of it can be read is returned all the same.
    pub fn read(data: &Path, ctx: &Context) -> (Self, Vec<Task>, Option<Diagnostic>) {
        let path = data.join(FILE);
        let (kept, mut told) = keep::read_or_start::<KeptQueue>(&path);
        let (tasks, is_whole) = kept.tasks();
        if !is_whole {
            told = Some(keep::set_aside(&path, "names graphs that cannot be read"));
        }
        let keeper = Self {
            saver: Saver::start(path, ctx),
            saved: 0,
        };
        (keeper, tasks, told)
    }

    /// Has the file hold what runs and waits, if that has changed; says why it cannot, if it
    /// cannot.
    pub fn keep(&mut self, queue: &Queue) -> Option<Diagnostic> {
        if self.saved != queue.revision() {
            self.saved = queue.revision();
            let rows = queue.running().into_iter().chain(queue.waiting());
            let by_hand = rows.filter(|row| row.task.asked == Asked::ByHand);
            let tasks: Vec<Arc<Task>> = by_hand.map(|row| Arc::clone(&row.task)).collect();
            self.saver.save(move || KeptQueue::of(&tasks));
        }
        self.saver.trouble()
    }
}

impl KeptQueue {
    fn of(tasks: &[Arc<Task>]) -> Self {
        let mut graphs: Vec<&Arc<Graph>> = Vec::new();
        let mut rows = Vec::new();
        for task in tasks {
            let known = graphs
                .iter()
                .position(|graph| Arc::ptr_eq(graph, &task.graph));
            let graph = known.unwrap_or_else(|| {
                graphs.push(&task.graph);
                graphs.len() - 1
            });
            let seeds = task.seeds.iter().map(|seed| KeptSeed {
                node: seed.at.node.clone(),
                param: seed.at.slot.clone(),
                seed: seed.value,
            });
            rows.push(KeptRow {
                name: task.name.clone(),
                graph,
                seeds: seeds.collect(),
                want: task.want.clone(),
                folder: task.folder.clone(),
            });
        }
        Self {
            graphs: graphs.into_iter().map(|graph| file::write(graph)).collect(),
            rows,
        }
    }

    /// What waited, and whether all of it can be read.
    fn tasks(self) -> (Vec<Task>, bool) {
        // The documents that they were asked for are closed: others stand for them.
        let graphs: Vec<Option<(Arc<Graph>, DocumentId)>> = self
            .graphs
            .iter()
            .map(|text| Some((Arc::new(file::read(text).ok()?), DocumentId::new())))
            .collect();
        let count = self.rows.len();
        let tasks: Vec<Task> = self
            .rows
            .into_iter()
            .filter_map(|row| {
                let (graph, document) = graphs.get(row.graph)?.clone()?;
                let seeds = row.seeds.into_iter().map(|kept| Seed {
                    at: Input::new(kept.node, kept.param),
                    value: kept.seed,
                });
                Some(Task {
                    name: row.name,
                    document,
                    graph,
                    seeds: seeds.collect(),
                    want: row.want,
                    folder: row.folder,
                    asked: Asked::ByHand,
                })
            })
            .collect();
        let is_whole = tasks.len() == count;
        (tasks, is_whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Place;
    use crate::queue::tests::task;

    fn names(tasks: &[Task]) -> Vec<&str> {
        tasks.iter().map(|task| task.name.as_str()).collect()
    }

    #[test]
    fn what_runs_and_waits_is_read_again_with_its_seeds() {
        let folder = tempfile::tempdir().unwrap();
        let ctx = Context::default();
        let (mut keeper, tasks, told) = Keeper::read(folder.path(), &ctx);
        assert!(tasks.is_empty() && told.is_none());

        let mut queue = Queue::default();
        let mut first = task("first");
        first.want = vec!["save".to_owned()];
        first.folder = Some("/pictures".into());
        first.seeds = vec![Seed {
            at: Input::new("sampler", "seed"),
            value: u64::MAX,
        }];
        let second = Task {
            name: "second".to_owned(),
            ..first.clone()
        };
        let on_change = Task {
            asked: Asked::OnChange,
            ..task("auto")
        };
        for task in [first.clone(), on_change, second] {
            queue.push(task, Place::Back);
        }
        queue.begin_next();
        assert_eq!(keeper.keep(&queue), None);
        drop(keeper);

        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(
            text.matches("\\\"format\\\"").count(),
            1,
            "a batch has one graph: {text}"
        );
        let (_keeper, tasks, told) = Keeper::read(folder.path(), &ctx);
        assert!(told.is_none());
        assert_eq!(names(&tasks), ["first", "second"]);
        assert_eq!(
            (
                &tasks[0].graph,
                &tasks[0].seeds,
                &tasks[0].want,
                &tasks[0].folder
            ),
            (&first.graph, &first.seeds, &first.want, &first.folder)
        );
        assert!(Arc::ptr_eq(&tasks[0].graph, &tasks[1].graph));
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_what_can_be_read_is() {
        let ctx = Context::default();
        for (text, readable) in [
            ("{ no json", 0),
            (r#"{"graphs": [], "rows": [{"name": "a", "graph": 7}]}"#, 0),
            (
                r#"{"graphs": ["", "{\"format\": 1, \"nodes\": {}}"],
                    "rows": [{"name": "a", "graph": 0}, {"name": "b", "graph": 1}]}"#,
                1,
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(FILE), text).unwrap();
            let (_keeper, tasks, told) = Keeper::read(folder.path(), &ctx);
            assert_eq!(tasks.len(), readable, "{text}");
            assert!(told.is_some(), "{text}");
            let aside = folder.path().join(format!("{FILE}.damaged-1"));
            assert_eq!(std::fs::read_to_string(aside).unwrap(), text);
        }
    }
}
