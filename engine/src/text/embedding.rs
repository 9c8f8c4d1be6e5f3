//! Textual inversions: named vectors from files in a library's `embeddings` folders.

use crate::node::FileKind;
use crate::text::prompt::Embeddings;
use crate::weights::WeightsError;
use crate::weights::library::Library;
use crate::weights::safetensors::SafetensorsFile;

/// Rows that one embedding may have; real ones have at most a few dozen.
const MAX_ROWS: usize = 4096;
/// The tensor's name in files of several encoders, and in those of one (A1111, diffusers).
const KEYS: [&str; 2] = ["clip_l", "emb_params"];

/// The embeddings of a library that fit a text encoder.
#[derive(Clone, Debug)]
pub struct EmbeddingFolder {
    library: Library,
    width: usize,
}

/// Why an embedding cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddingError {
    /// No file of that name, or a name that leaves the folder.
    #[error("no embedding {name:?} is in the embeddings folders")]
    Missing {
        /// The name in the prompt.
        name: String,
    },
    /// The file cannot be read.
    #[error("embedding {name:?}: {source}")]
    File {
        /// The name in the prompt.
        name: String,
        /// What is wrong with the file.
        source: WeightsError,
    },
    /// The file holds vectors for another kind of text encoder, or none.
    #[error(
        "embedding {name:?} holds no vectors of {width} numbers, as this text encoder wants them"
    )]
    Width {
        /// The name in the prompt.
        name: String,
        /// The width that fits.
        width: usize,
    },
}

impl EmbeddingFolder {
    /// The library's embeddings for an encoder whose tokens have `width` numbers.
    pub fn new(library: Library, width: usize) -> Self {
        Self { library, width }
    }

    /// The vectors of an embedding, each `[width]`.
    ///
    /// # Errors
    /// It is not there, cannot be read, or fits another encoder.
    pub fn read(&self, name: &str) -> Result<Vec<Vec<f32>>, EmbeddingError> {
        let missing = || EmbeddingError::Missing {
            name: name.to_owned(),
        };
        let broken = |source| EmbeddingError::File {
            name: name.to_owned(),
            source,
        };
        // Prompts come from strangers' pictures: unlike a file param, a name here may not be a path
        // outside the folder. The library refuses `..` itself.
        if std::path::Path::new(name).is_absolute() {
            return Err(missing());
        }
        let path = self
            .library
            .resolve(FileKind::Embedding, name)
            .ok_or_else(missing)?;
        let file = SafetensorsFile::open(&path).map_err(broken)?;
        let fits = |key: &str| {
            file.get(key)
                .is_some_and(|tensor| match *tensor.shape.as_slice() {
                    [width] => width == self.width,
                    [rows, width] => width == self.width && (1..=MAX_ROWS).contains(&rows),
                    _ => false,
                })
        };
        let key = KEYS
            .into_iter()
            .chain(file.names())
            .find(|key| fits(key))
            .ok_or_else(|| EmbeddingError::Width {
                name: name.to_owned(),
                width: self.width,
            })?;
        let values = file.read_f32(key).map_err(broken)?;
        Ok(values
            .chunks_exact(self.width)
            .map(<[f32]>::to_vec)
            .collect())
    }
}

impl Embeddings for EmbeddingFolder {
    fn vectors(&self, name: &str) -> Option<Vec<Vec<f32>>> {
        self.read(name).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;
    use crate::weights::safetensors::write;

    #[test]
    fn reads_vectors_that_fit_and_never_leaves_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let embeddings = dir.path().join("embeddings");
        fs::create_dir(&embeddings).unwrap();
        let plain = BTreeMap::new();
        write(
            &embeddings.join("two.safetensors"),
            &[("emb_params", &[2, 3], &[1., 2., 3., 4., 5., 6.])],
            &plain,
        )
        .unwrap();
        write(
            &embeddings.join("both.safetensors"),
            &[
                ("clip_g", &[1, 5], &[0.0; 5]),
                ("clip_l", &[1, 3], &[7., 8., 9.]),
            ],
            &plain,
        )
        .unwrap();
        write(
            &embeddings.join("odd.safetensors"),
            &[("<style>", &[3], &[1., 1., 1.])],
            &plain,
        )
        .unwrap();
        fs::write(embeddings.join("broken.safetensors"), b"not a model").unwrap();

        let folder = EmbeddingFolder::new(
            Library {
                dirs: vec![dir.path().to_owned()],
            },
            3,
        );
        assert_eq!(folder.read("two").unwrap(), [[1., 2., 3.], [4., 5., 6.]]);
        assert_eq!(folder.read("two.safetensors").unwrap().len(), 2);
        assert_eq!(folder.read("both").unwrap(), [[7., 8., 9.]]);
        assert_eq!(folder.read("odd").unwrap(), [[1., 1., 1.]]);
        assert!(matches!(
            folder.read("broken"),
            Err(EmbeddingError::File { .. })
        ));
        let absolute = embeddings.join("two.safetensors");
        for name in ["", "none", "../embeddings/two", absolute.to_str().unwrap()] {
            assert!(
                matches!(folder.read(name), Err(EmbeddingError::Missing { .. })),
                "{name:?}"
            );
        }
        let wider = EmbeddingFolder::new(
            Library {
                dirs: vec![dir.path().to_owned()],
            },
            4,
        );
        assert!(matches!(
            wider.read("two"),
            Err(EmbeddingError::Width { width: 4, .. })
        ));
        assert_eq!(wider.vectors("two"), None);
    }
}
