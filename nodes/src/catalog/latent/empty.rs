//! Empty latent: where a picture from nothing but a prompt starts.

use pyrograph_engine::node::*;

const WIDTH: Param<u32> = Param::int("width", 512)
    .hard(16, 16_384)
    .soft(64, 2048)
    .step(8)
    .doc("The picture's width in pixels, in steps of 8.");
const HEIGHT: Param<u32> = Param::int("height", 512)
    .hard(16, 16_384)
    .soft(64, 2048)
    .step(8)
    .doc("The picture's height in pixels, in steps of 8.");
const BATCH: Param<u32> = Param::int("batch", 1)
    .hard(1, 4096)
    .soft(1, 16)
    .doc("How many pictures are made at once.");

const LATENT: Out<Latent> = Out::new("latent").doc("Zeros, to which the sampler adds noise.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "latent.empty", // Written into users' files: never change it.
    title: "Empty latent",
    category: Category::Latent,
    doc: "Makes an empty latent of the size that the picture shall have.",
    inputs: &[],
    params: &[WIDTH.spec(), HEIGHT.spec(), BATCH.spec()],
    outputs: &[LATENT.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "EmptyLatentImage",
        widgets: &["width", "height", "batch"],
        renamed: &[("batch_size", "batch")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let (width, height, batch) = (cx.param(WIDTH), cx.param(HEIGHT), cx.param(BATCH));
    let latent = cx.emit(op::EmptyLatent {
        width,
        height,
        batch,
    });
    cx.output(LATENT, latent);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_op() {
        check(
            &super::NODE,
            "width=768 batch=2",
            expect![[r#"
            %0 latent = empty_latent width=768 height=512 batch=2
            latent: %0
        "#]],
        );
    }
}
