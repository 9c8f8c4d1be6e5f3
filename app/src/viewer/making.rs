//! How a picture was made, as people read it, and what differs between two makings.

use std::collections::BTreeSet;
use std::sync::Arc;

use pyrograph_engine::graph::group::flatten;
use pyrograph_engine::graph::{Graph, Mode, Node, value};
use pyrograph_engine::node::{Catalog, NodeSpec, ParamKind};
use pyrograph_engine::output::recipe::{DeviceUsed, FileUsed, Recipe, SampleUsed};
use serde_json::Value as Json;

/// Shown where one of two makings has nothing.
const ABSENT: &str = "—";

/// What a picture says about its making.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Making {
    /// The graph.
    pub graph: Arc<Graph>,
    /// What the graph alone does not say; pictures that were never saved have none.
    pub recipe: Option<Recipe>,
}

/// Lines under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// Names and values.
    pub lines: Vec<(String, String)>,
}

/// A value that differs between two makings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// The node, or what else it is about.
    pub node: String,
    /// The param, pin or member.
    pub name: String,
    /// In the first.
    pub first: String,
    /// In the second.
    pub second: String,
}

impl Making {
    /// Everything worth reading, in the order in which people ask for it.
    pub fn sections(&self, catalog: Catalog) -> Vec<Section> {
        let mut sections: Vec<Section> = self.sections_of_nodes(catalog);
        if let Some(recipe) = &self.recipe {
            let files = recipe.files.iter().map(file_line);
            sections.push(Section {
                title: "Files".to_owned(),
                lines: files.collect(),
            });
            let device = recipe.device.as_ref().map(device_text);
            let program = Some(recipe.program.clone()).filter(|program| !program.is_empty());
            let lines = [("program", program), ("device", device)];
            let lines = lines
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)));
            sections.push(Section {
                title: "Program".to_owned(),
                lines: lines.collect(),
            });
        }
        sections.retain(|section| !section.lines.is_empty());
        sections
    }

    /// A section for each node that says something and has run: prompts, seeds, numbers.
    fn sections_of_nodes(&self, catalog: Catalog) -> Vec<Section> {
        let samples = self
            .recipe
            .as_ref()
            .map_or(&[][..], |recipe| &recipe.samples);
        let graph = flatten(&self.graph);
        let active = graph.nodes.iter();
        let active = active.filter(|(_, node)| node.mode == Mode::Active);
        let nodes = active.filter_map(|(key, node)| {
            let spec = catalog.get(&node.is)?;
            let mut lines: Vec<(String, String)> = shown_params(node, spec).collect();
            let sample = samples.iter().find(|sample| sample.node == *key);
            lines.extend(sample.into_iter().flat_map(sample_lines));
            let section = Section {
                title: format!("{} ({key})", spec.title),
                lines,
            };
            Some((rank(spec), section))
        });
        let mut nodes: Vec<(u8, Section)> = nodes.collect();
        nodes.sort_by_key(|(rank, _)| *rank);
        nodes.into_iter().map(|(_, section)| section).collect()
    }
}

/// Prompts come first, then what has a seed, then the rest.
fn rank(spec: &NodeSpec) -> u8 {
    let has = |wanted: fn(&ParamKind) -> bool| spec.params.iter().any(|param| wanted(&param.kind));
    if has(|kind| {
        matches!(
            kind,
            ParamKind::Text {
                multiline: true,
                ..
            }
        )
    }) {
        0
    } else if has(|kind| matches!(kind, ParamKind::Seed { .. })) {
        1
    } else {
        2
    }
}

/// A node's params with their values, those that are left at their default too.
fn shown_params(node: &Node, spec: &NodeSpec) -> impl Iterator<Item = (String, String)> {
    spec.params.iter().map(|param| {
        let shown = match node.source(param.name) {
            Some(source) => format!("from {source}"),
            None => match node.params.get(param.name) {
                Some(value) => text_of(value),
                None => text_of(&value::json(&param.kind.default())),
            },
        };
        (param.name.replace('_', " "), shown)
    })
}

fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
            value.to_string()
        }
    }
}

fn file_line(file: &FileUsed) -> (String, String) {
    let hash = file.sha256.as_deref().unwrap_or("its hash is not known");
    (file.kind.clone(), format!("{}\n{hash}", file.name))
}

fn device_text(device: &DeviceUsed) -> String {
    format!("{} ({}, {})", device.name, device.backend, device.dtype)
}

/// What a run of the denoising loop used beyond its node's params.
fn sample_lines(sample: &SampleUsed) -> [(String, String); 2] {
    [
        ("noise".to_owned(), sample.noise.clone()),
        ("noise of later steps".to_owned(), sample.step_noise.clone()),
    ]
}

/// What differs between two makings: params and wires by node, then files, device and program.
pub fn differing(first: &Making, second: &Making, catalog: Catalog) -> Vec<Differing> {
    let graphs = [first, second].map(|making| flatten(&making.graph));
    let keys = graphs.iter().flat_map(|graph| graph.nodes.keys());
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for key in keys.filter(|key| seen.insert(key.as_str())) {
        let [first, second] = graphs.each_ref().map(|graph| {
            let node = graph.nodes.get(key);
            node.map_or_else(Vec::new, |node| node_lines(node, catalog))
        });
        compare(key, &first, &second, &mut found);
    }
    let lines = |making: &Making| {
        let recipe = making.recipe.as_ref();
        recipe.map_or_else(Vec::new, recipe_lines)
    };
    compare("recipe", &lines(first), &lines(second), &mut found);
    found
}

/// Everything that a node says: its kind, whether it ran, its params, its wires.
fn node_lines(node: &Node, catalog: Catalog) -> Vec<(String, String)> {
    let mode = match node.mode {
        Mode::Active => "active",
        Mode::Muted => "muted",
        Mode::Bypassed => "bypassed",
    };
    let mut lines = vec![
        ("kind".to_owned(), node.is.clone()),
        ("mode".to_owned(), mode.to_owned()),
    ];
    match catalog.get(&node.is) {
        Some(spec) => {
            lines.extend(shown_params(node, spec));
            let pins = spec.inputs.iter();
            lines.extend(pins.filter_map(|pin| {
                let source = node.source(pin.name)?;
                Some((pin.name.to_owned(), format!("from {source}")))
            }));
        }
        None => {
            let params = node.params.iter().chain(&node.inputs);
            lines.extend(params.map(|(name, value)| (name.clone(), text_of(value))));
        }
    }
    lines
}

fn recipe_lines(recipe: &Recipe) -> Vec<(String, String)> {
    let mut lines = vec![("program".to_owned(), recipe.program.clone())];
    lines.extend(
        recipe
            .device
            .iter()
            .map(|device| ("device".to_owned(), device_text(device))),
    );
    let files = recipe.files.iter().map(|file| {
        let (kind, name) = file_line(file);
        (format!("{kind} of {}", file.node), name)
    });
    lines.extend(files);
    for sample in &recipe.samples {
        let of_sample = sample_lines(sample).into_iter();
        lines.extend(of_sample.map(|(name, value)| (format!("{name} of {}", sample.node), value)));
    }
    lines
}

fn compare(
    node: &str,
    first: &[(String, String)],
    second: &[(String, String)],
    found: &mut Vec<Differing>,
) {
    let value = |lines: &[(String, String)], name: &str| {
        let line = lines.iter().find(|(known, _)| known == name);
        line.map_or_else(|| ABSENT.to_owned(), |(_, value)| value.clone())
    };
    let mut seen = BTreeSet::new();
    let names = first.iter().chain(second).map(|(name, _)| name.as_str());
    for name in names.filter(|name| seen.insert(*name)) {
        let (first, second) = (value(first, name), value(second, name));
        if first != second {
            found.push(Differing {
                node: node.to_owned(),
                name: name.to_owned(),
                first,
                second,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use pyrograph_engine::graph::file;

    use super::*;

    const FIRST_PICTURE: &str = include_str!("../../../examples/first_picture.pyro");

    fn catalog() -> Catalog {
        Catalog(pyrograph_nodes::ALL)
    }

    fn making(edit: impl FnOnce(&mut Graph)) -> Making {
        let mut graph = file::read(FIRST_PICTURE).unwrap();
        edit(&mut graph);
        let recipe = Recipe {
            program: "Pyrograph 1".into(),
            files: vec![FileUsed {
                node: "model".into(),
                kind: "checkpoint".into(),
                name: "starter".into(),
                sha256: Some("beef".into()),
            }],
            samples: vec![SampleUsed {
                node: "sampler".into(),
                seed: 1,
                noise: "torch_cpu".into(),
                step_noise: "seed_plus_one".into(),
            }],
            device: Some(DeviceUsed {
                name: "A card".into(),
                backend: "vulkan".into(),
                dtype: "f16".into(),
            }),
            ..Recipe::default()
        };
        Making {
            graph: Arc::new(graph),
            recipe: Some(recipe),
        }
    }

    #[test]
    fn a_recipe_reads_from_the_prompt_to_the_program() {
        let sections = making(|_| {}).sections(catalog());
        let titles: Vec<&str> = sections
            .iter()
            .map(|section| section.title.as_str())
            .collect();
        assert!(titles[0].ends_with("(prompt)"), "{titles:?}");
        assert_eq!(titles.last(), Some(&"Program"));
        let has = |name: &str, value: &str| {
            sections
                .iter()
                .flat_map(|section| &section.lines)
                .any(|line| line.0 == name && line.1.contains(value))
        };
        for (name, value) in [
            ("seed", "1"),
            ("steps", "20"),
            ("denoise", "1"),
            ("noise", "torch_cpu"),
            ("checkpoint", "starter\nbeef"),
            ("device", "A card (vulkan, f16)"),
            ("program", "Pyrograph 1"),
        ] {
            assert!(has(name, value), "{name} {value}");
        }
    }

    #[test]
    fn groups_and_what_did_not_run_count() {
        let of = |text: &str| Making {
            graph: Arc::new(file::read(text).unwrap()),
            recipe: None,
        };
        let grouped = |seed: u64, mode: &str| {
            of(&format!(
                r#"{{ "format": 1, "nodes": {{
                    "g": {{ "is": "group", "group": {{ "nodes": {{
                        "s": {{ "is": "sampling.ksampler", "params": {{ "seed": {seed} }} }} }} }} }},
                    "up": {{ "is": "latent.decode", "mode": "{mode}" }} }} }}"#
            ))
        };
        let (first, second) = (grouped(1, "active"), grouped(2, "bypassed"));
        let names: Vec<String> = differing(&first, &second, catalog())
            .iter()
            .map(|line| {
                format!(
                    "{} {}: {} → {}",
                    line.node, line.name, line.first, line.second
                )
            })
            .collect();
        assert_eq!(names, ["g/s seed: 1 → 2", "up mode: active → bypassed"]);
        let titles = |making: &Making| {
            let sections = making.sections(catalog()).into_iter();
            sections.map(|section| section.title).collect::<Vec<_>>()
        };
        assert!(titles(&second).iter().any(|title| title.ends_with("(g/s)")));
        assert!(!titles(&second).iter().any(|title| title.ends_with("(up)")));
    }

    #[test]
    fn only_what_differs_is_named() {
        let first = making(|_| {});
        assert!(differing(&first, &first, catalog()).is_empty());
        let mut second = making(|graph| {
            let sampler = &mut graph.nodes["sampler"];
            sampler.params.insert("seed".into(), 2.into());
            // The default, written out: no difference.
            sampler.params.insert("denoise".into(), 1.into());
            sampler
                .inputs
                .insert("positive".into(), "negative.conditioning".into());
            graph.nodes.shift_remove("save");
            graph.view.nodes.clear();
        });
        if let Some(recipe) = &mut second.recipe {
            recipe.program = "Pyrograph 2".into();
        }
        let found = differing(&first, &second, catalog());
        let names: Vec<String> = found
            .iter()
            .map(|line| {
                format!(
                    "{} {}: {} → {}",
                    line.node, line.name, line.first, line.second
                )
            })
            .collect();
        assert_eq!(
            names[..2],
            [
                "sampler seed: 1 → 2",
                "sampler positive: from prompt.conditioning → from negative.conditioning"
            ]
        );
        assert!(
            names
                .iter()
                .any(|name| name.starts_with("save kind: ") && name.ends_with("→ —"))
        );
        assert_eq!(
            names.last().unwrap(),
            "recipe program: Pyrograph 1 → Pyrograph 2"
        );
    }
}
