//! KSampler advanced: a part of the denoising loop, so that others can do the rest.

use pyrograph_engine::node::*;
use pyrograph_engine::sampling::noise::StepNoise;

const MODEL: In<Model> = In::new("model").doc("The network that predicts noise.");
const POSITIVE: In<Conditioning> = In::new("positive").doc("What the picture should show.");
const NEGATIVE: In<Conditioning> = In::new("negative").doc("What it should not.");
const LATENT: In<Latent> =
    In::new("latent").doc("Where to start: an empty latent or an encoded picture.");

const ADD_NOISE: Param<bool> = Param::flag("add_noise", true)
    .doc("Whether noise is added first; not if the latent has it already.");
const SEED: Param<u64> =
    Param::seed("seed").doc("Chooses the noise: the same seed gives the same picture.");
const STEPS: Param<u32> = Param::int("steps", 20)
    .hard(1, 10_000)
    .soft(1, 60)
    .doc("In how many steps the noise is removed.");
const CFG: Param<f64> = Param::float("cfg", 8.0)
    .hard(0.0, 100.0)
    .soft(1.0, 15.0)
    .step(0.1)
    .doc("How strictly the prompt is followed; 1 ignores the negative prompt.");
const SAMPLER: Param<Sampler> = Param::choice("sampler").doc("The rule by which one step is made.");
const SCHEDULE: Param<Schedule> =
    Param::choice("schedule").doc("How the noise is spread over the steps.");
const START: Param<u32> = Param::int("start", 0)
    .hard(0, 10_000)
    .soft(0, 60)
    .doc("The first step that is made.");
const END: Param<u32> = Param::int("end", 10_000)
    .hard(0, 10_000)
    .soft(0, 60)
    .doc("The step before which to stop; beyond the last is the end.");
const LEFTOVER_NOISE: Param<bool> = Param::flag("leftover_noise", false)
    .doc("Whether noise that is left at the end stays, for a next sampler.");
const STEP_NOISE: Param<StepNoise> = Param::choice("step_noise")
    .doc("How ancestral noise is seeded: as ComfyUI does since 2025, or as it did before.");

const OUT: Out<Latent> =
    Out::new("latent").doc("The latent, with what noise is left if that is asked for.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "sampling.ksampler_advanced", // Written into users' files: never change it.
    title: "KSampler advanced",
    category: Category::Sampling,
    doc: "Makes some of the steps in which noise is removed, for pictures in several stages.",
    inputs: &[MODEL.pin(), POSITIVE.pin(), NEGATIVE.pin(), LATENT.pin()],
    params: &[
        ADD_NOISE.spec(),
        SEED.spec(),
        STEPS.spec(),
        CFG.spec(),
        SAMPLER.spec(),
        SCHEDULE.spec(),
        START.spec(),
        END.spec(),
        LEFTOVER_NOISE.spec(),
        STEP_NOISE.spec(),
    ],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[
        // ComfyUI writes the two switches as "enable" and "disable".
        Comfy {
            class: "KSamplerAdvanced",
            widgets: &[
                "add_noise",
                "seed",
                Comfy::CONTROL,
                "steps",
                "cfg",
                "sampler",
                "schedule",
                "start",
                "end",
                "leftover_noise",
            ],
            renamed: &[
                ("noise_seed", "seed"),
                ("sampler_name", "sampler"),
                ("scheduler", "schedule"),
                ("latent_image", "latent"),
                ("start_at_step", "start"),
                ("end_at_step", "end"),
                ("return_with_leftover_noise", "leftover_noise"),
            ],
        },
    ],
};

fn lower(cx: &mut Lower<'_>) {
    let latent = cx.emit(op::Denoise {
        model: cx.input(MODEL),
        positive: cx.input(POSITIVE),
        negative: cx.input(NEGATIVE),
        latent: cx.input(LATENT),
        seed: cx.param(SEED),
        steps: cx.param(STEPS),
        cfg: cx.param(CFG),
        sampler: cx.param(SAMPLER),
        schedule: cx.param(SCHEDULE),
        denoise: 1.0,
        start: cx.param(START),
        end: cx.param(END),
        add_noise: cx.param(ADD_NOISE),
        leftover_noise: cx.param(LEFTOVER_NOISE),
        step_noise: cx.param(STEP_NOISE),
    });
    cx.output(OUT, latent);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_the_whole_loop() {
        check(
            &super::NODE,
            "",
            expect![[r#"
            %0 latent = denoise $model $positive $negative $latent seed=0 steps=20 cfg=8 sampler=euler schedule=simple denoise=1 start=0 end=10000 add_noise=true leftover_noise=false step_noise=seed_plus_one
            latent: %0
        "#]],
        );
    }

    #[test]
    fn first_of_two_stages() {
        check(
            &super::NODE,
            "seed=7 end=10 leftover_noise=true",
            expect![[r#"
            %0 latent = denoise $model $positive $negative $latent seed=7 steps=20 cfg=8 sampler=euler schedule=simple denoise=1 start=0 end=10 add_noise=true leftover_noise=true step_noise=seed_plus_one
            latent: %0
        "#]],
        );
    }

    #[test]
    fn second_of_two_stages() {
        check(
            &super::NODE,
            "add_noise=false seed=7 start=10",
            expect![[r#"
            %0 latent = denoise $model $positive $negative $latent seed=7 steps=20 cfg=8 sampler=euler schedule=simple denoise=1 start=10 end=10000 add_noise=false leftover_noise=false step_noise=seed_plus_one
            latent: %0
        "#]],
        );
    }
}
