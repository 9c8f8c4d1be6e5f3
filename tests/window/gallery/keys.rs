//! The keys that hold while pictures are looked at: they are shown, can be changed, and clash only
//! where they hold.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use pyrograph::app::{Question, State};
use pyrograph::command::setup::Page;
use pyrograph::document::dialog::Purpose;
use pyrograph::gallery::Which;
use pyrograph::viewer::export::{Format, Quality};

use super::super::Window;
use super::with_three;

impl Window {
    fn favourites(&self) -> usize {
        let gallery = &self.state().gallery;
        let found = (0..gallery.found()).filter_map(|place| gallery.at(place));
        found.filter(|row| row.mark.favourite).count()
    }

    fn cursor(&self) -> String {
        let path = self.state().gallery.cursor().unwrap();
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    }

    /// Presses a button that may have to be scrolled to.
    fn press_far(&mut self, name: &str) {
        self.harness.get_by_label(name).click_accesskit();
        self.settle();
    }
}

#[test]
fn the_gallerys_keys_are_changed_on_the_page_of_keys_and_kept() {
    let mut window = with_three();
    window.keys(Modifiers::NONE, Key::F1);
    assert_eq!(window.state().panels.page, Some(Page::Keys));
    assert!(window.has("While the gallery is shown"));
    assert!(window.has("While a picture is shown large"));
    for name in [
        "Keys of Picture to the left in the gallery: Left",
        "Keys of Five stars in the gallery: 5",
        "Keys of Move to trash… in the gallery: Delete, Backspace",
        "Keys of Difference in the viewer: D",
        "Keys of Zoom in in the viewer: +, =",
    ] {
        assert!(window.has(name), "{name}");
    }

    // Taken in the gallery: one has to decide. In the viewer and over the graph it may mean more.
    window.press_far("Keys of Favourite in the gallery: F");
    window.keys(Modifiers::NONE, Key::G);
    assert!(window.has("G is used by Open its graph in the gallery."));
    window.press_far("Leave it to Open its graph in the gallery");
    window.press_far("Keys of Favourite in the gallery: F");
    window.keys(Modifiers::NONE, Key::D);
    assert!(window.has("Keys of Favourite in the gallery: D"));
    assert!(window.has("Keys of Difference in the viewer: D"));
    // What holds everywhere holds here too.
    window.press_far("Keys of Favourite in the gallery: D");
    window.keys(Modifiers::COMMAND, Key::S);
    assert!(window.has("Ctrl+S is used by Save."));
    window.press_far("Leave it to Save");
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().panels.page, None);

    window.keys(Modifiers::NONE, Key::ArrowRight);
    window.keys(Modifiers::NONE, Key::F);
    assert_eq!(window.favourites(), 0);
    window.keys(Modifiers::NONE, Key::D);
    assert_eq!(window.favourites(), 1);

    let mut window = window.restart();
    window.open_gallery(3);
    window.keys(Modifiers::NONE, Key::ArrowRight);
    window.keys(Modifiers::SHIFT, Key::End);
    window.keys(Modifiers::NONE, Key::D);
    assert_eq!(window.favourites(), 3);
}

#[test]
fn a_page_over_the_gallery_has_the_keyboard() {
    let mut window = with_three();
    window.keys(Modifiers::NONE, Key::F1);
    window.keys(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(window.state().gallery.cursor(), None);
    window.keys(Modifiers::NONE, Key::Escape);
    assert_eq!(window.state().panels.page, None);
    assert!(window.state().gallery.is_open(), "only the page is left");
    window.keys(Modifiers::NONE, Key::Escape);
    assert!(!window.state().gallery.is_open());
}

#[test]
fn arrows_go_by_rows_and_pages_and_choose_with_shift() {
    let mut window = Window::first();
    for i in 0..40 {
        window.paint(&format!("{i:02}.png"), i, ("", 1));
    }
    window.open_gallery(40);
    let columns = window.state().gallery.screen().columns;
    let rows = window.state().gallery.screen().rows;
    assert!(columns > 2 && rows > 1, "{columns} {rows}");
    window.keys(Modifiers::NONE, Key::Home);
    let place = |window: &Window| {
        let gallery = &window.state().gallery;
        gallery.place(gallery.cursor().unwrap()).unwrap()
    };
    for (key, wanted) in [
        (Key::ArrowRight, 1),
        (Key::ArrowDown, 1 + columns),
        (Key::ArrowLeft, columns),
        (Key::ArrowUp, 0),
        (Key::PageDown, columns * rows),
        (Key::PageUp, 0),
        (Key::End, 39),
    ] {
        window.keys(Modifiers::NONE, key);
        assert_eq!(place(&window), wanted, "{key:?}");
        assert_eq!(window.state().gallery.chosen().len(), 1, "{key:?}");
    }
    window.keys(Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!(window.state().gallery.chosen().len(), columns + 1);
    window.keys(Modifiers::SHIFT, Key::Home);
    assert_eq!(window.state().gallery.chosen().len(), 40);
}

#[test]
fn a_button_that_has_the_keyboard_is_pressed_by_it() {
    let mut window = with_three();
    window.keys(Modifiers::NONE, Key::ArrowRight);
    let cursor = window.cursor();
    window.harness.get_by_label("Close gallery").focus();
    window.settle();
    window.keys(Modifiers::NONE, Key::Enter);
    assert!(window.state().viewer.is_none(), "the picture is not opened");
    assert!(!window.state().gallery.is_open());
    window.open_gallery(3);
    assert_eq!(window.cursor(), cursor);
}

#[test]
fn the_viewers_keys_zoom_rate_and_move_the_divider() {
    let mut window = with_three();
    window.keys(Modifiers::NONE, Key::Home);
    window.keys(Modifiers::NONE, Key::Enter);
    window.wait("the picture is open", is_open);
    window.settle();
    let seen = |window: &Window| window.state().viewer.as_ref().unwrap().seen_zoom();
    let fitted = seen(&window);
    window.keys(Modifiers::NONE, Key::Plus);
    assert!((seen(&window) / fitted - 1.25).abs() < 1e-3);
    for key in [Key::Minus, Key::Minus] {
        window.keys(Modifiers::NONE, key);
    }
    assert!((seen(&window) / fitted - 0.8).abs() < 1e-3);
    window.keys(Modifiers::ALT, Key::Num3);
    let path = window.state().gallery.cursor().unwrap().to_owned();
    assert_eq!(window.state().gallery.row(&path).unwrap().mark.rating, 3);

    window.keys(Modifiers::NONE, Key::C);
    window.wait("both are open", is_open);
    window.settle();
    let divider = |window: &Window| window.state().viewer.as_ref().unwrap().divider;
    let names = |window: &Window| {
        let pictures = &window.state().viewer.as_ref().unwrap().pictures;
        pictures
            .iter()
            .map(|it| it.name.clone())
            .collect::<Vec<_>>()
    };
    let compared = names(&window);
    for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowLeft] {
        window.keys(Modifiers::NONE, key);
    }
    assert!(
        (divider(&window) - 0.52).abs() < 1e-3,
        "{}",
        divider(&window)
    );
    window.keys(Modifiers::NONE, Key::B);
    window.keys(Modifiers::NONE, Key::ArrowRight);
    assert!((divider(&window) - 0.52).abs() < 1e-3, "there is none now");
    assert_eq!(names(&window), compared);
    assert!(window.has("2 pictures compared: Side by side"));
    window.keys(Modifiers::NONE, Key::S);
    assert!(window.has("2 pictures compared: Slider"));
}

fn is_open(state: &State) -> bool {
    let viewer = state.viewer.as_ref();
    viewer.is_some_and(|viewer| viewer.pictures.iter().all(|it| it.whole().is_some()))
}

#[test]
fn space_chooses_and_leaves_the_picture_at_the_cursor() {
    let mut window = with_three();
    window.keys(Modifiers::NONE, Key::Home);
    let which = Which::File(window.state().gallery.cursor().unwrap().to_owned());
    window.keys(Modifiers::NONE, Key::Space);
    assert!(window.state().gallery.chosen().is_empty());
    window.keys(Modifiers::NONE, Key::Space);
    assert!(window.state().gallery.chosen().contains(&which));
}

#[test]
fn letters_use_and_save_the_chosen_picture() {
    let mut window = with_three();
    window.keys(Modifiers::NONE, Key::Home);
    for (modifiers, key, format) in [
        (Modifiers::NONE, Key::E, Format::Png),
        (Modifiers::SHIFT, Key::E, Format::PlainPng),
        (Modifiers::NONE, Key::J, Format::Jpeg(Quality::Good)),
        (Modifiers::NONE, Key::W, Format::WebP),
    ] {
        window.keys(modifiers, key);
        let asked = match &window.state().question {
            Some(Question::File {
                purpose: Purpose::Picture { format, .. },
                ..
            }) => *format,
            _ => panic!("{key:?} asks for a file"),
        };
        assert_eq!(asked, format, "{key:?}");
        window.keys(Modifiers::NONE, Key::Escape);
        assert!(window.state().question.is_none(), "{key:?}");
    }
    let before = window.state().document.graph().nodes.len();
    window.keys(Modifiers::NONE, Key::U);
    let nodes = &window.state().document.graph().nodes;
    assert_eq!(nodes.len(), before + 1);
    assert_eq!(nodes.last().unwrap().1.is, "load.image");
}
