//! The icons used, as characters of the embedded icon font (Phosphor regular).

/// The program itself.
pub const FLAME: &str = "\u{e624}";
/// Add a node.
pub const ADD: &str = "\u{e3d4}";
/// Pictures.
pub const PICTURES: &str = "\u{e836}";
/// One picture.
pub const PICTURE: &str = "\u{e2ca}";
/// Problems.
pub const PROBLEM: &str = "\u{e4e2}";
/// A warning.
pub const WARNING: &str = "\u{e4e0}";
/// Help.
pub const HELP: &str = "\u{e3e8}";
/// Run.
pub const RUN: &str = "\u{e3d0}";
/// Cancel a run.
pub const STOP: &str = "\u{e46c}";
/// Close.
pub const CLOSE: &str = "\u{e4f6}";
/// A list opens below.
pub const CARET: &str = "\u{e136}";
/// A fixed seed.
pub const LOCK: &str = "\u{e308}";
/// Done, chosen.
pub const CHECK: &str = "\u{e182}";
/// Search.
pub const SEARCH: &str = "\u{e30c}";
/// Open a file.
pub const OPEN: &str = "\u{e256}";
/// Save.
pub const SAVE: &str = "\u{e248}";
/// A new document.
pub const NEW: &str = "\u{e236}";
/// Undo.
pub const UNDO: &str = "\u{e08a}";
/// Redo.
pub const REDO: &str = "\u{e08c}";
/// Delete.
pub const DELETE: &str = "\u{e4a6}";
/// Duplicate.
pub const COPY: &str = "\u{e1ca}";
/// Select all.
pub const SELECT: &str = "\u{e746}";
/// A processor.
pub const CPU: &str = "\u{e610}";
/// A graphics card.
pub const GPU: &str = "\u{e612}";
/// Fit the view.
pub const FIT: &str = "\u{e1d0}";
/// Another seed.
pub const DICE: &str = "\u{e1ee}";
/// A cause or a consequence.
pub const ARROW: &str = "\u{e06c}";
/// The folder above.
pub const ABOVE: &str = "\u{e08e}";
/// A file.
pub const FILE: &str = "\u{e230}";
/// The panel at the side.
pub const SIDEBAR: &str = "\u{ec24}";
/// Light and dark.
pub const THEME: &str = "\u{e18c}";
/// A remark.
pub const INFO: &str = "\u{e2ce}";
/// Leave.
pub const QUIT: &str = "\u{e42a}";
/// Keys.
pub const KEYS: &str = "\u{e2d8}";

/// Every icon, for the test that each is embedded.
#[cfg(test)]
pub(crate) const ALL: [&str; 34] = [
    FLAME, ADD, PICTURES, PICTURE, PROBLEM, WARNING, HELP, RUN, STOP, CLOSE, CARET, LOCK, CHECK,
    SEARCH, OPEN, SAVE, NEW, UNDO, REDO, DELETE, COPY, SELECT, CPU, GPU, FIT, DICE, ARROW, ABOVE,
    FILE, SIDEBAR, THEME, INFO, QUIT, KEYS,
];
