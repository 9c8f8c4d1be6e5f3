//! Decode latent: what the sampler made becomes a picture.

use pyrograph_engine::node::*;

const LATENT: In<Latent> = In::new("latent").doc("What the sampler made.");
const VAE: In<Vae> = In::new("vae").doc("The networks that belong to the model.");

const IMAGE: Out<Image> = Out::new("image").doc("The picture.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "latent.decode", // Written into users' files: never change it.
    title: "Decode latent",
    category: Category::Latent,
    doc: "Turns a latent into a picture.",
    inputs: &[LATENT.pin(), VAE.pin()],
    params: &[],
    outputs: &[IMAGE.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "VAEDecode",
        widgets: &[],
        renamed: &[("samples", "latent")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let image = cx.emit(op::Decode {
        vae: cx.input(VAE),
        latent: cx.input(LATENT),
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
            "",
            expect![[r#"
            %0 image = decode $vae $latent
            image: %0
        "#]],
        );
    }
}
