//! A local Kubernetes control plane without containers: etcd, kube-apiserver,
//! kubectl and helm, built from Go modules once and kept in the user's cache.
//!
//! There is no controller manager, no scheduler and no kubelet. Objects are
//! stored, validated, admitted and watched as in any cluster, but owner
//! references collect nothing, Jobs and Pods never run, and service accounts
//! get no Secrets.
//!
//! Linux is what this is for: a control plane that outlives its starter is found
//! again through `/proc`, and `setpriv` is what ends the others by the kernel.
//!
//! ```no_run
//! # fn main() -> Result<(), sluice_control_plane::Error> {
//! use sluice_control_plane::ControlPlane;
//!
//! let control_plane = ControlPlane::start()?;
//! println!("KUBECONFIG={}", control_plane.kubeconfig_path().display());
//! # Ok(())
//! # }
//! ```

mod builder;
mod control_plane;
mod credentials;
mod data;
mod detached;
mod environment;
mod error;
mod files;
mod go;
mod interrupt;
mod kubectl;
mod process;
mod programs;
mod progress;
mod readiness;
mod run;
mod run_label;
mod server;
mod test_cluster;
mod user;
mod versions;
mod workshop;

pub use builder::ensure;
pub use control_plane::{ControlPlane, Options};
pub use data::DataDirectory;
pub use detached::{start, stop};
pub use error::{Error, Result};
pub use interrupt::Interrupt;
pub use programs::{Program, Programs};
pub use run::{CONTROL_PLANE_DIR, Request, run};
pub use run_label::{RUN_LABEL, RUN_VARIABLE};
pub use user::User;
pub use versions::Versions;
