//! Edits of the view.

use super::*;
use crate::graph::view::{Frame, Note, Parts, Reroute};

fn drawn(view: &str) -> Graph {
    file::read(format!(
        "{{\"format\": 1, \"nodes\": {{ {PICTURE} }}, \"view\": {view} }}"
    ))
    .unwrap()
}

/// Makes an edit and compares the view.
#[track_caller]
fn check_view(view: &str, edit: Edit, expected: &str) {
    let mut graph = drawn(view);
    there_and_back(&mut graph, edit, |graph| {
        assert_eq!(file::write(graph), file::write(&drawn(expected)));
    });
}

#[test]
fn moving_a_node_keeps_how_it_looks() {
    check_view(
        r#"{ "nodes": { "save": { "at": [1, 2], "title": "Out", "later": 1 }, "model": [0, 0] } }"#,
        Edit::move_to("save", [5.0, 6.0]),
        r#"{ "nodes": { "save": { "at": [5, 6], "title": "Out", "later": 1 }, "model": [0, 0] } }"#,
    );
}

#[test]
fn looks_are_as_short_as_they_can_be() {
    let long = r#"{ "nodes": { "save": { "at": [1, 2], "title": "Out", "color": "teal", "collapsed": true } } }"#;
    let edit = relook(&drawn(long), "save", |look| {
        look.title = None;
        look.color = None;
        look.is_collapsed = false;
    });
    check_view(long, edit, r#"{ "nodes": { "save": [1, 2] } }"#);
    let short = r#"{ "nodes": { "save": [1, 2] } }"#;
    let edit = relook(&drawn(short), "save", |look| {
        look.size = Some([200.0, 90.0]);
        look.is_pinned = true;
    });
    check_view(
        short,
        edit,
        r#"{ "nodes": { "save": { "at": [1, 2], "size": [200, 90], "pinned": true } } }"#,
    );
    let edit = relook(&drawn("{}"), "save", |look| {
        look.title = Some("Out".to_owned())
    });
    check_view("{}", edit, r#"{ "nodes": { "save": { "title": "Out" } } }"#);
}

#[test]
fn frames_and_notes_come_and_go() {
    let frame = Frame {
        rect: [0.0, 1.0, 200.0, 100.5],
        title: "Words".to_owned(),
        color: Some("teal".to_owned()),
        ..Frame::default()
    };
    let note = Note {
        rect: [1.0, 1.0, 2.0, 2.0],
        text: "# Why".to_owned(),
        ..Note::default()
    };
    let one = r##"{ "frames": { "f": { "rect": [0, 1, 200, 100.5], "title": "Words", "color": "teal" } } }"##;
    for before in ["{}", r#"{ "frames": [] }"#, r#"{ "frames": {} }"#] {
        check_view(before, Edit::put_frame("f", &frame), one);
    }
    check_view(one, Edit::take_frame("f"), "{}");
    check_view(one, Edit::take_frame("g"), one);
    check_view(
        one,
        Edit::put_note("n", &note),
        r##"{ "frames": { "f": { "rect": [0, 1, 200, 100.5], "title": "Words", "color": "teal" } },
            "notes": { "n": { "rect": [1, 1, 2, 2], "text": "# Why" } } }"##,
    );
    let odd = drawn(r#"{ "frames": [1] }"#);
    let error = apply(&mut odd.clone(), Edit::put_frame("f", &frame)).unwrap_err();
    let member = "frames".to_owned();
    assert_eq!(error, EditError::NoEntries { member });
}

#[test]
fn wires_are_bent_and_straightened() {
    let at = [5.0, 5.0];
    let input = Slot::new("sampler", "model");
    let straight = "{}";
    let (edit, id) = reroute(&drawn(straight), &input, 3, at);
    assert_eq!(id, "r");
    let once = r#"{ "reroutes": { "r": { "at": [5, 5] } }, "routes": { "sampler.model": "r" } }"#;
    check_view(straight, edit, once);

    // Before it, then behind it: other wires through it follow the former.
    let shared = r#"{ "reroutes": { "r": { "at": [5, 5] } }, "routes": { "sampler.model": "r", "save.image": "r" } }"#;
    let (edit, _) = reroute(&drawn(shared), &input, 0, [1.0, 1.0]);
    let twice = r#"{ "reroutes": { "r": { "at": [5, 5], "after": "r_2" }, "r_2": { "at": [1, 1] } },
        "routes": { "sampler.model": "r", "save.image": "r" } }"#;
    check_view(shared, edit, twice);
    let (edit, _) = reroute(&drawn(twice), &input, 2, [9.0, 9.0]);
    let thrice = r#"{ "reroutes": { "r": { "at": [5, 5], "after": "r_2" }, "r_2": { "at": [1, 1] }, "r_3": { "at": [9, 9], "after": "r" } },
        "routes": { "sampler.model": "r_3", "save.image": "r" } }"#;
    check_view(twice, edit, thrice);
    let way = drawn(thrice).view.route("sampler.model");
    assert_eq!(way, [[1.0, 1.0], [5.0, 5.0], [9.0, 9.0]]);

    check_view(
        thrice,
        remove_reroute(&drawn(thrice), "r"),
        r#"{ "reroutes": { "r_2": { "at": [1, 1] }, "r_3": { "at": [9, 9], "after": "r_2" } },
            "routes": { "sampler.model": "r_3", "save.image": "r_2" } }"#,
    );
    check_view(once, remove_reroute(&drawn(once), "r"), "{}");
    check_view(once, remove_reroute(&drawn(once), "nobody"), once);
    let edit = Edit::put_reroute(
        "r",
        &Reroute {
            at,
            ..Reroute::default()
        },
    );
    check_view("{}", edit, r#"{ "reroutes": { "r": { "at": [5, 5] } } }"#);

    check_view(
        "{}",
        hide(&input, true),
        r#"{ "hidden": { "sampler.model": true } }"#,
    );
    check_view(
        r#"{ "hidden": { "sampler.model": true } }"#,
        hide(&input, false),
        "{}",
    );
}

#[test]
fn parts_move_together() {
    let before = r#"{ "nodes": { "save": { "at": [1, 2], "title": "Out" }, "model": [0, 0] },
        "frames": { "f": { "rect": [0, 0, 9, 9] } }, "notes": { "n": { "rect": [0, 0, 1, 1] } },
        "reroutes": { "r": { "at": [4, 4], "after": "q" } } }"#;
    let set = |key: &str| BTreeSet::from([key.to_owned()]);
    let parts = Parts {
        nodes: set("save"),
        frames: set("f"),
        notes: set("n"),
        reroutes: set("r"),
    };
    let after = r#"{ "nodes": { "save": { "at": [11, 2], "title": "Out" }, "model": [0, 0] },
        "frames": { "f": { "rect": [10, 0, 9, 9] } }, "notes": { "n": { "rect": [10, 0, 1, 1] } },
        "reroutes": { "r": { "at": [14, 4], "after": "q" } } }"#;
    check_view(before, shift(&drawn(before), &parts, [10.0, 0.0]), after);
}
