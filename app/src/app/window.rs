//! Opens the window: its size, its icon, and which of the two renderers draws it.

use std::path::PathBuf;

use eframe::{NativeOptions, Renderer};
use egui::{ViewportBuilder, vec2};
use pyrograph_engine::device::{self, DeviceChoice, DeviceInfo, DeviceKind, Precision};
use pyrograph_engine::weights::library::Library;

use crate::app::App;
use crate::theme::Theme;

/// The window's title.
pub const TITLE: &str = "Pyrograph";

/// How the window starts.
#[derive(Clone, Debug)]
pub struct WindowOptions {
    /// The graph or picture to open; the first picture if there is none.
    pub graph: Option<PathBuf>,
    /// The device that runs take.
    pub device: DeviceChoice,
    /// The precision in which runs hold weights.
    pub precision: Precision,
    /// Where models are looked for.
    pub library: Library,
    /// Where pictures are saved.
    pub outputs: PathBuf,
    /// The user's folder for what the program keeps from one start to the next: settings, session,
    /// journals, the index of pictures. Without one nothing is kept.
    pub data: Option<PathBuf>,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// There is nothing to show it on.
    #[error("there is no display to open a window on: {source}")]
    NoDisplay {
        /// The system's words.
        source: eframe::Error,
    },
    /// Neither renderer could draw it.
    #[error("the window could not be drawn: {source}")]
    NoRenderer {
        /// The last renderer's words.
        source: eframe::Error,
    },
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// There is no display, or nothing that draws on it.
pub fn run_window(options: WindowOptions) -> Result<(), WindowError> {
    let devices = device::list();
    let mut last = None;
    for renderer in renderers(&devices) {
        match open(&options, &devices, renderer) {
            Ok(()) => return Ok(()),
            Err(source @ (eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_))) => {
                return Err(WindowError::NoDisplay { source });
            }
            Err(source) => last = Some(source),
        }
    }
    match last {
        Some(source) => Err(WindowError::NoRenderer { source }),
        None => Ok(()),
    }
}

/// The renderers to try. A software Vulkan adapter draws some ten times slower than OpenGL on the
/// same processor, so wgpu comes first only where there is a real GPU.
fn renderers(devices: &[DeviceInfo]) -> Vec<Renderer> {
    if devices.iter().any(|info| info.kind == DeviceKind::Gpu) {
        vec![Renderer::Wgpu, Renderer::Glow]
    } else {
        vec![Renderer::Glow, Renderer::Wgpu]
    }
}

fn open(options: &WindowOptions, devices: &[DeviceInfo], renderer: Renderer) -> eframe::Result {
    let viewport = ViewportBuilder::default()
        .with_title(TITLE)
        .with_app_id("pyrograph")
        .with_icon(Theme::window_icon())
        .with_inner_size(vec2(1440.0, 900.0))
        .with_min_inner_size(vec2(720.0, 480.0));
    let native = NativeOptions {
        viewport,
        renderer,
        ..NativeOptions::default()
    };
    let (options, devices) = (options.clone(), devices.to_vec());
    eframe::run_native(
        TITLE,
        native,
        Box::new(move |creation| Ok(Box::new(App::new(&creation.egui_ctx, &options, &devices)))),
    )
}
