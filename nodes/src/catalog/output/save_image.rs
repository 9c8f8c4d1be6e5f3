//! Save image: the picture becomes a PNG that carries its graph.

use pyrograph_engine::node::*;

const IMAGE: In<Image> = In::new("image").doc("The picture, or several.");

const NAME: Param<String> = Param::text("name", "pyrograph-%date%-%seed%-%counter%").doc(
    "The file's name without its ending; %date%, %seed%, %node% and %counter% are filled in, / makes folders.",
);

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "output.save_image", // Written into users' files: never change it.
    title: "Save image",
    category: Category::Output,
    doc: "Saves a picture as PNG, with the graph and the recipe that made it; never overwrites a file.",
    inputs: &[IMAGE.pin()],
    params: &[NAME.spec()],
    outputs: &[],
    lower,
    is_output: true,
    comfy: &[Comfy {
        class: "SaveImage",
        widgets: &["name"],
        renamed: &[("images", "image"), ("filename_prefix", "name")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    cx.emit(op::SaveImage {
        image: cx.input(IMAGE),
        name: cx.param(NAME),
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_op() {
        check(
            &super::NODE,
            "name=apples/%seed%",
            expect![[r#"
            %0   save_image $image "apples/%seed%"
        "#]],
        );
    }
}
