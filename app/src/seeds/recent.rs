//! The seeds used lately, each with the picture that came of it: for every document the last
//! twenty of each of its seeds, kept from one start of the program to the next.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use egui::{Context, TextureHandle};
use pyrograph_engine::diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};

use super::Seed;
use crate::command::Input;
use crate::store::keep;
use crate::store::saver::Saver;

/// The file in the user's data folder.
const FILE: &str = "seeds.json";
/// How many uses of one seed are remembered.
const MAX_USES: usize = 20;
/// How many documents are remembered.
const MAX_DOCUMENTS: usize = 100;

/// A seed that was used.
#[derive(Clone, Serialize, Deserialize)]
pub struct Use {
    /// The seed.
    pub seed: u64,
    /// The picture's file, if it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PathBuf>,
    /// The picture, if it was made since the program started.
    #[serde(skip)]
    pub thumb: Option<TextureHandle>,
}

/// The seeds used in one document, by `node.param`, the newest first.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Uses {
    document: String,
    seeds: BTreeMap<String, Vec<Use>>,
}

/// The seeds used lately.
pub struct RecentSeeds {
    /// By document, the one used last first.
    documents: Vec<Uses>,
    saver: Option<Saver<Vec<Uses>>>,
}

impl RecentSeeds {
    /// Reads what a data folder remembers. A damaged file is set aside, and the warning says so.
    pub fn read(data: Option<&Path>, ctx: &Context) -> (Self, Option<Diagnostic>) {
        let file = data.map(|data| data.join(FILE));
        let (documents, told) = match &file {
            Some(file) => keep::read_or_start(file),
            None => (Vec::new(), None),
        };
        let recent = Self {
            documents,
            saver: file.map(|file| Saver::start(file, ctx)),
        };
        (recent, told)
    }

    /// Remembers the seeds that a picture was made with.
    pub fn note(
        &mut self,
        document: &str,
        seeds: &[Seed],
        picture: (Option<&Path>, &TextureHandle),
    ) {
        let mut uses = match self.place_of(document) {
            Some(at) => self.documents.remove(at),
            None => Uses {
                document: document.to_owned(),
                ..Uses::default()
            },
        };
        for Seed { at, value } in seeds {
            let list = uses.seeds.entry(name(at)).or_default();
            list.retain(|used| used.seed != *value);
            list.insert(
                0,
                Use {
                    seed: *value,
                    picture: picture.0.map(Path::to_owned),
                    thumb: Some(picture.1.clone()),
                },
            );
            list.truncate(MAX_USES);
        }
        self.documents.insert(0, uses);
        self.documents.truncate(MAX_DOCUMENTS);
        if let Some(saver) = &self.saver {
            let documents = self.documents.clone();
            saver.save(move || documents);
        }
    }

    /// A document goes on under another name: what was used in it goes along, and stays with the old
    /// name too, which may be that of a file.
    pub fn go_on(&mut self, before: &str, now: &str) {
        if before != now
            && let Some(at) = self.place_of(before)
        {
            let uses = Uses {
                document: now.to_owned(),
                ..self.documents[at].clone()
            };
            self.documents.retain(|uses| uses.document != now);
            self.documents.insert(0, uses);
            self.documents.truncate(MAX_DOCUMENTS);
        }
    }

    /// The last uses of a seed, the newest first.
    pub fn of(&self, document: &str, at: &Input) -> &[Use] {
        let uses = self.place_of(document).map(|at| &self.documents[at].seeds);
        uses.and_then(|seeds| seeds.get(&name(at)))
            .map_or(&[], Vec::as_slice)
    }

    /// The picture files of a seed's last uses that were made before the program started.
    pub fn files(&self, document: &str, at: &Input) -> Vec<PathBuf> {
        let older = self
            .of(document, at)
            .iter()
            .filter(|used| used.thumb.is_none());
        older.filter_map(|used| used.picture.clone()).collect()
    }

    /// Why the file cannot be written, if it cannot and that has not been told.
    pub fn trouble(&self) -> Option<Diagnostic> {
        self.saver.as_ref().and_then(Saver::trouble)
    }

    fn place_of(&self, document: &str) -> Option<usize> {
        self.documents
            .iter()
            .position(|uses| uses.document == document)
    }
}

fn name(at: &Input) -> String {
    format!("{}.{}", at.node, at.slot)
}

#[cfg(test)]
mod tests {
    use egui::{ColorImage, TextureOptions};

    use super::*;

    fn seed(value: u64) -> Seed {
        Seed {
            at: Input::new("sampler", "seed"),
            value,
        }
    }

    #[test]
    fn the_last_twenty_are_remembered_the_newest_first_and_once_each() {
        let folder = tempfile::tempdir().unwrap();
        let ctx = Context::default();
        let thumb = ctx.load_texture("test", ColorImage::example(), TextureOptions::LINEAR);
        let (mut recent, told) = RecentSeeds::read(Some(folder.path()), &ctx);
        assert!(told.is_none());
        for value in (0..30).chain([15]) {
            recent.note("a.pyro", &[seed(value)], (None, &thumb));
        }
        recent.note("b.pyro", &[seed(99)], (Some(Path::new("x.png")), &thumb));
        let at = Input::new("sampler", "seed");
        let values = |recent: &RecentSeeds, document| -> Vec<u64> {
            let uses = recent.of(document, &at).iter();
            uses.map(|used| used.seed).collect()
        };
        let of_a = values(&recent, "a.pyro");
        assert_eq!((of_a.len(), &of_a[..3]), (20, [15, 29, 28].as_slice()));
        recent.go_on("a.pyro", "c.pyro");
        assert_eq!(values(&recent, "c.pyro"), of_a);
        assert_eq!(values(&recent, "a.pyro"), of_a);
        drop(recent);

        let (again, told) = RecentSeeds::read(Some(folder.path()), &ctx);
        assert!(told.is_none());
        assert_eq!(values(&again, "a.pyro"), of_a);
        let used = &again.of("b.pyro", &at)[0];
        assert_eq!(used.picture.as_deref(), Some(Path::new("x.png")));
        assert!(used.thumb.is_none());
        assert_eq!(again.files("b.pyro", &at), [PathBuf::from("x.png")]);
    }
}
