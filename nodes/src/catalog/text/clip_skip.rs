//! Clip skip: some models were trained on an earlier layer of the text encoder.

use pyrograph_engine::node::*;

const CLIP: In<Clip> = In::new("clip").doc("The text encoder.");

const LAYERS: Param<u32> = Param::int("layers", 1)
    .hard(1, 24)
    .soft(1, 4)
    .doc("Which layer from the end is used; 1 is the last, 2 what anime models often want.");

const OUT: Out<Clip> = Out::new("clip").doc("The text encoder, stopped early.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "text.clip_skip", // Written into users' files: never change it.
    title: "Clip skip",
    category: Category::Text,
    doc: "Stops the text encoder some layers before its end.",
    inputs: &[CLIP.pin()],
    params: &[LAYERS.spec()],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[
        // ComfyUI counts -1, -2, … where we count 1, 2, …
        Comfy {
            class: "CLIPSetLastLayer",
            widgets: &["layers"],
            renamed: &[("stop_at_clip_layer", "layers")],
        },
    ],
};

fn lower(cx: &mut Lower<'_>) {
    let clip = cx.emit(op::ClipSkip {
        clip: cx.input(CLIP),
        layers: cx.param(LAYERS),
    });
    cx.output(OUT, clip);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_op() {
        check(
            &super::NODE,
            "layers=2",
            expect![[r#"
            %0 clip = clip_skip $clip layers=2
            clip: %0
        "#]],
        );
    }
}
