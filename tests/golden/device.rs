//! The devices that the suite runs on, and the models that are loaded on them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use pyrograph_engine::device::{self, Compute, DeviceChoice, DeviceKind, Precision};
use pyrograph_engine::models::{Checkpoint, load_checkpoint};
use pyrograph_engine::weights::WeightsError;

use super::cases::Stop;

/// A device in one precision, with its models.
pub(super) struct TestDevice {
    /// `cpu` or `wgpu`.
    pub(super) label: &'static str,
    pub(super) compute: Compute,
    /// Whether networks compute in f16.
    pub(super) is_half: bool,
    loaded: RefCell<BTreeMap<PathBuf, Rc<Checkpoint>>>,
}

impl TestDevice {
    /// The processor, in f32.
    pub(super) fn cpu() -> Self {
        let compute = Compute::open(&DeviceChoice::Cpu, Precision::F32)
            .expect("every machine has a processor");
        Self::new("cpu", compute, false)
    }

    /// The first real GPU, else the first software adapter, in each precision that it has; else why
    /// there is none.
    pub(super) fn gpus() -> Result<Vec<Self>, String> {
        let mut adapters = device::list();
        adapters.retain(|info| info.kind != DeviceKind::Cpu);
        let Some(info) = adapters.first() else {
            return Err("there is no adapter".to_owned());
        };
        let open = |precision| {
            Compute::open(&DeviceChoice::Named(info.name.clone()), precision)
                .map_err(|error| error.to_string())
        };
        let mut gpus = vec![Self::new("wgpu", open(Precision::F32)?, false)];
        if info.f16 {
            gpus.push(Self::new("wgpu", open(Precision::Auto)?, true));
        }
        Ok(gpus)
    }

    fn new(label: &'static str, compute: Compute, is_half: bool) -> Self {
        Self {
            label,
            compute,
            is_half,
            loaded: RefCell::default(),
        }
    }

    /// The tolerance that stands for a case's on this device.
    pub(super) fn tolerance<'a>(&self, name: &'a str) -> &'a str {
        if self.is_half && name == "fp32" {
            "fp16"
        } else {
            name
        }
    }

    /// A model, loaded on first use.
    pub(super) fn checkpoint(&self, path: &Path) -> Result<Rc<Checkpoint>, Stop> {
        if let Some(loaded) = self.loaded.borrow().get(path) {
            return Ok(Rc::clone(loaded));
        }
        let loaded =
            load_checkpoint(path, &self.compute, &mut |_, _| {}).map_err(|error| match error {
                // The engine's own words for a model that it recognises and cannot run.
                WeightsError::Other { .. } => Stop::NotBuilt(error.to_string()),
                error => Stop::Broken(error.to_string()),
            })?;
        let loaded = Rc::new(loaded);
        self.loaded
            .borrow_mut()
            .insert(path.to_owned(), Rc::clone(&loaded));
        Ok(loaded)
    }
}
