//! Encode text: a prompt becomes what the network understands.

use pyrograph_engine::node::*;

const CLIP: In<Clip> = In::new("clip").doc("The text encoder.");

const TEXT: Param<String> = Param::multiline("text", "")
    .doc("The prompt; (words:1.2) weigh more, (words:0.8) less, embedding:NAME inserts one.");

const CONDITIONING: Out<Conditioning> = Out::new("conditioning").doc("The encoded prompt.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "text.encode", // Written into users' files: never change it.
    title: "Encode text",
    category: Category::Text,
    doc: "Encodes a prompt, for what the picture should show or for what it should not.",
    inputs: &[CLIP.pin()],
    params: &[TEXT.spec()],
    outputs: &[CONDITIONING.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "CLIPTextEncode",
        widgets: &["text"],
        renamed: &[],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let conditioning = cx.emit(op::EncodeText {
        clip: cx.input(CLIP),
        text: cx.param(TEXT),
    });
    cx.output(CONDITIONING, conditioning);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_op() {
        check(
            &super::NODE,
            "text=lighthouse",
            expect![[r#"
            %0 conditioning = encode_text $clip "lighthouse"
            conditioning: %0
        "#]],
        );
    }
}
