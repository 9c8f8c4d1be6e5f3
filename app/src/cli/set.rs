//! `--set NODE.PARAM=VALUE`: a param's value for one run. A node inside a group is `GROUP/NODE`.

use std::str::FromStr;

use pyrograph_engine::diagnostic::Diagnostic;
use pyrograph_engine::graph::edit::{self, Edit};
use pyrograph_engine::graph::nearest::nearest;
use pyrograph_engine::graph::shape::Shape;
use pyrograph_engine::graph::{Graph, value};
use pyrograph_engine::node::{Catalog, ParamKind, ParamSpec, Type};
use serde_json::Value as Json;

/// One `--set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    node: String,
    param: String,
    value: String,
}

/// Why a text is no setting.
#[derive(Debug, thiserror::Error)]
#[error("a setting is written NODE.PARAM=VALUE, such as sampler.seed=7")]
pub(super) struct NoSetting;

impl FromStr for Setting {
    type Err = NoSetting;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (place, value) = text.split_once('=').ok_or(NoSetting)?;
        let (node, param) = place.trim().split_once('.').ok_or(NoSetting)?;
        let is_good = !node.is_empty() && !param.is_empty();
        is_good
            .then(|| Self {
                node: node.to_owned(),
                param: param.to_owned(),
                value: value.to_owned(),
            })
            .ok_or(NoSetting)
    }
}

/// Applies settings, and says which are wrong.
pub(super) fn apply(settings: &[Setting], graph: &mut Graph, catalog: Catalog) -> Vec<Diagnostic> {
    settings
        .iter()
        .filter_map(|setting| setting.apply(graph, catalog).err().map(|problem| *problem))
        .collect()
}

impl Setting {
    fn apply(&self, graph: &mut Graph, catalog: Catalog) -> Result<(), Box<Diagnostic>> {
        let Some(node) = graph.node_at(&self.node) else {
            let message = format!("--set: the graph has no node {:?}", self.node);
            return Err(
                with_guess(message, &self.node, graph.nodes.keys().map(String::as_str)).into(),
            );
        };
        // Of a node of an unknown kind the check will tell.
        let Some(shape) = Shape::of_node(node, catalog) else {
            return Ok(());
        };
        let param = self.param_of(&shape)?;
        let at = |problem: Diagnostic| problem.at(&self.node).slot(&self.param);
        if let Some(source) = node.source(&self.param) {
            let message = format!("--set: the value comes through a wire from \"{source}\"");
            let help = format!("set a param of {:?} instead", source.node);
            return Err(at(Diagnostic::error(message).help(help)).into());
        }
        let json = self.json(param);
        value::read(&param.kind, &json).map_err(|error| {
            let problem = Diagnostic::error(format!("--set: {error}"));
            at(match error.help() {
                Some(help) => problem.help(help),
                None => problem,
            })
        })?;
        let keys: Vec<String> = self.node.split('/').map(str::to_owned).collect();
        let (key, groups) = keys.split_last().expect("a split gives one part at least");
        let edit = Edit::set(key, &self.param, Some(json));
        edit::apply(graph, Edit::within(groups, edit))
            .map_err(|error| at(Diagnostic::error(format!("--set: {error}"))))?;
        Ok(())
    }

    fn param_of(&self, shape: &Shape) -> Result<&'static ParamSpec, Box<Diagnostic>> {
        shape
            .param(&self.param)
            .map(|param| param.spec)
            .ok_or_else(|| {
                let message = format!("--set: this node has no param {:?}", self.param);
                let names = shape.params.iter().map(|param| param.name.as_str());
                with_guess(message, &self.param, names)
                    .at(&self.node)
                    .into()
            })
    }

    /// The value: JSON, else text. Where a text is wanted, `7` and `true` are texts too.
    fn json(&self, param: &ParamSpec) -> Json {
        let text = || Json::String(self.value.clone());
        match (param.kind.ty(), serde_json::from_str(&self.value)) {
            (Type::Text, Ok(json @ Json::String(_))) => json,
            (Type::Text, _) | (_, Err(_)) => text(),
            (_, Ok(json)) => match (param.kind, json) {
                // A seed or number in quotes is what a careful shell user writes.
                (
                    ParamKind::Int { .. } | ParamKind::Float { .. } | ParamKind::Seed { .. },
                    Json::String(inner),
                ) => serde_json::from_str(&inner).unwrap_or(Json::String(inner)),
                (_, json) => json,
            },
        }
    }
}

/// An error whose help guesses what was meant, or lists what there is.
fn with_guess<'a>(
    message: String,
    wanted: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    /// Longer lists do not help.
    const MAX_LISTED: usize = 20;
    let problem = Diagnostic::error(message);
    match nearest(wanted, names.clone()) {
        Some(near) => problem.help(format!("did you mean {near:?}?")),
        None => {
            let listed: Vec<&str> = names.take(MAX_LISTED).collect();
            if listed.is_empty() {
                problem
            } else {
                problem.help(format!("there are: {}", listed.join(", ")))
            }
        }
    }
}
