//! A few small pictures of the window: what no name or role tells, such as the shapes of pins,
//! themes and what is left of a node from afar. They are drawn through wgpu, and skipped where
//! there is no adapter. After a change that is meant: `UPDATE_SNAPSHOTS=1 cargo test --release
//! --test it snapshots`, and look at each picture before it is committed.

use egui::Rect;
use egui_kittest::kittest::Queryable;
use egui_kittest::{SnapshotError, SnapshotOptions, SnapshotResults, try_image_snapshot_options};
use pyrograph::command::setup::SetupCommand;
use pyrograph::command::{Command, graph::GraphCommand};
use pyrograph::settings::Settings;
use pyrograph::theme::Look;
use pyrograph_engine::device::{self, DeviceKind};

use super::Window;

/// Round what is looked at, in points.
const MARGIN: f32 = 8.0;

/// Adapters round the rims of shapes and letters differently; a moved line or another colour is
/// far more than that.
const ROUNDED_PIXELS: usize = 24;

#[expect(
    clippy::print_stdout,
    reason = "that a test was skipped has to be seen"
)]
fn has_adapter() -> bool {
    let adapters = device::list();
    let has = adapters.iter().any(|info| info.kind != DeviceKind::Cpu);
    if !has {
        println!("skipped: no adapter draws snapshots here");
    }
    has
}

impl Window {
    fn with_settings(change: impl FnOnce(&mut Settings)) -> Self {
        let mut window = Self::first();
        let mut settings = window.state().settings.clone();
        // A half-faded rim would be another picture each time.
        settings.reduces_motion = true;
        change(&mut settings);
        window.give(Command::Setup(SetupCommand::Set(Box::new(settings))));
        window
    }

    /// Compares a part of the window with the committed picture of that name.
    fn snapshot(&mut self, part: Rect, name: &str) -> Result<(), SnapshotError> {
        let part = part.expand(MARGIN);
        let picture = self.harness.render().expect("the window is drawn");
        let [x, y] = [part.min.x as u32, part.min.y as u32];
        let [width, height] = [part.width() as u32, part.height() as u32];
        let part = image::imageops::crop_imm(&picture, x, y, width, height).to_image();
        let options = SnapshotOptions::new()
            .output_path(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../tests/window/snapshots"
            ))
            .max_failed_pixels(ROUNDED_PIXELS);
        try_image_snapshot_options(&part, name, &options)
    }
}

#[test]
fn a_node_wears_each_theme() {
    if !has_adapter() {
        return;
    }
    let mut results = SnapshotResults::new();
    for (look, name) in [
        (Look::Dark, "node_dark"),
        (Look::Light, "node_light"),
        (Look::HighContrast, "node_high_contrast"),
    ] {
        let mut window = Window::with_settings(|settings| settings.look = look);
        let node = window.harness.get_by_label("sampler node").rect();
        results.add(window.snapshot(node, name));
    }
    results.unwrap();
}

#[test]
fn pins_are_told_apart_in_colours_that_everyone_sees() {
    if !has_adapter() {
        return;
    }
    let mut window = Window::with_settings(|settings| settings.is_colour_blind_safe = true);
    let node = window.harness.get_by_label("sampler node").rect();
    window.snapshot(node, "node_colour_blind_safe").unwrap();
}

#[test]
fn titles_and_pins_are_left_from_afar() {
    if !has_adapter() {
        return;
    }
    let mut window = Window::with_settings(|_| ());
    for _ in 0..6 {
        window.give(Command::Graph(GraphCommand::ZoomOut));
    }
    let nodes = ["model", "prompt", "sampler", "save"]
        .map(|key| window.harness.get_by_label(&format!("{key} node")).rect());
    let all = nodes.into_iter().fold(Rect::NOTHING, Rect::union);
    window.snapshot(all, "graph_from_afar").unwrap();
}
