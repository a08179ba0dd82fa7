//! Manifests, checked without a cluster.
//!
//! | question | where |
//! |---|---|
//! | What is in a file? | `text.rs`, `documents.rs`, [`yaml`] |
//! | What would the API server say? | `object.rs`: [`schema`], then [`rules`] |
//! | What can no schema tell? | `beyond` |
//! | What would a release do? | `plan`, `plans.rs` |
//! | How is it told? | `finding.rs`, `report.rs` |

mod beyond;
mod check;
mod documents;
mod fault;
mod finding;
mod go;
mod kinds;
mod object;
mod path;
pub mod plan;
mod plans;
mod report;
pub mod rules;
pub mod schema;
mod text;
pub mod yaml;

pub use beyond::Known;
pub use check::{File, check, checked};
pub use fault::{Cause, Fault};
pub use finding::{Finding, Report, Severity};
pub use kinds::{DefinedKind, all as kinds, api_version};
pub use object::check as check_object;
pub use path::Path;
pub use plans::{Planned, plans, plans_text};
pub use report::text as report_text;
pub use text::LONGEST as LONGEST_FILE;
