//! What a picture is searched by: the words, models and seeds of the graph and recipe inside it.

use std::collections::{BTreeMap, BTreeSet};

use pyrograph_engine::graph::group::flatten;
use pyrograph_engine::graph::{Graph, Mode, Node};
use pyrograph_engine::node::{Catalog, FileKind, ParamKind, ParamSpec};
use pyrograph_engine::output::recipe::{Recipe, public_name};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The longest text that is kept for searching, in bytes.
const MAX_TEXT: usize = 4_096;
/// The most models and seeds that are kept.
pub(super) const MAX_ENTRIES: usize = 32;
/// By convention, what comes in here is what the picture shall not show.
const NEGATIVE: &str = "negative";

/// What is known of a picture's making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The texts that say what it shows.
    pub prompt: String,
    /// The texts that say what it does not show.
    pub negative: String,
    /// The models that went in.
    pub models: Vec<Model>,
    /// The seeds that went in, in their order.
    pub seeds: Vec<u64>,
}

/// A model that went into a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes or how that begins, if the picture says it.
    pub sha256: String,
}

impl Summary {
    /// What a graph says, and a recipe where there is one.
    pub fn of(graph: &Graph, recipe: Option<&Recipe>, catalog: Catalog) -> Self {
        let graph = flatten(graph);
        let (prompt, negative) = texts(&graph, catalog);
        let (mut models, mut seeds) = recipe.map_or_else(Default::default, of_recipe);
        if models.is_empty() {
            models = models_of(&graph, catalog);
        }
        if seeds.is_empty() {
            seeds = seeds_of(&graph, catalog);
        }
        Self {
            prompt,
            negative,
            models,
            seeds,
        }
    }
}

/// The models and seeds that were really used.
fn of_recipe(recipe: &Recipe) -> (Vec<Model>, Vec<u64>) {
    let models = recipe.files.iter().filter(|file| file.kind != "image");
    let models = models.take(MAX_ENTRIES).map(|file| Model {
        name: file.name.clone(),
        sha256: file.sha256.clone().unwrap_or_default(),
    });
    let seeds = recipe.samples.iter().map(|sample| sample.seed);
    (models.collect(), seeds.take(MAX_ENTRIES).collect())
}

fn models_of(graph: &Graph, catalog: Catalog) -> Vec<Model> {
    let names = values(graph, catalog, is_model).filter_map(|(_, value)| value.as_str());
    let models = names.take(MAX_ENTRIES).map(|name| Model {
        name: public_name(name).to_owned(),
        sha256: String::new(),
    });
    models.collect()
}

fn seeds_of(graph: &Graph, catalog: Catalog) -> Vec<u64> {
    let is_seed = |param: &ParamSpec| matches!(param.kind, ParamKind::Seed { .. });
    let seeds = values(graph, catalog, is_seed).filter_map(|(_, value)| value.as_u64());
    seeds.take(MAX_ENTRIES).collect()
}

fn is_model(param: &ParamSpec) -> bool {
    param.kind.file().is_some_and(|kind| match kind {
        FileKind::Checkpoint | FileKind::Vae => true,
        FileKind::Image | FileKind::Latent | FileKind::Embedding => false,
    })
}

/// Whether a param holds a text that people write, not a name or a template.
fn is_prose(param: &ParamSpec) -> bool {
    matches!(
        param.kind,
        ParamKind::Text {
            multiline: true,
            ..
        }
    )
}

/// The values that a graph gives to such params, with their nodes' keys. A param that a wire drives
/// has none of its own, and nodes that did not run say nothing of the picture.
fn values<'a>(
    graph: &'a Graph,
    catalog: Catalog,
    wanted: impl Fn(&ParamSpec) -> bool + 'a,
) -> impl Iterator<Item = (&'a str, &'a Json)> {
    let of_node = move |key: &'a String, node: &'a Node| {
        let params = catalog.get(&node.is).map_or(&[][..], |spec| spec.params);
        let mut found = Vec::new();
        for param in params.iter().filter(|param| wanted(param)) {
            if let (None, Some(value)) = (node.source(param.name), node.params.get(param.name)) {
                found.push((key.as_str(), value));
            }
        }
        found
    };
    graph
        .nodes
        .iter()
        .filter(|(_, node)| node.mode == Mode::Active)
        .flat_map(move |(key, node)| of_node(key, node))
}

/// The texts of a graph that say what the picture shows, and those that say what it does not.
fn texts(graph: &Graph, catalog: Catalog) -> (String, String) {
    let feeds = graph.nodes.iter().map(|(key, node)| {
        let inputs = node.inputs.keys();
        let feeds = inputs.filter_map(|input| Some((input.clone(), node.source(input)?.node)));
        (key.clone(), feeds.collect())
    });
    let flow = Flow::new(feeds.collect());
    let prose = values(graph, catalog, is_prose);
    flow.parted(prose.filter_map(|(key, value)| Some((key, value.as_str()?))))
}

/// What flows into the inputs of which node.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// By node: its inputs and the nodes that feed them.
    feeds: BTreeMap<String, Vec<(String, String)>>,
    /// The nodes that say only what the picture shall not show.
    unwanted: BTreeSet<String>,
}

impl Flow {
    pub(super) fn new(feeds: BTreeMap<String, Vec<(String, String)>>) -> Self {
        let mut flow = Self {
            feeds,
            unwanted: BTreeSet::new(),
        };
        let wires = || flow.feeds.values().flatten();
        let wired: BTreeSet<&String> = wires().map(|(_, from)| from).collect();
        let ends = flow.feeds.keys().filter(|key| !wired.contains(key));
        let shown = flow.upstream(ends.cloned().collect(), |input| input != NEGATIVE);
        let negative = wires().filter(|(input, _)| input == NEGATIVE);
        let starts = negative.map(|(_, from)| from.clone()).collect();
        let mut unwanted = flow.upstream(starts, |_| true);
        unwanted.retain(|key| !shown.contains(key));
        flow.unwanted = unwanted;
        flow
    }

    /// Some nodes and everything that flows into them through such inputs.
    fn upstream(
        &self,
        mut waiting: Vec<String>,
        wanted: impl Fn(&str) -> bool,
    ) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        while let Some(key) = waiting.pop() {
            if let Some(feeds) = self.feeds.get(&key)
                && seen.insert(key)
            {
                let feeds = feeds.iter().filter(|(input, _)| wanted(input));
                waiting.extend(feeds.map(|(_, from)| from.clone()));
            }
        }
        seen
    }

    /// Texts with their nodes, as what the picture shows and what it does not; their beginning, if
    /// they are very long.
    pub(super) fn parted<'a>(
        &self,
        texts: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> (String, String) {
        let (mut prompt, mut negative) = (String::new(), String::new());
        for (key, text) in texts {
            let into = if self.unwanted.contains(key) {
                &mut negative
            } else {
                &mut prompt
            };
            let text = text.trim();
            if text.is_empty() || into.len() > MAX_TEXT || into.contains(text) {
                continue;
            }
            if !into.is_empty() {
                into.push('\n');
            }
            into.push_str(text);
        }
        (cut(prompt), cut(negative))
    }
}

/// A text's beginning, if it is very long.
fn cut(mut text: String) -> String {
    if text.len() > MAX_TEXT {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
    }
    text
}

#[cfg(test)]
mod tests {
    use pyrograph_engine::graph::file;
    use pyrograph_engine::output::recipe::{FileUsed, SampleUsed};

    use super::*;

    const FIRST_PICTURE: &str = include_str!("../../../examples/first_picture.pyro");

    fn summary(graph: &str, recipe: Option<&Recipe>) -> Summary {
        let graph = file::read(graph).unwrap();
        Summary::of(&graph, recipe, Catalog(pyrograph_nodes::ALL))
    }

    #[test]
    fn a_prompt_is_told_from_its_negative_by_where_it_goes() {
        let graph = file::read(FIRST_PICTURE).unwrap();
        let text = |key: &str| graph.nodes[key].params["text"].as_str().unwrap().to_owned();
        let found = summary(FIRST_PICTURE, None);
        assert_eq!(found.prompt, text("prompt"));
        assert_eq!(
            found.negative,
            graph.nodes["negative"]
                .params
                .get("text")
                .and_then(Json::as_str)
                .unwrap_or_default()
        );
        assert_eq!(found.models.len(), 1);
        assert_eq!(found.seeds.len(), 1);
    }

    #[test]
    fn what_lies_in_a_group_counts_and_what_did_not_run_does_not() {
        let graph = r#"{ "format": 1, "nodes": {
            "g": { "is": "group", "group": { "nodes": {
                "yes": { "is": "text.encode", "params": { "text": "inside" } },
                "no": { "is": "text.encode", "params": { "text": "unwanted" } },
                "s": { "is": "sampling.ksampler", "params": { "seed": 5 },
                    "in": { "positive": "yes.conditioning", "negative": "no.conditioning" } } } } },
            "off": { "is": "text.encode", "mode": "muted", "params": { "text": "silent" } } } }"#;
        let found = summary(graph, None);
        assert_eq!(
            (found.prompt.as_str(), found.negative.as_str()),
            ("inside", "unwanted")
        );
        assert_eq!(found.seeds, [5]);
    }

    #[test]
    fn a_recipe_knows_better_what_was_used() {
        let recipe = Recipe {
            files: vec![FileUsed {
                name: "lighthouse".into(),
                kind: "checkpoint".into(),
                sha256: Some("ab12".into()),
                ..FileUsed::default()
            }],
            samples: vec![SampleUsed {
                seed: u64::MAX,
                ..SampleUsed::default()
            }],
            ..Recipe::default()
        };
        let found = summary(FIRST_PICTURE, Some(&recipe));
        assert_eq!(found.models[0].name, "lighthouse");
        assert_eq!(found.models[0].sha256, "ab12");
        assert_eq!(found.seeds, [u64::MAX]);
    }

    #[test]
    fn any_graph_has_a_summary() {
        assert_eq!(
            summary(r#"{ "format": 1, "nodes": {} }"#, None),
            Summary::default()
        );
        // A circle of nodes that nobody knows.
        let circle = r#"{ "format": 1, "nodes": {
            "a": { "is": "made.up", "in": { "negative": "b.x" } },
            "b": { "is": "made.up", "in": { "x": "a.x" } } } }"#;
        assert_eq!(summary(circle, None), Summary::default());
        assert!(cut("é".repeat(MAX_TEXT)).len() <= MAX_TEXT);
    }
}
