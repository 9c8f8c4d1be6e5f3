//! Number: one number for several params.

use pyrograph_engine::node::*;

const NUMBER: Param<f64> = Param::float("number", 0.0)
    .soft(-100.0, 100.0)
    .step(0.1)
    .doc("The number, whole or not.");

const OUT: Out<Number> = Out::new("number")
    .carries(NUMBER.name())
    .doc("The number, for params that take numbers.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "value.number", // Written into users' files: never change it.
    title: "Number",
    category: Category::Value,
    doc: "Holds a number that wires bring to params, so that it is changed in one place.",
    inputs: &[],
    params: &[NUMBER.spec()],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "PrimitiveFloat",
        widgets: &["number"],
        renamed: &[("value", "number")],
    }],
};

/// The value goes along the wires before a run: there is nothing to do in one.
fn lower(_: &mut Lower<'_>) {}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn is_known_before_a_run() {
        check(&super::NODE, "number=7.5", expect![[""]]);
    }
}
