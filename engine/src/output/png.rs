//! PNG files that carry the graph and the recipe, and what other programs' pictures carry.
//!
//! Ours hold two compressed international text chunks before the pixels. Reading is bounded: a
//! picture comes from anywhere, and its text chunks may unpack to anything.

use std::io::{self, BufRead, Cursor, Read, Seek};

use image::RgbImage;
use png::text_metadata::ITXtChunk;
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Info, Limits};

/// The chunk that holds the graph, as a `.pyro` file would.
pub const GRAPH: &str = "pyrograph.graph";
/// The chunk that holds the recipe, as JSON.
pub const RECIPE: &str = "pyrograph.recipe";
/// The most bytes that a picture's text chunks may have, packed or unpacked.
const MAX_TEXT: usize = 64 << 20;

/// What a PNG says about its making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One of ours.
    Pyrograph {
        /// The graph's JSON.
        graph: String,
        /// The recipe's JSON.
        recipe: Option<String>,
    },
    /// One of ComfyUI's; a text that cannot be unpacked is empty.
    ComfyUi {
        /// What was run, as JSON.
        prompt: Option<String>,
        /// What was on the canvas, as JSON.
        workflow: Option<String>,
    },
    /// One of AUTOMATIC1111's program and its kin.
    A1111 {
        /// Prompts and settings; empty if it cannot be unpacked.
        parameters: String,
    },
    /// Nothing that we know.
    Nothing,
}

/// What stands in a PNG before its pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Width and height.
    pub size_px: [u32; 2],
    /// What it says about its making.
    pub found: Found,
}

/// Why a PNG could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// It does not begin as a PNG does.
    #[error("this is no PNG file")]
    NotPng,
    /// It begins so, but is damaged.
    #[error("the PNG file is damaged: {source}")]
    Damaged {
        /// The decoder's words.
        source: png::DecodingError,
    },
    /// Its text chunks are larger than any of ours.
    #[error("the PNG file's text unpacks to more than {} MiB", MAX_TEXT >> 20)]
    TextTooLong,
    /// The encoder refused.
    #[error("the PNG file cannot be written: {source}")]
    Encode {
        /// The encoder's words.
        source: png::EncodingError,
    },
}

/// Whether bytes begin as a PNG does.
pub fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// A picture as a PNG with its graph and recipe (both JSON). Equal input gives equal bytes.
///
/// # Errors
/// A picture without pixels.
pub fn encode(image: &RgbImage, graph: &str, recipe: &str) -> Result<Vec<u8>, PngError> {
    let mut bytes = Vec::new();
    encode_into(&mut bytes, image, graph, recipe).map_err(|source| PngError::Encode { source })?;
    Ok(bytes)
}

fn encode_into(
    out: &mut Vec<u8>,
    image: &RgbImage,
    graph: &str,
    recipe: &str,
) -> Result<(), png::EncodingError> {
    let mut encoder = Encoder::new(out, image.width(), image.height());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Adaptive);
    let mut writer = encoder.write_header()?;
    for (keyword, text) in [(GRAPH, graph), (RECIPE, recipe)] {
        let mut chunk = ITXtChunk::new(keyword, text);
        chunk.compressed = true;
        writer.write_text_chunk(&chunk)?;
    }
    writer.write_image_data(image.as_raw())?;
    writer.finish()
}

/// What a PNG says about its making.
///
/// # Errors
/// No PNG, damaged, or with more text than is good.
pub fn read_graph(bytes: &[u8]) -> Result<Found, PngError> {
    read_head(Cursor::new(bytes)).map(|head| head.found)
}

/// A PNG's size and what it says about its making. Only what stands before the pixels is read:
/// there every program that we know puts it.
///
/// # Errors
/// No PNG, damaged, or with more text than is good.
pub fn read_head(mut file: impl BufRead + Seek) -> Result<Head, PngError> {
    let mut start = Vec::new();
    let read = file.by_ref().take(8).read_to_end(&mut start);
    read.and_then(|_| file.rewind())
        .map_err(|error| told(error.into()))?;
    if !is_png(&start) {
        return Err(PngError::NotPng);
    }
    let decoder = Decoder::new_with_limits(file, Limits { bytes: MAX_TEXT });
    let reader = decoder.read_info().map_err(told)?;
    let info = reader.info();
    let found = found(info)?;
    Ok(Head {
        size_px: [info.width, info.height],
        found,
    })
}

fn found(info: &Info<'_>) -> Result<Found, PngError> {
    let mut graph = None;
    let mut recipe = None;
    for chunk in &info.utf8_text {
        match chunk.keyword.as_str() {
            GRAPH => graph = Some(unpacked(chunk)?),
            RECIPE => recipe = Some(unpacked(chunk)?),
            _ => {}
        }
    }
    if let Some(graph) = graph {
        return Ok(Found::Pyrograph { graph, recipe });
    }
    let (prompt, workflow) = (foreign(info, "prompt"), foreign(info, "workflow"));
    if prompt.is_some() || workflow.is_some() {
        return Ok(Found::ComfyUi { prompt, workflow });
    }
    Ok(match foreign(info, "parameters") {
        Some(parameters) => Found::A1111 { parameters },
        None => Found::Nothing,
    })
}

/// Another program's text, in whichever of PNG's three ways it was written. A picture is none the
/// worse for a text of others that cannot be unpacked.
fn foreign(info: &Info<'_>, keyword: &str) -> Option<String> {
    let plain = info.uncompressed_latin1_text.iter();
    let plain = plain
        .filter(|chunk| chunk.keyword == keyword)
        .map(|chunk| chunk.text.clone());
    let packed = info.compressed_latin1_text.iter();
    let packed = packed
        .filter(|chunk| chunk.keyword == keyword)
        .map(|chunk| {
            let mut chunk = chunk.clone();
            let unpacked = chunk.decompress_text_with_limit(MAX_TEXT);
            unpacked.and_then(|()| chunk.get_text()).unwrap_or_default()
        });
    let of_unicode = info.utf8_text.iter();
    let of_unicode = of_unicode
        .filter(|chunk| chunk.keyword == keyword)
        .map(|chunk| unpacked(chunk).unwrap_or_default());
    plain.chain(packed).chain(of_unicode).next()
}

/// A chunk's text, unpacked within the bound.
fn unpacked(chunk: &ITXtChunk) -> Result<String, PngError> {
    let mut chunk = chunk.clone();
    chunk.decompress_text_with_limit(MAX_TEXT).map_err(told)?;
    chunk.get_text().map_err(told)
}

/// The decoder's error in our words.
fn told(error: png::DecodingError) -> PngError {
    match error {
        png::DecodingError::LimitsExceeded => PngError::TextTooLong,
        // The crate's text error has no public kind; this one says "out of decompression space".
        png::DecodingError::Format(fault) if fault.to_string().contains("decompression space") => {
            PngError::TextTooLong
        }
        png::DecodingError::IoError(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
            PngError::Damaged {
                source: source.into(),
            }
        }
        source @ (png::DecodingError::IoError(_)
        | png::DecodingError::Format(_)
        | png::DecodingError::Parameter(_)) => PngError::Damaged { source },
    }
}

#[cfg(test)]
mod tests {
    use png::text_metadata::{EncodableTextChunk, TEXtChunk, ZTXtChunk};

    use super::*;

    fn picture() -> RgbImage {
        RgbImage::from_fn(5, 3, |x, y| image::Rgb([x as u8 * 50, y as u8 * 80, 7]))
    }

    /// A 1 × 1 picture with one chunk before its pixels.
    fn with_chunk(chunk: &impl EncodableTextChunk) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 1, 1);
        encoder.set_color(ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_text_chunk(chunk).unwrap();
        writer.write_image_data(&[0; 3]).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn pixels_graph_and_recipe_come_back() {
        let bytes = encode(&picture(), "{\"a\":\"é — 猫\"}", "{}").unwrap();
        assert_eq!(
            bytes,
            encode(&picture(), "{\"a\":\"é — 猫\"}", "{}").unwrap()
        );
        assert_eq!(
            image::load_from_memory(&bytes).unwrap().to_rgb8(),
            picture()
        );
        let found = Found::Pyrograph {
            graph: "{\"a\":\"é — 猫\"}".into(),
            recipe: Some("{}".into()),
        };
        assert_eq!(read_graph(&bytes).unwrap(), found);
        let head = Head {
            size_px: [5, 3],
            found,
        };
        assert_eq!(read_head(Cursor::new(&bytes)).unwrap(), head);
    }

    #[test]
    fn other_programs_pictures_are_recognised() {
        let check = |bytes: &[u8], found| assert_eq!(read_graph(bytes).unwrap(), found);
        let text = |text: &str| Some(text.to_owned());
        check(
            &with_chunk(&TEXtChunk::new("workflow", "{}")),
            Found::ComfyUi {
                prompt: None,
                workflow: text("{}"),
            },
        );
        check(
            &with_chunk(&ITXtChunk::new("prompt", "{\"é\": 1}")),
            Found::ComfyUi {
                prompt: text("{\"é\": 1}"),
                workflow: None,
            },
        );
        check(
            &with_chunk(&ZTXtChunk::new("parameters", "a cat\nSteps: 20")),
            Found::A1111 {
                parameters: "a cat\nSteps: 20".to_owned(),
            },
        );
        check(
            &with_chunk(&TEXtChunk::new("Comment", "hello")),
            Found::Nothing,
        );
    }

    #[test]
    fn a_bomb_in_the_text_of_others_is_left_out() {
        let bomb = "x".repeat(MAX_TEXT + 1);
        let found = read_graph(&with_chunk(&ZTXtChunk::new("parameters", bomb))).unwrap();
        let parameters = String::new();
        assert_eq!(found, Found::A1111 { parameters });
    }

    #[test]
    fn damaged_pictures_are_errors() {
        assert!(matches!(read_graph(b""), Err(PngError::NotPng)));
        assert!(matches!(read_graph(b"GIF89a"), Err(PngError::NotPng)));
        let whole = encode(&picture(), "{}", "{}").unwrap();
        let cut = &whole[..40];
        assert!(matches!(read_graph(cut), Err(PngError::Damaged { .. })));
        // No prefix and no flipped byte may do more than fail.
        for end in 0..whole.len() {
            let _ = read_graph(&whole[..end]);
            let mut flipped = whole.clone();
            flipped[end] ^= 0x55;
            let _ = read_graph(&flipped);
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut chunk = ITXtChunk::new(GRAPH, "x".repeat(MAX_TEXT + 1));
        chunk.compressed = true;
        let bomb = with_chunk(&chunk);
        assert!(bomb.len() < MAX_TEXT / 50);
        assert!(matches!(read_graph(&bomb), Err(PngError::TextTooLong)));
    }
}
