//! Panics inside an op: caught, silenced on stderr, and told as text.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether this thread is inside [`caught`].
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic inside [`caught`] happened.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// How a guarded call ended before its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unwound {
    /// By [`throw_cancelled`].
    Cancelled,
    /// By a panic with that message and place.
    Panicked(String),
}

/// The payload of [`throw_cancelled`].
struct CancelledMark;

/// Keeps panics that [`caught`] will report off stderr. Other panics are told as before.
pub(super) fn silence_caught_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() {
                let place = info
                    .location()
                    .map(|place| format!("{}:{}", place_in_crate(place.file()), place.line()));
                PLACE.replace(place);
                // Whoever hunts a fault asks for the backtrace by the usual variable.
                if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
                    before(info);
                }
            } else {
                before(info);
            }
        }));
    });
}

/// Runs `f` and catches its panic.
pub(super) fn caught<T>(f: impl FnOnce() -> T) -> Result<T, Unwound> {
    let outer = CATCHING.replace(true);
    PLACE.take();
    // What `f` leaves half changed is only the caller's own state, which it throws away.
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    CATCHING.set(outer);
    result.map_err(|payload| {
        if payload.is::<CancelledMark>() {
            Unwound::Cancelled
        } else {
            let message = message(payload.as_ref());
            Unwound::Panicked(match PLACE.take() {
                Some(place) => format!("{message} ({place})"),
                None => message,
            })
        }
    })
}

/// Leaves the innermost [`caught`] at once: the way out of a callback that cannot return an error,
/// such as the progress of a file being read. No panic hook runs (as in salsa's cancellation).
pub(super) fn throw_cancelled() -> ! {
    panic::resume_unwind(Box::new(CancelledMark))
}

/// A panic's message in one line.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Burn's messages can hold whole shapes and stacks.
    match text.char_indices().nth(500) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A source path from its crate's folder on: what lies before is the machine that built it.
fn place_in_crate(path: &str) -> &str {
    let path_from = |marker: &str| {
        path.rfind(marker)
            .and_then(|at| path[..at].rfind(['/', '\\']))
            .map(|at| &path[at + 1..])
    };
    path_from("/src/")
        .or_else(|| path_from("\\src\\"))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message_and_place() {
        silence_caught_panics();
        let Err(Unwound::Panicked(text)) = caught(|| panic!("shapes\n  differ: {}", 7)) else {
            panic!("not caught")
        };
        assert!(
            text.starts_with("shapes differ: 7 (engine/src/run/caught.rs:"),
            "{text}"
        );
    }

    #[test]
    fn burns_panic_is_caught_and_the_thread_goes_on() {
        use burn::tensor::{Device, Tensor};
        silence_caught_panics();
        let device = Device::flex();
        let unequal = || Tensor::<1>::zeros([3], &device) + Tensor::<1>::zeros([4], &device);
        assert!(matches!(caught(unequal), Err(Unwound::Panicked(_))));
        assert_eq!(caught(|| 5), Ok(5));
    }

    #[test]
    fn cancelling_unwinds_to_the_guard() {
        assert_eq!(
            caught(|| throw_cancelled()),
            Err::<(), _>(Unwound::Cancelled)
        );
    }

    #[test]
    fn places_start_at_their_crate() {
        assert_eq!(
            place_in_crate("/home/x/registry/src/idx/burn-1/src/a/b.rs"),
            "burn-1/src/a/b.rs"
        );
        assert_eq!(place_in_crate("engine/src/run.rs"), "engine/src/run.rs");
        assert_eq!(place_in_crate("/engine/src/run.rs"), "engine/src/run.rs");
        assert_eq!(place_in_crate("x.rs"), "x.rs");
    }
}
