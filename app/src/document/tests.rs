//! What a document promises.

use std::fs;

use serde_json::Value as Json;

use super::*;

fn document() -> Document {
    let graph =
        file::read(r#"{ "format": 1, "nodes": { "a": { "is": "x" }, "b": { "is": "y" } } }"#)
            .unwrap();
    Document::new(graph, "test.pyro", Catalog(&[]))
}

fn set(document: &mut Document, value: u32, live: bool) {
    document
        .edit(
            Edit::set("a", "steps", Some(Json::from(value))),
            "Change value",
            live,
        )
        .unwrap();
}

#[test]
fn a_drag_is_one_step() {
    let mut document = document();
    let before = document.graph().clone();
    for value in 1..=5 {
        set(&mut document, value, true);
    }
    document.end_gesture();
    set(&mut document, 9, true);
    assert!(document.is_dirty());
    document.undo().unwrap();
    assert_eq!(document.graph().nodes["a"].params["steps"], 5);
    document.undo().unwrap();
    assert_eq!(document.graph(), &before);
    assert!(!document.is_dirty());
    assert_eq!(document.undo(), None);
    document.redo().unwrap();
    assert_eq!(document.graph().nodes["a"].params["steps"], 5);
}

#[test]
fn saved_is_a_state_not_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = document();
    set(&mut document, 1, true);
    document.save(folder.path().join("g.pyro")).unwrap();
    assert!(!document.is_dirty());
    set(&mut document, 2, true);
    assert!(document.is_dirty());
    document.undo().unwrap();
    assert!(!document.is_dirty());
    let again = Document::open(&folder.path().join("g.pyro"), Catalog(&[])).unwrap();
    assert_eq!(again.graph().nodes, document.graph().nodes);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left beside the file"
    );
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_document_dirty() {
    let mut document = document();
    set(&mut document, 1, false);
    let error = document
        .save(PathBuf::from("/nowhere/at/all/g.pyro"))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/nowhere/at/all/g.pyro cannot be written"),
        "{error}"
    );
    assert!(document.is_dirty());
}

#[test]
fn circles_are_seen_before_they_are_made() {
    let mut document = document();
    let source = Source {
        node: "a".into(),
        pin: "out".into(),
    };
    document
        .edit(Edit::connect("b", "in", &source), "Connect", false)
        .unwrap();
    assert!(document.would_circle("b", "a"));
    assert!(document.would_circle("a", "a"));
    assert!(!document.would_circle("a", "b"));
}
