//! Seed: one seed for several samplers.

use pyrograph_engine::node::*;

const SEED: Param<u64> = Param::seed("seed").doc("The seed, a whole number of 64 bits.");

const OUT: Out<Seed> = Out::new("seed")
    .carries(SEED.name())
    .doc("The seed, for params that take seeds or whole numbers.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "value.seed", // Written into users' files: never change it.
    title: "Seed",
    category: Category::Value,
    doc: "Holds a seed that wires bring to samplers, or any whole number.",
    inputs: &[],
    params: &[SEED.spec()],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[
        // A whole number with a "control after generate" is what our seed is.
        Comfy {
            class: "PrimitiveInt",
            widgets: &["seed", Comfy::CONTROL],
            renamed: &[("value", "seed")],
        },
    ],
};

/// The value goes along the wires before a run: there is nothing to do in one.
fn lower(_: &mut Lower<'_>) {}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn is_known_before_a_run() {
        check(&super::NODE, "seed=18446744073709551615", expect![[""]]);
    }
}
