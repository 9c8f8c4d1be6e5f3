//! Everything that a user, a stranger's file or a dying machine may do to the program: each gives
//! its message and its exit code, soon, and loses nothing.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyrograph_engine::device::{DeviceChoice, Precision};
use pyrograph_engine::graph::check::check as judge;
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::plan::compile::compile;
use pyrograph_engine::plan::op::Op;
use pyrograph_engine::plan::{Key, Plan};
use pyrograph_engine::run::event::Event;
use pyrograph_engine::run::session::{Job, JobId, Outputs, Session, SessionConfig};
use pyrograph_engine::weights::library::Library;
use serde_json::json;
use tempfile::TempDir;

use crate::program::{first_picture, folder, root, run};
use crate::random_sd15;

/// "Within a second", with room for a machine that runs many tests at once.
const SOON: Duration = Duration::from_secs(5);

/// Both `check` and `run` refuse the file with exit code 1 and these words, soon, and leave it as
/// it is.
#[track_caller]
fn refused(home: &TempDir, name: &str, words: &str) {
    let length = fs::metadata(home.path().join(name)).unwrap().len();
    for command in ["check", "run"] {
        let outcome = run(home, &[command, name]).expect_problem(words);
        assert!(outcome.took < SOON, "{outcome:#?}");
        assert_eq!(outcome.stdout, "");
    }
    assert_eq!(fs::metadata(home.path().join(name)).unwrap().len(), length);
}

/// As [`refused`], of a file with that text.
#[track_caller]
fn refused_text(text: impl AsRef<[u8]>, words: &str) {
    let home = folder();
    fs::write(home.path().join("bad.pyro"), &text).unwrap();
    refused(&home, "bad.pyro", words);
    assert_eq!(
        fs::read(home.path().join("bad.pyro")).unwrap(),
        text.as_ref()
    );
}

#[test]
fn files_that_are_no_graph() {
    refused_text("", "the file is empty");
    refused_text(" \n", "the file is empty");
    refused_text([0xff, 0xd8, 0xff, 0xe0], "the file is not text");
    refused_text(b"\x7fELF\x02\x01\x01\0", "not valid JSON");
    refused_text("hello", "not valid JSON");
    refused_text("[1]", "the file must be an object");
    refused_text(
        r#"{ "format": 1, "nodes": [] }"#,
        "\"nodes\" must be an object",
    );
    refused_text(r#"{ "nodes": {} }"#, "\"format\" is missing");
    refused_text(
        r#"{ "format": 2, "nodes": {} }"#,
        "the graph has format 2; this version reads format 1",
    );
    refused_text(r#"{ "format": "1", "nodes": {} }"#, "\"format\" is a text");
    refused_text(
        r#"{ "format": 1, "nodes": { "a": { "is": "x" }, "a": { "is": "y" } } }"#,
        "\"a\" is given twice",
    );
    refused_text(
        r#"{ "format": 1, "nodes": { "a": { "is": "x", "params": { "b": NaN } } } }"#,
        "NaN is no number in JSON",
    );
    refused_text(
        r#"{ "nodes": [], "links": [], "last_node_id": 0 }"#,
        "this is a ComfyUI workflow",
    );
    refused_text(
        r#"{ "3": { "class_type": "KSampler", "inputs": {} } }"#,
        "this is a ComfyUI prompt",
    );
}

#[test]
fn brackets_200_000_deep() {
    refused_text("[".repeat(200_000), "more than 100 deep");
    let object = r#"{"a":"#.repeat(200_000);
    refused_text(object, "more than 100 deep");
    let closed = format!(
        "{{\"format\":1,\"nodes\":{{}},\"x\":{}{}}}",
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    refused_text(closed, "more than 100 deep");
}

#[test]
fn files_that_are_too_large() {
    let nodes: Vec<String> = (0..1_000_000)
        .map(|i| format!("\"n{i}\":{{\"is\":\"x\"}}"))
        .collect();
    refused_text(
        format!("{{\"format\":1,\"nodes\":{{{}}}}}", nodes.join(",")),
        "more than 100000 nodes",
    );

    // A text of 1 GB: the file is sparse, so it costs no disk; its size alone refuses it.
    let home = folder();
    let mut big = File::create(home.path().join("big.pyro")).unwrap();
    big.write_all(br#"{"format":1,"nodes":{"a":{"is":"text.encode","params":{"text":""#)
        .unwrap();
    big.set_len(1 << 30).unwrap();
    refused(&home, "big.pyro", "the file is 1073741824 bytes long");

    // A text that fits the file's bound but not its own.
    let long = json!({ "format": 1, "nodes": { "a": { "is": "x", "params": { "b": "x".repeat(17 << 20) } } } });
    refused_text(long.to_string(), "a text is 17825792 bytes long");
}

#[test]
fn graphs_that_cannot_run() {
    let cyclic = r#"{ "format": 1, "nodes": {
        "a": { "is": "latent.resize", "in": { "latent": "b.latent" } },
        "b": { "is": "latent.resize", "in": { "latent": "a.latent" } },
        "save": { "is": "output.save_latent", "in": { "latent": "a.latent" } } } }"#;
    refused_text(cyclic, "circle");
    let unknown = r#"{ "format": 1, "nodes": { "a": { "is": "sampling.ksamplr" } } }"#;
    refused_text(unknown, "there is no node of the kind \"sampling.ksamplr\"");
    refused_text(r#"{ "format": 1, "nodes": {} }"#, "error");
    let no_number = r#"{ "format": 1, "nodes": { "latent": { "is": "latent.empty", "params": { "width": "wide" } },
        "save": { "is": "output.save_latent", "in": { "latent": "latent.latent" } } } }"#;
    refused_text(no_number, "node \"latent\", \"width\"");
}

#[test]
fn pictures_without_a_graph() {
    let home = folder();
    image::RgbImage::new(3, 3)
        .save(home.path().join("plain.png"))
        .unwrap();
    refused(&home, "plain.png", "this picture carries no graph");
    let whole = fs::read(home.path().join("plain.png")).unwrap();
    fs::write(home.path().join("cut.png"), &whole[..30]).unwrap();
    refused(&home, "cut.png", "the PNG file is damaged");
    fs::create_dir(home.path().join("folder.pyro")).unwrap();
    run(&home, &["check", "folder.pyro"]).expect_problem("the file cannot be read");
}

/// The first picture's graph with another checkpoint, in a folder of its own.
fn with_checkpoint(home: &TempDir, name: &str) {
    let text = fs::read_to_string(first_picture()).unwrap();
    let mut graph: serde_json::Value = serde_json::from_str(&text).unwrap();
    graph["nodes"]["model"]["params"]["file"] = json!(name);
    fs::write(home.path().join("g.pyro"), graph.to_string()).unwrap();
}

#[test]
fn checkpoints_that_are_none() {
    let home = folder();
    let starter = fs::read(root().join("assets/starter/starter.safetensors")).unwrap();
    fs::write(
        home.path().join("cut.safetensors"),
        &starter[..starter.len() / 2],
    )
    .unwrap();
    with_checkpoint(&home, "cut");
    refused(
        &home,
        "g.pyro",
        "node \"model\", \"file\": the file is cut off",
    );

    fs::write(home.path().join("head.safetensors"), &starter[..1000]).unwrap();
    with_checkpoint(&home, "head");
    refused(
        &home,
        "g.pyro",
        "node \"model\", \"file\": the file is cut off",
    );

    let header = json!({ "lora_unet_x.lora_up.weight": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] } }).to_string();
    let mut lora = (header.len() as u64).to_le_bytes().to_vec();
    lora.extend(header.as_bytes());
    lora.extend([0; 4]);
    fs::write(home.path().join("lora.safetensors"), lora).unwrap();
    with_checkpoint(&home, "lora");
    refused(
        &home,
        "g.pyro",
        "this is no checkpoint: it looks like a LoRA",
    );

    fs::write(home.path().join("text.safetensors"), "not a model at all").unwrap();
    with_checkpoint(&home, "text");
    refused(&home, "g.pyro", "this is no safetensors file");

    with_checkpoint(&home, "nowhere");
    refused(
        &home,
        "g.pyro",
        "no checkpoint called \"nowhere\" was found",
    );
    with_checkpoint(&home, "../../etc/passwd");
    run(&home, &["check", "g.pyro"]).expect_code(1);
}

/// Runs the first picture into `out` where no file can become longer than some KiB, which to a
/// program is what a full disk is.
#[cfg(unix)]
fn run_without_room(home: &TempDir) -> crate::program::Outcome {
    use std::process::{Command, Stdio};

    // Whoever ignores the signal is told by an error.
    let script = "ulimit -f 8 && trap '' XFSZ && exec \"$0\" \"$@\"";
    let child = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_pyrograph")])
        .args(["run", &first_picture(), "--device", "cpu", "--out", "out"])
        .args(["--set", "sampler.steps=1"])
        .env("HOME", home.path())
        .current_dir(home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    crate::program::finish(child)
}

#[cfg(unix)]
#[test]
fn a_disk_without_room_for_the_picture() {
    let home = folder();
    let outcome = run_without_room(&home).expect_code(2);
    assert!(
        outcome
            .stderr
            .contains("node \"save\": the file cannot be written"),
        "{outcome:#?}"
    );
    let left = fs::read_dir(home.path().join("out")).unwrap();
    assert_eq!(left.count(), 0, "nothing half written is left behind");
}

/// A session on the CPU whose files are the program's own.
fn session() -> Session {
    Session::start(
        SessionConfig {
            compute: DeviceChoice::Cpu,
            precision: Precision::Auto,
            library: Library {
                dirs: vec![root().join("assets/starter")],
            },
            memory_budget: None,
        },
        || {},
    )
}

fn plan_of(graph: &Graph) -> Plan {
    let (checked, problems) = judge(graph, pyrograph_nodes::catalog());
    assert_eq!(problems, []);
    compile(&checked, &[], &|file| file.name.clone())
}

/// The first picture's graph with so many steps.
fn first_graph(steps: u32) -> Graph {
    let mut graph = file::read(fs::read(first_picture()).unwrap()).unwrap();
    graph.nodes["sampler"]
        .params
        .insert("steps".to_owned(), json!(steps));
    graph
}

fn job(plan: Plan, out: &Path) -> Job {
    let outputs = Outputs {
        dir: out.to_owned(),
        date: "2026-11-24".to_owned(),
        keep_previewed: false,
    };
    Job {
        plan,
        graph: first_graph(1),
        folder: None,
        outputs,
        previews: true,
    }
}

/// The events of a job up to its last, each seen by `look` first.
fn events(session: &Session, id: JobId, mut look: impl FnMut(&Event)) -> Vec<Event> {
    let mut seen = Vec::new();
    while let Some((of, event)) = session.wait_event() {
        if of == id {
            look(&event);
            seen.push(event);
            if seen.last().is_some_and(Event::is_last) {
                return seen;
            }
        }
    }
    panic!("the session has died after {seen:?}");
}

#[test]
fn a_panic_inside_an_op_is_told_at_its_node_and_the_session_goes_on() {
    let home = folder();
    let session = session();
    let mut plan = plan_of(&first_graph(1));
    // A plan that no graph compiles to: the network is given a latent without cells.
    for step in &mut plan.steps {
        if let Op::EmptyLatent(op) = &mut step.op {
            (op.width, op.height) = (0, 0);
            step.key = Key([1; 32]);
        }
    }
    let id = session.submit(job(plan, home.path()));
    let seen = events(&session, id, |_| {});
    let Some(Event::Failed(problem)) = seen.last() else {
        panic!("{seen:?}")
    };
    assert_eq!(problem.place.node.as_deref(), Some("sampler"), "{problem}");
    assert!(
        problem.message.starts_with("the operation panicked: "),
        "{problem}"
    );

    // Another: a step asks for a value of the wrong type.
    let mut plan = plan_of(&first_graph(1));
    let model = plan
        .steps
        .iter()
        .position(|step| matches!(step.op, Op::LoadCheckpoint(_)))
        .unwrap();
    for step in &mut plan.steps {
        if let Op::Decode(op) = &mut step.op {
            op.latent.value.step = model;
        }
    }
    let id = session.submit(job(plan, home.path()));
    let seen = events(&session, id, |_| {});
    assert!(
        matches!(seen.last(), Some(Event::Failed(problem)) if problem.place.node.as_deref() == Some("decode")),
        "{seen:?}"
    );

    let id = session.submit(job(plan_of(&first_graph(1)), home.path()));
    assert!(matches!(
        events(&session, id, |_| {}).last(),
        Some(Event::Finished { .. })
    ));
}

#[test]
fn a_cancelled_run_stops_within_a_step_and_what_it_had_finished_is_reused() {
    let home = folder();
    let session = session();
    let long = plan_of(&first_graph(10_000));
    let id = session.submit(job(long.clone(), home.path()));
    let waiting = session.submit(job(long.clone(), home.path()));
    let mut asked = None;
    let mut previews = 0;
    let seen = events(&session, id, |event| match event {
        Event::Progress { i: 3, .. } => {
            session.cancel();
            asked = Some(Instant::now());
        }
        Event::Preview { .. } => previews += 1,
        _ => {}
    });
    assert!(matches!(seen.last(), Some(Event::Cancelled)), "{seen:?}");
    assert!(asked.unwrap().elapsed() < SOON);
    assert!(previews >= 1);
    assert!(matches!(
        events(&session, waiting, |_| {}).last(),
        Some(Event::Cancelled)
    ));
    assert!(session.unfinished().is_empty());

    let prompt = long
        .steps
        .iter()
        .find(|step| step.node == "prompt")
        .unwrap();
    assert!(session.has(&prompt.key));
    let id = session.submit(job(plan_of(&first_graph(2)), home.path()));
    let seen = events(&session, id, |_| {});
    let reused = |node: &str| {
        seen.iter()
            .any(|event| matches!(event, Event::Reused { node: n } if n == node))
    };
    assert!(
        matches!(seen.last(), Some(Event::Finished { .. })),
        "{seen:?}"
    );
    assert!(
        reused("model") && reused("prompt") && reused("negative") && !reused("sampler"),
        "{seen:?}"
    );

    // Once more: only the picture is written anew, and it is the same.
    let id = session.submit(job(plan_of(&first_graph(2)), home.path()));
    let again = events(&session, id, |_| {});
    let run: Vec<&str> = again
        .iter()
        .filter_map(|event| {
            if let Event::Node { node, .. } = event {
                Some(node.as_str())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(run, ["save"]);
    let picture = |events: &[Event]| {
        events.iter().find_map(|event| {
            if let Event::Output { image, .. } = event {
                Some(Arc::clone(image))
            } else {
                None
            }
        })
    };
    assert_eq!(picture(&seen).unwrap(), picture(&again).unwrap());
}

#[test]
fn a_step_on_full_size_weights_stops_in_its_middle() {
    let home = folder();
    let model = home.path().join("full_size.safetensors");
    random_sd15::write(&model).unwrap();
    let mut graph = first_graph(20);
    graph.nodes["model"]
        .params
        .insert("file".to_owned(), json!(model));
    for side in ["width", "height"] {
        graph.nodes["latent"]
            .params
            .insert(side.to_owned(), json!(512));
    }
    let session = session();
    let id = session.submit(job(plan_of(&graph), home.path()));
    let mut asked = None;
    let seen = events(&session, id, |event| {
        if matches!(event, Event::Node { node, .. } if node == "sampler") {
            // Far into the first step, which takes many seconds on any processor.
            std::thread::sleep(Duration::from_secs(2));
            session.cancel();
            asked = Some(Instant::now());
        }
    });
    assert!(matches!(seen.last(), Some(Event::Cancelled)), "{seen:?}");
    assert!(asked.unwrap().elapsed() < SOON);
    assert!(
        !seen.iter().any(|e| matches!(e, Event::Progress { .. })),
        "{seen:?}"
    );
}

#[test]
fn a_session_that_is_dropped_stops_its_run() {
    let home = folder();
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    let config = SessionConfig {
        compute: DeviceChoice::Cpu,
        library: Library {
            dirs: vec![root().join("assets/starter")],
        },
        ..SessionConfig::default()
    };
    let session = Session::start(config, move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    session.submit(job(plan_of(&first_graph(10_000)), home.path()));
    while !matches!(session.wait_event(), Some((_, Event::Progress { .. }))) {}
    let start = Instant::now();
    drop(session);
    assert!(start.elapsed() < SOON);
    assert!(woken.load(Ordering::Relaxed) > 0);
}
