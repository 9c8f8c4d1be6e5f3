//! Writes a picture for others: as what it is, without what it says about its making, or as another
//! kind of file.

use std::fs::File;
use std::io::{self, Cursor, Write};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder, ImageFormat, ImageResult, Rgb, RgbImage, RgbaImage};
use pyrograph_engine::graph::{Graph, file};
use pyrograph_engine::node::{Catalog, ParamSpec};
use pyrograph_engine::output::recipe::{Recipe, public_name};
use pyrograph_engine::output::{png, write_atomically};
use serde_json::Value as Json;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PNG as it was made, with its graph and recipe.
    Png,
    /// PNG with nothing but its pixels.
    PlainPng,
    /// JPEG, which loses a little.
    Jpeg(Quality),
    /// WebP without loss.
    WebP,
}

/// How much of a picture JPEG keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// Nothing is seen to be lost.
    Best,
    /// Hardly anything is.
    Good,
    /// For a small file.
    Small,
}

impl Quality {
    /// JPEG's number for it, of 100.
    pub fn percent(self) -> u8 {
        match self {
            Self::Best => 95,
            Self::Good => 85,
            Self::Small => 70,
        }
    }
}

impl Format {
    /// The endings of its files, the usual one first.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png | Self::PlainPng => &["png"],
            Self::Jpeg(_) => &["jpg", "jpeg"],
            Self::WebP => &["webp"],
        }
    }

    /// The usual ending of its files.
    pub fn ending(self) -> &'static str {
        self.endings()[0]
    }
}

/// Why a picture was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The system refused.
    #[error("it cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The encoder refused, as JPEG does with sides above 65535.
    #[error("it cannot be written in that format: {0}")]
    Encode(#[from] image::ImageError),
    /// The PNG encoder refused.
    #[error(transparent)]
    Png(#[from] png::PngError),
    /// There is nothing inside that could be kept.
    #[error("it carries no graph")]
    NoGraph,
}

/// Writes pixels as a file of that kind, whole or not at all. Nothing else goes into it.
///
/// # Errors
/// Its reason.
pub fn write_plain(path: &Path, image: &RgbaImage, format: Format) -> Result<(), ExportError> {
    let bytes = encoded(image, format)?;
    Ok(write_atomically(path, |out| out.write_all(&bytes))?)
}

/// Copies a picture's file as it is: what it carries, and any signature, stay whole.
///
/// # Errors
/// Its reason.
pub fn copy_whole(path: &Path, from: &Path) -> Result<(), ExportError> {
    let mut file = File::open(from)?;
    let mut start = [0; 8];
    io::Read::read_exact(&mut file, &mut start)?;
    if !png::is_png(&start) {
        return Err(ExportError::NoGraph);
    }
    Ok(write_atomically(path, |out| {
        out.write_all(&start)?;
        io::copy(&mut file, out).map(drop)
    })?)
}

/// Writes a picture that no file holds yet, with the graph that made it. Folders of this machine
/// are no business of those who get it.
///
/// # Errors
/// Its reason.
pub fn write_with_graph(
    path: &Path,
    image: &RgbImage,
    graph: &Graph,
    catalog: Catalog,
) -> Result<(), ExportError> {
    let recipe = Recipe {
        program: concat!("Pyrograph ", env!("CARGO_PKG_VERSION")).to_owned(),
        ..Recipe::default()
    };
    let recipe = serde_json::to_string(&recipe).map_err(io::Error::from)?;
    let graph = file::write(&without_folders(graph, catalog));
    let bytes = png::encode(image, &graph, &recipe)?;
    Ok(write_atomically(path, |out| out.write_all(&bytes))?)
}

fn without_folders(graph: &Graph, catalog: Catalog) -> Graph {
    let mut graph = graph.clone();
    // What lies in groups tells as much as what lies outside.
    graph.visit_mut(&mut |node| {
        let params = catalog.get(&node.is).map_or(&[][..], |spec| spec.params);
        let is_file = |param: &&ParamSpec| param.kind.file().is_some();
        for param in params.iter().filter(is_file) {
            if let Some(Json::String(name)) = node.params.get_mut(param.name) {
                *name = public_name(name).to_owned();
            }
        }
    });
    graph
}

fn encoded(image: &RgbaImage, format: Format) -> ImageResult<Vec<u8>> {
    let is_opaque = image.pixels().all(|pixel| pixel[3] == 255);
    let picture = if is_opaque {
        DynamicImage::ImageRgb8(on_white(image))
    } else {
        DynamicImage::ImageRgba8(image.clone())
    };
    let mut bytes = Vec::new();
    match format {
        Format::Png | Format::PlainPng => {
            picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
        }
        Format::Jpeg(quality) => {
            let encoder = JpegEncoder::new_with_quality(&mut bytes, quality.percent());
            on_white(image).write_with_encoder(encoder)?;
        }
        Format::WebP => WebPEncoder::new_lossless(&mut bytes).write_image(
            picture.as_bytes(),
            picture.width(),
            picture.height(),
            picture.color().into(),
        )?,
    }
    Ok(bytes)
}

/// JPEG knows no transparency: what is transparent is shown on white.
fn on_white(image: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0.map(u32::from);
        let over = |value: u32| ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
mod tests {
    use image::Rgba;
    use pyrograph_engine::output::png::{Found, encode, read_graph};

    use super::*;
    use crate::gallery::decode::pixels;

    fn picture() -> RgbaImage {
        RgbaImage::from_fn(32, 24, |x, y| Rgba([x as u8 * 8, y as u8 * 10, 100, 255]))
    }

    #[test]
    fn what_is_written_decodes_back() {
        let dir = tempfile::tempdir().unwrap();
        for format in [
            Format::PlainPng,
            Format::Jpeg(Quality::Best),
            Format::Jpeg(Quality::Small),
            Format::WebP,
        ] {
            let path = dir.path().join("a").with_extension(format.ending());
            write_plain(&path, &picture(), format).unwrap();
            let back = pixels(&path).unwrap();
            assert_eq!(back.dimensions(), (32, 24));
            let worst = back
                .iter()
                .zip(picture().iter())
                .map(|(a, b)| a.abs_diff(*b))
                .max()
                .unwrap();
            match format {
                Format::Jpeg(_) => assert!(worst < 60, "{format:?} {worst}"),
                Format::Png | Format::PlainPng | Format::WebP => assert_eq!(worst, 0),
            }
        }
    }

    #[test]
    fn the_graph_stays_or_goes_as_is_asked() {
        let dir = tempfile::tempdir().unwrap();
        let (from, whole, plain) = (
            dir.path().join("a.png"),
            dir.path().join("b.png"),
            dir.path().join("c.png"),
        );
        let image = RgbImage::new(4, 4);
        std::fs::write(&from, encode(&image, "{\"g\":1}", "{}").unwrap()).unwrap();
        copy_whole(&whole, &from).unwrap();
        assert_eq!(
            std::fs::read(&whole).unwrap(),
            std::fs::read(&from).unwrap()
        );
        write_plain(&plain, &pixels(&from).unwrap(), Format::PlainPng).unwrap();
        let bytes = std::fs::read(&plain).unwrap();
        assert_eq!(read_graph(&bytes).unwrap(), Found::Nothing);
        assert!(!String::from_utf8_lossy(&bytes).contains("pyrograph"));

        write_plain(
            &dir.path().join("d.jpg"),
            &picture(),
            Format::Jpeg(Quality::Good),
        )
        .unwrap();
        let jpeg = copy_whole(&whole, &dir.path().join("d.jpg"));
        assert!(matches!(jpeg, Err(ExportError::NoGraph)));
    }

    #[test]
    fn a_picture_without_a_file_takes_its_graph_along_but_no_folders() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.png");
        let graph = r#"{ "format": 1, "nodes": {
            "in": { "is": "load.image", "params": { "file": "/home/me/secret/cat.png" } },
            "g": { "is": "group", "group": { "nodes": {
                "in": { "is": "load.image", "params": { "file": "/home/me/secret/dog.png" } } } } } } }"#;
        let graph = file::read(graph).unwrap();
        let catalog = Catalog(pyrograph_nodes::ALL);
        write_with_graph(&path, &RgbImage::new(4, 4), &graph, catalog).unwrap();
        match read_graph(&std::fs::read(&path).unwrap()).unwrap() {
            Found::Pyrograph { graph, recipe } => {
                assert!(
                    graph.contains("\"cat.png\"")
                        && graph.contains("\"dog.png\"")
                        && !graph.contains("secret"),
                    "{graph}"
                );
                assert!(recipe.unwrap().contains("Pyrograph"));
            }
            found => panic!("{found:?}"),
        }
    }

    #[test]
    fn transparency_is_kept_where_it_can_be_and_white_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let clear = RgbaImage::from_pixel(8, 8, Rgba([10, 20, 30, 0]));
        for (format, wanted) in [
            (Format::PlainPng, [10, 20, 30, 0]),
            (Format::WebP, [10, 20, 30, 0]),
            (Format::Jpeg(Quality::Best), [255, 255, 255, 255]),
        ] {
            let path = dir.path().join("a").with_extension(format.ending());
            write_plain(&path, &clear, format).unwrap();
            assert_eq!(
                pixels(&path).unwrap().get_pixel(3, 3).0,
                wanted,
                "{format:?}"
            );
        }
    }
}
