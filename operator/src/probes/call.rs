//! What a probe asks.

use sluice_api::{HttpProbe, ProbeTarget};

/// What is asked, as the binding admits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeCall {
    /// Where to.
    pub target: ProbeTarget,
    /// What is expected, and how often.
    pub probe: HttpProbe,
}
