//! Load checkpoint: where every graph begins.

use pyrograph_engine::node::*;

const FILE: Param<String> = Param::file("file", FileKind::Checkpoint, "starter")
    .doc("The checkpoint's file; starter is the small model that comes with the program.");

const MODEL: Out<Model> = Out::new("model").doc("The network that predicts noise.");
const CLIP: Out<Clip> = Out::new("clip").doc("The text encoder, for prompts.");
const VAE: Out<Vae> = Out::new("vae").doc("The networks between pixels and latents.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "load.checkpoint", // Written into users' files: never change it.
    title: "Load checkpoint",
    category: Category::Load,
    doc: "Loads a whole model from one file: the network, its text encoder and its VAE.",
    inputs: &[],
    params: &[FILE.spec()],
    outputs: &[MODEL.pin(), CLIP.pin(), VAE.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "CheckpointLoaderSimple",
        widgets: &["file"],
        renamed: &[("ckpt_name", "file")],
    }],
};

fn lower(cx: &mut Lower<'_>) {
    let file = op::FileRef {
        kind: FileKind::Checkpoint,
        name: cx.param(FILE),
    };
    let (model, clip, vae) = cx.emit(op::LoadCheckpoint { file });
    cx.output(MODEL, model);
    cx.output(CLIP, clip);
    cx.output(VAE, vae);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_load() {
        check(
            &super::NODE,
            "file=sd15.safetensors",
            expect![[r#"
            %0 model, clip, vae = load_checkpoint sd15.safetensors
            clip: %0.clip
            model: %0.model
            vae: %0.vae
        "#]],
        );
    }

    #[test]
    fn begins_with_the_starter() {
        check(
            &super::NODE,
            "",
            expect![[r#"
            %0 model, clip, vae = load_checkpoint starter
            clip: %0.clip
            model: %0.model
            vae: %0.vae
        "#]],
        );
    }
}
