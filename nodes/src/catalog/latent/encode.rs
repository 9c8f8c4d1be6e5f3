//! Encode image: a picture becomes a latent, to be changed by the sampler.

use pyrograph_engine::node::*;

const IMAGE: In<Image> = In::new("image").doc("The picture; its sides are cut to multiples of 8.");
const VAE: In<Vae> = In::new("vae").doc("The networks that belong to the model.");

const LATENT: Out<Latent> = Out::new("latent").doc("The picture in the model's own terms.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "latent.encode", // Written into users' files: never change it.
    title: "Encode image",
    category: Category::Latent,
    doc: "Turns a picture into a latent, to repaint it in whole or in part.",
    inputs: &[IMAGE.pin(), VAE.pin()],
    params: &[],
    outputs: &[LATENT.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "VAEEncode",
        widgets: &[],
        renamed: &[("pixels", "image")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let latent = cx.emit(op::Encode {
        vae: cx.input(VAE),
        image: cx.input(IMAGE),
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
            "",
            expect![[r#"
            %0 latent = encode $vae $image
            latent: %0
        "#]],
        );
    }
}
