//! Batch latents: several pictures go through the sampler together.

use pyrograph_engine::node::*;

const FIRST: In<Latent> = In::new("first").doc("What comes first in the batch.");
const SECOND: In<Latent> = In::new("second")
    .optional()
    .doc("What follows, brought to the size of the first.");

const REPEAT: Param<u32> = Param::int("repeat", 1)
    .hard(1, 64)
    .soft(1, 16)
    .doc("How often the whole is repeated.");

const LATENT: Out<Latent> = Out::new("latent").doc("All of them as one batch.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "latent.batch", // Written into users' files: never change it.
    title: "Batch latents",
    category: Category::Latent,
    doc: "Joins two latents to one batch, and repeats it.",
    inputs: &[FIRST.pin(), SECOND.pin()],
    params: &[REPEAT.spec()],
    outputs: &[LATENT.pin()],
    lower,
    is_output: false,
    comfy: &[
        Comfy {
            class: "LatentBatch",
            widgets: &[],
            renamed: &[("samples1", "first"), ("samples2", "second")],
        },
        Comfy {
            class: "RepeatLatentBatch",
            widgets: &["repeat"],
            renamed: &[("samples", "first"), ("amount", "repeat")],
        },
    ],
};

fn lower(cx: &mut Lower<'_>) {
    let (first, second) = (cx.input(FIRST), cx.input_if_wired(SECOND));
    let latent = cx.emit(op::BatchLatent {
        first,
        second,
        repeat: cx.param(REPEAT),
    });
    cx.output(LATENT, latent);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn joins_two() {
        check(
            &super::NODE,
            "",
            expect![[r#"
            %0 latent = batch_latent $first $second repeat=1
            latent: %0
        "#]],
        );
    }

    #[test]
    fn repeats_one() {
        check(
            &super::NODE,
            "!second repeat=4",
            expect![[r#"
            %0 latent = batch_latent $first repeat=4
            latent: %0
        "#]],
        );
    }
}
