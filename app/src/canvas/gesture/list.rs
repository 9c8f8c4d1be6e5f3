//! The gestures in words, for those who look them up.

/// What the pointer does whatever the way of panning and zooming, and what keys do that are no
/// commands: each with what it does.
pub const GESTURES: &[(&str, &str)] = &[
    (
        "Drag on the canvas",
        "select with a box; Shift adds, Ctrl or Alt takes away",
    ),
    ("Shift or Ctrl and click", "select more, or less"),
    ("Double click on the canvas", "add a node"),
    ("Letters on the canvas", "search for a node to add"),
    ("Right click", "menu of what is there"),
    (
        "Esc or the other button while dragging",
        "take the drag back",
    ),
    (
        "Drag to the canvas's rim",
        "the view follows what is dragged",
    ),
    (
        "Arrows on the canvas",
        "go to the next node; Shift selects more",
    ),
    ("Alt and drag", "copy nodes, notes, frames with content"),
    ("Ctrl while dragging", "off the grid, or on it"),
    ("Drag a node onto a wire", "put it between the wire's ends"),
    ("Drag a node's right or lower rim", "resize it"),
    (
        "Double click a title",
        "rename a node or frame; a note is written",
    ),
    ("Double click a group", "open it"),
    ("Click a hidden wire's badge", "go to its other end"),
    ("Drag a frame's header", "move it with all that lies in it"),
    ("Drag any rim of a frame or note", "resize it"),
    (
        "Drag from a pin",
        "lay a wire to a pin or param; on nothing, add a node to it",
    ),
    ("Drag a wire's end off", "cut it, or lay it elsewhere"),
    (
        "Shift and drag from an output",
        "move all its wires to another one",
    ),
    ("Ctrl, Alt and click a pin or wire", "cut its wires"),
    ("Click on a wire", "select it"),
    ("Drag a wire by its middle", "bend it by a reroute"),
    (
        "Double click, or Alt and click, on a wire",
        "add a reroute there",
    ),
    (
        "Drag from the pin beside a reroute",
        "lay another wire from there",
    ),
    (
        "Ctrl and drag with the right button",
        "cut the wires on the way",
    ),
    (
        "Ctrl and up or down in a prompt",
        "weight the word or selection",
    ),
    ("Drag a number", "change it; with Shift, finely"),
    ("Click a number", "type it; arithmetic is understood"),
    ("Double click a number", "set it back"),
    ("Drop a file", "open a graph or a picture's graph"),
    ("Drop or paste a picture", "add a node that loads it"),
];

#[cfg(test)]
mod tests {
    use super::GESTURES;

    #[test]
    fn no_gesture_is_told_twice() {
        let mut names: Vec<&str> = GESTURES.iter().map(|(gesture, _)| *gesture).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), GESTURES.len());
    }
}
