//! Resize image: a picture in another size, made of pixels alone.

use pyrograph_engine::node::*;
use pyrograph_engine::pixels::resize::{Crop, ImageFilter};

const IMAGE: In<Image> = In::new("image").doc("What is to have another size.");

const FILTER: Param<ImageFilter> =
    Param::choice("filter").doc("How the pixels between are found; lanczos is the sharpest.");
const WIDTH: Param<u32> = Param::int("width", 512)
    .hard(0, 16_384)
    .soft(0, 2048)
    .doc("The new width in pixels; 0 keeps the ratio of the sides.");
const HEIGHT: Param<u32> = Param::int("height", 512)
    .hard(0, 16_384)
    .soft(0, 2048)
    .doc("The new height in pixels; 0 keeps the ratio of the sides.");
const CROP: Param<Crop> =
    Param::choice("crop").doc("Whether what does not fit the new ratio is stretched or cut off.");

const OUT: Out<Image> = Out::new("image").doc("The picture in its new size.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "image.resize", // Written into users' files: never change it.
    title: "Resize image",
    category: Category::Image,
    doc: "Changes a picture's size.",
    inputs: &[IMAGE.pin()],
    params: &[FILTER.spec(), WIDTH.spec(), HEIGHT.spec(), CROP.spec()],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "ImageScale",
        widgets: &["filter", "width", "height", "crop"],
        renamed: &[("upscale_method", "filter")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let image = cx.emit(op::ResizeImage {
        image: cx.input(IMAGE),
        filter: cx.param(FILTER),
        width: cx.param(WIDTH),
        height: cx.param(HEIGHT),
        crop: cx.param(CROP),
    });
    cx.output(OUT, image);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_op() {
        check(
            &super::NODE,
            "filter=lanczos width=1024 crop=center",
            expect![[r#"
            %0 image = resize_image $image filter=lanczos width=1024 height=512 crop=center
            image: %0
        "#]],
        );
    }
}
