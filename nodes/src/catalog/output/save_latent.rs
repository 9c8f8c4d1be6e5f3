//! Save latent: what another run may go on from.

use pyrograph_engine::node::*;

const LATENT: In<Latent> = In::new("latent").doc("The latent.");

const NAME: Param<String> = Param::text("name", "latent-%date%-%seed%-%counter%").doc(
    "The file's name without its ending; %date%, %seed%, %node% and %counter% are filled in, / makes folders.",
);

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "output.save_latent", // Written into users' files: never change it.
    title: "Save latent",
    category: Category::Output,
    doc: "Saves a latent, for another run to go on from; never overwrites a file.",
    inputs: &[LATENT.pin()],
    params: &[NAME.spec()],
    outputs: &[],
    lower,
    is_output: true,
    comfy: &[Comfy {
        class: "SaveLatent",
        widgets: &["name"],
        renamed: &[("samples", "latent"), ("filename_prefix", "name")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    cx.emit(op::SaveLatent {
        latent: cx.input(LATENT),
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
            "name=half",
            expect![[r#"
            %0   save_latent $latent "half"
        "#]],
        );
    }
}
