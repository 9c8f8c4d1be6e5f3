//! Load VAE: another pair of networks between pixels and latents.

use pyrograph_engine::node::*;

const FILE: Param<String> = Param::file("file", FileKind::Vae, "").doc("The VAE's file.");

const VAE: Out<Vae> = Out::new("vae").doc("The networks between pixels and latents.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "load.vae", // Written into users' files: never change it.
    title: "Load VAE",
    category: Category::Load,
    doc: "Loads a VAE from a file of its own, to be used instead of the checkpoint's.",
    inputs: &[],
    params: &[FILE.spec()],
    outputs: &[VAE.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "VAELoader",
        widgets: &["file"],
        renamed: &[("vae_name", "file")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let file = op::FileRef {
        kind: FileKind::Vae,
        name: cx.param(FILE),
    };
    let vae = cx.emit(op::LoadVae { file });
    cx.output(VAE, vae);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_load() {
        check(
            &super::NODE,
            "file=vae-ft-mse.safetensors",
            expect![[r#"
            %0 vae = load_vae vae-ft-mse.safetensors
            vae: %0
        "#]],
        );
    }
}
