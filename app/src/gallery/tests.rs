use super::*;
use crate::gallery::row::Content;
use crate::gallery::scan::Stamp;
use crate::gallery::summary::Summary;

fn gallery(count: usize) -> Gallery {
    let rows = (0..count).map(|i| {
        let stamp = Stamp {
            path: format!("/p/{i:05}.png").into(),
            bytes: 1,
            changed_ns: i as i64 * 1_000_000_000,
        };
        let content = Content {
            size_px: [64, 64],
            summary: Summary {
                prompt: format!("picture of {} things", i % 7),
                seeds: vec![i as u64],
                ..Summary::default()
            },
            fault: None,
        };
        Row::new(Path::new("/p"), stamp, content, Mark::default())
    });
    Gallery::with_rows(&Context::default(), rows.collect())
}

fn chosen(gallery: &Gallery) -> Vec<String> {
    let name = |which: &Which| match which {
        Which::File(path) => path.file_stem().unwrap().to_str().unwrap().to_owned(),
        Which::Made(number) => number.to_string(),
    };
    gallery.chosen().iter().map(name).collect()
}

#[test]
fn the_newest_comes_first_and_a_search_keeps_the_order() {
    let mut gallery = gallery(100);
    assert_eq!(gallery.at(0).unwrap().name, "00099.png");
    gallery.look_for("\"3 things\"".into(), "2026-11-24");
    assert_eq!(gallery.found(), 14);
    assert_eq!(gallery.at(0).unwrap().name, "00094.png");
    gallery.look_for("seed:17".into(), "2026-11-24");
    assert_eq!(gallery.found(), 1);
    gallery.look_for(String::new(), "2026-11-24");
    assert_eq!(gallery.found(), 100);
}

#[test]
fn a_search_in_ten_thousand_looks_at_each_once() {
    let mut gallery = gallery(10_000);
    gallery.look_for("things 09999".into(), "2026-11-24");
    assert_eq!(gallery.found(), 1);
    gallery.look_for("things".into(), "2026-11-24");
    assert_eq!(gallery.found(), 10_000);
}

#[test]
fn keys_and_clicks_choose() {
    let mut gallery = gallery(10);
    gallery.see(Screen {
        seen: 0..6,
        columns: 2,
        rows: 3,
    });
    gallery.go(Move::Right, Pick::Only);
    assert_eq!(chosen(&gallery), ["00009"], "the first key finds the first");
    gallery.go(Move::Right, Pick::Only);
    gallery.go(Move::Down, Pick::Through);
    assert_eq!(chosen(&gallery), ["00006", "00007", "00008"]);
    gallery.go(Move::Left, Pick::Through);
    assert_eq!(chosen(&gallery), ["00007", "00008"]);
    gallery.choose(Which::File("/p/00002.png".into()), Pick::Toggle);
    assert_eq!(chosen(&gallery), ["00002", "00007", "00008"]);
    gallery.choose(Which::File("/p/00002.png".into()), Pick::Toggle);
    gallery.choose(Which::Made(3), Pick::Toggle);
    assert_eq!(chosen(&gallery), ["3", "00007", "00008"]);
    gallery.go(Move::Last, Pick::Only);
    assert_eq!(chosen(&gallery), ["00000"]);
    gallery.go(Move::PageUp, Pick::Only);
    assert_eq!(chosen(&gallery), ["00006"], "three rows of two");
    gallery.go(Move::Up, Pick::Only);
    assert_eq!(chosen(&gallery), ["00008"]);
    gallery.go(Move::First, Pick::Only);
    assert_eq!(chosen(&gallery), ["00009"]);
    gallery.go(Move::Stay, Pick::Toggle);
    assert!(gallery.chosen().is_empty());
    gallery.choose_all();
    assert_eq!(gallery.chosen().len(), 10);
}

#[test]
fn what_is_gone_is_no_longer_chosen_and_the_cursor_goes_on() {
    let mut gallery = gallery(5);
    gallery.go(Move::Stay, Pick::Only);
    gallery.go(Move::Right, Pick::Only);
    assert_eq!(gallery.cursor(), Some(Path::new("/p/00003.png")));
    gallery.forget(&["/p/00003.png".into(), "/p/00002.png".into()]);
    assert_eq!(gallery.cursor(), Some(Path::new("/p/00001.png")));
    assert!(gallery.chosen().is_empty());
    gallery.forget(&["/p/00001.png".into(), "/p/00000.png".into()]);
    assert_eq!(gallery.cursor(), Some(Path::new("/p/00004.png")));
    gallery.forget(&["/p/00004.png".into()]);
    assert_eq!(gallery.cursor(), None);
    assert!(gallery.is_empty());
}
