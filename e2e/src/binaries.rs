//! Where the built programs are.

use std::path::PathBuf;

use crate::error::{Error, Result};

/// The operator: `SLUICE_BINARY`, else next to what runs.
pub fn sluice() -> Result<PathBuf> {
    find("SLUICE_BINARY", "sluice")
}

/// The simulated AWS: `SIMULATED_AWS_BINARY`, else next to what runs.
pub fn simulated_aws() -> Result<PathBuf> {
    find("SIMULATED_AWS_BINARY", "simulated-aws")
}

/// The plugin of kubectl: `KUBECTL_SLUICE_BINARY`, else next to what runs.
pub fn kubectl_sluice() -> Result<PathBuf> {
    find("KUBECTL_SLUICE_BINARY", "kubectl-sluice")
}

/// A program by its variable, else in `target/PROFILE`: tests run in its `deps` folder, programs in itself.
fn find(variable: &str, name: &str) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        let path = PathBuf::from(path);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(Error::new(format!("{variable} names {}, which is no file", path.display())))
        };
    }
    let own = std::env::current_exe().map_err(Error::of("find the running executable"))?;
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    beside.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        Error::new(format!(
            "there is no {name} near {}: run `cargo build --workspace --bins` first, or set {variable}",
            own.display()
        ))
    })
}
