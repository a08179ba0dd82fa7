//! Building the programs, once for each set of versions.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;

use crate::error::{Error, Result};
use crate::files::create_folder;
use crate::interrupt::Interrupt;
use crate::process::POLL;
use crate::programs::{Program, Programs};
use crate::versions::Versions;
use crate::workshop::Workshop;

/// Makes sure that the programs are in the cache and says where. Two of these
/// at once build everything once.
pub fn ensure(wanted: &[Program], interrupt: &Interrupt) -> Result<Programs> {
    let versions = Versions::pinned()?;
    let programs = Programs::in_cache(&versions)?;
    let missing = || wanted.iter().copied().filter(|it| !programs.path(*it).exists());
    if missing().next().is_none() {
        return Ok(programs);
    }
    let folder = programs.folder();
    create_folder(folder)?;
    let _lock = lock(&folder.with_added_extension("lock"), interrupt)?;
    // Another process may have built them while we waited for the lock.
    let missing: Vec<Program> = missing().collect();
    if !missing.is_empty() {
        let workshop = Workshop::open(folder, versions)?;
        workshop.build(&missing, &programs, interrupt)?;
        workshop.close()?;
    }
    Ok(programs)
}

/// Holds the lock until the file is closed, which the end of the process does
/// as well.
fn lock(path: &Path, interrupt: &Interrupt) -> Result<File> {
    let failed = || Error::io(format!("lock {}", path.display()));
    let file = File::create(path).map_err(failed())?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(failed()(error)),
            Err(TryLockError::WouldBlock) => interrupt.check()?,
        }
        if !told {
            eprintln!("control-plane: waiting for another build to finish");
            told = true;
        }
        thread::sleep(POLL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_build_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = lock(&path, &Interrupt::default()).unwrap();
        let second = thread::spawn(move || lock(&path, &Interrupt::default()));
        thread::sleep(POLL * 3);
        assert!(!second.is_finished());
        drop(first);
        second.join().unwrap().unwrap();
    }
}
