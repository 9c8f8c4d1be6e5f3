//! `cargo bench -p pyrograph --bench window [-- FILTER]`: prints `frame NAME MILLISECONDS` lines.
//!
//! A frame is the CPU's part of it: the whole window's UI on 1600 x 900 points, and its
//! tessellation; the minimum of many. What is painted on the screen afterwards is the GPU's part.

#![expect(clippy::print_stdout, reason = "a bench binary prints its figures")]

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use eframe::App as _;
use egui::{Context, Pos2, RawInput, Rect, vec2};
use pyrograph::app::{App, WindowOptions};
use pyrograph::command::gallery::GalleryCommand;
use pyrograph::command::{Command, Input};
use pyrograph::document::Document;
use pyrograph::gallery::Gallery;
use pyrograph::gallery::marks::Mark;
use pyrograph::gallery::row::{Content, Row};
use pyrograph::gallery::scan::Stamp;
use pyrograph::gallery::summary::Summary;
use pyrograph::starter;
use pyrograph_engine::device::{DeviceChoice, Precision};
use pyrograph_engine::graph::edit::Edit;
use pyrograph_engine::graph::{Graph, Source, View, file};
use pyrograph_engine::node::Catalog;
use pyrograph_engine::plan::compile;

/// The graph whose copies fill the canvas.
const PATTERN: &str = include_str!("../../examples/first_picture.pyro");
/// Frames of which the fastest counts.
const FRAMES: usize = 200;
const SIZE: egui::Vec2 = vec2(1600.0, 900.0);

fn main() {
    let filter: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let wanted =
        |name: &str| filter.is_empty() || filter.iter().any(|part| name.contains(part.as_str()));
    for (name, nodes, view) in [
        ("500_zoom1", 500, Command::ActualSize),
        ("500_all", 500, Command::FitAll),
        ("2000_zoom1", 2_000, Command::ActualSize),
        ("2000_all", 2_000, Command::FitAll),
    ] {
        if wanted(name) {
            let mut window = Window::with_graph(copies(nodes));
            window.app.give(view);
            report(name, window.fastest_frame());
        }
    }
    if wanted("gallery_10000") {
        let mut window = Window::with_graph(Graph::default());
        let gallery = Gallery::with_rows(&window.ctx, rows(10_000));
        window.app = window.app.with_gallery(gallery);
        window.app.give(Command::Gallery(GalleryCommand::Toggle));
        report("gallery_10000", window.fastest_frame());
    }
    if wanted("open_2000") {
        open(2_000);
    }
    if wanted("edit_2000") {
        edit(2_000);
    }
    if wanted("while_sampling") {
        while_sampling();
    }
}

fn report(name: &str, took: Duration) {
    println!("frame {name} {:.3}", took.as_secs_f64() * 1e3);
}

/// A window without a screen.
struct Window {
    ctx: Context,
    app: App,
    frame: eframe::Frame,
    started: Instant,
    folder: tempfile::TempDir,
}

impl Window {
    fn open(graph: impl FnOnce(&tempfile::TempDir) -> Option<PathBuf>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for what the window keeps");
        let options = WindowOptions {
            graph: graph(&folder),
            device: DeviceChoice::Cpu,
            precision: Precision::Auto,
            library: starter::library(&[]),
            outputs: folder.path().join("pictures"),
            data: Some(folder.path().join("data")),
        };
        let ctx = Context::default();
        let app = App::new(&ctx, &options, &[]);
        let mut window = Self {
            ctx,
            app,
            frame: eframe::Frame::_new_kittest(),
            started: Instant::now(),
            folder,
        };
        for _ in 0..5 {
            window.show();
        }
        window
    }

    fn with_graph(graph: Graph) -> Self {
        Self::open(|folder| {
            let path = folder.path().join("bench.pyro");
            std::fs::write(&path, file::write(&graph)).expect("the bench's folder is writable");
            Some(path)
        })
    }

    /// One frame: how long the CPU was at it.
    fn show(&mut self) -> Duration {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.started.elapsed().as_secs_f64()),
            ..RawInput::default()
        };
        let begun = Instant::now();
        let output = self.ctx.clone().run_ui(input, |ui| {
            self.app.logic(ui.ctx(), &mut self.frame);
            self.app.ui(ui, &mut self.frame);
        });
        let meshes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let took = begun.elapsed();
        std::hint::black_box(meshes);
        took
    }

    fn fastest_frame(&mut self) -> Duration {
        for _ in 0..10 {
            self.show();
        }
        (0..FRAMES)
            .map(|_| self.show())
            .min()
            .expect("frames were shown")
    }
}

/// So many pictures, as the gallery knows them.
fn rows(count: i64) -> Vec<Row> {
    let folder = Path::new("/pictures");
    let row = |number: i64| {
        let stamp = Stamp {
            path: folder.join(format!("2026-11/picture-{number:05}.png")),
            bytes: 1_000_000,
            changed_ns: number * 60_000_000_000,
        };
        let summary = Summary {
            prompt: format!("a red apple on a blue table, number {number}, in warm light"),
            seeds: vec![number.cast_unsigned()],
            ..Summary::default()
        };
        let content = Content {
            size_px: [512, 512],
            summary,
            fault: None,
        };
        let mark = Mark {
            favourite: number % 9 == 0,
            rating: (number % 6) as u8,
        };
        Row::new(folder, stamp, content, mark)
    };
    (0..count).map(row).collect()
}

/// So many nodes: copies of the first picture's graph, side by side and one below the other.
fn copies(nodes: usize) -> Graph {
    let pattern = file::read(PATTERN).expect("the example is a graph");
    let rows = (nodes as f64 / pattern.nodes.len() as f64).sqrt().ceil() as usize;
    let mut graph = Graph::default();
    'copies: for copy in 0.. {
        let offset = [(copy % rows) as f32 * 1_300.0, (copy / rows) as f32 * 900.0];
        for (key, node) in &pattern.nodes {
            if graph.nodes.len() == nodes {
                break 'copies;
            }
            let name = |key: &str| format!("{key}_{copy}");
            let mut node = node.clone();
            for wire in node.inputs.values_mut() {
                let source = wire.as_str().and_then(Source::parse);
                if let Some(source) = source {
                    *wire = format!("{}.{}", name(&source.node), source.pin).into();
                }
            }
            let [x, y] = pattern.view.position(key).unwrap_or_default();
            let corner = View::corner([x + offset[0], y + offset[1]]);
            graph.view.nodes.insert(name(key), corner);
            graph.nodes.insert(name(key), node);
        }
    }
    graph
}

/// From the command to the first frame that shows the file.
fn open(nodes: usize) {
    let mut window = Window::open(|_| None);
    let path = window.folder.path().join("large.pyro");
    std::fs::write(&path, file::write(&copies(nodes))).expect("the bench's folder is writable");
    let begun = Instant::now();
    window.app.give(Command::OpenFile(path));
    window.show();
    window.show();
    assert_eq!(window.app.state().document.graph().nodes.len(), nodes);
    report("open_2000", begun.elapsed());
}

/// One edit with its check and its plan, and the frame after it.
fn edit(nodes: usize) {
    let catalog = Catalog(pyrograph_nodes::ALL);
    let mut document = Document::new(copies(nodes), "bench", catalog);
    let at = Input::new("sampler_7", "steps");
    let fastest = (0..40)
        .map(|i| {
            let edit = Edit::set(&at.node, &at.slot, Some((10 + i).into()));
            let begun = Instant::now();
            document
                .edit(edit, "bench", false)
                .expect("the node is there");
            let plan = compile::compile(document.checked(), &[], &|_| String::new());
            std::hint::black_box(plan);
            begun.elapsed()
        })
        .min()
        .expect("edits were made");
    report("edit_2000", fastest);

    let mut window = Window::with_graph(copies(nodes));
    window.app.give(Command::ActualSize);
    window.fastest_frame();
    let fastest = (0..40)
        .map(|i| {
            window.app.give(Command::SetParam {
                at: at.clone(),
                value: Some((10 + i).into()),
                live: false,
            });
            window.show() + window.show()
        })
        .min()
        .expect("edits were made");
    report("edit_2000_in_the_window", fastest);
}

/// The longest frame while the starter's picture is being made, 60 a second.
fn while_sampling() {
    let mut window = Window::with_graph(file::read(PATTERN).expect("the example is a graph"));
    window.fastest_frame();
    window.app.give(Command::Run);
    window.show();
    let mut longest = Duration::ZERO;
    while window.app.state().jobs.is_running() {
        let took = window.show();
        longest = longest.max(took);
        thread::sleep(Duration::from_millis(16).saturating_sub(took));
    }
    report("longest_while_sampling", longest);
}
