//! Where keys hold: the same key may mean one thing over the graph and another while pictures are
//! looked at, so a command has keys of its own in each place.

use crate::command::gallery::GalleryCommand;
use crate::command::keys::Shortcut;
use crate::command::{Command, menu};

/// A command with its keys, the one shown first.
pub type CommandKeys = (Command, &'static [egui::KeyboardShortcut]);

/// Where keys hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the whole window; those that are not for texts, while the graph has the keyboard.
    Window,
    /// While the gallery is shown.
    Gallery,
    /// While a picture is shown large.
    Viewer,
}

impl Scope {
    /// The places that take the keyboard from the graph.
    pub const OF_PICTURES: [Self; 2] = [Self::Gallery, Self::Viewer];

    /// The heading above its keys.
    pub fn title(self) -> &'static str {
        match self {
            Self::Window => "Everywhere",
            Self::Gallery => "While the gallery is shown",
            Self::Viewer => "While a picture is shown large",
        }
    }

    /// Every command that may have keys here, in the order in which people read them.
    pub fn bindings(self) -> Box<dyn Iterator<Item = Binding>> {
        let bound = move |command| Binding {
            scope: self,
            command,
        };
        match self {
            Self::Window => Box::new(menu::all().map(bound)),
            Self::Gallery | Self::Viewer => {
                Box::new(self.own_keys().map(move |(command, _)| bound(command)))
            }
        }
    }

    /// Commands with their keys, where these are not told by the command alone.
    fn own_keys(self) -> impl Iterator<Item = &'static CommandKeys> {
        let (own, shared): (&[CommandKeys], &[CommandKeys]) = match self {
            Self::Window => (&[], &[]),
            Self::Gallery => (GalleryCommand::GALLERY_KEYS, GalleryCommand::PICTURE_KEYS),
            Self::Viewer => (GalleryCommand::VIEWER_KEYS, GalleryCommand::PICTURE_KEYS),
        };
        own.iter().chain(shared)
    }
}

/// A command that may have keys, and where they hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binding {
    /// Where.
    pub scope: Scope,
    /// The command.
    pub command: &'static Command,
}

impl Binding {
    /// Every command that may have keys, wherever they hold.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_pictures = Scope::OF_PICTURES.into_iter().flat_map(Scope::bindings);
        Scope::Window.bindings().chain(of_pictures)
    }

    /// The command's name, and where it has these keys, if not over the graph.
    pub fn title(&self) -> String {
        let label = self.command.label();
        match self.scope {
            Scope::Window => label.to_owned(),
            Scope::Gallery => format!("{label} in the gallery"),
            Scope::Viewer => format!("{label} in the viewer"),
        }
    }

    /// The name in settings.
    pub fn name(&self) -> String {
        let name = self.command.name();
        match self.scope {
            Scope::Window => name,
            Scope::Gallery => format!("gallery.{name}"),
            Scope::Viewer => format!("viewer.{name}"),
        }
    }

    /// The keys that give it where the settings say nothing else, the one shown first.
    pub fn own_shortcuts(&self) -> Vec<Shortcut> {
        match self.scope {
            Scope::Window => self.command.own_shortcuts().collect(),
            Scope::Gallery | Scope::Viewer => {
                let mut lines = self.scope.own_keys();
                let line = lines.find(|(command, _)| command == self.command);
                let keys = line.map_or(&[][..], |(_, keys)| keys);
                let outside_text = |keys: &egui::KeyboardShortcut| Shortcut {
                    keys: *keys,
                    in_text: false,
                };
                keys.iter().map(outside_text).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::command::Keymap;
    use crate::command::keys::{parse, text_of};

    #[test]
    fn names_in_settings_are_unique_and_their_keys_can_be_kept() {
        let mut names = BTreeSet::new();
        for binding in Binding::all() {
            assert!(names.insert(binding.name()), "{} twice", binding.name());
            for shortcut in binding.own_shortcuts() {
                let kept = parse(&text_of(&shortcut.keys));
                assert_eq!(kept, Some(shortcut.keys), "{}", binding.name());
            }
        }
    }

    #[test]
    fn every_command_has_keys_somewhere() {
        let bound: Vec<Binding> = Binding::all()
            .filter(|binding| !binding.own_shortcuts().is_empty())
            .collect();
        let without: Vec<String> = menu::all()
            .filter(|command| !bound.iter().any(|binding| binding.command == *command))
            .map(Command::name)
            .collect();
        assert_eq!(without, [""; 0]);
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        let keymap = Keymap::new(&BTreeMap::new());
        for binding in Binding::all() {
            for shortcut in binding.own_shortcuts() {
                let other = keymap.other_with(&shortcut.keys, &binding);
                assert_eq!(other, None, "{} too", binding.name());
            }
        }
    }

    #[test]
    fn places_clash_only_where_both_hold() {
        let keymap = Keymap::new(&BTreeMap::new());
        let find = |name: &str| Binding::all().find(|it| it.name() == name).unwrap();
        let clash = |text: &str, name: &str| {
            let other = keymap.other_with(&parse(text).unwrap(), &find(name));
            other.map(|other| other.name())
        };
        // Over the graph this means something else, but not at the same time.
        assert_eq!(clash("Ctrl+A", "viewer.favourite"), None);
        assert_eq!(
            clash("Right", "viewer.favourite").as_deref(),
            Some("viewer.older_picture")
        );
        assert_eq!(clash("Ctrl+S", "viewer.favourite").as_deref(), Some("save"));
        assert_eq!(clash("F3", "viewer.favourite").as_deref(), Some("gallery"));
        assert_eq!(
            clash("I", "save"),
            None,
            "a letter holds over the graph only"
        );
        assert_eq!(
            clash("F", "gallery.move_to_trash").as_deref(),
            Some("gallery.favourite")
        );
    }
}
