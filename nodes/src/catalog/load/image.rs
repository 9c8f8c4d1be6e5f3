//! Load image: a picture and the mask that its transparency makes.

use pyrograph_engine::node::*;

const FILE: Param<String> = Param::file("file", FileKind::Image, "").doc("The picture's file.");

const IMAGE: Out<Image> = Out::new("image").doc("The picture, turned upright as its camera says.");
const MASK: Out<Mask> =
    Out::new("mask").doc("What is transparent in the picture, to be repainted.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "load.image", // Written into users' files: never change it.
    title: "Load image",
    category: Category::Load,
    doc: "Loads a picture; its transparent parts become a mask.",
    inputs: &[],
    params: &[FILE.spec()],
    outputs: &[IMAGE.pin(), MASK.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "LoadImage",
        widgets: &["file"],
        renamed: &[("image", "file")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let file = op::FileRef {
        kind: FileKind::Image,
        name: cx.param(FILE),
    };
    let (image, mask) = cx.emit(op::LoadImage { file });
    cx.output(IMAGE, image);
    cx.output(MASK, mask);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_load() {
        check(
            &super::NODE,
            "file=cat.png",
            expect![[r#"
            %0 image, mask = load_image cat.png
            image: %0.image
            mask: %0.mask
        "#]],
        );
    }
}
