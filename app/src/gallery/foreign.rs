//! What pictures of other programs are searched by. Nothing is imported here: only words, models
//! and seeds are looked for, without knowing any node of those programs by name, and whatever is
//! not understood is passed over. The texts come from anywhere, so all of it is bounded.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::gallery::summary::{Flow, MAX_ENTRIES, Model, Summary};

/// The longest text that is looked into, in bytes: workflows of hundreds of nodes have one or two
/// million.
const MAX_BYTES: usize = 4 << 20;
/// The most nodes that are looked at.
const MAX_NODES: usize = 10_000;
/// How the names of model files end.
const MODEL_ENDINGS: [&str; 7] = [
    ".safetensors",
    ".sft",
    ".ckpt",
    ".gguf",
    ".pth",
    ".pt",
    ".bin",
];
/// What ComfyUI's window does with a seed after a run; in a workflow it stands behind the seed.
const AFTER_RUN: [&str; 4] = ["fixed", "increment", "decrement", "randomize"];
/// Before this, A1111's text says what the picture shows.
const NEGATIVE_LINE: &str = "Negative prompt:";
/// A line with fewer settings belongs to A1111's prompt.
const LEAST_SETTINGS: usize = 3;

/// What ComfyUI's texts say: `prompt` is what was run, `workflow` what was on the canvas.
pub fn of_comfy_ui(prompt: Option<&str>, workflow: Option<&str>) -> Summary {
    let run = prompt.and_then(json).map(|prompt| run_nodes(&prompt));
    // Python writes numbers that JSON does not know; the other text may be without them.
    let nodes = run
        .filter(|nodes| !nodes.is_empty())
        .or_else(|| Some(drawn_nodes(&workflow.and_then(json)?)))
        .unwrap_or_default();
    let flow = nodes
        .iter()
        .map(|(id, node)| (id.clone(), node.feeds.clone()));
    let flow = Flow::new(flow.collect());
    let texts = nodes.iter().flat_map(|(id, node)| {
        let texts = node.values.iter().filter_map(|value| value.prose());
        texts.map(move |text| (id.as_str(), text))
    });
    let (prompt, negative) = flow.parted(texts);
    let values = || nodes.values().flat_map(|node| &node.values);
    let mut models: Vec<Model> = Vec::new();
    for name in values().filter_map(Setting::model) {
        if models.len() < MAX_ENTRIES && models.iter().all(|known| known.name != name) {
            models.push(Model {
                name: name.to_owned(),
                sha256: String::new(),
            });
        }
    }
    let seeds = values().filter_map(Setting::seed).take(MAX_ENTRIES);
    Summary {
        prompt,
        negative,
        models,
        seeds: seeds.collect(),
    }
}

/// A node of another program.
#[derive(Default)]
struct Foreign {
    values: Vec<Setting>,
    /// Inputs and the nodes that feed them.
    feeds: Vec<(String, String)>,
}

/// A value that a node was given.
struct Setting {
    /// Empty where only its place in a list says what it is.
    name: String,
    value: Json,
    /// Whether a seed's control stands behind it.
    is_rolled: bool,
}

impl Setting {
    fn named(name: &str, value: &Json) -> Self {
        Self {
            name: name.to_lowercase(),
            value: value.clone(),
            is_rolled: false,
        }
    }

    /// The text, if people have written it.
    fn prose(&self) -> Option<&str> {
        let text = self.value.as_str()?;
        let is_told = ["text", "prompt", "string"]
            .iter()
            .any(|word| self.name.contains(word));
        // Names of choices are single words.
        let is_sentence = self.name.is_empty() || self.name == "value";
        let is_sentence = is_sentence && text.trim().contains(char::is_whitespace);
        (self.model().is_none() && (is_told || is_sentence)).then_some(text)
    }

    /// The name of a model, without folders and ending.
    fn model(&self) -> Option<&str> {
        let file = self.value.as_str()?.rsplit(['/', '\\']).next()?;
        let mut endings = MODEL_ENDINGS.iter();
        endings.find_map(|ending| {
            let cut = file.len().checked_sub(ending.len())?;
            let (name, end) = file.split_at_checked(cut)?;
            (!name.is_empty() && end.eq_ignore_ascii_case(ending)).then_some(name)
        })
    }

    fn seed(&self) -> Option<u64> {
        let is_seed = self.is_rolled || self.name.ends_with("seed");
        self.value.as_u64().filter(|_| is_seed)
    }
}

fn json(text: &str) -> Option<Json> {
    // Deep nesting is an error of the parser, not an overflow.
    (text.len() <= MAX_BYTES)
        .then(|| serde_json::from_str(text).ok())
        .flatten()
}

/// The nodes of what was run, by their ids: `{ "3": { "inputs": { "seed": 1, "model": ["4", 0] }}}`.
fn run_nodes(prompt: &Json) -> BTreeMap<String, Foreign> {
    let nodes = prompt.as_object().into_iter().flatten().take(MAX_NODES);
    let nodes = nodes.filter_map(|(id, node)| {
        let mut found = Foreign::default();
        for (name, value) in node.get("inputs")?.as_object()? {
            match value.as_array().map(Vec::as_slice) {
                Some([Json::String(from), Json::Number(_)]) => {
                    found.feeds.push((name.clone(), from.clone()));
                }
                Some(_) => {}
                None => found.values.push(Setting::named(name, value)),
            }
        }
        Some((id.clone(), found))
    });
    nodes.collect()
}

/// The nodes of a canvas and of the graphs inside its nodes.
fn drawn_nodes(workflow: &Json) -> BTreeMap<String, Foreign> {
    let inner = workflow.pointer("/definitions/subgraphs");
    let inner = inner.and_then(Json::as_array).into_iter().flatten();
    let graphs = std::iter::once(workflow).chain(inner).enumerate();
    let mut found = BTreeMap::new();
    for (number, graph) in graphs {
        let links = links(graph);
        let nodes = graph.get("nodes").and_then(Json::as_array);
        for node in nodes.into_iter().flatten() {
            if let (Some(id), true) = (node.get("id"), found.len() < MAX_NODES) {
                // Ids are unique in each graph only.
                let node = drawn_node(node, |link| Some(format!("{number}/{}", links.get(link)?)));
                found.extend(node.map(|node| (format!("{number}/{id}"), node)));
            }
        }
    }
    found
}

/// The nodes at which links begin.
fn links(graph: &Json) -> BTreeMap<String, Json> {
    let links = graph.get("links").and_then(Json::as_array);
    let links = links.into_iter().flatten().filter_map(|link| {
        let (id, from) = match link {
            Json::Array(parts) => (parts.first()?, parts.get(1)?),
            _ => (link.get("id")?, link.get("origin_id")?),
        };
        Some((id.to_string(), from.clone()))
    });
    links.collect()
}

fn drawn_node(node: &Json, from: impl Fn(&str) -> Option<String>) -> Option<Foreign> {
    let kind = node.get("type").and_then(Json::as_str).unwrap_or_default();
    if kind.to_lowercase().contains("note") {
        return None; // what people write about the graph is no prompt
    }
    let inputs = node.get("inputs").and_then(Json::as_array);
    let feeds = inputs.into_iter().flatten().filter_map(|input| {
        let name = input.get("name")?.as_str()?;
        Some((name.to_owned(), from(&input.get("link")?.to_string())?))
    });
    let values = match node.get("widgets_values") {
        Some(Json::Array(values)) => listed(values),
        Some(Json::Object(values)) => named(values),
        _ => Vec::new(),
    };
    Some(Foreign {
        values,
        feeds: feeds.collect(),
    })
}

fn named(values: &Map<String, Json>) -> Vec<Setting> {
    let values = values.iter();
    values
        .map(|(name, value)| Setting::named(name, value))
        .collect()
}

fn listed(values: &[Json]) -> Vec<Setting> {
    let control = |value: Option<&Json>| {
        let word = value.and_then(Json::as_str);
        word.is_some_and(|word| AFTER_RUN.contains(&word))
    };
    let places = values.iter().enumerate();
    places
        .map(|(i, value)| Setting {
            is_rolled: control(values.get(i + 1)),
            ..Setting::named("", value)
        })
        .collect()
}

/// What the text of AUTOMATIC1111's program and its kin says: the prompt, the negative prompt
/// behind its word, and settings in the last line.
pub fn of_a1111(parameters: &str) -> Summary {
    let end = parameters.len().min(MAX_BYTES);
    let parameters = parameters[..parameters.floor_char_boundary(end)].trim_end();
    let (text, last) = parameters.rsplit_once('\n').unwrap_or(("", parameters));
    let found = settings(last);
    let (text, found) = if found.len() < LEAST_SETTINGS {
        (parameters, Vec::new())
    } else {
        (text, found)
    };
    let negative_at = text
        .starts_with(NEGATIVE_LINE)
        .then_some(0)
        .or_else(|| Some(text.find(&format!("\n{NEGATIVE_LINE}"))? + 1));
    let (prompt, negative) = match negative_at {
        Some(at) => (&text[..at], &text[at + NEGATIVE_LINE.len()..]),
        None => (text, ""),
    };
    let get = |wanted: &str| {
        let mut settings = found.iter();
        settings.find_map(|(key, value)| (key == wanted).then_some(value.as_str()))
    };
    let checkpoint = Model {
        name: get("Model").unwrap_or_default().to_owned(),
        sha256: get("Model hash").unwrap_or_default().to_owned(),
    };
    let loras = get("Lora hashes").unwrap_or_default().split(',');
    let loras = loras.filter_map(|lora| {
        let (name, hash) = lora.split_once(':')?;
        Some(Model {
            name: name.trim().to_owned(),
            sha256: hash.trim().to_owned(),
        })
    });
    let models = std::iter::once(checkpoint).chain(loras);
    let is_named = |model: &Model| !model.name.is_empty() || !model.sha256.is_empty();
    let seed = get("Seed").and_then(|seed| seed.parse().ok());
    // No other node feeds the two texts: each is told by its place.
    let whole = Flow::default();
    let cut = |text: &str| whole.parted([("", text)].into_iter()).0;
    Summary {
        prompt: cut(prompt),
        negative: cut(negative),
        models: models.filter(is_named).take(MAX_ENTRIES).collect(),
        seeds: seed.into_iter().collect(),
    }
}

/// `Key: value, Key: "a value, with commas"`.
fn settings(line: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((key, after)) = rest.split_once(':') {
        let after = after.trim_start();
        let (value, next) = if after.starts_with('"') {
            quoted(after)
        } else {
            let (value, next) = after.split_once(',').unwrap_or((after, ""));
            (value.trim().to_owned(), next)
        };
        // What stands before a comma has no value: a switch that is on.
        let key = key.rsplit(',').next().unwrap_or(key).trim();
        if !key.is_empty() && !key.contains('"') {
            found.push((key.to_owned(), value));
        }
        rest = next.trim_start_matches(',').trim_start();
    }
    found
}

/// A value in quotes, and what follows it.
fn quoted(text: &str) -> (String, &str) {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
    match values.next() {
        Some(Ok(value)) => {
            let end = values.byte_offset();
            (value, &text[end..])
        }
        Some(Err(_)) | None => (String::new(), text.trim_start_matches('"')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = r#"{
        "3": { "class_type": "KSampler", "inputs": { "seed": 965400086, "steps": 20,
            "sampler_name": "euler", "model": ["10", 0], "positive": ["6", 0],
            "negative": ["7", 0], "latent_image": ["5", 0] } },
        "4": { "class_type": "CheckpointLoaderSimple",
            "inputs": { "ckpt_name": "sub\\dream shaper.SafeTensors" } },
        "5": { "class_type": "EmptyLatentImage", "inputs": { "width": 512 } },
        "6": { "class_type": "CLIPTextEncode", "inputs": { "text": "a r\u00e9d fox", "clip": ["4", 1] } },
        "7": { "class_type": "CLIPTextEncode", "inputs": { "text": ["11", 0], "clip": ["4", 1] } },
        "9": { "class_type": "SaveImage", "inputs": { "filename_prefix": "ComfyUI", "images": ["3", 0] } },
        "10": { "class_type": "LoraLoader", "inputs": { "lora_name": "ink.safetensors", "model": ["4", 0] } },
        "11": { "class_type": "PrimitiveString", "inputs": { "value": "blurry, low quality" } }
    }"#;

    const CANVAS: &str = r#"{
        "nodes": [
            { "id": 3, "type": "KSampler", "widgets_values": [156680208700286, "randomize", 20, 8, "euler", "normal", 1],
              "inputs": [ { "name": "positive", "link": 4 }, { "name": "negative", "link": 6 } ] },
            { "id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["v1-5.ckpt"], "inputs": [] },
            { "id": 6, "type": "CLIPTextEncode", "widgets_values": ["a red fox"], "inputs": [ { "name": "clip", "link": 3 } ] },
            { "id": 7, "type": "CLIPTextEncode", "widgets_values": { "text": "watermark" }, "inputs": [] },
            { "id": 8, "type": "MarkdownNote", "widgets_values": ["my secret remarks"] } ],
        "links": [ [3, 4, 1, 6, 0, "CLIP"], [4, 6, 0, 3, 1, "CONDITIONING"],
            { "id": 6, "origin_id": 7, "target_id": 3 } ],
        "definitions": { "subgraphs": [ { "nodes": [
            { "id": 3, "type": "Whatever", "widgets_values": ["deep words here"] } ] } ] }
    }"#;

    const PARAMETERS: &str = "a red fox, (ink:1.2)\nin the snow <lora:ink:0.8>\n\
        Negative prompt: blurry,\nlow quality\n\
        Steps: 20, Sampler: DPM++ 2M, CFG scale: 7.0, Seed: 965400086, Size: 512x768, \
        Model hash: 45dee52b1a, Tiling, Model: dream, Lora hashes: \"ink: 0123456789ab, oil: ba98\", Version: v1.10.1";

    fn names(summary: &Summary) -> Vec<&str> {
        let models = summary.models.iter();
        models.map(|model| model.name.as_str()).collect()
    }

    #[test]
    fn what_comfy_ui_has_run_is_understood_by_its_wires() {
        let summary = of_comfy_ui(Some(RUN), Some("not even JSON"));
        assert_eq!(summary.prompt, "a réd fox");
        assert_eq!(summary.negative, "blurry, low quality");
        assert_eq!(summary.seeds, [965_400_086]);
        assert_eq!(names(&summary), ["ink", "dream shaper"]);
    }

    #[test]
    fn a_canvas_alone_is_understood_too() {
        for prompt in [None, Some(r#"{ "3": { "inputs": { "cfg": NaN } } }"#)] {
            let summary = of_comfy_ui(prompt, Some(CANVAS));
            assert_eq!(summary.prompt, "a red fox\ndeep words here");
            assert_eq!(summary.negative, "watermark");
            assert_eq!(summary.seeds, [156_680_208_700_286]);
            assert_eq!(names(&summary), ["v1-5"]);
        }
    }

    #[test]
    fn a1111s_text_has_three_parts() {
        let summary = of_a1111(PARAMETERS);
        assert_eq!(
            summary.prompt,
            "a red fox, (ink:1.2)\nin the snow <lora:ink:0.8>"
        );
        assert_eq!(summary.negative, "blurry,\nlow quality");
        assert_eq!(summary.seeds, [965_400_086]);
        assert_eq!(names(&summary), ["dream", "ink", "oil"]);
        assert_eq!(summary.models[0].sha256, "45dee52b1a");
    }

    #[test]
    fn any_part_of_a1111s_text_may_be_absent() {
        let summary = of_a1111("a cat: fluffy\nred");
        assert_eq!(summary.prompt, "a cat: fluffy\nred");
        assert!(summary.seeds.is_empty() && summary.models.is_empty());
        let summary = of_a1111("Negative prompt: dog\nSteps: 1, Seed: 2, Size: 8x8");
        assert_eq!(
            (summary.prompt.as_str(), summary.negative.as_str()),
            ("", "dog")
        );
        assert_eq!(summary.seeds, [2]);
        assert_eq!(of_a1111("Steps: 1, Seed: 7, CFG scale: 3").seeds, [7]);
        assert_eq!(of_a1111(""), Summary::default());
    }

    #[test]
    fn no_text_does_more_than_say_nothing() {
        for whole in [RUN, CANVAS, PARAMETERS] {
            for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
                let cut = &whole[..end];
                let _ = (of_comfy_ui(Some(cut), Some(cut)), of_a1111(cut));
            }
        }
        let circle = r#"{ "1": { "inputs": { "negative": ["2", 0], "text": "round" } },
            "2": { "inputs": { "x": ["1", 0] } }, "3": 5, "4": { "inputs": [] } }"#;
        assert_eq!(of_comfy_ui(Some(circle), None).negative, "round");
        let deep = "[".repeat(100_000);
        assert_eq!(of_comfy_ui(Some(&deep), Some(&deep)), Summary::default());
        let quotes = "a: \"".repeat(10_000);
        let _ = of_a1111(&quotes);
        let long = format!("{}\nSteps: 1, Seed: 2, Size: 3", "é".repeat(MAX_BYTES));
        assert!(of_a1111(&long).prompt.len() <= 4_096);
        let many: Map<String, Json> = (0..200)
            .map(|i| {
                (
                    i.to_string(),
                    serde_json::json!({ "inputs": { "seed": i, "m": format!("{i}.ckpt") } }),
                )
            })
            .collect();
        let summary = of_comfy_ui(Some(&Json::Object(many).to_string()), None);
        assert_eq!(
            (summary.seeds.len(), summary.models.len()),
            (MAX_ENTRIES, MAX_ENTRIES)
        );
    }
}
