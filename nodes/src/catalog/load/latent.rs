//! Load latent: goes on from what another run left.

use pyrograph_engine::node::*;

const FILE: Param<String> =
    Param::file("file", FileKind::Latent, "").doc("The saved latent's file.");

const LATENT: Out<Latent> = Out::new("latent").doc("The latent as it was saved.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "load.latent", // Written into users' files: never change it.
    title: "Load latent",
    category: Category::Load,
    doc: "Loads a latent that was saved before.",
    inputs: &[],
    params: &[FILE.spec()],
    outputs: &[LATENT.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "LoadLatent",
        widgets: &["file"],
        renamed: &[("latent", "file")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let file = op::FileRef {
        kind: FileKind::Latent,
        name: cx.param(FILE),
    };
    let latent = cx.emit(op::LoadLatent { file });
    cx.output(LATENT, latent);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_load() {
        check(
            &super::NODE,
            "file=half.latent",
            expect![[r#"
            %0 latent = load_latent half.latent
            latent: %0
        "#]],
        );
    }
}
