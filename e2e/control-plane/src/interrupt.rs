//! The wish to stop, as the signals SIGINT and SIGTERM bring it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::error::{Error, Result};

/// Holds the first signal that asked us to stop. Whatever waits looks at it, so
/// that an interrupted start still stops its servers and removes its data.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicUsize>);

impl Interrupt {
    /// Takes SIGINT and SIGTERM for the whole process from now on.
    pub fn on_signals() -> Result<Self> {
        let interrupt = Self::default();
        for (signal, number) in [(SIGINT, 2), (SIGTERM, 15)] {
            signal_hook::flag::register_usize(signal, Arc::clone(&interrupt.0), number)
                .map_err(Error::io("handle SIGINT and SIGTERM"))?;
        }
        Ok(interrupt)
    }

    /// The signal that asked us to stop.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        i32::try_from(self.0.load(Ordering::Relaxed)).ok().filter(|signal| *signal != 0)
    }

    /// Fails when a signal asked us to stop.
    pub(crate) fn check(&self) -> Result<()> {
        match self.signal() {
            Some(signal) => Err(Error::Interrupted { signal }),
            None => Ok(()),
        }
    }
}
