//! The examples that come with the program, as templates: title, sentence, and what the graph looks
//! like. They are read on a thread of their own when they are first looked for.

use std::fs;
use std::path::{Path, PathBuf};

use egui::{Context, Rect, pos2, vec2};
use pyrograph_engine::graph::Graph;
use pyrograph_engine::graph::shape::Shape;
use pyrograph_engine::node::{Catalog, Type};

use crate::worker::Worker;
use crate::{source, starter};

/// The folder of the examples, below the program's own.
const FOLDER: &str = "examples";
/// The member of a graph's file that says what it is for.
pub const ABOUT: &str = "about";
/// How many examples are read.
const MOST: usize = 200;
/// A node's size in a miniature, and how much each pin or param adds, in points of the graph.
const NODE: [f32; 2] = [210.0, 44.0];
const ROW: f32 = 26.0;

/// An example.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its file.
    pub path: PathBuf,
    /// Its name for people.
    pub title: String,
    /// What it shows, in a sentence.
    pub about: String,
    /// A picture made with it, if one comes with it.
    pub picture: Option<PathBuf>,
    /// Its nodes.
    pub miniature: Miniature,
}

/// A graph's nodes as rectangles in the colours of their outputs.
#[derive(Clone, Debug, Default)]
pub struct Miniature {
    /// The nodes, in points of the graph.
    pub nodes: Vec<(Rect, Option<Type>)>,
    /// The rectangle around them.
    pub bounds: Option<Rect>,
}

/// The examples, once they have been looked for.
#[derive(Default)]
pub struct Templates {
    worker: Option<Worker<PathBuf, Vec<Template>>>,
    list: Option<Vec<Template>>,
}

impl Templates {
    /// Looks for the examples, if that has not been done.
    pub fn look(&mut self, ctx: &Context, catalog: Catalog) {
        if self.worker.is_some() {
            return;
        }
        let worker = Worker::start("templates", ctx, move |desk, folder: PathBuf| {
            desk.tell(read_all(&folder, catalog));
        });
        match starter::root() {
            Some(root) => worker.order(root.join(FOLDER)),
            None => self.list = Some(Vec::new()),
        }
        self.worker = Some(worker);
    }

    /// Takes in what has been found; says whether that was something.
    pub fn drain(&mut self) -> bool {
        let found = self
            .worker
            .as_ref()
            .and_then(|worker| worker.replies().last());
        let is_new = found.is_some();
        self.list = found.or(self.list.take());
        is_new
    }

    /// The examples by title; `None` while they are being read.
    pub fn list(&self) -> Option<&[Template]> {
        self.list.as_deref()
    }
}

fn read_all(folder: &Path, catalog: Catalog) -> Vec<Template> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "pyro"))
        .take(MOST)
        .collect();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| read(path, catalog))
        .collect()
}

/// An example that cannot be read is none.
fn read(path: &Path, catalog: Catalog) -> Option<Template> {
    let graph = source::read(path).ok()?.graph;
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let about = graph.rest.get(ABOUT).and_then(serde_json::Value::as_str);
    let picture = path.parent()?.join("thumbs").join(format!("{stem}.png"));
    Some(Template {
        path: path.to_owned(),
        title: title(&stem),
        about: about.unwrap_or_default().to_owned(),
        picture: picture.is_file().then_some(picture),
        miniature: Miniature::of(&graph, catalog),
    })
}

/// `first_picture` is read `First picture`.
fn title(stem: &str) -> String {
    let words = stem.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

impl Miniature {
    /// What a graph looks like from afar.
    pub fn of(graph: &Graph, catalog: Catalog) -> Self {
        let nodes: Vec<_> = graph
            .nodes
            .iter()
            .filter_map(|(key, node)| {
                let [x, y] = graph.view.position(key)?;
                let shape = Shape::of_node(node, catalog).unwrap_or_default();
                let rows = shape.inputs.len().max(shape.outputs.len()) + shape.params.len();
                let size = vec2(NODE[0], NODE[1] + ROW * rows as f32);
                let ty = shape.outputs.first().or(shape.inputs.first());
                Some((Rect::from_min_size(pos2(x, y), size), ty.map(|pin| pin.ty)))
            })
            .collect();
        let bounds = nodes.iter().map(|(rect, _)| *rect).reduce(Rect::union);
        Self { nodes, bounds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_has_a_title_a_sentence_and_a_miniature() {
        let folder = starter::root().unwrap().join(FOLDER);
        let templates = read_all(&folder, pyrograph_nodes::catalog());
        assert!(templates.len() >= 4);
        for template in templates {
            assert!(template.title.starts_with(char::is_uppercase));
            let about = &template.about;
            assert!(
                about.ends_with('.') && about.len() < 120,
                "{}: {about}",
                template.title
            );
            assert!(template.miniature.nodes.len() > 2);
            assert!(
                template
                    .miniature
                    .bounds
                    .is_some_and(|bounds| bounds.is_positive())
            );
        }
    }

    #[test]
    fn what_is_no_graph_is_no_template() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("broken.pyro"), "{").unwrap();
        fs::write(
            dir.path().join("empty_one.pyro"),
            r#"{ "format": 1, "nodes": {} }"#,
        )
        .unwrap();
        let templates = read_all(dir.path(), pyrograph_nodes::catalog());
        let titles: Vec<&str> = templates.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["Empty one"]);
        assert!(read_all(&dir.path().join("nowhere"), pyrograph_nodes::catalog()).is_empty());
    }
}
