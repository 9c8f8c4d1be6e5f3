//! Text: one text for several params.

use pyrograph_engine::node::*;

const TEXT: Param<String> =
    Param::multiline("text", "").doc("The text; it may also name a choice or a file.");

const OUT: Out<Text> = Out::new("text")
    .carries(TEXT.name())
    .doc("The text, for params that take texts, choices or files.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "value.text", // Written into users' files: never change it.
    title: "Text",
    category: Category::Value,
    doc: "Holds a text that wires bring to params, so that it is changed in one place.",
    inputs: &[],
    params: &[TEXT.spec()],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[
        Comfy {
            class: "PrimitiveString",
            widgets: &["text"],
            renamed: &[("value", "text")],
        },
        Comfy {
            class: "PrimitiveStringMultiline",
            widgets: &["text"],
            renamed: &[("value", "text")],
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
        check(&super::NODE, "text=lighthouse", expect![[""]]);
    }
}
