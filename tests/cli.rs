//! The command line from outside: pictures, exit codes, events, signals.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use pyrograph_engine::output::png::{Found, read_graph};
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::program::{
    Outcome, files_in, finish, first_picture, folder, pixels, program, root, run,
};

/// Runs the first picture with few steps into `out` and returns the one path that is printed.
fn picture(home: &TempDir, graph: &str, more: &[&str]) -> String {
    let mut args = vec!["run", graph, "--device", "cpu", "--set", "sampler.steps=3"];
    args.extend(more);
    let outcome = run(home, &args).expect_code(0);
    let [path] = outcome.lines()[..] else {
        panic!("{outcome:#?}")
    };
    home.path().join(path).to_str().unwrap().to_owned()
}

#[test]
fn a_picture_is_the_same_twice_and_from_its_own_png() {
    let home = folder();
    let first = picture(&home, &first_picture(), &[]);
    let bytes = fs::read(&first).unwrap();
    let second = picture(&home, &first_picture(), &[]);
    assert_ne!(first, second);
    assert_eq!(
        fs::read(&first).unwrap(),
        bytes,
        "a picture was overwritten"
    );
    assert_eq!(pixels(&first), pixels(&second));

    let again = picture(&home, &first, &["--out", "again/and/again"]);
    assert!(again.contains("again/and/again"), "{again}");
    assert_eq!(pixels(&first), pixels(&again));

    let other = picture(&home, &first_picture(), &["--set", "sampler.seed=2"]);
    assert_ne!(pixels(&first), pixels(&other));
    assert_eq!(
        files_in(home.path(), "part"),
        Vec::<std::path::PathBuf>::new()
    );
}

#[test]
fn a_picture_says_how_it_was_made_and_nothing_about_the_machine() {
    let home = folder();
    let path = picture(
        &home,
        &first_picture(),
        &["--set", "sampler.seed=18446744073709551615"],
    );
    let Found::Pyrograph {
        graph,
        recipe: Some(recipe),
    } = read_graph(&fs::read(path).unwrap()).unwrap()
    else {
        panic!("no graph")
    };
    let recipe: Json = serde_json::from_str(&recipe).unwrap();
    assert_eq!(
        recipe["program"],
        concat!("Pyrograph ", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(recipe["node"], "save");
    assert_eq!(recipe["device"]["dtype"], "f32");
    assert_eq!(
        recipe["samples"][0]["seed"].to_string(),
        "18446744073709551615"
    );
    assert_eq!(recipe["samples"][0]["noise"], "torch_cpu");
    assert!(recipe["samples"][0]["step_noise"].is_string());
    let model = fs::read(root().join("assets/starter/starter.safetensors")).unwrap();
    let hash: String = <sha2::Sha256 as sha2::Digest>::digest(model)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(recipe["files"][0]["sha256"], hash.as_str());
    let home = home.path().to_str().unwrap();
    for text in [graph, recipe.to_string()] {
        assert!(
            !text.contains(home) && !text.contains(root().to_str().unwrap()),
            "{text}"
        );
    }
}

#[test]
fn events_are_one_json_object_a_line() {
    let home = folder();
    let outcome = run(
        &home,
        &[
            "run",
            &first_picture(),
            "--json",
            "--set",
            "sampler.steps=2",
        ],
    )
    .expect_code(0);
    let events: Vec<Json> = outcome
        .lines()
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names: Vec<&str> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(names.first(), Some(&"started"));
    assert_eq!(names.last(), Some(&"finished"));
    let steps: Vec<(u64, u64)> = events
        .iter()
        .filter(|event| event["event"] == "progress" && event["node"] == "sampler")
        .map(|event| (event["i"].as_u64().unwrap(), event["n"].as_u64().unwrap()))
        .collect();
    assert_eq!(steps, [(1, 2), (2, 2)]);
    let output = events
        .iter()
        .find(|event| event["event"] == "output")
        .unwrap();
    let image = pixels(home.path().join(output["path"].as_str().unwrap()));
    assert_eq!(
        output["image"].to_string(),
        format!("[{},{}]", image.width(), image.height())
    );
}

#[test]
fn a_plan_is_printed_and_nothing_is_run() {
    let home = folder();
    let outcome = run(&home, &["run", &first_picture(), "--plan"]).expect_code(0);
    for op in [
        "load_checkpoint",
        "encode_text",
        "empty_latent",
        "denoise",
        "decode",
        "save_image",
    ] {
        assert!(outcome.stdout.contains(op), "{op} is not in {outcome:#?}");
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn settings_are_checked() {
    let home = folder();
    let set = |setting: &str| {
        run(
            &home,
            &["run", &first_picture(), "--plan", "--set", setting],
        )
    };
    set("smapler.seed=2")
        .expect_problem("the graph has no node \"smapler\"\n  help: did you mean \"sampler\"?");
    set("sampler.sede=2")
        .expect_problem("this node has no param \"sede\"\n  help: did you mean \"seed\"?");
    set("sampler.steps=many").expect_problem("node \"sampler\", \"steps\"");
    set("sampler.cfg=1000").expect_problem("node \"sampler\", \"cfg\"");
    set("model.model=1").expect_problem("no param");
    set("sampler").expect_code(2);
    let text = |setting: &str, shown: &str| {
        let plan = set(setting).expect_code(0).stdout;
        assert!(plan.contains(shown), "{shown} is not in {plan}");
    };
    text("prompt.text=a red fox", "\"a red fox\"");
    text("prompt.text=\"a \\\"red\\\" fox\"", r#""a \"red\" fox""#);
    text("prompt.text=7", "\"7\"");
    text("prompt.text=a=b", "\"a=b\"");
    text("sampler.seed=\"5\"", "seed=5");
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let home = folder();
    run(&home, &["check", &first_picture()]).expect_code(0);
    run(&home, &["check", "nowhere.pyro"]).expect_problem("the file cannot be read");
    run(&home, &["run", "nowhere.pyro"]).expect_problem("the file cannot be read");
    run(
        &home,
        &["run", &first_picture(), "--device", "no such device"],
    )
    .expect_code(2);
    run(&home, &["run"]).expect_code(2);
    run(&home, &["frobnicate", "x"]).expect_code(2);
    fs::write(home.path().join("file"), "").unwrap();
    let blocked = run(
        &home,
        &[
            "run",
            &first_picture(),
            "--set",
            "sampler.steps=1",
            "--out",
            "file",
        ],
    )
    .expect_code(2);
    assert!(
        blocked
            .stderr
            .contains("node \"save\": the file cannot be written"),
        "{blocked:#?}"
    );
    let json = run(&home, &["check", "nowhere.pyro", "--json"]).expect_code(1);
    let problem: Json = serde_json::from_str(json.lines()[0]).unwrap();
    assert_eq!(
        (&problem["event"], &problem["severity"]),
        (&Json::from("problem"), &Json::from("error"))
    );
}

#[test]
fn lists_can_be_read_by_people_and_programs() {
    let home = folder();
    let json = |args: &[&str]| -> Json {
        serde_json::from_str(&run(&home, args).expect_code(0).stdout).unwrap()
    };
    let nodes = json(&["nodes", "--json"]);
    assert_eq!(nodes.as_array().unwrap().len(), pyrograph_nodes::ALL.len());
    for spec in pyrograph_nodes::ALL {
        assert!(
            run(&home, &["nodes"])
                .expect_code(0)
                .stdout
                .contains(spec.id)
        );
        assert!(
            run(&home, &["nodes", spec.id])
                .expect_code(0)
                .stdout
                .contains(spec.doc)
        );
        assert_eq!(json(&["nodes", spec.id, "--json"])["id"], spec.id);
    }
    let unknown =
        run(&home, &["nodes", "sampling.ksamplr"]).expect_problem("there is no kind of node");
    assert!(
        unknown
            .stderr
            .contains("did you mean \"sampling.ksampler\"?"),
        "{unknown:#?}"
    );
    assert!(
        json(&["models", "--json"])
            .as_array()
            .unwrap()
            .iter()
            .any(|model| model["name"] == "starter")
    );
    assert!(
        run(&home, &["models"])
            .expect_code(0)
            .stdout
            .contains("starter")
    );
    assert!(
        json(&["devices", "--json"])
            .as_array()
            .unwrap()
            .iter()
            .any(|device| device["kind"] == "cpu")
    );
    assert!(
        run(&home, &["devices"])
            .expect_code(0)
            .stdout
            .contains("CPU")
    );
    let version = run(&home, &["--version"]).expect_code(0).stdout;
    assert_eq!(
        version.trim_end(),
        concat!("pyrograph ", env!("CARGO_PKG_VERSION"))
    );
    let help = run(&home, &["--help"]).expect_code(0).stdout;
    for word in [
        "run",
        "check",
        "nodes",
        "models",
        "devices",
        "Examples:",
        "Exit codes:",
    ] {
        assert!(help.contains(word), "{word} is not in {help}");
    }
}

#[test]
fn without_a_display_the_first_picture_is_made() {
    let home = folder();
    let outcome = run(&home, &[]).expect_code(0);
    assert!(
        outcome.stderr.contains("there is no display"),
        "{outcome:#?}"
    );
    let path = *outcome.lines().last().unwrap();
    let image = pixels(home.path().join(path));
    assert!(image.width() > 0);
    run(&home, &["some.pyro"]).expect_code(2);
}

/// Makes pictures of every kind of output from latents alone, without a model's help but for the
/// decoder.
#[test]
fn previews_and_latents_land_in_the_folder_too() {
    let home = folder();
    let graph = r#"{ "format": 1, "nodes": {
        "model": { "is": "load.checkpoint", "params": { "file": "starter" } },
        "latent": { "is": "latent.empty", "params": { "width": 64, "height": 64, "batch": 2 } },
        "keep": { "is": "output.save_latent", "params": { "name": "sub/kept_%counter%" }, "in": { "latent": "latent.latent" } },
        "decode": { "is": "latent.decode", "in": { "vae": "model.vae", "latent": "latent.latent" } },
        "look": { "is": "output.preview_image", "in": { "image": "decode.image" } } } }"#;
    fs::write(home.path().join("g.pyro"), graph).unwrap();
    let outcome = run(&home, &["run", "g.pyro", "--out", "out"]).expect_code(0);
    let mut lines = outcome.lines();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "out/look_00001.png",
            "out/look_00002.png",
            "out/sub/kept_00001.latent"
        ]
    );
    let look = pixels(home.path().join("out/look_00001.png"));

    let graph = r#"{ "format": 1, "nodes": {
        "model": { "is": "load.checkpoint", "params": { "file": "starter" } },
        "latent": { "is": "load.latent", "params": { "file": "out/sub/kept_00001.latent" } },
        "decode": { "is": "latent.decode", "in": { "vae": "model.vae", "latent": "latent.latent" } },
        "look": { "is": "output.save_image", "in": { "image": "decode.image" } } } }"#;
    fs::write(home.path().join("h.pyro"), graph).unwrap();
    let outcome = run(&home, &["run", "h.pyro"]).expect_code(0);
    assert_eq!(pixels(home.path().join(outcome.lines()[0])), look);
}

#[test]
fn a_reader_who_leaves_early_is_no_error() {
    let home = folder();
    let mut child = program(home.path())
        .arg("nodes")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn the_source_tree_is_found_from_a_copy_of_the_binary_by_its_dep_info_only() {
    let home = folder();
    let exe = Path::new(env!("CARGO_BIN_EXE_pyrograph"));
    let copy = home.path().join(exe.file_name().unwrap());
    fs::copy(exe, &copy).unwrap();
    let models = || {
        let mut command = std::process::Command::new(&copy);
        command
            .args(["models"])
            .env("HOME", home.path())
            .env_remove("CARGO_MANIFEST_DIR")
            .current_dir(home.path());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(!models().contains("starter"), "a build path is compiled in");
    // Beside the binary, as a release is unpacked.
    let assets = home.path().join("assets/starter");
    fs::create_dir_all(&assets).unwrap();
    fs::copy(
        root().join("assets/starter/starter.safetensors"),
        assets.join("starter.safetensors"),
    )
    .unwrap();
    assert!(models().contains("starter"));
}

/// Starts a run that would take hours and waits until it denoises.
#[cfg(unix)]
fn endless(home: &TempDir) -> std::process::Child {
    let mut command = program(home.path());
    command.args([
        "run",
        &first_picture(),
        "--json",
        "--device",
        "cpu",
        "--set",
        "sampler.steps=10000",
    ]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"progress\"") {
        line.clear();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "the run ended");
    }
    child.stdout = Some(out.into_inner());
    child
}

#[cfg(unix)]
fn signal(child: &std::process::Child, name: &str) {
    let status = std::process::Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

#[cfg(unix)]
fn ended_soon(outcome: &Outcome) {
    /// A step of the starter takes milliseconds; a busy machine makes that seconds.
    const SOON: Duration = Duration::from_secs(10);
    assert!(outcome.took < SOON, "{outcome:#?}");
}

#[cfg(unix)]
#[test]
fn control_c_cancels_within_a_step() {
    let home = folder();
    let child = endless(&home);
    signal(&child, "-INT");
    let outcome = finish(child).expect_code(130);
    ended_soon(&outcome);
    let last: Json = serde_json::from_str(outcome.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "cancelled");
    assert_eq!(
        files_in(home.path(), "png"),
        Vec::<std::path::PathBuf>::new()
    );
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_no_half_written_picture() {
    let home = folder();
    let child = endless(&home);
    signal(&child, "-KILL");
    assert_eq!(finish(child).code, None);
    assert_eq!(
        files_in(home.path(), "png"),
        Vec::<std::path::PathBuf>::new()
    );

    // Killed while it writes one picture after the other: what is there is whole.
    let mut kept = 0;
    for millis in [0, 3, 7, 12, 20] {
        let mut command = program(home.path());
        command.args([
            "run",
            &first_picture(),
            "--set",
            "sampler.steps=1",
            "--set",
            "latent.batch=8",
        ]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut String::new()).unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        signal(&child, "-KILL");
        child.stdout = Some(out.into_inner());
        finish(child);
        let files = files_in(home.path(), "png");
        assert!(files.len() > kept);
        kept = files.len();
        files.iter().for_each(|file| drop(pixels(file)));
    }
}
