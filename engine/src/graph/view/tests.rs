use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::graph::file;

fn view(text: &str) -> View {
    let text = format!("{{\"format\": 1, \"view\": {text} }}");
    file::read(text).unwrap().view
}

#[test]
fn nodes_have_a_short_form_and_a_long_one() {
    let view = view(
        r#"{ "nodes": { "a": [1, 2.5], "b": { "at": [3, 4], "size": [200, 90], "title": "T", "color": "teal",
            "collapsed": true, "pinned": true, "later": 5 }, "c": { "title": "T" },
            "d": "somewhere", "e": { "at": [1], "title": 5 } } }"#,
    );
    assert_eq!(view.position("a"), Some([1.0, 2.5]));
    assert_eq!(view.position("b"), Some([3.0, 4.0]));
    for key in ["c", "d", "e", "nobody"] {
        assert_eq!(view.position(key), None, "{key}");
    }
    let look = view.look("b");
    assert_eq!(look.size, Some([200.0, 90.0]));
    assert_eq!((look.is_collapsed, look.is_pinned), (true, true));
    assert_eq!(look.rest["later"], json!(5));
    // What is said is said again, the short form short.
    for key in ["a", "b", "c", "e"] {
        assert_eq!(view.look(key).json().as_ref(), view.nodes.get(key), "{key}");
    }
    assert_eq!(view.look("nobody").json(), None);
    // A title of another form makes way for one.
    let mut look = view.look("e");
    look.title = Some("T".to_owned());
    assert_eq!(look.json(), Some(json!({ "title": "T", "at": [1] })));
}

#[test]
fn what_cannot_be_read_is_passed_over() {
    let view = view(
        r#"{ "frames": { "a": { "rect": [0, 0, 1, 1], "title": "T", "later": 1 }, "b": { "rect": [0, 0, 1] }, "c": 5, "d": { "rect": [0, 0, 1, "x"] } },
            "notes": { "n": { "rect": [0, 0, 1, 1], "text": "t" }, "o": { "text": "t" } },
            "reroutes": [], "routes": 5, "hidden": { "a.b": 1, "a.c": true } }"#,
    );
    let frames = view.frames();
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0].1.json(), view.rest["frames"]["a"]);
    assert_eq!(view.notes().len(), 1);
    assert_eq!(view.note("n").unwrap().json(), view.rest["notes"]["n"]);
    assert!(view.reroutes().is_empty() && view.route("a.b").is_empty());
    assert!(!view.is_hidden("a.b") && view.is_hidden("a.c"));
    assert_eq!(
        (view.fresh(FRAMES, "a"), view.fresh(FRAMES, "x")),
        ("a_2".into(), "x".into())
    );
}

#[test]
fn ways_through_reroutes_end() {
    let view = view(
        r#"{ "reroutes": { "a": { "at": [0, 0] }, "b": { "at": [1, 1], "after": "a" }, "lost": { "at": [2, 2], "after": "nobody" },
            "x": { "at": [3, 3], "after": "y" }, "y": { "at": [4, 4], "after": "x" }, "self": { "at": [5, 5], "after": "self" }, "odd": { "after": "b" } },
            "routes": { "n.b": "b", "n.lost": "lost", "n.x": "x", "n.self": "self", "n.none": "nobody", "n.odd": "odd" } }"#,
    );
    for (input, ids) in [
        ("n.b", &["a", "b"][..]),
        ("n.lost", &["lost"]),
        ("n.x", &["y", "x"]),
        ("n.self", &["self"]),
        ("n.none", &[]),
        ("n.odd", &["a", "b", "odd"]),
        ("n.other", &[]),
    ] {
        assert_eq!(view.route_ids(input), ids, "{input}");
    }
    assert_eq!(view.route("n.odd"), [[0.0, 0.0], [1.0, 1.0]]);
}

#[test]
fn a_frame_holds_what_lies_in_it_whole() {
    let view = view(
        r#"{ "nodes": { "in": [10, 10], "wide": [10, 10], "rim": [90, 90], "out": [-1, 10], "lost": 5 },
            "frames": { "f": { "rect": [0, 0, 100, 100] }, "small": { "rect": [0, 0, 50, 50] }, "large": { "rect": [0, 0, 100, 101] } },
            "notes": { "n": { "rect": [50, 50, 50, 50] }, "m": { "rect": [51, 50, 50, 50] } },
            "reroutes": { "r": { "at": [100, 100] }, "s": { "at": [101, 100] } } }"#,
    );
    let size_of = |key: &str| {
        if key == "wide" {
            [91.0, 10.0]
        } else {
            [10.0, 10.0]
        }
    };
    let parts = view.inside([0.0, 0.0, 100.0, 100.0], size_of);
    let names = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(names(&parts.nodes), "in rim");
    assert_eq!(names(&parts.frames), "small");
    assert_eq!(names(&parts.notes), "n");
    assert_eq!(names(&parts.reroutes), "r");
    assert_eq!(view.corner_of(&parts), Some([0.0, 0.0]));
    assert_eq!(view.corner_of(&Parts::default()), None);
}
