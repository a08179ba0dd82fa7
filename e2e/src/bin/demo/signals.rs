//! The wish to stop, as Ctrl-C and SIGTERM bring it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use sluice_e2e::{Error, Result};

/// What every wait looks at.
#[derive(Clone, Debug)]
pub struct Signals(Arc<AtomicBool>);

impl Signals {
    /// Takes the signals from now on. A second Ctrl-C ends the process at once; the kernel then ends its children.
    /// SIGTERM is no second one: `control-plane run` passes the first one on as such.
    pub fn taken() -> Result<Self> {
        let (asked, insisted) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let failed = || Error::of("failed to handle signals");
        signal_hook::flag::register_conditional_shutdown(SIGINT, 130, insisted.clone()).map_err(failed())?;
        signal_hook::flag::register(SIGINT, insisted).map_err(failed())?;
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, asked.clone()).map_err(failed())?;
        }
        Ok(Self(asked))
    }

    /// Whether someone asked.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Fails when someone asked.
    pub fn check(&self) -> Result<()> {
        if self.asked() { Err(Error::new("interrupted")) } else { Ok(()) }
    }

    /// Lets time pass; fails as soon as someone asks.
    pub fn pause(&self, duration: Duration) -> Result<()> {
        let end = Instant::now() + duration;
        while Instant::now() < end {
            self.check()?;
            std::thread::sleep(Duration::from_millis(50).min(duration));
        }
        self.check()
    }
}
