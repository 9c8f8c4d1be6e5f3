//! Set noise mask: only a part of the picture is painted anew.

use pyrograph_engine::node::*;

const LATENT: In<Latent> = In::new("latent").doc("The picture's latent.");
const MASK: In<Mask> = In::new("mask").doc("Where to repaint.");

const OUT: Out<Latent> = Out::new("latent").doc("The latent, of which the sampler keeps the rest.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "latent.noise_mask", // Written into users' files: never change it.
    title: "Set noise mask",
    category: Category::Latent,
    doc: "Says which part of a latent the sampler shall repaint.",
    inputs: &[LATENT.pin(), MASK.pin()],
    params: &[],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "SetLatentNoiseMask",
        widgets: &[],
        renamed: &[("samples", "latent")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let latent = cx.emit(op::NoiseMask {
        latent: cx.input(LATENT),
        mask: cx.input(MASK),
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
            "",
            expect![[r#"
            %0 latent = noise_mask $latent $mask
            latent: %0
        "#]],
        );
    }
}
