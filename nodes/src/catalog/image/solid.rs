//! Solid colour: a picture to begin with that is nothing but a colour.

use pyrograph_engine::node::*;

const WIDTH: Param<u32> = Param::int("width", 512)
    .hard(1, 16_384)
    .soft(64, 2048)
    .doc("The picture's width in pixels.");
const HEIGHT: Param<u32> = Param::int("height", 512)
    .hard(1, 16_384)
    .soft(64, 2048)
    .doc("The picture's height in pixels.");
const BATCH: Param<u32> = Param::int("batch", 1)
    .hard(1, 4096)
    .soft(1, 16)
    .doc("How many pictures are made at once.");
const FILL: Param<Rgb> =
    Param::color("fill", Rgb([0, 0, 0])).doc("The colour of every pixel, as #rrggbb.");

const IMAGE: Out<Image> = Out::new("image").doc("The picture.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "image.solid", // Written into users' files: never change it.
    title: "Solid colour",
    category: Category::Image,
    doc: "Makes a picture of one colour; encoded and denoised in part, it sets a picture's mood.",
    inputs: &[],
    params: &[WIDTH.spec(), HEIGHT.spec(), BATCH.spec(), FILL.spec()],
    outputs: &[IMAGE.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "EmptyImage",
        widgets: &["width", "height", "batch", "fill"],
        renamed: &[("batch_size", "batch"), ("color", "fill")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let image = cx.emit(op::SolidImage {
        width: cx.param(WIDTH),
        height: cx.param(HEIGHT),
        batch: cx.param(BATCH),
        color: cx.param(FILL),
    });
    cx.output(IMAGE, image);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_op() {
        check(
            &super::NODE,
            "width=640 fill=#ff8800",
            expect![[r#"
            %0 image = solid_image width=640 height=512 batch=1 color=#ff8800
            image: %0
        "#]],
        );
    }
}
