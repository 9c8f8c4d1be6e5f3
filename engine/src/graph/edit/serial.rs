//! How edits are written down, so that a journal can hold them: nodes as graph files hold them, and
//! a value that is null told from one that is not there.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::Serializer;
use serde_json::Value as Json;

/// A node as the text of a graph file that holds it alone.
pub(super) mod node {
    use super::{Deserialize, Deserializer, Error, Serializer};
    use crate::graph::{Graph, Node, file};

    const KEY: &str = "node";

    pub(in crate::graph::edit) fn serialize<S: Serializer>(
        node: &Node,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let graph = Graph {
            nodes: [(KEY.to_owned(), node.clone())].into_iter().collect(),
            ..Graph::default()
        };
        serializer.serialize_str(&file::write(&graph))
    }

    pub(in crate::graph::edit) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Node, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut graph = file::read(text).map_err(D::Error::custom)?;
        let node = graph.nodes.shift_remove(KEY);
        node.ok_or_else(|| D::Error::custom("the text holds no node"))
    }
}

/// A value that is there, even if it is null.
pub(super) fn present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}
