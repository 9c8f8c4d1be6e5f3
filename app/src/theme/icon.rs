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
/// What can be set.
pub const SETTINGS: &str = "\u{e272}";
/// The examples.
pub const TEMPLATES: &str = "\u{e464}";
/// A picture's ratio.
pub const RATIO: &str = "\u{e626}";
/// Width and height change places.
pub const ROTATE: &str = "\u{e036}";
/// A folder.
pub const FOLDER: &str = "\u{e24a}";
/// Edit a title.
pub const RENAME: &str = "\u{e3b4}";
/// Headers only.
pub const COLLAPSE: &str = "\u{e532}";
/// Stays where it is.
pub const PIN: &str = "\u{e3e2}";
/// Takes no part in runs.
pub const MUTE: &str = "\u{e3de}";
/// Wires pass through.
pub const BYPASS: &str = "\u{e026}";
/// Colours.
pub const COLOR: &str = "\u{e6c8}";
/// A frame.
pub const FRAME: &str = "\u{e6ce}";
/// A note.
pub const NOTE: &str = "\u{e348}";
/// Hidden wires.
pub const HIDE: &str = "\u{e224}";
/// A group.
pub const GROUP: &str = "\u{e466}";
/// Groups that are kept.
pub const LIBRARY: &str = "\u{e758}";

/// Cut.
pub const CUT: &str = "\u{eae0}";
/// Paste.
pub const PASTE: &str = "\u{e198}";
/// Wires are laid.
pub const LINK: &str = "\u{e2e2}";
/// A node leaves its wires.
pub const UNLINK: &str = "\u{e2e4}";
/// Nodes in order.
pub const ARRANGE: &str = "\u{e67c}";
/// What is not selected.
pub const INVERT: &str = "\u{e744}";
/// What lies before.
pub const UPSTREAM: &str = "\u{e51a}";
/// What lies behind.
pub const DOWNSTREAM: &str = "\u{e52c}";
/// A field is edited.
pub const EDIT: &str = "\u{e7d8}";
/// Larger.
pub const ZOOM_IN: &str = "\u{e310}";
/// Smaller.
pub const ZOOM_OUT: &str = "\u{e30e}";
/// In one line at the left.
pub const ALIGN_LEFT: &str = "\u{e50e}";
/// In one line at the right.
pub const ALIGN_RIGHT: &str = "\u{e510}";
/// In one line at the top.
pub const ALIGN_TOP: &str = "\u{e512}";
/// In one line at the bottom.
pub const ALIGN_BOTTOM: &str = "\u{e506}";
/// Middles below each other.
pub const ALIGN_COLUMN: &str = "\u{e50a}";
/// Middles beside each other.
pub const ALIGN_ROW: &str = "\u{e50c}";
/// Beside each other, evenly.
pub const SPREAD_ROW: &str = "\u{e546}";
/// Below each other, evenly.
pub const SPREAD_COLUMN: &str = "\u{e5a2}";

/// Run before the others.
pub const RUN_FIRST: &str = "\u{e5a6}";
/// Nothing begins.
pub const PAUSE: &str = "\u{e39e}";
/// Again and again.
pub const REPEAT: &str = "\u{e3f6}";
/// A seed that changes.
pub const UNLOCK: &str = "\u{e30a}";
/// What waits.
pub const QUEUE: &str = "\u{e6ac}";
/// Something to be dragged.
pub const GRIP: &str = "\u{eae2}";
/// Later.
pub const BELOW: &str = "\u{e03e}";

/// More can be done.
pub const MORE: &str = "\u{e1fe}";
/// What comes before.
pub const PREVIOUS: &str = "\u{e138}";
/// What comes after.
pub const NEXT: &str = "\u{e13a}";

/// Every icon, for the test that each is embedded.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    FLAME,
    ADD,
    PICTURES,
    PICTURE,
    PROBLEM,
    WARNING,
    HELP,
    RUN,
    STOP,
    CLOSE,
    CARET,
    LOCK,
    CHECK,
    SEARCH,
    OPEN,
    SAVE,
    NEW,
    UNDO,
    REDO,
    DELETE,
    COPY,
    SELECT,
    CPU,
    GPU,
    FIT,
    DICE,
    ARROW,
    ABOVE,
    FILE,
    SIDEBAR,
    THEME,
    INFO,
    QUIT,
    KEYS,
    RUN_FIRST,
    PAUSE,
    REPEAT,
    UNLOCK,
    QUEUE,
    GRIP,
    BELOW,
    SETTINGS,
    TEMPLATES,
    RATIO,
    ROTATE,
    FOLDER,
    RENAME,
    COLLAPSE,
    PIN,
    MUTE,
    BYPASS,
    COLOR,
    FRAME,
    NOTE,
    HIDE,
    GROUP,
    LIBRARY,
    CUT,
    PASTE,
    LINK,
    UNLINK,
    ARRANGE,
    INVERT,
    UPSTREAM,
    DOWNSTREAM,
    EDIT,
    ZOOM_IN,
    ZOOM_OUT,
    ALIGN_LEFT,
    ALIGN_RIGHT,
    ALIGN_TOP,
    ALIGN_BOTTOM,
    ALIGN_COLUMN,
    ALIGN_ROW,
    SPREAD_ROW,
    SPREAD_COLUMN,
    MORE,
    PREVIOUS,
    NEXT,
];
