//! Whether the desktop has dialogs at all. On Linux they come from the xdg portal, a service on the
//! session bus, or else from the program zenity; other systems always have them.

#[cfg(all(unix, not(target_os = "macos")))]
mod linux {
    use std::env;

    use zbus::fdo::DBusProxy;
    use zbus::{Connection, block_on};

    const PORTAL: &str = "org.freedesktop.portal.Desktop";
    const ZENITY: &str = "zenity";

    /// Asks the bus; may take as long as the bus does.
    pub(in crate::document) fn is_there() -> bool {
        block_on(has_portal()).unwrap_or(false) || has_zenity()
    }

    async fn has_portal() -> zbus::Result<bool> {
        let bus = Connection::session().await?;
        let daemon = DBusProxy::new(&bus).await?;
        if daemon.name_has_owner(PORTAL.try_into()?).await? {
            return Ok(true);
        }
        // It starts when it is asked for something.
        let names = daemon.list_activatable_names().await?;
        Ok(names.iter().any(|name| name.as_str() == PORTAL))
    }

    fn has_zenity() -> bool {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|folder| folder.join(ZENITY).is_file())
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
pub(in crate::document) use self::linux::is_there;

/// Other systems have them.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(in crate::document) fn is_there() -> bool {
    true
}
