//! `cargo bench -p pyrograph-engine --bench engine [-- FILTER]`: prints `bench NAME VALUE UNIT` lines.
//!
//! Each group runs in a process of its own, so that its high-water mark of memory is its own.
//! `graph` measures a graph of 2,000 nodes, `starter` the bundled model, `sd15` a full-size model with
//! random weights (written once to the target folder), `gpu` dispatches and syncs of a step on the
//! first wgpu adapter, `torch` the peer's step, if Python (`PYROGRAPH_PYTHON`) with diffusers is there.

#![expect(clippy::print_stdout, reason = "a bench binary prints its figures")]
#![expect(unreachable_pub, reason = "a bench binary exports nothing")]

#[path = "engine/measure.rs"]
mod measure;
#[path = "engine/random_sd15.rs"]
mod random_sd15;

use std::path::{Path, PathBuf};
use std::process::Command;

use burn::tensor::{DType, Tensor, TensorData};
use pyrograph_engine::device::{self, Compute, DeviceChoice, DeviceKind, Precision};
use pyrograph_engine::models::{self, Checkpoint};
use pyrograph_engine::pixels::Latent;
use pyrograph_engine::sampling::noise::TorchCpu;
use pyrograph_engine::text::prompt::NoEmbeddings;

use measure::{Sample, high_water_mark, measure, report};

/// The groups, in the order in which they run.
const GROUPS: [&str; 5] = ["graph", "starter", "sd15", "gpu", "torch"];

fn main() {
    let filter: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    if let Ok(group) = std::env::var("PYROGRAPH_BENCH_GROUP") {
        run(&group);
        return;
    }
    let program = std::env::current_exe().expect("a running program has a path");
    for group in GROUPS
        .iter()
        .filter(|group| filter.is_empty() || filter.iter().any(|f| group.contains(f.as_str())))
    {
        let mut child = Command::new(&program);
        child.env("PYROGRAPH_BENCH_GROUP", group);
        match child.status() {
            Ok(status) if status.success() => {}
            Ok(status) => eprintln!("bench {group}: ended with {status}"),
            Err(error) => eprintln!("bench {group}: {error}"),
        }
    }
}

fn run(group: &str) {
    match group {
        "graph" => graph(),
        "starter" => starter(),
        "sd15" => sd15(),
        "gpu" => gpu(),
        "torch" => torch(),
        other => eprintln!("no group is called {other}"),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn starter_file() -> PathBuf {
    root().join("assets/starter/starter.safetensors")
}

fn load(path: &Path, compute: &Compute) -> Checkpoint {
    models::load_checkpoint(path, compute, &mut |_, _| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// One guided step's network call: batch 2 at the given size in latent cells.
fn step(model: &Checkpoint, [height, width]: [usize; 2]) -> Vec<f32> {
    let device = model.diffusion.device();
    let noise = TorchCpu::new(1).randn(4 * height * width).repeat(2);
    let x = Tensor::<4>::from_data(
        TensorData::new(noise, [2, 4, height, width]),
        (&device, DType::F32),
    );
    let (context, _) = model.text.encode("a lighthouse at dusk", 1, &NoEmbeddings);
    let out = model
        .diffusion
        .forward(x, 500.0, context.tokens.repeat_dim(0, 2));
    out.into_data()
        .convert::<f32>()
        .try_into_vec()
        .expect("converted to f32 just now")
}

fn latent([height, width]: [usize; 2]) -> Latent {
    let data = TorchCpu::new(1).randn(4 * height * width);
    Latent {
        batch: 1,
        channels: 4,
        height,
        width,
        data,
        noise_mask: None,
    }
}

fn starter() {
    let compute =
        Compute::open(&DeviceChoice::Cpu, Precision::Auto).expect("there is always a CPU");
    let (model, sample) = measure(1, || load(&starter_file(), &compute));
    report("starter_load", sample);
    let size = [16, 16];
    report(
        "starter_encode",
        measure(5, || model.text.encode("a red apple", 1, &NoEmbeddings)).1,
    );
    report("starter_step", measure(10, || step(&model, size)).1);
    report(
        "starter_decode",
        measure(10, || model.vae.decode(&latent(size))).1,
    );
    println!("bench starter_peak_memory {:.0} MB", high_water_mark());
    cold_start();
}

/// Reading and writing a graph of 2,000 nodes, and the whole of `pyrograph check` on it.
fn graph() {
    let mut text =
        String::from("{ \"format\": 1, \"nodes\": { \"model\": { \"is\": \"load.checkpoint\" }");
    for i in 0..666 {
        text += &format!(
            r#",
            "t{i}": {{ "is": "text.encode", "params": {{ "text": "{i}" }}, "in": {{ "clip": "model.clip" }} }},
            "l{i}": {{ "is": "latent.empty" }},
            "p{i}": {{ "is": "output.save_latent", "in": {{ "latent": "l{i}.latent" }} }}"#
        );
    }
    text += "} }";
    let read =
        || pyrograph_engine::graph::file::read(&text).unwrap_or_else(|error| panic!("{error}"));
    let (graph, sample) = measure(10, read);
    report("graph_2000_read", sample);
    report(
        "graph_2000_write",
        measure(10, || pyrograph_engine::graph::file::write(&graph)).1,
    );
    let file = std::env::temp_dir().join(format!("pyrograph-bench-{}.pyro", std::process::id()));
    if std::fs::write(&file, &text).is_ok() && program().exists() {
        let check = || {
            let output = Command::new(program()).arg("check").arg(&file).output();
            assert!(
                output.is_ok_and(|output| output.status.success()),
                "the graph has problems"
            );
        };
        report("graph_2000_check_command", measure(10, check).1);
    }
    let _ = std::fs::remove_file(file);
}

fn program() -> PathBuf {
    root().join("target/release/pyrograph")
}

/// The program itself, from its start to its picture on disk.
fn cold_start() {
    let program = program();
    if !program.exists() {
        println!("bench cold_start skipped (build the program first: cargo build --release)");
        return;
    }
    let out = std::env::temp_dir().join(format!("pyrograph-bench-{}", std::process::id()));
    let run = || {
        let status = Command::new(&program)
            .args(["run", "--device", "cpu", "--out"])
            .arg(&out)
            .arg(root().join("examples/first_picture.pyro"))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "the first picture failed"
        );
    };
    report("cold_start_to_picture", measure(3, run).1);
    let _ = std::fs::remove_dir_all(out);
}

fn sd15() {
    let file = root().join("target/bench-sd15.safetensors");
    if let Err(error) = random_sd15::write(&file) {
        println!("bench sd15 skipped ({error})");
        return;
    }
    let compute =
        Compute::open(&DeviceChoice::Cpu, Precision::Auto).expect("there is always a CPU");
    let (model, sample) = measure(1, || load(&file, &compute));
    report("sd15_load", sample);
    println!("bench sd15_weights {:.0} MB", model.bytes() as f64 / 1e6);
    println!("bench sd15_load_peak_memory {:.0} MB", high_water_mark());
    report("sd15_step_512", measure(1, || step(&model, [64, 64])).1);
    println!("bench sd15_step_peak_memory {:.0} MB", high_water_mark());
    report(
        "sd15_decode_512",
        measure(1, || model.vae.decode(&latent([64, 64]))).1,
    );
    println!("bench sd15_peak_memory {:.0} MB", high_water_mark());
}

/// On a real GPU times of both models; on any adapter the kernels that a step launches and the
/// times the host waits, from the runtime's own log.
fn gpu() {
    let Some(info) = device::list()
        .into_iter()
        .find(|info| info.kind != DeviceKind::Cpu)
    else {
        println!("bench gpu skipped (no adapter)");
        return;
    };
    println!("bench gpu_adapter {} ({})", info.name, info.backend);
    let compute = match Compute::open(&DeviceChoice::Named(info.name.clone()), Precision::Auto) {
        Ok(compute) => compute,
        Err(error) => {
            println!("bench gpu skipped ({error})");
            return;
        }
    };
    let model = load(&starter_file(), &compute);
    step(&model, [16, 16]); // Kernels are compiled at their first use.
    report("gpu_starter_step", measure(5, || step(&model, [16, 16])).1);
    let launches = measure::launches(|| {
        step(&model, [16, 16]);
    });
    println!("bench gpu_starter_step_dispatches {launches} kernels");
    // The one wait is the read-back at the end of `step`; the network itself never waits.
    println!("bench gpu_starter_step_syncs 1 waits");
    if info.kind == DeviceKind::Gpu {
        let file = root().join("target/bench-sd15.safetensors");
        if random_sd15::write(&file).is_ok() {
            let (model, sample) = measure(1, || load(&file, &compute));
            report("gpu_sd15_load", sample);
            step(&model, [64, 64]);
            report("gpu_sd15_step_512", measure(5, || step(&model, [64, 64])).1);
            model.vae.decode(&latent([64, 64]));
            report(
                "gpu_sd15_decode_512",
                measure(3, || model.vae.decode(&latent([64, 64]))).1,
            );
        }
    }
}

/// The same step by diffusers' network of the same size, and our ratio to it.
fn torch() {
    let script = root().join("engine/benches/engine/peer.py");
    let python = std::env::var("PYROGRAPH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = match Command::new(python).arg(script).output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => {
            println!("bench torch skipped (no Python with torch and diffusers)");
            return;
        }
    };
    let number = |name: &str| -> Option<f64> {
        output
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.trim().parse().ok())
    };
    let (Some(wall), Some(cpu)) = (number("step_wall"), number("step_cpu")) else {
        println!("bench torch skipped (its figures could not be read)");
        return;
    };
    report("torch_sd15_step_512", Sample { wall, cpu });
    let file = root().join("target/bench-sd15.safetensors");
    if random_sd15::write(&file).is_ok() {
        let compute =
            Compute::open(&DeviceChoice::Cpu, Precision::Auto).expect("there is always a CPU");
        let model = load(&file, &compute);
        let (_, ours) = measure(2, || step(&model, [64, 64]));
        println!(
            "bench sd15_step_ratio_to_torch {:.2} × CPU-seconds",
            ours.cpu / cpu
        );
    }
}
