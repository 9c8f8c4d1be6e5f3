//! How far the run is, in the desktop's taskbar. Linux desktops (Plasma, Ubuntu's dock and others)
//! read it from a signal on the session bus, in the form that Unity once chose. Where there is no
//! bus, or nobody listens, nothing happens.

use std::sync::mpsc::{self, Sender};
use std::thread;

/// The taskbar's entry of this program.
#[derive(Default)]
pub struct Taskbar {
    /// How much of the run is done as the taskbar shows it, in percent; `None` without a run.
    shown: Option<u8>,
    /// The way to the thread that tells the desktop, once there was something to tell.
    way: Option<Sender<Option<u8>>>,
}

impl Taskbar {
    /// Tells somebody else than the desktop.
    pub fn telling(way: Sender<Option<u8>>) -> Self {
        Self {
            shown: None,
            way: Some(way),
        }
    }

    /// Shows how much of the run is done, or that nothing runs.
    pub fn show(&mut self, share: Option<f32>) {
        let percent = share.map(|share| (share.clamp(0.0, 1.0) * 100.0) as u8);
        if self.shown != percent {
            self.shown = percent;
            // Who does not listen has nothing to show it on.
            let _ = self.way.get_or_insert_with(start).send(percent);
        }
    }
}

/// Starts the thread. Nobody waits for it, not even at the end: a bus may be slow to answer, and the
/// desktop takes the progress away by itself when the program is gone.
fn start() -> Sender<Option<u8>> {
    let (way, percents) = mpsc::channel();
    let thread = thread::Builder::new()
        .name("taskbar".to_owned())
        .spawn(move || {
            // Of what came faster than it was told, only the last is of interest.
            let newest = percents
                .iter()
                .map(|percent| percents.try_iter().last().unwrap_or(percent));
            desktop::tell(newest);
        });
    // Without a thread nothing is told.
    drop(thread);
    way
}

#[cfg(all(unix, not(target_os = "macos")))]
mod desktop {
    use std::collections::BTreeMap;

    use zbus::message::Message;
    use zbus::zvariant::Value;
    use zbus::{Connection, block_on};

    /// The program's entry in the desktop's menu, whose file is called as the window's app id.
    const ENTRY: &str = "application://pyrograph.desktop";
    const PATH: &str = "/com/canonical/unity/launcherentry/pyrograph";
    const INTERFACE: &str = "com.canonical.Unity.LauncherEntry";

    /// Tells the desktop one after another, as long as there is a bus.
    pub(super) fn tell(percents: impl Iterator<Item = Option<u8>>) {
        let Ok(bus) = block_on(Connection::session()) else {
            return;
        };
        for percent in percents {
            let sent = update(percent).and_then(|update| block_on(bus.send(&update)));
            if sent.is_err() {
                return;
            }
        }
    }

    /// The signal that says how far the program is.
    pub(super) fn update(percent: Option<u8>) -> zbus::Result<Message> {
        let share = f64::from(percent.unwrap_or(0)) / 100.0;
        let properties = BTreeMap::from([
            ("progress", Value::from(share)),
            ("progress-visible", Value::from(percent.is_some())),
        ]);
        Message::signal(PATH, INTERFACE, "Update")?.build(&(ENTRY, properties))
    }
}

/// Other systems have no such bus.
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod desktop {
    /// Lets it pass.
    pub(super) fn tell(percents: impl Iterator<Item = Option<u8>>) {
        percents.for_each(drop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_percent_is_told_once_and_the_end_too() {
        let (way, told) = mpsc::channel();
        let mut taskbar = Taskbar::telling(way);
        for share in [
            None,
            Some(0.0),
            Some(0.001),
            Some(0.519),
            Some(2.0),
            None,
            None,
        ] {
            taskbar.show(share);
        }
        let told: Vec<Option<u8>> = told.try_iter().collect();
        assert_eq!(told, [Some(0), Some(51), Some(100), None]);
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn the_signal_is_the_one_that_desktops_know() {
        use std::collections::HashMap;

        use zbus::zvariant::OwnedValue;

        let told = |percent| {
            let update = desktop::update(percent).unwrap();
            let header = update.header();
            assert_eq!(
                header.interface().unwrap().as_str(),
                "com.canonical.Unity.LauncherEntry"
            );
            assert_eq!(header.member().unwrap().as_str(), "Update");
            let body = update.body();
            assert_eq!(body.signature().to_string_no_parens(), "sa{sv}");
            let (entry, properties): (String, HashMap<String, OwnedValue>) =
                body.deserialize().unwrap();
            assert_eq!(entry, "application://pyrograph.desktop");
            let number = |name: &str| properties[name].downcast_ref::<f64>().unwrap();
            let flag = |name: &str| properties[name].downcast_ref::<bool>().unwrap();
            (number("progress"), flag("progress-visible"))
        };
        assert_eq!(told(Some(42)), (0.42, true));
        assert_eq!(told(None), (0.0, false));
    }
}
