//! A file param: the files that fit, pictures with a small copy of themselves, and a dialog for the
//! rest.

use std::path::Path;

use egui::{Rect, Ui};
use pyrograph_engine::node::{FileKind, Value};
use pyrograph_engine::weights::library::Entry;
use serde_json::Value as Json;

use crate::app::State;
use crate::command::Command;
use crate::command::setup::SetupCommand;
use crate::widgets::Draw;
use crate::widgets::choice::{Chosen, Line};
use crate::widgets::param::{Field, choice_field};

/// Shows the field. `current` is its value, or what the file holds instead.
pub(super) fn file_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    (state, kind, current): (&State, FileKind, &Result<Value, Json>),
) -> Vec<Command> {
    let entries = state.files(kind);
    let remark = match current {
        Ok(Value::Text(name)) => entry_of(entries, name).map(|entry| size_text(entry.bytes)),
        Ok(_) | Err(_) => None,
    };
    let lines = || {
        let lines = entries.iter().map(|entry| Line {
            value: entry.name.clone(),
            remark: size_text(entry.bytes),
            picture: (kind == FileKind::Image).then(|| entry.path.clone()),
        });
        lines.collect()
    };
    let shown = (current, remark.as_deref().unwrap_or_default());
    let list = (lines, Some("Choose a file…"));
    match choice_field(ui, draw, rect, (field, Some(&state.shelf)), shown, list) {
        None => Vec::new(),
        Some(Chosen::Opened) => vec![Command::ListFiles(kind)],
        Some(Chosen::Value(value)) => vec![field.set(&Value::Text(value), false)],
        Some(Chosen::Other) => vec![Command::PickFile {
            at: field.at(),
            kind,
        }],
        Some(Chosen::Unmade(paths)) => vec![Command::Setup(SetupCommand::WantThumbs(paths))],
    }
}

/// The file that a name stands for.
fn entry_of<'a>(entries: &'a [Entry], name: &str) -> Option<&'a Entry> {
    let path = Path::new(name);
    entries
        .iter()
        .find(|entry| entry.name == name || (path.is_absolute() && entry.path == path))
}

/// A file's size as people say it; empty for a folder.
pub(crate) fn size_text(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        1..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", (bytes + 500_000) / 1_000_000),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_say_them() {
        let shown = [0, 1, 1_500, 37_400_000, 4_265_146_304].map(size_text);
        assert_eq!(shown, ["", "1 kB", "2 kB", "37 MB", "4.3 GB"]);
    }
}
