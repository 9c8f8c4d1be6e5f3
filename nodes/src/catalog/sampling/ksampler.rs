//! KSampler: the whole denoising loop as one node.

use pyrograph_engine::node::*;
use pyrograph_engine::sampling::noise::StepNoise;

const MODEL: In<Model> = In::new("model").doc("The network that predicts noise.");
const POSITIVE: In<Conditioning> = In::new("positive").doc("What the picture should show.");
const NEGATIVE: In<Conditioning> = In::new("negative").doc("What it should not.");
const LATENT: In<Latent> =
    In::new("latent").doc("Where to start: an empty latent or an encoded picture.");

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
const DENOISE: Param<f64> = Param::float("denoise", 1.0)
    .hard(0.0, 1.0)
    .step(0.01)
    .doc("How much of the latent is made anew; below 1 some of it stays.");

const OUT: Out<Latent> = Out::new("latent").doc("The latent without noise.");

pub(crate) static NODE: NodeSpec = NodeSpec {
    id: "sampling.ksampler", // Written into users' files: never change it.
    title: "KSampler",
    category: Category::Sampling,
    doc: "Removes noise from a latent, step by step, until it shows the prompt.",
    inputs: &[MODEL.pin(), POSITIVE.pin(), NEGATIVE.pin(), LATENT.pin()],
    params: &[
        SEED.spec(),
        STEPS.spec(),
        CFG.spec(),
        SAMPLER.spec(),
        SCHEDULE.spec(),
        DENOISE.spec(),
    ],
    outputs: &[OUT.pin()],
    lower,
    is_output: false,
    comfy: &[Comfy {
        class: "KSampler",
        widgets: &[
            "seed",
            Comfy::CONTROL,
            "steps",
            "cfg",
            "sampler",
            "schedule",
            "denoise",
        ],
        renamed: &[
            ("sampler_name", "sampler"),
            ("scheduler", "schedule"),
            ("latent_image", "latent"),
        ],
    }],
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
        denoise: cx.param(DENOISE),
        start: 0,
        end: op::Denoise::TO_THE_END,
        add_noise: true,
        leftover_noise: false,
        step_noise: StepNoise::SeedPlusOne,
    });
    cx.output(OUT, latent);
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn lowers_to_one_loop() {
        check(
            &super::NODE,
            "seed=7 steps=2",
            expect![[r#"
            %0 latent = denoise $model $positive $negative $latent seed=7 steps=2 cfg=8 sampler=euler schedule=simple denoise=1 start=0 end=10000 add_noise=true leftover_noise=false step_noise=seed_plus_one
            latent: %0
        "#]],
        );
    }

    #[test]
    fn keeps_part_of_a_picture() {
        check(
            &super::NODE,
            "seed=18446744073709551615 cfg=3 sampler=dpmpp_2m schedule=karras denoise=0.6",
            expect![[r#"
            %0 latent = denoise $model $positive $negative $latent seed=18446744073709551615 steps=20 cfg=3 sampler=dpmpp_2m schedule=karras denoise=0.6 start=0 end=10000 add_noise=true leftover_noise=false step_noise=seed_plus_one
            latent: %0
        "#]],
        );
    }
}
