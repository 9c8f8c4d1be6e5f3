//! Preview image: the picture is shown.

use pyrograph_engine::node::*;

const IMAGE: In<Image> = In::new("image").doc("The picture, or several.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "output.preview_image", // Written into users' files: never change it.
    title: "Preview image",
    category: Category::Output,
    doc: "Shows a picture without keeping it among the saved ones.",
    inputs: &[IMAGE.pin()],
    params: &[],
    outputs: &[],
    lower,
    is_output: true,
    comfy: &[Comfy {
        class: "PreviewImage",
        widgets: &[],
        renamed: &[("images", "image")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    cx.emit(op::PreviewImage {
        image: cx.input(IMAGE),
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_op() {
        check(
            &super::NODE,
            "",
            expect![[r#"
            %0   preview_image $image
        "#]],
        );
    }
}
