//! What a release of Sluice has beside its programs: manual pages and completions, made from the same definitions of the
//! command line that parse it, and the manifest by which krew installs the plugin.

pub mod documents;
pub mod error;
pub mod krew;
