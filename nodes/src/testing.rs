//! How a node's own file tests what it lowers to.

pub(crate) use expect_test::expect;

use expect_test::Expect;
use pyrograph_engine::node::NodeSpec;
use pyrograph_engine::plan::lower;
use serde_json::{Map, Value as Json};

/// Lowers a node by itself with such settings as `seed=7 text="a b" !second`, where `!` leaves
/// an optional input without a wire, and compares what it emits.
pub(crate) fn check(node: &NodeSpec, settings: &str, expected: Expect) {
    let mut params = Map::new();
    let mut open = Vec::new();
    for setting in settings.split(" ").filter(|setting| !setting.is_empty()) {
        match (setting.strip_prefix('!'), setting.split_once('=')) {
            (Some(input), _) => open.push(input),
            (None, Some((name, value))) => {
                assert!(
                    node.param(name).is_some(),
                    "{} has no param {name:?}",
                    node.id
                );
                let value = serde_json::from_str(value).unwrap_or_else(|_| Json::from(value));
                params.insert(name.to_owned(), value);
            }
            (None, None) => panic!("{setting:?} is no setting"),
        }
    }
    expected.assert_eq(&lower::alone(node, &params, &open).unwrap());
}
