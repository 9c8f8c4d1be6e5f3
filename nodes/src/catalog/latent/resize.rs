//! Resize latent: the first half of a picture in two sizes.

use pyrograph_engine::node::*;
use pyrograph_engine::pixels::resize::{Crop, LatentFilter};

const LATENT: In<Latent> = In::new("latent").doc("What is to have another size.");

const FILTER: Param<LatentFilter> =
    Param::choice("filter").doc("How the values between are found.");
const WIDTH: Param<u32> = Param::int("width", 512)
    .hard(0, 16_384)
    .soft(0, 2048)
    .step(8)
    .doc("The new width in pixels; 0 keeps the ratio of the sides.");
const HEIGHT: Param<u32> = Param::int("height", 512)
    .hard(0, 16_384)
    .soft(0, 2048)
    .step(8)
    .doc("The new height in pixels; 0 keeps the ratio of the sides.");
const CROP: Param<Crop> =
    Param::choice("crop").doc("Whether what does not fit the new ratio is stretched or cut off.");

const OUT: Out<Latent> = Out::new("latent").doc("The latent in its new size.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "latent.resize", // Written into users' files: never change it.
    title: "Resize latent",
    category: Category::Latent,
    doc: "Changes a latent's size, for a sampler to fill in the detail afterwards.",
    inputs: &[LATENT.pin()],
    params: &[FILTER.spec(), WIDTH.spec(), HEIGHT.spec(), CROP.spec()],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "LatentUpscale",
        widgets: &["filter", "width", "height", "crop"],
        renamed: &[("samples", "latent"), ("upscale_method", "filter")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let latent = cx.emit(op::ResizeLatent {
        latent: cx.input(LATENT),
        filter: cx.param(FILTER),
        width: cx.param(WIDTH),
        height: cx.param(HEIGHT),
        crop: cx.param(CROP),
    });
    cx.output(OUT, latent);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_op() {
        check(
            &super::NODE,
            "width=1024 height=0 filter=bislerp",
            expect![[r#"
            %0 latent = resize_latent $latent filter=bislerp width=1024 height=0 crop=disabled
            latent: %0
        "#]],
        );
    }
}
