//! The devices that can run a plan, and the only file that names the GPU backend.
//!
//! CPU work goes to Burn's flex backend in f32; GPU work to wgpu in f16 where the adapter has it.
//! A software Vulkan adapter counts as no GPU, but can be asked for by name.

use std::fmt;
use std::str::FromStr;

use burn::tensor::wgpu::wgpu as gpu;
use burn::tensor::{Device, FloatDType};

/// What kind of hardware a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// A GPU.
    Gpu,
    /// The processor.
    Cpu,
    /// A GPU interface that runs on the processor.
    Software,
}

/// A device as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeviceInfo {
    /// The adapter's own name, or `CPU`.
    pub name: String,
    /// The interface through which it is reached.
    pub backend: String,
    /// What kind of hardware it is.
    pub kind: DeviceKind,
    /// Whether it computes in half precision.
    pub f16: bool,
    /// The largest buffer that one kernel may read, in bytes.
    pub max_buffer: u64,
    #[serde(skip)]
    selector: Selector,
}

/// How Burn finds the device again.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Selector {
    Flex,
    Wgpu(burn::tensor::DeviceKind),
}

/// Which device the user asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A real GPU if there is one, else the CPU.
    #[default]
    Auto,
    /// The first real GPU.
    Gpu,
    /// The processor.
    Cpu,
    /// The first device whose name contains this text (letter case aside).
    Named(String),
}

impl FromStr for DeviceChoice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "auto" => Self::Auto,
            "gpu" => Self::Gpu,
            "cpu" => Self::Cpu,
            _ => Self::Named(text.to_owned()),
        })
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Gpu => "gpu",
            Self::Cpu => "cpu",
            Self::Named(name) => name,
        })
    }
}

/// In which precision weights are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// f16 on a GPU that computes in it, else f32.
    #[default]
    Auto,
    /// f32 everywhere.
    F32,
}

/// Why a device could not be had.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// `gpu` was asked for and there is none.
    #[error("this machine has no GPU that can be used")]
    NoGpu,
    /// No device has a name like that.
    #[error("no device is called {name:?}; there are: {}", known.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The driver refused.
    #[error("device {name:?} could not be opened: {reason}")]
    Refused {
        /// The device.
        name: String,
        /// The driver's words.
        reason: String,
    },
}

/// A device that is open, and how work is given to it.
#[derive(Clone, Debug)]
pub struct Compute {
    /// Burn's handle.
    pub device: Device,
    /// What it is.
    pub info: DeviceInfo,
    /// The precision in which weights are held and networks compute.
    pub dtype: FloatDType,
}

/// Every device of this machine: GPUs, then software adapters, then the CPU.
pub fn list() -> Vec<DeviceInfo> {
    let mut devices = gpus();
    devices.sort_by_key(|info| info.kind == DeviceKind::Software);
    devices.push(cpu());
    devices
}

impl Compute {
    /// Opens the device that was asked for.
    ///
    /// # Errors
    /// No such device, or the driver refuses.
    pub fn open(choice: &DeviceChoice, precision: Precision) -> Result<Self, DeviceError> {
        let info = choose(choice)?;
        let device = match &info.selector {
            Selector::Flex => Device::flex(),
            Selector::Wgpu(kind) => open_gpu(kind.clone(), &info.name)?,
        };
        let dtype = match precision {
            Precision::Auto if info.f16 && info.kind != DeviceKind::Cpu => FloatDType::F16,
            Precision::Auto | Precision::F32 => FloatDType::F32,
        };
        Ok(Self {
            device,
            info,
            dtype,
        })
    }

    /// Whether tensors live in the host's memory, so that host kernels can work on them in place.
    pub fn is_host(&self) -> bool {
        is_host(&self.device)
    }
}

/// Whether a device is the processor itself, not an interface to one.
pub(crate) fn is_host(device: &Device) -> bool {
    *device == Device::flex()
}

fn choose(choice: &DeviceChoice) -> Result<DeviceInfo, DeviceError> {
    let is_gpu = |info: &DeviceInfo| info.kind == DeviceKind::Gpu;
    match choice {
        DeviceChoice::Cpu => Ok(cpu()),
        DeviceChoice::Auto => Ok(gpus().into_iter().find(is_gpu).unwrap_or_else(cpu)),
        DeviceChoice::Gpu => gpus().into_iter().find(is_gpu).ok_or(DeviceError::NoGpu),
        DeviceChoice::Named(name) => {
            let devices = list();
            let wanted = name.to_lowercase();
            devices
                .iter()
                .find(|info| info.name.to_lowercase().contains(&wanted))
                .cloned()
                .ok_or_else(|| DeviceError::Unknown {
                    name: name.clone(),
                    known: devices.into_iter().map(|info| info.name).collect(),
                })
        }
    }
}

fn cpu() -> DeviceInfo {
    DeviceInfo {
        name: "CPU".to_owned(),
        backend: "flex".to_owned(),
        kind: DeviceKind::Cpu,
        // Flex computes in f16 too, but no faster than in f32 and less exactly.
        f16: false,
        max_buffer: u64::MAX,
        selector: Selector::Flex,
    }
}

/// The adapters of the graphics interface that Burn takes on this system.
fn gpus() -> Vec<DeviceInfo> {
    let backends = if cfg!(target_os = "macos") {
        gpu::Backends::METAL
    } else {
        gpu::Backends::VULKAN
    };
    let instance = gpu::Instance::new(gpu::InstanceDescriptor {
        backends,
        ..gpu::InstanceDescriptor::new_without_display_handle()
    });
    let mut seen = [0_usize; 3];
    let mut devices = Vec::new();
    for adapter in pollster::block_on(instance.enumerate_adapters(backends)) {
        let info = adapter.get_info();
        // Burn counts adapters of one kind in the order in which the driver lists them.
        let mut next = |i: usize| {
            seen[i] += 1;
            seen[i] - 1
        };
        let (kind, selector) = match info.device_type {
            gpu::DeviceType::DiscreteGpu => (
                DeviceKind::Gpu,
                burn::tensor::DeviceKind::DiscreteGpu(next(0)),
            ),
            gpu::DeviceType::IntegratedGpu => (
                DeviceKind::Gpu,
                burn::tensor::DeviceKind::IntegratedGpu(next(1)),
            ),
            gpu::DeviceType::VirtualGpu => (
                DeviceKind::Gpu,
                burn::tensor::DeviceKind::VirtualGpu(next(2)),
            ),
            gpu::DeviceType::Cpu => (DeviceKind::Software, burn::tensor::DeviceKind::Cpu),
            // What a driver cannot classify, Burn cannot select.
            gpu::DeviceType::Other => continue,
        };
        devices.push(DeviceInfo {
            name: info.name,
            backend: format!("{:?}", info.backend).to_lowercase(),
            kind,
            f16: adapter.features().contains(gpu::Features::SHADER_F16),
            max_buffer: adapter.limits().max_storage_buffer_binding_size,
            selector: Selector::Wgpu(selector),
        });
    }
    devices
}

/// Opens a GPU once per process: a runtime that is initialised cannot be configured again.
fn open_gpu(kind: burn::tensor::DeviceKind, name: &str) -> Result<Device, DeviceError> {
    static OPEN: std::sync::Mutex<Vec<(burn::tensor::DeviceKind, Device)>> =
        std::sync::Mutex::new(Vec::new());
    let mut open = OPEN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((_, device)) = open.iter().find(|(known, _)| *known == kind) {
        return Ok(device.clone());
    }
    let device = Device::wgpu_options()
        .device_kind(kind.clone())
        .init()
        .map_err(|error| DeviceError::Refused {
            name: name.to_owned(),
            reason: error.to_string(),
        })?;
    open.push((kind, device.clone()));
    Ok(device)
}
