//! What a document promises.

use std::fs;
use std::path::{Path, PathBuf};

use pyrograph_engine::graph::Source;
use serde_json::Value as Json;

use super::*;
use crate::store::journal::Journals;
use crate::store::watch::Sight;

fn document() -> Document {
    let graph =
        file::read(r#"{ "format": 1, "nodes": { "a": { "is": "x" }, "b": { "is": "y" } } }"#)
            .unwrap();
    Document::new(graph, "test.pyro", Catalog(&[]))
}

fn steps(document: &Document) -> &Json {
    &document.graph().nodes["a"].params["steps"]
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

/// A folder with journals, and a document that is kept in them.
fn kept() -> (tempfile::TempDir, Journals, Document) {
    let folder = tempfile::tempdir().unwrap();
    let journals = Journals::new(folder.path().join("journal"));
    let mut document = document();
    document.save(folder.path().join("g.pyro")).unwrap();
    document.keep_in(&journals);
    (folder, journals, document)
}

/// What is found after the program has ended, if there is something.
fn recovered(journals: &Journals) -> Option<Document> {
    let names = journals.names();
    assert!(names.len() <= 1, "{names:?}");
    let recovered = journals.recover(names.first()?).unwrap();
    let (document, told) = Document::recover(recovered, journals, Catalog(&[])).unwrap();
    assert_eq!(told, None);
    Some(document)
}

#[test]
fn edits_outlive_the_program_and_can_be_undone() {
    let (folder, journals, mut document) = kept();
    assert!(journals.names().is_empty(), "the file holds everything");
    set(&mut document, 1, false);
    set(&mut document, 2, false);
    document.undo().unwrap();
    document.redo().unwrap();
    let graph = document.graph().clone();
    drop(document);

    let mut document = recovered(&journals).unwrap();
    assert_eq!(document.graph(), &graph);
    assert!(document.is_dirty());
    assert_eq!(document.path(), Some(&*folder.path().join("g.pyro")));
    for _ in 0..2 {
        assert_eq!(document.undo().unwrap(), "Change value");
    }
    assert!(!document.is_dirty(), "that is what the file holds");
    assert_eq!(document.undo(), None, "what was undone is no step");
    document.redo().unwrap();
    drop(document);
    let mut document = recovered(&journals).unwrap();
    assert_eq!(steps(&document), 1);
    document.redo().unwrap();
    assert_eq!(steps(&document), 2, "what can be redone outlives it too");
    assert_eq!(document.redo(), None);

    document.save(folder.path().join("g.pyro")).unwrap();
    assert!(journals.names().is_empty());
}

#[test]
fn a_gesture_is_written_at_its_end_at_the_latest() {
    let (_folder, journals, mut document) = kept();
    for value in 1..=100 {
        set(&mut document, value, true);
    }
    document.end_gesture();
    drop(document);
    let name = journals.names().remove(0);
    let found = journals.recover(&name).unwrap();
    assert!(found.entries.len() < 10, "{}", found.entries.len());
    drop(found);
    let mut document = recovered(&journals).unwrap();
    assert_eq!(document.graph().nodes["a"].params["steps"], 100);

    set(&mut document, 7, true);
    set(&mut document, 8, true);
    assert!(document.keep_up().is_some(), "the gesture may go on");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(document.keep_up(), None, "a pause is written down");
    drop(document);
    let document = recovered(&journals).unwrap();
    assert_eq!(document.graph().nodes["a"].params["steps"], 8);
}

#[test]
fn a_gesture_is_one_step_after_a_restart_however_it_was_written() {
    let (_folder, journals, mut document) = kept();
    let before = document.graph().clone();
    set(&mut document, 1, true);
    // A pause is written down, and what comes then too.
    std::thread::sleep(std::time::Duration::from_millis(300));
    document.keep_up();
    set(&mut document, 2, true);
    let ended = Edit::set("b", "steps", Some(Json::from(3)));
    document.extend(ended, "Insert into wire").unwrap();
    assert_eq!(document.undo().unwrap(), "Insert into wire");
    assert_eq!(document.graph(), &before);
    document.redo().unwrap();
    let after = document.graph().clone();
    drop(document);

    let mut document = recovered(&journals).unwrap();
    assert_eq!(document.graph(), &after);
    assert_eq!(document.undo().unwrap(), "Insert into wire");
    assert_eq!(document.graph(), &before);
    assert!(!document.is_dirty());
    assert_eq!(document.undo(), None);
    drop(document);
    let mut document = recovered(&journals).unwrap();
    document.redo().unwrap();
    assert_eq!(document.graph(), &after);
}

#[test]
fn a_gesture_that_is_cancelled_was_never_made() {
    let (_folder, journals, mut document) = kept();
    set(&mut document, 1, false);
    set(&mut document, 2, false);
    document.undo().unwrap();
    let name = document.journal().unwrap().to_owned();
    let length = || fs::metadata(journals.path(&name)).unwrap().len();
    let before = length();
    set(&mut document, 7, true);
    set(&mut document, 8, true);
    document.cancel_gesture();
    assert_eq!(steps(&document), 1);
    assert_eq!(length(), before, "nothing of it was written");
    set(&mut document, 9, true);
    std::thread::sleep(std::time::Duration::from_millis(300));
    document.keep_up();
    set(&mut document, 10, true);
    document.cancel_gesture();
    assert!(length() > before);
    drop(document);

    let mut document = recovered(&journals).unwrap();
    assert_eq!(steps(&document), 1);
    document.redo().unwrap();
    assert_eq!(steps(&document), 2, "what could be redone still can");
    document.undo().unwrap();
    document.undo().unwrap();
    assert!(!document.is_dirty());
    assert_eq!(document.undo(), None);
}

#[test]
fn what_was_made_before_the_journal_can_be_undone_and_redone_in_it() {
    let (folder, journals, mut document) = kept();
    set(&mut document, 1, false);
    set(&mut document, 2, false);
    document.save(folder.path().join("g.pyro")).unwrap();
    document.undo().unwrap();
    document.undo().unwrap();
    document.redo().unwrap();
    drop(document);

    let mut document = recovered(&journals).unwrap();
    assert_eq!(steps(&document), 1);
    assert!(document.is_dirty(), "the file holds another state");
    document.redo().unwrap();
    assert_eq!(steps(&document), 2);
    assert!(!document.is_dirty(), "this is the file's");
    document.undo().unwrap();
    assert!(document.is_dirty());
    assert_eq!(steps(&document), 1);
}

#[test]
fn a_long_journal_begins_anew() {
    let (_folder, journals, mut document) = kept();
    let text = "x".repeat(10_000);
    for value in 0..100 {
        let value = Some(Json::from(format!("{value} {text}")));
        document
            .edit(Edit::set("a", "text", value), "Change value", false)
            .unwrap();
    }
    let name = document.journal().unwrap().to_owned();
    let length = fs::metadata(journals.path(&name)).unwrap().len();
    assert!(length < 400_000, "{length}");
    let graph = document.graph().clone();
    drop(document);
    let document = recovered(&journals).unwrap();
    assert_eq!(document.graph(), &graph);
    assert!(document.is_dirty());
}

#[test]
fn what_the_file_holds_already_is_not_unsaved() {
    let (folder, journals, mut document) = kept();
    set(&mut document, 1, false);
    // The program ends after the file was written, before the journal is removed.
    fs::write(folder.path().join("g.pyro"), file::write(document.graph())).unwrap();
    drop(document);
    let document = recovered(&journals).unwrap();
    assert!(!document.is_dirty());
    assert!(journals.names().is_empty());
}

#[test]
fn a_journal_that_cannot_be_written_is_told_once_and_tried_again() {
    let (folder, _, mut document) = kept();
    fs::write(folder.path().join("journal"), "a file, no folder").unwrap();
    set(&mut document, 1, false);
    set(&mut document, 2, false);
    assert!(document.take_trouble().is_some());
    assert!(document.take_trouble().is_none());
    assert!(!document.secure());
    fs::remove_file(folder.path().join("journal")).unwrap();
    assert!(document.secure());
    drop(document);
    let document = recovered(&Journals::new(folder.path().join("journal"))).unwrap();
    assert_eq!(document.graph().nodes["a"].params["steps"], 2);
}

#[test]
fn a_file_that_changes_or_goes_is_noticed() {
    let (folder, _, mut document) = kept();
    let path = folder.path().join("g.pyro");
    assert!(!document.differs_from_file());
    let other = r#"{ "format": 1, "nodes": { "other": { "is": "x" } } }"#;
    fs::write(&path, other).unwrap();
    assert!(document.differs_from_file());
    let id = document.id();
    document.reload().unwrap();
    assert_eq!(document.id(), id);
    assert!(document.graph().nodes.contains_key("other"));
    assert!(!document.differs_from_file() && !document.is_dirty());

    assert!(document.note_sight(Sight::Gone));
    assert!(!document.note_sight(Sight::Gone), "it is told once");
    assert!(document.is_dirty(), "no file holds it any more");
    document.save(path).unwrap();
    assert!(!document.is_dirty());
}

#[test]
fn a_version_opened_has_no_file() {
    let (folder, _, document) = kept();
    let path = folder.path().join("g.pyro");
    let version = Document::open_as_new(&path, "old.pyro", Catalog(&[])).unwrap();
    assert_eq!(version.path(), None::<&Path>);
    assert_eq!(version.name(), "old.pyro");
    assert_eq!(version.graph().nodes, document.graph().nodes);
}
