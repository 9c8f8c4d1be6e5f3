//! `pyrograph nodes`, `models` and `devices`: what there is.

use std::path::PathBuf;

use pyrograph_engine::device::{self, DeviceKind};
use pyrograph_engine::graph::nearest::nearest;
use pyrograph_engine::graph::value;
use pyrograph_engine::node::{Category, FileKind, NodeSpec, ParamKind, ParamSpec, PinSpec};
use pyrograph_engine::output::recipe;
use pyrograph_engine::run::inspect;
use serde_json::{Value as Json, json};

use crate::cli::{DONE, PROBLEMS, print};
use crate::starter;

/// The kinds of files, in the order of the list.
const FILE_KINDS: [FileKind; 5] = [
    FileKind::Checkpoint,
    FileKind::Vae,
    FileKind::Embedding,
    FileKind::Image,
    FileKind::Latent,
];

/// Lists every kind of node.
pub(super) fn nodes(as_json: bool) -> u8 {
    let specs = pyrograph_nodes::ALL;
    if as_json {
        print::pretty_json(&specs.iter().map(|spec| describe(spec)).collect::<Vec<_>>());
        return DONE;
    }
    let width = specs.iter().map(|spec| spec.id.len()).max().unwrap_or(0);
    let mut last: Option<Category> = None;
    let mut sorted: Vec<&NodeSpec> = specs.to_vec();
    sorted.sort_by_key(|spec| (spec.category, spec.id));
    for spec in sorted {
        if last != Some(spec.category) {
            print::line(spec.category.name());
            last = Some(spec.category);
        }
        print::line(format_args!("  {:width$}  {}", spec.id, spec.doc));
    }
    DONE
}

/// Describes one kind of node.
pub(super) fn node(name: &str, as_json: bool) -> u8 {
    let specs = pyrograph_nodes::ALL;
    let Some(spec) = specs
        .iter()
        .find(|spec| spec.id == name || spec.title.eq_ignore_ascii_case(name))
    else {
        let guess = nearest(name, specs.iter().flat_map(|spec| [spec.id, spec.title]));
        let help = guess.map_or_else(
            || "`pyrograph nodes` lists them".to_owned(),
            |near| format!("did you mean {near:?}?"),
        );
        print::note(format_args!(
            "error: there is no kind of node {name:?}\n  help: {help}"
        ));
        return PROBLEMS;
    };
    if as_json {
        print::pretty_json(&describe(spec));
        return DONE;
    }
    print::line(format_args!("{}: {}\n{}", spec.id, spec.title, spec.doc));
    let pins = |title: &str, pins: &[PinSpec]| {
        if !pins.is_empty() {
            print::line(format_args!("\n{title}"));
        }
        for pin in pins {
            let optional = if pin.required || title == "Outputs" {
                ""
            } else {
                " (optional)"
            };
            print::line(format_args!(
                "  {}: {}{optional}  {}",
                pin.name,
                pin.ty.name(),
                pin.doc
            ));
        }
    };
    pins("Inputs", spec.inputs);
    if !spec.params.is_empty() {
        print::line("\nParams");
    }
    for param in spec.params {
        print::line(format_args!(
            "  {} = {}  {} {}",
            param.name,
            default(param),
            param.doc,
            range(&param.kind)
        ));
    }
    pins("Outputs", spec.outputs);
    for comfy in spec.comfy {
        print::line(format_args!("\nComfyUI calls it {}.", comfy.class));
    }
    DONE
}

fn default(param: &ParamSpec) -> Json {
    value::json(&param.kind.default())
}

/// What a param may be, in words.
fn range(kind: &ParamKind) -> String {
    match kind {
        ParamKind::Int {
            hard: (min, max), ..
        } => format!("[{min} to {max}]"),
        ParamKind::Float {
            hard: (min, max), ..
        } if *min == f64::MIN && *max == f64::MAX => "[any number]".to_owned(),
        ParamKind::Float {
            hard: (min, max), ..
        } => format!("[{min} to {max}]"),
        ParamKind::Seed { .. } => format!("[0 to {}]", u64::MAX),
        ParamKind::Text { .. } => "[text]".to_owned(),
        ParamKind::Choice { names, .. } => format!("[{}]", names.join(", ")),
        ParamKind::Flag { .. } => "[true or false]".to_owned(),
        ParamKind::Color { .. } => "[a colour, as #rrggbb]".to_owned(),
        ParamKind::File { kind, .. } => {
            format!("[a file of the kind {}]", recipe::kind_name(*kind))
        }
    }
}

/// A kind of node as JSON.
fn describe(spec: &NodeSpec) -> Json {
    let pins = |pins: &[PinSpec]| -> Vec<Json> {
        pins.iter()
            .map(|pin| json!({ "name": pin.name, "type": pin.ty.name(), "doc": pin.doc, "required": pin.required }))
            .collect()
    };
    let params: Vec<Json> = spec
        .params
        .iter()
        .map(|param| {
            let mut about = json!({
                "name": param.name,
                "type": param.kind.ty().name(),
                "doc": param.doc,
                "default": default(param),
            });
            match &param.kind {
                ParamKind::Int {
                    hard: (min, max), ..
                } => about["range"] = json!([min, max]),
                ParamKind::Float {
                    hard: (min, max), ..
                } => about["range"] = json!([min, max]),
                ParamKind::Seed { .. } => about["range"] = json!([0, u64::MAX]),
                ParamKind::Choice { names, .. } => about["choices"] = json!(names),
                ParamKind::File { kind, .. } => about["file"] = json!(recipe::kind_name(*kind)),
                ParamKind::Text { multiline, .. } => about["multiline"] = json!(multiline),
                ParamKind::Flag { .. } | ParamKind::Color { .. } => {}
            }
            about
        })
        .collect();
    json!({
        "id": spec.id,
        "title": spec.title,
        "category": spec.category.name(),
        "doc": spec.doc,
        "inputs": pins(spec.inputs),
        "params": params,
        "outputs": pins(spec.outputs),
        "output_node": spec.is_output,
        "comfyui": spec.comfy.iter().map(|comfy| comfy.class).collect::<Vec<_>>(),
    })
}

/// Lists the files that graphs can name.
pub(super) fn models(folders: &[PathBuf], as_json: bool) -> u8 {
    let library = starter::library(folders);
    let mut all = Vec::new();
    for kind in FILE_KINDS {
        // Files in a folder without sections are offered for every kind, so each is looked at.
        let mut entries = library.list(kind);
        entries.retain(|entry| inspect::fits(kind, &entry.path));
        if as_json {
            all.extend(entries.iter().map(|entry| {
                json!({ "kind": recipe::kind_name(kind), "name": entry.name, "path": entry.path, "bytes": entry.bytes })
            }));
            continue;
        }
        if !entries.is_empty() {
            print::line(kind.folder());
        }
        for entry in entries {
            print::line(format_args!(
                "  {}  {}  {}",
                entry.name,
                megabytes(entry.bytes),
                entry.path.display()
            ));
        }
    }
    if as_json {
        print::pretty_json(&all);
    } else {
        let dirs: Vec<String> = library
            .dirs
            .iter()
            .map(|dir| dir.display().to_string())
            .collect();
        print::note(format_args!("looked in {}", dirs.join(", ")));
    }
    DONE
}

fn megabytes(bytes: u64) -> String {
    match bytes {
        // A folder in diffusers' layout.
        0 => "folder".to_owned(),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Lists the devices.
pub(super) fn devices(as_json: bool) -> u8 {
    let devices = device::list();
    if as_json {
        print::pretty_json(&devices);
        return DONE;
    }
    for info in devices {
        let kind = match info.kind {
            DeviceKind::Gpu => "GPU",
            DeviceKind::Cpu => "processor",
            DeviceKind::Software => "software, only taken by name",
        };
        let dtype = if info.f16 { "f16" } else { "f32" };
        print::line(format_args!(
            "{}  ({kind}, {}, {dtype})",
            info.name, info.backend
        ));
    }
    DONE
}
