//! ComfyUI's node classes: through the node of ours that stands for one (its `comfy` line, its
//! params, what it lowers to), else through the engine's function for it.

use std::collections::BTreeMap;

use pyrograph_engine::diagnostic::Severity;
use pyrograph_engine::graph::{check, file};
use pyrograph_engine::node::{Catalog, Choice, Comfy, NodeSpec};
use pyrograph_engine::pixels::resize::{self, CELL, Crop, ImageFilter, LatentFilter};
use pyrograph_engine::pixels::{Latent, Pixels, batch};
use pyrograph_engine::plan::compile;
use pyrograph_engine::plan::op::{Op, ValueRef};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::Bench;
use crate::golden::cases::Stop;
use crate::golden::compare::{Output, Outputs};
use crate::golden::tensors::{Tensor, from_mask};

/// The nodes that stand for the tensors that a case hands in, and their param for a name.
const IMAGE_SOURCE: &str = "load.image";
const LATENT_SOURCE: &str = "load.latent";
const FILE: &str = "file";
/// The key of the node under test.
const KEY: &str = "it";

#[derive(Deserialize)]
struct NodeCase {
    class: String,
    inputs: Map<String, Json>,
}

/// What a wire carries in these cases.
#[derive(Clone)]
enum Value {
    Image(Pixels),
    Mask(Pixels),
    Latent(Latent),
}

impl Value {
    /// A tensor or a latent among the inputs; `None` for a widget's value.
    fn read(input: &Json, bench: &Bench<'_>) -> Result<Option<Self>, Stop> {
        let at = |json: &Json| {
            json.get("tensor")
                .and_then(Json::as_str)
                .map(|at| bench.folder.tensor(at))
        };
        if let Some(samples) = input.get("samples").and_then(at) {
            let mut latent = samples?.to_latent()?;
            if let Some(mask) = input.get("noise_mask").and_then(at) {
                latent.noise_mask = Some(mask?.to_mask()?);
            }
            return Ok(Some(Self::Latent(latent)));
        }
        let Some(tensor) = at(input).transpose()? else {
            return Ok(None);
        };
        Ok(Some(if tensor.shape.len() == 4 {
            Self::Image(tensor.to_pixels()?)
        } else {
            Self::Mask(tensor.to_mask()?)
        }))
    }

    /// The node that stands for it in a graph, and that node's output.
    fn source(&self) -> (&'static str, &'static str) {
        match self {
            Self::Image(_) => (IMAGE_SOURCE, "image"),
            Self::Mask(_) => (IMAGE_SOURCE, "mask"),
            Self::Latent(_) => (LATENT_SOURCE, "latent"),
        }
    }
}

impl From<Value> for Output {
    fn from(value: Value) -> Self {
        match value {
            Value::Image(pixels) => Tensor::from(&pixels).into(),
            Value::Mask(mask) => from_mask(&mask).into(),
            Value::Latent(latent) => Tensor::from(&latent).into(),
        }
    }
}

pub(super) fn node(bench: &Bench<'_>) -> Result<Outputs, Stop> {
    let NodeCase { class, inputs } = bench.case.inputs()?;
    let mut values = BTreeMap::new();
    let mut widgets = Map::new();
    for (name, input) in inputs {
        match Value::read(&input, bench)? {
            Some(value) => drop(values.insert(name, value)),
            None => drop(widgets.insert(name, input)),
        }
    }
    let result = match node_of(&class) {
        Some((spec, comfy)) => through_node(spec, comfy, values, &widgets)?,
        None => directly(&class, &Inputs { values, widgets })?,
    };
    let name = match &result {
        Value::Image(_) => "image",
        Value::Mask(_) => "mask",
        Value::Latent(_) => "samples",
    };
    Ok(vec![(name, result.into())])
}

/// The node that stands for a class of ComfyUI.
fn node_of(class: &str) -> Option<(&'static NodeSpec, &'static Comfy)> {
    let mut all = pyrograph_nodes::ALL.iter();
    all.find_map(|spec| Some((*spec, spec.comfy.iter().find(|comfy| comfy.class == class)?)))
}

/// Makes a graph of the node with a source for each tensor, checks and compiles it, and does what
/// the plan says.
fn through_node(
    spec: &NodeSpec,
    comfy: &Comfy,
    values: BTreeMap<String, Value>,
    widgets: &Map<String, Json>,
) -> Result<Value, Stop> {
    let ours = |theirs: &str| {
        let renamed = comfy.renamed.iter().find(|(name, _)| *name == theirs);
        renamed.map_or_else(|| theirs.to_owned(), |(_, ours)| (*ours).to_owned())
    };
    let mut nodes = Map::new();
    let mut wires = Map::new();
    for (name, value) in &values {
        let ((is, pin), key) = (value.source(), format!("source-{}", wires.len()));
        nodes.insert(key.clone(), json!({ "is": is, "params": { FILE: name } }));
        wires.insert(ours(name), json!(format!("{key}.{pin}")));
    }
    let params: Map<String, Json> = widgets
        .iter()
        .map(|(name, value)| (ours(name), value.clone()))
        .collect();
    nodes.insert(
        KEY.to_owned(),
        json!({ "is": spec.id, "params": params, "in": wires }),
    );

    let text = json!({ "format": file::FORMAT, "nodes": nodes }).to_string();
    let graph = file::read(text.as_bytes()).map_err(|error| Stop::Broken(error.to_string()))?;
    let (checked, problems) = check::check(&graph, Catalog(pyrograph_nodes::ALL));
    if let Some(problem) = problems
        .iter()
        .find(|problem| problem.severity == Severity::Error && !checked.contains(KEY))
    {
        return Err(Stop::Broken(problem.message.clone()));
    }
    let plan = compile::compile(&checked, &[KEY.to_owned()], &|file| file.name.clone());
    let mut results: Vec<Vec<Value>> = Vec::new();
    for step in &plan.steps {
        let outputs = execute(&step.op, &values, &results)?;
        results.push(outputs);
    }
    results
        .pop()
        .and_then(|mut last| last.pop())
        .ok_or_else(|| Stop::Broken("the plan is empty".to_owned()))
}

/// What the session does for an op, without its models and files.
fn execute(
    op: &Op,
    sources: &BTreeMap<String, Value>,
    results: &[Vec<Value>],
) -> Result<Vec<Value>, Stop> {
    let value = |at: ValueRef| results[at.step][at.output].clone();
    let source = |name: &str| sources[name].clone();
    let wrong = || Stop::Broken("a wire carries a value of another type".to_owned());
    let latent = |at: ValueRef| {
        if let Value::Latent(latent) = value(at) {
            Ok(latent)
        } else {
            Err(wrong())
        }
    };
    let image = |at: ValueRef| {
        if let Value::Image(image) = value(at) {
            Ok(image)
        } else {
            Err(wrong())
        }
    };
    let mask = |at: ValueRef| {
        if let Value::Mask(mask) = value(at) {
            Ok(mask)
        } else {
            Err(wrong())
        }
    };
    Ok(vec![match op {
        Op::LoadImage(op) => return Ok(vec![source(&op.file.name), source(&op.file.name)]),
        Op::LoadLatent(op) => source(&op.file.name),
        Op::EmptyLatent(op) => {
            let (width, height) = (op.width as usize / CELL, op.height as usize / CELL);
            Value::Latent(Latent::zeros(op.batch as usize, 4, height, width))
        }
        Op::ResizeLatent(op) => {
            let old = latent(op.latent.value)?;
            let (width, height) =
                resize::common_size((old.width, old.height), (op.width, op.height), CELL);
            Value::Latent(resize::resize_latent(
                &old, width, height, op.filter, op.crop,
            ))
        }
        Op::ResizeImage(op) => {
            let old = image(op.image.value)?;
            let (width, height) =
                resize::common_size((old.width, old.height), (op.width, op.height), 1);
            Value::Image(resize::resize_image(
                &old, width, height, op.filter, op.crop,
            ))
        }
        Op::SolidImage(op) => {
            let [batch, height, width] = [op.batch, op.height, op.width].map(|n| n as usize);
            Value::Image(Pixels::solid(batch, height, width, op.color.values()))
        }
        Op::NoiseMask(op) => Value::Latent(Latent {
            noise_mask: Some(mask(op.mask.value)?),
            ..latent(op.latent.value)?
        }),
        Op::BatchLatent(op) => {
            let mut joined = latent(op.first.value)?;
            if let Some(second) = op.second {
                let second = latent(second.value)?;
                joined = batch::join_latents(&joined, &second)
                    .map_err(|error| Stop::Broken(error.to_string()))?;
            }
            Value::Latent(batch::repeat_latent(&joined, op.repeat as usize))
        }
        other => {
            return Err(Stop::Broken(format!(
                "the suite cannot execute {}",
                other.name()
            )));
        }
    }])
}

/// The inputs of a class without a node.
struct Inputs {
    values: BTreeMap<String, Value>,
    widgets: Map<String, Json>,
}

impl Inputs {
    fn number(&self, name: &str) -> Result<f64, Stop> {
        self.widgets
            .get(name)
            .and_then(Json::as_f64)
            .ok_or_else(|| Stop::Broken(format!("no number {name}")))
    }

    fn filter<T: Choice>(&self) -> Result<T, Stop> {
        let name = self
            .widgets
            .get("upscale_method")
            .and_then(Json::as_str)
            .unwrap_or_default();
        T::from_name(name).ok_or_else(|| Stop::NotBuilt(format!("upscale method {name:?}")))
    }

    fn image(&self) -> Result<&Pixels, Stop> {
        match self.values.get("image") {
            Some(Value::Image(image)) => Ok(image),
            _ => Err(Stop::Broken("no image".to_owned())),
        }
    }

    fn latent(&self) -> Result<&Latent, Stop> {
        match self.values.get("samples") {
            Some(Value::Latent(latent)) => Ok(latent),
            _ => Err(Stop::Broken("no latent".to_owned())),
        }
    }
}

/// Classes for which the engine has a function and the catalogue no node.
fn directly(class: &str, inputs: &Inputs) -> Result<Value, Stop> {
    let scaled_image = |(width, height)| -> Result<Value, Stop> {
        let filter = inputs.filter::<ImageFilter>()?;
        Ok(Value::Image(resize::resize_image(
            inputs.image()?,
            width,
            height,
            filter,
            Crop::Disabled,
        )))
    };
    match class {
        "ImageScaleBy" => {
            let image = inputs.image()?;
            scaled_image(resize::scaled_size(
                (image.width, image.height),
                inputs.number("scale_by")?,
            ))
        }
        "ImageScaleToTotalPixels" => {
            let image = inputs.image()?;
            scaled_image(resize::size_of_megapixels(
                (image.width, image.height),
                inputs.number("megapixels")?,
            ))
        }
        "LatentUpscaleBy" => {
            let latent = inputs.latent()?;
            let (width, height) =
                resize::scaled_size((latent.width, latent.height), inputs.number("scale_by")?);
            let filter = inputs.filter::<LatentFilter>()?;
            Ok(Value::Latent(resize::resize_latent(
                latent,
                width,
                height,
                filter,
                Crop::Disabled,
            )))
        }
        _ => Err(Stop::NotBuilt(format!("node class {class}"))),
    }
}
