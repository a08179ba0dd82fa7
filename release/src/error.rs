//! What goes wrong.

use std::path::PathBuf;

use thiserror::Error;

/// Why a file of a release was not made.
#[derive(Debug, Error)]
pub enum Error {
    /// A file could not be read.
    #[error("failed to read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file or folder could not be written.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line of the sums is none that `sha256sum` prints.
    #[error(
        "failed to read a sum: {line:?} is not 64 hexadecimal digits, two spaces and a name, as sha256sum prints them"
    )]
    Sum {
        /// The line.
        line: String,
    },
    /// There is no archive of the plugin among the sums.
    #[error("failed to make the manifest: the sums name no archive {name}-{version}-OS-ARCHITECTURE.tar.gz")]
    NoArchive {
        /// Name of the program.
        name: &'static str,
        /// Version that was asked for.
        version: String,
    },
    /// An archive for what krew has no name for.
    #[error(
        "failed to make the manifest: {target:?} of {file} is not known; known are linux and darwin with amd64 and arm64"
    )]
    Target {
        /// What follows the version.
        target: String,
        /// The archive.
        file: String,
    },
    /// The manifest has no YAML form.
    #[error("failed to write the manifest as YAML: {message}")]
    Yaml {
        /// Why.
        message: String,
    },
}
