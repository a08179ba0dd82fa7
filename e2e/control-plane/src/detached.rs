//! Control planes that outlive the process that started them.

use std::path::Path;

use crate::control_plane::{ControlPlane, Options, runs_in};
use crate::data::DataDirectory;
use crate::error::Result;
use crate::interrupt::Interrupt;
use crate::programs::Program;
use crate::server::stop_by_pid_file;

/// Starts a control plane in `data` and leaves it running. That it runs there
/// already is as good.
pub fn start(data: &Path, interrupt: Interrupt) -> Result<DataDirectory> {
    let directory = DataDirectory::at(data)?;
    if !runs_in(&directory) {
        let control_plane =
            ControlPlane::start_with(&Options { data: Some(data.to_owned()), outlives_us: true, interrupt })?;
        control_plane.release();
    }
    Ok(directory)
}

/// Stops the control plane in `data` and removes what it wrote. That none runs
/// there is as good.
pub fn stop(data: &Path) -> Result<()> {
    let directory = DataDirectory::at(data)?;
    for program in [Program::KubeApiserver, Program::Etcd] {
        stop_by_pid_file(&directory.pid_file_of(program))?;
    }
    directory.remove()
}
