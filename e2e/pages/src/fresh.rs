//! Pages that are made from the code.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a page with what the code makes of it. With `UPDATE_DOCS` set it is written instead.
///
/// # Errors
///
/// What to run, where it is stale or cannot be written.
pub fn fresh(page: &str, made: &str) -> Result<(), String> {
    let path = root().join(page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let folder = path.parent().unwrap_or(&path);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, made));
        return written.map_err(|error| format!("failed to write {page}: {error}"));
    }
    if fs::read_to_string(&path).unwrap_or_default() == made {
        Ok(())
    } else {
        Err(format!("{page} is stale: run `make crds` and commit what it changes"))
    }
}
