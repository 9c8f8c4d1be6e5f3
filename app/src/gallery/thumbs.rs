//! Small copies of pictures for lists: made by threads for what is seen, kept in the index, and
//! held as textures for as long as they were used lately.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbaImage, imageops};

use crate::gallery::decode::{self, PictureError};
use crate::gallery::index::Index;
use crate::gallery::scan::Stamp;
use crate::worker::Worker;

/// The longest side of a small copy, in pixels.
const SIDE: u32 = 256;
/// The most textures that are held.
const MAX_TEXTURES: usize = 300;
/// The most textures that are made in one frame, so that none takes long.
const MAX_NEW: usize = 16;
/// JPEG's 0 to 100: enough for a small copy.
const QUALITY: u8 = 85;

/// How a picture looks small.
pub enum Small {
    /// This.
    Picture {
        /// Its texture.
        texture: TextureHandle,
        /// Whether nothing behind it is seen.
        is_opaque: bool,
    },
    /// Not at all, because of this.
    Fault(String),
}

/// The small copies.
pub struct Thumbs {
    ctx: Context,
    makers: Vec<Worker<Stamp, Made>>,
    /// What is seen now; makers pass over what is not in it any more.
    wanted: Arc<Mutex<BTreeSet<Stamp>>>,
    /// What has been ordered and not answered yet.
    asked: BTreeSet<Stamp>,
    ready: BTreeMap<OsString, Ready>,
    /// Counts the changes of what is seen.
    clock: u64,
    waiting: Vec<Made>,
}

struct Ready {
    stamp: Stamp,
    small: Small,
    /// The clock when it was last seen.
    used: u64,
}

/// A maker's answer.
struct Made {
    stamp: Stamp,
    /// `None` if it was not wanted any more.
    image: Option<Result<Shrunk, PictureError>>,
}

/// A small copy, ready to become a texture.
struct Shrunk {
    image: ColorImage,
    is_opaque: bool,
}

impl Shrunk {
    fn new(small: &RgbaImage) -> Self {
        Self {
            image: color_image(small),
            is_opaque: is_opaque(small),
        }
    }
}

impl Thumbs {
    /// Starts the threads that make small copies and keep them in the index at a place.
    pub fn start(ctx: &Context, index: Option<PathBuf>) -> Self {
        let mut thumbs = Self::idle(ctx);
        for number in 1..=2 {
            let mut maker = Maker {
                path: index.clone(),
                index: None,
            };
            let wanted = Arc::clone(&thumbs.wanted);
            let worker = Worker::start(&format!("thumbs {number}"), ctx, move |desk, stamp| {
                let is_wanted = !desk.is_stopped()
                    && wanted
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .contains(&stamp);
                let image = is_wanted.then(|| maker.make(&stamp));
                desk.tell(Made { stamp, image });
            });
            thumbs.makers.push(worker);
        }
        thumbs
    }

    /// Makes none.
    pub fn idle(ctx: &Context) -> Self {
        Self {
            ctx: ctx.clone(),
            makers: Vec::new(),
            wanted: Arc::default(),
            asked: BTreeSet::new(),
            ready: BTreeMap::new(),
            clock: 0,
            waiting: Vec::new(),
        }
    }

    /// How a picture looks small, if that is known already.
    pub fn get(&self, stamp: &Stamp) -> Option<&Small> {
        let ready = self.ready.get(stamp.path.as_os_str())?;
        (ready.stamp == *stamp).then_some(&ready.small)
    }

    /// Says which pictures are seen: these are made, others are not any more.
    pub fn want<'a>(&mut self, seen: impl Iterator<Item = &'a Stamp>) {
        self.clock += 1;
        let mut wanted = BTreeSet::new();
        for stamp in seen {
            match self.ready.get_mut(stamp.path.as_os_str()) {
                Some(ready) if ready.stamp == *stamp => ready.used = self.clock,
                Some(_) | None => {
                    wanted.insert(stamp.clone());
                }
            }
        }
        let new: Vec<Stamp> = wanted.difference(&self.asked).cloned().collect();
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = wanted;
        for (i, stamp) in new.into_iter().enumerate() {
            if !self.makers.is_empty() {
                self.makers[i % self.makers.len()].order(stamp.clone());
                self.asked.insert(stamp);
            }
        }
    }

    /// Takes in what has been made. Says whether something passed over is wanted again.
    pub fn drain(&mut self) -> bool {
        let made: Vec<Made> = self.makers.iter().flat_map(Worker::replies).collect();
        self.waiting.extend(made);
        let mut is_missed = false;
        let now = self.waiting.len().min(MAX_NEW);
        for made in self.waiting.drain(..now).collect::<Vec<_>>() {
            self.asked.remove(&made.stamp);
            match made.image {
                Some(image) => self.take_in(made.stamp, image),
                None => is_missed = true,
            }
        }
        if !self.waiting.is_empty() {
            self.ctx.request_repaint();
        }
        self.let_go();
        is_missed
    }

    fn take_in(&mut self, stamp: Stamp, copy: Result<Shrunk, PictureError>) {
        let name = stamp.path.clone().into_os_string();
        let small = match copy {
            Ok(Shrunk { image, is_opaque }) => {
                let label = format!("thumb {}", stamp.path.display());
                let options = TextureOptions::LINEAR;
                let texture = self.ctx.load_texture(label, image, options);
                Small::Picture { texture, is_opaque }
            }
            Err(error) => Small::Fault(error.to_string()),
        };
        let ready = Ready {
            stamp,
            small,
            used: self.clock,
        };
        self.ready.insert(name, ready);
    }

    /// Lets go of what was not used for longest, but never of what is seen.
    fn let_go(&mut self) {
        while self.ready.len() > MAX_TEXTURES {
            let oldest = self.ready.iter().min_by_key(|(_, ready)| ready.used);
            match oldest.map(|(name, ready)| (name.clone(), ready.used)) {
                Some((name, used)) if used < self.clock => self.ready.remove(&name),
                Some(_) | None => return,
            };
        }
    }
}

/// Makes small copies on its thread.
struct Maker {
    path: Option<PathBuf>,
    index: Option<Index>,
}

impl Maker {
    fn make(&mut self, stamp: &Stamp) -> Result<Shrunk, PictureError> {
        // The keeper has opened the index before any picture is seen, so here it is whole.
        if let (None, Some(path)) = (&self.index, &self.path) {
            self.index = Index::connect(path).ok();
        }
        let kept = self
            .index
            .as_ref()
            .and_then(|index| index.thumb(stamp).ok().flatten());
        if let Some(Ok(small)) = kept.map(|bytes| decode::decode(&bytes)) {
            return Ok(Shrunk::new(&small));
        }
        let small = reduced(decode::pixels(&stamp.path)?);
        if let (Some(index), Some(bytes)) = (&self.index, encoded(&small)) {
            // If it cannot be kept, it is made again the next time.
            let _ = index.put_thumb(stamp, &bytes);
        }
        Ok(Shrunk::new(&small))
    }
}

/// A picture at most [`SIDE`] pixels long.
pub(crate) fn reduced(image: RgbaImage) -> RgbaImage {
    let longest = image.width().max(image.height());
    if longest <= SIDE {
        return image;
    }
    let side =
        |pixels: u32| (u64::from(pixels) * u64::from(SIDE) / u64::from(longest)).max(1) as u32;
    imageops::thumbnail(&image, side(image.width()), side(image.height()))
}

/// JPEG is a tenth of PNG, but knows no transparency.
fn encoded(small: &RgbaImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let written = if is_opaque(small) {
        let image = DynamicImage::ImageRgba8(small.clone()).into_rgb8();
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))
    } else {
        small.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
    };
    written.ok().map(|()| bytes)
}

fn is_opaque(image: &RgbaImage) -> bool {
    image.pixels().all(|pixel| pixel[3] == 255)
}

/// For the screen.
pub fn color_image(image: &RgbaImage) -> ColorImage {
    let size = [image.width() as usize, image.height() as usize];
    ColorImage::from_rgba_unmultiplied(size, image.as_raw())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::thread;
    use std::time::{Duration, Instant};

    use image::RgbImage;

    use super::*;

    fn wait(thumbs: &mut Thumbs, seen: &[Stamp]) {
        let begun = Instant::now();
        thumbs.want(seen.iter());
        while seen.iter().any(|stamp| thumbs.get(stamp).is_none()) {
            assert!(begun.elapsed() < Duration::from_secs(60), "the makers hang");
            thread::sleep(Duration::from_millis(2));
            if thumbs.drain() {
                thumbs.want(seen.iter());
            }
        }
    }

    #[test]
    fn small_copies_keep_the_ratio_and_are_kept_in_the_index() {
        let dir = tempfile::tempdir().unwrap();
        let index = dir.path().join("pictures.sqlite");
        let path = dir.path().join("a.png");
        RgbImage::new(1024, 512).save(&path).unwrap();
        fs::write(dir.path().join("b.png"), "no picture").unwrap();
        let seen = ["a.png", "b.png"].map(|name| Stamp::of(&dir.path().join(name)).unwrap());
        let mut thumbs = Thumbs::start(&Context::default(), Some(index.clone()));
        wait(&mut thumbs, &seen);
        let size = |thumbs: &Thumbs| match thumbs.get(&seen[0]) {
            Some(Small::Picture { texture, is_opaque }) => {
                assert!(is_opaque);
                texture.size()
            }
            Some(Small::Fault(_)) | None => [0, 0],
        };
        assert_eq!(size(&thumbs), [256, 128]);
        assert!(matches!(thumbs.get(&seen[1]), Some(Small::Fault(_))));

        // The kept copy is enough, even without its picture.
        drop(thumbs);
        fs::remove_file(&path).unwrap();
        let mut thumbs = Thumbs::start(&Context::default(), Some(index));
        wait(&mut thumbs, &seen[..1]);
        assert_eq!(size(&thumbs), [256, 128]);
    }

    #[test]
    fn textures_that_were_not_used_for_long_are_let_go() {
        let mut thumbs = Thumbs::idle(&Context::default());
        let stamp = |i: usize| Stamp {
            path: Path::new("/p").join(i.to_string()),
            bytes: 1,
            changed_ns: 0,
        };
        for i in 0..MAX_TEXTURES + 50 {
            thumbs.want([stamp(i)].iter());
            thumbs.take_in(stamp(i), Err(PictureError::TooLarge));
            thumbs.drain();
        }
        assert_eq!(thumbs.ready.len(), MAX_TEXTURES);
        assert!(thumbs.get(&stamp(0)).is_none());
        assert!(thumbs.get(&stamp(MAX_TEXTURES + 49)).is_some());
    }

    #[test]
    fn transparency_is_kept() {
        let clear = RgbaImage::new(4, 4);
        let bytes = encoded(&clear).unwrap();
        assert_eq!(decode::decode(&bytes).unwrap(), clear);
        let copy = Shrunk::new(&clear);
        assert!(!copy.is_opaque);
        assert_eq!(copy.image.pixels[0].a(), 0);
    }
}
