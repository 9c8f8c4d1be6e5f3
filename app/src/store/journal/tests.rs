use super::*;
use serde_json::Value as Json;

const GRAPH: &str = "{ \"format\": 1,\n  \"nodes\": { \"a\": { \"is\": \"x\" } } }\n";

fn about() -> About {
    About {
        name: "fox.pyro".to_owned(),
        path: Some("/home/x/fox.pyro".into()),
        folder: Some("/home/x".into()),
        is_saved: true,
        stamp: None,
    }
}

fn entry(value: u32) -> Entry {
    Entry {
        label: "change value".into(),
        edit: Edit::set("a", "steps", Some(Json::from(value))),
        turn: Turn::Step,
    }
}

fn journals() -> (tempfile::TempDir, Journals) {
    let dir = tempfile::tempdir().unwrap();
    let journals = Journals::new(dir.path().join("journal"));
    (dir, journals)
}

#[test]
fn what_is_written_is_recovered_and_goes_on() {
    let (_dir, journals) = journals();
    let name = journals.new_name();
    let mut journal = journals.begin(&name, &about(), GRAPH).unwrap();
    for value in 0..3 {
        journal.append(&entry(value)).unwrap();
    }
    assert!(
        matches!(journals.recover(&name), Err(JournalError::InUse)),
        "somebody writes it"
    );
    assert_eq!(journals.names(), [journal.name()]);
    drop(journal);

    let mut recovered = journals.recover(&name).unwrap();
    assert_eq!(recovered.about, about());
    assert_eq!(recovered.graph, GRAPH);
    assert_eq!(recovered.entries, [entry(0), entry(1), entry(2)]);
    assert_eq!(recovered.damaged, None);
    recovered.journal.append(&entry(3)).unwrap();
    drop(recovered);

    let recovered = journals.recover(&name).unwrap();
    assert_eq!(recovered.entries.len(), 4);
    recovered.journal.remove();
    assert!(journals.names().is_empty());
}

#[test]
fn a_line_written_half_is_left_out_wherever_it_ends() {
    let (_dir, journals) = journals();
    let mut journal = journals.begin("j", &about(), GRAPH).unwrap();
    journal.append(&entry(1)).unwrap();
    journal.append(&entry(2)).unwrap();
    drop(journal);
    let whole = fs::read(journals.path("j")).unwrap();
    let last = serde_json::to_vec(&entry(2)).unwrap().len() + 1;
    for cut in 1..=last {
        fs::write(journals.path("j"), &whole[..whole.len() - cut]).unwrap();
        let mut recovered = journals.recover("j").unwrap();
        assert_eq!(recovered.entries, [entry(1)], "{cut} bytes are missing");
        recovered.journal.append(&entry(7)).unwrap();
        drop(recovered);
        let recovered = journals.recover("j").unwrap();
        assert_eq!(recovered.entries, [entry(1), entry(7)]);
    }
}

#[test]
fn a_damaged_line_ends_the_journal_and_the_whole_is_kept() {
    let (_dir, journals) = journals();
    let mut journal = journals.begin("j", &about(), GRAPH).unwrap();
    journal.append(&entry(1)).unwrap();
    drop(journal);
    let mut file = File::options()
        .append(true)
        .open(journals.path("j"))
        .unwrap();
    file.write_all(b"\0\0\0\n").unwrap();
    serde_json::to_writer(&file, &entry(2)).unwrap();
    file.write_all(b"\n").unwrap();
    let whole = fs::read(journals.path("j")).unwrap();
    let recovered = journals.recover("j").unwrap();
    assert_eq!(recovered.entries, [entry(1)]);
    let told = recovered.damaged.unwrap();
    assert!(told.message.starts_with("j.journal is damaged"), "{told}");
    let aside = journals.path("j").with_extension("journal.damaged-1");
    assert_eq!(fs::read(aside).unwrap(), whole);
}

#[test]
fn no_bytes_whatever_break_the_reader() {
    let (_dir, journals) = journals();
    let mut journal = journals.begin("j", &about(), GRAPH).unwrap();
    journal.append(&entry(1)).unwrap();
    drop(journal);
    let whole = fs::read(journals.path("j")).unwrap();
    let start = whole.len() - serde_json::to_vec(&entry(1)).unwrap().len() - 1;
    for length in 0..start {
        fs::write(journals.path("j"), &whole[..length]).unwrap();
        assert!(journals.recover("j").is_err(), "{length} bytes");
    }
    let huge = br#"{"journal":1,"graph_bytes":18446744073709551615,"about":"#;
    fs::write(journals.path("j"), [&huge[..], b"{}}\nx"].concat()).unwrap();
    assert!(journals.recover("j").is_err());
    fs::write(journals.path("j"), b"{\"journal\":2}\n").unwrap();
    assert!(journals.recover("j").is_err());
}
