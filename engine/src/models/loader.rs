//! Builds layers from a file: names are translated, shapes checked, types converted, and every
//! tensor used is remembered for the report.

use std::collections::BTreeSet;

use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};

use crate::models::Progress;
use crate::ops::{Conv2d, GroupNorm, LayerNorm, Linear};
use crate::weights::WeightsError;
use crate::weights::report::Report;
use crate::weights::safetensors::{Dtype, SafetensorsFile, to_f32};

/// Translates our names (diffusers' spelling) to the names that a file may use, the likeliest first.
pub type Names<'a> = &'a dyn Fn(&str) -> Vec<String>;

/// Reads one file's tensors into layers.
pub struct Loader<'a> {
    file: &'a SafetensorsFile,
    device: Device,
    dtype: FloatDType,
    used: BTreeSet<String>,
    converted: usize,
    bytes: u64,
    done: u64,
    total: u64,
    progress: Progress<'a>,
}

impl<'a> Loader<'a> {
    /// Layers go to `device`; progress counts from `done` bytes of `total`.
    pub fn new(
        file: &'a SafetensorsFile,
        device: &Device,
        (done, total): (u64, u64),
        progress: Progress<'a>,
    ) -> Self {
        Self {
            file,
            device: device.clone(),
            dtype: FloatDType::F32,
            used: BTreeSet::new(),
            converted: 0,
            bytes: 0,
            done,
            total,
            progress,
        }
    }

    /// The part of the file that one network uses, in one precision.
    pub fn part<'b>(&'b mut self, names: Names<'b>, dtype: FloatDType) -> Part<'b, 'a> {
        self.dtype = dtype;
        self.bytes = 0;
        Part {
            loader: self,
            names,
            prefix: String::new(),
        }
    }

    /// The file.
    pub fn file(&self) -> &'a SafetensorsFile {
        self.file
    }

    /// Accounts for every tensor of the file.
    ///
    /// # Errors
    /// A tensor that nothing accounts for.
    pub fn report(self) -> Result<(Report, u64), WeightsError> {
        Ok((
            Report::of(self.file, &self.used, self.converted)?,
            self.done,
        ))
    }

    /// Says that tensors of another network of the same file are left alone on purpose.
    pub fn skip(&mut self, prefix: &str) {
        self.used.extend(
            self.file
                .names()
                .filter(|name| name.starts_with(prefix))
                .map(str::to_owned),
        );
    }

    fn note(&mut self, name: &str, bytes: usize, converted: bool) {
        self.used.insert(name.to_owned());
        self.converted += usize::from(converted);
        self.done += bytes as u64;
        (self.progress)(self.done, self.total);
    }
}

/// A network's share of a file, or a block of it.
pub struct Part<'b, 'a> {
    loader: &'b mut Loader<'a>,
    names: Names<'b>,
    prefix: String,
}

impl<'a> Part<'_, 'a> {
    /// A block inside this one.
    pub fn block(&mut self, name: &str) -> Part<'_, 'a> {
        Part {
            prefix: self.full(name),
            names: self.names,
            loader: self.loader,
        }
    }

    /// The file that this network is read from.
    pub fn file(&self) -> &'a SafetensorsFile {
        self.loader.file
    }

    /// Where layers go.
    pub fn device(&self) -> Device {
        self.loader.device.clone()
    }

    /// The precision in which layers are held.
    pub fn dtype(&self) -> FloatDType {
        self.loader.dtype
    }

    /// Bytes that this network's layers hold so far.
    pub fn bytes(&self) -> u64 {
        self.loader.bytes
    }

    /// The shape of a tensor, if it is there.
    pub fn shape(&self, name: &str) -> Option<&'a [usize]> {
        let file = self.loader.file;
        self.candidates(name)
            .iter()
            .find_map(|name| file.get(name))
            .map(|info| info.shape.as_slice())
    }

    /// How many blocks `name.0`, `name.1`, … there are, told by a tensor in each.
    pub fn count(&self, name: &str, tensor: &str) -> usize {
        (0..)
            .take_while(|i| self.shape(&format!("{name}.{i}.{tensor}")).is_some())
            .count()
    }

    /// A tensor in the network's precision.
    ///
    /// # Errors
    /// It is missing or has another shape.
    pub fn tensor<const D: usize>(
        &mut self,
        name: &str,
        shape: [usize; D],
    ) -> Result<Tensor<D>, WeightsError> {
        let (found, dtype, bytes) = self.read(name, &shape)?;
        let length = bytes.len();
        // Where the file has what the device wants, bytes cross as they are.
        let target = self.loader.dtype;
        let (data, converted) = match (dtype, target) {
            (Dtype::F16, FloatDType::F16) => {
                (TensorData::from_bytes_vec(bytes, shape, DType::F16), false)
            }
            (Dtype::F32, FloatDType::F32) => {
                (TensorData::from_bytes_vec(bytes, shape, DType::F32), false)
            }
            _ => {
                let values = to_f32(dtype, bytes).ok_or_else(|| WeightsError::Dtype {
                    file: self.loader.file.path().to_owned(),
                    tensor: found.clone(),
                    dtype: format!("{dtype:?}"),
                })?;
                let data = TensorData::new(values, shape);
                (
                    if target == FloatDType::F32 {
                        data
                    } else {
                        data.convert_dtype(target.into())
                    },
                    true,
                )
            }
        };
        self.loader.bytes += data.as_bytes().len() as u64;
        let tensor = Tensor::from_data(data, (&self.loader.device, DType::from(target)));
        self.loader.note(&found, length, converted);
        Ok(tensor)
    }

    /// A tensor as f32 in the host's memory.
    ///
    /// # Errors
    /// As [`Self::tensor`].
    pub fn host(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let (found, dtype, bytes) = self.read(name, shape)?;
        let length = bytes.len();
        let values = to_f32(dtype, bytes).ok_or_else(|| WeightsError::Dtype {
            file: self.loader.file.path().to_owned(),
            tensor: found.clone(),
            dtype: format!("{dtype:?}"),
        })?;
        self.loader.bytes += 4 * values.len() as u64;
        self.loader.note(&found, length, dtype != Dtype::F32);
        Ok(values)
    }

    /// A linear layer; a 1 × 1 convolution in the file is one too.
    ///
    /// # Errors
    /// A tensor is missing or has another shape.
    pub fn linear(
        &mut self,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, WeightsError> {
        let bias = self.bias(name, outputs)?;
        let weight_name = format!("{name}.weight");
        let weight = if self
            .shape(&weight_name)
            .is_some_and(|shape| shape.len() == 4)
        {
            self.tensor(&weight_name, [outputs, inputs, 1, 1])?
                .reshape([outputs, inputs])
        } else {
            self.tensor(&weight_name, [outputs, inputs])?
        };
        Ok(Linear::new(weight, bias))
    }

    /// A square convolution that keeps the size at stride 1.
    ///
    /// # Errors
    /// A tensor is missing or has another shape.
    pub fn conv(
        &mut self,
        name: &str,
        [inputs, outputs, kernel]: [usize; 3],
    ) -> Result<Conv2d, WeightsError> {
        let bias = self.bias(name, outputs)?;
        let weight = self.tensor(&format!("{name}.weight"), [outputs, inputs, kernel, kernel])?;
        Ok(Conv2d::new(weight, bias))
    }

    /// A group norm.
    ///
    /// # Errors
    /// A tensor is missing or has another shape.
    pub fn group_norm(
        &mut self,
        name: &str,
        channels: usize,
        groups: usize,
        epsilon: f64,
    ) -> Result<GroupNorm, WeightsError> {
        let weight = self.tensor(&format!("{name}.weight"), [channels])?;
        let bias = self.tensor(&format!("{name}.bias"), [channels])?;
        Ok(GroupNorm::new(weight, bias, groups, epsilon))
    }

    /// A layer norm.
    ///
    /// # Errors
    /// A tensor is missing or has another shape.
    pub fn layer_norm(
        &mut self,
        name: &str,
        width: usize,
        epsilon: f64,
    ) -> Result<LayerNorm, WeightsError> {
        let weight = self.tensor(&format!("{name}.weight"), [width])?;
        let bias = self.tensor(&format!("{name}.bias"), [width])?;
        Ok(LayerNorm::new(weight, bias, epsilon))
    }

    fn bias(&mut self, name: &str, outputs: usize) -> Result<Option<Tensor<1>>, WeightsError> {
        let name = format!("{name}.bias");
        self.shape(&name)
            .is_some()
            .then(|| self.tensor(&name, [outputs]))
            .transpose()
    }

    fn full(&self, name: &str) -> String {
        if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.prefix)
        }
    }

    fn candidates(&self, name: &str) -> Vec<String> {
        (self.names)(&self.full(name))
    }

    /// Finds and reads a tensor of this shape: its name in the file, its type, its bytes.
    fn read(&self, name: &str, shape: &[usize]) -> Result<(String, Dtype, Vec<u8>), WeightsError> {
        let file = self.loader.file;
        let candidates = self.candidates(name);
        let Some(found) = candidates
            .iter()
            .find(|name| file.get(name).is_some())
            .or(candidates.first())
        else {
            return Err(WeightsError::Missing {
                file: file.path().to_owned(),
                tensor: self.full(name),
            });
        };
        if let Some(info) = file.get(found)
            && info.shape != shape
            // Old files write a 1 × 1 convolution as a matrix, or the reverse.
            && !(info.shape.iter().product::<usize>() == shape.iter().product::<usize>()
                && info.shape.iter().filter(|side| **side != 1).eq(shape.iter().filter(|side| **side != 1)))
        {
            return Err(WeightsError::Shape {
                file: file.path().to_owned(),
                tensor: found.clone(),
                found: info.shape.clone(),
                wanted: shape.to_vec(),
            });
        }
        let (dtype, bytes) = file.read_bytes(found)?;
        Ok((found.clone(), dtype, bytes))
    }
}
