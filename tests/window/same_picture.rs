//! One graph gives one picture, whoever runs it.

use super::Window;
use crate::program::{files_in, first_picture, folder, pixels, run};

#[test]
fn the_window_and_the_command_line_make_the_same_pixels() {
    let mut window = Window::first();
    window.run();
    let saved = window.state().jobs.pictures()[0].path.clone().unwrap();

    let home = folder();
    let again = saved.to_str().unwrap().to_owned();
    for (out, graph) in [("from_graph", first_picture()), ("from_picture", again)] {
        run(&home, &["run", &graph, "--device", "cpu", "--out", out]).expect_code(0);
        let made = files_in(&home.path().join(out), "png");
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(pixels(&made[0]), pixels(&saved), "{out}");
    }
}
