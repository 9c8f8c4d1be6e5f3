//! Safetensors files, read tensor by tensor with positioned reads: no memory map, so that a file
//! cut while it is read is an error and not a signal, and no second copy of the whole.
//!
//! Format: u64 header length, JSON header `{name: {dtype, shape, data_offsets}}`, then the bytes.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use crate::weights::error::{HeaderFault, WeightsError};

/// The largest header that is read, in bytes (the format's own limit).
pub const MAX_HEADER: u64 = 100_000_000;

/// A number type of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// 64-bit float.
    F64,
    /// 32-bit float.
    F32,
    /// 16-bit float.
    F16,
    /// 16-bit float with f32's range.
    Bf16,
    /// 8-bit float, 4 bits of exponent.
    F8E4M3,
    /// 8-bit float, 5 bits of exponent.
    F8E5M2,
    /// 64-bit integer.
    I64,
    /// 32-bit integer.
    I32,
    /// 16-bit integer.
    I16,
    /// 8-bit integer.
    I8,
    /// 8-bit unsigned integer.
    U8,
    /// One byte, 0 or 1.
    Bool,
}

impl Dtype {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "F64" => Self::F64,
            "F32" => Self::F32,
            "F16" => Self::F16,
            "BF16" => Self::Bf16,
            "F8_E4M3" => Self::F8E4M3,
            "F8_E5M2" => Self::F8E5M2,
            "I64" => Self::I64,
            "I32" => Self::I32,
            "I16" => Self::I16,
            "I8" => Self::I8,
            "U8" => Self::U8,
            "BOOL" => Self::Bool,
            _ => return None,
        })
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 => 2,
            Self::F8E4M3 | Self::F8E5M2 | Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }
}

/// One tensor of a file.
#[derive(Clone, Debug)]
pub struct TensorInfo {
    /// Its number type.
    pub dtype: Dtype,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Where its bytes begin in the file.
    start: u64,
    /// How many bytes it has.
    bytes: usize,
}

/// An open file whose header has been read and checked.
#[derive(Debug)]
pub struct SafetensorsFile {
    path: PathBuf,
    file: File,
    tensors: BTreeMap<String, TensorInfo>,
    /// Tensors whose type is not known, with that type.
    unknown: BTreeMap<String, String>,
    metadata: BTreeMap<String, String>,
}

impl SafetensorsFile {
    /// Opens a file and checks its header: every tensor lies inside the file, none over another.
    ///
    /// # Errors
    /// Not readable, no such format, or cut off.
    pub fn open(path: &Path) -> Result<Self, WeightsError> {
        let io = |source| WeightsError::Io {
            file: path.to_owned(),
            source,
        };
        let header_error = |reason| WeightsError::Header {
            file: path.to_owned(),
            reason,
        };
        let mut file = File::open(path).map_err(io)?;
        let have = file.metadata().map_err(io)?.len();
        let mut length = [0; 8];
        if have < 8 {
            return Err(header_error(HeaderFault::TooShort(have)));
        }
        file.read_exact(&mut length).map_err(io)?;
        let length = u64::from_le_bytes(length);
        if length > MAX_HEADER {
            return Err(header_error(HeaderFault::TooLong(length)));
        }
        if 8 + length > have {
            return Err(WeightsError::Truncated {
                file: path.to_owned(),
                have,
                need: 8 + length,
            });
        }
        let mut header =
            vec![0; usize::try_from(length).expect("a bounded header fits the memory")];
        file.read_exact(&mut header).map_err(io)?;
        let header: Header = serde_json::from_slice(&header).map_err(|e| header_error(e.into()))?;

        let mut tensors = BTreeMap::new();
        let mut unknown = BTreeMap::new();
        let mut need = 8 + length;
        let mut places = Vec::with_capacity(header.tensors.len());
        for (name, entry) in header.tensors {
            let [begin, end] = entry.data_offsets;
            let count = entry
                .shape
                .iter()
                .try_fold(1_usize, |product, side| product.checked_mul(*side));
            let Some(count) = count else {
                return Err(header_error(HeaderFault::Size(name)));
            };
            if end < begin {
                return Err(header_error(HeaderFault::Offsets(name)));
            }
            let start = (8 + length).checked_add(begin);
            let stop = (8 + length).checked_add(end);
            let (Some(start), Some(stop)) = (start, stop) else {
                return Err(header_error(HeaderFault::Size(name)));
            };
            need = need.max(stop);
            places.push((begin, end, name.clone()));
            let Some(dtype) = Dtype::parse(&entry.dtype) else {
                unknown.insert(name, entry.dtype);
                continue;
            };
            let bytes = count.checked_mul(dtype.size());
            if bytes.map(|b| b as u64) != Some(end - begin) {
                return Err(header_error(HeaderFault::Offsets(name)));
            }
            let info = TensorInfo {
                dtype,
                shape: entry.shape,
                start,
                bytes: bytes.unwrap_or_default(),
            };
            tensors.insert(name, info);
        }
        places.sort();
        for pair in places.windows(2) {
            if let [(_, end, _), (begin, _, name)] = pair
                && begin < end
            {
                return Err(header_error(HeaderFault::Offsets(name.clone())));
            }
        }
        if need > have {
            return Err(WeightsError::Truncated {
                file: path.to_owned(),
                have,
                need,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            tensors,
            unknown,
            metadata: header.metadata,
        })
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file says of itself.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors
            .keys()
            .chain(self.unknown.keys())
            .map(String::as_str)
    }

    /// A tensor's type and shape.
    pub fn get(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.get(name)
    }

    /// Bytes of all tensors.
    pub fn total_bytes(&self) -> u64 {
        self.tensors.values().map(|info| info.bytes as u64).sum()
    }

    /// A tensor's bytes as they lie in the file.
    ///
    /// # Errors
    /// No such tensor, an unknown type, or the file is cut off.
    pub fn read_bytes(&self, name: &str) -> Result<(Dtype, Vec<u8>), WeightsError> {
        let Some(info) = self.tensors.get(name) else {
            return Err(match self.unknown.get(name) {
                Some(dtype) => WeightsError::Dtype {
                    file: self.path.clone(),
                    tensor: name.to_owned(),
                    dtype: dtype.clone(),
                },
                None => WeightsError::Missing {
                    file: self.path.clone(),
                    tensor: name.to_owned(),
                },
            });
        };
        let mut bytes = vec![0; info.bytes];
        read_exact_at(&self.file, &mut bytes, info.start).map_err(|source| {
            if source.kind() == io::ErrorKind::UnexpectedEof {
                let have = self.file.metadata().map_or(0, |m| m.len());
                WeightsError::Truncated {
                    file: self.path.clone(),
                    have,
                    need: info.start + info.bytes as u64,
                }
            } else {
                WeightsError::Io {
                    file: self.path.clone(),
                    source,
                }
            }
        })?;
        Ok((info.dtype, bytes))
    }

    /// A tensor in f32, whatever float type the file holds.
    ///
    /// # Errors
    /// As [`Self::read_bytes`]; integers are refused.
    pub fn read_f32(&self, name: &str) -> Result<Vec<f32>, WeightsError> {
        let (dtype, bytes) = self.read_bytes(name)?;
        to_f32(dtype, bytes).ok_or_else(|| WeightsError::Dtype {
            file: self.path.clone(),
            tensor: name.to_owned(),
            dtype: format!("{dtype:?}"),
        })
    }
}

/// Little-endian bytes of a float type as f32; `None` for integers.
pub fn to_f32(dtype: Dtype, bytes: Vec<u8>) -> Option<Vec<f32>> {
    fn each<const N: usize>(bytes: &[u8], convert: impl Fn([u8; N]) -> f32) -> Vec<f32> {
        bytes
            .as_chunks::<N>()
            .0
            .iter()
            .map(|chunk| convert(*chunk))
            .collect()
    }
    Some(match dtype {
        Dtype::F32 => each(&bytes, f32::from_le_bytes),
        Dtype::F64 => each(&bytes, |b| f64::from_le_bytes(b) as f32),
        Dtype::F16 => {
            use half::slice::HalfFloatSliceExt;
            let halves: Vec<f16> = bytes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|b| f16::from_le_bytes(*b))
                .collect();
            let mut floats = vec![0.0; halves.len()];
            halves.convert_to_f32_slice(&mut floats);
            floats
        }
        Dtype::Bf16 => each(&bytes, |b| bf16::from_le_bytes(b).to_f32()),
        Dtype::F8E4M3 => bytes.into_iter().map(f8_e4m3).collect(),
        // E5M2 is the upper half of an f16.
        Dtype::F8E5M2 => bytes
            .into_iter()
            .map(|b| f16::from_bits(u16::from(b) << 8).to_f32())
            .collect(),
        Dtype::I64 | Dtype::I32 | Dtype::I16 | Dtype::I8 | Dtype::U8 | Dtype::Bool => return None,
    })
}

/// 1 sign, 4 exponent (bias 7) and 3 mantissa bits; no infinities, one NaN each sign.
fn f8_e4m3(bits: u8) -> f32 {
    let sign = if bits & 0x80 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 3 & 0xf);
    let mantissa = f32::from(bits & 7);
    sign * match (exponent, bits & 7) {
        (15, 7) => f32::NAN,
        (0, _) => mantissa * 2_f32.powi(-9),
        (_, _) => (1.0 + mantissa / 8.0) * 2_f32.powi(exponent - 7),
    }
}

/// A tensor to be written: name, shape, values.
pub type Named<'a> = (&'a str, &'a [usize], &'a [f32]);

/// Writes f32 tensors so that the file is there whole or not at all.
///
/// # Errors
/// The system's.
pub fn write(
    path: &Path,
    tensors: &[Named<'_>],
    metadata: &BTreeMap<String, String>,
) -> io::Result<()> {
    crate::output::write_atomically(path, |out| write_to(out, tensors, metadata))
}

/// Writes f32 tensors to wherever bytes can go.
///
/// # Errors
/// What `out` returns.
pub fn write_to(
    out: &mut impl Write,
    tensors: &[Named<'_>],
    metadata: &BTreeMap<String, String>,
) -> io::Result<()> {
    let mut header = serde_json::Map::new();
    if !metadata.is_empty() {
        header.insert("__metadata__".to_owned(), serde_json::json!(metadata));
    }
    let mut offset = 0;
    for (name, shape, values) in tensors {
        let end = offset + values.len() * 4;
        header.insert(
            (*name).to_owned(),
            serde_json::json!({ "dtype": "F32", "shape": shape, "data_offsets": [offset, end] }),
        );
        offset = end;
    }
    let mut header = serde_json::Value::Object(header).to_string().into_bytes();
    // Data begins at a multiple of 8, as the format's own writer pads with spaces.
    header.resize(header.len().next_multiple_of(8), b' ');
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    tensors.iter().try_for_each(|(_, _, values)| {
        values
            .iter()
            .try_for_each(|value| out.write_all(&value.to_le_bytes()))
    })
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                buffer = &mut buffer[n..];
                offset += n as u64;
            }
        }
    }
    Ok(())
}

/// The JSON header; a name that comes twice is an error.
struct Header {
    tensors: Vec<(String, Entry)>,
    metadata: BTreeMap<String, String>,
}

#[derive(serde::Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

impl<'de> serde::Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HeaderVisitor;

        impl<'de> Visitor<'de> for HeaderVisitor {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut header = Header {
                    tensors: Vec::new(),
                    metadata: BTreeMap::new(),
                };
                let mut seen = std::collections::BTreeSet::new();
                while let Some(name) = map.next_key::<String>()? {
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format_args!(
                            "tensor {name:?} comes twice"
                        )));
                    }
                    if name == "__metadata__" {
                        header.metadata = map.next_value()?;
                    } else {
                        let entry = map.next_value()?;
                        header.tensors.push((name, entry));
                    }
                }
                Ok(header)
            }
        }

        deserializer.deserialize_map(HeaderVisitor)
    }
}
