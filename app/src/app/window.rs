//! Opens the window: its size, its icon, and which of the two renderers draws it.

use std::path::PathBuf;

use eframe::{NativeOptions, Renderer};
use egui::{Pos2, Vec2, ViewportBuilder, vec2};
use pyrograph_engine::device::{self, DeviceChoice, DeviceInfo, DeviceKind, Precision};
use pyrograph_engine::weights::library::Library;

use crate::app::App;
use crate::store::keep;
use crate::store::session::{self, Frame, Session};
use crate::theme::Theme;

/// The window's title.
pub const TITLE: &str = "Pyrograph";
/// The smallest size of the window, in points.
const MIN_SIZE: Vec2 = vec2(720.0, 480.0);

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

/// What the desktop is asked for: the window as it was when the program last ended, if it can be
/// so again.
pub fn viewport(options: &WindowOptions) -> ViewportBuilder {
    let mut viewport = ViewportBuilder::default()
        .with_title(TITLE)
        .with_app_id("pyrograph")
        .with_icon(Theme::window_icon())
        .with_inner_size(vec2(1440.0, 900.0))
        .with_min_inner_size(MIN_SIZE);
    if let Some(frame) = last_frame(options) {
        viewport = viewport
            .with_inner_size(frame.size)
            .with_maximized(frame.is_maximized);
        viewport.position = frame.position.map(Pos2::from);
    }
    viewport
}

fn open(options: &WindowOptions, devices: &[DeviceInfo], renderer: Renderer) -> eframe::Result {
    let native = NativeOptions {
        viewport: viewport(options),
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

/// Where the window was when the program last ended, if it can be there again.
fn last_frame(options: &WindowOptions) -> Option<Frame> {
    let path = session::path(options.data.as_deref()?);
    // What is wrong with the file is told once the window is there.
    let session: Session = keep::read(&path).ok()??;
    session.window.and_then(sane)
}

/// A frame, unless nobody could work in it.
fn sane(frame: Frame) -> Option<Frame> {
    let size = Vec2::from(frame.size);
    let is_sane = size.x >= MIN_SIZE.x && size.y >= MIN_SIZE.y && size.max_elem() < 32_768.0;
    // Nearly outside of any screen it would not be found again.
    let is_near = |at: &[f32; 2]| at.iter().all(|side| (-500.0..16_384.0).contains(side));
    is_sane.then_some(Frame {
        position: frame.position.filter(is_near),
        ..frame
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_where_it_was_unless_it_would_not_be_found() {
        let frame = |position, size| Frame {
            position,
            size,
            is_maximized: false,
        };
        let usual = frame(Some([10.0, 20.0]), [900.0, 700.0]);
        assert_eq!(sane(usual), Some(usual));
        let far = frame(Some([90_000.0, 20.0]), [900.0, 700.0]);
        assert_eq!(sane(far), Some(frame(None, [900.0, 700.0])));
        for size in [[1.0, 700.0], [900.0, 1e9], [f32::NAN, 700.0]] {
            assert_eq!(sane(frame(None, size)), None);
        }
    }
}
