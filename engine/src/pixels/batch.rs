//! Batches of latents: joined and repeated as ComfyUI's LatentBatch and RepeatLatentBatch do it.

use crate::pixels::resize::{Crop, LatentFilter, resize_latent};
use crate::pixels::{Latent, Pixels};

/// Latents of different families cannot lie in one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a latent of {second} channels cannot join one of {first}")]
pub struct ChannelMismatch {
    /// Channels of the first latent.
    pub first: usize,
    /// Channels of the second.
    pub second: usize,
}

/// Both latents as one batch. The second takes the first's size (bilinear, cut in the middle); the
/// first's noise mask holds for all.
///
/// # Errors
/// They have different channels.
pub fn join_latents(first: &Latent, second: &Latent) -> Result<Latent, ChannelMismatch> {
    if first.channels != second.channels {
        return Err(ChannelMismatch {
            first: first.channels,
            second: second.channels,
        });
    }
    let mut joined = first.clone();
    joined.batch += second.batch;
    if (second.width, second.height) == (first.width, first.height) {
        joined.data.extend_from_slice(&second.data);
    } else {
        let fitted = resize_latent(
            second,
            first.width,
            first.height,
            LatentFilter::Bilinear,
            Crop::Center,
        );
        joined.data.extend_from_slice(&fitted.data);
    }
    Ok(joined)
}

/// The whole batch so many times over, at least once; masks likewise, but one mask for all stays
/// one.
pub fn repeat_latent(latent: &Latent, times: usize) -> Latent {
    let times = times.max(1);
    let noise_mask = latent.noise_mask.as_ref().map(|mask| {
        if mask.batch <= 1 {
            return mask.clone();
        }
        let each = if mask.batch < latent.batch {
            spread(mask, latent.batch)
        } else {
            mask.clone()
        };
        let batch = each.batch * times;
        Pixels {
            batch,
            data: each.data.repeat(times),
            ..each
        }
    });
    Latent {
        batch: latent.batch * times,
        data: latent.data.repeat(times),
        noise_mask,
        ..*latent
    }
}

/// Masks from the beginning again until there are `batch` of them.
fn spread(mask: &Pixels, batch: usize) -> Pixels {
    let data = (0..batch)
        .flat_map(|i| mask.picture(i % mask.batch))
        .copied()
        .collect();
    Pixels::new(batch, mask.height, mask.width, mask.channels, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_latents_have_the_first_ones_size() {
        let first = Latent::new(1, 1, 1, 2, vec![1.0, 2.0]);
        let second = Latent::new(1, 1, 2, 4, vec![3.0; 8]);
        assert_eq!(
            join_latents(&first, &second),
            Ok(Latent::new(2, 1, 1, 2, vec![1.0, 2.0, 3.0, 3.0]))
        );
        let other = Latent::zeros(1, 16, 1, 2);
        assert_eq!(
            join_latents(&first, &other),
            Err(ChannelMismatch {
                first: 1,
                second: 16
            })
        );
    }

    #[test]
    fn masks_are_repeated_with_their_latents() {
        let latent = Latent::new(3, 1, 1, 1, vec![1.0, 2.0, 3.0]);
        let masked = |batch, data| Latent {
            noise_mask: Some(Pixels::new(batch, 1, 1, 1, data)),
            ..latent.clone()
        };
        let repeated = repeat_latent(&masked(2, vec![0.0, 1.0]), 2);
        assert_eq!(repeated.data, [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);
        assert_eq!(
            repeated.noise_mask.unwrap().data,
            [0.0, 1.0, 0.0, 0.0, 1.0, 0.0]
        );
        assert_eq!(
            repeat_latent(&masked(1, vec![1.0]), 2)
                .noise_mask
                .unwrap()
                .batch,
            1
        );
    }
}
