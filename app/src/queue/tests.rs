use super::*;

/// A run of an empty graph, asked for by hand.
pub(super) fn task(name: &str) -> Task {
    Task {
        name: name.to_owned(),
        document: DocumentId::new(),
        graph: Arc::default(),
        seeds: Vec::new(),
        want: Vec::new(),
        folder: None,
        asked: Asked::ByHand,
    }
}

fn queue_of(names: &[&str]) -> (Queue, Vec<RowId>) {
    let mut queue = Queue::default();
    let ids = names
        .iter()
        .map(|name| queue.push(task(name), Place::Back).unwrap())
        .collect();
    (queue, ids)
}

fn ended(how: How) -> Ended {
    Ended {
        how,
        secs: 2.0,
        pictures: vec![3, 4],
        preview: None,
    }
}

#[track_caller]
fn check_waiting(queue: &Queue, names: &[&str]) {
    let waiting: Vec<&str> = queue
        .waiting()
        .iter()
        .map(|row| row.task.name.as_str())
        .collect();
    assert_eq!(waiting, names);
}

#[test]
fn rows_run_in_order_and_those_at_the_front_first() {
    let (mut queue, _) = queue_of(&["a", "b"]);
    let front = ["c", "d"].map(task).to_vec();
    assert_eq!(queue.push_all(front, Place::Front), 0);
    check_waiting(&queue, &["c", "d", "a", "b"]);
    assert_eq!(queue.begin_next().unwrap().task.name, "c");
    assert!(queue.begin_next().is_none(), "one at a time");
    queue.end(&ended(How::Finished));
    assert_eq!(queue.begin_next().unwrap().task.name, "d");
}

#[test]
fn a_paused_queue_finishes_what_runs_and_begins_nothing() {
    let (mut queue, _) = queue_of(&["a", "b"]);
    queue.begin_next();
    assert!(queue.goes_on());
    queue.pause(true);
    assert!(!queue.goes_on(), "the end of the row that runs is the end");
    assert_eq!(queue.running().unwrap().task.name, "a");
    queue.end(&ended(How::Finished));
    assert!(queue.begin_next().is_none());
    queue.pause(false);
    assert_eq!(queue.begin_next().unwrap().task.name, "b");
}

#[test]
fn rows_are_moved_among_those_that_wait() {
    let (mut queue, ids) = queue_of(&["a", "b", "c"]);
    queue.move_to(ids[0], 2);
    check_waiting(&queue, &["b", "c", "a"]);
    queue.move_to(ids[0], 0);
    check_waiting(&queue, &["a", "b", "c"]);
    queue.move_to(ids[1], 99);
    check_waiting(&queue, &["a", "c", "b"]);
    queue.begin_next();
    queue.move_to(ids[0], 1);
    check_waiting(&queue, &["c", "b"]);
}

#[test]
fn what_is_cancelled_or_cleared_is_remembered_as_such() {
    let (mut queue, ids) = queue_of(&["a", "b", "c"]);
    assert!(queue.cancel(ids[1]));
    assert!(!queue.cancel(ids[1]), "it waits no more");
    check_waiting(&queue, &["a", "c"]);
    assert_eq!(queue.clear(), 2);
    let states: Vec<&RowState> = queue.history().iter().map(|row| &row.state).collect();
    assert_eq!(states, [&RowState::Cancelled { secs: None }; 3]);
    assert!(queue.row(ids[0]).is_some(), "it can be run again");
}

#[test]
fn what_came_of_a_row_is_remembered() {
    let (mut queue, ids) = queue_of(&["a", "b", "c"]);
    let report = Box::new(Diagnostic::error("no such file"));
    for how in [How::Finished, How::Cancelled, How::Failed(report.clone())] {
        queue.begin_next();
        queue.end(&ended(how));
    }
    let state = |id| &queue.row(id).unwrap().state;
    assert_eq!(state(ids[0]), &RowState::Finished { secs: 2.0 });
    assert_eq!(state(ids[1]), &RowState::Cancelled { secs: Some(2.0) });
    assert_eq!(state(ids[2]), &RowState::Failed { secs: 2.0, report });
    assert_eq!(queue.history()[0].id, ids[2], "the newest first");
    assert_eq!(queue.row(ids[0]).unwrap().picture, Some(4), "the last one");
}

#[test]
fn an_outdated_run_leaves_no_trace() {
    let mut queue = Queue::default();
    let on_change = Task {
        asked: Asked::OnChange,
        ..task("auto")
    };
    let document = on_change.document;
    queue.push(on_change.clone(), Place::Back);
    queue.begin_next();
    queue.push(on_change, Place::Back);
    queue.push(task("by hand"), Place::Back);
    queue.drop_outdated(DocumentId::new());
    check_waiting(&queue, &["auto", "by hand"]);
    queue.drop_outdated(document);
    check_waiting(&queue, &["by hand"]);
    assert!(queue.end(&ended(How::Cancelled)).is_none());
    assert!(queue.history().is_empty());
}

#[test]
fn history_and_queue_are_bounded() {
    let mut queue = Queue::default();
    let finish = |queue: &mut Queue| {
        queue.push(task("done"), Place::Back);
        queue.begin_next();
        queue.end(&ended(How::Finished));
    };
    for _ in 0..60 {
        finish(&mut queue);
    }
    assert_eq!(
        queue.push_all(vec![task("many"); MAX_WAITING + 5], Place::Back),
        5
    );
    queue.clear();
    let done = |queue: &Queue| {
        let history = queue.history().iter();
        history.filter(|row| row.task.name == "done").count()
    };
    assert_eq!(
        (queue.history().len(), done(&queue)),
        (100, 60),
        "runs that never began go first"
    );
    for _ in 0..60 {
        finish(&mut queue);
    }
    assert_eq!((queue.history().len(), done(&queue)), (100, 100));
}

#[test]
fn the_batch_stays_within_its_bounds() {
    let mut queue = Queue::default();
    assert_eq!(queue.batch(), 1);
    for (asked, got) in [(0, 1), (8, 8), (5_000, MAX_BATCH)] {
        queue.set_batch(asked);
        assert_eq!(queue.batch(), got);
    }
}

#[test]
fn the_title_says_how_far_the_run_is() {
    assert_eq!(title("Pyrograph", "cat.pyro", None), "cat.pyro — Pyrograph");
    assert_eq!(
        title("Pyrograph", "cat.pyro", Some(0.421)),
        "42 % · cat.pyro — Pyrograph"
    );
}

#[test]
fn only_long_runs_that_end_by_themselves_are_news() {
    let row = |state| Row {
        id: RowId(1),
        task: Arc::new(task("cat.pyro")),
        state,
        preview: None,
        picture: None,
    };
    let is_news = |state| notify::words(&row(state), 0.0).is_some();
    let failed = |secs| RowState::Failed {
        secs,
        report: Box::new(Diagnostic::error("no such file")),
    };
    assert!(is_news(RowState::Finished { secs: 11.0 }));
    assert!(is_news(failed(11.0)));
    assert!(!is_news(RowState::Finished { secs: 9.0 }));
    assert!(!is_news(failed(9.0)));
    assert!(!is_news(RowState::Cancelled { secs: Some(99.0) }));
    // Many short ones are long together.
    let last = row(RowState::Finished { secs: 2.0 });
    assert!(notify::words(&last, 60.0).is_some());
}
