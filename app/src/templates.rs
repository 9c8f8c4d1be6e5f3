//! Graphs to begin with: the examples that come with the program, and those that the user keeps in a
//! folder of their own. Title, sentence and what they look like are read on a thread of their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use egui::{Context, Pos2, Rect, pos2, vec2};
use pyrograph_engine::graph::shape::{PinShape, Shape};
use pyrograph_engine::graph::{Graph, Node};
use pyrograph_engine::node::{Catalog, Type};

use crate::worker::Worker;
use crate::{source, starter};

/// The folder of the examples, below the program's own.
const EXAMPLES: &str = "examples";
/// The folder of the user's templates, in the user's own.
const OWN: &str = "templates";
/// The folder of pictures that were made with templates, beside them.
const PICTURES: &str = "thumbs";
/// The member of a graph's file that says what it is for.
pub const ABOUT: &str = "about";
/// How many templates of a folder are read.
const MOST: usize = 200;
/// How many nodes a miniature shows: more are not told apart.
const MOST_NODES: usize = 300;
/// A node's width in a miniature, in points of the graph.
const WIDTH: f32 = 210.0;
/// The height of its header, and of each pin or param below.
const HEADER: f32 = 44.0;
const ROW: f32 = 26.0;
/// Nodes without a place stand in rows of so many, so far apart.
const IN_A_ROW: usize = 5;
const APART: [f32; 2] = [290.0, 340.0];

/// A graph to begin with.
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
    /// What its graph looks like.
    pub miniature: Miniature,
}

/// A graph from afar, in points of the graph.
#[derive(Clone, Debug, Default)]
pub struct Miniature {
    /// The nodes, each with the type of its main output.
    pub nodes: Vec<(Rect, Option<Type>)>,
    /// Where each wire begins and ends.
    pub wires: Vec<(Pos2, Pos2, Type)>,
    /// The rectangle around the nodes.
    pub bounds: Option<Rect>,
}

/// Whose templates they are.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// Those that come with the program, in the order of their files' names.
    pub examples: Vec<Template>,
    /// Those that the user keeps.
    pub own: Vec<Template>,
}

/// The templates, once they have been looked for.
#[derive(Default)]
pub struct Templates {
    worker: Option<Worker<Option<PathBuf>, Lists>>,
    lists: Option<Lists>,
}

/// Where the user's templates lie.
pub fn own_folder(data: &Path) -> PathBuf {
    data.join(OWN)
}

impl Templates {
    /// Looks anew which templates there are; `data` is the user's folder.
    pub fn look(&mut self, ctx: &Context, catalog: Catalog, data: Option<&Path>) {
        let worker = self.worker.get_or_insert_with(|| {
            Worker::start("templates", ctx, move |desk, own: Option<PathBuf>| {
                if let Some(own) = &own {
                    // Whoever is told of the folder finds it. Where it cannot be, it is empty.
                    let _ = fs::create_dir_all(own);
                }
                let examples = starter::root().map(|root| root.join(EXAMPLES));
                let read = |folder: Option<PathBuf>| {
                    folder.map_or_else(Vec::new, |folder| read_all(&folder, catalog))
                };
                desk.tell(Lists {
                    examples: read(examples),
                    own: read(own),
                });
            })
        });
        worker.order(data.map(own_folder));
    }

    /// Takes in what has been found; says whether that was something.
    pub fn drain(&mut self) -> bool {
        let found = self
            .worker
            .as_ref()
            .and_then(|worker| worker.replies().last());
        let is_new = found.is_some();
        self.lists = found.or(self.lists.take());
        is_new
    }

    /// What was found when they were last looked for; `None` while they are first read.
    pub fn lists(&self) -> Option<&Lists> {
        self.lists.as_ref()
    }

    /// The pictures that come with them.
    pub fn pictures(&self) -> impl Iterator<Item = &Path> {
        let lists = self.lists.iter();
        let all = lists.flat_map(|lists| lists.examples.iter().chain(&lists.own));
        all.filter_map(|template| template.picture.as_deref())
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

/// What cannot be read is no template.
fn read(path: &Path, catalog: Catalog) -> Option<Template> {
    let graph = source::read(path).ok()?.graph;
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let about = graph.rest.get(ABOUT).and_then(serde_json::Value::as_str);
    let pictures = path.parent()?.join(PICTURES);
    let picture = pictures.join(format!("{stem}.png"));
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

/// A node of a miniature.
struct NodeBox {
    rect: Rect,
    shape: Shape,
}

impl Miniature {
    /// What a graph looks like from afar.
    pub fn of(graph: &Graph, catalog: Catalog) -> Self {
        let nodes = graph.nodes.iter().take(MOST_NODES).enumerate();
        let boxes: BTreeMap<&str, NodeBox> = nodes
            .map(|(i, (key, node))| {
                let row = [i % IN_A_ROW, i / IN_A_ROW];
                let in_row = || [0, 1].map(|axis| row[axis] as f32 * APART[axis]);
                let at = graph.view.position(key).unwrap_or_else(in_row);
                (key.as_str(), NodeBox::of(node, at, catalog))
            })
            .collect();
        let wires = boxes.iter().flat_map(|(key, end)| {
            let node = &graph.nodes[*key];
            let inputs = node.inputs.keys();
            inputs.filter_map(|input| {
                let source = node.source(input)?;
                let start = boxes.get(source.node.as_str())?;
                let (from, ty) = start.output(&source.pin)?;
                Some((from, end.input(input)?, ty))
            })
        });
        Self {
            wires: wires.collect(),
            nodes: boxes.values().map(|it| (it.rect, it.main_type())).collect(),
            bounds: boxes.values().map(|it| it.rect).reduce(Rect::union),
        }
    }
}

impl NodeBox {
    fn of(node: &Node, [x, y]: [f32; 2], catalog: Catalog) -> Self {
        let shape = Shape::of_node(node, catalog).unwrap_or_default();
        let rows = shape.inputs.len().max(shape.outputs.len()) + shape.params.len();
        let size = vec2(WIDTH, HEADER + ROW * rows as f32);
        Self {
            rect: Rect::from_min_size(pos2(x, y), size),
            shape,
        }
    }

    fn main_type(&self) -> Option<Type> {
        let pins = self.shape.outputs.first().or(self.shape.inputs.first());
        pins.map(|pin| pin.ty)
    }

    /// Where a wire from that output starts, and what it carries.
    fn output(&self, name: &str) -> Option<(Pos2, Type)> {
        let place = place_of(&self.shape.outputs, name)?;
        let from = pos2(self.rect.right(), self.height_of(place));
        Some((from, self.shape.outputs[place].ty))
    }

    /// Where a wire to that pin or param ends.
    fn input(&self, name: &str) -> Option<Pos2> {
        let params = || {
            let pins = self.shape.inputs.len().max(self.shape.outputs.len());
            let place = self.shape.params.iter().position(|it| it.name == name)?;
            Some(pins + place)
        };
        let place = place_of(&self.shape.inputs, name).or_else(params)?;
        Some(pos2(self.rect.left(), self.height_of(place)))
    }

    fn height_of(&self, row: usize) -> f32 {
        self.rect.top() + HEADER + ROW * (row as f32 + 0.5)
    }
}

fn place_of(pins: &[PinShape], name: &str) -> Option<usize> {
    pins.iter().position(|pin| pin.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_has_a_title_a_sentence_and_a_miniature() {
        let folder = starter::root().unwrap().join(EXAMPLES);
        let templates = read_all(&folder, pyrograph_nodes::catalog());
        assert!(templates.len() >= 6);
        for template in templates {
            assert!(template.title.starts_with(char::is_uppercase));
            let about = &template.about;
            assert!(
                about.ends_with('.') && about.len() < 120,
                "{}: {about}",
                template.title
            );
            let Miniature { nodes, wires, .. } = &template.miniature;
            assert!(nodes.len() > 2 && wires.len() >= nodes.len() - 1);
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

    #[test]
    fn graphs_have_a_face_without_places_and_however_large_they_are() {
        let nodes: Vec<String> = (0..5_000)
            .map(|i| {
                format!(r#""n{i}": {{ "is": "latent.batch", "in": {{ "first": "n0.latent" }} }}"#)
            })
            .collect();
        let text = format!(r#"{{ "format": 1, "nodes": {{ {} }} }}"#, nodes.join(","));
        let graph = pyrograph_engine::graph::file::read(&text).unwrap();
        let miniature = Miniature::of(&graph, pyrograph_nodes::catalog());
        assert_eq!(miniature.nodes.len(), MOST_NODES);
        assert_eq!(miniature.wires.len(), MOST_NODES);
        let rects: Vec<Rect> = miniature.nodes.iter().map(|(rect, _)| *rect).collect();
        let overlap = |i: usize, j: usize| rects[i].intersects(rects[j]);
        assert!(!overlap(0, 1) && !overlap(0, IN_A_ROW) && !overlap(1, IN_A_ROW + 1));
    }
}
