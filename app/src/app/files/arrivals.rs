//! What is dropped on the window or pasted into it.

use std::sync::Arc;

use egui::{ColorImage, Context, Event, Rect};

use crate::canvas::Eye;
use crate::canvas::view::Screen;
use crate::command::Command;
use crate::command::file::FileCommand;

/// Files that were let fall on the window, and a picture from the clipboard. While something is
/// `edited`, a paste belongs to that.
pub(in crate::app) fn arrivals(
    ctx: &Context,
    eye: &Eye,
    canvas: Rect,
    edited: bool,
) -> Vec<Command> {
    let screen = Screen {
        rect: canvas,
        view: eye.view(),
    };
    // Not every desktop says where a file falls.
    let pointer = ctx.pointer_latest_pos().filter(|pos| canvas.contains(*pos));
    let at = screen.to_graph(pointer.unwrap_or(canvas.center()));
    let at = [at.x, at.y];
    ctx.input(|input| {
        let dropped = input.raw.dropped_files.iter().map(|file| {
            let path = file.path().to_owned();
            Command::File(FileCommand::Drop { path, at })
        });
        let pasted = input.events.iter().filter(|_| !edited).filter_map(pasted);
        let pasted = pasted.map(|image| Command::File(FileCommand::PastePicture { image, at }));
        dropped.chain(pasted).collect()
    })
}

fn pasted(event: &Event) -> Option<Arc<ColorImage>> {
    match event {
        Event::PasteImage(image) => Some(Arc::clone(image)),
        _ => None,
    }
}
